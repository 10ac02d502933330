use super::FollowUpTimes;
use super::risk_sets::{EventTime, RiskSets};
use crate::stats::distribution::chi_squared;
use crate::stats::matrix::{Matrix, dot};
use crate::stats::{StatError, real};

/// How much an event time counts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum LogRankWeight {
    /// 1: every event alike; strongest when hazards are proportional.
    #[default]
    LogRank,
    /// n, the number at risk (Gehan's and Breslow's generalised Wilcoxon): early events count more, and so does
    /// everybody's censoring.
    GehanWilcoxon,
    /// The square root of n.
    TaroneWare,
    /// S^rho (1 - S)^gamma, with S the Kaplan-Meier estimate for all groups together just before the time (0^0 is 1):
    /// (1, 0) early, (0, 1) late, (1, 1) middle events. (rho, 0) is R's `survdiff(rho)`.
    FlemingHarrington {
        /// At least 0.
        rho: f64,
        /// At least 0.
        gamma: f64,
    },
    /// Product of (n + 1 - d) / (n + 1) up to and including the time (Peto and Peto, in SAS's form).
    PetoPeto,
}

impl LogRankWeight {
    /// `OutOfRange` for a power that is negative or no number.
    pub(super) fn check(&self) -> Result<(), StatError> {
        let Self::FlemingHarrington { rho, gamma } = *self else { return Ok(()) };
        for (what, value) in [("rho", rho), ("gamma", gamma)] {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(StatError::OutOfRange { what, value });
            }
        }
        Ok(())
    }

    pub(super) fn at(&self, time: &EventTime<'_>) -> f64 {
        match *self {
            Self::LogRank => 1.0,
            Self::GehanWilcoxon => time.n,
            Self::TaroneWare => time.n.sqrt(),
            Self::FlemingHarrington { rho, gamma } => {
                power(time.survival_before, rho) * power(1.0 - time.survival_before, gamma)
            }
            Self::PetoPeto => time.peto_survival,
        }
    }
}

/// The two powers that nearly everybody asks for need no logarithm.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 0.0 {
        1.0
    } else if exponent == 1.0 {
        base
    } else {
        real::powf(base, exponent)
    }
}

/// What a log-rank test can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogRankOptions<'a> {
    /// Default: every event alike.
    pub weight: LogRankWeight,
    /// Each subject's stratum, codes from 0: groups are compared within strata only. Default: none.
    pub strata: Option<&'a [usize]>,
}

/// One group's share of a log-rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRankGroup {
    /// The group's code.
    pub group: usize,
    /// Number of subjects, at least 1.
    pub n: usize,
    /// Events seen, each counted once whatever the weight.
    pub observed: f64,
    /// Events expected if the groups shared one hazard, each counted once.
    pub expected: f64,
    /// Sum of the weights of the events seen.
    pub weighted_observed: f64,
    /// Sum of the weights of the events expected.
    pub weighted_expected: f64,
    /// Hypergeometric variance of weighted observed minus weighted expected.
    pub variance: f64,
}

/// A log-rank test, two-sided.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// The statistic, chi-squared with `df` degrees of freedom if the hazards are equal.
    pub chi_squared: f64,
    /// Number of independent comparisons: groups that were compared, minus 1 (minus more where strata or late entries
    /// keep groups apart).
    pub df: f64,
    /// Two-sided p-value: upper tail of chi-squared.
    pub p_value: f64,
    /// Groups with subjects, in the order of their codes.
    pub groups: Vec<LogRankGroup>,
    /// The weight the test was made with.
    pub weight: LogRankWeight,
}

