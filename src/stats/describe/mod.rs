//! One column of numbers, described.

mod quantile;
mod summary;

pub use quantile::estimate_quantile;
pub use summary::{Summary, estimate_summary, mean_interval};
