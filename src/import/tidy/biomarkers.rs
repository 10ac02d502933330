//! `biomarkers.csv`: one row a sample and analyte, in one unit an analyte.

use std::collections::BTreeMap;

use super::{Sheet, read_times, report_not_a_number};
use crate::import::cell::{parse_number, quote, trim};
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::{IssueKind, Role, Severity};
use crate::order;
use crate::trial::{Measured, Sample, Side};

/// A sample before its analyte's unit is settled.
struct Draft<'a> {
    place: usize,
    analyte: u32,
    subject: u32,
    time_months: f64,
    value: Measured,
    unit: Option<&'a str>,
}

pub fn read_biomarkers(sheet: &Sheet<'_>, join: &mut Join, ledger: &mut Ledger) {
    let mut subjects = join.subjects_of_rows(sheet, ledger);
    let times = read_times(sheet, &mut subjects, &join.trial.subjects, ledger);
    let mut drafts = read_drafts(sheet, &subjects, &times.months, join, ledger);
    let Some((analyte_column, analytes)) = sheet.text(|role| *role == Role::Analyte) else { return };

    // In the order of the file, so that the first of two samples is the one that is kept.
    let units = settle_units(&drafts, analytes.values.len(), |code| {
        let analyte = join.trial.analyte(analytes.value_of_code(code)?)?;
        analyte.unit.clone()
    });
    drafts.retain(|draft| has_the_unit(sheet, draft, units.get(draft.analyte as usize), &subjects, join, ledger));
    order::sort_by(&mut drafts, |a, b| {
        (a.analyte, a.subject)
            .cmp(&(b.analyte, b.subject))
            .then(a.time_months.total_cmp(&b.time_months))
            .then(a.place.cmp(&b.place))
    });
    // Samples of an earlier file, which are sorted.
    let samples_before: Vec<usize> = analytes
        .values
        .iter()
        .map(|name| join.trial.analyte(name).map_or(0, |analyte| analyte.samples.len()))
        .collect();
    let mut duplicates: Vec<&Draft<'_>> = Vec::new();
    let mut last: Option<&Draft<'_>> = None;
    for draft in &drafts {
        let is_repeated = last.is_some_and(|last| {
            (last.analyte, last.subject, last.time_months) == (draft.analyte, draft.subject, draft.time_months)
        });
        last = Some(draft);
        let sample = Sample { subject: draft.subject as usize, time_months: draft.time_months, value: draft.value };
        let name = analytes.value_of_code(draft.analyte).unwrap_or_default();
        let Some(analyte) = join.analyte_mut(name, times.unit) else { continue };
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
        let row = sheet.table.row(draft.place);
        let at = Place::cell(row, sheet.name(analyte_column), join.id_of_row(&subjects, draft.place));
        ledger.set_aside("sample occurs before", row);
        ledger.report(IssueKind::DuplicateVisit, Severity::Error, at, || {
            let analyte = quote(analytes.value_of_code(draft.analyte).unwrap_or_default());
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

fn compare(a: &Sample, b: &Sample) -> std::cmp::Ordering {
    a.subject.cmp(&b.subject).then(a.time_months.total_cmp(&b.time_months))
}

fn read_drafts<'s>(
    sheet: &'s Sheet<'_>,
    subjects: &[u32],
    months: &[f64],
    join: &Join,
    ledger: &mut Ledger,
) -> Vec<Draft<'s>> {
    let (Some((analyte_column, analytes)), Some((value_column, values))) =
        (sheet.text(|role| *role == Role::Analyte), sheet.number(|role| *role == Role::Value))
    else {
        return Vec::new();
    };
    let units = sheet.text(|role| *role == Role::Unit);
    let mut drafts = Vec::with_capacity(sheet.table.len);
    for ((place, &subject), &time_months) in subjects.iter().enumerate().zip(months) {
        let row = sheet.table.row(place);
        let id = join.id_of_row(subjects, place);
        let refused = values.refused_cell(place);
        let in_cell = refused.and_then(|cell| parse_measured(cell, values.decimal_mark));
        if let Some((value, _)) = in_cell {
            ledger.accept_cell(value_column, matches!(value, Measured::Beyond { .. }));
        } else if let Some(cell) = refused {
            report_not_a_number(sheet, value_column, place, cell, id, ledger);
        }
        if subject == NO_SUBJECT {
            continue;
        }
        let Some(analyte) = analytes.codes.get(place).copied().filter(|code| analytes.value_of_code(*code).is_some())
        else {
            ledger.set_aside("no analyte", row);
            let at = Place::cell(row, sheet.name(analyte_column), id);
            ledger.report(IssueKind::MissingCell, Severity::Error, at, || {
                words("no analyte is named", "Fill in the analyte; the row is set aside.")
            });
            continue;
        };
        let unit = units.and_then(|(_, units)| units.value(place));
        let (value, unit) = match (in_cell, values.value(place)) {
            (Some((value, unit_in_cell)), _) => (value, unit_in_cell.or(unit)),
            (None, Some(value)) => (Measured::Exact(value), unit),
            (None, None) => {
                ledger.set_aside(if refused.is_some() { "value is not a number" } else { "no value" }, row);
                continue;
            }
        };
        drafts.push(Draft { place, analyte, subject, time_months, value, unit });
    }
    drafts
}

/// `<x`, `>x` or a number, each with or without a unit behind it.
fn parse_measured(cell: &str, decimal_mark: u8) -> Option<(Measured, Option<&str>)> {
    let (side, rest) = match cell.chars().next()? {
        '<' => (Some(Side::Below), cell.strip_prefix('<')?),
        '>' => (Some(Side::Above), cell.strip_prefix('>')?),
        _ => (None, cell),
    };
    let rest = trim(rest);
    let is_number_part =
        |letter: char| letter.is_ascii_digit() || letter == char::from(decimal_mark) || "+-".contains(letter);
    let end = rest
        .find(char::is_whitespace)
        .filter(|&end| rest.get(..end).is_some_and(|number| parse_number(number.as_bytes(), decimal_mark).is_some()))
        .or_else(|| parse_number(rest.as_bytes(), decimal_mark).map(|_| rest.len()))
        .or_else(|| rest.find(|letter| !is_number_part(letter)))?;
    let (number, unit) = rest.split_at_checked(end)?;
    let number = parse_number(trim(number).as_bytes(), decimal_mark)?.value;
    let unit = trim(unit);
    let mut letters = unit.chars();
    let is_unit = match (letters.next(), letters.next()) {
        (None, _) => true,
        // The rest of an exponent is not a unit.
        (Some('e' | 'E'), Some(next)) if next.is_ascii_digit() || "+-".contains(next) => false,
        (Some(first), _) => first.is_alphabetic() || first == '%',
    };
    let value = match side {
        None => Measured::Exact(number),
        Some(side) => Measured::Beyond { side, limit: number },
    };
    is_unit.then_some((value, (!unit.is_empty()).then_some(unit)))
}

/// Units that differ only in case, spaces or the kind of micro sign are one.
fn is_same_unit(a: &str, b: &str) -> bool {
    let plain = |unit: &str| -> String {
        unit.chars()
            .filter(|letter| !letter.is_whitespace())
            .flat_map(char::to_lowercase)
            .map(|letter| if letter == '\u{3bc}' || letter == '\u{b5}' { 'u' } else { letter })
            .collect()
    };
    a == b || plain(a) == plain(b)
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
    subjects: &[u32],
    join: &Join,
    ledger: &mut Ledger,
) -> bool {
    let Some(Some(settled)) = settled else { return true };
    let row = sheet.table.row(draft.place);
    let column = sheet.find(|role| *role == Role::Unit).or_else(|| sheet.find(|role| *role == Role::Value));
    let at = Place::cell(row, column.map_or("", |column| sheet.name(column)), join.id_of_row(subjects, draft.place));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_carry_limits_and_units() {
        let exact = |value| Some(Measured::Exact(value));
        let parse = |cell| parse_measured(cell, b'.');
        assert_eq!(parse("12.3 pg/mL"), exact(12.3).map(|value| (value, Some("pg/mL"))));
        assert_eq!(parse("12.3pg/mL"), exact(12.3).map(|value| (value, Some("pg/mL"))));
        assert_eq!(parse("1.2e3 pg/mL"), exact(1200.0).map(|value| (value, Some("pg/mL"))));
        let below = Measured::Beyond { side: Side::Below, limit: 0.5 };
        assert_eq!(parse("<0.5"), Some((below, None)));
        assert_eq!(parse("< 0.5 ng/L"), Some((below, Some("ng/L"))));
        assert_eq!(parse(">2000"), Some((Measured::Beyond { side: Side::Above, limit: 2000.0 }, None)));
        for cell in ["<LLOQ", "BLQ", "<", "12 (high)", "1.2e3e4", "12 34", "0,435", "pg/mL"] {
            assert_eq!(parse(cell), None, "{cell}");
        }
    }

    #[test]
    fn spelling_does_not_make_another_unit() {
        assert!(is_same_unit("pg/mL", "PG / ml"));
        assert!(is_same_unit("\u{b5}g/L", "\u{3bc}g/l"));
        assert!(!is_same_unit("pg/mL", "ng/mL"));
    }
}
