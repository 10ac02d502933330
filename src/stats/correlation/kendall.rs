use super::{Correlation, CorrelationOptions, CorrelationPMethod, check_pairs, interval_of_z};
use crate::order;
use crate::stats::StatError;
use crate::stats::distribution::normal;

/// Below this many pairs, and without ties, every order is counted.
const EXACT_BELOW: usize = 50;

/// Kendall's rank correlation tau-b of pairs, two-sided.
///
/// tau_b = S / sqrt((n0 - n1)(n0 - n2)): S the pairs of pairs in the same order minus those in the opposite one, n0 =
/// n (n - 1) / 2, n1 and n2 the ties within x and within y. p: without ties and below 50 pairs twice the smaller tail
/// of S over all n! orders (exact), at most 1; otherwise z = S / sd(S), the variance corrected for ties, without
/// continuity correction. Interval: tanh(atanh(tau) -/+ z sqrt(0.437 / (n - 4))) (Fieller, Hartley and Pearson).
///
/// Inputs: x and y of one length, one pair per subject, any units, any monotone scale. Missing values: not here; the
/// caller drops the pair, NaN is an error. Values below a limit are best told as ties at the lowest rank.
/// Errors: `LengthsDiffer`, `NotFinite`, `TooFew` (under 3 pairs), `NoVariation` (x or y constant), `OutOfRange`.
/// Limits: sees monotone relations only; the interval is absent below 5 pairs, rough below about 10, for |tau| above
/// 0.8 and with many ties. |tau| = 1: there is no interval; a handful of ranks agrees wholly by chance.
///
/// Source: Kendall, Biometrika 30:81-93, 1938 and Rank Correlation Methods, 1948 (ties); Knight, Journal of the American
/// Statistical Association 61:436-439, 1966 (counting in n log n); Fieller, Hartley and Pearson, Biometrika 44:470-481,
/// 1957. Checked against R 4.2.2: `cor.test(method = "kendall")` where exact, and `exact = FALSE` elsewhere, relative
/// 1e-11 (tests/golden/kendall). As SAS PROC CORR's tau-b; SAS has no exact p there.
///
/// ```
/// use second_look::stats::correlation::{CorrelationOptions, kendall};
/// // One of the six pairs of pairs is turned round: (5 - 1) / 6; of 24 orders 4 are as far on either side.
/// let found = kendall(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0], &CorrelationOptions::default()).unwrap();
/// assert!((found.coefficient - 2.0 / 3.0).abs() < 1e-15 && (found.p_value - 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn kendall(x: &[f64], y: &[f64], options: &CorrelationOptions) -> Result<Correlation, StatError> {
    check_pairs(x, y, options)?;
    let pairs = x.iter().copied().zip(y.iter().copied()).collect();
    Ok(kendall_of(&PairsInOrder::of(pairs), options))
}

pub(super) fn kendall_of(pairs: &PairsInOrder, options: &CorrelationOptions) -> Correlation {
    let counts = pairs.count();
    let n = pairs.by_x.len();
    let size = n as f64;
    let coefficient = counts.tau();
    let is_exact = n < EXACT_BELOW && counts.x.pairs + counts.y.pairs == 0.0;
    let (s, all) = (counts.s, 0.5 * size * (size - 1.0));
    // R's cor.test and Kendall: the variance of S given the ties.
    let whole = size * (size - 1.0) * (2.0 * size + 5.0);
    let mut variance = (whole - counts.x.spread - counts.y.spread) / 18.0;
    variance += 2.0 * counts.x.pairs * counts.y.pairs / (size * (size - 1.0));
    if n > 2 {
        variance += counts.x.triples * counts.y.triples / (9.0 * size * (size - 1.0) * (size - 2.0));
    }
    let z = s / variance.sqrt();
    let (p_value, p_method) = if is_exact {
        (exact_p(n, 0.5 * (all - s.abs())), CorrelationPMethod::ExactPermutation)
    } else {
        ((2.0 * normal::sf(z.abs())).min(1.0), CorrelationPMethod::Normal)
    };
    let has_interval = n > 4 && coefficient.abs() < 1.0;
    let interval = has_interval.then(|| interval_of_z(coefficient, 0.437 / (size - 4.0), options));
    Correlation { n, coefficient, interval, statistic: z, df: None, p_value, p_method }
}

/// Ties of one column: pairs of equal values, and what they take from the variance.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Ties {
    pairs: f64,
    triples: f64,
    spread: f64,
}

