//! The joint rank beside a plain second implementation, and what must hold for any data, on random inputs from a fixed
//! seed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used)] // A test may stop; its parts outside of test functions too.

use second_look::stats::rank::{JointRankInput, JointRankOptions, JointRankRule, joint_rank};

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

struct Subjects {
    arm: Vec<usize>,
    time: Vec<f64>,
    is_death: Vec<bool>,
    visit_times: Vec<f64>,
    changes: Vec<Vec<Option<f64>>>,
}

impl Subjects {
    /// `deaths` and `gaps` in tenths; small whole numbers, so that ties are many.
    fn draw(random: &mut Random, n: usize, n_visits: usize, deaths: u64, gaps: u64) -> Self {
        let arm = (0..n).map(|i| if i < 2 { i } else { random.below(3) as usize }).collect();
        let time = (0..n).map(|_| random.below(12) as f64).collect();
        let is_death = (0..n).map(|_| random.below(10) < deaths).collect();
        let visit_times = (1..=n_visits).map(|visit| visit as f64 * 12.0 / n_visits as f64).collect();
        let mut change = || (random.below(10) >= gaps).then(|| random.below(9) as f64 - 7.0);
        let mut changes: Vec<Vec<_>> = (0..n).map(|_| (0..n_visits).map(|_| change()).collect()).collect();
        if let Some(slot) = changes.first_mut().and_then(|row| row.first_mut()) {
            *slot = Some(-1.0); // somebody has something
        }
        Self { arm, time, is_death, visit_times, changes }
    }

    fn input(&self) -> JointRankInput<'_> {
        JointRankInput {
            arm: &self.arm,
            time: &self.time,
            is_death: &self.is_death,
            visit_times: &self.visit_times,
            changes: &self.changes,
        }
    }

    /// The pair rules word by word.
    fn plain_score(&self, i: usize, j: usize, tau: f64) -> f64 {
        let died = |k: usize| self.is_death[k] && self.time[k] <= tau;
        let seen = |k: usize| if self.time[k] > tau { tau } else { self.time[k] };
        if died(i) && died(j) {
            return if seen(i) > seen(j) {
                1.0
            } else if seen(i) < seen(j) {
                -1.0
            } else {
                0.0
            };
        }
        if died(i) && seen(j) >= seen(i) {
            return -1.0;
        }
        if died(j) && seen(i) >= seen(j) {
            return 1.0;
        }
        let mut score = 0.0;
        for (visit, time) in self.visit_times.iter().enumerate() {
            if *time > tau {
                continue;
            }
            if let (Some(a), Some(b)) = (self.changes[i][visit], self.changes[j][visit]) {
                score = if a == b { 0.0 } else { (a - b).signum() };
            }
        }
        score
    }
}

fn random_sets() -> Vec<(Subjects, f64)> {
    let mut random = Random(7);
    let mut sets = Vec::new();
    for round in 0..300 {
        let n = 2 + random.below(30) as usize;
        let n_visits = [1, 3, 6, 12, 63, 64, 65, 130][round % 8];
        let (deaths, gaps) = [(0, 0), (10, 10), (3, 3), (5, 8), (2, 10), (0, 9)][round % 6];
        sets.push((Subjects::draw(&mut random, n, n_visits, deaths, gaps), [4.0, 12.0, 100.0][round % 3]));
    }
    sets
}

fn options(tau: f64, rule: JointRankRule) -> JointRankOptions {
    JointRankOptions { horizon: Some(tau), rule, ..JointRankOptions::default() }
}

