//! Survival of responders and others from the month on at which they were told apart.

use serde::{Deserialize, Serialize};

use super::time_to_event::EndpointPlan;
use super::visit_plan::VisitPlan;
use super::{AnalysisError, Answer, Plan, Population};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandmarkPlan {
    pub visits: VisitPlan,
    pub time: EndpointPlan,
}

impl LandmarkPlan {
    pub fn default_for(_trial: &Trial) -> Option<Self> {
        None
    }

    pub fn problem(&self) -> Option<String> {
        self.time.problem()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LandmarkDetail {}

pub fn analyse_landmark(
    _trial: &Trial,
    _population: &Population,
    _plan: &Plan,
    _landmark: &LandmarkPlan,
) -> Result<Answer, AnalysisError> {
    Err(AnalysisError::Internal { message: "not written yet".to_owned() })
}
