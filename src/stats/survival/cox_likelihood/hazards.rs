//! What each row adds to the score, and the hazard it went through: sums over the event times while it was at risk.

use super::super::CoxTies;
use super::risk_sets::{DeathTime, RiskSets};
use super::risk_sums::walk;
use super::terms::efron_steps;
use crate::stats::matrix::{Matrix, dot};
use crate::stats::real;

/// Of each row as given; rows that are never at risk when somebody dies have 0.
pub struct RowSums {
    /// Expected events.
    pub expected: Vec<f64>,
    /// Score residuals in units of the given columns; they sum to the score. Empty when not asked for.
    pub scores: Matrix,
}

/// With u the inverse of the weight at risk and m the mean of x there: u and u m, each summed over tied events, for
/// those who live on and, smaller, for those who die; and the mean of m. One after another: two numbers, then three
/// rows of p.
struct Steps<'a> {
    p: usize,
    values: &'a [f64],
}

impl Steps<'_> {
    fn hazard(&self, dies: bool) -> f64 {
        self.values.get(usize::from(dies)).copied().unwrap_or(f64::NAN)
    }

    fn hazard_means(&self, dies: bool) -> &[f64] {
        let start = 2 + self.p * usize::from(dies);
        self.values.get(start..start + self.p).unwrap_or_default()
    }

    fn mean(&self) -> &[f64] {
        self.values.get(2 + 2 * self.p..).unwrap_or_default()
    }
}

/// Hazards are relative to exp(reference), which changes with the event times: the largest predictor at risk there is
/// near it, so that nothing overflows.
fn steps_of_death_times(sets: &RiskSets, coefficients: &[f64], ties: CoxTies) -> (Vec<f64>, Vec<f64>) {
    let p = sets.n_columns;
    let mut references = Vec::with_capacity(sets.death_times.len());
    let mut table = Vec::with_capacity(sets.death_times.len() * (2 + 3 * p));
    walk(sets, coefficients, false, &mut |_, death_time, sums| {
        references.push(sums.reference);
        let start = table.len();
        table.resize(start + 2 + 3 * p, 0.0);
        let Some((hazards, means)) = table.get_mut(start..).and_then(|own| own.split_at_mut_checked(2)) else { return };
        let d = death_time.n_events as f64;
        let mut add = |fraction: f64, weight: f64, times: f64| {
            let inverse = times / weight;
            // Those who die are still at risk with the rest of their weight.
            let of_dying = inverse * (1.0 - fraction);
            for (own, more) in hazards.iter_mut().zip([inverse, of_dying]) {
                *own += more;
            }
            for column in 0..p {
                let at = |values: &[f64]| values.get(1 + column).copied().unwrap_or(f64::NAN);
                let dying = if fraction > 0.0 { fraction * at(&sums.dying) } else { 0.0 };
                let mean = (at(&sums.at_risk) - dying) / weight;
                for (row, factor) in [inverse, of_dying, times / d].into_iter().enumerate() {
                    if let Some(own) = means.get_mut(row * p + column) {
                        *own += factor * mean;
                    }
                }
            }
        };
        if death_time.n_events == 1 || ties != CoxTies::Efron {
            add(0.0, sums.weight(), d);
        } else {
            for (fraction, weight) in efron_steps(sums, death_time.n_events) {
                add(fraction, weight, 1.0);
            }
        }
    });
    (references, table)
}

