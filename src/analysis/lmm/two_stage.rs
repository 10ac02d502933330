//! Beside the model: each patient's own least-squares slope, then their means.

use super::model::ModelRow;
use crate::analysis::{AnalysisId, Finding, Term};
use crate::stats::compare::{TTestOptions, welch_t_test};
use crate::stats::describe::{estimate_summary, mean_interval};

pub(super) const TWO_STAGE: &str = "each patient’s least-squares slope, Welch’s t";

/// The slopes of each arm's patients with two visits or more.
fn slopes(rows: &[ModelRow], arm: usize) -> Vec<f64> {
    rows.chunk_by(|a, b| a.subject == b.subject)
        .filter(|own| own.first().is_some_and(|row| row.arm == arm))
        .filter_map(|own| {
            let n = own.len() as f64;
            let mean = own.iter().map(|row| row.time).sum::<f64>() / n;
            let square: f64 = own.iter().map(|row| (row.time - mean) * (row.time - mean)).sum();
            let first = own.first().map_or(0.0, |row| row.value);
            let product: f64 = own.iter().map(|row| (row.time - mean) * (row.value - first)).sum();
            (square > 0.0).then(|| product / square)
        })
        .collect()
}

/// `rows`: from the baseline on, a patient's together. What cannot be compared is missing.
pub(super) fn two_stage_rows(rows: &[ModelRow], arm_names: &[String], outcome: &str, level: f64) -> Vec<Finding> {
    let method = Some(TWO_STAGE.to_owned());
    let row = |term: Term, arm: &String| Finding {
        group: Some(arm.clone()),
        method: method.clone(),
        ..Finding::new(AnalysisId::LmmSlope, outcome, term)
    };
    let mut found = Vec::new();
    for (arm, name) in arm_names.iter().enumerate() {
        let Ok(summary) = estimate_summary(&slopes(rows, arm)) else { continue };
        let interval = mean_interval(&summary, level);
        found.push(Finding {
            n: Some(summary.n as u64),
            estimate: Some(summary.mean),
            std_error: summary.std_error,
            conf_low: interval.map(|interval| interval.low),
            conf_high: interval.map(|interval| interval.high),
            ..row(Term::TwoStageSlope, name)
        });
    }
    let control = slopes(rows, 0);
    for (arm, name) in arm_names.iter().enumerate().skip(1) {
        let own = slopes(rows, arm);
        let options = TTestOptions { confidence_level: level };
        let Ok(test) = welch_t_test(&own, &control, &options) else { continue };
        let control_name = arm_names.first().map_or("", String::as_str);
        found.push(Finding {
            contrast: Some(format!("{name} − {control_name}")),
            n: Some((own.len() + control.len()) as u64),
            estimate: Some(test.difference),
            std_error: Some(test.std_error),
            df: Some(test.df),
            statistic: Some(test.t),
            p_value: Some(test.p_value),
            conf_low: Some(test.interval.low),
            conf_high: Some(test.interval.high),
            note: Some("two_stage".to_owned()),
            ..row(Term::DifferenceByModel, name)
        });
    }
    found
}
