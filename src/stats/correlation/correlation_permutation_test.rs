use super::{CorrelationKind, CorrelationOptions, check_pairs};
use crate::order;
use crate::stats::midrank::rank_centred;
use crate::stats::random::Pcg32;
use crate::stats::{StatError, input};

/// What a permutation test of a correlation can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorrelationPermutationOptions {
    /// Up to so many pairs all n! orders are counted. Default 9, at most 11.
    pub exact_up_to: usize,
    /// Otherwise so many random ones, at least 1. Default 10,000.
    pub permutations: u32,
    /// Of the random ones. Default 1.
    pub seed: u64,
}

impl Default for CorrelationPermutationOptions {
    fn default() -> Self {
        Self { exact_up_to: 9, permutations: 10_000, seed: 1 }
    }
}

/// A p-value by permuting y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrelationPermutation {
    /// All orders (`as_extreme` / `permutations`) or random ones ((`as_extreme` + 1) / (`permutations` + 1)).
    pub p_value: f64,
    /// Whether all orders were counted.
    pub is_exact: bool,
    /// Orders counted.
    pub permutations: u64,
    /// Of these with a coefficient at least as far from 0.
    pub as_extreme: u64,
}

/// p of a correlation by permuting y against x, two-sided; with ties and with few pairs too.
///
/// p is the share of the orders of y whose |coefficient| is at least the observed one: of all n! orders up to
/// `exact_up_to` pairs, else of random ones, with 1 added to both counts. Permuting changes neither the spread nor the
/// ties, so that Pearson's r and Spearman's rho are compared by their sums of products and Kendall's tau-b by S.
///
/// Inputs: x and y of one length, one pair per subject. Missing values: not here; NaN is an error.
/// Errors: `LengthsDiffer`, `NotFinite`, `TooFew` (under 3 pairs), `NoVariation` (x or y constant), `OutOfRange` (no
/// permutation asked for).
/// Limits: tests that x and y are independent; where their spreads hang together without a correlation, p is small too.
/// A random p is off by about sqrt(p (1 - p) / permutations), and never below 1 / (permutations + 1).
///
/// Source: Pitman, Supplement to the Journal of the Royal Statistical Society 4:225-232, 1937; Phipson and Smyth,
/// Statistical Applications in Genetics and Molecular Biology 9:39, 2010 (the + 1). Checked against all orders counted in
/// R 4.2.2 (exact counts) and a million random ones (within four standard errors); `coin::spearman_test` and `cor.test`
/// agree where they are exact (tests/golden/correlation_permutation_test). SAS has no such test for PROC CORR.
///
/// ```
/// use second_look::stats::correlation::*;
/// // y 1 1 2 against x 1 2 3: of the six orders the four with 1s side by side are as far from 0.
/// let options = CorrelationPermutationOptions::default();
/// let test =
///     correlation_permutation_test(CorrelationKind::Pearson, &[1.0, 2.0, 3.0], &[1.0, 1.0, 2.0], &options).unwrap();
/// assert_eq!((test.as_extreme, test.permutations, test.is_exact), (4, 6, true));
/// ```
pub fn correlation_permutation_test(
    kind: CorrelationKind,
    x: &[f64],
    y: &[f64],
    options: &CorrelationPermutationOptions,
) -> Result<CorrelationPermutation, StatError> {
    check_pairs(x, y, &CorrelationOptions::default())?;
    input::check_at_least("permutations", 1, options.permutations as usize)?;
    // The order in which people come must not decide which random orders they fall into.
    let mut pairs: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    order::sort_by(&mut pairs, |a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let mut walk = match kind {
        CorrelationKind::Pearson => Walk::products(standardised(&x), standardised(&y)),
        CorrelationKind::Spearman => Walk::products(rank_centred(&x).ranks, rank_centred(&y).ranks),
        CorrelationKind::KendallTauB => Walk::signs(&x, &y),
    };
    let n = x.len();
    let observed = walk.statistic().abs();
    // Sums in another order round otherwise.
    let bar = observed - 1e-9 * walk.most;
    let mut as_extreme = 0_u64;
    if n <= options.exact_up_to.min(11) {
        let mut permutations = 0_u64;
        walk.visit_all(&mut |statistic| {
            permutations += 1;
            as_extreme += u64::from(statistic.abs() >= bar);
        });
        let p_value = as_extreme as f64 / permutations as f64;
        return Ok(CorrelationPermutation { p_value, is_exact: true, permutations, as_extreme });
    }
    let mut random = Pcg32::new(options.seed, 0);
    for _ in 0..options.permutations {
        walk.shuffle(&mut random);
        as_extreme += u64::from(walk.statistic().abs() >= bar);
    }
    let permutations = u64::from(options.permutations);
    let p_value = (as_extreme + 1) as f64 / (permutations + 1) as f64;
    Ok(CorrelationPermutation { p_value, is_exact: false, permutations, as_extreme })
}

/// Mean 0 and sum of squares 1.
fn standardised(values: &[f64]) -> Vec<f64> {
    let size = values.iter().fold(0.0, |most: f64, value| most.max(value.abs())).max(f64::MIN_POSITIVE);
    let mean = values.iter().map(|value| value / size).sum::<f64>() / values.len() as f64;
    let centred: Vec<f64> = values.iter().map(|value| value / size - mean).collect();
    let length = centred.iter().map(|value| value * value).sum::<f64>().sqrt();
    centred.into_iter().map(|value| value / length).collect()
}

/// The orders of y, each with its statistic.
struct Walk {
    x: Vec<f64>,
    y: Vec<f64>,
    is_signs: bool,
    /// The statistic is never larger.
    most: f64,
}

impl Walk {
    fn products(x: Vec<f64>, y: Vec<f64>) -> Self {
        let length = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
        let most = length(&x) * length(&y);
        Self { x, y, is_signs: false, most }
    }

    fn signs(x: &[f64], y: &[f64]) -> Self {
        let n = x.len() as f64;
        Self { x: x.to_vec(), y: y.to_vec(), is_signs: true, most: 0.5 * n * (n - 1.0) }
    }

    fn statistic(&self) -> f64 {
        if !self.is_signs {
            return self.x.iter().zip(&self.y).map(|(x, y)| x * y).sum();
        }
        let mut s = 0;
        for (place, (x, y)) in self.x.iter().zip(&self.y).enumerate() {
            let after = self.x.iter().zip(&self.y).skip(place + 1);
            s += after.map(|(other_x, other_y)| sign(*other_x, *x) * sign(*other_y, *y)).sum::<i32>();
        }
        f64::from(s)
    }

    fn shuffle(&mut self, random: &mut Pcg32) {
        for place in (1..self.y.len()).rev() {
            self.y.swap(place, random.below(place as u32 + 1) as usize);
        }
    }

    /// Heap's algorithm: each order differs from the one before by one exchange.
    fn visit_all(&mut self, visit: &mut dyn FnMut(f64)) {
        let n = self.y.len();
        let mut turns = vec![0_usize; n];
        visit(self.statistic());
        let mut place = 1;
        while place < n {
            let turn = turns.get(place).copied().unwrap_or_default();
            if turn < place {
                self.y.swap(if place % 2 == 0 { 0 } else { turn }, place);
                visit(self.statistic());
                turns.get_mut(place).into_iter().for_each(|slot| *slot += 1);
                place = 1;
            } else {
                turns.get_mut(place).into_iter().for_each(|slot| *slot = 0);
                place += 1;
            }
        }
    }
}

fn sign(left: f64, right: f64) -> i32 {
    i32::from(left > right) - i32::from(left < right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::correlation::{estimate_correlation, spearman};

    const X: [f64; 7] = [3.0, 1.0, 5.0, 2.0, 4.0, 9.0, 7.0];
    const Y: [f64; 7] = [2.0, 1.0, 4.0, 3.0, 5.0, 4.5, 8.0];

    fn permuted(kind: CorrelationKind, exact_up_to: usize) -> CorrelationPermutation {
        let options = CorrelationPermutationOptions { exact_up_to, permutations: 40_000, ..Default::default() };
        correlation_permutation_test(kind, &X, &Y, &options).unwrap()
    }

    #[test]
    fn all_orders_without_ties_are_the_exact_rank_tests() {
        let options = CorrelationOptions::default();
        for kind in [CorrelationKind::Spearman, CorrelationKind::KendallTauB] {
            let exact = estimate_correlation(kind, &X, &Y, &options).unwrap();
            let found = permuted(kind, 9);
            assert_eq!((found.permutations, found.is_exact), (5040, true));
            assert!((found.p_value - exact.p_value).abs() < 1e-14, "{kind:?}");
        }
    }

    #[test]
    fn random_orders_come_near_all_orders() {
        for kind in [CorrelationKind::Pearson, CorrelationKind::Spearman, CorrelationKind::KendallTauB] {
            let (exact, random) = (permuted(kind, 9), permuted(kind, 3));
            assert!(!random.is_exact);
            let p = exact.p_value;
            assert!((random.p_value - p).abs() < 4.0 * (p * (1.0 - p) / 40_000.0).sqrt() + 1e-4, "{kind:?}");
        }
    }

    #[test]
    fn ties_stay_exact() {
        // x 1 2 3 4, y 0 0 0 1: rho as far as observed when the 1 is first or last: 2 of 4.
        let options = CorrelationPermutationOptions::default();
        let x = [1.0, 2.0, 3.0, 4.0];
        for kind in [CorrelationKind::Pearson, CorrelationKind::Spearman, CorrelationKind::KendallTauB] {
            let found = correlation_permutation_test(kind, &x, &[0.0, 0.0, 0.0, 1.0], &options).unwrap();
            assert_eq!(found.p_value, 0.5, "{kind:?}");
        }
    }

    #[test]
    fn what_cannot_be_permuted_says_why() {
        let options = CorrelationPermutationOptions { permutations: 0, ..Default::default() };
        let found = correlation_permutation_test(CorrelationKind::Pearson, &X, &Y, &options);
        assert!(matches!(found, Err(StatError::TooFew { what: "permutations", .. })));
        let found = correlation_permutation_test(CorrelationKind::Pearson, &X, &[1.0; 7], &Default::default());
        assert_eq!(found, Err(StatError::NoVariation { what: "y" }));
        assert!(spearman(&X, &Y, &CorrelationOptions::default()).is_ok());
    }
}
