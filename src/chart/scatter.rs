//! Two measurements of each subject.

use super::frame::{Frame, Margins, Request, X_TICKS};
use super::legend::{Item, Legend, Sample, THIN_DASH, THIN_LINE};
use super::marker::draw_marker;
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::{ChartError, Mark, note};
use crate::report::figure::Scatter;

const RADIUS: f64 = 4.0;

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
    Legend { items: items.chain(lines).collect() }
}

fn request<'a>(figure: &'a Scatter, legend: &'a Legend) -> Request<'a> {
    Request {
        x: &figure.x,
        y: &figure.y,
        counts: None,
        legend,
        end_labels: 0.0,
        inset: 0.0,
        headroom: 0.0,
        foot: X_TICKS,
    }
}

pub(super) fn height(figure: &Scatter, width: f64) -> f64 {
    Margins::new(&request(figure, &legend(figure)), width).height()
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &Scatter,
    palette: &Palette,
    size: (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let legend = legend(figure);
    let frame = Frame::new(&request(figure, &legend), size);
    let pad = frame.margins.pad;
    legend.draw(pen, palette, pad, pad - 3.0, size.0 - 2.0 * pad)?;
    frame.draw_axes(pen, palette)?;
    for line in &figure.lines {
        let points: Vec<Point> = line.points.iter().map(|&(x, y)| frame.point(x, y)).collect();
        let dash = if line.is_dashed { THIN_DASH } else { &[] };
        pen.line_within(frame.clip(), &points, THIN_LINE, Paint::solid(palette.look(line.hue).color), dash)?;
    }
    let mut marks = Vec::new();
    for group in &figure.groups {
        let look = palette.look(group.hue);
        let radius = if group.is_hollow { RADIUS + 0.5 } else { RADIUS };
        for point in &group.points {
            let at = frame.point(point.x, point.y);
            if frame.clip().contains(at) {
                draw_marker(pen, look.marker, at, radius, look.color, palette.card, group.is_hollow)?;
                note(&mut marks, at, 8.0, &point.hint);
            }
        }
    }
    Ok(marks)
}
