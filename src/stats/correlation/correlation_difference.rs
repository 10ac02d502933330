use super::kendall::PairsInOrder;
use super::{Correlation, CorrelationKind, CorrelationOptions, estimate_correlation};
use crate::order;
use crate::stats::combinations::{advance, choices};
use crate::stats::distribution::normal;
use crate::stats::midrank::rank_centred;
use crate::stats::random::Pcg32;
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input, real};

/// What a difference of correlations can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrelationDifferenceOptions {
    /// Coverage of the intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
    /// Up to so many ways to deal out the group labels all are counted. Default 200,000.
    pub most_exact: u64,
    /// Otherwise so many random ones; 0 for none. Default 10,000.
    pub permutations: u32,
    /// Of the random ones. Default 1.
    pub seed: u64,
}

impl Default for CorrelationDifferenceOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL, most_exact: 200_000, permutations: 10_000, seed: 1 }
    }
}

/// The pairs of one group, parallel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pairs<'a> {
    pub x: &'a [f64],
    pub y: &'a [f64],
}

/// A p-value by dealing out labels anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelPermutation {
    /// All ways counted (`as_extreme` / `permutations`) or random ones ((`as_extreme` + 1) / (`permutations` + 1)).
    pub p_value: f64,
    /// Whether all ways were counted.
    pub is_exact: bool,
    /// Ways counted.
    pub permutations: u64,
    /// Of these with a statistic at least as large.
    pub as_extreme: u64,
}

/// Two correlations and their difference, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrelationDifference {
    /// Of the first group.
    pub first: Correlation,
    /// Of the second group.
    pub second: Correlation,
    /// First minus second, from -2 to 2.
    pub difference: f64,
    /// Of the difference; absent when either correlation is 1 or -1.
    pub interval: Option<Interval>,
    /// Difference of Fisher's z over its standard error; absent likewise.
    pub statistic: Option<f64>,
    /// Of `statistic`, by the Normal distribution.
    pub p_value: Option<f64>,
    /// Absent when no permutations were asked for.
    pub permutation: Option<LabelPermutation>,
}

