//! A figure as an SVG file.

use super::palette::Palette;
use super::pen::Pen;
use super::text::FONT;
use super::{draw_with, preferred_height};
use crate::report::figure::Figure;
use plotters_svg::SVGBackend;

/// Backends count in whole units: four of them to a css px.
const DETAIL: u32 = 4;
/// The SVG backend writes a font size divided by this.
const FONT_DIVISOR: f64 = 1.24;

/// `title` and `description` are read out in place of the picture.
pub fn svg(figure: &Figure, palette: &Palette, width_px: u32, title: &str, description: &str) -> String {
    let width = width_px.clamp(1, 20_000);
    let height = preferred_height(figure, width);
    let view = (width * DETAIL, height * DETAIL);
    let mut drawing = String::new();
    {
        let backend = SVGBackend::with_string(&mut drawing, view);
        let mut pen = Pen::new(backend, f64::from(DETAIL), FONT_DIVISOR);
        // Writing to a string does not fail; were it to, the words would still be there.
        let _ = draw_with(&mut pen, figure, palette, (width, height));
    }
    let body = drawing.split_once('>').map_or("", |(_, body)| body);
    let family = format!(" font-family=\"{}\"", escape(FONT));
    let body = body
        .replace(&family, "")
        .replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "")
        // The height of an x differs from font to font; half a capital hardly does.
        .replace(" dy=\"0.5ex\"", " dy=\"0.36em\"")
        .replace("\n</text>", "</text>");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
         role=\"img\"{family} stroke-linejoin=\"round\">\n<title>{}</title>\n<desc>{}</desc>{body}",
        view.0,
        view.1,
        escape(title),
        escape(description),
    )
}

/// As the SVG backend escapes, and without the control characters that XML forbids.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            control if u32::from(control) < 0x20 => {}
            other => escaped.push(other),
        }
    }
    escaped
}
