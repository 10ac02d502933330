use super::MannWhitneyMethod;
use crate::order;
use crate::stats::distribution::normal;
use crate::stats::midrank::rank_centred;
use crate::stats::real;
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input};

/// What a signed rank test can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRankOptions {
    /// Coverage of the interval of the pseudo-median, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
}

impl Default for SignedRankOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL }
    }
}

/// Up to so many differences all signs are counted.
const EXACT_UP_TO: usize = 50;
/// Beyond so many the means of all pairs, n^2 / 2 of them, are not written down.
const MOST_AVERAGED: usize = 2000;

/// Wilcoxon's signed rank test, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRankTest {
    /// Differences that are not 0, and those that are, which count for nothing.
    pub n: usize,
    pub n_zero: usize,
    /// Sum of the ranks of the positive differences: R's V.
    pub w_plus: f64,
    /// Two-sided p-value, by `p_method`.
    pub p_value: f64,
    pub p_method: MannWhitneyMethod,
    /// Hodges and Lehmann: the median of the means of all pairs of differences, each with itself too; absent above 2000.
    pub pseudo_median: Option<f64>,
    /// Of the pseudo-median, by `interval_method`: exact with up to 50 differences without ties and zeros, else by the Normal
    /// approximation. Absent where so few differences cannot reach the coverage: under 6 for 95%.
    pub interval: Option<Interval>,
    pub interval_method: MannWhitneyMethod,
}

