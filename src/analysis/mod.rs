//! One file per question a reviewer asks: its part of the plan, its rows of the findings.

pub mod assay;
mod biomarker_note;
pub mod cafs;
pub mod change;
pub mod competing;
pub mod correlation;
pub mod covariate;
pub mod cox;
pub mod derived_outcome;
mod error;
mod finding;
pub mod landmark;
pub mod levels;
pub mod lmm;
pub mod max_t;
pub mod mmrm;
mod note;
pub mod patients;
mod plan;
mod population;
mod question;
pub mod responder;
pub mod safety;
mod safety_note;
pub mod slope;
pub mod staging;
pub mod strata;
pub mod survival;
mod tie;
mod time_note;
pub mod time_to_event;
pub mod visit_plan;
pub mod visit_window;

pub use biomarker_note::BiomarkerNote;
pub use error::AnalysisError;
pub use finding::{AnalysisId, Finding, Term};
pub use note::{Note, NoteKind};
pub use plan::{AnalysisPlan, Confirmation, PLAN_VERSION, Plan};
pub use population::{EVERYONE, Population};
pub use question::Question;
pub use safety_note::SafetyNote;
pub use time_note::TimeNote;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::stats::StatError;
use crate::trial::Trial;

/// What one analysis says: the rows that are exported, the doubts beside them, and the patient-level material that
/// only the figure needs and no export carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub rows: Vec<Finding>,
    pub notes: Vec<Note>,
    pub detail: Detail,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Detail {
    Patients(patients::PatientsDetail),
    Change(change::ChangeDetail),
    Slope(slope::SlopeDetail),
    Mmrm(mmrm::MmrmDetail),
    Lmm(lmm::LmmDetail),
    Cafs(cafs::CafsDetail),
    Staging(staging::StagingDetail),
    Levels(levels::LevelsDetail),
    Correlation(correlation::CorrelationDetail),
    Survival(survival::SurvivalDetail),
    Cox(cox::CoxDetail),
    Competing(competing::CompetingDetail),
    Landmark(landmark::LandmarkDetail),
    Safety(safety::SafetyDetail),
}

/// The plan's analyses in their order, each with its answer or the reason there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    pub asked: AnalysisPlan,
    pub result: Result<Answer, AnalysisError>,
}

/// Runs every analysis of the plan. One that cannot answer leaves the others standing. `permute` counts the permutations of
/// families of tests, here or elsewhere.
pub fn analyse(
    trial: &Trial,
    plan: &Plan,
    on_progress: &mut dyn FnMut(Question, f64),
    permute: max_t::Permute<'_>,
) -> Vec<Answered> {
    let count = plan.analyses.len().max(1) as f64;
    let inquiry = Inquiry::new(trial, plan);
    plan.analyses
        .iter()
        .enumerate()
        .map(|(index, asked)| {
            on_progress(asked.question(), index as f64 / count);
            inquiry.answer(asked, permute)
        })
        .collect()
}

/// A plan on a trial, ready to be asked one question after another, in any order: no answer depends on another.
pub struct Inquiry<'a> {
    plan: &'a Plan,
    prepared: derived_outcome::Prepared<'a>,
}

/// What an answer depends on beside its own settings: with the same premises the same question has the same answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Premises {
    shared: Plan,
    has_derived_outcomes: bool,
}

impl<'a> Inquiry<'a> {
    pub fn new(trial: &'a Trial, plan: &'a Plan) -> Self {
        Self { plan, prepared: derived_outcome::prepare(trial, plan) }
    }

    /// On the same trial.
    pub fn premises(&self) -> Premises {
        let has_derived_outcomes = matches!(self.prepared.trial, Cow::Owned(_));
        Premises { shared: self.plan.without_questions(), has_derived_outcomes }
    }

