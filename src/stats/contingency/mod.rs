//! Counts of subjects by arm and outcome.

mod fisher_exact_test;
mod incidence_rate;
mod odds_ratio;
mod pearson_chi_squared_test;
mod risk_difference;

pub use fisher_exact_test::{FisherExactTest, fisher_exact_test};
pub use incidence_rate::{
    IncidenceRate, IncidenceRateOptions, IncidenceRateTest, RateCount, estimate_incidence_rate, incidence_rate_test,
};
pub use odds_ratio::{OddsRatio, estimate_odds_ratio};
pub use pearson_chi_squared_test::{PearsonChiSquaredOptions, PearsonChiSquaredTest, pearson_chi_squared_test};
pub use risk_difference::{RiskDifference, estimate_risk_difference};

use super::{DEFAULT_CONFIDENCE_LEVEL, StatError, input};

/// What the estimates from a two-by-two table can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoByTwoOptions {
    /// Coverage of the interval, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
}

impl Default for TwoByTwoOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL }
    }
}

/// Subjects with an outcome (responders, say) in two arms, as a paper prints them: 20/32 against 6/27.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoByTwo {
    /// Treated subjects with the outcome.
    pub treated_with: usize,
    /// All treated subjects, at least 1.
    pub treated_n: usize,
    /// Control subjects with the outcome.
    pub control_with: usize,
    /// All control subjects, at least 1.
    pub control_n: usize,
}

impl TwoByTwo {
    fn check(&self, options: &TwoByTwoOptions) -> Result<(), StatError> {
        input::check_confidence_level(options.confidence_level)?;
        for (what, with, n) in
            [("treated arm", self.treated_with, self.treated_n), ("control arm", self.control_with, self.control_n)]
        {
            input::check_at_least(what, 1, n)?;
            if with > n {
                return Err(StatError::OutOfRange { what, value: with as f64 });
            }
        }
        Ok(())
    }
}
