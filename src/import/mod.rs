//! Bytes to a [`Trial`]: nothing is dropped without a row in the receipt, nothing is wrong without an issue.

mod audit;
mod cell;
mod columns;
mod date;
mod decode;
mod dialect;
mod format;
mod header;
mod issue;
mod join;
mod ledger;
mod mapping;
mod measured;
mod number_format;
mod open;
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
pub use sheet::names_an_event;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::order::sort_places;
use crate::trial::{SourceRow, Trial};
use cell::MissingTokens;
use columns::{Spelling, read_table};
use format::{
    Head, Recognised, kind_of, recognise, roles_for, settle_parameters, settle_role, settle_visits, table_name,
};
use header::check_header;
use join::Join;
use ledger::{Ledger, Place, Words, words};
use number_format::NumberFormat;
use open::{Chosen, Given, Opened, open, sample_rows, say_unreadable};
use sheet::{Sheet, read_sheet};
use table::Layout;

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

const NO_FORMAT: &str = "no format has these columns";

/// The largest file that is read. Larger ones are refused by name and size, before their bytes are touched.
pub const LARGEST_FILE_BYTES: u64 = 128_000_000;

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
    let mut tables_read: Vec<(TableKind, String)> = Vec::new();
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

/// In pieces: an engine that compiles WebAssembly twice takes up the faster code where a function is called again, and
/// one call for the whole file would never see it (60 MB took two seconds longer).
fn fingerprint(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let mut digest = Sha256::new();
    bytes.chunks(1 << 16).for_each(|piece| digest.update(piece));
    digest.finalize().into_iter()
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
    mapping.sha256 = fingerprint(file.bytes).map(|byte| format!("{byte:02x}")).collect();
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
            // Found or chosen, a file has one reason: a plan that was fed back changes nothing.
            why: match recognise(&head) {
                Some(found) if found.table == known.table && found.format == known.format => found.why,
                None if known.table == TableKind::Unrecognised => NO_FORMAT.into(),
                _ => format!("You chose this table of {}", table_name(known.table)),
            },
        }),
        Some(Chosen::Table(table)) => Some(roles_for(*table, &head)),
        None => recognise(&head),
    };
    let Recognised { format: habits, table, roles, why } = recognised.unwrap_or_else(|| Recognised {
        format: Format::Unknown,
        table: TableKind::Unrecognised,
        roles: vec![Some(Role::Ignored); header.len()],
        why: NO_FORMAT.into(),
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

impl Draft<'_> {
    /// Reads the rows. Gives back where the next file's rows are counted from.
    fn read(
        &mut self,
        source_base: u32,
        join: &mut Join,
        tables_read: &mut Vec<(TableKind, String)>,
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
        self.report_second_table(tables_read);
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
    fn report_second_table(&mut self, tables_read: &mut Vec<(TableKind, String)>) {
        let kind = self.mapping.table;
        let is_single = !matches!(
            kind,
            TableKind::Characteristics | TableKind::Mixed | TableKind::Measurements | TableKind::Breathing
        );
        // A second table of events names others.
        let names_events = self.mapping.columns.iter().any(|column| column.role == Role::Endpoint);
        if !is_single || names_events || self.mapping.format == Format::Proact {
            return;
        }
        match tables_read.iter().find(|(earlier, _)| *earlier == kind) {
            Some((_, earlier)) => {
                self.ledger.report(IssueKind::SameTableTwice, Severity::Note, Place::default(), || {
                    words(
                        format!("this is the second {} file, after {earlier}", table_name(kind)),
                        "Both are read and joined; nothing needs to be done if that is meant.",
                    )
                });
            }
            None => tables_read.push((kind, self.ledger.file.clone())),
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
