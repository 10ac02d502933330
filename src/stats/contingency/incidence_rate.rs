use crate::stats::distribution::normal;
use crate::stats::root::bisect;
use crate::stats::saddle_point::{deviance, stirling_error};
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, incomplete_beta, incomplete_gamma, input, real};
use std::f64::consts::PI;

/// What estimates of incidence rates can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidenceRateOptions {
    /// Coverage of the intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
}

impl Default for IncidenceRateOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL }
    }
}

/// Events in the time that subjects were observed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateCount {
    /// Number of events.
    pub events: usize,
    /// Time observed, summed over subjects, above 0 and in any unit.
    pub person_time: f64,
}

/// A rate of events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidenceRate {
    /// Events per unit of person-time.
    pub rate: f64,
    /// Exact interval of the rate (Garwood).
    pub interval: Interval,
}

/// Two rates side by side, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidenceRateTest {
    /// The treated arm's rate.
    pub treated: IncidenceRate,
    /// The control arm's rate.
    pub control: IncidenceRate,
    /// Treated minus control, per unit of person-time.
    pub difference: f64,
    /// Score interval of the difference (Miettinen and Nurminen).
    pub difference_interval: Interval,
    /// Treated over control; infinite when no control had an event, absent when nobody had one.
    pub ratio: Option<f64>,
    /// Exact conditional interval of the ratio, 0 to infinity when nobody had an event; its upper limit may be infinite.
    pub ratio_interval: Interval,
    /// Exact two-sided p-value for equal rates; 1 when nobody had an event.
    pub p_value: f64,
}

/// Events per person-time with Garwood's exact interval.
///
/// x events in time T: rate x / T, limits m / T with P(X >= x | m) = alpha / 2 (0 for x = 0) and P(X <= x | m) = alpha /
/// 2, X Poisson with mean m: halves of chi-squared quantiles on 2 x and 2 x + 2 degrees of freedom.
///
/// Inputs: events that do not depend on each other (one person's first events, or events that do not run in people);
/// `person_time` above 0. Missing values: not here. Errors: `OutOfRange` (a time that is not above 0, a confidence level
/// outside 0 to 1). Limits: a rate constant over time; several events of one person make the interval too narrow.
///
/// Source: Garwood, Biometrika 28:437-442, 1936; Ulm, American Journal of Epidemiology 131:373-375, 1990. Checked
/// against R 4.2.2 `poisson.test`, relative 1e-12 (tests/golden/incidence_rate). SAS: the same by its chi-squared
/// quantiles; PROC GENMOD's intervals are Wald's on the log scale.
///
/// ```
/// use second_look::stats::contingency::{IncidenceRateOptions, RateCount, estimate_incidence_rate};
/// // No event in 10 years: from 0 to -ln 0.025 / 10.
/// let count = RateCount { events: 0, person_time: 10.0 };
/// let found = estimate_incidence_rate(&count, &IncidenceRateOptions::default()).unwrap();
/// assert_eq!((found.rate, found.interval.low), (0.0, 0.0));
/// assert!((found.interval.high - 0.36888794541139363).abs() < 1e-14);
/// ```
pub fn estimate_incidence_rate(count: &RateCount, options: &IncidenceRateOptions) -> Result<IncidenceRate, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    count.check()?;
    let tail = 0.5 * (1.0 - options.confidence_level);
    let x = count.events as f64;
    // P(X >= x) for mean m is the lower tail at m of a gamma distribution of shape x.
    let low = if count.events == 0 {
        0.0
    } else {
        bisect(0.0, x, &|mean| 1.0 - incomplete_gamma::upper_regularised(x, mean) > tail)
    };
    let z = normal::critical(options.confidence_level);
    let beyond = 2.0 * (x + 1.0) + 2.0 * (z + 2.0) * (z + 2.0);
    let high = bisect(x, beyond, &|mean| incomplete_gamma::upper_regularised(x + 1.0, mean) < tail);
    let interval = Interval { low: low / count.person_time, high: high / count.person_time };
    Ok(IncidenceRate { rate: x / count.person_time, interval })
}

