//! A table with its columns' roles, read into the trial. A table may say several things: who is in the trial, what was
//! measured at visits, when people died. It is read in one pass for each, and a row is used when any pass uses it.

mod adverse_events;
mod biomarkers;
mod breathing;
mod disposition;
mod facts;
mod fate_words;
mod measurements;
mod samples;
mod schedule;
mod survival;
mod times;
mod visits;

use super::cell::{parse_yes_no, quote};
use super::columns::{Column, NumberColumn, Table, TextColumn};
use super::date::Day;
use super::dialect::DateOrder;
use super::join::{Join, NO_SUBJECT};
use super::ledger::{Ledger, Place, words};
use super::{FileMapping, IssueKind, Measure, Role, Severity, TableKind};
use crate::trial::SourceRow;
pub use facts::labels;
pub use fate_words::names_an_event;
pub use times::{Times, found_date_order};

/// A table and what its columns mean.
pub struct Sheet<'a> {
    pub table: Table<'a>,
    pub roles: Vec<Role>,
    pub units: Vec<Option<String>>,
    pub date_order: Option<DateOrder>,
    /// What row 0 of this file is in the count through all files.
    pub source_base: u32,
}

impl<'a> Sheet<'a> {
    pub fn find(&self, is_wanted: impl Fn(&Role) -> bool) -> Option<usize> {
        self.roles.iter().position(is_wanted)
    }

    pub fn has(&self, is_wanted: impl Fn(&Role) -> bool) -> bool {
        self.find(is_wanted).is_some()
    }

    pub fn name(&self, column: usize) -> &str {
        self.table.header.get(column).map_or("", String::as_str)
    }

    pub fn text(&self, is_wanted: impl Fn(&Role) -> bool) -> Option<(usize, &TextColumn<'a>)> {
        let column = self.find(is_wanted)?;
        Some((column, self.table.text(column)?))
    }

    pub fn number(&self, is_wanted: impl Fn(&Role) -> bool) -> Option<(usize, &NumberColumn<'a>)> {
        let column = self.find(is_wanted)?;
        Some((column, self.table.number(column)?))
    }

    pub fn source(&self, place: usize) -> SourceRow {
        SourceRow(self.source_base.saturating_add(self.table.row(place) as u32))
    }

    fn all_places(&self) -> Vec<u32> {
        (0..self.table.len as u32).collect()
    }

    /// Places at which any column of the given roles says something.
    fn places_with(&self, is_wanted: impl Fn(&Role) -> bool) -> Vec<u32> {
        let columns: Vec<&Column<'a>> = self
            .roles
            .iter()
            .zip(&self.table.columns)
            .filter(|(role, _)| is_wanted(role))
            .map(|(_, column)| column)
            .collect();
        (0..self.table.len as u32).filter(|&place| columns.iter().any(|column| column.says(place as usize))).collect()
    }
}

/// Who and when each row of a sheet is about.
pub struct Rows {
    pub subjects: Vec<u32>,
    pub times: Times,
}

impl Rows {
    pub fn subject(&self, place: u32) -> u32 {
        self.subjects.get(place as usize).copied().unwrap_or(NO_SUBJECT)
    }
}

/// Roles that say something about a subject, whenever it was.
fn is_fact(role: &Role) -> bool {
    matches!(
        role,
        Role::Covariate
            | Role::BaselineDate
            | Role::RandomisationDate
            | Role::FirstDoseDate
            | Role::LastDoseDate
            | Role::BirthDay
            | Role::BirthDate
            | Role::OnsetDay
            | Role::OnsetDate
    )
}

fn is_score(role: &Role) -> bool {
    matches!(role, Role::Outcome | Role::AlsfrsItem(_) | Role::AlsfrsTotal | Role::Level)
}

fn is_fate(role: &Role) -> bool {
    matches!(role, Role::Event | Role::Censoring | Role::EventDate | Role::LastContactDate | Role::FollowUp(_))
}

fn is_breath(role: &Role) -> bool {
    matches!(role, Role::Litres | Role::PercentOfNormal)
}

