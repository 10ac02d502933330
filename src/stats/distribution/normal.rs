use crate::stats::real;
use std::f64::consts::{PI, SQRT_2};

/// Lower tail of the standard Normal distribution, P(Z <= x).
///
/// cdf(x) = erfc(-x / sqrt 2) / 2, with the complementary error function, so that small tails keep their digits.
/// Input: any number, infinities included; NaN gives NaN. Limits: 0 below x = -38.5, where the tail underflows.
/// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 7.1.2 and 26.2.29.
/// Checked against R 4.2.2 `pnorm`, relative 1e-12 down to 1e-300 (tests/golden/normal). R answers 0 below x = -37.52.
///
/// ```
/// use second_look::stats::distribution::normal;
/// assert_eq!(normal::cdf(0.0), 0.5);
/// ```
pub fn cdf(x: f64) -> f64 {
    sf(-x)
}

/// Upper tail of the standard Normal distribution, P(Z > x) = erfc(x / sqrt 2) / 2.
///
/// Domain, limits, source and check as for [`cdf`]. The two-sided p-value of a z is `2 * sf(|z|)`.
///
/// ```
/// use second_look::stats::distribution::normal;
/// assert!((normal::sf(1.959963984540054) - 0.025).abs() < 1e-15);
/// ```
pub fn sf(x: f64) -> f64 {
    0.5 * real::erfc(x / SQRT_2)
}

/// The x with P(Z <= x) = `probability`.
///
/// Newton's method on the logarithm of the nearer tail, which is concave, from a start beyond the answer, so that every
/// step comes from the same side. Input: 0 to 1; the ends give the infinities; anything else gives NaN. Close to 0.5
/// the answer is exact to 1e-16 absolutely, not relatively. Source: Prekopa, Acta Scientiarum Mathematicarum
/// 34:335-343, 1973 (the tail of a log-concave density is log-concave). Checked against R 4.2.2 `qnorm`, relative 1e-12
/// with floor 1e-3 (tests/golden/normal).
///
/// ```
/// use second_look::stats::distribution::normal;
/// assert!((normal::quantile(0.975) - 1.959963984540054).abs() < 1e-14);
/// ```
pub fn quantile(probability: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    if probability < 0.5 { -upper_quantile(probability) } else { upper_quantile(1.0 - probability) }
}

/// The factor of the standard error in a two-sided interval.
pub(in crate::stats) fn critical(confidence_level: f64) -> f64 {
    upper_quantile(0.5 * (1.0 - confidence_level))
}

/// The x >= 0 with P(Z > x) = `tail`, for a tail of at most 0.5.
pub(in crate::stats) fn upper_quantile(tail: f64) -> f64 {
    if tail <= 0.0 {
        return f64::INFINITY;
    }
    // exp(-x^2 / 2) / 2 bounds the tail from above, so this start is beyond the answer.
    let mut x = (-2.0 * real::ln((2.0 * tail).min(1.0))).sqrt();
    for _ in 0..60 {
        let upper = sf(x);
        let density = real::exp(-0.5 * x * x) / (2.0 * PI).sqrt();
        let step = real::ln(upper / tail) * upper / density;
        x += step;
        if step.abs() <= 1e-15 * x.abs() {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_mirror_each_other() {
        for x in [0.0, 0.1, 1.0, 5.0, 30.0] {
            assert_eq!(cdf(-x), sf(x));
        }
    }

    #[test]
    fn quantile_undoes_the_tail() {
        for tail in [1e-300, 1e-50, 1e-9, 0.001, 0.2, 0.4999] {
            let x = quantile(tail);
            assert!((cdf(x) / tail - 1.0).abs() < 1e-12, "{tail}");
        }
    }

    #[test]
    fn ends_and_nonsense() {
        assert_eq!(quantile(0.5), 0.0);
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
        assert!(quantile(-0.1).is_nan());
        assert!(quantile(f64::NAN).is_nan());
        assert!(sf(f64::NAN).is_nan());
    }
}
