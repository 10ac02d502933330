use super::risk_sets::RiskSets;
use super::{FollowUpTimes, LogRankWeight};
use crate::stats::distribution::{multivariate_normal, normal};
use crate::stats::{Matrix, StatError, input};

/// The weights that [`MaxComboOptions`] takes unless told otherwise: all, early, late and middle events.
const FOUR_WEIGHTS: [LogRankWeight; 4] = [
    LogRankWeight::FlemingHarrington { rho: 0.0, gamma: 0.0 },
    LogRankWeight::FlemingHarrington { rho: 0.0, gamma: 1.0 },
    LogRankWeight::FlemingHarrington { rho: 1.0, gamma: 0.0 },
    LogRankWeight::FlemingHarrington { rho: 1.0, gamma: 1.0 },
];

/// What a max-combo test can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaxComboOptions<'a> {
    /// At least one. Default: Fleming-Harrington (0, 0), (0, 1), (1, 0), (1, 1).
    pub weights: &'a [LogRankWeight],
    /// Each subject's stratum, codes from 0. Default: none.
    pub strata: Option<&'a [usize]>,
}

impl Default for MaxComboOptions<'_> {
    fn default() -> Self {
        Self { weights: &FOUR_WEIGHTS, strata: None }
    }
}

/// One of the tests that a max-combo test takes the largest of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaxComboPart {
    /// Its weight.
    pub weight: LogRankWeight,
    /// Events of the second group minus those expected, weighted.
    pub excess: f64,
    /// Its hypergeometric variance.
    pub variance: f64,
    /// Standard Normal if the hazards are equal; below 0 when the second group has fewer events than expected.
    pub z: f64,
    /// Two-sided p-value of this test alone; it does not pay for the choice.
    pub p_value: f64,
}

/// A max-combo test, two-sided.
#[derive(Debug, Clone, PartialEq)]
pub struct MaxCombo {
    /// The largest |z|.
    pub statistic: f64,
    /// Two-sided p-value: probability that any |z| is as large if the hazards are equal.
    pub p_value: f64,
    /// Place in `parts` of the largest |z|; the first of equals.
    pub strongest: usize,
    /// One a weight, in their order.
    pub parts: Vec<MaxComboPart>,
    /// Correlation of the z, a row a weight.
    pub correlation: Matrix,
    /// Codes of the two groups: z speaks of the second.
    pub groups: [usize; 2],
}

