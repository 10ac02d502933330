//! Names in rows above the plot, each with its line and marker.

use super::ChartError;
use super::marker::draw_marker;
use super::palette::Palette;
use super::pen::{Paint, Pen};
use super::text::{Align, SMALL, TextLook};
use crate::report::figure::Hue;
use plotters_backend::DrawingBackend;

const ROW: f64 = 22.0;
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
        self.places(width).last().map_or(0.0, |(_, row)| ROW * (*row as f64 + 1.0))
    }

    /// x and row of each item, as words flow.
    fn places(&self, width: f64) -> Vec<(f64, usize)> {
        let (mut x, mut row) = (0.0, 0);
        let mut places = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let needed = item.width(width);
            if x > 0.0 && x + needed > width {
                (x, row) = (0.0, row + 1);
            }
            places.push((x, row));
            x += needed + GAP;
        }
        places
    }

    pub fn draw<B: DrawingBackend>(
        &self,
        pen: &mut Pen<B>,
        palette: &Palette,
        left: f64,
        top: f64,
        width: f64,
    ) -> Result<(), ChartError> {
        for (item, (x, row)) in self.items.iter().zip(self.places(width)) {
            let y = top + ROW * (row as f64 + 0.5);
            let mut x = left + x;
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
            let written = name.fit(&item.name, item.name_limit(width));
            pen.text((x, y), &written, Align::Left, name)?;
            if !item.detail.is_empty() {
                let detail = TextLook::plain(SMALL, palette.soft);
                pen.text((x + name.width(&written) + 7.0, y), &item.detail, Align::Left, detail)?;
            }
        }
        Ok(())
    }
}

impl Item {
    fn detail_width(&self) -> f64 {
        if self.detail.is_empty() {
            0.0
        } else {
            7.0 + TextLook::plain(SMALL, Palette::light().soft).width(&self.detail)
        }
    }

    fn name_limit(&self, width: f64) -> f64 {
        (width - self.sample.width() - 7.0 - self.detail_width()).max(40.0)
    }

    fn width(&self, width: f64) -> f64 {
        let name = TextLook::bold(NAME_SIZE, Palette::light().soft).width(&self.name);
        self.sample.width() + 7.0 + name.min(self.name_limit(width)) + self.detail_width()
    }
}
