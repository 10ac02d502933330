//! The tidy tables: which one a file is, which role each column has, and what their readers share.
//! `docs/formats/tidy.md` is this module in words.

mod adverse_events;
mod biomarkers;
mod subjects;
mod survival;
mod visits;

use super::cell::{parse_number, quote};
use super::columns::{Column, Kind, NumberColumn, Table, TextColumn};
use super::join::{Join, NO_SUBJECT};
use super::ledger::{Ledger, Place, words};
use super::table::normalise_name;
use super::{IssueKind, Role, Severity, TableKind};
use crate::trial::TimeUnit;
use crate::trial::alsfrs::Item;

const SUBJECT: &[&str] =
    &["subject_id", "subject", "usubjid", "subjid", "patient_id", "patient", "participant_id", "participant", "id"];
const ARM: &[&str] = &["arm", "treatment", "treatment_arm", "treatment_group", "group", "trt", "trt01p"];
const MONTH: &[&str] = &["month", "months", "visit_month", "time_months", "time_month"];
const DAY: &[&str] = &["day", "days", "visit_day", "study_day", "time_days", "time_day"];
const TIME: &[&str] = &["time"];
/// Names that speak of visits without giving a time that is read.
const VISIT: &[&str] = &["week", "weeks", "visit_week", "visit", "visit_name", "visit_date"];
const TOTAL: &[&str] = &[
    "alsfrs_r_total",
    "alsfrsr_total",
    "alsfrs_r",
    "alsfrsr",
    "alsfrs_r_total_score",
    "alsfrs_r_score",
    "total_alsfrs_r",
];
const EVENT: &[&str] = &["event", "is_event", "event_observed", "status", "death", "died", "dead"];
const CENSORED: &[&str] = &["censored", "is_censored", "censor", "cnsr"];
const ENDPOINT: &[&str] = &["endpoint"];
const ANALYTE: &[&str] = &["analyte", "biomarker", "marker", "cytokine"];
const VALUE: &[&str] = &["value", "result", "concentration"];
const UNIT: &[&str] = &["unit", "units", "value_unit"];
const TERM: &[&str] = &["term", "ae_term", "aeterm", "preferred_term", "adverse_event", "event_term"];
const SYSTEM_ORGAN_CLASS: &[&str] = &["system_organ_class", "soc", "body_system", "aebodsys"];
const SEVERITY: &[&str] = &["severity", "aesev", "grade", "ctcae_grade"];
const SERIOUS: &[&str] = &["serious", "is_serious", "aeser"];
const RELATED: &[&str] = &["related", "is_related", "aerel", "causality"];
const START_DAY: &[&str] = &["start_day", "onset_day", "aestdy"];
const END_DAY: &[&str] = &["end_day", "stop_day", "aeendy"];

/// A table and what its columns mean.
pub struct Sheet<'a> {
    pub table: Table<'a>,
    pub roles: Vec<Role>,
}

