//! Findings to words, tables and figures as data. Formats, never computes.

pub mod axis;
pub mod change;
pub mod choices;
pub mod correlation;
pub mod figure;
pub mod label;
pub mod note;
pub mod number;
mod overview;
pub mod page;
pub mod reading;
pub mod survival;

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
        (AnalysisPlan::Correlation(correlation), Detail::Correlation(detail)) => {
            Ok(correlation::CorrelationView { overview, plan, correlation, answer, detail }.page())
        }
        (AnalysisPlan::Survival(survival), Detail::Survival(detail)) => {
            Ok(survival::SurvivalView { overview, plan, survival, answer, detail }.page())
        }
        (AnalysisPlan::Change(_) | AnalysisPlan::Correlation(_) | AnalysisPlan::Survival(_), _) => {
            Err("The answer does not belong to this question. This is a fault of the program.".to_owned())
        }
    }
}
