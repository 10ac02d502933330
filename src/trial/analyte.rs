use serde::{Deserialize, Serialize};

use super::{SourceRow, TimeUnit};

#[derive(Debug, Clone, PartialEq)]
pub struct Analyte {
    pub name: String,
    pub unit: Option<String>,
    pub time_unit: TimeUnit,
    /// Sorted by subject, then time; one sample per subject and time.
    pub samples: Vec<Sample>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    pub subject: usize,
    pub time_months: f64,
    pub value: Measured,
    pub source: SourceRow,
}

/// A concentration, or the limit it lies beyond.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    Exact(f64),
    Beyond { side: Side, limit: f64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Below,
    Above,
}
