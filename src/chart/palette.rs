//! Colours of a figure, light and dark; `style/tokens.css` holds the same ones for the page.

use super::marker::Marker;
use crate::report::figure::Hue;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

impl Rgb {
    /// From `0xRRGGBB`.
    pub const fn from_hex(hex: u32) -> Rgb {
        Rgb { red: (hex >> 16) as u8, green: (hex >> 8) as u8, blue: hex as u8 }
    }

    /// `share` of `other` mixed in: 0 leaves the colour, 1 gives `other`.
    pub fn mixed(self, other: Rgb, share: f64) -> Rgb {
        let share = share.clamp(0.0, 1.0);
        let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8;
        Rgb { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }

    /// WCAG relative luminance. The sRGB curve is a cubic here (within 0.003): a power function would differ by target.
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878)
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// WCAG contrast ratio, 1 to 21.
    pub fn contrast(self, other: Rgb) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

/// How an arm looks: the colour never stands alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HueLook {
    pub color: Rgb,
    /// Lengths on and off in css px; empty for a solid line.
    pub dash: &'static [f64],
    pub marker: Marker,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    pub paper: Rgb,
    /// What the figure stands on.
    pub card: Rgb,
    pub ink: Rgb,
    pub soft: Rgb,
    /// The page's one accent; ordered classes run through it.
    pub accent: Rgb,
    /// Grid lines.
    pub line: Rgb,
    pub control: Rgb,
    pub treated: [Rgb; 6],
    pub neutral: Rgb,
    /// Heat map at −1; the middle is a breath darker than the card.
    pub negative: Rgb,
    /// Heat map at +1.
    pub positive: Rgb,
}

const DASHES: [&[f64]; 6] =
    [&[], &[11.0, 3.0], &[2.5, 3.0], &[10.0, 3.0, 2.5, 3.0], &[16.0, 3.0, 5.0, 3.0], &[8.0, 2.5, 2.5, 2.5, 2.5, 2.5]];

const MARKERS: [Marker; 7] = [
    Marker::Circle,
    Marker::Triangle,
    Marker::Diamond,
    Marker::TriangleDown,
    Marker::Plus,
    Marker::Cross,
    Marker::Hourglass,
];

impl Palette {
    pub fn light() -> Palette {
        Palette {
            paper: Rgb::from_hex(0xfbfaf7),
            card: Rgb::from_hex(0xffffff),
            ink: Rgb::from_hex(0x1c2126),
            soft: Rgb::from_hex(0x59626b),
            accent: Rgb::from_hex(0x0b6b66),
            line: Rgb::from_hex(0xe6e4df),
            control: Rgb::from_hex(0xb5480c),
            treated: [0x0064a8, 0x117a55, 0xa6327d, 0x7a5f00, 0x6046c0, 0x0b7683].map(Rgb::from_hex),
            neutral: Rgb::from_hex(0x626b74),
            negative: Rgb::from_hex(0xe58c4f),
            positive: Rgb::from_hex(0x62a3dd),
        }
    }

    pub fn dark() -> Palette {
        Palette {
            paper: Rgb::from_hex(0x15181b),
            card: Rgb::from_hex(0x1c2024),
            ink: Rgb::from_hex(0xe8e6e1),
            soft: Rgb::from_hex(0xa6aeb6),
            accent: Rgb::from_hex(0x5cc8bf),
            line: Rgb::from_hex(0x343a40),
            control: Rgb::from_hex(0xf2a065),
            treated: [0x74bcf7, 0x66cd9f, 0xf097c9, 0xdcc25a, 0xb9abfa, 0x5fcbd9].map(Rgb::from_hex),
            neutral: Rgb::from_hex(0xa3abb3),
            negative: Rgb::from_hex(0x9c4d14),
            positive: Rgb::from_hex(0x27649c),
        }
    }

