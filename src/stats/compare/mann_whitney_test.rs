use crate::order;
use crate::stats::distribution::normal;
use crate::stats::midrank::rank_centred;
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input};

/// Up to this many pairs of a treated and a control value every way of dealing the ranks is counted: at most some ten
/// million additions, a few milliseconds.
const EXACT_UP_TO_PAIRS: usize = 2500;

/// What a Mann-Whitney test can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitneyOptions {
    /// Coverage of the interval of the shift, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
}

impl Default for MannWhitneyOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL }
    }
}

/// What a rank statistic was referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MannWhitneyMethod {
    /// Every way of dealing the ranks to the arms, ties included.
    Exact,
    /// The Normal distribution, with the variance corrected for ties and 1/2 for continuity.
    Normal,
}

/// A Mann-Whitney (Wilcoxon rank sum) test, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitneyTest {
    /// Number of treated values.
    pub n_treated: usize,
    /// Number of control values.
    pub n_control: usize,
    /// Pairs in which the treated value is larger, plus half the pairs in which they are equal: R's W.
    pub u: f64,
    /// Sum of the treated values' ranks among all values: Wilcoxon's W.
    pub rank_sum: f64,
    /// u minus its mean, 1/2 nearer to 0, over its standard deviation with ties; the Normal p-value is of this z.
    pub z: f64,
    /// Two-sided p-value, by `p_method`.
    pub p_value: f64,
    /// How the p-value was found.
    pub p_method: MannWhitneyMethod,
    /// Share of pairs in which the treated value is larger, equal ones half: P(X > Y) + P(X = Y) / 2; 0 to 1.
    pub superiority: f64,
    /// Hodges-Lehmann estimate: median of all differences treated minus control, in the unit of the values.
    pub shift: f64,
    /// Confidence interval of the shift, in the unit of the values; both limits are differences of a pair.
    pub shift_interval: Interval,
    /// How the interval was found.
    pub interval_method: MannWhitneyMethod,
    /// Coverage of the interval if one arm is the other moved: exact where the interval is, where it may lie below the
    /// level asked for when there are too few values; the level asked for otherwise.
    pub interval_level: f64,
}

