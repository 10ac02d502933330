//! What the files hold, in the size of a page: what forms offer and labels are made of.

use serde::{Deserialize, Serialize};

use crate::analysis::derived_outcome::derive_outcomes;
use crate::analysis::safety::dose_columns;
use crate::analysis::time_to_event::{TimeOrigin, ventilation_months};
use crate::analysis::visit_window::scheduled_months;
use crate::import::{FileMapping, FilePreview, Import, Issue, Receipt};
use crate::order::sort_numbers;
use crate::trial::alsfrs::MissingItemRule;
use crate::trial::{CovariateValues, TimeUnit};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub subjects: usize,
    pub arms: Vec<ArmOverview>,
    pub subjects_without_arm: usize,
    pub outcomes: Vec<OutcomeOverview>,
    pub analytes: Vec<AnalyteOverview>,
    pub covariates: Vec<CovariateOverview>,
    pub endpoints: Vec<EndpointOverview>,
    pub adverse_events: usize,
    /// Adverse events that the files themselves flag as treatment-emergent or not.
    pub flagged_events: usize,
    /// Columns that tell the first dose, and the last.
    pub first_doses: Vec<TimeOrigin>,
    pub last_doses: Vec<TimeOrigin>,
    /// There are items of the ALSFRS-R.
    pub has_items: bool,
    /// People with 0 on item 12 at a visit: ventilated day and night. Absent without the item.
    pub ventilated: Option<usize>,
    /// From when time to an event can be counted.
    pub origins: Vec<TimeOrigin>,
    pub files: Vec<FileMapping>,
    /// What the columns hold, for a person to recognise them by.
    pub previews: Vec<FilePreview>,
    pub receipt: Receipt,
    pub issues: Vec<Issue>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmOverview {
    pub name: String,
    pub subjects: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeOverview {
    pub name: String,
    pub unit: Option<String>,
    pub time_unit: TimeUnit,
    pub visits: usize,
    pub subjects: usize,
    /// The plan an outcome starts with.
    pub default_plan: crate::analysis::change::ChangePlan,
    /// Months after the start that many were seen at.
    pub months: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnalyteOverview {
    pub name: String,
    pub unit: Option<String>,
    pub time_unit: TimeUnit,
    pub samples: usize,
    pub beyond_limit: usize,
    /// Months, the start among them, that many were sampled at.
    pub months: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CovariateOverview {
    pub name: String,
    pub is_numeric: bool,
    /// Distinct values.
    pub levels: usize,
    /// Can be an analysis set: yes or no for each subject.
    pub is_flag: bool,
    pub missing: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointOverview {
    pub name: String,
    pub time_unit: TimeUnit,
    pub subjects: usize,
    pub events: usize,
}

impl Overview {
    pub fn of(import: &Import) -> Self {
        let trial = &import.trial;
        let arms = trial
            .arms
            .iter()
            .enumerate()
            .map(|(index, arm)| ArmOverview {
                name: arm.name.clone(),
                subjects: trial.subjects.iter().filter(|subject| subject.arm == Some(index)).count(),
            })
            .collect();
        let derived = derive_outcomes(trial, MissingItemRule::Strict);
        let outcomes = trial
            .outcomes
            .iter()
            .chain(derived.iter().map(|derived| &derived.outcome))
            .map(|outcome| OutcomeOverview {
                name: outcome.name.clone(),
                unit: outcome.unit.clone(),
                time_unit: outcome.time_unit,
                visits: outcome.visits.len(),
                subjects: count_runs(outcome.visits.iter().map(|visit| visit.subject)),
                default_plan: crate::analysis::change::ChangePlan::for_outcome(outcome),
                months: scheduled_months(outcome.visits.iter().map(|visit| visit.time_months)),
            })
            .collect();
        let analytes = trial
            .analytes
            .iter()
            .map(|analyte| {
                let starts = analyte.samples.iter().any(|sample| sample.time_months == 0.0);
                let later = scheduled_months(analyte.samples.iter().map(|sample| sample.time_months));
                AnalyteOverview {
                    name: analyte.name.clone(),
                    unit: analyte.unit.clone(),
                    time_unit: analyte.time_unit,
                    samples: analyte.samples.len(),
                    beyond_limit: analyte
                        .samples
                        .iter()
                        .filter(|sample| matches!(sample.value, crate::trial::Measured::Beyond { .. }))
                        .count(),
                    months: starts.then_some(0.0).into_iter().chain(later).collect(),
                }
            })
            .collect();
        let covariates = trial
            .covariates
            .iter()
            .map(|covariate| {
                let (is_numeric, levels, missing) = match &covariate.values {
                    CovariateValues::Numeric(values) => {
                        let mut present: Vec<f64> = values.iter().copied().flatten().collect();
                        let missing = values.len() - present.len();
                        sort_numbers(&mut present);
                        present.dedup();
                        (true, present.len(), missing)
                    }
                    CovariateValues::Factor { levels, codes } => {
                        (false, levels.len(), codes.iter().filter(|code| code.is_none()).count())
                    }
                };
                CovariateOverview {
                    name: covariate.name.clone(),
                    is_numeric,
                    levels,
                    is_flag: covariate.is_flag(),
                    missing,
                }
            })
            .collect();
        let endpoints = trial
            .endpoints
            .iter()
            .map(|endpoint| EndpointOverview {
                name: endpoint.name.clone(),
                time_unit: endpoint.time_unit,
                subjects: endpoint.records.len(),
                events: endpoint.records.iter().filter(|record| record.is_event).count(),
            })
            .collect();
        Self {
            subjects: trial.subjects.len(),
            arms,
            subjects_without_arm: trial.subjects.iter().filter(|subject| subject.arm.is_none()).count(),
            outcomes,
            analytes,
            covariates,
            endpoints,
            adverse_events: trial.adverse_events.len(),
            flagged_events: trial.adverse_events.iter().filter(|event| event.is_treatment_emergent.is_some()).count(),
            first_doses: dose_columns(trial, false),
            last_doses: dose_columns(trial, true),
            ventilated: ventilation_months(trial).map(|months| months.iter().flatten().count()),
            origins: TimeOrigin::candidates(trial),
            has_items: trial.outcomes.iter().any(|outcome| outcome.item.is_some()),
            files: import.files.clone(),
            previews: import.previews.clone(),
            receipt: import.receipt.clone(),
            issues: import.issues.clone(),
        }
    }

    pub fn outcome(&self, name: &str) -> Option<&OutcomeOverview> {
        self.outcomes.iter().find(|outcome| outcome.name == name)
    }

    pub fn endpoint(&self, name: &str) -> Option<&EndpointOverview> {
        self.endpoints.iter().find(|endpoint| endpoint.name == name)
    }
}

/// Distinct values of a sorted sequence.
fn count_runs(sorted: impl Iterator<Item = usize>) -> usize {
    let mut last = None;
    sorted.filter(|&value| last.replace(value) != Some(value)).count()
}
