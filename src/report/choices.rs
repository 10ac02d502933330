//! The choices that would turn an answer round if they were wrong, in words for a person to confirm.

use super::label::joined;
use super::number::plural;
use super::overview::{EndpointOverview, Overview};
use crate::analysis::{Confirmation, Plan};
use crate::import::{Role, TableKind, names_an_event};

/// The choices that would turn an answer round and that this trial leaves open.
pub fn choices_of(overview: &Overview, plan: &Plan) -> Vec<Confirmation> {
    let mut choices = Vec::new();
    if overview.arms.len() > 1 {
        choices.push(Confirmation::ControlArm);
    }
    if plan.change().is_some() {
        choices.push(Confirmation::Baseline);
    }
    if !overview.endpoints.is_empty() {
        choices.push(Confirmation::EventDirection);
    }
    choices
}

/// How many of them nobody has confirmed yet.
pub fn open_choices(overview: &Overview, plan: &Plan) -> usize {
    choices_of(overview, plan).iter().filter(|choice| !plan.confirmed.contains(choice)).count()
}

/// "29 of 64 had the event death; 35 count as censored."
pub fn event_sentence(endpoint: &EndpointOverview) -> String {
    let censored = endpoint.subjects.saturating_sub(endpoint.events);
    let count = plural(censored, "counts", "count");
    let (events, subjects, name) = (endpoint.events, endpoint.subjects, endpoint.name.replace('_', " "));
    format!("{events} of {subjects} had the event {name}; {censored} {count} as censored.")
}

/// The column that says whether an event happened.
#[derive(Debug, Clone, PartialEq)]
pub struct EventColumn {
    pub file: usize,
    pub column: usize,
    /// Otherwise it says who was censored.
    pub is_event: bool,
    /// Its words are events, each an endpoint: there is no direction to turn round.
    pub names_events: bool,
    pub endpoints: Vec<String>,
}

/// Which columns tell the endpoints' events, and of which endpoints.
pub fn event_columns(overview: &Overview) -> Vec<EventColumn> {
    let holds = |table| matches!(table, TableKind::Survival | TableKind::Mixed | TableKind::Subjects);
    let mut columns: Vec<EventColumn> = Vec::new();
    for (file, mapping) in overview.files.iter().enumerate().filter(|(_, mapping)| holds(mapping.table)) {
        let find = |wanted: Role| mapping.columns.iter().position(|column| column.role == wanted);
        let event = find(Role::Event).map(|column| (column, true));
        if let Some((column, is_event)) = event.or(find(Role::Censoring).map(|column| (column, false))) {
            let has_endpoint_column = find(Role::Endpoint).is_some();
            let preview = overview.previews.get(file).and_then(|preview| preview.columns.get(column));
            let names_event = |sample: &String| names_an_event(sample);
            let names_events =
                is_event && !has_endpoint_column && preview.is_some_and(|cells| cells.samples.iter().any(names_event));
            columns.push(EventColumn { file, column, is_event, names_events, endpoints: Vec::new() });
        }
    }
    for endpoint in &overview.endpoints {
        let says = |known: &EventColumn| says_endpoint(overview, known, &endpoint.name);
        let place = columns.iter().position(says).or_else(|| {
            // A column called "event" names nothing: it tells what no other column does, if it is alone in that.
            let mut nameless = columns.iter().enumerate().filter(|(_, known)| names_nothing(overview, known));
            let place = nameless.next().map(|(place, _)| place).filter(|_| nameless.next().is_none());
            place.or((columns.len() == 1).then_some(0))
        });
        if let Some(known) = place.and_then(|place| columns.get_mut(place)) {
            known.endpoints.push(endpoint.name.clone());
        }
    }
    columns.retain(|column| !column.endpoints.is_empty());
    columns
}

/// Neither a column of endpoints nor the event column's own name is an endpoint.
fn names_nothing(overview: &Overview, known: &EventColumn) -> bool {
    !overview.endpoints.iter().any(|endpoint| says_endpoint(overview, known, &endpoint.name))
}

/// By a column of endpoints, or by the event column's own name.
fn says_endpoint(overview: &Overview, known: &EventColumn, endpoint: &str) -> bool {
    let Some(mapping) = overview.files.get(known.file) else { return false };
    let place = mapping.columns.iter().position(|column| column.role == Role::Endpoint);
    let samples = place.and_then(|place| overview.previews.get(known.file)?.columns.get(place));
    if let Some(samples) = samples {
        return samples.samples.iter().any(|sample| sample == endpoint);
    }
    let name = mapping.columns.get(known.column).map(|column| column.column.as_str()).unwrap_or_default();
    name.eq_ignore_ascii_case(endpoint)
}

/// What month 0 is, by the file that the outcomes' times come from.
pub fn time_zero(overview: &Overview) -> String {
    let is_timed = |role: &Role| {
        matches!(role, Role::Time(_) | Role::StudyDay | Role::Date | Role::VisitName) || matches!(role, Role::At { .. })
    };
    let holds = |table| {
        use TableKind::{Breathing, Measurements, Mixed, Visits};
        matches!(table, Visits | Measurements | Mixed | Breathing)
    };
    let found = overview.files.iter().filter(|mapping| holds(mapping.table)).find_map(|mapping| {
        let column = mapping.columns.iter().find(|column| is_timed(&column.role) && column.role != Role::VisitName);
        let column = column.or_else(|| mapping.columns.iter().find(|column| column.role == Role::VisitName))?;
        Some((mapping, column))
    });
    let Some((mapping, column)) = found else { return "Time 0 is where the files begin to count.".to_owned() };
    let place = format!("“{}” in {}", column.column, mapping.name);
    match &column.role {
        Role::Time(unit) => format!("Time 0 is {} 0 of {place}.", unit.one()),
        Role::StudyDay => format!("Time 0 is study day 1 of {place}."),
        Role::Date => {
            let baseline = overview.files.iter().find_map(|file| {
                let column = file.columns.iter().find(|column| column.role == Role::BaselineDate)?;
                Some(format!("“{}” in {}", column.column, file.name))
            });
            match baseline {
                Some(baseline) => format!("Time 0 is each person’s date in {baseline}."),
                None => format!("Time 0 is each person’s first date in {place}, unless another file names a day."),
            }
        }
        _ => {
            let at_zero = mapping.visit_times.iter().filter(|visit| visit.time == Some(0.0));
            let visits: Vec<String> = at_zero.map(|visit| format!("“{}”", visit.visit)).collect();
            let schedule = overview.files.iter().find(|file| file.table == TableKind::VisitSchedule);
            if let Some(schedule) = schedule.filter(|_| visits.is_empty()) {
                format!("Time 0 is the visit that {} puts at 0.", schedule.name)
            } else if visits.is_empty() {
                format!("No visit of {} is at time 0 by its name.", mapping.name)
            } else {
                format!("Time 0 is the visit {} in {}.", joined(&visits), mapping.name)
            }
        }
    }
}
