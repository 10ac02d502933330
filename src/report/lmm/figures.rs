//! The slope models drawn.

use super::LmmView;
use crate::analysis::Term;
use crate::report::axis::{fitted_axis, round_axis};
use crate::report::change::hue;
use crate::report::figure::{
    Axis, CountRow, CountRows, Figure, Forest, ForestRow, Hue, IntervalPoint, MeanLines, MeanSeries, Scatter,
    ScatterGroup, ScatterLine, ScatterPoint, Tick, Trace,
};
use crate::report::label::{joined, month_phrase, outcome_label, outcome_unit, time_number};
use crate::report::number::{format_fixed, format_interval};
use crate::report::page::FigureView;
use crate::trial::TimeUnit;

/// More points than this look the same as fewer.
const MOST_POINTS: usize = 3000;

impl LmmView<'_> {
    pub(super) fn lines_figure(&self) -> FigureView {
        let unit = self.time_unit();
        let outcome = outcome_label(&self.lmm.visits.outcome);
        let level = self.level();
        let months = self.months();
        let series: Vec<MeanSeries> = self
            .detail
            .arm_names
            .iter()
            .enumerate()
            .map(|(place, arm)| {
                let points = months
                    .iter()
                    .filter_map(|month| {
                        let row = self.at(Term::LsMean, arm, *month)?;
                        let (y, low, high) = (row.estimate?, row.conf_low?, row.conf_high?);
                        Some(IntervalPoint {
                            x: *month,
                            y,
                            low: Some(low),
                            high: Some(high),
                            hint: format!(
                                "{arm}, {}: {} ({level} CI {})",
                                month_phrase(*month, unit),
                                format_fixed(y, 2),
                                format_interval(low, high, 2)
                            ),
                        })
                    })
                    .collect();
                let slope = self.arm_row(Term::Slope, arm).and_then(|row| row.estimate);
                let end_label = slope.map(|slope| format!("{} a month", format_fixed(slope, 2))).unwrap_or_default();
                MeanSeries { name: arm.clone(), hue: hue(place), end_label, points }
            })
            .collect();
        let stride = self.detail.line_stride;
        let traces: Vec<Trace> = self
            .detail
            .lines
            .iter()
            .map(|line| Trace {
                hue: hue(line.arm),
                points: line.points.clone(),
                hint: line.subject_id.clone(),
                ends_in_death: false,
            })
            .collect();
        let values = || traces.iter().flat_map(|trace| &trace.points);
        let ends = || series.iter().flat_map(|series| &series.points);
        let low = values().map(|(_, value)| *value).chain(ends().filter_map(|point| point.low));
        let high = values().map(|(_, value)| *value).chain(ends().filter_map(|point| point.high));
        let (low, high) = (low.fold(f64::INFINITY, f64::min), high.fold(f64::NEG_INFINITY, f64::max));
        let first = values().map(|(month, _)| *month).fold(months.first().copied().unwrap_or(0.0), f64::min);
        let last = values().map(|(month, _)| *month).fold(months.last().copied().unwrap_or(1.0), f64::max);
        let x_label = match unit {
            TimeUnit::Months => "Months from the start",
            TimeUnit::Weeks => "Weeks from the start",
            TimeUnit::Days => "Days from the start",
        };
        let mut x = fitted_axis(x_label, first, last, 8);
        if months.len() <= 13 {
            x.ticks = months.iter().map(|at| Tick { at: *at, label: time_number(*at, unit) }).collect();
        }
        let counts = CountRows {
            title: "People measured".into(),
            rows: self
                .detail
                .arm_names
                .iter()
                .enumerate()
                .map(|(place, arm)| CountRow {
                    name: arm.clone(),
                    hue: hue(place),
                    counts: months
                        .iter()
                        .map(|month| {
                            let n = self.at(Term::ObservedMean, arm, *month).and_then(|row| row.n).unwrap_or(0);
                            (*month, n.to_string())
                        })
                        .collect(),
                })
                .collect(),
        };
        let told: Vec<String> = self
            .detail
            .arm_names
            .iter()
            .filter_map(|arm| {
                let slope = self.arm_row(Term::Slope, arm)?.estimate?;
                Some(format!("{} {} in {arm}", format_fixed(slope, 2), self.rate()))
            })
            .collect();
        let unit_word = outcome_unit(self.overview, &self.lmm.visits.outcome);
        let y_label = if unit_word.is_empty() { outcome.clone() } else { format!("{outcome}, {unit_word}") };
        let thinned = if stride > 1 { format!(", a line for every {stride}th person") } else { String::new() };
        let bend = if self.has_bend() { ", with a bend at month 0" } else { "" };
        FigureView {
            key: "model-lines",
            title: format!("{outcome}: the model’s lines"),
            aside: format!("{level} CI; thin: each person’s values{thinned}"),
            description: format!(
                "The line of each arm as the model has it{bend}, over each person’s values. The slopes are {}.",
                joined(&told)
            ),
            figure: Figure::MeanLines(MeanLines {
                x,
                y: round_axis(y_label, low, high, 5),
                series,
                traces,
                reference_y: None,
                counts,
            }),
        }
    }

    pub(super) fn forest_figure(&self) -> Option<FigureView> {
        let found = self.by_model();
        let several = self.treated().len() > 1;
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        let mut rows = Vec::new();
        for (row, place) in &found {
            let (Some(estimate), Some(from), Some(to)) = (row.estimate, row.conf_low, row.conf_high) else { continue };
            (low, high) = (low.min(from), high.max(to));
            let arm = row.group.as_deref().unwrap_or_default();
            let model = Self::model_label(row);
            let detail = format!("{} ({})", format_fixed(estimate, 2), format_interval(from, to, 2));
            rows.push(ForestRow {
                label: if several { format!("{arm}: {model}") } else { model.clone() },
                hint: format!("{arm}, {model}: {detail}"),
                detail,
                hue: hue(*place),
                estimate: Some(estimate),
                low: Some(from),
                high: Some(to),
                is_emphasised: self.is_chosen(row),
                ..ForestRow::default()
            });
        }
        let estimates = || found.iter().filter_map(|(row, _)| row.estimate);
        let (least, most) = (estimates().fold(f64::INFINITY, f64::min), estimates().fold(f64::NEG_INFINITY, f64::max));
        (!rows.is_empty()).then(|| FigureView {
            key: "by-model",
            title: "What the choice of model does".into(),
            aside: format!("Difference in slope from {}, {}, {} CI", self.control(), self.rate(), self.level()),
            description: format!(
                "The difference in slope by both models, with common and separate baseline and either method of degrees of freedom, and from each person’s own slope. The estimates run from {} to {}.",
                format_fixed(least, 2),
                format_fixed(most, 2)
            ),
            figure: Figure::Forest(Forest {
                x: round_axis(format!("Difference in slope, {}", self.rate()), low, high, 5),
                reference_x: Some(0.0),
                rows,
                ..Forest::default()
            }),
        })
    }

    pub(super) fn quantile_figures(&self) -> Vec<FigureView> {
        let unit = self.time_unit();
        let stride = self.detail.residuals.len().div_ceil(MOST_POINTS).max(1);
        let residuals: Vec<(usize, ScatterPoint)> = self
            .detail
            .residuals
            .iter()
            .step_by(stride)
            .map(|point| {
                let hint = format!(
                    "{}, {}: {}",
                    point.subject_id,
                    month_phrase(point.month, unit),
                    format_fixed(point.standardised, 2)
                );
                (
                    point.arm,
                    ScatterPoint { x: point.normal_quantile, y: point.standardised, hint, ..ScatterPoint::default() },
                )
            })
            .collect();
        let slopes: Vec<(usize, ScatterPoint)> = self
            .detail
            .patients
            .iter()
            .filter_map(|patient| {
                let y = patient.standardised?;
                let hint = format!("{}: slope {}", patient.subject_id, format_fixed(patient.slope, 2));
                Some((patient.arm, ScatterPoint { x: patient.normal_quantile, y, hint, ..ScatterPoint::default() }))
            })
            .collect();
        let mut figures = vec![self.quantile_figure(
            "check-residuals",
            "Are the residuals normal?",
            "Residual, in standard deviations",
            &residuals,
        )];
        if !slopes.is_empty() {
            figures.push(self.quantile_figure(
                "check-slopes",
                "Are the patients’ slopes normal?",
                "A patient’s part of the slope, in standard deviations",
                &slopes,
            ));
        }
        figures
    }

    fn quantile_figure(
        &self,
        key: &'static str,
        title: &str,
        y_label: &str,
        points: &[(usize, ScatterPoint)],
    ) -> FigureView {
        let ends = points.iter().flat_map(|(_, point)| [point.x, point.y]);
        let reach = ends.fold(2.0_f64, |most, value| most.max(value.abs()));
        let furthest = points.iter().fold(0.0_f64, |most, (_, point)| most.max((point.y - point.x).abs()));
        FigureView {
            key,
            title: title.to_owned(),
            aside: "On the line: normal".into(),
            description: format!(
                "{y_label}, against what a normal distribution would have at the same rank: {} points, the furthest {} from the line.",
                points.len(),
                format_fixed(furthest, 2)
            ),
            figure: Figure::Scatter(Scatter {
                x: round_axis("Normal quantile", -reach, reach, 6),
                y: round_axis(y_label, -reach, reach, 6),
                groups: self.groups(points),
                lines: vec![diagonal("normal", -reach, reach)],
                ..Scatter::default()
            }),
        }
    }

    fn groups(&self, points: &[(usize, ScatterPoint)]) -> Vec<ScatterGroup> {
        self.detail
            .arm_names
            .iter()
            .enumerate()
            .map(|(place, name)| ScatterGroup {
                name: name.clone(),
                hue: hue(place),
                is_hollow: false,
                points: points.iter().filter(|(arm, _)| *arm == place).map(|(_, point)| point.clone()).collect(),
            })
            .collect()
    }

    /// Each patient's slope before and after the start.
    pub(super) fn patients_figure(&self) -> Option<FigureView> {
        let stride = self.detail.patients.len().div_ceil(MOST_POINTS).max(1);
        let points: Vec<(usize, ScatterPoint)> = self
            .detail
            .patients
            .iter()
            .step_by(stride)
            .filter_map(|patient| {
                let before = patient.lead_in?;
                let hint = format!(
                    "{}: {} before, {} after",
                    patient.subject_id,
                    format_fixed(before, 2),
                    format_fixed(patient.slope, 2)
                );
                Some((patient.arm, ScatterPoint { x: before, y: patient.slope, hint, ..ScatterPoint::default() }))
            })
            .collect();
        if points.is_empty() {
            return None;
        }
        let ends = || points.iter().flat_map(|(_, point)| [point.x, point.y]);
        let (low, high) = (ends().fold(f64::INFINITY, f64::min), ends().fold(f64::NEG_INFINITY, f64::max));
        let axis = |label: &str| -> Axis { round_axis(format!("{label}, {}", self.rate()), low, high, 5) };
        let better = points.iter().filter(|(_, point)| point.y > point.x).count();
        Some(FigureView {
            key: "patient-slopes",
            title: "Each patient before and after the start".into(),
            aside: "As the model predicts them, drawn to their arm’s mean".into(),
            description: format!(
                "Each patient’s slope after the start against that in the lead-in; {better} of {} lie above the line of no change.",
                points.len()
            ),
            figure: Figure::Scatter(Scatter {
                x: axis("Lead-in slope"),
                y: axis("Slope after the start"),
                groups: self.groups(&points),
                lines: vec![diagonal("no change", low, high)],
                ..Scatter::default()
            }),
        })
    }
}

fn diagonal(name: &str, low: f64, high: f64) -> ScatterLine {
    let points = vec![(low, low), (high, high)];
    ScatterLine { name: name.to_owned(), hue: Hue::Neutral, is_dashed: true, points }
}