impl<'a> Sheet<'a> {
    pub fn find(&self, is_wanted: impl Fn(&Role) -> bool) -> Option<usize> {
        self.roles.iter().position(is_wanted)
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
}

/// Which table a file is, and the roles its header gives away; `None` is left to the cells.
pub struct Recognised {
    pub table: TableKind,
    pub roles: Vec<Option<Role>>,
}

/// By the columns; where they leave two tables open, by the file's name.
pub fn recognise(file: &str, header: &[String]) -> Option<Recognised> {
    let names: Vec<String> = header.iter().map(|name| normalise_name(name)).collect();
    let has = |aliases: &[&str]| find_alias(&names, aliases).is_some();
    let has_time = has(MONTH) || has(DAY) || has(TIME);
    let has_score = has(TOTAL) || names.iter().any(|name| Item::parse_column(name).is_some());
    let has_event = has(EVENT) || has(CENSORED);
    let is_narrow = has(TERM) || has(ANALYTE);
    let candidates = [
        (TableKind::AdverseEvents, "adverse", has(TERM)),
        (TableKind::Biomarkers, "biomarker", has(ANALYTE)),
        (TableKind::Survival, "surviv", has_event && has_time && !has_score && !is_narrow),
        (TableKind::Visits, "visit", (has_time || has(VISIT)) && !is_narrow),
        (TableKind::Subjects, "subject", has(SUBJECT) && names.len() > 1 && !has_time && !is_narrow),
        (TableKind::Visits, "visit", has_score),
    ];
    let file = file.to_lowercase();
    let fits = |named: bool| {
        move |(_, word, is_possible): &&(TableKind, &str, bool)| *is_possible && (!named || file.contains(word))
    };
    let (table, ..) = candidates.iter().find(fits.clone()(true)).or_else(|| candidates.iter().find(fits(false)))?;
    Some(Recognised { table: *table, roles: infer_roles(*table, &names) })
}

fn find_alias(names: &[String], aliases: &[&str]) -> Option<usize> {
    aliases.iter().find_map(|alias| names.iter().position(|name| name == alias))
}

fn infer_roles(table: TableKind, names: &[String]) -> Vec<Option<Role>> {
    let mut roles: Vec<Option<Role>> = vec![None; names.len()];
    let mut give = |aliases: &[&str], role: Role| {
        let free = find_alias(names, aliases).and_then(|column| roles.get_mut(column)).filter(|role| role.is_none());
        free.map(|place| *place = Some(role)).is_some()
    };
    give(SUBJECT, Role::SubjectId);
    give(ARM, Role::Arm);
    if matches!(table, TableKind::Visits | TableKind::Biomarkers | TableKind::Survival) {
        let has_months = give(MONTH, Role::Time(TimeUnit::Months));
        if has_months {
            give(DAY, Role::Ignored);
        } else if !give(DAY, Role::Time(TimeUnit::Days)) {
            give(TIME, Role::Time(TimeUnit::Months));
        }
    }
    match table {
        TableKind::Visits => {
            give(TOTAL, Role::AlsfrsTotal);
        }
        TableKind::Biomarkers => {
            give(ANALYTE, Role::Analyte);
            give(VALUE, Role::Value);
            give(UNIT, Role::Unit);
        }
        TableKind::Survival => {
            give(EVENT, Role::Event);
            give(ENDPOINT, Role::Endpoint);
        }
        TableKind::AdverseEvents => {
            give(TERM, Role::Term);
            give(SYSTEM_ORGAN_CLASS, Role::SystemOrganClass);
            give(SEVERITY, Role::Severity);
            give(SERIOUS, Role::Serious);
            give(RELATED, Role::Related);
            give(START_DAY, Role::StartDay);
            give(END_DAY, Role::EndDay);
        }
        TableKind::Subjects | TableKind::Unrecognised => {}
    }
    if table == TableKind::Visits {
        give_items(names, &mut roles);
    }
    for (column, name) in names.iter().enumerate() {
        let is_repeated = names.iter().take(column).any(|earlier| earlier == name);
        let is_left_over = !matches!(table, TableKind::Subjects | TableKind::Visits);
        if let Some(role) = roles.get_mut(column)
            && role.is_none()
            && (is_repeated || is_left_over || name.is_empty())
        {
            *role = Some(Role::Ignored);
        }
    }
    roles
}

fn give_items(names: &[String], roles: &mut [Option<Role>]) {
    let mut given: Vec<Item> = Vec::new();
    for (name, role) in names.iter().zip(roles) {
        if let (None, Some(item)) = (&role, Item::parse_column(name))
            && !given.contains(&item)
        {
            given.push(item);
            *role = Some(Role::AlsfrsItem(item_label(item)));
        }
    }
}

fn item_label(item: Item) -> String {
    match item {
        Item::Numbered(place) => (place + 1).to_string(),
        Item::FiveA => "5a".into(),
        Item::FiveB => "5b".into(),
    }
}

/// The inverse of the label in [`Role::AlsfrsItem`].
fn parse_item_label(label: &str) -> Option<Item> {
    Item::parse_column(&format!("item_{}", label.to_lowercase()))
}

/// How a column's cells are to be read, by its role.
pub fn kind_of(role: Option<&Role>) -> Kind {
    match role {
        None | Some(Role::Covariate | Role::Ignored) => Kind::Auto,
        Some(
            Role::Time(_)
            | Role::Outcome
            | Role::AlsfrsItem(_)
            | Role::AlsfrsTotal
            | Role::Value
            | Role::StartDay
            | Role::EndDay,
        ) => Kind::Number,
        Some(
            Role::SubjectId
            | Role::Arm
            | Role::Analyte
            | Role::Unit
            | Role::Event
            | Role::Endpoint
            | Role::Term
            | Role::SystemOrganClass
            | Role::Severity
            | Role::Serious
            | Role::Related,
        ) => Kind::Text,
    }
}

/// The role of a column that its name did not settle.
pub fn role_by_cells(table: TableKind, column: Option<&Column<'_>>) -> Role {
    match (table, column) {
        (TableKind::Subjects, Some(_)) => Role::Covariate,
        (TableKind::Visits, Some(Column::Number(_))) => Role::Outcome,
        _ => Role::Ignored,
    }
}

/// A role in a word or two, for the receipt.
pub fn used_as(role: &Role) -> String {
    match role {
        Role::SubjectId => "subject".into(),
        Role::Arm => "arm".into(),
        Role::Time(TimeUnit::Months) => "time in months".into(),
        Role::Time(TimeUnit::Days) => "time in days".into(),
        Role::Covariate => "covariate".into(),
        Role::Outcome => "outcome".into(),
        Role::AlsfrsItem(item) => format!("ALSFRS-R item {item}"),
        Role::AlsfrsTotal => "ALSFRS-R total".into(),
        Role::Analyte => "analyte".into(),
        Role::Value => "value".into(),
        Role::Unit => "unit".into(),
        Role::Event => "event".into(),
        Role::Endpoint => "endpoint".into(),
        Role::Term => "term".into(),
        Role::SystemOrganClass => "system organ class".into(),
        Role::Severity => "severity".into(),
        Role::Serious => "serious".into(),
        Role::Related => "related".into(),
        Role::StartDay => "start day".into(),
        Role::EndDay => "end day".into(),
        Role::Ignored => "not used".into(),
    }
}

/// Whether a role is the required one, and the columns that give it.
type Required = (fn(&Role) -> bool, &'static str);

/// What each table cannot do without, and the columns that give it.
fn required(table: TableKind) -> &'static [Required] {
    const SUBJECT: Required = (|role| *role == Role::SubjectId, "subject_id");
    const TIME: Required = (|role| matches!(role, Role::Time(_)), "month or day");
    match table {
        TableKind::Subjects => &[SUBJECT],
        TableKind::Visits => &[SUBJECT, TIME],
        TableKind::Biomarkers => {
            &[SUBJECT, TIME, (|role| *role == Role::Analyte, "analyte"), (|role| *role == Role::Value, "value")]
        }
        TableKind::Survival => &[
            SUBJECT,
            (|role| matches!(role, Role::Time(_)), "time_months or time_days"),
            (|role| *role == Role::Event, "event"),
        ],
        TableKind::AdverseEvents => &[SUBJECT, (|role| *role == Role::Term, "term")],
        TableKind::Unrecognised => &[],
    }
}

/// Issues that the header alone gives; false when the table cannot be read.
pub fn check_header(kind: TableKind, header: &[String], roles: &[Option<Role>], ledger: &mut Ledger) -> bool {
    let names: Vec<String> = header.iter().map(|name| normalise_name(name)).collect();
    for (column, name) in names.iter().enumerate() {
        let is_repeated = !name.is_empty() && names.iter().take(column).any(|earlier| earlier == name);
        if let (true, Some(column)) = (is_repeated, header.get(column)) {
            ledger.report(IssueKind::DuplicateColumn, Severity::Warning, Place::column(column), || {
                words(
                    "two columns have this name",
                    "Rename one of them; the first is used and the second is not read meanwhile.",
                )
            });
        }
    }
    report_time_columns(header, &names, roles, ledger);
    let mut is_complete = true;
    for (is_wanted, columns) in required(kind) {
        if roles.iter().flatten().any(is_wanted) {
            continue;
        }
        is_complete = false;
        ledger.report(IssueKind::MissingColumn, Severity::Error, Place::column(columns), || {
            let hint = if *columns == "event" && find_alias(&names, CENSORED).is_some() {
                "Add a column \u{201c}event\u{201d} (1 = event, 0 = censored); a column of censoring is the other way \
                 round and is not turned over silently. The file is set aside."
            } else {
                "Add the column or rename the one that holds it; the file is set aside and the others are analysed."
            };
            words(format!("a {} file needs a column {columns}, and none is named so", table_name(kind)), hint)
        });
    }
    is_complete
}

fn report_time_columns(header: &[String], names: &[String], roles: &[Option<Role>], ledger: &mut Ledger) {
    let Some(column) = roles.iter().position(|role| matches!(role, Some(Role::Time(_)))) else { return };
    let (Some(name), Some(spelled)) = (names.get(column), header.get(column)) else { return };
    if TIME.contains(&name.as_str()) {
        ledger.report(IssueKind::TimeUnitAssumed, Severity::Warning, Place::column(spelled), || {
            words(
                "the name does not say whether time is in months or days; months are assumed",
                "Name the column month or day, or set its role.",
            )
        });
    }
    let other = find_alias(names, DAY).filter(|&day| day != column).and_then(|day| header.get(day));
    if let Some(other) = other
        && MONTH.contains(&name.as_str())
    {
        ledger.report(IssueKind::TwoTimeColumns, Severity::Note, Place::column(other), || {
            words(
                format!("time stands in months and in days; {} is used and this column is not", quote(spelled)),
                "To count time in days, set this column's role to time.",
            )
        });
    }
}

pub fn table_name(table: TableKind) -> &'static str {
    match table {
        TableKind::Subjects => "subjects",
        TableKind::Visits => "visits",
        TableKind::Biomarkers => "biomarkers",
        TableKind::Survival => "survival",
        TableKind::AdverseEvents => "adverse events",
        TableKind::Unrecognised => "unrecognised",
    }
}

