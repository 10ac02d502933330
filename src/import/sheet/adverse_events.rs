//! `adverse_events.csv`: one row an event; the same event may come back.

use super::times::{DateColumn, from_study_day};
use super::{Rows, Sheet, report_not_a_number};
use crate::import::cell::{parse_yes_no, quote};
use crate::import::columns::TextColumn;
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::{IssueKind, Role, Severity};
use crate::trial::AdverseEvent;

pub fn read_adverse_events(sheet: &Sheet<'_>, rows: &Rows, places: &[u32], join: &mut Join, ledger: &mut Ledger) {
    let Some((term_column, terms)) = sheet.text(|role| *role == Role::Term) else { return };
    let classes = sheet.text(|role| *role == Role::SystemOrganClass);
    let severities = sheet.text(|role| *role == Role::Severity);
    let serious = sheet.text(|role| *role == Role::Serious);
    let related = sheet.text(|role| *role == Role::Related);
    let starts = Days::of(sheet, [Role::StartDay, Role::StartStudyDay, Role::StartDate]);
    let ends = Days::of(sheet, [Role::EndDay, Role::EndStudyDay, Role::EndDate]);
    for days in [&starts, &ends] {
        days.report_refused(sheet, rows, join, ledger);
    }
    let cell = |column: Option<(usize, &TextColumn<'_>)>, place| {
        column.and_then(|(_, texts)| texts.value(place)).map(str::to_owned)
    };
    for &at in places {
        let place = at as usize;
        let subject = rows.subject(at);
        let row = sheet.table.row(place);
        let id = join.id_of_row(&rows.subjects, place).map(str::to_owned);
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
        let start_day = starts.day(sheet, place, subject, id.as_deref(), join, ledger);
        let end_day = ends.day(sheet, place, subject, id.as_deref(), join, ledger);
        for day in start_day.iter().chain(&end_day) {
            join.see_contact(subject, *day);
        }
        join.trial.adverse_events.push(AdverseEvent {
            subject: subject as usize,
            term: term.to_owned(),
            system_organ_class: cell(classes, place),
            severity: cell(severities, place),
            is_serious,
            is_related,
            start_day,
            end_day,
            source: sheet.source(place),
        });
    }
}

/// A day of an event: a number from baseline, CDISC's number that knows no day 0, or a date.
enum Days {
    Number { column: usize, is_study_day: bool },
    Date { column: usize, dates: DateColumn },
    Absent,
}

impl Days {
    fn of(sheet: &Sheet<'_>, [day, study_day, date]: [Role; 3]) -> Self {
        if let Some(column) = sheet.find(|role| *role == day) {
            Self::Number { column, is_study_day: false }
        } else if let Some(column) = sheet.find(|role| *role == study_day) {
            Self::Number { column, is_study_day: true }
        } else if let Some(column) = sheet.find(|role| *role == date) {
            match DateColumn::of_column(sheet, column) {
                Some(dates) => Self::Date { column, dates },
                None => Self::Absent,
            }
        } else {
            Self::Absent
        }
    }

    fn report_refused(&self, sheet: &Sheet<'_>, rows: &Rows, join: &Join, ledger: &mut Ledger) {
        let Self::Number { column, .. } = self else { return };
        let Some(numbers) = sheet.table.number(*column) else { return };
        for (place, cell) in &numbers.refused {
            let id = join.id_of_row(&rows.subjects, *place as usize);
            report_not_a_number(sheet, *column, *place as usize, cell, id, ledger);
        }
    }

    fn day(
        &self,
        sheet: &Sheet<'_>,
        place: usize,
        subject: u32,
        id: Option<&str>,
        join: &Join,
        ledger: &mut Ledger,
    ) -> Option<f64> {
        match self {
            Self::Number { column, is_study_day } => {
                let day = sheet.table.number(*column)?.value(place)?;
                Some(if *is_study_day { from_study_day(day) } else { day })
            }
            Self::Date { column, dates } => {
                super::day_from_start(sheet, *column, dates, place, join.start_day(subject), id, ledger)
            }
            Self::Absent => None,
        }
    }
}

fn parse_related(cell: &str) -> Option<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "related" | "possible" | "possibly" | "probable" | "probably" | "definite" | "definitely" | "certain" => {
            Some(true)
        }
        "not related" | "unrelated" | "none" | "unlikely" | "remote" => Some(false),
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
