//! Bytes to a [`Trial`]: nothing is dropped without a row in the receipt, nothing is wrong without an issue.

mod audit;
mod cell;
mod columns;
mod date;
mod decode;
mod dialect;
mod format;
mod issue;
mod join;
mod ledger;
mod mapping;
mod measured;
mod number_format;
mod receipt;
mod rows;
mod sheet;
mod table;
mod totals;
mod unit;
mod visit_name;

pub use cell::MISSING_TOKENS;
pub use columns::{Column, NumberColumn, RaggedRow, Table, TextColumn, Unreadable, read_columns, read_text};
pub use decode::{Encoding, NotText, lend_cp949};
pub use dialect::{DateOrder, Dialect};
pub use format::used_as;
pub use issue::{Issue, IssueKind, Severity};
pub use ledger::RowFates;
pub use mapping::{ColumnMapping, FileMapping, Format, Measure, ParameterMapping, Role, TableKind, VisitTime};
pub use receipt::{ColumnReceipt, FileReceipt, Receipt, SetAside};
pub use rows::{CellView, FileNotRead, NotRead, Parsed, RowView, list_not_read, not_read, view_rows};

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::order::sort_places;
use crate::trial::{SourceRow, Trial};
use cell::MissingTokens;
use columns::{Spelling, check_text, header_at, read_table};
use decode::{Decoded, decode, decode_as};
use format::{
    Head, Recognised, kind_of, recognise, roles_for, settle_parameters, settle_role, settle_visits, table_name,
};
use join::Join;
use ledger::{Ledger, Place, Words, words};
use number_format::NumberFormat;
use sheet::{Sheet, read_sheet};
use table::{Layout, Records, find_layout, normalise_name};
use unit::{split_unit, unit_of_cell};

/// A file as it was dropped: its name and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    pub name: &'a str,
    /// Empty when the file is too large to be read.
    pub bytes: &'a [u8],
    /// The file's own size.
    pub size_bytes: u64,
}

impl<'a> SourceFile<'a> {
    pub fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, bytes, size_bytes: bytes.len() as u64 }
    }
}

/// The largest file that is read. Larger ones are refused by name and size, before their bytes are touched.
pub const LARGEST_FILE_BYTES: u64 = 128_000_000;
/// The most columns that are read; a row wider than this is no table of a trial.
const MOST_COLUMNS: usize = 20_000;

/// What was read, how it was understood, and what was wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Import {
    pub trial: Trial,
    /// What each file was taken for; part of the plan, so that it can be changed and reapplied.
    pub files: Vec<FileMapping>,
    pub receipt: Receipt,
    pub issues: Vec<Issue>,
    /// What became of each row, file by file.
    pub fates: Vec<RowFates>,
    /// What the columns hold, file by file, for a person to recognise them by; never exported.
    pub previews: Vec<FilePreview>,
    pub rows: SourceRows,
}

/// The first distinct cells of each column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FilePreview {
    pub columns: Vec<ColumnPreview>,
    /// Visits' names and parameters may be too many to be listed in the mapping whole.
    pub rows: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnPreview {
    pub samples: Vec<String>,
    pub is_number: bool,
}

/// Which file and row a [`SourceRow`] is: rows are counted on through all files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceRows {
    /// Where each file begins, ascending, with its name.
    files: Vec<(u32, String)>,
}

impl SourceRows {
    /// The file's name and its row, as a spreadsheet counts.
    pub fn place(&self, source: SourceRow) -> (&str, Option<u64>) {
        let after = self.files.partition_point(|(base, _)| *base <= source.0);
        match after.checked_sub(1).and_then(|at| self.files.get(at)) {
            Some((base, name)) if source.0 > *base => (name, Some(u64::from(source.0 - base))),
            Some((_, name)) => (name, None),
            None => ("", None),
        }
    }
}

