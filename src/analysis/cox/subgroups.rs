//! The hazard ratio among some of the people, and whether it differs from that among the others.

use super::model::{Meaning, Model, Values, covariate_values};
use super::plan::Subgroup;
use super::{Question, unanswered};
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::{AnalysisError, AnalysisId, Finding, Note, NoteKind, Term, TimeNote};
use crate::order;
use crate::stats::survival::{CoxOptions, cox_likelihood_ratio_test};

/// A subgroup with more classes than this is refused: each would have a handful of people.
const MOST_CLASSES: usize = 12;

/// The classes of a subgroup, for each row of the model; absent where the column is empty.
struct Classes {
    names: Vec<String>,
    codes: Vec<Option<usize>>,
}

impl Classes {
    fn of(question: &Question<'_>, model: &Model, subgroup: &Subgroup) -> Result<Self, AnalysisError> {
        let chosen = AncovaCovariate { name: subgroup.column.clone(), as_factor: false };
        match covariate_values(question.trial, &chosen)? {
            Values::Numbers(values) => {
                let own: Vec<Option<f64>> =
                    model.found.subjects.iter().map(|subject| values.get(*subject).copied().flatten()).collect();
                let cut = subgroup.cut.unwrap_or_else(|| median(&own));
                Ok(Self {
                    names: vec![format!("up to {cut}"), format!("above {cut}")],
                    codes: own.iter().map(|value| value.map(|value| usize::from(value > cut))).collect(),
                })
            }
            Values::Classes { names, codes } => {
                if names.len() > MOST_CLASSES {
                    let what = format!("classes of {}", subgroup.column);
                    return Err(AnalysisError::TooMany { what, most: MOST_CLASSES, got: names.len() });
                }
                let codes = model.found.subjects.iter().map(|subject| codes.get(*subject).copied().flatten()).collect();
                Ok(Self { names, codes })
            }
        }
    }
}

fn median(values: &[Option<f64>]) -> f64 {
    let mut known: Vec<f64> = values.iter().flatten().copied().collect();
    order::sort_numbers(&mut known);
    let at = |place: usize| known.get(place).copied().unwrap_or_default();
    match known.len() {
        0 => 0.0,
        count if count % 2 == 1 => at(count / 2),
        count => 0.5 * (at(count / 2 - 1) + at(count / 2)),
    }
}

/// Each class by itself, and the likelihood-ratio test of class by arm.
pub(super) fn tell_subgroups(question: &Question<'_>, model: &Model, rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let subgroups = &question.cox.subgroups;
    for subgroup in subgroups {
        match Classes::of(question, model, subgroup) {
            Ok(classes) => tell_subgroup(question, model, subgroup, &classes, rows, notes),
            Err(error) => notes.push(unanswered(AnalysisId::Cox, Some(subgroup.column.clone()), error)),
        }
    }
    let undeclared: Vec<String> =
        subgroups.iter().filter(|subgroup| !subgroup.is_declared).map(|subgroup| subgroup.column.clone()).collect();
    if !undeclared.is_empty() {
        let kind = NoteKind::Time(TimeNote::SubgroupsNotDeclared { columns: undeclared });
        notes.push(Note { analysis: AnalysisId::Cox, kind });
    }
    if !subgroups.is_empty() {
        let alpha = 1.0 - question.plan.confidence_level;
        let tests = subgroups.len();
        let kind = TimeNote::SubgroupsMislead { tests, expected_by_chance: alpha * tests as f64 };
        notes.push(Note { analysis: AnalysisId::Cox, kind: NoteKind::Time(kind) });
    }
}

fn tell_subgroup(
    question: &Question<'_>,
    model: &Model,
    subgroup: &Subgroup,
    classes: &Classes,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    let level = question.plan.confidence_level;
    let plain = CoxOptions { ties: question.cox.ties.rule(), confidence_level: level, ..CoxOptions::default() };
    for (class, name) in classes.names.iter().enumerate() {
        let own = model.only(&|row| classes.codes.get(row).copied().flatten() == Some(class)).without_covariates();
        if own.found.is_empty() {
            continue;
        }
        let group = |arm: String| format!("{arm}, {}: {name}", subgroup.column);
        for (place, arm) in question.population.arm_names.iter().enumerate() {
            let people = own.found.of_arm(place);
            rows.push(Finding {
                group: Some(group(arm.clone())),
                n: Some(people.len() as u64),
                estimate: Some(people.events() as f64),
                ..question.row(Term::SubgroupEvents)
            });
        }
        let strata = own.options(question.cox, level).strata;
        match own.fit(&CoxOptions { strata, ..plain }) {
            Ok(fit) => {
                for (meaning, coefficient) in own.meanings.iter().zip(&fit.coefficients) {
                    if let Meaning::Arm(place) = meaning {
                        let row = question.arm_row(
                            Term::SubgroupHazardRatio,
                            *place,
                            coefficient,
                            fit.n,
                            question.cox.ties.name().to_owned(),
                        );
                        rows.push(Finding { group: Some(group(question.arm_name(*place))), ..row });
                    }
                }
            }
            Err(error) => {
                notes.push(unanswered(AnalysisId::Cox, Some(format!("{}: {name}", subgroup.column)), error));
            }
        }
    }
    let with_class = |row: usize| classes.codes.get(row).copied().flatten().is_some();
    let mut both = model.only(&with_class).without_covariates();
    let known: Vec<usize> = classes.codes.iter().copied().flatten().collect();
    let mut present = known.clone();
    present.sort_unstable();
    present.dedup();
    let codes: Vec<usize> = known.iter().map(|code| present.partition_point(|other| other < code)).collect();
    if present.len() < 2 {
        let error = AnalysisError::NoVariation { what: subgroup.column.clone() };
        notes.push(unanswered(AnalysisId::Cox, Some(subgroup.column.clone()), error));
        return;
    }
    let products = both.push_interaction(&codes, present.len());
    let strata = both.options(question.cox, level).strata;
    let options = CoxOptions { strata, ..plain };
    match cox_likelihood_ratio_test(&both.found.follow_up(), &both.matrix(), &products, &options) {
        Ok(test) => rows.push(Finding {
            contrast: Some(subgroup.column.clone()),
            n: Some(both.found.len() as u64),
            statistic: Some(test.chi_squared),
            df: Some(test.df),
            p_value: Some(test.p_value),
            method: Some("likelihood ratio".to_owned()),
            ..question.row(Term::InteractionTest)
        }),
        Err(error) => {
            notes.push(unanswered(AnalysisId::Cox, Some(subgroup.column.clone()), both.refusal(&error)));
        }
    }
}
