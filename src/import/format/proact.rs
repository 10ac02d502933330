//! PRO-ACT: the pooled trials' database, under all of its files' names; each file is told by its own column of days.
//! Column names: `docs/formats/proact.md`.

use super::{Head, Recognised, Roles};
use crate::import::{Format, Role, TableKind};
use crate::trial::TimeUnit;

const DAYS: Role = Role::Time(TimeUnit::Days);

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    if !head.has("subject_id") {
        return None;
    }
    type Read = fn(&Head<'_>) -> Recognised;
    let tables: [(&str, Read); 12] = [
        ("alsfrs_delta", alsfrs),
        ("forced_vital_capacity_delta", breathing),
        ("slow_vital_capacity_delta", breathing),
        ("death_days", deaths),
        ("subject_used_riluzole", riluzole),
        ("study_arm", treatment),
        ("demographics_delta", demographics),
        ("subject_als_history_delta", history),
        ("laboratory_delta", labs),
        ("vital_signs_delta", vital_signs),
        ("start_date_delta", adverse_events),
        ("el_escorial", el_escorial),
    ];
    let (_, read) = tables.into_iter().find(|(column, _)| head.has(column))?;
    Some(read(head))
}

fn subject<'h>(head: &'h Head<'h>) -> Roles<'h> {
    let mut roles = Roles::new(head);
    roles.give(&["subject_id"], Role::SubjectId);
    roles
}

fn why(table: &str, column: &str) -> String {
    format!("PRO-ACT\u{2019}s table of {table}, by its column {column}")
}

fn alsfrs(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["alsfrs_delta"], DAYS);
    roles.give(&["alsfrs_r_total"], Role::AlsfrsTotal);
    let items: [(&str, &str); 13] = [
        ("q1_speech", "1"),
        ("q2_salivation", "2"),
        ("q3_swallowing", "3"),
        ("q4_handwriting", "4"),
        ("q5a_cutting_without_gastrostomy", "5a"),
        ("q5b_cutting_with_gastrostomy", "5b"),
        ("q6_dressing_and_hygiene", "6"),
        ("q7_turning_in_bed", "7"),
        ("q8_walking", "8"),
        ("q9_climbing_stairs", "9"),
        ("r_1_dyspnea", "10"),
        ("r_2_orthopnea", "11"),
        ("r_3_respiratory_insufficiency", "12"),
    ];
    for (column, item) in items {
        roles.give(&[column], Role::AlsfrsItem(item.to_owned()));
    }
    // The original scale: its total ends at 40 and its tenth item is no item of the revised one.
    roles.give_each(&["alsfrs_total", "q10_respiratory"], &Role::Outcome);
    roles.ignore_rest();
    roles.end(Format::Proact, TableKind::Visits, why("the ALSFRS and ALSFRS-R", "ALSFRS_Delta"))
}

fn breathing(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["forced_vital_capacity_delta", "slow_vital_capacity_delta"], DAYS);
    roles.give(&["forced_vital_capacity_units", "slow_vital_capacity_units"], Role::BreathingUnit);
    roles.give(&["subject_normal"], Role::NormalLitres);
    for (column, name) in roles.free() {
        if name.starts_with("subject_liters") {
            roles.set(column, Role::Litres);
        } else if name.starts_with("pct_of_normal") {
            roles.set(column, Role::PercentOfNormal);
        }
    }
    roles.ignore_rest();
    let is_slow = head.has("slow_vital_capacity_delta");
    let (table, column) = if is_slow {
        ("slow vital capacity", "Slow_vital_Capacity_Delta")
    } else {
        ("forced vital capacity", "Forced_Vital_Capacity_Delta")
    };
    roles.end(Format::Proact, TableKind::Breathing, why(table, column))
}

fn deaths(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["death_days"], DAYS);
    roles.give(&["subject_died"], Role::Event);
    roles.ignore_rest();
    roles.end(Format::Proact, TableKind::Survival, why("deaths", "Death_Days"))
}

fn riluzole(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["subject_used_riluzole"], Role::Covariate);
    roles.ignore_rest();
    roles.end(Format::Proact, TableKind::Characteristics, why("riluzole", "Subject_used_Riluzole"))
}

fn treatment(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["study_arm"], Role::Arm);
    roles.ignore_rest();
    roles.end(Format::Proact, TableKind::Characteristics, why("treatments", "Study_Arm"))
}

fn demographics(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["date_of_birth"], Role::BirthDay);
    roles.give(&["demographics_delta"], Role::Ignored);
    for (column, name) in roles.free() {
        let is_fact =
            matches!(name, "age" | "sex" | "ethnicity") || (name.starts_with("race_") && !name.ends_with("specify"));
        roles.set(column, if is_fact { Role::Covariate } else { Role::Ignored });
    }
    roles.end(Format::Proact, TableKind::Characteristics, why("demographics", "Demographics_Delta"))
}

fn history(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["onset_delta"], Role::OnsetDay);
    roles.give_each(&["diagnosis_delta", "site_of_onset"], &Role::Covariate);
    for (column, name) in roles.free() {
        if name.starts_with("site_of_onset_") && !name.ends_with("specify") {
            roles.set(column, Role::Covariate);
        }
    }
    roles.ignore_rest();
    roles.end(Format::Proact, TableKind::Characteristics, why("the history of ALS", "Subject_ALS_History_Delta"))
}

fn labs(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["laboratory_delta"], DAYS);
    roles.give(&["test_name"], Role::Analyte);
    roles.give(&["test_result"], Role::Value);
    roles.give(&["test_unit"], Role::Unit);
    roles.ignore_rest();
    roles.end(Format::Proact, TableKind::Biomarkers, why("laboratory tests", "Laboratory_Delta"))
}

/// Each quantity may have a column of its unit beside it.
fn vital_signs(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["vital_signs_delta"], DAYS);
    for (column, name) in roles.free() {
        let quantity =
            name.strip_suffix("_units").and_then(|name| head.column(name)).and_then(|at| head.header.get(at));
        match quantity {
            Some(quantity) => roles.set(column, Role::UnitOf(quantity.clone())),
            // What the trials called baseline and endpoint repeats other rows.
            None if name.starts_with("baseline_") || name.starts_with("endpoint_") || name.ends_with("_units") => {
                roles.set(column, Role::Ignored)
            }
            None => roles.set(column, Role::Outcome),
        };
    }
    roles.end(Format::Proact, TableKind::Visits, why("vital signs", "Vital_Signs_Delta"))
}

fn adverse_events(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["preferred_term", "lowest_level_term"], Role::Term);
    roles.give(&["system_organ_class"], Role::SystemOrganClass);
    roles.give(&["severity"], Role::Severity);
    roles.give(&["outcome"], Role::EventOutcome);
    roles.give(&["start_date_delta"], Role::StartDay);
    roles.give(&["end_date_delta"], Role::EndDay);
    roles.ignore_rest();
    roles.end(Format::Proact, TableKind::AdverseEvents, why("adverse events", "Start_Date_Delta"))
}

fn el_escorial(head: &Head<'_>) -> Recognised {
    let mut roles = subject(head);
    roles.give(&["el_escorial"], Role::Covariate);
    roles.ignore_rest();
    roles.end(Format::Proact, TableKind::Characteristics, why("diagnoses", "el_escorial"))
}
