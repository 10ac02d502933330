//! When each row was: a number, a day that counts from 1, a date, or a visit with a name.

use std::collections::BTreeMap;

use super::Sheet;
use crate::import::cell::quote;
use crate::import::columns::{Column, TextColumn};
use crate::import::date::{DateCell, Day, parse_date};
use crate::import::dialect::DateOrder;
use crate::import::format::is_unplanned;
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::visit_name::parse_visit_name;
use crate::import::{IssueKind, Role, Severity, VisitTime};
use crate::trial::TimeUnit;

/// Months from baseline, by place; NaN where there is no usable time.
pub struct Times {
    pub months: Vec<f64>,
    pub unit: TimeUnit,
    /// Where the time stood; a visit that columns are named after has none.
    column: Option<usize>,
    problems: BTreeMap<u32, Problem>,
}

#[derive(Debug, Clone, PartialEq)]
enum Problem {
    Empty,
    /// A visit without a name, as unscheduled ones are in analysis sets.
    Unnamed,
    NotANumber(String),
    Date(BadDate),
    /// A date, and no date to count from.
    NoStart,
    VisitWithoutTime(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum BadDate {
    Empty,
    NotADate(String),
    Incomplete(String),
    Ambiguous(String),
}

impl Times {
    pub fn month(&self, place: u32) -> f64 {
        self.months.get(place as usize).copied().unwrap_or(f64::NAN)
    }

    pub fn column_name<'s>(&self, sheet: &'s Sheet<'_>) -> &'s str {
        self.column.map_or("", |column| sheet.name(column))
    }

    /// Sets a row without a usable time aside, with what is wrong.
    pub fn report(&self, sheet: &Sheet<'_>, place: u32, id: Option<&str>, ledger: &mut Ledger) {
        let row = sheet.table.row(place as usize);
        ledger.set_aside("no usable time", row);
        let at = Place::cell(row, self.column_name(sheet), id);
        let not_a_date = "Give the time from baseline as a number (0 at baseline) or as a date; the row is set aside.";
        match self.problems.get(&place) {
            Some(Problem::Unnamed) => ledger.report(IssueKind::VisitWithoutTime, Severity::Note, at, || {
                words(
                    "the row belongs to no visit that is named",
                    "Nothing needs to be done if such rows belong to no analysis; choose another column as the time if they do. \
                     They are set aside.",
                )
            }),
            None | Some(Problem::Empty) => ledger.report(IssueKind::BadTime, Severity::Error, at, || {
                words("no time is given", "Give the time from baseline as a number (0 at baseline) or as a date; the row is set aside.")
            }),
            Some(Problem::NotANumber(cell)) => ledger.report(IssueKind::BadTime, Severity::Error, at, || {
                let hint = if matches!(parse_date(cell, None), DateCell::NotADate) {
                    not_a_date
                } else {
                    "These are dates: set the column\u{2019}s role to \u{201c}date\u{201d}. The row is set aside."
                };
                words(format!("{} is not a number of months or days", quote(cell)), hint)
            }),
            Some(Problem::Date(bad)) => bad.report(at, "the row is set aside", ledger),
            Some(Problem::NoStart) => ledger.report(IssueKind::BadTime, Severity::Error, at, || {
                words(
                    "the date cannot be counted from baseline, since no baseline date of this subject is known",
                    "Add a column with the date of baseline or randomisation to the subjects file; the row is set aside.",
                )
            }),
            Some(Problem::VisitWithoutTime(visit)) if is_unplanned(visit) => {
                ledger.report(IssueKind::VisitWithoutTime, Severity::Note, at, || {
                    words(
                        format!("visit {} has no planned time", quote(visit)),
                        "Nothing needs to be done if such visits belong to no analysis; give them a time under \u{201c}Visits\u{201d} \
                         if they do. Their rows are set aside.",
                    )
                });
            }
            Some(Problem::VisitWithoutTime(visit)) => {
                ledger.report(IssueKind::VisitWithoutTime, Severity::Question, at, || {
                    words(
                        format!("the name of visit {} does not tell when it was", quote(visit)),
                        "Fill in the visits\u{2019} times under \u{201c}Visits\u{201d} of this file, or drop a table with the columns \
                         visit and month; rows of such visits are set aside until then.",
                    )
                });
            }
        }
    }
}

impl BadDate {
    pub fn report(&self, at: Place<'_>, meanwhile: &str, ledger: &mut Ledger) {
        match self {
            Self::Empty => ledger.report(IssueKind::BadTime, Severity::Error, at, || {
                words("no date is given", format!("Give a date such as 2012-03-01; {meanwhile}."))
            }),
            Self::Ambiguous(cell) => ledger.report(IssueKind::AmbiguousDates, Severity::Question, at, || {
                words(
                    format!(
                        "nothing in the column tells whether {} begins with the day or with the month",
                        quote(cell)
                    ),
                    format!("Choose the order of dates under \u{201c}How it was read\u{201d}; {meanwhile} until then."),
                )
            }),
            Self::Incomplete(cell) => ledger.report(IssueKind::BadTime, Severity::Error, at, || {
                words(
                    format!("the date {} lacks its day or its month", quote(cell)),
                    format!("No day is made up for it; {meanwhile}."),
                )
            }),
            Self::NotADate(cell) => ledger.report(IssueKind::ImpossibleDate, Severity::Error, at, || {
                words(
                    format!("{} is no date of the calendar, or none that a trial can have", quote(cell)),
                    format!("Correct the cell; {meanwhile}."),
                )
            }),
        }
    }
}

/// A column of dates: each distinct cell is understood once.
pub struct DateColumn {
    codes: Vec<u32>,
    days: Vec<Result<Day, BadDate>>,
}

impl DateColumn {
    pub fn new(texts: &TextColumn<'_>, chosen: Option<DateOrder>) -> Self {
        let order = chosen.or_else(|| order_of(texts));
        let day = |cell: &str| match parse_date(cell, order) {
            DateCell::Day(day) => Ok(day),
            DateCell::Ambiguous { .. } => Err(BadDate::Ambiguous(cell.to_owned())),
            DateCell::Incomplete => Err(BadDate::Incomplete(cell.to_owned())),
            DateCell::NotADate => Err(BadDate::NotADate(cell.to_owned())),
        };
        Self { codes: texts.codes.clone(), days: texts.values.iter().map(|cell| day(cell)).collect() }
    }

    pub fn of_column(sheet: &Sheet<'_>, column: usize) -> Option<Self> {
        sheet.table.text(column).map(|texts| Self::new(texts, sheet.date_order))
    }

    pub fn day(&self, place: usize) -> Option<Day> {
        let code = *self.codes.get(place)?;
        self.days.get(code as usize)?.as_ref().ok().copied()
    }

    pub fn bad(&self, place: usize) -> Option<&BadDate> {
        let code = *self.codes.get(place)?;
        match self.days.get(code as usize) {
            None => Some(&BadDate::Empty),
            Some(day) => day.as_ref().err(),
        }
    }

    /// A cell that says something that is no date.
    pub fn report(&self, sheet: &Sheet<'_>, column: usize, place: usize, id: Option<&str>, ledger: &mut Ledger) {
        if let Some(bad) = self.bad(place).filter(|bad| **bad != BadDate::Empty) {
            ledger.refuse_cell(column);
            let at = Place::cell(sheet.table.row(place), sheet.name(column), id);
            bad.report(at, "the cell is left out", ledger);
        }
    }
}

/// The order that the column's own dates prove: 31/12/2011 begins with the day, 12/31/2011 with the month.
fn order_of(texts: &TextColumn<'_>) -> Option<DateOrder> {
    let is_day_only = |order| {
        move |cell: &&std::borrow::Cow<'_, str>| {
            matches!(parse_date(cell, None), DateCell::Day(_))
                && matches!(parse_date(cell, Some(order)), DateCell::NotADate)
                && cell.bytes().any(|byte| byte == b'/' || byte == b'.' || byte == b'-')
        }
    };
    let not_month_first = texts.values.iter().any(|cell| is_day_only(DateOrder::MonthFirst)(&cell));
    let not_day_first = texts.values.iter().any(|cell| is_day_only(DateOrder::DayFirst)(&cell));
    match (not_month_first, not_day_first) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        // Points between day, month and year are written where the day comes first.
        (false, false)
            if texts.values.iter().all(|cell| cell.matches('.').count() >= 2) && !texts.values.is_empty() =>
        {
            Some(DateOrder::DayFirst)
        }
        _ => None,
    }
}

