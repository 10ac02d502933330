//! Second Look: an ALS trial's files, analysed again.
//!
//! Layers import only downwards; `tests/architecture.rs` holds them to it. See ARCHITECTURE.md.

pub mod analysis;
#[cfg(feature = "app")]
pub mod browser;
#[cfg(feature = "chart")]
pub mod chart;
pub mod engine;
pub mod export;
pub mod import;
pub mod order;
pub mod report;
pub mod stats;
pub mod trial;
#[cfg(feature = "app")]
pub mod ui;

/// Which build this is: the commit it was made from, or `dev`. Page and worker compare it; messages about faults name it.
pub const BUILD: &str = match option_env!("SECOND_LOOK_BUILD") {
    Some(build) => build,
    None => "dev",
};
