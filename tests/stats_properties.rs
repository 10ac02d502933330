//! What must hold for any data: order, names, units and copies, on random inputs from a fixed seed.

#![allow(clippy::expect_used, clippy::panic)] // A test may stop; its parts outside of test functions too.

use second_look::stats::compare::{TTestOptions, student_t_test, welch_t_test};
use second_look::stats::correlation::{CorrelationOptions, pearson, spearman};
use second_look::stats::distribution::{chi_squared, fisher_f, normal, student_t};
use second_look::stats::linear::{AncovaOptions, Covariate, Design, ancova};
use second_look::stats::mixed::{
    CovarianceStructure, DfMethod, LinearMixedOptions, MmrmOptions, RandomEffectData, RepeatedMeasures,
    fit_linear_mixed, fit_mmrm,
};
use second_look::stats::survival::{
    FollowUpTimes, KaplanMeierOptions, LogRankOptions, MaxComboOptions, SurvivalIntervalKind, estimate_kaplan_meier,
    log_rank_test, max_combo_test,
};

/// Knuth's linear congruential generator, its upper bits.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.uniform() * limit as f64) as usize
    }

    fn normal(&mut self) -> f64 {
        normal::quantile(self.uniform())
    }

    fn normals(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.normal()).collect()
    }
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn tails_fall_and_stay_probabilities() {
    let mut random = Random(1);
    for _ in 0..2000 {
        let (d1, d2) = (0.3 + 60.0 * random.uniform(), 0.3 + 1e4 * random.uniform() * random.uniform());
        let low = 30.0 * random.uniform() * random.uniform();
        let high = low + 0.01 + 5.0 * random.uniform();
        for tail in [
            &(|x| normal::sf(x)) as &dyn Fn(f64) -> f64,
            &|x| student_t::sf(x, d2),
            &|x| chi_squared::sf(x, d1),
            &|x| fisher_f::sf(x, d1, d2),
        ] {
            let (near, far) = (tail(low), tail(high));
            assert!((0.0..=1.0).contains(&near) && far <= near, "{low} {high} {d1} {d2}: {near} {far}");
        }
    }
}

#[test]
fn student_t_quantiles_undo_the_tail_everywhere() {
    let mut random = Random(2);
    for _ in 0..2000 {
        let df = 0.5 + 1e6 * random.uniform() * random.uniform() * random.uniform();
        let tail = 0.5 * random.uniform() * random.uniform();
        let t = student_t::quantile(tail, df);
        assert!((student_t::sf(-t, df) / tail - 1.0).abs() < 1e-11, "{tail} {df} {t}");
    }
}

#[test]
fn intervals_of_a_true_null_cover_as_often_as_they_say() {
    // 4000 pairs of arms of 5 and 9, sd 1 and 3; binomial sd of the coverage 0.34 %.
    let mut random = Random(3);
    let (mut welch_covers, mut pearson_covers) = (0, 0);
    for _ in 0..4000 {
        let treated = random.normals(9);
        let control: Vec<f64> = random.normals(5).iter().map(|value| 3.0 * value).collect();
        let test = welch_t_test(&treated, &control, &TTestOptions::default()).expect("a test");
        welch_covers += usize::from(test.interval.low <= 0.0 && test.interval.high >= 0.0);
        assert_eq!(test.p_value < 0.05, test.interval.low > 0.0 || test.interval.high < 0.0);
        let (x, y) = (random.normals(12), random.normals(12));
        let interval = pearson(&x, &y, &CorrelationOptions::default()).expect("a correlation").interval;
        pearson_covers += usize::from(interval.is_some_and(|one| one.low <= 0.0 && one.high >= 0.0));
    }
    assert!((3760..=3840).contains(&welch_covers), "{welch_covers}");
    assert!((3760..=3840).contains(&pearson_covers), "{pearson_covers}");
}

#[test]
fn a_rank_p_value_of_a_true_null_is_no_smaller_than_it_says() {
    let mut random = Random(4);
    let rejected = (0..4000)
        .filter(|_| {
            let (x, y) = (random.normals(7), random.normals(7));
            spearman(&x, &y, &CorrelationOptions::default()).expect("a correlation").p_value <= 0.05
        })
        .count();
    assert!(rejected <= 245, "{rejected}");
}

#[test]
fn ancova_is_the_same_for_any_origin_and_unit_of_its_covariates() {
    let mut random = Random(5);
    for _ in 0..200 {
        let n = 8 + random.below(40);
        let arm: Vec<usize> = (0..n).map(|row| row % 3).collect();
        let (response, age) = (random.normals(n), random.normals(n));
        let moved: Vec<f64> = age.iter().map(|value| 365.25 * value + 2000.0).collect();
        let fit = |values: &[f64]| {
            let age = Covariate::Numeric { name: "age", values };
            ancova(&response, &arm, 3, &[age], &AncovaOptions::default()).expect("a fit")
        };
        let (plain, other) = (fit(&age), fit(&moved));
        for (a, b) in plain.contrasts.iter().zip(&other.contrasts) {
            assert!(close(a.contrast.estimate, b.contrast.estimate, 1e-10));
            assert!(close(a.contrast.p_value, b.contrast.p_value, 1e-10));
        }
        assert!(close(plain.arm_test.f, other.arm_test.f, 1e-9));
        assert!((0.0..=1.0).contains(&plain.r_squared) && (0.0..=1.0).contains(&plain.arm_test.p_value));
    }
}

