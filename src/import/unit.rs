//! Units of measurement as headers and cells write them.

/// Units that differ only in case, spaces or the kind of micro sign are one; and a picogram in a millilitre is a nanogram
/// in a litre, as CDISC's terminology has it (C67306).
pub fn is_same_unit(a: &str, b: &str) -> bool {
    a == b || plain(a) == plain(b)
}

fn plain(unit: &str) -> String {
    let plain: String = unit
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == '\u{3bc}' || letter == '\u{b5}' { 'u' } else { letter })
        .collect();
    match plain.as_str() {
        "pg/ml" => "ng/l".into(),
        "ng/ml" => "ug/l".into(),
        "ug/ml" | "mcg/ml" => "mg/l".into(),
        "mcg/l" => "ug/l".into(),
        "kilograms" | "kilogram" | "kgs" => "kg".into(),
        "pounds" | "pound" | "lbs" | "lb" => "lb".into(),
        "centimeters" | "centimetres" | "centimeter" => "cm".into(),
        "inches" | "inch" => "in".into(),
        "percent" | "pct" | "%predicted" | "percentpredicted" => "%".into(),
        "liters" | "litres" | "liter" | "litre" => "l".into(),
        _ => plain,
    }
}

/// What a value in one unit is in another, where that is a matter of a factor (and, for temperatures, an offset).
pub fn convert(value: f64, from: &str, to: &str) -> Option<f64> {
    let (from, to) = (plain(from), plain(to));
    if from == to {
        return Some(value);
    }
    match (from.as_str(), to.as_str()) {
        ("lb", "kg") => Some(value * 0.453_592_37),
        ("in", "cm") => Some(value * 2.54),
        ("m", "cm") => Some(value * 100.0),
        ("f" | "\u{b0}f" | "fahrenheit", "c" | "\u{b0}c" | "celsius") => Some((value - 32.0) / 1.8),
        _ => None,
    }
}

const UNITS: [&str; 44] = [
    "%", "l", "ml", "kg", "g", "mg", "cm", "m", "mm", "in", "lb", "points", "point", "score", "years", "year", "yrs",
    "y", "months", "month", "mo", "weeks", "week", "days", "day", "d", "pg/ml", "ng/l", "ng/ml", "ug/l", "ug/ml",
    "mg/l", "mg/dl", "g/l", "g/dl", "u/l", "iu/l", "iu/ml", "mmol/l", "umol/l", "nmol/l", "pmol/l", "mmhg", "bpm",
];

/// Whether a word is a unit that is known, or is shaped like one: an amount by a volume.
pub fn is_unit(word: &str) -> bool {
    let word: String = word.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    let word = word.replace(['\u{3bc}', '\u{b5}'], "u");
    UNITS.contains(&word.as_str())
        || plain(&word) != word
        || word.starts_with("%")
        || word == "pts"
        || word.ends_with("/month")
}

/// A unit alone in a cell, in brackets or not.
pub fn is_unit_cell(cell: &str) -> bool {
    let in_brackets =
        [('(', ')'), ('[', ']')].into_iter().any(|(open, close)| cell.starts_with(open) && cell.ends_with(close));
    in_brackets || is_unit(cell)
}

/// A name and the unit behind it: `IL-6 (pg/mL)`, `FVC [%]`, `weight_kg`, `MCP1_pg_ml`.
pub fn split_unit(name: &str) -> (&str, Option<&str>) {
    let name = name.trim();
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((before, unit)) = name.strip_suffix(close).and_then(|name| name.rsplit_once(open))
            && is_unit(unit)
            && !before.trim().is_empty()
        {
            return (before.trim(), Some(unit.trim()));
        }
    }
    if let Some((before, unit)) = name.rsplit_once(',')
        && is_unit(unit)
        && !before.trim().is_empty()
    {
        return (before.trim(), Some(unit.trim()));
    }
    for (ending, unit) in
        [("_pg_ml", "pg/mL"), ("_ng_l", "ng/L"), ("_ng_ml", "ng/mL"), ("_kg", "kg"), ("_pgml", "pg/mL")]
    {
        let at = name.len().saturating_sub(ending.len());
        if at > 0 && name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(ending)) {
            return (name.get(..at).unwrap_or(name), Some(unit));
        }
    }
    (name, None)
}

/// A unit row's cell without its brackets.
pub fn unit_of_cell(cell: &str) -> &str {
    cell.trim().trim_matches(['(', ')', '[', ']']).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_the_same_when_they_say_the_same() {
        assert!(is_same_unit("pg/mL", "PG / ml") && is_same_unit("pg/mL", "ng/L"));
        assert!(is_same_unit("\u{b5}g/L", "\u{3bc}g/l") && is_same_unit("ug/L", "ng/mL"));
        assert!(!is_same_unit("pg/mL", "ng/mL") && !is_same_unit("U/L", "g/L"));
    }

    #[test]
    fn headers_carry_units() {
        assert_eq!(split_unit("IL-6 (pg/mL)"), ("IL-6", Some("pg/mL")));
        assert_eq!(split_unit("FVC [%]"), ("FVC", Some("%")));
        assert_eq!(split_unit("MCP1_pg_ml"), ("MCP1", Some("pg/mL")));
        assert_eq!(split_unit("Weight_kg"), ("Weight", Some("kg")));
        assert_eq!(split_unit("ALSFRS-R (total)"), ("ALSFRS-R (total)", None));
        assert_eq!(split_unit("FVC (Month 4)"), ("FVC (Month 4)", None));
        assert_eq!(split_unit("(pg/mL)"), ("(pg/mL)", None));
    }

    #[test]
    fn pounds_and_inches_are_converted() {
        assert_eq!(convert(100.0, "Pounds", "kg"), Some(45.359_237));
        assert_eq!(convert(10.0, "Inches", "Centimeters"), Some(25.4));
        assert_eq!(convert(98.6, "F", "C").map(|c| (c * 10.0).round() / 10.0), Some(37.0));
        assert_eq!(convert(1.0, "pg/mL", "ng/L"), Some(1.0));
        assert_eq!(convert(1.0, "mg", "U"), None);
    }
}
