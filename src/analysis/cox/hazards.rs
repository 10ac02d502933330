//! Does the hazard ratio change with time?

use super::model::{Cohort, Design, matrix_of};
use super::{CLEAR, HazardPanel, HazardPoint, PhTransform, Question, Whole};
use crate::analysis::{AnalysisError, AnalysisId, Finding, Term, TimeNote, thinned};
use crate::order::sort_numbers;
use crate::stats::distribution::normal;
use crate::stats::survival::{ChiSquaredTest, ProportionalHazards, proportional_hazards_test};

/// Points of a smooth curve.
const CURVE_POINTS: usize = 40;

/// What the test calls the arms.
const ARM: &str = "arm";

pub(super) fn test_hazards(question: &mut Question<'_>, whole: &Whole) -> Vec<HazardPanel> {
    let cohort = question.cohort.clone();
    let Some((fit, settings)) = &whole.fit else {
        let error = AnalysisError::MonotoneLikelihood { column: whole.monotone.clone().unwrap_or_default() };
        question.unanswered(AnalysisId::CoxPh, None, error);
        return Vec::new();
    };
    let transform = cohort.cox.ph_transform;
    let at_zero =
        cohort.found.times.iter().zip(&cohort.found.is_event).filter(|(time, event)| **event && **time <= 0.0).count();
    if transform == PhTransform::Log && at_zero > 0 {
        let error = AnalysisError::NoLogarithm { what: "time of event".into(), values: at_zero };
        question.unanswered(AnalysisId::CoxPh, None, error);
        return Vec::new();
    }
    let terms: Vec<&[usize]> = whole.design.terms.iter().map(|term| term.columns.as_slice()).collect();
    let follow_up = cohort.found.follow_up();
    let found = cohort.with_options(*settings, |options| {
        proportional_hazards_test(&follow_up, &whole.design.matrix, fit, &terms, transform.of_stats(), options)
    });
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            let error = match error {
                crate::stats::StatError::Singular { .. } => {
                    AnalysisError::TooFew { what: "different times of events".into(), need: 2, got: 1 }
                }
                other => cohort.refusal(&other, &whole.design),
            };
            question.unanswered(AnalysisId::CoxPh, None, error);
            return Vec::new();
        }
    };
    let events = cohort.found.events() as u64;
    let tell = |question: &mut Question<'_>, name: &str, test: &ChiSquaredTest| {
        let row = Finding {
            contrast: Some(name.to_owned()),
            n: Some(events),
            statistic: Some(test.chi_squared),
            df: Some(test.df),
            p_value: Some(test.p_value),
            method: Some(transform.words().to_owned()),
            ..Finding::new(AnalysisId::CoxPh, &cohort.found.name, Term::ProportionalHazards)
        };
        question.rows.push(row);
    };
    for (term, test) in whole.design.terms.iter().zip(&found.terms) {
        tell(question, &term.name, test);
    }
    tell(question, "global", &found.global);
    let arm = whole.design.terms.iter().zip(&found.terms).find(|(term, _)| term.name == ARM);
    let changing: Vec<(String, f64)> = whole
        .design
        .terms
        .iter()
        .zip(&found.terms)
        .filter(|(_, test)| test.p_value < CLEAR)
        .map(|(term, test)| (term.name.clone(), test.p_value))
        .collect();
    for (term, p_value) in changing {
        let is_arm = arm.is_some_and(|(arm, _)| arm.name == term);
        question.doubt(TimeNote::HazardsNotProportional { term, is_arm, p_value });
    }
    panels(&cohort, &whole.design, &found, fit.coefficients.iter().map(|one| one.estimate).collect())
}

