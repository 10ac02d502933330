use super::TTestOptions;
use crate::stats::describe::estimate_summary;
use crate::stats::distribution::student_t;
use crate::stats::{Interval, StatError, input};

/// The answer of a one-sample t-test, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneSampleTTest {
    /// Number of values.
    pub n: usize,
    /// Their mean, in their unit; so the standard error and the interval.
    pub mean: f64,
    pub std_error: f64,
    /// n - 1.
    pub df: f64,
    /// Mean over standard error.
    pub t: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    pub interval: Interval,
}

/// One-sample t-test of a mean of 0, two-sided; of differences within people, the paired t-test.
///
/// t = mean / (s / sqrt n), on n - 1 degrees of freedom; interval mean -/+ t(1 - alpha / 2) s / sqrt n.
/// Inputs: one value per subject, any unit. Missing values: not here; NaN is an error. Errors: `TooFew` (under 2 values),
/// `NotFinite`, `NoVariation` (a spread within the rounding of the mean, as R's t.test), `OutOfRange`.
/// Limits: with few skewed values p is off; logarithms of ratios are usually nearer to Normal than ratios.
///
/// Source: Student, Biometrika 6:1-25, 1908. Checked against R 4.2.2 `t.test(x)` and `t.test(a, b, paired = TRUE)`,
/// relative 1e-12 (tests/golden/one_sample_t_test); SAS PROC TTEST, PAIRED: the same.
///
/// ```
/// use second_look::stats::compare::{TTestOptions, one_sample_t_test};
/// // Mean 2, standard deviation 1: t = 2 sqrt 3.
/// let test = one_sample_t_test(&[1.0, 2.0, 3.0], &TTestOptions::default()).unwrap();
/// assert!((test.t - 2.0 * 3.0_f64.sqrt()).abs() < 1e-14);
/// ```
pub fn one_sample_t_test(values: &[f64], options: &TTestOptions) -> Result<OneSampleTTest, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    input::check_at_least("values", 2, values.len())?;
    input::check_finite("values", values)?;
    let summary = estimate_summary(values)?;
    let std_error = summary.std_error.unwrap_or_default();
    input::check_answer("standard error", std_error)?;
    if std_error <= 10.0 * f64::EPSILON * summary.mean.abs() {
        return Err(StatError::NoVariation { what: "values" });
    }
    let df = summary.n as f64 - 1.0;
    let t = summary.mean / std_error;
    let reach = student_t::critical(options.confidence_level, df) * std_error;
    Ok(OneSampleTTest {
        n: summary.n,
        mean: summary.mean,
        std_error,
        df,
        t,
        p_value: student_t::two_sided_p(t, df),
        interval: Interval { low: summary.mean - reach, high: summary.mean + reach },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_tested_says_why() {
        let options = TTestOptions::default();
        assert_eq!(one_sample_t_test(&[0.1; 3], &options), Err(StatError::NoVariation { what: "values" }));
        assert!(matches!(one_sample_t_test(&[1.0], &options), Err(StatError::TooFew { need: 2, got: 1, .. })));
        assert!(matches!(one_sample_t_test(&[1.0, f64::NAN], &options), Err(StatError::NotFinite { index: 1, .. })));
    }

    #[test]
    fn turning_the_sign_turns_the_answer() {
        let options = TTestOptions::default();
        let plain = one_sample_t_test(&[1.0, -0.5, 3.0, 2.0], &options).unwrap();
        let turned = one_sample_t_test(&[-1.0, 0.5, -3.0, -2.0], &options).unwrap();
        assert_eq!((plain.t, plain.interval.low, plain.p_value), (-turned.t, -turned.interval.high, turned.p_value));
    }
}