/// Difference of the correlations of two independent groups, two-sided.
///
/// z_i = atanh(r_i); statistic (z_1 - z_2) / sqrt(v_1 + v_2), v = 1 / (n - 3) for Pearson (Fisher), (1 + r^2 / 2) /
/// (n - 3) for Spearman (Bonett and Wright), 0.437 / (n - 4) for Kendall (Fieller, Hartley and Pearson); p by the Normal distribution. Interval (Zou): with each group's own
/// interval (l, u), difference - sqrt((r_1 - l_1)^2 + (u_2 - r_2)^2) to difference + sqrt((u_1 - r_1)^2 + (r_2 - l_2)^2).
/// Permutation: the pairs are put on one scale within their group (Pearson: mean 0, variance 1; Spearman and Kendall:
/// centred mid-ranks over n), the labels dealt out anew over all pairs, and |statistic| of Pearson's r (Kendall: tau-b) of
/// the scores taken each time; correlations beyond 1 - 1e-12 count as that, a group without variation as r = 0.
///
/// Inputs: one pair per subject, the groups disjoint; any units. Missing values: not here; NaN is an error.
/// Errors: `LengthsDiffer`, `NotFinite`, `TooFew` (under 4 pairs in a group, Kendall 5), `NoVariation` (x or y constant in one),
/// `OutOfRange` (a confidence level).
/// Limits: says nothing of why groups differ; where a group was formed after treatment by its effect (responders), the
/// groups are not comparable to begin with. z is rough below about 10 pairs a group; the permutation takes groups of one
/// distribution up to scale as its null hypothesis, of which equal correlations are a part.
///
/// Source: Fisher, Metron 1(4):3-32, 1921; Zou, Psychological Methods 12:399-413, 2007; Bonett and Wright, Psychometrika
/// 65:23-28, 2000; Phipson and Smyth, Statistical Applications in Genetics and Molecular Biology 9:39, 2010 (the + 1).
/// Checked against the formulas and against all splits counted in R 4.2.2, relative 1e-10
/// (tests/golden/correlation_difference). SAS PROC CORR has no test of this kind; R has it in packages only (cocor: the
/// same z and interval).
///
/// ```
/// use second_look::stats::correlation::*;
/// // r = 0.8 and -0.8, five pairs each: z = 2 atanh(0.8) / sqrt(1/2 + 1/2).
/// let (x, y) = ([3.0, 1.0, 5.0, 2.0, 4.0], [2.0, 1.0, 4.0, 3.0, 5.0]);
/// let turned = y.map(|value| -value);
/// let (first, second) = (Pairs { x: &x, y: &y }, Pairs { x: &x, y: &turned });
/// let found = correlation_difference(CorrelationKind::Pearson, first, second, &Default::default()).unwrap();
/// assert!((found.statistic.unwrap() - 2.0 * 0.8_f64.atanh()).abs() < 1e-12);
/// ```
pub fn correlation_difference(
    kind: CorrelationKind,
    first: Pairs<'_>,
    second: Pairs<'_>,
    options: &CorrelationDifferenceOptions,
) -> Result<CorrelationDifference, StatError> {
    let one = |pairs: Pairs<'_>| {
        let of = CorrelationOptions { confidence_level: options.confidence_level };
        input::check_at_least("pairs", if kind == CorrelationKind::KendallTauB { 5 } else { 4 }, pairs.x.len())?;
        estimate_correlation(kind, pairs.x, pairs.y, &of)
    };
    let (first_r, second_r) = (one(first)?, one(second)?);
    let difference = first_r.coefficient - second_r.coefficient;
    let is_perfect = first_r.coefficient.abs() >= 1.0 || second_r.coefficient.abs() >= 1.0;
    let interval = first_r.interval.zip(second_r.interval).filter(|_| !is_perfect).map(|(a, b)| {
        let reach = |left: f64, right: f64| (left * left + right * right).sqrt();
        Interval {
            low: difference - reach(first_r.coefficient - a.low, b.high - second_r.coefficient),
            high: difference + reach(a.high - first_r.coefficient, second_r.coefficient - b.low),
        }
    });
    let (n1, n2) = (first_r.n, second_r.n);
    let observed = statistic(kind, (first_r.coefficient, n1), (second_r.coefficient, n2));
    let known = (!is_perfect).then_some(observed);
    Ok(CorrelationDifference {
        first: first_r,
        second: second_r,
        difference,
        interval,
        statistic: known,
        p_value: known.map(|z| 2.0 * normal::sf(z.abs())),
        permutation: permute(kind, first, second, observed.abs(), options),
    })
}

/// Largest |r| whose Fisher z is taken.
const NEARLY_ONE: f64 = 1.0 - 1e-12;

fn statistic(kind: CorrelationKind, first: (f64, usize), second: (f64, usize)) -> f64 {
    let variance = |(r, n): (f64, usize)| match kind {
        CorrelationKind::Pearson => 1.0 / (n as f64 - 3.0),
        CorrelationKind::Spearman => (1.0 + 0.5 * r * r) / (n as f64 - 3.0),
        CorrelationKind::KendallTauB => 0.437 / (n as f64 - 4.0),
    };
    let z = |r: f64| real::atanh(r.clamp(-NEARLY_ONE, NEARLY_ONE));
    (z(first.0) - z(second.0)) / (variance(first) + variance(second)).sqrt()
}

/// Scores of one pair, on the scale of its group.
#[derive(Debug, Clone, Copy, Default)]
struct Scores {
    x: f64,
    y: f64,
}

