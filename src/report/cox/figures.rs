use super::{CoxView, interval_text, ratio_text};
use crate::analysis::cox::{HazardPanel, InfluenceDetail, choice_words, log_of, ratio_of};
use crate::analysis::{Finding, Term};
use crate::report::axis::round_axis;
use crate::report::change::{capitalised, hue};
use crate::report::figure::{
    Axis, Figure, Forest, ForestHeaders, ForestRow, Hue, Scatter, ScatterBand, ScatterGroup, ScatterLine, ScatterPoint,
    Tick,
};
use crate::report::label::{joined, month_phrase, outcome_label, time_number};
use crate::report::number::{format_fixed, format_p_equation, format_significant};
use crate::report::page::FigureView;

/// Arms whose residuals are drawn; the table has all.
const HAZARD_KEYS: [&str; 4] = ["check-hazards-1", "check-hazards-2", "check-hazards-3", "check-hazards-4"];
const INFLUENCE_KEYS: [&str; 4] = ["check-influence-1", "check-influence-2", "check-influence-3", "check-influence-4"];

/// Ratios beyond these are pointed at, not shown.
const FURTHEST: f64 = 64.0;

/// About so many times are written under the residuals.
const TICKS_OF_TIME: usize = 7;

/// A logarithmic axis of ratios: data are logarithms, ticks are ratios.
fn ratio_axis(label: String, low: f64, high: f64) -> Axis {
    let (low, high) = (low.clamp(1.0 / FURTHEST, 0.5), high.clamp(2.0, FURTHEST));
    let mut ticks = Vec::new();
    let mut at = 1.0 / FURTHEST;
    while at < low / 1.0001 {
        at *= 2.0;
    }
    let lowest = if at > low * 1.0001 { at / 2.0 } else { at };
    let mut at = lowest;
    loop {
        ticks.push(Tick { at: log_of(at), label: format_significant(at, 3) });
        if at >= high / 1.0001 {
            break;
        }
        at *= 2.0;
    }
    // On a wide axis every second tick, 1 among them.
    if ticks.len() > 9 {
        ticks.retain(|tick| (tick.at / log_of(2.0)).round() as i64 % 2 == 0);
    }
    let end = |tick: Option<&Tick>, or: f64| tick.map_or(or, |tick| tick.at);
    Axis { label, min: end(ticks.first(), 0.0).min(log_of(low)), max: end(ticks.last(), 1.0).max(log_of(high)), ticks }
}

fn logarithm(ratio: Option<f64>) -> Option<f64> {
    ratio.filter(|ratio| *ratio > 0.0).map(log_of)
}

