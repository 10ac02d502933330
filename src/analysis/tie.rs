//! Differences that are one number but for the rounding of their subtraction.

use crate::order::sort_by;

/// What one subtraction rounds, and the numbers before it, in parts of the largest of them.
pub(super) const OF_A_DIFFERENCE: f64 = 8.0 * f64::EPSILON;
/// What a slope's sums round.
pub(super) const OF_SUMS: f64 = 1e-12;

/// 1.2 - 1.1, 0.2 - 0.1 and 4.2 - 4.1 are 0.1 each, and three different doubles: ranks would tell them apart. Numbers
/// whose sizes lie nearer to each other than `grain` become of one size, the smallest of them; those nearer to 0 become 0.
pub(super) fn settle_ties<'a>(differences: impl Iterator<Item = &'a mut f64>, grain: f64) {
    let mut sorted: Vec<&mut f64> = differences.collect();
    sort_by(&mut sorted, |a: &&mut f64, b: &&mut f64| a.abs().total_cmp(&b.abs()));
    let (mut first, mut before) = (0.0, 0.0);
    for value in sorted {
        let size = value.abs();
        if size - before > grain {
            first = size;
        }
        before = size;
        *value = if first == 0.0 { 0.0 } else { first.copysign(*value) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounding_parted_is_one_again() {
        let mut changes = [4.2 - 4.1, 7.0, 1.2 - 1.1, 0.1 + 1e-12, 0.2 - 0.1, 1.1 - 1.2, 0.3 - 0.2 - 0.1];
        assert!(changes[0] != changes[2] && changes[2] != changes[4]);
        settle_ties(changes.iter_mut(), 7.0 * OF_A_DIFFERENCE);
        assert_eq!(changes[0], changes[2]);
        assert_eq!(changes[2], changes[4]);
        assert!((changes[0] - 0.1).abs() < 1e-12);
        assert_eq!(changes[5], -changes[0], "of one size");
        assert_eq!((changes[1], changes[3]), (7.0, 0.1 + 1e-12), "the others stand");
        assert_eq!(changes[6], 0.0);
        settle_ties([].into_iter(), 1.0);
    }
}
