use crate::stats::incomplete_beta;

/// Upper tail of Fisher's F distribution, P(F > f).
///
/// It is I_x(d2 / 2, d1 / 2) with x = d2 / (d2 + d1 f), d1 = `df_numerator`, d2 = `df_denominator`, I the regularised
/// incomplete beta function. Inputs: `f` >= 0, infinity included; both degrees of freedom > 0 and finite, need not be
/// whole. Anything else gives NaN. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 26.6.2.
/// Checked against R 4.2.2 `pf(lower.tail = FALSE)`, relative 1e-12, denominators to 1e6 (tests/golden/fisher_f).
/// R, SAS: no difference.
///
/// ```
/// use second_look::stats::distribution::fisher_f;
/// // With two and two degrees of freedom: 1 / (1 + f).
/// assert!((fisher_f::sf(3.0, 2.0, 2.0) - 0.25).abs() < 1e-15);
/// ```
pub fn sf(f: f64, df_numerator: f64, df_denominator: f64) -> f64 {
    let is_df = |df: f64| df > 0.0 && df.is_finite();
    if f.is_nan() || f < 0.0 || !is_df(df_numerator) || !is_df(df_denominator) {
        return f64::NAN;
    }
    let ratio = f * (df_numerator / df_denominator);
    if ratio == f64::INFINITY {
        return 0.0;
    }
    incomplete_beta::regularised(0.5 * df_denominator, 0.5 * df_numerator, 1.0 / (1.0 + ratio), ratio / (1.0 + ratio))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::distribution::student_t;

    #[test]
    fn one_numerator_degree_of_freedom_is_a_squared_t() {
        for t in [0.3, 1.0, 2.5, 10.0] {
            assert!((sf(t * t, 1.0, 17.0) / student_t::two_sided_p(t, 17.0) - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn turning_the_ratio_over_turns_the_tail_over() {
        assert!((sf(1.7, 3.0, 8.0) + sf(1.0 / 1.7, 8.0, 3.0) - 1.0).abs() < 1e-14);
    }

    #[test]
    fn ends_and_nonsense() {
        assert_eq!(sf(0.0, 2.0, 9.0), 1.0);
        assert_eq!(sf(f64::INFINITY, 2.0, 9.0), 0.0);
        assert!(sf(-1.0, 2.0, 9.0).is_nan());
        assert!(sf(1.0, 0.0, 9.0).is_nan());
        assert!(sf(1.0, 2.0, f64::NAN).is_nan());
    }
}
