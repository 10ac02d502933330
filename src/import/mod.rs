//! Bytes to a [`Trial`]: nothing is dropped without a row in the receipt, nothing is wrong without an issue.

mod issue;
mod mapping;
mod receipt;

pub use issue::{Issue, IssueKind, Severity};
pub use mapping::{ColumnMapping, FileMapping, Role, TableKind};
pub use receipt::{ColumnReceipt, FileReceipt, Receipt, SetAside};

use crate::trial::Trial;

/// A file as it was dropped: its name and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// The largest file that is read. Larger ones are refused by name and size, before their bytes are touched.
pub const LARGEST_FILE_BYTES: u64 = 128 * 1024 * 1024;

/// What was read, how it was understood, and what was wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Import {
    pub trial: Trial,
    /// What each file was taken for; part of the plan, so that it can be changed and reapplied.
    pub files: Vec<FileMapping>,
    pub receipt: Receipt,
    pub issues: Vec<Issue>,
}