/// The order of dates that the file's own dates prove, where they all agree.
pub fn found_date_order(table: &crate::import::columns::Table<'_>, roles: &[Role]) -> Option<DateOrder> {
    let is_date = |role: &Role| {
        matches!(
            role,
            Role::Date
                | Role::BaselineDate
                | Role::RandomisationDate
                | Role::FirstDoseDate
                | Role::LastDoseDate
                | Role::BirthDate
                | Role::OnsetDate
                | Role::EventDate
                | Role::LastContactDate
                | Role::StartDate
                | Role::EndDate
        )
    };
    let dates = roles.iter().enumerate().filter(|(_, role)| is_date(role)).filter_map(|(column, _)| table.text(column));
    let mut found: Vec<DateOrder> = dates.filter_map(order_of).collect();
    found.dedup();
    match found.as_slice() {
        [order] => Some(*order),
        _ => None,
    }
}

/// The row's time by the one column that gives it.
pub fn resolve_times(
    sheet: &Sheet<'_>,
    subjects: &[u32],
    visits: &[VisitTime],
    join: &mut Join,
    ledger: &mut Ledger,
) -> Times {
    let find = |is_wanted: fn(&Role) -> bool| sheet.find(is_wanted);
    if let Some(column) = find(|role| matches!(role, Role::Time(_) | Role::StudyDay)) {
        return times_of_numbers(sheet, column);
    }
    if let Some(column) = find(|role| *role == Role::Date) {
        return times_of_dates(sheet, column, subjects, join, ledger);
    }
    if let Some(column) = find(|role| *role == Role::VisitName) {
        return times_of_names(sheet, column, visits, join, ledger);
    }
    let unit =
        match sheet.roles.iter().find_map(|role| if let Role::FollowUp(unit) = role { Some(*unit) } else { None }) {
            Some(unit) => unit,
            None => TimeUnit::Days,
        };
    Times { months: vec![f64::NAN; sheet.table.len], unit, column: None, problems: BTreeMap::new() }
}

