use super::{TwoByTwo, TwoByTwoOptions};
use crate::stats::distribution::normal;
use crate::stats::{Interval, StatError};

/// Two shares and their difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskDifference {
    /// Share of the treated with the outcome, 0 to 1.
    pub treated: f64,
    /// Wilson's score interval of that share.
    pub treated_interval: Interval,
    /// Share of controls with the outcome, 0 to 1.
    pub control: f64,
    /// Wilson's score interval of that share.
    pub control_interval: Interval,
    /// Treated minus control, -1 to 1.
    pub difference: f64,
    /// Newcombe's interval of the difference, within -1 to 1.
    pub interval: Interval,
}

/// Difference of two independent shares, treated minus control, with Newcombe's hybrid score interval (his method 10).
///
/// p1 = x1 / n1, p0 = x0 / n0. Wilson's limits l, u of each share p: the roots of (p - r)^2 = z^2 r (1 - r) / n. Interval
/// of p1 - p0: from p1 - p0 - sqrt((p1 - l1)^2 + (u0 - p0)^2) to p1 - p0 + sqrt((u1 - p1)^2 + (p0 - l0)^2). No
/// continuity correction.
///
/// Inputs: counts of independent subjects; 0 and everybody are allowed. Missing values: not here. Errors: `TooFew` (an
/// empty arm), `OutOfRange` (more with the outcome than subjects; a confidence level outside 0 to 1).
/// Limits: approximate, close to its level from about 5 subjects an arm on. Not the inverse of any test beside it:
/// around p = 0.05 they can disagree.
///
/// Source: Newcombe, Statistics in Medicine 17:873-890, 1998, method 10; Wilson, Journal of the American Statistical
/// Association 22:209-212, 1927. Checked against Newcombe's examples as others cite them, four decimals, and the formula
/// with R 4.2.2 `prop.test(correct = FALSE)`'s interval of each share, relative 1e-12 (tests/golden/risk_difference).
/// R's `prop.test` of two shares gives Wald's interval instead. SAS PROC FREQ, RISKDIFF(CL=NEWCOMBE): the same formula.
///
/// ```
/// use second_look::stats::contingency::{TwoByTwo, TwoByTwoOptions, estimate_risk_difference};
/// // Newcombe's first example: 0.2000, 0.0524 to 0.3339.
/// let counts = TwoByTwo { treated_with: 56, treated_n: 70, control_with: 48, control_n: 80 };
/// let found = estimate_risk_difference(&counts, &TwoByTwoOptions::default()).unwrap();
/// assert!((found.difference - 0.2).abs() < 1e-15);
/// assert!((found.interval.low - 0.0524).abs() < 5e-5 && (found.interval.high - 0.3339).abs() < 5e-5);
/// ```
pub fn estimate_risk_difference(counts: &TwoByTwo, options: &TwoByTwoOptions) -> Result<RiskDifference, StatError> {
    counts.check(options)?;
    let z = normal::critical(options.confidence_level);
    let (treated, treated_interval) = share(counts.treated_with as f64, counts.treated_n as f64, z);
    let (control, control_interval) = share(counts.control_with as f64, counts.control_n as f64, z);
    let difference = treated - control;
    let reach = |a: f64, b: f64| (a * a + b * b).sqrt();
    let down = reach(treated - treated_interval.low, control_interval.high - control);
    let up = reach(treated_interval.high - treated, control - control_interval.low);
    let interval = Interval { low: difference - down, high: difference + up };
    Ok(RiskDifference { treated, treated_interval, control, control_interval, difference, interval })
}

/// A share and Wilson's interval.
fn share(with: f64, n: f64, z: f64) -> (f64, Interval) {
    let root = z * (z * z + 4.0 * with * (n - with) / n).sqrt();
    let (middle, width) = (2.0 * with + z * z, 2.0 * (n + z * z));
    // At the ends the limit is the end, which rounding must not miss.
    let low = if with == 0.0 { 0.0 } else { (middle - root) / width };
    let high = if with == n { 1.0 } else { (middle + root) / width };
    (with / n, Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(treated_with: usize, treated_n: usize, control_with: usize, control_n: usize) -> RiskDifference {
        let counts = TwoByTwo { treated_with, treated_n, control_with, control_n };
        estimate_risk_difference(&counts, &TwoByTwoOptions::default()).unwrap()
    }

    #[test]
    fn newcombes_printed_table_is_reproduced() {
        // Table II, method 10.
        let rows = [
            ((56, 70, 48, 80), (0.0524, 0.3339)),
            ((9, 10, 3, 10), (0.1705, 0.8090)),
            ((6, 7, 2, 7), (0.0582, 0.8062)),
            ((5, 56, 0, 29), (-0.0381, 0.1926)),
            ((0, 10, 0, 20), (-0.1611, 0.2775)),
            ((0, 10, 0, 10), (-0.2775, 0.2775)),
            ((10, 10, 0, 20), (0.6791, 1.0)),
            ((10, 10, 0, 10), (0.6075, 1.0)),
        ];
        for ((a, m, b, n), (low, high)) in rows {
            let found = of(a, m, b, n).interval;
            assert!(
                (found.low - low).abs() < 5.1e-5 && (found.high - high).abs() < 5.1e-5,
                "{a}/{m} {b}/{n} {found:?}"
            );
        }
    }

    #[test]
    fn wilsons_limits_solve_their_equation() {
        let found = of(2, 5, 1, 3);
        let z = normal::critical(0.95);
        for r in [found.treated_interval.low, found.treated_interval.high] {
            assert!(((0.4 - r) * (0.4 - r) - z * z * r * (1.0 - r) / 5.0).abs() < 1e-15);
        }
    }

    #[test]
    fn swapping_the_arms_flips_the_sign() {
        let (there, back) = (of(7, 20, 3, 11), of(3, 11, 7, 20));
        assert_eq!(there.difference, -back.difference);
        assert!((there.interval.low + back.interval.high).abs() < 1e-15);
    }

    #[test]
    fn what_has_no_share_says_why() {
        let counts = TwoByTwo { treated_with: 0, treated_n: 0, control_with: 0, control_n: 1 };
        assert!(matches!(
            estimate_risk_difference(&counts, &TwoByTwoOptions::default()),
            Err(StatError::TooFew { what: "treated arm", .. })
        ));
    }
}
