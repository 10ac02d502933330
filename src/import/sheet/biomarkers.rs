//! One row a sample and analyte, in one unit and one specimen an analyte.

use std::collections::{BTreeMap, BTreeSet};

use super::samples::{
    Limits, Reading, compare, is_censored, read_cell, read_words, report_not_detected_or_done, report_unsaid,
};
use super::{Rows, Sheet, measure_of, report_all_missing};
use crate::import::cell::quote;
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::unit::{is_same_unit, split_unit};
use crate::import::{FileMapping, IssueKind, Measure, Role, Severity};
use crate::order;
use crate::trial::{Measured, Sample, Side};

/// A sample before its analyte's unit is settled.
struct Draft<'a> {
    place: u32,
    /// In `names`.
    analyte: u32,
    subject: u32,
    time_months: f64,
    reading: Reading<'a>,
    unit: Option<&'a str>,
}

pub fn read_biomarkers(
    sheet: &Sheet<'_>,
    rows: &Rows,
    places: &[u32],
    mapping: &FileMapping,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let Some((analyte_column, _)) = sheet.text(|role| *role == Role::Analyte) else { return };
    let names = Names::of(sheet, mapping, ledger);
    let mut drafts = read_drafts(sheet, rows, places, &names, join, ledger);
    // In the order of the file, so that the first of two samples is the one that is kept.
    if drafts.is_empty() && !places.is_empty() {
        let numbers = sheet.number(|role| *role == Role::Value);
        let is_blank = |place: &u32| {
            let at = *place as usize;
            numbers.is_some_and(|(_, numbers)| numbers.value(at).is_none() && numbers.refused_cell(at).is_none())
        };
        if let Some((column, _)) = numbers.filter(|_| places.iter().all(is_blank)) {
            report_all_missing(sheet.name(column), ledger);
        }
    }
    let units = settle_units(&drafts, names.names.len(), |code| {
        join.trial.analyte(names.names.get(code as usize)?)?.unit.clone()
    });
    drafts.retain(|draft| has_the_unit(sheet, draft, units.get(draft.analyte as usize), rows, join, ledger));
    let limits: Vec<Limits> = (0..names.names.len() as u32)
        .map(|code| Limits::of(drafts.iter().filter(|draft| draft.analyte == code).map(|draft| &draft.reading)))
        .collect();
    order::sort_by(&mut drafts, |a, b| {
        (a.analyte, a.subject)
            .cmp(&(b.analyte, b.subject))
            .then(a.time_months.total_cmp(&b.time_months))
            .then(a.place.cmp(&b.place))
    });
    // Samples of an earlier file, which are sorted.
    let samples_before: Vec<usize> =
        names.names.iter().map(|name| join.trial.analyte(name).map_or(0, |analyte| analyte.samples.len())).collect();
    let mut duplicates: Vec<&Draft<'_>> = Vec::new();
    let mut last: Option<&Draft<'_>> = None;
    let value_column = sheet.find(|role| matches!(role, Role::Value | Role::ValueText)).unwrap_or_default();
    for draft in &drafts {
        let is_repeated = last.is_some_and(|last| {
            (last.analyte, last.subject, last.time_months) == (draft.analyte, draft.subject, draft.time_months)
        });
        last = Some(draft);
        let Some(limits) = limits.get(draft.analyte as usize) else { continue };
        let place = draft.place as usize;
        let Some(value) = limits.value(draft.reading) else {
            ledger.set_aside("beyond a limit that nothing tells", sheet.table.row(place));
            continue;
        };
        if matches!(draft.reading, Reading::Unsaid { .. }) {
            report_unsaid(sheet, value_column, place, join.id_of_row(&rows.subjects, place), limits, ledger);
        }
        let source = sheet.source(place);
        let sample = Sample { subject: draft.subject as usize, time_months: draft.time_months, value, source };
        let Some(name) = names.names.get(draft.analyte as usize) else { continue };
        let Some(analyte) = join.analyte_mut(name, rows.times.unit) else { continue };
        let before = samples_before.get(draft.analyte as usize).and_then(|&len| analyte.samples.get(..len));
        let is_known = before.is_some_and(|before| before.binary_search_by(|known| compare(known, &sample)).is_ok());
        if is_repeated || is_known {
            duplicates.push(draft);
            continue;
        }
        if analyte.unit.is_none() {
            analyte.unit = units.get(draft.analyte as usize).cloned().flatten();
        }
        analyte.samples.push(sample);
    }
    order::sort_by(&mut duplicates, |a, b| a.place.cmp(&b.place));
    for draft in duplicates {
        let row = sheet.table.row(draft.place as usize);
        let id = join.id_of_row(&rows.subjects, draft.place as usize);
        let at = Place::cell(row, sheet.name(analyte_column), id);
        ledger.set_aside("sample occurs before", row);
        ledger.report(IssueKind::DuplicateVisit, Severity::Error, at, || {
            let analyte = quote(names.names.get(draft.analyte as usize).map_or("", String::as_str));
            words(
                format!("{analyte} has a value for this subject and time already"),
                "Keep one row a subject, time and analyte; the first is used and this one is set aside.",
            )
        });
    }
    for analyte in &mut join.trial.analytes {
        order::sort_by(&mut analyte.samples, compare);
    }
}

