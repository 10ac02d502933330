//! Adverse events by arm.

use serde::{Deserialize, Serialize};

use super::{AnalysisError, Answer, Plan, Population};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyPlan {}

impl SafetyPlan {
    pub fn default_for(_trial: &Trial) -> Option<Self> {
        None
    }

    pub fn problem(&self) -> Option<String> {
        None
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SafetyDetail {}

pub fn analyse_safety(
    _trial: &Trial,
    _population: &Population,
    _plan: &Plan,
    _safety: &SafetyPlan,
) -> Result<Answer, AnalysisError> {
    Err(AnalysisError::Internal { message: "not written yet".to_owned() })
}
