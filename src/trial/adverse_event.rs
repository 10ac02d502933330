use super::SourceRow;

/// One row of the adverse-event file. Days count from baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct AdverseEvent {
    pub subject: usize,
    pub term: String,
    pub system_organ_class: Option<String>,
    pub severity: Option<String>,
    pub is_serious: Option<bool>,
    pub is_related: Option<bool>,
    pub start_day: Option<f64>,
    pub end_day: Option<f64>,
    pub source: SourceRow,
}
