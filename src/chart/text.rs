//! Text without a page to measure it: a width table of the fonts in use, cutting and wrapping by it.

use std::cell::Cell;

use super::palette::Rgb;
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle, FontFamily, FontStyle, FontTransform};

pub(super) const FONT: &str = "ui-sans-serif, system-ui, \"Segoe UI\", Roboto, \"Noto Sans KR\", sans-serif";

/// Axis titles and tick labels.
pub(super) const SMALL: f64 = 12.5;
/// Names of arms.
pub(super) const NAME: f64 = 14.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct TextLook {
    pub size: f64,
    pub color: Rgb,
    pub is_bold: bool,
    pub is_turned: bool,
}

impl TextLook {
    pub fn plain(size: f64, color: Rgb) -> TextLook {
        TextLook { size, color, is_bold: false, is_turned: false }
    }

    pub fn bold(size: f64, color: Rgb) -> TextLook {
        TextLook { is_bold: true, ..TextLook::plain(size, color) }
    }

    pub fn turned(self) -> TextLook {
        TextLook { is_turned: true, ..self }
    }

    pub fn width(self, text: &str) -> f64 {
        text_width(text, self.size, self.is_bold)
    }

    /// `text`, with an ellipsis for its middle if it is wider than `limit`: names that begin alike differ at their ends.
    pub fn fit(self, text: &str, limit: f64) -> String {
        if self.width(text) <= limit + 0.01 {
            return text.to_owned();
        }
        let room = limit - self.width("…");
        let tail = if room >= LEAST_PARTED * self.size { TAIL * room } else { 0.0 };
        let mut end: Vec<char> = self.that_fit(text.chars().rev(), tail);
        end.reverse();
        let end: String = end.into_iter().collect();
        let start: String = self.that_fit(text.chars(), room - self.width(&end)).into_iter().collect();
        format!("{}…{}", start.trim_end(), end.trim_start())
    }

    fn that_fit(self, letters: impl Iterator<Item = char>, room: f64) -> Vec<char> {
        let mut width = 0.0;
        let fits = |letter: &char| {
            width += self.size * letter_width(*letter, self.is_bold);
            width <= room
        };
        letters.take_while(fits).collect()
    }

    /// `text` if it fits, else nothing: for numbers, which must not be cut.
    pub fn fit_or_nothing(self, text: &str, limit: f64) -> String {
        if self.width(text) <= limit + 0.01 { text.to_owned() } else { String::new() }
    }

    /// Lines of at most `limit` and of about the same length, broken at spaces; what the last of `most` lines
    /// cannot hold is cut.
    pub fn wrap(self, text: &str, limit: f64, most: usize) -> Vec<String> {
        let mut lines = self.break_lines(text, limit, most);
        let is_whole = |lines: &[String], limit: f64| lines.iter().all(|line| self.width(line) <= limit + 0.01);
        if lines.len() > 1 && is_whole(&lines, limit) {
            let mut narrower = limit - 6.0;
            while narrower > limit / 2.0 {
                let shorter = self.break_lines(text, narrower, most);
                if shorter.len() > lines.len() || !is_whole(&shorter, narrower) {
                    break;
                }
                lines = shorter;
                narrower -= 6.0;
            }
        }
        lines.iter().map(|line| self.fit(line, limit)).collect()
    }

