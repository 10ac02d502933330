//! Records to typed columns, in one pass over the text and without an allocation per cell.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::cell::{is_missing, parse_number, trim};
use super::decode::{NotText, decode};
use super::table::{Cell, Records, find_separator};

/// What a column is to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers when at least four in five of its present cells are numbers, text otherwise.
    Auto,
    Number,
    Text,
}

/// Of a hundred present cells, how many must be numbers for a column to be one of numbers.
const NUMBER_SHARE_PERCENT: u64 = 80;

/// A table with its columns; ragged and empty rows are named beside them and are in no column.
#[derive(Debug)]
pub struct Table<'a> {
    pub separator: char,
    pub header: Vec<String>,
    pub columns: Vec<Column<'a>>,
    /// Rows in the columns.
    pub len: usize,
    pub ragged: Vec<RaggedRow>,
    /// Rows of which each cell is empty.
    pub empty_rows: Vec<u64>,
    pub unclosed_quote: Option<u64>,
    rows: RowNumbers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RaggedRow {
    pub row: u64,
    pub cells: usize,
}

#[derive(Debug)]
pub enum Column<'a> {
    Number(NumberColumn<'a>),
    Text(TextColumn<'a>),
}

/// `values` holds NaN where a cell is missing or refused, and no other NaN.
#[derive(Debug)]
pub struct NumberColumn<'a> {
    pub values: Vec<f64>,
    pub missing: u64,
    /// Cells that are neither missing nor numbers, by place in `values`.
    pub refused: Vec<(u32, Cow<'a, str>)>,
    pub decimal_mark: u8,
    /// Each cell with a decimal comma has three digits behind it: it could have been a thousands separator.
    pub may_be_thousands: bool,
    has_mark: bool,
}

/// Each cell's place in `values`; [`TextColumn::MISSING`] when it holds nothing.
#[derive(Debug)]
pub struct TextColumn<'a> {
    pub codes: Vec<u32>,
    pub values: Vec<Cow<'a, str>>,
    pub missing: u64,
}

impl TextColumn<'_> {
    pub const MISSING: u32 = u32::MAX;

    pub fn value(&self, place: usize) -> Option<&str> {
        self.codes.get(place).and_then(|&code| self.value_of_code(code))
    }

    pub fn value_of_code(&self, code: u32) -> Option<&str> {
        self.values.get(code as usize).map(AsRef::as_ref)
    }
}

impl NumberColumn<'_> {
    pub fn value(&self, place: usize) -> Option<f64> {
        self.values.get(place).copied().filter(|value| !value.is_nan())
    }

    pub fn refused_cell(&self, place: usize) -> Option<&str> {
        let found = self.refused.binary_search_by_key(&place, |(at, _)| *at as usize).ok()?;
        self.refused.get(found).map(|(_, cell)| cell.as_ref())
    }
}

impl<'a> Table<'a> {
    /// Data rows: in the columns, ragged, or empty.
    pub fn rows_in(&self) -> u64 {
        (self.len + self.ragged.len() + self.empty_rows.len()) as u64
    }

    /// As a spreadsheet counts.
    pub fn row(&self, place: usize) -> u64 {
        self.rows.row(place)
    }

    pub fn number(&self, column: usize) -> Option<&NumberColumn<'a>> {
        match self.columns.get(column) {
            Some(Column::Number(numbers)) => Some(numbers),
            _ => None,
        }
    }

    pub fn text(&self, column: usize) -> Option<&TextColumn<'a>> {
        match self.columns.get(column) {
            Some(Column::Text(texts)) => Some(texts),
            _ => None,
        }
    }
}

/// Row numbers of consecutive records, stored only where they jump.
#[derive(Debug, Default)]
struct RowNumbers {
    jumps: Vec<(usize, u64)>,
    next: u64,
}

