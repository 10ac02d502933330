//! Slopes described by arm and compared between arms, by one way of drawing them.

use super::subject_slopes::SubjectSlopes;
use super::{Question, RegressionLine, SlopeMethod, SlopeTest, difference_words};
use crate::analysis::covariate::moved;
use crate::analysis::{AnalysisError, AnalysisId, Finding, Note, NoteKind, Term};
use crate::stats::StatError;
use crate::stats::compare::{TTestOptions, student_t_test, welch_t_test};
use crate::stats::correlation::{CorrelationOptions, pearson};
use crate::stats::describe::{estimate_summary, mean_interval};
use crate::stats::linear::{Ancova, AncovaOptions, Covariate, Design, ancova, fit_least_squares, linear_contrast};

/// Below this many patients in an arm the normal theory of the tests leans on the data's shape.
const FEW_PATIENTS: usize = 10;

/// Subjects of a comparison: those with both slopes, or with a follow-up slope.
struct Cohort {
    arm: Vec<usize>,
    lead_in: Vec<f64>,
    follow_up: Vec<f64>,
    change: Vec<f64>,
}

impl Cohort {
    fn of_arm(&self, arm: usize, values: &[f64]) -> Vec<f64> {
        self.arm.iter().zip(values).filter(|(own, _)| **own == arm).map(|(_, value)| *value).collect()
    }
}

