//! The project's own tables: `docs/formats/tidy.md` in code. Also what a table is taken for when the user says which.

use super::{Head, Recognised, Roles, TOTAL};
use crate::import::{Format, Role, TableKind};
use crate::trial::TimeUnit;
use crate::trial::alsfrs::Item;

pub const SUBJECT: &[&str] = &[
    "subject_id",
    "subject",
    "usubjid",
    "subjid",
    "patient_id",
    "patient",
    "participant_id",
    "participant",
    "record_id",
    "id",
    "subject_no",
    "patient_no",
    "pat_id",
    "subjectid",
    "patientid",
    "patientennummer",
    "patienten_id",
    "환자번호",
    "대상자번호",
    "대상자",
    "등록번호",
];
pub const ARM: &[&str] = &[
    "arm",
    "treatment",
    "treatment_arm",
    "treatment_group",
    "group",
    "trt",
    "trt01p",
    "study_arm",
    "arm_name",
    "randomised_arm",
    "randomized_arm",
    "gruppe",
    "behandlung",
    "behandlungsgruppe",
    "치료군",
    "투여군",
    "배정군",
    "군",
];
pub const MONTH: &[&str] = &["month", "months", "visit_month", "time_months", "time_month", "monat", "monate", "개월"];
const WEEK: &[&str] = &["week", "weeks", "visit_week", "time_weeks", "time_week"];
pub const DAY: &[&str] = &["day", "days", "visit_day", "study_day", "time_days", "time_day", "tag", "tage"];
const TIME: &[&str] = &["time"];
const DATE: &[&str] = &[
    "visit_date",
    "date",
    "sample_date",
    "assessment_date",
    "collection_date",
    "date_of_visit",
    "last_date",
    "event_date",
    "measurement_date",
    "visitdate",
    "exam_date",
    "datum",
    "besuchsdatum",
    "방문일",
    "검사일",
    "날짜",
];
const VISIT: &[&str] = &["visit", "visit_name", "timepoint", "time_point", "avisit", "visite", "방문"];
pub const BASELINE_DATE: &[&str] = &[
    "baseline_date",
    "randomisation_date",
    "randomization_date",
    "date_of_randomisation",
    "date_of_randomization",
    "rand_date",
    "treatment_start_date",
    "first_injection_date",
    "first_dose_date",
    "date_baseline",
    "trtsdt",
    "randdt",
];
const RANDOMISATION_DATE: &[&str] = &[
    "randomisation_date",
    "randomization_date",
    "date_of_randomisation",
    "date_of_randomization",
    "rand_date",
    "randdt",
];
const FIRST_DOSE_DATE: &[&str] =
    &["treatment_start_date", "first_injection_date", "first_dose_date", "date_of_first_dose", "trtsdt"];
const LAST_DOSE_DATE: &[&str] =
    &["treatment_end_date", "last_injection_date", "last_dose_date", "date_of_last_dose", "trtedt"];
pub const EVENT: &[&str] = &["event", "is_event", "event_observed", "status", "death", "died", "dead"];
pub const CENSORED: &[&str] = &["censored", "is_censored", "censor", "cnsr"];
const ENDPOINT: &[&str] = &["endpoint"];
pub const ANALYTE: &[&str] = &["analyte", "biomarker", "marker", "cytokine", "검사항목"];
const VALUE: &[&str] = &["value", "result", "concentration", "wert", "ergebnis", "결과", "결과값"];
const UNIT: &[&str] = &["unit", "units", "value_unit", "einheit", "단위"];
const SPECIMEN: &[&str] = &["specimen", "matrix", "sample_type", "specimen_type"];
const LIMIT: &[&str] = &["lloq", "lower_limit", "lod", "detection_limit", "limit_of_quantification"];
pub const TERM: &[&str] =
    &["preferred_term", "ae_preferred_term", "aedecod", "term", "ae_term", "aeterm", "adverse_event", "event_term"];
