//! Time to an event, one row a subject (and endpoint): a time and a flag, a time and a censoring flag, or dates.

use std::collections::HashSet;

use super::fate_words::{Fate, FlagWords, number};
use super::times::DateColumn;
use super::{Rows, Sheet};
use crate::import::cell::quote;
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
    flag: Option<(usize, &'s crate::import::columns::TextColumn<'s>)>,
    is_censoring: bool,
    words: FlagWords,
    event_date: Option<(usize, DateColumn)>,
    last_date: Option<(usize, DateColumn)>,
    follow_up: Option<(usize, &'s crate::import::columns::NumberColumn<'s>, TimeUnit)>,
    /// Who lived on has no time: censored when last seen.
    may_lack_time: bool,
}

impl<'s> Fates<'s> {
    fn of(sheet: &'s Sheet<'_>, rows: &Rows, places: &[u32], mapping: &FileMapping, join: &Join) -> Self {
        let event = sheet.text(|role| *role == Role::Event);
        let is_censoring = event.is_none();
        let flag = event.or_else(|| sheet.text(|role| *role == Role::Censoring));
        let name = flag.map_or(DEFAULT_ENDPOINT, |(column, _)| sheet.name(column));
        let name = if NAMELESS_EVENTS.contains(&normalise_name(name).as_str()) { DEFAULT_ENDPOINT } else { name };
        let words = match flag {
            None => FlagWords::of_dates(name),
            Some((column, texts)) => {
                // What stands in rows of totals says nothing of the others.
                let mut labels = super::labels(sheet, column, texts, join);
                let mut is_used = vec![false; labels.len()];
                for &place in places.iter().filter(|&&place| rows.subject(place) != NO_SUBJECT) {
                    let code = texts.codes.get(place as usize).copied().unwrap_or(u32::MAX);
                    if let Some(slot) = is_used.get_mut(code as usize) {
                        *slot = true;
                    }
                }
                for (label, _) in labels.iter_mut().zip(is_used).filter(|(_, is_used)| !is_used) {
                    label.clear();
                }
                if is_censoring {
                    FlagWords::of_censoring(&labels, name)
                } else {
                    FlagWords::of_event(&labels, name, !sheet.has(|role| *role == Role::Endpoint))
                }
            }
        };
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
            flag,
            is_censoring,
            words,
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

/// A row whose status has words: the subject, when, what.
struct Told {
    subject: usize,
    place: usize,
    time_months: f64,
    fate: Fate,
}

pub fn read_survival(
    sheet: &Sheet<'_>,
    rows: &Rows,
    places: &[u32],
    mapping: &FileMapping,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let fates = Fates::of(sheet, rows, places, mapping, join);
    let endpoints = sheet.text(|role| *role == Role::Endpoint).map(|(_, names)| names);
    let subject_name = sheet.find(|role| *role == Role::SubjectId).map_or("", |column| sheet.name(column));
    let unit = fates.time_unit(rows);
    let mut is_seen: HashSet<(String, usize)> = join
        .trial
        .endpoints
        .iter()
        .flat_map(|endpoint| endpoint.records.iter().map(|record| (endpoint.name.clone(), record.subject)))
        .collect();
    let mut told: Vec<Told> = Vec::new();
    let mut is_told: HashSet<(usize, Fate)> = HashSet::new();
    for &place in places {
        let at = place as usize;
        let subject = rows.subject(place);
        let row = sheet.table.row(at);
        let id = join.id_of_row(&rows.subjects, at).map(str::to_owned);
        let id = id.as_deref();
        let fate = fates.fate(sheet, place, subject != NO_SUBJECT, id, ledger);
        let is_event = fate.map(|fate| fate != Fate::Censored);
        if subject == NO_SUBJECT {
            continue;
        }
        let endpoint = endpoints.and_then(|names| names.value(at)).or(fates.words.names.first().map(String::as_str));
        let endpoint = endpoint.unwrap_or(DEFAULT_ENDPOINT);
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
            let of_row = if fates.words.are_named { fates.words.names.clone() } else { vec![endpoint.to_owned()] };
            for endpoint in of_row {
                if is_seen.insert((endpoint.clone(), subject as usize)) {
                    join.last_seen.push((endpoint, subject, sheet.source(at)));
                }
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
        let Some(fate) = fate else {
            ledger.set_aside("event is neither yes nor no", row);
            continue;
        };
        let subject = subject as usize;
        let what = if fates.words.are_named {
            let is_known = fates.words.names.iter().all(|name| is_seen.contains(&(name.clone(), subject)));
            if !is_known && is_told.insert((subject, fate)) {
                told.push(Told { subject, place: at, time_months, fate });
                continue;
            }
            match fate {
                Fate::Censored => "a last contact",
                Fate::Event(place) => fates.words.names.get(place).map_or(endpoint, String::as_str),
            }
        } else {
            if is_seen.insert((endpoint.to_owned(), subject)) {
                if let Some(endpoint) = join.endpoint_mut(endpoint, unit) {
                    let is_event = fate != Fate::Censored;
                    endpoint.records.push(FollowUp { subject, time_months, is_event, source: sheet.source(at) });
                }
                continue;
            }
            endpoint
        };
        ledger.set_aside("subject occurs before", row);
        ledger.report(IssueKind::DuplicateSubject, Severity::Error, Place::cell(row, subject_name, id), || {
            words(
                format!("this subject has a time to {} already", quote(what)),
                "Keep one row a subject and endpoint; the first is used and this one is set aside.",
            )
        });
    }
    add_named_fates(sheet, &fates.words.names, &told, unit, &is_seen, join);
    if fates.may_lack_time && fates.last_date.is_none() && endpoints.is_none() {
        for name in &fates.words.names {
            if !join.events_only.contains(name) {
                join.events_only.push(name.clone());
            }
        }
    }
    if let Some((column, _)) = fates.flag.filter(|_| fates.is_censoring) {
        ledger.report(IssueKind::CensoringTurned, Severity::Note, Place::column(sheet.name(column)), || {
            words(
                "the column tells who was censored: 0 is read as an event, anything above it as censored",
                "Confirm the direction on this page; the number of events tells whether it is right.",
            )
        });
    }
    if let Some((column, _)) = fates.flag.filter(|_| fates.words.are_named) {
        ledger.report(IssueKind::EventsNamed, Severity::Note, Place::column(sheet.name(column)), || {
            let names: Vec<String> = fates.words.names.iter().map(|name| quote(name)).collect();
            words(
                format!("the column names what happened: {}", names.join(", ")),
                "Each is an endpoint of its own, and who had another is censored for it at the same time. Nothing needs to \
                 be done if that is meant; a file with one row a person and endpoint can say more.",
            )
        });
    }
    for endpoint in &mut join.trial.endpoints {
        order::sort_by(&mut endpoint.records, |a, b| a.subject.cmp(&b.subject));
    }
}

/// A record of each endpoint for each subject: the row that names it, else up to the last of the subject's rows.
fn add_named_fates(
    sheet: &Sheet<'_>,
    names: &[String],
    told: &[Told],
    unit: TimeUnit,
    is_seen: &HashSet<(String, usize)>,
    join: &mut Join,
) {
    // By subject, the last row of each at the end of its run.
    let mut by_time: Vec<&Told> = told.iter().collect();
    order::sort_by(&mut by_time, |a, b| a.subject.cmp(&b.subject).then(a.time_months.total_cmp(&b.time_months)));
    for rows in by_time.chunk_by(|a, b| a.subject == b.subject) {
        for (place, name) in names.iter().enumerate() {
            let event = rows.iter().find(|row| row.fate == Fate::Event(place));
            let Some(row) = event.or(rows.last()).filter(|row| !is_seen.contains(&(name.clone(), row.subject))) else {
                continue;
            };
            if let Some(endpoint) = join.endpoint_mut(name, unit) {
                endpoint.records.push(FollowUp {
                    subject: row.subject,
                    time_months: row.time_months,
                    is_event: event.is_some(),
                    source: sheet.source(row.place),
                });
            }
        }
    }
}

impl Fates<'_> {
    /// What happened, if the row says so; a flag that says neither is reported.
    fn fate(
        &self,
        sheet: &Sheet<'_>,
        place: u32,
        has_subject: bool,
        id: Option<&str>,
        ledger: &mut Ledger,
    ) -> Option<Fate> {
        let Some((column, flags)) = self.flag else {
            // A date of the event, and nothing for who had none.
            let (_, dates) = self.event_date.as_ref()?;
            return match dates.bad(place as usize) {
                None => Some(Fate::Event(0)),
                Some(super::times::BadDate::Empty) => Some(Fate::Censored),
                Some(_) => None,
            };
        };
        let cell = flags.value(place as usize);
        let said = self.words.fate(flags, place as usize);
        if said.is_none() && cell.is_some() {
            ledger.refuse_cell(column);
        }
        if said.is_none() && has_subject {
            let at = Place::cell(sheet.table.row(place as usize), sheet.name(column), id);
            if self.words.are_codes && cell.is_some_and(|cell| number(cell).is_some()) {
                ledger.report(IssueKind::BadEvent, Severity::Question, at, || {
                    words(
                        format!("there are numbers above 1, and nothing tells which event a code such as {} is", quote(cell.unwrap_or_default())),
                        "Write words (dead, tracheostomy, censored), or one row a person and endpoint with 1 or 0, or add a \
                         REDCap data dictionary with the codes\u{2019} labels; the rows are set aside until then.",
                    )
                });
                return None;
            }
            ledger.report(IssueKind::BadEvent, Severity::Error, at, || {
                let what = match cell {
                    Some(cell) => format!("{} is neither yes nor no, and no event that is known", quote(cell)),
                    None => "it is not said whether the event was seen".into(),
                };
                words(
                    what,
                    "Write 1 (event) or 0 (censored), yes or no, or what happened in one word (dead, tracheostomy, censored); \
                     the row is set aside.",
                )
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