/// Two independent incidence rates: treated minus control and treated over control, with an exact test, two-sided.
///
/// x1 events in T1, x0 in T0. Given their sum n, x1 is binomial with share s = r T1 / (r T1 + T0), r the ratio of the
/// rates. p = sum of P(k) at r = 1 over all k with P(k) <= P(x1), up to a share of 1e-7; interval of r: Clopper and
/// Pearson's of s, turned into r. Difference: all d with (x1 / T1 - x0 / T0 - d)^2 <= z^2 (l1 / T1 + l0 / T0), where l1
/// = l0 + d and l0 are the most likely rates that differ by d, the larger root of (T1 + T0) l0^2 + ((T1 + T0) d - n) l0
/// - x0 d = 0.
///
/// Inputs, limits and errors as for [`estimate_incidence_rate`]. The interval of the ratio has two equal tails and p
/// has not, so that they can disagree close to alpha; the interval of the difference is approximate and can disagree
/// with both. No event at all: no ratio, p = 1, and a difference of 0 with an interval.
///
/// Source: Przyborowski and Wilenski, Biometrika 31:313-323, 1940; Clopper and Pearson, Biometrika 26:404-413, 1934;
/// Miettinen and Nurminen, Statistics in Medicine 4:213-226, 1985. Checked against R 4.2.2 `poisson.test` of two counts
/// (p, ratio and interval), and the score equation solved in R by `uniroot` on a likelihood maximised in R, relative
/// 1e-10 (tests/golden/incidence_rate). SAS: PROC GENMOD gives Wald's interval of the ratio
/// instead.
///
/// ```
/// use second_look::stats::contingency::{IncidenceRateOptions, RateCount, incidence_rate_test};
/// // 4 against 0 in equal time: 2 x 1/16.
/// let (treated, control) = (RateCount { events: 4, person_time: 2.0 }, RateCount { events: 0, person_time: 2.0 });
/// let found = incidence_rate_test(&treated, &control, &IncidenceRateOptions::default()).unwrap();
/// assert!((found.p_value - 0.125).abs() < 1e-14);
/// assert_eq!((found.difference, found.ratio), (2.0, Some(f64::INFINITY)));
/// ```
pub fn incidence_rate_test(
    treated: &RateCount,
    control: &RateCount,
    options: &IncidenceRateOptions,
) -> Result<IncidenceRateTest, StatError> {
    let (treated_rate, control_rate) =
        (estimate_incidence_rate(treated, options)?, estimate_incidence_rate(control, options)?);
    let tail = 0.5 * (1.0 - options.confidence_level);
    let (x1, x0) = (treated.events as f64, control.events as f64);
    let per_time = control.person_time / treated.person_time;
    let low = if treated.events == 0 { 0.0 } else { per_time * odds_at(x1, x0 + 1.0, tail) };
    let high = if control.events == 0 { f64::INFINITY } else { per_time / odds_at(x0, x1 + 1.0, tail) };
    Ok(IncidenceRateTest {
        treated: treated_rate,
        control: control_rate,
        difference: treated_rate.rate - control_rate.rate,
        difference_interval: difference_interval(treated, control, normal::critical(options.confidence_level)),
        ratio: (treated.events + control.events > 0).then(|| x1 / x0 * per_time),
        ratio_interval: Interval { low, high },
        p_value: binomial_p(x1, x1 + x0, treated.person_time, control.person_time),
    })
}

impl RateCount {
    fn check(&self) -> Result<(), StatError> {
        if self.person_time > 0.0 && self.person_time.is_finite() {
            Ok(())
        } else {
            Err(StatError::OutOfRange { what: "person-time", value: self.person_time })
        }
    }
}

/// Odds o = x / (1 - x) at which the beta distribution with these shapes has lower tail `tail`.
fn odds_at(a: f64, b: f64, tail: f64) -> f64 {
    // The logarithm of the odds keeps the digits at both ends.
    let is_beyond = |log_odds: f64| {
        let (x, y) = (1.0 / (1.0 + real::exp(-log_odds)), 1.0 / (1.0 + real::exp(log_odds)));
        incomplete_beta::regularised(a, b, x, y) > tail
    };
    real::exp(bisect(-700.0, 700.0, &is_beyond))
}

fn difference_interval(treated: &RateCount, control: &RateCount, z: f64) -> Interval {
    let (t1, t0) = (treated.person_time, control.person_time);
    let (x1, x0) = (treated.events as f64, control.events as f64);
    let (time, all) = (t1 + t0, x1 + x0);
    let found = x1 / t1 - x0 / t0;
    let statistic = |d: f64| {
        // Where the linear term is positive the other form of the root keeps its digits.
        let linear = time * d - all;
        let root = (linear * linear + 4.0 * time * x0 * d).max(0.0).sqrt();
        let from_sum = 2.0 * x0 * d / (linear + root);
        let l0 = if linear > 0.0 && from_sum.is_finite() { from_sum } else { 0.5 * (root - linear) / time };
        let l0 = l0.max(-d).max(0.0);
        (found - d) / ((l0 + d) / t1 + l0 / t0).sqrt()
    };
    // Far enough: beyond the limits of each rate by itself.
    let far = |count: f64, own: f64| (count + z * z + z * (count + z * z).sqrt() + 1.0) / own;
    let reach = 4.0 * (far(x1, t1) + far(x0, t0));
    Interval {
        low: bisect(found - reach, found, &|d| statistic(d) < z),
        high: bisect(found, found + reach, &|d| statistic(d) < -z),
    }
}

