//! Who is in the trial, in which arm, with which covariates, and when each subject's time begins.

use super::times::DateColumn;
use super::{Sheet, report_all_missing, report_not_a_number};
use crate::import::cell::quote;
use crate::import::columns::{Column, TextColumn};
use crate::import::join::{CovariateDraft, DraftValues, Join, NO_SUBJECT, is_totals_row, report_totals_row};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::{IssueKind, Role, Severity};
use crate::trial::DAYS_PER_MONTH;

const DAYS_PER_YEAR: f64 = 365.25;

/// Each row's subject; the second row of a subject is set aside.
pub fn read_roster(sheet: &Sheet<'_>, join: &mut Join, ledger: &mut Ledger) -> Vec<u32> {
    let Some((column, ids)) = sheet.text(|role| *role == Role::SubjectId) else { return Vec::new() };
    let name = sheet.name(column);
    let arms = sheet.text(|role| *role == Role::Arm);
    // A second file with other columns adds to the first; one with the same columns repeats it.
    let is_covariate = |(at, role): (usize, &Role)| (*role == Role::Covariate).then(|| sheet.name(at));
    let repeats_columns = (arms.is_some() && join.has_arms)
        || sheet
            .roles
            .iter()
            .enumerate()
            .filter_map(is_covariate)
            .any(|name| join.covariates.iter().any(|draft| draft.name == name));
    let arm_names = arms.map(|(column, arms)| labels(sheet, column, arms, join));
    let mut is_seen = vec![false; ids.values.len()];
    let mut subjects = Vec::with_capacity(ids.codes.len());
    for (place, &code) in ids.codes.iter().enumerate() {
        let row = sheet.table.row(place);
        if ledger.is_set_aside(row) {
            subjects.push(NO_SUBJECT);
            continue;
        }
        let Some((id, is_seen)) = ids.value_of_code(code).zip(is_seen.get_mut(code as usize)) else {
            ledger.set_aside("no subject", row);
            ledger.report(IssueKind::MissingSubject, Severity::Error, Place::cell(row, name, None), || {
                words("no subject is named", "Fill in the subject's id; the row is set aside.")
            });
            subjects.push(NO_SUBJECT);
            continue;
        };
        if is_totals_row(id) {
            report_totals_row(row, ledger);
            subjects.push(NO_SUBJECT);
            continue;
        }
        let (subject, is_new) = join.add_subject(id);
        let arm = arms.zip(arm_names.as_ref()).and_then(|((column, arms), names)| {
            let code = *arms.codes.get(place)?;
            Some((column, names.get(code as usize)?.as_str()))
        });
        if let Some((column, arm)) = arm {
            match join.arm_of(subject).map(str::to_owned) {
                None => join.set_arm(subject, arm, &ledger.file),
                Some(kept) if kept != arm => {
                    join.report_arm_conflict(sheet, column, place, subject, &kept, arm, ledger);
                }
                Some(_) => {}
            }
        }
        if *is_seen || (!is_new && repeats_columns) {
            ledger.set_aside("subject occurs before", row);
            ledger.report(IssueKind::DuplicateSubject, Severity::Error, Place::cell(row, name, Some(id)), || {
                words(
                    "this subject has a row already",
                    "Keep one row a subject; the first is used and this one is set aside.",
                )
            });
            subjects.push(NO_SUBJECT);
        } else {
            subjects.push(subject);
        }
        *is_seen = true;
    }
    // Subjects files are read before the others.
    join.roster = Some(join.trial.subjects.len() as u32);
    join.has_arms |= arms.is_some();
    subjects
}

/// The cells of a column of choices as a person would read them: a data dictionary's labels for its codes.
pub fn labels(sheet: &Sheet<'_>, column: usize, texts: &TextColumn<'_>, join: &Join) -> Vec<String> {
    let coded = join.coded(sheet.name(column));
    let label = |cell: &str| {
        let choice = coded.and_then(|coded| coded.choices.iter().find(|(code, _)| code == cell));
        choice.map_or_else(|| cell.to_owned(), |(_, label)| label.clone())
    };
    texts.values.iter().map(|cell| label(cell)).collect()
}

