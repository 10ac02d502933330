//! Who responded, by each rule, and whether the shares differ between the arms.

use super::subject_slopes::SubjectSlopes;
use super::{Criterion, MissingRule, Question, SlopeMethod, responder_words};
use crate::analysis::responder::{Response, Slopes, derive_response};
use crate::analysis::{AnalysisError, AnalysisId, Finding, Note, NoteKind, Term};
use crate::stats::StatError;
use crate::stats::contingency::{
    PearsonChiSquaredOptions, TwoByTwo, TwoByTwoOptions, estimate_odds_ratio, estimate_risk_difference,
    fisher_exact_test, pearson_chi_squared_test,
};

/// Below this expected count Fisher's test stands in for chi-squared.
const SMALLEST_EXPECTED: f64 = 5.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analysis) enum Judgement {
    Responder,
    NoResponder,
    WithoutFollowUp,
    WithoutLeadIn,
    /// A share of no decline has no meaning.
    WithoutDecline,
}

pub(in crate::analysis) fn judge(subject: &SubjectSlopes, criterion: Criterion, higher_is_better: bool) -> Judgement {
    let Some(follow_up) = subject.follow_up else { return Judgement::WithoutFollowUp };
    let Some(lead_in) = subject.lead_in else { return Judgement::WithoutLeadIn };
    let sign = if higher_is_better { 1.0 } else { -1.0 };
    let slopes = Slopes { lead_in: sign * lead_in, follow_up: sign * follow_up };
    let is_responder = match criterion {
        Criterion::Percent(percent) => match derive_response(slopes, percent) {
            None => return Judgement::WithoutDecline,
            Some(response) => response == Response::Good,
        },
        // A threshold met exactly is met, whatever the rounding of the slopes.
        Criterion::Points(points) => slopes.follow_up - slopes.lead_in >= points - 1e-9 * points,
    };
    if is_responder { Judgement::Responder } else { Judgement::NoResponder }
}

/// Responders and denominators, one pair an arm.
fn tally(
    question: &Question<'_>,
    subjects: &[SubjectSlopes],
    criterion: Criterion,
    missing: MissingRule,
) -> Vec<(usize, usize)> {
    let mut counts = vec![(0, 0); question.population.arm_names.len()];
    for subject in subjects {
        let Some((with, of)) = counts.get_mut(subject.arm) else { continue };
        match judge(subject, criterion, question.slope.higher_is_better) {
            Judgement::Responder => {
                *with += 1;
                *of += 1;
            }
            Judgement::NoResponder => *of += 1,
            Judgement::WithoutFollowUp | Judgement::WithoutLeadIn | Judgement::WithoutDecline => {
                *of += usize::from(missing == MissingRule::NonResponder);
            }
        }
    }
    counts
}

pub(super) fn count_responders(
    question: &Question<'_>,
    by_method: &[(SlopeMethod, Vec<SubjectSlopes>)],
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    let primary = question.slope.primary_criterion();
    for (method, subjects) in by_method {
        if *method == question.slope.method {
            judgement_rows(question, subjects, rows, notes);
        }
        for missing in MissingRule::ALL {
            for criterion in question.slope.criteria() {
                let counts = tally(question, subjects, criterion, missing);
                let words = responder_words(criterion, *method, missing);
                share_rows(question, &counts, &words, rows);
                let failures = comparison_rows(question, &counts, &words, rows);
                let is_planned = *method == question.slope.method && missing == question.slope.missing;
                if is_planned && criterion == primary {
                    notes.extend(failures);
                }
            }
        }
    }
    if question.population.arm_names.len() > 1 {
        let kind = NoteKind::SeveralThresholds { thresholds: question.slope.criteria().len() };
        notes.push(Note { analysis: AnalysisId::Responder, kind });
        notes.extend(disagreements(question, rows));
    }
}