/// Wilcoxon signed rank test that differences lie symmetrically about 0, two-sided.
///
/// Differences of 0 are left out (Wilcoxon; Pratt would rank them too); the rest are ranked by their size, ties sharing
/// their mean rank; W+ is the sum of ranks of the positive ones. p up to 50 differences: the share of all 2^n signs with
/// W+ as far from its mean, ties included (exact); beyond: z = (W+ - m -/+ 1/2) / sd towards 0, m = n (n + 1) / 4, sd^2 =
/// n (n + 1)(2n + 1) / 24 - sum (t^3 - t) / 48. Interval from the means of pairs A, in order: exact A_(q) to A_(N + 1 -
/// q), N = n (n + 1) / 2, q the smallest with P(W+ <= q) >= alpha / 2, at least 1; otherwise the z turned round without
/// ties between different pairs. No interval where all pairs' means, from the lowest to the highest, cover less: 2^(1 - n) >
/// alpha.
///
/// Inputs: one difference per subject, any unit. Missing values: not here; NaN is an error. Errors: `NoVariation` (all
/// differences are 0), `TooFew` (none), `NotFinite`, `OutOfRange`.
/// Limits: a test of symmetry about 0, not of the median alone. With ties or zeros the interval is approximate. Below 6
/// differences no p-value can be under 0.05.
///
/// Source: Wilcoxon, Biometrics Bulletin 1:80-83, 1945; Hodges and Lehmann, Annals of Mathematical Statistics 34:598-611,
/// 1963; Streitberg and Roehmel, EDV in Medizin und Biologie 18:12-19, 1987. Checked against R 4.2.2 `wilcox.test` and
/// coin 1.4-2 `wilcoxsign_test(distribution = "exact", zero.method = "Wilcoxon")`, 1e-10
/// (tests/golden/signed_rank_test). On purpose unlike R's `wilcox.test`: exact with ties and zeros too, as coin. SAS PROC
/// UNIVARIATE: exact up to 20 differences, then t of the signed ranks.
///
/// ```
/// use second_look::stats::compare::{SignedRankOptions, signed_rank_test};
/// // All four positive: 2 of 16 signs are as far out.
/// let test = signed_rank_test(&[1.0, 2.0, 3.0, 4.0], &SignedRankOptions::default()).unwrap();
/// assert_eq!((test.w_plus, test.p_value, test.pseudo_median), (10.0, 0.125, Some(2.5)));
/// ```
pub fn signed_rank_test(differences: &[f64], options: &SignedRankOptions) -> Result<SignedRankTest, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    input::check_at_least("differences", 1, differences.len())?;
    input::check_finite("differences", differences)?;
    let kept: Vec<f64> = differences.iter().copied().filter(|difference| *difference != 0.0).collect();
    if kept.is_empty() {
        return Err(StatError::NoVariation { what: "differences" });
    }
    let n = kept.len();
    let size = n as f64;
    let ranked = rank_centred(&kept.iter().map(|difference| difference.abs()).collect::<Vec<f64>>());
    let ranks: Vec<f64> = ranked.ranks.iter().map(|rank| rank + 0.5 * (size + 1.0)).collect();
    let w_plus: f64 =
        ranks.iter().zip(&kept).filter(|(_, difference)| **difference > 0.0).map(|(rank, _)| rank).sum::<f64>() + 0.0;
    let middle = 0.25 * size * (size + 1.0);
    let sd_for = |tie_term: f64| (size * (size + 1.0) * (2.0 * size + 1.0) / 24.0 - tie_term / 48.0).sqrt();
    let excess = w_plus - middle;
    let sums = (n <= EXACT_UP_TO).then(|| SignSums::count(&ranks));
    let (p_value, p_method) = match &sums {
        Some(sums) => (sums.as_far(excess), MannWhitneyMethod::Exact),
        None => {
            let z = (excess.abs() - 0.5).max(0.0) / sd_for(ranked.tie_term);
            ((2.0 * normal::sf(z)).min(1.0), MannWhitneyMethod::Normal)
        }
    };
    let n_zero = differences.len() - n;
    let averages = (n <= MOST_AVERAGED).then(|| averages_of(&kept));
    let is_plain = ranked.tie_term == 0.0 && n_zero == 0;
    let interval_method = if sums.is_some() && is_plain { MannWhitneyMethod::Exact } else { MannWhitneyMethod::Normal };
    let can_cover = real::exp2(1.0 - size) <= (1.0 - options.confidence_level) * (1.0 + 1e-9);
    let interval = averages.as_ref().filter(|_| can_cover).and_then(|averages| {
        let tail = 0.5 * (1.0 - options.confidence_level);
        let place = match sums.filter(|_| is_plain) {
            Some(sums) => sums.lower_place(tail),
            None => {
                let reach = normal::critical(options.confidence_level) * sd_for(0.0);
                (middle - 0.5 - reach).ceil().max(1.0) as usize
            }
        };
        let place = place.min(averages.len().div_ceil(2)).max(1);
        Some(Interval { low: *averages.get(place - 1)?, high: *averages.get(averages.len() - place)? })
    });
    let pseudo_median = averages.and_then(|averages| {
        let half = averages.len() / 2;
        let upper = *averages.get(half)?;
        Some(if averages.len() % 2 == 1 { upper } else { 0.5 * averages.get(half - 1)? + 0.5 * upper })
    });
    Ok(SignedRankTest { n, n_zero, w_plus, p_value, p_method, pseudo_median, interval, interval_method })
}

/// Means of all pairs, each value with itself too, in order.
fn averages_of(values: &[f64]) -> Vec<f64> {
    let mut averages = Vec::with_capacity(values.len() * (values.len() + 1) / 2);
    for (place, value) in values.iter().enumerate() {
        averages.extend(values.iter().skip(place).map(|other| 0.5 * value + 0.5 * other));
    }
    order::sort_numbers(&mut averages);
    averages
}

/// How many of all signs give each sum of positive ranks; ranks doubled, so that mid-ranks are whole.
struct SignSums {
    /// Shares rather than counts: 2^50 signs.
    shares: Vec<f64>,
}

