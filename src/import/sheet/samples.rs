//! Values of assays, each with its limit where it lies beyond one, on their way into the trial.

use super::visits::Series;
use super::{Rows, Sheet, report_not_a_number};
use crate::import::IssueKind;
use crate::import::Severity;
use crate::import::cell::quote;
use crate::import::columns::{Column, NumberColumn};
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::measured::{MeasuredCell, parse_measured};
use crate::order;
use crate::trial::{Measured, Sample, Side};

/// A value before its analyte is settled; the limit may still be missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading<'a> {
    Known { value: Measured, unit: Option<&'a str> },
    Unsaid { side: Side },
}

/// What a cell of an assay's numbers says, and how the ledger counts it.
pub fn read_cell<'a>(
    sheet: &'a Sheet<'_>,
    column: usize,
    numbers: &'a NumberColumn<'_>,
    place: usize,
    id: Option<&str>,
    ledger: &mut Ledger,
) -> Option<Reading<'a>> {
    if let Some(value) = numbers.value(place) {
        return Some(Reading::Known { value: Measured::Exact(value), unit: None });
    }
    let cell = numbers.refused_cell(place)?;
    let reading = read_words(sheet, column, cell, place, id, ledger);
    match reading {
        Some(reading) => ledger.accept_cell(column, is_censored(&reading)),
        None => report_not_a_number(sheet, column, place, cell, id, ledger),
    }
    reading
}

pub fn is_censored(reading: &Reading<'_>) -> bool {
    !matches!(reading, Reading::Known { value: Measured::Exact(_), .. })
}

/// A cell that is no plain number.
pub fn read_words<'a>(
    sheet: &Sheet<'_>,
    column: usize,
    cell: &'a str,
    place: usize,
    id: Option<&str>,
    ledger: &mut Ledger,
) -> Option<Reading<'a>> {
    match parse_measured(cell, sheet.table.format)? {
        MeasuredCell::Exact { value, unit, is_extrapolated } => {
            if is_extrapolated {
                let at = Place::cell(sheet.table.row(place), sheet.name(column), id);
                ledger.report(IssueKind::Extrapolated, Severity::Warning, at, || {
                    words(
                        format!("{} is marked as lying outside the assay\u{2019}s standard curve", quote(cell)),
                        "The number is used as it is; such values are less exact than the others.",
                    )
                });
            }
            Some(Reading::Known { value: Measured::Exact(value), unit })
        }
        MeasuredCell::Beyond { side, limit, unit } => {
            Some(Reading::Known { value: Measured::Beyond { side, limit }, unit })
        }
        MeasuredCell::BeyondUnsaid { side } => Some(Reading::Unsaid { side }),
    }
}

/// `ND` among an assay's values counts as missing, which is said.
pub fn report_not_detected_or_done(
    sheet: &Sheet<'_>,
    column: usize,
    numbers: &NumberColumn<'_>,
    rows: &Rows,
    join: &Join,
    ledger: &mut Ledger,
) {
    for &place in &numbers.not_detected_or_done {
        let id = join.id_of_row(&rows.subjects, place as usize);
        let at = Place::cell(sheet.table.row(place as usize), sheet.name(column), id);
        ledger.report(IssueKind::NotDetectedOrNotDone, Severity::Warning, at, || {
            words(
                "ND is read as not done and counts as missing; it may also mean not detected",
                "If it means not detected, take ND out of the words that mean missing under \u{201c}How it was read\u{201d}: it is \
                 then a value below the limit.",
            )
        });
    }
}

