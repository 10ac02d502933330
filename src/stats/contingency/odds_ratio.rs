use super::{TwoByTwo, TwoByTwoOptions};
use crate::stats::distribution::normal;
use crate::stats::{Interval, StatError, real};

/// The odds ratio of a two-by-two table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OddsRatio {
    /// Odds of the outcome among the treated over those among controls; 0 or infinite with an empty cell.
    pub estimate: f64,
    /// Standard error of the natural logarithm; absent with an empty cell.
    pub log_std_error: Option<f64>,
    /// Woolf's confidence interval; absent with an empty cell.
    pub interval: Option<Interval>,
}

/// Odds ratio of an outcome, treated over control, in two independent arms, with Woolf's interval.
///
/// OR = a d / (b c), a and b the treated with and without the outcome, c and d the controls; se of ln OR =
/// sqrt(1/a + 1/b + 1/c + 1/d); interval exp(ln OR -/+ z se).
///
/// Inputs: counts of independent subjects. With an empty cell there is no interval, and nothing is added to the cells:
/// use [`super::fisher_exact_test`]'s. Missing values: not here. Errors: `TooFew` (an empty arm), `OutOfRange` (more
/// with the outcome than subjects; a confidence level), `NoVariation` (the outcome in nobody or in everybody).
/// Limits: rough below about 5 in a cell. An odds ratio is further from 1 than the ratio of the shares, and is easily
/// read as that: 20/32 against 6/27 is 5.8 by odds, 2.8 by shares.
///
/// Source: Woolf, Annals of Human Genetics 19:251-253, 1955. Checked against R 4.2.2
/// `glm(family = binomial)`'s estimate (1e-9) and standard error (1e-6), and the formula worked out in R, relative
/// 1e-12
/// (tests/golden/odds_ratio). SAS PROC FREQ (OR, Wald): the same.
///
/// ```
/// use second_look::stats::contingency::{TwoByTwo, TwoByTwoOptions, estimate_odds_ratio};
/// let counts = TwoByTwo { treated_with: 4, treated_n: 6, control_with: 2, control_n: 6 };
/// let found = estimate_odds_ratio(&counts, &TwoByTwoOptions::default()).unwrap();
/// assert_eq!(found.estimate, 4.0); // 2 over 1/2
/// assert!((found.log_std_error.unwrap() - 1.5_f64.sqrt()).abs() < 1e-15);
/// ```
pub fn estimate_odds_ratio(counts: &TwoByTwo, options: &TwoByTwoOptions) -> Result<OddsRatio, StatError> {
    counts.check(options)?;
    let (a, b) = (counts.treated_with as f64, (counts.treated_n - counts.treated_with) as f64);
    let (c, d) = (counts.control_with as f64, (counts.control_n - counts.control_with) as f64);
    if a + c == 0.0 || b + d == 0.0 {
        return Err(StatError::NoVariation { what: "outcome" });
    }
    let estimate = (a * d) / (b * c);
    let log_std_error = (a * b * c * d > 0.0).then(|| (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt());
    let interval = log_std_error.map(|log_std_error| {
        let reach = normal::critical(options.confidence_level) * log_std_error;
        Interval { low: estimate * real::exp(-reach), high: estimate * real::exp(reach) }
    });
    Ok(OddsRatio { estimate, log_std_error, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(
        treated_with: usize,
        treated_n: usize,
        control_with: usize,
        control_n: usize,
    ) -> Result<OddsRatio, StatError> {
        let counts = TwoByTwo { treated_with, treated_n, control_with, control_n };
        estimate_odds_ratio(&counts, &TwoByTwoOptions::default())
    }

    #[test]
    fn the_index_trials_responders_by_hand() {
        // 20 x 21 / (12 x 6); 1/20 + 1/12 + 1/6 + 1/21.
        let found = of(20, 32, 6, 27).unwrap();
        assert!((found.estimate - 420.0 / 72.0).abs() < 1e-14);
        assert!((found.log_std_error.unwrap() - (0.05_f64 + 1.0 / 12.0 + 1.0 / 6.0 + 1.0 / 21.0).sqrt()).abs() < 1e-15);
        let interval = found.interval.unwrap();
        assert!((interval.low * interval.high / (found.estimate * found.estimate) - 1.0).abs() < 1e-14);
    }

    #[test]
    fn an_empty_cell_leaves_no_interval() {
        assert_eq!(of(3, 3, 1, 4).unwrap(), OddsRatio { estimate: f64::INFINITY, log_std_error: None, interval: None });
        assert_eq!(of(0, 3, 1, 4).unwrap().estimate, 0.0);
    }

    #[test]
    fn what_has_no_odds_says_why() {
        assert_eq!(of(0, 3, 0, 4), Err(StatError::NoVariation { what: "outcome" }));
        assert_eq!(of(3, 3, 4, 4), Err(StatError::NoVariation { what: "outcome" }));
        assert!(matches!(of(1, 2, 0, 0), Err(StatError::TooFew { what: "control arm", .. })));
    }
}
