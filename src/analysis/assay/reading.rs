//! An analyte's samples on the plan's scale: what was measured, or the bounds between which the value lies.

use super::{LimitRule, Scale};
use crate::analysis::AnalysisError;
use crate::order;
use crate::stats::real;
use crate::trial::{Measured, Side, Trial};

/// One sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    pub time_months: f64,
    /// `low` = `high` where it was measured; below a limit `low` is -inf (0 as measured), above one `high` is +inf.
    pub low: f64,
    pub high: f64,
    /// What the rule puts in its place; absent where the rule leaves it out.
    pub value: Option<f64>,
    /// The same in the analyte's unit.
    pub level: Option<f64>,
}

impl Reading {
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}

/// An analyte's samples by subject, each sorted by time.
#[derive(Debug, Clone, PartialEq)]
pub struct Readings {
    by_subject: Vec<Vec<Reading>>,
    /// Samples below or above a limit.
    pub beyond: usize,
    /// Those above one.
    pub above: usize,
    /// Samples without a logarithm, which are left out.
    pub not_positive: usize,
    /// Distinct lower limits on the plan's scale, ascending.
    pub lower_limits: Vec<f64>,
}

/// Slack for times that went through days and back.
const SLACK_MONTHS: f64 = 1e-9;

pub fn read_analyte(trial: &Trial, name: &str, scale: Scale, rule: LimitRule) -> Result<Readings, AnalysisError> {
    let analyte = trial
        .analyte(name)
        .ok_or_else(|| AnalysisError::NotInFiles { what: "analyte".into(), name: name.to_owned() })?;
    let on_scale = |value: f64| match scale {
        Scale::Raw => Some(value),
        Scale::Log2 => (value > 0.0).then(|| real::log2(value)),
    };
    let told = |value: f64| match scale {
        Scale::Raw => value,
        Scale::Log2 => real::exp2(value),
    };
    let mut lower_limits: Vec<f64> = Vec::new();
    for sample in &analyte.samples {
        if let Measured::Beyond { side: Side::Below, limit } = sample.value {
            lower_limits.extend(on_scale(limit));
        }
    }
    order::sort_numbers(&mut lower_limits);
    lower_limits.dedup();
    let floor = lower_limits.last().copied();
    // As measured, nothing lies below 0, unless a limit does.
    let below = |at: f64| if scale == Scale::Raw && at > 0.0 { 0.0 } else { f64::NEG_INFINITY };
    let mut readings = Readings {
        by_subject: vec![Vec::new(); trial.subjects.len()],
        beyond: 0,
        above: 0,
        not_positive: 0,
        lower_limits,
    };
    for sample in &analyte.samples {
        let reading = match sample.value {
            Measured::Exact(value) => {
                let floor = floor.filter(|_| rule == LimitRule::LowestRank);
                match (on_scale(value), floor) {
                    (Some(at), floor) if floor.is_none_or(|floor| at >= floor) => Some((at, at, Some(at), Some(value))),
                    (Some(at), floor) => Some((at, at, floor, floor.map(told))),
                    // What has no logarithm lies below every limit, and ranks need none.
                    (None, Some(floor)) => Some((below(floor), floor, Some(floor), Some(told(floor)))),
                    (None, None) => None,
                }
            }
            Measured::Beyond { side, limit } => on_scale(limit).map(|at| {
                readings.beyond += 1;
                readings.above += usize::from(side == Side::Above);
                let stand_in = match (rule, side) {
                    (LimitRule::Exclude, _) => None,
                    (LimitRule::LowestRank, Side::Below) => floor,
                    (_, Side::Above) | (LimitRule::Limit, Side::Below) => Some(at),
                    (LimitRule::HalfLimit, Side::Below) => on_scale(limit / 2.0),
                    (LimitRule::LimitOverSqrt2, Side::Below) => on_scale(limit / f64::sqrt(2.0)),
                };
                match side {
                    Side::Below => (below(at), at, stand_in, stand_in.map(told)),
                    Side::Above => (at, f64::INFINITY, stand_in, stand_in.map(told)),
                }
            }),
        };
        match (reading, readings.by_subject.get_mut(sample.subject)) {
            (Some((low, high, value, level)), Some(of_subject)) => {
                of_subject.push(Reading { time_months: sample.time_months, low, high, value, level });
            }
            (None, _) => readings.not_positive += 1,
            (_, None) => {}
        }
    }
    for of_subject in &mut readings.by_subject {
        order::sort_by(of_subject, |a: &Reading, b: &Reading| a.time_months.total_cmp(&b.time_months));
    }
    Ok(readings)
}

impl Readings {
    pub fn of(&self, subject: usize) -> &[Reading] {
        self.by_subject.get(subject).map_or(&[], Vec::as_slice)
    }

    /// The sample nearest the start within the window; of two equally near, the earlier.
    pub fn baseline(&self, subject: usize, window_months: f64) -> Option<Reading> {
        nearest(self.of(subject), 0.0, window_months)
    }

    /// The sample nearest the month within the window, after the baseline.
    pub fn after(&self, subject: usize, month: f64, window_months: f64, baseline: Reading) -> Option<Reading> {
        let samples = self.of(subject);
        let from = samples.iter().position(|sample| sample.time_months > baseline.time_months + SLACK_MONTHS)?;
        nearest(samples.get(from..)?, month, window_months)
    }

    /// The sample nearest the month within the window, whatever the baseline.
    pub fn nearest(&self, subject: usize, month: f64, window_months: f64) -> Option<Reading> {
        nearest(self.of(subject), month, window_months)
    }
}

fn nearest(samples: &[Reading], month: f64, window_months: f64) -> Option<Reading> {
    let mut best: Option<(f64, Reading)> = None;
    for sample in samples {
        let distance = (sample.time_months - month).abs();
        let is_nearer = best.is_none_or(|(nearest, _)| distance < nearest - SLACK_MONTHS);
        if distance <= window_months + SLACK_MONTHS && is_nearer {
            best = Some((distance, *sample));
        }
    }
    best.map(|(_, sample)| sample)
}
