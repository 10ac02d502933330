//! Responders against the others, from one point in time on.

use super::cohort::Sample;
use super::{CONTRAST, LandmarkCurve, Question, group_name};
use crate::analysis::survival::CurveStep;
use crate::analysis::{AnalysisError, AnalysisId, Finding, Note, NoteKind, Term};
use crate::stats::survival::{
    CoxOptions, KaplanMeier, KaplanMeierOptions, LogRank, LogRankOptions, estimate_kaplan_meier, fit_cox, log_rank_test,
};
use crate::stats::{Matrix, StatError};

/// From where a comparison counts, and the names of its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock<'a> {
    /// Months from the start of follow-up to time 0 of the comparison.
    pub start_month: f64,
    /// Months from the start at which numbers at risk and shares are given.
    pub months: &'a [f64],
    pub terms: &'static Terms,
}

#[derive(Debug)]
pub(super) struct Terms {
    pub people: Term,
    pub events: Term,
    pub median: Term,
    pub at_risk: Term,
    pub survival: Term,
    pub log_rank: Term,
    pub hazard_ratio: Term,
}

pub(super) const FROM_LANDMARK: Terms = Terms {
    people: Term::AtLandmark,
    events: Term::Events,
    median: Term::MedianTime,
    at_risk: Term::AtRisk,
    survival: Term::Survival,
    log_rank: Term::LogRank,
    hazard_ratio: Term::HazardRatio,
};

pub(super) const FROM_START: Terms = Terms {
    people: Term::NaivePeople,
    events: Term::NaiveEvents,
    median: Term::NaiveMedianTime,
    at_risk: Term::NaiveAtRisk,
    survival: Term::NaiveSurvival,
    log_rank: Term::NaiveLogRank,
    hazard_ratio: Term::NaiveHazardRatio,
};

/// One response's curve: its rows, and its steps for the figure.
pub(super) fn describe(
    question: &Question<'_>,
    clock: Clock<'_>,
    arm: Option<&str>,
    is_responder: bool,
    sample: &Sample,
    rows: &mut Vec<Finding>,
) -> Result<LandmarkCurve, AnalysisError> {
    let name = group_name(arm, is_responder);
    let options = KaplanMeierOptions { confidence_level: question.plan.confidence_level, ..Default::default() };
    let curve = estimate_kaplan_meier(&sample.follow_up(), &options)
        .map_err(|error| AnalysisError::from_stat(&error, &name))?;
    let row = |term: Term, at: f64| Finding {
        at: Some(at),
        n: Some(curve.n as u64),
        ..question.row(term, Some(name.clone()))
    };
    let start = clock.start_month;
    rows.push(Finding { estimate: Some(curve.n as f64), ..row(clock.terms.people, start) });
    rows.push(Finding { estimate: Some(curve.events as f64), ..row(clock.terms.events, start) });
    rows.push(Finding {
        estimate: curve.median.estimate,
        conf_low: curve.median.low,
        conf_high: curve.median.high,
        method: Some("log-log interval, Brookmeyer-Crowley".into()),
        note: curve.median.estimate.is_none().then(|| "not reached".to_owned()),
        ..row(clock.terms.median, start)
    });
    rows.extend(clock.months.iter().map(|&month| Finding {
        estimate: Some(sample.at_risk(month - start) as f64),
        ..row(clock.terms.at_risk, month)
    }));
    let last = curve.steps.last().map_or(0.0, |step| step.time);
    let times =
        clock.months.iter().map(|month| (*month, month - start)).filter(|(_, time)| *time > 0.0 && *time < last);
    for (month, time) in times.chain([(start + last, last)]) {
        let step = curve.step_at(time);
        rows.push(Finding {
            estimate: Some(step.map_or(1.0, |step| step.survival)),
            // Before the first step nobody is known to have had the event.
            std_error: step.map_or(Some(0.0), |step| step.std_error),
            conf_low: step.and_then(|step| step.interval).map(|interval| interval.low),
            conf_high: step.and_then(|step| step.interval).map(|interval| interval.high),
            method: Some("log-log interval, Greenwood".into()),
            ..row(clock.terms.survival, month)
        });
    }
    Ok(LandmarkCurve { arm: arm.map(str::to_owned), is_responder, steps: steps(&curve, start) })
}

fn steps(curve: &KaplanMeier, start_month: f64) -> Vec<CurveStep> {
    let step = |step: &crate::stats::survival::SurvivalStep| CurveStep {
        month: start_month + step.time,
        at_risk: step.at_risk,
        events: step.events,
        censored: step.censored,
        survival: step.survival,
        low: step.interval.map(|interval| interval.low),
        high: step.interval.map(|interval| interval.high),
    };
    curve.steps.iter().map(step).collect()
}

/// The tests of one arm's sample, or of all arms', in which responders are compared within each arm.
pub(super) fn compare(
    question: &Question<'_>,
    clock: Clock<'_>,
    arm: Option<&str>,
    sample: &Sample,
    rows: &mut Vec<Finding>,
) -> Vec<Note> {
    let strata = sample.strata();
    let stratified = if strata.is_some() { "; stratified by arm" } else { "" };
    let row = |term: Term| Finding {
        contrast: Some(CONTRAST.into()),
        at: Some(clock.start_month),
        n: Some(sample.len() as u64),
        ..question.row(term, arm.map(str::to_owned))
    };
    let mut failures = Vec::new();
    match log_rank(question, sample, strata) {
        Ok(test) => rows.push(Finding {
            statistic: Some(test.chi_squared),
            df: Some(test.df),
            p_value: Some(test.p_value),
            method: Some(format!("log-rank{stratified}")),
            ..row(clock.terms.log_rank)
        }),
        Err(error) => failures.push(error),
    }
    match hazard_ratio(question, sample, strata) {
        Ok(found) => rows.push(Finding {
            method: Some(format!("{}{stratified}", found.words())),
            ..with_ratio(row(clock.terms.hazard_ratio), &found)
        }),
        // What neither can answer is said once.
        Err(error) if !failures.contains(&error) => failures.push(error),
        Err(_) => {}
    }
    let unanswered = |error: AnalysisError| Note {
        analysis: AnalysisId::Landmark,
        kind: NoteKind::Unanswered { group: arm.map(str::to_owned), at_month: Some(clock.start_month), error },
    };
    failures.into_iter().map(unanswered).collect()
}

