//! Arms against control, by six methods.

use super::repeated::Repeated;
use super::{Asked, FamilyTest, LevelsMethod, Paired, bounded};
use crate::analysis::assay::{LimitRule, Readings, Scale};
use crate::analysis::{AnalysisError, Finding, Note, NoteKind, Term};
use crate::stats::StatError;
use crate::stats::compare::{MannWhitneyOptions, TTestOptions, mann_whitney_test, student_t_test, welch_t_test};
use crate::stats::linear::{AncovaOptions, Covariate, ancova};

/// What one method says of one arm against control, on the plan's scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Compared {
    pub n: usize,
    /// Difference of means, or for ranks the probability that a treated change is the higher.
    pub estimate: f64,
    pub std_error: Option<f64>,
    pub df: Option<f64>,
    pub statistic: Option<f64>,
    pub p_value: f64,
    pub interval: Option<(f64, f64)>,
}

/// One analyte's changes to a month, and the model of all months where there is one.
pub(super) struct Changes<'a> {
    pub name: &'a str,
    pub month: f64,
    pub readings: &'a Readings,
    pub paired: &'a [Paired],
    pub repeated: Option<&'a Result<Repeated, AnalysisError>>,
}

pub(super) fn compare(
    asked: &Asked<'_>,
    changes: &Changes<'_>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
    family: &mut Vec<FamilyTest>,
) {
    let (name, month) = (changes.name, changes.month);
    let is_ranked = asked.levels.assay.below_limit == LimitRule::LowestRank;
    let is_primary = month == asked.levels.assay.month;
    for arm in 1..asked.arms() {
        for method in LevelsMethod::ALL {
            if is_ranked && method != LevelsMethod::MannWhitney {
                continue;
            }
            let is_chosen = method == asked.levels.method || (is_ranked && method == LevelsMethod::MannWhitney);
            let is_needless = match method {
                LevelsMethod::Mmrm => changes.repeated.is_none(),
                LevelsMethod::CensoredLikelihood => changes.readings.beyond == 0,
                _ => false,
            };
            if is_needless && !is_chosen {
                continue;
            }
            match by_any_method(asked, changes, arm, method) {
                Ok(compared) => {
                    if is_primary && is_chosen {
                        let p_value = compared.p_value;
                        family.push(FamilyTest { analyte: name.to_owned(), group: asked.name(arm), p_value });
                    }
                    let term = term_of(asked.levels.assay.scale, method, false);
                    let row = row_of(asked, name, arm, month, method, term, &compared);
                    let structure = changes.repeated.filter(|_| method == LevelsMethod::Mmrm);
                    let note = structure.and_then(|repeated| Some(repeated.as_ref().ok()?.structure().to_owned()));
                    rows.push(Finding { note, ..row });
                }
                Err(error) if is_primary && is_chosen => {
                    let group = Some(format!("{name}, {}", asked.name(arm)));
                    notes.push(asked.note(NoteKind::Unanswered { group, at_month: Some(month), error }));
                }
                Err(_) => {}
            }
        }
    }
}

/// With one month alone the mixed model is the analysis of covariance.
pub(super) fn by_any_method(
    asked: &Asked<'_>,
    changes: &Changes<'_>,
    arm: usize,
    method: LevelsMethod,
) -> Result<Compared, AnalysisError> {
    let level = asked.plan.confidence_level;
    let found = match changes.repeated.filter(|_| method == LevelsMethod::Mmrm) {
        _ if method == LevelsMethod::CensoredLikelihood => {
            bounded::compare(asked, changes.readings, changes.month, arm)
        }
        Some(Ok(repeated)) => repeated.compared(arm, changes.month, level).ok_or(StatError::TooFew {
            what: "people in every arm at this month",
            need: 1,
            got: 0,
        }),
        Some(Err(error)) => return Err(error.clone()),
        None => by_method(changes.paired, arm, method, level),
    };
    found.map_err(|error| {
        let what = format!("changes of {} in {} and {}", changes.name, asked.name(arm), asked.name(0));
        let first = changes.paired.first().map(|pair| pair.change);
        let window = asked.levels.assay.window_months;
        let has_start = |subject: usize| {
            asked.population.arm(subject).is_some() && changes.readings.baseline(subject, window).is_some()
        };
        match error {
            _ if !asked.population.subjects().any(has_start) => {
                AnalysisError::NoBaseline { outcome: changes.name.to_owned() }
            }
            _ if changes.paired.len() > 1 && changes.paired.iter().all(|pair| Some(pair.change) == first) => {
                AnalysisError::NoVariation { what }
            }
            // Of the numbers in the model only the baseline can tell what the others tell.
            StatError::Singular { .. } => AnalysisError::Singular { column: "baseline".to_owned() },
            error => AnalysisError::from_stat(&error, &what),
        }
    })
}

