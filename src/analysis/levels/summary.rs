//! Levels by arm and visit, and the change within an arm.

use super::{Asked, Paired};
use crate::analysis::assay::{Reading, Readings, Scale};
use crate::analysis::{Finding, Term};
use crate::stats::compare::{MannWhitneyMethod, SignedRankOptions, TTestOptions, one_sample_t_test, signed_rank_test};
use crate::stats::describe::{estimate_quantile, estimate_summary, mean_interval};

pub(super) fn describe(asked: &Asked<'_>, name: &str, readings: &Readings, month: f64, rows: &mut Vec<Finding>) {
    let level = asked.plan.confidence_level;
    for arm in 0..asked.arms() {
        let seen: Vec<Reading> = asked
            .population
            .subjects()
            .filter(|&subject| asked.population.arm(subject) == Some(arm))
            .filter_map(|subject| asked.at(readings, subject, month))
            .collect();
        if seen.is_empty() {
            continue;
        }
        let n = seen.len() as u64;
        let below = seen.iter().filter(|reading| reading.low < reading.high && reading.high.is_finite()).count();
        rows.push(Finding {
            n: Some(n),
            estimate: Some(below as f64 / n as f64),
            statistic: Some(below as f64),
            ..asked.row(name, Term::BelowLimit, arm, month)
        });
        let values: Vec<f64> = seen.iter().filter_map(|reading| reading.value).collect();
        let is_ranked = asked.has_ranks_alone(readings);
        if let (Ok(summary), false) = (estimate_summary(&values), is_ranked) {
            let interval = mean_interval(&summary, level).filter(|_| summary.sd > Some(0.0));
            let term = match asked.levels.assay.scale {
                Scale::Raw => Term::Mean,
                Scale::Log2 => Term::GeometricMean,
            };
            rows.push(Finding {
                n: Some(summary.n as u64),
                estimate: Some(asked.told(summary.mean)),
                conf_low: interval.map(|interval| asked.told(interval.low)),
                conf_high: interval.map(|interval| asked.told(interval.high)),
                ..asked.row(name, term, arm, month)
            });
        }
        for (term, share) in [(Term::Median, 0.5), (Term::LowerQuartile, 0.25), (Term::UpperQuartile, 0.75)] {
            // On the scale of measurement, as R's quantile(type = 7) of what was measured.
            let measured: Vec<f64> = seen.iter().filter_map(|reading| reading.level).collect();
            if let Ok(quantile) = estimate_quantile(&measured, share) {
                rows.push(Finding {
                    n: Some(measured.len() as u64),
                    estimate: Some(quantile),
                    ..asked.row(name, term, arm, month)
                });
            }
        }
    }
}

/// Within an arm: the mean change, on the log scale the ratio of geometric means, with the paired t-test.
pub(super) fn describe_changes(
    asked: &Asked<'_>,
    name: &str,
    readings: &Readings,
    paired: &[Paired],
    month: f64,
    rows: &mut Vec<Finding>,
) {
    for arm in 0..asked.arms() {
        let changes: Vec<f64> = paired.iter().filter(|pair| pair.arm == arm).map(|pair| pair.change).collect();
        let Ok(summary) = estimate_summary(&changes) else { continue };
        let interval = mean_interval(&summary, asked.plan.confidence_level).filter(|_| summary.sd > Some(0.0));
        let term = match asked.levels.assay.scale {
            Scale::Raw => Term::MeanChange,
            Scale::Log2 => Term::GeometricMeanRatio,
        };
        let level = asked.plan.confidence_level;
        let test = one_sample_t_test(&changes, &TTestOptions { confidence_level: level }).ok();
        let is_ranked = asked.has_ranks_alone(readings);
        rows.extend((!is_ranked).then(|| Finding {
            n: Some(summary.n as u64),
            estimate: Some(asked.told(summary.mean)),
            std_error: summary.std_error,
            df: test.map(|test| test.df),
            statistic: test.map(|test| test.t),
            p_value: test.map(|test| test.p_value),
            conf_low: interval.map(|interval| asked.told(interval.low)),
            conf_high: interval.map(|interval| asked.told(interval.high)),
            method: Some("paired t-test".to_owned()),
            ..asked.row(name, term, arm, month)
        }));
        if let Ok(test) = signed_rank_test(&changes, &SignedRankOptions { confidence_level: level }) {
            let method = match test.p_method {
                MannWhitneyMethod::Exact => "Wilcoxon signed rank test, exact",
                MannWhitneyMethod::Normal => "Wilcoxon signed rank test, Normal",
            };
            let is_rough = test.interval.is_some() && test.interval_method != test.p_method;
            let interval = if is_rough { "; Normal interval" } else { "" };
            rows.push(Finding {
                n: Some(test.n as u64),
                estimate: test.pseudo_median.map(|median| asked.told(median)),
                statistic: Some(test.w_plus),
                p_value: Some(test.p_value),
                conf_low: test.interval.map(|interval| asked.told(interval.low)),
                conf_high: test.interval.map(|interval| asked.told(interval.high)),
                method: Some(format!("{method}{interval}")),
                ..asked.row(name, Term::SignedRank, arm, month)
            });
        }
    }
}
