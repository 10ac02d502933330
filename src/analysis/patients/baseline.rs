//! What the patients were like at baseline, by arm, and how unlike the arms are.

use super::{BaselineVariable, PROGRESSION_RATE, Question, class_key, lead_in_key};
use crate::analysis::responder::derive_lead_in_slope;
use crate::analysis::visit_plan::VisitTable;
use crate::analysis::visit_window::{Series, Timed};
use crate::analysis::{AnalysisId, Finding, Note, NoteKind, Term};
use crate::order;
use crate::stats::compare::{standardised_mean_difference, standardised_share_difference};
use crate::stats::contingency::TwoByTwo;
use crate::stats::describe::{estimate_quantile, estimate_summary};
use crate::trial::{Covariate, CovariateValues, DAYS_PER_MONTH, Outcome, alsfrs, derive_progression_rate};

/// Of a column of classes, the most frequent; the others are told together.
const MOST_CLASSES: usize = 12;

pub(super) const OTHER_CLASSES: &str = "other levels";

/// Baselines of other outcomes.
const MOST_OUTCOMES: usize = 8;

/// How many rows the note on imbalance names.
const MOST_NAMED: usize = 5;

/// One characteristic, a value a patient, in the order of `Table::arms`.
enum Values {
    Numbers(Vec<Option<f64>>),
    Classes { names: Vec<String>, codes: Vec<Option<usize>> },
}

struct Characteristic {
    key: String,
    /// 0 for what was measured at the baseline visit; absent for columns of the subjects file.
    at: Option<f64>,
    values: Values,
}

/// Everyone with an arm: the subject and its arm.
type Patients = [(usize, usize)];

pub(super) fn describe_baseline(
    question: &Question<'_>,
    table: &VisitTable<'_>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Vec<BaselineVariable> {
    let patients: Vec<(usize, usize)> = question
        .population
        .subjects()
        .filter_map(|subject| Some((subject, question.population.arm(subject)?)))
        .collect();
    let mut differences = Vec::new();
    let mut variables = Vec::new();
    for characteristic in characteristics(question, table, &patients) {
        let first_new = rows.len();
        variables.push(match &characteristic.values {
            Values::Numbers(values) => number_rows(question, &characteristic, values, &patients, rows),
            Values::Classes { names, codes } => class_rows(question, &characteristic, (names, codes), &patients, rows),
        });
        let found = rows.iter().skip(first_new).filter(|row| row.term == Term::StandardisedDifference);
        differences.extend(found.filter_map(|row| Some((row.group.clone()?, row.outcome.clone(), row.estimate?))));
    }
    for arm in question.population.arm_names.iter().skip(1) {
        let mut own: Vec<(&str, f64)> = differences
            .iter()
            .filter(|(group, _, _)| group == arm)
            .map(|(_, key, difference)| (key.as_str(), difference.abs()))
            .collect();
        order::sort_by(&mut own, |a: &(&str, f64), b: &(&str, f64)| b.1.total_cmp(&a.1));
        let above = |limit: f64| own.iter().filter(|(_, difference)| *difference > limit).count();
        let (above_tenth, above_fifth) = (above(0.1), above(0.2));
        if above_tenth > 0 {
            let largest = own.iter().take(MOST_NAMED.min(above_tenth)).map(|(key, _)| (*key).to_owned()).collect();
            let kind = NoteKind::Imbalance { arm: arm.clone(), above_tenth, above_fifth, of: own.len(), largest };
            notes.push(Note { analysis: AnalysisId::PopulationBaseline, kind });
        }
    }
    variables
}

fn characteristics(question: &Question<'_>, table: &VisitTable<'_>, patients: &Patients) -> Vec<Characteristic> {
    let trial = question.trial;
    let visits = &question.patients.visits;
    let mut found: Vec<Characteristic> = trial
        .covariates
        .iter()
        .filter(|covariate| question.plan.analysis_set.as_ref() != Some(&covariate.name) && !is_set_flag(covariate))
        .map(|covariate| Characteristic {
            key: covariate.name.clone(),
            at: None,
            values: covariate_values(covariate, patients),
        })
        .collect();
    let measured =
        |key: String, values: Vec<Option<f64>>| Characteristic { key, at: Some(0.0), values: Values::Numbers(values) };
    let baseline = |series: &Series, subject: usize| series.baseline(subject, visits.baseline, visits.window_months);
    let of_patients = |value: &dyn Fn(usize) -> Option<f64>| -> Vec<Option<f64>> {
        patients.iter().map(|(subject, _)| value(*subject)).collect()
    };
    let own = &table.outcome.name;
    found.push(measured(own.clone(), of_patients(&|subject| Some(baseline(&table.series, subject)?.value))));
    let lead_in =
        of_patients(&|subject| derive_lead_in_slope(&table.series, subject, visits.baseline, visits.window_months));
    if lead_in.iter().any(Option::is_some) {
        found.push(measured(lead_in_key(own), lead_in));
    }
    if own == alsfrs::TOTAL
        && let Some(onset) = trial.covariates.iter().find_map(onset_months)
    {
        let rate = of_patients(&|subject| {
            let visit = baseline(&table.series, subject)?;
            derive_progression_rate(visit.value, onset.get(subject).copied().flatten()?, visit.time_months)
        });
        found.push(measured(PROGRESSION_RATE.to_owned(), rate));
    }
    let others = trial.outcomes.iter().filter(|outcome| outcome.name != *own && outcome.item.is_none());
    for outcome in others.take(MOST_OUTCOMES) {
        let series = series_of(trial.subjects.len(), outcome);
        let values = of_patients(&|subject| Some(baseline(&series, subject)?.value));
        if values.iter().any(Option::is_some) {
            found.push(measured(outcome.name.clone(), values));
        }
    }
    found
}

