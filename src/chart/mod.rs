//! Draws a [`Figure`] on any plotters backend: canvas on screen, SVG in files. It adds no number and no word.

mod bars;
mod clip;
mod dash;
mod dot_plot;
mod end_labels;
mod forest;
mod frame;
mod heat_map;
mod legend;
mod marker;
mod mean_lines;
mod palette;
mod panel;
mod pen;
mod reference;
mod scatter;
mod spread;
mod stacked_bars;
mod strip_plot;
mod survival_curves;
mod svg;
mod text;
mod texture;

use crate::report::figure::Figure;
use pen::{Pen, Point};
use plotters_backend::DrawingBackend;

pub use marker::Marker;
pub use palette::{HueLook, Palette, Rgb};
pub use svg::svg;
pub use text::adopt_fonts;

/// A place that can be pointed at, in css px from the figure's upper left; later ones lie on top.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub x: f64,
    pub y: f64,
    pub radius: f64,
    /// Half the width and height of a cell among others, which is found inside alone: beside it lies another.
    pub cell: Option<(f64, f64)>,
    pub hint: String,
    /// What the page is told when it is pressed; empty for nothing.
    pub pick: String,
}

/// How far beyond a mark's own radius the pointer still finds it.
const REACH: f64 = 8.0;

/// The mark under the pointer, else the nearest one that is near.
pub fn mark_at(marks: &[Mark], (x, y): (f64, f64)) -> Option<&Mark> {
    let distance = |mark: &Mark| {
        let (dx, dy) = ((mark.x - x).abs(), (mark.y - y).abs());
        match mark.cell {
            Some((half_width, half_height)) => (dx <= half_width && dy <= half_height).then_some(0.0),
            None => Some((dx * dx + dy * dy).sqrt()).filter(|distance| *distance <= mark.radius + REACH),
        }
    };
    marks
        .iter()
        .rev()
        .filter_map(|mark| Some((distance(mark)?, mark)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, mark)| mark)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartError {
    /// The backend could not draw; in its own words.
    Backend(String),
}

impl std::fmt::Display for ChartError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ChartError::Backend(reason) => write!(formatter, "The figure could not be drawn: {reason}"),
        }
    }
}

impl std::error::Error for ChartError {}

/// The height in css px that suits the figure at this width.
pub fn preferred_height(figure: &Figure, width_px: u32) -> u32 {
    let width = f64::from(width_px.max(1));
    let height = match figure {
        Figure::MeanLines(lines) => mean_lines::height(lines, width),
        Figure::Scatter(scatter) => scatter::height(scatter, width),
        Figure::HeatMap(map) => heat_map::height(map, width),
        Figure::SurvivalCurves(curves) => survival_curves::height(curves, width),
        Figure::Bars(bars) => bars::height(bars, width),
        Figure::StackedBars(bars) => stacked_bars::height(bars, width),
        Figure::Forest(forest) => forest::height(forest, width),
        Figure::DotPlot(plot) => dot_plot::height(plot, width),
        Figure::StripPlot(plot) => strip_plot::height(plot, width),
    };
    height.ceil().clamp(40.0, 20_000.0) as u32
}

/// Draws the figure over the whole of `size` (css px), `scale` device pixels to each css px. The backend must take
/// text sizes as pixels, as a canvas does; [`svg`] sees to the SVG backend's own idea of them.
/// Backends count in whole device pixels, so dashes look steadier with a `scale` of at least 2, whatever the screen's.
pub fn draw<B: DrawingBackend>(
    backend: B,
    figure: &Figure,
    palette: &Palette,
    size: (u32, u32),
    scale: f64,
) -> Result<Vec<Mark>, ChartError> {
    draw_with(&mut Pen::new(backend, scale, 1.0), figure, palette, size)
}

fn draw_with(pen: &mut Pen<'_>, figure: &Figure, palette: &Palette, size: (u32, u32)) -> Result<Vec<Mark>, ChartError> {
    let (width, height) = (f64::from(size.0.max(1)), f64::from(size.1.max(1)));
    let whole = clip::Rect { left: 0.0, top: 0.0, right: width, bottom: height };
    pen.fill(whole, pen::Paint::solid(palette.card))?;
    let mut marks = match figure {
        Figure::MeanLines(lines) => mean_lines::draw(pen, lines, palette, (width, height))?,
        Figure::Scatter(scatter) => scatter::draw(pen, scatter, palette, (width, height))?,
        Figure::HeatMap(map) => heat_map::draw(pen, map, palette, (width, height))?,
        Figure::SurvivalCurves(curves) => survival_curves::draw(pen, curves, palette, (width, height))?,
        Figure::Bars(bars) => bars::draw(pen, bars, palette, (width, height))?,
        Figure::StackedBars(bars) => stacked_bars::draw(pen, bars, palette, (width, height))?,
        Figure::Forest(forest) => forest::draw(pen, forest, palette, (width, height))?,
        Figure::DotPlot(plot) => dot_plot::draw(pen, plot, palette, (width, height))?,
        Figure::StripPlot(plot) => strip_plot::draw(pen, plot, palette, (width, height))?,
    };
    pen.finish()?;
    marks.retain(|mark| whole.contains((mark.x, mark.y)));
    Ok(marks)
}

/// Remembers a hint all along an upright bar, so that it can be pointed at anywhere.
fn note_along(marks: &mut Vec<Mark>, x: f64, (from, to): (f64, f64), radius: f64, most: usize, hint: &str) {
    let radius = radius.clamp(3.0, 14.0);
    let length = (to - from).abs();
    if !length.is_finite() {
        return;
    }
    let pieces = ((length / (radius * 1.5)).ceil() as usize).clamp(1, most.max(1));
    for piece in 0..pieces {
        let share = (piece as f64 + 0.5) / pieces as f64;
        note(marks, (x, from + (to - from) * share), radius, hint);
    }
}

/// Remembers where a hint can be pointed at, if there is one.
fn note(marks: &mut Vec<Mark>, at: Point, radius: f64, hint: &str) {
    note_pick(marks, at, radius, hint, "");
}

/// [`note`], of a place that can also be pressed.
fn note_pick(marks: &mut Vec<Mark>, (x, y): Point, radius: f64, hint: &str, pick: &str) {
    if !hint.is_empty() && x.is_finite() && y.is_finite() {
        marks.push(Mark { x, y, radius, cell: None, hint: hint.to_owned(), pick: pick.to_owned() });
    }
}

/// Remembers a cell of a grid, if there is a hint.
fn note_cell(marks: &mut Vec<Mark>, cell: clip::Rect, hint: &str, pick: &str) {
    let half = (cell.width() / 2.0, cell.height() / 2.0);
    let center = (cell.left + half.0, cell.top + half.1);
    note_pick(marks, center, half.0.min(half.1), hint, pick);
    if let Some(mark) = marks.last_mut().filter(|mark| (mark.x, mark.y) == center) {
        mark.cell = Some(half);
    }
}