/// Fills the trial from a table whose required columns are there.
pub fn read_sheet(mut sheet: Sheet<'_>, mapping: &FileMapping, join: &mut Join, ledger: &mut Ledger) {
    report_number_format(&sheet, ledger);
    match mapping.table {
        TableKind::VisitSchedule => return schedule::read_schedule(&sheet, join, ledger),
        TableKind::Dictionary => return schedule::read_dictionary(&sheet, join, ledger),
        TableKind::Unrecognised => return ledger.set_aside_all("not used", &sheet.table),
        TableKind::Subjects
        | TableKind::Characteristics
        | TableKind::Visits
        | TableKind::Measurements
        | TableKind::Biomarkers
        | TableKind::Breathing
        | TableKind::Survival
        | TableKind::AdverseEvents
        | TableKind::Disposition
        | TableKind::Mixed => {}
    }
    leave_out_rows(&sheet, ledger);
    let is_roster = mapping.table == TableKind::Subjects;
    let subjects =
        if is_roster { facts::read_roster(&sheet, join, ledger) } else { join.subjects_of_rows(&sheet, ledger) };
    if is_roster || sheet.has(is_fact) {
        let places = if is_roster { sheet.all_places() } else { sheet.places_with(is_fact) };
        in_pass(&sheet, &places, &subjects, ledger, |ledger| {
            facts::read_facts(&sheet, &subjects, is_roster, join, ledger);
        });
    } else if mapping.table == TableKind::Characteristics {
        // An arm, and nothing else.
        in_pass(&sheet, &sheet.all_places(), &subjects, ledger, |_| ());
    }
    let is_mixed = matches!(mapping.table, TableKind::Mixed | TableKind::Subjects | TableKind::Characteristics);
    let times = times::resolve_times(&sheet, &subjects, &mapping.visit_times, join, ledger);
    let rows = Rows { subjects, times };
    read_visits_of_columns(&mut sheet, mapping, &rows, join, ledger);
    if sheet.has(|role| *role == Role::Parameter) {
        let places = if is_mixed { sheet.places_with(|role| *role == Role::Parameter) } else { sheet.all_places() };
        measurements::read_measurements(&sheet, &rows, &places, mapping, join, ledger);
    }
    if sheet.has(|role| *role == Role::Analyte) {
        let places = if is_mixed { sheet.places_with(|role| *role == Role::Analyte) } else { sheet.all_places() };
        in_pass_of(&sheet, &places, &rows, ledger, |ledger| {
            biomarkers::read_biomarkers(&sheet, &rows, &places, mapping, join, ledger);
        });
    }
    if sheet.has(is_breath) {
        let places = sheet.all_places();
        in_pass_of(&sheet, &places, &rows, ledger, |ledger| {
            breathing::read_breathing(&sheet, &rows, &places, mapping, join, ledger);
        });
    }
    if sheet.has(|role| matches!(role, Role::Event | Role::Censoring | Role::EventDate)) {
        let places = if is_mixed { sheet.places_with(is_fate) } else { sheet.all_places() };
        in_pass_of(&sheet, &places, &rows, ledger, |ledger| {
            survival::read_survival(&sheet, &rows, &places, mapping, join, ledger);
        });
    }
    if mapping.table == TableKind::Disposition {
        in_pass_of(&sheet, &sheet.all_places(), &rows, ledger, |ledger| {
            disposition::read_disposition(&sheet, &rows, join, ledger);
        });
    } else if sheet.has(|role| *role == Role::Term) {
        let places = if is_mixed { sheet.places_with(|role| *role == Role::Term) } else { sheet.all_places() };
        in_pass_of(&sheet, &places, &rows, ledger, |ledger| {
            adverse_events::read_adverse_events(&sheet, &rows, &places, join, ledger);
        });
    }
    if sheet.has(is_score) {
        let places = if is_mixed { sheet.places_with(is_score) } else { sheet.all_places() };
        // Last, since it takes the columns out of the table.
        let rows_of_pass: Vec<u64> = numbers_of(&sheet, &places, &rows.subjects);
        ledger.begin_pass();
        let is_level = |role: &Role| *role == Role::Level;
        let is_outcome = |role: &Role| is_score(role) && !is_level(role);
        let series = visits::Series::of_roles(&sheet, is_outcome);
        let levels = visits::Series::of_roles(&sheet, is_level);
        visits::read_visits(&mut sheet, series, levels, &rows, &places, join, ledger);
        ledger.end_pass(rows_of_pass.into_iter());
    }
    ledger.set_aside_unseen("nothing in the row is used", &sheet.table);
}