/// Max-combo test that two groups share one hazard: the most extreme of several weighted log-rank tests, with a p-value
/// that pays for taking it. Two-sided.
///
/// With the sums of [`super::log_rank_test`] for the second group and weights w_a, w_b: U_a = sum of w_a (d_2 - d n_2 /
/// n), cov(U_a, U_b) = sum of w_a w_b d (n - d) / (n - 1) x n_1 n_2 / n^2, over times and strata. z_a = U_a /
/// sqrt(cov(U_a, U_a)); the statistic is m = max |z_a|; p = P(any |Z_a| >= m) for Z Normal with the correlation of these
/// covariances. It is of rank 3 for the four default weights, since 1 = S + (1 - S).
///
/// Inputs: as `log_rank_test`, two groups with subjects. Missing values: not here; NaN is an error.
/// Errors: those of `log_rank_test`; `TooFew` also for no weight, `OutOfRange` also for a third group and for more than
/// four weights none of which is a combination of the others, `NoVariation` also where one weight leaves no comparison.
/// Limits: the hypothesis is equal hazards; a small p may rest on a piece of the curves where the other arm does better
/// elsewhere, so read the parts and their signs. Large samples: some 10 events an arm at least. No one-sided version.
///
/// Source: Lee, Computational Statistics and Data Analysis 51:6557-6564, 2007; Karrison, The Stata Journal 16:678-690,
/// 2016; Lin et al., Statistics in Biopharmaceutical Research 12:187-198, 2020. Checked against R 4.2.2: the formula,
/// and mvtnorm 1.1-3 or nested `integrate` for p, relative 1e-8 (tests/golden/max_combo). Some programs take the
/// smallest of one-sided tests instead, or estimate p by random points.
///
/// ```
/// use second_look::stats::survival::{FollowUpTimes, LogRankWeight, MaxComboOptions, max_combo_test};
/// // One weight: the log-rank test. At 1: 1/2, 1/4. At 2: 2/3, 2/9. At 3: 1/2, 1/4; 2 seen in the second group.
/// let follow_up = FollowUpTimes::from_start(&[1.0, 3.0, 2.0, 4.0], &[true; 4]);
/// let options = MaxComboOptions { weights: &[LogRankWeight::LogRank], strata: None };
/// let test = max_combo_test(&follow_up, &[0, 0, 1, 1], &options).unwrap();
/// assert!((test.statistic - (2.0 - 8.0 / 3.0_f64).abs() / (13.0_f64 / 18.0).sqrt()).abs() < 1e-14);
/// assert_eq!(test.p_value, test.parts[0].p_value);
/// ```
pub fn max_combo_test(
    follow_up: &FollowUpTimes<'_>,
    group: &[usize],
    options: &MaxComboOptions<'_>,
) -> Result<MaxCombo, StatError> {
    let weights = options.weights;
    input::check_at_least("weights", 1, weights.len())?;
    weights.iter().try_for_each(LogRankWeight::check)?;
    let sets = RiskSets::new(follow_up, group, usize::MAX, options.strata)?;
    let groups = match sets.codes.as_slice() {
        [first, second] => [*first, *second],
        more => return Err(StatError::OutOfRange { what: "groups", value: more.len() as f64 }),
    };
    let mut excess = vec![0.0; weights.len()];
    let mut covariance = Matrix::zeros(weights.len(), weights.len());
    let mut own = vec![0.0; weights.len()];
    sets.walk(&mut |time| {
        let ([n_first, n_second], [_, events]) = (time.at_risk, time.events) else { return };
        let variance = time.spread() * (n_first / time.n) * (n_second / time.n);
        for (own, weight) in own.iter_mut().zip(weights) {
            *own = weight.at(time);
        }
        let seen_more = events - time.d * (n_second / time.n);
        for ((row, weight), excess) in own.iter().enumerate().zip(&mut excess) {
            *excess += weight * seen_more;
            for (sum, other) in covariance.row_mut(row).iter_mut().zip(&own) {
                *sum += weight * other * variance;
            }
        }
    });

    let mut parts = Vec::with_capacity(weights.len());
    for ((place, weight), excess) in weights.iter().enumerate().zip(&excess) {
        let variance = covariance.at(place, place);
        if variance.is_nan() || variance <= 0.0 {
            return Err(StatError::NoVariation { what: "groups at risk at the event times" });
        }
        let z = excess / variance.sqrt();
        input::check_answer("z", z)?;
        let p_value = 2.0 * normal::sf(z.abs());
        parts.push(MaxComboPart { weight: *weight, excess: *excess, variance, z, p_value });
    }
    let mut correlation = Matrix::identity(parts.len());
    for row in 0..parts.len() {
        for column in 0..row {
            let size = (covariance.at(row, row) * covariance.at(column, column)).sqrt();
            let value = (covariance.at(row, column) / size).clamp(-1.0, 1.0);
            correlation.set(row, column, value);
            correlation.set(column, row, value);
        }
    }
    let (mut strongest, mut statistic) = (0, 0.0);
    for (place, part) in parts.iter().enumerate() {
        if part.z.abs() > statistic {
            (strongest, statistic) = (place, part.z.abs());
        }
    }
    let p_value = multivariate_normal::any_beyond(statistic, &correlation);
    if p_value.is_nan() {
        return Err(StatError::OutOfRange { what: "independent weights", value: weights.len() as f64 });
    }
    Ok(MaxCombo { statistic, p_value, strongest, parts, correlation, groups })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::survival::{LogRankOptions, log_rank_test};

    const TIMES: [f64; 8] = [4.0, 2.0, 6.0, 2.0, 4.0, 1.0, 7.0, 4.0];
    const EVENTS: [bool; 8] = [true, true, true, true, false, false, true, true];
    const GROUP: [usize; 8] = [0, 0, 0, 1, 1, 1, 1, 0];

    fn combo(group: &[usize], weights: &[LogRankWeight]) -> Result<MaxCombo, StatError> {
        let options = MaxComboOptions { weights, strata: None };
        max_combo_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), group, &options)
    }

    #[test]
    fn each_part_is_its_own_log_rank_test() {
        let follow_up = FollowUpTimes::from_start(&TIMES, &EVENTS);
        let test = max_combo_test(&follow_up, &GROUP, &MaxComboOptions::default()).unwrap();
        for part in &test.parts {
            let options = LogRankOptions { weight: part.weight, strata: None };
            let alone = log_rank_test(&follow_up, &GROUP, 2, &options).unwrap();
            assert!((part.z * part.z - alone.chi_squared).abs() < 1e-14);
            assert!(test.p_value >= alone.p_value - 1e-12 || part.z.abs() < test.statistic);
        }
        let smallest = test.parts[test.strongest].p_value;
        assert!(smallest < test.p_value && test.p_value < 4.0 * smallest);
    }

    #[test]
    fn two_weights_by_hand() {
        // S before 2, 4, 6: 1, 5/7, 3/7; V 20/49, 9/25, 1/4 (see the log-rank test); 1 x S summed, S^2 summed.
        let test = combo(&GROUP, &[FOUR_WEIGHTS[0], FOUR_WEIGHTS[2]]).unwrap();
        let v = [20.0 / 49.0, 9.0 / 25.0, 0.25];
        let s = [1.0, 5.0 / 7.0, 3.0 / 7.0];
        let sum = |power: i32| {
            (0..3)
                .map(|i| {
                    v[i] * if power == 0 {
                        1.0
                    } else if power == 1 {
                        s[i]
                    } else {
                        s[i] * s[i]
                    }
                })
                .sum::<f64>()
        };
        let expected = sum(1) / (sum(0) * sum(2)).sqrt();
        assert!((test.correlation.at(0, 1) - expected).abs() < 1e-14);
    }

    #[test]
    fn a_weight_given_twice_costs_nothing() {
        let once = combo(&GROUP, &[LogRankWeight::LogRank]).unwrap();
        let twice = combo(&GROUP, &[LogRankWeight::LogRank, FOUR_WEIGHTS[0]]).unwrap();
        assert!((once.p_value - twice.p_value).abs() < 1e-14);
    }

    #[test]
    fn swapping_the_groups_flips_the_signs() {
        let (there, back) =
            (combo(&GROUP, &FOUR_WEIGHTS).unwrap(), combo(&GROUP.map(|one| 9 - one), &FOUR_WEIGHTS).unwrap());
        assert_eq!(back.groups, [8, 9]);
        assert!((there.parts[1].z + back.parts[1].z).abs() < 1e-14 && (there.p_value - back.p_value).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        assert!(matches!(combo(&GROUP, &[]), Err(StatError::TooFew { what: "weights", .. })));
        assert!(matches!(combo(&[0; 8], &FOUR_WEIGHTS), Err(StatError::TooFew { .. })));
        assert!(matches!(
            combo(&[0, 1, 2, 0, 1, 2, 0, 1], &FOUR_WEIGHTS),
            Err(StatError::OutOfRange { what: "groups", .. })
        ));
        let negative = LogRankWeight::FlemingHarrington { rho: -1.0, gamma: 0.0 };
        assert!(matches!(combo(&GROUP, &[negative]), Err(StatError::OutOfRange { what: "rho", .. })));
        // Only one time: 1 - S is 0 there.
        let follow_up = FollowUpTimes::from_start(&[1.0, 1.0, 2.0, 2.0], &[true, false, false, false]);
        let late = MaxComboOptions { weights: &FOUR_WEIGHTS[1..2], strata: None };
        assert!(matches!(max_combo_test(&follow_up, &[0, 1, 0, 1], &late), Err(StatError::NoVariation { .. })));
    }
}
