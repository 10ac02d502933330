#![allow(clippy::unimplemented, unused_variables)]
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError};

/// The scale on which a survival interval is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SurvivalIntervalKind {
    /// log(-log S); SAS's default. Stays within 0 to 1.
    #[default]
    LogLog,
    /// S itself, cut at 0 and 1.
    Plain,
    /// log S, cut at 1; R's default.
    Log,
}

/// What a Kaplan-Meier estimate can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KaplanMeierOptions {
    /// Coverage of the pointwise intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
    /// Default log-log.
    pub interval_kind: SurvivalIntervalKind,
}

impl Default for KaplanMeierOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL, interval_kind: SurvivalIntervalKind::LogLog }
    }
}

/// What happened at one distinct time, and the curve from there on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalStep {
    /// In the unit of the input.
    pub time: f64,
    /// Subjects still observed just before `time`.
    pub at_risk: usize,
    /// Events at `time`.
    pub events: usize,
    /// Subjects last seen at `time` without event.
    pub censored: usize,
    /// Estimated probability of surviving beyond `time`, 0 to 1.
    pub survival: f64,
    /// Greenwood's standard error of `survival`; absent once survival is 0.
    pub std_error: Option<f64>,
    /// Pointwise interval of `survival`; absent where its scale has none (survival 0; for log-log also survival 1).
    pub interval: Option<Interval>,
}

/// The time at which a share of the subjects has had the event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalQuantile {
    /// Share of subjects with the event, 0.5 for the median.
    pub probability: f64,
    /// In the unit of the times; absent when the curve does not fall that far.
    pub estimate: Option<f64>,
    /// Lower limit (Brookmeyer-Crowley); absent when the lower curve does not fall that far.
    pub low: Option<f64>,
    /// Upper limit; absent when the upper curve does not fall that far.
    pub high: Option<f64>,
}

/// A Kaplan-Meier estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    /// Number of subjects.
    pub n: usize,
    /// Number of events.
    pub events: usize,
    /// One per distinct time, censoring-only times included, in order of time.
    pub steps: Vec<SurvivalStep>,
    /// Median survival time.
    pub median: SurvivalQuantile,
    /// The options the estimate was made with.
    pub options: KaplanMeierOptions,
}

impl KaplanMeier {
    /// Number of subjects still observed just before `time`.
    pub fn at_risk(&self, time: f64) -> usize {
        unimplemented!()
    }

    /// Estimated probability of surviving beyond `time`; absent after the last observed time unless it is 0 there.
    pub fn survival_at(&self, time: f64) -> Option<f64> {
        unimplemented!()
    }

    /// The last step at or before `time`; absent before the first.
    pub fn step_at(&self, time: f64) -> Option<&SurvivalStep> {
        unimplemented!()
    }

    /// Time by which the share `probability` has had the event. `None` unless `probability` is above 0 and below 1.
    pub fn quantile(&self, probability: f64) -> Option<SurvivalQuantile> {
        unimplemented!()
    }
}
pub fn estimate_kaplan_meier(
    times: &[f64],
    is_event: &[bool],
    options: &KaplanMeierOptions,
) -> Result<KaplanMeier, StatError> {
    unimplemented!()
}
