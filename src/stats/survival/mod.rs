//! Times to an event, some of them only known to be longer than observed.

mod kaplan_meier;
mod log_rank;

pub use kaplan_meier::{
    KaplanMeier, KaplanMeierOptions, SurvivalIntervalKind, SurvivalQuantile, SurvivalStep, estimate_kaplan_meier,
};
pub use log_rank::{LogRank, LogRankGroup, log_rank_test};
