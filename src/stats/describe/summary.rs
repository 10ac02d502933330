#![allow(clippy::unimplemented, unused_variables)]
use crate::stats::{Interval, StatError};
/// A column of numbers in four figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Number of values.
    pub n: usize,
    /// Arithmetic mean, in the unit of the values.
    pub mean: f64,
    /// Standard deviation with divisor n - 1, in the unit of the values; absent for a single value.
    pub sd: Option<f64>,
    /// Standard error of the mean, sd / sqrt(n); absent for a single value.
    pub std_error: Option<f64>,
}
pub fn estimate_summary(values: &[f64]) -> Result<Summary, StatError> {
    unimplemented!()
}
pub fn mean_interval(summary: &Summary, confidence_level: f64) -> Option<Interval> {
    unimplemented!()
}
