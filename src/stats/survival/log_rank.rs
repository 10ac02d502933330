use super::FollowUpTimes;
use crate::order;
use crate::stats::distribution::chi_squared;
use crate::stats::{StatError, cholesky, input};

/// One group's share of a log-rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRankGroup {
    /// The group's code.
    pub group: usize,
    /// Number of subjects, at least 1.
    pub n: usize,
    /// Events seen.
    pub observed: f64,
    /// Events expected if the groups shared one hazard.
    pub expected: f64,
    /// Hypergeometric variance of observed minus expected.
    pub variance: f64,
}

/// A log-rank test, two-sided.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// The statistic, chi-squared with `df` degrees of freedom if the hazards are equal.
    pub chi_squared: f64,
    /// Groups with an expected event, minus 1.
    pub df: f64,
    /// Two-sided p-value: upper tail of chi-squared.
    pub p_value: f64,
    /// Groups with subjects, in the order of their codes.
    pub groups: Vec<LogRankGroup>,
}
/// Log-rank test that two or more groups share one hazard, two-sided.
///
/// At each event time, with n subjects observed just before it, n_j of them in group j, and d events: expected
/// E_j = d n_j / n, covariance V_jk = d (n - d) / (n - 1) x n_j / n x ((j = k) - n_k / n), summed over times.
/// chi_squared = (O - E)' V^-1 (O - E) without the first group; df = groups - 1.
///
/// Inputs: `times` >= 0 in one unit, in any order; `is_event` true for an event, false for last seen without; `group`
/// 0 to `n_groups` - 1. Events come before censorings at the same time; times are ties only when equal to the last bit.
/// Missing values: not here; NaN is an error. A group without subjects is left out; a group censored before the first
/// event has no expected event, stays in the table and leaves the test, as in R.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (a negative time, a group code not below `n_groups`), `TooFew`
/// (under 2 groups with subjects; no event), `NoVariation` (no event time at which two groups are compared).
/// Limits: loses power, and can miss everything, when curves cross or part late (look at restricted means); small
/// groups (under some 10 events in all) strain the chi-squared approximation. Says nothing about size.
///
/// Source: Mantel, Cancer Chemotherapy Reports 50:163-170, 1966; Peto and Peto, Journal of the Royal Statistical
/// Society A 135:185-207, 1972. Checked against R 4.2.2, survival 3.5-3, `survdiff(rho = 0)`, relative 1e-12
/// (tests/golden/log_rank). SAS PROC LIFETEST (Log-Rank): the same formula. R's survdiff also ties times that differ by
/// rounding.
///
/// ```
/// use second_look::stats::survival::{FollowUpTimes, log_rank_test};
/// // At 1: 2 of 4 at risk in group 0, E = 1/2, V = 1/4. At 2: 1 of 3, 1/3, 2/9. At 3: 1 of 2, 1/2, 1/4. At 4: none.
/// let test = log_rank_test(&FollowUpTimes::from_start(&[1.0, 3.0, 2.0, 4.0], &[true; 4]), &[0, 0, 1, 1], 2).unwrap();
/// let (expected, variance) = (4.0 / 3.0, 13.0 / 18.0);
/// assert!((test.groups[0].expected - expected).abs() < 1e-15);
/// assert!((test.chi_squared - (2.0 - expected) * (2.0 - expected) / variance).abs() < 1e-14);
/// ```
pub fn log_rank_test(follow_up: &FollowUpTimes<'_>, group: &[usize], n_groups: usize) -> Result<LogRank, StatError> {
    follow_up.check()?;
    let FollowUpTimes { times, is_event, .. } = *follow_up;
    input::check_equal_lengths("times and groups", times.len(), group.len())?;
    input::check_codes("group", group, n_groups)?;
    // Codes of the groups with subjects; from here on a group is its place in this list.
    let mut codes = group.to_vec();
    codes.sort_unstable();
    codes.dedup();
    input::check_at_least("groups with subjects", 2, codes.len())?;
    let n_events = is_event.iter().filter(|event| **event).count();
    input::check_at_least("events", 1, n_events)?;

    let mut subjects: Vec<Subject> = Vec::with_capacity(times.len());
    for ((time, is_event), code) in times.iter().zip(is_event).zip(group) {
        let place = codes.partition_point(|known| known < code);
        subjects.push(Subject { time: *time, is_event: *is_event, place });
    }
    order::sort_by(&mut subjects, |a, b| a.time.total_cmp(&b.time));
    let sums = sum_over_event_times(&subjects, codes.len());

    let compared: Vec<usize> =
        sums.expected.iter().enumerate().filter(|(_, expected)| **expected > 0.0).map(|(place, _)| place).collect();
    let no_comparison = StatError::NoVariation { what: "groups at risk at the event times" };
    let Some((_, tested)) = compared.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return Err(no_comparison);
    };
    let excess: Vec<f64> =
        tested.iter().filter_map(|j| Some(sums.observed.get(*j)? - sums.expected.get(*j)?)).collect();
    let covariance: Vec<Vec<f64>> = tested
        .iter()
        .filter_map(|j| sums.covariance.get(*j))
        .map(|row| tested.iter().filter_map(|k| row.get(*k).copied()).collect())
        .collect();
    let chi_squared = cholesky::inverse_quadratic_form(&covariance, &excess).ok_or(no_comparison)?;
    let df = tested.len() as f64;
    let groups = codes
        .iter()
        .enumerate()
        .map(|(place, code)| LogRankGroup {
            group: *code,
            n: subjects.iter().filter(|subject| subject.place == place).count(),
            observed: sums.observed.get(place).copied().unwrap_or_default(),
            expected: sums.expected.get(place).copied().unwrap_or_default(),
            variance: sums.covariance.get(place).and_then(|row| row.get(place)).copied().unwrap_or_default(),
        })
        .collect();
    Ok(LogRank { chi_squared, df, p_value: chi_squared::sf(chi_squared, df), groups })
}