impl RowNumbers {
    fn push(&mut self, place: usize, row: u64) {
        if self.next != row || self.jumps.is_empty() {
            self.jumps.push((place, row));
        }
        self.next = row + 1;
    }

    fn row(&self, place: usize) -> u64 {
        let after = self.jumps.partition_point(|(start, _)| *start <= place);
        after.checked_sub(1).and_then(|at| self.jumps.get(at)).map_or(0, |(start, row)| row + (place - start) as u64)
    }
}

/// Why bytes are not a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    NotText(NotText),
    Empty,
    /// No separator splits the first line.
    NotCsv,
}

/// Bytes to typed columns, each column's kind taken from its cells: what reading any table begins with.
pub fn read_columns(bytes: &[u8]) -> Result<Table<'_>, Unreadable> {
    let (text, _) = decode(bytes).map_err(Unreadable::NotText)?;
    let (separator, header) = read_header(text)?;
    let kinds = vec![Kind::Auto; header.len()];
    Ok(read_table(text, separator, header, &kinds, &mut |_| ()))
}

/// The separator and the names of the columns. An Excel file's `sep=` line is not supported.
pub fn read_header(text: &str) -> Result<(u8, Vec<String>), Unreadable> {
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.trim_start().starts_with(['<', '{', '[']) {
        return Err(Unreadable::NotCsv);
    }
    let separator = find_separator(text).ok_or(Unreadable::NotCsv)?;
    let mut cells = Vec::new();
    Records::new(text, separator).read_record(&mut cells);
    Ok((separator, cells.iter().map(|cell| trim(&cell.text(text)).to_owned()).collect()))
}

/// `kinds` runs parallel to `header`. `on_position` hears of the bytes read, now and then.
pub fn read_table<'a>(
    text: &'a str,
    separator: u8,
    header: Vec<String>,
    kinds: &[Kind],
    on_position: &mut dyn FnMut(usize),
) -> Table<'a> {
    const SAMPLE_RECORDS: usize = 1000;
    let may_have_commas = separator != b',';
    let at_first: Vec<Reading> = kinds.iter().map(|kind| Reading::at_first(*kind)).collect();
    let reach = Reach { most_records: SAMPLE_RECORDS, expected_rows: 0 };
    let sample = read_as(text, separator, &[], &at_first, reach, &mut |_| ());
    let readings = settle(&sample, kinds, may_have_commas);
    if sample.was_read_whole && readings == at_first {
        return Table { header, ..sample.table };
    }
    // Columns of the right size at once: growing by doubling would cost up to as much memory again.
    // A row has at least a byte for each cell, which keeps odd first rows from asking for too much.
    let bytes_per_row = (sample.bytes / sample.records.max(1)).max(kinds.len()).max(1);
    let expected_rows = text.len() / bytes_per_row * 21 / 20 + 16;
    drop(sample);
    let read_all = |readings: &[Reading], on_position: &mut dyn FnMut(usize)| {
        let reach = Reach { most_records: usize::MAX, expected_rows };
        read_as(text, separator, &header, readings, reach, on_position)
    };
    let all = read_all(&readings, on_position);
    let settled = settle(&all, kinds, may_have_commas);
    if settled == readings {
        return all.table;
    }
    drop(all);
    read_all(&settled, on_position).table
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Number { decimal_mark: u8 },
    Text,
}

impl Reading {
    fn at_first(kind: Kind) -> Self {
        match kind {
            Kind::Auto | Kind::Number => Self::Number { decimal_mark: b'.' },
            Kind::Text => Self::Text,
        }
    }
}

