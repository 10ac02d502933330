//! One arm's curve.

use super::{Arm, CurveDetail, CurveStep, Question};
use crate::analysis::{AnalysisError, AnalysisId, Finding, Note, NoteKind, Term};
use crate::stats::real;
use crate::stats::survival::{KaplanMeierOptions, SurvivalQuantile, SurvivalStep, estimate_follow_up};

/// Of one line of the check on proportional hazards.
const MOST_POINTS: usize = 300;

pub(super) fn detail(arm: &Arm) -> CurveDetail {
    let steps = arm
        .curve
        .steps
        .iter()
        .map(|step| CurveStep {
            month: step.time,
            at_risk: step.at_risk,
            events: step.events,
            censored: step.censored,
            survival: step.survival,
            low: step.interval.map(|interval| interval.low),
            high: step.interval.map(|interval| interval.high),
        })
        .collect();
    let is_inside =
        |step: &&SurvivalStep| step.events > 0 && step.time > 0.0 && step.survival > 0.0 && step.survival < 1.0;
    let inside: Vec<&SurvivalStep> = arm.curve.steps.iter().filter(is_inside).collect();
    let stride = inside.len().div_ceil(MOST_POINTS).max(1);
    let log_log = inside
        .into_iter()
        .step_by(stride)
        .map(|step| (real::ln(step.time), real::ln(-real::ln(step.survival))))
        .collect();
    CurveDetail { arm: arm.name.clone(), place: arm.place, steps, log_log }
}

/// Counts, quantiles, follow-up, numbers under the curve, milestones, and each step.
pub(super) fn describe(question: &Question<'_>, arm: &Arm, rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let curve = &arm.curve;
    let scale = question.survival.interval.name();
    let row = |term: Term| Finding {
        group: Some(arm.name.clone()),
        n: Some(curve.n as u64),
        ..question.row(AnalysisId::KaplanMeier, term)
    };
    let quantile = |term: Term, quantile: SurvivalQuantile| Finding {
        estimate: quantile.estimate,
        conf_low: quantile.low,
        conf_high: quantile.high,
        method: Some(format!("{scale} interval, Brookmeyer-Crowley")),
        note: quantile.estimate.is_none().then(|| "not reached".to_owned()),
        ..row(term)
    };
    rows.push(Finding { estimate: Some(curve.events as f64), ..row(Term::Events) });
    rows.push(Finding { estimate: Some((curve.n - curve.events) as f64), ..row(Term::Censored) });
    rows.push(quantile(Term::MedianTime, curve.median));
    let rule = question.survival.flat_step.rule();
    for (term, probability) in [(Term::QuarterTime, 0.25), (Term::ThreeQuartersTime, 0.75)] {
        rows.extend(curve.quantile(probability, rule).map(|found| quantile(term, found)));
    }
    let options = KaplanMeierOptions { confidence_level: question.plan.confidence_level, ..Default::default() };
    if let Ok(follow_up) = estimate_follow_up(&arm.found.follow_up(), &options) {
        rows.push(Finding {
            method: Some("reverse Kaplan-Meier, log-log interval".to_owned()),
            ..quantile(Term::MedianFollowUp, follow_up.median)
        });
    }
    let (mut events, mut censored) = (0, 0);
    let mut steps = curve.steps.iter().peekable();
    for &month in &question.risk_months {
        while let Some(step) = steps.next_if(|step| step.time < month) {
            events += step.events;
            censored += step.censored;
        }
        let at = |term: Term, count: usize| Finding { at: Some(month), estimate: Some(count as f64), ..row(term) };
        rows.push(at(Term::AtRisk, curve.at_risk(month)));
        rows.push(at(Term::EventsBefore, events));
        rows.push(at(Term::CensoredBefore, censored));
    }
    for &month in &question.months {
        let Some(survival) = curve.survival_at(month) else {
            let last_month = curve.steps.last().map_or(0.0, |step| step.time);
            let error = AnalysisError::BeyondFollowUp { month, last_month };
            let kind = NoteKind::Unanswered { group: Some(arm.name.clone()), at_month: Some(month), error };
            notes.push(Note { analysis: AnalysisId::KaplanMeier, kind });
            continue;
        };
        let step = curve.step_at(month);
        rows.push(Finding {
            at: Some(month),
            estimate: Some(survival),
            std_error: step.and_then(|step| step.std_error),
            conf_low: step.and_then(|step| step.interval).map(|interval| interval.low),
            conf_high: step.and_then(|step| step.interval).map(|interval| interval.high),
            method: Some(format!("{scale} interval, Greenwood")),
            ..row(Term::SurvivalAtMonth)
        });
    }
    rows.extend(curve.steps.iter().filter(|step| step.events > 0).map(|step| Finding {
        at: Some(step.time),
        n: Some(step.at_risk as u64),
        estimate: Some(step.survival),
        std_error: step.std_error,
        conf_low: step.interval.map(|interval| interval.low),
        conf_high: step.interval.map(|interval| interval.high),
        method: Some(format!("{scale} interval, Greenwood")),
        ..row(Term::Survival)
    }));
    if curve.events > 0 && curve.median.estimate.is_none() {
        let kind = NoteKind::MedianNotReached {
            arm: arm.name.clone(),
            survival_at_end: curve.steps.last().map_or(1.0, |step| step.survival),
            last_month: curve.steps.last().map_or(0.0, |step| step.time),
        };
        notes.push(Note { analysis: AnalysisId::KaplanMeier, kind });
    }
}