fn times_of_numbers(sheet: &Sheet<'_>, column: usize) -> Times {
    let (unit, is_study_day) = match sheet.roles.get(column) {
        Some(Role::Time(unit)) => (*unit, false),
        _ => (TimeUnit::Days, true),
    };
    let mut problems = BTreeMap::new();
    let Some(numbers) = sheet.table.number(column) else {
        return Times { months: vec![f64::NAN; sheet.table.len], unit, column: Some(column), problems };
    };
    let mut months = Vec::with_capacity(numbers.values.len());
    for (place, &value) in numbers.values.iter().enumerate() {
        // Adding zero makes -0 a 0, so that both are the same visit.
        months.push(unit.to_months(if is_study_day { from_study_day(value) } else { value }) + 0.0);
        if value.is_nan()
            && let Some(cell) = numbers.refused_cell(place)
        {
            problems.insert(place as u32, Problem::NotANumber(cell.to_owned()));
        }
    }
    Times { months, unit, column: Some(column), problems }
}

/// CDISC counts days from 1 at baseline and from -1 on the day before.
pub fn from_study_day(day: f64) -> f64 {
    if day > 0.0 { day - 1.0 } else { day }
}

fn times_of_dates(sheet: &Sheet<'_>, column: usize, subjects: &[u32], join: &mut Join, ledger: &mut Ledger) -> Times {
    let mut problems = BTreeMap::new();
    let mut months = vec![f64::NAN; sheet.table.len];
    let Some(dates) = DateColumn::of_column(sheet, column) else {
        return Times { months, unit: TimeUnit::Days, column: Some(column), problems };
    };
    assume_starts(sheet, column, &dates, subjects, join, ledger);
    for (place, slot) in months.iter_mut().enumerate() {
        let subject = subjects.get(place).copied().unwrap_or(NO_SUBJECT);
        match dates.bad(place) {
            Some(BadDate::Empty) => {
                problems.insert(place as u32, Problem::Empty);
            }
            Some(bad) => {
                ledger.refuse_cell(column);
                problems.insert(place as u32, Problem::Date(bad.clone()));
            }
            None => match (dates.day(place), join.start_day(subject)) {
                (Some(day), Some(start)) => *slot = TimeUnit::Days.to_months(f64::from(day.0 - start.0)),
                _ if subject != NO_SUBJECT => {
                    problems.insert(place as u32, Problem::NoStart);
                }
                _ => {}
            },
        }
    }
    Times { months, unit: TimeUnit::Days, column: Some(column), problems }
}

