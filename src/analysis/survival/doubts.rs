//! What could mislead about curves and their tests.

use super::{Arm, Question};
use crate::analysis::{AnalysisId, Finding, Note, NoteKind, Term, TimeNote};
use crate::stats::survival::{KaplanMeier, LogRankOptions, log_rank_test};

/// A curve with fewer people at risk than this says little, even if it is all there is.
const FEW_AT_RISK: usize = 5;

/// So does one with less than this share of them.
const SMALL_SHARE: f64 = 0.1;

/// Follow-up that differs with a p-value below this.
const UNEVEN_FOLLOW_UP: f64 = 0.05;

/// How many times are looked at for curves that cross.
const MOST_TIMES: usize = 400;

pub(super) fn doubt(question: &Question<'_>, rows: &[Finding], notes: &mut Vec<Note>) {
    let mut note = |analysis: AnalysisId, note: TimeNote| notes.push(Note { analysis, kind: NoteKind::Time(note) });
    for arm in question.arms {
        if let Some((month, at_risk)) = thin_from(&arm.curve).filter(|_| arm.curve.events > 0) {
            note(AnalysisId::KaplanMeier, TimeNote::FewAtRisk { arm: arm.name.clone(), month, at_risk });
        }
        if question.found.entries.is_some()
            && let Some((month, at_risk)) = thin_start(&arm.curve)
        {
            note(AnalysisId::KaplanMeier, TimeNote::ThinStart { arm: arm.name.clone(), month, at_risk });
        }
        if arm.curve.events == 0 && question.found.events() > 0 {
            note(AnalysisId::KaplanMeier, TimeNote::ArmWithoutEvents { arm: arm.name.clone(), n: arm.curve.n });
        }
    }
    for (arm, control) in question.pairs() {
        if let Some(month) = crossing(&arm.curve, &control.curve) {
            note(
                AnalysisId::LogRank,
                TimeNote::CurvesCross { arm: arm.name.clone(), control: control.name.clone(), month },
            );
        }
        if let Some(p_value) = follow_up_differs(question, arm, control) {
            let median = |arm: &Arm| {
                rows.iter()
                    .find(|row| row.term == Term::MedianFollowUp && row.group.as_ref() == Some(&arm.name))
                    .and_then(|row| row.estimate)
            };
            note(
                AnalysisId::KaplanMeier,
                TimeNote::FollowUpDiffers {
                    arm: arm.name.clone(),
                    median: median(arm),
                    control: control.name.clone(),
                    control_median: median(control),
                    p_value,
                },
            );
        }
    }
    let alpha = 1.0 - question.plan.confidence_level;
    let tests = || {
        let is_test = |row: &&Finding| matches!(row.term, Term::LogRank | Term::OtherLogRank) && row.group.is_none();
        rows.iter().filter(is_test).filter_map(|row| Some((row.method.clone()?, row.p_value?)))
    };
    let below: Vec<String> = tests().filter(|(_, p)| *p < alpha).map(|(name, _)| name).collect();
    let above: Vec<String> = tests().filter(|(_, p)| *p >= alpha).map(|(name, _)| name).collect();
    if !below.is_empty() && !above.is_empty() {
        note(AnalysisId::LogRank, TimeNote::TestsDisagree { alpha, below, above });
    }
    let is_clear = rows
        .iter()
        .any(|row| row.term == Term::LogRank && row.group.is_none() && row.p_value.is_some_and(|p| p < alpha));
    let difference = rows.iter().find(|row| row.analysis == AnalysisId::Rmst && row.term == Term::Difference);
    if let Some(row) = difference.filter(|_| !is_clear)
        && let (Some(horizon), Some(low), Some(high)) = (row.at, row.conf_low, row.conf_high)
    {
        let group = row.group.clone().unwrap_or_default();
        note(AnalysisId::Rmst, TimeNote::AbsenceOfEvidence { arm: group, horizon, low, high });
    }
}

/// From when on too few are at risk: the last step with enough of them, and how many are left after it.
fn thin_from(curve: &KaplanMeier) -> Option<(f64, usize)> {
    let most = curve.steps.iter().map(|step| step.at_risk).max()?;
    let enough = FEW_AT_RISK.max((SMALL_SHARE * most as f64).ceil() as usize);
    let last = curve.steps.iter().rposition(|step| step.at_risk >= enough)?;
    let next = curve.steps.get(last + 1)?;
    Some((next.time, next.at_risk))
}

/// An event among few, before more came in.
fn thin_start(curve: &KaplanMeier) -> Option<(f64, usize)> {
    let peak = curve.steps.iter().map(|step| step.at_risk).max()?;
    let place = curve.steps.iter().position(|step| step.at_risk == peak)?;
    let early = curve.steps.get(..place)?;
    let thin = early.iter().rev().find(|step| step.events > 0 && step.at_risk < FEW_AT_RISK)?;
    Some((thin.time, thin.at_risk))
}

/// When the sign of the difference turns, if the curves are apart by more than a standard error both before and after.
fn crossing(one: &KaplanMeier, other: &KaplanMeier) -> Option<f64> {
    let mut times: Vec<f64> = [one, other]
        .iter()
        .flat_map(|curve| curve.steps.iter().filter(|step| step.events > 0).map(|step| step.time))
        .collect();
    crate::order::sort_numbers(&mut times);
    times.dedup();
    let stride = times.len().div_ceil(MOST_TIMES).max(1);
    let z = |time: f64| -> Option<f64> {
        let (s_1, s_2) = (one.survival_at(time)?, other.survival_at(time)?);
        let error = |curve: &KaplanMeier| curve.step_at(time).and_then(|step| step.std_error).unwrap_or(0.0);
        let (e_1, e_2) = (error(one), error(other));
        let spread = (e_1 * e_1 + e_2 * e_2).sqrt();
        (spread > 0.0).then(|| (s_1 - s_2) / spread)
    };
    let mut apart: Option<f64> = None;
    let mut turned: Option<f64> = None;
    for (time, z) in times.iter().step_by(stride).filter_map(|time| Some((*time, z(*time)?))) {
        match apart {
            Some(before) if before * z < 0.0 => {
                let turn = *turned.get_or_insert(time);
                if z.abs() > 1.0 {
                    return Some(turn);
                }
            }
            _ => {
                turned = None;
                if z.abs() > 1.0 {
                    apart = Some(z);
                }
            }
        }
    }
    None
}

/// p of the log-rank test with events and censorings exchanged, if small.
fn follow_up_differs(question: &Question<'_>, arm: &Arm, control: &Arm) -> Option<f64> {
    let mut pair = question
        .found
        .only(|place| question.found.arms.get(place).is_some_and(|own| *own == arm.place || *own == control.place));
    pair.is_event.iter_mut().for_each(|is_event| *is_event = !*is_event);
    let codes: Vec<usize> = pair.arms.iter().map(|own| usize::from(*own == arm.place)).collect();
    let test = log_rank_test(&pair.follow_up(), &codes, 2, &LogRankOptions::default()).ok()?;
    (test.p_value < UNEVEN_FOLLOW_UP).then_some(test.p_value)
}
