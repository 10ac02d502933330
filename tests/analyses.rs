//! The analyses on whole files: small trials whose numbers are worked by hand in the comments, the demo trial beside
//! R's figures, the worker's session without a browser, and what must not change a number.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

#[path = "analyses/cafs.rs"]
mod cafs;
#[path = "analyses/change.rs"]
mod change;
#[path = "analyses/competing.rs"]
mod competing;
#[path = "analyses/correlation.rs"]
mod correlation;
#[path = "analyses/cox.rs"]
mod cox;
#[path = "analyses/demo.rs"]
mod demo;
#[path = "analyses/indifference.rs"]
mod indifference;
#[path = "analyses/items.rs"]
mod items;
#[path = "analyses/landmark.rs"]
mod landmark;
#[path = "analyses/levels.rs"]
mod levels;
#[path = "analyses/lmm.rs"]
mod lmm;
#[path = "analyses/mmrm.rs"]
mod mmrm;
#[path = "analyses/patients.rs"]
mod patients;
#[path = "analyses/ranks_beside_r.rs"]
mod ranks_beside_r;
#[path = "analyses/safety.rs"]
mod safety;
#[path = "analyses/session.rs"]
mod session;
#[path = "analyses/slope.rs"]
mod slope;
#[path = "analyses/staging.rs"]
mod staging;
#[path = "analyses/survival.rs"]
mod survival;
#[path = "analyses/time_to_event.rs"]
mod time_to_event;

use second_look::analysis::change::{ChangeMethod, ChangePlan, DeathRule, ErrorRule, Margins, MissingRule};
use second_look::analysis::visit_window::BaselineRule;
use second_look::analysis::{
    AnalysisError, AnalysisId, AnalysisPlan, Answer, Finding, NoteKind, PLAN_VERSION, Plan, Term,
};
use second_look::engine::run;
use second_look::import::{Import, SourceFile, read_trial};

fn import(files: &[(&str, &str)]) -> Import {
    let files: Vec<SourceFile<'_>> = files.iter().map(|(name, text)| SourceFile::new(name, text.as_bytes())).collect();
    read_trial(&files, None, &mut |_, _| {})
}

fn plan(control: Option<&str>, analyses: Vec<AnalysisPlan>) -> Plan {
    Plan {
        plan_version: PLAN_VERSION,
        files: Vec::new(),
        control_arm: control.map(str::to_owned),
        analysis_set: None,
        confirmed: Vec::new(),
        confidence_level: 0.95,
        missing_items: Default::default(),
        analyses,
    }
}

/// The change of `score` at month 4, half a month on either side.
fn score_at_four() -> ChangePlan {
    ChangePlan {
        outcome: "score".into(),
        baseline: BaselineRule::LastAtOrBeforeStart,
        target_months: vec![4.0],
        primary_month: 4.0,
        window_months: 0.5,
        method: ChangeMethod::Student,
        covariates: Vec::new(),
        missing: MissingRule::Observed,
        death: DeathRule::AsMissing,
        endpoint: None,
        standard_error: ErrorRule::Classical,
        margins: Margins::Equal,
    }
}

/// The answer to the plan's first question.
fn ask(import: &Import, plan: &Plan) -> Result<Answer, AnalysisError> {
    run(import, plan, &mut |_, _| {}).remove(0).result
}

fn rows(answer: &Answer, analysis: AnalysisId, term: Term) -> Vec<&Finding> {
    answer.rows.iter().filter(|row| row.analysis == analysis && row.term == term).collect()
}

/// The only row of an analysis and term in a group.
fn row<'a>(answer: &'a Answer, analysis: AnalysisId, term: Term, group: &str) -> &'a Finding {
    let mut found = rows(answer, analysis, term);
    found.retain(|row| row.group.as_deref() == Some(group));
    assert_eq!(found.len(), 1, "{analysis:?} {term:?} {group}: {found:?}");
    found[0]
}

fn notes(answer: &Answer) -> Vec<&NoteKind> {
    answer.notes.iter().map(|note| &note.kind).collect()
}

#[track_caller]
fn near(found: Option<f64>, expected: f64) {
    near_by(found, expected, 1e-12);
}

#[track_caller]
fn near_by(found: Option<f64>, expected: f64, tolerance: f64) {
    let found = found.unwrap();
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} is not {expected}");
}
