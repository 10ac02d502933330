//! The hazard ratio in groups told apart by a baseline column, and whether it differs between them.

use super::model::{Cohort, Design, Estimate, ModelColumn, groups, matrix_of, wald_estimates};
use super::{Question, SubgroupPlan};
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::{AnalysisError, AnalysisId, Finding, Term, TimeNote};
use crate::order::sort_numbers;
use crate::stats::survival::{ChiSquaredTest, cox_likelihood_ratio_test};
use crate::trial::CovariateValues;

/// A column with more groups than this tells people apart, not kinds of people.
const MOST_GROUPS: usize = 12;

/// Of tests of nothing this share is below 0.05.
const CHANCE: f64 = 0.05;

/// The people whose group is known, and the groups.
struct Split<'a> {
    cohort: Cohort<'a>,
    /// "F", "< 54".
    levels: Vec<String>,
    codes: Vec<usize>,
    missing: usize,
}

pub(super) fn tell_subgroups(question: &mut Question<'_>) {
    let cohort = question.cohort.clone();
    if cohort.cox.subgroups.is_empty() {
        return;
    }
    if cohort.arms().len() < 2 {
        let error = AnalysisError::OneArm { arms_with_data: cohort.arms().len() };
        question.unanswered(AnalysisId::Cox, Some("subgroups".into()), error);
        return;
    }
    let mut tests = 0;
    for subgroup in &cohort.cox.subgroups {
        match split(&cohort, subgroup) {
            Err(error) => question.unanswered(AnalysisId::Cox, Some(subgroup.column.clone()), error),
            Ok(split) => {
                if split.missing > 0 {
                    let column = subgroup.column.clone();
                    question.doubt(TimeNote::SubgroupUnknown { column, subjects: split.missing });
                }
                tell_groups(question, subgroup, &split);
                tests += usize::from(tell_interaction(question, subgroup, &split));
            }
        }
    }
    let undeclared: Vec<String> =
        cohort.cox.subgroups.iter().filter(|one| !one.declared).map(|one| one.column.clone()).collect();
    if !undeclared.is_empty() {
        question.doubt(TimeNote::SubgroupsUndeclared { columns: undeclared });
    }
    if tests > 1 {
        let expected_by_chance = CHANCE * tests as f64;
        question.doubt(TimeNote::SubgroupTests { tests, expected_by_chance });
    }
}

fn split<'a>(cohort: &Cohort<'a>, subgroup: &SubgroupPlan) -> Result<Split<'a>, AnalysisError> {
    let missing = || AnalysisError::NotInFiles { what: "subgroup".into(), name: subgroup.column.clone() };
    let covariate = cohort.trial.covariate(&subgroup.column).ok_or_else(missing)?;
    let (levels, codes) = match &covariate.values {
        CovariateValues::Factor { .. } => {
            groups(cohort.trial, &subgroup.column, &cohort.found.subjects).ok_or_else(missing)?
        }
        CovariateValues::Numeric(values) => {
            let own: Vec<Option<f64>> =
                cohort.found.subjects.iter().map(|&subject| values.get(subject).copied().flatten()).collect();
            let mut known: Vec<f64> = own.iter().copied().flatten().collect();
            sort_numbers(&mut known);
            let cut = subgroup.cut.or_else(|| median(&known));
            known.dedup();
            // Codes that the model takes as groups are groups here.
            let is_code = cohort.cox.strata.contains(&subgroup.column)
                || cohort.cox.covariates.iter().any(|one| one.as_factor && one.name == subgroup.column);
            match cut {
                Some(cut) if subgroup.cut.is_some() || (known.len() > 2 && !is_code) => {
                    let codes = own.iter().map(|value| value.map(|value| usize::from(value >= cut))).collect();
                    (vec![format!("< {cut}"), format!("≥ {cut}")], codes)
                }
                _ => groups(cohort.trial, &subgroup.column, &cohort.found.subjects).ok_or_else(missing)?,
            }
        }
    };
    let used = |level: usize| codes.contains(&Some(level));
    if levels.len() > MOST_GROUPS {
        return Err(AnalysisError::TooMany {
            what: format!("groups of {}", subgroup.column),
            most: MOST_GROUPS,
            got: levels.len(),
        });
    }
    if (0..levels.len()).filter(|level| used(*level)).count() < 2 {
        return Err(AnalysisError::NoVariation { what: subgroup.column.clone() });
    }
    let known = cohort.only(|place| codes.get(place).copied().flatten().is_some());
    Ok(Split {
        missing: cohort.found.len() - known.found.len(),
        cohort: known,
        levels,
        codes: codes.into_iter().flatten().collect(),
    })
}

fn median(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len();
    let upper = sorted.get(n / 2).copied()?;
    if n % 2 == 1 { Some(upper) } else { Some(0.5 * (sorted.get(n / 2 - 1).copied()? + upper)) }
}

/// What the model of a subgroup is adjusted for: all but the column that tells the groups apart, unless it is a number
/// that still varies within them.
fn covariates(cohort: &Cohort<'_>, subgroup: &SubgroupPlan) -> Vec<AncovaCovariate> {
    let is_number = cohort
        .trial
        .covariate(&subgroup.column)
        .is_some_and(|covariate| matches!(covariate.values, CovariateValues::Numeric(_)));
    let keeps = |one: &&AncovaCovariate| one.name != subgroup.column || (is_number && !one.as_factor);
    cohort.cox.covariates.iter().filter(keeps).cloned().collect()
}

