//! What the charts with axes share: margins, grid lines, ticks, axis titles and the rows of counts under the axis.

use super::ChartError;
use super::clip::Rect;
use super::legend::Legend;
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::text::{Align, NAME, SMALL, TextLook};
use crate::order::sort_by;
use crate::report::figure::{Axis, CountRow, CountRows, Tick};

/// Below this width the names leave the lines' ends for a legend above the plot.
pub(super) const NARROW: f64 = 480.0;

pub(super) const LINE: f64 = 17.0;
/// Between the y axis's title and the plot, with room for the highest tick's label.
const TITLE_GAP: f64 = 14.0;
const COUNT_ROW: f64 = 20.0;
const COUNT_TITLE: f64 = 24.0;
/// Between two blocks of counts.
const BLOCK_GAP: f64 = 4.0;
pub(super) const X_TICKS: f64 = 27.0;

/// The space around the plot; it depends on the width alone.
pub(super) struct Margins {
    pub pad: f64,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    width: f64,
    /// Room inside the plot for points that are moved aside at its first and last x.
    inset: f64,
    headroom: f64,
    foot: f64,
    /// Names of count rows stand over their numbers rather than left of them.
    is_stacked: bool,
    /// Each count row's name, in lines, block by block.
    row_names: Vec<Vec<Vec<String>>>,
    /// Height of a block's title and of its rows: several blocks stand closer.
    count_title: f64,
    count_row: f64,
    y_title: Vec<String>,
    x_title: Vec<String>,
}

pub(super) struct Request<'a> {
    pub x: &'a Axis,
    pub y: &'a Axis,
    /// Blocks of numbers under the axis; those without rows take no room.
    pub counts: &'a [CountRows],
    pub legend: &'a Legend,
    /// Width of the labels at the lines' ends.
    pub end_labels: f64,
    pub inset: f64,
    /// Room above the plot for what reaches over it.
    pub headroom: f64,
    /// Room between the plot and the x axis's title; [`X_TICKS`] for a row of labels.
    pub foot: f64,
}

impl Margins {
    pub fn new(request: &Request, width: f64) -> Margins {
        let is_narrow = width < NARROW;
        let pad = if is_narrow { 8.0 } else { 16.0 };
        let small = TextLook::plain(SMALL, Palette::light().soft);
        let name = TextLook::bold(SMALL, Palette::light().soft);
        let rows: Vec<&CountRow> = request.counts.iter().flat_map(|block| &block.rows).collect();

        let ticks = request.y.ticks.iter().map(|tick| small.width(&tick.label)).fold(0.0, f64::max) + 10.0;
        let name_limit = if is_narrow { 76.0 } else { (width * 0.2).min(132.0) };
        let names = rows.iter().map(|row| name.width(&row.name)).fold(0.0, f64::max);
        let is_stacked = names > name_limit;
        let first =
            rows.iter().filter_map(|row| first_count(row)).map(|text| small.width(text) / 2.0).fold(0.0, f64::max);
        let beside = if is_stacked || rows.is_empty() { 0.0 } else { names + 15.0 };
        let left = pad + ticks.max(beside + (first - request.inset).max(0.0)).min(width * 0.4);

        let last_tick = request.x.ticks.last().map_or(0.0, |tick| small.width(&tick.label) / 2.0);
        let right = if request.end_labels > 0.0 { pad + request.end_labels } else { pad + last_tick.max(4.0) };

        let y_title = small.wrap(&request.y.label, width - 2.0 * pad, 2);
        let legend = request.legend.height(width - 2.0 * pad);
        let top = pad
            + if legend > 0.0 { legend + 8.0 } else { 0.0 }
            + LINE * y_title.len() as f64
            + if y_title.is_empty() { 4.0 } else { TITLE_GAP }
            + request.headroom;

        let x_title = small.wrap(&request.x.label, (width - left - right).max(width * 0.6), 2);
        let blocks = request.counts.iter().filter(|block| !block.rows.is_empty()).count();
        let (count_title, count_row, most_lines) =
            if blocks > 1 { (COUNT_TITLE - 3.0, COUNT_ROW - 2.0, 1) } else { (COUNT_TITLE, COUNT_ROW, 2) };
        let in_lines = |row: &CountRow| {
            if is_stacked { name.wrap(&row.name, width - 2.0 * pad, most_lines) } else { vec![row.name.clone()] }
        };
        let row_names: Vec<Vec<Vec<String>>> =
            request.counts.iter().map(|block| block.rows.iter().map(in_lines).collect()).collect();
        let extra: usize = if is_stacked { row_names.iter().flatten().map(Vec::len).sum() } else { 0 };
        let counts =
            10.0 + (count_title + BLOCK_GAP) * blocks as f64 + count_row * rows.len() as f64 + LINE * extra as f64
                - BLOCK_GAP;
        let counts = if rows.is_empty() { 0.0 } else { counts };
        let bottom = request.foot + LINE * x_title.len() as f64 + counts + pad;
        Margins {
            pad,
            left,
            right,
            top,
            bottom,
            width,
            inset: request.inset,
            headroom: request.headroom,
            foot: request.foot,
            is_stacked,
            row_names,
            count_title,
            count_row,
            y_title,
            x_title,
        }
    }

