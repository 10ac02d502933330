//! Linear models with independent errors of equal variance.

mod ancova;
mod least_squares;

pub use ancova::{Ancova, AncovaOptions, ArmContrast, Coefficient, Covariate, FTest, ancova, ancova_design};
pub use least_squares::{Contrast, Design, LeastSquaresFit, fit_least_squares, linear_contrast};
