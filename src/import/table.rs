//! Text to records: the separator, the header, where each cell begins and ends.

use std::borrow::Cow;
use std::ops::Range;

/// The field separators that are looked for, the likeliest first.
pub const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Where a cell stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    start: u32,
    end: u32,
    /// The range begins at the opening quote and holds doubled quotes or text behind the closing one.
    is_raw: bool,
}

impl Cell {
    /// Files are far smaller than four gigabytes; a cell beyond them would be empty, not wrong.
    fn new(range: Range<usize>, is_raw: bool) -> Self {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: place(range.start), end: place(range.end), is_raw }
    }

    fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let range = text.get(self.range()).unwrap_or_default();
        if self.is_raw { Cow::Owned(unquote(range)) } else { Cow::Borrowed(range) }
    }

    /// The cell's bytes when they stand in the text as they are.
    pub fn plain_bytes<'a>(&self, text: &'a str) -> Option<&'a [u8]> {
        if self.is_raw { None } else { text.as_bytes().get(self.range()) }
    }
}

/// What RFC 4180 and the csv crate make of a quoted cell: `"a ""b"" c"d` is `a "b" cd`.
fn unquote(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw.strip_prefix('"').unwrap_or(raw);
    while let Some((before, after)) = rest.split_once('"') {
        text.push_str(before);
        match after.strip_prefix('"') {
            Some(after_pair) => {
                text.push('"');
                rest = after_pair;
            }
            None => {
                text.push_str(after);
                return text;
            }
        }
    }
    text.push_str(rest);
    text
}

/// The records of a text, one after the other; same cells as the csv crate with `flexible(true)`.
pub struct Records<'a> {
    text: &'a str,
    separator: u8,
    is_end_of_cell: [bool; 256],
    at: usize,
    row: u64,
    unclosed_quote: Option<u64>,
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str, separator: u8) -> Self {
        let mut is_end_of_cell = [false; 256];
        for byte in [separator, b'\n', b'\r'] {
            if let Some(ends) = is_end_of_cell.get_mut(usize::from(byte)) {
                *ends = true;
            }
        }
        Self { text, separator, is_end_of_cell, at: 0, row: 0, unclosed_quote: None }
    }

    /// The row of the record read last, as a spreadsheet counts: blank lines count, line breaks in quotes do not.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// Bytes read so far.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The row of a cell whose opening quote is never closed, which swallows the rest of the file.
    pub fn unclosed_quote(&self) -> Option<u64> {
        self.unclosed_quote
    }

    fn skip_line_end(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        match bytes.get(at) {
            Some(b'\n') => Some(at + 1),
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => Some(at + 2),
            Some(b'\r') => Some(at + 1),
            _ => None,
        }
    }

    /// Puts the next record's cells into `cells`; false at the end. Empty lines are stepped over.
    pub fn read_record(&mut self, cells: &mut Vec<Cell>) -> bool {
        cells.clear();
        let bytes = self.text.as_bytes();
        while let Some(next) = self.skip_line_end(self.at) {
            self.at = next;
            self.row += 1;
        }
        if self.at >= bytes.len() {
            return false;
        }
        self.row += 1;
        let mut at = self.at;
        loop {
            if bytes.get(at) == Some(&b'"') {
                let (cell, next) = self.quoted_cell(at);
                cells.push(cell);
                at = next;
            } else {
                let start = at;
                at = self.end_of_cell(at);
                cells.push(Cell::new(start..at, false));
            }
            if bytes.get(at) == Some(&self.separator) {
                at += 1;
            } else {
                self.at = self.skip_line_end(at).unwrap_or(at);
                return true;
            }
        }
    }

    #[inline(always)]
    fn end_of_cell(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            if self.is_end_of_cell.get(usize::from(byte)) == Some(&true) {
                break;
            }
            at += 1;
        }
        at
    }

    fn quoted_cell(&mut self, opening: usize) -> (Cell, usize) {
        let bytes = self.text.as_bytes();
        let mut has_pair = false;
        let mut at = opening + 1;
        let closing = loop {
            match bytes.get(at) {
                Some(b'"') if bytes.get(at + 1) == Some(&b'"') => {
                    has_pair = true;
                    at += 2;
                }
                Some(b'"') => break Some(at),
                Some(_) => at += 1,
                None => break None,
            }
        };
        let Some(closing) = closing else {
            self.unclosed_quote.get_or_insert(self.row);
            return (Cell::new(opening..bytes.len(), true), bytes.len());
        };
        let end = self.end_of_cell(closing + 1);
        if has_pair || end > closing + 1 {
            (Cell::new(opening..end, true), end)
        } else {
            (Cell::new(opening + 1..closing, false), end)
        }
    }
}

