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

#[cfg(test)]
mod tests {
    use super::*;

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
}
