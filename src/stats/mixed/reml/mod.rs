//! What the models of this family share: columns made orthonormal, the likelihood of patterns of visits, Newton's
//! method, and tests of fixed effects with their degrees of freedom.

pub mod fixed_effects;
pub mod newton;
pub mod pattern_likelihood;
pub mod patterns;
pub mod random_likelihood;
pub mod standardised;
pub mod visit_covariance;
