//! How a file writes its numbers: one decision a file, taken from all its cells and never from one alone.
//!
//! `0,435` is 0.435 and nothing else. `1,234` is either; what else stands in the file decides, and where nothing
//! does, the reader asks.

use super::cell::{Number, narrow, parse_number, trim};

/// What numbers look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberFormat {
    pub decimal_mark: u8,
    pub thousands_mark: Option<char>,
    /// Nothing in the file tells whether `1,234` (`1.234`) is a thousand: such cells are refused until someone says.
    pub is_undecided: bool,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self { decimal_mark: b'.', thousands_mark: None, is_undecided: false }
    }
}

/// What the numbers of a column or a file tell of their format, in cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Only readable with a decimal point: `0.5`, `1,234.5`.
    pub point_decimal: u64,
    /// Only readable with a decimal comma: `0,435`, `1.234,5`.
    pub comma_decimal: u64,
    /// Commas that can only part thousands: `1,234,567`.
    pub comma_groups: u64,
    pub point_groups: u64,
    /// `1,234`.
    pub either_comma: u64,
    /// `1.234`.
    pub either_point: u64,
    /// Thousands parted by a space or an apostrophe.
    pub other_groups: Option<char>,
}

impl Marks {
    pub fn add(&mut self, other: &Self) {
        self.point_decimal += other.point_decimal;
        self.comma_decimal += other.comma_decimal;
        self.comma_groups += other.comma_groups;
        self.point_groups += other.point_groups;
        self.either_comma += other.either_comma;
        self.either_point += other.either_point;
        self.other_groups = self.other_groups.or(other.other_groups);
    }

    pub fn points(&self) -> u64 {
        self.point_decimal + self.comma_groups
    }

    pub fn commas(&self) -> u64 {
        self.comma_decimal + self.point_groups
    }

    /// Both marks are used as the decimal mark.
    pub fn is_mixed(&self) -> bool {
        self.points() > 0 && self.commas() > 0
    }

    /// The decision, and whether it was one. Points between cells that are separated by commas are decimal points.
    pub fn settle(&self, separator: u8) -> NumberFormat {
        let with_comma = self.commas() > self.points();
        let grouped = |mark: char, groups: u64| (groups > 0).then_some(mark).or(self.other_groups);
        if self.points() + self.commas() == 0 && (self.either_comma > 0 || (separator == b';' && self.either_point > 0))
        {
            return NumberFormat { is_undecided: true, ..NumberFormat::default() };
        }
        if with_comma {
            NumberFormat {
                decimal_mark: b',',
                thousands_mark: grouped('.', self.point_groups + self.either_point),
                is_undecided: false,
            }
        } else {
            let thousands_mark = grouped(',', self.comma_groups + self.either_comma);
            NumberFormat { decimal_mark: b'.', thousands_mark, is_undecided: false }
        }
    }

    /// What a plain number with a mark tells: `12.5` one thing, `1.234` two.
    #[inline]
    pub fn see_plain(&mut self, number: Number, decimal_mark: u8) {
        let Some(decimals) = number.decimals else { return };
        let is_either = decimals == 3 && number.value.abs() >= 1.0 && number.value.abs() < 1000.0;
        let slot = match (decimal_mark, is_either) {
            (b',', true) => &mut self.either_comma,
            (b',', false) => &mut self.comma_decimal,
            (_, true) => &mut self.either_point,
            (_, false) => &mut self.point_decimal,
        };
        *slot += 1;
    }

