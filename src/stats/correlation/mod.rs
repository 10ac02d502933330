//! How two columns of numbers go together.

mod correlation_difference;
mod correlation_matrix;
mod correlation_permutation_test;
mod kendall;
mod partial_correlation;
mod pearson;
mod spearman;

pub use correlation_difference::{
    CorrelationDifference, CorrelationDifferenceOptions, LabelPermutation, Pairs, correlation_difference,
};
pub use correlation_matrix::{PairCorrelation, correlation_matrix};
pub use correlation_permutation_test::{
    CorrelationPermutation, CorrelationPermutationOptions, correlation_permutation_test,
};
pub use kendall::kendall;
pub use partial_correlation::partial_correlation;
pub use pearson::pearson;
pub use spearman::spearman;

use super::distribution::{normal, student_t};
use super::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input, real};

/// Which coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrelationKind {
    Pearson,
    Spearman,
    KendallTauB,
}

/// The coefficient of a kind, by its own routine.
pub fn estimate_correlation(
    kind: CorrelationKind,
    x: &[f64],
    y: &[f64],
    options: &CorrelationOptions,
) -> Result<Correlation, StatError> {
    match kind {
        CorrelationKind::Pearson => pearson(x, y, options),
        CorrelationKind::Spearman => spearman(x, y, options),
        CorrelationKind::KendallTauB => kendall(x, y, options),
    }
}

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
    /// z referred to the Normal distribution.
    Normal,
}

/// A correlation coefficient with its doubt, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// Number of pairs.
    pub n: usize,
    /// The coefficient, from -1 to 1.
    pub coefficient: f64,
    /// Confidence interval of the coefficient; absent below 4 pairs (Kendall 5), (r, r) when |r| is 1.
    pub interval: Option<Interval>,
    /// t on `df` degrees of freedom; infinite, with the coefficient's sign, when |r| is 1. Kendall: z.
    pub statistic: f64,
    /// n - 2, less the covariates held fixed. Kendall: none.
    pub df: Option<f64>,
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
    let interval = (n >= 4).then(|| interval_of_z(coefficient, variance_factor / (n as f64 - 3.0), options));
    let (p_value, p_method) = match exact_p {
        Some(p_value) => (p_value, CorrelationPMethod::ExactPermutation),
        None => (student_t::two_sided_p(statistic, df), CorrelationPMethod::StudentT),
    };
    Correlation { n, coefficient, interval, statistic, df: Some(df), p_value, p_method }
}

/// By Fisher's z, of which `variance` is the variance.
fn interval_of_z(coefficient: f64, variance: f64, options: &CorrelationOptions) -> Interval {
    if coefficient.abs() >= 1.0 {
        return Interval { low: coefficient, high: coefficient };
    }
    let z = real::atanh(coefficient);
    let reach = normal::critical(options.confidence_level) * variance.sqrt();
    Interval { low: real::tanh(z - reach), high: real::tanh(z + reach) }
}