/// Log-rank test and hazard ratio for one more landmark.
pub(super) fn compare_again(
    question: &Question<'_>,
    landmark_month: f64,
    arm: Option<&str>,
    sample: &Sample,
) -> Vec<Finding> {
    let strata = sample.strata();
    let row = |term: Term| Finding {
        contrast: Some(CONTRAST.into()),
        at: Some(landmark_month),
        n: Some(sample.len() as u64),
        ..question.row(term, arm.map(str::to_owned))
    };
    let mut rows = vec![Finding { estimate: Some(sample.events() as f64), ..row(Term::EventsByLandmark) }];
    rows.extend(log_rank(question, sample, strata).ok().map(|test| Finding {
        statistic: Some(test.chi_squared),
        df: Some(test.df),
        p_value: Some(test.p_value),
        ..row(Term::LogRankByLandmark)
    }));
    rows.extend(hazard_ratio(question, sample, strata).ok().map(|found| Finding {
        method: Some(found.words().to_owned()),
        ..with_ratio(row(Term::HazardRatioByLandmark), &found)
    }));
    rows
}

/// A hazard ratio with the standard error of its logarithm.
struct Ratio {
    hazard_ratio: f64,
    std_error: f64,
    z: f64,
    p_value: f64,
    low: f64,
    high: f64,
    is_firth: bool,
}

impl Ratio {
    fn words(&self) -> &'static str {
        if self.is_firth { "Cox with Firth’s penalty, Efron’s ties" } else { "Cox, Efron’s ties" }
    }
}

fn with_ratio(row: Finding, found: &Ratio) -> Finding {
    Finding {
        estimate: Some(found.hazard_ratio),
        std_error: Some(found.std_error),
        statistic: Some(found.z),
        p_value: Some(found.p_value),
        conf_low: Some(found.low),
        conf_high: Some(found.high),
        ..row
    }
}

impl Sample {
    /// The arms, where there are several.
    fn strata(&self) -> Option<&[usize]> {
        let first = self.arms.first()?;
        self.arms.iter().any(|arm| arm != first).then_some(self.arms.as_slice())
    }

    /// Why these people cannot be compared, if so.
    fn problem(&self, question: &Question<'_>) -> Option<AnalysisError> {
        let responders = self.responders();
        let missing = |what: &str| Some(AnalysisError::TooFew { what: what.to_owned(), need: 1, got: 0 });
        if responders == 0 {
            return missing("responders under observation");
        }
        if responders == self.len() {
            return missing("others than responders under observation");
        }
        (self.events() == 0).then(|| AnalysisError::NoEvents { endpoint: question.event.to_owned() })
    }
}

fn log_rank(question: &Question<'_>, sample: &Sample, strata: Option<&[usize]>) -> Result<LogRank, AnalysisError> {
    if let Some(error) = sample.problem(question) {
        return Err(error);
    }
    let codes: Vec<usize> = sample.is_responder.iter().map(|is_responder| usize::from(*is_responder)).collect();
    let options = LogRankOptions { strata, ..LogRankOptions::default() };
    log_rank_test(&sample.follow_up(), &codes, 2, &options)
        .map_err(|error| AnalysisError::from_stat(&error, UNCOMPARED))
}

fn hazard_ratio(question: &Question<'_>, sample: &Sample, strata: Option<&[usize]>) -> Result<Ratio, AnalysisError> {
    if let Some(error) = sample.problem(question) {
        return Err(error);
    }
    let values: Vec<Vec<f64>> =
        sample.is_responder.iter().map(|is_responder| vec![f64::from(u8::from(*is_responder))]).collect();
    let values = Matrix::from_rows(&values);
    let options = CoxOptions { strata, confidence_level: question.plan.confidence_level, ..CoxOptions::default() };
    let follow_up = sample.follow_up();
    let fit = match fit_cox(&follow_up, &values, &options) {
        // As when no responder dies.
        Err(monotone @ StatError::MonotoneLikelihood { .. }) => {
            fit_cox(&follow_up, &values, &CoxOptions { is_firth: true, ..options }).map_err(|_| monotone)
        }
        other => other,
    };
    let fit = fit.map_err(|error| match AnalysisError::from_stat(&error, UNCOMPARED) {
        AnalysisError::MonotoneLikelihood { .. } => AnalysisError::MonotoneLikelihood { column: "response".into() },
        // The one column does not vary among those at risk at any event.
        AnalysisError::Singular { .. } => AnalysisError::NoVariation { what: UNCOMPARED.into() },
        other => other,
    })?;
    let Some(found) = fit.coefficients.first() else {
        return Err(AnalysisError::Internal { message: "a Cox model without a coefficient".into() });
    };
    Ok(Ratio {
        hazard_ratio: found.hazard_ratio,
        std_error: found.std_error,
        z: found.z,
        p_value: found.p_value,
        low: found.interval.low,
        high: found.interval.high,
        is_firth: fit.is_firth,
    })
}

const UNCOMPARED: &str = "response among those at risk when an event comes";
