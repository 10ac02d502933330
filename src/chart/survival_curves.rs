//! Steps of survival with their intervals and censor marks.

use super::end_labels::{EndLabel, Placement, draw_end_labels};
use super::frame::{Frame, Request, X_TICKS};
use super::legend::{Item, SECOND_DASH, SECOND_LINE, Sample};
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::reference::{XLabel, draw_x_marks, headroom, x_labels};
use super::{ChartError, Mark, note};
use crate::report::figure::{IntervalPoint, StepCurve, SurvivalCurves};

/// Half the height of a censor mark.
const CENSOR: f64 = 5.0;
/// More bands than this are paler, or they would cover one another.
const CROWD: f64 = 4.0;

fn request<'a>(figure: &'a SurvivalCurves, placement: &'a Placement, headroom: f64) -> Request<'a> {
    Request {
        x: &figure.x,
        y: &figure.y,
        counts: &figure.counts,
        legend: &placement.legend,
        end_labels: placement.width,
        inset: 0.0,
        headroom,
        foot: X_TICKS,
    }
}

fn placement(figure: &SurvivalCurves, width: f64) -> Placement {
    let names = figure.curves.iter().map(|curve| Item {
        sample: if curve.is_dashed { Sample::SecondLine } else { Sample::Line },
        hue: curve.hue,
        name: curve.name.clone(),
        detail: curve.end_label.clone(),
    });
    Placement::new(names.collect(), width)
}

/// The frame with as much room above the plot as the words there need.
fn frame<'a>(figure: &'a SurvivalCurves, placement: &'a Placement, size: (f64, f64)) -> (Frame<'a>, Vec<XLabel>) {
    let labels = x_labels(&figure.marks_x, &Frame::new(&request(figure, placement, 0.0), size), size.0);
    (Frame::new(&request(figure, placement, headroom(&labels)), size), labels)
}

pub(super) fn height(figure: &SurvivalCurves, width: f64) -> f64 {
    frame(figure, &placement(figure, width), (width, 0.0)).0.margins.height()
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &SurvivalCurves,
    palette: &Palette,
    size: (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let placement = placement(figure, size.0);
    let (frame, x_labels) = frame(figure, &placement, size);
    let pad = frame.margins.pad;
    let mut marks = Vec::new();
    placement.legend.draw(pen, palette, pad, pad - 3.0, size.0 - 2.0 * pad)?;
    frame.draw_axes(pen, palette)?;
    let alpha = 0.11 * (CROWD / figure.curves.len().max(1) as f64).min(1.0);
    for curve in &figure.curves {
        draw_band(pen, &frame, palette, curve, alpha)?;
    }
    frame.draw_reference(pen, palette, figure.reference_y, &[3.0, 3.0])?;
    draw_x_marks(pen, &frame, palette, &x_labels, &mut marks)?;
    let mut ends: Vec<Option<Point>> = Vec::new();
    for curve in &figure.curves {
        let look = palette.look(curve.hue);
        let line = corners(&frame, &finite_steps(curve), |step| Some(step.y));
        let (width, dash) = if curve.is_dashed { (SECOND_LINE, SECOND_DASH) } else { (2.25, look.dash) };
        pen.line_within(frame.clip(), &line, width, Paint::solid(look.color), dash)?;
        ends.push(line.last().copied());
    }
    for curve in &figure.curves {
        let color = palette.look(curve.hue).color;
        for &(x, y) in &curve.censored {
            let at = frame.point(x, y);
            if frame.clip().contains(at) {
                pen.vertical(at.0, at.1 - CENSOR, at.1 + CENSOR, 1.5, Paint::solid(color))?;
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
    frame.draw_counts(pen, palette, &figure.counts)?;
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
fn draw_band(
    pen: &mut Pen<'_>,
    frame: &Frame,
    palette: &Palette,
    curve: &StepCurve,
    alpha: f64,
) -> Result<(), ChartError> {
    let paint = Paint::faint(palette.look(curve.hue).color, alpha);
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
