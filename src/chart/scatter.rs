//! Two measurements of each subject.

use super::frame::{Frame, Margins, Request};
use super::legend::{Item, Legend, Sample};
use super::marker::draw_marker;
use super::palette::Palette;
use super::pen::Pen;
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
    Legend { items: items.collect() }
}

fn request<'a>(figure: &'a Scatter, legend: &'a Legend) -> Request<'a> {
    Request { x: &figure.x, y: &figure.y, counts: None, legend, end_labels: 0.0, inset: 0.0 }
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