#[test]
fn survival_curves_fall_within_their_intervals_and_count_everyone() {
    let mut random = Random(6);
    for round in 0..300 {
        let n = 1 + random.below(60);
        let times: Vec<f64> = (0..n).map(|_| random.below(25) as f64).collect();
        let is_event: Vec<bool> = (0..n).map(|_| random.uniform() < 0.6).collect();
        let interval_kind = match round % 3 {
            0 => SurvivalIntervalKind::LogLog,
            1 => SurvivalIntervalKind::Plain,
            _ => SurvivalIntervalKind::Log,
        };
        let options = KaplanMeierOptions { interval_kind, ..KaplanMeierOptions::default() };
        let curve = estimate_kaplan_meier(&FollowUpTimes::from_start(&times, &is_event), &options).expect("a curve");
        let mut before = 1.0;
        let mut at_risk = n;
        for step in &curve.steps {
            assert_eq!(step.at_risk, at_risk);
            at_risk -= step.events + step.censored;
            assert!((0.0..=before).contains(&step.survival));
            before = step.survival;
            assert!(step.std_error.is_none_or(f64::is_finite));
            if let Some(interval) = step.interval {
                assert!(0.0 <= interval.low && interval.low <= step.survival + 1e-15);
                assert!(step.survival - 1e-15 <= interval.high && interval.high <= 1.0);
            }
        }
        assert_eq!(at_risk, 0);
        let median = curve.median;
        if let (Some(low), Some(estimate)) = (median.low, median.estimate) {
            assert!(low <= estimate);
        }
        if let (Some(high), Some(estimate)) = (median.high, median.estimate) {
            assert!(estimate <= high);
        }
    }
}

#[test]
fn the_log_rank_test_forgets_names_and_the_order_of_rows() {
    let mut random = Random(7);
    for _ in 0..200 {
        let n = 12 + random.below(50);
        let times: Vec<f64> = (0..n).map(|_| random.below(30) as f64).collect();
        let is_event: Vec<bool> = (0..n).map(|_| random.uniform() < 0.7).collect();
        let group: Vec<usize> = (0..n).map(|row| row % 3).collect();
        let test = log_rank_test(&FollowUpTimes::from_start(&times, &is_event), &group, 3, &LogRankOptions::default())
            .expect("a test");
        let reversed = |values: &[f64]| values.iter().rev().copied().collect::<Vec<f64>>();
        let renamed: Vec<usize> = group.iter().rev().map(|code| (code + 1) % 3).collect();
        let events: Vec<bool> = is_event.iter().rev().copied().collect();
        let other = log_rank_test(
            &FollowUpTimes::from_start(&reversed(&times), &events),
            &renamed,
            3,
            &LogRankOptions::default(),
        )
        .expect("a test");
        assert!(close(test.chi_squared, other.chi_squared, 1e-10));
        assert!((0.0..=1.0).contains(&test.p_value) && test.df == 2.0);
        let excess: f64 = test.groups.iter().map(|one| one.observed - one.expected).sum();
        assert!(excess.abs() < 1e-10);
    }
}

#[test]
fn a_max_combo_test_pays_for_its_choice_and_not_too_much() {
    let mut random = Random(9);
    for round in 0..60 {
        let n = 30 + random.below(40);
        let times: Vec<f64> = (0..n).map(|_| 3.0 + random.below(40) as f64).collect();
        let entries: Vec<f64> = times.iter().map(|time| random.below(*time as usize) as f64).collect();
        let is_event: Vec<bool> = (0..n).map(|_| random.uniform() < 0.7).collect();
        let group: Vec<usize> = (0..n).map(|row| row % 2).collect();
        let strata: Vec<usize> = (0..n).map(|row| row / 2 % 2).collect();
        let entries = (round % 2 == 1).then_some(entries.as_slice());
        let follow_up = FollowUpTimes { entries, times: &times, is_event: &is_event };
        let options = MaxComboOptions { strata: (round % 3 == 1).then_some(&strata), ..MaxComboOptions::default() };
        let test = max_combo_test(&follow_up, &group, &options).expect("a test");
        let own = test.parts[test.strongest].p_value;
        assert!(own * (1.0 - 1e-7) <= test.p_value && test.p_value <= (4.0 * own).min(1.0) * (1.0 + 1e-7));
        let log_rank = LogRankOptions { strata: options.strata, ..LogRankOptions::default() };
        let plain = log_rank_test(&follow_up, &group, 2, &log_rank).expect("a test");
        assert!(close(plain.chi_squared, test.parts[0].z * test.parts[0].z, 1e-10));
    }
}

