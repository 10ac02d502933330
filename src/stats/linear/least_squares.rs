#![allow(clippy::unimplemented, unused_variables)]
use crate::stats::{Interval, StatError};

/// The columns of a linear model, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    n_rows: usize,
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl Design {
    /// A design of `n_rows` rows with no column yet.
    pub fn new(n_rows: usize) -> Self {
        unimplemented!()
    }

    /// The same design with one more column on its right. Fails when the column's length is not `n_rows`.
    pub fn with_column(self, name: impl Into<String>, values: Vec<f64>) -> Result<Self, StatError> {
        unimplemented!()
    }

    /// The same design with a column of ones, called "(Intercept)", on its right.
    pub fn with_intercept(self) -> Self {
        unimplemented!()
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        unimplemented!()
    }

    /// The columns' names, in order; `StatError::Singular` counts along them.
    pub fn names(&self) -> &[String] {
        unimplemented!()
    }

    /// The columns' values, in order, each `n_rows` long.
    pub fn columns(&self) -> &[Vec<f64>] {
        unimplemented!()
    }
}

/// A least-squares fit.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastSquaresFit {
    /// The design's column names, in the order of `coefficients`.
    pub names: Vec<String>,
    /// Number of rows.
    pub n: usize,
    /// One per column, in response units per unit of the column.
    pub coefficients: Vec<f64>,
    /// Standard error of each coefficient.
    pub std_errors: Vec<f64>,
    /// (X'X)^-1, row by row; times `residual_variance` it is the coefficients' covariance.
    pub unscaled_covariance: Vec<Vec<f64>>,
    /// Residual sum of squares over `df_residual`, in squared response units.
    pub residual_variance: f64,
    /// Rows minus columns.
    pub df_residual: f64,
    /// Share of the response's sum of squares that the columns explain: about the mean when the columns hold a
    /// constant, about 0 otherwise. 0 to 1.
    pub r_squared: f64,
    /// Response minus fitted value, row by row.
    pub residuals: Vec<f64>,
}

/// A weighted sum of coefficients, with its doubt, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Sum of weight times coefficient.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Residual degrees of freedom.
    pub df: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    /// Confidence interval of the estimate.
    pub interval: Interval,
}
pub fn fit_least_squares(design: &Design, response: &[f64]) -> Result<LeastSquaresFit, StatError> {
    unimplemented!()
}

pub fn linear_contrast(fit: &LeastSquaresFit, weights: &[f64], confidence_level: f64) -> Result<Contrast, StatError> {
    unimplemented!()
}
