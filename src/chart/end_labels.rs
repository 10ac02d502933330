//! Names written at the ends of lines: bold in the arm's colour, the last value in soft ink.

use super::ChartError;
use super::frame::{Frame, NARROW, name_look};
use super::legend::{Item, Legend};
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::spread::spread;
use super::text::{Align, SMALL, TextLook};
use crate::report::figure::Hue;

const GAP: f64 = 14.0;
const ONE_LINE: f64 = 19.0;
const NAME_LINE: f64 = 16.5;
/// A line that ends this far from its name is tied to it.
const FAR: f64 = 44.0;
/// More names than this would not find room at the lines' ends.
const MOST: usize = 12;
const CROWD: usize = 6;

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
    pub fn new(mut names: Vec<Item>, width: f64) -> Placement {
        names.retain(|item| !(item.name.is_empty() && item.detail.is_empty()));
        if names.is_empty() {
            return Placement { legend: Legend::default(), width: 0.0 };
        }
        if width < NARROW || names.len() > MOST {
            return Placement { legend: Legend { items: names }, width: 0.0 };
        }
        let palette = Palette::light();
        let soft = TextLook::plain(SMALL, palette.soft);
        // Many arms share the height by writing the value beside the name.
        let is_crowded = names.len() > CROWD;
        let needed = |item: &Item| {
            let (name, detail) = (name_look(&palette, item.hue).width(&item.name), soft.width(&item.detail));
            if is_crowded { name + 6.0 + detail } else { name.max(detail) }
        };
        let widest = names.iter().map(needed).fold(0.0, f64::max);
        Placement { legend: Legend::default(), width: GAP + widest.min((width * 0.24).min(170.0)) }
    }
}

/// A name in as many lines as it needs, and the value below.
struct Block {
    name: Vec<String>,
    has_detail: bool,
}

impl Block {
    fn new(label: &EndLabel, palette: &Palette, room: f64) -> Block {
        let name = name_look(palette, label.hue).wrap(label.name, room, 3);
        Block { name, has_detail: !label.detail.is_empty() }
    }

    fn height(&self) -> f64 {
        let lines = self.name.len() + usize::from(self.has_detail);
        ONE_LINE + NAME_LINE * lines.saturating_sub(1) as f64
    }
}

/// Labels pushed apart; one that had to move far is tied to its line.
pub(super) fn draw_end_labels(
    pen: &mut Pen<'_>,
    palette: &Palette,
    frame: &Frame,
    width: f64,
    labels: &[EndLabel],
) -> Result<(), ChartError> {
    let labels: Vec<(&EndLabel, Point)> = labels
        .iter()
        .filter(|label| !(label.name.is_empty() && label.detail.is_empty()))
        .filter_map(|label| label.end.map(|end| (label, end)))
        .collect();
    if width <= 0.0 || labels.is_empty() {
        return Ok(());
    }
    let room = width - GAP;
    let soft = TextLook::plain(SMALL, palette.soft);
    let blocks: Vec<Block> = labels.iter().map(|(label, _)| Block::new(label, palette, room)).collect();
    // Where the plot is too low for all of them, each makes do with one line.
    let is_crowded = labels.len() > CROWD || blocks.iter().map(Block::height).sum::<f64>() > frame.plot.height() + 20.0;
    let heights: Vec<f64> = blocks.iter().map(|block| if is_crowded { ONE_LINE } else { block.height() }).collect();
    // The name stands level with the line's end; the rest hangs below it.
    let wanted: Vec<f64> =
        labels.iter().zip(&heights).map(|((_, end), height)| end.1 + (height - ONE_LINE) / 2.0).collect();
    let centres = spread(&wanted, &heights, frame.plot.top - 8.0, frame.plot.bottom + 12.0);
    let x = frame.plot.right + GAP;
    for ((((label, end), block), centre), height) in labels.iter().zip(&blocks).zip(centres).zip(&heights) {
        let name = name_look(palette, label.hue);
        let mut y = centre - (height - ONE_LINE) / 2.0;
        let gap = [(end.0 + 7.0, end.1), (x - 4.0, y)];
        if x - end.0 > GAP + FAR {
            // Dotted and without the arm's colour: nobody was followed there.
            pen.line(&gap, 1.0, Paint::solid(palette.line.mixed(palette.soft, 0.6)), &[1.5, 4.0])?;
        } else if (y - end.1).abs() > 5.0 {
            pen.line(&gap, 1.0, Paint::solid(palette.card.mixed(name.color, 0.5)), &[])?;
        }
        if !is_crowded {
            for line in &block.name {
                pen.text((x, y), line, Align::Left, name)?;
                y += NAME_LINE;
            }
            pen.text((x, y), &soft.fit_or_nothing(label.detail, room), Align::Left, soft)?;
        } else {
            let detail = soft.width(label.detail) + 6.0;
            let written = name.fit(label.name, (room - detail).max(room * 0.5));
            pen.text((x, y), &written, Align::Left, name)?;
            let used = name.width(&written) + 6.0;
            pen.text((x + used, y), &soft.fit_or_nothing(label.detail, room - used), Align::Left, soft)?;
        }
    }
    Ok(())
}
