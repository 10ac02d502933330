//! `subjects.csv`: who is in the trial, in which arm, with which covariates.

use super::{Sheet, report_all_missing, report_not_a_number};
use crate::import::columns::Column;
use crate::import::join::{CovariateDraft, DraftValues, Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::{IssueKind, Role, Severity};

pub fn read_subjects(sheet: &Sheet<'_>, join: &mut Join, ledger: &mut Ledger) {
    let subjects = read_roster(sheet, join, ledger);
    // Subjects files are read before the others.
    join.roster = Some(join.trial.subjects.len() as u32);
    join.has_arms |= sheet.find(|role| *role == Role::Arm).is_some();
    for (column, role) in sheet.roles.iter().enumerate() {
        if *role == Role::Covariate {
            read_covariate(sheet, column, &subjects, join, ledger);
        }
    }
}

/// Each row's subject; the second row of a subject is set aside.
fn read_roster(sheet: &Sheet<'_>, join: &mut Join, ledger: &mut Ledger) -> Vec<u32> {
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
    let mut is_seen = vec![false; ids.values.len()];
    let mut subjects = Vec::with_capacity(ids.codes.len());
    for (place, &code) in ids.codes.iter().enumerate() {
        let row = sheet.table.row(place);
        let Some((id, is_seen)) = ids.value_of_code(code).zip(is_seen.get_mut(code as usize)) else {
            ledger.set_aside("no subject", row);
            ledger.report(IssueKind::MissingSubject, Severity::Error, Place::cell(row, name, None), || {
                words("no subject is named", "Fill in the subject's id; the row is set aside.")
            });
            subjects.push(NO_SUBJECT);
            continue;
        };
        let (subject, is_new) = join.add_subject(id);
        let arm = arms.and_then(|(column, arms)| Some((column, arms.value(place)?)));
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
    subjects
}

fn read_covariate(sheet: &Sheet<'_>, column: usize, subjects: &[u32], join: &mut Join, ledger: &mut Ledger) {
    let name = sheet.name(column);
    let total = join.trial.subjects.len();
    let values = match sheet.table.columns.get(column) {
        Some(Column::Number(numbers)) => {
            for (place, cell) in &numbers.refused {
                let place = *place as usize;
                let id = join.id_of_row(subjects, place);
                report_not_a_number(sheet, column, place, cell, id, ledger);
            }
            let mut values = vec![None; total];
            for (place, subject) in subjects.iter().enumerate() {
                if let Some(slot) = values.get_mut(*subject as usize) {
                    *slot = numbers.value(place);
                }
            }
            DraftValues::Numeric(values)
        }
        Some(Column::Text(texts)) => {
            let mut cells = vec![None; total];
            for (place, subject) in subjects.iter().enumerate() {
                if let Some(slot) = cells.get_mut(*subject as usize) {
                    *slot = texts.value(place).map(str::to_owned);
                }
            }
            DraftValues::Text(cells)
        }
        None => return,
    };
    let is_empty = match &values {
        DraftValues::Numeric(values) => values.iter().all(Option::is_none),
        DraftValues::Text(cells) => cells.iter().all(Option::is_none),
    };
    if is_empty {
        report_all_missing(name, ledger);
        return;
    }
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