/// Log-rank test, weighted and stratified if asked, that two or more groups share one hazard, two-sided.
///
/// At each event time t of each stratum, with n subjects observed just before it, n_j of them in group j, d events, d_j
/// of them in group j, and weight w: U_j = sum of w (d_j - d n_j / n), V_jk = sum of w^2 d (n - d) / (n - 1) x n_j / n x
/// ((j = k) - n_k / n), over times and strata; n, n_j, d, w are those of the stratum. chi_squared = U' V^-1 U without
/// the first group; df = groups compared - 1. Where risk sets keep groups apart (0 and 1 in one stratum, 2 and 3 in
/// another), V has a smaller rank: then V^-1 is a generalised inverse and df the rank.
///
/// Inputs: `follow_up` in one unit, in any order, late entries allowed: a subject is at risk after its entry up to and
/// including its time. `group` 0 to `n_groups` - 1, without large gaps. Events come before censorings at the same time;
/// times are ties only when equal to the last bit. Missing values: not here; NaN is an error. A group without subjects
/// is left out; a group never compared with another (censored before the first event, alone in its stratum) stays in
/// the table and leaves the test.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (a negative time, an entry not before its time, a group code not
/// below `n_groups`, a negative power), `TooFew` (under 2 groups with subjects; no event), `NoVariation` (no event time
/// with weight at which two groups are compared).
/// Limits: unweighted, loses power, and can miss everything, when curves cross or part late. A weight chosen after
/// looking at the curves makes the p-value worthless; [`super::max_combo_test`] pays for the choice. Gehan's weights
/// depend on the censoring. Small groups (under some 10 events in all) strain the chi-squared approximation. Late
/// entries: a risk set of few early on may bring Kaplan-Meier to 0, and with it the Fleming-Harrington weights. Says
/// nothing about size.
///
/// Source: Mantel, Cancer Chemotherapy Reports 50:163-170, 1966; Peto and Peto, Journal of the Royal Statistical
/// Society A 135:185-207, 1972; Gehan, Biometrika 52:203-223, 1965; Tarone and Ware, Biometrika 64:156-160, 1977;
/// Harrington and Fleming, Biometrika 69:553-566, 1982; Klein and Moeschberger, Survival Analysis, 2nd ed. 2003,
/// pp. 205-216 and 219-221. Checked against R 4.2.2, survival 3.5-3, `survdiff` (rho 0, 0.5, 1; with `strata`), relative
/// 1e-12; late entries and ties against the score test of `coxph(ties = "exact")`, the other weights against
/// lifelines 0.30.3 and the formula in R (tests/golden/log_rank). R's `survdiff` takes its Kaplan-Meier weights within
/// strata, as here, refuses late entries, and also ties times that differ by rounding. SAS PROC LIFETEST: the same
/// formulas (LOGRANK, WILCOXON, TARONE, PETO, FLEMING).
///
/// ```
/// use second_look::stats::survival::{FollowUpTimes, LogRankOptions, log_rank_test};
/// // At 1: 2 of 4 at risk in group 0, E = 1/2, V = 1/4. At 2: 1 of 3, 1/3, 2/9. At 3: 1 of 2, 1/2, 1/4. At 4: none.
/// let follow_up = FollowUpTimes::from_start(&[1.0, 3.0, 2.0, 4.0], &[true; 4]);
/// let test = log_rank_test(&follow_up, &[0, 0, 1, 1], 2, &LogRankOptions::default()).unwrap();
/// let (expected, variance) = (4.0 / 3.0, 13.0 / 18.0);
/// assert!((test.groups[0].expected - expected).abs() < 1e-15);
/// assert!((test.chi_squared - (2.0 - expected) * (2.0 - expected) / variance).abs() < 1e-14);
/// ```
pub fn log_rank_test(
    follow_up: &FollowUpTimes<'_>,
    group: &[usize],
    n_groups: usize,
    options: &LogRankOptions<'_>,
) -> Result<LogRank, StatError> {
    options.weight.check()?;
    let sets = RiskSets::new(follow_up, group, n_groups, options.strata)?;
    let sums = WeightedSums::of(&sets, options.weight);
    let groups = sums.groups(&sets);
    // The first of those compared follows from the others.
    let tested: Vec<usize> =
        (0..groups.len()).filter(|place| sums.covariance.at(*place, *place) > 0.0).skip(1).collect();
    let excess: Vec<f64> = tested.iter().filter_map(|place| sums.excess.get(*place).copied()).collect();
    let (chi_squared, df) = quadratic_form_and_rank(&sums.covariance.part(&tested), &excess);
    if df == 0.0 {
        return Err(StatError::NoVariation { what: "groups at risk at the event times" });
    }
    Ok(LogRank { chi_squared, df, p_value: chi_squared::sf(chi_squared, df), groups, weight: options.weight })
}

/// What the tests of this family add up over event times and strata, by the place of a group.
pub(super) struct WeightedSums {
    observed: Vec<f64>,
    expected: Vec<f64>,
    weighted_observed: Vec<f64>,
    /// Weighted observed minus expected.
    pub(super) excess: Vec<f64>,
    pub(super) covariance: Matrix,
}