fn scores(kind: CorrelationKind, values: &[f64]) -> Vec<f64> {
    let n = values.len() as f64;
    match kind {
        CorrelationKind::Spearman | CorrelationKind::KendallTauB => {
            rank_centred(values).ranks.into_iter().map(|rank| rank / n).collect()
        }
        CorrelationKind::Pearson => {
            // Over the largest first, so that no square overflows.
            let size = values.iter().fold(0.0, |most: f64, value| most.max(value.abs())).max(f64::MIN_POSITIVE);
            let mean = values.iter().map(|value| value / size).sum::<f64>() / n;
            let centred: Vec<f64> = values.iter().map(|value| value / size - mean).collect();
            let sd = (centred.iter().map(|value| value * value).sum::<f64>() / (n - 1.0)).sqrt();
            centred.into_iter().map(|value| value / sd).collect()
        }
    }
}

/// Sums over a group's pairs.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Sums {
    fn add(&mut self, pair: Scores) {
        self.n += 1.0;
        self.x += pair.x;
        self.y += pair.y;
        self.xx += pair.x * pair.x;
        self.yy += pair.y * pair.y;
        self.xy += pair.x * pair.y;
    }

    fn correlation(&self) -> f64 {
        let xx = self.xx - self.x * self.x / self.n;
        let yy = self.yy - self.y * self.y / self.n;
        let xy = self.xy - self.x * self.y / self.n;
        // A spread within the rounding of the sums is none.
        if xx <= 1e-12 * self.xx || yy <= 1e-12 * self.yy {
            return 0.0;
        }
        (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0)
    }
}

/// The coefficient of the scores in a group; 0 without variation.
fn coefficient(kind: CorrelationKind, pairs: impl Iterator<Item = Scores>) -> f64 {
    if kind != CorrelationKind::KendallTauB {
        let mut sums = Sums::default();
        pairs.for_each(|pair| sums.add(pair));
        return sums.correlation();
    }
    let found = PairsInOrder::of(pairs.map(|pair| (pair.x, pair.y)).collect()).count().tau();
    if found.is_nan() { 0.0 } else { found }
}

/// Statistics that differ by less than this share are equal: sums in another order round otherwise.
const SAME: f64 = 1e-9;

