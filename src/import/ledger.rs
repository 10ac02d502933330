//! One file's account while it is read: issues, what became of each row and of each cell.

use super::cell::quote;
use super::columns::{Column, Table};
use super::{ColumnReceipt, FileMapping, FileReceipt, Issue, IssueKind, SetAside, Severity};

/// Issues and reasons name at most this many rows; `count` says how many there are.
pub const MOST_ROWS_NAMED: usize = 100;

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

/// What became of each row of a file, a byte a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowFates {
    /// By row, as a spreadsheet counts from 1.
    fates: Vec<u8>,
    reasons: Vec<String>,
}

/// No row of the table, or one that nothing has been said of.
const UNSEEN: u8 = 0;
const USED: u8 = 1;
const FIRST_REASON: u8 = 2;

impl RowFates {
    /// The reason a row was set aside for; nothing for a row that was used and for what is no row.
    pub fn reason(&self, row: u64) -> Option<&str> {
        let fate = *self.fates.get(row as usize)?;
        self.reasons.get(usize::from(fate.checked_sub(FIRST_REASON)?)).map(String::as_str)
    }

    pub fn is_used(&self, row: u64) -> bool {
        self.fates.get(row as usize) == Some(&USED)
    }

    /// The rows that were set aside, in their order.
    pub fn set_aside(&self) -> impl Iterator<Item = (u64, &str)> {
        self.fates.iter().enumerate().filter_map(|(row, _)| Some((row as u64, self.reason(row as u64)?)))
    }

    fn code(&mut self, reason: &str) -> u8 {
        let at = self.reasons.iter().position(|known| known == reason).unwrap_or_else(|| {
            // A file has a dozen reasons at most; were there ever more, the last would be named for the rest.
            if self.reasons.len() < usize::from(u8::MAX - FIRST_REASON) {
                self.reasons.push(reason.to_owned());
            }
            self.reasons.len() - 1
        });
        FIRST_REASON + at as u8
    }

    fn slot(&mut self, row: u64) -> Option<&mut u8> {
        let at = row as usize;
        if at >= self.fates.len() {
            self.fates.resize(at + 1, UNSEEN);
        }
        self.fates.get_mut(at)
    }
}

#[derive(Debug)]
pub struct Ledger {
    pub file: String,
    pub rows_in: u64,
    tallies: Vec<Tally>,
    issues: Vec<Issue>,
    fates: RowFates,
    /// Set aside in the pass that is under way.
    in_pass: Option<Vec<(u64, u8)>>,
}

impl Ledger {
    pub fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            rows_in: 0,
            tallies: Vec::new(),
            issues: Vec::new(),
            fates: RowFates::default(),
            in_pass: None,
        }
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
        let issue = Issue::new(&self.file, kind, severity, place, say());
        self.issues.push(issue);
    }

    /// A row may be set aside once only; a row that another pass uses is used.
    pub fn set_aside(&mut self, reason: &str, row: u64) {
        let code = self.fates.code(reason);
        match &mut self.in_pass {
            Some(pass) => pass.push((row, code)),
            None => {
                if let Some(fate) = self.fates.slot(row) {
                    *fate = code;
                }
            }
        }
    }

    /// A file of which no row can be used.
    pub fn set_aside_all(&mut self, reason: &str, table: &Table<'_>) {
        for place in 0..table.len {
            self.set_aside(reason, table.row(place));
        }
    }

    /// Whether the row was set aside for good, before any pass over the table.
    pub fn is_set_aside(&self, row: u64) -> bool {
        self.fates.reason(row).is_some()
    }

    /// A table may be read in several passes, each of some of its rows: the people in it, then their visits.
    pub fn begin_pass(&mut self) {
        self.in_pass = Some(Vec::new());
    }

    /// The rows of the pass that were not set aside in it are used.
    pub fn end_pass(&mut self, rows: impl Iterator<Item = u64>) {
        let Some(aside) = self.in_pass.take() else { return };
        let aside_code: std::collections::BTreeMap<u64, u8> = aside.into_iter().rev().collect();
        for row in rows {
            let code = if aside_code.is_empty() { None } else { aside_code.get(&row).copied() };
            let Some(fate) = self.fates.slot(row) else { continue };
            match (code, *fate) {
                (None, _) => *fate = USED,
                (Some(code), UNSEEN) => *fate = code,
                (Some(_), _) => {}
            }
        }
    }

    /// Rows that no pass had anything to do with.
    pub fn set_aside_unseen(&mut self, reason: &str, table: &Table<'_>) {
        let code = self.fates.code(reason);
        for place in 0..table.len {
            if let Some(fate) = self.fates.slot(table.row(place)).filter(|fate| **fate == UNSEEN) {
                *fate = code;
            }
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

    /// A cell of text turned out to hold a value beyond a limit.
    pub fn censor_text(&mut self, column: usize) {
        if let Some(tally) = self.tallies.get_mut(column) {
            tally.parsed = tally.parsed.saturating_sub(1);
            tally.censored += 1;
        }
    }

    /// `used_as` runs parallel to the mapping's columns.
    pub fn close(self, mapping: &FileMapping, why: String, used_as: &[String]) -> (FileReceipt, RowFates, Vec<Issue>) {
        let mut set_aside: Vec<SetAside> = Vec::new();
        for reason in &self.fates.reasons {
            set_aside.push(SetAside { reason: reason.clone(), count: 0, rows: Vec::new() });
        }
        for (row, fate) in self.fates.fates.iter().enumerate() {
            let Some(at) = fate.checked_sub(FIRST_REASON) else { continue };
            let Some(entry) = set_aside.get_mut(usize::from(at)) else { continue };
            entry.count += 1;
            if entry.rows.len() < MOST_ROWS_NAMED {
                entry.rows.push(row as u64);
            }
        }
        set_aside.retain(|entry| entry.count > 0);
        let aside: u64 = set_aside.iter().map(|entry| entry.count).sum();
        let columns = mapping
            .columns
            .iter()
            .zip(used_as)
            .enumerate()
            .map(|(at, (column, used_as))| {
                let tally = self.tallies.get(at).copied().unwrap_or_default();
                ColumnReceipt {
                    column: column.column.clone(),
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
            table: mapping.table,
            why,
            rows_in: self.rows_in,
            rows_used: self.rows_in.saturating_sub(aside),
            set_aside,
            columns,
        };
        let mut issues = self.issues;
        for issue in &mut issues {
            issue.say_count();
        }
        (receipt, self.fates, issues)
    }
}

impl Issue {
    /// One row of an issue, with the file, row, column and subject told in its message.
    pub(super) fn new(file: &str, kind: IssueKind, severity: Severity, place: Place<'_>, say: Words) -> Self {
        let Words { what, hint } = say;
        let mut message = file.to_owned();
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
        Self {
            severity,
            kind,
            file: file.to_owned(),
            row: place.row,
            column: place.column.map(str::to_owned),
            subject: place.subject.map(str::to_owned),
            count: 1,
            rows: place.row.into_iter().collect(),
            message,
            hint,
        }
    }

    pub(super) fn say_count(&mut self) {
        if self.count > 1 {
            let what = if self.rows.is_empty() { "cases" } else { "rows" };
            self.message.push_str(&format!(" There are {} such {what}.", self.count));
        }
    }
}
