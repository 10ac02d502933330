//! How two columns of numbers go together.

mod correlation_difference;
mod pearson;
mod spearman;

pub use correlation_difference::{
    CorrelationDifference, CorrelationDifferenceOptions, CorrelationKind, LabelPermutation, Pairs,
    correlation_difference,
};
pub use pearson::pearson;
pub use spearman::spearman;

use super::distribution::{normal, student_t};
use super::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input, real};

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

fn check_pairs(x: &[f64], y: &[f64], options: &CorrelationOptions) -> Result<(), StatError> {
    input::check_confidence_level(options.confidence_level)?;
    input::check_equal_lengths("pairs", x.len(), y.len())?;
    input::check_finite("x", x)?;
    input::check_finite("y", y)?;
    input::check_at_least("pairs", 3, x.len())?;
    for (what, values) in [("x", x), ("y", y)] {
        if input::is_constant(values) {
            return Err(StatError::NoVariation { what });
        }
    }
    Ok(())
}

/// `variance_factor` is the variance of atanh(coefficient) times n - 3.
fn finish_correlation(
    n: usize,
    coefficient: f64,
    variance_factor: f64,
    exact_p: Option<f64>,
    options: &CorrelationOptions,
) -> Correlation {
    let df = n as f64 - 2.0;
    // A perfect line computed in doubles misses 1 by a few roundings.
    let is_perfect = 1.0 - coefficient.abs() <= 4.0 * f64::EPSILON;
    let coefficient = if is_perfect { coefficient.signum() } else { coefficient };
    let statistic = if is_perfect {
        coefficient * f64::INFINITY
    } else {
        coefficient * (df / ((1.0 - coefficient) * (1.0 + coefficient))).sqrt()
    };
    let interval = (n >= 4).then(|| {
        if is_perfect {
            return Interval { low: coefficient, high: coefficient };
        }
        let z = real::atanh(coefficient);
        let reach = normal::critical(options.confidence_level) * (variance_factor / (n as f64 - 3.0)).sqrt();
        Interval { low: real::tanh(z - reach), high: real::tanh(z + reach) }
    });
    let (p_value, p_method) = match exact_p {
        Some(p_value) => (p_value, CorrelationPMethod::ExactPermutation),
        None => (student_t::two_sided_p(statistic, df), CorrelationPMethod::StudentT),
    };
    Correlation { n, coefficient, interval, statistic, df, p_value, p_method }
}