/// Who cannot be judged by the planned slopes, and why.
fn judgement_rows(question: &Question<'_>, subjects: &[SubjectSlopes], rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    for (arm, name) in question.population.arm_names.iter().enumerate() {
        let of = question.population.arm_size(arm);
        let count = |judgement: Judgement| {
            let is_so = |subject: &&SubjectSlopes| {
                judge(subject, question.slope.primary_criterion(), question.slope.higher_is_better) == judgement
            };
            subjects.iter().filter(|subject| subject.arm == arm).filter(is_so).count()
        };
        let [follow_up, lead_in, decline] =
            [Judgement::WithoutFollowUp, Judgement::WithoutLeadIn, Judgement::WithoutDecline].map(count);
        for (term, count) in
            [(Term::WithoutFollowUp, follow_up), (Term::WithoutLeadIn, lead_in), (Term::WithoutDecline, decline)]
        {
            rows.push(Finding {
                n: Some(of as u64),
                estimate: Some(count as f64),
                method: Some(question.slope.method.words().to_owned()),
                ..question.row(AnalysisId::Responder, term, Some(name))
            });
        }
        if follow_up + lead_in + decline > 0 {
            let kind = NoteKind::NotJudged {
                arm: name.clone(),
                of,
                without_follow_up: follow_up,
                without_lead_in: lead_in,
                without_decline: decline,
            };
            notes.push(Note { analysis: AnalysisId::Responder, kind });
        }
    }
}

/// Counts and shares with Wilson's interval, an arm each.
fn share_rows(question: &Question<'_>, counts: &[(usize, usize)], words: &str, rows: &mut Vec<Finding>) {
    let options = TwoByTwoOptions { confidence_level: question.plan.confidence_level };
    for (name, (with, of)) in question.population.arm_names.iter().zip(counts) {
        let row = |term: Term, estimate: f64| Finding {
            n: Some(*of as u64),
            estimate: Some(estimate),
            method: Some(words.to_owned()),
            ..question.row(AnalysisId::Responder, term, Some(name))
        };
        rows.push(row(Term::Count, *with as f64));
        // The arm beside itself: its share and Wilson's interval.
        let own = TwoByTwo { treated_with: *with, treated_n: *of, control_with: *with, control_n: *of };
        if let Ok(found) = estimate_risk_difference(&own, &options) {
            rows.push(Finding {
                conf_low: Some(found.treated_interval.low),
                conf_high: Some(found.treated_interval.high),
                ..row(Term::Share, found.treated)
            });
        }
    }
}

