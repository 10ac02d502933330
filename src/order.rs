//! Sorting. The standard library compiles a sort anew for each type and each comparison, about four kilobytes a time;
//! these are compiled once.

use std::cmp::Ordering;

/// As `slice::sort_by`: stable.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    sort_places(&mut order, &|a, b| compare(&items[a], &items[b]));
    // Each cycle of the permutation is walked once; a place that is done points to itself.
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at);
            if from == start {
                break;
            }
            items.swap(at, from);
            at = from;
        }
    }
}

/// Sorts places in something else by what stands there; stable.
pub fn sort_places(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_by(|a, b| compare(*a, *b));
}

/// From the smallest to the largest; NaN stands at the ends.
pub fn sort_numbers(numbers: &mut [f64]) {
    numbers.sort_unstable_by(f64::total_cmp); // equal ones have equal bits
}

/// Sorts by the upper bits, from `from_bit` on, of each item's first number; stable. Digit by digit, so that a million
/// items take a few passes whatever their order; digits that all items share are skipped. The bits of numbers that are
/// not negative stand in the order of the numbers.
pub fn sort_by_bits(items: &mut Vec<[u64; 2]>, from_bit: u32) {
    const DIGITS: usize = 1 << 11;
    let first = items.first().map_or(0, |item| item[0]);
    let varying = items.iter().fold(0, |bits, item| bits | (item[0] ^ first));
    let mut sorted = vec![[0; 2]; items.len()];
    for shift in (from_bit..64).step_by(11) {
        if ((varying >> shift) as usize).is_multiple_of(DIGITS) {
            continue;
        }
        let mut places = [0_u32; DIGITS];
        for item in items.iter() {
            places[(item[0] >> shift) as usize % DIGITS] += 1;
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        for item in items.iter() {
            let place = &mut places[(item[0] >> shift) as usize % DIGITS];
            sorted[*place as usize] = *item;
            *place += 1;
        }
        std::mem::swap(items, &mut sorted);
    }
}

/// A number that orders as `value` does, for [`sort_by_bits`]: not for NaN; 0 and -0 are one.
pub fn key_of(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_numbers_do() {
        for length in [0, 1, 2, 300] {
            let numbers: Vec<f64> = (0..length).map(|place| (place * 7919 % 101 / 3) as f64 * 0.37 - 5.0).collect();
            let mut items: Vec<[u64; 2]> =
                numbers.iter().zip(0..).map(|(value, place)| [key_of(*value), place]).collect();
            sort_by_bits(&mut items, 0);
            let mut places: Vec<usize> = (0..length).collect();
            places.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
            assert_eq!(items.iter().map(|item| item[1] as usize).collect::<Vec<_>>(), places);
        }
        assert_eq!(key_of(0.0), key_of(-0.0));
    }

    #[test]
    fn sorts_as_the_standard_library_does() {
        // Every third number of a small field repeats, so that stability shows.
        for length in [0, 1, 2, 3, 10, 57, 300] {
            let items: Vec<(usize, usize)> = (0..length).map(|place| (place * 7919 % 101 / 3, place)).collect();
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by(&mut ours, |a, b| a.0.cmp(&b.0));
            theirs.sort_by_key(|item| item.0);
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn sorts_by_bits_as_by_numbers() {
        for length in [0, 1, 2, 57, 3000] {
            let number = |place: usize| (place * 7919 % 1009 / 3) as f64 / 7.0;
            let mut ours: Vec<[u64; 2]> = (0..length).map(|place| [number(place).to_bits(), place as u64]).collect();
            let mut theirs: Vec<usize> = (0..length).collect();
            theirs.sort_by(|a, b| number(*a).total_cmp(&number(*b)));
            sort_by_bits(&mut ours, 0);
            assert_eq!(ours.iter().map(|item| item[1] as usize).collect::<Vec<_>>(), theirs);
        }
        let mut items = vec![[0x2_0000_0000, 0], [0x1_0000_0009, 1], [0x1_0000_0003, 2]];
        sort_by_bits(&mut items, 32);
        assert_eq!(items, [[0x1_0000_0009, 1], [0x1_0000_0003, 2], [0x2_0000_0000, 0]]);
    }
}
