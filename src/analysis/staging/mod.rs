//! King's and MiToS stages over time.

mod stage_counts;

pub use stage_counts::{StageCount, StagingOptions, StagingSystem, count_stages, derive_stages};

use serde::{Deserialize, Serialize};

use super::visit_plan::{VisitPlan, visit_table};
use super::{AnalysisError, Answer, Plan, Population};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagingPlan {
    pub visits: VisitPlan,
}

impl StagingPlan {
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
pub struct StagingDetail {
    pub arm_names: Vec<String>,
}

pub fn analyse_staging(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    staging: &StagingPlan,
) -> Result<Answer, AnalysisError> {
    let _ = (plan, visit_table(trial, population, &staging.visits)?);
    Err(AnalysisError::Internal { message: "not there yet".into() })
}
