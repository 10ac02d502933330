//! One event where another prevents it: cumulative incidence.

use serde::{Deserialize, Serialize};

use super::time_to_event::EndpointPlan;
use super::{AnalysisError, Answer, Plan, Population};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompetingPlan {
    pub time: EndpointPlan,
}

impl CompetingPlan {
    pub fn default_for(_trial: &Trial) -> Option<Self> {
        None
    }

    pub fn problem(&self) -> Option<String> {
        self.time.problem()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompetingDetail {}

pub fn analyse_competing(
    _trial: &Trial,
    _population: &Population,
    _plan: &Plan,
    _competing: &CompetingPlan,
) -> Result<Answer, AnalysisError> {
    Err(AnalysisError::Internal { message: "not written yet".to_owned() })
}
