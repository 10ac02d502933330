//! Times to an event, some of them only known to be longer than observed.

mod kaplan_meier;
mod log_rank;
mod log_rank_trend;
mod max_combo;
mod risk_sets;

pub use kaplan_meier::{
    KaplanMeier, KaplanMeierOptions, SurvivalIntervalKind, SurvivalQuantile, SurvivalStep, estimate_kaplan_meier,
};
pub use log_rank::{LogRank, LogRankGroup, LogRankOptions, LogRankWeight, log_rank_test};
pub use log_rank_trend::{LogRankTrend, LogRankTrendOptions, log_rank_trend_test};
pub use max_combo::{MaxCombo, MaxComboOptions, MaxComboPart, max_combo_test};

use super::{StatError, input};

/// When subjects were under observation, and whether it ended with the event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FollowUpTimes<'a> {
    /// When observation began (delayed entry): a subject is at risk after `entries` up to and including `times`.
    /// Absent: from the start of time, so that an event at time 0 counts.
    pub entries: Option<&'a [f64]>,
    /// When it ended; at least 0, in one unit, in any order.
    pub times: &'a [f64],
    /// True for an event, false for last seen without it.
    pub is_event: &'a [bool],
}

impl<'a> FollowUpTimes<'a> {
    /// Everybody observed from the start of time.
    pub fn from_start(times: &'a [f64], is_event: &'a [bool]) -> Self {
        Self { entries: None, times, is_event }
    }

    /// `LengthsDiffer`, `NotFinite`, `OutOfRange` (a negative time or entry, an entry not before its time).
    fn check(&self) -> Result<(), StatError> {
        input::check_equal_lengths("times and events", self.times.len(), self.is_event.len())?;
        input::check_finite("times", self.times)?;
        if let Some(value) = self.times.iter().find(|time| **time < 0.0) {
            return Err(StatError::OutOfRange { what: "times", value: *value });
        }
        let Some(entries) = self.entries else { return Ok(()) };
        input::check_equal_lengths("times and entries", self.times.len(), entries.len())?;
        input::check_finite("entries", entries)?;
        match entries.iter().zip(self.times).find(|(entry, time)| **entry < 0.0 || entry >= time) {
            Some((value, _)) => Err(StatError::OutOfRange { what: "entries", value: *value }),
            None => Ok(()),
        }
    }
}
