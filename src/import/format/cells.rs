//! What only the cells tell: whether a column is an outcome, a level or a covariate, what parameters stand for, and when
//! named visits were.

use std::collections::BTreeSet;

use super::{is_analyte_name, is_concentration, measure_of_name};
use crate::import::cell::quote;
use crate::import::columns::{Column, Table, TextColumn};
use crate::import::date::{DateCell, parse_date};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::measured::{MeasuredCell, parse_measured};
use crate::import::number_format::NumberFormat;
use crate::import::table::normalise_name;
use crate::import::unit::split_unit;
use crate::import::visit_name::parse_visit_name;
use crate::import::{
    ColumnMapping, Format, IssueKind, Measure, ParameterMapping, Role, Severity, TableKind, VisitTime,
};
use crate::order;
use crate::trial::TimeUnit;
use crate::trial::alsfrs::{Item, TOTAL_MAX};

/// The largest total of the original ALSFRS; one above it is of the revised scale.
const ORIGINAL_TOTAL_MAX: f64 = 40.0;

/// The role of a column that its name did not settle; also turns a role by name into another where the cells tell better.
#[expect(clippy::too_many_arguments)]
pub fn settle_role(
    format: Format,
    kind: TableKind,
    table: &Table<'_>,
    column: usize,
    named: Option<Role>,
    unit: Option<&str>,
    roles: &[Option<Role>],
    ledger: &mut Ledger,
) -> Role {
    let cells = table.columns.get(column);
    let name = table.header.get(column).map_or("", String::as_str);
    match named {
        Some(Role::At { measure: Measure::Outcome(measure), visit }) => {
            let measure = settle_measure(measure, cells, unit, table.format);
            Role::At { measure, visit }
        }
        // PRO-ACT's tables have columns for everything that any trial measured, most of them empty.
        Some(Role::Outcome) if format == Format::Proact && cells.is_some_and(|cells| !cells.says_anything()) => {
            Role::Ignored
        }
        Some(role) => role,
        None => match (kind, cells) {
            (TableKind::Subjects | TableKind::Characteristics | TableKind::Mixed, Some(Column::Text(texts)))
                if holds_dates(texts) =>
            {
                role_of_dates(name, roles)
            }
            (TableKind::Subjects | TableKind::Characteristics, Some(_)) => Role::Covariate,
            (TableKind::Visits, Some(Column::Number(_))) => {
                if is_level(name, cells, unit, table.format) {
                    Role::Level
                } else {
                    Role::Outcome
                }
            }
            (TableKind::Visits, Some(Column::Text(texts))) => {
                report_text_column(name, texts, ledger);
                Role::Ignored
            }
            (TableKind::Mixed, Some(cells)) if format == Format::Redcap => {
                settle_field(name, cells, table, unit, roles)
            }
            (TableKind::Mixed, Some(_)) => Role::Covariate,
            _ => Role::Ignored,
        },
    }
}

/// Four in five of its distinct cells are dates.
fn holds_dates(texts: &TextColumn<'_>) -> bool {
    let is_date = |cell: &str| matches!(parse_date(cell, None), DateCell::Day(_) | DateCell::Ambiguous { .. });
    let dates = texts.values.iter().filter(|cell| is_date(cell)).count();
    !texts.values.is_empty() && dates * 5 >= texts.values.len() * 4
}

/// Dates are no classes: one that a subject's time may begin with, one of birth or of the first symptom, or none that is
/// used.
fn role_of_dates(name: &str, roles: &[Option<Role>]) -> Role {
    let name = normalise_name(name);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let is_dose = has(&["inject", "dose", "treatment"]);
    let has_baseline = roles.iter().flatten().any(|role| *role == Role::BaselineDate);
    if is_dose && has(&["last", "end_of", "_end", "stop"]) {
        Role::LastDoseDate
    } else if has_baseline && has(&["randomi"]) {
        Role::RandomisationDate
    } else if has_baseline && is_dose && has(&["first", "start", "inject"]) {
        Role::FirstDoseDate
    } else if has(&[
        "inject",
        "randomi",
        "baseline",
        "first_dose",
        "treatment_start",
        "start_of_treatment",
        "first_treatment",
    ]) {
        Role::BaselineDate
    } else if has(&["birth", "geburt", "dob"]) {
        Role::BirthDate
    } else if has(&["onset", "first_symptom"]) {
        Role::OnsetDate
    } else {
        Role::Ignored
    }
}

