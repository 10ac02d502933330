use super::FollowUpTimes;
use crate::order;
use crate::stats::distribution::chi_squared;
use crate::stats::{Matrix, StatError, cholesky, input, real};

/// What Gray's test can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GraysTestOptions<'a> {
    /// Weight (1 - F)^rho, F the incidence of all groups together; above 0 early events count more. Default 0.
    pub rho: f64,
    /// Each subject's stratum, codes from 0: groups are compared within strata only. Default: none.
    pub strata: Option<&'a [usize]>,
}

/// Gray's test, two-sided.
#[derive(Debug, Clone, PartialEq)]
pub struct GraysTest {
    /// Chi-squared with `df` degrees of freedom if the incidences are equal.
    pub chi_squared: f64,
    /// Groups compared, minus 1; a group that is gone before the first event of the kind is not.
    pub df: f64,
    pub p_value: f64,
    /// For each group with subjects, in the order of the codes: events of the kind less those expected, weighted.
    pub excess: Vec<f64>,
}

/// Gray's test that two or more groups share the cumulative incidence of one kind of event, others competing, two-sided.
///
/// In group i just before t: n_i at risk, S_i the probability of no event, F_i the incidence; R_i = n_i (1 - F_i) / S_i is
/// the risk set of the subdistribution. Score z_i = sum over times of w (d_i - d R_i / R), d events of the kind, R the sum
/// of R_i, w = (1 - F)^rho with F the incidence of all groups together, which rises by d / sum(n_i / S_i). The covariance
/// V of the scores is Gray's estimate: with h_i = n_i / S_i, h their sum, a_ik = w h_i ((i = k) - h_k / h) and
/// c_ik = sum up to t of a_ik d / (h (1 - F)), the martingales of the kind's events and of the other events of group k have
/// the weights a_ik - c_ik g and c_ik g' that follow from writing z through both. chi_squared = z' V^-1 z without the last
/// group.
///
/// Inputs: as for `estimate_cumulative_incidence`, without late entries; `is_of_interest` tells of each subject with an
/// event whether it is of the kind tested; `group` 0 to `n_groups` - 1, without large gaps. Missing values: not here.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (times, a late entry, codes, rho), `TooFew` (under 2 groups with
/// subjects; no event of the kind), `NoVariation` (no time at which two groups are compared).
/// Limits: asks whether incidences differ, which a difference in the competing event alone can bring about; the
/// cause-specific hazards tell which. Few events strain the chi-squared approximation.
///
/// Source: Gray, Annals of Statistics 16:1141-1154, 1988. Checked against R 4.2.2, cmprsk 2.2-11 `cuminc(...)$Tests`,
/// with rho 0, 0.5 and 1 and with strata, relative 1e-10 (tests/golden/grays_test). On purpose unlike cmprsk, which then
/// gives -1: a group that is gone before the first event of the kind leaves the test, as in R's `survdiff`.
///
/// ```
/// use second_look::stats::survival::{FollowUpTimes, GraysTestOptions, grays_test};
/// // Without censoring and competing events this is a test of two empirical distributions.
/// let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0, 4.0], &[true; 4]);
/// let test = grays_test(&follow_up, &[true; 4], &[0, 1, 0, 1], 2, &GraysTestOptions::default()).unwrap();
/// // At 1: 1 - 2/4; at 2: 0 - 1/3; at 3: 1 - 1/2; then group 0 is gone.
/// assert!((test.excess[0] - (0.5 - 1.0 / 3.0 + 0.5)).abs() < 1e-15);
/// ```
pub fn grays_test(
    follow_up: &FollowUpTimes<'_>,
    is_of_interest: &[bool],
    group: &[usize],
    n_groups: usize,
    options: &GraysTestOptions<'_>,
) -> Result<GraysTest, StatError> {
    follow_up.check()?;
    let n = follow_up.times.len();
    input::check_equal_lengths("times and kinds", n, is_of_interest.len())?;
    input::check_equal_lengths("times and groups", n, group.len())?;
    input::check_codes("group", group, n_groups)?;
    if !(options.rho >= 0.0 && options.rho.is_finite()) {
        return Err(StatError::OutOfRange { what: "rho", value: options.rho });
    }
    if let Some(entry) = follow_up.entries.and_then(|entries| entries.iter().find(|entry| **entry > 0.0)) {
        return Err(StatError::OutOfRange { what: "entries", value: *entry });
    }
    if let Some(strata) = options.strata {
        input::check_equal_lengths("times and strata", n, strata.len())?;
    }
    let mut codes = group.to_vec();
    codes.sort_unstable();
    codes.dedup();
    input::check_at_least("groups with subjects", 2, codes.len())?;
    let of_interest = follow_up.is_event.iter().zip(is_of_interest).filter(|(event, kind)| **event && **kind).count();
    input::check_at_least("events of the kind", 1, of_interest)?;

    let mut strata = options.strata.unwrap_or_default().to_vec();
    strata.sort_unstable();
    strata.dedup();
    // Sorted by time, then, where there are strata, by stratum and the time's place among the times.
    let mut subjects: Vec<[u64; 2]> = Vec::with_capacity(n);
    for (place, ((time, is_event), code)) in follow_up.times.iter().zip(follow_up.is_event).zip(group).enumerate() {
        let stratum =
            options.strata.and_then(|own| own.get(place)).map_or(0, |own| strata.partition_point(|s| s < own));
        let kind = match (is_event, is_of_interest.get(place)) {
            (false, _) => CENSORED,
            (true, Some(true)) => OF_INTEREST,
            (true, _) => OTHER,
        };
        let label = (codes.partition_point(|known| known < code) as u64) << 2 | kind;
        subjects.push([(time + 0.0).to_bits(), (stratum as u64) << 32 | label]);
    }
    order::sort_by_bits(&mut subjects, 0);
    for (place, tied) in subjects.chunk_by_mut(|a, b| a[0] == b[0]).enumerate() {
        for subject in tied {
            *subject = [subject[1] >> 32 << 32 | place as u64, subject[1] & u64::from(u32::MAX)];
        }
    }
    if strata.len() > 1 {
        order::sort_by_bits(&mut subjects, 0);
    }
    let size = codes.len();
    let mut excess = vec![0.0; size];
    let mut covariance = Matrix::zeros(size, size);
    for stratum in subjects.chunk_by(|a, b| a[0] >> 32 == b[0] >> 32) {
        let mut walk = Walk::new(stratum, size, options.rho);
        for tied in stratum.chunk_by(|a, b| a[0] == b[0]) {
            walk.step(tied);
        }
        walk.settle(&mut excess, &mut covariance);
    }
    let no_comparison = StatError::NoVariation { what: "groups at risk at the event times" };
    let tested: Vec<usize> = (0..size).filter(|place| covariance.at(*place, *place) > 0.0).collect();
    let Some((_, tested)) = tested.split_last().filter(|(_, rest)| !rest.is_empty()) else {
        return Err(no_comparison);
    };
    let scores: Vec<f64> = tested.iter().filter_map(|place| excess.get(*place).copied()).collect();
    let rows: Vec<Vec<f64>> =
        tested.iter().map(|row| tested.iter().map(|column| covariance.at(*row, *column)).collect()).collect();
    let chi_squared = cholesky::inverse_quadratic_form(&rows, &scores).ok_or(no_comparison)?;
    let df = tested.len() as f64;
    Ok(GraysTest { chi_squared, df, p_value: chi_squared::sf(chi_squared, df), excess })
}

