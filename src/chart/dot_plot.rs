//! How often something was seen in each arm, one thing a row, and the difference beside it. Where the figure is
//! narrow, each row's label stands over its dots.

use super::clip::Rect;
use super::frame::{LINE, NARROW};
use super::legend::{Item, Legend, Sample};
use super::marker::draw_marker;
use super::palette::Palette;
use super::panel::{Interval, Panel, RADIUS, TICKS};
use super::pen::{Paint, Pen};
use super::text::{Align, SMALL, TextLook};
use super::{ChartError, Mark, note};
use crate::order::sort_by;
use crate::report::figure::{Axis, Dot, DotPlot, DotRow, Tick};

const TEXT_LINE: f64 = 16.0;
const GAP: f64 = 18.0;
/// More rows than this have ticks above them too.
const MANY: usize = 20;
/// Height of a row's dots.
const DOTS: f64 = 22.0;
/// Dots nearer to each other than this stand one above the other.
const TOUCHING: f64 = 7.0;
/// How far apart in height the topmost and the lowest of them may stand.
const SPAN: f64 = 20.0;
const MOST_LINES: usize = 2;

struct Row {
    lines: Vec<String>,
    is_cut: bool,
    top: f64,
    height: f64,
    /// Where its dots stand.
    y: f64,
}

/// One of the two plots, with its words above and below.
struct Side<'a> {
    panel: Panel<'a>,
    title: Vec<String>,
    x_title: Vec<String>,
}

impl<'a> Side<'a> {
    fn new(axis: &'a Axis, title: &str, (left, right): (f64, f64)) -> Side<'a> {
        let palette = Palette::light();
        let right = right.max(left + 10.0);
        Side {
            panel: Panel { axis, plot: Rect { left, top: 0.0, right, bottom: 0.0 } },
            title: title_look(&palette).wrap(title, right - left, 3),
            x_title: TextLook::plain(SMALL, palette.soft).wrap(&axis.label, right - left, 3),
        }
    }
}

struct Layout<'a> {
    pad: f64,
    legend: Legend,
    has_top_ticks: bool,
    label_width: f64,
    sides: Vec<Side<'a>>,
    /// Top of the panels' titles.
    titles: f64,
    rows: Vec<Row>,
    height: f64,
}

fn title_look(palette: &Palette) -> TextLook {
    TextLook::bold(SMALL, palette.soft)
}

fn label_look(palette: &Palette) -> TextLook {
    TextLook::plain(SMALL, palette.ink.mixed(palette.soft, 0.2))
}

