//! The Safety page's figures.

use super::SafetyView;
use crate::analysis::Term;
use crate::analysis::safety::{ArmDetail, ItemDetail, VolcanoPoint};
use crate::order;
use crate::report::axis::round_axis;
use crate::report::figure::{
    Axis, Dot, DotDifference, DotPlot, DotRow, Figure, Hue, LegendEntry, Scatter, ScatterGroup, ScatterLine,
    ScatterPoint, Tick,
};
use crate::report::label::joined;
use crate::report::number::{format_fixed, format_level, format_p, format_significant, plural};
use crate::report::page::FigureView;

/// More rows than this no figure shows well.
const MOST_ROWS: usize = 30;

/// So many points of the volcano have their name beside them.
const MOST_LABELS: usize = 8;

/// So many rows in one place are named when pointed at.
const MOST_NAMES: usize = 6;

impl SafetyView<'_> {
    pub(super) fn dot_plot(&self) -> Option<FigureView> {
        let noun = if self.is_class_level() { "classes" } else { "terms" };
        let shown: Vec<&ItemDetail> = self.frequent().take(MOST_ROWS).collect();
        let first = shown.first()?;
        let arms = self.arms();
        let (mut most, mut low_end, mut high_end) = (0.0_f64, 0.0_f64, 0.0_f64);
        let contrast = self.contrasts().first().copied().filter(|_| self.contrasts().len() == 1);
        let mut rows = Vec::new();
        for item in &shown {
            let name = self.short_name(item);
            let mut dots = Vec::new();
            for arm in &arms {
                let Some(share) = self.estimate(item, arm, Term::Share) else { continue };
                most = most.max(100.0 * share);
                dots.push(Dot {
                    hue: self.hue_of(arm),
                    x: 100.0 * share,
                    hint: format!(
                        "{name}, {}: {} of {} ({}%)",
                        arm.name,
                        self.told(self.row(item, arm, Term::Count)),
                        arm.people,
                        format_fixed(100.0 * share, 1)
                    ),
                });
            }
            let difference = contrast.and_then(|arm| {
                let row = self.row(item, arm, Term::RiskDifference)?;
                let estimate = 100.0 * row.estimate?;
                let (low, high) = (row.conf_low.map(|low| 100.0 * low), row.conf_high.map(|high| 100.0 * high));
                low_end = low_end.min(low.unwrap_or(estimate));
                high_end = high_end.max(high.unwrap_or(estimate));
                Some(DotDifference {
                    hue: self.hue_of(arm),
                    estimate,
                    low,
                    high,
                    hint: format!("{name}: {} percentage points", self.difference_cell(item, arm).text),
                })
            });
            rows.push(DotRow { label: name.to_owned(), dots, difference });
        }
        let legend = arms.iter().map(|arm| LegendEntry { name: arm.name.clone(), hue: self.hue_of(arm) }).collect();
        let difference_axis = contrast.map(|_| round_axis("Percentage points", low_end, high_end, 4));
        let difference_title = contrast
            .zip(self.detail.arms.first())
            .map(|(arm, control)| {
                format!("{} − {}, {} CI", arm.name, control.name, format_level(self.plan.confidence_level))
            })
            .unwrap_or_default();
        let all = self.detail.frequent.len();
        let cut = if all > MOST_ROWS {
            format!("the {MOST_ROWS} most frequent of {all} {noun}")
        } else {
            format!("{all} {noun}")
        };
        let described: Vec<String> = arms
            .iter()
            .filter_map(|arm| {
                let share = self.estimate(first, arm, Term::Share)?;
                Some(format!("{}% in {}", format_fixed(100.0 * share, 0), arm.name))
            })
            .collect();
        Some(FigureView {
            key: "adverse-events",
            title: format!("People with an event: {cut} in at least {} of an arm", self.least()),
            aside: "% of people; most frequent first".into(),
            description: format!(
                "Share of people with each event, by arm. The most frequent is {}: {}.",
                self.short_name(first),
                joined(&described)
            ),
            figure: Figure::DotPlot(DotPlot {
                title: "People with the event".into(),
                x: round_axis("% of people", 0.0, most.max(1.0), 5),
                difference_title,
                difference_axis,
                legend,
                rows,
            }),
        })
    }

    /// With the event, in the point's arm and the control.
    fn people_of(&self, point: &VolcanoPoint) -> f64 {
        let Some(item) = self.detail.items.get(point.item) else { return 0.0 };
        let own = self.detail.arms.iter().enumerate().filter(|(place, _)| *place == 0 || *place == point.arm);
        own.filter_map(|(_, arm)| self.estimate(item, arm, Term::Count)).sum()
    }

    /// Rows with the same counts lie on each other: one point names them all.
    fn volcano_points(&self, place: usize, arm: &ArmDetail, labelled: f64, most_people: f64) -> Vec<ScatterPoint> {
        let mut together: Vec<(&VolcanoPoint, Vec<String>)> = Vec::new();
        for point in self.detail.points.iter().filter(|point| point.arm == place) {
            let Some(item) = self.detail.items.get(point.item) else { continue };
            let name = self.short_name(item).to_owned();
            match together.iter_mut().find(|(other, _)| other.difference == point.difference && other.y == point.y) {
                Some((_, names)) => names.push(name),
                None => together.push((point, vec![name])),
            }
        }
        together
            .into_iter()
            .map(|(point, names)| {
                let is_labelled = point.p_value <= labelled && point.p_value < 0.2;
                let more = names.len().saturating_sub(1);
                let first = names.first().cloned().unwrap_or_default();
                let label = if more > 0 { format!("{first} and {more} more") } else { first };
                let mut named: Vec<String> = names.iter().take(MOST_NAMES).cloned().collect();
                if names.len() > MOST_NAMES {
                    named.push(format!("{} more", names.len() - MOST_NAMES));
                }
                ScatterPoint {
                    x: 100.0 * point.difference,
                    y: point.y,
                    hint: format!(
                        "{}, {}: {} percentage points, p = {}",
                        joined(&named),
                        arm.name,
                        format_fixed(100.0 * point.difference, 1),
                        format_p(point.p_value)
                    ),
                    label: if is_labelled { label } else { String::new() },
                    size: (4.0 * self.people_of(point) / most_people).max(0.3),
                    ..ScatterPoint::default()
                }
            })
            .collect()
    }

    pub(super) fn volcano(&self) -> Option<FigureView> {
        let points = &self.detail.points;
        if points.is_empty() {
            return None;
        }
        let most_people = points.iter().map(|point| self.people_of(point)).fold(1.0, f64::max);
        let mut sorted: Vec<&VolcanoPoint> = points.iter().collect();
        order::sort_by(&mut sorted, |a, b| a.p_value.total_cmp(&b.p_value));
        let labelled = sorted.get(MOST_LABELS.min(sorted.len()).saturating_sub(1)).map_or(0.0, |point| point.p_value);
        let groups = self
            .detail
            .arms
            .iter()
            .enumerate()
            .skip(1)
            .map(|(place, arm)| ScatterGroup {
                name: arm.name.clone(),
                hue: self.hue_of(arm),
                is_hollow: false,
                points: self.volcano_points(place, arm, labelled, most_people),
            })
            .collect();
        let reach = points.iter().map(|point| 100.0 * point.difference.abs()).fold(1.0, f64::max);
        let x = round_axis("Difference to control, percentage points", -reach, reach, 6);
        let top = points.iter().map(|point| point.y).fold(self.detail.line_y, f64::max);
        let y = p_axis("p, Fisher’s exact test (up: smaller)", top);
        let alpha = format_significant(1.0 - self.plan.confidence_level, 3);
        let line =
            |name: String, points: Vec<(f64, f64)>| ScatterLine { name, hue: Hue::Neutral, is_dashed: true, points };
        let lines = vec![
            line(format!("p = {alpha}, not adjusted"), vec![(x.min, self.detail.line_y), (x.max, self.detail.line_y)]),
            line(String::new(), vec![(0.0, y.min), (0.0, y.max)]),
        ];
        let below = points.iter().filter(|point| point.p_value < 1.0 - self.plan.confidence_level).count();
        let noun = if self.is_class_level() { "classes" } else { "terms" };
        Some(FigureView {
            key: "volcano",
            title: format!("Differences and their p-values, all {noun}"),
            aside: "area: people with the event; right: more often than in control".into(),
            description: format!(
                "Each of {} tests by the difference of the shares and the p-value of Fisher’s exact test. {below} {} below {alpha} without adjustment.",
                points.len(),
                plural(below, "lies", "lie")
            ),
            figure: Figure::Scatter(Scatter { x, y, groups, lines, ..Scatter::default() }),
        })
    }
}

/// Of -log10 p, its ticks named by p: 1, 0.1, 0.01.
pub(in crate::report) fn p_axis(label: &str, top: f64) -> Axis {
    let last = top.ceil().max(2.0) as usize;
    let step = last.div_ceil(6);
    let tick = |power: usize| match power {
        0 => "1".to_owned(),
        1..=4 => format!("0.{}1", "0".repeat(power - 1)),
        _ => format!("1e−{power}"),
    };
    let ticks = (0..=last).step_by(step).map(|power| Tick { at: power as f64, label: tick(power) }).collect();
    Axis { label: label.to_owned(), min: 0.0, max: last as f64, ticks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_p_axis_is_named_by_p() {
        let labels: Vec<String> = p_axis("p", 2.4).ticks.into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels, ["1", "0.1", "0.01", "0.001"]);
        assert_eq!(p_axis("p", 0.2).max, 2.0);
        assert_eq!(p_axis("p", 11.0).ticks.len(), 6);
    }
}
