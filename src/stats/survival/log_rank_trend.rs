use super::log_rank::WeightedSums;
use super::risk_sets::RiskSets;
use super::{FollowUpTimes, LogRankGroup, LogRankOptions};
use crate::stats::distribution::normal;
use crate::stats::matrix::dot;
use crate::stats::{StatError, input};

/// What a log-rank test for trend can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogRankTrendOptions<'a> {
    /// A score for each code from 0 to `n_groups` - 1, a dose say. Default: the codes themselves, 0, 1, 2 and so on.
    pub scores: Option<&'a [f64]>,
    /// Weight and strata. Default: neither.
    pub log_rank: LogRankOptions<'a>,
}

/// A log-rank test for trend, two-sided.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRankTrend {
    /// The statistic, standard Normal if the hazards are equal; above 0 when groups with higher scores have more events
    /// than expected.
    pub z: f64,
    /// z squared: chi-squared with one degree of freedom.
    pub chi_squared: f64,
    /// 1.
    pub df: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    /// Groups with subjects, in the order of their codes.
    pub groups: Vec<LogRankGroup>,
    /// The score of each of these groups.
    pub scores: Vec<f64>,
}

/// Log-rank test for trend over ordered groups (doses, say), two-sided.
///
/// With U_j and V_jk of [`super::log_rank_test`] and scores s: z = s'U / sqrt(s'V s), chi_squared = z^2 on one degree of
/// freedom. Adding a constant to the scores, or multiplying them by a positive number, changes nothing. Unweighted it
/// is the score test of Cox's model with the score as its one covariate and exact ties; with two groups it is the
/// log-rank test.
///
/// Inputs: as `log_rank_test`; scores finite, one a code. Missing values: not here; NaN is an error.
/// Errors: those of `log_rank_test`, also `LengthsDiffer` and `NotFinite` for the scores, `NoVariation` (no event time
/// at which subjects of different scores are compared).
/// Limits: asks one question, whether hazard goes with the score, and can miss groups that differ in any other way (a
/// middle dose that is best). Scores and their order are chosen before looking.
///
/// Source: Tarone, Biometrika 62:679-682, 1975; Klein and Moeschberger, Survival Analysis, 2nd ed. 2003, pp. 216-218.
/// Checked against R 4.2.2, survival 3.5-3, score test of `coxph(ties = "exact")`, relative 1e-9, and the formula in R,
/// relative 1e-12 (tests/golden/log_rank_trend). SAS PROC LIFETEST (TREND): the same formula, its default scores 1, 2, 3
/// giving the same test. R's survival has no function of this name.
///
/// ```
/// use second_look::stats::survival::{FollowUpTimes, LogRankTrendOptions, log_rank_trend_test};
/// // At 1: mean score 1, variance 2/3, score 2. At 2: 1/2, 1/4, score 1. At 3: alone. U = 1 + 1/2, V = 2/3 + 1/4.
/// let follow_up = FollowUpTimes::from_start(&[3.0, 2.0, 1.0], &[true; 3]);
/// let test = log_rank_trend_test(&follow_up, &[0, 1, 2], 3, &LogRankTrendOptions::default()).unwrap();
/// assert!((test.chi_squared - 2.25 / (11.0 / 12.0)).abs() < 1e-14 && test.z > 0.0);
/// ```
pub fn log_rank_trend_test(
    follow_up: &FollowUpTimes<'_>,
    group: &[usize],
    n_groups: usize,
    options: &LogRankTrendOptions<'_>,
) -> Result<LogRankTrend, StatError> {
    options.log_rank.weight.check()?;
    if let Some(scores) = options.scores {
        input::check_equal_lengths("groups and scores", n_groups, scores.len())?;
        input::check_finite("scores", scores)?;
    }
    let sets = RiskSets::new(follow_up, group, n_groups, options.log_rank.strata)?;
    let score = |code: &usize| options.scores.map_or(Some(*code as f64), |scores| scores.get(*code).copied());
    let scores: Vec<f64> = sets.codes.iter().filter_map(score).collect();
    if input::is_constant(&scores) {
        return Err(StatError::NoVariation { what: "scores" });
    }
    let sums = WeightedSums::of(&sets, options.log_rank.weight);
    // Scores far from 0 would cancel in s'V s.
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let centred: Vec<f64> = scores.iter().map(|score| score - mean).collect();
    let variance = sums.covariance.quadratic_form(&centred);
    let largest: f64 =
        centred.iter().enumerate().map(|(place, score)| score * score * sums.covariance.at(place, place)).sum();
    if variance.is_nan() || variance <= 1e-12 * largest {
        return Err(StatError::NoVariation { what: "scores at risk at the event times" });
    }
    let z = dot(&centred, &sums.excess) / variance.sqrt();
    input::check_answer("z", z)?;
    let groups = sums.groups(&sets);
    Ok(LogRankTrend { z, chi_squared: z * z, df: 1.0, p_value: 2.0 * normal::sf(z.abs()), groups, scores })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::survival::log_rank_test;

    const TIMES: [f64; 8] = [4.0, 2.0, 6.0, 2.0, 4.0, 1.0, 7.0, 4.0];
    const EVENTS: [bool; 8] = [true, true, true, true, false, false, true, true];

    fn trend(group: &[usize], n_groups: usize, scores: Option<&[f64]>) -> Result<LogRankTrend, StatError> {
        let options = LogRankTrendOptions { scores, ..LogRankTrendOptions::default() };
        log_rank_trend_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), group, n_groups, &options)
    }

    #[test]
    fn with_two_groups_it_is_the_log_rank_test() {
        let group = [0, 0, 0, 1, 1, 1, 1, 0];
        let follow_up = FollowUpTimes::from_start(&TIMES, &EVENTS);
        let plain = log_rank_test(&follow_up, &group, 2, &LogRankOptions::default()).unwrap();
        let found = trend(&group, 2, None).unwrap();
        assert!((found.chi_squared - plain.chi_squared).abs() < 1e-14);
        assert!((found.p_value - plain.p_value).abs() < 1e-14);
        // Group 0 has more events than expected, so the higher score has fewer.
        assert!(found.groups[0].observed > found.groups[0].expected && found.z < 0.0);
    }

    #[test]
    fn scores_have_no_origin_and_no_unit() {
        let group = [0, 1, 2, 0, 1, 2, 0, 1];
        let plain = trend(&group, 3, None).unwrap();
        let moved = trend(&group, 3, Some(&[1000.0, 1003.0, 1006.0])).unwrap();
        let turned = trend(&group, 3, Some(&[0.0, -1.0, -2.0])).unwrap();
        assert!((plain.z - moved.z).abs() < 1e-12 && (plain.z + turned.z).abs() < 1e-14);
        // A code without subjects keeps its place in the default scores.
        let gap = trend(&group.map(|code| code * code), 5, None).unwrap();
        assert_eq!(gap.scores, [0.0, 1.0, 4.0]);
    }

    #[test]
    fn what_has_no_trend_says_why() {
        let group = [0, 1, 2, 0, 1, 2, 0, 1];
        assert!(matches!(trend(&group, 3, Some(&[1.0; 3])), Err(StatError::NoVariation { what: "scores" })));
        assert!(matches!(trend(&group, 3, Some(&[1.0; 2])), Err(StatError::LengthsDiffer { .. })));
        assert!(matches!(trend(&group, 3, Some(&[1.0, f64::NAN, 2.0])), Err(StatError::NotFinite { index: 1, .. })));
        assert!(matches!(trend(&[0; 8], 1, None), Err(StatError::TooFew { .. })));
        let follow_up = FollowUpTimes::from_start(&[1.0; 8], &[true; 8]);
        let at_once = log_rank_trend_test(&follow_up, &group, 3, &LogRankTrendOptions::default());
        assert!(matches!(at_once, Err(StatError::NoVariation { .. })));
    }
}