/// Reads all files into one trial. A mapping is used for the file that has its header; the other files' tables and roles
/// are taken from their columns. `on_progress` hears the file's name and the share of all bytes read.
pub fn read_trial(
    files: &[SourceFile<'_>],
    mappings: Option<&[FileMapping]>,
    on_progress: &mut dyn FnMut(&str, f64),
) -> Import {
    let all_bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let mut drafts: Vec<Draft<'_>> = files.iter().map(|file| understand(file, mappings.unwrap_or_default())).collect();
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    let rank = |at: usize| drafts.get(at).map_or(u8::MAX, |draft| reading_rank(draft.mapping.table));
    sort_places(&mut order, &|a, b| rank(a).cmp(&rank(b)));
    let mut join = Join::default();
    let mut tables_read: Vec<(TableKind, Vec<String>, String)> = Vec::new();
    let mut import = Import::default();
    let mut bytes_before = 0;
    let mut next_base: u32 = 0;
    for at in order {
        let (Some(draft), Some(file)) = (drafts.get_mut(at), files.get(at)) else { continue };
        let share = |bytes: usize| if all_bytes == 0 { 1.0 } else { (bytes as f64 / all_bytes as f64).min(1.0) };
        // A column that has to be read a second time does not turn the clock back.
        let mut furthest = 0;
        let mut on_position = |position: usize| {
            furthest = furthest.max(position.min(file.bytes.len()));
            on_progress(file.name, share(bytes_before + furthest));
        };
        import.rows.files.push((next_base, file.name.to_owned()));
        next_base = draft.read(next_base, &mut join, &mut tables_read, &mut on_position);
        bytes_before += file.bytes.len();
        on_progress(file.name, share(bytes_before));
    }
    for draft in drafts {
        let uses: Vec<String> = draft.mapping.columns.iter().map(|column| used_as(&column.role)).collect();
        let (receipt, fates, issues) = draft.ledger.close(&draft.mapping, draft.why, &uses);
        import.receipt.files.push(receipt);
        import.fates.push(fates);
        import.issues.extend(issues);
        import.previews.push(draft.preview);
        import.files.push(draft.mapping);
    }
    let first_file = files.first().map_or("", |file| file.name);
    let has_roster = join.roster.is_some();
    let roster_file = import
        .files
        .iter()
        .find(|file| file.table == TableKind::Subjects)
        .map_or(first_file, |file| &file.name)
        .to_owned();
    let (mut trial, issues) = join.finish(first_file);
    import.issues.extend(totals::settle_totals(&mut trial, &import.rows));
    import.issues.extend(audit::audit(&trial, &import.rows, has_roster, &roster_file));
    import.issues.extend(issues);
    import.trial = trial;
    import
}

/// What speaks of other tables comes first, then who is in the trial, then when their time begins.
fn reading_rank(table: TableKind) -> u8 {
    match table {
        TableKind::VisitSchedule | TableKind::Dictionary => 0,
        TableKind::Subjects => 1,
        TableKind::Characteristics => 2,
        TableKind::Visits | TableKind::Measurements | TableKind::Breathing | TableKind::Mixed => 3,
        TableKind::Biomarkers => 4,
        TableKind::Survival => 5,
        TableKind::Disposition => 6,
        TableKind::AdverseEvents => 7,
        TableKind::Unrecognised => 8,
    }
}

/// A file between its header and its rows.
struct Draft<'a> {
    ledger: Ledger,
    mapping: FileMapping,
    why: String,
    preview: FilePreview,
    /// Absent when the file cannot be read.
    body: Option<Body<'a>>,
}

struct Body<'a> {
    text: Cow<'a, str>,
    layout: Layout,
    format: Option<NumberFormat>,
    header: Vec<String>,
    units: Vec<Option<String>>,
    roles: Vec<Option<Role>>,
    is_complete: bool,
}

