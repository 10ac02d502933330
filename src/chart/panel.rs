//! A plot of rows: an axis below, values placed along it, intervals that point out where they leave it.

use super::clip::Rect;
use super::frame::{LINE, share, stride};
use super::marker::draw_marker;
use super::palette::Palette;
use super::pen::{Paint, Pen};
use super::text::{Align, SMALL, TextLook};
use super::{ChartError, Mark, note};
use crate::report::figure::{Axis, Hue};

/// Between the plot and the axis's title: the ticks and their labels.
pub(super) const TICKS: f64 = 24.0;
pub(super) const RADIUS: f64 = 4.25;
/// Between the plot's edge and the axis's ends, so that markers there are whole.
const INSET: f64 = 7.0;

pub(super) struct Panel<'a> {
    pub axis: &'a Axis,
    pub plot: Rect,
}

pub(super) struct Interval<'a> {
    pub hue: Hue,
    pub estimate: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub is_emphasised: bool,
    pub hint: &'a str,
}

impl Panel<'_> {
    pub fn x_px(&self, x: f64) -> f64 {
        let inset = INSET.min(self.plot.width() / 4.0);
        self.plot.left + inset + share(self.axis, x) * (self.plot.width() - 2.0 * inset)
    }

    /// Ticks with their lines upright through the plot; labels stay within `0..width`.
    pub fn draw_ticks(
        &self,
        pen: &mut Pen<'_>,
        palette: &Palette,
        has_top_ticks: bool,
        width: f64,
    ) -> Result<(), ChartError> {
        let plot = self.plot;
        let look = TextLook::plain(SMALL, palette.soft);
        let ends = plot.grown(0.5);
        let ticks: Vec<(f64, &str)> = self
            .axis
            .ticks
            .iter()
            .map(|tick| (self.x_px(tick.at), tick.label.as_str()))
            .filter(|(x, _)| *x >= ends.left && *x <= ends.right)
            .collect();
        let widths: Vec<(f64, f64)> = ticks.iter().map(|(x, label)| (*x, look.width(label))).collect();
        let axis = Paint::solid(palette.line.mixed(palette.soft, 0.55));
        for (x, label) in ticks.into_iter().step_by(stride(&widths, 10.0)) {
            pen.vertical(x, plot.top, plot.bottom, 1.0, Paint::solid(palette.line))?;
            pen.vertical(x, plot.bottom, plot.bottom + 5.0, 1.0, axis)?;
            let half = look.width(label) / 2.0;
            let x = x.min(width - 2.0 - half).max(2.0 + half);
            pen.text((x, plot.bottom + 16.0), label, Align::Center, look)?;
            if has_top_ticks {
                pen.text((x, plot.top - 12.0), label, Align::Center, look)?;
            }
        }
        pen.horizontal(plot.left, plot.right, plot.bottom, 1.0, axis)
    }

    /// A line upright, such as no difference.
    pub fn draw_reference(&self, pen: &mut Pen<'_>, palette: &Palette, x: Option<f64>) -> Result<(), ChartError> {
        let ends = self.plot.grown(0.5);
        let Some(x) = x.map(|x| self.x_px(x)).filter(|x| *x >= ends.left && *x <= ends.right) else { return Ok(()) };
        let paint = Paint::solid(palette.line.mixed(palette.soft, 0.8));
        pen.vertical(x, self.plot.top, self.plot.bottom, 1.25, paint)
    }

    /// The axis's title in `lines` from `top`, in the middle of the plot but within `left..right`.
    pub fn draw_title(
        &self,
        pen: &mut Pen<'_>,
        look: TextLook,
        lines: &[String],
        top: f64,
        (left, right): (f64, f64),
    ) -> Result<(), ChartError> {
        let mut y = top + LINE / 2.0;
        for line in lines {
            let half = look.width(line) / 2.0;
            let x = ((self.plot.left + self.plot.right) / 2.0).min(right - half).max(left + half);
            pen.text((x, y), line, Align::Center, look)?;
            y += LINE;
        }
        Ok(())
    }

    pub fn draw_interval(
        &self,
        pen: &mut Pen<'_>,
        palette: &Palette,
        interval: &Interval,
        y: f64,
        marks: &mut Vec<Mark>,
    ) -> Result<(), ChartError> {
        let plot = self.plot;
        let color = palette.look(interval.hue).color;
        let bounds = interval.low.zip(interval.high).map(|(low, high)| (self.x_px(low), self.x_px(high)));
        let bounds = bounds.filter(|(low, high)| low.is_finite() && high.is_finite());
        if let Some((low, high)) = bounds {
            let (low, high) = (low.min(high), low.max(high));
            // One that lies beyond the axis altogether leaves its arrow at the edge.
            let (left, right) = (low.max(plot.left).min(plot.right), high.min(plot.right).max(plot.left));
            let width = if interval.is_emphasised { 2.75 } else { 1.75 };
            if left < right {
                pen.horizontal(left, right, y, width, Paint::solid(color))?;
            }
            for (is_beyond, x, away) in [(low < plot.left, plot.left, -1.0), (high > plot.right, plot.right, 1.0)] {
                if is_beyond {
                    let tip = [(x + away * 2.0, y), (x - away * 6.0, y - 4.5), (x - away * 6.0, y + 4.5)];
                    pen.polygon(&tip, Paint::solid(color))?;
                }
            }
            let pieces = ((right - left) / 16.0).ceil().clamp(1.0, 40.0) as usize;
            for piece in 0..=pieces {
                note(marks, (left + (right - left) * piece as f64 / pieces as f64, y), 9.0, interval.hint);
            }
        }
        let estimate = interval.estimate.map(|estimate| self.x_px(estimate)).filter(|x| x.is_finite());
        if let Some(x) = estimate.filter(|x| *x >= plot.left && *x <= plot.right) {
            let radius = if interval.is_emphasised { RADIUS + 1.5 } else { RADIUS };
            draw_marker(pen, palette.look(interval.hue).marker, (x, y), radius, color, palette.card, false)?;
            note(marks, (x, y), 10.0, interval.hint);
        }
        if bounds.is_none() && estimate.is_none() {
            note(marks, ((plot.left + plot.right) / 2.0, y), 14.0, interval.hint);
        }
        Ok(())
    }
}