/// Where no file gives a subject's baseline date, the visit that is called baseline gives it, else the first visit.
fn assume_starts(
    sheet: &Sheet<'_>,
    column: usize,
    dates: &DateColumn,
    subjects: &[u32],
    join: &mut Join,
    ledger: &mut Ledger,
) {
    let names = sheet.text(|role| *role == Role::VisitName).map(|(_, names)| names);
    let is_baseline = |place: usize| {
        let name = names.and_then(|names| names.value(place));
        name.and_then(parse_visit_name).is_some_and(|named| named.time == 0.0)
    };
    let mut first: BTreeMap<u32, (bool, Day)> = BTreeMap::new();
    for (place, &subject) in subjects.iter().enumerate() {
        let Some(day) = dates.day(place).filter(|_| subject != NO_SUBJECT && join.start_day(subject).is_none()) else {
            continue;
        };
        let this = (!is_baseline(place), day);
        first.entry(subject).and_modify(|first| *first = (*first).min(this)).or_insert(this);
    }
    for (&subject, &(is_first_visit, day)) in &first {
        join.set_start_day(subject, day);
        let id = join.trial.subjects.get(subject as usize).map(|subject| subject.id.clone());
        let at = Place { row: None, column: Some(sheet.name(column)), subject: id.as_deref() };
        ledger.report(IssueKind::BaselineAssumed, Severity::Warning, at, || {
            let which = if is_first_visit { "the first date" } else { "the visit called baseline" };
            words(
                format!("no file gives this subject\u{2019}s date of baseline, and {which} of this column stands in for it"),
                "Add a column with the date of baseline or randomisation to the subjects file, or confirm that time counts \
                 from that visit.",
            )
        });
    }
}

fn times_of_names(sheet: &Sheet<'_>, column: usize, visits: &[VisitTime], join: &Join, ledger: &mut Ledger) -> Times {
    let mut problems = BTreeMap::new();
    let Some(names) = sheet.table.text(column) else {
        let months = vec![f64::NAN; sheet.table.len];
        return Times { months, unit: TimeUnit::Months, column: Some(column), problems };
    };
    let time_of = |name: &str| {
        let known = visits.iter().chain(&join.schedule).find(|visit| visit.visit == name && visit.time.is_some());
        known.and_then(|visit| Some((visit.time?, visit.unit)))
    };
    let times: Vec<Option<(f64, TimeUnit)>> = names.values.iter().map(|name| time_of(name)).collect();
    // The unit of most visits is the one that is shown.
    let count = |unit| times.iter().flatten().filter(|(time, known)| *time != 0.0 && *known == unit).count();
    let unit = [TimeUnit::Months, TimeUnit::Weeks, TimeUnit::Days]
        .into_iter()
        .rev()
        .max_by_key(|unit| count(*unit))
        .unwrap_or_default();
    let mut months = Vec::with_capacity(names.codes.len());
    for (place, &code) in names.codes.iter().enumerate() {
        match (times.get(code as usize), names.value_of_code(code)) {
            (Some(Some((time, unit))), _) => months.push(unit.to_months(*time) + 0.0),
            (_, name) => {
                months.push(f64::NAN);
                let problem = match name {
                    Some(name) => {
                        ledger.refuse_cell(column);
                        Problem::VisitWithoutTime(name.to_owned())
                    }
                    None => Problem::Unnamed,
                };
                problems.insert(place as u32, problem);
            }
        }
    }
    Times { months, unit, column: Some(column), problems }
}

/// The time of a visit that columns are named after; nothing, and a question, when nobody knows it.
pub fn times_of_visit(
    sheet: &Sheet<'_>,
    visit: &VisitTime,
    join: &Join,
    ledger: &mut Ledger,
    is_at_visit: impl Fn(&Role) -> bool,
) -> Option<Times> {
    let known = match visit.time {
        Some(time) => Some((time, visit.unit)),
        None => {
            let scheduled = join.schedule.iter().find(|known| known.visit.eq_ignore_ascii_case(&visit.visit));
            scheduled.and_then(|known| Some((known.time?, known.unit)))
        }
    };
    let Some((time, unit)) = known else {
        // One question for the file, however many visits it names.
        ledger.report(IssueKind::VisitWithoutTime, Severity::Question, Place::default(), || {
            let column = sheet.find(is_at_visit).map_or("", |column| sheet.name(column));
            words(
                format!(
                    "columns such as {} are named after visits, and {} does not tell when it was",
                    quote(column),
                    quote(&visit.visit)
                ),
                "Fill in the visits\u{2019} times under \u{201c}Visits\u{201d} of this file, or drop a table with the columns visit \
                 and month; the columns of such visits are not read until then.",
            )
        });
        return None;
    };
    let months = vec![unit.to_months(time) + 0.0; sheet.table.len];
    Some(Times { months, unit, column: None, problems: BTreeMap::new() })
}

impl Column<'_> {
    pub fn says_anything(&self) -> bool {
        match self {
            Self::Number(numbers) => numbers.missing < numbers.values.len() as u64,
            Self::Text(texts) => !texts.values.is_empty(),
        }
    }

    /// Whether the cell at this place says anything, be it usable or not.
    pub fn says(&self, place: usize) -> bool {
        match self {
            Self::Number(numbers) => numbers.value(place).is_some() || numbers.refused_cell(place).is_some(),
            Self::Text(texts) => texts.value(place).is_some(),
        }
    }
}
