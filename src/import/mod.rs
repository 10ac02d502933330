//! Bytes to a [`Trial`]: nothing is dropped without a row in the receipt, nothing is wrong without an issue.

mod cell;
mod columns;
mod decode;
mod issue;
mod join;
mod ledger;
mod mapping;
mod receipt;
mod table;
mod tidy;

pub use cell::MISSING_TOKENS;
pub use columns::{Column, NumberColumn, RaggedRow, Table, TextColumn, Unreadable, read_columns};
pub use decode::NotText;
pub use issue::{Issue, IssueKind, Severity};
pub use mapping::{ColumnMapping, FileMapping, Role, TableKind};
pub use receipt::{ColumnReceipt, FileReceipt, Receipt, SetAside};

use sha2::{Digest, Sha256};

use crate::order::sort_places;
use crate::trial::Trial;
use columns::{read_header, read_table};
use decode::decode;
use join::Join;
use ledger::{Ledger, Place, Words, words};
use tidy::{Sheet, check_header, kind_of, read_sheet, recognise, role_by_cells, table_name, used_as};

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

/// What was read, how it was understood, and what was wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Import {
    pub trial: Trial,
    /// What each file was taken for; part of the plan, so that it can be changed and reapplied.
    pub files: Vec<FileMapping>,
    pub receipt: Receipt,
    pub issues: Vec<Issue>,
}

/// Reads all files into one trial. A mapping is used for the file that has its name and its header; the other files'
/// tables and roles are taken from their columns. `on_progress` hears the file's name and the share of all bytes read.
pub fn read_trial(
    files: &[SourceFile<'_>],
    mappings: Option<&[FileMapping]>,
    on_progress: &mut dyn FnMut(&str, f64),
) -> Import {
    let all_bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let mut drafts: Vec<Draft<'_>> = files.iter().map(|file| understand(file, mappings.unwrap_or_default())).collect();
    // Subjects first: they say who is known and who is in which arm.
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    let comes_later = |at: usize| drafts.get(at).is_none_or(|draft| draft.mapping.table != TableKind::Subjects);
    sort_places(&mut order, &|a, b| comes_later(a).cmp(&comes_later(b)));
    let mut join = Join::default();
    let mut tables_read: Vec<(TableKind, String)> = Vec::new();
    let mut bytes_before = 0;
    for at in order {
        let (Some(draft), Some(file)) = (drafts.get_mut(at), files.get(at)) else { continue };
        let share = |bytes: usize| if all_bytes == 0 { 1.0 } else { (bytes as f64 / all_bytes as f64).min(1.0) };
        // A column that has to be read a second time does not turn the clock back.
        let mut furthest = 0;
        let mut on_position = |position: usize| {
            furthest = furthest.max(position);
            on_progress(file.name, share(bytes_before + furthest));
        };
        draft.read(&mut join, &mut tables_read, &mut on_position);
        bytes_before += file.bytes.len();
        on_progress(file.name, share(bytes_before));
    }
    let mut import = Import::default();
    for draft in drafts {
        let header: Vec<String> = draft.mapping.columns.iter().map(|column| column.column.clone()).collect();
        let uses: Vec<String> = draft.mapping.columns.iter().map(|column| used_as(&column.role)).collect();
        let (receipt, issues) = draft.ledger.close(draft.mapping.table, &header, &uses);
        import.receipt.files.push(receipt);
        import.issues.extend(issues);
        import.files.push(draft.mapping);
    }
    let (trial, issues) = join.finish(files.first().map_or("", |file| file.name));
    import.trial = trial;
    import.issues.extend(issues);
    import
}

/// A file between its header and its rows.
struct Draft<'a> {
    ledger: Ledger,
    mapping: FileMapping,
    /// Absent when the file cannot be read.
    body: Option<Body<'a>>,
}

struct Body<'a> {
    text: &'a str,
    separator: u8,
    header: Vec<String>,
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
        table: TableKind::Unrecognised,
        separator: ',',
        columns: Vec::new(),
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
        return Draft { ledger, mapping, body: None };
    }
    mapping.sha256 = Sha256::digest(file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let read = decode(file.bytes)
        .map_err(Unreadable::NotText)
        .and_then(|(text, _)| read_header(text).map(|(separator, header)| (text, separator, header)));
    let (text, separator, header) = match read {
        Ok(read) => read,
        Err(unreadable) => {
            let (kind, say) = say_unreadable(&unreadable);
            ledger.report(kind, Severity::Error, Place::default(), || say);
            return Draft { ledger, mapping, body: None };
        }
    };
    mapping.separator = char::from(separator);
    let (table, roles) = match given_roles(file.name, &header, mappings, &mut ledger) {
        Some(given) => given,
        None => match recognise(file.name, &header) {
            Some(recognised) => (recognised.table, recognised.roles),
            None => (TableKind::Unrecognised, vec![Some(Role::Ignored); header.len()]),
        },
    };
    mapping.table = table;
    mapping.columns = header
        .iter()
        .zip(&roles)
        .map(|(column, role)| ColumnMapping { column: column.clone(), role: role.clone().unwrap_or(Role::Ignored) })
        .collect();
    let is_complete = check_header(table, &header, &roles, &mut ledger);
    Draft { ledger, mapping, body: Some(Body { text, separator, header, roles, is_complete }) }
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
                "the first line is not a row of column names separated by commas, semicolons, tabs or bars",
                "Export the table as a CSV file with a header; the other files are analysed meanwhile.",
            ),
        ),
    }
}