/// How each column should have been read, by what was read.
fn settle(read: &Read<'_>, kinds: &[Kind], may_have_commas: bool) -> Vec<Reading> {
    read.table
        .columns
        .iter()
        .zip(kinds)
        .map(|(column, kind)| match (kind, column) {
            (Kind::Text, _) => Reading::Text,
            (Kind::Number, Column::Number(numbers)) => settle_numbers(numbers, may_have_commas).0,
            (Kind::Number, Column::Text(_)) => Reading::at_first(Kind::Number),
            (Kind::Auto, Column::Number(numbers)) => {
                let (reading, refused) = settle_numbers(numbers, may_have_commas);
                let present = numbers.values.len() as u64 - numbers.missing;
                if is_mostly_numbers(present - refused.min(present), present) { reading } else { Reading::Text }
            }
            (Kind::Auto, Column::Text(texts)) => settle_text(texts, may_have_commas),
        })
        .collect()
}

fn is_mostly_numbers(numbers: u64, present: u64) -> bool {
    numbers * 100 >= present * NUMBER_SHARE_PERCENT
}

/// Decimal commas only where no cell has a decimal point, so that no cell can be read two ways in one column.
fn settle_numbers(numbers: &NumberColumn<'_>, may_have_commas: bool) -> (Reading, u64) {
    let refused = numbers.refused.len() as u64;
    let as_read = Reading::Number { decimal_mark: numbers.decimal_mark };
    let fits = |mark: u8| {
        let is_number = |cell: &Cow<'_, str>| parse_number(cell.as_bytes(), mark).is_some();
        numbers.refused.iter().filter(|(_, cell)| is_number(cell)).count() as u64
    };
    if numbers.decimal_mark == b',' {
        let with_points = fits(b'.');
        return (if with_points > 0 { Reading::Number { decimal_mark: b'.' } } else { as_read }, refused);
    }
    if !may_have_commas || numbers.has_mark || refused == 0 {
        return (as_read, refused);
    }
    let with_commas = fits(b',');
    if with_commas > 0 { (Reading::Number { decimal_mark: b',' }, refused - with_commas) } else { (as_read, refused) }
}

fn settle_text(texts: &TextColumn<'_>, may_have_commas: bool) -> Reading {
    let mut counts = vec![0_u64; texts.values.len()];
    for &code in &texts.codes {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let numbers_with = |mark: u8| -> u64 {
        let is_number = |cell: &Cow<'_, str>| parse_number(cell.as_bytes(), mark).is_some();
        texts.values.iter().zip(&counts).filter(|(cell, _)| is_number(cell)).map(|(_, count)| count).sum()
    };
    let present = texts.codes.len() as u64 - texts.missing;
    if present > 0 && is_mostly_numbers(numbers_with(b'.'), present) {
        Reading::Number { decimal_mark: b'.' }
    } else if present > 0 && may_have_commas && is_mostly_numbers(numbers_with(b','), present) {
        Reading::Number { decimal_mark: b',' }
    } else {
        Reading::Text
    }
}

struct Read<'a> {
    table: Table<'a>,
    was_read_whole: bool,
    records: usize,
    bytes: usize,
}

#[derive(Debug, Clone, Copy)]
struct Reach {
    most_records: usize,
    expected_rows: usize,
}

