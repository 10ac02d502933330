//! Names in rows above the plot, each with its line and marker.

use super::ChartError;
use super::marker::draw_marker;
use super::palette::Palette;
use super::pen::{Paint, Pen};
use super::text::{Align, SMALL, TextLook};
use crate::report::figure::Hue;

const ROW: f64 = 22.0;
const NAME_LINE: f64 = 16.0;
const GAP: f64 = 20.0;
const NAME_SIZE: f64 = SMALL;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    Line,
    /// Line and marker.
    MarkedLine,
    Point,
    HollowPoint,
}

impl Sample {
    fn width(self) -> f64 {
        match self {
            Sample::Line | Sample::MarkedLine => 30.0,
            Sample::Point | Sample::HollowPoint => 11.0,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Item {
    pub sample: Sample,
    pub hue: Hue,
    pub name: String,
    pub detail: String,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Legend {
    pub items: Vec<Item>,
}

impl Legend {
    pub fn height(&self, width: f64) -> f64 {
        self.places(width).iter().map(|place| place.y + place.height()).fold(0.0, f64::max)
    }

    /// Items flow as words do; one that is too wide for a row has its name in several lines.
    fn places(&self, width: f64) -> Vec<Place> {
        let (mut x, mut y, mut row_height) = (0.0, 0.0, 0.0f64);
        let mut places: Vec<Place> = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let name = item.name_lines(width);
            let needed = item.width(&name);
            if x > 0.0 && x + needed > width {
                (x, y, row_height) = (0.0, y + row_height, 0.0);
            }
            let place = Place { x, y, name };
            row_height = row_height.max(place.height());
            places.push(place);
            x += needed + GAP;
        }
        places
    }

    pub fn draw(
        &self,
        pen: &mut Pen<'_>,
        palette: &Palette,
        left: f64,
        top: f64,
        width: f64,
    ) -> Result<(), ChartError> {
        for (item, place) in self.items.iter().zip(self.places(width)) {
            let y = top + place.y + ROW / 2.0;
            let mut x = left + place.x;
            let look = palette.look(item.hue);
            let sample = item.sample.width();
            if matches!(item.sample, Sample::Line | Sample::MarkedLine) {
                pen.line(&[(x, y), (x + sample, y)], 2.25, Paint::solid(look.color), look.dash)?;
            }
            if item.sample != Sample::Line {
                let is_hollow = item.sample == Sample::HollowPoint;
                let radius = if is_hollow { 4.5 } else { 4.0 };
                draw_marker(pen, look.marker, (x + sample / 2.0, y), radius, look.color, palette.card, is_hollow)?;
            }
            x += sample + 7.0;
            let name = TextLook::bold(NAME_SIZE, look.color);
            for (index, line) in place.name.iter().enumerate() {
                pen.text((x, y + NAME_LINE * index as f64), line, Align::Left, name)?;
            }
            let detail = TextLook::plain(SMALL, palette.soft);
            pen.text((x + widest(&place.name) + 7.0, y), &item.detail, Align::Left, detail)?;
        }
        Ok(())
    }
}

struct Place {
    x: f64,
    y: f64,
    name: Vec<String>,
}

impl Place {
    fn height(&self) -> f64 {
        ROW + NAME_LINE * self.name.len().saturating_sub(1) as f64
    }
}

fn name_look() -> TextLook {
    TextLook::bold(NAME_SIZE, Palette::light().soft)
}

fn widest(lines: &[String]) -> f64 {
    lines.iter().map(|line| name_look().width(line)).fold(0.0, f64::max)
}

impl Item {
    fn detail_width(&self) -> f64 {
        if self.detail.is_empty() {
            0.0
        } else {
            7.0 + TextLook::plain(SMALL, Palette::light().soft).width(&self.detail)
        }
    }

    fn name_lines(&self, width: f64) -> Vec<String> {
        let limit = (width - self.sample.width() - 7.0 - self.detail_width()).max(40.0);
        name_look().wrap(&self.name, limit, 3)
    }

    fn width(&self, name: &[String]) -> f64 {
        self.sample.width() + 7.0 + widest(name) + self.detail_width()
    }
}
