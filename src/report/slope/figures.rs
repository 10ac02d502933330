use super::SlopeView;
use crate::analysis::Term;
use crate::analysis::slope::{Criterion, SubjectSlopeDetail};
use crate::order;
use crate::report::axis::round_axis;
use crate::report::change::hue;
use crate::report::figure::{
    Bar, BarGroup, Bars, Figure, Hue, LegendEntry, Scatter, ScatterGroup, ScatterLine, ScatterPoint,
};
use crate::report::label::joined;
use crate::report::number::{format_fixed, format_interval, format_significant};
use crate::report::page::FigureView;

/// More bars than this are thinner than a line.
const MOST_BARS: usize = 400;

impl SlopeView<'_> {
    fn legend(&self) -> Vec<LegendEntry> {
        let entry = |(place, arm): (usize, &String)| LegendEntry { name: arm.clone(), hue: hue(place) };
        self.detail.arm_names.iter().enumerate().map(entry).collect()
    }

    pub(super) fn responder_figure(&self) -> FigureView {
        let mut described = Vec::new();
        let groups = self
            .slope
            .criteria()
            .into_iter()
            .map(|criterion| {
                let bars = self.detail.arm_names.iter().enumerate().filter_map(|(place, arm)| {
                    let row = self.responder(Term::Share, arm, criterion)?;
                    let count = self.responder(Term::Count, arm, criterion)?.estimate?;
                    let share = row.estimate?;
                    let label = format!("{}%", format_fixed(100.0 * share, 0));
                    let hint = format!(
                        "{arm}, {}: {} of {}, {label}{}",
                        self.criterion_label(criterion),
                        format_fixed(count, 0),
                        row.n.unwrap_or(0),
                        row.conf_low
                            .zip(row.conf_high)
                            .map(|(low, high)| {
                                format!(" ({} CI {}%)", self.level(), format_interval(100.0 * low, 100.0 * high, 0))
                            })
                            .unwrap_or_default()
                    );
                    Some(Bar {
                        hue: hue(place),
                        value: 100.0 * share,
                        low: row.conf_low.map(|low| 100.0 * low),
                        high: row.conf_high.map(|high| 100.0 * high),
                        label,
                        hint,
                        is_marked: false,
                    })
                });
                let bars: Vec<Bar> = bars.collect();
                described.extend(bars.iter().map(|bar| bar.hint.clone()));
                let label = match criterion {
                    Criterion::Percent(percent) => format!("{}%", format_significant(percent, 4)),
                    Criterion::Points(_) => self.criterion_label(criterion).replace("better by at least ", ""),
                };
                BarGroup { label, bars }
            })
            .collect();
        FigureView {
            key: "responders",
            title: "Responders by threshold".to_owned(),
            aside: format!("% of the arm, {} CI by Wilson", self.level()),
            description: format!("Share of responders by threshold and arm. {}.", described.join("; ")),
            figure: Figure::Bars(Bars {
                x_label: "Slope better than before the start by at least".to_owned(),
                y: round_axis("Responders, %", 0.0, 100.0, 5),
                legend: self.legend(),
                groups,
                base_y: 0.0,
                reference_y: None,
            }),
        }
    }

    fn with_both(&self) -> impl Iterator<Item = (&SubjectSlopeDetail, f64)> {
        self.detail.subjects.iter().filter_map(|subject| Some((subject, subject.lead_in?)))
    }

    fn scatter_groups(&self, y: impl Fn(&SubjectSlopeDetail, f64) -> f64) -> Vec<ScatterGroup> {
        self.detail
            .arm_names
            .iter()
            .enumerate()
            .map(|(place, arm)| ScatterGroup {
                name: arm.clone(),
                hue: hue(place),
                is_hollow: false,
                points: self
                    .with_both()
                    .filter(|(subject, _)| subject.arm == place)
                    .map(|(subject, lead_in)| ScatterPoint {
                        x: lead_in,
                        y: y(subject, lead_in),
                        hint: format!(
                            "{}, {arm}: {} before, {} after, {}",
                            subject.subject_id,
                            format_fixed(lead_in, 2),
                            format_fixed(subject.follow_up, 2),
                            self.rate()
                        ),
                        ..ScatterPoint::default()
                    })
                    .collect(),
            })
            .collect()
    }

    pub(super) fn slopes_figure(&self) -> FigureView {
        let values = || self.with_both().flat_map(|(subject, lead_in)| [lead_in, subject.follow_up]);
        let low = values().fold(0.0, f64::min);
        let high = values().fold(0.0, f64::max);
        let x = round_axis(format!("Slope before the start, {}", self.rate()), low, high, 6);
        let y = round_axis(format!("Slope up to {}, {}", self.at(), self.rate()), low, high, 6);
        let better = self.with_both().filter(|(subject, lead_in)| {
            if self.slope.higher_is_better { subject.follow_up > *lead_in } else { subject.follow_up < *lead_in }
        });
        let line = ScatterLine {
            name: "no change".to_owned(),
            hue: Hue::Neutral,
            is_dashed: true,
            points: vec![(x.min, x.min), (x.max, x.max)],
        };
        FigureView {
            key: "slopes",
            title: "Slopes before and after the start".to_owned(),
            aside: format!("{}, a point for each person", self.slope.method.words()),
            description: format!(
                "Slope after the start against slope before it. {} of {} people lie on the better side of the line of no change.",
                better.count(),
                self.with_both().count()
            ),
            figure: Figure::Scatter(Scatter {
                x,
                y,
                groups: self.scatter_groups(|subject, _| subject.follow_up),
                lines: vec![line],
                ..Scatter::default()
            }),
        }
    }

    pub(super) fn regression_figure(&self) -> FigureView {
        let changes = || self.with_both().map(|(subject, lead_in)| subject.follow_up - lead_in);
        let lead_ins = || self.with_both().map(|(_, lead_in)| lead_in);
        let ends = |values: &dyn Fn() -> Vec<f64>| {
            let values = values();
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            (low, values.iter().copied().fold(f64::NEG_INFINITY, f64::max))
        };
        let (x_low, x_high) = ends(&|| lead_ins().collect());
        let on_lines = self.detail.lines.iter().flat_map(|line| &line.points).map(|(_, y)| *y);
        let (y_low, y_high) = ends(&|| changes().chain(on_lines.clone()).chain(std::iter::once(0.0)).collect());
        let lines = self
            .detail
            .lines
            .iter()
            .map(|line| ScatterLine {
                name: String::new(),
                hue: hue(line.arm),
                is_dashed: false,
                points: line.points.clone(),
            })
            .collect();
        let described: Vec<String> = self
            .arms()
            .filter_map(|(_, arm)| {
                let slope = self.described(Term::ChangeOnLeadIn, arm)?.estimate?;
                Some(format!("{} in {arm}", format_fixed(slope, 2)))
            })
            .collect();
        let told = if described.is_empty() { "no line could be laid".to_owned() } else { joined(&described) };
        FigureView {
            key: "regression-to-the-mean",
            title: "Change in slope against the slope before".to_owned(),
            aside: "least-squares line within each arm".to_owned(),
            description: format!(
                "Change in slope against slope before the start. For each {} of lead-in slope the change differs by {told}; 0 if the lead-in slope lasted, −1 if none of it did.",
                if self.rate() == "a month" { "unit".to_owned() } else { self.rate().replacen("points", "point", 1) }
            ),
            figure: Figure::Scatter(Scatter {
                x: round_axis(format!("Slope before the start, {}", self.rate()), x_low, x_high, 6),
                y: round_axis(format!("Change in slope, {}", self.rate()), y_low, y_high, 6),
                groups: self.scatter_groups(|subject, lead_in| subject.follow_up - lead_in),
                lines,
                ..Scatter::default()
            }),
        }
    }

    /// One bar a person, the best first.
    pub(super) fn waterfall_figure(&self) -> FigureView {
        let mut bars: Vec<(f64, &SubjectSlopeDetail)> = if self.detail.has_lead_in {
            self.with_both().map(|(subject, lead_in)| (subject.follow_up - lead_in, subject)).collect()
        } else {
            self.detail.subjects.iter().map(|subject| (subject.follow_up, subject)).collect()
        };
        let sign = if self.slope.higher_is_better { 1.0 } else { -1.0 };
        order::sort_by(&mut bars, |a: &(f64, &SubjectSlopeDetail), b: &(f64, &SubjectSlopeDetail)| {
            (sign * b.0).total_cmp(&(sign * a.0))
        });
        let all = bars.len();
        let stride = all.div_ceil(MOST_BARS).max(1);
        let low = bars.iter().map(|(value, _)| *value).fold(0.0, f64::min);
        let high = bars.iter().map(|(value, _)| *value).fold(0.0, f64::max);
        let what = if self.detail.has_lead_in { "Change in slope" } else { "Slope" };
        let better = bars.iter().filter(|(value, _)| sign * value > 0.0).count();
        let groups = bars
            .iter()
            .step_by(stride)
            .map(|(value, subject)| BarGroup {
                label: String::new(),
                bars: vec![Bar {
                    hue: hue(subject.arm),
                    value: *value,
                    low: None,
                    high: None,
                    label: String::new(),
                    hint: format!(
                        "{}, {}: {} {}",
                        subject.subject_id,
                        self.detail.arm_names.get(subject.arm).map_or("", String::as_str),
                        format_fixed(*value, 2),
                        self.rate()
                    ),
                    is_marked: false,
                }],
            })
            .collect();
        let reference_y = self.detail.has_lead_in.then_some(sign * self.slope.threshold_points);
        let y = match reference_y {
            Some(reference) => {
                round_axis(format!("{what}, {}", self.rate()), low.min(reference), high.max(reference), 5)
            }
            None => round_axis(format!("{what}, {}", self.rate()), low, high, 5),
        };
        let each = if stride > 1 { format!("every {stride}th person") } else { "a bar for each person".to_owned() };
        let line = reference_y.map_or(String::new(), |reference| format!(", line at {}", format_fixed(reference, 2)));
        FigureView {
            key: "waterfall",
            title: format!("{what} of each person"),
            aside: format!("{each}, best first{line}"),
            description: format!(
                "{what} of {all} people from the best to the worst, coloured by arm; {better} have one above zero, counted in the direction that is better."
            ),
            figure: Figure::Bars(Bars {
                x_label: "People, best first".to_owned(),
                y,
                legend: self.legend(),
                groups,
                base_y: 0.0,
                reference_y,
            }),
        }
    }
}