/// One pass for each visit that columns are named after.
fn read_visits_of_columns(
    sheet: &mut Sheet<'_>,
    mapping: &FileMapping,
    rows: &Rows,
    join: &mut Join,
    ledger: &mut Ledger,
) {
    if !sheet.has(|role| matches!(role, Role::At { .. })) {
        return;
    }
    for visit in &mapping.visit_times {
        let is_wanted = |role: &Role| matches!(role, Role::At { visit: at, .. } if *at == visit.visit);
        let places = sheet.places_with(is_wanted);
        let Some(times) = times::times_of_visit(sheet, visit, join, ledger, is_wanted) else { continue };
        let at_visit = Rows { subjects: rows.subjects.clone(), times };
        let rows_of_pass = numbers_of(sheet, &places, &rows.subjects);
        let series = visits::Series::of_visit(sheet, &visit.visit, false);
        let levels = visits::Series::of_visit(sheet, &visit.visit, true);
        ledger.begin_pass();
        visits::read_visits(sheet, series, levels, &at_visit, &places, join, ledger);
        ledger.end_pass(rows_of_pass.into_iter());
    }
}

fn numbers_of(sheet: &Sheet<'_>, places: &[u32], subjects: &[u32]) -> Vec<u64> {
    let has_subject = |place: &&u32| subjects.get(**place as usize).is_some_and(|subject| *subject != NO_SUBJECT);
    places.iter().filter(has_subject).map(|&place| sheet.table.row(place as usize)).collect()
}

fn in_pass(sheet: &Sheet<'_>, places: &[u32], subjects: &[u32], ledger: &mut Ledger, read: impl FnOnce(&mut Ledger)) {
    let rows = numbers_of(sheet, places, subjects);
    ledger.begin_pass();
    read(ledger);
    ledger.end_pass(rows.into_iter());
}

fn in_pass_of(sheet: &Sheet<'_>, places: &[u32], rows: &Rows, ledger: &mut Ledger, read: impl FnOnce(&mut Ledger)) {
    in_pass(sheet, places, &rows.subjects, ledger, read);
}

/// Rows that a flag or a mark of imputation leaves out.
fn leave_out_rows(sheet: &Sheet<'_>, ledger: &mut Ledger) {
    for (column, role) in sheet.roles.iter().enumerate() {
        let Some(texts) = sheet.table.text(column) else { continue };
        let reason: Vec<Option<String>> = match role {
            Role::OnlyYes => {
                let leaves = |value: &str| parse_yes_no(value) == Some(false);
                let says = |value: &str| format!("{} is {value}", sheet.name(column));
                texts.values.iter().map(|value| leaves(value).then(|| says(value))).collect()
            }
            Role::OnlyEmpty => {
                texts.values.iter().map(|value| Some(format!("{} is {value}", sheet.name(column)))).collect()
            }
            _ => continue,
        };
        // A flag of which only the yes is written leaves out what is empty.
        let only_yes = *role == Role::OnlyYes && texts.values.iter().all(|value| parse_yes_no(value) == Some(true));
        for (place, &code) in texts.codes.iter().enumerate() {
            let row = sheet.table.row(place);
            if ledger.is_set_aside(row) {
                continue;
            }
            match reason.get(code as usize) {
                Some(Some(reason)) => ledger.set_aside(reason, row),
                None if only_yes && !texts.values.is_empty() => {
                    ledger.set_aside(&format!("{} is empty", sheet.name(column)), row);
                }
                _ => {}
            }
        }
    }
}