    fn break_lines(self, text: &str, limit: f64, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let may_break = lines.len() < most;
            match lines.last_mut() {
                Some(line) if !may_break || self.width(line) + self.width(" ") + self.width(word) <= limit + 0.01 => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }
}

/// Of a text that is cut in the middle: the share of its end, and the least room, in letters' heights, where both are read.
const TAIL: f64 = 0.35;
const LEAST_PARTED: f64 = 6.0;

/// In css px, a little generous: the reader's font may be wider than the one measured.
pub(super) fn text_width(text: &str, size: f64, is_bold: bool) -> f64 {
    size * text.chars().map(|letter| letter_width(letter, is_bold)).sum::<f64>()
}

/// Widths from space to tilde in hundredths of the font size, measured on Noto Sans.
const PLAIN: [u8; 95] = [
    26, 27, 41, 65, 57, 83, 73, 22, 30, 30, 55, 57, 27, 32, 27, 37, 57, 57, 57, 57, 57, 57, 57, 57, 57, 57, 27, 27, 57,
    57, 57, 43, 90, 64, 65, 63, 73, 56, 52, 73, 74, 34, 27, 62, 52, 91, 76, 78, 60, 78, 62, 55, 56, 73, 60, 93, 59, 57,
    57, 33, 37, 33, 57, 44, 28, 56, 61, 48, 61, 56, 34, 61, 62, 26, 26, 53, 26, 93, 62, 60, 61, 61, 41, 48, 36, 62, 51,
    79, 53, 51, 47, 38, 55, 38, 57,
];

const BOLD: [u8; 95] = [
    26, 29, 47, 65, 57, 90, 75, 27, 34, 34, 54, 57, 28, 32, 28, 41, 57, 57, 57, 57, 57, 57, 57, 57, 57, 57, 28, 28, 57,
    57, 57, 48, 90, 69, 67, 64, 74, 56, 55, 72, 76, 39, 33, 66, 56, 94, 81, 80, 63, 80, 66, 55, 58, 76, 65, 97, 67, 62,
    58, 33, 41, 33, 57, 41, 36, 60, 63, 51, 63, 59, 39, 63, 66, 30, 30, 62, 30, 98, 66, 62, 63, 63, 45, 50, 43, 66, 57,
    86, 58, 57, 49, 39, 55, 39, 57,
];

/// Segoe UI, Roboto and the system's own face lie within a few per cent of the measured one.
const SLACK: f64 = 1.04;
/// A font that would need more is no font for text.
const MOST_SLACK: f64 = 1.4;

thread_local! {
    static FACTOR: Cell<f64> = const { Cell::new(SLACK) };
}

/// From now on widths are those of the fonts that `measure` finds: given a CSS font and a text it says how wide the text
/// is. Nothing changes where it knows nothing, or the fonts are no wider than the table with its slack.
pub fn adopt_fonts(measure: impl Fn(&str, &str) -> Option<f64>) {
    const SAMPLE: &str = "MSC, poor responders 0.95 (0.83 to 1.07) Placebo ratio, months";
    let ratio = |is_bold: bool| {
        let weight = if is_bold { "bold " } else { "" };
        let table: f64 = SAMPLE.chars().map(|letter| table_width(letter, is_bold)).sum();
        measure(&format!("{weight}100px {FONT}"), SAMPLE).map_or(SLACK, |width| width / (100.0 * table))
    };
    let widest = ratio(false).max(ratio(true));
    if widest.is_finite() {
        FACTOR.set((widest + 0.01).clamp(SLACK, MOST_SLACK));
    }
}

fn letter_width(letter: char, is_bold: bool) -> f64 {
    FACTOR.get() * table_width(letter, is_bold)
}

fn table_width(letter: char, is_bold: bool) -> f64 {
    let table = if is_bold { &BOLD } else { &PLAIN };
    let code = u32::from(letter);
    let hundredths = match code {
        0x20..=0x7e => f64::from(table[(code - 0x20) as usize]),
        0x300..=0x36f | 0x200b..=0x200f => 0.0,
        0x2212 | 0xd7 | 0xb1 => 60.0,
        0x2010..=0x2013 => 50.0,
        0x2014 | 0x2026 => 90.0,
        0x2190..=0x21ff => 100.0,
        0x1100..=0x11ff | 0x2e80..=0x9fff | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xff00..=0xff60 | 0x1f000.. => 100.0,
        _ if is_bold => 66.0,
        _ => 61.0,
    };
    hundredths / 100.0
}

/// The text style that a backend is handed; it measures by the table and never draws pixels itself.
pub(super) struct Face {
    pub look: TextLook,
    pub align: Align,
    pub size: f64,
}

impl BackendTextStyle for Face {
    type FontError = std::fmt::Error;

    fn color(&self) -> BackendColor {
        let Rgb { red, green, blue } = self.look.color;
        BackendColor { alpha: 1.0, rgb: (red, green, blue) }
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn transform(&self) -> FontTransform {
        if self.look.is_turned { FontTransform::Rotate270 } else { FontTransform::None }
    }

    fn style(&self) -> FontStyle {
        if self.look.is_bold { FontStyle::Bold } else { FontStyle::Normal }
    }

    fn anchor(&self) -> Pos {
        let horizontal = match self.align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        Pos::new(horizontal, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(FONT)
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), std::fmt::Error> {
        let width = text_width(text, self.size, self.look.is_bold);
        Ok(((0, 0), (width.ceil() as i32, (self.size * 1.2).ceil() as i32)))
    }

    fn draw<E, D: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _text: &str,
        _at: BackendCoord,
        _draw: D,
    ) -> Result<Result<(), E>, std::fmt::Error> {
        // Only a backend that paints single pixels asks for this; it has no fonts to paint with.
        Err(std::fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> TextLook {
        TextLook::plain(12.5, Rgb::from_hex(0))
    }

    #[test]
    fn cut_text_fits_and_says_so() {
        let text = look().fit("Mesenchymal stem cells, two injections", 100.0);
        assert!(look().width(&text) <= 100.0 && text.starts_with("Mes") && text.ends_with("ons"), "{text}");
        assert_eq!(look().fit("MSC", 100.0), "MSC");
        assert_eq!(look().fit("MSC", -5.0), "…");
    }

    #[test]
    fn wrapping_breaks_at_spaces_and_cuts_the_last_line() {
        let lines = look().wrap("Change from baseline in ALSFRS-R total (points)", 130.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].contains('…'));
        assert!(lines.iter().all(|line| look().width(line) <= 130.0));
        assert!(look().wrap("", 100.0, 2).is_empty());
    }
}