/// Each arm against the control; gives what failed.
fn comparison_rows(
    question: &Question<'_>,
    counts: &[(usize, usize)],
    words: &str,
    rows: &mut Vec<Finding>,
) -> Vec<Note> {
    let mut failures = Vec::new();
    let options = TwoByTwoOptions { confidence_level: question.plan.confidence_level };
    let Some(&(control_with, control_n)) = counts.first() else { return failures };
    for (name, &(treated_with, treated_n)) in question.population.arm_names.iter().zip(counts).skip(1) {
        let two = TwoByTwo { treated_with, treated_n, control_with, control_n };
        let row = |term: Term| Finding {
            n: Some((treated_n + control_n) as u64),
            method: Some(words.to_owned()),
            ..question.contrast_row(AnalysisId::Responder, term, name)
        };
        match estimate_risk_difference(&two, &options) {
            Ok(found) => rows.push(Finding {
                estimate: Some(found.difference),
                conf_low: Some(found.interval.low),
                conf_high: Some(found.interval.high),
                ..row(Term::RiskDifference)
            }),
            Err(error) => {
                let control = question.population.arm_names.first().map_or("", String::as_str);
                let empty = if treated_n == 0 { name.as_str() } else { control };
                let error = match error {
                    StatError::TooFew { need, got, .. } => {
                        AnalysisError::TooFew { what: format!("people of {empty} who can be judged"), need, got }
                    }
                    other => AnalysisError::from_stat(&other, empty),
                };
                failures.push(question.unanswered(AnalysisId::Responder, Some(name), error));
                continue;
            }
        }
        // An odds ratio of 0 or infinity is told by its counts.
        if let Ok(found) = estimate_odds_ratio(&two, &options)
            && let Some(interval) = found.interval
        {
            rows.push(Finding {
                estimate: Some(found.estimate),
                conf_low: Some(interval.low),
                conf_high: Some(interval.high),
                ..row(Term::OddsRatio)
            });
        }
        let table = [[treated_with, treated_n - treated_with], [control_with, control_n - control_with]];
        let lines: Vec<&[usize]> = table.iter().map(<[usize; 2]>::as_slice).collect();
        let chi_squared = pearson_chi_squared_test(&lines, &PearsonChiSquaredOptions::default()).ok();
        let fisher = fisher_exact_test(&two, &options).ok();
        rows.extend(chi_squared.as_ref().map(|found| Finding {
            statistic: Some(found.chi_squared),
            df: Some(found.df),
            p_value: Some(found.p_value),
            note: Some(format!("smallest expected count {:.1}", found.smallest_expected)),
            ..row(Term::ChiSquared)
        }));
        rows.extend(fisher.map(|found| Finding { p_value: Some(found.p_value), ..row(Term::FisherExact) }));
        let by_rule = match (&chi_squared, fisher) {
            (Some(found), _) if found.smallest_expected >= SMALLEST_EXPECTED => {
                Some((found.p_value, "chi-squared: no expected count is below 5"))
            }
            (_, Some(found)) => Some((found.p_value, "Fisher: an expected count is below 5")),
            _ => None,
        };
        rows.extend(by_rule.map(|(p_value, which)| Finding {
            p_value: Some(p_value),
            note: Some(which.to_owned()),
            ..row(Term::ResponderTest)
        }));
    }
    if counts.len() > 2 {
        let lines: Vec<[usize; 2]> = counts.iter().map(|&(with, of)| [with, of - with]).collect();
        let lines: Vec<&[usize]> = lines.iter().map(<[usize; 2]>::as_slice).collect();
        if let Ok(found) = pearson_chi_squared_test(&lines, &PearsonChiSquaredOptions::default()) {
            rows.push(Finding {
                n: Some(counts.iter().map(|(_, of)| *of as u64).sum()),
                statistic: Some(found.chi_squared),
                df: Some(found.df),
                p_value: Some(found.p_value),
                method: Some(words.to_owned()),
                note: Some(format!("smallest expected count {:.1}", found.smallest_expected)),
                ..question.row(AnalysisId::Responder, Term::ArmTest, None)
            });
        }
    }
    failures
}

/// At the primary threshold: do slopes or missing rule decide whether the risk difference excludes zero?
fn disagreements(question: &Question<'_>, rows: &[Finding]) -> Vec<Note> {
    let mut notes = Vec::new();
    let primary = question.slope.primary_criterion();
    for arm in question.population.arm_names.iter().skip(1) {
        let (mut excludes, mut includes) = (Vec::new(), Vec::new());
        for method in SlopeMethod::ALL {
            for missing in MissingRule::ALL {
                let words = responder_words(primary, method, missing);
                let found = rows.iter().find(|row| {
                    row.term == Term::RiskDifference
                        && row.group.as_deref() == Some(arm)
                        && row.method.as_deref() == Some(&words)
                });
                let Some((low, high)) = found.and_then(|row| row.conf_low.zip(row.conf_high)) else { continue };
                let choice = format!("{}; {}", method.words(), missing.words());
                if low > 0.0 || high < 0.0 { excludes.push(choice) } else { includes.push(choice) }
            }
        }
        if !excludes.is_empty() && !includes.is_empty() {
            let what = "share of responders".to_owned();
            let kind = NoteKind::ChoiceDecides { what, group: arm.clone(), excludes, includes };
            notes.push(Note { analysis: AnalysisId::Responder, kind });
        }
    }
    notes
}
