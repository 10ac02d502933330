//! Arms against each other: tests, restricted means, the curves at a month.

use super::plan::{SurvivalTest, weight_name};
use super::{Arm, Question, contrast, unanswered};
use crate::analysis::time_to_event::TimeToEvent;
use crate::analysis::{AnalysisError, AnalysisId, Finding, Note, Term};
use crate::stats::StatError;
use crate::stats::multiplicity::adjust_holm;
use crate::stats::survival::{
    LogRank, LogRankOptions, LogRankTrendOptions, LogRankWeight, MaxCombo, MaxComboOptions, RestrictedMean,
    RestrictedMeanContrast, compare_restricted_means, estimate_restricted_mean, estimate_survival_difference,
    log_rank_test, log_rank_trend_test, max_combo_test,
};

/// The people of some arms who have a stratum, with a code for each arm.
struct Sample {
    found: TimeToEvent,
    /// Place in the list of arms.
    codes: Vec<usize>,
    strata: Option<Vec<usize>>,
    arms: usize,
}

impl Sample {
    fn of(question: &Question<'_>, arms: &[&Arm]) -> Self {
        let code = |place: usize| {
            let arm = question.found.arms.get(place)?;
            arms.iter().position(|own| own.place == *arm)
        };
        let stratum = |place: usize| question.strata.codes.get(place).copied().flatten();
        let is_in = |place: usize| code(place).is_some() && stratum(place).is_some();
        let places = || (0..question.found.len()).filter(|place| is_in(*place));
        Self {
            found: question.found.only(is_in),
            codes: places().filter_map(code).collect(),
            strata: (question.strata.count > 1).then(|| places().filter_map(stratum).collect()),
            arms: arms.len(),
        }
    }

    fn test(&self, weight: LogRankWeight) -> Result<LogRank, StatError> {
        let options = LogRankOptions { weight, strata: self.strata.as_deref() };
        log_rank_test(&self.found.follow_up(), &self.codes, self.arms, &options)
    }

    fn max_combo(&self) -> Result<MaxCombo, StatError> {
        let options = MaxComboOptions { strata: self.strata.as_deref(), ..MaxComboOptions::default() };
        max_combo_test(&self.found.follow_up(), &self.codes, &options)
    }
}

/// All arms at once by the chosen weight and by the others; each arm against control, adjusted, when there are more.
pub(super) fn test_arms(question: &Question<'_>, rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let all = Sample::of(question, &question.arms.iter().collect::<Vec<&Arm>>());
    let refused = |error: &StatError| AnalysisError::from_stat(error, "events in arms that can be compared");
    match all.test(LogRankWeight::LogRank) {
        Ok(test) => {
            for (arm, share) in test.groups.iter().filter_map(|share| Some((question.arms.get(share.group)?, share))) {
                let row = |term: Term, value: f64| Finding {
                    group: Some(arm.name.clone()),
                    n: Some(share.n as u64),
                    estimate: Some(value),
                    ..question.row(AnalysisId::LogRank, term)
                };
                rows.push(row(Term::Events, share.observed));
                rows.push(row(Term::ExpectedEvents, share.expected));
            }
        }
        Err(error) => {
            notes.push(unanswered(AnalysisId::LogRank, None, refused(&error)));
            return;
        }
    }
    let is_pair = question.arms.len() == 2;
    // MaxCombo compares two: more arms are compared at once by the log-rank test.
    let chosen = question.survival.weight().or((!is_pair).then_some(LogRankWeight::LogRank));
    for weight in question.survival.weights() {
        let term = if Some(weight) == chosen { Term::LogRank } else { Term::OtherLogRank };
        match all.test(weight) {
            Ok(test) => rows.push(test_row(question, term, &test)),
            Err(error) if Some(weight) == chosen => {
                notes.push(unanswered(AnalysisId::LogRank, None, refused(&error)));
            }
            // A weight may be 0 at every event time.
            Err(_) => {}
        }
    }
    if is_pair && question.control().is_some() {
        let term = if question.survival.test == SurvivalTest::MaxCombo { Term::LogRank } else { Term::OtherLogRank };
        match all.max_combo() {
            Ok(found) => rows.push(max_combo_row(question, term, all.found.len(), &found)),
            Err(error) if term == Term::LogRank => {
                notes.push(unanswered(AnalysisId::LogRank, None, refused(&error)));
            }
            Err(_) => {}
        }
    }
    if question.survival.is_ordered && !is_pair {
        let options = LogRankTrendOptions {
            log_rank: LogRankOptions { weight: chosen.unwrap_or_default(), strata: all.strata.as_deref() },
            ..LogRankTrendOptions::default()
        };
        match log_rank_trend_test(&all.found.follow_up(), &all.codes, all.arms, &options) {
            Ok(found) => rows.push(Finding {
                n: Some(all.found.len() as u64),
                statistic: Some(found.z),
                df: Some(found.df),
                p_value: Some(found.p_value),
                method: Some(with_strata(question, weight_name(chosen.unwrap_or_default()))),
                ..question.row(AnalysisId::LogRank, Term::LogRankTrend)
            }),
            Err(error) => notes.push(unanswered(AnalysisId::LogRank, None, refused(&error))),
        }
    }
    if !is_pair {
        test_pairs(question, rows, notes);
    }
}

