//! The drawing primitives over a plotters backend, in css px and with what the backends lack: dashes, clipping,
//! crisp hairlines, and text that is measured without asking a page.

use super::ChartError;
use super::clip::{Rect, clip_line};
use super::dash::cut_dashes;
use super::palette::Rgb;
use super::text::{Align, Face, TextLook};
use plotters_backend::{BackendColor, BackendStyle, DrawingBackend, DrawingErrorKind};

pub(super) type Point = (f64, f64);

/// Of the device.
type Pixel = (i32, i32);

#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub color: Rgb,
    pub alpha: f64,
}

impl Paint {
    pub fn solid(color: Rgb) -> Paint {
        Paint { color, alpha: 1.0 }
    }

    pub fn faint(color: Rgb, alpha: f64) -> Paint {
        Paint { color, alpha }
    }
}

struct Stroke {
    paint: Paint,
    width: u32,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        let Rgb { red, green, blue } = self.paint.color;
        BackendColor { alpha: self.paint.alpha, rgb: (red, green, blue) }
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

/// What the pen asks of a backend. Behind one `dyn`, the charts are compiled once, not once for each backend.
trait Surface {
    fn rect(&mut self, upper_left: Pixel, lower_right: Pixel, style: &Stroke) -> Result<(), ChartError>;
    fn path(&mut self, points: Vec<Pixel>, style: &Stroke) -> Result<(), ChartError>;
    fn polygon(&mut self, corners: Vec<Pixel>, style: &Stroke) -> Result<(), ChartError>;
    fn circle(&mut self, center: Pixel, radius: u32, style: &Stroke) -> Result<(), ChartError>;
    fn text(&mut self, text: &str, face: &Face, at: Pixel) -> Result<(), ChartError>;
    fn finish(&mut self) -> Result<(), ChartError>;
}

impl<B: DrawingBackend> Surface for B {
    fn rect(&mut self, upper_left: Pixel, lower_right: Pixel, style: &Stroke) -> Result<(), ChartError> {
        done(self.draw_rect(upper_left, lower_right, style, true))
    }

    fn path(&mut self, points: Vec<Pixel>, style: &Stroke) -> Result<(), ChartError> {
        done(self.draw_path(points, style))
    }

    fn polygon(&mut self, corners: Vec<Pixel>, style: &Stroke) -> Result<(), ChartError> {
        done(self.fill_polygon(corners, style))
    }

    fn circle(&mut self, center: Pixel, radius: u32, style: &Stroke) -> Result<(), ChartError> {
        done(self.draw_circle(center, radius, style, true))
    }

    fn text(&mut self, text: &str, face: &Face, at: Pixel) -> Result<(), ChartError> {
        done(self.draw_text(text, face, at))
    }

    fn finish(&mut self) -> Result<(), ChartError> {
        done(self.present())
    }
}

pub(super) struct Pen<'b> {
    surface: Box<dyn Surface + 'b>,
    scale: f64,
    /// What a font size is multiplied by for this backend on top of `scale`.
    text_scale: f64,
}

