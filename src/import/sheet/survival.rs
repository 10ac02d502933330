//! Time to an event, one row a subject (and endpoint): a time and a flag, a time and a censoring flag, or dates.

use std::collections::HashSet;

use super::times::DateColumn;
use super::{Rows, Sheet};
use crate::import::cell::{parse_yes_no, quote};
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::table::normalise_name;
use crate::import::{FileMapping, Format, IssueKind, Role, Severity};
use crate::order;
use crate::trial::{FollowUp, TimeUnit};

/// The endpoint when neither a column nor the event column's name says which.
const DEFAULT_ENDPOINT: &str = "death";

/// Names of an event column that do not say what the event is, or say that it is death.
const NAMELESS_EVENTS: [&str; 12] = [
    "event",
    "is_event",
    "event_observed",
    "status",
    "death",
    "died",
    "dead",
    "cnsr",
    "censored",
    "is_censored",
    "censor",
    "subject_died",
];

/// How the rows say what happened and when.
struct Fates<'s> {
    flag: Option<(usize, &'s crate::import::columns::TextColumn<'s>, bool)>,
    event_date: Option<(usize, DateColumn)>,
    last_date: Option<(usize, DateColumn)>,
    follow_up: Option<(usize, &'s crate::import::columns::NumberColumn<'s>, TimeUnit)>,
    /// Who lived on has no time: censored when last seen.
    may_lack_time: bool,
}

impl<'s> Fates<'s> {
    fn of(sheet: &'s Sheet<'_>, mapping: &FileMapping) -> Self {
        let event = sheet.text(|role| *role == Role::Event).map(|(column, texts)| (column, texts, false));
        let censoring = sheet.text(|role| *role == Role::Censoring).map(|(column, texts)| (column, texts, true));
        let dates = |wanted: Role| {
            let column = sheet.find(|role| *role == wanted)?;
            Some((column, DateColumn::of_column(sheet, column)?))
        };
        let follow_up = sheet.roles.iter().enumerate().find_map(|(column, role)| match role {
            Role::FollowUp(unit) => Some((column, sheet.table.number(column)?, *unit)),
            _ => None,
        });
        let event_date = dates(Role::EventDate);
        let has_dates_only = event_date.is_some() && follow_up.is_none();
        Self {
            flag: event.or(censoring),
            may_lack_time: mapping.format == Format::Proact || has_dates_only,
            event_date,
            last_date: dates(Role::LastContactDate),
            follow_up,
        }
    }

    fn time_unit(&self, rows: &Rows) -> TimeUnit {
        match (self.follow_up, &self.event_date) {
            (Some((.., unit)), _) => unit,
            (None, Some(_)) => TimeUnit::Days,
            (None, None) => rows.times.unit,
        }
    }
}

pub fn read_survival(
    sheet: &Sheet<'_>,
    rows: &Rows,
    places: &[u32],
    mapping: &FileMapping,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let fates = Fates::of(sheet, mapping);
    let endpoints = sheet.text(|role| *role == Role::Endpoint).map(|(_, names)| names);
    let default_name = fates.flag.map_or(DEFAULT_ENDPOINT, |(column, ..)| sheet.name(column));
    let default_name =
        if NAMELESS_EVENTS.contains(&normalise_name(default_name).as_str()) { DEFAULT_ENDPOINT } else { default_name };
    let subject_name = sheet.find(|role| *role == Role::SubjectId).map_or("", |column| sheet.name(column));
    let unit = fates.time_unit(rows);
    let mut is_seen: HashSet<(String, usize)> = join
        .trial
        .endpoints
        .iter()
        .flat_map(|endpoint| endpoint.records.iter().map(|record| (endpoint.name.clone(), record.subject)))
        .collect();
    for &place in places {
        let at = place as usize;
        let subject = rows.subject(place);
        let row = sheet.table.row(at);
        let id = join.id_of_row(&rows.subjects, at).map(str::to_owned);
        let id = id.as_deref();
        let is_event = fates.is_event(sheet, place, subject != NO_SUBJECT, id, ledger);
        if subject == NO_SUBJECT {
            continue;
        }
        let endpoint = endpoints.and_then(|names| names.value(at)).unwrap_or(default_name);
        let time = fates.time_months(sheet, rows, place, is_event, id, join, ledger);
        if let Some((months, column)) = time.filter(|(months, _)| *months < 0.0) {
            ledger.set_aside("negative time", row);
            ledger.report(IssueKind::NegativeTime, Severity::Error, Place::cell(row, column, id), || {
                words(
                    format!("the time is negative ({months} months)"),
                    "Survival time counts from randomisation or baseline and cannot be negative; the row is set aside.",
                )
            });
            continue;
        }
        if time.is_none() && fates.may_lack_time && is_event != Some(true) {
            if is_seen.insert((endpoint.to_owned(), subject as usize)) {
                join.last_seen.push((endpoint.to_owned(), subject, sheet.source(at)));
            }
            continue;
        }
        let Some((time_months, _)) = time else {
            if fates.event_date.is_some() {
                ledger.set_aside("no usable time", row);
            } else {
                rows.times.report(sheet, place, id, ledger);
            }
            continue;
        };
        let Some(is_event) = is_event else {
            ledger.set_aside("event is neither yes nor no", row);
            continue;
        };
        if !is_seen.insert((endpoint.to_owned(), subject as usize)) {
            ledger.set_aside("subject occurs before", row);
            ledger.report(IssueKind::DuplicateSubject, Severity::Error, Place::cell(row, subject_name, id), || {
                words(
                    format!("this subject has a time to {} already", quote(endpoint)),
                    "Keep one row a subject and endpoint; the first is used and this one is set aside.",
                )
            });
            continue;
        }
        if let Some(endpoint) = join.endpoint_mut(endpoint, unit) {
            endpoint.records.push(FollowUp {
                subject: subject as usize,
                time_months,
                is_event,
                source: sheet.source(at),
            });
        }
    }
    if fates.may_lack_time && fates.last_date.is_none() {
        let name = default_name.to_owned();
        if !join.events_only.contains(&name) && endpoints.is_none() {
            join.events_only.push(name);
        }
    }
    if let Some((column, _, true)) = fates.flag {
        ledger.report(IssueKind::CensoringTurned, Severity::Note, Place::column(sheet.name(column)), || {
            words(
                "the column tells who was censored: 0 is read as an event, anything above it as censored",
                "Confirm the direction on this page; the number of events tells whether it is right.",
            )
        });
    }
    for endpoint in &mut join.trial.endpoints {
        order::sort_by(&mut endpoint.records, |a, b| a.subject.cmp(&b.subject));
    }
}