/// Decodes a file and finds out from its header what it is.
fn understand<'a>(file: &SourceFile<'a>, mappings: &[FileMapping]) -> Draft<'a> {
    let mut ledger = Ledger::new(file.name);
    let mut mapping = FileMapping {
        name: file.name.to_owned(),
        sha256: String::new(),
        bytes: file.size_bytes,
        format: Format::Unknown,
        table: TableKind::Unrecognised,
        dialect: Dialect::default(),
        columns: Vec::new(),
        parameters: Vec::new(),
        visit_times: Vec::new(),
    };
    if mapping.bytes > LARGEST_FILE_BYTES {
        let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
        ledger.report(IssueKind::TooLarge, Severity::Error, Place::default(), || {
            words(
                format!(
                    "the file has {} MB and at most {} MB are read",
                    megabytes(mapping.bytes),
                    megabytes(LARGEST_FILE_BYTES)
                ),
                "Split the file or leave out columns that are not needed; the other files are analysed meanwhile.",
            )
        });
        return Draft {
            ledger,
            mapping,
            why: "too large to be read".into(),
            preview: FilePreview::default(),
            body: None,
        };
    }
    mapping.sha256 = Sha256::digest(file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let given = Given::of(file.name, &mapping.sha256, mappings);
    let opened = match open(file.bytes, given.dialect(), given.is_same_file()) {
        Ok(opened) => opened,
        Err(unreadable) => {
            let (kind, say) = say_unreadable(&unreadable);
            let why = say.what.clone();
            ledger.report(kind, Severity::Error, Place::default(), || say);
            return Draft { ledger, mapping, why, preview: FilePreview::default(), body: None };
        }
    };
    // The header as it was found, and as a plan would have it read.
    let (opened, chosen) = given.choose(opened, &mut ledger);
    let Opened { text, dialect, layout, header, units, other_encoding, format } = opened;
    mapping.dialect = dialect;
    if let Some(other) = other_encoding {
        ledger.report(IssueKind::EncodingUnsure, Severity::Warning, Place::default(), || {
            words(
                format!("the text is read as {}, and could be {}", mapping.dialect.encoding.title(), other.title()),
                "Look at names with letters beyond a to z; if they are wrong, choose the other encoding for this file.",
            )
        });
    }
    let sample = sample_rows(&text, layout);
    let head = Head::new(file.name, &header, &sample);
    let recognised = match &chosen {
        Some(Chosen::Roles(known)) => Some(Recognised {
            format: known.format,
            table: known.table,
            roles: known.columns.iter().map(|column| Some(column.role.clone())).collect(),
            why: "as the plan says".into(),
        }),
        Some(Chosen::Table(table)) => Some(roles_for(*table, &head)),
        None => recognise(&head),
    };
    let Recognised { format: habits, table, roles, why } = recognised.unwrap_or_else(|| Recognised {
        format: Format::Unknown,
        table: TableKind::Unrecognised,
        roles: vec![Some(Role::Ignored); header.len()],
        why: "no format has these columns".into(),
    });
    mapping.format = habits;
    mapping.table = table;
    if let Some(Chosen::Roles(known)) = &chosen {
        mapping.parameters.clone_from(&known.parameters);
        mapping.visit_times.clone_from(&known.visit_times);
    }
    let known_units = match &chosen {
        Some(Chosen::Roles(known)) => Some(known.columns.iter().map(|column| column.unit.clone()).collect()),
        _ => None,
    };
    let units: Vec<Option<String>> = known_units.unwrap_or(units);
    mapping.columns = header
        .iter()
        .zip(&roles)
        .zip(&units)
        .map(|((column, role), unit)| ColumnMapping {
            column: column.clone(),
            role: role.clone().unwrap_or(Role::Ignored),
            unit: unit.clone(),
        })
        .collect();
    let is_complete = check_header(table, &head, &roles, &mut ledger);
    let body = Body { text, layout, format, header, units, roles, is_complete };
    Draft { ledger, mapping, why, preview: FilePreview::default(), body: Some(body) }
}

/// A file whose text, place of the header and columns' names are known.
struct Opened<'a> {
    text: Cow<'a, str>,
    dialect: Dialect,
    layout: Layout,
    /// Chosen; otherwise the cells tell.
    format: Option<NumberFormat>,
    header: Vec<String>,
    units: Vec<Option<String>>,
    other_encoding: Option<Encoding>,
}