/// Mann-Whitney test (Wilcoxon's rank sum test) of two independent arms, two-sided: treated against control.
///
/// U = sum over all pairs of [x > y] + [x = y] / 2 = R - n1 (n1 + 1) / 2, R the sum of the treated midranks.
/// Exact p: share of all ways to deal the N = n1 + n0 midranks with |U - n1 n0 / 2| at least as large, counted by the
/// shift algorithm on doubled midranks, ties included; used up to n1 n0 = 2500. Beyond: z = (U - n1 n0 / 2 -/+ 1/2) /
/// sd towards 0, sd^2 = n1 n0 / 12 (N + 1 - sum (t^3 - t) / (N (N - 1))), t the sizes of ties, and p = 2 P(Z > |z|).
/// Shift: median of the n1 n0 differences D. Interval, exact (no ties, n1 n0 <= 2500): D_(q) to D_(n1 n0 + 1 - q), q
/// the smallest with P(U <= q) >= alpha / 2, at least 1. Otherwise the test above turned round: the differences at
/// which z with the treated values moved crosses -/+ the Normal quantile.
///
/// Inputs: one value per subject and arm, same unit; any scale that has an order, but the shift needs differences.
/// Missing values: not here; NaN is an error. Errors: `TooFew` (an empty arm), `NotFinite`, `NoVariation` (all values
/// equal), `OutOfRange` (a confidence level outside 0 to 1, a difference that overflows).
/// Limits: p is about the order of values, not about means; spreads that differ between the arms can make it small with
/// equal medians. The shift means something when one arm is the other moved. With ties the interval is approximate.
///
/// Source: Mann and Whitney, Annals of Mathematical Statistics 18:50-60, 1947; Hodges and Lehmann, same journal
/// 34:598-611, 1963; Streitberg and Roehmel, EDV in Medizin und Biologie 18:12-19, 1987 (shift algorithm). Checked
/// against R 4.2.2 `wilcox.test(conf.int = TRUE)` and coin 1.4-2 `wilcox_test(distribution = "exact")`, relative 1e-10
/// (tests/golden/mann_whitney_test). On purpose unlike R: exact p with ties too (as coin), and exact to 2500 pairs
/// where R stops at 49 per arm. R finds the limits by a search good to 1e-4, here they are the differences themselves;
/// where the middle differences are two, R's search ends anywhere between, here it is their mean. SAS PROC NPAR1WAY:
/// EXACT WILCOXON gives the exact p here; its default z has the same correction.
///
/// ```
/// use second_look::stats::compare::{MannWhitneyOptions, mann_whitney_test};
/// // All of the treated above all of the control: 2 of the 6 ways to deal 4 ranks are as far apart.
/// let test = mann_whitney_test(&[7.0, 9.0], &[1.0, 2.0], &MannWhitneyOptions::default()).unwrap();
/// assert_eq!((test.u, test.superiority, test.shift), (4.0, 1.0, 6.5));
/// assert!((test.p_value - 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn mann_whitney_test(
    treated: &[f64],
    control: &[f64],
    options: &MannWhitneyOptions,
) -> Result<MannWhitneyTest, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    for (what, values) in [("treated arm", treated), ("control arm", control)] {
        input::check_at_least(what, 1, values.len())?;
        input::check_finite(what, values)?;
    }
    let all: Vec<f64> = treated.iter().chain(control).copied().collect();
    if input::is_constant(&all) {
        return Err(StatError::NoVariation { what: "values of both arms" });
    }
    let (n_treated, n_control) = (treated.len(), control.len());
    let (n1, n0) = (n_treated as f64, n_control as f64);
    let (n, pairs) = (n1 + n0, n1 * n0);

    let ranked = rank_centred(&all);
    // u minus its mean; centred ranks are halves, so that this is exact.
    let excess: f64 = ranked.ranks.iter().take(n_treated).sum();
    let sd_for = |tie_term: f64| (pairs / 12.0 * (n + 1.0 - tie_term / (n * (n - 1.0)))).sqrt();
    let z = (excess.abs() - 0.5).max(0.0).copysign(excess) / sd_for(ranked.tie_term);
    let is_small = n_treated.saturating_mul(n_control) <= EXACT_UP_TO_PAIRS;
    let sums = is_small.then(|| RankSums::count(&ranked.ranks, n_treated.min(n_control)));
    let (p_value, p_method) = match &sums {
        Some(sums) => (sums.as_far(excess), MannWhitneyMethod::Exact),
        None => ((2.0 * normal::sf(z.abs())).min(1.0), MannWhitneyMethod::Normal),
    };

    let differences = Differences::of(treated, control)?;
    let n_pairs = n_treated.saturating_mul(n_control);
    let alpha = 1.0 - options.confidence_level;
    let (place, interval_method, interval_level) = if let Some(sums) = sums.filter(|_| ranked.tie_term == 0.0) {
        let (place, below) = sums.lower_place(0.5 * alpha);
        (place, MannWhitneyMethod::Exact, 1.0 - 2.0 * below)
    } else {
        // Between two differences the arms have no ties with each other, only within themselves.
        let within = rank_centred(treated).tie_term + rank_centred(control).tie_term;
        let reach = normal::critical(options.confidence_level) * sd_for(within);
        ((0.5 * pairs - 0.5 - reach).ceil().max(1.0) as usize, MannWhitneyMethod::Normal, options.confidence_level)
    };
    // With few values the place can lie beyond the middle; the limits still stand in order.
    let place = place.min(n_pairs.div_ceil(2));
    let u = excess + 0.5 * pairs;
    Ok(MannWhitneyTest {
        n_treated,
        n_control,
        u,
        rank_sum: u + 0.5 * n1 * (n1 + 1.0),
        z,
        p_value,
        p_method,
        superiority: u / pairs,
        shift: 0.5 * differences.nth(n_pairs.div_ceil(2)) + 0.5 * differences.nth(n_pairs / 2 + 1),
        shift_interval: Interval { low: differences.nth(place), high: differences.nth(n_pairs + 1 - place) },
        interval_method,
        interval_level,
    })
}

/// How many ways of choosing `n_chosen` of the ranks give each sum.
struct RankSums {
    /// Ways by the sum of doubled midranks, each less the smallest.
    ways: Vec<f64>,
    /// What `ways` adds up to.
    total: f64,
    /// The mean of twice the sums.
    twice_mean: f64,
}

