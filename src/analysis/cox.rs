//! Whose hazard is how many times whose, other things equal.

use serde::{Deserialize, Serialize};

use super::time_to_event::EndpointPlan;
use super::{AnalysisError, Answer, Plan, Population};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoxPlan {
    pub time: EndpointPlan,
}

impl CoxPlan {
    pub fn default_for(_trial: &Trial) -> Option<Self> {
        None
    }

    pub fn problem(&self) -> Option<String> {
        self.time.problem()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoxDetail {}

pub fn analyse_cox(
    _trial: &Trial,
    _population: &Population,
    _plan: &Plan,
    _cox: &CoxPlan,
) -> Result<Answer, AnalysisError> {
    Err(AnalysisError::Internal { message: "not written yet".to_owned() })
}
