//! Upright bars in groups, from one a patient to a few an arm.

use super::clip::Rect;
use super::frame::{Frame, LINE, Margins, Request, X_TICKS, share, stride};
use super::legend::{Item, Legend, Sample};
use super::marker::{Marker, draw_marker, draw_rimless};
use super::palette::Palette;
use super::pen::{Paint, Pen};
use super::text::{Align, SMALL, TextLook};
use super::texture::{NARROWEST, fill_textured, texture_of};
use super::{ChartError, Mark, note_along};
use crate::report::figure::{Axis, Bar, Bars};

/// Of a group's room, what its bars take.
const FILLED: f64 = 0.76;
const WIDEST: f64 = 48.0;
/// The lowest a plot gets; labels are given room for it.
const LOWEST_PLOT: f64 = 230.0;
/// Between a bar's end and the middle of its label.
const LABEL_GAP: f64 = 10.0;

/// How the values at the bars' ends are written.
#[derive(Clone, Copy, PartialEq)]
enum Labels {
    Upright(f64),
    /// Read upwards: bars closer together than their labels are wide.
    Turned,
    None,
}

/// Widths of everything, before the heights are known.
struct Layout {
    /// From one group to the next.
    pitch: f64,
    /// From one bar of a group to the next.
    slot: f64,
    bar: f64,
    labels: Labels,
    headroom: f64,
    footroom: f64,
    /// Each group's label in lines, every `step`-th of them.
    names: Vec<Vec<String>>,
    step: usize,
}

impl Layout {
    fn new(figure: &Bars, plot: f64) -> Layout {
        let most = figure.groups.iter().map(|group| group.bars.len()).max().unwrap_or(0).max(1);
        let pitch = plot / figure.groups.len().max(1) as f64;
        // Single bars stand close together, as in a waterfall.
        let filled = if most == 1 { 1.0 } else { FILLED };
        let widest = if most == 1 { WIDEST / 0.8 } else { WIDEST };
        let slot = (pitch * filled / most as f64).min(widest);
        let bar = if most == 1 {
            if slot > 3.0 { slot * 0.8 } else { slot }
        } else if slot > 6.0 {
            slot - 2.0
        } else {
            slot
        };
        let labels = value_labels(figure, slot);
        let (names, step) = group_names(figure, pitch, plot);
        let mut layout = Layout { pitch, slot, bar, labels, headroom: 0.0, footroom: 0.0, names, step };
        for bar in figure.groups.iter().flat_map(|group| &group.bars) {
            let Some((is_falling, end)) = far_end(figure, bar) else { continue };
            let needed = layout.room_at_end(bar);
            let left = if is_falling { share(&figure.y, end) } else { 1.0 - share(&figure.y, end) };
            let short = needed - left.clamp(0.0, 1.0) * LOWEST_PLOT;
            let room = if is_falling { &mut layout.footroom } else { &mut layout.headroom };
            *room = room.max(short);
        }
        layout
    }

    fn cross(&self) -> f64 {
        (self.bar * 0.42).clamp(1.75, 4.5)
    }

    /// What stands beyond a bar's end.
    fn room_at_end(&self, bar: &Bar) -> f64 {
        let cross = if bar.is_marked { 2.0 * self.cross() + 5.0 } else { 0.0 };
        let label = match self.labels {
            _ if bar.label.is_empty() => 0.0,
            Labels::Upright(_) => 9.0,
            Labels::Turned => 8.0 + TextLook::plain(11.5, Palette::light().ink).width(&bar.label),
            Labels::None => 0.0,
        };
        cross + label
    }

    fn foot(&self) -> f64 {
        let lines = self.names.iter().map(Vec::len).max().unwrap_or(0);
        let names = if lines == 0 { 8.0 } else { X_TICKS + (LINE - 1.0) * (lines - 1) as f64 };
        self.footroom + names
    }
}

/// The upper or lower end of what a bar shows, its interval included, and whether it falls.
fn far_end(figure: &Bars, bar: &Bar) -> Option<(bool, f64)> {
    let value = Some(bar.value).filter(|value| value.is_finite())?;
    let is_falling = value < figure.base_y;
    let bound = if is_falling { bar.low } else { bar.high };
    // An interval without its other bound is not drawn.
    let bound = bound.filter(|bound| bound.is_finite() && bar.low.is_some() && bar.high.is_some());
    let end = match bound {
        Some(bound) if is_falling => value.min(bound),
        Some(bound) => value.max(bound),
        None => value,
    };
    Some((is_falling, end))
}

/// One way for all, so that none looks weightier than another.
fn value_labels(figure: &Bars, slot: f64) -> Labels {
    let bars = || figure.groups.iter().flat_map(|group| &group.bars);
    if bars().all(|bar| bar.label.is_empty()) {
        return Labels::None;
    }
    let fits = |&size: &f64| {
        let look = TextLook::plain(size, Palette::light().ink);
        bars().all(|bar| look.width(&bar.label) <= slot - 2.0)
    };
    match [SMALL, 11.5].into_iter().find(fits) {
        Some(size) => Labels::Upright(size),
        None if slot >= 13.0 => Labels::Turned,
        None => Labels::None,
    }
}