fn tell_groups(question: &mut Question<'_>, subgroup: &SubgroupPlan, split: &Split<'_>) {
    let settings = split.cohort.settings();
    let method = super::method_words(&split.cohort, settings, super::HazardInterval::Wald);
    for (level, name) in split.levels.iter().enumerate() {
        let own = split.cohort.only(|place| split.codes.get(place) == Some(&level));
        let title = format!("{}: {name}", subgroup.column);
        for arm in split.cohort.arms() {
            let (people, events) = own.counts(arm);
            let row = Finding {
                group: Some(own.arm_name(arm).to_owned()),
                contrast: Some(title.clone()),
                n: Some(people as u64),
                estimate: Some(events as f64),
                ..question.row(Term::SubgroupEvents)
            };
            question.rows.push(row);
        }
        let found = own.design(&covariates(&own, subgroup), true).and_then(|design| {
            let fit = own.fit(&design, settings).map_err(|error| own.refusal(&error, &design))?;
            Ok((design, wald_estimates(&fit)))
        });
        match found {
            Err(error) => question.unanswered(AnalysisId::Cox, Some(title), error),
            Ok((design, estimates)) => {
                for (column, estimate) in design.columns.iter().zip(&estimates) {
                    tell_group(question, column, estimate, (&title, own.found.len(), &method));
                }
            }
        }
    }
}

fn tell_group(
    question: &mut Question<'_>,
    column: &ModelColumn,
    estimate: &Estimate,
    (title, n, method): (&str, usize, &str),
) {
    if column.arm.is_none() {
        return;
    }
    let row = Finding {
        group: Some(column.name.clone()),
        contrast: Some(title.to_owned()),
        n: Some(n as u64),
        method: Some(method.to_owned()),
        ..question.row(Term::SubgroupHazardRatio)
    };
    question.rows.push(row.with_ratio(estimate));
}

/// Arms, covariates, groups, and the products of arms and groups, which are tested together.
fn tell_interaction(question: &mut Question<'_>, subgroup: &SubgroupPlan, split: &Split<'_>) -> bool {
    match interaction(subgroup, split) {
        Ok((test, method)) => {
            let declared = if subgroup.declared { "declared" } else { "not declared" };
            let row = Finding {
                contrast: Some(format!("arm × {}", subgroup.column)),
                n: Some(split.cohort.found.len() as u64),
                statistic: Some(test.chi_squared),
                df: Some(test.df),
                p_value: Some(test.p_value),
                method: Some(method.to_owned()),
                note: Some(declared.to_owned()),
                ..question.row(Term::Interaction)
            };
            question.rows.push(row);
            true
        }
        Err(error) => {
            question.unanswered(AnalysisId::Cox, Some(format!("arm × {}", subgroup.column)), error);
            false
        }
    }
}

fn interaction(subgroup: &SubgroupPlan, split: &Split<'_>) -> Result<(ChiSquaredTest, &'static str), AnalysisError> {
    let cohort = &split.cohort;
    let base = cohort.design(&covariates(cohort, subgroup), true)?;
    let n = cohort.found.len();
    let column =
        |design: &Design, place: usize| -> Vec<f64> { (0..n).map(|row| design.matrix.at(row, place)).collect() };
    let mut values: Vec<Vec<f64>> = (0..base.columns.len()).map(|place| column(&base, place)).collect();
    let mut columns = base.columns.clone();
    let is_level = |level: usize| split.codes.iter().map(move |code| f64::from(u8::from(*code == level)));
    let used: Vec<usize> = (0..split.levels.len()).filter(|level| split.codes.contains(level)).collect();
    // Strata by the same column know the groups already.
    let is_stratum = cohort.cox.strata.contains(&subgroup.column);
    let push = |columns: &mut Vec<ModelColumn>, name: String| {
        columns.push(ModelColumn { arm: None, name: name.clone(), contrast: name });
    };
    for &level in used.iter().skip(1).filter(|_| !is_stratum) {
        values.push(is_level(level).collect());
        push(&mut columns, subgroup.column.clone());
    }
    let mut products = Vec::new();
    for &level in used.iter().skip(1) {
        for place in 0..base.columns.iter().filter(|one| one.arm.is_some()).count() {
            let own: Vec<f64> = is_level(level).zip(column(&base, place)).map(|(group, arm)| group * arm).collect();
            if own.iter().any(|value| *value != 0.0) {
                products.push(values.len());
                values.push(own);
                push(&mut columns, format!("arm × {}", subgroup.column));
            }
        }
    }
    if products.is_empty() {
        let what = "groups with people of both arms".into();
        return Err(AnalysisError::TooFew { what, need: 2, got: 1 });
    }
    let design = Design { matrix: matrix_of(n, &values), columns, terms: Vec::new() };
    let settings = cohort.settings();
    if settings.is_clustered {
        let test = cohort.fit(&design, settings).and_then(|fit| fit.wald_test(&products));
        return test.map(|test| (test, "Wald, robust")).map_err(|error| cohort.refusal(&error, &design));
    }
    let test = cohort.with_options(settings, |options| {
        cox_likelihood_ratio_test(&cohort.found.follow_up(), &design.matrix, &products, options)
    });
    test.map(|test| (test, "likelihood ratio")).map_err(|error| cohort.refusal(&error, &design))
}
