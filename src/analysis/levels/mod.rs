//! Levels of analytes and their changes: by arm and visit, between arms, one by one and in declared sets.

use serde::{Deserialize, Serialize};

use super::assay::AssayPlan;
use super::permutation::Permute;
use super::{AnalysisError, Answer, Plan, Population};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelsPlan {
    pub assay: AssayPlan,
    /// The family of tests.
    pub analytes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelsDetail {}

impl LevelsPlan {
    pub fn problem(&self) -> Option<String> {
        self.assay.problem()
    }

    pub fn default_for(_trial: &Trial) -> Option<Self> {
        None
    }
}

pub fn analyse_levels(
    _trial: &Trial,
    _population: &Population,
    _plan: &Plan,
    _asked: &LevelsPlan,
    _permute: Permute<'_>,
) -> Result<Answer, AnalysisError> {
    Err(AnalysisError::Internal { message: "not written".into() })
}