fn permute(
    kind: CorrelationKind,
    first: Pairs<'_>,
    second: Pairs<'_>,
    observed: f64,
    options: &CorrelationDifferenceOptions,
) -> Option<LabelPermutation> {
    let mut pairs: Vec<Scores> = Vec::with_capacity(first.x.len() + second.x.len());
    for group in [first, second] {
        let (x, y) = (scores(kind, group.x), scores(kind, group.y));
        let mut scores: Vec<Scores> = x.into_iter().zip(y).map(|(x, y)| Scores { x, y }).collect();
        // The order in which people come must not decide which random splits they fall into.
        order::sort_by(&mut scores, |a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
        pairs.extend(scores);
    }
    let (n1, n) = (first.x.len(), pairs.len());
    let bar = observed - SAME * observed.max(1.0);
    let is_as_extreme = |chosen: f64, rest: f64| statistic(kind, (chosen, n1), (rest, n - n1)).abs() >= bar;
    let mut as_extreme = 0;
    if let Some(ways) = choices(n, n1).filter(|ways| *ways <= options.most_exact) {
        let mut chosen: Vec<usize> = (0..n1).collect();
        let mut is_chosen = vec![false; n];
        loop {
            is_chosen.fill(false);
            chosen.iter().for_each(|place| is_chosen.get_mut(*place).into_iter().for_each(|is| *is = true));
            let of = |wanted: bool| {
                let group = pairs.iter().zip(&is_chosen).filter(move |(_, is)| **is == wanted);
                coefficient(kind, group.map(|(pair, _)| *pair))
            };
            as_extreme += u64::from(is_as_extreme(of(true), of(false)));
            if !advance(&mut chosen, n) {
                break;
            }
        }
        let p_value = as_extreme as f64 / ways as f64;
        return Some(LabelPermutation { p_value, is_exact: true, permutations: ways, as_extreme });
    }
    if options.permutations == 0 {
        return None;
    }
    let mut random = Pcg32::new(options.seed, 0);
    for _ in 0..options.permutations {
        for place in 0..n1 {
            let other = place + random.below((n - place) as u32) as usize;
            pairs.swap(place, other);
        }
        let (chosen, rest) = pairs.split_at(n1);
        let (chosen, rest) = (coefficient(kind, chosen.iter().copied()), coefficient(kind, rest.iter().copied()));
        as_extreme += u64::from(is_as_extreme(chosen, rest));
    }
    let permutations = u64::from(options.permutations);
    let p_value = (as_extreme + 1) as f64 / (permutations + 1) as f64;
    Some(LabelPermutation { p_value, is_exact: false, permutations, as_extreme })
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f64; 5] = [3.0, 1.0, 5.0, 2.0, 4.0];
    const Y: [f64; 5] = [2.0, 1.0, 4.0, 3.0, 5.0];

    fn differ(kind: CorrelationKind, second: &[f64], options: &CorrelationDifferenceOptions) -> CorrelationDifference {
        correlation_difference(kind, Pairs { x: &X, y: &Y }, Pairs { x: &X, y: second }, options).unwrap()
    }

    #[test]
    fn equal_groups_do_not_differ() {
        let found = differ(CorrelationKind::Pearson, &Y, &CorrelationDifferenceOptions::default());
        assert_eq!((found.difference, found.statistic, found.p_value), (0.0, Some(0.0), Some(1.0)));
        let interval = found.interval.unwrap();
        assert!((interval.low + interval.high).abs() < 1e-12);
        let permutation = found.permutation.unwrap();
        assert_eq!((permutation.p_value, permutation.is_exact, permutation.permutations), (1.0, true, 252));
    }

    #[test]
    fn turning_the_groups_turns_the_sign() {
        let other = [5.0, 1.0, 2.0, 4.0, 3.0];
        let options = CorrelationDifferenceOptions::default();
        for kind in [CorrelationKind::Pearson, CorrelationKind::Spearman, CorrelationKind::KendallTauB] {
            let found = differ(kind, &other, &options);
            let turned =
                correlation_difference(kind, Pairs { x: &X, y: &other }, Pairs { x: &X, y: &Y }, &options).unwrap();
            assert_eq!(found.difference, -turned.difference);
            assert_eq!(found.permutation.map(|p| p.as_extreme), turned.permutation.map(|p| p.as_extreme));
            assert!((found.interval.unwrap().low + turned.interval.unwrap().high).abs() < 1e-12);
        }
    }

    #[test]
    fn random_splits_come_near_all_splits() {
        let other = [5.0, 1.0, 2.0, 4.0, 3.0];
        let exact = differ(CorrelationKind::Pearson, &other, &CorrelationDifferenceOptions::default());
        let options = CorrelationDifferenceOptions { most_exact: 0, permutations: 40_000, ..Default::default() };
        let random = differ(CorrelationKind::Pearson, &other, &options).permutation.unwrap();
        let p = exact.permutation.unwrap().p_value;
        assert!(!random.is_exact && (random.p_value - p).abs() < 4.0 * (p * (1.0 - p) / 40_000.0).sqrt());
    }

    #[test]
    fn a_perfect_correlation_leaves_the_permutation() {
        let found = differ(CorrelationKind::Spearman, &X, &CorrelationDifferenceOptions::default());
        assert_eq!((found.interval, found.statistic, found.p_value), (None, None, None));
        assert!(found.permutation.unwrap().p_value <= 1.0);
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let options = CorrelationDifferenceOptions::default();
        let few = Pairs { x: &X[..3], y: &Y[..3] };
        let found = correlation_difference(CorrelationKind::Pearson, few, Pairs { x: &X, y: &Y }, &options);
        assert_eq!(found, Err(StatError::TooFew { what: "pairs", need: 4, got: 3 }));
        let flat = Pairs { x: &X, y: &[1.0; 5] };
        let found = correlation_difference(CorrelationKind::Pearson, flat, flat, &options);
        assert_eq!(found, Err(StatError::NoVariation { what: "y" }));
    }
}
