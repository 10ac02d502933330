use serde::{Deserialize, Serialize};

use crate::analysis::cafs::default_death;
use crate::analysis::time_to_event::{EndpointPlan, VENTILATION, ventilation_months};
use crate::trial::Trial;

/// What of several events that prevent each other is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompetingPlan {
    /// Its events compete: of each person the first counts.
    pub time: EndpointPlan,
    /// The event that the page is about, by its name; the others are what competes with it.
    pub interest: String,
    /// Months from the origin at which the incidence is told.
    #[serde(default = "default_months")]
    pub months: Vec<f64>,
    /// Gray's weight: the share still without the event, to this power. 0 weighs all times alike, 1 the early ones more.
    #[serde(default)]
    pub rho: f64,
    /// Baseline columns within whose classes the arms are tested.
    #[serde(default)]
    pub strata: Vec<String>,
}

fn default_months() -> Vec<f64> {
    vec![6.0, 12.0, 24.0]
}

impl CompetingPlan {
    /// Where the files tell of two events that happened: ventilation or its like against death.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let death = default_death(trial)?;
        let happened = |name: &str| {
            trial.endpoint(name).is_some_and(|endpoint| endpoint.records.iter().any(|record| record.is_event))
        };
        let mut others: Vec<&String> = trial
            .endpoints
            .iter()
            .map(|endpoint| &endpoint.name)
            // "death or tracheostomy" is no second event beside death.
            .filter(|name| **name != death && !mentions_death(name) && happened(name))
            .collect();
        crate::order::sort_by(&mut others, |a, b| (!is_breathing(a), *a).cmp(&(!is_breathing(b), *b)));
        let (time, interest) = match others.first() {
            Some(interest) => {
                // What ends the follow-up of the event of interest competes with it too.
                let ends = |other: &&&String| {
                    let (ended, events) = ended_by(trial, other, std::slice::from_ref(*interest));
                    2 * ended.len() > events
                };
                let also = others.iter().skip(1).filter(ends).map(|other| (*other).clone());
                let or = also.chain([death]).collect();
                (EndpointPlan { or, ..EndpointPlan::of((*interest).clone()) }, (*interest).clone())
            }
            None => {
                ventilation_months(trial)?.iter().find(|month| month.is_some())?;
                (EndpointPlan { or_ventilation: true, ..EndpointPlan::of(death) }, VENTILATION.to_owned())
            }
        };
        let months = months_within(trial, &time);
        Some(Self { time, interest, months, rho: 0.0, strata: Vec::new() })
    }

    /// The events in the order of the plan.
    pub fn causes(&self) -> Vec<String> {
        let ventilation = self.time.or_ventilation.then(|| VENTILATION.to_owned());
        self.time.names().cloned().chain(ventilation).collect()
    }

    /// Takes these events, in this order; the event of interest stays if it is among them.
    pub fn set_causes(&mut self, causes: &[String]) {
        let mut named = causes.iter().filter(|cause| *cause != VENTILATION).cloned();
        let Some(first) = named.next() else { return };
        self.time.endpoint = first;
        self.time.or = named.collect();
        self.time.or_ventilation = causes.iter().any(|cause| cause == VENTILATION);
        if !causes.contains(&self.interest) {
            self.interest =
                causes.iter().find(|cause| !mentions_death(cause)).or(causes.first()).cloned().unwrap_or_default();
        }
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        let causes = self.causes();
        if causes.len() < 2 {
            return Some("time names one event, and nothing competes with it: name two or more".to_owned());
        }
        if !causes.contains(&self.interest) {
            return Some(format!("interest is {}, it must be one of {}", self.interest, causes.join(", ")));
        }
        if self.months.is_empty() || !self.months.iter().all(|month| month.is_finite() && *month > 0.0) {
            return Some("months must be numbers above 0".to_owned());
        }
        if !(self.rho >= 0.0 && self.rho <= 10.0) {
            return Some(format!("rho is {}, it must lie between 0 and 10", self.rho));
        }
        self.time.problem()
    }
}

/// The people whose follow-up for these events ended, without any of them, at the time of another, and how many had the
/// other.
pub(super) fn ended_by(trial: &Trial, other: &str, events: &[String]) -> (Vec<usize>, usize) {
    let mut ends: Vec<Option<(f64, bool)>> = vec![None; trial.subjects.len()];
    for record in events.iter().filter_map(|name| trial.endpoint(name)).flat_map(|endpoint| &endpoint.records) {
        let Some(end) = ends.get_mut(record.subject) else { continue };
        let (last, had_event) = end.unwrap_or((record.time_months, false));
        *end = Some((last.min(record.time_months), had_event || record.is_event));
    }
    let records = trial.endpoint(other).map(|endpoint| endpoint.records.as_slice()).unwrap_or_default();
    let happened = || records.iter().filter(|record| record.is_event);
    let is_ended = |subject: usize, time: f64| ends.get(subject).copied().flatten() == Some((time, false));
    let ended = happened().filter(|record| is_ended(record.subject, record.time_months)).map(|record| record.subject);
    (ended.collect(), happened().count())
}

fn mentions_death(name: &str) -> bool {
    let name = name.to_lowercase();
    ["death", "dead", "died", "surviv"].iter().any(|word| name.contains(word))
}

fn is_breathing(name: &str) -> bool {
    let name = name.to_lowercase();
    ["trache", "ventil", "niv", "intubat"].iter().any(|word| name.contains(word))
}

/// The last three round months to which a quarter of all were followed; else the end of follow-up.
fn months_within(trial: &Trial, time: &EndpointPlan) -> Vec<f64> {
    const ROUND: [f64; 8] = [6.0, 12.0, 24.0, 36.0, 48.0, 60.0, 84.0, 120.0];
    let mut ends = vec![f64::INFINITY; trial.subjects.len()];
    let endpoints = time.names().filter_map(|name| trial.endpoint(name));
    for record in endpoints.flat_map(|endpoint| &endpoint.records) {
        if let Some(end) = ends.get_mut(record.subject) {
            *end = end.min(record.time_months);
        }
    }
    ends.retain(|end| end.is_finite());
    crate::order::sort_numbers(&mut ends);
    let late = ends.get(3 * ends.len() / 4).copied().unwrap_or(0.0);
    let months: Vec<f64> = ROUND.into_iter().filter(|month| *month <= late).collect();
    match (months.as_slice(), ends.last()) {
        ([], Some(last)) if *last > 0.0 => vec![*last],
        ([], _) => default_months(),
        _ => months.iter().copied().skip(months.len().saturating_sub(3)).collect(),
    }
}
