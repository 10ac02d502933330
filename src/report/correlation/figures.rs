//! The scatter plot of a pair and the matrix of all.

use super::{Sheet, group_phrase};
use crate::analysis::Term;
use crate::analysis::assay::{LimitSide, Scale};
use crate::analysis::correlation::{PairPoint, Quantity, Variable};
use crate::analysis::levels::ratio_of;
use crate::analysis::responder::Response;
use crate::report::axis::{LogBase, log_level_axis, round_axis};
use crate::report::change::hue;
use crate::report::figure::{
    Axis, Beyond, Figure, HeatCell, HeatMap, Hue, PointLimit, Scatter, ScatterBand, ScatterGroup, ScatterLine,
    ScatterPoint, XMark, YMark,
};
use crate::report::label::variable_label;
use crate::report::number::{format_fixed, format_p_equation, format_significant};
use crate::report::page::FigureView;

/// Of more variables the cells are too small for numbers.
const MOST_WITH_TEXT: usize = 20;

/// Of more they are too small for the zero before the point.
const MOST_WITH_ZERO: usize = 12;

/// r in few letters where the cells are small: -.23.
fn cell_text(value: f64, variables: usize) -> String {
    let text = format_fixed(value, 2);
    if variables > MOST_WITH_ZERO { text.replacen("0.", ".", 1) } else { text }
}

fn beyond(side: LimitSide) -> Option<Beyond> {
    match side {
        LimitSide::Below => Some(Beyond::Below),
        LimitSide::Above => Some(Beyond::Above),
        LimitSide::Unknown => None,
    }
}