// The lowest two bits of a subject's label; the group's place stands above them.
const CENSORED: u64 = 0;
const OF_INTEREST: u64 = 1;
const OTHER: u64 = 2;

/// One group just before the time that is looked at.
#[derive(Clone, Copy)]
struct Group {
    at_risk: f64,
    /// Probability of no event, and incidence of the kind.
    survival: f64,
    incidence: f64,
    /// h: at risk over survival.
    share: f64,
    events: f64,
    others: f64,
    gone: f64,
}

/// What is added up over the times of one stratum. Row k of `c` holds the sums c_ik; the covariance at the end is
/// `plain`_ij + c_ik c_jk `squares`_k + c_ik `mixed`_kj + c_jk `mixed`_ki, summed over k.
struct Walk {
    rho: f64,
    groups: Vec<Group>,
    pooled: f64,
    excess: Vec<f64>,
    c: Matrix,
    plain: Matrix,
    mixed: Matrix,
    squares: Vec<f64>,
    /// a_ik of the k that is looked at, and what an increment changes: kept to spare an allocation a time.
    a: Vec<f64>,
    change: Vec<f64>,
}

impl Walk {
    fn new(stratum: &[[u64; 2]], size: usize, rho: f64) -> Self {
        let empty =
            Group { at_risk: 0.0, survival: 1.0, incidence: 0.0, share: 0.0, events: 0.0, others: 0.0, gone: 0.0 };
        let mut groups = vec![empty; size];
        for subject in stratum {
            if let Some(group) = groups.get_mut((subject[1] >> 2) as usize) {
                group.at_risk += 1.0;
            }
        }
        let square = || Matrix::zeros(size, size);
        let row = || vec![0.0; size];
        Self {
            rho,
            groups,
            pooled: 0.0,
            excess: row(),
            c: square(),
            plain: square(),
            mixed: square(),
            squares: row(),
            a: row(),
            change: row(),
        }
    }