impl SignSums {
    fn count(ranks: &[f64]) -> Self {
        let mut shares = vec![1.0];
        for rank in ranks {
            let step = (2.0 * rank).round() as usize;
            let mut next = vec![0.0; shares.len() + step];
            for (sum, share) in shares.iter().enumerate() {
                for place in [sum, sum + step] {
                    next.get_mut(place).into_iter().for_each(|slot| *slot += 0.5 * share);
                }
            }
            shares = next;
        }
        Self { shares }
    }

    fn as_far(&self, excess: f64) -> f64 {
        let middle = 0.5 * (self.shares.len() as f64 - 1.0);
        let is_far = |(sum, _): &(usize, &f64)| (*sum as f64 - middle).abs() >= 2.0 * excess.abs() - 1e-6;
        self.shares.iter().enumerate().filter(is_far).map(|(_, share)| share).sum::<f64>().min(1.0)
    }

    /// The smallest q, at least 1, with P(W+ <= q) >= `tail`; without ties, where every second sum is one.
    fn lower_place(&self, tail: f64) -> usize {
        let mut below = 0.0;
        for (sum, share) in self.shares.iter().step_by(2).enumerate() {
            below += share;
            if sum > 0 && below >= tail - 10.0 * f64::EPSILON {
                return sum;
            }
        }
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_and_zeros_by_hand() {
        // Sizes 1 1 2, ranks 1.5 1.5 3; W+ = 4.5 of 6, 1.5 from the middle. Of 8 signs: 0, 6, 1.5 x 2, 4.5 x 2 are as far.
        let test = signed_rank_test(&[1.0, -1.0, 2.0, 0.0], &SignedRankOptions::default()).unwrap();
        assert_eq!((test.n, test.n_zero, test.w_plus), (3, 1, 4.5));
        assert_eq!(test.p_value, 0.75);
        assert_eq!(test.pseudo_median, Some(0.75));
    }

    #[test]
    fn turning_the_sign_turns_the_answer() {
        let values = [0.3, -1.2, 2.5, 0.9, 1.7, -0.4, 3.3];
        let options = SignedRankOptions::default();
        let (plain, turned) = (
            signed_rank_test(&values, &options).unwrap(),
            signed_rank_test(&values.map(|value| -value), &options).unwrap(),
        );
        assert_eq!(plain.p_value, turned.p_value);
        assert_eq!(plain.w_plus + turned.w_plus, 28.0);
        assert_eq!(plain.interval.map(|one| one.low), turned.interval.map(|one| -one.high));
    }

    #[test]
    fn too_few_differences_have_no_interval_of_that_coverage() {
        let test = |values: &[f64], confidence_level| {
            signed_rank_test(values, &SignedRankOptions { confidence_level }).unwrap()
        };
        // Five: the widest interval covers 1 - 2 / 32 = 0.9375; six: 1 - 2 / 64.
        let values = [1.0, 2.0, 3.5, 5.0, 7.0, 9.5];
        assert_eq!(test(&values[..5], 0.95).interval, None);
        let widest = test(&values[..5], 0.9375).interval.unwrap();
        assert_eq!((widest.low, widest.high), (1.0, 7.0));
        let six = test(&values, 0.95);
        assert_eq!((six.interval.unwrap().low, six.interval.unwrap().high), (1.0, 9.5));
        assert_eq!(six.interval_method, MannWhitneyMethod::Exact);
        assert_eq!(test(&[1.0, 2.0, -2.0, 3.0, 4.0, 5.0, 0.0], 0.95).interval_method, MannWhitneyMethod::Normal);
        assert!(test(&[-1.0, -2.0], 0.95).w_plus.is_sign_positive());
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let options = SignedRankOptions::default();
        assert_eq!(signed_rank_test(&[0.0; 3], &options), Err(StatError::NoVariation { what: "differences" }));
        assert!(matches!(signed_rank_test(&[], &options), Err(StatError::TooFew { .. })));
        assert_eq!(signed_rank_test(&[2.0], &options).map(|test| test.p_value), Ok(1.0));
    }
}
