//! CDISC's analysis data model: ADSL, basic data structures of any name, ADTTE, ADAE.

use super::cdisc::{give_event_columns, labels_name_concentrations, visits_tell_times};
use super::{Head, Recognised, Roles};
use crate::import::{Format, Role, TableKind};
use crate::trial::TimeUnit;

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    if !head.has("usubjid") {
        return None;
    }
    if head.has("paramcd") && head.has("cnsr") {
        Some(time_to_event(head))
    } else if head.has("paramcd") && head.has_any(&["aval", "avalc"]) {
        Some(basic_data_structure(head))
    } else if head.has("aedecod") && head.has_any(&["trtemfl", "astdy", "astdt", "trta"]) {
        Some(adverse_events(head))
    } else if head.has_any(&["trt01p", "trt01a"]) {
        Some(subjects(head))
    } else {
        None
    }
}

fn subjects(head: &Head<'_>) -> Recognised {
    let mut roles = Roles::new(head);
    roles.give(&["usubjid"], Role::SubjectId);
    roles.give(&["trt01p", "trt01a"], Role::Arm);
    roles.give(&["trtsdt", "randdt", "rfstdtc"], Role::BaselineDate);
    roles.give(&["randdt"], Role::RandomisationDate);
    roles.give(&["trtedt"], Role::LastDoseDate);
    if head.has_any(&["lstalvdt", "eosdt"]) && roles.give(&["dthdt"], Role::EventDate) {
        roles.give(&["lstalvdt", "eosdt"], Role::LastContactDate);
    }
    // Dates, numbers of words, and what repeats another column.
    let repeats = ["studyid", "subjid", "ageu", "trt01pn", "trt01an", "arm", "actarm", "armcd", "actarmcd", "domain"];
    for (column, name) in roles.free() {
        let is_date = name.ends_with("dt") || name.ends_with("dtc") || name.ends_with("dtm") || name.ends_with("tm");
        let is_code = name.ends_with('n') && name.strip_suffix('n').is_some_and(|words| head.has(words));
        if is_date || is_code || repeats.contains(&name) || (name == "trt01a" && head.has("trt01p")) {
            roles.set(column, Role::Ignored);
        }
    }
    roles.ignore_nameless();
    roles.end(
        Format::Adam,
        TableKind::Subjects,
        "CDISC ADaM\u{2019}s subject-level table (ADSL), by its columns USUBJID and TRT01P",
    )
}

fn basic_data_structure(head: &Head<'_>) -> Recognised {
    let mut roles = Roles::new(head);
    roles.give(&["usubjid"], Role::SubjectId);
    roles.give(&["trtp", "trta", "trt01p"], Role::Arm);
    let label = head.column("param");
    let has_ranges = head.has_any(&["anrlo", "anrhi", "a1lo", "a1hi", "lbtestcd", "anrind", "bnrind"]);
    let is_laboratory = has_ranges
        || head.file.to_lowercase().contains("adlb")
        || label.is_some_and(|at| labels_name_concentrations(head, at));
    roles.give(&["paramcd"], if is_laboratory { Role::Analyte } else { Role::Parameter });
    roles.give(&["param"], Role::ParameterLabel);
    roles.give(&["aval"], Role::Value);
    roles.give(&["avalc"], Role::ValueText);
    roles.give(&["avalu"], Role::Unit);
    roles.give(&["dtype"], Role::OnlyEmpty);
    if !is_laboratory {
        // In laboratory tables the first flag often marks one extreme value a subject.
        roles.give(&["anl01fl"], Role::OnlyYes);
    }
    let by_name = head.column("avisit").filter(|&at| visits_tell_times(head, at));
    let time = match by_name {
        Some(column) => {
            roles.set(column, Role::VisitName);
            "AVISIT"
        }
        None if roles.give(&["ady"], Role::StudyDay) => "ADY",
        None => {
            roles.give(&["adt", "adtm"], Role::Date);
            "ADT"
        }
    };
    roles.ignore_rest();
    let (table, what) = if is_laboratory {
        (TableKind::Biomarkers, "laboratory values")
    } else {
        (TableKind::Measurements, "measurements")
    };
    roles.end(
        Format::Adam,
        table,
        format!("CDISC ADaM\u{2019}s {what}, by the columns PARAMCD and AVAL; time from {time}"),
    )
}

fn time_to_event(head: &Head<'_>) -> Recognised {
    let mut roles = Roles::new(head);
    roles.give(&["usubjid"], Role::SubjectId);
    roles.give(&["trtp", "trta", "trt01p"], Role::Arm);
    roles.give(&["paramcd"], Role::Endpoint);
    let unit = head.column("avalu").and_then(|at| head.cells(at).next()).map(str::to_lowercase);
    let label = head.column("param").and_then(|at| head.cells(at).next()).map(str::to_lowercase).unwrap_or_default();
    let says =
        |word: &str| unit.as_deref().is_some_and(|unit| unit.starts_with(word)) || label.contains(&format!("({word}"));
    let unit = if says("month") {
        TimeUnit::Months
    } else if says("week") {
        TimeUnit::Weeks
    } else {
        TimeUnit::Days
    };
    roles.give(&["aval"], Role::Time(unit));
    roles.give(&["cnsr"], Role::Censoring);
    roles.ignore_rest();
    let why = "CDISC ADaM\u{2019}s times to events (ADTTE), by the columns AVAL and CNSR; CNSR 0 is an event";
    roles.end(Format::Adam, TableKind::Survival, why)
}

fn adverse_events(head: &Head<'_>) -> Recognised {
    let mut roles = Roles::new(head);
    roles.give(&["usubjid"], Role::SubjectId);
    roles.give(&["trta", "trtp", "trt01a"], Role::Arm);
    give_event_columns(&mut roles);
    roles.ignore_rest();
    roles.end(
        Format::Adam,
        TableKind::AdverseEvents,
        "CDISC ADaM\u{2019}s adverse events (ADAE), by the column AEDECOD",
    )
}
