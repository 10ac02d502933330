//! What a single cell can say: nothing, a number, yes or no.

use std::borrow::Cow;

/// A cell that says one of these, in any case, holds no value.
pub const MISSING_TOKENS: [&str; 16] =
    ["", "NA", "N/A", "#N/A", "NaN", ".", "-", "--", "ND", "NR", "NS", "UNK", "not done", "missing", "NULL", "(NULL)"];

/// The cells of a file that hold no value: its dialect's list, made quick to ask.
#[derive(Debug, Clone)]
pub struct MissingTokens {
    tokens: Vec<String>,
    longest: usize,
    /// Those that are numbers, such as -9 or 999: they must be asked about for each number as well.
    numbers: Vec<f64>,
}

impl MissingTokens {
    pub fn new(tokens: &[String]) -> Self {
        let mut tokens: Vec<String> = tokens.iter().map(|token| token.trim().to_owned()).collect();
        // A blank cell never holds a value.
        tokens.push(String::new());
        let number = |token: &String| parse_number(token.as_bytes(), b'.').map(|number| number.value);
        Self {
            longest: tokens.iter().map(String::len).max().unwrap_or_default(),
            numbers: tokens.iter().filter_map(number).collect(),
            tokens,
        }
    }

    /// `cell` is trimmed.
    pub fn has(&self, cell: &str) -> bool {
        if cell.len() > self.longest {
            return false;
        }
        // SAS writes special missing values as .A to .Z and ._.
        let is_sas =
            |cell: &str| matches!(cell.as_bytes(), [b'.', letter] if letter.is_ascii_alphabetic() || *letter == b'_');
        self.tokens.iter().any(|token| cell.eq_ignore_ascii_case(token))
            || (is_sas(cell) && self.tokens.iter().any(|token| token == "."))
    }

    #[inline(always)]
    pub fn has_number(&self, value: f64) -> bool {
        !self.numbers.is_empty() && self.numbers.contains(&value)
    }
}

impl Default for MissingTokens {
    fn default() -> Self {
        Self::new(&MISSING_TOKENS.map(str::to_owned))
    }
}

/// 1/0, yes/no, y/n, true/false, checked/unchecked.
pub fn parse_yes_no(cell: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| cell.eq_ignore_ascii_case(word));
    if is(&["1", "1.0", "yes", "y", "true", "checked"]) {
        Some(true)
    } else if is(&["0", "0.0", "no", "n", "false", "unchecked"]) {
        Some(false)
    } else {
        None
    }
}

/// The cell in quotation marks, for a message: control characters made visible, at most forty characters.
pub fn quote(cell: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown = String::from("\u{201c}");
    for (place, letter) in cell.chars().enumerate() {
        if place == LONGEST {
            shown.push('…');
            break;
        }
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown.push('\u{201d}');
    shown
}

/// `cell` without white space at its ends, non-breaking and zero-width spaces among it; cheap when there is none.
pub fn trim(cell: &str) -> &str {
    let may_be_space = |byte: Option<&u8>| byte.is_some_and(|&byte| byte <= b' ' || byte >= 0x80);
    if may_be_space(cell.as_bytes().first()) || may_be_space(cell.as_bytes().last()) {
        cell.trim_matches(|letter: char| {
            letter.is_whitespace() || matches!(letter, '\u{200b}' | '\u{2060}' | '\u{feff}')
        })
    } else {
        cell
    }
}

/// Full-width forms as East Asian keyboards write them (０１２, ．, Ａ) in their usual width, no-break spaces as spaces.
pub fn narrow(text: &str) -> Cow<'_, str> {
    let is_wide = |letter: char| matches!(letter, '\u{ff01}'..='\u{ff5e}' | '\u{3000}' | '\u{a0}' | '\u{202f}');
    if text.is_ascii() || !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    let narrowed = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        '\u{3000}' | '\u{a0}' | '\u{202f}' => ' ',
        other => other,
    };
    Cow::Owned(text.chars().map(narrowed).collect())
}

/// A number as it stood in its cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    pub value: f64,
    /// Digits after the decimal mark; `None` when there is no mark.
    pub decimals: Option<u32>,
}

