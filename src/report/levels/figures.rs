use super::Sheet;
use crate::analysis::assay::{LimitSide, Scale};
use crate::analysis::levels::{LevelsMethod, height_of, log_of, ratio_of};
use crate::analysis::{Finding, Term};
use crate::order;
use crate::report::axis::{LogBase, fitted_axis, log_level_axis, ratio_axis, round_axis};
use crate::report::change::{capitalised, hue};
use crate::report::figure::{
    Axis, Beyond, CountRow, CountRows, Figure, Forest, ForestHeaders, ForestRow, Hue, IntervalPoint, MeanLines,
    MeanSeries, Scatter, ScatterGroup, ScatterLine, ScatterPoint, StripGroup, StripPanel, StripPlot, StripPoint, Tick,
    Trace, YMark,
};
use crate::report::label::{month_phrase, time_heading, time_number};
use crate::report::number::{format_fixed, format_level, format_p, format_p_equation, format_significant};
use crate::report::page::FigureView;
use crate::report::safety::p_axis;

/// So many points of the volcano have their name beside them.
const MOST_LABELS: usize = 8;

/// More people's lines than this hide each other.
const MOST_LINES: usize = 300;

/// Smaller p-values are drawn here.
const SMALLEST_P: f64 = 1e-12;

impl Sheet<'_> {
    fn hue_of(&self, arm: &str) -> Hue {
        self.view.detail.arm_names.iter().position(|name| name == arm).map_or(Hue::Neutral, hue)
    }

    /// Where an estimate lies on the axis: ratios as log2.
    fn place(&self, value: f64) -> f64 {
        if self.is_log() { log_of(value) } else { value }
    }

    fn effect_axis(&self, label: &str, low: f64, high: f64) -> Axis {
        if self.is_log() { ratio_axis(label, low, high) } else { round_axis(label, low, high, 6) }
    }

    fn level_axis(&self, low: f64, high: f64) -> Axis {
        let shown = self.view.asked.shown.as_str();
        let unit = self.unit(shown);
        let label = if unit.is_empty() { shown.to_owned() } else { format!("{shown}, {unit}") };
        if self.is_log() { log_level_axis(label, low, high, LogBase::Two) } else { round_axis(label, low, high, 5) }
    }

    /// An arm against control; with one arm its change.
    fn effect(&self, analyte: &str, arm: &str) -> Option<&Finding> {
        if self.treated().is_empty() {
            self.within(analyte, arm)
        } else {
            self.contrast(analyte, arm, self.method_used())
        }
    }

    /// Those that an effect is of.
    fn compared(&self) -> &[String] {
        if self.treated().is_empty() { &self.view.detail.arm_names } else { self.treated() }
    }

    fn effects_label(&self) -> String {
        match self.treated() {
            [] if self.is_log() => format!("Ratio, {} to baseline", self.at()),
            [] => format!("Change to {}", self.at()),
            [one] => self.contrast_label(one),
            _ => format!("{} to {}", if self.is_log() { "Ratio" } else { "Difference" }, self.control()),
        }
    }

    fn contrast_label(&self, arm: &str) -> String {
        let what = if self.is_log() { "Ratio" } else { "Difference" };
        format!("{what}, {arm} to {}", self.control())
    }

    /// As measured, analytes share no axis: some are a thousand times others, or in another unit.
    fn has_unlike_units(&self) -> bool {
        !self.is_log() && self.view.asked.analytes.len() > 1
    }

    pub(super) fn forest(&self) -> Option<FigureView> {
        if self.method_used() == LevelsMethod::MannWhitney || self.has_unlike_units() {
            return None;
        }
        let arms = self.compared();
        let (mut low_end, mut high_end) = (0.0_f64, 0.0_f64);
        let mut rows = Vec::new();
        for analyte in &self.view.asked.analytes {
            if arms.len() > 1 {
                rows.push(ForestRow { label: analyte.clone(), is_heading: true, ..ForestRow::default() });
            }
            for arm in arms {
                let Some(row) = self.effect(analyte, arm) else { continue };
                let (Some(estimate), Some(low), Some(high)) = (row.estimate, row.conf_low, row.conf_high) else {
                    continue;
                };
                let places = [estimate, low, high].map(|value| self.place(value));
                let [at, left, right] = places;
                low_end = low_end.min(left);
                high_end = high_end.max(right);
                let detail = format!("{} ({})", self.number(estimate), self.interval(low, high));
                rows.push(ForestRow {
                    label: if arms.len() > 1 { arm.clone() } else { analyte.clone() },
                    counts: row.n.unwrap_or(0).to_string(),
                    hint: format!("{analyte}, {arm}: {detail}, {}", format_p_equation(row.p_value.unwrap_or(1.0))),
                    detail,
                    hue: self.hue_of(arm),
                    estimate: Some(at),
                    low: Some(left),
                    high: Some(right),
                    is_emphasised: self.adjusted(analyte, arm, Term::Holm).is_some_and(|p| p < self.alpha()),
                    ..ForestRow::default()
                });
            }
        }
        if rows.iter().all(|row| row.is_heading) {
            return None;
        }
        // A few wild intervals leave the axis rather than squeeze the others.
        let (low_end, high_end) =
            if self.is_log() { (low_end.max(-6.0), high_end.min(6.0)) } else { (low_end, high_end) };
        let name = self.effects_label();
        let favours = match self.treated() {
            [one] => Some((format!("lower with {one}"), format!("higher with {one}"))),
            _ => None,
        };
        let level = format_level(self.view.plan.confidence_level);
        Some(FigureView {
            key: "ratios",
            title: match (self.treated().is_empty(), self.is_log()) {
                (true, _) => "Changes from baseline".into(),
                (false, true) => "Ratios of change between the arms".into(),
                (false, false) => "Differences between the arms".into(),
            },
            aside: format!(
                "{}, {level} CI; strong: below {} after Holm",
                if self.treated().is_empty() { "paired t-test" } else { self.method_used().words() },
                format_significant(self.alpha(), 2)
            ),
            description: format!(
                "{} of {} analytes at {}, with {level} confidence intervals, against no difference.",
                if self.is_log() { "Ratios" } else { "Differences" },
                self.view.asked.analytes.len(),
                self.at()
            ),
            figure: Figure::Forest(Forest {
                x: self.effect_axis(&name, low_end, high_end),
                reference_x: Some(0.0),
                rows,
                headers: Some(ForestHeaders {
                    label: "Analyte".into(),
                    counts: "n".into(),
                    detail: format!("Estimate ({level} CI)"),
                }),
                favours,
                is_without_guide: true,
            }),
        })
    }

    pub(super) fn volcano(&self) -> Option<FigureView> {
        if self.method_used() == LevelsMethod::MannWhitney || self.has_unlike_units() {
            return None;
        }
        let tested = self.tested();
        if tested.len() < 4 {
            return None;
        }
        let height = |p: f64| height_of(p.max(SMALLEST_P));
        let mut sorted: Vec<f64> = tested.iter().map(|(_, _, p, _)| *p).collect();
        order::sort_numbers(&mut sorted);
        let labelled = sorted.get(MOST_LABELS.min(sorted.len()).saturating_sub(1)).copied().unwrap_or(0.0);
        let (mut reach, mut top) = (0.0_f64, height(self.alpha()));
        let mut groups = Vec::new();
        for arm in self.compared() {
            for is_clear in [true, false] {
                let mut points = Vec::new();
                for (analyte, _, p, holm) in tested.iter().filter(|(_, of, _, _)| of == arm) {
                    if (*holm < self.alpha()) != is_clear {
                        continue;
                    }
                    let Some(estimate) = self.effect(analyte, arm).and_then(|row| row.estimate) else {
                        continue;
                    };
                    let x = self.place(estimate);
                    reach = reach.max(x.abs());
                    top = top.max(height(*p));
                    points.push(ScatterPoint {
                        x,
                        y: height(*p),
                        hint: format!(
                            "{analyte}, {arm}: {}, p = {}, Holm {}",
                            self.number(estimate),
                            format_p(*p),
                            format_p(*holm)
                        ),
                        label: if *p <= labelled { (*analyte).to_owned() } else { String::new() },
                        ..ScatterPoint::default()
                    });
                }
                if !points.is_empty() {
                    let suffix = if is_clear { ", clear after Holm" } else { "" };
                    groups.push(ScatterGroup {
                        name: format!("{arm}{suffix}"),
                        hue: self.hue_of(arm),
                        is_hollow: !is_clear,
                        points,
                    });
                }
            }
        }
        let name = self.effects_label();
        let x = self.effect_axis(&name, -reach, reach);
        let line = |p: f64, name: String| ScatterLine {
            name,
            hue: Hue::Neutral,
            is_dashed: true,
            points: vec![(x.min, height(p)), (x.max, height(p))],
        };
        let lines = vec![line(self.alpha(), format!("p = {}, unadjusted", format_significant(self.alpha(), 2)))];
        let cut = if sorted.first().is_some_and(|p| *p < SMALLEST_P) { "; p below 1e−12 drawn there" } else { "" };
        Some(FigureView {
            key: "volcano",
            title: "All changes at once".to_owned(),
            aside: format!("{} tests; filled: clear after Holm{cut}", tested.len()),
            description: format!("Size of the difference against its p-value, {} tests.", tested.len()),
            figure: Figure::Scatter(Scatter {
                y: p_axis("p, unadjusted (up: smaller)", top),
                x,
                groups,
                lines,
                ..Scatter::default()
            }),
        })
    }

    pub(super) fn over_time(&self) -> Option<FigureView> {
        let shown = self.view.asked.shown.as_str();
        let term = match self.view.asked.assay.scale {
            Scale::Raw => Term::Mean,
            Scale::Log2 => Term::GeometricMean,
        };
        let lines = &self.view.detail.lines;
        let stride = lines.len().div_ceil(MOST_LINES).max(1);
        let (mut low_end, mut high_end, mut last, mut first) = (f64::INFINITY, f64::NEG_INFINITY, 0.0_f64, 0.0_f64);
        let mut traces = Vec::new();
        for line in lines.iter().step_by(stride) {
            for point in &line.points {
                low_end = low_end.min(point.value);
                high_end = high_end.max(point.value);
                last = last.max(point.time_months);
                first = first.min(point.time_months);
            }
            traces.push(Trace {
                hue: hue(line.arm),
                points: line.points.iter().map(|point| (point.time_months, point.value)).collect(),
                hint: line.subject_id.clone(),
                ends_in_death: false,
            });
        }
        if traces.is_empty() {
            return None;
        }
        let months: Vec<f64> = [0.0].into_iter().chain(self.view.detail.months.iter().copied()).collect();
        let level = format_level(self.view.plan.confidence_level);
        let mut series = Vec::new();
        let mut counts = Vec::new();
        for (place, arm) in self.view.detail.arm_names.iter().enumerate() {
            let rows: Vec<(f64, &Finding)> =
                months.iter().filter_map(|month| Some((*month, self.row(shown, arm, term, *month)?))).collect();
            let mut points = Vec::new();
            let mut end_label = String::new();
            for (month, row) in &rows {
                let Some(mean) = row.estimate else { continue };
                let (low, high) = (row.conf_low, row.conf_high);
                for end in [Some(mean), low, high].into_iter().flatten().filter(|end| !self.is_log() || *end > 0.0) {
                    low_end = low_end.min(self.place(end));
                    high_end = high_end.max(self.place(end));
                }
                end_label = format_significant(mean, 3);
                let words = low.zip(high).map(|(low, high)| {
                    format!(" ({level} CI {} to {})", format_significant(low, 3), format_significant(high, 3))
                });
                points.push(IntervalPoint {
                    x: *month,
                    y: self.place(mean),
                    low: low.map(|low| self.place(low)),
                    high: high.map(|high| self.place(high)),
                    hint: format!(
                        "{arm}, {}: {}{}, n = {}",
                        month_phrase(*month, self.time_unit()),
                        format_significant(mean, 3),
                        words.unwrap_or_default(),
                        row.n.unwrap_or(0)
                    ),
                });
            }
            if !points.is_empty() {
                series.push(MeanSeries { name: arm.clone(), hue: hue(place), end_label, points });
            }
            let seen = months.iter().filter_map(|month| {
                let row = self.row(shown, arm, Term::BelowLimit, *month)?;
                Some((*month, row.n.unwrap_or(0).to_string()))
            });
            counts.push(CountRow { name: arm.clone(), hue: hue(place), counts: seen.collect() });
        }
        let y = self.level_axis(low_end, high_end);
        let mut x = fitted_axis(time_heading(self.time_unit()), first, last.max(first + 1.0), 6);
        x.ticks = months
            .iter()
            .filter(|month| **month <= last)
            .map(|month| Tick { at: *month, label: time_number(*month, self.time_unit()) })
            .collect();
        let mean = if self.is_log() { "Geometric means" } else { "Means" };
        let thinned =
            if stride > 1 { format!(", a line for every {stride}th person") } else { ", a thin line a person".into() };
        let below =
            self.view.detail.lines.iter().flat_map(|line| &line.points).filter(|point| point.limit.is_some()).count();
        let limits = if below > 0 { format!("; {below} values stand for one beyond a limit") } else { String::new() };
        Some(FigureView {
            key: "levels",
            title: format!("{shown} over time"),
            aside: format!("{mean}, {level} CI{thinned}{limits}"),
            description: format!(
                "{mean} of {shown} by arm over time with {level} confidence intervals; {} people.",
                format_fixed(self.view.detail.lines.len() as f64, 0)
            ),
            figure: Figure::MeanLines(MeanLines {
                x,
                y,
                series,
                traces,
                reference_y: None,
                counts: CountRows { title: "Measured".into(), rows: counts },
            }),
        })
    }

    /// The analyte drawn, at the start and at the month, arm by arm.
    pub(super) fn strips(&self) -> Option<FigureView> {
        let shown = self.view.asked.shown.as_str();
        let month = self.month();
        let lines = &self.view.detail.lines;
        let stride = lines.len().div_ceil(MOST_LINES).max(1);
        let (mut low_end, mut high_end) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut groups = Vec::new();
        let mut marks_y: Vec<YMark> = Vec::new();
        for (arm, name) in self.view.detail.arm_names.iter().enumerate() {
            let visits = [0.0].into_iter().chain((month != 0.0).then_some(month));
            for visit in visits {
                let when = if visit == 0.0 { "baseline".to_owned() } else { month_phrase(visit, self.time_unit()) };
                let mut points = Vec::new();
                let mut n = 0;
                for (subject, line) in lines.iter().enumerate().filter(|(_, line)| line.arm == arm) {
                    let time = if visit == 0.0 { line.start } else { line.later };
                    let Some(point) = time.and_then(|time| line.points.iter().find(|point| point.time_months == time))
                    else {
                        continue;
                    };
                    n += 1;
                    if subject % stride != 0 {
                        continue;
                    }
                    low_end = low_end.min(point.value);
                    high_end = high_end.max(point.value);
                    let value = if self.is_log() { ratio_of(point.value) } else { point.value };
                    points.push(StripPoint {
                        y: point.value,
                        hint: format!(
                            "{}, {when}: {}{}",
                            line.subject_id,
                            format_significant(value, 3),
                            if point.limit.is_some() { ", beyond a limit" } else { "" }
                        ),
                        limit: point.limit.map(|side| match side {
                            LimitSide::Above => Beyond::Above,
                            LimitSide::Below | LimitSide::Unknown => Beyond::Below,
                        }),
                        subject: Some(subject),
                    });
                }
                let quantile = |term| {
                    let row = self.row(shown, name, term, visit)?;
                    row.estimate.filter(|value| !self.is_log() || *value > 0.0).map(|value| (self.place(value), value))
                };
                let (mid, low, high) =
                    (quantile(Term::Median), quantile(Term::LowerQuartile), quantile(Term::UpperQuartile));
                let words = mid.zip(low.zip(high)).map(|((_, mid), ((_, low), (_, high)))| {
                    format!(
                        "{name}, {when}: median {}, quartiles {} and {}, n = {n}",
                        format_significant(mid, 3),
                        format_significant(low, 3),
                        format_significant(high, 3)
                    )
                });
                groups.push(StripGroup {
                    name: capitalised(&when),
                    count: format!("n = {n}"),
                    cluster: name.clone(),
                    hue: hue(arm),
                    points,
                    mid: mid.map(|(at, _)| at),
                    low: low.map(|(at, _)| at),
                    high: high.map(|(at, _)| at),
                    hint: words.unwrap_or_default(),
                });
            }
        }
        if groups.iter().all(|group| group.points.is_empty()) {
            return None;
        }
        for limit in &self.view.detail.lower_limits {
            let told = if self.is_log() { ratio_of(*limit) } else { *limit };
            low_end = low_end.min(*limit);
            high_end = high_end.max(*limit);
            marks_y.push(YMark { at: *limit, label: format!("LLOQ {}", format_significant(told, 3)) });
        }
        let y = self.level_axis(low_end, high_end);
        let thinned = if stride > 1 { format!("; every {stride}th person is drawn") } else { String::new() };
        Some(FigureView {
            key: "strips",
            title: format!("{shown}, person by person"),
            aside: format!("Bar and line: median and quartiles; thin lines join a person’s two samples{thinned}"),
            description: format!(
                "{shown} of each person at baseline and at {}, by arm, with medians and quartiles; {} people.",
                self.at(),
                lines.len()
            ),
            figure: Figure::StripPlot(StripPlot {
                y_label: y.label.clone(),
                legend: Vec::new(),
                limit_name: "Beyond a limit".into(),
                panels: vec![StripPanel { title: String::new(), y, marks_y, groups }],
            }),
        })
    }
}
