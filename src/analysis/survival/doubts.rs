//! What could mislead about curves and their tests.

use super::{Arm, FEW_PATIENTS, Question};
use crate::analysis::{AnalysisId, Finding, Note, NoteKind, Term, TimeNote};
use crate::stats::contingency::{TwoByTwo, TwoByTwoOptions, fisher_exact_test};
use crate::stats::survival::{KaplanMeier, LogRankOptions, log_rank_test};

/// A curve with fewer people at risk than this says little, even if it is all there is.
const FEW_AT_RISK: usize = 5;

/// So does one with less than this share of them.
const SMALL_SHARE: f64 = 0.1;

/// A piece of the curve shorter than this share of follow-up.
const SHORT_PIECE: f64 = 0.05;

/// Follow-up that differs with a p-value below this.
const UNEVEN_FOLLOW_UP: f64 = 0.05;

/// Or with medians that differ by more than this share of the longer.
const UNEVEN_MEDIANS: f64 = 0.2;

/// Early losses that differ with a p-value below this.
const UNEVEN_LOSSES: f64 = 0.05;

/// The curves must be apart by so many standard errors, before and after they cross. With 1, every other pair of equal
/// arms would be said to cross; with 1.64, one in twelve of 150 people each (simulated).
const APART: f64 = 1.64;

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
        if let Some(doubt) =
            follow_up_differs(question, rows, arm, control).or_else(|| early_losses(question, arm, control))
        {
            note(AnalysisId::KaplanMeier, doubt);
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
    let mut differences =
        rows.iter().filter(|row| !is_clear && row.analysis == AnalysisId::Rmst && row.term == Term::Difference);
    // With several arms the table says it of each.
    if let Some(row) = differences.next().filter(|_| differences.next().is_none())
        && let (Some(horizon), Some(low), Some(high)) = (row.at, row.conf_low, row.conf_high)
        && low < 0.0
        && high > 0.0
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
    let thin = curve.steps.get(last + 1..)?;
    let (next, end) = (thin.first()?, thin.last()?);
    // Not worth a word where follow-up ends there and nothing happens.
    let is_telling = thin.iter().any(|step| step.events > 0) || end.time - next.time > SHORT_PIECE * end.time;
    is_telling.then_some((next.time, next.at_risk))
}

/// An event among few, before more came in.
fn thin_start(curve: &KaplanMeier) -> Option<(f64, usize)> {
    let peak = curve.steps.iter().map(|step| step.at_risk).max()?;
    let place = curve.steps.iter().position(|step| step.at_risk == peak)?;
    let early = curve.steps.get(..place)?;
    let thin = early.iter().rev().find(|step| step.events > 0 && step.at_risk < FEW_AT_RISK)?;
    Some((thin.time, thin.at_risk))
}

/// When the sign of the difference turns, if the curves are clearly apart both before and after.
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
                if z.abs() > APART {
                    return Some(turn);
                }
            }
            _ => {
                turned = None;
                if z.abs() > APART {
                    apart = Some(z);
                }
            }
        }
    }
    None
}

/// By the log-rank test with events and censorings exchanged, or by the medians if there are enough people for them.
fn follow_up_differs(question: &Question<'_>, rows: &[Finding], arm: &Arm, control: &Arm) -> Option<TimeNote> {
    let mut pair = question
        .found
        .only(|place| question.found.arms.get(place).is_some_and(|own| *own == arm.place || *own == control.place));
    pair.is_event.iter_mut().for_each(|is_event| *is_event = !*is_event);
    let codes: Vec<usize> = pair.arms.iter().map(|own| usize::from(*own == arm.place)).collect();
    let test = log_rank_test(&pair.follow_up(), &codes, 2, &LogRankOptions::default()).ok()?;
    let median = |arm: &Arm| {
        rows.iter()
            .find(|row| row.term == Term::MedianFollowUp && row.group.as_ref() == Some(&arm.name))
            .and_then(|row| row.estimate)
    };
    let medians = (median(arm), median(control));
    let is_far = match medians {
        (Some(one), Some(other)) => (one - other).abs() > UNEVEN_MEDIANS * one.max(other),
        _ => false,
    };
    let is_large = arm.curve.n >= FEW_PATIENTS && control.curve.n >= FEW_PATIENTS;
    (test.p_value < UNEVEN_FOLLOW_UP || (is_far && is_large)).then(|| TimeNote::FollowUpDiffers {
        arm: arm.name.clone(),
        median: medians.0,
        control: control.name.clone(),
        control_median: medians.1,
        p_value: test.p_value,
    })
}

/// People last seen without the event before the first of the months.
fn early_losses(question: &Question<'_>, arm: &Arm, control: &Arm) -> Option<TimeNote> {
    let month = *question.months.first()?;
    let lost = |arm: &Arm| -> usize {
        arm.curve.steps.iter().take_while(|step| step.time < month).map(|step| step.censored).sum()
    };
    let counts = TwoByTwo {
        treated_with: lost(arm),
        treated_n: arm.curve.n,
        control_with: lost(control),
        control_n: control.curve.n,
    };
    let test = fisher_exact_test(&counts, &TwoByTwoOptions::default()).ok()?;
    (test.p_value < UNEVEN_LOSSES).then(|| TimeNote::EarlyLosses {
        arm: arm.name.clone(),
        lost: lost(arm),
        of: arm.curve.n,
        control: control.name.clone(),
        control_lost: lost(control),
        control_of: control.curve.n,
        month,
    })
}
