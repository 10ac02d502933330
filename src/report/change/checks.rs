//! Pictures of single patients: every change, and what the model leaves unexplained.

use super::{ChangeView, axis_label, hue};
use crate::analysis::change::{ChangeMethod, PatientChange, ResidualPoint};
use crate::order::sort_by;
use crate::report::axis::round_axis;
use crate::report::figure::{
    Bar, BarGroup, Bars, Figure, Hue, LegendEntry, Scatter, ScatterGroup, ScatterLine, ScatterPoint,
};
use crate::report::label::{month_phrase, outcome_label, outcome_unit};
use crate::report::number::format_fixed;
use crate::report::page::FigureView;

/// More bars than this are a grey area.
const MOST_BARS: usize = 400;

impl ChangeView<'_> {
    /// One bar a patient, from the greatest loss up.
    pub(super) fn waterfall(&self) -> Option<FigureView> {
        let mut patients: Vec<&PatientChange> = self.detail.at_primary.iter().collect();
        if patients.is_empty() || patients.len() > MOST_BARS {
            return None;
        }
        sort_by(&mut patients, |a: &&PatientChange, b: &&PatientChange| a.change.total_cmp(&b.change));
        let arm_name = |place: usize| self.detail.arm_names.get(place).map_or("", String::as_str);
        let groups: Vec<BarGroup> = patients
            .iter()
            .map(|patient| {
                let died = if patient.is_dead { ", died" } else { "" };
                let hint = format!(
                    "{}, {}: {}{died}",
                    patient.subject_id,
                    arm_name(patient.arm),
                    format_fixed(patient.change, 2)
                );
                let bar = Bar {
                    hue: hue(patient.arm),
                    value: patient.change,
                    low: None,
                    high: None,
                    label: String::new(),
                    hint,
                    is_marked: patient.is_dead,
                };
                BarGroup { label: String::new(), bars: vec![bar] }
            })
            .collect();
        let low = patients.iter().map(|patient| patient.change).fold(0.0, f64::min);
        let high = patients.iter().map(|patient| patient.change).fold(0.0, f64::max);
        let legend = self.detail.arm_names.iter().enumerate();
        let legend = legend.map(|(place, arm)| LegendEntry { name: arm.clone(), hue: hue(place) }).collect();
        let outcome = outcome_label(&self.change.outcome);
        let unit = outcome_unit(self.overview, &self.change.outcome);
        let at = month_phrase(self.change.primary_month, self.time_unit());
        let dead = patients.iter().filter(|patient| patient.is_dead).count();
        let crosses = if dead > 0 { "cross: died by then; their last value if none then" } else { "" };
        let worse = patients.iter().filter(|patient| patient.change < 0.0).count();
        Some(FigureView {
            key: "waterfall",
            title: format!("Each person’s change in {outcome} at {at}"),
            aside: crosses.to_owned(),
            description: format!(
                "One bar a person, sorted by the change in {outcome} at {at}: {} people, {worse} below their baseline, {dead} had died by then.",
                patients.len()
            ),
            figure: Figure::Bars(Bars {
                x_label: "People, from the lowest change up".to_owned(),
                y: round_axis(axis_label(&outcome, &unit), low, high, 5),
                legend,
                groups,
                base_y: 0.0,
                reference_y: None,
            }),
        })
    }

    pub(super) fn normal_plot(&self) -> Option<FigureView> {
        let (low, high) = self.residual_range()?;
        let reach = self.detail.residuals.iter().map(|point| point.normal_quantile.abs()).fold(1.0, f64::max);
        let point = |point: &ResidualPoint| (point.normal_quantile, point.standardised);
        let line = ScatterLine {
            name: "as a Normal distribution would have it".to_owned(),
            hue: Hue::Neutral,
            is_dashed: true,
            points: vec![(-reach, -reach), (reach, reach)],
        };
        Some(FigureView {
            key: "check-normal",
            title: "Are the residuals Normal?".to_owned(),
            aside: format!("{}, standardised residuals", self.residuals_of()),
            description: format!(
                "Standardised residuals of {} at the primary visit against Normal quantiles; they run from {} to {}. Points on the line are Normal; tails that leave it are not.",
                self.residuals_of(),
                format_fixed(low, 2),
                format_fixed(high, 2)
            ),
            figure: Figure::Scatter(Scatter {
                x: round_axis("Normal quantile", -reach, reach, 6),
                y: round_axis("Standardised residual", low.min(-reach), high.max(reach), 6),
                groups: self.residual_groups(&point),
                lines: vec![line],
                ..Scatter::default()
            }),
        })
    }

    pub(super) fn spread_plot(&self) -> Option<FigureView> {
        let (low, high) = self.residual_range()?;
        let least = self.detail.residuals.iter().map(|point| point.fitted).fold(f64::INFINITY, f64::min);
        let most = self.detail.residuals.iter().map(|point| point.fitted).fold(f64::NEG_INFINITY, f64::max);
        let point = |point: &ResidualPoint| (point.fitted, point.standardised);
        let unit = outcome_unit(self.overview, &self.change.outcome);
        let x = round_axis(
            axis_label(&outcome_label(&self.change.outcome), &unit).replace("Change", "Expected change"),
            least,
            most,
            5,
        );
        let zero = ScatterLine {
            name: String::new(),
            hue: Hue::Neutral,
            is_dashed: true,
            points: vec![(x.min, 0.0), (x.max, 0.0)],
        };
        Some(FigureView {
            key: "check-spread",
            title: "Do all spread alike?".to_owned(),
            aside: format!("{}, residuals against what the model expects", self.residuals_of()),
            description: format!(
                "Standardised residuals of {} against the expected change. A funnel, or one arm wider than the other, means unequal variances: then Welch’s test or robust standard errors are safer.",
                self.residuals_of()
            ),
            figure: Figure::Scatter(Scatter {
                x,
                y: round_axis("Standardised residual", low, high, 6),
                groups: self.residual_groups(&point),
                lines: vec![zero],
                ..Scatter::default()
            }),
        })
    }

    /// Mann-Whitney expects no distribution: it is the t-test's residuals that show what it spares.
    fn residuals_of(&self) -> &'static str {
        match self.change.method {
            ChangeMethod::Ancova => "ANCOVA",
            ChangeMethod::Welch => "Welch’s t",
            ChangeMethod::Student | ChangeMethod::MannWhitney => "Student’s t",
        }
    }

    fn residual_range(&self) -> Option<(f64, f64)> {
        let first = self.detail.residuals.first()?;
        let last = self.detail.residuals.last()?;
        (self.detail.residuals.len() > 2).then_some((first.standardised.min(0.0), last.standardised.max(0.0)))
    }

    fn residual_groups(&self, place: &dyn Fn(&ResidualPoint) -> (f64, f64)) -> Vec<ScatterGroup> {
        let of_arm = |arm: usize, name: &String| ScatterGroup {
            name: name.clone(),
            hue: hue(arm),
            is_hollow: false,
            points: self
                .detail
                .residuals
                .iter()
                .filter(|point| point.arm == arm)
                .map(|point| {
                    let (x, y) = place(point);
                    ScatterPoint {
                        x,
                        y,
                        hint: format!("{}, {name}: {}", point.subject_id, format_fixed(y, 2)),
                        ..ScatterPoint::default()
                    }
                })
                .collect(),
        };
        self.detail.arm_names.iter().enumerate().map(|(arm, name)| of_arm(arm, name)).collect()
    }
}
