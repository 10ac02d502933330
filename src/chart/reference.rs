//! Thin dashed lines at values that matter, with their words.

use super::clip::Rect;
use super::frame::{Frame, LINE};
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::text::{Align, SMALL, TextLook};
use super::{ChartError, Mark, note};
use crate::order::sort_by;
use crate::report::figure::{XMark, YMark};

const DASH: &[f64] = &[4.0, 3.0];

/// The words over an upright line, in the lowest row above the plot that is free there.
pub(super) struct XLabel {
    at: f64,
    x: f64,
    row: usize,
    text: String,
    /// Said when pointed at, where `text` is cut.
    whole: String,
}

pub(super) fn x_labels(marks_x: &[XMark], frame: &Frame, width: f64) -> Vec<XLabel> {
    let look = TextLook::plain(SMALL - 0.5, Palette::light().soft);
    let pad = frame.margins.pad;
    let ends = frame.plot.grown(0.5);
    let mut row_ends: Vec<f64> = Vec::new();
    let mut marks: Vec<(f64, &XMark)> = marks_x.iter().map(|mark| (frame.x_px(mark.at), mark)).collect();
    marks.retain(|(x, _)| *x >= ends.left && *x <= ends.right);
    sort_by(&mut marks, |a, b| a.0.total_cmp(&b.0));
    marks
        .into_iter()
        .map(|(at, mark)| {
            let text = look.fit(&mark.label, (width - 2.0 * pad) * 0.6);
            let half = look.width(&text) / 2.0;
            let x = at.min(width - pad - half).max(pad + half);
            let row = row_ends.iter().position(|end| *end + 8.0 <= x - half).unwrap_or(row_ends.len());
            match row_ends.get_mut(row) {
                Some(end) => *end = x + half,
                None => row_ends.push(x + half),
            }
            let whole = if text == mark.label { String::new() } else { mark.label.clone() };
            XLabel { at, x, row, text, whole }
        })
        .collect()
}

/// Room above the plot for the words.
pub(super) fn headroom(labels: &[XLabel]) -> f64 {
    let rows = labels.iter().filter(|label| !label.text.is_empty()).map(|label| label.row + 1).max().unwrap_or(0);
    LINE * rows as f64
}

pub(super) fn draw_x_marks(
    pen: &mut Pen<'_>,
    frame: &Frame,
    palette: &Palette,
    labels: &[XLabel],
    marks: &mut Vec<Mark>,
) -> Result<(), ChartError> {
    let look = TextLook::plain(SMALL - 0.5, palette.soft);
    for label in labels {
        let y = frame.plot.top - 4.0 - LINE * (label.row as f64 + 0.5);
        let top = if label.text.is_empty() { frame.plot.top } else { y + LINE / 2.0 };
        pen.line(&[(label.at, top), (label.at, frame.plot.bottom)], 1.0, paint(palette), DASH)?;
        pen.text((label.x, y), &label.text, Align::Center, look)?;
        note(marks, (label.x, y), 14.0, &label.whole);
    }
    Ok(())
}

/// Lines across at the places (px) that `y_px` gives. Their words stand behind the `points`: at the end and on the side
/// where they cross the fewest of them, no other line and no words. Gives where they stand.
pub(super) fn draw_y_marks(
    pen: &mut Pen<'_>,
    palette: &Palette,
    plot: Rect,
    marks_y: &[YMark],
    y_px: &dyn Fn(f64) -> f64,
    points: Option<&[Point]>,
) -> Result<Vec<Rect>, ChartError> {
    let look = TextLook::plain(SMALL - 1.5, palette.soft);
    let lines: Vec<f64> = marks_y.iter().map(|mark| y_px(mark.at)).collect();
    let mut taken: Vec<Rect> = Vec::new();
    for mark in marks_y {
        let y = y_px(mark.at);
        if !(y >= plot.top - 0.5 && y <= plot.bottom + 0.5) {
            continue;
        }
        pen.line(&[(plot.left, y), (plot.right, y)], 1.0, paint(palette), DASH)?;
        let Some(points) = points.filter(|_| !mark.label.is_empty()) else { continue };
        let text = look.fit(&mark.label, plot.width() * 0.7);
        let wide = look.width(&text);
        let place = |left: f64, middle: f64| Rect { left, top: middle - 7.0, right: left + wide, bottom: middle + 7.0 };
        let (left, right) = (plot.left + 1.0, plot.right - wide - 1.0);
        let places = [place(right, y - 9.0), place(right, y + 9.0), place(left, y - 9.0), place(left, y + 9.0)];
        let crossed = |rect: &Rect| {
            let words = taken.iter().filter(|other| rect.overlaps(**other)).count();
            let words = words + lines.iter().filter(|y| **y > rect.top && **y < rect.bottom).count();
            points.iter().filter(|at| rect.grown(3.0).contains(**at)).count() + words * points.len().max(1)
        };
        let inside = places.into_iter().filter(|rect| rect.top >= plot.top && rect.bottom <= plot.bottom);
        if let Some(rect) = inside.min_by_key(crossed) {
            pen.text((rect.left, (rect.top + rect.bottom) / 2.0), &text, Align::Left, look)?;
            taken.push(rect);
        }
    }
    Ok(taken)
}

fn paint(palette: &Palette) -> Paint {
    Paint::solid(palette.line.mixed(palette.soft, 0.75))
}
