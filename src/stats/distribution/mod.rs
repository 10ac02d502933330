//! Tails and quantiles of the distributions that the tests refer to.
//!
//! Plain functions of plain numbers: outside its domain (a NaN, a probability outside 0 to 1, degrees of freedom that
//! are not positive) a function answers NaN. Every routine of this layer checks its input before it asks here.

pub mod chi_squared;
pub mod fisher_f;
pub mod multivariate_normal;
pub mod normal;
pub mod student_t;
