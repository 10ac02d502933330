//! One row a subject, time and parameter, as questionnaires stand in CDISC's tables: each parameter becomes an outcome.

use std::collections::BTreeMap;

use super::samples::{Reading, read_cell, read_words};
use super::visits::{add_visits, item_name, keep_first, visit_at};
use super::{Rows, Sheet, measure_of, numbers_of};
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::{FileMapping, IssueKind, Measure, Role, Severity};
use crate::trial::alsfrs::{ITEM_MAX, Item, TOTAL, TOTAL_MAX};
use crate::trial::{Measured, Visit};

pub fn read_measurements(
    sheet: &Sheet<'_>,
    rows: &Rows,
    places: &[u32],
    mapping: &FileMapping,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let Some((column, parameters)) = sheet.text(|role| *role == Role::Parameter) else { return };
    let mut by_parameter: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut unnamed: Vec<u32> = Vec::new();
    for &place in places.iter().filter(|&&place| rows.subject(place) != NO_SUBJECT) {
        if ledger.is_set_aside(sheet.table.row(place as usize)) {
            continue;
        }
        match parameters.codes.get(place as usize).copied().filter(|code| parameters.value_of_code(*code).is_some()) {
            Some(code) => by_parameter.entry(code).or_default().push(place),
            None => unnamed.push(place),
        }
    }
    for place in unnamed {
        let row = sheet.table.row(place as usize);
        ledger.set_aside("no parameter", row);
        let at = Place::cell(row, sheet.name(column), join.id_of_row(&rows.subjects, place as usize));
        ledger.report(IssueKind::MissingCell, Severity::Error, at, || {
            words("no parameter is named", "Fill in what was measured; the row is set aside.")
        });
    }
    for (code, places) in by_parameter {
        let Some(parameter) = parameters.value_of_code(code) else { continue };
        let (name, item) = match measure_of(mapping, parameter) {
            Some(Measure::Ignored) => {
                for &place in &places {
                    ledger.set_aside("parameter not used", sheet.table.row(place as usize));
                }
                continue;
            }
            Some(Measure::Outcome(name) | Measure::Analyte(name)) => (name.clone(), None),
            Some(Measure::AlsfrsItem(label)) => (item_name(label), Item::parse_label(label)),
            Some(Measure::AlsfrsTotal) => (TOTAL.to_owned(), None),
            None => (parameter.to_owned(), None),
        };
        let rows_of_pass = numbers_of(sheet, &places, &rows.subjects);
        ledger.begin_pass();
        read_parameter(sheet, &name, item, rows, &places, join, ledger);
        ledger.end_pass(rows_of_pass.into_iter());
    }
}

fn read_parameter(
    sheet: &Sheet<'_>,
    name: &str,
    item: Option<Item>,
    rows: &Rows,
    places: &[u32],
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let values = sheet.number(|role| *role == Role::Value);
    let texts = sheet.text(|role| *role == Role::ValueText);
    let mut visits: Vec<(u32, Visit)> = Vec::new();
    for &place in places {
        let at = place as usize;
        let row = sheet.table.row(at);
        let id = join.id_of_row(&rows.subjects, at);
        let reading = values
            .and_then(|(column, numbers)| read_cell(sheet, column, numbers, at, id, ledger))
            .or_else(|| texts.and_then(|(column, texts)| read_words(sheet, column, texts.value(at)?, at, id, ledger)));
        if rows.times.month(place).is_nan() {
            rows.times.report(sheet, place, id, ledger);
            continue;
        }
        let value = match reading {
            Some(Reading::Known { value: Measured::Exact(value), .. }) => value,
            Some(_) => {
                ledger.set_aside("value beyond a limit", row);
                continue;
            }
            None => {
                ledger.set_aside("no value", row);
                continue;
            }
        };
        if let Some((kind, what)) = out_of_range(name, item, value) {
            let column = values.map_or(0, |(column, _)| column);
            ledger.set_aside("no usable value", row);
            ledger.refuse_cell(column);
            ledger.report(kind, Severity::Error, Place::cell(row, sheet.name(column), id), || {
                words(what, "Correct the cell, or leave it empty if there is no value; it is left out meanwhile.")
            });
            continue;
        }
        let subject = rows.subject(place) as usize;
        visits.push((place, visit_at(subject, rows.times.month(place), value, sheet.source(at))));
    }
    let hint = "Keep one row a subject, time and parameter (a flag such as ANL01FL says which); the first is used and this \
                one is set aside.";
    let visits = keep_first(sheet, rows, name, visits, hint, join, ledger);
    let unit = sheet.text(|role| *role == Role::Unit).and_then(|(_, units)| units.value(*places.first()? as usize));
    add_visits(name, item, unit, rows.times.unit, visits.into_iter(), join);
}

fn out_of_range(name: &str, item: Option<Item>, value: f64) -> Option<(IssueKind, String)> {
    if item.is_some() && !((0.0..=ITEM_MAX).contains(&value) && value.fract() == 0.0) {
        let what = format!("{value} is not an ALSFRS-R item, which is a whole number of 0 to 4");
        return Some((IssueKind::ItemOutOfRange, what));
    }
    if name == TOTAL && !(0.0..=TOTAL_MAX).contains(&value) {
        return Some((IssueKind::TotalOutOfRange, format!("{value} is not an ALSFRS-R total, which is 0 to 48")));
    }
    None
}