    /// Ten treated arms still differ: the six colours, six dashes and seven markers run at their own pace.
    pub fn look(&self, hue: Hue) -> HueLook {
        match hue {
            Hue::Control => HueLook { color: self.control, dash: &[6.0, 3.5], marker: Marker::Square },
            Hue::Neutral => HueLook { color: self.neutral, dash: &[4.0, 2.0, 1.5, 2.0], marker: Marker::Hexagon },
            Hue::Treated(index) => HueLook {
                color: self.treated[index % self.treated.len()],
                dash: DASHES[(index % DASHES.len() + index / DASHES.len()) % DASHES.len()],
                marker: MARKERS[index % MARKERS.len()],
            },
        }
    }

    /// The colour of a value from −1 to 1. The ends are held back, so that ink reads on all of them.
    pub fn diverging(&self, value: f64) -> Rgb {
        let end = if value < 0.0 { self.negative } else { self.positive };
        self.card.mixed(self.line, 0.4).mixed(end, value.abs())
    }

    /// The colour of one of `count` ordered classes: pale at first, through the accent, nearly ink at last.
    pub fn ordered(&self, level: usize, count: usize) -> Rgb {
        let share = level as f64 / count.saturating_sub(1).max(1) as f64;
        let (share, middle) = (share.min(1.0), 0.62);
        if share <= middle {
            self.card.mixed(self.accent, 0.2 + 0.7 * share / middle)
        } else {
            self.card.mixed(self.accent, 0.9).mixed(self.ink, 0.92 * (share - middle) / (1.0 - middle))
        }
    }

    /// Ink or its opposite, whichever is easier to read on `ground`; black or white where neither is easy.
    pub fn readable_on(&self, ground: Rgb) -> Rgb {
        let better = |one: Rgb, other: Rgb| if one.contrast(ground) >= other.contrast(ground) { one } else { other };
        let own = better(self.ink, self.card);
        if own.contrast(ground) >= 4.5 { own } else { better(Rgb::from_hex(0), Rgb::from_hex(0xffffff)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_on_the_card_and_on_the_paper() {
        for palette in [Palette::light(), Palette::dark()] {
            let texts = [palette.ink, palette.soft, palette.control, palette.neutral];
            for color in texts.into_iter().chain(palette.treated) {
                assert!(color.contrast(palette.card) >= 4.55, "{color:?} {}", color.contrast(palette.card));
                assert!(color.contrast(palette.paper) >= 4.5, "{color:?} {}", color.contrast(palette.paper));
            }
        }
    }

    #[test]
    fn heat_map_text_reads_at_every_value() {
        for palette in [Palette::light(), Palette::dark()] {
            for step in -20..=20 {
                let ground = palette.diverging(f64::from(step) / 20.0);
                let ratio = palette.readable_on(ground).contrast(ground);
                assert!(ratio >= 4.5, "{step}: {ratio}");
            }
        }
    }

    #[test]
    fn ordered_classes_grow_in_contrast_and_text_reads_on_each() {
        for palette in [Palette::light(), Palette::dark()] {
            for count in 1..=8 {
                let colors: Vec<Rgb> = (0..count).map(|level| palette.ordered(level, count)).collect();
                for color in &colors {
                    let ratio = palette.readable_on(*color).contrast(*color);
                    assert!(ratio >= 4.5, "{color:?}: {ratio}");
                }
                for pair in colors.windows(2) {
                    assert!(pair[1].contrast(palette.card) > 1.1 * pair[0].contrast(palette.card), "{pair:?}");
                }
            }
        }
    }

    #[test]
    fn ten_arms_control_and_no_arm_look_different() {
        let palette = Palette::light();
        let mut looks: Vec<HueLook> = (0..10).map(|index| palette.look(Hue::Treated(index))).collect();
        looks.extend([palette.look(Hue::Control), palette.look(Hue::Neutral)]);
        for (index, look) in looks.iter().enumerate() {
            for other in &looks[..index] {
                assert!((other.color, other.marker) != (look.color, look.marker), "{look:?}");
                assert!((other.color, other.dash) != (look.color, look.dash), "{look:?}");
            }
        }
    }
}
