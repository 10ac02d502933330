//! Times to an event, some of them only known to be longer than observed.

mod kaplan_meier;
mod log_rank;

pub use kaplan_meier::{
    KaplanMeier, KaplanMeierOptions, SurvivalIntervalKind, SurvivalQuantile, SurvivalStep, estimate_kaplan_meier,
};
pub use log_rank::{LogRank, LogRankGroup, log_rank_test};

use super::{StatError, input};

fn check_times(times: &[f64], is_event: &[bool]) -> Result<(), StatError> {
    input::check_equal_lengths("times and events", times.len(), is_event.len())?;
    input::check_finite("times", times)?;
    match times.iter().find(|time| **time < 0.0) {
        Some(value) => Err(StatError::OutOfRange { what: "times", value: *value }),
        None => Ok(()),
    }
}
