//! What stands beside the counts.

use super::counted::{Observed, follow_up_beside_records, is_follow_up_longer};
use super::items::Items;
use super::{CountedEvents, ItemKind, ObservedTo, SafetyPlan};
use crate::analysis::{Plan, Population, SafetyNote};
use crate::stats::real;
use crate::trial::{Covariate, Trial};

/// Mean times observed that differ by more than this share of the control's are told.
const EXPOSURE_SHARE: f64 = 0.1;

/// So many names stand in a sentence.
const MOST_NAMES: usize = 5;

pub fn doubts(
    trial: &Trial,
    population: &Population,
    observed: &Observed,
    items: &Items,
    plan: &Plan,
    safety: &SafetyPlan,
) -> Vec<SafetyNote> {
    let left_out = &observed.left_out;
    let mut notes = Vec::new();
    none_seen(observed, items, plan, &mut notes);
    if safety.counted == CountedEvents::TreatmentEmergent {
        if safety.first_dose.is_none() {
            notes.push(SafetyNote::NoFirstDose);
        }
        if left_out.before + left_out.after > 0 {
            notes.push(SafetyNote::OutsideTreatment { before: left_out.before, after: left_out.after });
        }
    }
    if let Some(dose) = safety.first_dose.as_ref().filter(|_| left_out.without_dose > 0) {
        notes.push(SafetyNote::WithoutFirstDose { column: dose.column.clone(), subjects: left_out.without_dose });
    }
    if left_out.without_start > 0 {
        notes.push(SafetyNote::EventsWithoutStart { events: left_out.without_start });
    }
    if left_out.flagged_no + left_out.flag_missing > 0 {
        notes.push(SafetyNote::NotFlagged { no: left_out.flagged_no, missing: left_out.flag_missing });
    }
    if left_out.only_flagged + left_out.only_dated > 0 && safety.counted != CountedEvents::All {
        let (only_flagged, only_dated) = (left_out.only_flagged, left_out.only_dated);
        notes.push(SafetyNote::FlagDisagrees { only_flagged, only_dated });
    }
    for (what, events) in [
        ("severity", left_out.severity_missing),
        ("seriousness", left_out.serious_missing),
        ("relation to treatment", left_out.related_missing),
    ] {
        if events > 0 {
            notes.push(SafetyNote::NotStated { what: what.to_owned(), events, of: left_out.of, is_left_out: true });
        }
    }
    not_stated(trial, observed, safety, &mut notes);
    if left_out.without_arm > 0 {
        let subjects = left_out.people_without_arm;
        notes.push(SafetyNote::EventsWithoutArm { events: left_out.without_arm, subjects });
    }
    if items.duplicates > 0 {
        notes.push(SafetyNote::DuplicateEvents { events: items.duplicates });
    }
    if left_out.ends_before_start > 0 {
        notes.push(SafetyNote::EventsEndBeforeStart { events: left_out.ends_before_start });
    }
    if !items.merged.is_empty() {
        notes.push(SafetyNote::SpellingsMerged { of: items.merged.len(), names: first(&items.merged) });
    }
    if !items.in_several_classes.is_empty() {
        let names = &items.in_several_classes;
        notes.push(SafetyNote::TermInSeveralClasses { of: names.len(), terms: first(names) });
    }
    exposure(trial, observed, safety, &mut notes);
    who(trial, population, plan, &mut notes);
    if let Some(below) = safety.mask_below {
        notes.push(SafetyNote::Masked { below: below as usize });
    }
    notes
}

fn first(names: &[String]) -> Vec<String> {
    names.iter().take(MOST_NAMES).cloned().collect()
}

