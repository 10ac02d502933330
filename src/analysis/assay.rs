//! What every question about analytes starts from: the month, the scale, what stands for a value beyond a limit, the
//! declared groups of analytes and how often is permuted.

mod reading;

pub use reading::{Reading, Readings, read_analyte};

use serde::{Deserialize, Serialize};

use super::visit_window::{default_window_months, scheduled_months};
use crate::trial::{Analyte, Trial};

/// Shared by the questions about analytes; the forms edit it for all of them alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssayPlan {
    /// Months from baseline.
    pub month: f64,
    /// A sample or visit counts for a month within this many months of it.
    pub window_months: f64,
    /// Analytes only; outcomes stay on their own scale.
    #[serde(default)]
    pub scale: Scale,
    /// What stands for `<x`.
    #[serde(default)]
    pub below_limit: LimitRule,
    /// Declared before looking: pro-inflammatory, anti-inflammatory, or whatever the user says.
    #[serde(default)]
    pub sets: Vec<AnalyteSet>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    Raw,
    #[default]
    Log2,
}

/// What stands for a value below its limit. A value above one is its limit, or left out with the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitRule {
    #[default]
    HalfLimit,
    LimitOverSqrt2,
    Limit,
    /// Everything below the highest limit is tied there: ranks alone are used.
    LowestRank,
    Exclude,
}

impl LimitRule {
    pub const ALL: [Self; 5] = [Self::HalfLimit, Self::LimitOverSqrt2, Self::Limit, Self::LowestRank, Self::Exclude];
}

/// A group of analytes that is judged as one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnalyteSet {
    pub name: String,
    pub analytes: Vec<String>,
}

impl AssayPlan {
    /// Why these settings cannot be used, if so.
    pub fn problem(&self) -> Option<String> {
        if !(self.window_months.is_finite() && self.window_months >= 0.0) {
            return Some(format!("window_months is {}, it must be 0 or more", self.window_months));
        }
        if !self.month.is_finite() {
            return Some(format!("month is {}, it must be a number", self.month));
        }
        let is_empty = self.sets.iter().find(|set| set.analytes.is_empty() || set.name.trim().is_empty());
        is_empty.map(|set| format!("the set “{}” needs a name and an analyte", set.name))
    }

    pub fn default_for(trial: &Trial) -> Option<Self> {
        let first = usual_analytes(trial).into_iter().next()?;
        let months = scheduled_months(first.samples.iter().map(|sample| sample.time_months));
        Some(Self {
            month: months.last().copied().unwrap_or(0.0),
            window_months: default_window_months(&months),
            scale: Scale::default(),
            below_limit: LimitRule::default(),
            sets: Vec::new(),
        })
    }

    /// Analytes of the sets that the files do not hold are forgotten.
    pub fn refitted(mut self, trial: &Trial) -> Self {
        for set in &mut self.sets {
            set.analytes.retain(|name| trial.analyte(name).is_some());
        }
        self.sets.retain(|set| !set.analytes.is_empty());
        self
    }
}

/// An analyte that was measured far less often than the others is asked for by name, not by default.
pub fn usual_analytes(trial: &Trial) -> Vec<&Analyte> {
    let most = trial.analytes.iter().map(|analyte| analyte.samples.len()).max().unwrap_or(0);
    trial.analytes.iter().filter(|analyte| analyte.samples.len() * 2 >= most.max(1)).collect()
}