    /// What a cell tells that is no plain number; false when it is no number in any format.
    pub fn see(&mut self, cell: &str) -> bool {
        let Some(spelled) = Spelled::new(cell) else { return false };
        let text = spelled.digits.as_str();
        let (points, commas) = (count(text, '.'), count(text, ','));
        if let Some(mark) = spelled.groups {
            self.other_groups = Some(mark);
        }
        let last = text.rfind(['.', ',']);
        match (points, commas) {
            (0, 0) => {}
            (0, 1) => self.see_one(text, ','),
            (1, 0) => self.see_one(text, '.'),
            (0, _) if is_grouped(text, ',') => self.comma_groups += 1,
            (_, 0) if is_grouped(text, '.') => self.point_groups += 1,
            (1, _) if last == text.find('.') && is_grouped(before(text, '.'), ',') => {
                self.point_decimal += 1;
                self.comma_groups += 1;
            }
            (_, 1) if last == text.find(',') && is_grouped(before(text, ','), '.') => {
                self.comma_decimal += 1;
                self.point_groups += 1;
            }
            _ => return false,
        }
        true
    }

    fn see_one(&mut self, text: &str, mark: char) {
        let (whole, fraction) = text.split_once(mark).unwrap_or((text, ""));
        let whole = whole.trim_start_matches(['-', '+']);
        let is_either = fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
        let slot = match (mark, is_either) {
            (',', true) => &mut self.either_comma,
            (',', false) => &mut self.comma_decimal,
            (_, true) => &mut self.either_point,
            (_, false) => &mut self.point_decimal,
        };
        *slot += 1;
    }
}

fn count(text: &str, mark: char) -> usize {
    text.matches(mark).count()
}

fn before(text: &str, mark: char) -> &str {
    text.split_once(mark).map_or(text, |(before, _)| before)
}

/// One to three digits, then groups of three. `0.435` has no groups: no one writes a nought before a thousand.
fn is_grouped(text: &str, mark: char) -> bool {
    let mut groups = text.trim_start_matches(['-', '+']).split(mark);
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let is_first =
        |first: &str| (1..=3).contains(&first.len()) && is_digits(first) && (!first.starts_with('0') || first == text);
    groups.next().is_some_and(is_first) && groups.all(|group| group.len() == 3 && is_digits(group))
}

/// A cell that may be a number, in plain letters: narrow digits, a hyphen for a minus, no spaces, no percent sign.
struct Spelled {
    digits: String,
    /// The space or apostrophe that parted its thousands.
    groups: Option<char>,
}

impl Spelled {
    /// None when other letters than those of a number stand in the cell.
    fn new(cell: &str) -> Option<Self> {
        let narrowed = narrow(cell);
        let text = narrowed.trim();
        let text = text.strip_suffix('%').map_or(text, str::trim_end);
        let mut digits = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '\u{2212}' | '\u{2013}' if digits.is_empty() => digits.push('-'),
                '0'..='9' | '.' | ',' | '-' | '+' | ' ' | '\'' | 'e' | 'E' => digits.push(letter),
                '\u{2019}' => digits.push('\''),
                _ => return None,
            }
        }
        let is_sign = |(at, byte): (usize, u8)| matches!(byte, b'-' | b'+') && !follows_exponent(&digits, at);
        if !digits.bytes().any(|byte| byte.is_ascii_digit()) || digits.bytes().enumerate().any(is_sign) {
            return None;
        }
        let group = if digits.contains(' ') { Some(' ') } else { digits.contains('\'').then_some('\'') };
        if let Some(mark) = group {
            let whole = digits.split(['.', ',']).next().unwrap_or_default();
            if !is_grouped(whole, mark) {
                return None;
            }
            digits.retain(|letter| letter != mark);
        }
        Some(Self { digits, groups: group })
    }
}

/// A sign stands at the start or behind the `e` of an exponent; elsewhere the cell is a date or a range.
fn follows_exponent(digits: &str, at: usize) -> bool {
    at == 0 || matches!(digits.as_bytes().get(at - 1), Some(b'e' | b'E'))
}