/// Table and roles of the mapping with this name and header.
fn given_roles(
    name: &str,
    header: &[String],
    mappings: &[FileMapping],
    ledger: &mut Ledger,
) -> Option<(TableKind, Vec<Option<Role>>)> {
    let mut of_this_name = mappings.iter().filter(|mapping| mapping.name == name).peekable();
    of_this_name.peek()?;
    let fits = |mapping: &&FileMapping| mapping.columns.iter().map(|column| &column.column).eq(header);
    match of_this_name.find(fits) {
        Some(mapping) => {
            Some((mapping.table, mapping.columns.iter().map(|column| Some(column.role.clone())).collect()))
        }
        None => {
            ledger.report(IssueKind::MappingNotUsed, Severity::Warning, Place::default(), || {
                words(
                    "the plan describes this file with other columns",
                    "Check that it is the right file; its columns are taken from its own header meanwhile.",
                )
            });
            None
        }
    }
}

impl Draft<'_> {
    fn read(
        &mut self,
        join: &mut Join,
        tables_read: &mut Vec<(TableKind, String)>,
        on_position: &mut dyn FnMut(usize),
    ) {
        let Some(body) = self.body.take() else { return };
        let ledger = &mut self.ledger;
        let kinds: Vec<_> = body.roles.iter().map(|role| kind_of(role.as_ref())).collect();
        let table = read_table(body.text, body.separator, body.header, &kinds, on_position);
        ledger.open(&table);
        let kind = self.mapping.table;
        let roles: Vec<Role> = body
            .roles
            .into_iter()
            .enumerate()
            .map(|(column, role)| role.unwrap_or_else(|| settle_role(kind, &table, column, ledger)))
            .collect();
        for (column, role) in self.mapping.columns.iter_mut().zip(&roles) {
            column.role = role.clone();
        }
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
        if kind == TableKind::Unrecognised {
            if table.rows_in() > 0 {
                ledger.report(IssueKind::UnknownTable, Severity::Error, Place::default(), || {
                    say_unknown_table(&table.header)
                });
            }
            ledger.set_aside_all("table not recognised", &table);
            return;
        }
        if !body.is_complete {
            ledger.set_aside_all("a required column is missing", &table);
            return;
        }
        if table.rows_in() == 0 {
            return;
        }
        match tables_read.iter().find(|(earlier, _)| *earlier == kind) {
            Some((_, earlier)) => {
                ledger.report(IssueKind::SameTableTwice, Severity::Note, Place::default(), || {
                    words(
                        format!("this is the second {} file, after {earlier}", table_name(kind)),
                        "Both are read and joined; nothing needs to be done if that is meant.",
                    )
                });
            }
            None => tables_read.push((kind, ledger.file.clone())),
        }
        read_sheet(kind, Sheet { table, roles }, join, ledger);
    }
}

/// The role of a column whose name says nothing, with a note when some of its cells are numbers that are not read.
fn settle_role(kind: TableKind, table: &Table<'_>, column: usize, ledger: &mut Ledger) -> Role {
    let role = role_by_cells(kind, table.columns.get(column));
    let texts = table.text(column).filter(|_| kind == TableKind::Visits);
    let has_number = |texts: &&TextColumn<'_>| texts.values.iter().any(|cell| cell.parse::<f64>().is_ok());
    if let (Some(texts), Some(name)) = (texts.filter(has_number), table.header.get(column)) {
        ledger.report(IssueKind::IgnoredColumn, Severity::Note, Place::column(name), || {
            let word = texts.values.iter().find(|cell| cell.parse::<f64>().is_err());
            words(
                format!(
                    "cells such as {} are not numbers, so the column is not read",
                    cell::quote(word.map_or("", |w| w))
                ),
                "If it is an outcome, correct its cells or set its role to outcome.",
            )
        });
    }
    role
}

fn say_unknown_table(header: &[String]) -> Words {
    let mut names: Vec<String> = header.iter().take(8).map(|name| cell::quote(name)).collect();
    if header.len() > names.len() {
        names.push("…".into());
    }
    words(
        format!("the columns {} belong to no table that is known", names.join(", ")),
        "A subjects file needs subject_id and arm; visits: subject_id, month or day, and numbers; biomarkers: subject_id, \
         month or day, analyte, value; survival: subject_id, time_months or time_days, event; adverse events: subject_id, \
         term. Rename the columns; the other files are analysed meanwhile.",
    )
}
