use super::{TTestOptions, student_t_test};
use crate::stats::distribution::normal;
use crate::stats::root::bisect;
use crate::stats::{Interval, StatError, input, real};

/// Hedges' g: a difference of means in standard deviations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HedgesG {
    /// Difference of the means over the pooled standard deviation, times `correction`.
    pub g: f64,
    /// The factor J, below 1, that takes out the bias of small samples.
    pub correction: f64,
    /// Degrees of freedom of the pooled standard deviation.
    pub df: f64,
    /// Confidence interval of the population's difference in standard deviations, times `correction`.
    pub interval: Interval,
}

/// Hedges' g of two independent arms, with its interval: treated minus control, in pooled standard deviations.
///
/// d = (m1 - m0) / s, s the pooled standard deviation on df = n1 + n0 - 2; g = J d, J = Gamma(df / 2) / (sqrt(df / 2)
/// Gamma((df - 1) / 2)). Interval: Student's t = d sqrt(n1 n0 / (n1 + n0)) is noncentral t with noncentrality delta =
/// (true difference) sqrt(n1 n0 / (n1 + n0)); the limits are the two delta at which P(T <= t) is 1 - alpha / 2 and
/// alpha / 2, put back to the scale of d, times J. P(T <= t) is the mean of Phi(t s - delta) over s = sqrt(chi^2 / df),
/// summed by the trapezoid rule in ln s.
///
/// Inputs: one value per subject and arm, same unit. Missing values: not here; NaN is an error. Errors: as
/// [`student_t_test`]'s; `TooFew` also with fewer than 4 values in all, where J does not exist or is 0.
/// Limits: assumes what Student's test assumes. A spread that is wide because the trial took in everybody makes the same
/// difference look small: compare sizes across trials with care.
///
/// Source: Hedges, Journal of Educational Statistics 6:107-128, 1981; Steiger and Fouladi, in Harlow, Mulaik and Steiger,
/// What if there were no significance tests?, 1997, pages 221-257 (the interval). Checked against R 4.2.2 `lgamma`, and
/// `uniroot` on `integrate` of the noncentral t and on `pt(ncp)`, relative 1e-10 (tests/golden/hedges_g). Some programs
/// take J = 1 - 3 / (4 df - 1), which differs in the fourth digit for 10 values, or a Normal interval.
///
/// ```
/// use second_look::stats::compare::{TTestOptions, hedges_g};
/// // Means 5 and 2, s = 1 on 4 df: d = 3, J = Gamma(2) / (sqrt 2 Gamma(3/2)) = sqrt(2 / pi).
/// let effect = hedges_g(&[4.0, 5.0, 6.0], &[1.0, 2.0, 3.0], &TTestOptions::default()).unwrap();
/// assert!((effect.g - 3.0 * (2.0 / std::f64::consts::PI).sqrt()).abs() < 1e-14);
/// ```
pub fn hedges_g(treated: &[f64], control: &[f64], options: &TTestOptions) -> Result<HedgesG, StatError> {
    let test = student_t_test(treated, control, options)?;
    input::check_at_least("values in both arms", 4, treated.len() + control.len())?;
    let (n1, n0, df) = (treated.len() as f64, control.len() as f64, test.df);
    let correction = bias_correction(df);
    let root_n = (n1 * n0 / (n1 + n0)).sqrt();
    let limits = noncentrality_limits(test.t, df, options.confidence_level);
    let scaled = |delta: f64| correction * delta / root_n;
    input::check_answer("effect size", test.t)?;
    Ok(HedgesG {
        g: scaled(test.t),
        correction,
        df,
        interval: Interval { low: scaled(limits.low), high: scaled(limits.high) },
    })
}

/// J. Beyond a thousand degrees of freedom the gammas lose digits that their series keeps.
fn bias_correction(df: f64) -> f64 {
    let half = 0.5 * df;
    if df < 1000.0 {
        return real::exp(real::ln_gamma(half) - real::ln_gamma(half - 0.5)) / half.sqrt();
    }
    // Gamma(a) / Gamma(a - 1/2) by Stirling's series of both.
    let x = 1.0 / df;
    1.0 - x * (0.75 + x * (7.0 / 32.0 + x * (9.0 / 128.0)))
}

/// The noncentralities between which a t of this size is not surprising.
fn noncentrality_limits(t: f64, df: f64, confidence_level: f64) -> Interval {
    // By symmetry only for t >= 0.
    if t < 0.0 {
        let mirrored = noncentrality_limits(-t, df, confidence_level);
        return Interval { low: -mirrored.high, high: -mirrored.low };
    }
    let nodes = Nodes::of(t, df);
    let tail = 0.5 * (1.0 - confidence_level);
    // T is about Normal with this spread.
    let reach = normal::critical(confidence_level) * (1.0 + 0.5 * t * t / df).sqrt();
    Interval { low: nodes.noncentrality(1.0 - tail, t, t - reach), high: nodes.noncentrality(tail, t, t + reach) }
}

/// Where the chi is summed: t s and the weight there, which add up to 1.
struct Nodes(Vec<(f64, f64)>);