impl RankSums {
    fn count(centred: &[f64], n_chosen: usize) -> Self {
        let smallest = centred.iter().copied().fold(f64::INFINITY, f64::min);
        let mut scores: Vec<usize> = centred.iter().map(|rank| (2.0 * (rank - smallest)) as usize).collect();
        scores.sort_unstable();
        // ways[k][s]: ways to choose k of the scores so far with sum s. Only sums that k scores can reach are kept.
        let mut ways: Vec<Vec<f64>> = vec![Vec::new(); n_chosen + 1];
        if let Some(none) = ways.first_mut() {
            none.push(1.0);
        }
        for (place, score) in scores.iter().enumerate() {
            // What the scores to come cannot fill up to n_chosen is not needed.
            let least = (n_chosen + place).saturating_sub(scores.len());
            for k in (least..n_chosen).rev() {
                let (fewer, more) = ways.split_at_mut(k + 1);
                if let (Some(from), Some(to)) = (fewer.last(), more.first_mut()) {
                    if from.is_empty() {
                        continue;
                    }
                    if to.len() < from.len() + score {
                        to.resize(from.len() + score, 0.0);
                    }
                    for (slot, count) in to.iter_mut().skip(*score).zip(from) {
                        *slot += count;
                    }
                }
            }
        }
        let ways = ways.pop().unwrap_or_default();
        let total = ways.iter().sum();
        let sum: usize = scores.iter().sum();
        Self { ways, total, twice_mean: 2.0 * n_chosen as f64 * sum as f64 / scores.len() as f64 }
    }

    /// Share of the ways whose sum of ranks is at least `excess` away from its mean.
    fn as_far(&self, excess: f64) -> f64 {
        // In quarters of a rank everything is whole, but for the rounding of the mean.
        let reach = 4.0 * excess.abs() - 1e-6;
        let far = |(sum, _): &(usize, &f64)| (2.0 * *sum as f64 - self.twice_mean).abs() >= reach;
        self.ways.iter().enumerate().filter(far).map(|(_, count)| count).sum::<f64>() / self.total
    }

    /// The smallest q, at least 1, with P(U <= q) >= `tail`, and P(U < q). Without ties: every second sum is U's.
    fn lower_place(&self, tail: f64) -> (usize, f64) {
        let lowest = self.ways.iter().position(|count| *count > 0.0).unwrap_or_default();
        let mut below = 0.0;
        for (u, count) in self.ways.iter().skip(lowest).step_by(2).enumerate() {
            let share = count / self.total;
            // R's allowance for rounding.
            if u > 0 && below + share >= tail - 10.0 * f64::EPSILON {
                return (u, below);
            }
            below += share;
        }
        (1, 1.0 / self.total)
    }
}

/// All differences of a treated and a control value, never written down: for 1000 by 1000 that is a million.
struct Differences {
    treated: Vec<f64>,
    control: Vec<f64>,
    smallest: f64,
    largest: f64,
}

impl Differences {
    fn of(treated: &[f64], control: &[f64]) -> Result<Self, StatError> {
        let (mut treated, mut control) = (treated.to_vec(), control.to_vec());
        order::sort_numbers(&mut treated);
        order::sort_numbers(&mut control);
        let ends =
            |values: &[f64]| (values.first().copied().unwrap_or_default(), values.last().copied().unwrap_or_default());
        let ((low1, high1), (low0, high0)) = (ends(&treated), ends(&control));
        let (smallest, largest) = (low1 - high0, high1 - low0);
        input::check_answer("differences", smallest)?;
        input::check_answer("differences", largest)?;
        Ok(Self { treated, control, smallest, largest })
    }