impl Sheet<'_> {
    fn is_log(&self, variable: &Variable) -> bool {
        matches!(variable, Variable::Analyte(_)) && self.view.correlation.assay.scale == Scale::Log2
    }

    /// Logarithms are told as the concentrations and ratios that they are of; a slope of logarithms stays one.
    fn is_told_as_ratio(&self, variable: &Variable, quantity: Quantity) -> bool {
        self.is_log(variable) && quantity != Quantity::Slope
    }

    fn axis(&self, variable: &Variable, quantity: Quantity, (low, high): (f64, f64), wanted: usize) -> Axis {
        let label = self.axis_label(variable, quantity);
        if self.is_told_as_ratio(variable, quantity) {
            log_level_axis(label, low, high, LogBase::Two)
        } else {
            round_axis(label, low, high, wanted)
        }
    }

    fn axis_label(&self, variable: &Variable, quantity: Quantity) -> String {
        let label = variable_label(variable);
        let unit = match variable {
            Variable::Analyte(name) => self
                .view
                .overview
                .analytes
                .iter()
                .find(|analyte| &analyte.name == name)
                .and_then(|analyte| analyte.unit.clone()),
            Variable::Outcome(name) => self.view.overview.outcome(name).and_then(|outcome| outcome.unit.clone()),
        };
        let is_log = self.is_log(variable);
        let with_unit = |words: String, unit: Option<String>| match unit {
            Some(unit) => format!("{words}, {unit}"),
            None => words,
        };
        match (quantity, is_log) {
            (Quantity::Change, true) => format!("{label}, ratio to baseline, logarithmic"),
            (Quantity::Change, false) => with_unit(format!("Change in {label}"), unit),
            (Quantity::Slope, true) => format!("{label}, log2 a month"),
            (Quantity::Slope, false) => with_unit(
                format!("Slope of {label}"),
                Some(unit.map_or("a month".into(), |unit| format!("{unit} a month"))),
            ),
            (Quantity::Value, true) => format!("{}, logarithmic", with_unit(label, unit)),
            (Quantity::Value, false) => with_unit(label, unit),
            (Quantity::Baseline, true) => {
                format!("{}, logarithmic", with_unit(format!("{label} at baseline"), unit))
            }
            (Quantity::Baseline, false) => with_unit(format!("{label} at baseline"), unit),
        }
    }

    /// Lines at the limits of quantification.
    fn limit_marks<T>(&self, limits: &[f64], mark: fn(f64, String) -> T) -> Vec<T> {
        let is_log = self.view.correlation.assay.scale == Scale::Log2;
        let told = |limit: f64| if is_log { ratio_of(limit) } else { limit };
        limits.iter().map(|limit| mark(*limit, format!("LLOQ {}", format_significant(told(*limit), 3)))).collect()
    }

    pub(super) fn scatter(&self) -> FigureView {
        let bounds = |pick: fn(&PairPoint) -> f64| {
            self.view
                .detail
                .points
                .iter()
                .map(pick)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
        };
        let reach = |(low, high): (f64, f64), limits: &[f64]| {
            limits.iter().fold((low, high), |(low, high), limit| (low.min(*limit), high.max(*limit)))
        };
        let (x_low, x_high) = reach(bounds(|point| point.x), &self.view.detail.x_limits);
        let (y_low, y_high) = reach(bounds(|point| point.y), &self.view.detail.y_limits);
        let asked = self.view.correlation;
        let told = |variable: &Variable, quantity: Quantity, at: f64| {
            format_significant(if self.is_told_as_ratio(variable, quantity) { ratio_of(at) } else { at }, 3)
        };
        let drawn = |point: &PairPoint| ScatterPoint {
            x: point.x,
            y: point.y,
            hint: format!(
                "{}: {}, {}{}",
                point.subject_id,
                told(&asked.x, asked.quantity, point.x),
                told(&asked.y, asked.quantity_of_y(), point.y),
                if point.x_limit.or(point.y_limit).is_some() { ", beyond a limit" } else { "" }
            ),
            limit: point
                .x_limit
                .or(point.y_limit)
                .map(|_| PointLimit { x: point.x_limit.and_then(beyond), y: point.y_limit.and_then(beyond) }),
            ..ScatterPoint::default()
        };
        let mut groups = Vec::new();
        let arms = self.view.detail.arm_names.iter().enumerate().map(|(place, name)| (Some(place), name.clone()));
        for (place, name) in arms.chain([(None, "No arm".to_owned())]) {
            let hue = place.map_or(Hue::Neutral, hue);
            let has_rule = self.view.correlation.responder.is_some();
            let undefined = (None, "", true);
            let told =
                [(Some(Response::Good), ", good responders", false), (Some(Response::Poor), ", poor responders", true)];
            for (response, suffix, is_hollow) in told.into_iter().chain((!has_rule).then_some(undefined)) {
                let of_group = |point: &&PairPoint| point.arm == place && point.response == response;
                let points: Vec<ScatterPoint> = self.view.detail.points.iter().filter(of_group).map(drawn).collect();
                if !points.is_empty() {
                    groups.push(ScatterGroup {
                        name: format!("{name}{suffix}"),
                        hue,
                        is_hollow: is_hollow && has_rule,
                        points,
                    });
                }
            }
        }
        // Of no arm's colour: their response is unknown.
        if self.view.correlation.responder.is_some() {
            let unknown = |point: &&PairPoint| point.response.is_none();
            let points: Vec<ScatterPoint> = self.view.detail.points.iter().filter(unknown).map(drawn).collect();
            if !points.is_empty() {
                let name = "Response unknown".to_owned();
                groups.push(ScatterGroup { name, hue: Hue::Neutral, is_hollow: true, points });
            }
        }
        let correlation = self.view.correlation;
        let (x, y) = (variable_label(&correlation.x), variable_label(&correlation.y));
        let (mut lines, mut bands) = (Vec::new(), Vec::new());
        if let Some(line) = &self.view.detail.line {
            lines.push(ScatterLine {
                name: format!("Least squares, {}", group_phrase(&self.group())),
                hue: Hue::Neutral,
                is_dashed: false,
                points: line.points.iter().map(|(x, mean, _, _)| (*x, *mean)).collect(),
            });
            bands.push(ScatterBand {
                hue: Hue::Neutral,
                points: line.points.iter().map(|(x, _, low, high)| (*x, *low, *high)).collect(),
            });
        }
        FigureView {
            key: "scatter",
            title: format!("{x} and {y}"),
            aside: format!("{}, a point a person", self.pair_phrase()),
            description: format!("Scatter plot of {x} against {y}, {} people.", self.view.detail.points.len()),
            figure: Figure::Scatter(Scatter {
                x: self.axis(&correlation.x, correlation.quantity, (x_low, x_high), 6),
                y: self.axis(&correlation.y, correlation.quantity_of_y(), (y_low, y_high), 5),
                lines,
                bands,
                groups,
                limit_name: "Beyond a limit".into(),
                marks_x: self.limit_marks(&self.view.detail.x_limits, |at, label| XMark { at, label }),
                marks_y: self.limit_marks(&self.view.detail.y_limits, |at, label| YMark { at, label }),
            }),
        }
    }

    pub(super) fn heat_map(&self) -> Option<FigureView> {
        let variables = &self.view.correlation.matrix;
        if variables.len() < 3 {
            return None;
        }
        let group = self.group();
        let order: Vec<(usize, &Variable)> =
            self.view.detail.order.iter().filter_map(|place| Some((*place, variables.get(*place)?))).collect();
        let labels: Vec<String> = order.iter().map(|(_, variable)| variable_label(variable)).collect();
        let alpha = 1.0 - self.view.plan.confidence_level;
        let cells = order
            .iter()
            .map(|(i, row_variable)| {
                order
                    .iter()
                    .map(|(j, column_variable)| {
                        if i == j {
                            return None;
                        }
                        let row = self.row(row_variable, column_variable, &group, self.coefficient().plain())?;
                        let (value, p) = (row.estimate?, row.p_value?);
                        let holm = self
                            .row(row_variable, column_variable, &group, Term::Holm)
                            .and_then(|row| row.p_value)
                            .map(|p| format!(", {} by Holm", format_p_equation(p)))
                            .unwrap_or_default();
                        Some(HeatCell {
                            value,
                            text: cell_text(value, variables.len()),
                            is_marked: p < alpha,
                            hint: format!(
                                "{} and {}: {} = {}, {}{holm}, n = {}",
                                variable_label(row_variable),
                                variable_label(column_variable),
                                self.symbol(),
                                format_fixed(value, 2),
                                format_p_equation(p),
                                row.n.unwrap_or(0)
                            ),
                            pick: format!("{i},{j}"),
                        })
                    })
                    .collect()
            })
            .collect();
        let pairs = variables.len() * (variables.len() - 1) / 2;
        Some(FigureView {
            key: "matrix",
            title: format!("All pairs, {}", group_phrase(&group)),
            aside: format!(
                "{} of the {}; {}: p < {} unadjusted{}; press a cell for its points",
                self.symbol(),
                self.quantity_phrase(),
                if variables.len() > MOST_WITH_TEXT { "framed" } else { "bold" },
                format_significant(alpha, 2),
                match self.view.overview.analytes.len() {
                    all if all > variables.len() =>
                        format!("; {} of {all} analytes, see the settings", variables.len()),
                    _ => String::new(),
                }
            ),
            description: format!(
                "Matrix of the correlations of {} variables, {pairs} pairs, in {}.",
                variables.len(),
                group_phrase(&group)
            ),
            figure: Figure::HeatMap(HeatMap {
                row_labels: labels.clone(),
                column_labels: labels,
                cells,
                scale_labels: ("−1, opposite".into(), "+1, together".into()),
                ..HeatMap::default()
            }),
        })
    }
}