/// Gives the lines of change on lead-in, an arm each.
pub(super) fn compare_slopes(
    question: &Question<'_>,
    method: SlopeMethod,
    subjects: &[SubjectSlopes],
    has_lead_in: bool,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Vec<RegressionLine> {
    let with_follow_up: Vec<&SubjectSlopes> = subjects.iter().filter(|subject| subject.follow_up.is_some()).collect();
    let followed = Cohort {
        arm: with_follow_up.iter().map(|subject| subject.arm).collect(),
        lead_in: Vec::new(),
        follow_up: with_follow_up.iter().filter_map(|subject| subject.follow_up).collect(),
        change: Vec::new(),
    };
    let with_both: Vec<&&SubjectSlopes> = with_follow_up.iter().filter(|subject| subject.lead_in.is_some()).collect();
    let both = Cohort {
        arm: with_both.iter().map(|subject| subject.arm).collect(),
        lead_in: with_both.iter().filter_map(|subject| subject.lead_in).collect(),
        follow_up: with_both.iter().filter_map(|subject| subject.follow_up).collect(),
        change: with_both.iter().filter_map(|subject| subject.change()).collect(),
    };
    let mut lines = Vec::new();
    for (arm, name) in question.population.arm_names.iter().enumerate() {
        let mut describe = |values: &[f64], mean: Term, sd: Term| {
            rows.extend(summary_rows(question, method, name, values, mean, sd));
        };
        if has_lead_in {
            describe(&both.of_arm(arm, &both.lead_in), Term::LeadInSlope, Term::SdLeadInSlope);
        }
        describe(&followed.of_arm(arm, &followed.follow_up), Term::FollowUpSlope, Term::SdFollowUpSlope);
        if has_lead_in {
            describe(&both.of_arm(arm, &both.change), Term::SlopeChange, Term::SdSlopeChange);
            lines.extend(regression_rows(question, method, (arm, name), &both, rows));
        }
    }
    if question.population.arm_names.len() < 2 {
        return lines;
    }
    let is_planned = method == question.slope.method;
    let compared = if has_lead_in { &both } else { &followed };
    if is_planned {
        for (arm, name) in question.population.arm_names.iter().enumerate() {
            let n = compared.arm.iter().filter(|own| **own == arm).count();
            if (1..FEW_PATIENTS).contains(&n) {
                let kind = NoteKind::FewPatients { group: name.clone(), n };
                notes.push(Note { analysis: AnalysisId::SlopeChange, kind });
            }
        }
    }
    let mut failures = Vec::new();
    if has_lead_in {
        failures.extend(t_rows(question, method, &both, (&both.change, Term::Difference), rows));
        match adjusted(question, &both) {
            Ok(fit) => rows.extend(adjusted_rows(question, method, &fit)),
            Err(error) => failures.push((None, error)),
        }
    }
    let of_follow_up = t_rows(question, method, &followed, (&followed.follow_up, Term::FollowUpDifference), rows);
    if !has_lead_in {
        failures.extend(of_follow_up);
        let options = AncovaOptions { confidence_level: question.plan.confidence_level, ..AncovaOptions::default() };
        let n_arms = question.population.arm_names.len();
        if n_arms > 2
            && let Ok(fit) = ancova(&followed.follow_up, &followed.arm, n_arms, &[], &options)
        {
            rows.extend(arm_test_row(question, &fit, format!("{}; analysis of variance", method.words())));
        }
    }
    if is_planned {
        notes.extend(
            failures
                .into_iter()
                .map(|(arm, error)| question.unanswered(AnalysisId::SlopeChange, arm.as_deref(), error)),
        );
    }
    lines
}

fn summary_rows(
    question: &Question<'_>,
    method: SlopeMethod,
    arm: &str,
    values: &[f64],
    mean: Term,
    sd: Term,
) -> Vec<Finding> {
    let Ok(summary) = estimate_summary(values) else { return Vec::new() };
    let interval = mean_interval(&summary, question.plan.confidence_level);
    let row = |term: Term, estimate: f64| Finding {
        n: Some(summary.n as u64),
        estimate: Some(estimate),
        method: Some(method.words().to_owned()),
        ..question.row(AnalysisId::SlopeChange, term, Some(arm))
    };
    let mut rows = vec![Finding {
        std_error: summary.std_error,
        conf_low: interval.map(|interval| interval.low),
        conf_high: interval.map(|interval| interval.high),
        ..row(mean, summary.mean)
    }];
    rows.extend(summary.sd.map(|spread| row(sd, spread)));
    rows
}

/// Each arm against the control by both t-tests; gives what failed.
fn t_rows(
    question: &Question<'_>,
    method: SlopeMethod,
    cohort: &Cohort,
    (values, term): (&[f64], Term),
    rows: &mut Vec<Finding>,
) -> Vec<(Option<String>, AnalysisError)> {
    let mut failures = Vec::new();
    let options = TTestOptions { confidence_level: question.plan.confidence_level };
    let control = cohort.of_arm(0, values);
    for (arm, name) in question.population.arm_names.iter().enumerate().skip(1) {
        let treated = cohort.of_arm(arm, values);
        let tests = [
            (SlopeTest::Student, student_t_test(&treated, &control, &options)),
            (SlopeTest::Welch, welch_t_test(&treated, &control, &options)),
        ];
        for (test, result) in tests {
            match result {
                Ok(found) => rows.push(Finding {
                    n: Some((treated.len() + control.len()) as u64),
                    estimate: Some(found.difference),
                    std_error: Some(found.std_error),
                    df: Some(found.df),
                    statistic: Some(found.t),
                    p_value: Some(found.p_value),
                    conf_low: Some(found.interval.low),
                    conf_high: Some(found.interval.high),
                    method: Some(difference_words(method, test)),
                    ..question.contrast_row(AnalysisId::SlopeChange, term, name)
                }),
                Err(error) => {
                    let control_name = question.population.arm_names.first().map_or("", String::as_str);
                    let smaller = if treated.len() <= control.len() { name } else { control_name };
                    let what = format!("{}, {smaller}", test.words());
                    failures.push((Some(name.clone()), AnalysisError::from_stat(&error, &what)));
                }
            }
        }
    }
    failures
}

/// Change in slope on arm and lead-in slope. The same differences as of the follow-up slope on both.
fn adjusted(question: &Question<'_>, cohort: &Cohort) -> Result<Ancova, AnalysisError> {
    let options = AncovaOptions { confidence_level: question.plan.confidence_level, ..AncovaOptions::default() };
    let lead_in = moved(cohort.lead_in.clone());
    let covariate = Covariate::Numeric { name: "lead-in slope", values: &lead_in };
    ancova(&cohort.change, &cohort.arm, question.population.arm_names.len(), &[covariate], &options).map_err(|error| {
        match error {
            StatError::Singular { .. } => AnalysisError::Singular { column: "lead-in slope".into() },
            StatError::TooFew { what, need, got } => {
                AnalysisError::TooFew { what: format!("ANCOVA, {what}"), need, got }
            }
            other => AnalysisError::from_stat(&other, SlopeTest::Ancova.words()),
        }
    })
}

fn adjusted_rows(question: &Question<'_>, method: SlopeMethod, fit: &Ancova) -> Vec<Finding> {
    let words = difference_words(method, SlopeTest::Ancova);
    let arms = question.population.arm_names.iter().enumerate();
    let mut rows: Vec<Finding> = arms
        .filter_map(|(arm, name)| {
            let found = &fit.contrasts.iter().find(|contrast| contrast.arm == arm)?.contrast;
            Some(Finding {
                n: Some(fit.n as u64),
                estimate: Some(found.estimate),
                std_error: Some(found.std_error),
                df: Some(found.df),
                statistic: Some(found.t),
                p_value: Some(found.p_value),
                conf_low: Some(found.interval.low),
                conf_high: Some(found.interval.high),
                method: Some(words.clone()),
                ..question.contrast_row(AnalysisId::SlopeChange, Term::Difference, name)
            })
        })
        .collect();
    if question.population.arm_names.len() > 2 {
        rows.extend(arm_test_row(question, fit, words));
    }
    rows
}

fn arm_test_row(question: &Question<'_>, fit: &Ancova, words: String) -> Option<Finding> {
    fit.arm_test.f.is_finite().then(|| Finding {
        n: Some(fit.n as u64),
        statistic: Some(fit.arm_test.f),
        df: Some(fit.arm_test.df_numerator),
        p_value: Some(fit.arm_test.p_value),
        method: Some(words),
        note: Some(format!("F on {} and {} df", fit.arm_test.df_numerator, fit.arm_test.df_denominator)),
        ..question.row(AnalysisId::SlopeChange, Term::ArmTest, None)
    })
}

/// How the change in slope hangs on the lead-in slope within one arm. No p-value: the change holds the lead-in slope
/// with a minus sign, so that no relation at all is not what chance alone would give.
fn regression_rows(
    question: &Question<'_>,
    method: SlopeMethod,
    (arm, name): (usize, &str),
    cohort: &Cohort,
    rows: &mut Vec<Finding>,
) -> Option<RegressionLine> {
    let lead_in = cohort.of_arm(arm, &cohort.lead_in);
    let change = cohort.of_arm(arm, &cohort.change);
    let level = question.plan.confidence_level;
    let row = |term: Term, estimate: f64| Finding {
        n: Some(lead_in.len() as u64),
        estimate: Some(estimate),
        method: Some(method.words().to_owned()),
        ..question.row(AnalysisId::SlopeChange, term, Some(name))
    };
    let design = Design::new(lead_in.len()).with_intercept().with_column("lead-in slope", lead_in.clone()).ok()?;
    let fit = fit_least_squares(&design, &change).ok()?;
    let found = linear_contrast(&fit, &[0.0, 1.0], level).ok()?;
    rows.push(Finding {
        std_error: Some(found.std_error),
        df: Some(found.df),
        conf_low: Some(found.interval.low),
        conf_high: Some(found.interval.high),
        ..row(Term::ChangeOnLeadIn, found.estimate)
    });
    if let Ok(together) = pearson(&lead_in, &change, &CorrelationOptions { confidence_level: level }) {
        rows.push(Finding {
            conf_low: together.interval.map(|interval| interval.low),
            conf_high: together.interval.map(|interval| interval.high),
            ..row(Term::Pearson, together.coefficient)
        });
    }
    let intercept = *fit.coefficients.first()?;
    let on_line = |x: f64| (x, intercept + found.estimate * x);
    let low = lead_in.iter().copied().fold(f64::INFINITY, f64::min);
    let high = lead_in.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(RegressionLine { arm, points: vec![on_line(low), on_line(high)] })
}
