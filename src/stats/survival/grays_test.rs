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
    /// Groups with subjects, minus 1.
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
/// with rho 0 and 1 and with strata, relative 1e-10 (tests/golden/grays_test).
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

    let mut subjects: Vec<Subject> = Vec::with_capacity(n);
    for (place, ((time, is_event), code)) in follow_up.times.iter().zip(follow_up.is_event).zip(group).enumerate() {
        subjects.push(Subject {
            stratum: options.strata.and_then(|strata| strata.get(place).copied()).unwrap_or(0),
            time: *time,
            kind: match (is_event, is_of_interest.get(place)) {
                (false, _) => Kind::Censored,
                (true, Some(true)) => Kind::OfInterest,
                (true, _) => Kind::Other,
            },
            group: codes.partition_point(|known| known < code),
        });
    }
    order::sort_by(&mut subjects, |a, b| a.stratum.cmp(&b.stratum).then(a.time.total_cmp(&b.time)));
    let size = codes.len();
    let mut excess = vec![0.0; size];
    let mut covariance = Matrix::zeros(size, size);
    for stratum in subjects.chunk_by(|a, b| a.stratum == b.stratum) {
        let mut walk = Walk::new(stratum, size, options.rho);
        for tied in stratum.chunk_by(|a, b| a.time == b.time) {
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Censored,
    OfInterest,
    Other,
}

struct Subject {
    stratum: usize,
    time: f64,
    kind: Kind,
    group: usize,
}

/// One group just before the time that is looked at.
#[derive(Clone)]
struct Group {
    at_risk: f64,
    /// Probability of no event, and incidence of the kind.
    survival: f64,
    incidence: f64,
    events: f64,
    others: f64,
    gone: f64,
}

/// What is added up over the times of one stratum. `c` holds the sums c_ik; the covariance at the end is
/// `plain` + c_ik c_jk `squares`_k + c_ik `mixed`_jk + c_jk `mixed`_ik, summed over k.
struct Walk {
    rho: f64,
    groups: Vec<Group>,
    pooled: f64,
    excess: Vec<f64>,
    a: Matrix,
    c: Matrix,
    plain: Matrix,
    mixed: Matrix,
    squares: Vec<f64>,
}

impl Walk {
    fn new(stratum: &[Subject], size: usize, rho: f64) -> Self {
        let empty = Group { at_risk: 0.0, survival: 1.0, incidence: 0.0, events: 0.0, others: 0.0, gone: 0.0 };
        let mut groups = vec![empty; size];
        for subject in stratum {
            if let Some(group) = groups.get_mut(subject.group) {
                group.at_risk += 1.0;
            }
        }
        let square = || Matrix::zeros(size, size);
        Self {
            rho,
            groups,
            pooled: 0.0,
            excess: vec![0.0; size],
            a: square(),
            c: square(),
            plain: square(),
            mixed: square(),
            squares: vec![0.0; size],
        }
    }

    fn step(&mut self, tied: &[Subject]) {
        for subject in tied {
            let Some(group) = self.groups.get_mut(subject.group) else { continue };
            group.gone += 1.0;
            match subject.kind {
                Kind::OfInterest => group.events += 1.0,
                Kind::Other => group.others += 1.0,
                Kind::Censored => {}
            }
        }
        let events: f64 = self.groups.iter().map(|group| group.events).sum();
        let others: f64 = self.groups.iter().map(|group| group.others).sum();
        if events + others > 0.0 {
            self.count(events);
        }
        for group in &mut self.groups {
            if group.at_risk > 0.0 {
                group.incidence += group.survival * group.events / group.at_risk;
                group.survival *= (group.at_risk - group.events - group.others) / group.at_risk;
            }
            group.at_risk -= group.gone;
            (group.events, group.others, group.gone) = (0.0, 0.0, 0.0);
        }
    }

    /// `events` of the kind in all groups, and at least one event of any kind.
    fn count(&mut self, events: f64) {
        let size = self.groups.len();
        let share = |group: &Group| if group.at_risk > 0.0 { group.at_risk / group.survival } else { 0.0 };
        let h: Vec<f64> = self.groups.iter().map(share).collect();
        let all: f64 = h.iter().sum();
        let risk: Vec<f64> = self.groups.iter().zip(&h).map(|(group, h)| h * (1.0 - group.incidence)).collect();
        let all_risk: f64 = risk.iter().sum();
        let after = self.pooled + events / all;
        let weight = if self.rho == 0.0 { 1.0 } else { real::powf(1.0 - self.pooled, self.rho) };
        let hazard = events / (all * (1.0 - self.pooled));
        for (i, h_i) in h.iter().enumerate() {
            for (k, h_k) in h.iter().enumerate() {
                let own = if i == k { 1.0 } else { 0.0 };
                let a = weight * h_i * (own - h_k / all);
                self.a.set(i, k, a);
                self.c.set(i, k, self.c.at(i, k) + a * hazard);
            }
        }
        for ((excess, group), risk) in self.excess.iter_mut().zip(&self.groups).zip(&risk) {
            if group.at_risk > 0.0 {
                *excess += weight * (group.events - events * risk / all_risk);
            }
        }
        for k in 0..size {
            let Some(group) = self.groups.get(k).filter(|group| group.at_risk > 0.0).cloned() else { continue };
            let survives = group.survival * (group.at_risk - group.events - group.others) / group.at_risk;
            let left = if survives > 0.0 { (1.0 - after) / survives } else { 0.0 };
            let (n, before) = (group.at_risk, group.survival);
            if events > 0.0 {
                let expected = all * before;
                let tied = if events > 1.0 { 1.0 - (events - 1.0) / (expected - 1.0) } else { 1.0 };
                let spread = tied * before * events / (all * n);
                self.add(k, 1.0 - left, 1.0, spread);
            }
            let others = group.others;
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
        let size = self.groups.len();
        let change: Vec<f64> = (0..size).map(|i| direct * self.a.at(i, k) - level * self.c.at(i, k)).collect();
        for (i, own) in change.iter().enumerate() {
            self.mixed.set(i, k, self.mixed.at(i, k) + own * level * spread);
            for (j, other) in change.iter().enumerate() {
                self.plain.set(i, j, self.plain.at(i, j) + own * other * spread);
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
                    let (c_i, c_j) = (self.c.at(i, k), self.c.at(j, k));
                    sum += c_i * c_j * squares + c_i * self.mixed.at(j, k) + c_j * self.mixed.at(i, k);
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