/// Fills the trial from a table whose required columns are there.
pub fn read_sheet(kind: TableKind, sheet: Sheet<'_>, join: &mut Join, ledger: &mut Ledger) {
    report_decimal_commas(&sheet, ledger);
    match kind {
        TableKind::Subjects => subjects::read_subjects(&sheet, join, ledger),
        TableKind::Visits => visits::read_visits(sheet, join, ledger),
        TableKind::Biomarkers => biomarkers::read_biomarkers(&sheet, join, ledger),
        TableKind::Survival => survival::read_survival(&sheet, join, ledger),
        TableKind::AdverseEvents => adverse_events::read_adverse_events(&sheet, join, ledger),
        TableKind::Unrecognised => ledger.set_aside_all("not used", &sheet.table),
    }
}

fn report_decimal_commas(sheet: &Sheet<'_>, ledger: &mut Ledger) {
    for (column, role) in sheet.roles.iter().enumerate() {
        let Some(numbers) = sheet.table.number(column).filter(|numbers| numbers.decimal_mark == b',') else { continue };
        if *role == Role::Ignored {
            continue;
        }
        let severity = if numbers.may_be_thousands { Severity::Warning } else { Severity::Note };
        ledger.report(IssueKind::DecimalComma, severity, Place::column(sheet.name(column)), || {
            let hint = if numbers.may_be_thousands {
                "Each has three digits behind the comma, so that it could also be a thousands separator: if it is, \
                 remove it from the file."
            } else {
                "Nothing needs to be done if that is meant."
            };
            words("commas are read as decimal commas (0,5 is one half)", hint)
        });
    }
}

