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
    /// Only the user can know; nothing is guessed meanwhile.
    Question,
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
    /// Another encoding would have given another text.
    EncodingUnsure,
    /// Nothing tells whether `1,234` is a thousand.
    AmbiguousNumbers,
    /// Decimal points and decimal commas in one file.
    MixedMarks,
    /// Nothing tells whether 03/04/2012 is in March or in April.
    AmbiguousDates,
    /// A date that the calendar does not have, or that no trial can have.
    ImpossibleDate,
    /// Dates, and nothing that says where a subject's time begins.
    BaselineAssumed,
    /// A visit whose name does not tell when it was.
    VisitWithoutTime,
    /// A row of totals or a remark below the table.
    TotalsRow,
    /// `ND` among an assay's values: not detected, or not done.
    NotDetectedOrNotDone,
    /// A value beyond a limit that no cell names.
    LimitUnsaid,
    /// Values outside the assay's standard curve.
    Extrapolated,
    /// CSF and serum of one analyte.
    MixedSpecimens,
    /// Two names of one analyte.
    TwoNames,
    /// Concentrations of 0 or less, which have no logarithm.
    NotPositive,
    /// Values beyond a limit in a column that is no analyte's.
    LimitInOutcome,
    /// People without a recorded end of follow-up, censored when last seen.
    CensoredAtLastContact,
    /// A censoring flag, turned over.
    CensoringTurned,
    /// Percent of normal in the column of litres.
    PercentInLitres,
    /// Values were converted to another unit.
    UnitsConverted,
    /// Items of the ALSFRS-R without 5a and without 5b.
    NeitherItemFive,
    /// A total of the ten items of the original ALSFRS.
    FortyPointScale,
    VisitAfterDeath,
    ImplausibleRise,
    ImplausibleValue,
    EndBeforeStart,
    /// A word or a number that is no severity.
    UnknownSeverity,
    /// In the subjects file and in no other, or in some files only.
    SubjectWithoutData,
    UnevenMissingness,
    /// A status names its events in words.
    EventsNamed,
}