impl NumberFormat {
    /// A number as the file writes it, however its cell is dressed: `1.234,5`, `1 234`, `１２`, `85 %`, `−3`.
    pub fn parse(&self, cell: &str) -> Option<Number> {
        let plain = trim(cell);
        if let Some(number) = parse_number(plain.as_bytes(), self.decimal_mark) {
            return self.accepts(&number).then_some(number);
        }
        let mut spelled = Spelled::new(plain)?.digits;
        if let Some(mark @ (',' | '.')) = self.thousands_mark {
            let whole = before(&spelled, char::from(self.decimal_mark));
            if whole.contains(mark) {
                if !is_grouped(whole, mark) {
                    return None;
                }
                spelled.retain(|letter| letter != mark);
            }
        }
        parse_number(spelled.as_bytes(), self.decimal_mark).filter(|number| self.accepts(number))
    }

    /// A number that could be a thousand times as large is not read while nobody has said.
    #[inline]
    pub fn accepts(&self, number: &Number) -> bool {
        !(self.is_undecided && number.decimals == Some(3) && number.value.abs() >= 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(cells: &[&str]) -> Marks {
        let mut marks = Marks::default();
        for cell in cells {
            match parse_number(cell.as_bytes(), b'.') {
                Some(number) => marks.see_plain(number, b'.'),
                None => {
                    marks.see(cell);
                }
            }
        }
        marks
    }

    fn read(format: NumberFormat, cell: &str) -> Option<f64> {
        format.parse(cell).map(|number| number.value)
    }

    #[test]
    fn one_plain_decimal_settles_what_a_thousand_is() {
        let german = marks(&["1.234", "0,5"]).settle(b';');
        assert_eq!(german, NumberFormat { decimal_mark: b',', thousands_mark: Some('.'), is_undecided: false });
        assert_eq!(read(german, "1.234"), Some(1234.0));
        assert_eq!(read(german, "1.234,5"), Some(1234.5));
        let grouped = marks(&["1,234.5"]).settle(b',');
        assert_eq!(read(grouped, "1,014.1"), Some(1014.1));
        let english = marks(&["1,234", "0.5"]).settle(b';');
        assert_eq!(english, NumberFormat { decimal_mark: b'.', thousands_mark: Some(','), is_undecided: false });
        assert_eq!(read(english, "1,234"), Some(1234.0));
        assert_eq!(read(english, "12,34"), None);
    }

    #[test]
    fn nought_comma_is_never_a_thousand() {
        let format = marks(&["0,435", "1,234"]).settle(b';');
        assert_eq!((read(format, "0,435"), read(format, "1,234")), (Some(0.435), Some(1.234)));
        // In quotation marks in a file separated by commas as well.
        assert_eq!(marks(&["0,435"]).settle(b',').decimal_mark, b',');
    }

    #[test]
    fn where_nothing_tells_the_reader_asks() {
        let format = marks(&["1,234", "12,500"]).settle(b';');
        assert!(format.is_undecided);
        assert_eq!(read(format, "1,234"), None);
        assert_eq!(read(format, "17"), Some(17.0));
        assert!(marks(&["1.234", "12.500"]).settle(b';').is_undecided);
        assert!(!marks(&["1.234", "12.500"]).settle(b',').is_undecided);
        // In quotation marks between commas it is no clearer.
        assert!(marks(&["1,234"]).settle(b',').is_undecided);
    }

    #[test]
    fn numbers_come_in_many_dresses() {
        let format = NumberFormat { thousands_mark: Some(','), ..NumberFormat::default() };
        for (cell, value) in [
            ("1,234.5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("1 234.5", 1234.5),
            ("1\u{a0}234", 1234.0),
            ("1\u{202f}234", 1234.0),
            ("1'234", 1234.0),
            ("１２．５", 12.5),
            ("85 %", 85.0),
            ("85%", 85.0),
            ("\u{2212}3", -3.0),
            ("\u{a0}7\u{a0}", 7.0),
            ("1.2e3", 1200.0),
        ] {
            assert_eq!(read(format, cell), Some(value), "{cell}");
        }
        for cell in ["1,23", "1 23", "12 pg/mL", "1,2345", "1-2", "2012-03-01", "", "%", "e", "1.234,5"] {
            assert_eq!(read(format, cell), None, "{cell}");
        }
    }
}