/// Months of each row; a row without a usable time is set aside and loses its subject.
fn read_times(sheet: &Sheet<'_>, subjects: &mut [u32], ids: &[crate::trial::Subject], ledger: &mut Ledger) -> Times {
    let unit = sheet.roles.iter().find_map(|role| if let Role::Time(unit) = role { Some(*unit) } else { None });
    let unit = unit.unwrap_or_default();
    let Some((column, numbers)) = sheet.number(|role| matches!(role, Role::Time(_))) else {
        return Times { months: Vec::new(), unit };
    };
    let mut months = Vec::with_capacity(numbers.values.len());
    for ((place, &value), subject) in numbers.values.iter().enumerate().zip(subjects) {
        // Adding zero makes -0 a 0, so that both are the same visit.
        months.push(unit.to_months(value) + 0.0);
        if !value.is_nan() || *subject == NO_SUBJECT {
            continue;
        }
        let row = sheet.table.row(place);
        let id = ids.get(*subject as usize).map(|subject| subject.id.as_str());
        ledger.set_aside("no usable time", row);
        ledger.report(IssueKind::BadTime, Severity::Error, Place::cell(row, sheet.name(column), id), || {
            let what = match numbers.refused_cell(place) {
                Some(cell) => format!("{} is not a number of months or days", quote(cell)),
                None => "no time is given".into(),
            };
            words(what, "Give the time from baseline as a number (0 at baseline), not as a date; the row is set aside.")
        });
        *subject = NO_SUBJECT;
    }
    Times { months, unit }
}

struct Times {
    months: Vec<f64>,
    unit: TimeUnit,
}

fn report_not_a_number(
    sheet: &Sheet<'_>,
    column: usize,
    place: usize,
    cell: &str,
    id: Option<&str>,
    ledger: &mut Ledger,
) {
    let at = Place::cell(sheet.table.row(place), sheet.name(column), id);
    ledger.report(IssueKind::NotANumber, Severity::Error, at, || {
        let hint = if parse_number(cell.as_bytes(), b',').is_some() {
            "Commas are read as decimal marks only where cells are not separated by commas and no cell of the column has a \
             decimal point; write a point. The cell is left out meanwhile."
        } else {
            "Correct the cell, or leave it empty if there is no value; it is left out meanwhile."
        };
        words(format!("{} is not a number", quote(cell)), hint)
    });
}

/// Reports each refused cell of a column of numbers.
fn report_refused(sheet: &Sheet<'_>, column: usize, subjects: &[u32], join: &Join, ledger: &mut Ledger) {
    let Some(numbers) = sheet.table.number(column) else { return };
    for (place, cell) in &numbers.refused {
        let place = *place as usize;
        report_not_a_number(sheet, column, place, cell, join.id_of_row(subjects, place), ledger);
    }
}

fn report_all_missing(name: &str, ledger: &mut Ledger) {
    ledger.report(IssueKind::AllMissing, Severity::Warning, Place::column(name), || {
        words(
            "no cell of this column holds a usable value",
            "Check the export; the column is left out and the others are analysed.",
        )
    });
}

impl Join {
    fn id_of_row(&self, subjects: &[u32], place: usize) -> Option<&str> {
        let subject = subjects.get(place)?;
        self.trial.subjects.get(*subject as usize).map(|subject| subject.id.as_str())
    }
}
