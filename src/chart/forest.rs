//! Estimates with their intervals, one a row. Where the figure is narrow, the words stand over the interval.

use super::clip::Rect;
use super::frame::{LINE, NARROW, share, stride};
use super::marker::draw_marker;
use super::palette::Palette;
use super::pen::{Paint, Pen};
use super::text::{Align, SMALL, TextLook};
use super::{ChartError, Mark, note};
use crate::report::figure::{Forest, ForestRow};

const TEXT_LINE: f64 = 16.0;
const GAP: f64 = 24.0;
const RADIUS: f64 = 4.25;
/// More rows than this stand closer together, with ticks above them too.
const MANY: usize = 20;
const TICKS: f64 = 24.0;
const LEAST_PLOT: f64 = 170.0;
/// Between the plot's edge and the axis's ends, so that markers there are whole.
const INSET: f64 = 7.0;
/// Room for the interval under its words.
const STACKED: f64 = 16.0;

struct Row {
    label: Vec<String>,
    detail: Vec<String>,
    top: f64,
    height: f64,
}

struct Layout {
    pad: f64,
    /// Words over the intervals rather than beside them.
    is_stacked: bool,
    has_top_ticks: bool,
    plot: Rect,
    rows: Vec<Row>,
    x_title: Vec<String>,
    height: f64,
}

fn look(palette: &Palette, row: &ForestRow) -> TextLook {
    if row.is_emphasised {
        TextLook::bold(SMALL, palette.ink)
    } else if row.estimate.is_some() {
        TextLook::plain(SMALL, palette.ink.mixed(palette.soft, 0.35))
    } else {
        TextLook::plain(SMALL, palette.soft)
    }
}

/// Whether there is more than words.
fn is_drawn(row: &ForestRow) -> bool {
    row.estimate.or(row.low.and(row.high)).is_some_and(f64::is_finite)
}

impl Layout {
    fn new(figure: &Forest, width: f64) -> Layout {
        let palette = Palette::light();
        let pad = if width < NARROW { 8.0 } else { 16.0 };
        let room = (width - 2.0 * pad).max(20.0);
        let widest = |text: fn(&ForestRow) -> &str| {
            figure.rows.iter().map(|row| look(&palette, row).width(text(row))).fold(0.0, f64::max)
        };
        let labels = widest(|row| &row.label).min(room * 0.34);
        let details = widest(|row| &row.detail).min(room * 0.32);
        let beside = |width: f64| if width > 0.0 { width + GAP } else { 0.0 };
        let is_stacked = width < NARROW || room - beside(labels) - beside(details) < LEAST_PLOT;
        let (left, right) =
            if is_stacked { (pad, width - pad) } else { (pad + beside(labels), width - pad - beside(details)) };
        let has_top_ticks = figure.rows.len() > MANY;
        let top = pad + if has_top_ticks { TICKS } else { 4.0 };
        let space = if figure.rows.len() > MANY { 4.0 } else { 10.0 };
        let mut y = top;
        let rows = figure
            .rows
            .iter()
            .map(|row| {
                let look = look(&palette, row);
                let (label, detail) = if is_stacked {
                    let detail = look.wrap(&row.detail, room * 0.62, 3);
                    let used = detail.iter().map(|line| look.width(line)).fold(0.0, f64::max);
                    (look.wrap(&row.label, room - used - GAP, 3), detail)
                } else {
                    (look.wrap(&row.label, labels, 3), look.wrap(&row.detail, details, 3))
                };
                let lines = label.len().max(detail.len()).max(usize::from(!is_stacked));
                let height = TEXT_LINE * lines as f64 + space + if is_stacked && is_drawn(row) { STACKED } else { 0.0 };
                let row = Row { label, detail, top: y, height };
                y += height;
                row
            })
            .collect();
        let bottom = y.max(top + 20.0) + 2.0;
        let x_title = TextLook::plain(SMALL, palette.soft).wrap(&figure.x.label, room, 2);
        Layout {
            pad,
            is_stacked,
            has_top_ticks,
            plot: Rect { left, top, right: right.max(left + 10.0), bottom },
            rows,
            height: bottom + TICKS + 3.0 + LINE * x_title.len() as f64 + pad,
            x_title,
        }
    }
}

