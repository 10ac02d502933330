use super::{Correlation, CorrelationOptions, check_pairs, finish_correlation};
use crate::stats::StatError;
use crate::stats::midrank::{CentredRanks, rank_centred};

/// Up to here, and without ties, every order of the ranks is counted.
pub(super) const EXACT_UP_TO: usize = 9;

/// Spearman's rank correlation of pairs, two-sided.
///
/// rho = Pearson's correlation of the ranks, ties sharing their mean rank. p: without ties and up to 9 pairs the share
/// of all n! orders with |rho| at least as large (exact); otherwise t = rho sqrt((n - 2) / (1 - rho^2)) on n - 2
/// degrees of freedom. Interval: tanh(atanh(rho) -/+ z sqrt((1 + rho^2 / 2) / (n - 3))) (Bonett and Wright).
///
/// Inputs: x and y of one length, one pair per subject, any units, any monotone scale. Missing values: not here; the
/// caller drops the pair, NaN is an error. |rho| = 1: t is infinite, there is no interval (a handful of ranks
/// agrees wholly by chance, of four pairs 1 order in 12), and p by t is 0, which overstates the case for a handful of tied
/// pairs.
/// Errors: `LengthsDiffer`, `NotFinite`, `TooFew` (under 3 pairs), `NoVariation` (x or y constant), `OutOfRange`.
/// Limits: sees monotone relations only. Many ties (an analyte mostly below its limit of quantification) make t and the
/// interval rough; the interval is rough below about 10 pairs and for |rho| above 0.95.
///
/// Source: Spearman, American Journal of Psychology 15:72-101, 1904; Bonett and Wright, Psychometrika 65:23-28, 2000.
/// Checked against R 4.2.2: `cor.test(method = "spearman")` where exact, and `exact = FALSE` elsewhere, relative 1e-11
/// (tests/golden/spearman). On purpose unlike R's default, which takes an Edgeworth series for p from 10 to 1289 pairs
/// without ties (Algorithm AS 89); like SAS PROC CORR, which takes t.
///
/// ```
/// use second_look::stats::correlation::{CorrelationOptions, spearman};
/// // Ranks 1 2 3 against 1 3 2: rho = 1 - 6 x 2 / 24 = 0.5, and every order has |rho| of 0.5 or 1.
/// let found = spearman(&[1.0, 5.0, 9.0], &[0.1, 20.0, 3.0], &CorrelationOptions::default()).unwrap();
/// assert_eq!((found.coefficient, found.p_value), (0.5, 1.0));
/// ```
pub fn spearman(x: &[f64], y: &[f64], options: &CorrelationOptions) -> Result<Correlation, StatError> {
    check_pairs(x, y, options)?;
    Ok(spearman_of(&rank_centred(x), &rank_centred(y), options))
}

pub(super) fn spearman_of(x: &CentredRanks, y: &CentredRanks, options: &CorrelationOptions) -> Correlation {
    let sum = |left: &[f64], right: &[f64]| left.iter().zip(right).map(|(a, b)| a * b).sum::<f64>();
    let (xx, yy, xy) = (sum(&x.ranks, &x.ranks), sum(&y.ranks, &y.ranks), sum(&x.ranks, &y.ranks));
    // The sums of halves are exact; so is their quotient at 1 when no root is taken.
    let coefficient = if xx == yy { xy / xx } else { xy / (xx.sqrt() * yy.sqrt()) };
    let n = x.ranks.len();
    let is_exact = n <= EXACT_UP_TO && x.tie_term + y.tie_term == 0.0;
    let exact_p = is_exact.then(|| permutation_p(n, xy));
    let found =
        finish_correlation(n, coefficient.clamp(-1.0, 1.0), 1.0 + 0.5 * coefficient * coefficient, exact_p, options);
    Correlation { interval: found.interval.filter(|_| found.coefficient.abs() < 1.0), ..found }
}

