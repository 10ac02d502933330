#![allow(clippy::unimplemented, unused_variables)]
use crate::stats::StatError;

/// One group's share of a log-rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRankGroup {
    /// The group's code.
    pub group: usize,
    /// Number of subjects, at least 1.
    pub n: usize,
    /// Events seen.
    pub observed: f64,
    /// Events expected if the groups shared one hazard.
    pub expected: f64,
    /// Hypergeometric variance of observed minus expected.
    pub variance: f64,
}

/// A log-rank test, two-sided.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// The statistic, chi-squared with `df` degrees of freedom if the hazards are equal.
    pub chi_squared: f64,
    /// Groups with subjects, minus 1.
    pub df: f64,
    pub p_value: f64,
    /// Groups with subjects, in the order of their codes.
    pub groups: Vec<LogRankGroup>,
}
pub fn log_rank_test(times: &[f64], is_event: &[bool], group: &[usize], n_groups: usize) -> Result<LogRank, StatError> {
    unimplemented!()
}