impl WeightedSums {
    pub(super) fn of(sets: &RiskSets, weight: LogRankWeight) -> Self {
        let size = sets.codes.len();
        let mut observed = vec![0.0; size];
        let mut expected = vec![0.0; size];
        let mut weighted_observed = vec![0.0; size];
        let mut excess = vec![0.0; size];
        let mut covariance = Matrix::zeros(size, size);
        sets.walk(&mut |time| {
            let w = weight.at(time);
            let spread = w * w * time.spread() / (time.n * time.n);
            let rate = time.d / time.n;
            let rows = time.at_risk.iter().zip(time.events).enumerate();
            let sums = observed.iter_mut().zip(&mut expected).zip(&mut weighted_observed).zip(&mut excess);
            for ((j, (at_risk, events)), (((observed, expected), weighted_observed), excess)) in rows.zip(sums) {
                *observed += events;
                *expected += rate * at_risk;
                *weighted_observed += w * events;
                *excess += w * (events - rate * at_risk);
                if *at_risk == 0.0 {
                    continue;
                }
                let factor = spread * at_risk;
                for (k, (own, other)) in covariance.row_mut(j).iter_mut().zip(time.at_risk).enumerate() {
                    let all = if j == k { time.n } else { 0.0 };
                    *own += factor * (all - other);
                }
            }
        });
        Self { observed, expected, weighted_observed, excess, covariance }
    }

    pub(super) fn groups(&self, sets: &RiskSets) -> Vec<LogRankGroup> {
        let at = |sums: &[f64], place: usize| sums.get(place).copied().unwrap_or_default();
        let of = |(place, (group, n)): (usize, (&usize, &usize))| LogRankGroup {
            group: *group,
            n: *n,
            observed: at(&self.observed, place),
            expected: at(&self.expected, place),
            weighted_observed: at(&self.weighted_observed, place),
            weighted_expected: at(&self.weighted_observed, place) - at(&self.excess, place),
            variance: self.covariance.at(place, place),
        };
        sets.codes.iter().zip(&sets.sizes).enumerate().map(of).collect()
    }
}