/// Share of the n! orders whose sum of products of centred ranks is at least as far from 0 as `observed`.
///
/// Orders are built place by place; those that used the same set of ranks differ only in their sum so far, so that
/// they are counted together: 2^n sets instead of n! orders.
fn permutation_p(n: usize, observed: f64) -> f64 {
    // Sums of place x rank, places and ranks from 1, are at most n (n + 1) (2n + 1) / 6.
    let n_sums = n * (n + 1) * (2 * n + 1) / 6 + 1;
    let mut counts = vec![vec![0_u32; n_sums]; 1 << n];
    if let Some(start) = counts.first_mut().and_then(|sums| sums.first_mut()) {
        *start = 1;
    }
    for used in 0..(1_usize << n) {
        let Some(from) = counts.get(used).cloned() else { continue };
        let place = used.count_ones() as usize + 1;
        for rank in (1..=n).filter(|rank| used & (1 << (rank - 1)) == 0) {
            let Some(to) = counts.get_mut(used | (1 << (rank - 1))) else { continue };
            for (slot, count) in to.iter_mut().skip(place * rank).zip(&from) {
                *slot += count;
            }
        }
    }
    let centre = 0.25 * (n * (n + 1) * (n + 1)) as f64;
    let mut total = 0.0;
    let mut as_far = 0.0;
    for (sum, count) in counts.last().into_iter().flatten().enumerate() {
        total += f64::from(*count);
        if (sum as f64 - centre).abs() >= observed.abs() {
            as_far += f64::from(*count);
        }
    }
    as_far / total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::correlation::{CorrelationPMethod, pearson};

    fn correlate(x: &[f64], y: &[f64]) -> Correlation {
        spearman(x, y, &CorrelationOptions::default()).unwrap()
    }

    #[test]
    fn four_pairs_by_hand() {
        // Ranks 2 1 4 3 against 1 2 4 3: sum of squared differences 2, rho = 1 - 12 / 60 = 0.8. Of 24 orders, 1 has
        // rho 1 and 3 have 0.8; as many on the other side: p = 8 / 24.
        let found = correlate(&[20.0, 10.0, 90.0, 30.0], &[-3.0, 0.0, 7.0, 5.0]);
        assert_eq!(found.coefficient, 0.8);
        assert!((found.p_value - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(found.p_method, CorrelationPMethod::ExactPermutation);
    }

    #[test]
    fn ties_share_their_mean_rank() {
        // x ranks 1.5 1.5 3 4, y ranks 1 2 3 4: products 4.5, squares 4.5 and 5.
        let found = correlate(&[2.0, 2.0, 5.0, 7.0], &[1.0, 2.0, 3.0, 4.0]);
        assert!((found.coefficient - 4.5 / (4.5_f64 * 5.0).sqrt()).abs() < 1e-15);
        assert_eq!(found.p_method, CorrelationPMethod::StudentT);
    }

    #[test]
    fn minus_zero_ties_with_zero() {
        let found = correlate(&[-0.0, 0.0, 5.0, 7.0], &[1.0, 2.0, 3.0, 4.0]);
        assert!((found.coefficient - 4.5 / (4.5_f64 * 5.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_monotone_change_of_scale_changes_nothing() {
        let x = [0.3, 0.1, 4.0, 2.0, 9.0, 7.0];
        let y = [5.0, 2.0, 1.0, 8.0, 9.0, 4.0];
        assert_eq!(correlate(&x, &y), correlate(&x.map(|value| value * value * value), &y));
        let turned = correlate(&x.map(|value| -value), &y);
        assert_eq!((turned.coefficient, turned.p_value), (-correlate(&x, &y).coefficient, correlate(&x, &y).p_value));
    }

    #[test]
    fn it_is_pearson_of_the_ranks() {
        let x = [3.0, 1.0, 5.0, 2.0, 4.0, 8.0, 7.0, 6.0, 10.0, 9.0];
        let y = [2.0, 1.0, 4.0, 3.0, 5.0, 7.0, 6.0, 10.0, 8.0, 9.0];
        let ranks = pearson(&x, &y, &CorrelationOptions::default()).unwrap();
        let found = correlate(&x, &y);
        assert!((found.coefficient - ranks.coefficient).abs() < 1e-15);
        assert!((found.p_value / ranks.p_value - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_perfect_order_is_one() {
        let found = correlate(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1.0, 10.0, 100.0, 1e3, 1e4]);
        assert_eq!((found.coefficient, found.statistic), (1.0, f64::INFINITY));
        assert!((found.p_value - 2.0 / 120.0).abs() < 1e-16);
        let tied = correlate(&[1.0, 1.0, 3.0, 4.0, 5.0], &[1.0, 1.0, 100.0, 1e3, 1e4]);
        assert_eq!((tied.coefficient, tied.p_value), (1.0, 0.0));
    }

    #[test]
    fn counting_sets_equals_counting_orders() {
        // All 120 orders of 5 ranks, one by one.
        fn visit(rest: &[f64], chosen: &mut Vec<f64>, sums: &mut Vec<f64>) {
            if rest.is_empty() {
                sums.push(chosen.iter().zip([-2.0, -1.0, 0.0, 1.0, 2.0]).map(|(a, b)| a * b).sum());
            }
            for (index, value) in rest.iter().enumerate() {
                let mut fewer = rest.to_vec();
                fewer.remove(index);
                chosen.push(*value);
                visit(&fewer, chosen, sums);
                chosen.pop();
            }
        }
        let mut sums = Vec::new();
        visit(&[-2.0, -1.0, 0.0, 1.0, 2.0], &mut Vec::new(), &mut sums);
        for observed in 0..=10 {
            let observed = f64::from(observed);
            let share = sums.iter().filter(|sum| sum.abs() >= observed).count() as f64 / 120.0;
            assert_eq!(permutation_p(5, observed), share);
        }
    }

    #[test]
    fn what_cannot_be_correlated_says_why() {
        let options = CorrelationOptions::default();
        assert!(matches!(spearman(&[1.0], &[1.0], &options), Err(StatError::TooFew { need: 3, got: 1, .. })));
        assert!(matches!(spearman(&[], &[1.0], &options), Err(StatError::LengthsDiffer { .. })));
        assert_eq!(spearman(&[1.0; 3], &[1.0, 2.0, 3.0], &options), Err(StatError::NoVariation { what: "x" }));
    }
}
