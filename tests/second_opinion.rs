//! The distributions beside the statrs crate: another implementation, by other people. Its own accuracy sets the
//! tolerances (against R at 1,770 points its worst relative error was 1e-13 in the tail of chi-squared, 4e-10 in that of
//! F, 8e-9 in that of t, 9e-11 for the Normal); the goldens are the sharp test.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use second_look::stats::distribution::{chi_squared, fisher_f, normal, student_t};
use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor, Normal, StudentsT};

/// The largest relative difference so far, and where.
struct Worst {
    difference: f64,
    place: String,
    tolerance: f64,
}

impl Worst {
    fn within(tolerance: f64) -> Self {
        Self { difference: 0.0, place: String::new(), tolerance }
    }

    fn compare(&mut self, ours: f64, theirs: f64, place: impl FnOnce() -> String) {
        // Below this the other's tails are not to be relied on.
        if theirs < 1e-280 {
            return;
        }
        let difference = (ours / theirs - 1.0).abs();
        assert!(difference.is_finite(), "{ours} beside {theirs}, {}", place());
        if difference > self.difference {
            (self.difference, self.place) = (difference, place());
        }
    }

    #[track_caller]
    fn check(&self, what: &str) {
        println!("{what}: {:.1e} at {}", self.difference, self.place);
        assert!(self.difference <= self.tolerance, "{what}: {:e} at {}", self.difference, self.place);
    }
}

const DEGREES: [f64; 12] = [1.0, 2.0, 2.5, 3.0, 5.0, 9.75, 17.0, 30.0, 57.0, 120.0, 400.0, 1000.0];

#[test]
fn the_tails_of_the_normal_agree() {
    let mut worst = Worst::within(1e-9);
    let other = Normal::new(0.0, 1.0).unwrap();
    for step in -320..=320 {
        let z = f64::from(step) / 10.0;
        worst.compare(normal::sf(z), other.sf(z), || format!("z {z}"));
    }
    worst.check("the tails of the normal");
}

#[test]
fn the_tails_of_student_t_agree() {
    let mut worst = Worst::within(1e-7);
    for df in DEGREES {
        let other = StudentsT::new(0.0, 1.0, df).unwrap();
        for step in 1..=200 {
            let t = f64::from(step) / 10.0;
            worst.compare(student_t::two_sided_p(t, df), 2.0 * other.sf(t), || format!("t {t}, df {df}"));
        }
    }
    worst.check("the tails of student t");
}

#[test]
fn the_quantiles_of_student_t_agree() {
    let mut worst = Worst::within(1e-5);
    for df in DEGREES {
        let other = StudentsT::new(0.0, 1.0, df).unwrap();
        for level in [0.5, 0.8, 0.9, 0.95, 0.99] {
            let theirs = other.inverse_cdf(0.5 + level / 2.0);
            worst.compare(student_t::quantile(0.5 + level / 2.0, df), theirs, || format!("level {level}, df {df}"));
        }
    }
    worst.check("the quantiles of student t");
}

#[test]
fn the_tail_of_chi_squared_agrees() {
    let mut worst = Worst::within(1e-9);
    for df in DEGREES {
        let other = ChiSquared::new(df).unwrap();
        for step in 1..=200 {
            let x = df * f64::from(step) / 20.0;
            worst.compare(chi_squared::sf(x, df), other.sf(x), || format!("x {x}, df {df}"));
        }
    }
    worst.check("the tail of chi squared");
}

#[test]
fn the_tail_of_f_agrees() {
    let mut worst = Worst::within(1e-8);
    for numerator in [1.0, 2.0, 3.0, 5.0, 12.0] {
        for denominator in DEGREES {
            let other = FisherSnedecor::new(numerator, denominator).unwrap();
            for step in 1..=100 {
                let f = f64::from(step) / 5.0;
                let what = format!("F {f}, df {numerator} and {denominator}");
                worst.compare(fisher_f::sf(f, numerator, denominator), other.sf(f), || what);
            }
        }
    }
    worst.check("the tail of f");
}