/// With a dialect that was chosen, or the one that is found. A chosen header row or separator that gives no table is
/// found anew rather than refused.
fn open<'a>(bytes: &'a [u8], chosen: Option<&Dialect>, is_same_file: bool) -> Result<Opened<'a>, Unreadable> {
    let Decoded { text, encoding, other } = match chosen.filter(|_| is_same_file) {
        Some(dialect) => {
            let text = decode_as(bytes, dialect.encoding).map_err(Unreadable::NotText)?;
            Decoded { text, encoding: dialect.encoding, other: None }
        }
        None => decode(bytes).map_err(Unreadable::NotText)?,
    };
    check_text(&text)?;
    let layout = match chosen {
        Some(dialect) => {
            let separator = u8::try_from(dialect.separator).unwrap_or(b',');
            Layout { separator, header_row: dialect.header_row, header_rows: dialect.header_rows.clamp(1, 2) }
        }
        None => find_layout(&text).ok_or(Unreadable::NotCsv)?,
    };
    let (header, unit_cells) = header_at(&text, layout);
    if header.is_empty() || header.len() > MOST_COLUMNS {
        return Err(if header.is_empty() { Unreadable::NotCsv } else { Unreadable::TooWide(header.len()) });
    }
    let unit = |(at, name): (usize, &String)| {
        let below = unit_cells.get(at).map(|cell| unit_of_cell(cell)).filter(|unit| !unit.is_empty());
        below.or(split_unit(name).1).map(str::to_owned)
    };
    let units = header.iter().enumerate().map(unit).collect();
    let mut dialect = chosen.cloned().unwrap_or_default();
    dialect.encoding = encoding;
    dialect.separator = char::from(layout.separator);
    dialect.header_row = layout.header_row;
    dialect.header_rows = layout.header_rows;
    let format = chosen.and_then(|dialect| {
        let decimal_mark = u8::try_from(dialect.decimal_mark?).ok()?;
        Some(NumberFormat { decimal_mark, thousands_mark: dialect.thousands_mark, is_undecided: false })
    });
    Ok(Opened { text, dialect, layout, format, header, units, other_encoding: other })
}

fn sample_rows(text: &str, layout: Layout) -> Vec<Vec<String>> {
    const ROWS: usize = 200;
    let mut records = Records::new(text, layout.separator);
    let (mut cells, mut rows) = (Vec::new(), Vec::new());
    while rows.len() < ROWS && records.read_record(&mut cells) {
        if records.row() >= layout.header_row + u64::from(layout.header_rows) {
            rows.push(cells.iter().map(|cell| cell::trim(&cell.text(text)).to_owned()).collect());
        }
    }
    rows
}

/// What a plan says of a file.
struct Given<'m> {
    mappings: &'m [FileMapping],
    /// The mapping for these very bytes, whatever the file is called.
    same_bytes: Option<&'m FileMapping>,
    same_name: Option<&'m FileMapping>,
}

enum Chosen {
    Roles(Box<FileMapping>),
    /// The roles are to be found anew for this table.
    Table(TableKind),
}

impl<'m> Given<'m> {
    fn of(name: &str, sha256: &str, mappings: &'m [FileMapping]) -> Self {
        let is_same = |mapping: &&FileMapping| mapping.sha256 == sha256 && !sha256.is_empty();
        let both = mappings.iter().find(|mapping| is_same(mapping) && mapping.name == name);
        Self {
            mappings,
            same_bytes: both.or_else(|| mappings.iter().find(is_same)),
            same_name: mappings.iter().find(|mapping| mapping.name == name),
        }
    }

    /// The dialect of the same bytes holds; a file of the same name may have been exported anew.
    fn dialect(&self) -> Option<&'m Dialect> {
        self.same_bytes.map(|mapping| &mapping.dialect)
    }

    fn is_same_file(&self) -> bool {
        self.same_bytes.is_some()
    }

    /// The mapping whose columns are the file's: that of the same bytes, of the same name, of any.
    fn choose<'a>(&self, mut opened: Opened<'a>, ledger: &mut Ledger) -> (Opened<'a>, Option<Chosen>) {
        let fits =
            |mapping: &&FileMapping, header: &[String]| mapping.columns.iter().map(|column| &column.column).eq(header);
        if let Some(known) = self.same_bytes {
            if known.columns.is_empty() {
                return (opened, Some(Chosen::Table(known.table)));
            }
            if fits(&known, &opened.header) {
                return (opened, Some(Chosen::Roles(Box::new(known.clone()))));
            }
            // The dialect was changed, and with it the columns: their roles are found anew.
            return (opened, None);
        }
        let candidates = self.same_name.iter().copied().chain(self.mappings);
        for known in candidates.filter(|known| !known.columns.is_empty()) {
            if fits(&known, &opened.header) {
                // What the user decided of dates and missing values goes with the header.
                opened.dialect.missing.clone_from(&known.dialect.missing);
                opened.dialect.date_order = known.dialect.date_order;
                return (opened, Some(Chosen::Roles(Box::new(known.clone()))));
            }
        }
        if self.same_name.is_some() {
            ledger.report(IssueKind::MappingNotUsed, Severity::Warning, Place::default(), || {
                words(
                    "the plan describes this file with other columns",
                    "Check that it is the right file; its columns are taken from its own header meanwhile.",
                )
            });
        }
        (opened, None)
    }
}

