//! `visits.csv`: numbers at visits. The ALSFRS-R total and its items are checked against each other and their ranges.

use super::{Sheet, Times, parse_item_label, read_times, report_all_missing, report_refused};
use crate::import::columns::Column;
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::{IssueKind, Role, Severity};
use crate::order::sort_by;
use crate::trial::Visit;
use crate::trial::alsfrs::{ITEM_MAX, Item, TOTAL, TOTAL_MAX, derive_total};

/// A column of numbers on its way to becoming an outcome; NaN where there is no value.
struct Scores {
    name: String,
    /// Where it stood in the file; a derived total stood nowhere.
    column: Option<usize>,
    values: Vec<f64>,
}

impl Scores {
    fn value(&self, place: usize) -> Option<f64> {
        self.values.get(place).copied().filter(|value| !value.is_nan())
    }
}

/// The columns by what they are, in the order in which they become outcomes.
#[derive(Default)]
struct ScoreColumns {
    total: Option<Scores>,
    others: Vec<Scores>,
    items: Vec<(Item, Scores)>,
}

impl ScoreColumns {
    fn all(&self) -> impl Iterator<Item = &Scores> {
        self.total.iter().chain(&self.others).chain(self.items.iter().map(|(_, scores)| scores))
    }
}

pub fn read_visits(mut sheet: Sheet<'_>, join: &mut Join, ledger: &mut Ledger) {
    let mut subjects = join.subjects_of_rows(&sheet, ledger);
    let times = read_times(&sheet, &mut subjects, &join.trial.subjects, ledger);
    let mut has_refused = vec![false; sheet.table.len];
    let mut scores = take_scores(&mut sheet, &subjects, &mut has_refused, join, ledger);
    check_ranges(&sheet, &mut scores, &subjects, &mut has_refused, join, ledger);
    settle_total(&sheet, &mut scores, &subjects, join, ledger);

    let mut is_usable = vec![false; sheet.table.len];
    for column in scores.all() {
        for (is_usable, value) in is_usable.iter_mut().zip(&column.values) {
            *is_usable |= !value.is_nan();
        }
    }
    for (place, subject) in subjects.iter_mut().enumerate() {
        if *subject != NO_SUBJECT && is_usable.get(place) != Some(&true) {
            let reason = if has_refused.get(place) == Some(&true) { "no usable value" } else { "no value" };
            ledger.set_aside(reason, sheet.table.row(place));
            *subject = NO_SUBJECT;
        }
    }
    let order = order_visits(&sheet, &scores, &subjects, &times, join, ledger);
    // Outcomes are several times as large as the columns they come from: what is not needed makes room, column by column.
    sheet.table.columns.clear();
    let ScoreColumns { total, others, items } = scores;
    for column in total.into_iter().chain(others).chain(items.into_iter().map(|(_, column)| column)) {
        write_outcome(column, &order, &subjects, &times, join, ledger);
    }
}

/// Takes the numbers out of the table, so that they are not held twice.
fn take_scores(
    sheet: &mut Sheet<'_>,
    subjects: &[u32],
    has_refused: &mut [bool],
    join: &Join,
    ledger: &mut Ledger,
) -> ScoreColumns {
    let mut scores = ScoreColumns::default();
    for column in 0..sheet.roles.len() {
        let is_score = |role: &Role| matches!(role, Role::Outcome | Role::AlsfrsItem(_) | Role::AlsfrsTotal);
        let Some(role) = sheet.roles.get(column).filter(|role| is_score(role)).cloned() else { continue };
        report_refused(sheet, column, subjects, join, ledger);
        let name = sheet.name(column).to_owned();
        let Some(Column::Number(numbers)) = sheet.table.columns.get_mut(column) else { continue };
        for (place, _) in &numbers.refused {
            if let Some(has_refused) = has_refused.get_mut(*place as usize) {
                *has_refused = true;
            }
        }
        let values = std::mem::take(&mut numbers.values);
        let column = Some(column);
        match role {
            Role::AlsfrsTotal if scores.total.is_none() => {
                scores.total = Some(Scores { name: TOTAL.to_owned(), column, values });
            }
            Role::AlsfrsItem(label) => match parse_item_label(&label) {
                Some(item) => scores.items.push((item, Scores { name, column, values })),
                None => scores.others.push(Scores { name, column, values }),
            },
            _ => scores.others.push(Scores { name, column, values }),
        }
    }
    scores
}

