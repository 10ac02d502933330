use crate::stats::distribution::student_t;
use crate::stats::{Interval, StatError, input};

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

/// Number, mean, standard deviation and standard error of a column of independent values.
///
/// mean = sum(x) / n; sd = sqrt(sum((x - mean)^2) / (n - 1)); std_error = sd / sqrt(n). Two passes, the second with the
/// correction for the rounding of the mean. Equal values give exactly that mean and an sd of exactly 0.
///
/// Input: any unit, any order. Missing values: not here; a NaN or an infinity is an error.
/// Errors: `TooFew` for no value; `NotFinite`; `OutOfRange` when squares overflow (values beyond about 1e150).
/// Limits: describes a roughly symmetric column; for a skewed one prefer median and quartiles.
/// Source: Chan, Golub, LeVeque, The American Statistician 37:242-247, 1983, equation 1.7 (the corrected two-pass
/// algorithm). Checked against R 4.2.2 `mean`, `sd`, relative 1e-13 (tests/golden/summary). R, SAS: no difference.
///
/// ```
/// use second_look::stats::describe::estimate_summary;
/// let summary = estimate_summary(&[2.0, 4.0, 9.0]).unwrap();
/// assert_eq!((summary.n, summary.mean), (3, 5.0));
/// assert!((summary.sd.unwrap() - 13.0_f64.sqrt()).abs() < 1e-15); // (9 + 1 + 16) / 2
/// ```
pub fn estimate_summary(values: &[f64]) -> Result<Summary, StatError> {
    input::check_at_least("values", 1, values.len())?;
    input::check_finite("values", values)?;
    let n = values.len() as f64;
    if let Some(first) = values.first().filter(|_| input::is_constant(values)) {
        let spread = (values.len() > 1).then_some(0.0);
        return Ok(Summary { n: values.len(), mean: *first, sd: spread, std_error: spread });
    }
    let first_mean = values.iter().sum::<f64>() / n;
    input::check_answer("values", first_mean)?;
    let mut remainder = 0.0;
    let mut squares = 0.0;
    for value in values {
        let deviation = value - first_mean;
        remainder += deviation;
        squares += deviation * deviation;
    }
    let variance = (squares - remainder * (remainder / n)) / (n - 1.0);
    input::check_answer("values", variance)?;
    let sd = variance.max(0.0).sqrt();
    Ok(Summary { n: values.len(), mean: first_mean + remainder / n, sd: Some(sd), std_error: Some(sd / n.sqrt()) })
}

/// Confidence interval of a mean: mean -/+ t x std_error, t the two-sided quantile of Student's t with n - 1 degrees of
/// freedom.
///
/// Two-sided, exact for independent Normal values, good for others from a few dozen on; misleads for small skewed
/// samples. Absent for a single value, or when `confidence_level` is not above 0 and below 1.
/// Source: Student, Biometrika 6:1-25, 1908. Checked against R 4.2.2 `t.test(x)$conf.int`, relative 1e-12
/// (tests/golden/summary). R, SAS: no difference.
///
/// ```
/// use second_look::stats::describe::{estimate_summary, mean_interval};
/// let summary = estimate_summary(&[0.0, 2.0]).unwrap(); // mean 1, standard error 1, t(0.75; 1) = 1
/// let interval = mean_interval(&summary, 0.5).unwrap();
/// assert!((interval.low - 0.0).abs() < 1e-14 && (interval.high - 2.0).abs() < 1e-14);
/// ```
pub fn mean_interval(summary: &Summary, confidence_level: f64) -> Option<Interval> {
    input::check_confidence_level(confidence_level).ok()?;
    let std_error = summary.std_error?;
    let reach = student_t::critical(confidence_level, summary.n as f64 - 1.0) * std_error;
    Some(Interval { low: summary.mean - reach, high: summary.mean + reach })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_values_by_hand() {
        // Sum 20, mean 4, squared deviations 9 + 1 + 0 + 1 + 9 = 20, variance 5.
        let summary = estimate_summary(&[7.0, 3.0, 4.0, 5.0, 1.0]).unwrap();
        assert_eq!((summary.n, summary.mean), (5, 4.0));
        assert_eq!(summary.sd, Some(5.0_f64.sqrt()));
        assert!((summary.std_error.unwrap() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn one_value_has_no_spread() {
        let summary = estimate_summary(&[3.0]).unwrap();
        assert_eq!((summary.mean, summary.sd, summary.std_error), (3.0, None, None));
        assert_eq!(mean_interval(&summary, 0.95), None);
    }

    #[test]
    fn equal_values_have_a_spread_of_exactly_zero() {
        let summary = estimate_summary(&[0.1; 10]).unwrap();
        assert_eq!((summary.mean, summary.sd), (0.1, Some(0.0)));
    }

    #[test]
    fn an_added_constant_moves_the_mean_alone() {
        let values = [1.5, 2.25, 0.125, 9.0];
        let moved: Vec<f64> = values.iter().map(|value| value + 1_048_576.0).collect();
        let (plain, far) = (estimate_summary(&values).unwrap(), estimate_summary(&moved).unwrap());
        assert_eq!(far.mean - plain.mean, 1_048_576.0);
        assert!((far.sd.unwrap() - plain.sd.unwrap()).abs() < 1e-14);
    }

    #[test]
    fn nothing_and_nan_are_errors() {
        assert_eq!(estimate_summary(&[]), Err(StatError::TooFew { what: "values", need: 1, got: 0 }));
        assert_eq!(estimate_summary(&[1.0, f64::NAN]), Err(StatError::NotFinite { what: "values", index: 1 }));
        assert!(matches!(estimate_summary(&[1e300, -1e300]), Err(StatError::OutOfRange { .. })));
        assert_eq!(mean_interval(&estimate_summary(&[1.0, 2.0]).unwrap(), 1.0), None);
    }
}
