//! Fills of bars: each arm has its own, told apart without colour.

use super::ChartError;
use super::clip::Rect;
use super::palette::Rgb;
use super::pen::{Paint, Pen, Point};
use crate::report::figure::Hue;

/// Between the lines of a hatch.
const STEP: f64 = 5.0;
const EDGE: f64 = 1.5;
/// A narrower bar has no room for lines or edges; a paler fill stands for them.
pub(super) const NARROWEST: f64 = 5.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texture {
    Solid,
    /// Without an edge, this share of the colour in hundredths.
    Tint(u8),
    /// Pale with an edge.
    Open,
    /// Hatched to the upper right.
    Rising,
    /// Hatched to the lower right.
    Falling,
    /// Lines across.
    Level,
    Crossed,
}

const TEXTURES: [Texture; 5] = [Texture::Solid, Texture::Rising, Texture::Level, Texture::Falling, Texture::Crossed];

pub(super) fn texture_of(hue: Hue) -> Texture {
    match hue {
        Hue::Control => Texture::Open,
        Hue::Neutral => Texture::Tint(60),
        Hue::Treated(index) => TEXTURES[index % TEXTURES.len()],
    }
}

impl Texture {
    /// What stands for it in a narrow bar.
    pub fn narrowed(self) -> Texture {
        match self {
            Texture::Solid | Texture::Tint(_) => self,
            Texture::Open => Texture::Tint(55),
            Texture::Rising | Texture::Falling | Texture::Level | Texture::Crossed => Texture::Tint(78),
        }
    }
}

/// A bar in `color` on `ground`.
pub(super) fn fill_textured(
    pen: &mut Pen<'_>,
    rect: Rect,
    color: Rgb,
    ground: Rgb,
    texture: Texture,
) -> Result<(), ChartError> {
    let is_small = rect.width() < NARROWEST || rect.height() < NARROWEST;
    let texture = if is_small { texture.narrowed() } else { texture };
    match texture {
        Texture::Solid => return pen.fill(rect, Paint::solid(color)),
        Texture::Tint(hundredths) => {
            return pen.fill(rect, Paint::solid(ground.mixed(color, f64::from(hundredths) / 100.0)));
        }
        _ => {}
    }
    let paint = Paint::solid(color);
    pen.fill(rect, paint)?;
    let inside = rect.grown(-EDGE);
    pen.fill(inside, Paint::solid(ground.mixed(color, if texture == Texture::Open { 0.22 } else { 0.12 })))?;
    if matches!(texture, Texture::Rising | Texture::Crossed) {
        hatch(pen, inside, paint, true)?;
    }
    if matches!(texture, Texture::Falling | Texture::Crossed) {
        hatch(pen, inside, paint, false)?;
    }
    if texture == Texture::Level {
        let mut y = inside.bottom - STEP + EDGE;
        while y > inside.top {
            pen.horizontal(inside.left, inside.right, y, 1.25, paint)?;
            y -= STEP - 0.5;
        }
    }
    Ok(())
}

fn hatch(pen: &mut Pen<'_>, rect: Rect, paint: Paint, is_rising: bool) -> Result<(), ChartError> {
    let height = rect.height();
    if !rect.is_finite() || height > 20_000.0 {
        return Ok(());
    }
    let mut start = rect.left - height + STEP / 2.0;
    while start < rect.right {
        let (low, high) = if is_rising { (start, start + height) } else { (start + height, start) };
        let line: [Point; 2] = [(low, rect.bottom), (high, rect.top)];
        pen.line_within(rect, &line, 1.25, paint, &[])?;
        start += STEP * std::f64::consts::SQRT_2;
    }
    Ok(())
}
