#![allow(clippy::unimplemented, unused_variables)]
use super::{Contrast, Design};
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, StatError};

/// What an analysis of covariance can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AncovaOptions {
    /// Coverage of the intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
}

impl Default for AncovaOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL }
    }
}

/// What the arms are adjusted for; one value per row of the response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Covariate<'a> {
    /// A measured quantity, in any unit; enters as a straight line.
    Numeric { name: &'a str, values: &'a [f64] },
    /// A class, coded 0 to `n_levels` - 1; enters as indicators against its first level that has rows.
    Factor { name: &'a str, codes: &'a [usize], n_levels: usize },
}

/// One arm against control, adjusted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmContrast {
    /// The arm's code, 1 or more.
    pub arm: usize,
    /// Arm minus control, in response units.
    pub contrast: Contrast,
}

/// One coefficient of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// "(Intercept)", "arm=1", a numeric covariate's name, or "factor=level code".
    pub name: String,
    /// Response units per unit of the column.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p-value on the residual degrees of freedom.
    pub p_value: f64,
}

/// An F-test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FTest {
    pub f: f64,
    pub df_numerator: f64,
    pub df_denominator: f64,
    pub p_value: f64,
}

/// An analysis of covariance.
#[derive(Debug, Clone, PartialEq)]
pub struct Ancova {
    /// Number of rows.
    pub n: usize,
    /// Every arm that has rows, in the order of its code, against control (arm 0).
    pub contrasts: Vec<ArmContrast>,
    /// Are the arms equal, given the covariates? Type III.
    pub arm_test: FTest,
    /// All coefficients, in the order of the design's columns.
    pub coefficients: Vec<Coefficient>,
    /// Rows minus coefficients.
    pub residual_df: f64,
    /// Residual standard deviation, in response units.
    pub residual_sd: f64,
    /// Share of the response's variation about its mean that the model explains, 0 to 1.
    pub r_squared: f64,
}
pub fn ancova_design(arm: &[usize], n_arms: usize, covariates: &[Covariate<'_>]) -> Result<Design, StatError> {
    unimplemented!()
}

pub fn ancova(
    response: &[f64],
    arm: &[usize],
    n_arms: usize,
    covariates: &[Covariate<'_>],
    options: &AncovaOptions,
) -> Result<Ancova, StatError> {
    unimplemented!()
}
