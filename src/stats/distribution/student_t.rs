use super::normal;
use crate::stats::{incomplete_beta, real};
use std::f64::consts::PI;

// Above this the tail differs from the Normal one by less than the last place of a double.
const NORMAL_FROM_DF: f64 = 1e15;

/// Upper tail of Student's t distribution, P(T > t).
///
/// For t >= 0 it is I_x(df / 2, 1 / 2) / 2 with x = df / (df + t^2), I the regularised incomplete beta function, and
/// 1 minus that of -t for t < 0. Inputs: `t` any number, infinities included; `df` > 0, need not be whole. A NaN, or a
/// `df` that is not positive, gives NaN. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 1964,
/// 26.7.1. Checked against R 4.2.2 `pt(lower.tail = FALSE)`, relative 1e-12, df 1 to 4e5, down to 1e-300
/// (tests/golden/student_t); above that, where R itself approximates, against the integral of the density by mpmath
/// 1.3.0, relative 1e-13, df to 1e12.
///
/// ```
/// use second_look::stats::distribution::student_t;
/// // With one degree of freedom: 1/2 - arctan(t) / pi.
/// assert!((student_t::sf(1.0, 1.0) - 0.25).abs() < 1e-15);
/// ```
pub fn sf(t: f64, df: f64) -> f64 {
    if t < 0.0 { 1.0 - 0.5 * two_sided_p(t, df) } else { 0.5 * two_sided_p(t, df) }
}

/// P(|T| > |t|), the two-sided p-value of a t; domain, source and check as for [`sf`].
///
/// ```
/// use second_look::stats::distribution::student_t;
/// assert!((student_t::two_sided_p(-1.0, 1.0) - 0.5).abs() < 1e-15);
/// ```
pub fn two_sided_p(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    let size = t.abs();
    if size == f64::INFINITY {
        return 0.0;
    }
    if df > NORMAL_FROM_DF {
        return 2.0 * normal::sf(size);
    }
    // t^2 / df, not t^2: t may be large enough for its square to overflow.
    let ratio = size / df * size;
    if ratio == f64::INFINITY {
        return 0.0;
    }
    incomplete_beta::regularised(0.5 * df, 0.5, 1.0 / (1.0 + ratio), ratio / (1.0 + ratio))
}

/// The t with P(T <= t) = `probability`.
///
/// Newton's method on the logarithm of the nearer tail as a function of ln t, in which it is concave. Inputs:
/// `probability` 0 to 1, whose ends give the infinities; `df` > 0; anything else gives NaN. Checked against R 4.2.2
/// `qt`, relative 1e-12 with floor 1e-3, df 1 to 4e5 (tests/golden/student_t). R, SAS: no difference.
///
/// ```
/// use second_look::stats::distribution::student_t;
/// // With one degree of freedom: tan(pi (p - 1/2)), so 1 at 3/4.
/// assert!((student_t::quantile(0.75, 1.0) - 1.0).abs() < 1e-14);
/// ```
pub fn quantile(probability: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if probability < 0.5 { -upper_quantile(probability, df) } else { upper_quantile(1.0 - probability, df) }
}

/// The factor of the standard error in a two-sided interval.
pub(in crate::stats) fn critical(confidence_level: f64, df: f64) -> f64 {
    upper_quantile(0.5 * (1.0 - confidence_level), df)
}

fn upper_quantile(tail: f64, df: f64) -> f64 {
    if df > NORMAL_FROM_DF || tail <= 0.0 {
        return normal::upper_quantile(tail);
    }
    if tail >= 0.5 {
        return 0.0;
    }
    let log_gamma_ratio = ln_gamma_half_ratio(0.5 * df);
    let mut t = normal::upper_quantile(tail);
    for _ in 0..200 {
        let upper = sf(t, df);
        let log_density = log_gamma_ratio - 0.5 * real::ln(df * PI) - 0.5 * (df + 1.0) * real::ln_1p(t / df * t);
        let step = real::ln(upper / tail) * upper / (t * real::exp(log_density));
        // A density that underflows, far out for small df, would stop the search: there double the distance.
        let factor = if step.is_finite() { real::exp(step.clamp(-2.0, 200.0)) } else { 2.0 };
        let next = t * factor;
        let done = (next - t).abs() <= 1e-15 * t;
        t = next;
        if done {
            break;
        }
    }
    t
}

/// ln (Gamma(a + 1/2) / Gamma(a)). It only steers the search, so that a series good to 1e-10 serves.
fn ln_gamma_half_ratio(a: f64) -> f64 {
    if a < 50.0 {
        real::ln_gamma(a + 0.5) - real::ln_gamma(a)
    } else {
        0.5 * real::ln(a) - 1.0 / (8.0 * a) + 1.0 / (192.0 * a * a * a)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_degrees_of_freedom_have_a_closed_form() {
        // P(T > t) = 1/2 - t / (2 sqrt(2 + t^2)).
        for t in [0.0_f64, 0.5, 1.0, 3.0] {
            let exact = 0.5 - t / (2.0 * (2.0 + t * t).sqrt());
            assert!((sf(t, 2.0) - exact).abs() < 1e-15);
            assert!((sf(-t, 2.0) - (1.0 - exact)).abs() < 1e-15);
        }
    }

    #[test]
    fn quantile_undoes_the_tail() {
        for df in [0.5, 1.0, 2.5, 30.0, 1e4, 1e7] {
            for tail in [1e-12, 0.001, 0.2, 0.49] {
                let t = quantile(tail, df);
                assert!((sf(-t, df) / tail - 1.0).abs() < 1e-12, "{df} {tail} {t}");
                assert!((quantile(1.0 - tail, df) + t).abs() < 1e-3 * t.abs(), "{df} {tail}");
            }
        }
    }

    #[test]
    fn very_many_degrees_of_freedom_are_normal() {
        assert!((sf(3.0, 1e14) / normal::sf(3.0) - 1.0).abs() < 1e-12);
        assert_eq!(sf(3.0, 1e16), normal::sf(3.0));
    }

    #[test]
    fn ends_and_nonsense() {
        assert_eq!(sf(0.0, 5.0), 0.5);
        assert_eq!(sf(f64::INFINITY, 5.0), 0.0);
        assert_eq!(sf(f64::NEG_INFINITY, 5.0), 1.0);
        assert_eq!(sf(1e300, 5.0), 0.0);
        assert_eq!(quantile(0.5, 5.0), 0.0);
        assert_eq!(quantile(1.0, 5.0), f64::INFINITY);
        assert!(sf(1.0, 0.0).is_nan());
        assert!(sf(f64::NAN, 5.0).is_nan());
        assert!(quantile(0.5, f64::NAN).is_nan());
        assert!(quantile(1.5, 5.0).is_nan());
    }
}