impl<'b> Pen<'b> {
    pub fn new(backend: impl DrawingBackend + 'b, scale: f64, text_scale: f64) -> Pen<'b> {
        let scale = if scale.is_finite() && scale > 0.0 { scale } else { 1.0 };
        Pen { surface: Box::new(backend), scale, text_scale }
    }

    fn px(&self, length: f64) -> i32 {
        (length * self.scale).round().clamp(-1e6, 1e6) as i32
    }

    fn at(&self, (x, y): Point) -> Pixel {
        (self.px(x), self.px(y))
    }

    fn width(&self, width: f64) -> u32 {
        self.px(width).max(1) as u32
    }

    /// A filled rectangle; nothing thinner than a device pixel.
    pub fn fill(&mut self, rect: Rect, paint: Paint) -> Result<(), ChartError> {
        if !rect.is_finite() {
            return Ok(());
        }
        let (left, top) = self.at((rect.left, rect.top));
        let (right, bottom) = self.at((rect.right, rect.bottom));
        let style = Stroke { paint, width: 1 };
        self.surface.rect((left, top), (right.max(left + 1), bottom.max(top + 1)), &style)
    }

    /// A horizontal line that covers whole device pixels.
    pub fn horizontal(&mut self, from: f64, to: f64, y: f64, width: f64, paint: Paint) -> Result<(), ChartError> {
        self.fill(Rect { left: from, top: y - width / 2.0, right: to, bottom: y + width / 2.0 }, paint)
    }

    /// A vertical line that covers whole device pixels.
    pub fn vertical(&mut self, x: f64, from: f64, to: f64, width: f64, paint: Paint) -> Result<(), ChartError> {
        self.fill(
            Rect { left: x - width / 2.0, top: from.min(to), right: x + width / 2.0, bottom: from.max(to) },
            paint,
        )
    }

    pub fn line(&mut self, points: &[Point], width: f64, paint: Paint, dash: &[f64]) -> Result<(), ChartError> {
        let style = Stroke { paint, width: self.width(width) };
        for piece in cut_dashes(points, dash) {
            let mut path: Vec<Pixel> = piece.into_iter().map(|point| self.at(point)).collect();
            path.dedup();
            if path.len() > 1 {
                self.surface.path(path, &style)?;
            }
        }
        Ok(())
    }

    /// [`Pen::line`], only what lies inside `rect`.
    pub fn line_within(
        &mut self,
        rect: Rect,
        points: &[Point],
        width: f64,
        paint: Paint,
        dash: &[f64],
    ) -> Result<(), ChartError> {
        for piece in clip_line(points, rect) {
            self.line(&piece, width, paint, dash)?;
        }
        Ok(())
    }

    pub fn polygon(&mut self, points: &[Point], paint: Paint) -> Result<(), ChartError> {
        if points.len() < 3 || points.iter().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
            return Ok(());
        }
        let path: Vec<Pixel> = points.iter().map(|&point| self.at(point)).collect();
        self.surface.polygon(path, &Stroke { paint, width: 1 })
    }

    /// A polygon given around 0 in units of `radius`. Centre and corners are rounded apart, so that a shape has
    /// the same pixels wherever it stands.
    pub fn shape(&mut self, center: Point, radius: f64, corners: &[Point], paint: Paint) -> Result<(), ChartError> {
        if !center.0.is_finite() || !center.1.is_finite() {
            return Ok(());
        }
        let (x, y) = self.at(center);
        let path: Vec<Pixel> =
            corners.iter().map(|(dx, dy)| (x + self.px(dx * radius), y + self.px(dy * radius))).collect();
        self.surface.polygon(path, &Stroke { paint, width: 1 })
    }

    pub fn circle(&mut self, center: Point, radius: f64, paint: Paint) -> Result<(), ChartError> {
        if !center.0.is_finite() || !center.1.is_finite() {
            return Ok(());
        }
        let (center, radius) = (self.at(center), self.width(radius));
        self.surface.circle(center, radius, &Stroke { paint, width: 1 })
    }

    /// Text, its capitals centred on `y`; with [`TextLook::is_turned`], read upwards and centred on `x`.
    pub fn text(&mut self, (x, y): Point, text: &str, align: Align, look: TextLook) -> Result<(), ChartError> {
        if text.is_empty() || !x.is_finite() || !y.is_finite() {
            return Ok(());
        }
        let face = Face { look, align, size: look.size * self.scale * self.text_scale };
        let at = self.at((x, y));
        let printable = text.replace(char::is_control, " ");
        self.surface.text(&printable, &face, at)
    }

    pub fn finish(&mut self) -> Result<(), ChartError> {
        self.surface.finish()
    }
}

fn done<E: std::error::Error + Send + Sync>(result: Result<(), DrawingErrorKind<E>>) -> Result<(), ChartError> {
    result.map_err(|error| ChartError::Backend(error.to_string()))
}
