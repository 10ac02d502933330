//! What the numbers cannot say by themselves.

use super::CompetingPlan;
use super::arm::Arm;
use super::plan::ended_by;
use crate::analysis::time_to_event::{EndpointPlan, TimeToEvent, VENTILATION, time_to_event, ventilation_months};
use crate::analysis::{Finding, Population, Term, TimeNote};
use crate::order;
use crate::trial::Trial;
use crate::trial::alsfrs::Item;

/// Fewer events than this carry little information about a difference.
const FEW_EVENTS: usize = 20;

/// A bias below half a percentage point cannot be seen on the page.
const SMALL_SHARE: f64 = 0.005;

/// Who was last asked longer than this before the end of follow-up may have been ventilated unseen.
const LONG_UNSEEN_MONTHS: f64 = 3.0;

pub fn doubts_of(
    trial: &Trial,
    population: &Population,
    found: &TimeToEvent,
    arms: &[Arm],
    plan: &CompetingPlan,
    told_month: Option<f64>,
) -> Vec<TimeNote> {
    let mut doubts = Vec::new();
    for (cause, name) in found.causes.iter().enumerate() {
        let events: usize = arms.iter().map(|arm| arm.events(cause)).sum();
        if events == 0 {
            doubts.push(TimeNote::CauseNeverHappened { cause: name.clone() });
            continue;
        }
        if events < FEW_EVENTS {
            doubts.push(TimeNote::FewOfCause { cause: name.clone(), events });
        }
        for arm in arms.iter().filter(|arm| arm.events(cause) == 0) {
            let (arm, of) = (arm.name.clone(), arm.found.len());
            doubts.push(TimeNote::CauseAbsentInArm { cause: name.clone(), arm, of });
        }
    }
    let interest = found.causes.iter().position(|cause| *cause == plan.interest);
    if let Some((interest, month)) = interest.zip(told_month) {
        doubts.extend(naive_doubt(arms, plan, interest, month));
        doubts.extend(offset_doubts(found, arms, plan, interest, month));
    }
    for endpoint in trial.endpoints.iter().filter(|endpoint| !found.causes.contains(&endpoint.name)) {
        let (ended, _) = ended_by(trial, &endpoint.name, &found.causes);
        let subjects = ended.iter().filter(|subject| found.subjects.binary_search(subject).is_ok()).count();
        if subjects > 0 {
            doubts.push(TimeNote::EndedByOther { other: endpoint.name.clone(), subjects });
        }
    }
    doubts.extend(ties(trial, population, found, plan));
    if found.causes.iter().any(|cause| cause == VENTILATION) {
        doubts.extend(seen_at_visits(trial, found));
    }
    doubts
}

/// Where one minus Kaplan-Meier says most too much.
fn naive_doubt(arms: &[Arm], plan: &CompetingPlan, interest: usize, at_month: f64) -> Option<TimeNote> {
    let excess = |arm: &Arm| arm.naive_at(interest, at_month).share - arm.incidence_at(interest, at_month).share;
    let arm = arms.iter().reduce(|most, arm| if excess(arm) > excess(most) { arm } else { most })?;
    (excess(arm) >= SMALL_SHARE).then(|| TimeNote::NaiveOverstates {
        cause: plan.interest.clone(),
        arm: arm.name.clone(),
        at_month,
        naive: arm.naive_at(interest, at_month).share,
        incidence: arm.incidence_at(interest, at_month).share,
    })
}

/// Fewer of one event and more of another: who died cannot be ventilated any more.
fn offset_doubts(
    found: &TimeToEvent,
    arms: &[Arm],
    plan: &CompetingPlan,
    interest: usize,
    at_month: f64,
) -> Vec<TimeNote> {
    let Some(control) = arms.iter().find(|arm| arm.place == 0) else { return Vec::new() };
    let mut doubts = Vec::new();
    for arm in arms.iter().filter(|arm| arm.place != 0) {
        let difference =
            |cause: usize| arm.incidence_at(cause, at_month).share - control.incidence_at(cause, at_month).share;
        let of_interest = difference(interest);
        for (cause, name) in found.causes.iter().enumerate().filter(|(cause, _)| *cause != interest) {
            let of_other = difference(cause);
            // One that is small beside the other explains little of it.
            let is_seen = of_interest.abs() >= SMALL_SHARE && of_other.abs() >= SMALL_SHARE;
            if is_seen && of_interest * of_other < 0.0 && of_other.abs() >= 0.5 * of_interest.abs() {
                doubts.push(TimeNote::CompetingOffsets {
                    arm: arm.name.clone(),
                    cause: plan.interest.clone(),
                    difference: of_interest,
                    competing: name.clone(),
                    competing_difference: of_other,
                    at_month,
                });
            }
        }
    }
    doubts
}