/// u' V^- u and the rank of V, by V = L L' with the rows left out that depend on rows before them.
fn quadratic_form_and_rank(matrix: &Matrix, vector: &[f64]) -> (f64, f64) {
    let mut lower: Vec<Vec<f64>> = Vec::new();
    let (mut kept, mut solved): (Vec<usize>, Vec<f64>) = (Vec::new(), Vec::new());
    for (place, value) in vector.iter().enumerate() {
        let mut new: Vec<f64> = Vec::with_capacity(kept.len() + 1);
        for (row, column) in lower.iter().zip(&kept) {
            new.push((matrix.at(place, *column) - dot(row, &new)) / row.last().copied().unwrap_or(f64::NAN));
        }
        let whole = matrix.at(place, place);
        let rest = whole - dot(&new, &new);
        // A pivot that lost all but a few of its digits is rounding, not information.
        if rest > 1e-11 * whole {
            solved.push((value - dot(&new, &solved)) / rest.sqrt());
            new.push(rest.sqrt());
            lower.push(new);
            kept.push(place);
        }
    }
    (dot(&solved, &solved), solved.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_test(follow_up: &FollowUpTimes<'_>, group: &[usize], n_groups: usize) -> Result<LogRank, StatError> {
        log_rank_test(follow_up, group, n_groups, &LogRankOptions::default())
    }

    // In wrong order, ties within and between groups, an event and a censoring at 4.
    const TIMES: [f64; 8] = [4.0, 2.0, 6.0, 2.0, 4.0, 1.0, 7.0, 4.0];
    const EVENTS: [bool; 8] = [true, true, true, true, false, false, true, true];
    const GROUP: [usize; 8] = [0, 0, 0, 1, 1, 1, 1, 0];

    #[test]
    fn eight_subjects_by_hand() {
        // time 2: n 7, group 0 has 4, d 2: E 8/7, V 2 (5/6) (4/7) (3/7) = 20/49
        // time 4: n 5, 3, d 2: E 6/5, V 2 (3/4) (3/5) (2/5) = 9/25
        // time 6: n 2, 1, d 1: E 1/2, V 1/4; time 7: n 1, 0, d 1: nothing
        let test = plain_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 2).unwrap();
        let expected = 8.0 / 7.0 + 6.0 / 5.0 + 0.5;
        let variance = 20.0 / 49.0 + 9.0 / 25.0 + 0.25;
        let first = test.groups[0];
        assert_eq!((first.group, first.n, first.observed), (0, 4, 4.0));
        assert!((first.expected - expected).abs() < 1e-14);
        assert!((first.variance - variance).abs() < 1e-14);
        assert!((test.chi_squared - (4.0 - expected) * (4.0 - expected) / variance).abs() < 1e-14);
        assert_eq!(test.df, 1.0);
    }

    #[test]
    fn observed_and_expected_have_one_sum() {
        let test = plain_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &[0, 1, 2, 0, 1, 2, 0, 1], 3).unwrap();
        let (observed, expected) =
            test.groups.iter().fold((0.0, 0.0), |sum, group| (sum.0 + group.observed, sum.1 + group.expected));
        assert_eq!(observed, 6.0);
        assert!((observed - expected).abs() < 1e-14);
        assert_eq!(test.df, 2.0);
    }

    #[test]
    fn names_and_order_do_not_matter() {
        let plain = plain_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 2).unwrap();
        let renamed =
            plain_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP.map(|group| 1 - group), 2).unwrap();
        assert!((plain.chi_squared - renamed.chi_squared).abs() < 1e-14);
        let stretched =
            plain_test(&FollowUpTimes::from_start(&TIMES.map(|time| time * time), &EVENTS), &GROUP, 2).unwrap();
        assert_eq!(plain.chi_squared, stretched.chi_squared);
    }

    #[test]
    fn empty_groups_are_left_out() {
        let plain = plain_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 2).unwrap();
        let gaps =
            plain_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP.map(|group| 3 * group + 1), 9).unwrap();
        assert_eq!((gaps.df, gaps.chi_squared), (1.0, plain.chi_squared));
        assert_eq!((gaps.groups.len(), gaps.groups[1].group), (2, 4));
    }

    #[test]
    fn a_group_gone_before_the_first_event_leaves_the_test() {
        let mut times = TIMES.to_vec();
        let mut events = EVENTS.to_vec();
        let mut group = GROUP.to_vec();
        times.push(0.5);
        events.push(false);
        group.push(2);
        let test = plain_test(&FollowUpTimes::from_start(&times, &events), &group, 3).unwrap();
        assert_eq!((test.df, test.groups.len(), test.groups[2].expected), (1.0, 3, 0.0));
    }

    #[test]
    fn equal_groups_give_nothing() {
        let test = plain_test(&FollowUpTimes::from_start(&[1.0, 1.0, 2.0, 2.0], &[true; 4]), &[0, 1, 0, 1], 2).unwrap();
        assert!(test.chi_squared < 1e-30 && test.p_value > 0.999_999);
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        assert!(matches!(
            plain_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &[0; 8], 2),
            Err(StatError::TooFew { what: "groups with subjects", .. })
        ));
        assert!(matches!(
            plain_test(&FollowUpTimes::from_start(&TIMES, &[false; 8]), &GROUP, 2),
            Err(StatError::TooFew { what: "events", .. })
        ));
        assert!(matches!(
            plain_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 1),
            Err(StatError::OutOfRange { what: "group", .. })
        ));
        assert!(matches!(
            plain_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &[0], 2),
            Err(StatError::LengthsDiffer { .. })
        ));
        // All die at once: nothing to compare.
        assert!(matches!(
            plain_test(&FollowUpTimes::from_start(&[1.0; 4], &[true; 4]), &[0, 0, 1, 1], 2),
            Err(StatError::NoVariation { .. })
        ));
        assert!(plain_test(&FollowUpTimes::from_start(&[], &[]), &[], 2).is_err());
        assert!(plain_test(&FollowUpTimes::from_start(&[-1.0, 2.0], &[true, true]), &[0, 1], 2).is_err());
    }

    fn weighted(weight: LogRankWeight, strata: Option<&[usize]>) -> LogRank {
        let options = LogRankOptions { weight, strata };
        log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 2, &options).unwrap()
    }

    #[test]
    fn weights_by_hand() {
        // At 2, 4, 6 (7 has one group only): n 7, 5, 2; observed minus expected -1/7, 4/5, 1/2; V 20/49, 9/25, 1/4; S
        // before 1, 5/7, 3/7; Peto's factors 6/8, 4/6, 2/3.
        let (excess, v) = ([-1.0 / 7.0, 0.8, 0.5], [20.0 / 49.0, 0.36, 0.25]);
        let s = [1.0, 5.0 / 7.0, 3.0 / 7.0];
        for (weight, w) in [
            (LogRankWeight::GehanWilcoxon, [7.0, 5.0, 2.0]),
            (LogRankWeight::TaroneWare, [7.0, 5.0, 2.0].map(f64::sqrt)),
            (LogRankWeight::FlemingHarrington { rho: 1.0, gamma: 0.0 }, s),
            (LogRankWeight::FlemingHarrington { rho: 1.0, gamma: 1.0 }, s.map(|s| s * (1.0 - s))),
            (LogRankWeight::PetoPeto, [0.75, 0.5, 1.0 / 3.0]),
        ] {
            let sum = |terms: [f64; 3]| terms.iter().sum::<f64>();
            let u = sum([0, 1, 2].map(|i| w[i] * excess[i]));
            let variance = sum([0, 1, 2].map(|i| w[i] * w[i] * v[i]));
            let test = weighted(weight, None);
            let first = test.groups[0];
            assert!((first.weighted_observed - first.weighted_expected - u).abs() < 1e-14, "{weight:?}");
            assert!((first.variance - variance).abs() < 1e-14 * variance, "{weight:?}");
            assert!((test.chi_squared - u * u / variance).abs() < 1e-14);
            assert_eq!(first.observed, 4.0);
        }
    }

    #[test]
    fn strata_are_added_up() {
        // Rows 0 to 3 and 4 to 7. First: at 2, n 4, 3 and 1, d 2: E 3/2, V 2 (2/3) (3/4) (1/4) = 1/4; then one group is
        // alone. Second: at 4, n 3, 1 and 2, d 1: E 1/3, V 2/9.
        let test = weighted(LogRankWeight::LogRank, Some(&[0, 0, 0, 0, 5, 5, 5, 5]));
        assert!((test.groups[0].variance - (0.25 + 2.0 / 9.0)).abs() < 1e-15);
        assert!((test.groups[0].expected - (1.5 + 2.0 + 1.0 / 3.0)).abs() < 1e-14);
        // One stratum is none.
        assert_eq!(weighted(LogRankWeight::LogRank, Some(&[3; 8])), weighted(LogRankWeight::LogRank, None));
    }

    #[test]
    fn groups_that_strata_keep_apart_lose_a_degree_of_freedom() {
        // 0 against 1 in one stratum, 2 against 3 in the other: the sum of two tests.
        let (group, strata) = ([0, 0, 0, 1, 1, 1, 1, 0], [0; 8]);
        let times: Vec<f64> = TIMES.iter().chain(&TIMES).copied().collect();
        let events: Vec<bool> = EVENTS.iter().chain(&EVENTS).copied().collect();
        let group: Vec<usize> = group.iter().copied().chain(group.iter().map(|code| code + 2)).collect();
        let strata: Vec<usize> = strata.iter().copied().chain([1; 8]).collect();
        let options = LogRankOptions { strata: Some(&strata), ..LogRankOptions::default() };
        let test = log_rank_test(&FollowUpTimes::from_start(&times, &events), &group, 4, &options).unwrap();
        let once = weighted(LogRankWeight::LogRank, None).chi_squared;
        assert_eq!(test.df, 2.0);
        assert!((test.chi_squared - 2.0 * once).abs() < 1e-12);
    }

    #[test]
    fn a_late_entry_is_not_at_risk_before() {
        // Without the entry at 2, two would be at risk at 1 in group 1.
        let follow_up =
            FollowUpTimes { entries: Some(&[0.0, 0.0, 0.0, 2.0]), times: &[1.0, 3.0, 4.0, 5.0], is_event: &[true; 4] };
        // At 1: 2 of 3, E 2/3, V 2/9. At 3: 1 of 3, E 1/3, V 2/9; then group 1 alone.
        let test = plain_test(&follow_up, &[0, 0, 1, 1], 2).unwrap();
        assert!((test.groups[0].expected - 1.0).abs() < 1e-15);
        assert!((test.groups[0].variance - 4.0 / 9.0).abs() < 1e-15);
    }

    #[test]
    fn nonsense_weights_say_why() {
        let weight = LogRankWeight::FlemingHarrington { rho: 0.0, gamma: f64::NAN };
        let options = LogRankOptions { weight, strata: None };
        let found = log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 2, &options);
        assert!(matches!(found, Err(StatError::OutOfRange { what: "gamma", .. })));
        let options = LogRankOptions { strata: Some(&[0]), ..LogRankOptions::default() };
        let found = log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 2, &options);
        assert!(matches!(found, Err(StatError::LengthsDiffer { .. })));
    }
}