struct Subject {
    time: f64,
    is_event: bool,
    place: usize,
}

struct Sums {
    observed: Vec<f64>,
    expected: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

fn sum_over_event_times(subjects: &[Subject], n_groups: usize) -> Sums {
    let mut sums = Sums {
        observed: vec![0.0; n_groups],
        expected: vec![0.0; n_groups],
        covariance: vec![vec![0.0; n_groups]; n_groups],
    };
    let mut at_risk = vec![0.0; n_groups];
    for slot in subjects.iter().filter_map(|subject| (subject.place < n_groups).then_some(subject.place)) {
        at_risk[slot] += 1.0;
    }
    let mut n = subjects.len() as f64;
    for tied in subjects.chunk_by(|a, b| a.time == b.time) {
        let mut d = 0.0;
        for subject in tied.iter().filter(|subject| subject.is_event) {
            sums.observed[subject.place] += 1.0;
            d += 1.0;
        }
        if d > 0.0 {
            // A last lone subject adds no variance, and n - 1 = 0 must not be divided by.
            let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
            for (j, at_risk_j) in at_risk.iter().enumerate() {
                let share = at_risk_j / n;
                sums.expected[j] += d * share;
                for (k, at_risk_k) in at_risk.iter().enumerate() {
                    let own = if j == k { 1.0 } else { 0.0 };
                    sums.covariance[j][k] += spread * share * (own - at_risk_k / n);
                }
            }
        }
        for subject in tied {
            at_risk[subject.place] -= 1.0;
        }
        n -= tied.len() as f64;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    // In wrong order, ties within and between groups, an event and a censoring at 4.
    const TIMES: [f64; 8] = [4.0, 2.0, 6.0, 2.0, 4.0, 1.0, 7.0, 4.0];
    const EVENTS: [bool; 8] = [true, true, true, true, false, false, true, true];
    const GROUP: [usize; 8] = [0, 0, 0, 1, 1, 1, 1, 0];

    #[test]
    fn eight_subjects_by_hand() {
        // time 2: n 7, group 0 has 4, d 2: E 8/7, V 2 (5/6) (4/7) (3/7) = 20/49
        // time 4: n 5, 3, d 2: E 6/5, V 2 (3/4) (3/5) (2/5) = 9/25
        // time 6: n 2, 1, d 1: E 1/2, V 1/4; time 7: n 1, 0, d 1: nothing
        let test = log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 2).unwrap();
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
        let test = log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &[0, 1, 2, 0, 1, 2, 0, 1], 3).unwrap();
        let (observed, expected) =
            test.groups.iter().fold((0.0, 0.0), |sum, group| (sum.0 + group.observed, sum.1 + group.expected));
        assert_eq!(observed, 6.0);
        assert!((observed - expected).abs() < 1e-14);
        assert_eq!(test.df, 2.0);
    }

    #[test]
    fn names_and_order_do_not_matter() {
        let plain = log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 2).unwrap();
        let renamed =
            log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP.map(|group| 1 - group), 2).unwrap();
        assert!((plain.chi_squared - renamed.chi_squared).abs() < 1e-14);
        let stretched =
            log_rank_test(&FollowUpTimes::from_start(&TIMES.map(|time| time * time), &EVENTS), &GROUP, 2).unwrap();
        assert_eq!(plain.chi_squared, stretched.chi_squared);
    }

    #[test]
    fn empty_groups_are_left_out() {
        let plain = log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 2).unwrap();
        let gaps =
            log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP.map(|group| 3 * group + 1), 9).unwrap();
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
        let test = log_rank_test(&FollowUpTimes::from_start(&times, &events), &group, 3).unwrap();
        assert_eq!((test.df, test.groups.len(), test.groups[2].expected), (1.0, 3, 0.0));
    }

    #[test]
    fn equal_groups_give_nothing() {
        let test =
            log_rank_test(&FollowUpTimes::from_start(&[1.0, 1.0, 2.0, 2.0], &[true; 4]), &[0, 1, 0, 1], 2).unwrap();
        assert!(test.chi_squared < 1e-30 && test.p_value > 0.999_999);
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        assert!(matches!(
            log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &[0; 8], 2),
            Err(StatError::TooFew { what: "groups with subjects", .. })
        ));
        assert!(matches!(
            log_rank_test(&FollowUpTimes::from_start(&TIMES, &[false; 8]), &GROUP, 2),
            Err(StatError::TooFew { what: "events", .. })
        ));
        assert!(matches!(
            log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &GROUP, 1),
            Err(StatError::OutOfRange { what: "group", .. })
        ));
        assert!(matches!(
            log_rank_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &[0], 2),
            Err(StatError::LengthsDiffer { .. })
        ));
        // All die at once: nothing to compare.
        assert!(matches!(
            log_rank_test(&FollowUpTimes::from_start(&[1.0; 4], &[true; 4]), &[0, 0, 1, 1], 2),
            Err(StatError::NoVariation { .. })
        ));
        assert!(log_rank_test(&FollowUpTimes::from_start(&[], &[]), &[], 2).is_err());
        assert!(log_rank_test(&FollowUpTimes::from_start(&[-1.0, 2.0], &[true, true]), &[0, 1], 2).is_err());
    }
}