impl Ties {
    fn add(&mut self, size: usize) {
        let t = size as f64;
        self.pairs += 0.5 * t * (t - 1.0);
        self.triples += t * (t - 1.0) * (t - 2.0);
        self.spread += t * (t - 1.0) * (2.0 * t + 5.0);
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Counts {
    s: f64,
    all: f64,
    x: Ties,
    y: Ties,
}

impl Counts {
    pub fn tau(&self) -> f64 {
        let (left, right) = (self.all - self.x.pairs, self.all - self.y.pairs);
        let product = if left == right { left } else { left.sqrt() * right.sqrt() };
        (self.s / product).clamp(-1.0, 1.0)
    }
}

/// Pairs sorted by x, then y.
pub(super) struct PairsInOrder {
    by_x: Vec<(f64, f64)>,
}

impl PairsInOrder {
    pub fn of(mut by_x: Vec<(f64, f64)>) -> Self {
        // -0 and 0 are one value.
        by_x.iter_mut().for_each(|pair| *pair = (pair.0 + 0.0, pair.1 + 0.0));
        order::sort_by(&mut by_x, |a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        Self { by_x }
    }

    /// Of pairs that stand in order of x already, whatever the order of y where x is equal.
    pub fn sorted_by_x(mut by_x: Vec<(f64, f64)>) -> Self {
        for run in by_x.chunk_by_mut(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
            order::sort_by(run, |a, b| a.1.total_cmp(&b.1));
        }
        Self { by_x }
    }

    pub fn count(&self) -> Counts {
        let n = self.by_x.len() as f64;
        let all = 0.5 * n * (n - 1.0);
        let mut ties_x = Ties::default();
        let mut both = 0.0;
        for run in self.by_x.chunk_by(|a, b| a.0 == b.0) {
            ties_x.add(run.len());
            for same in run.chunk_by(|a, b| a.1 == b.1) {
                both += 0.5 * same.len() as f64 * (same.len() as f64 - 1.0);
            }
        }
        let mut y: Vec<f64> = self.by_x.iter().map(|pair| pair.1).collect();
        let turned = count_turned(&mut y) as f64;
        let mut ties_y = Ties::default();
        y.chunk_by(|a, b| a == b).for_each(|run| ties_y.add(run.len()));
        // Pairs without a tie, less twice those in the opposite order.
        let s = all - ties_x.pairs - ties_y.pairs + both - 2.0 * turned;
        Counts { s, all, x: ties_x, y: ties_y }
    }
}

/// Sorts the values and counts the pairs that stood in the wrong order, by merging.
fn count_turned(values: &mut [f64]) -> u64 {
    let mut spare = values.to_vec();
    let mut turned = 0;
    let mut width = 1;
    while width < values.len() {
        for (block, out) in values.chunks(2 * width).zip(spare.chunks_mut(2 * width)) {
            let (left, right) = block.split_at(width.min(block.len()));
            let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
            for slot in out.iter_mut() {
                match (left.peek(), right.peek()) {
                    (Some(a), Some(b)) if b < a => {
                        turned += left.len() as u64;
                        *slot = **b;
                        right.next();
                    }
                    (Some(a), _) => {
                        *slot = **a;
                        left.next();
                    }
                    (None, Some(b)) => {
                        *slot = **b;
                        right.next();
                    }
                    (None, None) => {}
                }
            }
        }
        values.copy_from_slice(&spare);
        width *= 2;
    }
    turned
}

/// Twice the share of all orders of n with at most `turned` pairs turned round, at most 1.
fn exact_p(n: usize, turned: f64) -> f64 {
    // shares[k]: of all orders of the first values those with k pairs turned.
    let mut shares = vec![1.0];
    for size in 2..=n {
        let most = size * (size - 1) / 2;
        let mut next = vec![0.0; most + 1];
        for (k, slot) in next.iter_mut().enumerate() {
            let from = k.saturating_sub(size - 1);
            let to = k.min(shares.len() - 1);
            *slot = shares.get(from..=to).unwrap_or_default().iter().sum::<f64>() / size as f64;
        }
        shares = next;
    }
    let tail: f64 = shares.iter().take(turned.round() as usize + 1).sum();
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlate(x: &[f64], y: &[f64]) -> Correlation {
        kendall(x, y, &CorrelationOptions::default()).unwrap()
    }

    #[test]
    fn ties_by_hand() {
        // x 1 1 2 3, y 1 2 2 3. Of six: (1,2) tied in x, (2,3) tied in y, four in order: 4 / sqrt(5 x 5).
        let found = correlate(&[1.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 2.0, 3.0]);
        assert!((found.coefficient - 0.8).abs() < 1e-15);
        assert_eq!((found.p_method, found.interval), (CorrelationPMethod::Normal, None));
        // (4 x 3 x 13 - 2 x 18) / 18 + 2 x 1 x 1 / 12.
        let variance: f64 = (156.0 - 36.0) / 18.0 + 2.0 / 12.0;
        assert!((found.statistic - 4.0 / variance.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn counting_by_merging_is_counting_one_by_one() {
        let x = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0];
        let y = [2.0, 7.0, 1.0, 8.0, 2.0, 8.0, 1.0, 8.0, 2.0, 8.0, 4.0];
        let mut s = 0.0;
        for (i, (xi, yi)) in x.iter().zip(&y).enumerate() {
            for (xj, yj) in x.iter().zip(&y).skip(i + 1) {
                let product = (xj - xi) * (yj - yi);
                s += if product == 0.0 { 0.0 } else { f64::signum(product) };
            }
        }
        assert_eq!(PairsInOrder::of(x.into_iter().zip(y).collect()).count().s, s);
        let turned: Vec<f64> = y.iter().map(|value| -value).collect();
        assert!((correlate(&x, &y).coefficient + correlate(&x, &turned).coefficient).abs() < 1e-15);
        assert_eq!(correlate(&x, &y).coefficient, correlate(&y, &x).coefficient);
    }

    #[test]
    fn a_perfect_order_is_one() {
        let found = correlate(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1.0, 10.0, 100.0, 1e3, 1e4]);
        assert_eq!(found.coefficient, 1.0);
        assert!((found.p_value - 2.0 / 120.0).abs() < 1e-16);
        assert_eq!(found.interval, None);
        assert_eq!(correlate(&[1.0, 1.0, 2.0, 2.0], &[3.0, 3.0, 9.0, 9.0]).coefficient, 1.0);
    }

    #[test]
    fn what_cannot_be_correlated_says_why() {
        let options = CorrelationOptions::default();
        assert!(matches!(kendall(&[1.0], &[1.0], &options), Err(StatError::TooFew { need: 3, got: 1, .. })));
        assert_eq!(kendall(&[1.0; 3], &[1.0, 2.0, 3.0], &options), Err(StatError::NoVariation { what: "x" }));
    }
}