/// One pass. The header may be left out when only the columns matter.
fn read_as<'a>(
    text: &'a str,
    separator: u8,
    header: &[String],
    readings: &[Reading],
    reach: Reach,
    on_position: &mut dyn FnMut(usize),
) -> Read<'a> {
    const RECORDS_BETWEEN_REPORTS: usize = 8192;
    let mut records = Records::new(text, separator);
    let mut cells: Vec<Cell> = Vec::with_capacity(readings.len() + 1);
    records.read_record(&mut cells);
    let mut builders: Vec<Builder<'a>> =
        readings.iter().map(|reading| Builder::new(*reading, reach.expected_rows)).collect();
    let (mut ragged, mut empty_rows, mut rows, mut len) = (Vec::new(), Vec::new(), RowNumbers::default(), 0);
    let mut seen = 0;
    let mut was_read_whole = true;
    while records.read_record(&mut cells) {
        if seen == reach.most_records {
            was_read_whole = false;
            break;
        }
        seen += 1;
        if seen.is_multiple_of(RECORDS_BETWEEN_REPORTS) {
            on_position(records.position());
        }
        let is_empty = |cells: &[Cell]| cells.iter().all(|cell| trim(&cell.text(text)).is_empty());
        let is_first_empty = cells.first().is_none_or(|cell| trim(&cell.text(text)).is_empty());
        if is_first_empty && is_empty(&cells) {
            if cells.len() > 1 {
                empty_rows.push(records.row());
            }
            continue;
        }
        let extra = cells.get(readings.len()..);
        if extra.is_none_or(|extra| !extra.is_empty() && !is_empty(extra)) {
            ragged.push(RaggedRow { row: records.row(), cells: cells.len() });
            continue;
        }
        rows.push(len, records.row());
        len += 1;
        for (cell, builder) in cells.iter().zip(&mut builders) {
            builder.push(*cell, text);
        }
    }
    on_position(text.len());
    let table = Table {
        separator: char::from(separator),
        header: header.to_vec(),
        columns: builders.into_iter().map(Builder::finish).collect(),
        len,
        ragged,
        empty_rows,
        unclosed_quote: records.unclosed_quote(),
        rows,
    };
    Read { table, was_read_whole, records: seen, bytes: records.position() }
}

enum Builder<'a> {
    Number(NumberColumn<'a>),
    Text { column: TextColumn<'a>, codes: HashMap<Cow<'a, str>, u32, BuildHasherDefault<WordHasher>>, last: u32 },
}

impl<'a> Builder<'a> {
    fn new(reading: Reading, expected_rows: usize) -> Self {
        match reading {
            Reading::Number { decimal_mark } => Self::Number(NumberColumn {
                values: Vec::with_capacity(expected_rows),
                missing: 0,
                refused: Vec::new(),
                decimal_mark,
                may_be_thousands: true,
                has_mark: false,
            }),
            Reading::Text => Self::Text {
                column: TextColumn { codes: Vec::with_capacity(expected_rows), values: Vec::new(), missing: 0 },
                codes: HashMap::default(),
                last: TextColumn::MISSING,
            },
        }
    }

    #[inline]
    fn push(&mut self, cell: Cell, text: &'a str) {
        match self {
            Self::Number(column) => {
                let number = cell.plain_bytes(text).and_then(|bytes| parse_number(bytes, column.decimal_mark));
                match number {
                    Some(number) => column.push_number(number),
                    None => column.push_other(cell.text(text)),
                }
            }
            Self::Text { column, codes, last } => {
                let plain = cell.text(text);
                let cell = match plain {
                    Cow::Borrowed(cell) => Cow::Borrowed(trim(cell)),
                    Cow::Owned(cell) => Cow::Owned(trim(&cell).to_owned()),
                };
                let code = if column.value_of_code(*last) == Some(cell.as_ref()) {
                    *last
                } else if let Some(code) = codes.get(cell.as_ref()) {
                    *code
                } else {
                    let code = if is_missing(&cell) { TextColumn::MISSING } else { column.values.len() as u32 };
                    if code != TextColumn::MISSING {
                        column.values.push(cell.clone());
                    }
                    codes.insert(cell, code);
                    code
                };
                *last = code;
                column.missing += u64::from(code == TextColumn::MISSING);
                column.codes.push(code);
            }
        }
    }

    fn finish(self) -> Column<'a> {
        match self {
            Self::Number(mut column) => {
                column.may_be_thousands &= column.has_mark && column.decimal_mark == b',';
                Column::Number(column)
            }
            Self::Text { column, .. } => Column::Text(column),
        }
    }
}

impl<'a> NumberColumn<'a> {
    #[inline]
    fn push_number(&mut self, number: super::cell::Number) {
        if let Some(decimals) = number.decimals {
            self.has_mark = true;
            self.may_be_thousands &= decimals == 3 && number.value.abs() >= 1.0;
        }
        self.values.push(number.value);
    }

