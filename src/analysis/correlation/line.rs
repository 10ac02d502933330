//! The line through the scatter plot.

use super::{FittedLine, SubjectPair};
use crate::stats::distribution::student_t;

const STEPS: usize = 24;

/// Least squares of y on x and the interval of the mean, at even steps over the range of x; absent below 4 people and
/// where x does not vary.
pub(super) fn fit(pairs: &[SubjectPair], confidence_level: f64) -> Option<FittedLine> {
    let n = pairs.len() as f64;
    if pairs.len() < 4 {
        return None;
    }
    let (mut mean_x, mut mean_y) = (0.0, 0.0);
    for pair in pairs {
        mean_x += pair.x / n;
        mean_y += pair.y / n;
    }
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for pair in pairs {
        let (x, y) = (pair.x - mean_x, pair.y - mean_y);
        (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
        (low, high) = (low.min(pair.x), high.max(pair.x));
    }
    if !(xx > 0.0 && (high - low).is_finite() && yy.is_finite()) {
        return None;
    }
    let slope = xy / xx;
    let variance = (yy - slope * xy).max(0.0) / (n - 2.0);
    let critical = student_t::quantile(0.5 + 0.5 * confidence_level, n - 2.0);
    let at = |step: usize| {
        let x = low + (high - low) * step as f64 / STEPS as f64;
        let from_mean = x - mean_x;
        let mean = mean_y + slope * from_mean;
        let reach = critical * (variance * (1.0 / n + from_mean * from_mean / xx)).sqrt();
        (x, mean, mean - reach, mean + reach)
    };
    Some(FittedLine { points: (0..=STEPS).map(at).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_what_lm_says() {
        // predict(lm(y ~ x), interval = "confidence") of R 4.2.2 at x = 1 and 5.
        let pairs: Vec<SubjectPair> = [(3.0, 2.0), (1.0, 1.0), (5.0, 4.0), (2.0, 3.0), (4.0, 5.0)]
            .into_iter()
            .map(|(x, y)| SubjectPair { subject: 0, x, y })
            .collect();
        let line = fit(&pairs, 0.95).unwrap();
        let (first, last) = (line.points.first().unwrap(), line.points.last().unwrap());
        let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-9, "{found} against {wanted}");
        near(first.1, 1.4);
        near(first.2, FIRST_LOW);
        near(last.1, 4.6);
        near(last.3, LAST_HIGH);
        assert!(fit(&pairs[..3], 0.95).is_none());
    }

    const FIRST_LOW: f64 = -1.30039523587382;
    const LAST_HIGH: f64 = 7.30039523587382;
}
