//! Each arm against control at one month, by three tests.

use super::{AncovaCovariate, ChangeMethod, ChangePlan, Pair};
use crate::analysis::covariate::{Column, columns, completeness, moved};
use crate::analysis::{AnalysisError, AnalysisId, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::StatError;
use crate::stats::compare::{TTestOptions, TwoSampleTTest, student_t_test, welch_t_test};
use crate::stats::linear::{Ancova, AncovaOptions, Covariate, ancova};
use crate::trial::Trial;

/// Below this many patients in an arm the normal theory of the tests leans on the data's shape.
const FEW_PATIENTS: usize = 10;

pub(super) struct Cohort<'a> {
    pub trial: &'a Trial,
    pub population: &'a Population,
    pub pairs: &'a [Pair],
    pub month: f64,
}

pub(super) fn compare_arms(
    cohort: &Cohort<'_>,
    plan: &Plan,
    change: &ChangePlan,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    let Some(control_name) = cohort.population.arm_names.first() else { return };
    let is_primary = cohort.month == change.primary_month;
    if cohort.population.arm_names.len() < 2 {
        if is_primary {
            let error = AnalysisError::OneArm { arms_with_data: cohort.trial.arms.len().min(1) };
            notes.push(unanswered(ChangeMethod::Student, None, cohort.month, error));
        }
        return;
    }
    let changes = |arm: usize| -> Vec<f64> {
        cohort.pairs.iter().filter(|pair| pair.arm == arm).map(|pair| pair.change).collect()
    };
    let control = changes(0);
    let adjusted = fit_ancova(cohort, plan, change, is_primary, notes);
    if let Err(error) = &adjusted {
        notes.push(unanswered(ChangeMethod::Ancova, None, cohort.month, error.clone()));
    }
    for (arm, name) in cohort.population.arm_names.iter().enumerate().skip(1) {
        let treated = changes(arm);
        let first_new = rows.len();
        let contrast = format!("{name} − {control_name}");
        let row = |method: ChangeMethod| Finding {
            group: Some(name.clone()),
            contrast: Some(contrast.clone()),
            at: Some(cohort.month),
            ..Finding::new(method.id(), &change.outcome, Term::Difference)
        };
        let options = TTestOptions { confidence_level: plan.confidence_level };
        let tests: [(ChangeMethod, Result<TwoSampleTTest, StatError>); 2] = [
            (ChangeMethod::Student, student_t_test(&treated, &control, &options)),
            (ChangeMethod::Welch, welch_t_test(&treated, &control, &options)),
        ];
        for (method, result) in tests {
            match result {
                Ok(test) => rows.push(Finding {
                    n: Some((treated.len() + control.len()) as u64),
                    estimate: Some(test.difference),
                    std_error: Some(test.std_error),
                    df: Some(test.df),
                    statistic: Some(test.t),
                    p_value: Some(test.p_value),
                    conf_low: Some(test.interval.low),
                    conf_high: Some(test.interval.high),
                    ..row(method)
                }),
                Err(error) => {
                    let error =
                        AnalysisError::from_stat(&error, &smaller_group(name, &treated, control_name, &control));
                    notes.push(unanswered(method, Some(name.clone()), cohort.month, error));
                }
            }
        }
        if let Ok(fit) = &adjusted
            && let Some(found) = fit.contrasts.iter().find(|contrast| contrast.arm == arm)
        {
            let contrast = &found.contrast;
            rows.push(Finding {
                n: Some(fit.n as u64),
                estimate: Some(contrast.estimate),
                std_error: Some(contrast.std_error),
                df: Some(contrast.df),
                statistic: Some(contrast.t),
                p_value: Some(contrast.p_value),
                conf_low: Some(contrast.interval.low),
                conf_high: Some(contrast.interval.high),
                method: Some(model_words(&change.covariates)),
                ..row(ChangeMethod::Ancova)
            });
        }
        if is_primary {
            notes.extend(disagreement(rows.get(first_new..).unwrap_or(&[]), cohort.month, name));
            notes.extend(few_patients(name, treated.len()));
        }
    }
    if is_primary {
        notes.extend(few_patients(control_name, control.len()));
    }
    if let Ok(fit) = &adjusted
        && cohort.population.arm_names.len() > 2
    {
        rows.push(Finding {
            at: Some(cohort.month),
            n: Some(fit.n as u64),
            statistic: Some(fit.arm_test.f),
            df: Some(fit.arm_test.df_numerator),
            p_value: Some(fit.arm_test.p_value),
            method: Some(model_words(&change.covariates)),
            note: Some(format!("F on {} and {} df", fit.arm_test.df_numerator, fit.arm_test.df_denominator)),
            ..Finding::new(AnalysisId::ChangeAncova, &change.outcome, Term::ArmTest)
        });
    }
}

