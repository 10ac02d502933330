//! What every question about analytes starts from: the month, the scale, what stands for a value beyond a limit, the
//! declared groups of analytes and how often is permuted.

mod reading;

pub use reading::{Reading, Readings, read_analyte};

use serde::{Deserialize, Serialize};

use super::max_t::{MOST_PERMUTATIONS, USUAL_PERMUTATIONS};
use super::visit_window::{default_window_months, scheduled_months};
use crate::trial::analyte_dictionary::{AnalyteClass, KnownAnalyte, find_analyte, specimen_of};
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
    /// Of a family of tests, for the largest that chance brings. Absent: 10,000 where that is quick; 0: none.
    #[serde(default)]
    pub permutations: Option<u32>,
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

/// As in `method` and in notes.
pub fn rule_words(rule: LimitRule) -> &'static str {
    match rule {
        LimitRule::HalfLimit => "half the limit",
        LimitRule::LimitOverSqrt2 => "the limit divided by √2",
        LimitRule::Limit => "the limit",
        LimitRule::LowestRank => "the lowest rank, tied",
        LimitRule::Exclude => "nothing: they are left out",
    }
}

/// The same for the samples of an analyte, which may lie beyond limits on either side: a value above its limit is the limit.
pub fn stand_in_words(rule: LimitRule, readings: &Readings) -> String {
    let below = rule_words(rule);
    match (readings.above, readings.beyond - readings.above) {
        _ if rule == LimitRule::Exclude => below.to_owned(),
        (0, _) => below.to_owned(),
        (_, 0) => rule_words(LimitRule::Limit).to_owned(),
        _ if rule == LimitRule::Limit => below.to_owned(),
        _ => format!("{below}, above a limit the limit"),
    }
}

/// The rules that can differ: above a limit, where the limit stands or nothing, most are one.
pub fn rules_that_differ(has_below: bool) -> Vec<LimitRule> {
    let differs = |rule: &LimitRule| has_below || matches!(rule, LimitRule::Limit | LimitRule::Exclude);
    LimitRule::ALL.into_iter().filter(differs).collect()
}

/// Where the true value lies when a value beyond a limit is behind what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LimitSide {
    Below,
    Above,
    /// On either side: a change from one such value to another.
    Unknown,
}

/// A group of analytes that is judged as one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnalyteSet {
    pub name: String,
    pub analytes: Vec<String>,
}

impl AnalyteSet {
    fn problem(&self) -> Option<String> {
        if self.analytes.is_empty() || self.name.trim().is_empty() {
            return Some(format!("the set “{}” needs a name and an analyte", self.name));
        }
        let is_repeated = |name: &&String| self.analytes.iter().filter(|other| other == name).count() > 1;
        let name = self.analytes.iter().find(is_repeated)?;
        Some(format!("the set “{}” names {name} twice, it can count once", self.name))
    }
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
        if let Some(permutations) = self.permutations.filter(|permutations| *permutations > MOST_PERMUTATIONS) {
            return Some(format!("permutations is {permutations}, it must be {MOST_PERMUTATIONS} or less"));
        }
        self.sets.iter().find_map(AnalyteSet::problem)
    }

    pub fn permutations_or_usual(&self) -> u32 {
        self.permutations.unwrap_or(USUAL_PERMUTATIONS)
    }

    pub fn default_for(trial: &Trial) -> Option<Self> {
        let first = usual_analytes(trial).into_iter().next()?;
        let months = scheduled_months(first.samples.iter().map(|sample| sample.time_months));
        Some(Self {
            month: months.last().copied().unwrap_or(0.0),
            window_months: default_window_months(&months),
            scale: Scale::default(),
            below_limit: LimitRule::default(),
            sets: usual_sets(trial.analytes.iter().map(|analyte| analyte.name.as_str())),
            permutations: None,
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

/// The sets that the dictionary declares, each of two analytes at least. An analyte that was measured in several
/// specimens stands in a set once, by its level in the cerebrospinal fluid if there is one: sets never mix specimens of
/// one analyte.
pub fn usual_sets<'a>(names: impl Iterator<Item = &'a str>) -> Vec<AnalyteSet> {
    let mut found: Vec<(&KnownAnalyte, &str)> = Vec::new();
    for name in names {
        let Some(known) = find_analyte(name) else { continue };
        match found.iter_mut().find(|(other, _)| *other == known) {
            Some((_, taken)) if specimen_of(name) == Some("csf") && specimen_of(taken) != Some("csf") => *taken = name,
            Some(_) => {}
            None => found.push((known, name)),
        }
    }
    let set = |class: AnalyteClass| AnalyteSet {
        name: class.set_name().to_owned(),
        analytes: found.iter().filter(|(known, _)| known.class == class).map(|(_, name)| (*name).to_owned()).collect(),
    };
    AnalyteClass::SETS.into_iter().map(set).filter(|set| set.analytes.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_sets_take_an_analyte_once() {
        let names = ["CCL2", "TNFa (serum)", "TNFa (csf)", "MCP-1", "IL-10", "Nothing known"];
        let sets = usual_sets(names.into_iter());
        assert_eq!(sets.len(), 1);
        assert_eq!(sets.first().map(|set| set.name.as_str()), Some("Pro-inflammatory"));
        assert_eq!(
            sets.first().map(|set| set.analytes.clone()),
            Some(vec!["CCL2".to_owned(), "TNFa (csf)".to_owned()])
        );
    }
}