impl CoxView<'_> {
    fn forest_row(&self, row: &Finding, label: String, counts: String) -> ForestRow {
        let interval = interval_text(row.conf_low, row.conf_high);
        let detail = match (row.estimate, &interval) {
            (Some(ratio), Some(interval)) => format!("{} ({interval})", ratio_text(ratio)),
            (Some(ratio), None) => ratio_text(ratio),
            (None, Some(interval)) => interval.clone(),
            (None, None) => "no answer".to_owned(),
        };
        let place = self.place(row.group.as_deref().unwrap_or_default());
        let is_open = row.conf_low.is_some() != row.conf_high.is_some();
        // An open side ends beyond the axis, where it is pointed at.
        let beyond = |side: Option<f64>, away: f64| logarithm(side).or(is_open.then_some(away));
        ForestRow {
            hint: format!(
                "{label}: hazard ratio {detail}{}",
                row.p_value.map(|p| format!(", {}", format_p_equation(p))).unwrap_or_default()
            ),
            label,
            counts,
            detail,
            hue: hue(place),
            estimate: logarithm(row.estimate),
            low: beyond(row.conf_low, -20.0),
            high: beyond(row.conf_high, 20.0),
            ..ForestRow::default()
        }
    }

    /// "12/31 vs 9/33".
    fn counts(&self, term: Term, arm: &str, contrast: Option<&str>) -> String {
        let of = |arm: &str| {
            let own = |row: &&Finding| {
                row.group.as_deref() == Some(arm) && (contrast.is_none() || row.contrast.as_deref() == contrast)
            };
            let row = self.rows(term).find(own)?;
            Some(format!("{}/{}", format_fixed(row.estimate?, 0), row.n?))
        };
        of(arm).zip(of(self.control())).map(|(own, control)| format!("{own} vs {control}")).unwrap_or_default()
    }

    fn choice_label(&self, row: &Finding) -> String {
        let words = choice_words(row.note.as_deref().unwrap_or_default());
        match row.group.as_deref().filter(|_| self.treated().len() > 1) {
            Some(arm) => format!("{arm}: {words}"),
            None => capitalised(words),
        }
    }

    /// Rows that say the same as the main one are left to the table.
    fn is_other(&self, row: &Finding) -> bool {
        let main = self.arm_row(Term::HazardRatio, row.group.as_deref().unwrap_or_default());
        main.is_none_or(|main| main.method != row.method || main.n != row.n)
    }

    pub(super) fn forest_figure(&self) -> Option<FigureView> {
        let mut rows: Vec<ForestRow> = Vec::new();
        let heading =
            |label: String, detail: String| ForestRow { label, detail, is_heading: true, ..ForestRow::default() };
        let main: Vec<&Finding> = self.rows(Term::HazardRatio).collect();
        let is_adjusted = !self.cox.covariates.is_empty();
        for row in &main {
            let arm = row.group.clone().unwrap_or_default();
            let label = if is_adjusted { format!("{arm}, adjusted") } else { arm.clone() };
            let counts = self.counts(Term::Events, &arm, None);
            rows.push(ForestRow { is_emphasised: true, ..self.forest_row(row, label, counts) });
        }
        let others: Vec<&Finding> = self.rows(Term::HazardRatioByModel).filter(|row| self.is_other(row)).collect();
        if !others.is_empty() {
            rows.push(heading("By other choices".into(), String::new()));
            rows.extend(others.iter().map(|row| self.forest_row(row, self.choice_label(row), String::new())));
        }
        for subgroup in &self.cox.subgroups {
            let own: Vec<&Finding> = self
                .rows(Term::SubgroupHazardRatio)
                .filter(|row| {
                    row.contrast.as_deref().is_some_and(|one| one.starts_with(&format!("{}: ", subgroup.column)))
                })
                .collect();
            let wanted = format!("arm × {}", subgroup.column);
            let test = self.rows(Term::Interaction).find(|row| row.contrast.as_deref() == Some(wanted.as_str()));
            let p = test.and_then(|row| row.p_value);
            let p = p.map(|p| format!("interaction {}", format_p_equation(p))).unwrap_or_default();
            let declared = if subgroup.declared { "" } else { ", not declared" };
            if own.is_empty() && p.is_empty() {
                continue;
            }
            rows.push(heading(format!("{}{declared}", capitalised(&outcome_label(&subgroup.column))), p));
            for row in own {
                let contrast = row.contrast.as_deref().unwrap_or_default();
                let level = contrast.split_once(": ").map_or(contrast, |(_, level)| level);
                let arm = row.group.as_deref().unwrap_or_default();
                let label = if self.treated().len() > 1 { format!("{level}, {arm}") } else { level.to_owned() };
                rows.push(self.forest_row(row, label, self.counts(Term::SubgroupEvents, arm, Some(contrast))));
            }
        }
        if !rows.iter().any(|row| row.estimate.is_some() || row.low.is_some()) {
            return None;
        }
        let within = |value: &f64| value.abs() < 19.0;
        let values = || rows.iter().flat_map(|row| [row.estimate, row.low, row.high]).flatten().filter(within);
        let low = values().fold(0.0, f64::min);
        let high = values().fold(0.0, f64::max);
        let described: Vec<String> = rows.iter().filter(|row| row.is_emphasised).map(|row| row.hint.clone()).collect();
        let favours = match self.treated() {
            [arm] => (format!("fewer events in {arm}"), format!("fewer in {}", self.control())),
            _ => (format!("fewer events than in {}", self.control()), "more events".to_owned()),
        };
        Some(FigureView {
            key: "hazard-ratios",
            title: format!("Hazard ratios of {}", self.event()),
            aside: format!("against {}, {} CI", self.control(), self.level()),
            description: format!(
                "Hazard ratios with {} confidence intervals, the chosen model first. {}.",
                self.level(),
                joined(&described)
            ),
            figure: Figure::Forest(Forest {
                x: ratio_axis("Hazard ratio, logarithmic".to_owned(), ratio_of(low), ratio_of(high)),
                reference_x: Some(0.0),
                rows,
                headers: Some(ForestHeaders {
                    label: String::new(),
                    counts: "Events / people".to_owned(),
                    detail: format!("Hazard ratio ({} CI)", self.level()),
                }),
                favours: Some(favours),
                ..Forest::default()
            }),
        })
    }

    pub(super) fn hazard_figures(&self) -> Vec<FigureView> {
        let panels = self.detail.hazards.iter().filter(|panel| !panel.points.is_empty());
        panels.zip(HAZARD_KEYS).map(|(panel, key)| self.hazard_figure(panel, key)).collect()
    }

    fn hazard_figure(&self, panel: &HazardPanel, key: &'static str) -> FigureView {
        let unit = self.detail.time_unit;
        let arm = self.detail.arm_names.get(panel.arm).cloned().unwrap_or_default();
        let ends = |of: fn(&(f64, f64, f64, f64)) -> f64| panel.smooth.iter().map(of);
        let values =
            || panel.points.iter().map(|point| point.residual).chain(ends(|one| one.2)).chain(ends(|one| one.3));
        let low = values().fold(panel.log_ratio.min(0.0), f64::min);
        let high = values().fold(panel.log_ratio.max(0.0), f64::max);
        // Times where they stand on the scale of the test, evenly far apart.
        let (first, last) = panel
            .points
            .first()
            .zip(panel.points.last())
            .map_or((0.0, 1.0), |(first, last)| (first.transformed, last.transformed));
        let mut ticks: Vec<Tick> = Vec::new();
        let step = (last - first) / (TICKS_OF_TIME - 1) as f64;
        for point in &panel.points {
            if ticks.last().is_none_or(|tick| point.transformed >= tick.at + 0.9 * step) {
                ticks.push(Tick { at: point.transformed, label: time_number(point.month, unit) });
            }
        }
        let (min, max) = if last > first { (first, last) } else { (first - 0.5, last + 0.5) };
        let pad = 0.02 * (max - min);
        let x = Axis {
            label: format!("{} of the event, spaced by {}", unit.heading(), self.cox.ph_transform.words()),
            min: min - pad,
            max: max + pad,
            ticks,
        };
        let groups = self
            .detail
            .arm_names
            .iter()
            .enumerate()
            .map(|(place, name)| ScatterGroup {
                name: format!("event in {name}"),
                hue: hue(place),
                is_hollow: false,
                points: panel
                    .points
                    .iter()
                    .filter(|point| point.arm == place)
                    .map(|point| ScatterPoint {
                        x: point.transformed,
                        y: point.residual,
                        hint: format!("Event in {name}, {}", month_phrase(point.month, unit)),
                        ..ScatterPoint::default()
                    })
                    .collect(),
            })
            .filter(|group: &ScatterGroup| !group.points.is_empty())
            .collect();
        let level = |y: f64| vec![(x.min, y), (x.max, y)];
        let mut lines = vec![
            ScatterLine { name: "no difference".into(), hue: Hue::Neutral, is_dashed: true, points: level(0.0) },
            ScatterLine {
                name: format!("the model’s {}", format_fixed(panel.log_ratio, 2)),
                hue: hue(panel.arm),
                is_dashed: true,
                points: level(panel.log_ratio),
            },
        ];
        let mut bands = Vec::new();
        if !panel.smooth.is_empty() {
            lines.push(ScatterLine {
                name: format!("smooth, {} band", self.level()),
                hue: hue(panel.arm),
                is_dashed: false,
                points: panel.smooth.iter().map(|one| (one.0, one.1)).collect(),
            });
            bands.push(ScatterBand {
                hue: hue(panel.arm),
                points: panel.smooth.iter().map(|one| (one.0, one.2, one.3)).collect(),
            });
        }
        let p = self.rows(Term::ProportionalHazards).next().and_then(|row| row.p_value);
        let told = p.map(|p| format!(" Test of no change: {}.", format_p_equation(p))).unwrap_or_default();
        let change = panel.smooth.first().zip(panel.smooth.last()).map(|(first, last)| {
            format!(
                " The smooth log hazard ratio goes from {} to {}.",
                format_fixed(first.1, 2),
                format_fixed(last.1, 2)
            )
        });
        FigureView {
            key,
            title: format!("Does the hazard ratio of {arm} change?"),
            aside: "a point for each event, scaled Schoenfeld residuals".to_owned(),
            description: format!(
                "Log hazard ratio of {arm} over time, by scaled Schoenfeld residuals.{}{told}",
                change.unwrap_or_default()
            ),
            figure: Figure::Scatter(Scatter {
                y: round_axis(format!("Log hazard ratio, {arm}"), low, high, 5),
                x,
                groups,
                lines,
                bands,
                ..Scatter::default()
            }),
        }
    }

    pub(super) fn influence_figures(&self) -> Vec<FigureView> {
        let details = self.detail.influence.iter().filter(|one| !one.points.is_empty());
        details.zip(INFLUENCE_KEYS).map(|(one, key)| self.influence_figure(one, key)).collect()
    }

    fn influence_figure(&self, detail: &InfluenceDetail, key: &'static str) -> FigureView {
        let arm = self.detail.arm_names.get(detail.arm).cloned().unwrap_or_default();
        let values = || detail.points.iter().map(|point| point.dfbeta);
        let low = values().fold(0.0, f64::min);
        let high = values().fold(0.0, f64::max);
        let last = detail.points.iter().map(|point| point.rank).max().unwrap_or(1);
        let mut groups = Vec::new();
        for (place, name) in self.detail.arm_names.iter().enumerate() {
            for is_event in [true, false] {
                let own = detail.points.iter().filter(|point| point.arm == place && point.is_event == is_event);
                let points: Vec<ScatterPoint> = own
                    .map(|point| ScatterPoint {
                        x: point.rank as f64,
                        y: point.dfbeta,
                        hint: format!(
                            "{}, {name}, {} at {}: moves the log hazard ratio by {}",
                            point.subject_id,
                            if is_event { "event" } else { "last seen" },
                            month_phrase(point.month, self.detail.time_unit),
                            format_fixed(point.dfbeta, 3)
                        ),
                        ..ScatterPoint::default()
                    })
                    .collect();
                if !points.is_empty() {
                    let name = if is_event { format!("{name}, event") } else { format!("{name}, last seen") };
                    groups.push(ScatterGroup { name, hue: hue(place), is_hollow: !is_event, points });
                }
            }
        }
        FigureView {
            key,
            title: format!("Who moves the hazard ratio of {arm}"),
            aside: "dfbeta, a point for each person".to_owned(),
            description: format!(
                "By how much each person moves the log hazard ratio of {arm}, from {} to {}.",
                format_fixed(low, 3),
                format_fixed(high, 3)
            ),
            figure: Figure::Scatter(Scatter {
                x: round_axis("People, from lowering to raising", 1.0, last as f64, 6),
                y: round_axis("Move of the log hazard ratio", low, high, 5),
                groups,
                ..Scatter::default()
            }),
        }
    }
}