fn unanswered(method: ChangeMethod, group: Option<String>, month: f64, error: AnalysisError) -> Note {
    let kind = NoteKind::Unanswered { group, at_month: Some(month), error };
    Note { analysis: method.id(), kind }
}

fn smaller_group(name: &str, treated: &[f64], control_name: &str, control: &[f64]) -> String {
    if treated.len() <= control.len() { name.to_owned() } else { control_name.to_owned() }
}

fn few_patients(name: &str, n: usize) -> Option<Note> {
    let kind = NoteKind::FewPatients { group: name.to_owned(), n };
    (1..FEW_PATIENTS).contains(&n).then_some(Note { analysis: AnalysisId::ChangeStudent, kind })
}

/// Set when some intervals of the same difference exclude zero and others do not.
fn disagreement(rows: &[Finding], month: f64, group: &str) -> Option<Note> {
    let excludes_zero =
        |row: &&Finding| row.conf_low.zip(row.conf_high).is_some_and(|(low, high)| low > 0.0 || high < 0.0);
    let differences = || rows.iter().filter(|row| row.term == Term::Difference);
    let excludes: Vec<AnalysisId> = differences().filter(excludes_zero).map(|row| row.analysis).collect();
    let includes: Vec<AnalysisId> = differences().filter(|row| !excludes_zero(row)).map(|row| row.analysis).collect();
    let kind = NoteKind::MethodsDisagree { at_month: month, group: group.to_owned(), excludes, includes };
    match &kind {
        NoteKind::MethodsDisagree { excludes, includes, .. } if !excludes.is_empty() && !includes.is_empty() => {
            Some(Note { analysis: AnalysisId::ChangeStudent, kind })
        }
        _ => None,
    }
}

fn model_words(covariates: &[AncovaCovariate]) -> String {
    let mut words = String::from("change ~ arm + baseline");
    for covariate in covariates {
        words.push_str(" + ");
        words.push_str(&covariate.name);
        if covariate.as_factor {
            words.push_str(" (groups)");
        }
    }
    words
}

fn fit_ancova(
    cohort: &Cohort<'_>,
    plan: &Plan,
    change: &ChangePlan,
    is_primary: bool,
    notes: &mut Vec<Note>,
) -> Result<Ancova, AnalysisError> {
    let subjects: Vec<usize> = cohort.pairs.iter().map(|pair| pair.subject).collect();
    let complete = completeness(cohort.trial, &change.covariates, &subjects)?;
    if is_primary {
        notes.extend(complete.missing.iter().map(|(covariate, subjects)| Note {
            analysis: AnalysisId::ChangeAncova,
            kind: NoteKind::MissingCovariate { covariate: covariate.clone(), subjects: *subjects },
        }));
    }
    let kept: Vec<&Pair> =
        cohort.pairs.iter().zip(&complete.is_complete).filter(|(_, keep)| **keep).map(|(pair, _)| pair).collect();
    let rows: Vec<usize> = kept.iter().map(|pair| pair.subject).collect();
    let baseline =
        Column::Numeric { name: "baseline".into(), values: moved(kept.iter().map(|pair| pair.baseline).collect()) };
    let columns: Vec<Column> =
        std::iter::once(baseline).chain(columns(cohort.trial, &change.covariates, &rows)?).collect();
    let covariates: Vec<Covariate<'_>> = columns.iter().map(Column::as_covariate).collect();
    let response: Vec<f64> = kept.iter().map(|pair| pair.change).collect();
    let arm: Vec<usize> = kept.iter().map(|pair| pair.arm).collect();
    let n_arms = cohort.population.arm_names.len();
    let options = AncovaOptions { confidence_level: plan.confidence_level, ..AncovaOptions::default() };
    ancova(&response, &arm, n_arms, &covariates, &options).map_err(|error| match error {
        StatError::Singular { column } => {
            AnalysisError::Singular { column: singular_name(&arm, n_arms, &covariates, column) }
        }
        StatError::TooFew { what, need, got } => AnalysisError::TooFew { what: format!("ANCOVA, {what}"), need, got },
        other => AnalysisError::from_stat(&other, "ANCOVA"),
    })
}

fn singular_name(arm: &[usize], n_arms: usize, covariates: &[Covariate<'_>], column: usize) -> String {
    crate::stats::linear::ancova_design(arm, n_arms, covariates)
        .ok()
        .and_then(|design| design.names().get(column).cloned())
        .unwrap_or_else(|| format!("column {}", column + 1))
}