/// Totals are 0 to 48, items whole numbers of 0 to 4; other cells are refused.
fn check_ranges(
    sheet: &Sheet<'_>,
    scores: &mut ScoreColumns,
    subjects: &[u32],
    has_refused: &mut [bool],
    join: &Join,
    ledger: &mut Ledger,
) {
    let is_total = |value: f64| (0.0..=TOTAL_MAX).contains(&value);
    let is_item = |value: f64| (0.0..=ITEM_MAX).contains(&value) && value.fract() == 0.0;
    let total = scores.total.iter_mut().map(|scores| (IssueKind::TotalOutOfRange, scores));
    let items = scores.items.iter_mut().map(|(_, scores)| (IssueKind::ItemOutOfRange, scores));
    for (kind, scores) in total.chain(items) {
        let Some(column) = scores.column else { continue };
        for (place, value) in scores.values.iter_mut().enumerate() {
            let is_right = if kind == IssueKind::TotalOutOfRange { is_total(*value) } else { is_item(*value) };
            if value.is_nan() || is_right {
                continue;
            }
            let at = Place::cell(sheet.table.row(place), sheet.name(column), join.id_of_row(subjects, place));
            ledger.refuse_cell(column);
            ledger.report(kind, Severity::Error, at, || {
                let what = if kind == IssueKind::TotalOutOfRange {
                    format!("{value} is not an ALSFRS-R total, which is 0 to 48")
                } else {
                    format!("{value} is not an ALSFRS-R item, which is a whole number of 0 to 4")
                };
                words(what, "Correct the cell, or leave it empty if there is no value; it is left out meanwhile.")
            });
            *value = f64::NAN;
            if let Some(has_refused) = has_refused.get_mut(place) {
                *has_refused = true;
            }
        }
    }
}

/// The recorded total stands; where there is none, twelve items add up to one.
fn settle_total(sheet: &Sheet<'_>, scores: &mut ScoreColumns, subjects: &[u32], join: &Join, ledger: &mut Ledger) {
    let items = &scores.items;
    let item_at = |wanted: Item| items.iter().find(|(item, _)| *item == wanted).map(|(_, scores)| scores);
    let (five_a, five_b) = (item_at(Item::FiveA), item_at(Item::FiveB));
    let numbered: [Option<&Scores>; 12] = std::array::from_fn(|place| item_at(Item::Numbered(place)));
    let has_all = (0..12).all(|place| items.iter().any(|(item, _)| item.place() == place));
    if items.is_empty() {
        return;
    }
    let mut total = scores.total.take();
    let total_name = total.as_ref().and_then(|total| total.column).map(|column| sheet.name(column));
    for place in 0..sheet.table.len {
        let row = sheet.table.row(place);
        let id = join.id_of_row(subjects, place);
        let value = |scores: Option<&Scores>| scores.and_then(|scores| scores.value(place));
        let mut form: [Option<f64>; 12] = std::array::from_fn(|item| value(numbered.get(item).copied().flatten()));
        let five = match (value(five_a), value(five_b)) {
            (Some(_), Some(_)) => {
                let column = five_b.map_or("", |scores| scores.name.as_str());
                ledger.report(IssueKind::BothItemFive, Severity::Warning, Place::cell(row, column, id), || {
                    words(
                        "items 5a and 5b are both filled in, and only one of them counts",
                        "Keep 5a (no gastrostomy) or 5b (gastrostomy); no total is added up from the items of this \
                         visit, and a recorded total is used as it is.",
                    )
                });
                None
            }
            (five_a, five_b) => five_a.or(five_b),
        };
        if let Some(slot) = form.get_mut(Item::FiveA.place()) {
            *slot = five;
        }
        let Some(sum) = derive_total(&form).filter(|_| has_all) else { continue };
        let recorded = value(total.as_ref());
        match recorded {
            Some(recorded) if recorded == sum => {}
            Some(recorded) => {
                let at = Place::cell(row, total_name.unwrap_or(TOTAL), id);
                ledger.report(IssueKind::TotalDiffersFromItems, Severity::Warning, at, || {
                    words(
                        format!("the recorded total is {recorded} and the twelve items add up to {sum}"),
                        "Find out which is right and correct the other; the recorded total is used meanwhile.",
                    )
                });
            }
            None => {
                let total = total.get_or_insert_with(|| Scores {
                    name: TOTAL.to_owned(),
                    column: None,
                    values: vec![f64::NAN; sheet.table.len],
                });
                if let Some(value) = total.values.get_mut(place) {
                    *value = sum;
                }
                let at = Place { row: Some(row), column: total_name, subject: id };
                ledger.report(IssueKind::TotalFromItems, Severity::Note, at, || {
                    words(
                        "no usable total is recorded, so the sum of the twelve items is used",
                        "Nothing needs to be done if that is meant.",
                    )
                });
            }
        }
    }
    scores.total = total;
}

