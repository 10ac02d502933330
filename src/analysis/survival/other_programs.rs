//! The same median, and the same share at a month, as other programs print them when nobody chooses.

use super::Question;
use crate::analysis::{AnalysisError, AnalysisId, Finding, Term};
use crate::stats::survival::{FlatStepRule, KaplanMeierOptions, SurvivalIntervalKind, estimate_kaplan_meier};

/// A program and the rules that it prints by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Program {
    /// As it stands in the findings' `method`.
    pub name: &'static str,
    interval: SurvivalIntervalKind,
    flat_step: FlatStepRule,
    /// Whether it prints an interval of the median.
    has_median_interval: bool,
    /// In words.
    pub rule: &'static str,
}

pub const RULES: [Program; 5] = [
    Program {
        name: "R survival",
        interval: SurvivalIntervalKind::Log,
        flat_step: FlatStepRule::MidpointToEnd,
        has_median_interval: true,
        rule: "log scale; middle of the step, to the end of the data",
    },
    Program {
        name: "SAS PROC LIFETEST",
        interval: SurvivalIntervalKind::LogLog,
        flat_step: FlatStepRule::MidpointBetweenEvents,
        has_median_interval: true,
        rule: "log(−log) scale; middle of the step, none if no event ends it",
    },
    Program {
        name: "lifelines",
        interval: SurvivalIntervalKind::LogLog,
        flat_step: FlatStepRule::FirstAtOrBelow,
        has_median_interval: true,
        rule: "log(−log) scale; start of the step",
    },
    Program {
        name: "GraphPad Prism",
        interval: SurvivalIntervalKind::LogLog,
        flat_step: FlatStepRule::MidpointToEnd,
        has_median_interval: false,
        rule: "log(−log) scale, for the curve alone; middle of the step",
    },
    Program {
        name: "statsmodels",
        interval: SurvivalIntervalKind::LogLog,
        flat_step: FlatStepRule::FirstBelow,
        has_median_interval: true,
        rule: "log(−log) scale; end of the step, none if no event ends it",
    },
];

pub(super) fn print_as_others(question: &Question<'_>, rows: &mut Vec<Finding>) -> Result<(), AnalysisError> {
    for arm in question.arms {
        for program in &RULES {
            let options = KaplanMeierOptions {
                // Their default, whatever was chosen here.
                confidence_level: 0.95,
                interval_kind: program.interval,
                flat_step: program.flat_step,
            };
            let curve = estimate_kaplan_meier(&arm.found.follow_up(), &options)
                .map_err(|error| AnalysisError::from_stat(&error, &arm.name))?;
            let row = |term: Term| Finding {
                group: Some(arm.name.clone()),
                n: Some(curve.n as u64),
                method: Some(program.name.to_owned()),
                ..question.row(AnalysisId::KaplanMeier, term)
            };
            let median = curve.median;
            rows.push(Finding {
                estimate: median.estimate,
                conf_low: median.low.filter(|_| program.has_median_interval),
                conf_high: median.high.filter(|_| program.has_median_interval),
                note: median.estimate.is_none().then(|| "none".to_owned()),
                ..row(Term::MedianByProgram)
            });
            let milestone = question.months.first().copied();
            if let Some((month, survival)) = milestone.and_then(|month| Some((month, curve.survival_at(month)?))) {
                let interval = curve.step_at(month).and_then(|step| step.interval);
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
