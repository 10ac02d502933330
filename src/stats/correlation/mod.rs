//! How two columns of numbers go together.

mod pearson;
mod spearman;

pub use pearson::pearson;
pub use spearman::spearman;

use super::{DEFAULT_CONFIDENCE_LEVEL, Interval};

/// What a correlation can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrelationOptions {
    /// Coverage of the interval, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
}

impl Default for CorrelationOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL }
    }
}

/// Where a correlation's p-value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrelationPMethod {
    /// t = r sqrt(df / (1 - r^2)) referred to Student's t with df = n - 2.
    StudentT,
    /// Every order of the ranks counted; exact without ties.
    ExactPermutation,
}

/// A correlation coefficient with its doubt, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// Number of pairs.
    pub n: usize,
    /// The coefficient, from -1 to 1.
    pub coefficient: f64,
    /// Confidence interval of the coefficient; absent below 4 pairs, (r, r) when |r| is 1.
    pub interval: Option<Interval>,
    /// t on `df` degrees of freedom; infinite, with the coefficient's sign, when |r| is 1.
    pub statistic: f64,
    /// n - 2.
    pub df: f64,
    /// Two-sided p-value, by `p_method`.
    pub p_value: f64,
    /// How the p-value was found.
    pub p_method: CorrelationPMethod,
}
