//! Mixed model for repeated measures: all visits in one model, any covariance between them.

use serde::{Deserialize, Serialize};

use super::visit_plan::{VisitPlan, visit_table};
use super::{AnalysisError, Answer, Plan, Population};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MmrmPlan {
    pub visits: VisitPlan,
}

impl MmrmPlan {
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let _ = trial;
        None
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        self.visits.problem()
    }
}

/// What the figures need beside the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MmrmDetail {
    pub arm_names: Vec<String>,
}

pub fn analyse_mmrm(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    mmrm: &MmrmPlan,
) -> Result<Answer, AnalysisError> {
    let _ = (plan, visit_table(trial, population, &mmrm.visits)?);
    Err(AnalysisError::Internal { message: "not there yet".into() })
}