const SYSTEM_ORGAN_CLASS: &[&str] = &["system_organ_class", "soc", "body_system", "aebodsys"];
const SEVERITY: &[&str] = &["severity", "aesev", "grade", "ctcae_grade", "severity_grade", "toxicity_grade"];
const SERIOUS: &[&str] = &["serious", "is_serious", "aeser"];
const RELATED: &[&str] = &["related", "is_related", "aerel", "causality"];
const TREATMENT_EMERGENT: &[&str] = &["treatment_emergent", "is_treatment_emergent", "teae", "trtemfl"];
const EVENT_OUTCOME: &[&str] = &["event_outcome", "ae_outcome", "aeout", "outcome"];
const START_DAY: &[&str] = &["start_day", "onset_day", "aestdy"];
const END_DAY: &[&str] = &["end_day", "stop_day", "aeendy"];
const START_DATE: &[&str] = &["start_date", "onset_date", "aestdtc", "date_of_onset"];
const END_DATE: &[&str] = &["end_date", "stop_date", "aeendtc", "resolution_date"];

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    let has_time =
        head.has_any(MONTH) || head.has_any(WEEK) || head.has_any(DAY) || head.has_any(TIME) || head.has_any(DATE);
    let has_score = head.has_any(TOTAL) || head.names.iter().any(|name| Item::parse_column(name).is_some());
    let has_event = head.has_any(EVENT) || head.has_any(CENSORED);
    let has_subject = head.has_any(SUBJECT);
    let is_narrow = head.has_any(TERM) || head.has_any(ANALYTE);
    let is_schedule =
        head.has_any(VISIT) && (head.has_any(MONTH) || head.has_any(WEEK) || head.has_any(DAY)) && !has_subject;
    let candidates = [
        (TableKind::VisitSchedule, "schedule", is_schedule && head.names.len() <= 4),
        (TableKind::AdverseEvents, "adverse", head.has_any(TERM)),
        (TableKind::Biomarkers, "biomarker", head.has_any(ANALYTE)),
        (TableKind::Survival, "surviv", has_event && has_time && !has_score && !is_narrow),
        (TableKind::Visits, "visit", (has_time || head.has_any(VISIT)) && !is_narrow),
        (TableKind::Subjects, "subject", has_subject && head.names.len() > 1 && !has_time && !is_narrow),
        (TableKind::Visits, "visit", has_score),
    ];
    let file = head.file.to_lowercase();
    let fits = |named: bool| {
        move |(_, word, is_possible): &&(TableKind, &str, bool)| *is_possible && (!named || file.contains(word))
    };
    let (table, ..) = candidates.iter().find(fits.clone()(true)).or_else(|| candidates.iter().find(fits(false)))?;
    Some(roles_for(*table, head, "a tidy table"))
}

pub fn roles_for(table: TableKind, head: &Head<'_>, how: &str) -> Recognised {
    let mut roles = Roles::new(head);
    roles.give(SUBJECT, Role::SubjectId);
    roles.give(ARM, Role::Arm);
    match table {
        TableKind::Visits
        | TableKind::Biomarkers
        | TableKind::Survival
        | TableKind::Measurements
        | TableKind::Mixed => {
            give_time(&mut roles);
        }
        TableKind::Breathing | TableKind::Disposition => give_time(&mut roles),
        TableKind::VisitSchedule => {
            roles.give(VISIT, Role::VisitName);
            give_time(&mut roles);
        }
        TableKind::Subjects
        | TableKind::Characteristics
        | TableKind::AdverseEvents
        | TableKind::Dictionary
        | TableKind::Unrecognised => {}
    }
    match table {
        TableKind::Visits => {
            roles.give(TOTAL, Role::AlsfrsTotal);
            give_items(&mut roles);
            roles.give_levels();
        }
        TableKind::Biomarkers => give_assay(&mut roles),
        TableKind::Measurements => {
            roles.give(&["parameter", "paramcd", "param", "test", "measure", "item"], Role::Parameter);
            roles.give(VALUE, Role::Value);
            roles.give(UNIT, Role::Unit);
        }
        TableKind::Survival => give_fate(&mut roles),
        TableKind::AdverseEvents => give_event(&mut roles),
        TableKind::Mixed => {
            roles.give(TOTAL, Role::AlsfrsTotal);
            give_items(&mut roles);
            give_assay(&mut roles);
            give_fate(&mut roles);
            give_event(&mut roles);
        }
        TableKind::Subjects | TableKind::Characteristics => {
            give_baseline(&mut roles);
            roles.give(&["date_of_birth", "birth_date", "dob"], Role::BirthDate);
            roles.give(&["onset_date", "date_of_onset", "symptom_onset_date"], Role::OnsetDate);
        }
        TableKind::Breathing
        | TableKind::Disposition
        | TableKind::VisitSchedule
        | TableKind::Dictionary
        | TableKind::Unrecognised => {}
    }
    roles.ignore_nameless();
    let takes_rest =
        matches!(table, TableKind::Subjects | TableKind::Characteristics | TableKind::Visits | TableKind::Mixed);
    if !takes_rest {
        roles.ignore_rest();
    }
    let what = super::table_name(table);
    let named = roles
        .roles
        .iter()
        .zip(head.header)
        .filter(|(role, _)| role.as_ref().is_some_and(|role| *role != Role::Ignored))
        .map(|(_, name)| name.as_str())
        .take(4)
        .collect::<Vec<_>>()
        .join(", ");
    let why =
        if named.is_empty() { format!("{how} of {what}") } else { format!("{how} of {what}, by its columns {named}") };
    roles.end(Format::Tidy, table, why)
}

