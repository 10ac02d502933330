//! What is asked: the forms edit it, files and links carry it, worker and command line run it.

use serde::{Deserialize, Serialize};

use super::change::ChangePlan;
use super::correlation::CorrelationPlan;
use super::survival::SurvivalPlan;
use crate::import::FileMapping;
use crate::trial::Trial;

pub const PLAN_VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub plan_version: u32,
    /// How each file was understood; applied again to a file of the same name and header.
    #[serde(default)]
    pub files: Vec<FileMapping>,
    /// Each other arm is compared with this one. Absent when the files name fewer than two arms.
    #[serde(default)]
    pub control_arm: Option<String>,
    /// A yes/no covariate; only subjects with a yes are analysed. Absent: everyone.
    #[serde(default)]
    pub analysis_set: Option<String>,
    /// Of every interval, between 0 and 1.
    #[serde(default = "default_confidence_level")]
    pub confidence_level: f64,
    pub analyses: Vec<AnalysisPlan>,
}

fn default_confidence_level() -> f64 {
    0.95
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisPlan {
    Change(ChangePlan),
    Correlation(CorrelationPlan),
    Survival(SurvivalPlan),
}

impl Plan {
    /// The plan for a trial nobody has said anything about: every question its files can answer, with sound defaults.
    pub fn default_for(trial: &Trial, files: &[FileMapping]) -> Self {
        let mut analyses = Vec::new();
        analyses.extend(ChangePlan::default_for(trial).map(AnalysisPlan::Change));
        analyses.extend(CorrelationPlan::default_for(trial).map(AnalysisPlan::Correlation));
        analyses.extend(SurvivalPlan::default_for(trial).map(AnalysisPlan::Survival));
        Self {
            plan_version: PLAN_VERSION,
            files: files.to_vec(),
            control_arm: default_control(trial),
            analysis_set: None,
            confidence_level: default_confidence_level(),
            analyses,
        }
    }

    /// Why this plan cannot be run at all, if so.
    pub fn problem(&self) -> Option<String> {
        if self.plan_version != PLAN_VERSION {
            return Some(format!(
                "the plan has version {}, this program reads version {PLAN_VERSION}",
                self.plan_version
            ));
        }
        if !(self.confidence_level > 0.0 && self.confidence_level < 1.0) {
            return Some(format!("confidence_level is {}, it must lie between 0 and 1", self.confidence_level));
        }
        self.analyses.iter().find_map(|analysis| match analysis {
            AnalysisPlan::Change(change) => change.problem(),
            AnalysisPlan::Correlation(correlation) => correlation.problem(),
            AnalysisPlan::Survival(_) => None,
        })
    }

    pub fn change(&self) -> Option<&ChangePlan> {
        self.analyses.iter().find_map(|plan| match plan {
            AnalysisPlan::Change(change) => Some(change),
            AnalysisPlan::Correlation(_) | AnalysisPlan::Survival(_) => None,
        })
    }

    pub fn correlation(&self) -> Option<&CorrelationPlan> {
        self.analyses.iter().find_map(|plan| match plan {
            AnalysisPlan::Correlation(correlation) => Some(correlation),
            AnalysisPlan::Change(_) | AnalysisPlan::Survival(_) => None,
        })
    }

    pub fn survival(&self) -> Option<&SurvivalPlan> {
        self.analyses.iter().find_map(|plan| match plan {
            AnalysisPlan::Survival(survival) => Some(survival),
            AnalysisPlan::Change(_) | AnalysisPlan::Correlation(_) => None,
        })
    }
}

/// The arm whose name says it is the control, else the first in alphabetical order: a guess, shown for confirmation.
fn default_control(trial: &Trial) -> Option<String> {
    if trial.arms.len() < 2 {
        return None;
    }
    let words = ["placebo", "control", "sham", "standard", "untreated", "riluzole alone", "usual care", "vehicle"];
    let named = words
        .iter()
        .find_map(|word| trial.arms.iter().find(|arm| arm.name.to_lowercase().contains(word)))
        .map(|arm| arm.name.clone());
    named.or_else(|| trial.arms.iter().map(|arm| arm.name.clone()).min())
}