fn say_unreadable(unreadable: &Unreadable) -> (IssueKind, Words) {
    match unreadable {
        Unreadable::NotText(why) => (IssueKind::NotText, words(why.what(), why.hint())),
        Unreadable::Empty => (
            IssueKind::EmptyFile,
            words("the file is empty", "Export it again; the other files are analysed meanwhile."),
        ),
        Unreadable::NotCsv => (
            IssueKind::NotCsv,
            words(
                "no line is a row of column names separated by commas, semicolons, tabs or bars",
                "Export the table as a CSV file with a header; the other files are analysed meanwhile.",
            ),
        ),
        Unreadable::TooWide(columns) => (
            IssueKind::NotCsv,
            words(
                format!("the table has {columns} columns and at most {MOST_COLUMNS} are read"),
                "Leave out columns that are not needed, or check the separator; the other files are analysed meanwhile.",
            ),
        ),
    }
}

/// Whether a role is the required one, and the columns that give it.
type Required = (fn(&Role) -> bool, &'static str);

/// What each table cannot do without, and the columns that give it.
fn required(table: TableKind) -> &'static [Required] {
    const SUBJECT: Required = (|role| *role == Role::SubjectId, "subject_id");
    const TIME: Required =
        (|role| matches!(role, Role::Time(_) | Role::StudyDay | Role::Date | Role::VisitName), "month or day");
    const VALUE: Required = (|role| matches!(role, Role::Value | Role::ValueText), "value");
    match table {
        TableKind::Subjects | TableKind::Characteristics | TableKind::Mixed => &[SUBJECT],
        TableKind::Visits | TableKind::Breathing => &[SUBJECT, TIME],
        TableKind::Measurements => &[SUBJECT, TIME, (|role| *role == Role::Parameter, "parameter"), VALUE],
        TableKind::Biomarkers => &[SUBJECT, TIME, (|role| *role == Role::Analyte, "analyte"), VALUE],
        TableKind::Survival => &[
            SUBJECT,
            (
                |role| {
                    matches!(
                        role,
                        Role::Time(_)
                            | Role::StudyDay
                            | Role::Date
                            | Role::FollowUp(_)
                            | Role::EventDate
                            | Role::LastContactDate
                    )
                },
                "time_months or time_days",
            ),
            (|role| matches!(role, Role::Event | Role::Censoring | Role::EventDate), "event"),
        ],
        TableKind::AdverseEvents | TableKind::Disposition => &[SUBJECT, (|role| *role == Role::Term, "term")],
        TableKind::VisitSchedule => {
            &[(|role| *role == Role::VisitName, "visit"), (|role| matches!(role, Role::Time(_)), "month")]
        }
        TableKind::Dictionary | TableKind::Unrecognised => &[],
    }
}

/// Issues that the header alone gives; false when the table cannot be read.
fn check_header(kind: TableKind, head: &Head<'_>, roles: &[Option<Role>], ledger: &mut Ledger) -> bool {
    for (column, name) in head.names.iter().enumerate() {
        let is_repeated = !name.is_empty() && head.names.iter().take(column).any(|earlier| earlier == name);
        // Two columns that a plan gives roles are told apart by their place.
        let is_read = roles.get(column).is_some_and(|role| role.as_ref().is_some_and(|role| *role != Role::Ignored));
        if let (true, false, Some(column)) = (is_repeated, is_read, head.header.get(column)) {
            ledger.report(IssueKind::DuplicateColumn, Severity::Warning, Place::column(column), || {
                words(
                    "two columns have this name",
                    "Rename one of them; the first is used and the second is not read meanwhile.",
                )
            });
        }
    }
    report_time_columns(head, roles, ledger);
    let mut is_complete = true;
    for (is_wanted, columns) in required(kind) {
        if roles.iter().flatten().any(is_wanted) {
            continue;
        }
        is_complete = false;
        ledger.report(IssueKind::MissingColumn, Severity::Error, Place::column(columns), || {
            words(
                format!("a {} file needs a column {columns}, and none is named so", table_name(kind)),
                "Add the column, or give the column that holds it its role; the file is set aside and the others are analysed.",
            )
        });
    }
    is_complete
}