    /// Missing, a number among blanks, or refused.
    fn push_other(&mut self, cell: Cow<'a, str>) {
        if is_missing(trim(&cell)) {
            self.missing += 1;
            self.values.push(f64::NAN);
        } else if let Some(number) = parse_number(trim(&cell).as_bytes(), self.decimal_mark) {
            self.push_number(number);
        } else {
            let cell = match cell {
                Cow::Borrowed(cell) => Cow::Borrowed(trim(cell)),
                Cow::Owned(cell) => Cow::Owned(trim(&cell).to_owned()),
            };
            self.refused.push((self.values.len() as u32, cell));
            self.values.push(f64::NAN);
        }
    }
}

/// Eight bytes at a time; only for looking up, never for order.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().fold(0_u64, |word, &byte| (word << 8) | u64::from(byte));
            self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(table: &Table<'_>, column: usize) -> Vec<Option<f64>> {
        let column = table.number(column).expect("a column of numbers");
        (0..column.values.len()).map(|place| column.value(place)).collect()
    }

    #[test]
    fn columns_take_their_kind_from_their_cells() {
        let table = read_columns(b"id,fvc,arm\nS1, 88.5 ,MSC\nS2,NA,control\nS3,\"70\",MSC\n").expect("a table");
        assert_eq!(table.header, ["id", "fvc", "arm"]);
        assert_eq!(numbers(&table, 1), [Some(88.5), None, Some(70.0)]);
        let arms = table.text(2).expect("a column of text");
        assert_eq!(arms.codes, [0, 1, 0]);
        assert_eq!(arms.values, ["MSC", "control"]);
    }

    #[test]
    fn a_word_among_numbers_is_refused_and_numbers_among_words_are_text() {
        let table = read_columns(b"a,b\n1,x\n2,1\n3,y\n4,z\nfive,w\n").expect("a table");
        assert_eq!(table.number(0).map(|column| column.refused.clone()), Some(vec![(4, "five".into())]));
        assert!(table.text(1).is_some());
    }

    #[test]
    fn decimal_commas_are_read_only_where_nothing_else_fits() {
        let table = read_columns(b"a;b;c;d\n1;0,435;1,5;1,234\n2;3;2.5;12,500\n").expect("a table");
        assert_eq!(numbers(&table, 1), [Some(0.435), Some(3.0)]);
        assert!(!table.number(1).expect("numbers").may_be_thousands);
        assert!(table.text(2).is_some(), "both marks in one column leave it as text");
        assert_eq!(numbers(&table, 3), [Some(1.234), Some(12.5)]);
        assert!(table.number(3).expect("numbers").may_be_thousands);
        let quoted = read_columns(b"a,b\n1,\"0,435\"\n").expect("a table");
        assert!(quoted.text(1).is_some());
    }

    #[test]
    fn ragged_and_empty_rows_are_named_beside_the_columns() {
        let table = read_columns(b"a,b\n1\n,\n2,3,4\n\n5,6,\n7,8\n").expect("a table");
        assert_eq!(table.ragged, [RaggedRow { row: 2, cells: 1 }, RaggedRow { row: 4, cells: 3 }]);
        assert_eq!(table.empty_rows, [3]);
        assert_eq!((table.len, table.rows_in()), (2, 5));
        assert_eq!([table.row(0), table.row(1)], [6, 7]);
    }

    #[test]
    fn a_column_that_changes_after_the_sample_is_read_again() {
        let mut text = String::from("id;late\n");
        for row in 0..1500 {
            text.push_str(if row < 1200 { "1;2\n" } else { "1;2,5\n" });
        }
        let table = read_columns(text.as_bytes()).expect("a table");
        assert_eq!(table.number(1).and_then(|column| column.value(1400)), Some(2.5));
        let words = text.replace("2,5", "word").replace("1;2\n", "1;word\n");
        assert!(read_columns(words.as_bytes()).expect("a table").text(1).is_some());
    }
}