fn series_of(n_subjects: usize, outcome: &Outcome) -> Series {
    let timed =
        |visit: &crate::trial::Visit| (visit.subject, Timed { time_months: visit.time_months, value: visit.value });
    Series::collect(n_subjects, outcome.visits.iter().map(timed))
}

/// Months from the start to the first symptom (negative), of a column that its name says to hold the time between.
fn onset_months(covariate: &Covariate) -> Option<Vec<Option<f64>>> {
    let name = covariate.name.to_lowercase();
    let is_days = name.contains("day") || name.contains("delta");
    let is_time = is_days || name.contains("month") || name.contains("duration");
    let CovariateValues::Numeric(values) = &covariate.values else { return None };
    if !name.contains("onset") || !is_time || name.contains("age") {
        return None;
    }
    let unit = if is_days { DAYS_PER_MONTH } else { 1.0 };
    Some(values.iter().map(|value| value.map(|value| -value.abs() / unit)).collect())
}

/// A yes/no column that says who is in an analysis set, and with ADaM's names also who died or completed: decided
/// after the baseline, so no characteristic at it.
fn is_set_flag(covariate: &Covariate) -> bool {
    let name = covariate.name.to_lowercase();
    let is_set = ["itt", "mitt", "fas", "pp", "per_protocol", "safety", "safety_set", "full_analysis_set"];
    (is_set.contains(&name.as_str()) || name.ends_with("fl")) && covariate.is_flag()
}

fn covariate_values(covariate: &Covariate, patients: &Patients) -> Values {
    match &covariate.values {
        _ if covariate.is_flag() => {
            let flag = |subject: usize| Some(usize::from(!covariate.flag(subject)?));
            Values::Classes {
                names: vec!["yes".to_owned(), "no".to_owned()],
                codes: patients.iter().map(|(subject, _)| flag(*subject)).collect(),
            }
        }
        CovariateValues::Numeric(values) => {
            Values::Numbers(patients.iter().map(|(subject, _)| values.get(*subject).copied().flatten()).collect())
        }
        CovariateValues::Factor { levels, codes } => {
            let own: Vec<Option<usize>> =
                patients.iter().map(|(subject, _)| codes.get(*subject).copied().flatten()).collect();
            frequent_classes(levels, &own)
        }
    }
}

/// The classes that somebody has; beyond twelve the most frequent ones, and all others as one.
fn frequent_classes(levels: &[String], codes: &[Option<usize>]) -> Values {
    let mut counts = vec![0_usize; levels.len()];
    for code in codes.iter().flatten() {
        if let Some(count) = counts.get_mut(*code) {
            *count += 1;
        }
    }
    let mut by_count: Vec<(usize, usize)> =
        counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(level, count)| (*count, level)).collect();
    order::sort_by(&mut by_count, |a: &(usize, usize), b: &(usize, usize)| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let has_others = by_count.len() > MOST_CLASSES;
    let kept: Vec<usize> = by_count.iter().take(MOST_CLASSES).map(|(_, level)| *level).collect();
    let mut names = Vec::new();
    let mut place = vec![None; levels.len()];
    for (level, (name, slot)) in levels.iter().zip(&mut place).enumerate() {
        if kept.contains(&level) {
            *slot = Some(names.len());
            names.push(name.clone());
        }
    }
    let others = names.len();
    if has_others {
        names.push(OTHER_CLASSES.to_owned());
    }
    let codes = codes.iter().map(|code| code.map(|code| place.get(code).copied().flatten().unwrap_or(others)));
    Values::Classes { codes: codes.collect(), names }
}

/// Each arm, then all arms together.
fn groups(question: &Question<'_>) -> Vec<(Option<usize>, Option<String>)> {
    let names = &question.population.arm_names;
    let arms = names.iter().enumerate().map(|(arm, name)| (Some(arm), Some(name.clone())));
    arms.chain((names.len() > 1).then_some((None, None))).collect()
}

fn of_group<T: Copy>(patients: &Patients, values: &[Option<T>], group: Option<usize>) -> (Vec<T>, usize) {
    let of = || patients.iter().zip(values).filter(move |((_, arm), _)| group.is_none_or(|group| *arm == group));
    let present: Vec<T> = of().filter_map(|(_, value)| *value).collect();
    let missing = of().count() - present.len();
    (present, missing)
}

