//! Independent groups, compared by their means or their ranks.

mod hedges_g;
mod mann_whitney_test;
mod one_sample_t_test;
mod signed_rank_test;
mod standardised_difference;
mod student_t_test;
mod welch_t_test;

pub use hedges_g::{HedgesG, hedges_g};
pub use mann_whitney_test::{MannWhitneyMethod, MannWhitneyOptions, MannWhitneyTest, mann_whitney_test};
pub use one_sample_t_test::{OneSampleTTest, one_sample_t_test};
pub use signed_rank_test::{SignedRankOptions, SignedRankTest, signed_rank_test};
pub use standardised_difference::{standardised_mean_difference, standardised_share_difference};
pub use student_t_test::{student_t_test, student_t_test_from_summaries};
pub use welch_t_test::{welch_t_test, welch_t_test_from_summaries};

use super::describe::estimate_summary;
use super::distribution::student_t;
use super::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input};

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

fn summarise_group(what: &'static str, values: &[f64]) -> Result<GroupSummary, StatError> {
    input::check_at_least(what, 1, values.len())?;
    input::check_finite(what, values)?;
    let summary = estimate_summary(values)?;
    Ok(GroupSummary { n: summary.n, mean: summary.mean, sd: summary.sd.unwrap_or(0.0) })
}

/// Sum of squared deviations from the mean, after checking what a paper may have printed.
fn sum_of_squares(what: &'static str, group: &GroupSummary, need: usize) -> Result<f64, StatError> {
    input::check_at_least(what, need, group.n)?;
    input::check_answer(what, group.mean)?;
    if group.n == 1 {
        return Ok(0.0);
    }
    if !group.sd.is_finite() || group.sd < 0.0 {
        return Err(StatError::OutOfRange { what, value: group.sd });
    }
    Ok(group.sd * group.sd * (group.n as f64 - 1.0))
}

fn finish_t_test(
    treated: &GroupSummary,
    control: &GroupSummary,
    std_error: f64,
    df: f64,
    options: &TTestOptions,
) -> Result<TwoSampleTTest, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    let difference = treated.mean - control.mean;
    input::check_answer("standard error", std_error)?;
    // As R's t.test: a spread within the rounding of the means is no spread.
    if std_error <= 10.0 * f64::EPSILON * treated.mean.abs().max(control.mean.abs()) {
        return Err(StatError::NoVariation { what: "values within both arms" });
    }
    let t = difference / std_error;
    let reach = student_t::critical(options.confidence_level, df) * std_error;
    Ok(TwoSampleTTest {
        difference,
        std_error,
        df,
        t,
        p_value: student_t::two_sided_p(t, df),
        interval: Interval { low: difference - reach, high: difference + reach },
    })
}