    fn step(&mut self, tied: &[[u64; 2]]) {
        let (mut events, mut others) = (0.0, 0.0);
        for subject in tied {
            let Some(group) = self.groups.get_mut((subject[1] >> 2) as usize) else { continue };
            group.gone += 1.0;
            match subject[1] & 3 {
                OF_INTEREST => {
                    group.events += 1.0;
                    events += 1.0;
                }
                OTHER => {
                    group.others += 1.0;
                    others += 1.0;
                }
                _ => {}
            }
        }
        if events + others > 0.0 {
            self.count(events);
        }
        for group in self.groups.iter_mut().filter(|group| group.gone > 0.0) {
            group.incidence += group.survival * group.events / group.at_risk;
            group.survival *= (group.at_risk - group.events - group.others) / group.at_risk;
            group.at_risk -= group.gone;
            (group.events, group.others, group.gone) = (0.0, 0.0, 0.0);
        }
    }

    /// `events` of the kind in all groups, and at least one event of any kind.
    fn count(&mut self, events: f64) {
        let (mut all, mut all_risk) = (0.0, 0.0);
        for group in &mut self.groups {
            group.share = if group.at_risk > 0.0 { group.at_risk / group.survival } else { 0.0 };
            all += group.share;
            all_risk += group.share * (1.0 - group.incidence);
        }
        let after = self.pooled + events / all;
        // After a group has died out the pooled incidence can pass 1, and a root of what is left has no value.
        let weight = if self.rho == 0.0 { 1.0 } else { real::powf(1.0 - self.pooled, self.rho) };
        let weight = if weight.is_nan() { 0.0 } else { weight };
        let hazard = events / (all * (1.0 - self.pooled));
        if events > 0.0 {
            for (excess, group) in self.excess.iter_mut().zip(&self.groups).filter(|(_, group)| group.at_risk > 0.0) {
                let risk = group.share * (1.0 - group.incidence);
                *excess += weight * (group.events - events * risk / all_risk);
            }
        }
        for k in 0..self.groups.len() {
            let Some(group) = self.groups.get(k).filter(|group| group.at_risk > 0.0).copied() else { continue };
            let (n, before, others) = (group.at_risk, group.survival, group.others);
            let survives = before * (n - group.events - others) / n;
            let left = if survives > 0.0 { (1.0 - after) / survives } else { 0.0 };
            if events > 0.0 {
                for (i, ((a, c), one)) in self.a.iter_mut().zip(self.c.row_mut(k)).zip(&self.groups).enumerate() {
                    let own = if i == k { 1.0 } else { 0.0 };
                    *a = weight * one.share * (own - group.share / all);
                    // A group alone has no weight, also where nothing is left of 1 - F.
                    if *a != 0.0 {
                        *c += *a * hazard;
                    }
                }
                let expected = all * before;
                let tied = if events > 1.0 { 1.0 - (events - 1.0) / (expected - 1.0) } else { 1.0 };
                self.add(k, 1.0 - left, 1.0, tied * before * events / (all * n));
            }
            if others > 0.0 && survives > 0.0 {
                let tied = if others > 1.0 { 1.0 - (others - 1.0) / (n - 1.0) } else { 1.0 };
                self.add(k, -left, 0.0, tied * before * before * others / (n * n));
            }
        }
        self.pooled = after;
    }

