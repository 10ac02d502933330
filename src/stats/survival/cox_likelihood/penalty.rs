//! Firth's penalty: half the logarithm of the information's determinant, Jeffreys' prior. Heinze and Schemper,
//! Biometrics 57:114-119, 2001.

use super::super::CoxTies;
use super::risk_sets::RiskSets;
use super::risk_sums::{RiskSums, walk};
use super::terms::{Terms, efron_steps};
use crate::stats::matrix::{Matrix, dot};

/// The terms of the likelihood with the penalty in value and score; the information stays that of the likelihood.
/// `None` where it has no determinant.
pub fn penalised_terms(sets: &RiskSets, coefficients: &[f64], ties: CoxTies) -> Option<Terms> {
    let p = sets.n_columns;
    let mut terms = Terms::new(p);
    // d information / d b: third cumulants, a cube.
    let mut cubes = vec![0.0; p * p * p];
    walk(sets, coefficients, true, &mut |_, death_time, sums| {
        terms.add(sums, death_time.n_events, ties);
        if death_time.n_events == 1 || ties != CoxTies::Efron {
            add_cumulants(&mut cubes, sums, p, (0.0, sums.weight()), death_time.n_events as f64);
        } else {
            for step in efron_steps(sums, death_time.n_events) {
                add_cumulants(&mut cubes, sums, p, step, 1.0);
            }
        }
    });
    terms.settle();
    let lower = terms.information_matrix().cholesky(1e-13)?;
    let covariance: Matrix = lower.inverse_of_square();
    terms.log_likelihood += 0.5 * lower.log_determinant_of_square();
    for (score, slice) in terms.score.iter_mut().zip(cubes.chunks_exact(p * p)) {
        *score += 0.5 * dot(slice, covariance.values());
    }
    Some(terms)
}

/// E xyz - (E xy E z + E xz E y + E yz E x) + 2 E x E y E z under the weights of one step.
fn add_cumulants(cubes: &mut [f64], sums: &RiskSums, p: usize, (fraction, weight): (f64, f64), times: f64) {
    let mean = |place: usize| {
        let at = |values: &[f64]| values.get(place).copied().unwrap_or(f64::NAN);
        let dying = if fraction > 0.0 { fraction * at(&sums.dying) } else { 0.0 };
        (at(&sums.at_risk) - dying) / weight
    };
    let one = |place: usize| mean(1 + place);
    let two = |a: usize, b: usize| {
        let (high, low) = (a.max(b), a.min(b));
        mean(1 + p + high * (high + 1) / 2 + low)
    };
    let start = 1 + p + p * (p + 1) / 2;
    for (place, cube) in cubes.iter_mut().enumerate() {
        let (a, b, c) = (place / (p * p), place / p % p, place % p);
        let product = one(a) * one(b) * one(c);
        let pairs = two(a, b) * one(c) + two(a, c) * one(b) + two(b, c) * one(a);
        *cube += times * (mean(start + place) - pairs + 2.0 * product);
    }
}
