//! Names written at the ends of lines: bold in the arm's colour, the last value in soft ink.

use super::ChartError;
use super::frame::{Frame, NARROW, name_look};
use super::legend::{Item, Legend, Sample};
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::spread::spread;
use super::text::{Align, SMALL, TextLook};
use crate::report::figure::Hue;
use plotters_backend::DrawingBackend;

const GAP: f64 = 14.0;
const ONE_LINE: f64 = 19.0;
const TWO_LINES: f64 = 36.0;
/// More names than this would not find room at the lines' ends.
const MOST: usize = 10;

pub(super) struct EndLabel<'a> {
    pub name: &'a str,
    pub hue: Hue,
    pub detail: &'a str,
    /// Where the line ends, if it has a point at all.
    pub end: Option<Point>,
}

/// Where names go at this width: at the ends, or in a legend above.
pub(super) struct Placement {
    pub legend: Legend,
    /// Room to keep free at the right; 0 with a legend.
    pub width: f64,
}

impl Placement {
    pub fn new(names: &[(&str, Hue, &str)], width: f64, sample: Sample) -> Placement {
        if names.is_empty() {
            return Placement { legend: Legend::default(), width: 0.0 };
        }
        if width < NARROW || names.len() > MOST {
            let items = names.iter().map(|&(name, hue, detail)| Item {
                sample,
                hue,
                name: name.to_owned(),
                detail: detail.to_owned(),
            });
            return Placement { legend: Legend { items: items.collect() }, width: 0.0 };
        }
        let palette = Palette::light();
        let soft = TextLook::plain(SMALL, palette.soft);
        let widest = names
            .iter()
            .map(|&(name, hue, detail)| name_look(&palette, hue).width(name).max(soft.width(detail)))
            .fold(0.0, f64::max);
        Placement { legend: Legend::default(), width: GAP + widest.min((width * 0.25).min(180.0)) }
    }
}

/// Labels pushed apart; one that had to move far is tied to its line.
pub(super) fn draw_end_labels<B: DrawingBackend>(
    pen: &mut Pen<B>,
    palette: &Palette,
    frame: &Frame,
    width: f64,
    labels: &[EndLabel],
) -> Result<(), ChartError> {
    let labels: Vec<(&EndLabel, Point)> = labels.iter().filter_map(|label| label.end.map(|end| (label, end))).collect();
    if width <= 0.0 || labels.is_empty() {
        return Ok(());
    }
    let room = width - GAP;
    let has_two_lines = labels.iter().filter(|(label, _)| !label.detail.is_empty()).count() as f64 * TWO_LINES
        <= frame.plot.height() + TWO_LINES;
    let height = |label: &EndLabel| if has_two_lines && !label.detail.is_empty() { TWO_LINES } else { ONE_LINE };
    let heights: Vec<f64> = labels.iter().map(|(label, _)| height(label)).collect();
    // The name stands level with the line's end; the value hangs below it.
    let wanted: Vec<f64> =
        labels.iter().zip(&heights).map(|((_, end), height)| end.1 + (height - ONE_LINE) / 2.0).collect();
    let centres = spread(&wanted, &heights, frame.plot.top - 8.0, frame.plot.bottom + 12.0);
    let x = frame.plot.right + GAP;
    for (((label, end), centre), height) in labels.iter().zip(centres).zip(&heights) {
        let name = name_look(palette, label.hue);
        let y = centre - (height - ONE_LINE) / 2.0;
        if (y - end.1).abs() > 5.0 || x - end.0 > GAP + 16.0 {
            let paint = Paint::solid(palette.card.mixed(name.color, 0.5));
            pen.line(&[(end.0 + 6.0, end.1), (x - 3.0, y)], 1.0, paint, &[])?;
        }
        let soft = TextLook::plain(SMALL, palette.soft);
        if *height > ONE_LINE || label.detail.is_empty() {
            pen.text((x, y), &name.fit(label.name, room), Align::Left, name)?;
            pen.text((x, y + 16.0), &soft.fit(label.detail, room), Align::Left, soft)?;
        } else {
            let detail = soft.width(label.detail) + 6.0;
            let written = name.fit(label.name, (room - detail).max(room * 0.5));
            pen.text((x, y), &written, Align::Left, name)?;
            let used = name.width(&written) + 6.0;
            if used + detail - 6.0 <= room + 4.0 {
                pen.text((x + used, y), label.detail, Align::Left, soft)?;
            }
        }
    }
    Ok(())
}
