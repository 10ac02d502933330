//! Values of assays: numbers, with or without a unit, and what lies beyond a limit.

use super::cell::{narrow, trim};
use super::number_format::NumberFormat;
use super::unit::is_unit;
use crate::trial::Side;

/// What a cell of an assay's values says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MeasuredCell<'a> {
    Exact {
        value: f64,
        unit: Option<&'a str>,
        is_extrapolated: bool,
    },
    /// `<0.5`, `>2000`.
    Beyond {
        side: Side,
        limit: f64,
        unit: Option<&'a str>,
    },
    /// `<LLOQ`, `BLQ`, `OOR <`: the limit stands elsewhere.
    BeyondUnsaid {
        side: Side,
    },
}

const BELOW: [&str; 17] = [
    "nd",
    "blq",
    "bloq",
    "bloq.",
    "blloq",
    "bql",
    "bld",
    "bdl",
    "blod",
    "lloq",
    "lod",
    "loq",
    "lld",
    "oor<",
    "belowlloq",
    "belowlod",
    "notdetected",
];
const ABOVE: [&str; 8] = ["alq", "aloq", "auloq", "uloq", "aql", "oor>", "aboveuloq", "saturated"];

/// A value or a limit; nothing when the cell is neither. `ND` arrives here only where the user has taken it out of the
/// words that mean missing: then it is *not detected*.
pub fn parse_measured(cell: &str, format: NumberFormat) -> Option<MeasuredCell<'_>> {
    if let Some(side) = unsaid_limit(cell) {
        return Some(MeasuredCell::BeyondUnsaid { side });
    }
    let (side, rest) = match cell.chars().next()? {
        '<' | '\u{ff1c}' | '\u{2264}' => (Some(Side::Below), after_first(cell)),
        '>' | '\u{ff1e}' | '\u{2265}' => (Some(Side::Above), after_first(cell)),
        _ => (None, cell),
    };
    let rest = trim(rest.strip_prefix('=').unwrap_or(rest));
    // Luminex marks values outside the standard curve with a star.
    let starred = rest.strip_prefix('*').or_else(|| rest.strip_suffix('*'));
    let (number, unit) = split_number(trim(starred.unwrap_or(rest)), format)?;
    Some(match side {
        None => MeasuredCell::Exact { value: number, unit, is_extrapolated: starred.is_some() },
        Some(side) => MeasuredCell::Beyond { side, limit: number, unit },
    })
}

fn after_first(cell: &str) -> &str {
    let mut letters = cell.chars();
    letters.next();
    letters.as_str()
}

fn unsaid_limit(cell: &str) -> Option<Side> {
    const LONGEST: usize = 24;
    if cell.len() > LONGEST || cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let word: String =
        narrow(cell).chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    let bare = word.trim_start_matches(['<', '>', '=']);
    if BELOW.contains(&word.as_str()) || (word.starts_with('<') && BELOW.contains(&bare)) {
        Some(Side::Below)
    } else if ABOVE.contains(&word.as_str()) || (word.starts_with('>') && ABOVE.contains(&bare)) {
        Some(Side::Above)
    } else {
        None
    }
}

/// A number and the unit behind it.
fn split_number(text: &str, format: NumberFormat) -> Option<(f64, Option<&str>)> {
    if let Some(number) = format.parse(text) {
        return Some((number.value, None));
    }
    // The longest start that is a number, the rest being a unit.
    let ends = text.char_indices().map(|(at, _)| at).skip(1);
    let mut ends: Vec<usize> = ends.filter(|&at| at <= 32).collect();
    ends.reverse();
    ends.into_iter().find_map(|end| {
        let (number, unit) = text.split_at_checked(end)?;
        let unit = trim(unit);
        let starts_as_unit = unit.starts_with(|letter: char| letter.is_alphabetic() || letter == '%');
        let is_exponent = unit.starts_with(['e', 'E']) && !is_unit(unit);
        let ends_in_digit = number.trim_end().ends_with(|letter: char| letter.is_numeric());
        if !starts_as_unit
            || is_exponent
            || !ends_in_digit
            || unit.chars().any(|letter| letter.is_ascii_digit() && unit.len() < 3)
        {
            return None;
        }
        Some((format.parse(number)?.value, Some(unit)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(value: f64, unit: Option<&str>) -> Option<MeasuredCell<'_>> {
        Some(MeasuredCell::Exact { value, unit, is_extrapolated: false })
    }

    #[test]
    fn values_carry_limits_and_units() {
        let parse = |cell| parse_measured(cell, NumberFormat::default());
        assert_eq!(parse("12.3"), exact(12.3, None));
        assert_eq!(parse("12.3 pg/mL"), exact(12.3, Some("pg/mL")));
        assert_eq!(parse("12.3pg/mL"), exact(12.3, Some("pg/mL")));
        assert_eq!(parse("1.2e3 pg/mL"), exact(1200.0, Some("pg/mL")));
        assert_eq!(parse("5 %"), exact(5.0, None));
        let below = |unit| Some(MeasuredCell::Beyond { side: Side::Below, limit: 0.5, unit });
        for cell in ["<0.5", "< 0.5", "<=0.5", "\u{ff1c}0.5", "\u{2264}0.5"] {
            assert_eq!(parse(cell), below(None), "{cell}");
        }
        assert_eq!(parse("< 0.5 ng/L"), below(Some("ng/L")));
        assert_eq!(parse(">2000"), Some(MeasuredCell::Beyond { side: Side::Above, limit: 2000.0, unit: None }));
        assert_eq!(parse("*3.1"), Some(MeasuredCell::Exact { value: 3.1, unit: None, is_extrapolated: true }));
        for cell in ["<LLOQ", "< lloq", "BLQ", "bloq", "<LOD", "ND", "LOD", "OOR <", "OOR<"] {
            assert_eq!(parse(cell), Some(MeasuredCell::BeyondUnsaid { side: Side::Below }), "{cell}");
        }
        for cell in [">ULOQ", "ALQ", "OOR >"] {
            assert_eq!(parse(cell), Some(MeasuredCell::BeyondUnsaid { side: Side::Above }), "{cell}");
        }
        for cell in ["<", "< x", "high", "1-2", "12 34", "1,5", "3e", "10:20"] {
            assert_eq!(parse(cell), None, "{cell}");
        }
    }

    #[test]
    fn the_files_format_holds_for_limits_too() {
        let german = NumberFormat { decimal_mark: b',', thousands_mark: Some('.'), is_undecided: false };
        let parse = |cell| parse_measured(cell, german);
        assert_eq!(parse("<0,5"), Some(MeasuredCell::Beyond { side: Side::Below, limit: 0.5, unit: None }));
        assert_eq!(parse("1.234,5 pg/ml"), exact(1234.5, Some("pg/ml")));
        assert_eq!(parse("0.435"), None);
    }
}