impl Nodes {
    fn of(t: f64, df: f64) -> Self {
        // ln of the density of v = ln s, less its value at the peak v = 0.
        let log_density = |v: f64| df * v - 0.5 * df * (real::exp(2.0 * v) - 1.0);
        let is_gone = |v: f64| log_density(v) < -42.0;
        // Left of the peak it is above df v + df / 2; right of it below -df v^2.
        let low = -bisect(0.0, 42.0 / df + 0.5, &|v| is_gone(-v));
        let high = bisect(0.0, (42.0 / df).sqrt() + 1.0, &is_gone);
        // Phi(t s - delta) is a step as narrow as 1 / t; few df have a long tail to the left.
        let count = (60.0 * (1.0 + t / df.sqrt())).max(20.0 * (high - low)).clamp(160.0, 4000.0).ceil();
        let step = (high - low) / count;
        let mut nodes: Vec<(f64, f64)> = (0..=count as usize)
            .map(|place| low + place as f64 * step)
            .map(|v| (t * real::exp(v), real::exp(log_density(v))))
            .collect();
        let total: f64 = nodes.iter().map(|(_, weight)| weight).sum();
        nodes.iter_mut().for_each(|(_, weight)| *weight /= total);
        Self(nodes)
    }

    /// The delta at which P(T <= t) is `wanted`: by secants on the Normal quantile of P, which is nearly a line in delta;
    /// by halving should they not end.
    fn noncentrality(&self, wanted: f64, first: f64, second: f64) -> f64 {
        let off = |delta: f64| normal::quantile(self.cdf(delta)) - normal::quantile(wanted);
        let (mut old, mut delta) = (first, second);
        let (mut old_off, mut delta_off) = (off(old), off(delta));
        for _ in 0..20 {
            let step = delta_off * (delta - old) / (old_off - delta_off);
            if !step.is_finite() {
                break;
            }
            (old, old_off) = (delta, delta_off);
            delta += step;
            if step.abs() <= 1e-14 * (1.0 + delta.abs()) {
                return delta;
            }
            delta_off = off(delta);
        }
        let width = 10.0 * (first - second).abs() + 10.0;
        bisect(first - width, first + width, &|delta| self.cdf(delta) < wanted)
    }

    /// P(T <= t) with noncentrality `delta`.
    fn cdf(&self, delta: f64) -> f64 {
        self.0.iter().map(|(place, weight)| weight * normal::cdf(place - delta)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::distribution::student_t;

    #[test]
    fn without_noncentrality_it_is_students_t() {
        for df in [2.0, 3.0, 10.0, 61.0, 1e4] {
            for t in [0.0, 0.3, 2.0, 7.0, 40.0] {
                let found = 1.0 - Nodes::of(t, df).cdf(0.0);
                assert!((found - student_t::sf(t, df)).abs() < 1e-13, "{df} {t} {found}");
            }
        }
    }

    #[test]
    fn the_correction_by_hand_and_where_its_series_begins() {
        // Gamma(1) / Gamma(1/2) and 1 Gamma(2) / (sqrt 2 Gamma(3/2)).
        let pi = std::f64::consts::PI;
        assert!((bias_correction(2.0) - 1.0 / pi.sqrt()).abs() < 1e-15);
        assert!((bias_correction(4.0) - (2.0 / pi).sqrt()).abs() < 1e-15);
        let there = real::exp(real::ln_gamma(500.0) - real::ln_gamma(499.5)) / 500.0_f64.sqrt();
        assert!((bias_correction(1000.0) - there).abs() < 1e-12);
    }

    #[test]
    fn swapping_the_arms_flips_the_sign() {
        let (a, b) = ([9.0, 3.0, 5.0, 3.0], [2.0, 0.0, 1.0]);
        let options = TTestOptions::default();
        let (there, back) = (hedges_g(&a, &b, &options).unwrap(), hedges_g(&b, &a, &options).unwrap());
        assert_eq!((there.g, there.interval.low), (-back.g, -back.interval.high));
        assert!(there.interval.low < there.g && there.g < there.interval.high);
    }

    #[test]
    fn equal_means_have_an_interval_about_zero() {
        let effect = hedges_g(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0], &TTestOptions::default()).unwrap();
        assert_eq!(effect.g, 0.0);
        assert!((effect.interval.low + effect.interval.high).abs() < 1e-12);
        // With t = 0 the limits are the Normal quantiles: delta = +-1.96, root_n = sqrt(1.5).
        let reach = effect.correction * 1.959_963_984_540_054 / 1.5_f64.sqrt();
        assert!((effect.interval.high - reach).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_size_says_why() {
        let options = TTestOptions::default();
        assert!(matches!(hedges_g(&[1.0, 2.0], &[3.0], &options), Err(StatError::TooFew { need: 4, got: 3, .. })));
        assert!(matches!(hedges_g(&[1.0; 3], &[2.0; 3], &options), Err(StatError::NoVariation { .. })));
        assert!(matches!(hedges_g(&[1.0, f64::NAN], &[2.0; 3], &options), Err(StatError::NotFinite { .. })));
    }
}
