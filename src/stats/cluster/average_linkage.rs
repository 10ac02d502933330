use crate::stats::{StatError, input};

/// Two clusters that become one. A cluster is an item, 0 to n - 1, or the result of merge k, n + k.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merge {
    /// An item before a merged cluster, the earlier of two of a kind.
    pub left: usize,
    pub right: usize,
    /// Mean distance of the items of one to those of the other.
    pub height: f64,
}

/// A tree of items and an order in which no branch is cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Clustering {
    /// n - 1 of them, from the lowest up.
    pub merges: Vec<Merge>,
    /// Items from left to right under the tree.
    pub order: Vec<usize>,
}

/// Hierarchical clustering by average linkage (UPGMA): the two clusters nearest by the mean distance of their items are
/// joined until one is left.
///
/// d(A + B, C) = (|A| d(A, C) + |B| d(B, C)) / (|A| + |B|).
/// Inputs: distances of n items as n rows of n, symmetric (the lower half is not read), any unit. Errors: `TooFew` (no
/// item), `LengthsDiffer` (not n by n), `NotFinite`.
/// Limits: of equal distances the first is taken, so that with ties another order may be as good. It finds clusters in
/// noise too. n^3 steps: for some hundred items.
///
/// Source: Sokal and Michener, University of Kansas Science Bulletin 38:1409-1438, 1958. Checked against R 4.2.2
/// `hclust(method = "average")`, heights 1e-12 and order (tests/golden/average_linkage); SAS PROC CLUSTER METHOD=AVERAGE
/// squares the distances unless NOSQUARE is given.
///
/// ```
/// use second_look::stats::cluster::average_linkage;
/// // 0 and 2 are 1 apart, 1 is 4 and 6 away from them: joined at their mean 5.
/// let found = average_linkage(&[0.0, 4.0, 1.0, 4.0, 0.0, 6.0, 1.0, 6.0, 0.0], 3).unwrap();
/// assert_eq!(found.order, [1, 0, 2]);
/// assert_eq!(found.merges[1].height, 5.0);
/// ```
pub fn average_linkage(distances: &[f64], n: usize) -> Result<Clustering, StatError> {
    input::check_at_least("items", 1, n)?;
    input::check_equal_lengths("distances", n * n, distances.len())?;
    input::check_finite("distances", distances)?;
    let mut between: Vec<Vec<f64>> = distances.chunks(n).map(<[f64]>::to_vec).collect();
    for row in 0..n {
        for column in 0..row {
            let upper = at(&between, column, row);
            set(&mut between, row, column, upper);
        }
    }
    // The cluster that stands in each row, and its size; none where it was joined to another row.
    let mut standing: Vec<Option<(usize, f64)>> = (0..n).map(|item| Some((item, 1.0))).collect();
    let mut merges = Vec::with_capacity(n.saturating_sub(1));
    while merges.len() + 1 < n {
        let Some((row, column, height)) = nearest(&between, &standing) else { break };
        let (Some((a, size_a)), Some((b, size_b))) = (standing_at(&standing, row), standing_at(&standing, column))
        else {
            break;
        };
        // Items (below n) come before merges, and both by their number.
        merges.push(Merge { left: a.min(b), right: a.max(b), height });
        for other in 0..n {
            let mean = (size_a * at(&between, row, other) + size_b * at(&between, column, other)) / (size_a + size_b);
            set(&mut between, row, other, mean);
            set(&mut between, other, row, mean);
        }
        standing.get_mut(row).into_iter().for_each(|slot| *slot = Some((n + merges.len() - 1, size_a + size_b)));
        standing.get_mut(column).into_iter().for_each(|slot| *slot = None);
    }
    let order = order_of(&merges, n);
    Ok(Clustering { merges, order })
}

fn at(between: &[Vec<f64>], row: usize, column: usize) -> f64 {
    between.get(row).and_then(|values| values.get(column)).copied().unwrap_or(f64::INFINITY)
}

fn set(between: &mut [Vec<f64>], row: usize, column: usize, value: f64) {
    if let Some(slot) = between.get_mut(row).and_then(|values| values.get_mut(column)) {
        *slot = value;
    }
}

fn standing_at(standing: &[Option<(usize, f64)>], row: usize) -> Option<(usize, f64)> {
    standing.get(row).copied().flatten()
}

fn nearest(between: &[Vec<f64>], standing: &[Option<(usize, f64)>]) -> Option<(usize, usize, f64)> {
    let mut best: Option<(usize, usize, f64)> = None;
    for (row, values) in between.iter().enumerate().filter(|(row, _)| standing_at(standing, *row).is_some()) {
        for (column, value) in values.iter().enumerate().skip(row + 1) {
            if best.is_none_or(|(_, _, least)| *value < least) && standing_at(standing, column).is_some() {
                best = Some((row, column, *value));
            }
        }
    }
    best
}

fn order_of(merges: &[Merge], n: usize) -> Vec<usize> {
    let mut order = Vec::with_capacity(n);
    let mut open = vec![if merges.is_empty() { 0 } else { n + merges.len() - 1 }];
    while let Some(cluster) = open.pop() {
        match cluster.checked_sub(n).and_then(|merge| merges.get(merge)) {
            Some(merge) => open.extend([merge.right, merge.left]),
            None => order.push(cluster),
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_items_by_hand() {
        // 0-1 at 1, 2-3 at 2, the two pairs at the mean of 5 7 6 8.
        let rows = [[0.0, 1.0, 5.0, 7.0], [1.0, 0.0, 6.0, 8.0], [5.0, 6.0, 0.0, 2.0], [7.0, 8.0, 2.0, 0.0]];
        let found = average_linkage(&rows.concat(), 4).unwrap();
        let heights: Vec<f64> = found.merges.iter().map(|merge| merge.height).collect();
        assert_eq!((heights, found.order), (vec![1.0, 2.0, 6.5], vec![0, 1, 2, 3]));
    }

    #[test]
    fn one_item_is_a_tree() {
        assert_eq!(average_linkage(&[0.0], 1), Ok(Clustering { merges: Vec::new(), order: vec![0] }));
        assert!(matches!(average_linkage(&[], 0), Err(StatError::TooFew { .. })));
        assert!(matches!(average_linkage(&[0.0], 2), Err(StatError::LengthsDiffer { .. })));
    }
}
