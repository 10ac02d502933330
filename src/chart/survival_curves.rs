//! Steps of survival with their intervals and censor marks.

use super::end_labels::{EndLabel, Placement, draw_end_labels};
use super::frame::{Frame, Margins, Request, X_TICKS};
use super::legend::Sample;
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::{ChartError, Mark, note};
use crate::report::figure::{IntervalPoint, StepCurve, SurvivalCurves};

fn request<'a>(figure: &'a SurvivalCurves, placement: &'a Placement) -> Request<'a> {
    Request {
        x: &figure.x,
        y: &figure.y,
        counts: figure.counts.first(),
        legend: &placement.legend,
        end_labels: placement.width,
        inset: 0.0,
        headroom: 0.0,
        foot: X_TICKS,
    }
}

fn placement(figure: &SurvivalCurves, width: f64) -> Placement {
    let names: Vec<_> =
        figure.curves.iter().map(|curve| (curve.name.as_str(), curve.hue, curve.end_label.as_str())).collect();
    Placement::new(&names, width, Sample::Line)
}

pub(super) fn height(figure: &SurvivalCurves, width: f64) -> f64 {
    Margins::new(&request(figure, &placement(figure, width)), width).height()
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &SurvivalCurves,
    palette: &Palette,
    size: (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let placement = placement(figure, size.0);
    let frame = Frame::new(&request(figure, &placement), size);
    let pad = frame.margins.pad;
    let mut marks = Vec::new();
    placement.legend.draw(pen, palette, pad, pad - 3.0, size.0 - 2.0 * pad)?;
    frame.draw_axes(pen, palette)?;
    for curve in &figure.curves {
        draw_band(pen, &frame, palette, curve)?;
    }
    frame.draw_reference(pen, palette, figure.reference_y, &[3.0, 3.0])?;
    let mut ends: Vec<Option<Point>> = Vec::new();
    for curve in &figure.curves {
        let look = palette.look(curve.hue);
        let line = corners(&frame, &finite_steps(curve), |step| Some(step.y));
        pen.line_within(frame.clip(), &line, 2.25, Paint::solid(look.color), look.dash)?;
        ends.push(line.last().copied());
    }
    for curve in &figure.curves {
        let color = palette.look(curve.hue).color;
        for &(x, y) in &curve.censored {
            let at = frame.point(x, y);
            if frame.clip().contains(at) {
                pen.vertical(at.0, at.1 - 5.0, at.1 + 5.0, 1.5, Paint::solid(color))?;
            }
        }
        for step in &curve.steps {
            let at = frame.point(step.x, step.y);
            if frame.clip().contains(at) {
                note(&mut marks, at, 10.0, &step.hint);
            }
        }
    }
    let labels: Vec<EndLabel> = figure
        .curves
        .iter()
        .zip(ends)
        .map(|(curve, end)| EndLabel { name: &curve.name, hue: curve.hue, detail: &curve.end_label, end })
        .collect();
    draw_end_labels(pen, palette, &frame, placement.width, &labels)?;
    if let Some(counts) = figure.counts.first() {
        frame.draw_counts(pen, palette, counts)?;
    }
    Ok(marks)
}

fn finite_steps(curve: &StepCurve) -> Vec<&IntervalPoint> {
    curve.steps.iter().filter(|step| step.x.is_finite() && step.y.is_finite()).collect()
}

/// The corners of a stepped line: each value holds until the next step.
fn corners(frame: &Frame, steps: &[&IntervalPoint], value: impl Fn(&IntervalPoint) -> Option<f64>) -> Vec<Point> {
    let mut line: Vec<Point> = Vec::with_capacity(steps.len() * 2);
    for step in steps {
        let Some(y) = value(step).filter(|y| y.is_finite()) else { continue };
        let (x, y) = frame.point(step.x, y);
        if let Some(&(_, held)) = line.last()
            && held != y
        {
            line.push((x, held));
        }
        line.push((x, y));
    }
    line
}

/// The interval as a light band, one piece for each run of steps that has one.
fn draw_band(pen: &mut Pen<'_>, frame: &Frame, palette: &Palette, curve: &StepCurve) -> Result<(), ChartError> {
    let paint = Paint::faint(palette.look(curve.hue).color, 0.11);
    let has_interval =
        |step: &&IntervalPoint| step.low.is_some_and(f64::is_finite) && step.high.is_some_and(f64::is_finite);
    let steps = finite_steps(curve);
    let mut start = 0;
    while start < steps.len() {
        if !has_interval(&steps[start]) {
            start += 1;
            continue;
        }
        let length = steps[start..].iter().take_while(|step| has_interval(step)).count();
        let run = &steps[start..start + length];
        let mut outline = corners(frame, run, |step| step.high);
        let mut below = corners(frame, run, |step| step.low);
        // The last interval holds until the next step, which has none.
        if let Some(next) = steps.get(start + length) {
            let x = frame.x_px(next.x);
            for edge in [&mut outline, &mut below] {
                edge.extend(edge.last().map(|&(_, y)| (x, y)));
            }
        }
        outline.extend(below.into_iter().rev());
        let plot = frame.plot;
        for (x, y) in &mut outline {
            *x = x.max(plot.left).min(plot.right);
            *y = y.max(plot.top).min(plot.bottom);
        }
        pen.polygon(&outline, paint)?;
        start += length;
    }
    Ok(())
}
