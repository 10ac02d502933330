use serde::{Deserialize, Serialize};

/// Something about the data that a person should know: where it is, what it is, what to do.
/// Issues are collected; reading goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    pub severity: Severity,
    pub kind: IssueKind,
    pub file: String,
    /// As a spreadsheet counts: the header is row 1. The first of them when `count` is more than one.
    #[serde(default)]
    pub row: Option<u64>,
    #[serde(default)]
    pub column: Option<String>,
    #[serde(default)]
    pub subject: Option<String>,
    /// How many rows have it; issues of one kind in one column of one file are one issue.
    pub count: u64,
    /// The rows that have it, the first hundred.
    pub rows: Vec<u64>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do, and what the analyses do meanwhile.
    pub hint: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file or the rows could not be used.
    Error,
    /// Used, with a doubt.
    Warning,
    /// Worth knowing.
    Note,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueKind {
    NotText,
    NotCsv,
    EmptyFile,
    HeaderOnly,
    TooLarge,
    UnknownTable,
    MissingColumn,
    DuplicateColumn,
    RaggedRow,
    MissingSubject,
    DuplicateSubject,
    DuplicateVisit,
    UnknownSubject,
    NotANumber,
    BadTime,
    ItemOutOfRange,
    TotalOutOfRange,
    TotalDiffersFromItems,
    BothItemFive,
    ConflictingArm,
    NegativeTime,
    BadEvent,
    AllMissing,
    OneArm,
    OneRow,
    MixedUnits,
    SameTableTwice,
    /// A quotation mark is opened and never closed.
    UnclosedQuote,
    EmptyRow,
    /// A required cell other than subject, time, event and value is empty.
    MissingCell,
    /// A yes/no cell that says something else.
    NotYesNo,
    /// Commas were read as decimal commas.
    DecimalComma,
    /// Some of the column's cells are numbers, not enough to read it.
    IgnoredColumn,
    TwoTimeColumns,
    TimeUnitAssumed,
    /// The sum of the twelve items stands in for a total that is not recorded.
    TotalFromItems,
    NoArm,
    /// The file's header is not the one that its mapping was made for.
    MappingNotUsed,
}