fn test_pairs(question: &Question<'_>, rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let mut found = Vec::new();
    for (arm, control) in question.pairs() {
        let pair = Sample::of(question, &[control, arm]);
        let row = match question.survival.weight() {
            Some(weight) => pair.test(weight).map(|test| test_row(question, Term::LogRank, &test)),
            None => pair.max_combo().map(|test| max_combo_row(question, Term::LogRank, pair.found.len(), &test)),
        };
        match row {
            Ok(row) => {
                found.push(Finding { group: Some(arm.name.clone()), contrast: Some(contrast(arm, control)), ..row })
            }
            Err(error) => {
                let error = AnalysisError::from_stat(&error, "events");
                notes.push(unanswered(AnalysisId::LogRank, Some(arm.name.clone()), error));
            }
        }
    }
    let p_values: Vec<f64> = found.iter().filter_map(|row| row.p_value).collect();
    let adjusted = adjust_holm(&p_values).unwrap_or_default();
    for (place, row) in found.into_iter().enumerate() {
        rows.push(Finding { estimate: adjusted.get(place).copied(), ..row });
    }
}

fn with_strata(question: &Question<'_>, name: String) -> String {
    if question.survival.strata.is_empty() {
        return name;
    }
    format!("{name}, stratified by {}", question.survival.strata.join(" and "))
}

fn test_row(question: &Question<'_>, term: Term, test: &LogRank) -> Finding {
    Finding {
        n: Some(test.groups.iter().map(|group| group.n as u64).sum()),
        statistic: Some(test.chi_squared),
        df: Some(test.df),
        p_value: Some(test.p_value),
        method: Some(with_strata(question, weight_name(test.weight))),
        ..question.row(AnalysisId::LogRank, term)
    }
}

fn max_combo_row(question: &Question<'_>, term: Term, n: usize, test: &MaxCombo) -> Finding {
    Finding {
        n: Some(n as u64),
        statistic: Some(test.statistic),
        p_value: Some(test.p_value),
        method: Some(with_strata(question, "MaxCombo".to_owned())),
        ..question.row(AnalysisId::LogRank, term)
    }
}

/// Restricted means of the arms to one horizon, and their contrasts.
pub(super) fn compare_means(question: &Question<'_>, horizon: f64, rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let level = question.plan.confidence_level;
    let mut means: Vec<(usize, RestrictedMean)> = Vec::new();
    for arm in question.arms {
        match estimate_restricted_mean(&arm.curve, horizon, level) {
            Ok(mean) => {
                rows.push(Finding {
                    group: Some(arm.name.clone()),
                    at: Some(horizon),
                    n: Some(arm.curve.n as u64),
                    estimate: Some(mean.estimate),
                    std_error: Some(mean.std_error),
                    conf_low: Some(mean.interval.low),
                    conf_high: Some(mean.interval.high),
                    ..question.row(AnalysisId::Rmst, Term::RestrictedMean)
                });
                means.push((arm.place, mean));
            }
            Err(_) => {
                let last_month = arm.curve.steps.last().map_or(0.0, |step| step.time);
                let error = AnalysisError::BeyondFollowUp { month: horizon, last_month };
                notes.push(unanswered(AnalysisId::Rmst, Some(arm.name.clone()), error));
            }
        }
    }
    let mean_of = |arm: &Arm| means.iter().find(|(place, _)| *place == arm.place).map(|(_, mean)| mean);
    for (arm, control) in question.pairs() {
        let Some((one, other)) = mean_of(arm).zip(mean_of(control)) else { continue };
        match compare_restricted_means(one, other, level) {
            Ok(found) => {
                let row = |term: Term, contrast_found: RestrictedMeanContrast| Finding {
                    group: Some(arm.name.clone()),
                    contrast: Some(contrast(arm, control)),
                    at: Some(horizon),
                    n: Some((arm.curve.n + control.curve.n) as u64),
                    estimate: Some(contrast_found.estimate),
                    std_error: Some(contrast_found.std_error),
                    statistic: Some(contrast_found.z),
                    p_value: Some(contrast_found.p_value),
                    conf_low: Some(contrast_found.interval.low),
                    conf_high: Some(contrast_found.interval.high),
                    ..question.row(AnalysisId::Rmst, term)
                };
                rows.push(row(Term::Difference, found.difference));
                rows.extend(found.ratio.map(|ratio| row(Term::RestrictedMeanRatio, ratio)));
                rows.extend(found.ratio_of_time_lost.map(|ratio| row(Term::TimeLostRatio, ratio)));
            }
            Err(error) => {
                let error = AnalysisError::from_stat(&error, "restricted means");
                notes.push(unanswered(AnalysisId::Rmst, Some(arm.name.clone()), error));
            }
        }
    }
}

/// Differences of the curves at the milestones.
pub(super) fn compare_at_months(question: &Question<'_>, rows: &mut Vec<Finding>) {
    for (arm, control) in question.pairs() {
        for &month in &question.months {
            // One arm was not followed so far, which its own row tells; or neither curve has fallen by then.
            if let Ok(found) =
                estimate_survival_difference(&arm.curve, &control.curve, month, question.plan.confidence_level)
            {
                rows.push(Finding {
                    group: Some(arm.name.clone()),
                    contrast: Some(contrast(arm, control)),
                    at: Some(month),
                    n: Some((arm.curve.n + control.curve.n) as u64),
                    estimate: Some(found.estimate),
                    std_error: Some(found.std_error),
                    statistic: Some(found.z),
                    p_value: Some(found.p_value),
                    conf_low: Some(found.interval.low),
                    conf_high: Some(found.interval.high),
                    ..question.row(AnalysisId::KaplanMeier, Term::SurvivalDifference)
                });
            }
        }
    }
}
