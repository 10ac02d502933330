//! Names in rows above the plot, each with its line and marker.

use super::ChartError;
use super::clip::Rect;
use super::marker::{draw_limit, draw_marker, draw_open_triangle};
use super::palette::{Palette, Rgb};
use super::pen::{Paint, Pen, Point};
use super::text::{Align, SMALL, TextLook};
use super::texture::{Texture, fill_textured, texture_of};
use crate::report::figure::{Beyond, Hue, PointLimit};

const ROW: f64 = 22.0;
const NAME_LINE: f64 = 16.0;
const GAP: f64 = 20.0;
const NAME_SIZE: f64 = SMALL;

/// Of lines that are not an arm's own, such as a fitted one.
pub(super) const THIN_LINE: f64 = 1.75;
pub(super) const THIN_DASH: &[f64] = &[6.0, 4.0];
/// Of an arm's line by another estimate: thinner and more finely cut than any arm's own.
pub(super) const SECOND_LINE: f64 = 1.5;
pub(super) const SECOND_DASH: &[f64] = &[3.5, 2.5];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    Line,
    /// The same arm by another estimate.
    SecondLine,
    /// Line and marker.
    MarkedLine,
    Point,
    HollowPoint,
    /// A hollow marker with an arrow.
    Limit(PointLimit),
    /// One that points to where the true value lies.
    OpenTriangle {
        side: Beyond,
    },
    ThinLine {
        is_dashed: bool,
    },
    /// Filled as the arm's bars are, which may be narrow.
    Bar {
        is_narrow: bool,
    },
    /// Not an arm: a class in its own colour, named in ink.
    Class {
        color: Rgb,
        texture: Texture,
    },
}

impl Sample {
    fn width(self) -> f64 {
        match self {
            Sample::Line | Sample::SecondLine | Sample::MarkedLine => 30.0,
            Sample::ThinLine { .. } => 26.0,
            Sample::Bar { .. } | Sample::Class { .. } => 14.0,
            Sample::Point | Sample::HollowPoint | Sample::OpenTriangle { .. } => 11.0,
            Sample::Limit(_) => 20.0,
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
            item.draw_sample(pen, palette, (x, y))?;
            x += sample + 7.0;
            let name = match item.sample {
                Sample::Class { .. } => TextLook::plain(NAME_SIZE, palette.ink.mixed(palette.soft, 0.35)),
                _ => TextLook::bold(NAME_SIZE, look.color),
            };
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
    fn draw_sample(&self, pen: &mut Pen<'_>, palette: &Palette, (x, y): Point) -> Result<(), ChartError> {
        let look = palette.look(self.hue);
        let width = self.sample.width();
        let line = [(x, y), (x + width, y)];
        let swatch = Rect { left: x, top: y - 6.0, right: x + width, bottom: y + 6.0 };
        let point = |pen: &mut Pen<'_>, radius, is_hollow| {
            draw_marker(pen, look.marker, (x + width / 2.0, y), radius, look.color, palette.card, is_hollow)
        };
        match self.sample {
            Sample::Line => pen.line(&line, 2.25, Paint::solid(look.color), look.dash),
            Sample::SecondLine => pen.line(&line, SECOND_LINE, Paint::solid(look.color), SECOND_DASH),
            Sample::MarkedLine => {
                pen.line(&line, 2.25, Paint::solid(look.color), look.dash)?;
                point(pen, 4.0, false)
            }
            Sample::Point => point(pen, 4.0, false),
            Sample::HollowPoint => point(pen, 4.5, true),
            Sample::Limit(limit) => {
                let middle = (x + width / 2.0, y);
                draw_limit(pen, look.marker, middle, 4.0, limit, look.color, palette.card)
            }
            Sample::OpenTriangle { side } => {
                let toward = (0.0, if side == Beyond::Below { 1.0 } else { -1.0 });
                draw_open_triangle(pen, (x + width / 2.0, y), 4.5, toward, look.color, palette.card)
            }
            Sample::ThinLine { is_dashed } => {
                pen.line(&line, THIN_LINE, Paint::solid(look.color), if is_dashed { THIN_DASH } else { &[] })
            }
            Sample::Bar { is_narrow } => {
                let texture = texture_of(self.hue);
                let texture = if is_narrow { texture.narrowed() } else { texture };
                fill_textured(pen, swatch, look.color, palette.card, texture)
            }
            Sample::Class { color, texture } => fill_textured(pen, swatch, color, palette.card, texture),
        }
    }

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
