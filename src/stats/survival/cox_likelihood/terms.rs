//! What an event time adds to the log likelihood and its derivatives, by Breslow's and by Efron's rule of ties.

use super::super::CoxTies;
use super::exact_ties;
use super::risk_sets::RiskSets;
use super::risk_sums::{RiskSums, walk};
use crate::stats::matrix::Matrix;
use crate::stats::real;

/// Sums over event times.
#[derive(Clone)]
pub struct Terms {
    pub log_likelihood: f64,
    /// First derivatives.
    pub score: Vec<f64>,
    /// Minus the second derivatives: lower triangle, row by row.
    pub information: Vec<f64>,
    /// A product whose logarithm is still to be subtracted: one logarithm for many event times.
    product: f64,
}

impl Terms {
    pub fn new(n_columns: usize) -> Self {
        Self {
            log_likelihood: 0.0,
            score: vec![0.0; n_columns],
            information: vec![0.0; n_columns * (n_columns + 1) / 2],
            product: 1.0,
        }
    }

    pub fn clear(&mut self) {
        self.log_likelihood = 0.0;
        self.score.fill(0.0);
        self.information.fill(0.0);
        self.product = 1.0;
    }

    fn subtract_logarithm(&mut self, weight: f64) {
        // Neither factor may take the product out of range; a NaN goes the second way.
        if weight > 1e-100 && weight < 1e100 {
            self.product *= weight;
            if self.product > 1e-150 && self.product < 1e150 {
                return;
            }
        } else {
            self.log_likelihood -= real::ln(weight);
        }
        self.settle();
    }

    pub fn settle(&mut self) {
        self.log_likelihood -= real::ln(self.product);
        self.product = 1.0;
    }

    pub fn add(&mut self, sums: &RiskSums, n_events: usize, ties: CoxTies) {
        self.log_likelihood += sums.predictor_of_dying;
        for (score, value) in self.score.iter_mut().zip(&sums.rows_of_dying) {
            *score += value;
        }
        if n_events == 1 || ties != CoxTies::Efron {
            for _ in 0..n_events {
                self.subtract_logarithm(sums.weight());
            }
            let (inverse, d) = (1.0 / sums.weight(), n_events as f64);
            self.add_moments(&sums.at_risk, &sums.at_risk, [d * inverse, 0.0, d * inverse * inverse, 0.0, 0.0]);
        } else {
            let mut sizes = [0.0; 5];
            for (fraction, weight) in efron_steps(sums, n_events) {
                self.subtract_logarithm(weight);
                let one = 1.0 / weight;
                let of_step = [one, fraction * one, one * one, fraction * one * one, fraction * fraction * one * one];
                for (size, add) in sizes.iter_mut().zip(of_step) {
                    *size += add;
                }
            }
            self.add_moments(&sums.at_risk, &sums.dying, sizes);
        }
    }

    /// With s the sums at risk, e those of the dying, f the fraction of the dying gone and u = 1 / (s0 - f e0), a step
    /// takes u (s1 - f e1) from the score and adds u (s2 - f e2) - u^2 (s1 - f e1)(s1 - f e1)' to the information; over
    /// the steps this needs the sums of u, f u, u^2, f u^2, f^2 u^2.
    fn add_moments(&mut self, s: &[f64], e: &[f64], sizes: [f64; 5]) {
        let [u, fu, uu, fuu, ffuu] = sizes;
        let p = self.score.len();
        let (s1, s2) = s.get(1..).unwrap_or_default().split_at_checked(p).unwrap_or_default();
        let (e1, e2) = e.get(1..).unwrap_or_default().split_at_checked(p).unwrap_or_default();
        for ((score, s), e) in self.score.iter_mut().zip(s1).zip(e1) {
            *score -= s * u - e * fu;
        }
        let mut information = self.information.iter_mut().zip(s2).zip(e2);
        for (row, (sr, er)) in s1.iter().zip(e1).enumerate() {
            let (of_s, of_e) = (sr * uu - er * fuu, er * ffuu - sr * fuu);
            for ((sc, ec), ((own, s), e)) in s1.iter().zip(e1).take(row + 1).zip(information.by_ref()) {
                *own += s * u - e * fu - (sc * of_s + ec * of_e);
            }
        }
    }

    pub fn information_matrix(&self) -> Matrix {
        unpacked(&self.information, self.score.len())
    }
}

/// The fraction of the dying that is gone, and the weight left at risk, for each of the tied events.
pub fn efron_steps(sums: &RiskSums, n_events: usize) -> impl Iterator<Item = (f64, f64)> {
    let (at_risk, dying) = (sums.weight(), sums.dying.first().copied().unwrap_or(f64::NAN));
    (0..n_events).map(move |gone| {
        let fraction = gone as f64 / n_events as f64;
        (fraction, if gone == 0 { at_risk } else { at_risk - fraction * dying })
    })
}

/// The whole of a lower triangle that is given row by row.
pub fn unpacked(triangle: &[f64], size: usize) -> Matrix {
    let mut matrix = Matrix::zeros(size, size);
    let mut values = triangle.iter();
    for row in 0..size {
        for (column, value) in (0..=row).zip(values.by_ref()) {
            matrix.set(row, column, *value);
            matrix.set(column, row, *value);
        }
    }
    matrix
}

/// Over all event times.
pub fn terms_at(sets: &RiskSets, coefficients: &[f64], ties: CoxTies) -> Terms {
    let mut terms = Terms::new(sets.n_columns);
    if ties == CoxTies::Exact {
        exact_ties::add_terms(sets, coefficients, &mut terms);
    } else {
        walk(sets, coefficients, false, &mut |_, death_time, sums| terms.add(sums, death_time.n_events, ties));
        terms.settle();
    }
    terms
}
