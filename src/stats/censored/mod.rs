//! Values of which only bounds are known.

mod censored_regression;

pub use censored_regression::{
    CensoredCoefficient, CensoredRegressionFit, CensoredRegressionOptions, fit_censored_regression,
};
