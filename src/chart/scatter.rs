//! Two measurements of each subject.

use super::clip::Rect;
use super::frame::{Frame, Request, X_TICKS};
use super::legend::{Item, Legend, Sample, THIN_DASH, THIN_LINE};
use super::marker::{draw_limit, draw_marker};
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::reference::{XLabel, draw_x_marks, draw_y_marks, headroom, x_labels};
use super::text::{Align, SMALL, TextLook};
use super::{ChartError, Mark, note_pick};
use crate::order::sort_by;
use crate::report::figure::{Hue, Scatter, ScatterBand, ScatterPoint};

const RADIUS: f64 = 4.0;
const LABEL_HEIGHT: f64 = 14.0;

fn legend(figure: &Scatter) -> Legend {
    let items = figure.groups.iter().map(|group| Item {
        sample: if group.is_hollow { Sample::HollowPoint } else { Sample::Point },
        hue: group.hue,
        name: group.name.clone(),
        detail: String::new(),
    });
    let named = figure.lines.iter().filter(|line| !line.name.is_empty());
    let lines = named.map(|line| Item {
        sample: Sample::ThinLine { is_dashed: line.is_dashed },
        hue: line.hue,
        name: line.name.clone(),
        detail: String::new(),
    });
    let limit = figure.groups.iter().flat_map(|group| &group.points).find_map(|point| point.limit);
    let limits = limit.filter(|_| !figure.limit_name.is_empty()).map(|limit| Item {
        sample: Sample::Limit(limit),
        hue: Hue::Neutral,
        name: figure.limit_name.clone(),
        detail: String::new(),
    });
    Legend { items: items.chain(lines).chain(limits).collect() }
}

fn request<'a>(figure: &'a Scatter, legend: &'a Legend, headroom: f64) -> Request<'a> {
    Request { x: &figure.x, y: &figure.y, counts: &[], legend, end_labels: 0.0, inset: 0.0, headroom, foot: X_TICKS }
}

/// The frame with as much room above the plot as the words there need.
fn frame<'a>(figure: &'a Scatter, legend: &'a Legend, size: (f64, f64)) -> (Frame<'a>, Vec<XLabel>) {
    let labels = x_labels(&figure.marks_x, &Frame::new(&request(figure, legend, 0.0), size), size.0);
    (Frame::new(&request(figure, legend, headroom(&labels)), size), labels)
}

pub(super) fn height(figure: &Scatter, width: f64) -> f64 {
    frame(figure, &legend(figure), (width, 0.0)).0.margins.height()
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &Scatter,
    palette: &Palette,
    size: (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let legend = legend(figure);
    let (frame, x_labels) = frame(figure, &legend, size);
    let pad = frame.margins.pad;
    legend.draw(pen, palette, pad, pad - 3.0, size.0 - 2.0 * pad)?;
    frame.draw_axes(pen, palette)?;
    for band in &figure.bands {
        draw_band(pen, &frame, palette, band)?;
    }
    let mut marks = Vec::new();
    let spots = spots(figure, &frame);
    draw_x_marks(pen, &frame, palette, &x_labels, &mut marks)?;
    let points: Vec<Point> = spots.iter().map(|spot| spot.at).collect();
    let words = draw_y_marks(pen, palette, frame.plot, &figure.marks_y, &|y| frame.y_px(y), Some(&points))?;
    for line in &figure.lines {
        let points: Vec<Point> = line.points.iter().map(|&(x, y)| frame.point(x, y)).collect();
        let look = palette.look(line.hue);
        // An arm's line that the legend does not name is known by the arm's own dash, in grey too.
        let dash = match (line.is_dashed, line.name.is_empty()) {
            (true, _) => THIN_DASH,
            (false, true) if line.hue != Hue::Neutral => look.dash,
            (false, _) => &[],
        };
        pen.line_within(frame.clip(), &points, THIN_LINE, Paint::solid(look.color), dash)?;
    }
    for spot in &spots {
        let look = palette.look(spot.hue);
        match spot.point.limit {
            Some(limit) => draw_limit(pen, look.marker, spot.at, spot.radius, limit, look.color, palette.card)?,
            None => draw_marker(pen, look.marker, spot.at, spot.radius, look.color, palette.card, spot.is_hollow)?,
        }
        note_pick(&mut marks, spot.at, spot.radius.max(8.0), &spot.point.hint, &spot.point.pick);
    }
    // Level lines, such as one of significance, strike no name through.
    let levels = figure.lines.iter().filter_map(|line| match line.points.as_slice() {
        [(left, y), (right, other)] if y == other => {
            let (start, end) = (frame.point(*left, *y), frame.point(*right, *y));
            Some(Rect { left: start.0, top: start.1 - 1.0, right: end.0, bottom: start.1 + 1.0 })
        }
        _ => None,
    });
    let words: Vec<Rect> = words.into_iter().chain(levels).collect();
    draw_labels(pen, &frame, palette, &spots, &words, size.0)?;
    Ok(marks)
}

/// A point where it is drawn.
struct Spot<'a> {
    point: &'a ScatterPoint,
    hue: Hue,
    is_hollow: bool,
    at: Point,
    radius: f64,
}