/// An assay's column: by its name, its unit, or limits among its cells.
fn is_level(name: &str, cells: Option<&Column<'_>>, unit: Option<&str>, format: NumberFormat) -> bool {
    is_analyte_name(split_unit(name).0)
        || unit.is_some_and(is_concentration)
        || (!is_clinical_measure(name) && cells.is_some_and(|cells| has_limits(cells, format)))
}

/// What is measured on people rather than in samples, whatever its cells say: a FVC `<30` stays a FVC.
fn is_clinical_measure(name: &str) -> bool {
    const STARTS: [&str; 11] =
        ["fvc", "svc", "fev", "snip", "weight", "height", "bmi", "grip", "aals", "sf36", "alsfrs"];
    let plain: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    STARTS.iter().any(|start| plain.starts_with(start))
}

fn has_limits(cells: &Column<'_>, format: NumberFormat) -> bool {
    let is_limit = |cell: &str| {
        matches!(parse_measured(cell, format), Some(MeasuredCell::Beyond { .. } | MeasuredCell::BeyondUnsaid { .. }))
    };
    matches!(cells, Column::Number(numbers) if numbers.refused.iter().any(|(_, cell)| is_limit(cell)))
}

fn settle_measure(name: String, cells: Option<&Column<'_>>, unit: Option<&str>, format: NumberFormat) -> Measure {
    if super::wide::is_bare_total(&name) {
        let is_revised = matches!(cells, Some(Column::Number(numbers))
            if numbers.values.iter().any(|value| *value > ORIGINAL_TOTAL_MAX && *value <= TOTAL_MAX));
        return if is_revised { Measure::AlsfrsTotal } else { Measure::Outcome(name) };
    }
    if is_level(&name, cells, unit, format) {
        Measure::Analyte(split_unit(&name).0.to_owned())
    } else {
        Measure::Outcome(name)
    }
}

/// A field of a REDCap form that is filled in at several events is measured at visits; one that is filled in once is a
/// fact about the person.
fn settle_field(name: &str, cells: &Column<'_>, table: &Table<'_>, unit: Option<&str>, roles: &[Option<Role>]) -> Role {
    let events = roles.iter().position(|role| *role == Some(Role::VisitName)).and_then(|column| table.text(column));
    let Some(events) = events else {
        let is_number = matches!(cells, Column::Number(_));
        return if is_number && is_level(name, Some(cells), unit, table.format) {
            Role::Level
        } else {
            Role::Covariate
        };
    };
    let filled: BTreeSet<u32> =
        events.codes.iter().enumerate().filter(|(place, _)| cells.says(*place)).map(|(_, code)| *code).collect();
    match (cells, filled.len()) {
        (Column::Number(_), 2..) => {
            if is_level(name, Some(cells), unit, table.format) {
                Role::Level
            } else {
                Role::Outcome
            }
        }
        (_, 1) => Role::Covariate,
        _ => Role::Ignored,
    }
}

fn report_text_column(name: &str, texts: &TextColumn<'_>, ledger: &mut Ledger) {
    if !texts.values.iter().any(|cell| cell.parse::<f64>().is_ok()) {
        return;
    }
    ledger.report(IssueKind::IgnoredColumn, Severity::Note, Place::column(name), || {
        let word = texts.values.iter().find(|cell| cell.parse::<f64>().is_err());
        words(
            format!("cells such as {} are not numbers, so the column is not read", quote(word.map_or("", |w| w))),
            "If it is an outcome, correct its cells or set its role to outcome.",
        )
    });
}