const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// A finite decimal number, sign, exponent and all, with the same bits as `str::parse::<f64>`.
///
/// Up to 15 digits the mantissa and the power of ten are both exact, so that one division rounds once (Clinger 1990,
/// doi 10.1145/93542.93557); anything longer goes to the standard library. Infinity, NaN and grouped digits are not numbers.
#[inline]
pub fn parse_number(cell: &[u8], decimal_mark: u8) -> Option<Number> {
    let (is_negative, unsigned) = match cell.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, cell),
    };
    let mut mantissa: u64 = 0;
    let (whole, mut rest) = take_digits(unsigned, &mut mantissa);
    let mut decimals = None;
    if let Some((&mark, fraction)) = rest.split_first()
        && mark == decimal_mark
    {
        let (count, after) = take_digits(fraction, &mut mantissa);
        decimals = Some(count);
        rest = after;
    }
    if !rest.is_empty() {
        return parse_exponent_form(cell, decimal_mark, decimals);
    }
    let digits = whole + decimals.unwrap_or(0);
    if digits == 0 {
        return None;
    }
    let power = POWERS_OF_TEN.get(decimals.unwrap_or(0) as usize);
    let value = match power {
        Some(power) if digits <= 15 => {
            let magnitude = mantissa as f64 / power;
            if is_negative { -magnitude } else { magnitude }
        }
        _ => parse_by_standard_library(cell, decimal_mark)?,
    };
    Some(Number { value, decimals })
}

/// Appends leading digits to the mantissa: how many there were, and what follows them.
#[inline(always)]
fn take_digits<'c>(cell: &'c [u8], mantissa: &mut u64) -> (u32, &'c [u8]) {
    let mut count = 0;
    let mut rest = cell;
    while let Some((&byte, after)) = rest.split_first() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        *mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        count += 1;
        rest = after;
    }
    (count, rest)
}

#[cold]
fn parse_exponent_form(cell: &[u8], decimal_mark: u8, decimals: Option<u32>) -> Option<Number> {
    let is_number_like =
        |&byte: &u8| byte.is_ascii_digit() || byte == decimal_mark || matches!(byte, b'+' | b'-' | b'e' | b'E');
    if !cell.iter().all(is_number_like) {
        return None;
    }
    parse_by_standard_library(cell, decimal_mark).map(|value| Number { value, decimals })
}

#[cold]
fn parse_by_standard_library(cell: &[u8], decimal_mark: u8) -> Option<f64> {
    let text = std::str::from_utf8(cell).ok()?;
    let value: f64 = if decimal_mark == b'.' { text.parse().ok()? } else { text.replace(',', ".").parse().ok()? };
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(cell: &str) -> Option<f64> {
        parse_number(cell.as_bytes(), b'.').map(|number| number.value)
    }

    #[test]
    fn numbers_are_read_and_nothing_else_is() {
        assert_eq!(number("48"), Some(48.0));
        assert_eq!(number("-1.69"), Some(-1.69));
        assert_eq!(number("+.5"), Some(0.5));
        assert_eq!(number("5."), Some(5.0));
        assert_eq!(number("1.2E+03"), Some(1200.0));
        assert_eq!(number("-0").map(f64::to_bits), Some((-0.0_f64).to_bits()));
        for cell in
            ["", "-", ".", "+", "inf", "NaN", "1e999", "1,234", "0,435", "12 pg/mL", "<5", "1-2", "0x1F", "1e", "1.2.3"]
        {
            assert_eq!(number(cell), None, "{cell}");
        }
    }

    #[test]
    fn a_decimal_comma_never_becomes_a_thousand() {
        assert_eq!(parse_number(b"0,435", b'.'), None);
        assert_eq!(parse_number(b"0,435", b','), Some(Number { value: 0.435, decimals: Some(3) }));
        assert_eq!(parse_number(b"1,5e2", b',').map(|n| n.value), Some(150.0));
        assert_eq!(parse_number(b"0.435", b','), None);
        assert_eq!(parse_number(b"7", b','), Some(Number { value: 7.0, decimals: None }));
    }

    #[test]
    fn tokens_mean_nothing_and_words_mean_yes_or_no() {
        let missing = MissingTokens::default();
        for cell in ["", "NA", "n/A", "NaN", ".", ".A", "-", "Nd", "NR", "unk", "Not done", "MISSING", "#N/A"] {
            assert!(missing.has(cell), "{cell}");
        }
        assert!(!missing.has("0") && !missing.has("none") && !missing.has("no") && !missing.has_number(-9.0));
        let coded = MissingTokens::new(&["-9".to_owned(), "999".to_owned()]);
        assert!(coded.has("-9") && coded.has("") && coded.has_number(999.0) && !coded.has("."));
        assert_eq!(parse_yes_no("Yes"), Some(true));
        assert_eq!(parse_yes_no("0"), Some(false));
        assert_eq!(parse_yes_no("2"), None);
    }

    #[test]
    fn long_cells_are_cut_in_messages() {
        assert_eq!(quote("a\tb"), "\u{201c}a\\tb\u{201d}");
        assert_eq!(quote(&"x".repeat(50)).chars().count(), 43);
    }
}