/// With exact ties the hazard is Breslow's, as in R.
pub fn row_sums(sets: &RiskSets, coefficients: &[f64], ties: CoxTies, with_scores: bool) -> RowSums {
    let p = sets.n_columns;
    let width = 2 + 3 * p;
    let (references, table) = steps_of_death_times(sets, coefficients, ties);
    let mut rows = SortedRows {
        sets,
        coefficients,
        expected: vec![0.0; sets.given.len()],
        scores: vec![0.0; if with_scores { sets.given.len() * p } else { 0 }],
    };
    // Sums from the first event time of the stratum up to the current one: hazard, then hazard times mean.
    let mut sums = vec![0.0; 1 + p];
    let mut sums_of_dying = sums.clone();
    let mut reference = f64::NAN;
    // From the first time on: backwards through the list, which falls within a stratum.
    for (index, death_time) in sets.death_times.iter().enumerate().rev() {
        let is_same = |other: &&DeathTime| other.stratum_start == death_time.stratum_start;
        let before = std::mem::replace(&mut reference, references.get(index).copied().unwrap_or(f64::NAN));
        let has_earlier = sets.death_times.get(index + 1).filter(is_same).is_some();
        // Not times 0 at a start: an infinity of another stratum would stay.
        let factor = real::exp(reference - before);
        sums.iter_mut().for_each(|sum| *sum = if has_earlier { *sum * factor } else { 0.0 });
        let steps = Steps { p, values: table.get(index * width..(index + 1) * width).unwrap_or_default() };
        sums_of_dying.copy_from_slice(&sums);
        for (own, dies) in [(&mut sums_of_dying, true), (&mut sums, false)] {
            for (own, more) in own.iter_mut().zip([steps.hazard(dies)].iter().chain(steps.hazard_means(dies))) {
                *own += more;
            }
        }
        let later = index.checked_sub(1).and_then(|place| sets.death_times.get(place)).filter(is_same);
        let start = death_time.stratum_start;
        let (joined_before, left_before) = later.map_or((start, start), |one| (one.joined, one.left));
        let events = death_time.events();
        // These rows end now, or before the next event time; those below began since the last one that is not later.
        for place in joined_before..death_time.joined {
            if events.contains(&place) {
                rows.put(place, 1.0, reference, &sums_of_dying);
                rows.put_event(place, steps.mean());
            } else {
                rows.put(place, 1.0, reference, &sums);
            }
        }
        for place in sets.leaving.get(left_before..death_time.left).unwrap_or_default() {
            rows.put(*place as usize, -1.0, reference, &sums);
        }
    }
    rows.as_given(with_scores)
}

struct SortedRows<'a> {
    sets: &'a RiskSets,
    coefficients: &'a [f64],
    expected: Vec<f64>,
    scores: Vec<f64>,
}

impl SortedRows<'_> {
    fn put(&mut self, place: usize, sign: f64, reference: f64, sums: &[f64]) {
        let Some((hazard, means)) = sums.split_first() else { return };
        let row = self.sets.row(place);
        let weight = sign * real::exp(dot(row, self.coefficients) - reference);
        if let Some(own) = self.expected.get_mut(place) {
            *own += weight * hazard;
        }
        for ((own, x), mean) in scores_of(&mut self.scores, place, row.len()).iter_mut().zip(row).zip(means) {
            *own -= weight * (x * hazard - mean);
        }
    }

    fn put_event(&mut self, place: usize, mean: &[f64]) {
        let row = self.sets.row(place);
        for ((own, x), mean) in scores_of(&mut self.scores, place, row.len()).iter_mut().zip(row).zip(mean) {
            *own += x - mean;
        }
    }

    fn as_given(&self, with_scores: bool) -> RowSums {
        let p = self.sets.n_columns;
        let mut expected = vec![0.0; self.sets.n];
        let mut scores = Matrix::zeros(if with_scores { self.sets.n } else { 0 }, p);
        for (place, (given, value)) in self.sets.given.iter().zip(&self.expected).enumerate() {
            if let Some(own) = expected.get_mut(*given as usize) {
                *own = *value;
            }
            let own = self.scores.get(place * p..(place + 1) * p).unwrap_or_default();
            for ((to, from), scale) in scores.row_mut(*given as usize).iter_mut().zip(own).zip(&self.sets.scale) {
                *to = from * scale;
            }
        }
        RowSums { expected, scores }
    }
}

fn scores_of(scores: &mut [f64], place: usize, p: usize) -> &mut [f64] {
    scores.get_mut(place * p..(place + 1) * p).unwrap_or_default()
}
