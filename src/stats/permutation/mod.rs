//! Many tests at once by permutation: what the largest of all statistics is when nothing is there. Permutation number i is
//! the same whoever draws it, so that several workers can share them.

mod correlation_max_t;
mod group_max_t;

pub use correlation_max_t::{CorrelationMaxT, CorrelationMaxTInput, PairMaxT, correlation_max_t};
pub use group_max_t::{GroupMaxT, GroupMaxTInput, GroupMaxTResult, GroupTest, SetTest, group_max_t};

use std::cmp::Ordering;

use crate::order;

/// Counts over some of the permutations; those of disjoint ranges add up, in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    pub permutations: u64,
    /// In the order of the routine that counted.
    pub counts: Vec<u64>,
}

impl Tally {
    fn of(counts: usize) -> Self {
        Self { permutations: 0, counts: vec![0; counts] }
    }

    pub fn add(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        self.permutations += other.permutations;
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }
}

/// A share of all permutations, or of random ones with the observed one among them.
fn p_value(as_extreme: u64, permutations: u64, is_exact: bool) -> f64 {
    let one = u64::from(!is_exact);
    (as_extreme + one) as f64 / (permutations + one) as f64
}

/// Statistics are compared with a little less than the observed one: sums in another order round otherwise, near 0 too.
fn bar(observed: f64) -> f64 {
    observed * (1.0 - 1e-9) - 1e-12
}

/// Places of people in an order of what was measured of them, so that the order in which they come decides nothing.
fn canonical_order(columns: &[Vec<Option<f64>>], groups: &[usize], people: usize) -> Vec<usize> {
    let at = |column: &[Option<f64>], person: usize| column.get(person).copied().flatten().unwrap_or(f64::NEG_INFINITY);
    let mut places: Vec<usize> = (0..people).collect();
    order::sort_places(&mut places, &|a, b| {
        for column in columns {
            let order = at(column, a).total_cmp(&at(column, b));
            if order != Ordering::Equal {
                return order;
            }
        }
        groups.get(a).cmp(&groups.get(b))
    });
    places
}
