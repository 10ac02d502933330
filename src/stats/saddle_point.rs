//! The two parts of Loader's saddle-point form of the binomial and Poisson densities, which keeps the digits that a
//! difference of large logarithms would lose (C. Loader, Fast and accurate computation of binomial probabilities,
//! 2000).

use super::real;

const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// ln Gamma(n + 1) minus Stirling's formula.
pub fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        return real::ln_gamma(n + 1.0) - (n + 0.5) * real::ln(n) + n - HALF_LN_TWO_PI;
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) / square)
        / n
}

/// x ln(x / mean) + mean - x, with `excess` = x - mean.
pub fn deviance(x: f64, mean: f64, excess: f64) -> f64 {
    if excess.abs() < 0.1 * (x + mean) {
        let ratio = excess / (x + mean);
        let square = ratio * ratio;
        let mut sum = excess * ratio;
        let mut term = 2.0 * x * ratio;
        let mut odd = 1.0;
        for _ in 0..1000 {
            term *= square;
            odd += 2.0;
            let next = sum + term / odd;
            if next == sum {
                break;
            }
            sum = next;
        }
        return sum;
    }
    x * real::ln(x / mean) - excess
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_meets_the_definition() {
        // At whole numbers: ln n! - (n + 1/2) ln n + n - ln(2 pi) / 2.
        assert!((stirling_error(1.0) - (1.0 - HALF_LN_TWO_PI)).abs() < 1e-15);
        let by_definition = |n: f64| real::ln_gamma(n + 1.0) - (n + 0.5) * real::ln(n) + n - HALF_LN_TWO_PI;
        for n in [15.5, 20.0, 40.0] {
            assert!((stirling_error(n) - by_definition(n)).abs() < 1e-13);
        }
    }

    #[test]
    fn the_deviance_is_one_function_on_both_sides_of_its_switch() {
        for (x, mean) in [(10.0, 8.0), (10.0, 8.2), (10.0, 12.2), (10.0, 12.5)] {
            let by_definition = x * real::ln(x / mean) + mean - x;
            assert!((deviance(x, mean, x - mean) - by_definition).abs() < 1e-14);
        }
        assert_eq!(deviance(7.0, 7.0, 0.0), 0.0);
    }
}
