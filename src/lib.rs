//! Second Look: an ALS trial's files, analysed again.
//!
//! Layers import only downwards; `tests/architecture.rs` holds them to it. See ARCHITECTURE.md.

#[cfg(feature = "chart")]
pub mod chart;
pub mod import;
pub mod report;
pub mod stats;
pub mod trial;