/// A column named after an analyte, in a table of visits.
pub fn read_level(
    sheet: &Sheet<'_>,
    level: &Series,
    rows: &Rows,
    places: &[u32],
    is_usable: &mut [bool],
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let column = level.column;
    let Some(Column::Number(numbers)) = sheet.table.columns.get(column) else { return };
    report_not_detected_or_done(sheet, column, numbers, rows, join, ledger);
    let mut readings: Vec<(u32, Reading<'_>)> = Vec::new();
    for &place in places {
        let id = join.id_of_row(&rows.subjects, place as usize);
        if let Some(reading) = read_cell(sheet, column, numbers, place as usize, id, ledger) {
            readings.push((place, reading));
        }
    }
    let limits = Limits::of(readings.iter().map(|(_, reading)| reading));
    let mut drafts = Vec::new();
    for (place, reading) in readings {
        let Some(value) = limits.value(reading) else { continue };
        if let Some(usable) = is_usable.get_mut(place as usize) {
            *usable = true;
        }
        if matches!(reading, Reading::Unsaid { .. }) {
            let id = join.id_of_row(&rows.subjects, place as usize);
            report_unsaid(sheet, column, place as usize, id, &limits, ledger);
        }
        let subject = rows.subject(place);
        if subject != NO_SUBJECT && !rows.times.month(place).is_nan() {
            let time_months = rows.times.month(place);
            let source = sheet.source(place as usize);
            drafts.push(Sample { subject: subject as usize, time_months, value, source });
        }
    }
    if drafts.is_empty() {
        return;
    }
    let Some(analyte) = join.analyte_mut(&level.name, rows.times.unit) else { return };
    if analyte.unit.is_none() {
        analyte.unit = level.unit.clone();
    }
    analyte.samples.extend(drafts);
    order::sort_by(&mut analyte.samples, compare);
    // Two rows of one subject and time are reported by the visits' reader, which keeps the first.
    analyte.samples.dedup_by(|later, earlier| compare(later, earlier).is_eq());
}

pub fn compare(a: &Sample, b: &Sample) -> std::cmp::Ordering {
    a.subject.cmp(&b.subject).then(a.time_months.total_cmp(&b.time_months))
}

/// What an analyte's own cells tell of its limits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// The largest `<x`, the smallest `>x`.
    below: Option<f64>,
    above: Option<f64>,
    /// The values themselves, those above 0: a value below the limit lies below all of them.
    least: Option<f64>,
    greatest: Option<f64>,
}

impl Limits {
    pub fn of<'r>(readings: impl Iterator<Item = &'r Reading<'r>>) -> Self {
        let mut limits = Self::default();
        for reading in readings {
            match reading {
                Reading::Known { value: Measured::Exact(value), .. } => {
                    if *value > 0.0 {
                        limits.least = Some(limits.least.map_or(*value, |least| least.min(*value)));
                    }
                    limits.greatest = Some(limits.greatest.map_or(*value, |greatest| greatest.max(*value)));
                }
                Reading::Known { value: Measured::Beyond { side: Side::Below, limit }, .. } => {
                    limits.below = Some(limits.below.map_or(*limit, |below| below.max(*limit)));
                }
                Reading::Known { value: Measured::Beyond { side: Side::Above, limit }, .. } => {
                    limits.above = Some(limits.above.map_or(*limit, |above| above.min(*limit)));
                }
                Reading::Unsaid { .. } => {}
            }
        }
        limits
    }

    pub fn limit(&self, side: Side) -> Option<f64> {
        match side {
            Side::Below => self.below.or(self.least),
            Side::Above => self.above.or(self.greatest),
        }
    }

    /// Nothing only for a value beyond a limit that no cell of the analyte tells anything of.
    pub fn value(&self, reading: Reading<'_>) -> Option<Measured> {
        match reading {
            Reading::Known { value, .. } => Some(value),
            Reading::Unsaid { side } => Some(Measured::Beyond { side, limit: self.limit(side)? }),
        }
    }

    fn is_said(&self, side: Side) -> bool {
        match side {
            Side::Below => self.below.is_some(),
            Side::Above => self.above.is_some(),
        }
    }
}

/// A limit was taken from the analyte's other cells.
pub fn report_unsaid(
    sheet: &Sheet<'_>,
    column: usize,
    place: usize,
    id: Option<&str>,
    limits: &Limits,
    ledger: &mut Ledger,
) {
    let at = Place::cell(sheet.table.row(place), sheet.name(column), id);
    ledger.report(IssueKind::LimitUnsaid, Severity::Warning, at, || {
        let from = if limits.is_said(Side::Below) || limits.is_said(Side::Above) {
            "the limit of the analyte\u{2019}s other cells is taken"
        } else {
            "the outermost value that was measured is taken, beyond which it must lie"
        };
        words(
            format!("the value lies beyond a limit that is not named; {from}"),
            "Write the limit into the cell (<0.5) or add a column with the lower limit of quantification.",
        )
    });
}
