use crate::stats::incomplete_gamma;

/// Upper tail of the chi-squared distribution, P(X > x) = Q(df / 2, x / 2).
///
/// Q is the regularised upper incomplete gamma function. Inputs: `x` >= 0, infinity included; `df` > 0,
/// need not be whole. A negative or NaN `x`, or a `df` that is not positive, gives NaN. Limits: 0 where the tail is
/// below about 1e-308. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 26.4.19. Checked
/// against R 4.2.2 `pchisq(lower.tail = FALSE)`, relative 1e-12, df 1 to 100 (tests/golden/chi_squared). R, SAS: no
/// difference.
///
/// ```
/// use second_look::stats::distribution::chi_squared;
/// // With two degrees of freedom: exp(-x / 2).
/// assert!((chi_squared::sf(2.0, 2.0) - 0.36787944117144233).abs() < 1e-15);
/// ```
pub fn sf(x: f64, df: f64) -> f64 {
    if x.is_nan() || x < 0.0 || df.is_nan() || df <= 0.0 || df == f64::INFINITY {
        f64::NAN
    } else if x == 0.0 {
        1.0
    } else if x == f64::INFINITY {
        0.0
    } else {
        incomplete_gamma::upper_regularised(0.5 * df, 0.5 * x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{distribution::normal, real};

    #[test]
    fn one_degree_of_freedom_is_a_squared_normal() {
        for z in [0.1, 1.0, 1.96, 6.0, 20.0] {
            assert!((sf(z * z, 1.0) / (2.0 * normal::sf(z)) - 1.0).abs() < 1e-12, "{z}");
        }
    }

    #[test]
    fn two_degrees_of_freedom_are_exponential() {
        for x in [1e-9, 0.5, 2.0, 100.0] {
            assert!((sf(x, 2.0) / real::exp(-0.5 * x) - 1.0).abs() < 1e-13, "{x}");
        }
    }

    #[test]
    fn ends_and_nonsense() {
        assert_eq!(sf(0.0, 3.0), 1.0);
        assert_eq!(sf(f64::INFINITY, 3.0), 0.0);
        assert_eq!(sf(1e5, 3.0), 0.0);
        assert!(sf(-1.0, 3.0).is_nan());
        assert!(sf(f64::NAN, 3.0).is_nan());
        assert!(sf(1.0, 0.0).is_nan());
    }
}