/// Each row's analyte: the name in the file or what the mapping says it stands for, parted by specimen where an analyte
/// was measured in several.
struct Names {
    names: Vec<String>,
    /// By place; absent where none is named or the analyte is not used.
    codes: Vec<Option<u32>>,
    is_unused: Vec<bool>,
}

impl Names {
    fn of(sheet: &Sheet<'_>, mapping: &FileMapping, ledger: &mut Ledger) -> Self {
        let mut names = Names { names: Vec::new(), codes: Vec::new(), is_unused: Vec::new() };
        let Some((column, analytes)) = sheet.text(|role| *role == Role::Analyte) else { return names };
        let called: Vec<Option<&str>> = analytes
            .values
            .iter()
            .map(|name| match measure_of(mapping, name) {
                Some(Measure::Ignored) => None,
                Some(Measure::Analyte(name) | Measure::Outcome(name)) => Some(name.as_str()),
                Some(Measure::AlsfrsItem(_) | Measure::AlsfrsTotal) | None => Some(name.as_ref()),
            })
            .collect();
        let specimens = sheet.text(|role| *role == Role::Specimen).map(|(_, specimens)| specimens);
        let specimen = |place: usize| specimens.and_then(|specimens| specimens.value(place));
        let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (place, &code) in analytes.codes.iter().enumerate() {
            if let (Some(Some(name)), Some(specimen)) = (called.get(code as usize), specimen(place)) {
                seen.entry(name).or_default().insert(specimen);
            }
        }
        for (name, specimens) in seen.iter().filter(|(_, specimens)| specimens.len() > 1) {
            ledger.report(IssueKind::MixedSpecimens, Severity::Note, Place::column(sheet.name(column)), || {
                let specimens: Vec<&str> = specimens.iter().copied().collect();
                words(
                    format!("{} was measured in {}", quote(name), specimens.join(" and ")),
                    "Levels in different specimens are never pooled: each specimen is an analyte of its own.",
                )
            });
        }
        for (place, &code) in analytes.codes.iter().enumerate() {
            let Some(name) = called.get(code as usize) else {
                names.codes.push(None);
                names.is_unused.push(false);
                continue;
            };
            names.is_unused.push(name.is_none());
            let code = name.map(|name| {
                let is_parted = seen.get(name).is_some_and(|specimens| specimens.len() > 1);
                let full = match specimen(place).filter(|_| is_parted) {
                    Some(specimen) => format!("{name} ({})", specimen.to_lowercase()),
                    None => name.to_owned(),
                };
                let at = names.names.iter().position(|known| *known == full).unwrap_or_else(|| {
                    names.names.push(full);
                    names.names.len() - 1
                });
                at as u32
            });
            names.codes.push(code);
        }
        names
    }
}

