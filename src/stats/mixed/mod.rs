//! Linear models whose rows hang together: repeated measures of a subject, by restricted maximum likelihood (REML).

mod linear_mixed;
mod mmrm;
mod reml;

pub use linear_mixed::{
    LinearMixedFit, LinearMixedOptions, RandomCovariance, RandomEffectData, SubjectEffects, fit_linear_mixed,
};
pub use mmrm::{MmrmFit, MmrmOptions, RepeatedMeasures, fit_mmrm};
pub use reml::fixed_effects::{DfMethod, FixedEffects};
pub use reml::visit_covariance::CovarianceStructure;
