//! One pass over the risk sets from the last to the first, with running sums.

use super::risk_sets::{DeathTime, RiskSets};
use crate::stats::matrix::dot;
use crate::stats::real;

/// A weight above exp of this makes a new reference.
const HIGHEST: f64 = 30.0;
/// Sums that lost all but this share are rounding of what left: they are counted anew.
const WORN: f64 = 1e-3;

/// Sums of w, w x, w x x' (lower triangle, row by row) and, in cubes, w x x' x: one after another; w = exp(x'b - reference).
pub struct RiskSums {
    pub reference: f64,
    pub at_risk: Vec<f64>,
    /// Of those who die now; filled where several do.
    pub dying: Vec<f64>,
    /// Sum of x'b - reference of those who die now.
    pub predictor_of_dying: f64,
    /// Sum of their x.
    pub rows_of_dying: Vec<f64>,
    n_columns: usize,
    with_cubes: bool,
}

impl RiskSums {
    pub fn new(n_columns: usize, with_cubes: bool) -> Self {
        let cubes = if with_cubes { n_columns * n_columns * n_columns } else { 0 };
        let width = 1 + n_columns + n_columns * (n_columns + 1) / 2 + cubes;
        Self {
            reference: f64::NAN,
            at_risk: vec![0.0; width],
            dying: vec![0.0; width],
            predictor_of_dying: 0.0,
            rows_of_dying: vec![0.0; n_columns],
            n_columns,
            with_cubes,
        }
    }

    pub fn weight(&self) -> f64 {
        self.at_risk.first().copied().unwrap_or(f64::NAN)
    }

    fn clear(&mut self) {
        self.reference = f64::NAN;
        self.at_risk.fill(0.0);
    }

    /// Puts a row among those at risk.
    fn join(&mut self, row: &[f64], predictor: f64) {
        let above = predictor - self.reference;
        // NaN: the first row.
        let weight = if above <= HIGHEST {
            real::exp(above)
        } else {
            if above > HIGHEST {
                let factor = real::exp(-above);
                self.at_risk.iter_mut().for_each(|sum| *sum *= factor);
            }
            self.reference = predictor;
            1.0
        };
        add(&mut self.at_risk, row, weight, self.with_cubes);
    }

    /// How large the sums are: what rounding stays behind when a row leaves.
    fn size(&self) -> f64 {
        let squares = self.at_risk.get(1 + self.n_columns..).unwrap_or_default();
        let mut size = self.weight();
        let mut place = 0;
        for column in 0..self.n_columns {
            size += squares.get(place).copied().unwrap_or_default();
            place += column + 2;
        }
        size
    }

    fn look_at_dying(&mut self, sets: &RiskSets, death_time: &DeathTime, coefficients: &[f64]) {
        self.predictor_of_dying = 0.0;
        self.rows_of_dying.fill(0.0);
        let several = death_time.n_events > 1;
        if several {
            self.dying.fill(0.0);
        }
        for row in sets.rows_of(death_time.events()) {
            let above = dot(row, coefficients) - self.reference;
            self.predictor_of_dying += above;
            for (sum, value) in self.rows_of_dying.iter_mut().zip(row) {
                *sum += value;
            }
            if several {
                add(&mut self.dying, row, real::exp(above), self.with_cubes);
            }
        }
    }
}

/// Visits every event time with the sums over its risk set.
pub fn walk(
    sets: &RiskSets,
    coefficients: &[f64],
    with_cubes: bool,
    visit: &mut dyn FnMut(usize, &DeathTime, &RiskSums),
) {
    let mut sums = RiskSums::new(sets.n_columns, with_cubes);
    let (mut joined, mut left, mut largest) = (0, 0, 0.0_f64);
    for (index, death_time) in sets.death_times.iter().enumerate() {
        if index == 0 || joined <= death_time.stratum_start {
            sums.clear();
            (joined, left, largest) = (death_time.stratum_start, death_time.stratum_start, 0.0);
        }
        for row in sets.rows_of(joined..death_time.joined) {
            sums.join(row, dot(row, coefficients));
        }
        joined = death_time.joined;
        if left < death_time.left {
            largest = largest.max(sums.size());
            for place in sets.leaving.get(left..death_time.left).unwrap_or_default() {
                let row = sets.row(*place as usize);
                add(&mut sums.at_risk, row, -real::exp(dot(row, coefficients) - sums.reference), with_cubes);
            }
            left = death_time.left;
            let size = sums.size();
            if size.is_nan() || size <= WORN * largest {
                sums.clear();
                for (row, place) in sets.rows_of(death_time.stratum_start..joined).zip(death_time.stratum_start..) {
                    if sets.has_entered(place, death_time) {
                        sums.join(row, dot(row, coefficients));
                    }
                }
                largest = sums.size();
            }
        }
        sums.look_at_dying(sets, death_time, coefficients);
        visit(index, death_time, &sums);
    }
}

/// Adds one row with its weight.
fn add(sums: &mut [f64], row: &[f64], weight: f64, with_cubes: bool) {
    let Some((own, sums)) = sums.split_first_mut() else { return };
    *own += weight;
    let Some((firsts, sums)) = sums.split_at_mut_checked(row.len()) else { return };
    let mut rest = sums.iter_mut();
    for ((place, value), first) in row.iter().enumerate().zip(firsts) {
        let weighted = weight * value;
        *first += weighted;
        for (other, second) in row.iter().take(place + 1).zip(rest.by_ref()) {
            *second += weighted * other;
        }
    }
    if with_cubes {
        for one in row {
            for two in row {
                for three in row {
                    if let Some(sum) = rest.next() {
                        *sum += weight * one * two * three;
                    }
                }
            }
        }
    }
}