/// The rows that are used, by subject and time. Of two rows of a subject and time the first is used; a row that repeats
/// a visit of an earlier file, in an outcome that both files have, is set aside.
fn order_visits(
    sheet: &Sheet<'_>,
    scores: &ScoreColumns,
    subjects: &[u32],
    times: &Times,
    join: &Join,
    ledger: &mut Ledger,
) -> Vec<u32> {
    let key = |place: u32| {
        let subject = subjects.get(place as usize).copied().unwrap_or(NO_SUBJECT);
        (subject, times.months.get(place as usize).copied().unwrap_or(f64::NAN))
    };
    let mut order: Vec<u32> = (0..subjects.len() as u32).filter(|&place| key(place).0 != NO_SUBJECT).collect();
    let compare = |a: &u32, b: &u32| {
        let ((subject_a, time_a), (subject_b, time_b)) = (key(*a), key(*b));
        subject_a.cmp(&subject_b).then(time_a.total_cmp(&time_b)).then(a.cmp(b))
    };
    if !order.is_sorted_by(|a, b| compare(a, b).is_lt()) {
        sort_by(&mut order, compare);
    }
    let earlier: Vec<_> = scores
        .all()
        .filter_map(|column| join.trial.outcome(&column.name))
        .filter(|known| !known.visits.is_empty())
        .collect();
    let is_in_earlier_file = |(subject, time): (u32, f64)| {
        earlier.iter().any(|outcome| {
            let sought =
                |visit: &Visit| visit.subject.cmp(&(subject as usize)).then(visit.time_months.total_cmp(&time));
            outcome.visits.binary_search_by(sought).is_ok()
        })
    };
    let mut repeated: Vec<u32> = Vec::new();
    let mut last = (NO_SUBJECT, f64::NAN);
    order.retain(|&place| {
        let this = key(place);
        let is_repeated = this == last || is_in_earlier_file(this);
        last = this;
        if is_repeated {
            repeated.push(place);
        }
        !is_repeated
    });
    sort_by(&mut repeated, u32::cmp);
    let time_name = sheet.find(|role| matches!(role, Role::Time(_))).map_or("", |column| sheet.name(column));
    for place in repeated {
        let place = place as usize;
        let row = sheet.table.row(place);
        ledger.set_aside("visit occurs before", row);
        let at = Place::cell(row, time_name, join.id_of_row(subjects, place));
        ledger.report(IssueKind::DuplicateVisit, Severity::Error, at, || {
            words(
                "this subject has a visit at this time already",
                "Keep one row a subject and time; the first is used and this one is set aside.",
            )
        });
    }
    order
}

fn write_outcome(column: Scores, order: &[u32], subjects: &[u32], times: &Times, join: &mut Join, ledger: &mut Ledger) {
    if column.values.iter().all(|value| value.is_nan()) {
        report_all_missing(&column.name, ledger);
        return;
    }
    let visits = order.iter().filter_map(|&place| {
        let place = place as usize;
        let value = column.value(place)?;
        let subject = *subjects.get(place)? as usize;
        Some(Visit { subject, time_months: *times.months.get(place)?, value })
    });
    let count = visits.clone().count();
    if count == 0 {
        // Its values stand in rows that were set aside, which have their own issues.
        return;
    }
    let Some(outcome) = join.outcome_mut(&column.name, times.unit) else { return };
    let is_new = outcome.visits.is_empty();
    outcome.visits.reserve_exact(count);
    outcome.visits.extend(visits);
    if !is_new {
        sort_by(&mut outcome.visits, |a, b| a.subject.cmp(&b.subject).then(a.time_months.total_cmp(&b.time_months)));
    }
}
