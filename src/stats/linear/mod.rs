//! Linear models with independent errors.

mod ancova;
mod influence;
mod least_squares;
mod least_squares_means;
mod robust_covariance;
mod slope_homogeneity_test;
mod type_three_test;

pub use ancova::{Ancova, AncovaOptions, ArmContrast, Coefficient, Covariate, FTest, ancova, ancova_design};
pub use influence::{Influence, estimate_influence};
pub use least_squares::{Contrast, Design, LeastSquaresFit, fit_least_squares, linear_contrast};
pub use least_squares_means::{FactorWeights, LeastSquaresMean, LeastSquaresMeansOptions, least_squares_means};
pub use robust_covariance::{StandardError, linear_contrast_with_covariance, robust_covariance};
pub use slope_homogeneity_test::slope_homogeneity_test;
pub use type_three_test::{TermTest, type_three_test};
