//! Numbers in, numbers out: no patient, no file, no screen. NaN and infinities are errors here.

pub mod censored;
mod cholesky;
pub mod cluster;
mod combinations;
pub mod compare;
pub mod contingency;
pub mod correlation;
pub mod describe;
pub mod distribution;
mod error;
mod incomplete_beta;
mod incomplete_gamma;
mod input;
pub mod linear;
mod matrix;
mod midrank;
pub mod mixed;
pub mod multiplicity;
pub mod permutation;
mod random;
pub mod rank;
pub mod real;
mod root;
mod saddle_point;
pub mod survival;

pub use error::StatError;
pub use matrix::Matrix;

/// A two-sided confidence interval on the scale of its estimate; `low <= high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// The confidence level used when nobody chose one.
pub const DEFAULT_CONFIDENCE_LEVEL: f64 = 0.95;
