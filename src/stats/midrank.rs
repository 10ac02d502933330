//! Ranks, ties sharing their mean rank.

use crate::order;

pub struct CentredRanks {
    /// Mean rank minus (n + 1) / 2, in the order of the values.
    pub ranks: Vec<f64>,
    /// Sum of t^3 - t over runs of t equal values; 0 without ties.
    pub tie_term: f64,
}

pub fn rank_centred(values: &[f64]) -> CentredRanks {
    let centre = 0.5 * (values.len() as f64 + 1.0);
    let mut sorted: Vec<(f64, usize)> = values.iter().copied().zip(0..).collect();
    order::sort_by(&mut sorted, |a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0.0; values.len()];
    let mut tie_term = 0.0;
    let mut before = 0;
    for run in sorted.chunk_by(|a, b| a.0 == b.0) {
        let size = run.len() as f64;
        tie_term += (size * size - 1.0) * size;
        let rank = before as f64 + 0.5 * (size + 1.0);
        for (_, place) in run {
            if let Some(slot) = ranks.get_mut(*place) {
                *slot = rank - centre;
            }
        }
        before += run.len();
    }
    CentredRanks { ranks, tie_term }
}
