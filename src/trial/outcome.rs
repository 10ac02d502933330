use super::TimeUnit;
use super::alsfrs::Item;

/// A number measured at visits: the ALSFRS-R total, FVC %, any other column of the visits file.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The column's own name, as in the file; the key in plans.
    pub name: String,
    /// Which item of the ALSFRS-R it is, if it is one.
    pub item: Option<Item>,
    pub unit: Option<String>,
    /// How the file counted time, for showing; `Visit::time_months` is always in months.
    pub time_unit: TimeUnit,
    /// Sorted by subject, then time; one visit per subject and time.
    pub visits: Vec<Visit>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    pub subject: usize,
    /// From baseline (month 0); negative before it.
    pub time_months: f64,
    pub value: f64,
    pub source: SourceRow,
}

/// Where in the files a value stands: rows are counted on through all files, so that four bytes are enough
/// (`import::Receipt` tells the file and the row). A derived value has the row of what it was derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct SourceRow(pub u32);