/// What each parameter of a long table stands for: the ALSFRS-R's items by their text, since no standard gives them codes.
pub fn settle_parameters(table: &Table<'_>, roles: &[Role], kind: TableKind) -> Vec<ParameterMapping> {
    let text = |wanted: &Role| roles.iter().position(|role| role == wanted).and_then(|column| table.text(column));
    let Some(codes) = text(&Role::Parameter) else { return Vec::new() };
    if kind == TableKind::Biomarkers {
        return Vec::new();
    }
    let (labels, categories) = (text(&Role::ParameterLabel), text(&Role::Category));
    let mut first: Vec<Option<usize>> = vec![None; codes.values.len()];
    for (place, &code) in codes.codes.iter().enumerate() {
        if let Some(slot) = first.get_mut(code as usize) {
            slot.get_or_insert(place);
        }
    }
    let mut parameters = Vec::new();
    for (code, place) in codes.values.iter().zip(first) {
        let Some(place) = place else { continue };
        let label = labels.and_then(|labels| labels.value(place)).unwrap_or(code);
        let category = categories.and_then(|categories| categories.value(place)).unwrap_or_default();
        parameters.push(ParameterMapping {
            parameter: code.to_string(),
            measure: measure_of_parameter(code, label, category),
        });
    }
    order::sort_by(&mut parameters, |a, b| a.parameter.cmp(&b.parameter));
    parameters
}

fn measure_of_parameter(code: &str, label: &str, category: &str) -> Measure {
    let plain = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let all = format!("{} {} {}", plain(code), plain(label), plain(category));
    let is_revised =
        ["alsfrsr", "alsfrsrevised", "revisedals", "revisedamyotrophic"].iter().any(|word| all.contains(word));
    let is_als = is_revised || all.contains("alsfr");
    if is_als && plain(label).contains("total") {
        return if is_revised || code.to_lowercase().contains("frsr") {
            Measure::AlsfrsTotal
        } else {
            Measure::Outcome(code.to_lowercase())
        };
    }
    if is_als && let Some(item) = Item::parse_text(label) {
        return Measure::AlsfrsItem(item.label());
    }
    match code {
        "FVCPP" => Measure::Outcome("fvc_percent".into()),
        "SVCPP" => Measure::Outcome("svc_percent".into()),
        _ => match measure_of_name(code) {
            Measure::Analyte(_) | Measure::Outcome(_) => Measure::Outcome(code.to_owned()),
            known => known,
        },
    }
}

/// When the visits were that a column or the columns' names name, by the names alone.
pub fn settle_visits(table: &Table<'_>, columns: &[ColumnMapping]) -> Vec<VisitTime> {
    let mut visits: Vec<VisitTime> = Vec::new();
    let mut see = |name: &str| {
        if visits.iter().all(|known| known.visit != name) {
            let named = parse_visit_name(name);
            let unit = named.map_or(TimeUnit::Months, |named| named.unit);
            visits.push(VisitTime { visit: name.to_owned(), time: named.map(|named| named.time), unit });
        }
    };
    let has_better_time =
        columns.iter().any(|column| matches!(column.role, Role::Time(_) | Role::StudyDay | Role::Date));
    for (at, column) in columns.iter().enumerate() {
        match &column.role {
            Role::At { visit, .. } => see(visit),
            Role::VisitName if !has_better_time => {
                const MOST_VISITS: usize = 200;
                let names = table.text(at).map(|texts| texts.values.as_slice()).unwrap_or_default();
                names.iter().take(MOST_VISITS).for_each(|name| see(name));
            }
            _ => {}
        }
    }
    // In the order of time, those without one behind.
    let month = |visit: &VisitTime| visit.time.map_or(f64::INFINITY, |time| visit.unit.to_months(time));
    order::sort_by(&mut visits, |a, b| month(a).total_cmp(&month(b)));
    visits
}

/// A visit that no plan gives a time: unscheduled, or the last one whenever it was.
pub fn is_unplanned(name: &str) -> bool {
    let name = name.to_lowercase();
    [
        "unsched",
        "end of",
        "end_of",
        "early term",
        "early_term",
        "discontinu",
        "retrieval",
        "screening",
        "follow-up",
        "ae ",
        "adverse",
    ]
    .iter()
    .any(|word| name.contains(word))
}