    /// The `place`-th smallest, from 1: the smallest number that this many differences do not exceed, found by halving
    /// the doubles between the ends.
    fn nth(&self, place: usize) -> f64 {
        let (mut low, mut high) = (line_place(self.smallest), line_place(self.largest));
        while low < high {
            let middle = (low & high) + ((low ^ high) >> 1);
            if self.count_up_to(number_at(middle)) >= place {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        number_at(low) + 0.0 // never -0
    }

    fn count_up_to(&self, limit: f64) -> usize {
        let mut count = 0;
        let mut rest = self.control.as_slice();
        // The larger the treated value, the fewer control values come close enough.
        for value in &self.treated {
            while let Some((first, others)) = rest.split_first().filter(|(first, _)| value - **first > limit) {
                let _ = first;
                rest = others;
            }
            count += rest.len();
        }
        count
    }
}

/// The place of a double in their order: neighbours differ by 1.
fn line_place(number: f64) -> i64 {
    let bits = number.to_bits().cast_signed();
    if bits < 0 { i64::MIN - bits - 1 } else { bits }
}

fn number_at(place: i64) -> f64 {
    let bits = if place < 0 { i64::MIN - (place + 1) } else { place };
    f64::from_bits(bits.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_of(treated: &[f64], control: &[f64]) -> MannWhitneyTest {
        mann_whitney_test(treated, control, &MannWhitneyOptions::default()).unwrap()
    }

    #[test]
    fn five_values_with_ties_by_hand() {
        // Values 1 2 | 2 3 5, ranks 1 2.5 2.5 4 5: control 1 and 2 has sum 3.5, mean 6. Of the 10 pairs of ranks
        // 3.5 3.5 5 6 | 5 6.5 7.5 6.5 7.5 9 those 2.5 or more from 6: 3.5, 3.5, 9. p = 3/10.
        let test = test_of(&[5.0, 2.0, 3.0], &[2.0, 1.0]);
        assert_eq!((test.u, test.rank_sum), (5.5, 11.5));
        assert!((test.superiority - 5.5 / 6.0).abs() < 1e-15);
        assert!((test.p_value - 0.3).abs() < 1e-15);
        // sd^2 = 6/12 (6 - 6/20); z = (5.5 - 3 - 0.5) / sd.
        assert!((test.z - 2.0 / 2.85_f64.sqrt()).abs() < 1e-14);
        // Differences 0 1 1 2 3 4.
        assert_eq!(test.shift, 1.5);
        assert_eq!((test.p_method, test.interval_method), (MannWhitneyMethod::Exact, MannWhitneyMethod::Normal));
    }

    #[test]
    fn three_and_three_by_hand() {
        // Completely apart: 2 of 20. P(U = 0) = 1/20 > 0.025, so the limits are the ends, with coverage 1 - 2/20.
        let test = test_of(&[4.0, 5.5, 7.0], &[1.0, 3.0, 2.0]);
        assert!((test.p_value - 0.1).abs() < 1e-15);
        assert_eq!((test.shift_interval.low, test.shift_interval.high), (1.0, 6.0));
        assert!((test.interval_level - 0.9).abs() < 1e-14);
        assert_eq!((test.shift, test.interval_method), (3.5, MannWhitneyMethod::Exact));
    }

    #[test]
    fn swapping_the_arms_flips_the_sign() {
        let (a, b) = ([3.5, 9.0, 4.0, 1.0], [2.0, 4.0, 0.0]);
        let (there, back) = (test_of(&a, &b), test_of(&b, &a));
        assert_eq!((there.z, there.shift, there.p_value), (-back.z, -back.shift, back.p_value));
        assert_eq!(there.shift_interval.low, -back.shift_interval.high);
        assert_eq!(there.u + back.u, 12.0);
    }

    #[test]
    fn the_median_difference_needs_no_list_of_differences() {
        let value = |place: usize, step: usize| ((place * step) % 1009) as f64 - 400.25;
        let a: Vec<f64> = (0..60).map(|place| value(place, 577)).collect();
        let b: Vec<f64> = (0..41).map(|place| value(place, 211)).collect();
        let differences = Differences::of(&a, &b).unwrap();
        let mut all: Vec<f64> = a.iter().flat_map(|x| b.iter().map(move |y| x - y)).collect();
        order::sort_numbers(&mut all);
        for place in [1, 2, 700, 1230, 1231, 2459, 2460] {
            assert_eq!(differences.nth(place), all[place - 1]);
        }
        assert_eq!(number_at(line_place(0.0) - 1), 0.0);
        assert_eq!(number_at(line_place(1.0) + 1), 1.0 + f64::EPSILON);
        assert_eq!(number_at(line_place(-1.0) - 1), -1.0 - f64::EPSILON);
    }

    #[test]
    fn exact_and_normal_meet_where_one_takes_over_from_the_other() {
        let a: Vec<f64> = (0..50).map(|place| ((place * 37) % 101) as f64 + 9.3).collect();
        let b: Vec<f64> = (0..50).map(|place| ((place * 59) % 101) as f64).collect();
        let exact = test_of(&a, &b);
        assert_eq!(exact.p_method, MannWhitneyMethod::Exact);
        assert!((exact.p_value - 2.0 * normal::sf(exact.z.abs())).abs() < 2e-3);
        let mut more = b.clone();
        more.push(50.0);
        assert_eq!(test_of(&a, &more).p_method, MannWhitneyMethod::Normal);
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let options = MannWhitneyOptions::default();
        assert!(matches!(mann_whitney_test(&[], &[1.0], &options), Err(StatError::TooFew { what: "treated arm", .. })));
        assert!(matches!(mann_whitney_test(&[2.0], &[2.0, 2.0], &options), Err(StatError::NoVariation { .. })));
        assert!(matches!(mann_whitney_test(&[2.0], &[f64::NAN], &options), Err(StatError::NotFinite { .. })));
        assert!(matches!(mann_whitney_test(&[1e308], &[-1e308], &options), Err(StatError::OutOfRange { .. })));
        assert!(mann_whitney_test(&[2.0], &[1.0], &MannWhitneyOptions { confidence_level: 0.0 }).is_err());
        assert_eq!(test_of(&[2.0], &[1.0]).p_value, 1.0);
    }
}