pub(super) fn height(figure: &Forest, width: f64) -> f64 {
    Layout::new(figure, width).height
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &Forest,
    palette: &Palette,
    (width, _): (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let layout = Layout::new(figure, width);
    let plot = layout.plot;
    for (row, place) in figure.rows.iter().zip(&layout.rows).filter(|(row, _)| row.is_emphasised) {
        let edge = layout.pad / 2.0;
        let band = Rect { left: edge, top: place.top, right: width - edge, bottom: place.top + place.height };
        pen.fill(band, Paint::solid(palette.card.mixed(palette.look(row.hue).color, 0.09)))?;
    }
    draw_axis(pen, figure, palette, &layout, width)?;
    let mut marks = Vec::new();
    for (row, place) in figure.rows.iter().zip(&layout.rows) {
        let look = look(palette, row);
        let space = place.height - if layout.is_stacked && is_drawn(row) { STACKED } else { 0.0 };
        for (lines, x, align) in
            [(&place.label, layout.pad, Align::Left), (&place.detail, width - layout.pad, Align::Right)]
        {
            let middle = place.top + space / 2.0;
            // Beside the interval both are centred on it; over it both start at the top.
            let count = if layout.is_stacked { place.label.len().max(place.detail.len()) } else { lines.len() };
            let mut y = middle - TEXT_LINE * (count as f64 - 1.0) / 2.0 + if layout.is_stacked { 2.0 } else { 0.0 };
            for line in lines {
                if layout.is_stacked {
                    let half = look.width(line);
                    let left = if align == Align::Left { x } else { x - half };
                    // Grid lines do not run through words.
                    let ground = if row.is_emphasised {
                        palette.card.mixed(palette.look(row.hue).color, 0.09)
                    } else {
                        palette.card
                    };
                    let behind = Rect { left: left - 2.0, top: y - 8.0, right: left + half + 2.0, bottom: y + 8.0 };
                    pen.fill(behind, Paint::solid(ground))?;
                }
                pen.text((x, y), line, align, look)?;
                y += TEXT_LINE;
            }
        }
        let y = if layout.is_stacked {
            place.top + place.height - STACKED / 2.0 - 2.0
        } else {
            place.top + place.height / 2.0
        };
        draw_interval(pen, figure, palette, row, plot, y, &mut marks)?;
    }
    Ok(marks)
}

fn x_px(figure: &Forest, plot: Rect, x: f64) -> f64 {
    let inset = INSET.min(plot.width() / 4.0);
    plot.left + inset + share(&figure.x, x) * (plot.width() - 2.0 * inset)
}

fn draw_axis(
    pen: &mut Pen<'_>,
    figure: &Forest,
    palette: &Palette,
    layout: &Layout,
    width: f64,
) -> Result<(), ChartError> {
    let plot = layout.plot;
    let look = TextLook::plain(SMALL, palette.soft);
    let ends = plot.grown(0.5);
    let ticks: Vec<(f64, &str)> = figure
        .x
        .ticks
        .iter()
        .map(|tick| (x_px(figure, plot, tick.at), tick.label.as_str()))
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
        if layout.has_top_ticks {
            pen.text((x, plot.top - 12.0), label, Align::Center, look)?;
        }
    }
    pen.horizontal(plot.left, plot.right, plot.bottom, 1.0, axis)?;
    let reference = figure.reference_x.map(|x| x_px(figure, plot, x));
    if let Some(x) = reference.filter(|x| *x >= ends.left && *x <= ends.right) {
        pen.vertical(x, plot.top, plot.bottom, 1.25, Paint::solid(palette.line.mixed(palette.soft, 0.8)))?;
    }
    // Where the planned one stands, to compare the others with.
    let mut emphasised = figure.rows.iter().filter(|row| row.is_emphasised);
    if let (Some(row), None) = (emphasised.next(), emphasised.next())
        && let Some(x) = row.estimate.map(|x| x_px(figure, plot, x)).filter(|x| *x >= plot.left && *x <= plot.right)
    {
        let paint = Paint::solid(palette.card.mixed(palette.look(row.hue).color, 0.55));
        pen.line(&[(x, plot.top), (x, plot.bottom)], 1.0, paint, &[2.0, 4.0])?;
    }
    let mut y = plot.bottom + TICKS + 3.0 + LINE / 2.0;
    for line in &layout.x_title {
        let half = look.width(line) / 2.0;
        let x = ((plot.left + plot.right) / 2.0).min(width - layout.pad - half).max(layout.pad + half);
        pen.text((x, y), line, Align::Center, look)?;
        y += LINE;
    }
    Ok(())
}

fn draw_interval(
    pen: &mut Pen<'_>,
    figure: &Forest,
    palette: &Palette,
    row: &ForestRow,
    plot: Rect,
    y: f64,
    marks: &mut Vec<Mark>,
) -> Result<(), ChartError> {
    let hue = palette.look(row.hue);
    let bounds = row.low.zip(row.high).map(|(low, high)| (x_px(figure, plot, low), x_px(figure, plot, high)));
    let bounds = bounds.filter(|(low, high)| low.is_finite() && high.is_finite());
    if let Some((low, high)) = bounds {
        let (left, right) = (low.min(high).max(plot.left), low.max(high).min(plot.right));
        if left <= right {
            let width = if row.is_emphasised { 2.75 } else { 1.75 };
            pen.horizontal(left, right, y, width, Paint::solid(hue.color))?;
            // An interval that reaches beyond the axis points out of it.
            for (is_beyond, x, away) in
                [(low.min(high) < plot.left, plot.left, -1.0), (low.max(high) > plot.right, plot.right, 1.0)]
            {
                if is_beyond {
                    let tip = [(x + away * 2.0, y), (x - away * 6.0, y - 4.5), (x - away * 6.0, y + 4.5)];
                    pen.polygon(&tip, Paint::solid(hue.color))?;
                }
            }
            let pieces = ((right - left) / 16.0).ceil().clamp(1.0, 40.0) as usize;
            for piece in 0..=pieces {
                note(marks, (left + (right - left) * piece as f64 / pieces as f64, y), 9.0, &row.hint);
            }
        }
    }
    let estimate = row.estimate.map(|estimate| x_px(figure, plot, estimate)).filter(|x| x.is_finite());
    if let Some(x) = estimate.filter(|x| *x >= plot.left && *x <= plot.right) {
        let radius = if row.is_emphasised { RADIUS + 1.5 } else { RADIUS };
        draw_marker(pen, hue.marker, (x, y), radius, hue.color, palette.card, false)?;
        note(marks, (x, y), 10.0, &row.hint);
    }
    if bounds.is_none() && estimate.is_none() {
        note(marks, ((plot.left + plot.right) / 2.0, y), 14.0, &row.hint);
    }
    Ok(())
}
