use serde::{Deserialize, Serialize};

use crate::trial::TimeUnit;

/// What a file was taken for and what each of its columns means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileMapping {
    pub name: String,
    /// Of the bytes, lower-case hex.
    pub sha256: String,
    pub bytes: u64,
    pub table: TableKind,
    /// The field separator that was found: `,` `;` tab or `|`.
    pub separator: char,
    pub columns: Vec<ColumnMapping>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMapping {
    pub column: String,
    pub role: Role,
}

/// The tidy tables. Other formats come in as their own variants and leave as the same [`crate::trial::Trial`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    Subjects,
    Visits,
    Biomarkers,
    Survival,
    AdverseEvents,
    /// Kept in the receipt, used by nothing.
    Unrecognised,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    SubjectId,
    Arm,
    Time(TimeUnit),
    Covariate,
    Outcome,
    /// Item of the ALSFRS-R, 1 to 12, or 5a / 5b.
    AlsfrsItem(String),
    AlsfrsTotal,
    Analyte,
    Value,
    Unit,
    Event,
    Endpoint,
    Term,
    SystemOrganClass,
    Severity,
    Serious,
    Related,
    StartDay,
    EndDay,
    Ignored,
}