    /// The height that gives the plot a good shape.
    pub fn height(&self) -> f64 {
        let plot = (self.width - self.left - self.right) * if self.width < NARROW { 0.8 } else { 0.58 };
        self.top + plot.clamp(230.0, 380.0) + self.bottom
    }
}

fn first_count(row: &CountRow) -> Option<&str> {
    let lowest = row.counts.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    lowest.map(|(_, text)| text.as_str())
}

/// A plot with its place on the figure and its scales.
pub(super) struct Frame<'a> {
    pub plot: Rect,
    pub margins: Margins,
    x: &'a Axis,
    y: &'a Axis,
}

impl<'a> Frame<'a> {
    pub fn new(request: &Request<'a>, (width, height): (f64, f64)) -> Frame<'a> {
        let margins = Margins::new(request, width);
        let plot = Rect {
            left: margins.left,
            top: margins.top,
            right: (width - margins.right).max(margins.left + 20.0),
            bottom: (height - margins.bottom).max(margins.top + 20.0),
        };
        Frame { plot, margins, x: request.x, y: request.y }
    }

    pub fn x_px(&self, x: f64) -> f64 {
        let inset = self.margins.inset.min(self.plot.width() / 4.0);
        self.plot.left + inset + share(self.x, x) * (self.plot.width() - 2.0 * inset)
    }

    pub fn y_px(&self, y: f64) -> f64 {
        self.plot.bottom - share(self.y, y) * self.plot.height()
    }

    pub fn point(&self, x: f64, y: f64) -> Point {
        (self.x_px(x), self.y_px(y))
    }

    /// Where data may be drawn: the plot and half a line's width.
    pub fn clip(&self) -> Rect {
        self.plot.grown(1.0)
    }

    pub fn draw_axes(&self, pen: &mut Pen<'_>, palette: &Palette) -> Result<(), ChartError> {
        self.draw_grid(pen, palette)?;
        self.draw_x_axis(pen, palette)?;
        self.draw_titles(pen, palette)
    }

    /// Lines across, each with its y tick's label.
    pub fn draw_grid(&self, pen: &mut Pen<'_>, palette: &Palette) -> Result<(), ChartError> {
        let look = TextLook::plain(SMALL, palette.soft);
        let line = Paint::solid(palette.line);
        let plot = self.plot;
        let ends = plot.grown(0.5);
        let y_ticks: Vec<(f64, &Tick)> = self.y.ticks.iter().map(|tick| (self.y_px(tick.at), tick)).collect();
        let y_ticks: Vec<(f64, &Tick)> =
            y_ticks.into_iter().filter(|(y, _)| *y >= ends.top && *y <= ends.bottom).collect();
        let step = stride(&y_ticks.iter().map(|(y, _)| (-y, 15.0)).collect::<Vec<_>>(), 5.0);
        for (y, tick) in y_ticks.into_iter().step_by(step) {
            pen.horizontal(plot.left, plot.right, y, 1.0, line)?;
            pen.text((plot.left - 9.0, y), &tick.label, Align::Right, look)?;
        }
        Ok(())
    }

    fn draw_x_axis(&self, pen: &mut Pen<'_>, palette: &Palette) -> Result<(), ChartError> {
        let look = TextLook::plain(SMALL, palette.soft);
        let plot = self.plot;
        let ends = plot.grown(0.5);
        let axis = Paint::solid(palette.line.mixed(palette.soft, 0.55));
        pen.horizontal(plot.left, plot.right, plot.bottom, 1.0, axis)?;
        let x_ticks: Vec<(f64, &Tick)> = self
            .x
            .ticks
            .iter()
            .map(|tick| (self.x_px(tick.at), tick))
            .filter(|(x, _)| *x >= ends.left && *x <= ends.right)
            .collect();
        let widths: Vec<(f64, f64)> = x_ticks.iter().map(|(x, tick)| (*x, look.width(&tick.label))).collect();
        for (x, tick) in x_ticks.into_iter().step_by(stride(&widths, 10.0)) {
            pen.vertical(x, plot.bottom, plot.bottom + 5.0, 1.0, axis)?;
            pen.text((x, plot.bottom + 16.0), &tick.label, Align::Center, look)?;
        }
        Ok(())
    }

    pub fn draw_titles(&self, pen: &mut Pen<'_>, palette: &Palette) -> Result<(), ChartError> {
        let look = TextLook::plain(SMALL, palette.soft);
        let plot = self.plot;
        let mut y =
            plot.top - self.margins.headroom - TITLE_GAP - LINE * self.margins.y_title.len() as f64 + LINE / 2.0;
        for line in &self.margins.y_title {
            pen.text((self.margins.pad, y), line, Align::Left, look)?;
            y += LINE;
        }
        let mut y = plot.bottom + self.margins.foot + LINE / 2.0 + 1.0;
        let middle = (plot.left + plot.right) / 2.0;
        for line in &self.margins.x_title {
            let half = look.width(line) / 2.0;
            let x = middle.min(self.margins.width - self.margins.pad - half).max(self.margins.pad + half);
            pen.text((x, y), line, Align::Center, look)?;
            y += LINE;
        }
        Ok(())
    }

    /// A line across, such as no change; above the grid and below the data.
    pub fn draw_reference(
        &self,
        pen: &mut Pen<'_>,
        palette: &Palette,
        y: Option<f64>,
        dash: &[f64],
    ) -> Result<(), ChartError> {
        let Some(y) = y.map(|y| self.y_px(y)).filter(|y| *y >= self.plot.top - 0.5 && *y <= self.plot.bottom + 0.5)
        else {
            return Ok(());
        };
        let paint = Paint::solid(palette.line.mixed(palette.soft, 0.75));
        if dash.is_empty() {
            return pen.horizontal(self.plot.left, self.plot.right, y, 1.0, paint);
        }
        pen.line(&[(self.plot.left, y), (self.plot.right, y)], 1.0, paint, dash)
    }

    /// Counts right under their x, the arm's name at the left in its colour.
    pub fn draw_counts(&self, pen: &mut Pen<'_>, palette: &Palette, blocks: &[CountRows]) -> Result<(), ChartError> {
        let look = TextLook::plain(SMALL, palette.ink.mixed(palette.soft, 0.35));
        let title = TextLook::plain(SMALL - 0.5, palette.soft);
        let ends = self.plot.grown(1.0);
        let kept = self.kept_counts(blocks, look);
        let (title_height, row_height) = (self.margins.count_title, self.margins.count_row);
        let room = self.margins.width - 2.0 * self.margins.pad;
        let mut top = self.plot.bottom + self.margins.foot + LINE * self.margins.x_title.len() as f64 + 10.0;
        let blocks = blocks.iter().zip(&self.margins.row_names);
        for (block, names) in blocks.filter(|(block, _)| !block.rows.is_empty()) {
            let at = (self.margins.pad, top + title_height / 2.0);
            pen.text(at, &title.fit(&block.title, room), Align::Left, title)?;
            let mut y = top + title_height + row_height / 2.0;
            for (row, lines) in block.rows.iter().zip(names) {
                let name = TextLook::bold(SMALL, palette.look(row.hue).color);
                for line in lines {
                    pen.text((self.margins.pad, y), line, Align::Left, name)?;
                    if self.margins.is_stacked {
                        y += LINE;
                    }
                }
                for (at, text) in &row.counts {
                    let x = self.x_px(*at);
                    if x >= ends.left && x <= ends.right && kept.iter().any(|kept| (kept - x).abs() < 0.5) {
                        pen.text((x, y), text, Align::Center, look)?;
                    }
                }
                y += row_height;
            }
            top = y - row_height / 2.0 + BLOCK_GAP;
        }
        Ok(())
    }

    /// The x (px) at which counts are written: all, or every second, third … so that none touch. Where counts stand
    /// at ticks, both are thinned by the same step.
    fn kept_counts(&self, blocks: &[CountRows], look: TextLook) -> Vec<f64> {
        let mut places: Vec<(f64, f64)> = Vec::new();
        for (at, text) in blocks.iter().flat_map(|block| &block.rows).flat_map(|row| &row.counts) {
            let (x, width) = (self.x_px(*at), look.width(text));
            match places.iter_mut().find(|(other, _)| (other - x).abs() < 0.5) {
                Some(place) => place.1 = place.1.max(width),
                None if x.is_finite() => places.push((x, width)),
                None => {}
            }
        }
        sort_by(&mut places, |a, b| a.0.total_cmp(&b.0));
        let ticks: Vec<(f64, f64)> =
            self.x.ticks.iter().map(|tick| (self.x_px(tick.at), look.width(&tick.label))).collect();
        let at_ticks = places.iter().all(|(x, _)| ticks.iter().any(|(tick, _)| (tick - x).abs() < 0.5));
        let needed = stride(&places, 8.0);
        let step = if at_ticks && places.len() == ticks.len() {
            // A multiple of the ticks' own step keeps each number under a label.
            let ticks_step = stride(&ticks, 10.0);
            needed.div_ceil(ticks_step) * ticks_step
        } else {
            needed
        };
        places.into_iter().step_by(step).map(|(x, _)| x).collect()
    }
}

/// 0 at the axis's lower end, 1 at its upper; an axis without extent puts all in the middle.
pub(super) fn share(axis: &Axis, value: f64) -> f64 {
    let extent = axis.max - axis.min;
    if extent.is_finite() && extent > 0.0 { (value - axis.min) / extent } else { value * 0.0 + 0.5 }
}

/// The smallest step through `places` (centre, width) that leaves `gap` between neighbours.
pub(super) fn stride(places: &[(f64, f64)], gap: f64) -> usize {
    (1..places.len().max(1))
        .find(|&step| {
            let kept: Vec<&(f64, f64)> = places.iter().step_by(step).collect();
            kept.windows(2).all(|pair| pair[1].0 - pair[0].0 >= (pair[0].1 + pair[1].1) / 2.0 + gap)
        })
        .unwrap_or(places.len().max(1))
}

/// Size of an arm's name at the line's end.
pub(super) fn name_look(palette: &Palette, hue: crate::report::figure::Hue) -> TextLook {
    TextLook::bold(NAME, palette.look(hue).color)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_without_room_are_thinned_evenly() {
        let places: Vec<(f64, f64)> = (0..9).map(|index| (f64::from(index) * 10.0, 12.0)).collect();
        assert_eq!(stride(&places, 4.0), 2);
        assert_eq!(stride(&places, 0.0), 2);
        assert_eq!(stride(&places[..1], 4.0), 1);
        assert_eq!(stride(&[], 4.0), 1);
    }
}
