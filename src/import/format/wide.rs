//! One row a subject, and a column for each measure and visit: `alsfrs_m4`, `IL6_V1`, `FVC % (Month 6)`.

use std::collections::BTreeMap;

use super::{Head, Recognised, Roles, measure_of_name, tidy, time_unit_in};
use crate::import::table::normalise_name;
use crate::import::visit_name::split_visit;
use crate::import::{Format, Measure, Role, TableKind};

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    let subject = head.find(tidy::SUBJECT)?;
    // A table with a time or an analyte of its own is a long one, whatever its columns are called.
    if head.has_any(tidy::MONTH) || head.has_any(tidy::DAY) || head.has_any(tidy::ANALYTE) || head.has_any(tidy::TERM) {
        return None;
    }
    let split = |(name, normal): (&String, &String)| split_visit(name).filter(|_| !tidy::is_treatment_date(normal));
    let splits: Vec<Option<(String, String)>> = head.header.iter().zip(&head.names).map(split).collect();
    let mut visits_of: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, visit) in splits.iter().flatten() {
        let visits = visits_of.entry(normalise_name(name)).or_default();
        if !visits.contains(&visit.as_str()) {
            visits.push(visit);
        }
    }
    // One measure at two visits makes it: `age_baseline` alone does not.
    let is_repeated = |name: &str| visits_of.get(&normalise_name(name)).is_some_and(|visits| visits.len() >= 2);
    let (example, visit) = splits.iter().flatten().find(|(name, _)| is_repeated(name))?;
    let why = format!("one row a subject, with columns that name a visit, such as {example} at {visit}");
    let repeated_visits: Vec<&str> = visits_of.values().filter(|visits| visits.len() >= 2).flatten().copied().collect();

    let mut roles = Roles::new(head);
    roles.set(subject, Role::SubjectId);
    roles.give(tidy::ARM, Role::Arm);
    tidy::give_baseline(&mut roles);
    for (column, split) in splits.iter().enumerate() {
        let Some((name, visit)) = split else { continue };
        if roles.is_free(column) && (is_repeated(name) || repeated_visits.contains(&visit.as_str())) {
            roles.set(column, Role::At { measure: measure_of_name(name), visit: visit.clone() });
        }
    }
    settle_bare_total(&mut roles);
    for (column, name) in roles.free() {
        let is_time =
            ["surv", "follow_up", "followup", "time_to_death", "os_"].iter().any(|start| name.starts_with(start));
        if let Some(unit) = time_unit_in(name).filter(|_| is_time) {
            roles.set(column, Role::FollowUp(unit));
            break;
        }
    }
    let has_follow_up = roles.has(|role| matches!(role, Role::FollowUp(_)));
    if has_follow_up {
        roles.give(tidy::EVENT, Role::Event);
        if !roles.has(|role| *role == Role::Event) {
            roles.give(tidy::CENSORED, Role::Censoring);
        }
    } else {
        roles.give(&["death_date", "date_of_death"], Role::EventDate);
        roles.give(&["last_contact_date", "last_date", "date_last_contact"], Role::LastContactDate);
    }
    roles.ignore_nameless();
    Some(roles.end(Format::Wide, TableKind::Mixed, why))
}

/// `alsfrs_m0` does not say which scale it is. Beside the revised scale's twelve items it is that scale's total; otherwise
/// its values tell (`cells::settle_role`).
fn settle_bare_total(roles: &mut Roles<'_>) {
    let items = roles
        .roles
        .iter()
        .flatten()
        .filter_map(|role| match role {
            Role::At { measure: Measure::AlsfrsItem(item), .. } => Some(item.as_str()),
            _ => None,
        })
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    if items < 12 {
        return;
    }
    for role in roles.roles.iter_mut().flatten() {
        if let Role::At { measure: measure @ Measure::Outcome(_), .. } = role
            && let Measure::Outcome(name) = measure
            && is_bare_total(name)
        {
            *measure = Measure::AlsfrsTotal;
        }
    }
}

/// A total of the ALSFRS that does not say which one.
pub fn is_bare_total(name: &str) -> bool {
    matches!(normalise_name(name).as_str(), "alsfrs" | "alsfrs_total" | "alsfrs_score" | "als_frs" | "total_alsfrs")
}
