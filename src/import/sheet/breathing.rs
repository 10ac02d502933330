//! Breathing tests as PRO-ACT has them: up to three trials in litres, their percent of normal, and one normal value. The
//! best trial counts. Where the unit says percent, or says nothing and the number is too large for litres, the percent
//! stands in the column of litres.

use super::visits::{add_visits, keep_first, visit_at};
use super::{Rows, Sheet, report_not_a_number};
use crate::import::cell::quote;
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::{FileMapping, IssueKind, Role, Severity};
use crate::trial::Visit;

/// No one breathes out more than this many litres.
const MOST_LITRES: f64 = 20.0;

pub fn read_breathing(
    sheet: &Sheet<'_>,
    rows: &Rows,
    places: &[u32],
    mapping: &FileMapping,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let columns = |wanted: Role| -> Vec<usize> {
        sheet.roles.iter().enumerate().filter(|(_, role)| **role == wanted).map(|(column, _)| column).collect()
    };
    let litres = columns(Role::Litres);
    let percents = columns(Role::PercentOfNormal);
    for &column in litres.iter().chain(&percents) {
        let Some(numbers) = sheet.table.number(column) else { continue };
        for (place, cell) in &numbers.refused {
            let id = join.id_of_row(&rows.subjects, *place as usize);
            report_not_a_number(sheet, column, *place as usize, cell, id, ledger);
        }
    }
    let normal = sheet.number(|role| *role == Role::NormalLitres);
    let unit = sheet.text(|role| *role == Role::BreathingUnit);
    let best = |columns: &[usize], place: usize| -> Option<f64> {
        let values = columns.iter().filter_map(|&column| sheet.table.number(column)?.value(place));
        values.reduce(f64::max)
    };
    let name = if mapping.columns.iter().any(|column| column.column.to_lowercase().starts_with("slow")) {
        "svc_percent"
    } else {
        "fvc_percent"
    };
    let mut visits: Vec<(u32, Visit)> = Vec::new();
    for &place in places.iter().filter(|&&place| rows.subject(place) != NO_SUBJECT) {
        let at = place as usize;
        let row = sheet.table.row(at);
        let id = join.id_of_row(&rows.subjects, at);
        if rows.times.month(place).is_nan() {
            rows.times.report(sheet, place, id, ledger);
            continue;
        }
        let unit = unit.and_then(|(_, units)| units.value(at)).map(str::to_lowercase);
        let best_litres = best(&litres, at);
        let says_percent = unit.as_deref().is_some_and(|unit| unit.contains("percent") || unit.contains('%'));
        let is_percent = says_percent || (unit.is_none() && best_litres.is_some_and(|litres| litres > MOST_LITRES));
        let percent = match (best(&percents, at), best_litres, normal.and_then(|(_, normal)| normal.value(at))) {
            (Some(percent), _, _) => Some(percent),
            (None, Some(percent), _) if is_percent => {
                let column = litres.first().map_or("", |column| sheet.name(*column));
                ledger.report(IssueKind::PercentInLitres, Severity::Note, Place::cell(row, column, id), || {
                    let why = unit.as_deref().map_or("no unit and a number too large for litres".to_owned(), |unit| {
                        format!("the unit {}", quote(unit))
                    });
                    words(
                        format!("the column of litres holds a percentage: {why}"),
                        "Nothing needs to be done; it is read as percent of normal.",
                    )
                });
                Some(percent)
            }
            (None, Some(litres), Some(normal)) if normal > 0.0 => Some(100.0 * litres / normal),
            _ => None,
        };
        let Some(percent) = percent else {
            ledger.set_aside("no percent of normal, and no normal value to work it out from", row);
            continue;
        };
        let subject = rows.subject(place) as usize;
        visits.push((place, visit_at(subject, rows.times.month(place), percent, sheet.source(at))));
    }
    let hint = "Keep one row a subject and time; the first is used and this one is set aside.";
    let visits = keep_first(sheet, rows, name, visits, hint, join, ledger);
    add_visits(name, None, Some("%"), rows.times.unit, visits.into_iter(), join);
}
