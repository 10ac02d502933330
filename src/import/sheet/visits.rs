//! Numbers at visits. Items and totals of the ALSFRS-R are held to their ranges; what they add up to is checked when all
//! files are read (`import::totals`).

use std::collections::BTreeSet;

use super::{Rows, Sheet, report_all_missing, report_not_a_number, samples};
use crate::import::cell::quote;
use crate::import::columns::Column;
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::measured::{MeasuredCell, parse_measured};
use crate::import::unit::convert;
use crate::import::{IssueKind, Measure, Role, Severity};
use crate::order::sort_by;
use crate::trial::alsfrs::{ITEM_MAX, Item, TOTAL, TOTAL_MAX};
use crate::trial::{SourceRow, TimeUnit, Visit};

/// A column of numbers on its way to becoming an outcome or an analyte.
pub struct Series {
    pub name: String,
    pub item: Option<Item>,
    pub unit: Option<String>,
    pub column: usize,
}

impl Series {
    fn is_total(&self) -> bool {
        self.name == TOTAL
    }

    fn new(sheet: &Sheet<'_>, column: usize, measure: &Measure) -> Self {
        let unit = sheet.units.get(column).cloned().flatten();
        let (name, item) = match measure {
            Measure::Outcome(name) | Measure::Analyte(name) => (name.clone(), None),
            Measure::AlsfrsItem(label) => (item_name(label), Item::parse_label(label)),
            Measure::AlsfrsTotal => (TOTAL.to_owned(), None),
            Measure::Ignored => (sheet.name(column).to_owned(), None),
        };
        Self { name, item, unit, column }
    }

    /// The columns of these roles, in the order total, other outcomes, items.
    pub fn of_roles(sheet: &Sheet<'_>, is_wanted: impl Fn(&Role) -> bool) -> Vec<Self> {
        let mut has_total = false;
        let series = sheet.roles.iter().enumerate().filter(|(_, role)| is_wanted(role)).map(|(column, role)| {
            let own_name = || sheet.name(column).to_owned();
            match role {
                Role::AlsfrsTotal if !has_total => {
                    has_total = true;
                    Self::new(sheet, column, &Measure::AlsfrsTotal)
                }
                Role::AlsfrsItem(label) => {
                    // An item keeps its column's name, which often says what the item is.
                    let item = Item::parse_label(label);
                    Self { name: own_name(), item, ..Self::new(sheet, column, &Measure::Ignored) }
                }
                _ => Self::new(
                    sheet,
                    column,
                    &Measure::Outcome(super::super::unit::split_unit(sheet.name(column)).0.to_owned()),
                )
                .named_as_file(sheet, role),
            }
        });
        in_order(series.collect())
    }

    /// An outcome keeps the file's spelling, unit and all: plans know it by that.
    fn named_as_file(mut self, sheet: &Sheet<'_>, role: &Role) -> Self {
        if *role != Role::Level {
            self.name = sheet.name(self.column).to_owned();
        }
        self
    }

    /// The columns that are named after a visit: analytes, or everything else.
    pub fn of_visit(sheet: &Sheet<'_>, visit: &str, analytes: bool) -> Vec<Self> {
        let series = sheet.roles.iter().enumerate().filter_map(|(column, role)| match role {
            Role::At { measure, visit: at } if at == visit && matches!(measure, Measure::Analyte(_)) == analytes => {
                (*measure != Measure::Ignored).then(|| Self::new(sheet, column, measure))
            }
            _ => None,
        });
        in_order(series.collect())
    }
}

/// `alsfrs_r_5a`: what an item is called that has no column of its own.
pub fn item_name(label: &str) -> String {
    format!("alsfrs_r_{}", label.to_lowercase())
}

fn in_order(mut series: Vec<Series>) -> Vec<Series> {
    let rank = |series: &Series| if series.is_total() { 0 } else { 1 + u8::from(series.item.is_some()) };
    sort_by(&mut series, |a, b| rank(a).cmp(&rank(b)));
    series
}