/// The separator that splits the header and the most of the first rows into the same number of cells;
/// `None` when no separator splits the header.
pub fn find_separator(text: &str) -> Option<u8> {
    const RECORDS_LOOKED_AT: u64 = 50;
    let mut best: Option<(u64, usize, u8)> = None;
    let mut cells = Vec::new();
    for separator in SEPARATORS {
        let mut records = Records::new(text, separator);
        if !records.read_record(&mut cells) || cells.len() < 2 {
            continue;
        }
        let width = cells.len();
        let (mut seen, mut same) = (0_u64, 0_u64);
        while seen < RECORDS_LOOKED_AT && records.read_record(&mut cells) {
            seen += 1;
            same += u64::from(cells.len() == width);
        }
        let share = (same * 1000).checked_div(seen).unwrap_or(1000);
        if best.is_none_or(|(best_share, best_width, _)| (share, width) > (best_share, best_width)) {
            best = Some((share, width, separator));
        }
    }
    best.map(|(_, _, separator)| separator)
}

/// Lower snake case, for comparing names: `Subject ID` and `subject-id` are `subject_id`, `ALSFRS-R (total)` is `alsfrs_r_total`.
pub fn normalise_name(name: &str) -> String {
    let mut normalised = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_alphanumeric() {
            normalised.extend(letter.to_lowercase());
        } else if !normalised.is_empty() && !normalised.ends_with('_') {
            normalised.push('_');
        }
    }
    normalised.truncate(normalised.trim_end_matches('_').len());
    normalised
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, separator: u8) -> Vec<(u64, Vec<String>)> {
        let mut records = Records::new(text, separator);
        let (mut cells, mut all) = (Vec::new(), Vec::new());
        while records.read_record(&mut cells) {
            all.push((records.row(), cells.iter().map(|cell| cell.text(text).into_owned()).collect()));
        }
        all
    }

    fn row(number: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        let text = "a,b\r\n\r\n\"x\ny\",2\n3,\"4 \"\"four\"\"\"\n";
        assert_eq!(records(text, b','), [row(1, &["a", "b"]), row(3, &["x\ny", "2"]), row(4, &["3", "4 \"four\""])]);
    }

    #[test]
    fn a_trailing_separator_is_an_empty_cell() {
        assert_eq!(records("a;b;\n1;2;", b';'), [row(1, &["a", "b", ""]), row(2, &["1", "2", ""])]);
    }

    #[test]
    fn an_unclosed_quote_is_remembered() {
        let mut reader = Records::new("a,b\n1,\"2\n3,4\n", b',');
        let mut cells = Vec::new();
        while reader.read_record(&mut cells) {}
        assert_eq!(reader.unclosed_quote(), Some(2));
    }

    #[test]
    fn the_separator_is_the_one_that_fits() {
        assert_eq!(find_separator("id,month\n1,0\n"), Some(b','));
        assert_eq!(find_separator("id;fvc\n1;0,435\n2;0,5\n"), Some(b';'));
        assert_eq!(find_separator("id\tnote\n1\ta,b\n"), Some(b'\t'));
        assert_eq!(find_separator("id|a, b|c\n1|2|3\n"), Some(b'|'));
        assert_eq!(find_separator("just a sentence"), None);
        assert_eq!(find_separator(""), None);
    }

    #[test]
    fn names_are_compared_in_lower_snake_case() {
        assert_eq!(normalise_name(" Subject ID "), "subject_id");
        assert_eq!(normalise_name("ALSFRS-R (total)"), "alsfrs_r_total");
        assert_eq!(normalise_name("FVC %"), "fvc");
        assert_eq!(normalise_name("??"), "");
    }
}
