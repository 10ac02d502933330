//! Who was in the trial, who was seen when, and whether the arms were alike at baseline.

use serde::{Deserialize, Serialize};

use super::visit_plan::{VisitPlan, visit_table};
use super::{AnalysisError, Answer, Plan, Population};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatientsPlan {
    pub visits: VisitPlan,
}

impl PatientsPlan {
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
pub struct PatientsDetail {
    pub arm_names: Vec<String>,
}

pub fn analyse_patients(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    patients: &PatientsPlan,
) -> Result<Answer, AnalysisError> {
    let _ = (plan, visit_table(trial, population, &patients.visits)?);
    Err(AnalysisError::Internal { message: "not there yet".into() })
}