/// `baseline_date` and `randomisation_date` are two dates, not one measure at two visits.
pub fn is_treatment_date(name: &str) -> bool {
    [BASELINE_DATE, RANDOMISATION_DATE, FIRST_DOSE_DATE, LAST_DOSE_DATE].iter().any(|names| names.contains(&name))
}

/// The date that time counts from, and what other dates say of the start and the end of treatment.
pub fn give_baseline(roles: &mut Roles<'_>) {
    roles.give(BASELINE_DATE, Role::BaselineDate);
    roles.give(RANDOMISATION_DATE, Role::RandomisationDate);
    roles.give(FIRST_DOSE_DATE, Role::FirstDoseDate);
    roles.give(LAST_DOSE_DATE, Role::LastDoseDate);
}

fn give_time(roles: &mut Roles<'_>) {
    let has_months = roles.give(MONTH, Role::Time(TimeUnit::Months));
    if has_months {
        roles.give(WEEK, Role::Ignored);
        roles.give(DAY, Role::Ignored);
    } else if roles.give(WEEK, Role::Time(TimeUnit::Weeks)) {
        roles.give(DAY, Role::Ignored);
    } else if !roles.give(DAY, Role::Time(TimeUnit::Days))
        && !roles.give(DATE, Role::Date)
        && !roles.give(TIME, Role::Time(TimeUnit::Months))
    {
        roles.give(VISIT, Role::VisitName);
        return;
    }
    if roles.has(|role| *role == Role::Date) {
        roles.give(VISIT, Role::VisitName);
    } else {
        roles.give_each(VISIT, &Role::Ignored);
        roles.give_each(DATE, &Role::Ignored);
    }
}

fn give_items(roles: &mut Roles<'_>) {
    let mut given: Vec<Item> = Vec::new();
    for (column, name) in roles.free() {
        if let Some(item) = Item::parse_column(name).filter(|item| !given.contains(item)) {
            given.push(item);
            roles.set(column, Role::AlsfrsItem(item.label()));
        }
    }
}

fn give_assay(roles: &mut Roles<'_>) {
    roles.give(ANALYTE, Role::Analyte);
    roles.give(VALUE, Role::Value);
    roles.give(UNIT, Role::Unit);
    roles.give(SPECIMEN, Role::Specimen);
    roles.give(LIMIT, Role::LowerLimit);
}

fn give_fate(roles: &mut Roles<'_>) {
    if !roles.give(EVENT, Role::Event) {
        roles.give(CENSORED, Role::Censoring);
    }
    roles.give(ENDPOINT, Role::Endpoint);
}

fn give_event(roles: &mut Roles<'_>) {
    roles.give(TERM, Role::Term);
    roles.give(SYSTEM_ORGAN_CLASS, Role::SystemOrganClass);
    roles.give(SEVERITY, Role::Severity);
    roles.give(SERIOUS, Role::Serious);
    roles.give(RELATED, Role::Related);
    roles.give(TREATMENT_EMERGENT, Role::TreatmentEmergent);
    roles.give(EVENT_OUTCOME, Role::EventOutcome);
    if !roles.give(START_DAY, Role::StartDay) {
        roles.give(START_DATE, Role::StartDate);
    }
    if !roles.give(END_DAY, Role::EndDay) {
        roles.give(END_DATE, Role::EndDate);
    }
}

impl TimeUnit {
    /// The name of a time column that leaves its unit open.
    pub fn is_open(name: &str) -> bool {
        TIME.contains(&name)
    }
}
