//! All ways to choose some of many, one after the other.

/// n over k; absent when it is too large to be counted out.
pub fn choices(n: usize, k: usize) -> Option<u64> {
    if k > n {
        return Some(0);
    }
    let mut ways: u64 = 1;
    for step in 0..k.min(n - k) as u64 {
        ways = ways.checked_mul(n as u64 - step)? / (step + 1);
        if ways > 1 << 40 {
            return None;
        }
    }
    Some(ways)
}

/// The next of the ascending choices from 0 to n - 1; false after the last.
pub fn advance(chosen: &mut [usize], n: usize) -> bool {
    let k = chosen.len();
    let movable = (0..k).rev().find(|&place| chosen.get(place).is_some_and(|value| *value < n - k + place));
    let Some(place) = movable else { return false };
    let start = chosen.get(place).copied().unwrap_or(0) + 1;
    for (offset, slot) in chosen.iter_mut().skip(place).enumerate() {
        *slot = start + offset;
    }
    true
}

/// The ascending choice of k from 0 to n - 1 that stands at this place, counted from 0, when all are in order.
pub fn nth_choice(n: usize, k: usize, place: u64) -> Vec<usize> {
    let mut left = place;
    let mut chosen = Vec::with_capacity(k);
    let mut next = 0;
    while chosen.len() < k && next < n {
        // So many choices have `next` as their next member.
        let with = choices(n - next - 1, k - chosen.len() - 1).unwrap_or(u64::MAX);
        if left < with {
            chosen.push(next);
        } else {
            left -= with;
        }
        next += 1;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_counted_and_walked() {
        assert_eq!((choices(10, 5), choices(6, 2), choices(4, 4)), (Some(252), Some(15), Some(1)));
        assert_eq!(choices(200, 100), None);
        assert_eq!(nth_choice(6, 2, 0), [0, 1]);
        let mut chosen = vec![0, 1];
        let mut seen: u64 = 1;
        while advance(&mut chosen, 6) {
            assert_eq!(nth_choice(6, 2, seen), chosen);
            seen += 1;
        }
        assert_eq!((seen, chosen), (15, vec![4, 5]));
    }
}