#[test]
fn a_plain_second_implementation_agrees() {
    for (set, tau) in random_sets() {
        let Ok(joint) = joint_rank(&set.input(), &options(tau, JointRankRule::Cafs)) else { continue };
        let n = set.arm.len();
        let (mut wins, mut losses, mut total) = (0, 0, 0);
        for i in 0..n {
            let score: f64 = (0..n).filter(|j| *j != i).map(|j| set.plain_score(i, j, tau)).sum();
            assert_eq!(joint.scores[i], score);
            let lower = joint.scores.iter().filter(|other| **other < score).count() as f64;
            let equal = joint.scores.iter().filter(|other| **other == score).count() as f64;
            assert_eq!(joint.ranks[i], lower + (equal + 1.0) / 2.0);
            for j in (0..n).filter(|j| set.arm[i] == 1 && set.arm[*j] == 0) {
                let score = set.plain_score(i, j, tau);
                wins += usize::from(score > 0.0);
                losses += usize::from(score < 0.0);
                total += 1;
            }
        }
        assert_eq!((joint.pairs.wins(), joint.pairs.losses(), joint.pairs.total()), (wins, losses, total));
    }
}

#[test]
fn scores_add_up_to_nothing_and_swapped_arms_flip_the_sign() {
    let mut answered = 0;
    for (set, tau) in random_sets() {
        for rule in [JointRankRule::Cafs, JointRankRule::AlsSurv] {
            let Ok(joint) = joint_rank(&set.input(), &options(tau, rule)) else { continue };
            answered += 1;
            let n = set.arm.len() as f64;
            assert_eq!(joint.scores.iter().sum::<f64>(), 0.0);
            assert_eq!(joint.ranks.iter().sum::<f64>(), n * (n + 1.0) / 2.0);
            assert!(joint.scores.iter().all(|score| score.abs() <= n - 1.0));
            let pairs = joint.pairs;
            let shares = pairs.share_by_death() + pairs.share_by_function() + pairs.share_by_neither();
            assert!((shares - 1.0).abs() < 1e-12);
            let swapped = JointRankOptions { treated: 0, control: 1, ..options(tau, rule) };
            let swapped = joint_rank(&set.input(), &swapped).expect("the same subjects");
            assert_eq!(swapped.scores, joint.scores);
            assert_eq!((swapped.pairs.wins(), swapped.pairs.losses()), (pairs.losses(), pairs.wins()));
            assert_eq!(swapped.net_benefit.estimate, -joint.net_benefit.estimate);
            if let (Some(one), Some(other)) = (joint.test, swapped.test) {
                assert_eq!((one.statistic, one.variance), (-other.statistic, other.variance));
                assert!((0.0..=1.0).contains(&one.p_value));
            }
            if let (Some(one), Some(other)) = (joint.win_ratio, swapped.win_ratio) {
                assert!((one.estimate * other.estimate - 1.0).abs() < 1e-14);
                if let (Some(one), Some(other)) = (one.interval, other.interval) {
                    assert!((one.low * other.high - 1.0).abs() < 1e-12 && one.low <= one.high);
                }
            }
        }
    }
    assert!(answered > 500, "{answered}");
}

/// Score of ALS/SURV is that of its ranks; the dead stand below the living, earlier deaths below later ones; those who
/// left at one visit keep their order.
#[test]
fn als_surv_is_one_order() {
    for (set, tau) in random_sets() {
        let Ok(joint) = joint_rank(&set.input(), &options(tau, JointRankRule::AlsSurv)) else { continue };
        let n = set.arm.len();
        let died = |i: usize| set.is_death[i] && set.time[i] <= tau;
        let last = |i: usize| {
            (0..set.visit_times.len()).rev().find(|k| set.visit_times[*k] <= tau && set.changes[i][*k].is_some())
        };
        for i in 0..n {
            assert_eq!(joint.scores[i], 2.0 * joint.ranks[i] - (n as f64 + 1.0));
            for j in 0..n {
                if died(i) && !died(j) || died(i) && died(j) && set.time[i] < set.time[j] {
                    assert!(joint.ranks[i] < joint.ranks[j]);
                }
                if !died(i) && !died(j) && last(i) == last(j) && last(i).is_some() {
                    let visit = last(i).unwrap_or_default();
                    if set.changes[i][visit] <= set.changes[j][visit] {
                        assert!(joint.ranks[i] <= joint.ranks[j]);
                    }
                }
            }
        }
    }
}