/// Covariates and dates; of a subject's several values the first counts.
pub fn read_facts(sheet: &Sheet<'_>, subjects: &[u32], is_roster: bool, join: &mut Join, ledger: &mut Ledger) {
    for (column, role) in sheet.roles.iter().enumerate() {
        match role {
            Role::BaselineDate => read_start(sheet, column, subjects, join, ledger),
            Role::Covariate => read_covariate(sheet, column, subjects, is_roster, join, ledger),
            _ => {}
        }
    }
    for (column, role) in sheet.roles.iter().enumerate() {
        match role {
            Role::BirthDay => read_days_before(sheet, column, subjects, "age", DAYS_PER_YEAR, join, ledger),
            Role::OnsetDay => read_days_before(sheet, column, subjects, "onset_months", DAYS_PER_MONTH, join, ledger),
            Role::BirthDate => read_dates_before(sheet, column, subjects, "age", DAYS_PER_YEAR, join, ledger),
            Role::OnsetDate => read_dates_before(sheet, column, subjects, "onset_months", DAYS_PER_MONTH, join, ledger),
            Role::RandomisationDate => read_months_to(sheet, column, subjects, "randomisation_months", join, ledger),
            Role::FirstDoseDate => read_months_to(sheet, column, subjects, "first_dose_months", join, ledger),
            Role::LastDoseDate => read_months_to(sheet, column, subjects, "last_dose_months", join, ledger),
            _ => {}
        }
    }
}

fn read_start(sheet: &Sheet<'_>, column: usize, subjects: &[u32], join: &mut Join, ledger: &mut Ledger) {
    let Some(dates) = DateColumn::of_column(sheet, column) else { return };
    for (place, &subject) in subjects.iter().enumerate() {
        if subject == NO_SUBJECT {
            continue;
        }
        match dates.day(place) {
            Some(day) => join.set_start_day(subject, day),
            None => dates.report(sheet, column, place, join.id_of_row(subjects, place), ledger),
        }
    }
}

/// The subjects with a value, each with its first.
fn first_values<T: Clone>(subjects: &[u32], total: usize, value: impl Fn(usize) -> Option<T>) -> Vec<Option<T>> {
    let mut values: Vec<Option<T>> = vec![None; total];
    for (place, subject) in subjects.iter().enumerate() {
        if let Some(slot) = values.get_mut(*subject as usize)
            && slot.is_none()
        {
            *slot = value(place);
        }
    }
    values
}

fn read_covariate(
    sheet: &Sheet<'_>,
    column: usize,
    subjects: &[u32],
    is_roster: bool,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let name = sheet.name(column);
    let total = join.trial.subjects.len();
    let coded = join.coded(name).cloned();
    let values = match (sheet.table.columns.get(column), &coded) {
        (Some(Column::Number(numbers)), None) => {
            for (place, cell) in &numbers.refused {
                let place = *place as usize;
                let id = join.id_of_row(subjects, place);
                report_not_a_number(sheet, column, place, cell, id, ledger);
            }
            DraftValues::Numeric(first_values(subjects, total, |place| numbers.value(place)))
        }
        (Some(Column::Number(numbers)), Some(coded)) => {
            let label = |place: usize| {
                let cell = numbers.value(place)?.to_string();
                let choice = coded.choices.iter().find(|(code, _)| *code == cell);
                Some(choice.map_or(cell, |(_, label)| label.clone()))
            };
            DraftValues::Text(first_values(subjects, total, label))
        }
        (Some(Column::Text(texts)), _) => {
            let names = labels(sheet, column, texts, join);
            let cell = |place: usize| names.get(*texts.codes.get(place)? as usize).cloned();
            DraftValues::Text(first_values(subjects, total, cell))
        }
        (None, _) => return,
    };
    let is_empty = match &values {
        DraftValues::Numeric(values) => values.iter().all(Option::is_none),
        DraftValues::Text(cells) => cells.iter().all(Option::is_none),
    };
    if is_empty {
        if is_roster {
            report_all_missing(name, ledger);
        }
        return;
    }
    add_covariate(name, values, join, ledger);
}

fn add_covariate(name: &str, values: DraftValues, join: &mut Join, ledger: &Ledger) {
    let earlier = join.covariates.iter_mut().find(|draft| draft.name == name);
    match (earlier.map(|draft| &mut draft.values), values) {
        (Some(DraftValues::Numeric(kept)), DraftValues::Numeric(values)) => fill(kept, values),
        (Some(DraftValues::Text(kept)), DraftValues::Text(cells)) => fill(kept, cells),
        (None, values) => join.covariates.push(CovariateDraft { name: name.to_owned(), values }),
        // Numbers in one file and words in the other are two things.
        (Some(_), values) => {
            let name = format!("{name} ({})", ledger.file);
            join.covariates.push(CovariateDraft { name, values });
        }
    }
}

