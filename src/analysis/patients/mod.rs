//! Who was in the trial, who was seen when, and whether the arms were alike at baseline.

mod baseline;
mod flow;

use serde::{Deserialize, Serialize};

use super::cafs::default_death;
use super::visit_plan::{VisitPlan, visit_table};
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatientsPlan {
    pub visits: VisitPlan,
    /// Whose event is death. Absent: who died is not told apart from who was lost.
    #[serde(default)]
    pub endpoint: Option<String>,
}

impl PatientsPlan {
    /// The endpoint that is named for death stands for it.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        Some(Self { visits: VisitPlan::default_for(trial)?, endpoint: default_death(trial) })
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        self.visits.problem()
    }
}

/// What the tables need beside the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatientsDetail {
    /// Control first.
    pub arm_names: Vec<String>,
    /// In the analysis set.
    pub arm_sizes: Vec<usize>,
    /// In the order of the baseline table.
    pub variables: Vec<BaselineVariable>,
}

/// One characteristic at baseline; its rows have the key as outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaselineVariable {
    pub key: String,
    /// As in its rows: 0 for what was measured at the baseline visit.
    pub at: Option<f64>,
    /// Empty for a number. The rows of a class have `class_key` as outcome.
    pub classes: Vec<String>,
}

/// The outcome column of a class's rows.
pub fn class_key(variable: &str, class: &str) -> String {
    format!("{variable} = {class}")
}

/// The key of the slope before the start.
pub fn lead_in_key(outcome: &str) -> String {
    format!("{outcome}, lead-in slope")
}

/// The key of the points lost a month since the first symptom.
pub const PROGRESSION_RATE: &str = "progression rate since onset";

/// What the parts of this analysis share.
struct Question<'a> {
    trial: &'a Trial,
    population: &'a Population,
    plan: &'a Plan,
    patients: &'a PatientsPlan,
}

impl Question<'_> {
    fn contrast(&self, arm: &str) -> String {
        format!("{arm} − {}", self.population.arm_names.first().map_or("", String::as_str))
    }

    fn flow_row(&self, term: Term, arm: &str, at: Option<f64>) -> Finding {
        let group = Some(arm.to_owned());
        Finding { group, at, ..Finding::new(AnalysisId::PopulationFlow, &self.patients.visits.outcome, term) }
    }
}

/// # What
/// Everyone with an arm in the analysis set, at each target month: seen in its window, or not, and why. And what they
/// were like at baseline, by arm. Nothing is imputed.
pub fn analyse_patients(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    patients: &PatientsPlan,
) -> Result<Answer, AnalysisError> {
    let table = visit_table(trial, population, &patients.visits)?;
    let endpoint = match &patients.endpoint {
        None => None,
        Some(name) => Some(
            trial
                .endpoint(name)
                .ok_or_else(|| AnalysisError::NotInFiles { what: "endpoint".into(), name: name.clone() })?,
        ),
    };
    let question = Question { trial, population, plan, patients };
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    flow::follow_patients(&question, &table, endpoint, &mut rows, &mut notes);
    let variables = baseline::describe_baseline(&question, &table, &mut rows, &mut notes);
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        let kind = NoteKind::OutsideSet { set, subjects: population.outside_set };
        notes.push(Note { analysis: AnalysisId::PopulationFlow, kind });
    }
    let detail = PatientsDetail {
        arm_names: population.arm_names.clone(),
        arm_sizes: (0..population.arm_names.len()).map(|arm| population.arm_size(arm)).collect(),
        variables,
    };
    Ok(Answer { rows, notes, detail: Detail::Patients(detail) })
}
