//! Which columns are alike.

mod average_linkage;

pub use average_linkage::{Clustering, Merge, average_linkage};
