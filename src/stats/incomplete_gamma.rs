//! The regularised upper incomplete gamma function, for the tail of chi-squared.
//!
//! statrs has one, as accurate, but takes its logarithms from std when any crate of the build switches on
//! `num-traits/std`: then a native build and WebAssembly differ in the last bits.

use super::real;
use super::saddle_point::{deviance, stirling_error};
use std::f64::consts::PI;

/// Q(a, x), the upper tail at `x` of a gamma distribution of shape `a`. NaN outside a > 0, x >= 0, both finite.
///
/// Below the mean by the series of the lower tail, beyond it by Legendre's continued fraction in modified Lentz form
/// (Press et al., Numerical Recipes, 3rd ed. 2007, section 6.2).
pub fn upper_regularised(a: f64, x: f64) -> f64 {
    if !(a > 0.0 && x >= 0.0 && a.is_finite() && x.is_finite()) {
        return f64::NAN;
    }
    if x == 0.0 {
        return 1.0;
    }
    // x^a exp(-x) / Gamma(a).
    let power_term = real::exp(-stirling_error(a) - deviance(a, x, a - x)) * (a / (2.0 * PI)).sqrt();
    if x < a + 1.0 { 1.0 - power_term * lower_series(a, x) } else { power_term * upper_fraction(a, x) }
}

fn lower_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    for step in 1..100_000 {
        term *= x / (a + f64::from(step));
        sum += term;
        if term <= 0.25 * f64::EPSILON * sum {
            break;
        }
    }
    sum
}

fn upper_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away_from_zero(b);
    let mut fraction = d;
    for step in 1..100_000 {
        let n = f64::from(step);
        let numerator = n * (a - n);
        b += 2.0;
        d = 1.0 / away_from_zero(numerator * d + b);
        c = away_from_zero(b + numerator / c);
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_shapes_have_closed_forms() {
        // Q(1, x) = exp(-x); Q(2, x) = (1 + x) exp(-x); Q(3, x) = (1 + x + x^2 / 2) exp(-x).
        for x in [1e-3, 0.5, 1.9, 2.1, 3.9, 4.1, 30.0, 600.0] {
            let decay = real::exp(-x);
            assert!((upper_regularised(1.0, x) / decay - 1.0).abs() < 1e-13);
            assert!((upper_regularised(2.0, x) / ((1.0 + x) * decay) - 1.0).abs() < 1e-13);
            assert!((upper_regularised(3.0, x) / ((1.0 + x + 0.5 * x * x) * decay) - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn outside_the_domain_is_nan() {
        assert!(upper_regularised(0.0, 1.0).is_nan());
        assert!(upper_regularised(1.0, -1.0).is_nan());
        assert!(upper_regularised(f64::NAN, 1.0).is_nan());
    }
}