fn none_seen(observed: &Observed, items: &Items, plan: &Plan, notes: &mut Vec<SafetyNote>) {
    for (place, arm) in observed.arms.iter().enumerate() {
        let is_none = |kind: ItemKind, by_arm: &[super::items::Tally]| {
            kind < ItemKind::Class && by_arm.get(place).is_some_and(|tally| tally.people == 0)
        };
        let outcomes: Vec<String> = items
            .items
            .iter()
            .filter(|item| is_none(item.kind, &item.by_arm))
            .map(|item| item.outcome.clone())
            .collect();
        if !outcomes.is_empty() {
            let upper = 1.0 - real::exp(real::ln(1.0 - plan.confidence_level) / arm.people as f64);
            let confidence_level = plan.confidence_level;
            notes.push(SafetyNote::NoneSeen {
                arm: arm.name.clone(),
                of: arm.people,
                outcomes,
                upper,
                confidence_level,
            });
        }
    }
}

/// Of the events that count, how many do not say how severe, serious or related they were.
fn not_stated(trial: &Trial, observed: &Observed, safety: &SafetyPlan, notes: &mut Vec<SafetyNote>) {
    let counted = || observed.events.iter().filter_map(|counted| trial.adverse_events.get(counted.event));
    for (what, missing, is_filtered) in [
        ("severity", counted().filter(|event| event.grade.is_none()).count(), safety.least_severity.is_some()),
        ("seriousness", counted().filter(|event| event.is_serious.is_none()).count(), safety.only_serious),
        ("relation to treatment", counted().filter(|event| event.is_related.is_none()).count(), safety.only_related),
    ] {
        if missing > 0 && !is_filtered {
            let of = observed.events.len();
            notes.push(SafetyNote::NotStated { what: what.to_owned(), events: missing, of, is_left_out: false });
        }
    }
}

fn exposure(trial: &Trial, observed: &Observed, safety: &SafetyPlan, notes: &mut Vec<SafetyNote>) {
    if observed.left_out.without_years > 0 {
        notes.push(SafetyNote::WithoutExposure { subjects: observed.left_out.without_years });
    }
    if is_follow_up_longer(trial) {
        let (follow_up, records) = follow_up_beside_records(trial);
        notes.push(SafetyNote::RecordsEndEarly {
            follow_up_years: follow_up / 12.0,
            record_years: records / 12.0,
            is_follow_up_used: safety.observed_to == ObservedTo::EndOfFollowUp,
        });
    }
    let mean = |years: f64, people: usize| if people == 0 { None } else { Some(years / people as f64) };
    let Some(control) = observed.arms.first() else { return };
    let Some(control_years) = mean(control.years, control.with_years).filter(|years| *years > 0.0) else { return };
    for arm in observed.arms.iter().skip(1) {
        let Some(years) = mean(arm.years, arm.with_years) else { continue };
        if (years / control_years - 1.0).abs() > EXPOSURE_SHARE {
            notes.push(SafetyNote::ExposureDiffers {
                arm: arm.name.clone(),
                years,
                control: control.name.clone(),
                control_years,
            });
        }
    }
}

/// Who the shares are of.
fn who(trial: &Trial, population: &Population, plan: &Plan, notes: &mut Vec<SafetyNote>) {
    let is_safety = |name: &str| {
        let name = name.to_lowercase();
        name.contains("safety") || name == "saffl" || name == "saf"
    };
    let safety_set = trial.covariates.iter().find(|covariate| is_safety(&covariate.name) && covariate.is_flag());
    let is_everyone_in = |set: &Covariate| population.subjects().all(|subject| set.flag(subject) == Some(true));
    match (&plan.analysis_set, safety_set) {
        (Some(set), _) if !is_safety(set) => {
            let safety = safety_set.map(|covariate| covariate.name.clone());
            notes.push(SafetyNote::NotSafetySet { set: Some(set.clone()), safety });
        }
        (None, Some(safety)) if !is_everyone_in(safety) => {
            notes.push(SafetyNote::NotSafetySet { set: None, safety: Some(safety.name.clone()) });
        }
        _ => {}
    }
    let is_only_file = trial.outcomes.is_empty()
        && trial.analytes.is_empty()
        && trial.endpoints.is_empty()
        && trial.covariates.is_empty();
    let has_event = |subject: usize| trial.adverse_events.iter().any(|event| event.subject == subject);
    if is_only_file && (0..trial.subjects.len()).all(has_event) {
        notes.push(SafetyNote::OnlyEventFile { subjects: trial.subjects.len() });
    }
}
