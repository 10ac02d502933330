//! Where a function changes its sign.

/// The place between `low` and `high` at which `is_beyond` turns from false to true, by halving down to neighbouring
/// numbers. Slower than a secant, but it needs no smoothness and gives the same bits whatever the start.
pub fn bisect(low: f64, high: f64, is_beyond: &dyn Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if is_beyond(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_two_is_found_to_the_last_place() {
        assert!((bisect(0.0, 2.0, &|x| x * x > 2.0) - std::f64::consts::SQRT_2).abs() < 3e-16);
        assert_eq!(bisect(1.0, 2.0, &|_| true), 1.0);
    }
}
