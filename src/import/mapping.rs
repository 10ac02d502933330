use serde::{Deserialize, Serialize};

use super::dialect::Dialect;
use crate::trial::TimeUnit;

/// What a file was taken for, how its text is spelled and what each of its columns means: part of the plan, applied
/// again to a file with the same header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileMapping {
    pub name: String,
    /// Of the bytes, lower-case hex.
    pub sha256: String,
    pub bytes: u64,
    /// Whose habits the file follows.
    pub format: Format,
    pub table: TableKind,
    pub dialect: Dialect,
    /// Empty in a plan: the roles of `table` are found from the header.
    pub columns: Vec<ColumnMapping>,
    /// For a column of names ([`Role::Parameter`], [`Role::Analyte`]): what each name stands for, when it is not itself.
    #[serde(default)]
    pub parameters: Vec<ParameterMapping>,
    /// For a column of visits' names and for columns that name a visit: when each visit was.
    #[serde(default)]
    pub visit_times: Vec<VisitTime>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMapping {
    pub column: String,
    pub role: Role,
    /// From the header: `pg/mL` of `IL-6 (pg/mL)`.
    #[serde(default)]
    pub unit: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterMapping {
    /// As in the file.
    pub parameter: String,
    pub measure: Measure,
}

/// When a visit with this name was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitTime {
    /// As in the file.
    pub visit: String,
    /// From baseline; absent when nobody has said, and then rows of this visit are set aside.
    #[serde(default)]
    pub time: Option<f64>,
    pub unit: TimeUnit,
}

/// Whose habits a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Tidy,
    /// Columns that name a visit, one row a subject.
    Wide,
    Proact,
    Adam,
    Sdtm,
    Redcap,
    Unknown,
}

/// What a file's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// One row a subject: who is in the trial.
    Subjects,
    /// Facts about subjects, several rows each; the first of each fact counts.
    Characteristics,
    /// One row a subject and time, a column for each outcome.
    Visits,
    /// One row a subject, time and parameter.
    Measurements,
    /// One row a subject, time and analyte.
    Biomarkers,
    /// Breathing tests as PRO-ACT has them: up to three trials in litres and in percent.
    Breathing,
    /// One row a subject and endpoint.
    Survival,
    /// One row an event.
    AdverseEvents,
    /// How people left the trial.
    Disposition,
    /// Several of these in one table; the columns' roles say which.
    Mixed,
    /// When each named visit was; read before all others.
    VisitSchedule,
    /// REDCap's data dictionary: what coded choices mean; read before all others.
    Dictionary,
    /// Kept in the receipt, used by nothing.
    Unrecognised,
}

/// What a number is a value of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Outcome(String),
    /// Item of the ALSFRS-R, 1 to 12, or 5a / 5b.
    AlsfrsItem(String),
    AlsfrsTotal,
    Analyte(String),
    Ignored,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    SubjectId,
    Arm,
    /// Time from baseline.
    Time(TimeUnit),
    /// CDISC's day: 1 is baseline, and there is no day 0.
    StudyDay,
    /// A calendar date, counted from the subject's baseline.
    Date,
    /// The visit's name; `FileMapping::visit_times` says when it was.
    VisitName,
    /// The calendar date that a subject's time counts from.
    BaselineDate,
    /// Months from baseline to randomisation, where another date is baseline.
    RandomisationDate,
    /// Months from baseline to the first dose, where another date is baseline.
    FirstDoseDate,
    LastDoseDate,
    Covariate,
    /// Days from baseline to birth, negative: age where no other column gives it.
    BirthDay,
    BirthDate,
    /// Days from baseline to the first symptom, negative: months since onset.
    OnsetDay,
    OnsetDate,
    Outcome,
    AlsfrsItem(String),
    AlsfrsTotal,
    /// The level of the analyte that the column is named after.
    Level,
    /// A value at the visit that the column names.
    At {
        measure: Measure,
        visit: String,
    },
    Parameter,
    /// The parameter in words, by which the ALSFRS-R's items are known.
    ParameterLabel,
    /// The group that a parameter or an event belongs to.
    Category,
    Analyte,
    Value,
    /// The value as it was reported, `<0.5` and all; read where [`Role::Value`] is empty.
    ValueText,
    Unit,
    /// The unit of the cells of the named column.
    UnitOf(String),
    LowerLimit,
    Specimen,
    /// Only rows with a yes are used.
    OnlyYes,
    /// Rows with anything in this cell are set aside.
    OnlyEmpty,
    Event,
    /// The other way round: 0 is an event, anything above is censored.
    Censoring,
    Endpoint,
    /// Time to the event or to the last contact, in a table that has other times too.
    FollowUp(TimeUnit),
    /// When it happened; empty for who had no event.
    EventDate,
    /// When a subject was last known to be without the event.
    LastContactDate,
    Term,
    SystemOrganClass,
    Severity,
    Serious,
    Related,
    /// Whether the files themselves count the event as treatment-emergent.
    TreatmentEmergent,
    /// How the event ended: fatal, recovered and so on.
    EventOutcome,
    StartDay,
    EndDay,
    StartStudyDay,
    EndStudyDay,
    StartDate,
    EndDate,
    /// A trial of a breathing test, in litres.
    Litres,
    /// A trial of a breathing test, in percent of normal.
    PercentOfNormal,
    NormalLitres,
    BreathingUnit,
    Ignored,
}