fn report_number_format(sheet: &Sheet<'_>, ledger: &mut Ledger) {
    let is_used = |column: usize| sheet.roles.get(column).is_some_and(|role| *role != Role::Ignored);
    let mut used = sheet.table.columns.iter().enumerate().filter(|(column, _)| is_used(*column));
    if sheet.table.format.is_undecided {
        for (column, cells) in used {
            let Column::Number(numbers) = cells else { continue };
            let either = numbers.marks.either_comma + numbers.marks.either_point;
            if either == 0 {
                continue;
            }
            ledger.report(IssueKind::AmbiguousNumbers, Severity::Question, Place::column(sheet.name(column)), || {
                let refused = numbers.refused.iter().find(|(_, cell)| cell.contains([',', '.']));
                let example = refused.map_or_else(String::new, |(_, cell)| format!(" such as {}", quote(cell)));
                words(
                    format!("nothing in the file tells whether the mark in cells{example} parts thousands or decimals"),
                    "Choose the file\u{2019}s decimal mark under \u{201c}How it was read\u{201d}; these cells are not read until then.",
                )
            });
        }
        return;
    }
    if sheet.table.marks.is_mixed() {
        let other = if sheet.table.format.decimal_mark == b',' { "points" } else { "commas" };
        ledger.report(IssueKind::MixedMarks, Severity::Warning, Place::default(), || {
            words(
                format!("some numbers have decimal points and some have decimal commas; {other} are in the minority and are not read"),
                "Export the file again from one source, or correct the cells that are listed as not being numbers.",
            )
        });
    } else if sheet.table.format.decimal_mark == b','
        && used.any(|(_, column)| matches!(column, Column::Number(numbers) if numbers.marks.commas() + numbers.marks.either_comma > 0))
    {
        ledger.report(IssueKind::DecimalComma, Severity::Note, Place::default(), || {
            words(
                "commas are read as decimal commas (0,5 is one half)",
                "Nothing needs to be done if that is meant.",
            )
        });
    }
}

fn report_not_a_number(
    sheet: &Sheet<'_>,
    column: usize,
    place: usize,
    cell: &str,
    id: Option<&str>,
    ledger: &mut Ledger,
) {
    if sheet.table.format.is_undecided && super::number_format::Marks::default().see(cell) {
        return; // it has its own question
    }
    let at = Place::cell(sheet.table.row(place), sheet.name(column), id);
    ledger.report(IssueKind::NotANumber, Severity::Error, at, || {
        let hint = if super::number_format::Marks::default().see(cell) {
            "The file\u{2019}s other numbers have another decimal mark; correct the cell or choose the mark. The cell is left \
             out meanwhile."
        } else {
            "Correct the cell, or leave it empty if there is no value; it is left out meanwhile."
        };
        words(format!("{} is not a number", quote(cell)), hint)
    });
}

fn report_all_missing(name: &str, ledger: &mut Ledger) {
    ledger.report(IssueKind::AllMissing, Severity::Warning, Place::column(name), || {
        words(
            "no cell of this column holds a usable value",
            "Check the export; the column is left out and the others are analysed.",
        )
    });
}

/// A number of days from the subject's start, from a cell with a date; a refused cell is reported.
fn day_from_start(
    sheet: &Sheet<'_>,
    column: usize,
    days: &times::DateColumn,
    place: usize,
    start: Option<Day>,
    id: Option<&str>,
    ledger: &mut Ledger,
) -> Option<f64> {
    match (days.day(place), start) {
        (Some(day), Some(start)) => Some(f64::from(day.0 - start.0)),
        (Some(_), None) => {
            ledger.refuse_cell(column);
            let at = Place::cell(sheet.table.row(place), sheet.name(column), id);
            ledger.report(IssueKind::BadTime, Severity::Warning, at, || {
                words(
                    "the date cannot be counted from baseline, since no baseline date of this subject is known",
                    "Add a column with the date of baseline or randomisation to the subjects file; the date is left out.",
                )
            });
            None
        }
        (None, _) => {
            days.report(sheet, column, place, id, ledger);
            None
        }
    }
}

impl Join {
    pub fn id_of_row(&self, subjects: &[u32], place: usize) -> Option<&str> {
        let subject = subjects.get(place)?;
        self.trial.subjects.get(*subject as usize).map(|subject| subject.id.as_str())
    }
}

/// What a parameter of a long table stands for.
fn measure_of<'m>(mapping: &'m FileMapping, parameter: &str) -> Option<&'m Measure> {
    mapping.parameters.iter().find(|known| known.parameter == parameter).map(|known| &known.measure)
}
