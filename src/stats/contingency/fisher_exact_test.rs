use super::{TwoByTwo, TwoByTwoOptions};
use crate::stats::root::bisect;
use crate::stats::{Interval, StatError, real};

/// Fisher's exact test of a two-by-two table, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FisherExactTest {
    /// Two-sided p-value: probability of all tables at most as likely as the one seen.
    pub p_value: f64,
    /// Conditional maximum likelihood estimate of the odds ratio, treated over control; 0 or infinite at the ends; absent
    /// when the margins leave only one table.
    pub odds_ratio: Option<f64>,
    /// Exact confidence interval of the odds ratio; its upper limit may be infinite.
    pub interval: Interval,
}

/// Fisher's exact test that an outcome is equally frequent in two independent arms, two-sided, with the odds ratio.
///
/// Given both margins the treated with the outcome, X, are hypergeometric if the arms are alike, and in general
/// P(X = k) is proportional to w(k) r^k, w the hypergeometric weights, r the odds ratio. p = sum of P(k) at r = 1 over
/// all k with P(k) <= P(x), up to a share of 1e-7. Estimate: the r with mean of X = x. Interval: the r with P(X >= x) =
/// alpha / 2 and P(X <= x) = alpha / 2.
///
/// Inputs: counts of independent subjects. Missing values: not here. Outcome in nobody, or in everybody: p = 1, no
/// estimate, interval 0 to infinity. Errors: `TooFew` (an empty arm), `OutOfRange` (more with the outcome than
/// subjects; a confidence level outside 0 to 1).
/// Limits: p is not below the truth, and in small samples well above. The interval has two equal tails and p has not, so
/// that p can be below 0.05 while the interval holds 1. This odds ratio is nearer to 1 than [`super::OddsRatio`]'s.
///
/// Source: Fisher, Journal of the Royal Statistical Society 98:39-82, 1935; Cornfield, Proceedings of the Third Berkeley
/// Symposium 4:135-148, 1956. Checked against R 4.2.2 `fisher.test`, p relative 1e-12; estimate and interval, which R
/// searches to some 1e-4, against R's equations solved to the last digit, relative 1e-9
/// (tests/golden/fisher_exact_test). SAS PROC FREQ (Fisher, EXACT OR): the same p and interval.
///
/// ```
/// use second_look::stats::contingency::{TwoByTwo, TwoByTwoOptions, fisher_exact_test};
/// // Of the 70 ways to choose 4 of 8, 17 put 3 or more on one side, and as many on the other.
/// let counts = TwoByTwo { treated_with: 3, treated_n: 4, control_with: 1, control_n: 4 };
/// let test = fisher_exact_test(&counts, &TwoByTwoOptions::default()).unwrap();
/// assert!((test.p_value - 34.0 / 70.0).abs() < 1e-14);
/// ```
pub fn fisher_exact_test(counts: &TwoByTwo, options: &TwoByTwoOptions) -> Result<FisherExactTest, StatError> {
    counts.check(options)?;
    let tables = Tables::of(counts);
    let shares = tables.shares(0.0);
    let own = shares.get(tables.seen).copied().unwrap_or_default();
    // R's allowance for tables that are equally likely but for rounding.
    let p_value: f64 = shares.iter().filter(|share| **share <= own * (1.0 + 1e-7)).sum();
    let tail = 0.5 * (1.0 - options.confidence_level);
    let (is_first, is_last) = (tables.seen == 0, tables.seen + 1 == shares.len());
    let (seen, centre) = (tables.seen, tables.seen as f64);
    let ratio = |is_beyond: &dyn Fn(&[f64]) -> bool| {
        // The sum of the shares moves one way with the logarithm of the ratio. Beyond e^700 is no number.
        real::exp(bisect(-700.0, 700.0, &|log_ratio| is_beyond(&tables.shares(log_ratio))))
    };
    let mean = |shares: &[f64]| shares.iter().enumerate().map(|(k, share)| k as f64 * share).sum::<f64>();
    let odds_ratio = match (is_first, is_last) {
        (true, true) => None,
        (true, false) => Some(0.0),
        (false, true) => Some(f64::INFINITY),
        (false, false) => Some(ratio(&|shares| mean(shares) > centre)),
    };
    let low = if is_first { 0.0 } else { ratio(&|shares| shares.iter().skip(seen).sum::<f64>() > tail) };
    let high = if is_last { f64::INFINITY } else { ratio(&|shares| shares.iter().take(seen + 1).sum::<f64>() < tail) };
    Ok(FisherExactTest { p_value: p_value.min(1.0), odds_ratio, interval: Interval { low, high } })
}

