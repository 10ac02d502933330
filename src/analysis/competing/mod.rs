//! One event where another prevents it: cumulative incidence, and what it would be if the other were only a censoring.

mod arm;
mod comparison;
mod doubts;
mod plan;

pub use plan::CompetingPlan;

use serde::{Deserialize, Serialize};

use self::arm::{Arm, arm_rows};
use self::comparison::comparison_rows;
use super::time_to_event::{TimeToEvent, time_to_event};
use super::{AnalysisError, AnalysisId, Answer, Detail, Note, NoteKind, Plan, Population};
use crate::trial::{TimeUnit, Trial};

const ID: AnalysisId = AnalysisId::CumulativeIncidence;

/// The curves, for the figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompetingDetail {
    /// The events in the order of the plan.
    pub causes: Vec<String>,
    /// Control first; arms without anybody are left out.
    pub arms: Vec<ArmCurves>,
    /// Months at which the numbers at risk are given.
    pub risk_months: Vec<f64>,
    pub last_month: f64,
    /// The last of the plan's months that every arm was followed to.
    pub told_month: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmCurves {
    pub arm: String,
    /// Place of the arm: 0 is control.
    pub place: usize,
    /// Month of the arm's last follow-up.
    pub last_month: f64,
    /// By cause.
    pub incidence: Vec<Vec<CurvePoint>>,
    /// By cause: one minus Kaplan-Meier with the other events as censorings.
    pub naive: Vec<Vec<CurvePoint>>,
}

/// A step up of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    pub month: f64,
    pub at_risk: usize,
    pub events: usize,
    /// Probability up to and with `month`.
    pub share: f64,
    pub std_error: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// # What
/// For each arm and each of the plan's events the probability that it has come first by a month; what one minus
/// Kaplan-Meier makes of it beside; the differences to control, Gray's test and the cause-specific hazard ratio.
///
/// # Rules
/// Who had another event first is at risk of none any more. A month beyond an arm's follow-up has no answer, unless
/// everybody in it had an event.
///
/// # Errors
/// Those of [`time_to_event`]; `NoEvents` where none of the events happened.
pub fn analyse_competing(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    competing: &CompetingPlan,
) -> Result<Answer, AnalysisError> {
    let (found, time_doubts) = time_to_event(trial, population, &competing.time)?;
    if found.events() == 0 {
        return Err(AnalysisError::NoEvents { endpoint: found.name });
    }
    let mut notes: Vec<Note> = time_doubts.into_iter().map(|doubt| note(NoteKind::Time(doubt))).collect();
    let risk_months = risk_months(found.last_month(), found.time_unit);
    let mut rows = Vec::new();
    let mut arms: Vec<Arm> = Vec::new();
    for (place, name) in population.arm_names.iter().enumerate() {
        let of_arm = found.of_arm(place);
        if of_arm.is_empty() {
            continue;
        }
        let arm = Arm::of(name, place, of_arm, plan.confidence_level)?;
        rows.extend(arm_rows(&arm, &found, competing, &risk_months, &mut notes));
        arms.push(arm);
    }
    let told_month = competing.months.iter().copied().rev().find(|month| arms.iter().all(|arm| arm.reaches(*month)));
    rows.extend(comparison_rows(trial, &found, &arms, competing, plan.confidence_level, &mut notes));
    let mut doubts = doubts::doubts_of(trial, population, &found, &arms, competing, told_month);
    doubts.extend(doubts::disagreements(&found, &rows, 1.0 - plan.confidence_level));
    notes.extend(doubts.into_iter().map(|doubt| note(NoteKind::Time(doubt))));
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        notes.push(note(NoteKind::OutsideSet { set, subjects: population.outside_set }));
    }
    let detail = CompetingDetail {
        causes: found.causes.clone(),
        last_month: found.last_month(),
        arms: arms.into_iter().map(Arm::into_curves).collect(),
        risk_months,
        told_month,
    };
    Ok(Answer { rows, notes, detail: Detail::Competing(detail) })
}

fn note(kind: NoteKind) -> Note {
    Note { analysis: ID, kind }
}

fn unanswered(group: Option<String>, at_month: Option<f64>, error: AnalysisError) -> Note {
    note(NoteKind::Unanswered { group, at_month, error })
}

/// Those with one of the events, as if the others were censorings.
fn events_of(found: &TimeToEvent, cause: usize) -> Vec<bool> {
    found.cause.iter().map(|happened| *happened == Some(cause)).collect()
}

/// Round times of the file's own unit from 0 to the end of follow-up, ten at most; in months.
fn risk_months(last_month: f64, unit: TimeUnit) -> Vec<f64> {
    let steps: &[f64] = match unit {
        TimeUnit::Months => &[0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0],
        TimeUnit::Weeks => &[1.0, 2.0, 4.0, 8.0, 12.0, 26.0, 52.0, 104.0, 156.0, 260.0, 520.0],
        TimeUnit::Days => &[1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 180.0, 365.0, 730.0, 1095.0, 1825.0, 3650.0],
    };
    let last = unit.from_months(last_month);
    let step = steps.iter().copied().find(|step| last / step <= 10.5).unwrap_or(last / 10.0);
    let count = if step > 0.0 { (last / step + 1e-9) as usize } else { 0 };
    (0..=count).map(|index| unit.to_months(index as f64 * step)).collect()
}
