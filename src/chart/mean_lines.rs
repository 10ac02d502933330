//! Means with their intervals over time.

use super::clip::Rect;
use super::end_labels::{EndLabel, Placement, draw_end_labels};
use super::frame::{Frame, Margins, Request, X_TICKS};
use super::legend::{Item, Sample};
use super::marker::draw_marker;
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::{ChartError, Mark, note};
use crate::order::sort_numbers;
use crate::report::figure::{MeanLines, Trace};

const RADIUS: f64 = 4.25;
/// Between the interval bars of two arms at the same x.
const SIDESTEP: f64 = 8.0;
/// Half the extent of the cross where a subject's line ends in death.
const CROSS: f64 = 3.5;

fn request<'a>(figure: &'a MeanLines, placement: &'a Placement) -> Request<'a> {
    let inset = sidestep_extent(figure) / 2.0 + RADIUS + 4.0;
    Request {
        x: &figure.x,
        y: &figure.y,
        counts: std::slice::from_ref(&figure.counts),
        legend: &placement.legend,
        end_labels: placement.width,
        inset: if figure.series.is_empty() { 0.0 } else { inset },
        headroom: 0.0,
        foot: X_TICKS,
    }
}

fn placement(figure: &MeanLines, width: f64) -> Placement {
    let names = figure.series.iter().map(|series| Item {
        sample: Sample::MarkedLine,
        hue: series.hue,
        name: series.name.clone(),
        detail: series.end_label.clone(),
    });
    Placement::new(names.collect(), width)
}