    /// A martingale increment of group `k` with variance `spread`: z_i changes by (`direct` a_ik - `level` c_ik) of it, and
    /// by `level` c_ik(end) of it later on.
    fn add(&mut self, k: usize, level: f64, direct: f64, spread: f64) {
        if let Some(squares) = self.squares.get_mut(k) {
            *squares += level * level * spread;
        }
        for ((change, a), c) in self.change.iter_mut().zip(&self.a).zip(self.c.row(k)) {
            *change = direct * a - level * c;
        }
        for (mixed, own) in self.mixed.row_mut(k).iter_mut().zip(&self.change) {
            *mixed += own * level * spread;
        }
        for (i, own) in self.change.iter().enumerate() {
            for (plain, other) in self.plain.row_mut(i).iter_mut().zip(&self.change) {
                *plain += own * other * spread;
            }
        }
    }

    fn settle(&self, excess: &mut [f64], covariance: &mut Matrix) {
        for (sum, own) in excess.iter_mut().zip(&self.excess) {
            *sum += own;
        }
        let size = self.groups.len();
        for i in 0..size {
            for j in 0..size {
                let mut sum = self.plain.at(i, j);
                for (k, squares) in self.squares.iter().enumerate() {
                    let (c_i, c_j) = (self.c.at(k, i), self.c.at(k, j));
                    sum += c_i * c_j * squares + c_i * self.mixed.at(k, j) + c_j * self.mixed.at(k, i);
                }
                covariance.set(i, j, covariance.at(i, j) + sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: [f64; 8] = [4.0, 2.0, 6.0, 2.0, 4.0, 1.0, 7.0, 4.0];
    const EVENTS: [bool; 8] = [true, true, true, true, false, true, true, true];
    const KINDS: [bool; 8] = [true, false, true, true, false, true, false, true];
    const GROUP: [usize; 8] = [0, 0, 0, 1, 1, 1, 1, 0];

    fn test_of(group: &[usize], n_groups: usize, options: &GraysTestOptions<'_>) -> Result<GraysTest, StatError> {
        grays_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &KINDS, group, n_groups, options)
    }

    #[test]
    fn names_of_groups_do_not_matter_and_the_excesses_cancel() {
        let options = GraysTestOptions::default();
        let plain = test_of(&GROUP, 2, &options).unwrap();
        let renamed = test_of(&GROUP.map(|group| 4 - group), 5, &options).unwrap();
        assert!((plain.chi_squared - renamed.chi_squared).abs() < 1e-12);
        assert!((plain.excess[0] + plain.excess[1]).abs() < 1e-14);
    }

    #[test]
    fn a_stratum_of_one_group_says_nothing() {
        let plain = test_of(&GROUP, 2, &GraysTestOptions::default()).unwrap();
        let mut times = TIMES.to_vec();
        times.extend([1.5, 3.0]);
        let follow_up = FollowUpTimes::from_start(&times, &[true; 10]);
        let events: Vec<bool> = EVENTS.iter().copied().chain([true; 2]).collect();
        let follow_up = FollowUpTimes { is_event: &events, ..follow_up };
        let kinds: Vec<bool> = KINDS.iter().copied().chain([true; 2]).collect();
        let group: Vec<usize> = GROUP.iter().copied().chain([1; 2]).collect();
        let strata = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1];
        let options = GraysTestOptions { strata: Some(&strata), ..GraysTestOptions::default() };
        let with = grays_test(&follow_up, &kinds, &group, 2, &options).unwrap();
        assert!((with.chi_squared - plain.chi_squared).abs() < 1e-12);
    }

    #[test]
    fn four_subjects_by_hand() {
        // Events of the kind at 1 (group 0), 2 and 3 (group 1); group 0's other is censored at 4. Nothing competes, so
        // F = 1 - S and R_i = n_i: z_0 = 1/2 - 1/3 - 1/2.
        let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0, 4.0], &[true, true, true, false]);
        let test = grays_test(&follow_up, &[true; 4], &[0, 1, 1, 0], 2, &GraysTestOptions::default()).unwrap();
        assert!((test.excess[0] + 1.0 / 3.0).abs() < 1e-15);
        // h is 2 and 2 throughout, so F rises by 1/4 a time, a_00 = 1 and a_01 = -1, and c_00 = -c_01 by 1/(4 (1 - F)).
        let c = [0.25, 7.0 / 12.0, 13.0 / 12.0];
        // g = 1 - (1 - F) / S_k after each time, and 1 where S_k is 0; each spread is S_k(before) / (4 n_k) = 1/8.
        let g = [[1.0 - 0.75 / 0.5, 1.0 - 0.75], [1.0 - 0.5 / 0.5, 1.0 - 0.5 / 0.5], [1.0 - 0.25 / 0.5, 1.0]];
        let mut variance = 0.0;
        for (c, g) in c.iter().zip(g) {
            for g in g {
                let weight = 1.0 - g * c + g * 13.0 / 12.0;
                variance += weight * weight / 8.0;
            }
        }
        assert!((test.chi_squared * variance - 1.0 / 9.0).abs() < 1e-14);
    }

