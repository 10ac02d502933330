use super::{Correlation, CorrelationOptions, check_pairs, finish_correlation};
use crate::stats::StatError;

/// Pearson's product-moment correlation of pairs, two-sided.
///
/// r = sum((x - mx)(y - my)) / sqrt(sum((x - mx)^2) sum((y - my)^2)); t = r sqrt((n - 2) / (1 - r^2)) on n - 2 degrees
/// of freedom; interval tanh(atanh(r) -/+ z / sqrt(n - 3)) (Fisher), z the Normal quantile.
///
/// Inputs: x and y of one length, one pair per subject, any units. Missing values: not here; the caller drops the
/// pair, NaN is an error. |r| within 4 roundings of 1 counts as 1: then t is infinite, p is 0 and the interval (r, r).
/// Errors: `LengthsDiffer`, `NotFinite`, `TooFew` (under 3 pairs), `NoVariation` (x or y constant), `OutOfRange`.
/// Limits: a straight line only; one outlier can make or hide it; p and interval assume jointly Normal pairs, so take
/// logs of concentrations or use [`super::spearman`]. Repeated visits of one subject are not independent pairs.
///
/// Source: Fisher, Biometrika 10:507-521, 1915, and Metron 1(4):3-32, 1921. Checked against R 4.2.2
/// `cor.test(x, y)`, relative 1e-11 (tests/golden/pearson). SAS PROC CORR FISHER shifts the interval by the bias
/// r / (2(n - 1)) unless BIASADJ=NO; R and this routine do not.
///
/// ```
/// use second_look::stats::correlation::{CorrelationOptions, pearson};
/// // Sums of squares 2 and 6, of products 3: r = 3 / sqrt 12.
/// let found = pearson(&[1.0, 2.0, 3.0], &[1.0, 1.0, 4.0], &CorrelationOptions::default()).unwrap();
/// assert!((found.coefficient - 3.0 / 12.0_f64.sqrt()).abs() < 1e-15);
/// ```
pub fn pearson(x: &[f64], y: &[f64], options: &CorrelationOptions) -> Result<Correlation, StatError> {
    check_pairs(x, y, options)?;
    let x = scaled_deviations("x", x)?;
    let y = scaled_deviations("y", y)?;
    let sum = |left: &[f64], right: &[f64]| left.iter().zip(right).map(|(a, b)| a * b).sum::<f64>();
    let coefficient = sum(&x, &y) / (sum(&x, &x).sqrt() * sum(&y, &y).sqrt());
    Ok(finish_correlation(x.len(), coefficient.clamp(-1.0, 1.0), 1.0, None, options))
}

/// Deviations from the mean over the largest of them, whose squares neither overflow nor vanish.
fn scaled_deviations(what: &'static str, values: &[f64]) -> Result<Vec<f64>, StatError> {
    let n = values.len() as f64;
    let size = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let mean = values.iter().map(|value| value / size).sum::<f64>() / n;
    let mut deviations: Vec<f64> = values.iter().map(|value| value / size - mean).collect();
    let remainder = deviations.iter().sum::<f64>() / n;
    let reach = deviations.iter().fold(0.0, |largest: f64, value| largest.max((value - remainder).abs()));
    // A spread within the rounding of the values says nothing.
    if reach <= 4.0 * f64::EPSILON {
        return Err(StatError::NoVariation { what });
    }
    for deviation in &mut deviations {
        *deviation = (*deviation - remainder) / reach;
    }
    Ok(deviations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::correlation::CorrelationPMethod;

    const X: [f64; 5] = [3.0, 1.0, 5.0, 2.0, 4.0];
    const Y: [f64; 5] = [2.0, 1.0, 4.0, 3.0, 5.0];

    fn correlate(x: &[f64], y: &[f64]) -> Correlation {
        pearson(x, y, &CorrelationOptions::default()).unwrap()
    }

    #[test]
    fn five_pairs_by_hand() {
        // Sums of squares 10 and 10, sum of products 8: r = 0.8, t = 0.8 sqrt(3) / 0.6.
        let found = correlate(&X, &Y);
        assert!((found.coefficient - 0.8).abs() < 1e-15);
        assert!((found.statistic - 0.8 * 3.0_f64.sqrt() / 0.6).abs() < 1e-14);
        assert_eq!((found.n, found.df, found.p_method), (5, Some(3.0), CorrelationPMethod::StudentT));
    }

    #[test]
    fn units_and_origin_do_not_matter() {
        let plain = correlate(&X, &Y);
        let moved = correlate(&X.map(|value| 1e200 * value), &Y.map(|value| 1e-200 * value));
        assert!((plain.coefficient - moved.coefficient).abs() < 1e-15);
        let flipped = correlate(&X.map(|value| -value), &Y.map(|value| value + 1e6));
        assert!((plain.coefficient + flipped.coefficient).abs() < 1e-9);
        assert!((plain.p_value / flipped.p_value - 1.0).abs() < 1e-8);
    }

    #[test]
    fn a_perfect_line_is_one_and_never_nan() {
        let found = correlate(&X, &X.map(|value| 0.1 - 0.3 * value));
        assert_eq!((found.coefficient, found.statistic, found.p_value), (-1.0, f64::NEG_INFINITY, 0.0));
        let interval = found.interval.unwrap();
        assert_eq!((interval.low, interval.high), (-1.0, -1.0));
    }

    #[test]
    fn three_pairs_have_no_interval() {
        assert_eq!(correlate(&[1.0, 2.0, 3.0], &[1.0, 1.0, 4.0]).interval, None);
    }

    #[test]
    fn it_is_the_slopes_t_test() {
        // Slope 0.8, residual sum of squares 10 - 6.4 = 3.6, s^2 = 1.2, se = sqrt(0.12).
        assert!((correlate(&X, &Y).statistic - 0.8 / 0.12_f64.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn what_cannot_be_correlated_says_why() {
        let options = CorrelationOptions::default();
        assert_eq!(pearson(&X, &Y[..4], &options), Err(StatError::LengthsDiffer { what: "pairs", left: 5, right: 4 }));
        assert_eq!(pearson(&X[..2], &Y[..2], &options), Err(StatError::TooFew { what: "pairs", need: 3, got: 2 }));
        assert_eq!(pearson(&X, &[0.1; 5], &options), Err(StatError::NoVariation { what: "y" }));
        assert!(matches!(pearson(&[f64::NAN; 5], &Y, &options), Err(StatError::NotFinite { what: "x", index: 0 })));
        assert!(pearson(&X, &Y, &CorrelationOptions { confidence_level: 0.0 }).is_err());
    }
}
