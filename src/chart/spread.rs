//! Labels pushed apart.

use crate::order::sort_places;

/// Centres for boxes of `heights` that do not overlap, in the order of `wanted`, as near to it as can be, within
/// `low..=high`. Boxes that cannot all fit start at `low` and run over `high`.
pub(super) fn spread(wanted: &[f64], heights: &[f64], low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len().min(heights.len())).collect();
    sort_places(&mut order, &|a, b| wanted[a].total_cmp(&wanted[b]));
    // Tops less the heights above must not fall: the nearest such sequence pools neighbours that collide.
    let mut above = 0.0;
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for &index in &order {
        pools.push((wanted[index] - heights[index] / 2.0 - above, 1));
        above += heights[index];
        while let [.., (left, left_count), (right, right_count)] = pools[..] {
            if left <= right {
                break;
            }
            let count = left_count + right_count;
            let mean = (left * left_count as f64 + right * right_count as f64) / count as f64;
            pools.truncate(pools.len() - 2);
            pools.push((mean, count));
        }
    }
    let highest = (high - above).max(low);
    let tops = pools.iter().flat_map(|&(top, count)| std::iter::repeat_n(top.clamp(low, highest), count));
    let mut centres = vec![0.0; wanted.len()];
    let mut above = 0.0;
    for (&index, top) in order.iter().zip(tops) {
        centres[index] = top + above + heights[index] / 2.0;
        above += heights[index];
    }
    centres
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_have_room_stay() {
        assert_eq!(spread(&[80.0, 20.0], &[10.0, 10.0], 0.0, 100.0), [80.0, 20.0]);
    }

    #[test]
    fn labels_that_collide_share_the_way() {
        assert_eq!(spread(&[50.0, 50.0], &[10.0, 10.0], 0.0, 100.0), [45.0, 55.0]);
        assert_eq!(spread(&[50.0, 50.0, 52.0], &[12.0; 3], 0.0, 100.0).len(), 3);
    }

    #[test]
    fn labels_stay_within_the_edges_and_apart() {
        let wanted = [99.0, 98.0, 97.0, 2.0, 1.0];
        let centres = spread(&wanted, &[14.0; 5], 0.0, 100.0);
        for (index, centre) in centres.iter().enumerate() {
            assert!((7.0..=93.0).contains(centre));
            for other in &centres[..index] {
                assert!((centre - other).abs() >= 14.0 - 1e-9);
            }
        }
        assert!(centres[0] > centres[1] && centres[1] > centres[2]);
    }

    #[test]
    fn too_many_labels_do_not_panic() {
        assert_eq!(spread(&[5.0; 3], &[10.0; 3], 0.0, 12.0), [5.0, 15.0, 25.0]);
        assert!(spread(&[], &[], 0.0, 1.0).is_empty());
    }
}