fn panels(cohort: &Cohort<'_>, design: &Design, found: &ProportionalHazards, estimates: Vec<f64>) -> Vec<HazardPanel> {
    let quantile = normal::quantile(0.5 + 0.5 * cohort.confidence_level);
    let mut panels = Vec::new();
    for (column, one) in design.columns.iter().enumerate() {
        let (Some(arm), Some(residuals)) = (one.arm, found.scaled_residuals.get(column)) else { continue };
        let mut points: Vec<HazardPoint> = found
            .events
            .iter()
            .zip(residuals)
            .filter_map(|(event, residual)| {
                Some(HazardPoint {
                    month: event.time,
                    transformed: event.transformed_time,
                    residual: (*residual)?,
                    arm: *cohort.found.arms.get(event.row)?,
                })
            })
            .collect();
        crate::order::sort_by(&mut points, |a, b| a.transformed.total_cmp(&b.transformed));
        let at: Vec<(f64, f64)> = points.iter().map(|point| (point.transformed, point.residual)).collect();
        let variance = found.residual_covariance.at(column, column);
        panels.push(HazardPanel {
            arm,
            log_ratio: estimates.get(column).copied().unwrap_or(f64::NAN),
            smooth: smooth(&at, variance, quantile).unwrap_or_default(),
            points: thinned(points),
        });
    }
    panels
}

/// A natural cubic spline of four parameters through the points, as R's `plot.cox.zph` draws it: knots at the ends and
/// at the terciles of the points and of the 40 places of the curve together; band by the residuals' own variance.
pub(super) fn smooth(points: &[(f64, f64)], variance: f64, quantile: f64) -> Option<Vec<(f64, f64, f64, f64)>> {
    let (first, last) = (points.first()?.0, points.last()?.0);
    if last <= first || (last - first).is_nan() {
        return None;
    }
    let places: Vec<f64> =
        (0..CURVE_POINTS).map(|place| first + (last - first) * place as f64 / (CURVE_POINTS - 1) as f64).collect();
    let mut all: Vec<f64> = places.iter().copied().chain(points.iter().map(|one| one.0)).collect();
    sort_numbers(&mut all);
    let knots = [first, quantile_of(&all, 1.0 / 3.0)?, quantile_of(&all, 2.0 / 3.0)?, last];
    if knots.windows(2).any(|pair| matches!(pair, [low, high] if low >= high)) {
        return None;
    }
    // From 0 to 1, so that the normal equations keep their digits.
    let scaled = |x: f64| (x - first) / (last - first);
    let basis = |x: f64| {
        let [_, second, third, _] = knots.map(scaled);
        let x = scaled(x);
        let cube = |knot: f64| (x - knot).max(0.0) * (x - knot).max(0.0) * (x - knot).max(0.0);
        let bend = |knot: f64| (cube(knot) - cube(1.0)) / (1.0 - knot);
        vec![1.0, x, bend(0.0) - bend(third), bend(second) - bend(third)]
    };
    let rows: Vec<Vec<f64>> = points.iter().map(|one| basis(one.0)).collect();
    let columns: Vec<Vec<f64>> =
        (0..4).map(|column| rows.iter().filter_map(|row| row.get(column).copied()).collect()).collect();
    let design = matrix_of(points.len(), &columns);
    let lower = design.transposed_times(&design).cholesky(1e-12)?;
    let response = matrix_of(points.len(), &[points.iter().map(|one| one.1).collect()]);
    let right: Vec<f64> = (0..4).map(|row| design.transposed_times(&response).at(row, 0)).collect();
    let coefficients = lower.lower_transposed_solve(&lower.lower_solve(&right));
    let curve = places.into_iter().map(|x| {
        let weights = basis(x);
        let mean: f64 = weights.iter().zip(&coefficients).map(|(weight, one)| weight * one).sum();
        let solved = lower.lower_solve(&weights);
        let half = quantile * (variance * solved.iter().map(|one| one * one).sum::<f64>()).sqrt();
        (x, mean, mean - half, mean + half)
    });
    Some(curve.collect())
}

/// R's type 7.
fn quantile_of(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * (sorted.len().checked_sub(1)?) as f64;
    let below = place.floor();
    let low = sorted.get(below as usize).copied()?;
    let high = sorted.get(below as usize + 1).copied().unwrap_or(low);
    Some(low + (place - below) * (high - low))
}
