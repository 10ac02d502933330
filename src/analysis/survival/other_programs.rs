//! The same median, and the same share at a month, as other programs print them when nobody chooses.

use super::Question;
use crate::analysis::{AnalysisError, AnalysisId, Finding, Term};
use crate::stats::Interval;
use crate::stats::survival::{
    FlatStepRule, KaplanMeier, KaplanMeierOptions, SurvivalIntervalKind, SurvivalQuantile, estimate_kaplan_meier,
};

/// What is said of a curve that has reached 0, where no scale has an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
enum AtZero {
    /// Nothing.
    NoLimits,
    /// Both limits are 0 there, and 1 while nobody had the event.
    LimitsAreZero,
    /// The times at which one half lies within the limits, if there are any, end there.
    EndsInterval,
}

/// A program and the rules that it prints by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Program {
    /// As it stands in the findings' `method`.
    pub name: &'static str,
    interval: SurvivalIntervalKind,
    flat_step: FlatStepRule,
    /// A flat step that no event ends counts at its start, whatever `flat_step` says.
    is_end_at_start: bool,
    at_zero: AtZero,
    /// Whether it prints an interval of the median.
    has_median_interval: bool,
    /// Whether it prints an interval of the curve.
    has_survival_interval: bool,
    /// Whether people can come under observation late.
    knows_late_entry: bool,
    /// In words.
    pub rule: &'static str,
}

/// What most of them have in common.
const USUAL: Program = Program {
    name: "",
    interval: SurvivalIntervalKind::LogLog,
    flat_step: FlatStepRule::MidpointBetweenEvents,
    is_end_at_start: false,
    at_zero: AtZero::NoLimits,
    has_median_interval: true,
    has_survival_interval: true,
    knows_late_entry: false,
    rule: "",
};

pub const RULES: [Program; 7] = [
    Program {
        name: "R survival, print",
        interval: SurvivalIntervalKind::Log,
        is_end_at_start: true,
        knows_late_entry: true,
        rule: "interval on the log scale; on a flat step the middle between two events, its start if no event ends it",
        ..USUAL
    },
    Program {
        name: "R survival, quantile",
        interval: SurvivalIntervalKind::Log,
        flat_step: FlatStepRule::MidpointToEnd,
        knows_late_entry: true,
        rule: "interval on the log scale; on a flat step the middle, counted to the last observed time if no event ends it",
        ..USUAL
    },
    Program {
        name: "R tern (teal)",
        interval: SurvivalIntervalKind::Plain,
        is_end_at_start: true,
        rule: "interval on the plain scale; the median as R’s print has it",
        ..USUAL
    },
    Program {
        name: "SAS PROC LIFETEST",
        at_zero: AtZero::EndsInterval,
        rule: "interval on the log(−log) scale; on a flat step the middle between two events, none if no event ends it",
        ..USUAL
    },
    Program {
        name: "lifelines",
        flat_step: FlatStepRule::FirstAtOrBelow,
        at_zero: AtZero::LimitsAreZero,
        knows_late_entry: true,
        rule: "interval on the log(−log) scale; on a flat step its start",
        ..USUAL
    },
    Program {
        name: "statsmodels",
        flat_step: FlatStepRule::FirstBelow,
        at_zero: AtZero::EndsInterval,
        has_survival_interval: false,
        knows_late_entry: true,
        rule: "interval of the median on the log(−log) scale, none of the curve; on a flat step its end, none if no event ends it",
        ..USUAL
    },
    Program {
        name: "GraphPad Prism",
        flat_step: FlatStepRule::MidpointToEnd,
        has_median_interval: false,
        rule: "interval of the curve on the log(−log) scale, none of the median; on a flat step the middle, to the end of the curve",
        ..USUAL
    },
];

impl Program {
    fn median(&self, curve: &KaplanMeier) -> Option<SurvivalQuantile> {
        let found = curve.quantile(0.5, self.flat_step)?;
        let start = curve.quantile(0.5, FlatStepRule::FirstAtOrBelow).filter(|_| self.is_end_at_start);
        let zero = curve.steps.iter().find(|step| step.survival == 0.0).map(|step| step.time);
        let (low, high) = match self.at_zero {
            AtZero::NoLimits => (found.low, found.high),
            AtZero::LimitsAreZero => (found.low.or(zero), found.high.or(zero)),
            AtZero::EndsInterval => (found.low, found.high.or(zero).filter(|_| found.low.is_some())),
        };
        Some(SurvivalQuantile {
            estimate: found.estimate.or_else(|| start.and_then(|start| start.estimate)),
            low: low.or_else(|| start.and_then(|start| start.low)).filter(|_| self.has_median_interval),
            high: high.or_else(|| start.and_then(|start| start.high)).filter(|_| self.has_median_interval),
            ..found
        })
    }

    fn interval_at(&self, curve: &KaplanMeier, month: f64, survival: f64) -> Option<Interval> {
        let known = curve.step_at(month).and_then(|step| step.interval);
        let is_certain = self.at_zero == AtZero::LimitsAreZero && (survival == 0.0 || survival == 1.0);
        let certain = is_certain.then_some(Interval { low: survival, high: survival });
        known.or(certain).filter(|_| self.has_survival_interval)
    }
}

pub(super) fn print_as_others(question: &Question<'_>, rows: &mut Vec<Finding>) -> Result<(), AnalysisError> {
    let has_entries = question.found.entries.is_some();
    for arm in question.arms {
        let mut curves: Vec<KaplanMeier> = Vec::new();
        for program in &RULES {
            let row = |term: Term| Finding {
                group: Some(arm.name.clone()),
                n: Some(arm.curve.n as u64),
                method: Some(program.name.to_owned()),
                ..question.row(AnalysisId::KaplanMeier, term)
            };
            if has_entries && !program.knows_late_entry {
                rows.push(Finding { note: Some("no late entry".to_owned()), ..row(Term::MedianByProgram) });
                continue;
            }
            if !curves.iter().any(|curve| curve.options.interval_kind == program.interval) {
                let options = KaplanMeierOptions {
                    // Their default, whatever was chosen here.
                    confidence_level: 0.95,
                    interval_kind: program.interval,
                    flat_step: FlatStepRule::default(),
                };
                let curve = estimate_kaplan_meier(&arm.found.follow_up(), &options)
                    .map_err(|error| AnalysisError::from_stat(&error, &arm.name))?;
                curves.push(curve);
            }
            let own = curves.iter().find(|curve| curve.options.interval_kind == program.interval);
            let Some((curve, median)) = own.and_then(|curve| Some((curve, program.median(curve)?))) else { continue };
            rows.push(Finding {
                estimate: median.estimate,
                conf_low: median.low,
                conf_high: median.high,
                note: median.estimate.is_none().then(|| "none".to_owned()),
                ..row(Term::MedianByProgram)
            });
            let milestone = question.months.first().copied();
            if let Some((month, survival)) = milestone.and_then(|month| Some((month, curve.survival_at(month)?))) {
                let interval = program.interval_at(curve, month, survival);
                rows.push(Finding {
                    at: Some(month),
                    estimate: Some(survival),
                    conf_low: interval.map(|interval| interval.low),
                    conf_high: interval.map(|interval| interval.high),
                    ..row(Term::SurvivalByProgram)
                });
            }
        }
    }
    Ok(())
}