/// Two-sided p of `x` of `n` by the probabilities of all counts that are at most as likely; shares as `own` to `other`.
fn binomial_p(x: f64, n: f64, own: f64, other: f64) -> f64 {
    let (share, rest) = (own / (own + other), other / (own + other));
    let mean = n * share;
    if n == 0.0 || x == mean {
        return 1.0;
    }
    // R's allowance for counts that are equally likely but for rounding.
    let limit = binomial_density(x, n, share, rest) * (1.0 + 1e-7);
    // P(X <= k) and P(X >= k).
    let below = |k: f64| {
        if k < 0.0 {
            0.0
        } else if k >= n {
            1.0
        } else {
            incomplete_beta::regularised(n - k, k + 1.0, rest, share)
        }
    };
    let above = |k: f64| {
        if k > n {
            0.0
        } else if k <= 0.0 {
            1.0
        } else {
            incomplete_beta::regularised(k, n - k + 1.0, share, rest)
        }
    };
    let is_as_rare = |k: f64| binomial_density(k, n, share, rest) <= limit;
    // Beyond the mean the densities fall, so that halving finds where they are as rare.
    let p = if x < mean {
        let (mut common, mut rare) = (mean.ceil() - 1.0, n + 1.0);
        while rare - common > 1.0 {
            let middle = (0.5 * (common + rare)).floor();
            if is_as_rare(middle) { rare = middle } else { common = middle }
        }
        below(x) + above(rare)
    } else {
        let (mut rare, mut common) = (-1.0, mean.floor() + 1.0);
        while common - rare > 1.0 {
            let middle = (0.5 * (common + rare)).floor();
            if is_as_rare(middle) { rare = middle } else { common = middle }
        }
        below(rare) + above(x)
    };
    p.min(1.0)
}

fn binomial_density(k: f64, n: f64, share: f64, rest: f64) -> f64 {
    if k <= 0.0 {
        return real::exp(n * real::ln(rest));
    }
    if k >= n {
        return real::exp(n * real::ln(share));
    }
    let excess = k - n * share;
    let log_correction = stirling_error(n)
        - stirling_error(k)
        - stirling_error(n - k)
        - deviance(k, n * share, excess)
        - deviance(n - k, n * rest, -excess);
    real::exp(log_correction) * (n / (2.0 * PI * k * (n - k))).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(x1: usize, t1: f64, x0: usize, t0: f64) -> IncidenceRateTest {
        let (treated, control) = (RateCount { events: x1, person_time: t1 }, RateCount { events: x0, person_time: t0 });
        incidence_rate_test(&treated, &control, &IncidenceRateOptions::default()).unwrap()
    }

    #[test]
    fn one_event_has_a_closed_lower_limit() {
        let count = RateCount { events: 1, person_time: 4.0 };
        let found = estimate_incidence_rate(&count, &IncidenceRateOptions::default()).unwrap();
        assert_eq!(found.rate, 0.25);
        // P(X >= 1) = 1 - exp(-m) = 0.025; and (1 + m) exp(-m) = 0.025 above.
        assert!((found.interval.low + real::ln(0.975) / 4.0).abs() < 1e-15);
        let m = 4.0 * found.interval.high;
        assert!(((1.0 + m) * real::exp(-m) - 0.025).abs() < 1e-14);
    }

    #[test]
    fn five_against_one_by_hand() {
        // Of six, in equal time: 0, 1, 5, 6 are at most as likely as 5: 14/64. Lower limit: s^6 + 6 s^5 (1 - s) = 0.025.
        let found = compare(5, 3.0, 1, 3.0);
        assert!((found.p_value - 14.0 / 64.0).abs() < 1e-14);
        assert!((found.ratio.unwrap() - 5.0).abs() < 1e-15);
        let s = found.ratio_interval.low / (1.0 + found.ratio_interval.low);
        assert!((real::powf(s, 6.0) + 6.0 * real::powf(s, 5.0) * (1.0 - s) - 0.025).abs() < 1e-14);
    }

    #[test]
    fn swapping_the_arms_turns_all_over() {
        let (there, back) = (compare(7, 20.0, 3, 11.0), compare(3, 11.0, 7, 20.0));
        assert!((there.p_value - back.p_value).abs() < 1e-14);
        assert!((there.difference_interval.low + back.difference_interval.high).abs() < 1e-14);
        assert!((there.ratio_interval.low * back.ratio_interval.high - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nobody_with_an_event_still_has_limits() {
        let found = compare(0, 5.0, 0, 8.0);
        assert_eq!((found.ratio, found.p_value, found.difference), (None, 1.0, 0.0));
        assert_eq!((found.ratio_interval.low, found.ratio_interval.high), (0.0, f64::INFINITY));
        // With no event, d > 0 has l0 = 0: d^2 = z^2 d / T1, so z^2 / T1.
        let z = normal::critical(0.95);
        assert!((found.difference_interval.high - z * z / 5.0).abs() < 1e-13);
        assert!((found.difference_interval.low + z * z / 8.0).abs() < 1e-13);
    }

    #[test]
    fn what_is_no_rate_says_why() {
        for person_time in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let count = RateCount { events: 1, person_time };
            let found = estimate_incidence_rate(&count, &IncidenceRateOptions::default());
            assert!(matches!(found, Err(StatError::OutOfRange { what: "person-time", .. })));
        }
        let options = IncidenceRateOptions { confidence_level: 1.0 };
        assert!(estimate_incidence_rate(&RateCount { events: 1, person_time: 1.0 }, &options).is_err());
    }
}
