//! The exact partial likelihood: given that d of those at risk die, which d? The denominator is the sum over all sets of
//! d, by the recursion of Gail, Lubin and Rubinstein, Biometrika 68:703-707, 1981.

use super::risk_sets::RiskSets;
use super::terms::Terms;
use crate::stats::matrix::dot;
use crate::stats::real;

/// A block this large is made smaller by it.
const LARGE: f64 = 1e150;

/// For k = 0, 1, ...: the sum over all sets of k rows of the product of their weights, its first derivatives and its
/// second ones (lower triangle), each block with a power of ten of its own.
struct Table {
    width: usize,
    blocks: Vec<f64>,
    /// Logarithm of what block k was divided by.
    logarithms: Vec<f64>,
    n_rows: usize,
}

impl Table {
    fn new(n_columns: usize, most: usize) -> Self {
        let width = 1 + n_columns + n_columns * (n_columns + 1) / 2;
        let mut table =
            Self { width, blocks: vec![0.0; width * (most + 1)], logarithms: vec![0.0; most + 1], n_rows: 0 };
        table.clear();
        table
    }

    fn clear(&mut self) {
        self.blocks.fill(0.0);
        if let Some(first) = self.blocks.first_mut() {
            *first = 1.0;
        }
        self.logarithms.fill(0.0);
        self.n_rows = 0;
    }

    fn join(&mut self, row: &[f64], weight: f64) {
        self.n_rows += 1;
        let highest = self.n_rows.min(self.logarithms.len().saturating_sub(1));
        for k in (1..=highest).rev() {
            let (below, own) = self.blocks.split_at_mut(k * self.width);
            let below = below.get((k - 1) * self.width..).unwrap_or_default();
            let own = own.get_mut(..self.width).unwrap_or_default();
            let Some([under, upper]) = self.logarithms.get_mut(k - 1..=k).and_then(|two| two.first_chunk_mut::<2>())
            else {
                return;
            };
            if k == self.n_rows {
                *upper = *under;
            }
            let weight = if *upper == *under { weight } else { weight * real::exp(*under - *upper) };
            join_block(own, below, row, weight);
            if own.first().is_some_and(|value| *value > LARGE) {
                own.iter_mut().for_each(|value| *value /= LARGE);
                *upper += real::ln(LARGE);
            }
        }
    }
}

/// B_k += w B_(k-1), and the derivatives of that; d/db of w is w x.
fn join_block(own: &mut [f64], below: &[f64], row: &[f64], weight: f64) {
    let p = row.len();
    let (Some((value, own)), Some((value_below, below))) = (own.split_first_mut(), below.split_first()) else { return };
    let (Some((firsts, seconds)), Some((firsts_below, seconds_below))) =
        (own.split_at_mut_checked(p), below.split_at_checked(p))
    else {
        return;
    };
    let mut seconds = seconds.iter_mut().zip(seconds_below);
    for (place, (x, first_below)) in row.iter().zip(firsts_below).enumerate() {
        for ((other, other_below), (second, second_below)) in
            row.iter().zip(firsts_below).take(place + 1).zip(seconds.by_ref())
        {
            *second += weight * (second_below + x * other_below + other * first_below + x * other * value_below);
        }
    }
    for ((first, first_below), x) in firsts.iter_mut().zip(firsts_below).zip(row) {
        *first += weight * (first_below + x * value_below);
    }
    *value += weight * value_below;
}

pub fn add_terms(sets: &RiskSets, coefficients: &[f64], terms: &mut Terms) {
    let most = sets.death_times.iter().map(|death_time| death_time.n_events).max().unwrap_or_default();
    let p = sets.n_columns;
    let mut table = Table::new(p, most);
    let (mut joined, mut highest) = (0, 0.0);
    for (index, death_time) in sets.death_times.iter().enumerate() {
        let is_new = index == 0 || joined <= death_time.stratum_start;
        if is_new {
            // The stratum's largest predictor has weight 1.
            let rest = sets.death_times.get(index..).unwrap_or_default();
            let end = rest
                .iter()
                .take_while(|other| other.stratum_start == death_time.stratum_start)
                .fold(0, |end, other| end.max(other.joined));
            highest = sets
                .rows_of(death_time.stratum_start..end)
                .map(|row| dot(row, coefficients))
                .fold(f64::NEG_INFINITY, f64::max);
        }
        // Rows cannot be taken out of a product again without loss.
        if is_new || sets.has_entries() {
            table.clear();
            joined = death_time.stratum_start;
        }
        for (row, place) in sets.rows_of(joined..death_time.joined).zip(joined..) {
            if sets.has_entered(place, death_time) {
                table.join(row, real::exp(dot(row, coefficients) - highest));
            }
        }
        joined = death_time.joined;
        if death_time.n_events == table.n_rows {
            continue; // all at risk die: no choice
        }
        let at = death_time.n_events * table.width;
        let block = table.blocks.get(at..at + table.width).unwrap_or_default();
        let Some((value, derivatives)) = block.split_first() else { continue };
        let logarithm = table.logarithms.get(death_time.n_events).copied().unwrap_or(f64::NAN);
        terms.log_likelihood -= real::ln(*value) + logarithm;
        for row in sets.rows_of(death_time.events()) {
            terms.log_likelihood += dot(row, coefficients) - highest;
            for (score, x) in terms.score.iter_mut().zip(row) {
                *score += x;
            }
        }
        let (firsts, seconds) = derivatives.split_at_checked(p).unwrap_or_default();
        for (score, first) in terms.score.iter_mut().zip(firsts) {
            *score -= first / value;
        }
        let mut entries = terms.information.iter_mut().zip(seconds);
        for (place, first) in firsts.iter().enumerate() {
            for (other, (own, second)) in firsts.iter().take(place + 1).zip(entries.by_ref()) {
                *own += second / value - first / value * (other / value);
            }
        }
    }
}