/// Reads the rows at `places`: outcomes from `series`, analytes from `levels`. Takes their columns out of the table, so
/// that numbers are not held twice.
pub fn read_visits(
    sheet: &mut Sheet<'_>,
    series: Vec<Series>,
    levels: Vec<Series>,
    rows: &Rows,
    places: &[u32],
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let series = one_column_each(sheet, series, ledger);
    let levels = one_column_each(sheet, levels, ledger);
    let mut has_refused = BTreeSet::new();
    let mut columns: Vec<(Series, Vec<f64>)> = Vec::new();
    for mut series in series {
        let values = take_values(sheet, &mut series, rows, &mut has_refused, join, ledger);
        columns.push((series, values));
    }
    let mut is_usable = vec![false; sheet.table.len];
    for level in &levels {
        samples::read_level(sheet, level, rows, places, &mut is_usable, join, ledger);
    }
    for (_, values) in &columns {
        for (is_usable, value) in is_usable.iter_mut().zip(values) {
            *is_usable |= !value.is_nan();
        }
    }
    let mut kept: Vec<u32> = Vec::with_capacity(places.len());
    for &place in places.iter().filter(|&&place| rows.subject(place) != NO_SUBJECT) {
        if rows.times.month(place).is_nan() {
            rows.times.report(sheet, place, join.id_of_row(&rows.subjects, place as usize), ledger);
        } else if is_usable.get(place as usize) != Some(&true) {
            let reason = if has_refused.contains(&place) { "no usable value" } else { "no value" };
            ledger.set_aside(reason, sheet.table.row(place as usize));
        } else {
            kept.push(place);
        }
    }
    order_visits(sheet, &columns, &mut kept, rows, join, ledger);
    // Outcomes are several times as large as the columns they come from: what is not needed makes room, column by column.
    for (series, values) in columns {
        let value = |place: u32| values.get(place as usize).copied().filter(|value| !value.is_nan());
        write_outcome(&series, value, values.iter().all(|value| value.is_nan()), &kept, rows, sheet, join, ledger);
    }
}

/// Two columns of one measure would give two values a visit: the first is read.
fn one_column_each(sheet: &Sheet<'_>, series: Vec<Series>, ledger: &mut Ledger) -> Vec<Series> {
    let mut names = BTreeSet::new();
    let mut is_first = |series: &Series| {
        let is_first = names.insert(series.name.clone());
        if !is_first {
            ledger.report(
                IssueKind::DuplicateColumn,
                Severity::Warning,
                Place::column(sheet.name(series.column)),
                || {
                    words(
                        format!("another column gives {} as well", quote(&series.name)),
                        "Rename one of them or give it another role; the first is used and this one is not read meanwhile.",
                    )
                },
            );
        }
        is_first
    };
    series.into_iter().filter(|series| is_first(series)).collect()
}

/// The column's numbers, without what is no number of its kind.
fn take_values(
    sheet: &mut Sheet<'_>,
    series: &mut Series,
    rows: &Rows,
    has_refused: &mut BTreeSet<u32>,
    join: &Join,
    ledger: &mut Ledger,
) -> Vec<f64> {
    let column = series.column;
    let Some(Column::Number(numbers)) = sheet.table.columns.get(column) else {
        return vec![f64::NAN; sheet.table.len];
    };
    let mut labelled: Vec<(u32, f64)> = Vec::new();
    for (place, cell) in &numbers.refused {
        if let Some(score) = labelled_score(cell).filter(|_| series.item.is_some()) {
            ledger.accept_cell(column, false);
            labelled.push((*place, score));
            continue;
        }
        has_refused.insert(*place);
        let id = join.id_of_row(&rows.subjects, *place as usize);
        report_refused_cell(sheet, column, *place, cell, id, ledger);
    }
    let mut values = match sheet.table.columns.get_mut(column) {
        Some(Column::Number(numbers)) => std::mem::take(&mut numbers.values),
        _ => Vec::new(),
    };
    for (place, score) in labelled {
        if let Some(slot) = values.get_mut(place as usize) {
            *slot = score;
        }
    }
    bring_to_one_unit(sheet, series, &mut values, rows, has_refused, join, ledger);
    hold_to_range(sheet, series, values, rows, has_refused, join, ledger)
}

/// `4 - Normal`, `3: slow or sloppy`: a choice with its score before its words.
fn labelled_score(cell: &str) -> Option<f64> {
    let (score, words) = cell.split_once(|letter: char| letter.is_whitespace() || "-\u{2013}:=,.)".contains(letter))?;
    let words = words.trim_start_matches(|letter: char| letter.is_whitespace() || "-\u{2013}:=,.)".contains(letter));
    let digit = score.parse::<u8>().ok().filter(|_| score.len() == 1)?;
    words.starts_with(char::is_alphabetic).then(|| f64::from(digit))
}

