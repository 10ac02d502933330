use super::{SourceRow, TimeUnit};

/// Time to an event, one record per subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    pub name: String,
    pub time_unit: TimeUnit,
    pub records: Vec<FollowUp>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FollowUp {
    pub subject: usize,
    /// From the file's own start of time, at least 0.
    pub time_months: f64,
    /// False when the subject was last seen without the event (censored).
    pub is_event: bool,
    pub source: SourceRow,
}