/// All tables with the margins seen, from the fewest treated with the outcome to the most.
struct Tables {
    log_weights: Vec<f64>,
    /// The place of the table seen.
    seen: usize,
}

impl Tables {
    fn of(counts: &TwoByTwo) -> Self {
        let with = counts.treated_with + counts.control_with;
        let fewest = with.saturating_sub(counts.control_n);
        let most = with.min(counts.treated_n);
        let mut log_weight = 0.0;
        let log_weights = (fewest..=most)
            .map(|k| {
                if k > fewest {
                    let more = (counts.treated_n - (k - 1)) as f64 * (with - (k - 1)) as f64;
                    let fewer = k as f64 * (counts.control_n + k - with) as f64;
                    log_weight += real::ln(more / fewer);
                }
                log_weight
            })
            .collect();
        Self { log_weights, seen: counts.treated_with - fewest }
    }

    /// Each table's probability at an odds ratio.
    fn shares(&self, log_ratio: f64) -> Vec<f64> {
        let logs: Vec<f64> =
            self.log_weights.iter().enumerate().map(|(k, log_weight)| log_weight + k as f64 * log_ratio).collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = logs.iter().map(|log| real::exp(log - largest)).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / total).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_of(treated_with: usize, treated_n: usize, control_with: usize, control_n: usize) -> FisherExactTest {
        let counts = TwoByTwo { treated_with, treated_n, control_with, control_n };
        fisher_exact_test(&counts, &TwoByTwoOptions::default()).unwrap()
    }

    #[test]
    fn eight_cups_by_hand() {
        // Weights 1 16 36 16 1. Conditional estimate: 16 r + 72 r^2 + 48 r^3 + 4 r^4 = 3 (1 + 16 r + ... + r^4).
        let test = test_of(3, 4, 1, 4);
        assert!((test.p_value - 34.0 / 70.0).abs() < 1e-14);
        let r = test.odds_ratio.unwrap();
        assert!((r * r * r * r - 36.0 * r * r - 32.0 * r - 3.0).abs() < 1e-9 * r * r * r * r);
        // P(X >= 3) at the lower limit.
        let low = test.interval.low;
        let upper = 16.0 * low * low * low + low * low * low * low;
        assert!((upper / (1.0 + 16.0 * low + 36.0 * low * low + upper) - 0.025).abs() < 1e-12);
    }

    #[test]
    fn the_ends_have_no_limit() {
        let all = test_of(4, 4, 0, 4);
        assert_eq!((all.odds_ratio, all.interval.high), (Some(f64::INFINITY), f64::INFINITY));
        assert!((all.p_value - 2.0 / 70.0).abs() < 1e-15);
        // P(X >= 4) = r^4 / (1 + 16 r + 36 r^2 + 16 r^3 + r^4).
        assert!(all.interval.low > 1.0);
        assert_eq!((test_of(0, 4, 4, 4).odds_ratio, test_of(0, 4, 4, 4).interval.low), (Some(0.0), 0.0));
        let nobody = test_of(0, 5, 0, 7);
        assert_eq!((nobody.p_value, nobody.odds_ratio), (1.0, None));
        assert_eq!((nobody.interval.low, nobody.interval.high), (0.0, f64::INFINITY));
    }

    #[test]
    fn swapping_the_arms_turns_the_ratio_over() {
        let (there, back) = (test_of(20, 32, 6, 27), test_of(6, 27, 20, 32));
        assert!((there.p_value / back.p_value - 1.0).abs() < 1e-12);
        assert!((there.odds_ratio.unwrap() * back.odds_ratio.unwrap() - 1.0).abs() < 1e-12);
        assert!((there.interval.low * back.interval.high - 1.0).abs() < 1e-11);
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let options = TwoByTwoOptions::default();
        let of = |treated_with, treated_n| TwoByTwo { treated_with, treated_n, control_with: 1, control_n: 2 };
        assert!(matches!(fisher_exact_test(&of(0, 0), &options), Err(StatError::TooFew { what: "treated arm", .. })));
        assert!(matches!(fisher_exact_test(&of(3, 2), &options), Err(StatError::OutOfRange { .. })));
        assert!(fisher_exact_test(&of(1, 2), &TwoByTwoOptions { confidence_level: 1.0 }).is_err());
    }
}
