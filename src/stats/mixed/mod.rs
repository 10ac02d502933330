//! Linear models whose rows hang together: repeated measures of a subject, by restricted maximum likelihood (REML).

mod mmrm;
mod reml;

pub use mmrm::{MmrmFit, MmrmOptions, RepeatedMeasures, fit_mmrm};
pub use reml::fixed_effects::{DfMethod, FixedEffects};
pub use reml::visit_covariance::CovarianceStructure;