impl Fates<'_> {
    /// Whether the event happened; a flag that says neither is reported.
    fn is_event(
        &self,
        sheet: &Sheet<'_>,
        place: u32,
        has_subject: bool,
        id: Option<&str>,
        ledger: &mut Ledger,
    ) -> Option<bool> {
        let Some((column, flags, is_censoring)) = self.flag else {
            // A date of the event, and nothing for who had none.
            let (_, dates) = self.event_date.as_ref()?;
            return match dates.bad(place as usize) {
                None => Some(true),
                Some(super::times::BadDate::Empty) => Some(false),
                Some(_) => None,
            };
        };
        let cell = flags.value(place as usize);
        let said = cell.and_then(if is_censoring { parse_censoring } else { parse_event });
        if said.is_none() && cell.is_some() {
            ledger.refuse_cell(column);
        }
        if said.is_none() && has_subject {
            let at = Place::cell(sheet.table.row(place as usize), sheet.name(column), id);
            ledger.report(IssueKind::BadEvent, Severity::Error, at, || {
                let what = match cell {
                    Some(cell) => format!("{} is neither yes nor no", quote(cell)),
                    None => "it is not said whether the event was seen".into(),
                };
                words(what, "Write 1 (event) or 0 (censored), yes or no; the row is set aside.")
            });
        }
        said
    }

    /// Months of follow-up, and the column that gives them.
    #[expect(clippy::too_many_arguments)]
    fn time_months<'s>(
        &self,
        sheet: &'s Sheet<'_>,
        rows: &Rows,
        place: u32,
        is_event: Option<bool>,
        id: Option<&str>,
        join: &Join,
        ledger: &mut Ledger,
    ) -> Option<(f64, &'s str)> {
        let at = place as usize;
        if let Some((column, numbers, unit)) = self.follow_up {
            return numbers.value(at).map(|time| (unit.to_months(time) + 0.0, sheet.name(column)));
        }
        if self.event_date.is_some() || self.last_date.is_some() {
            let start = join.start_day(rows.subject(place));
            let dates = if is_event == Some(true) { &self.event_date } else { &self.last_date };
            let (column, dates) = dates.as_ref().or(self.last_date.as_ref())?;
            let days = super::day_from_start(sheet, *column, dates, at, start, id, ledger)?;
            return Some((TimeUnit::Days.to_months(days), sheet.name(*column)));
        }
        let months = rows.times.month(place);
        (!months.is_nan()).then(|| (months, rows.times.column_name(sheet)))
    }
}

fn parse_event(cell: &str) -> Option<bool> {
    parse_yes_no(cell).or_else(|| match cell.to_lowercase().as_str() {
        "dead" | "died" | "deceased" | "death" | "event" => Some(true),
        "alive" | "living" | "censored" | "no event" => Some(false),
        _ => None,
    })
}

/// 0 is an event, anything above it censored.
fn parse_censoring(cell: &str) -> Option<bool> {
    match cell.parse::<f64>() {
        Ok(number) if number >= 0.0 => Some(number == 0.0),
        Ok(_) => None,
        Err(_) => match cell.to_lowercase().as_str() {
            "censored" => Some(false),
            "event" => Some(true),
            other => parse_yes_no(other).map(|is_censored| !is_censored),
        },
    }
}