fn report_time_columns(head: &Head<'_>, roles: &[Option<Role>], ledger: &mut Ledger) {
    let Some(column) = roles.iter().position(|role| matches!(role, Some(Role::Time(_)))) else { return };
    let (Some(name), Some(spelled)) = (head.names.get(column), head.header.get(column)) else { return };
    if crate::trial::TimeUnit::is_open(name) {
        ledger.report(IssueKind::TimeUnitAssumed, Severity::Warning, Place::column(spelled), || {
            words(
                "the name does not say whether time is in months or days; months are assumed",
                "Name the column month or day, or set its role.",
            )
        });
    }
    let is_months = matches!(roles.get(column), Some(Some(Role::Time(crate::trial::TimeUnit::Months))));
    let other = ["day", "days", "visit_day", "study_day", "time_days", "time_day"]
        .iter()
        .find_map(|day| head.column(day))
        .filter(|&day| day != column && roles.get(day) == Some(&Some(Role::Ignored)))
        .and_then(|day| head.header.get(day));
    if let Some(other) = other
        && is_months
        && name != "time"
    {
        ledger.report(IssueKind::TwoTimeColumns, Severity::Note, Place::column(other), || {
            words(
                format!("time stands in months and in days; {} is used and this column is not", cell::quote(spelled)),
                "To count time in days, set this column's role to time.",
            )
        });
    }
}

impl Draft<'_> {
    /// Reads the rows. Gives back where the next file's rows are counted from.
    fn read(
        &mut self,
        source_base: u32,
        join: &mut Join,
        tables_read: &mut Vec<(TableKind, Vec<String>, String)>,
        on_position: &mut dyn FnMut(usize),
    ) -> u32 {
        let Some(body) = self.body.take() else { return source_base };
        let kind = self.mapping.table;
        let kinds: Vec<_> = body.roles.iter().map(|role| kind_of(role.as_ref())).collect();
        let missing = MissingTokens::new(&self.mapping.dialect.missing);
        let spelling = Spelling { layout: body.layout, format: body.format, missing: &missing };
        let table = read_table(&body.text, &spelling, body.header, &kinds, on_position);
        self.ledger.open(&table);
        self.preview = preview_of(&table);
        let last_row = table.last_row();
        let next_base = source_base.saturating_add(last_row as u32).saturating_add(1);
        let named = body.roles;
        let roles: Vec<Role> = named
            .iter()
            .enumerate()
            .map(|(column, role)| {
                let unit = body.units.get(column).and_then(Option::as_deref);
                settle_role(self.mapping.format, kind, &table, column, role.clone(), unit, &named, &mut self.ledger)
            })
            .collect();
        self.settle_mapping(&table, &roles);
        report_few_rows(&table, &mut self.ledger);
        if kind == TableKind::Unrecognised {
            if table.rows_in() > 0 && !self.mapping.columns.is_empty() && self.mapping.format == Format::Unknown {
                self.ledger.report(IssueKind::UnknownTable, Severity::Error, Place::default(), || {
                    say_unknown_table(&table.header)
                });
            }
            self.ledger.set_aside_all("table not recognised", &table);
            return next_base;
        }
        if !body.is_complete {
            self.ledger.set_aside_all("a required column is missing", &table);
            return next_base;
        }
        if table.rows_in() == 0 {
            return next_base;
        }
        self.report_second_table(&table, &roles, tables_read);
        let units = body.units;
        let sheet = Sheet { table, roles, units, date_order: self.mapping.dialect.date_order, source_base };
        read_sheet(sheet, &self.mapping, join, &mut self.ledger);
        next_base
    }

    /// What was found in the cells goes into the mapping, to be shown and to be kept.
    fn settle_mapping(&mut self, table: &Table<'_>, roles: &[Role]) {
        for (column, role) in self.mapping.columns.iter_mut().zip(roles) {
            column.role = role.clone();
        }
        let format = table.format;
        let dialect = &mut self.mapping.dialect;
        dialect.decimal_mark = (!format.is_undecided).then_some(char::from(format.decimal_mark));
        dialect.thousands_mark = format.thousands_mark;
        if dialect.date_order.is_none() {
            dialect.date_order = sheet::found_date_order(table, roles);
        }
        let known = std::mem::take(&mut self.mapping.parameters);
        self.mapping.parameters = settle_parameters(table, roles, self.mapping.table);
        for parameter in &mut self.mapping.parameters {
            if let Some(known) = known.iter().find(|known| known.parameter == parameter.parameter) {
                parameter.measure.clone_from(&known.measure);
            }
        }
        // An analyte stands for itself; only what the user renamed or left out is kept.
        if self.mapping.table == TableKind::Biomarkers {
            self.mapping.parameters = known;
        }
        let known = std::mem::take(&mut self.mapping.visit_times);
        self.mapping.visit_times = settle_visits(table, &self.mapping.columns);
        for visit in &mut self.mapping.visit_times {
            if let Some(known) = known.iter().find(|known| known.visit == visit.visit) {
                *visit = known.clone();
            }
        }
    }

    /// Two files of one kind and the same columns are read as one; that is worth a note.
    fn report_second_table(
        &mut self,
        table: &Table<'_>,
        roles: &[Role],
        tables_read: &mut Vec<(TableKind, Vec<String>, String)>,
    ) {
        let kind = self.mapping.table;
        let is_single = !matches!(
            kind,
            TableKind::Characteristics | TableKind::Mixed | TableKind::Measurements | TableKind::Breathing
        );
        if !is_single || self.mapping.format == Format::Proact {
            return;
        }
        let names: Vec<String> = table
            .header
            .iter()
            .zip(roles)
            .filter(|(_, role)| **role != Role::Ignored)
            .map(|(name, _)| normalise_name(name))
            .collect();
        match tables_read.iter().find(|(earlier, ..)| *earlier == kind) {
            Some((_, _, earlier)) => {
                self.ledger.report(IssueKind::SameTableTwice, Severity::Note, Place::default(), || {
                    words(
                        format!("this is the second {} file, after {earlier}", table_name(kind)),
                        "Both are read and joined; nothing needs to be done if that is meant.",
                    )
                });
            }
            None => tables_read.push((kind, names, self.ledger.file.clone())),
        }
    }
}