fn fill<T>(kept: &mut Vec<Option<T>>, values: Vec<Option<T>>) {
    if kept.len() < values.len() {
        kept.resize_with(values.len(), || None);
    }
    for (slot, value) in kept.iter_mut().zip(values) {
        if slot.is_none() {
            *slot = value;
        }
    }
}

/// Days from baseline back to birth or to the first symptom; negative in PRO-ACT, and read as such either way.
fn read_days_before(
    sheet: &Sheet<'_>,
    column: usize,
    subjects: &[u32],
    name: &str,
    days_per_unit: f64,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let Some(numbers) = sheet.table.number(column) else { return };
    for (place, cell) in &numbers.refused {
        let place = *place as usize;
        report_not_a_number(sheet, column, place, cell, join.id_of_row(subjects, place), ledger);
    }
    let days = |place: usize| numbers.value(place).map(|days| days.abs() / days_per_unit);
    add_where_missing(name, first_values(subjects, join.trial.subjects.len(), days), join, ledger);
}

fn read_dates_before(
    sheet: &Sheet<'_>,
    column: usize,
    subjects: &[u32],
    name: &str,
    days_per_unit: f64,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let Some(dates) = DateColumn::of_column(sheet, column) else { return };
    let mut values = vec![None; join.trial.subjects.len()];
    for (place, &subject) in subjects.iter().enumerate() {
        if subject == NO_SUBJECT {
            continue;
        }
        let id = join.id_of_row(subjects, place).map(str::to_owned);
        let start = join.start_day(subject);
        let days = super::day_from_start(sheet, column, &dates, place, start, id.as_deref(), ledger);
        let Some(days) = days else { continue };
        if days > 0.0 {
            ledger.refuse_cell(column);
            let at = Place::cell(sheet.table.row(place), sheet.name(column), id.as_deref());
            ledger.report(IssueKind::ImpossibleDate, Severity::Error, at, || {
                let cell = sheet.table.text(column).and_then(|texts| texts.value(place)).unwrap_or_default();
                words(
                    format!("{} lies after this subject\u{2019}s baseline", quote(cell)),
                    "Correct the cell; it is left out.",
                )
            });
        } else if let Some(slot) = values.get_mut(subject as usize)
            && slot.is_none()
        {
            *slot = Some(-days / days_per_unit);
        }
    }
    add_where_missing(name, values, join, ledger);
}

/// Months from baseline to a date, negative before it. A date that is everyone's baseline tells nothing new and makes no
/// covariate.
fn read_months_to(
    sheet: &Sheet<'_>,
    column: usize,
    subjects: &[u32],
    name: &str,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let Some(dates) = DateColumn::of_column(sheet, column) else { return };
    let mut values: Vec<Option<f64>> = vec![None; join.trial.subjects.len()];
    for (place, &subject) in subjects.iter().enumerate() {
        if subject == NO_SUBJECT || dates.bad(place) == Some(&super::times::BadDate::Empty) {
            continue;
        }
        let id = join.id_of_row(subjects, place).map(str::to_owned);
        let start = join.start_day(subject);
        let days = super::day_from_start(sheet, column, &dates, place, start, id.as_deref(), ledger);
        if let Some(slot) = values.get_mut(subject as usize)
            && slot.is_none()
        {
            *slot = days.map(|days| days / DAYS_PER_MONTH);
        }
    }
    if values.iter().flatten().any(|months| *months != 0.0) {
        add_where_missing(name, values, join, ledger);
    }
}

/// Fills a covariate of that name, however it is spelled, and makes it when there is none.
fn add_where_missing(name: &str, values: Vec<Option<f64>>, join: &mut Join, ledger: &Ledger) {
    if values.iter().all(Option::is_none) {
        return;
    }
    let known =
        join.covariates.iter().find(|draft| draft.name.eq_ignore_ascii_case(name)).map(|draft| draft.name.clone());
    add_covariate(known.as_deref().unwrap_or(name), DraftValues::Numeric(values), join, ledger);
}