fn number_rows(
    question: &Question<'_>,
    characteristic: &Characteristic,
    values: &[Option<f64>],
    patients: &Patients,
    rows: &mut Vec<Finding>,
) -> BaselineVariable {
    let key = &characteristic.key;
    let row = |term: Term, group: &Option<String>| Finding {
        group: group.clone(),
        at: characteristic.at,
        ..Finding::new(AnalysisId::PopulationBaseline, key, term)
    };
    let (control, _) = of_group(patients, values, Some(0));
    for (arm, name) in groups(question) {
        let (present, missing) = of_group(patients, values, arm);
        let mut say = |term: Term, n: usize, estimate: f64| {
            rows.push(Finding { n: Some(n as u64), estimate: Some(estimate), ..row(term, &name) });
        };
        say(Term::Missing, present.len() + missing, missing as f64);
        let Ok(summary) = estimate_summary(&present) else { continue };
        say(Term::Mean, summary.n, summary.mean);
        if let Some(sd) = summary.sd {
            say(Term::Sd, summary.n, sd);
        }
        for (term, probability) in [(Term::LowerQuartile, 0.25), (Term::Median, 0.5), (Term::UpperQuartile, 0.75)] {
            if let Ok(quantile) = estimate_quantile(&present, probability) {
                say(term, summary.n, quantile);
            }
        }
        // Too few, or all alike: the cell is empty, and the counts beside it say why.
        if arm.is_some_and(|arm| arm > 0)
            && let Ok(difference) = standardised_mean_difference(&present, &control)
        {
            rows.push(Finding {
                contrast: name.as_deref().map(|name| question.contrast(name)),
                n: Some((present.len() + control.len()) as u64),
                estimate: Some(difference),
                ..row(Term::StandardisedDifference, &name)
            });
        }
    }
    BaselineVariable { key: key.clone(), at: characteristic.at, classes: Vec::new() }
}

fn class_rows(
    question: &Question<'_>,
    characteristic: &Characteristic,
    (names, codes): (&[String], &[Option<usize>]),
    patients: &Patients,
    rows: &mut Vec<Finding>,
) -> BaselineVariable {
    let row = |outcome: &str, term: Term, group: &Option<String>| Finding {
        group: group.clone(),
        at: characteristic.at,
        ..Finding::new(AnalysisId::PopulationBaseline, outcome, term)
    };
    let (control, _) = of_group(patients, codes, Some(0));
    let with = |codes: &[usize], class: usize| codes.iter().filter(|code| **code == class).count();
    for (arm, group) in groups(question) {
        let (present, missing) = of_group(patients, codes, arm);
        rows.push(Finding {
            n: Some((present.len() + missing) as u64),
            estimate: Some(missing as f64),
            ..row(&characteristic.key, Term::Missing, &group)
        });
        for (class, name) in names.iter().enumerate() {
            let key = class_key(&characteristic.key, name);
            let count = with(&present, class);
            let n = Some(present.len() as u64);
            rows.push(Finding { n, estimate: Some(count as f64), ..row(&key, Term::Count, &group) });
            if !present.is_empty() {
                let share = count as f64 / present.len() as f64;
                rows.push(Finding { n, estimate: Some(share), ..row(&key, Term::Share, &group) });
            }
            // Of two classes the second says what the first says, with the other sign.
            let says_more = names.len() != 2 || class == 0;
            let counts = TwoByTwo {
                treated_with: count,
                treated_n: present.len(),
                control_with: with(&control, class),
                control_n: control.len(),
            };
            if says_more
                && arm.is_some_and(|arm| arm > 0)
                && let Ok(difference) = standardised_share_difference(&counts)
            {
                rows.push(Finding {
                    contrast: group.as_deref().map(|group| question.contrast(group)),
                    n: Some((present.len() + control.len()) as u64),
                    estimate: Some(difference),
                    ..row(&key, Term::StandardisedDifference, &group)
                });
            }
        }
    }
    BaselineVariable { key: characteristic.key.clone(), at: characteristic.at, classes: names.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_classes_are_told_together() {
        let levels: Vec<String> = (0..15).map(|level| format!("site {level:02}")).collect();
        // Two patients in each but the last three.
        let codes: Vec<Option<usize>> = (0..12).chain(0..15).map(Some).collect();
        let Values::Classes { names, codes } = frequent_classes(&levels, &codes) else { panic!() };
        assert_eq!(names.len(), 13);
        assert_eq!(names[12], OTHER_CLASSES);
        assert_eq!(codes.iter().filter(|code| **code == Some(12)).count(), 3);
    }

    #[test]
    fn onset_is_known_by_its_name() {
        let column =
            |name: &str| Covariate { name: name.into(), values: CovariateValues::Numeric(vec![Some(30.4375)]) };
        assert_eq!(onset_months(&column("months_since_onset")), Some(vec![Some(-30.4375)]));
        assert_eq!(onset_months(&column("Onset_Delta")), Some(vec![Some(-1.0)]));
        assert_eq!(onset_months(&column("age_at_onset_months")), None);
        assert_eq!(onset_months(&column("onset")), None);
    }
}