/// The row's term: differences of logs are told as ratios of changes.
pub(super) fn term_of(scale: Scale, method: LevelsMethod, is_by_rule: bool) -> Term {
    match (method, scale, is_by_rule) {
        (LevelsMethod::MannWhitney, _, false) => Term::Superiority,
        (LevelsMethod::MannWhitney, _, true) => Term::SuperiorityByRule,
        (_, Scale::Raw, false) => Term::Difference,
        (_, Scale::Raw, true) => Term::DifferenceByRule,
        (_, Scale::Log2, false) => Term::ChangeRatio,
        (_, Scale::Log2, true) => Term::ChangeRatioByRule,
    }
}

pub(super) fn row_of(
    asked: &Asked<'_>,
    name: &str,
    arm: usize,
    month: f64,
    method: LevelsMethod,
    term: Term,
    compared: &Compared,
) -> Finding {
    let told = |value: f64| if method == LevelsMethod::MannWhitney { value } else { asked.told(value) };
    Finding {
        contrast: Some(format!("minus {}", asked.name(0))),
        n: Some(compared.n as u64),
        estimate: Some(told(compared.estimate)),
        std_error: compared.std_error,
        df: compared.df,
        statistic: compared.statistic,
        p_value: Some(compared.p_value),
        conf_low: compared.interval.map(|(low, _)| told(low)),
        conf_high: compared.interval.map(|(_, high)| told(high)),
        method: Some(method.words().to_owned()),
        ..asked.row(name, term, arm, month)
    }
}

fn by_method(
    paired: &[Paired],
    arm: usize,
    method: LevelsMethod,
    confidence_level: f64,
) -> Result<Compared, StatError> {
    let of = |arm: usize| paired.iter().filter(|pair| pair.arm == arm).map(|pair| pair.change).collect::<Vec<f64>>();
    let (treated, control) = (of(arm), of(0));
    let n = treated.len() + control.len();
    let options = TTestOptions { confidence_level };
    match method {
        LevelsMethod::Student | LevelsMethod::Welch => {
            let test = if method == LevelsMethod::Student { student_t_test } else { welch_t_test };
            test(&treated, &control, &options).map(|test| Compared {
                n,
                estimate: test.difference,
                std_error: Some(test.std_error),
                df: Some(test.df),
                statistic: Some(test.t),
                p_value: test.p_value,
                interval: Some((test.interval.low, test.interval.high)),
            })
        }
        LevelsMethod::MannWhitney => {
            let options = MannWhitneyOptions { confidence_level };
            mann_whitney_test(&treated, &control, &options).map(|test| Compared {
                n,
                estimate: test.superiority,
                std_error: None,
                df: None,
                statistic: Some(test.u),
                p_value: test.p_value,
                interval: None,
            })
        }
        LevelsMethod::Ancova | LevelsMethod::Mmrm | LevelsMethod::CensoredLikelihood => {
            // All arms in one model, so that each contrast has the residual variance of all.
            let response: Vec<f64> = paired.iter().map(|pair| pair.value).collect();
            let arms: Vec<usize> = paired.iter().map(|pair| pair.arm).collect();
            let baseline: Vec<f64> = paired.iter().map(|pair| pair.baseline).collect();
            let covariate = Covariate::Numeric { name: "baseline", values: &baseline };
            let n_arms = arms.iter().max().map_or(0, |most| most + 1);
            let options = AncovaOptions { confidence_level, ..AncovaOptions::default() };
            let fit = ancova(&response, &arms, n_arms, &[covariate], &options)?;
            let found = fit.contrasts.iter().find(|found| found.arm == arm);
            let contrast = found.map(|found| found.contrast).ok_or(StatError::TooFew {
                what: "people in the arm",
                need: 1,
                got: 0,
            })?;
            Ok(Compared {
                n,
                estimate: contrast.estimate,
                std_error: Some(contrast.std_error),
                df: Some(contrast.df),
                statistic: Some(contrast.t),
                p_value: contrast.p_value,
                interval: Some((contrast.interval.low, contrast.interval.high)),
            })
        }
    }
}