#[test]
fn equal_arms_make_welch_and_student_the_same_t() {
    let mut random = Random(8);
    for _ in 0..200 {
        let n = 2 + random.below(20);
        let (treated, control) = (random.normals(n), random.normals(n));
        let options = TTestOptions::default();
        let student = student_t_test(&treated, &control, &options).expect("a test");
        let welch = welch_t_test(&treated, &control, &options).expect("a test");
        assert!(close(student.t, welch.t, 1e-12) && welch.df <= student.df * (1.0 + 1e-14));
    }
}

/// Lines with a bend at 0: subject, time before, time after, response.
fn bent_lines(random: &mut Random, spreads: [f64; 3]) -> (Vec<usize>, [Vec<f64>; 3], Vec<f64>) {
    let (mut subjects, mut columns, mut response) = (Vec::new(), [vec![], vec![], vec![]], Vec::new());
    for subject in 0..24 {
        let own = spreads.map(|spread| spread * random.normal());
        for time in [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0] {
            if random.uniform() < 0.1 {
                continue;
            }
            let row = [1.0, f64::min(time, 0.0), f64::max(time, 0.0)];
            response.push(own.iter().zip(row).map(|(a, b)| a * b).sum::<f64>() + random.normal());
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
            subjects.push(subject);
        }
    }
    (subjects, columns, response)
}

#[test]
fn a_linear_mixed_model_answers_also_where_a_variance_is_zero() {
    let mut random = Random(31);
    let mut singular = 0;
    for round in 0..40 {
        let spreads = [[3.0, 0.5, 0.7], [0.0, 0.5, 0.7], [3.0, 0.0, 0.5], [0.0, 0.0, 0.0]][round % 4];
        let (subject, columns, response) = bent_lines(&mut random, spreads);
        let after: Vec<f64> = columns[2].iter().zip(&subject).map(|(time, one)| time * (one % 2) as f64).collect();
        let design = Design::new(response.len())
            .with_intercept()
            .with_column("before", columns[1].clone())
            .and_then(|design| design.with_column("after", columns[2].clone()))
            .and_then(|design| design.with_column("arm by after", after))
            .expect("a design");
        let data = RandomEffectData { response: &response, subject: &subject, random_columns: &columns };
        for df_method in [DfMethod::Satterthwaite, DfMethod::KenwardRoger] {
            let options = LinearMixedOptions { df_method, ..LinearMixedOptions::default() };
            let fit = fit_linear_mixed(&data, &design, &options).expect("a fit");
            let effect = fit.fixed_effects.contrast(&[0.0, 0.0, 0.0, 1.0], 0.95).expect("a contrast");
            assert!(effect.df > 0.0 && effect.std_error > 0.0 && fit.gradient < 1e-5);
            singular += usize::from(fit.is_singular);
        }
    }
    assert!(singular > 10, "{singular}");
}

/// The test of no effect where there is none: small trials with dropout, level 5 %.
#[test]
fn kenward_roger_keeps_its_level_in_small_trials() {
    let mut random = Random(32);
    let (mut rejected, mut fitted) = (0, 0);
    for _ in 0..1000 {
        let (mut response, mut subject, mut visit, mut arm) = (vec![], vec![], vec![], vec![]);
        for one in 0..20 {
            let own = random.normal();
            for at in 0..3 {
                if at > 0 && random.uniform() < 0.12 {
                    break;
                }
                response.push(own * (1.0 + at as f64) + random.normal());
                subject.push(one);
                visit.push(at);
                arm.push(one % 2);
            }
        }
        let mut design = Design::new(response.len());
        for at in 0..3 {
            for group in 0..2 {
                let cell = visit.iter().zip(&arm).map(|(v, a)| f64::from(u8::from(*v == at && *a == group))).collect();
                design = design.with_column(format!("{at} {group}"), cell).expect("a column");
            }
        }
        let data = RepeatedMeasures { response: &response, subject: &subject, visit: &visit, n_visits: 3 };
        let options =
            MmrmOptions { structure: CovarianceStructure::Unstructured, df_method: DfMethod::KenwardRogerLinear };
        let Ok(fit) = fit_mmrm(&data, &design, &options) else { continue };
        fitted += 1;
        let last = fit.fixed_effects.contrast(&[0.0, 0.0, 0.0, 0.0, -1.0, 1.0], 0.95).expect("a contrast");
        rejected += usize::from(last.p_value < 0.05);
    }
    // 50 of 1000 are expected, give or take three standard deviations of 6.9.
    assert!(fitted > 990 && (29..=71).contains(&rejected), "{rejected} of {fitted}");
}