/// All names in lines if they fit under their groups, else every second, third …
fn group_names(figure: &Bars, pitch: f64, plot: f64) -> (Vec<Vec<String>>, usize) {
    if figure.groups.iter().all(|group| group.label.is_empty()) {
        return (Vec::new(), 1);
    }
    let look = TextLook::plain(SMALL, Palette::light().soft);
    let names = || figure.groups.iter().map(|group| group.label.as_str());
    let wrapped: Vec<Vec<String>> = names().map(|name| look.wrap(name, pitch - 8.0, 3)).collect();
    let is_whole =
        |(name, lines): (&str, &Vec<String>)| lines.join(" ") == name.split_whitespace().collect::<Vec<_>>().join(" ");
    if names().zip(&wrapped).all(is_whole) {
        return (wrapped, 1);
    }
    let limit = pitch.max(plot / 3.0).min(160.0) - 8.0;
    let lines: Vec<Vec<String>> = names().map(|name| look.wrap(name, limit, 2)).collect();
    let places: Vec<(f64, f64)> = lines
        .iter()
        .enumerate()
        .map(|(index, lines)| {
            let width = lines.iter().map(|line| look.width(line)).fold(0.0, f64::max);
            // Those at the edges are moved inwards.
            let center = (pitch * (index as f64 + 0.5)).min(plot - width / 2.0).max(width / 2.0);
            (center, width)
        })
        .collect();
    let step = stride(&places, 8.0);
    (lines, step)
}

/// The samples look as the bars will; whether these are narrow does not change the legend's size.
fn legend(figure: &Bars, is_narrow: bool) -> Legend {
    let items = figure.legend.iter().map(|entry| Item {
        sample: Sample::Bar { is_narrow },
        hue: entry.hue,
        name: entry.name.clone(),
        detail: String::new(),
    });
    Legend { items: items.collect() }
}

/// The groups stand at 0.5, 1.5 … of an axis without ticks.
fn x_axis(figure: &Bars) -> Axis {
    Axis { label: figure.x_label.clone(), min: 0.0, max: figure.groups.len().max(1) as f64, ticks: Vec::new() }
}

fn request<'a>(figure: &'a Bars, x: &'a Axis, legend: &'a Legend, layout: Option<&Layout>) -> Request<'a> {
    Request {
        x,
        y: &figure.y,
        counts: &[],
        legend,
        end_labels: 0.0,
        inset: 0.0,
        headroom: layout.map_or(0.0, |layout| layout.headroom),
        foot: layout.map_or(0.0, Layout::foot),
    }
}

fn layout(figure: &Bars, x: &Axis, legend: &Legend, width: f64) -> Layout {
    let margins = Margins::new(&request(figure, x, legend, None), width);
    Layout::new(figure, (width - margins.left - margins.right).max(20.0))
}

