//! The primary month again by every rule for missing visits and deaths, by every test.

use super::contrast::{Cohort, arm_row, rows_of, test_arms};
use super::people::Visits;
use super::{ChangeMethod, ChangePlan, DeathRule, MissingRule};
use crate::analysis::{Finding, Note, NoteKind, Term};
use crate::trial::Trial;

/// Missing visits and deaths in words, as they stand in `method`.
pub fn rule_words(missing: MissingRule, death: DeathRule) -> String {
    let missing = match missing {
        MissingRule::Observed => "observed",
        MissingRule::Locf => "last observation carried forward",
    };
    match death {
        DeathRule::AsMissing => missing.to_owned(),
        DeathRule::WorstRank => format!("{missing}, death as worst rank"),
        DeathRule::Zero => format!("{missing}, death as zero"),
    }
}

/// The rules that this trial's files have an answer to: those for deaths need an endpoint.
pub fn rules(change: &ChangePlan, has_deaths: bool) -> Vec<(MissingRule, DeathRule)> {
    let of_death = |death: &DeathRule| (has_deaths || *death == DeathRule::AsMissing) && death.fits(&change.outcome);
    DeathRule::ALL
        .into_iter()
        .filter(of_death)
        .flat_map(|death| MissingRule::ALL.into_iter().map(move |missing| (missing, death)))
        .collect()
}

pub(super) fn compare_rules(
    trial: &Trial,
    visits: &Visits<'_>,
    change: &ChangePlan,
    confidence_level: f64,
    notes: &mut Vec<Note>,
) -> Vec<Finding> {
    let has_deaths = change.endpoint.as_ref().is_some_and(|name| trial.endpoint(name).is_some());
    let month = change.primary_month;
    let mut rows = Vec::new();
    let mut verdicts: Vec<(usize, String, bool)> = Vec::new();
    for (missing, death) in rules(change, has_deaths) {
        let people = visits.people(month, missing, death);
        let cohort = Cohort { trial, population: visits.population, people, month, death };
        let words = rule_words(missing, death);
        for method in ChangeMethod::ALL.into_iter().filter(|method| death.fits_method(*method)) {
            for (arm, tested) in test_arms(&cohort, change, method, confidence_level) {
                // What cannot be answered is said where the same test stands in the table of all months.
                let Ok(tested) = tested else { continue };
                let row = Finding { method: Some(words.clone()), ..arm_row(&cohort, change, method, arm) };
                rows.extend(rows_of(&tested, &row, Term::SensitivityDifference, Term::SensitivitySuperiority));
                if method == change.method {
                    verdicts.push((arm, words.clone(), tested.excludes_none(confidence_level)));
                }
            }
        }
    }
    for (arm, name) in visits.population.arm_names.iter().enumerate().skip(1) {
        let of = |wanted: bool| -> Vec<String> {
            let is_wanted = |(place, _, excludes): &&(usize, String, bool)| *place == arm && *excludes == wanted;
            verdicts.iter().filter(is_wanted).map(|(_, words, _)| words.clone()).collect()
        };
        let (excludes, includes) = (of(true), of(false));
        if !excludes.is_empty() && !includes.is_empty() {
            let kind = NoteKind::RulesDisagree { at_month: month, group: name.clone(), excludes, includes };
            notes.push(Note { analysis: change.method.id(), kind });
        }
    }
    rows
}