impl<'a> Layout<'a> {
    fn new(figure: &'a DotPlot, width: f64) -> Layout<'a> {
        let is_stacked = width < NARROW;
        let pad = if is_stacked { 8.0 } else { 16.0 };
        let room = (width - 2.0 * pad).max(40.0);
        let look = label_look(&Palette::light());
        let items = figure.legend.iter().map(|entry| Item {
            sample: Sample::Point,
            hue: entry.hue,
            name: entry.name.clone(),
            detail: String::new(),
        });
        let legend = Legend { items: items.collect() };

        let widest = figure.rows.iter().map(|row| look.width(&row.label)).fold(0.0, f64::max);
        let label_width = if is_stacked { room } else { widest.min(room * 0.32) };
        let left = if is_stacked || label_width <= 0.0 { pad } else { pad + label_width + GAP };
        let plots = (width - pad - left).max(20.0);
        let mut sides = Vec::new();
        match &figure.difference_axis {
            Some(axis) => {
                // The last label of one axis and the first of the other stand apart.
                let tick = TextLook::plain(SMALL, Palette::light().soft);
                let half = |tick_at: Option<&Tick>| tick_at.map_or(0.0, |at| tick.width(&at.label) / 2.0);
                let gap = GAP.max(half(figure.x.ticks.last()) + half(axis.ticks.first()));
                let middle = left + (plots - gap) * if is_stacked { 0.55 } else { 0.58 };
                sides.push(Side::new(&figure.x, &figure.title, (left, middle)));
                sides.push(Side::new(axis, &figure.difference_title, (middle + gap, width - pad)));
            }
            None => sides.push(Side::new(&figure.x, &figure.title, (left, width - pad))),
        }

        let legend_height = legend.height(room);
        let titles = pad + if legend_height > 0.0 { legend_height + 8.0 } else { 0.0 };
        let title_lines = sides.iter().map(|side| side.title.len()).max().unwrap_or(0);
        let has_top_ticks = figure.rows.len() > MANY;
        let top = titles
            + LINE * title_lines as f64
            + if title_lines > 0 { 6.0 } else { 0.0 }
            + if has_top_ticks { TICKS } else { 0.0 };
        let mut y = top + 4.0;
        let mut rows = Vec::with_capacity(figure.rows.len());
        for row in &figure.rows {
            let lines = look.wrap(&row.label, label_width, MOST_LINES);
            let words = TEXT_LINE * lines.len() as f64;
            let (height, dots) = if is_stacked {
                (words + DOTS + 2.0, y + words + DOTS / 2.0 - 1.0)
            } else {
                let height = (words + 6.0).max(DOTS + 2.0);
                (height, y + height / 2.0)
            };
            let is_cut = lines.last().is_some_and(|line| line.contains('…')) && !row.label.contains('…');
            rows.push(Row { lines, is_cut, top: y, height, y: dots });
            y += height;
        }
        let bottom = y.max(top + 20.0) + 4.0;
        for side in &mut sides {
            (side.panel.plot.top, side.panel.plot.bottom) = (top, bottom);
        }
        let below = sides.iter().map(|side| side.x_title.len()).max().unwrap_or(0);
        let height = bottom + TICKS + 3.0 + LINE * below as f64 + pad;
        Layout { pad, legend, has_top_ticks, label_width, sides, titles, rows, height }
    }
}

pub(super) fn height(figure: &DotPlot, width: f64) -> f64 {
    Layout::new(figure, width).height
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &DotPlot,
    palette: &Palette,
    (width, _): (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let layout = Layout::new(figure, width);
    let pad = layout.pad;
    let is_stacked = width < NARROW;
    let soft = TextLook::plain(SMALL, palette.soft);
    layout.legend.draw(pen, palette, pad, pad - 3.0, width - 2.0 * pad)?;
    for (index, side) in layout.sides.iter().enumerate() {
        let plot = side.panel.plot;
        for (line, y) in side.title.iter().zip(0..) {
            let y = layout.titles + LINE * (f64::from(y) + 0.5);
            pen.text((plot.left, y), line, Align::Left, title_look(palette))?;
        }
        side.panel.draw_ticks(pen, palette, layout.has_top_ticks, width)?;
        if index > 0 {
            side.panel.draw_reference(pen, palette, Some(0.0))?;
        }
        let below = plot.bottom + TICKS + 3.0;
        side.panel.draw_title(pen, soft, &side.x_title, below, (plot.left.min(plot.right - 1.0), plot.right))?;
    }
    let mut marks = Vec::new();
    for (row, place) in figure.rows.iter().zip(&layout.rows) {
        draw_label(pen, palette, &layout, (row, place), is_stacked, &mut marks)?;
        for (index, side) in layout.sides.iter().enumerate() {
            if index == 0 {
                draw_dots(pen, palette, &side.panel, row, place, &mut marks)?;
            } else if let Some(difference) = &row.difference {
                let interval = Interval {
                    hue: difference.hue,
                    estimate: Some(difference.estimate),
                    low: difference.low,
                    high: difference.high,
                    is_emphasised: false,
                    hint: &difference.hint,
                };
                side.panel.draw_interval(pen, palette, &interval, place.y, &mut marks)?;
            }
        }
    }
    Ok(marks)
}

fn draw_label(
    pen: &mut Pen<'_>,
    palette: &Palette,
    layout: &Layout,
    (row, place): (&DotRow, &Row),
    is_stacked: bool,
    marks: &mut Vec<Mark>,
) -> Result<(), ChartError> {
    let look = label_look(palette);
    let words = TEXT_LINE * place.lines.len() as f64;
    let top = if is_stacked { place.top } else { place.top + (place.height - words) / 2.0 };
    for (line, index) in place.lines.iter().zip(0..) {
        let y = top + TEXT_LINE * (f64::from(index) + 0.5);
        if is_stacked {
            // Grid lines do not run through words.
            let right = layout.pad + look.width(line) + 3.0;
            let behind = Rect { left: layout.pad - 3.0, top: y - 8.0, right, bottom: y + 8.0 };
            pen.fill(behind, Paint::solid(palette.card))?;
        }
        pen.text((layout.pad, y), line, Align::Left, look)?;
        if place.is_cut {
            let pieces = (layout.label_width / 24.0).ceil().clamp(1.0, 40.0) as usize;
            for piece in 0..pieces {
                note(marks, (layout.pad + 24.0 * (piece as f64 + 0.5), y), 10.0, &row.label);
            }
        }
    }
    Ok(())
}

/// Markers on a pale line from the least to the most; those that would cover each other stand one above the other.
fn draw_dots(
    pen: &mut Pen<'_>,
    palette: &Palette,
    panel: &Panel,
    row: &DotRow,
    place: &Row,
    marks: &mut Vec<Mark>,
) -> Result<(), ChartError> {
    let plot = panel.plot.grown(0.5);
    let mut dots: Vec<(f64, &Dot)> = row
        .dots
        .iter()
        .map(|dot| (panel.x_px(dot.x), dot))
        .filter(|(x, _)| *x >= plot.left && *x <= plot.right)
        .collect();
    sort_by(&mut dots, |a, b| a.0.total_cmp(&b.0));
    if let (Some((least, _)), Some((most, _))) = (dots.first(), dots.last())
        && least < most
    {
        let paint = Paint::solid(palette.line.mixed(palette.soft, 0.35));
        pen.horizontal(*least, *most, place.y, 1.5, paint)?;
    }
    for touching in dots.chunk_by(|(left, _), (right, _)| right - left < TOUCHING) {
        let step = (SPAN / touching.len() as f64).min(2.0 * RADIUS - 1.0);
        for (index, (x, dot)) in touching.iter().enumerate() {
            let at = (*x, place.y + step * (index as f64 - (touching.len() as f64 - 1.0) / 2.0));
            let look = palette.look(dot.hue);
            draw_marker(pen, look.marker, at, RADIUS, look.color, palette.card, false)?;
            note(marks, at, 9.0, &dot.hint);
        }
    }
    Ok(())
}