/// Numbers with a column of their units beside them: pounds become kilograms, inches centimetres.
fn bring_to_one_unit(
    sheet: &Sheet<'_>,
    series: &mut Series,
    values: &mut [f64],
    rows: &Rows,
    has_refused: &mut BTreeSet<u32>,
    join: &Join,
    ledger: &mut Ledger,
) {
    let name = sheet.name(series.column);
    let Some((_, units)) = sheet.text(|role| matches!(role, Role::UnitOf(of) if of == name)) else { return };
    let converts = |target: &&str| units.values.iter().all(|unit| convert(1.0, unit, target).is_some());
    let first = units.values.first().map(AsRef::as_ref);
    let Some(target) = ["kg", "cm", "C"].into_iter().find(converts).or(first) else { return };
    for (place, value) in values.iter_mut().enumerate() {
        let Some(unit) = units.value(place).filter(|_| !value.is_nan()) else { continue };
        let at = Place::cell(sheet.table.row(place), name, join.id_of_row(&rows.subjects, place));
        match convert(*value, unit, target) {
            Some(converted) if converted == *value => {}
            Some(converted) => {
                *value = converted;
                ledger.report(IssueKind::UnitsConverted, Severity::Note, at, || {
                    words(
                        format!("values in {} are converted to {}", quote(unit), quote(target)),
                        "Nothing needs to be done if the units are right.",
                    )
                });
            }
            None => {
                *value = f64::NAN;
                has_refused.insert(place as u32);
                ledger.refuse_cell(series.column);
                ledger.report(IssueKind::MixedUnits, Severity::Error, at, || {
                    words(
                        format!("the unit is {} where other rows have {}", quote(unit), quote(target)),
                        "Convert the values to one unit; units are never mixed, so the cell is left out.",
                    )
                });
            }
        }
    }
    series.unit = Some(target.to_owned());
}

/// A value beyond a limit is counted as such; an outcome has no use for it.
pub fn report_refused_cell(
    sheet: &Sheet<'_>,
    column: usize,
    place: u32,
    cell: &str,
    id: Option<&str>,
    ledger: &mut Ledger,
) {
    let measured = parse_measured(cell, sheet.table.format);
    if !matches!(measured, Some(MeasuredCell::Beyond { .. } | MeasuredCell::BeyondUnsaid { .. })) {
        return report_not_a_number(sheet, column, place as usize, cell, id, ledger);
    }
    ledger.accept_cell(column, true);
    let at = Place::cell(sheet.table.row(place as usize), sheet.name(column), id);
    ledger.report(IssueKind::LimitInOutcome, Severity::Warning, at, || {
        words(
            format!("{} lies beyond a limit, and this column is an outcome", quote(cell)),
            "If the column is an assay\u{2019}s, set its role to analyte, where limits are kept as limits; as an outcome the value \
             is left out.",
        )
    });
}

/// Totals are 0 to 48, items whole numbers of 0 to 4; other cells are refused.
fn hold_to_range(
    sheet: &Sheet<'_>,
    series: &Series,
    mut values: Vec<f64>,
    rows: &Rows,
    has_refused: &mut BTreeSet<u32>,
    join: &Join,
    ledger: &mut Ledger,
) -> Vec<f64> {
    let (kind, what): (_, fn(f64) -> bool) = match series.item {
        Some(_) => (IssueKind::ItemOutOfRange, |value| (0.0..=ITEM_MAX).contains(&value) && value.fract() == 0.0),
        None if series.is_total() => (IssueKind::TotalOutOfRange, |value| (0.0..=TOTAL_MAX).contains(&value)),
        None => return values,
    };
    for (place, value) in values.iter_mut().enumerate() {
        if value.is_nan() || what(*value) {
            continue;
        }
        let id = join.id_of_row(&rows.subjects, place);
        let at = Place::cell(sheet.table.row(place), sheet.name(series.column), id);
        ledger.refuse_cell(series.column);
        ledger.report(kind, Severity::Error, at, || {
            let what = if series.item.is_none() {
                format!("{value} is not an ALSFRS-R total, which is 0 to 48")
            } else {
                format!("{value} is not an ALSFRS-R item, which is a whole number of 0 to 4")
            };
            words(what, "Correct the cell, or leave it empty if there is no value; it is left out meanwhile.")
        });
        *value = f64::NAN;
        has_refused.insert(place as u32);
    }
    values
}

/// Leaves the rows that are used, by subject and time. Of two rows of a subject and time the first is used; a row that
/// repeats a visit of an earlier file, in an outcome that both files have, is set aside.
fn order_visits(
    sheet: &Sheet<'_>,
    columns: &[(Series, Vec<f64>)],
    order: &mut Vec<u32>,
    rows: &Rows,
    join: &Join,
    ledger: &mut Ledger,
) {
    let key = |place: u32| (rows.subject(place), rows.times.month(place));
    let compare = |a: &u32, b: &u32| {
        let ((subject_a, time_a), (subject_b, time_b)) = (key(*a), key(*b));
        subject_a.cmp(&subject_b).then(time_a.total_cmp(&time_b)).then(a.cmp(b))
    };
    if !order.is_sorted_by(|a, b| compare(a, b).is_lt()) {
        sort_by(order, compare);
    }
    let earlier: Vec<_> = columns
        .iter()
        .filter_map(|(series, values)| Some((join.trial.outcome(&series.name)?, values)))
        .filter(|(known, _)| !known.visits.is_empty())
        .collect();
    let is_known = |place: u32| {
        let (subject, time) = key(place);
        let has_value = |values: &[f64]| values.get(place as usize).is_some_and(|value| !value.is_nan());
        earlier.iter().any(|(outcome, values)| {
            let sought =
                |visit: &Visit| visit.subject.cmp(&(subject as usize)).then(visit.time_months.total_cmp(&time));
            has_value(values) && outcome.visits.binary_search_by(sought).is_ok()
        })
    };
    let mut repeated: Vec<u32> = Vec::new();
    let mut last = (NO_SUBJECT, f64::NAN);
    order.retain(|&place| {
        let this = key(place);
        let is_repeated = this == last || is_known(place);
        last = this;
        if is_repeated {
            repeated.push(place);
        }
        !is_repeated
    });
    sort_by(&mut repeated, u32::cmp);
    for place in repeated {
        let row = sheet.table.row(place as usize);
        ledger.set_aside("visit occurs before", row);
        let at = Place::cell(row, rows.times.column_name(sheet), join.id_of_row(&rows.subjects, place as usize));
        ledger.report(IssueKind::DuplicateVisit, Severity::Error, at, || {
            words(
                "this subject has a visit at this time already",
                "Keep one row a subject and time; the first is used and this one is set aside.",
            )
        });
    }
}

