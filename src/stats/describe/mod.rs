//! One column of numbers, described.

mod summary;

pub use summary::{Summary, estimate_summary, mean_interval};
