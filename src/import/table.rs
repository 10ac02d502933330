//! Text to records: the separator, the header, where each cell begins and ends.

use std::borrow::Cow;
use std::ops::Range;

use super::cell::{narrow, trim};
use crate::order;

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
            if matches!(bytes.get(at), Some(b'"')) {
                let (cell, next) = self.quoted_cell(at);
                cells.push(cell);
                at = next;
            } else {
                let start = at;
                at = self.end_of_cell(at);
                cells.push(Cell::new(start..at, false));
            }
            if matches!(bytes.get(at), Some(byte) if *byte == self.separator) {
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
            // Not `== Some(&true)`, which a build for size makes a call, for each byte of the file.
            if matches!(self.is_end_of_cell.get(usize::from(byte)), Some(true)) {
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

/// Where the table stands in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    pub separator: u8,
    /// As a spreadsheet counts.
    pub header_row: u64,
    /// 2 when the row below the names holds their units.
    pub header_rows: u32,
}

const RECORDS_LOOKED_AT: usize = 60;

/// The first records, each with its row.
fn first_records(text: &str, separator: u8) -> Vec<(u64, Vec<String>)> {
    let mut records = Records::new(text, separator);
    let (mut cells, mut first) = (Vec::new(), Vec::new());
    while first.len() < RECORDS_LOOKED_AT && records.read_record(&mut cells) {
        first.push((records.row(), cells.iter().map(|cell| trim(&cell.text(text)).to_owned()).collect()));
    }
    first
}

/// The separator that splits the most of the first rows into the same number of cells, and the row of names: the first
/// that is as wide as the table and says something in most of its cells. `None` when no separator splits anything.
pub fn find_layout(text: &str) -> Option<Layout> {
    if let Some((separator, rest)) = excel_separator(text) {
        // Excel's own `sep=;` line above the header.
        let (header_row, header_rows) = find_header(&first_records(rest, separator))?;
        return Some(Layout { separator, header_row: header_row + 1, header_rows });
    }
    let mut best: Option<((bool, u64, usize), Layout)> = None;
    for separator in SEPARATORS {
        let records = first_records(text, separator);
        let Some((header_row, header_rows)) = find_header(&records) else { continue };
        let Some((_, names)) = records.iter().find(|(row, _)| *row == header_row) else { continue };
        let width = names.len();
        // Titles count against a separator as other rows of another width do: there are few of them.
        let same = records.iter().filter(|(_, cells)| cells.len() == width).count() as u64;
        // Most tables begin in the first line that says anything.
        let begins_at_once = if records.first().is_some_and(|(row, _)| *row == header_row) { 200 } else { 0 };
        let score = (!has_number(names), same * 1000 / records.len().max(1) as u64 + begins_at_once, width);
        if best.is_none_or(|(best, _)| score > best) {
            best = Some((score, Layout { separator, header_row, header_rows }));
        }
    }
    best.map(|(_, layout)| layout)
}

fn excel_separator(text: &str) -> Option<(u8, &str)> {
    let rest = text.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and_then(|_| text.get(4..))?;
    let separator = *rest.as_bytes().first()?;
    let rest = rest.get(1..)?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r']))?;
    SEPARATORS.contains(&separator).then_some((separator, rest))
}

fn find_header(records: &[(u64, Vec<String>)]) -> Option<(u64, u32)> {
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
    let mut widths: Vec<usize> = records.iter().map(|(_, cells)| filled(cells)).collect();
    order::sort_by(&mut widths, usize::cmp);
    let usual = widths.get((widths.len().max(1) - 1) / 2).copied()?;
    // Titles have one cell, or two beside a wide table. A header is never wider than that and left out.
    let is_title = |cells: &[String]| filled(cells) < 2 || (filled(cells) == 2 && usual >= 6);
    let mut wide = records.iter().enumerate().filter(|(_, (_, cells))| !is_title(cells));
    let (first, _) = wide.clone().next()?;
    // Where no row has names the first is taken for it, so that what is wrong is said of it.
    let at = wide.find(|(_, (_, cells))| !has_number(cells)).map_or(first, |(at, _)| at);
    if at > 0 && at + 1 == records.len() {
        return None; // words, and nothing below them
    }
    let (row, names) = records.get(at)?;
    // Directly below: rows are counted on from the header by everyone who looks at the file again.
    let is_below = |(below, cells): &(u64, Vec<String>)| *below == row + 1 && is_row_of_units(cells, names.len());
    let has_units = records.get(at + 1).is_some_and(is_below);
    Some((*row, if has_units { 2 } else { 1 }))
}

/// Names are seldom numbers; one among many (a column for the year) does no harm.
fn has_number(cells: &[String]) -> bool {
    let numbers = cells.iter().filter(|cell| cell.parse::<f64>().is_ok()).count();
    numbers * 4 > cells.len()
}

/// Every cell that says something is a unit, and at least one does.
fn is_row_of_units(cells: &[String], width: usize) -> bool {
    let mut said = cells.iter().filter(|cell| !cell.is_empty()).peekable();
    said.peek().is_some() && cells.len() <= width && said.all(|cell| super::unit::is_unit_cell(cell))
}

/// Lower snake case, for comparing names: `Subject ID` and `subject-id` are `subject_id`, `ALSFRS-R (total)` is `alsfrs_r_total`.
pub fn normalise_name(name: &str) -> String {
    let mut normalised = String::with_capacity(name.len());
    for letter in narrow(name).chars() {
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
        let separator = |text| find_layout(text).map(|layout| layout.separator);
        assert_eq!(separator("id,month\n1,0\n"), Some(b','));
        assert_eq!(separator("id;fvc\n1;0,435\n2;0,5\n"), Some(b';'));
        assert_eq!(separator("id\tnote\n1\ta,b\n"), Some(b'\t'));
        assert_eq!(separator("id|a, b|c\n1|2|3\n"), Some(b'|'));
        assert_eq!(separator("just a sentence"), None);
        assert_eq!(separator(""), None);
    }

    #[test]
    fn titles_stand_above_the_names_and_units_below_them() {
        let layout = |text| find_layout(text).map(|layout| (layout.separator, layout.header_row, layout.header_rows));
        assert_eq!(layout("Trial X\nExported 2012-03-01\n\nid,month,il6\n1,0,2\n"), Some((b',', 4, 1)));
        assert_eq!(layout("Trial X;;\n;;\nid;month;il6\n;;(pg/mL)\n1;0;2,5\n"), Some((b';', 3, 2)));
        assert_eq!(layout("sep=;\nid;month\n1;0\n"), Some((b';', 2, 1)));
        assert_eq!(layout("id,month,2012\n1,0,3\n"), Some((b',', 1, 1)));
    }

    #[test]
    fn names_are_compared_in_lower_snake_case() {
        assert_eq!(normalise_name(" Subject ID "), "subject_id");
        assert_eq!(normalise_name("ALSFRS-R (total)"), "alsfrs_r_total");
        assert_eq!(normalise_name("FVC %"), "fvc");
        assert_eq!(normalise_name("??"), "");
    }
}