#[expect(clippy::too_many_arguments)]
fn write_outcome(
    series: &Series,
    value: impl Fn(u32) -> Option<f64>,
    is_all_missing: bool,
    order: &[u32],
    rows: &Rows,
    sheet: &Sheet<'_>,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    if is_all_missing {
        if sheet.table.len > 0 {
            report_all_missing(sheet.name(series.column), ledger);
        }
        return;
    }
    let visits = order.iter().filter_map(|&place| {
        let value = value(place)?;
        let source = sheet.source(place as usize);
        Some(Visit { subject: rows.subject(place) as usize, time_months: rows.times.month(place), value, source })
    });
    add_visits(&series.name, series.item, series.unit.as_deref(), rows.times.unit, visits, join);
}

/// Adds visits to an outcome, which stays sorted. What stands in no row adds nothing.
pub fn add_visits(
    name: &str,
    item: Option<Item>,
    unit: Option<&str>,
    time_unit: TimeUnit,
    visits: impl Iterator<Item = Visit> + Clone,
    join: &mut Join,
) {
    let count = visits.clone().count();
    if count == 0 {
        // Its values stand in rows that were set aside, which have their own issues.
        return;
    }
    let Some(outcome) = join.outcome_mut(name, item, time_unit) else { return };
    if outcome.unit.is_none() {
        outcome.unit = unit.map(str::to_owned);
    }
    outcome.visits.reserve_exact(count);
    outcome.visits.extend(visits);
    let compare = |a: &Visit, b: &Visit| a.subject.cmp(&b.subject).then(a.time_months.total_cmp(&b.time_months));
    if !outcome.visits.is_sorted_by(|a, b| compare(a, b).is_lt()) {
        sort_by(&mut outcome.visits, compare);
    }
}

/// Of several values of one subject and time the first in the file, unless an earlier file has one; the others' rows are
/// set aside. Each visit comes with its row's place.
pub fn keep_first(
    sheet: &Sheet<'_>,
    rows: &Rows,
    name: &str,
    mut visits: Vec<(u32, Visit)>,
    hint: &str,
    join: &Join,
    ledger: &mut Ledger,
) -> Vec<Visit> {
    sort_by(&mut visits, |(place_a, a), (place_b, b)| {
        a.subject.cmp(&b.subject).then(a.time_months.total_cmp(&b.time_months)).then(place_a.cmp(place_b))
    });
    let known = join.trial.outcome(name).map(|outcome| outcome.visits.as_slice()).unwrap_or_default();
    let mut last: Option<(usize, f64)> = None;
    let mut repeated: Vec<u32> = Vec::new();
    visits.retain(|(place, visit)| {
        let key = (visit.subject, visit.time_months);
        let sought = |known: &Visit| known.subject.cmp(&key.0).then(known.time_months.total_cmp(&key.1));
        let is_repeated = last == Some(key) || known.binary_search_by(sought).is_ok();
        last = Some(key);
        if is_repeated {
            repeated.push(*place);
        }
        !is_repeated
    });
    sort_by(&mut repeated, u32::cmp);
    for place in repeated {
        let row = sheet.table.row(place as usize);
        ledger.set_aside("visit occurs before", row);
        let at = Place::cell(row, rows.times.column_name(sheet), join.id_of_row(&rows.subjects, place as usize));
        ledger.report(IssueKind::DuplicateVisit, Severity::Error, at, || {
            words("this subject has a value of this kind at this time already", hint)
        });
    }
    visits.into_iter().map(|(_, visit)| visit).collect()
}

/// A visit that was worked out rather than read.
pub fn visit_at(subject: usize, time_months: f64, value: f64, source: SourceRow) -> Visit {
    Visit { subject, time_months, value, source }
}