pub(super) fn height(figure: &MeanLines, width: f64) -> f64 {
    Margins::new(&request(figure, &placement(figure, width)), width).height()
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &MeanLines,
    palette: &Palette,
    size: (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let placement = placement(figure, size.0);
    let frame = Frame::new(&request(figure, &placement), size);
    let pad = frame.margins.pad;
    let mut marks = Vec::new();
    placement.legend.draw(pen, palette, pad, pad - 3.0, size.0 - 2.0 * pad)?;
    frame.draw_axes(pen, palette)?;
    frame.draw_reference(pen, palette, figure.reference_y, &[])?;
    draw_traces(pen, &frame, palette, &figure.traces, &mut marks)?;

    let nearest = nearest_places(figure, &frame);
    let offsets = sidesteps(figure, nearest);
    let radius = (nearest * 0.3).clamp(2.25, RADIUS);
    let clip = frame.clip();
    // A rim keeps the means apart from the subjects behind them.
    let has_traces = !figure.traces.is_empty();
    let halo = Paint::faint(palette.card, 0.85);
    // The interval may reach over the plot's edge; the bar then ends there.
    let within = |y: f64| y.clamp(frame.plot.top, frame.plot.bottom.max(frame.plot.top));
    for (series, offset) in figure.series.iter().zip(&offsets) {
        let color = palette.look(series.hue).color;
        for point in &series.points {
            let (x, _) = frame.point(point.x, point.y);
            let (Some(low), Some(high)) = (point.low, point.high) else { continue };
            let (low, high) = (frame.y_px(low), frame.y_px(high));
            if x.is_finite() && low.is_finite() && high.is_finite() && inside_x(x, clip) {
                if has_traces {
                    pen.vertical(x + offset, within(high), within(low), 4.5, halo)?;
                }
                let paint = Paint::solid(palette.card.mixed(color, if has_traces { 1.0 } else { 0.72 }));
                pen.vertical(x + offset, within(high), within(low), 1.75, paint)?;
            }
        }
    }
    let mut ends: Vec<Option<Point>> = Vec::new();
    for (series, offset) in figure.series.iter().zip(&offsets) {
        let look = palette.look(series.hue);
        let points: Vec<Point> =
            series.points.iter().map(|point| frame.point(point.x, point.y)).map(|(x, y)| (x + offset, y)).collect();
        let seen: Vec<Point> = points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
        if has_traces {
            pen.line_within(clip, &seen, 6.0, halo, &[])?;
        }
        pen.line_within(clip, &seen, 2.25, Paint::solid(look.color), look.dash)?;
        ends.push(seen.last().copied());
    }
    for (series, offset) in figure.series.iter().zip(&offsets) {
        let look = palette.look(series.hue);
        for point in &series.points {
            let (x, y) = frame.point(point.x, point.y);
            let at = (x + offset, y);
            if clip.contains(at) {
                draw_marker(pen, look.marker, at, radius, look.color, palette.card, false)?;
                note(&mut marks, at, 12.0, &point.hint);
            }
        }
    }
    let labels: Vec<EndLabel> = figure
        .series
        .iter()
        .zip(ends)
        .map(|(series, end)| EndLabel { name: &series.name, hue: series.hue, detail: &series.end_label, end })
        .collect();
    draw_end_labels(pen, palette, &frame, placement.width, &labels)?;
    frame.draw_counts(pen, palette, std::slice::from_ref(&figure.counts))?;
    Ok(marks)
}

fn inside_x(x: f64, clip: Rect) -> bool {
    x >= clip.left && x <= clip.right
}

fn draw_traces(
    pen: &mut Pen<'_>,
    frame: &Frame,
    palette: &Palette,
    traces: &[Trace],
    marks: &mut Vec<Mark>,
) -> Result<(), ChartError> {
    // Many lines together must not turn into ink: each fades and pales as they grow in number.
    let share = (30.0 / traces.len().max(30) as f64).sqrt();
    // Colours of eight bits shift their hue when something fainter is laid on itself.
    let alpha = (0.42 * share).max(0.06);
    for trace in traces {
        let pale = palette.card.mixed(palette.look(trace.hue).color, 0.45 + 0.55 * share);
        let paint = Paint::faint(pale, alpha);
        let points: Vec<Point> = trace.points.iter().map(|&(x, y)| frame.point(x, y)).collect();
        pen.line_within(frame.clip(), &points, 1.0, paint, &[])?;
        for &at in points.iter().filter(|&&at| frame.clip().contains(at)) {
            note(marks, at, 4.0, &trace.hint);
        }
        let end = points.iter().rfind(|(x, y)| x.is_finite() && y.is_finite());
        if let Some(&(x, y)) = end.filter(|&&end| trace.ends_in_death && frame.clip().contains(end)) {
            // Fewer than the lines, the crosses may be stronger.
            let paint = Paint::faint(palette.look(trace.hue).color, (alpha * 2.2).clamp(0.4, 0.9));
            for slant in [-CROSS, CROSS] {
                pen.line(&[(x - CROSS, y - slant), (x + CROSS, y + slant)], 1.5, paint, &[])?;
            }
        }
    }
    Ok(())
}

fn sidestep_extent(figure: &MeanLines) -> f64 {
    let has_intervals =
        figure.series.iter().flat_map(|series| &series.points).any(|point| point.low.is_some() && point.high.is_some());
    if has_intervals { (SIDESTEP * figure.series.len().saturating_sub(1) as f64).min(30.0) } else { 0.0 }
}

/// The least distance between two x at which something was measured; endless for a single one.
fn nearest_places(figure: &MeanLines, frame: &Frame) -> f64 {
    let mut places: Vec<f64> = figure
        .series
        .iter()
        .flat_map(|series| &series.points)
        .map(|point| frame.x_px(point.x))
        .filter(|x| x.is_finite())
        .collect();
    sort_numbers(&mut places);
    places.dedup_by(|a, b| (*a - *b).abs() < 0.5);
    places.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min)
}

/// How far each arm stands aside, so that bars at the same x do not cover one another; never so far that a point
/// could be taken for its neighbour's.
fn sidesteps(figure: &MeanLines, nearest: f64) -> Vec<f64> {
    let extent = sidestep_extent(figure).min(nearest * 0.45);
    let last = figure.series.len().saturating_sub(1);
    (0..figure.series.len())
        .map(|index| if last == 0 { 0.0 } else { extent * (index as f64 / last as f64 - 0.5) })
        .collect()
}
