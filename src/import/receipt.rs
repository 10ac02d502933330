use serde::{Deserialize, Serialize};

use super::TableKind;

/// Rows in = rows used + rows set aside, for each file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub files: Vec<FileReceipt>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileReceipt {
    pub name: String,
    pub table: TableKind,
    /// What the file was taken for and what gave it away, in a sentence.
    pub why: String,
    /// Data rows: titles, the header and blank lines not counted.
    pub rows_in: u64,
    pub rows_used: u64,
    /// One entry a reason; their rows add up to `rows_in - rows_used`.
    pub set_aside: Vec<SetAside>,
    pub columns: Vec<ColumnReceipt>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetAside {
    pub reason: String,
    pub count: u64,
    /// The first hundred, as a spreadsheet counts.
    pub rows: Vec<u64>,
}

/// Cells of one column over all rows: parsed + missing + censored + refused = rows in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnReceipt {
    pub column: String,
    /// What it was used as, in a word or two.
    pub used_as: String,
    pub parsed: u64,
    pub missing: u64,
    /// `<x` and `>x`.
    pub censored: u64,
    pub refused: u64,
}