    pub fn answer(&self, asked: &AnalysisPlan, permute: max_t::Permute<'_>) -> Answered {
        let (trial, plan): (&Trial, &Plan) = (&self.prepared.trial, self.plan);
        let result = Population::of(trial, plan).and_then(|population| match asked {
            AnalysisPlan::Change(change) => change::analyse_change(trial, &population, plan, change),
            AnalysisPlan::Patients(patients) => patients::analyse_patients(trial, &population, plan, patients),
            AnalysisPlan::Slope(slope) => slope::analyse_slope(trial, &population, plan, slope),
            AnalysisPlan::Mmrm(mmrm) => mmrm::analyse_mmrm(trial, &population, plan, mmrm),
            AnalysisPlan::Lmm(lmm) => lmm::analyse_lmm(trial, &population, plan, lmm),
            AnalysisPlan::Cafs(cafs) => cafs::analyse_cafs(trial, &population, plan, cafs),
            AnalysisPlan::Staging(staging) => staging::analyse_staging(trial, &population, plan, staging),
            AnalysisPlan::Levels(asked) => levels::analyse_levels(trial, &population, plan, asked, permute),
            AnalysisPlan::Correlation(correlation) => {
                correlation::analyse_correlation(trial, &population, plan, correlation, permute)
            }
            AnalysisPlan::Survival(survival) => survival::analyse_survival(trial, &population, plan, survival),
            AnalysisPlan::Cox(cox) => cox::analyse_cox(trial, &population, plan, cox),
            AnalysisPlan::Competing(competing) => competing::analyse_competing(trial, &population, plan, competing),
            AnalysisPlan::Landmark(landmark) => landmark::analyse_landmark(trial, &population, plan, landmark),
            AnalysisPlan::Safety(safety) => safety::analyse_safety(trial, &population, plan, safety),
        });
        let result = result.map(|mut answer| {
            let outcome = asked.visits().map(|visits| visits.outcome);
            let found = self.prepared.prorated.iter().find(|(name, _)| Some(name) == outcome.as_ref());
            if let (Some((outcome, visits)), Some(row)) = (found, answer.rows.first()) {
                let kind = NoteKind::ProratedItems { outcome: outcome.clone(), visits: *visits };
                answer.notes.push(Note { analysis: row.analysis, kind });
            }
            answer
        });
        Answered { asked: asked.clone(), result }
    }
}

/// More points than this in a figure hide each other, and take longer to cross to the page than it may wait.
const MOST_POINTS: usize = 3000;

/// Evenly chosen of what is sorted, its ends among them.
pub(crate) fn thinned<T>(points: Vec<T>) -> Vec<T> {
    let stride = points.len().div_ceil(MOST_POINTS).max(1);
    let last = points.len().saturating_sub(1);
    points
        .into_iter()
        .enumerate()
        .filter(|(place, _)| place % stride == 0 || *place == last)
        .map(|(_, point)| point)
        .collect()
}

impl AnalysisError {
    /// A routine's refusal in the words of the analysis; `what` names the data it was given.
    pub(crate) fn from_stat(error: &StatError, what: &str) -> Self {
        match error {
            StatError::TooFew { need, got, .. } => Self::TooFew { what: what.to_owned(), need: *need, got: *got },
            StatError::NoVariation { .. } => Self::NoVariation { what: what.to_owned() },
            StatError::Singular { column } => Self::Singular { column: format!("column {}", column + 1) },
            StatError::NotConverged { iterations, gradient, smallest_eigenvalue } => Self::NotConverged {
                what: what.to_owned(),
                iterations: *iterations,
                gradient: *gradient,
                smallest_eigenvalue: *smallest_eigenvalue,
            },
            StatError::MonotoneLikelihood { column } => {
                Self::MonotoneLikelihood { column: format!("column {}", column + 1) }
            }
            StatError::NotFinite { .. }
            | StatError::LengthsDiffer { .. }
            | StatError::OutOfRange { .. }
            | StatError::Duplicate { .. } => Self::Internal { message: format!("{what}: {error}") },
        }
    }
}
