//! Two independent groups, compared by their means.

mod student_t_test;
mod welch_t_test;

pub use student_t_test::{student_t_test, student_t_test_from_summaries};
pub use welch_t_test::{welch_t_test, welch_t_test_from_summaries};

use super::{DEFAULT_CONFIDENCE_LEVEL, Interval};

/// What both two-sample t-tests can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TTestOptions {
    /// Coverage of the interval of the difference, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
}

impl Default for TTestOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL }
    }
}

/// One group as a paper prints it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupSummary {
    /// Number of values, at least 1.
    pub n: usize,
    /// Arithmetic mean, in the unit of the values.
    pub mean: f64,
    /// Standard deviation with divisor n - 1, in the unit of the values, at least 0. Not read when `n` is 1.
    pub sd: f64,
}

/// The answer of a two-sample t-test, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoSampleTTest {
    /// Mean of the treated minus mean of the control values, in their unit.
    pub difference: f64,
    /// Standard error of the difference, same unit.
    pub std_error: f64,
    /// Degrees of freedom; fractional for Welch.
    pub df: f64,
    /// Difference over its standard error.
    pub t: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    /// Confidence interval of the difference, same unit.
    pub interval: Interval,
}