/// Gray's test and the hazard ratio ask different things, and may answer differently.
pub fn disagreements(found: &TimeToEvent, rows: &[Finding], alpha: f64) -> Vec<TimeNote> {
    let mut doubts = Vec::new();
    for cause in &found.causes {
        let of = |wanted: Term| {
            let asked = move |row: &&Finding| row.term == wanted && row.outcome == *cause && row.p_value.is_some();
            rows.iter().filter(asked)
        };
        for hazard in of(Term::CauseSpecificHazardRatio) {
            let gray = of(Term::GraysTest).find(|row| row.group == hazard.group);
            let gray = gray.or_else(|| of(Term::GraysTest).find(|row| row.df == Some(1.0)));
            let Some((gray, hazard_p)) = gray.and_then(|row| row.p_value).zip(hazard.p_value) else { continue };
            if (gray < alpha) != (hazard_p < alpha) {
                doubts.push(TimeNote::GrayAndHazardDisagree {
                    cause: cause.clone(),
                    arm: hazard.group.clone().unwrap_or_default(),
                    gray_p: gray,
                    hazard_p,
                });
            }
        }
    }
    doubts
}

/// People whom the files give two events at one time: the plan's order decides.
fn ties(trial: &Trial, population: &Population, found: &TimeToEvent, plan: &CompetingPlan) -> Option<TimeNote> {
    let mut names: Vec<String> = plan.time.names().cloned().collect();
    names.reverse();
    let endpoint = names.first()?.clone();
    let or = names.into_iter().skip(1).collect();
    let turned = EndpointPlan { endpoint, or, ..plan.time.clone() };
    let (other, _) = time_to_event(trial, population, &turned).ok()?;
    let name = |found: &TimeToEvent, place: usize| {
        found.cause.get(place).copied().flatten().and_then(|cause| found.causes.get(cause)).cloned()
    };
    let tied: Vec<(String, String)> = (0..found.len())
        .filter_map(|place| Some((name(found, place)?, name(&other, place)?)))
        .filter(|(first, last)| first != last)
        .collect();
    let (first, _) = tied.first()?.clone();
    Some(TimeNote::TiedEvents { subjects: tied.len(), counted: first })
}

/// An event that is only seen when somebody asks.
fn seen_at_visits(trial: &Trial, found: &TimeToEvent) -> Option<TimeNote> {
    let item = trial.outcomes.iter().find(|outcome| outcome.item == Some(Item::Numbered(11)))?;
    let ventilation = found.causes.iter().position(|cause| cause == VENTILATION)?;
    let mut months: Vec<Vec<f64>> = vec![Vec::new(); trial.subjects.len()];
    for visit in &item.visits {
        if let Some(known) = months.get_mut(visit.subject) {
            known.push(visit.time_months);
        }
    }
    // On the files' own clock, as the visits are.
    let mut ends = vec![f64::NEG_INFINITY; trial.subjects.len()];
    let endpoints = trial.endpoints.iter().filter(|endpoint| found.causes.contains(&endpoint.name));
    for record in endpoints.flat_map(|endpoint| &endpoint.records) {
        if let Some(end) = ends.get_mut(record.subject) {
            *end = end.max(record.time_months);
        }
    }
    let first_zero = ventilation_months(trial)?;
    let mut gaps = Vec::new();
    let mut unseen = 0;
    for (place, &subject) in found.subjects.iter().enumerate() {
        let asked = months.get(subject).map(Vec::as_slice).unwrap_or_default();
        if found.cause.get(place) == Some(&Some(ventilation)) {
            let seen = first_zero.get(subject).copied().flatten();
            let before = seen.and_then(|seen| asked.iter().copied().filter(|month| *month < seen).reduce(f64::max));
            gaps.extend(seen.zip(before).map(|(seen, before)| seen - before));
        } else {
            let end = ends.get(subject).copied().unwrap_or(f64::NEG_INFINITY);
            let last = asked.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            unseen += usize::from(end - last > LONG_UNSEEN_MONTHS);
        }
    }
    order::sort_numbers(&mut gaps);
    let gap_months = gaps.get(gaps.len() / 2).copied();
    Some(TimeNote::SeenAtVisits { gap_months, unseen, of: found.len() })
}