pub(super) fn height(figure: &Bars, width: f64) -> f64 {
    let (x, legend) = (x_axis(figure), legend(figure, false));
    let layout = layout(figure, &x, &legend, width);
    Margins::new(&request(figure, &x, &legend, Some(&layout)), width).height()
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &Bars,
    palette: &Palette,
    size: (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let (x, samples) = (x_axis(figure), legend(figure, false));
    let layout = layout(figure, &x, &samples, size.0);
    let legend = legend(figure, layout.bar < NARROWEST);
    let frame = Frame::new(&request(figure, &x, &legend, Some(&layout)), size);
    let pad = frame.margins.pad;
    legend.draw(pen, palette, pad, pad - 3.0, size.0 - 2.0 * pad)?;
    frame.draw_grid(pen, palette)?;
    frame.draw_titles(pen, palette)?;

    let plot = frame.plot;
    let within = |y: f64| y.clamp(plot.top, plot.bottom.max(plot.top));
    let base = frame.y_px(figure.base_y);
    let base = within(if base.is_finite() { base } else { plot.bottom });
    let mut marks = Vec::new();
    let count: usize = figure.groups.iter().map(|group| group.bars.len()).sum();
    // Enough to find a bar by pointing anywhere at it, and not too many to search.
    let most_marks = (4000 / count.max(1)).clamp(2, 16);
    let places = || {
        figure.groups.iter().enumerate().flat_map(|(index, group)| {
            let middle = plot.left + layout.pitch * (index as f64 + 0.5);
            let first = middle - layout.slot * (group.bars.len() as f64 - 1.0) / 2.0;
            group.bars.iter().enumerate().map(move |(place, bar)| (first + layout.slot * place as f64, bar))
        })
    };
    for (x, bar) in places() {
        let end = frame.y_px(bar.value);
        if !end.is_finite() {
            note_along(&mut marks, x, (base - 4.0, base + 4.0), layout.slot / 2.0, 1, &bar.hint);
            continue;
        }
        let end = within(end);
        // A bar of no height is still there.
        let (top, bottom) = (end.min(base), end.max(base).max(end.min(base) + 1.5));
        let rect = Rect { left: x - layout.bar / 2.0, top, right: x + layout.bar / 2.0, bottom };
        fill_textured(pen, rect, palette.look(bar.hue).color, palette.card, texture_of(bar.hue))?;
        note_along(&mut marks, x, (end, base), layout.slot / 2.0, most_marks, &bar.hint);
    }
    pen.horizontal(plot.left, plot.right, base, 1.0, Paint::solid(palette.line.mixed(palette.soft, 0.75)))?;
    frame.draw_reference(pen, palette, figure.reference_y, &[5.0, 4.0])?;
    for (x, bar) in places() {
        draw_interval(pen, &frame, palette, bar, x, layout.bar)?;
        draw_end(pen, &frame, palette, figure, bar, (x, base), &layout)?;
    }
    draw_names(pen, palette, &layout, plot, size.0)?;
    Ok(marks)
}

fn draw_interval(
    pen: &mut Pen<'_>,
    frame: &Frame,
    palette: &Palette,
    bar: &Bar,
    x: f64,
    width: f64,
) -> Result<(), ChartError> {
    let (Some(low), Some(high)) = (bar.low, bar.high) else { return Ok(()) };
    let plot = frame.plot;
    let (low, high) = (frame.y_px(low), frame.y_px(high));
    if !low.is_finite() || !high.is_finite() {
        return Ok(());
    }
    let within = |y: f64| y.clamp(plot.top, plot.bottom.max(plot.top));
    let line = if width < 8.0 { 1.0 } else { 1.75 };
    // A rim keeps the interval visible on its own bar.
    pen.vertical(x, within(high), within(low), line + 1.75, Paint::faint(palette.card, 0.9))?;
    pen.vertical(x, within(high), within(low), line, Paint::solid(palette.ink.mixed(palette.soft, 0.3)))
}

/// The cross and the value beyond the end of a bar.
fn draw_end(
    pen: &mut Pen<'_>,
    frame: &Frame,
    palette: &Palette,
    figure: &Bars,
    bar: &Bar,
    (x, base): (f64, f64),
    layout: &Layout,
) -> Result<(), ChartError> {
    let (is_falling, end) = match far_end(figure, bar) {
        Some((is_falling, end)) => (is_falling, frame.y_px(end)),
        None => (false, base),
    };
    let end = if end.is_finite() { end } else { base };
    let plot = frame.plot;
    let mut end = end.clamp(plot.top, plot.bottom.max(plot.top));
    let away = if is_falling { 1.0 } else { -1.0 };
    if bar.is_marked {
        let cross = layout.cross();
        let color = palette.ink.mixed(palette.soft, 0.2);
        let at = (x, end + away * (cross + 3.0));
        if cross < 3.0 {
            // A rim would cut into the neighbours' crosses.
            draw_rimless(pen, Marker::Cross, at, cross, color)?;
        } else {
            draw_marker(pen, Marker::Cross, at, cross, color, palette.card, false)?;
        }
        end += away * (2.0 * cross + 5.0);
    }
    let color = palette.ink.mixed(palette.soft, 0.35);
    match layout.labels {
        _ if bar.label.is_empty() => Ok(()),
        Labels::Upright(size) => {
            let (look, y) = (TextLook::plain(size, color), end + away * LABEL_GAP);
            let half = look.width(&bar.label) / 2.0;
            clear(pen, palette, Rect { left: x - half, top: y - 6.5, right: x + half, bottom: y + 6.5 })?;
            pen.text((x, y), &bar.label, Align::Center, look)
        }
        Labels::Turned => {
            let align = if is_falling { Align::Right } else { Align::Left };
            let (look, y) = (TextLook::plain(11.5, color).turned(), end + away * 5.0);
            let far = y + away * look.width(&bar.label);
            clear(pen, palette, Rect { left: x - 6.0, top: y.min(far), right: x + 6.0, bottom: y.max(far) })?;
            pen.text((x, y), &bar.label, align, look)
        }
        Labels::None => Ok(()),
    }
}

/// Grid lines do not run through numbers.
fn clear(pen: &mut Pen<'_>, palette: &Palette, rect: Rect) -> Result<(), ChartError> {
    if rect.width() > 0.0 && rect.height() > 0.0 { pen.fill(rect, Paint::solid(palette.card)) } else { Ok(()) }
}

fn draw_names(pen: &mut Pen<'_>, palette: &Palette, layout: &Layout, plot: Rect, width: f64) -> Result<(), ChartError> {
    let look = TextLook::plain(SMALL, palette.soft);
    for (index, lines) in layout.names.iter().enumerate().step_by(layout.step.max(1)) {
        let middle = plot.left + layout.pitch * (index as f64 + 0.5);
        let mut y = plot.bottom + layout.footroom + 16.0;
        for line in lines {
            let half = look.width(line) / 2.0;
            let x = middle.min(width - 4.0 - half).max(4.0 + half);
            pen.text((x, y), line, Align::Center, look)?;
            y += LINE - 1.0;
        }
    }
    Ok(())
}
