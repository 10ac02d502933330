//! `adverse_events.csv`: one row an event; the same event may come back.

use super::{Sheet, report_refused};
use crate::import::cell::{parse_yes_no, quote};
use crate::import::columns::TextColumn;
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::{IssueKind, Role, Severity};
use crate::trial::AdverseEvent;

pub fn read_adverse_events(sheet: &Sheet<'_>, join: &mut Join, ledger: &mut Ledger) {
    let subjects = join.subjects_of_rows(sheet, ledger);
    let Some((term_column, terms)) = sheet.text(|role| *role == Role::Term) else { return };
    let classes = sheet.text(|role| *role == Role::SystemOrganClass);
    let severities = sheet.text(|role| *role == Role::Severity);
    let serious = sheet.text(|role| *role == Role::Serious);
    let related = sheet.text(|role| *role == Role::Related);
    let start_days = sheet.number(|role| *role == Role::StartDay);
    let end_days = sheet.number(|role| *role == Role::EndDay);
    for (column, _) in start_days.iter().chain(&end_days) {
        report_refused(sheet, *column, &subjects, join, ledger);
    }
    let cell = |column: Option<(usize, &TextColumn<'_>)>, place| {
        column.and_then(|(_, texts)| texts.value(place)).map(str::to_owned)
    };
    for (place, &subject) in subjects.iter().enumerate() {
        let row = sheet.table.row(place);
        let id = join.id_of_row(&subjects, place).map(str::to_owned);
        let is_serious = read_flag(sheet, serious, place, id.as_deref(), parse_yes_no, ledger);
        let is_related = read_flag(sheet, related, place, id.as_deref(), parse_related, ledger);
        if subject == NO_SUBJECT {
            continue;
        }
        let Some(term) = terms.value(place) else {
            ledger.set_aside("no term", row);
            let at = Place::cell(row, sheet.name(term_column), id.as_deref());
            ledger.report(IssueKind::MissingCell, Severity::Error, at, || {
                words("the event is not named", "Fill in the term; the row is set aside.")
            });
            continue;
        };
        join.trial.adverse_events.push(AdverseEvent {
            subject: subject as usize,
            term: term.to_owned(),
            system_organ_class: cell(classes, place),
            severity: cell(severities, place),
            is_serious,
            is_related,
            start_day: start_days.and_then(|(_, days)| days.value(place)),
            end_day: end_days.and_then(|(_, days)| days.value(place)),
        });
    }
}

fn parse_related(cell: &str) -> Option<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "related" => Some(true),
        "not related" | "unrelated" => Some(false),
        other => parse_yes_no(other),
    }
}

fn read_flag(
    sheet: &Sheet<'_>,
    column: Option<(usize, &TextColumn<'_>)>,
    place: usize,
    id: Option<&str>,
    parse: fn(&str) -> Option<bool>,
    ledger: &mut Ledger,
) -> Option<bool> {
    let (column, texts) = column?;
    let cell = texts.value(place)?;
    let flag = parse(cell);
    if flag.is_none() {
        ledger.refuse_cell(column);
        let at = Place::cell(sheet.table.row(place), sheet.name(column), id);
        ledger.report(IssueKind::NotYesNo, Severity::Warning, at, || {
            words(
                format!("{} is neither yes nor no", quote(cell)),
                "Write yes or no; the event is counted meanwhile, but neither as yes nor as no.",
            )
        });
    }
    flag
}