fn read_drafts<'s>(
    sheet: &'s Sheet<'_>,
    rows: &Rows,
    places: &[u32],
    names: &Names,
    join: &Join,
    ledger: &mut Ledger,
) -> Vec<Draft<'s>> {
    let values = sheet.number(|role| *role == Role::Value);
    let texts = sheet.text(|role| *role == Role::ValueText);
    let units = sheet.text(|role| *role == Role::Unit);
    let limits = sheet.number(|role| *role == Role::LowerLimit);
    let analyte_column = sheet.find(|role| *role == Role::Analyte).unwrap_or_default();
    let header_unit = values.and_then(|(column, _)| sheet.units.get(column)).and_then(Option::as_deref);
    // CDISC's analysis sets name the unit with the parameter: `Alanine Aminotransferase (U/L)`.
    let labels = sheet.text(|role| *role == Role::ParameterLabel).map(|(_, labels)| labels);
    let label_units: Vec<Option<&str>> =
        labels.map(|labels| labels.values.iter().map(|label| split_unit(label).1).collect()).unwrap_or_default();
    let label_unit = |place: usize| {
        let code = *labels?.codes.get(place)?;
        label_units.get(code as usize).copied().flatten()
    };
    if let Some((column, numbers)) = values {
        report_not_detected_or_done(sheet, column, numbers, rows, join, ledger);
    }
    let mut drafts = Vec::with_capacity(places.len());
    for &place in places {
        let at = place as usize;
        let row = sheet.table.row(at);
        let subject = rows.subject(place);
        let id = join.id_of_row(&rows.subjects, at);
        let in_number = values.and_then(|(column, numbers)| read_cell(sheet, column, numbers, at, id, ledger));
        let in_words = texts.and_then(|(column, texts)| {
            let reading = read_words(sheet, column, texts.value(at)?, at, id, ledger)?;
            if is_censored(&reading) && in_number.is_none() {
                ledger.censor_text(column);
            }
            Some(reading)
        });
        if subject == NO_SUBJECT {
            continue;
        }
        if rows.times.month(place).is_nan() {
            rows.times.report(sheet, place, id, ledger);
            continue;
        }
        let Some(analyte) = names.codes.get(at).copied().flatten() else {
            if names.is_unused.get(at) == Some(&true) {
                ledger.set_aside("analyte not used", row);
                continue;
            }
            ledger.set_aside("no analyte", row);
            let at = Place::cell(row, sheet.name(analyte_column), id);
            ledger.report(IssueKind::MissingCell, Severity::Error, at, || {
                words("no analyte is named", "Fill in the analyte; the row is set aside.")
            });
            continue;
        };
        // A reported limit counts for more than a number that was put in its place.
        let reading = match (in_number, in_words) {
            (_, Some(words)) if is_censored(&words) => Some(words),
            (number, words) => number.or(words),
        };
        let Some(mut reading) = reading else {
            let is_refused = values.is_some_and(|(_, numbers)| numbers.refused_cell(at).is_some());
            ledger.set_aside(if is_refused { "value is not a number" } else { "no value" }, row);
            continue;
        };
        if let (Reading::Unsaid { side: Side::Below }, Some(limit)) =
            (reading, limits.and_then(|(_, limits)| limits.value(at)))
        {
            reading = Reading::Known { value: Measured::Beyond { side: Side::Below, limit }, unit: None };
        }
        let unit_in_cell = if let Reading::Known { unit, .. } = reading { unit } else { None };
        let unit_in_row = units.and_then(|(_, units)| units.value(at));
        let unit = unit_in_cell.or(unit_in_row).or_else(|| label_unit(at)).or(header_unit);
        drafts.push(Draft { place, analyte, subject, time_months: rows.times.month(place), reading, unit });
    }
    drafts
}

/// Each analyte's unit: the one an earlier file has, else the one of most rows, else the first of equals.
fn settle_units(
    drafts: &[Draft<'_>],
    analytes: usize,
    unit_before: impl Fn(u32) -> Option<String>,
) -> Vec<Option<String>> {
    let mut counts: BTreeMap<u32, Vec<(&str, u64)>> = BTreeMap::new();
    for draft in drafts {
        let Some(unit) = draft.unit else { continue };
        let units = counts.entry(draft.analyte).or_default();
        match units.iter_mut().find(|(known, _)| is_same_unit(known, unit)) {
            Some((_, count)) => *count += 1,
            None => units.push((unit, 1)),
        }
    }
    (0..analytes as u32)
        .map(|code| {
            unit_before(code).or_else(|| {
                let mut best: Option<(&str, u64)> = None;
                for &(unit, count) in counts.get(&code)? {
                    if best.is_none_or(|(_, most)| count > most) {
                        best = Some((unit, count));
                    }
                }
                best.map(|(unit, _)| unit.to_owned())
            })
        })
        .collect()
}

/// A row in another unit is set aside; one without a unit is read as its analyte's, with a warning.
fn has_the_unit(
    sheet: &Sheet<'_>,
    draft: &Draft<'_>,
    settled: Option<&Option<String>>,
    rows: &Rows,
    join: &Join,
    ledger: &mut Ledger,
) -> bool {
    let Some(Some(settled)) = settled else { return true };
    let row = sheet.table.row(draft.place as usize);
    let column = sheet.find(|role| *role == Role::Unit).or_else(|| sheet.find(|role| *role == Role::Value));
    let id = join.id_of_row(&rows.subjects, draft.place as usize);
    let at = Place::cell(row, column.map_or("", |column| sheet.name(column)), id);
    match draft.unit {
        Some(unit) if is_same_unit(unit, settled) => true,
        Some(unit) => {
            ledger.set_aside("another unit than the analyte's other rows", row);
            ledger.report(IssueKind::MixedUnits, Severity::Error, at, || {
                words(
                    format!("the unit is {} where the analyte's other rows have {}", quote(unit), quote(settled)),
                    "Convert the values to one unit; units are never mixed, so the rows with the rarer unit are set aside.",
                )
            });
            false
        }
        // A limit without a unit has the unit of the values that it parts.
        None if matches!(draft.reading, Reading::Unsaid { .. }) => true,
        None => {
            ledger.report(IssueKind::MixedUnits, Severity::Warning, at, || {
                words(
                    format!("no unit is given where the analyte's other rows have {}", quote(settled)),
                    "Fill in the unit; the value is read in the unit of the other rows meanwhile.",
                )
            });
            true
        }
    }
}