    #[test]
    fn a_group_gone_before_the_first_event_leaves_the_test() {
        let options = GraysTestOptions::default();
        let plain = test_of(&GROUP, 2, &options).unwrap();
        let (times, events) = ([&TIMES[..], &[0.5]].concat(), [&EVENTS[..], &[false]].concat());
        let (kinds, group) = ([&KINDS[..], &[false]].concat(), [&GROUP[..], &[2]].concat());
        let with = grays_test(&FollowUpTimes::from_start(&times, &events), &kinds, &group, 3, &options).unwrap();
        assert_eq!((with.df, with.excess.len(), with.excess[2]), (1.0, 3, 0.0));
        assert!((with.chi_squared - plain.chi_squared).abs() < 1e-12);
    }

    #[test]
    fn a_pooled_incidence_above_one_spoils_no_weight() {
        // Group 0 dies out at 29 with a pooled incidence of 0.7, which then rises by 1/4 a time, to 1.45.
        let times = [10.0, 12.0, 15.0, 22.0, 27.0, 29.0, 28.0, 32.0, 36.0, 37.0];
        let follow_up = FollowUpTimes::from_start(&times, &[true; 10]);
        let group = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
        let options = GraysTestOptions { rho: 0.5, strata: None };
        let one = grays_test(&follow_up, &[true; 10], &group, 2, &options).unwrap();
        let other = grays_test(&follow_up, &[true; 10], &group.map(|group| 1 - group), 2, &options).unwrap();
        assert!(one.chi_squared > 1.0 && (one.chi_squared - other.chi_squared).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let options = GraysTestOptions::default();
        assert!(matches!(test_of(&[0; 8], 2, &options), Err(StatError::TooFew { what: "groups with subjects", .. })));
        let none = grays_test(&FollowUpTimes::from_start(&TIMES, &EVENTS), &[false; 8], &GROUP, 2, &options);
        assert!(matches!(none, Err(StatError::TooFew { what: "events of the kind", .. })));
        let late = FollowUpTimes { entries: Some(&[0.5; 8]), times: &TIMES, is_event: &EVENTS };
        let late = grays_test(&late, &KINDS, &GROUP, 2, &options);
        assert!(matches!(late, Err(StatError::OutOfRange { what: "entries", .. })));
        let rho = test_of(&GROUP, 2, &GraysTestOptions { rho: -1.0, strata: None });
        assert!(matches!(rho, Err(StatError::OutOfRange { what: "rho", .. })));
        // Everybody at once: nothing to compare.
        let at_once =
            grays_test(&FollowUpTimes::from_start(&[1.0; 4], &[true; 4]), &[true; 4], &[0, 0, 1, 1], 2, &options);
        assert!(at_once.is_err() || at_once.unwrap().chi_squared < 1e-12);
    }
}
