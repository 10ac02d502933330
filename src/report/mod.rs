//! Findings to words, tables and figures as data. Formats, never computes.

pub mod arrangement;
pub mod axis;
mod biomarker_note;
pub mod cafs;
pub mod change;
pub mod choices;
pub mod competing;
pub mod correlation;
pub mod cox;
pub mod figure;
pub mod label;
pub mod landmark;
pub mod levels;
pub mod lmm;
pub mod mmrm;
pub mod note;
pub mod number;
mod overview;
pub mod page;
pub mod patients;
pub mod reading;
pub mod safety;
mod safety_note;
pub mod slope;
pub mod staging;
pub mod survival;
mod time_note;

pub use overview::{AnalyteOverview, ArmOverview, CovariateOverview, EndpointOverview, OutcomeOverview, Overview};

use page::ResultPage;

use crate::analysis::{AnalysisPlan, Answered, Detail, Plan};

/// The page of one answered analysis, or why there is none.
pub fn result_page(
    overview: &Overview,
    plan: &Plan,
    answered: &Answered,
    with_subject_lines: bool,
) -> Result<ResultPage, String> {
    let answer = answered.result.as_ref().map_err(note::error_sentence)?;
    match (&answered.asked, &answer.detail) {
        (AnalysisPlan::Change(change), Detail::Change(detail)) => {
            Ok(change::ChangeView { overview, plan, change, answer, detail, with_subject_lines }.page())
        }
        (AnalysisPlan::Patients(patients), Detail::Patients(detail)) => {
            Ok(patients::PatientsView { overview, plan, patients, answer, detail }.page())
        }
        (AnalysisPlan::Slope(slope), Detail::Slope(detail)) => {
            Ok(slope::SlopeView { overview, plan, slope, answer, detail }.page())
        }
        (AnalysisPlan::Mmrm(mmrm), Detail::Mmrm(detail)) => {
            Ok(mmrm::MmrmView { overview, plan, mmrm, answer, detail }.page())
        }
        (AnalysisPlan::Lmm(lmm), Detail::Lmm(detail)) => {
            Ok(lmm::LmmView { overview, plan, lmm, answer, detail }.page())
        }
        (AnalysisPlan::Cafs(cafs), Detail::Cafs(detail)) => {
            Ok(cafs::CafsView { overview, plan, cafs, answer, detail }.page())
        }
        (AnalysisPlan::Staging(staging), Detail::Staging(detail)) => {
            Ok(staging::StagingView { overview, plan, staging, answer, detail }.page())
        }
        (AnalysisPlan::Levels(asked), Detail::Levels(detail)) => {
            Ok(levels::LevelsView { overview, plan, asked, answer, detail }.page())
        }
        (AnalysisPlan::Correlation(correlation), Detail::Correlation(detail)) => {
            Ok(correlation::CorrelationView { overview, plan, correlation, answer, detail }.page())
        }
        (AnalysisPlan::Survival(survival), Detail::Survival(detail)) => {
            Ok(survival::SurvivalView { overview, plan, survival, answer, detail }.page())
        }
        (AnalysisPlan::Cox(cox), Detail::Cox(detail)) => {
            Ok(cox::CoxView { overview, plan, cox, answer, detail }.page())
        }
        (AnalysisPlan::Competing(competing), Detail::Competing(detail)) => {
            Ok(competing::CompetingView { overview, plan, competing, answer, detail }.page())
        }
        (AnalysisPlan::Landmark(landmark), Detail::Landmark(detail)) => {
            Ok(landmark::LandmarkView { overview, plan, landmark, answer, detail }.page())
        }
        (AnalysisPlan::Safety(safety), Detail::Safety(detail)) => {
            Ok(safety::SafetyView { overview, plan, safety, answer, detail }.page())
        }
        (
            AnalysisPlan::Patients(_)
            | AnalysisPlan::Change(_)
            | AnalysisPlan::Slope(_)
            | AnalysisPlan::Mmrm(_)
            | AnalysisPlan::Lmm(_)
            | AnalysisPlan::Cafs(_)
            | AnalysisPlan::Staging(_)
            | AnalysisPlan::Levels(_)
            | AnalysisPlan::Correlation(_)
            | AnalysisPlan::Survival(_)
            | AnalysisPlan::Cox(_)
            | AnalysisPlan::Competing(_)
            | AnalysisPlan::Landmark(_)
            | AnalysisPlan::Safety(_),
            _,
        ) => Err("The answer does not belong to this question. This is a fault of the program.".to_owned()),
    }
}