fn preview_of(table: &Table<'_>) -> FilePreview {
    const SAMPLES: usize = 4;
    const LOOKED_AT: usize = 400;
    let columns = table
        .columns
        .iter()
        .map(|column| {
            let mut samples: Vec<String> = Vec::new();
            for place in 0..table.len.min(LOOKED_AT) {
                if samples.len() == SAMPLES {
                    break;
                }
                let cell = match column {
                    Column::Number(numbers) => {
                        let number = numbers.value(place).map(|value| value.to_string());
                        number.or_else(|| numbers.refused_cell(place).map(str::to_owned))
                    }
                    Column::Text(texts) => texts.value(place).map(|cell| cell.chars().take(40).collect()),
                };
                samples.extend(cell.filter(|cell| !samples.contains(cell)));
            }
            ColumnPreview { samples, is_number: matches!(column, Column::Number(_)) }
        })
        .collect();
    FilePreview { columns, rows: table.rows_in() }
}

fn report_few_rows(table: &Table<'_>, ledger: &mut Ledger) {
    match table.rows_in() {
        0 => ledger.report(IssueKind::HeaderOnly, Severity::Error, Place::default(), || {
            words(
                "the file has a header and no rows",
                "Export it again with its rows; the other files are analysed meanwhile.",
            )
        }),
        1 => ledger.report(IssueKind::OneRow, Severity::Warning, Place::default(), || {
            words(
                "the file has only one row of data",
                "Check that the export is complete; the row is used as far as it can be.",
            )
        }),
        _ => {}
    }
}

fn say_unknown_table(header: &[String]) -> Words {
    let mut names: Vec<String> = header.iter().take(8).map(|name| cell::quote(name)).collect();
    if header.len() > names.len() {
        names.push("…".into());
    }
    words(
        format!("the columns {} belong to no table that is known", names.join(", ")),
        "Choose what the file is under “How it was read”, and give its columns their roles; the other files are analysed \
         meanwhile.",
    )
}
