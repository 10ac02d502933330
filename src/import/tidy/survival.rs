//! `survival.csv`: time to an event, one row a subject (and endpoint).

use std::collections::HashSet;

use super::{Sheet, read_times};
use crate::import::cell::{parse_yes_no, quote};
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::table::normalise_name;
use crate::import::{IssueKind, Role, Severity};
use crate::order;
use crate::trial::FollowUp;

/// The endpoint when neither a column nor the event column's name says which.
const DEFAULT_ENDPOINT: &str = "death";

/// Names of an event column that do not say what the event is.
const NAMELESS_EVENTS: [&str; 7] = ["event", "is_event", "event_observed", "status", "death", "died", "dead"];

pub fn read_survival(sheet: &Sheet<'_>, join: &mut Join, ledger: &mut Ledger) {
    let mut subjects = join.subjects_of_rows(sheet, ledger);
    let times = read_times(sheet, &mut subjects, &join.trial.subjects, ledger);
    let Some((event_column, events)) = sheet.text(|role| *role == Role::Event) else { return };
    let event_name = sheet.name(event_column);
    let default_name =
        if NAMELESS_EVENTS.contains(&normalise_name(event_name).as_str()) { DEFAULT_ENDPOINT } else { event_name };
    let time_name = sheet.find(|role| matches!(role, Role::Time(_))).map_or("", |column| sheet.name(column));
    let subject_name = sheet.find(|role| *role == Role::SubjectId).map_or("", |column| sheet.name(column));
    let endpoints = sheet.text(|role| *role == Role::Endpoint);
    let mut is_seen: HashSet<(String, usize)> = join
        .trial
        .endpoints
        .iter()
        .flat_map(|endpoint| endpoint.records.iter().map(|record| (endpoint.name.clone(), record.subject)))
        .collect();
    for (place, &subject) in subjects.iter().enumerate() {
        let Some(&time_months) = times.months.get(place) else { continue };
        let row = sheet.table.row(place);
        let is_event = events.value(place).and_then(parse_yes_no);
        if is_event.is_none() && events.value(place).is_some() {
            ledger.refuse_cell(event_column);
        }
        if subject == NO_SUBJECT {
            continue;
        }
        let id = join.id_of_row(&subjects, place).map(str::to_owned);
        let id = id.as_deref();
        if time_months < 0.0 {
            ledger.set_aside("negative time", row);
            ledger.report(IssueKind::NegativeTime, Severity::Error, Place::cell(row, time_name, id), || {
                words(
                    format!("the time is negative ({} months)", time_months),
                    "Survival time counts from randomisation or baseline and cannot be negative; the row is set aside.",
                )
            });
            continue;
        }
        let Some(is_event) = is_event else {
            ledger.set_aside("event is neither yes nor no", row);
            ledger.report(IssueKind::BadEvent, Severity::Error, Place::cell(row, event_name, id), || {
                let what = match events.value(place) {
                    Some(cell) => format!("{} is neither yes nor no", quote(cell)),
                    None => "it is not said whether the event was seen".into(),
                };
                words(what, "Write 1 (event) or 0 (censored), yes or no; the row is set aside.")
            });
            continue;
        };
        let endpoint = endpoints.and_then(|(_, names)| names.value(place)).unwrap_or(default_name);
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
        if let Some(endpoint) = join.endpoint_mut(endpoint, times.unit) {
            endpoint.records.push(FollowUp { subject: subject as usize, time_months, is_event });
        }
    }
    for endpoint in &mut join.trial.endpoints {
        order::sort_by(&mut endpoint.records, |a, b| a.subject.cmp(&b.subject));
    }
}