/// In the order in which they are drawn: a small one is not hidden by a large one.
fn spots<'a>(figure: &'a Scatter, frame: &Frame) -> Vec<Spot<'a>> {
    let mut spots: Vec<Spot> = Vec::new();
    for group in &figure.groups {
        for point in &group.points {
            let at = frame.point(point.x, point.y);
            if frame.clip().contains(at) {
                let size = if point.size.is_finite() { point.size.clamp(0.25, 16.0) } else { 1.0 };
                let radius = RADIUS * size.sqrt() + if group.is_hollow || point.limit.is_some() { 0.5 } else { 0.0 };
                spots.push(Spot { point, hue: group.hue, is_hollow: group.is_hollow, at, radius });
            }
        }
    }
    if spots.iter().any(|spot| spot.point.size != 1.0) {
        sort_by(&mut spots, |a, b| b.radius.total_cmp(&a.radius));
    }
    spots
}

fn draw_band(pen: &mut Pen<'_>, frame: &Frame, palette: &Palette, band: &ScatterBand) -> Result<(), ChartError> {
    let plot = frame.plot;
    let is_finite = |(x, low, high): &(f64, f64, f64)| x.is_finite() && low.is_finite() && high.is_finite();
    for run in band.points.split(|point| !is_finite(point)) {
        let inside = |x: f64, y: f64| {
            let (x, y) = frame.point(x, y);
            (x.max(plot.left).min(plot.right), y.max(plot.top).min(plot.bottom))
        };
        let above = run.iter().map(|&(x, _, high)| inside(x, high));
        let below = run.iter().rev().map(|&(x, low, _)| inside(x, low));
        let outline: Vec<Point> = above.chain(below).collect();
        pen.polygon(&outline, Paint::faint(palette.look(band.hue).color, 0.13))?;
    }
    Ok(())
}

/// Each label on the first side of its point that is free: right, left, above, below, between these; nowhere where none is.
/// The pointer still finds the point's hint.
fn draw_labels(
    pen: &mut Pen<'_>,
    frame: &Frame,
    palette: &Palette,
    spots: &[Spot],
    words: &[Rect],
    width: f64,
) -> Result<(), ChartError> {
    let look = TextLook::plain(SMALL - 0.5, palette.ink.mixed(palette.soft, 0.35));
    let around = |spot: &Spot| {
        let ((x, y), r) = (spot.at, spot.radius);
        Rect { left: x - r, top: y - r, right: x + r, bottom: y + r }
    };
    let mut taken: Vec<Rect> = spots.iter().map(around).chain(words.iter().copied()).collect();
    let bounds = Rect { left: frame.plot.left, right: width, ..frame.plot };
    // From the top down: in a volcano the strongest is named first.
    let mut named: Vec<&Spot> = spots.iter().filter(|spot| !spot.point.label.is_empty()).collect();
    sort_by(&mut named, |a: &&Spot, b: &&Spot| a.at.1.total_cmp(&b.at.1));
    for spot in named {
        let text = look.fit(&spot.point.label, frame.plot.width() * 0.4);
        let (wide, half) = (look.width(&text), LABEL_HEIGHT / 2.0);
        let ((x, y), beside) = (spot.at, spot.radius + 4.0);
        let sides = [
            (x + beside, y),
            (x - beside - wide, y),
            (x - wide / 2.0, y - beside - half + 1.0),
            (x - wide / 2.0, y + beside + half - 1.0),
            (x + beside - 2.0, y + half),
            (x - beside + 2.0 - wide, y + half),
            (x + beside - 2.0, y - half),
            (x - beside + 2.0 - wide, y - half),
        ];
        let own = around(spot);
        let place = sides
            .into_iter()
            .map(|(left, y)| (left, Rect { left, top: y - half, right: left + wide, bottom: y + half }))
            .find(|(_, rect)| {
                bounds.contains((rect.left, rect.top))
                    && bounds.contains((rect.right, rect.bottom))
                    && taken.iter().all(|other| *other == own || !rect.overlaps(*other))
            });
        if let Some((left, rect)) = place {
            pen.text((left, (rect.top + rect.bottom) / 2.0), &text, Align::Left, look)?;
            taken.push(rect);
        }
    }
    Ok(())
}
