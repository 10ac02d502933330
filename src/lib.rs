//! Second Look: an ALS trial's files, analysed again.
//!
//! Layers import only downwards; `tests/architecture.rs` holds them to it. See ARCHITECTURE.md.

pub mod analysis;
#[cfg(feature = "chart")]
pub mod chart;
pub mod engine;
pub mod export;
pub mod import;
pub mod report;
pub mod stats;
pub mod trial;
