//! One file's account while it is read: issues, rows set aside, what became of each cell.

use super::cell::quote;
use super::columns::{Column, Table};
use super::{ColumnReceipt, FileReceipt, Issue, IssueKind, SetAside, Severity, TableKind};

/// Issues and reasons name at most this many rows; `count` says how many there are.
const MOST_ROWS_NAMED: usize = 100;

/// Where in the file something is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'p> {
    pub row: Option<u64>,
    pub column: Option<&'p str>,
    pub subject: Option<&'p str>,
}

impl<'p> Place<'p> {
    pub fn row(row: u64) -> Self {
        Self { row: Some(row), ..Self::default() }
    }

    pub fn column(column: &'p str) -> Self {
        Self { column: Some(column), ..Self::default() }
    }

    pub fn cell(row: u64, column: &'p str, subject: Option<&'p str>) -> Self {
        Self { row: Some(row), column: Some(column), subject }
    }
}

/// What is wrong and what to do.
pub struct Words {
    pub what: String,
    pub hint: String,
}

pub fn words(what: impl Into<String>, hint: impl Into<String>) -> Words {
    Words { what: what.into(), hint: hint.into() }
}

/// What became of the cells of a column.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub parsed: u64,
    pub missing: u64,
    pub censored: u64,
    pub refused: u64,
}

#[derive(Debug)]
pub struct Ledger {
    pub file: String,
    pub rows_in: u64,
    tallies: Vec<Tally>,
    issues: Vec<Issue>,
    set_aside: Vec<SetAside>,
}

impl Ledger {
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), rows_in: 0, tallies: Vec::new(), issues: Vec::new(), set_aside: Vec::new() }
    }

    /// Takes over the table's rows and cells, and reports the rows that have no place in its columns.
    pub fn open(&mut self, table: &Table<'_>) {
        self.rows_in = table.rows_in();
        let (ragged, empty) = (table.ragged.len() as u64, table.empty_rows.len() as u64);
        for column in &table.columns {
            let (missing, refused) = match column {
                Column::Number(numbers) => (numbers.missing, numbers.refused.len() as u64),
                Column::Text(texts) => (texts.missing, 0),
            };
            self.tallies.push(Tally {
                parsed: table.len as u64 - missing - refused,
                missing: missing + empty,
                censored: 0,
                refused: refused + ragged,
            });
        }
        if let Some(row) = table.unclosed_quote {
            self.report(IssueKind::UnclosedQuote, Severity::Error, Place::row(row), || {
                words(
                    "a quotation mark is opened here and never closed, so that the rest of the file is one cell",
                    "Close the quotation mark or remove it; the rows above it are used meanwhile.",
                )
            });
        }
        for ragged in &table.ragged {
            self.set_aside("ragged row", ragged.row);
            self.report(IssueKind::RaggedRow, Severity::Error, Place::row(ragged.row), || {
                words(
                    format!("the row has {} cells where the header has {}", ragged.cells, table.header.len()),
                    "Look for a missing or an extra separator, or for text with a separator that is not in quotation \
                     marks; the row is set aside.",
                )
            });
        }
        for &row in &table.empty_rows {
            self.set_aside("empty row", row);
            self.report(IssueKind::EmptyRow, Severity::Note, Place::row(row), || {
                words("all cells of the row are empty", "Nothing needs to be done; the row is set aside.")
            });
        }
    }

    /// One more row of an issue; it is put into words the first time only.
    pub fn report(&mut self, kind: IssueKind, severity: Severity, place: Place<'_>, say: impl FnOnce() -> Words) {
        let same = |issue: &&mut Issue| {
            issue.kind == kind && issue.severity == severity && issue.column.as_deref() == place.column
        };
        if let Some(issue) = self.issues.iter_mut().find(same) {
            issue.count += 1;
            if issue.rows.len() < MOST_ROWS_NAMED {
                issue.rows.extend(place.row);
            }
            return;
        }
        let Words { what, hint } = say();
        let mut message = self.file.clone();
        if let Some(row) = place.row {
            message.push_str(&format!(", row {row}"));
        }
        if let Some(column) = place.column {
            message.push_str(&format!(", column {}", quote(column)));
        }
        if let Some(subject) = place.subject {
            message.push_str(&format!(", subject {}", quote(subject)));
        }
        message.push_str(": ");
        message.push_str(&what);
        message.push('.');
        self.issues.push(Issue {
            severity,
            kind,
            file: self.file.clone(),
            row: place.row,
            column: place.column.map(str::to_owned),
            subject: place.subject.map(str::to_owned),
            count: 1,
            rows: place.row.into_iter().collect(),
            message,
            hint,
        });
    }

    /// A row may be set aside once only.
    pub fn set_aside(&mut self, reason: &str, row: u64) {
        let entry = match self.set_aside.iter_mut().find(|entry| entry.reason == reason) {
            Some(entry) => entry,
            None => {
                self.set_aside.push(SetAside { reason: reason.to_owned(), count: 0, rows: Vec::new() });
                match self.set_aside.last_mut() {
                    Some(entry) => entry,
                    None => return,
                }
            }
        };
        entry.count += 1;
        if entry.rows.len() < MOST_ROWS_NAMED {
            entry.rows.push(row);
        }
    }

    /// A file of which no row can be used.
    pub fn set_aside_all(&mut self, reason: &str, table: &Table<'_>) {
        for place in 0..table.len {
            self.set_aside(reason, table.row(place));
        }
    }

    /// A cell that had been read turned out not to be usable.
    pub fn refuse_cell(&mut self, column: usize) {
        if let Some(tally) = self.tallies.get_mut(column) {
            tally.parsed = tally.parsed.saturating_sub(1);
            tally.refused += 1;
        }
    }

    /// A cell that had not been read as a number turned out to hold one.
    pub fn accept_cell(&mut self, column: usize, is_censored: bool) {
        if let Some(tally) = self.tallies.get_mut(column) {
            tally.refused = tally.refused.saturating_sub(1);
            if is_censored {
                tally.censored += 1;
            } else {
                tally.parsed += 1;
            }
        }
    }

    /// `used_as` runs parallel to `header`.
    pub fn close(self, table: TableKind, header: &[String], used_as: &[String]) -> (FileReceipt, Vec<Issue>) {
        let aside: u64 = self.set_aside.iter().map(|entry| entry.count).sum();
        let columns = header
            .iter()
            .zip(used_as)
            .enumerate()
            .map(|(at, (column, used_as))| {
                let tally = self.tallies.get(at).copied().unwrap_or_default();
                ColumnReceipt {
                    column: column.clone(),
                    used_as: used_as.clone(),
                    parsed: tally.parsed,
                    missing: tally.missing,
                    censored: tally.censored,
                    refused: tally.refused,
                }
            })
            .collect();
        let receipt = FileReceipt {
            name: self.file,
            table,
            rows_in: self.rows_in,
            rows_used: self.rows_in.saturating_sub(aside),
            set_aside: self.set_aside,
            columns,
        };
        let mut issues = self.issues;
        for issue in &mut issues {
            if issue.count > 1 {
                issue.message.push_str(&format!(" There are {} such rows.", issue.count));
            }
        }
        (receipt, issues)
    }
}
