//! Records to typed columns, in one pass over the text and without an allocation per cell.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::cell::{MissingTokens, Number, narrow, parse_number, trim};
use super::decode::{NotText, decode};
use super::number_format::{Marks, NumberFormat};
use super::table::{Cell, Layout, Records, find_layout};

/// What a column is to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers when at least four in five of its present cells are numbers, text otherwise.
    Auto,
    Number,
    Text,
    /// Text of which only a blank cell says nothing: `NOT DONE` in a column of statuses is a status.
    Status,
}

/// Of a hundred present cells, how many must be numbers for a column to be one of numbers.
const NUMBER_SHARE_PERCENT: u64 = 80;

/// A table with its columns; ragged and empty rows are named beside them and are in no column.
#[derive(Debug)]
pub struct Table<'a> {
    pub header: Vec<String>,
    /// How its numbers were read.
    pub format: NumberFormat,
    /// What its numbers tell of their format.
    pub marks: Marks,
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
    pub format: NumberFormat,
    pub marks: Marks,
    /// Missing cells that say `ND`, by place: not done, or not detected.
    pub not_detected_or_done: Vec<u32>,
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

    /// The last row that anything was read from, empty and ragged rows among them.
    pub fn last_row(&self) -> u64 {
        let last = self.len.checked_sub(1).map_or(0, |place| self.row(place));
        let ragged = self.ragged.last().map_or(0, |ragged| ragged.row);
        last.max(ragged).max(self.empty_rows.last().copied().unwrap_or(0))
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
    /// No separator splits any line into cells.
    NotCsv,
    /// More columns than any table has.
    TooWide(usize),
}

/// Bytes to typed columns, each column's kind taken from its cells: what reading any table begins with. The text is the
/// caller's, since it may have had to be decoded.
pub fn read_columns(text: &str) -> Result<Table<'_>, Unreadable> {
    let (layout, header) = read_header(text)?;
    let kinds = vec![Kind::Auto; header.len()];
    let spelling = Spelling { layout, format: None, missing: &MissingTokens::default() };
    Ok(read_table(text, &spelling, header, &kinds, &mut |_| ()))
}

/// The text of a file, for [`read_columns`].
pub fn read_text(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    decode(bytes).map(|decoded| decoded.text).map_err(Unreadable::NotText)
}

/// How a table is spelled.
#[derive(Debug, Clone, Copy)]
pub struct Spelling<'m> {
    pub layout: Layout,
    /// Found from the cells when nobody has said.
    pub format: Option<NumberFormat>,
    pub missing: &'m MissingTokens,
}

/// Where the table stands and the names of its columns.
pub fn read_header(text: &str) -> Result<(Layout, Vec<String>), Unreadable> {
    check_text(text)?;
    let layout = find_layout(text).ok_or(Unreadable::NotCsv)?;
    Ok((layout, header_at(text, layout).0))
}

pub fn check_text(text: &str) -> Result<(), Unreadable> {
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.trim_start().starts_with(['<', '{', '[']) {
        return Err(Unreadable::NotCsv);
    }
    Ok(())
}

/// The names, and the units below them where the layout says that there are any.
pub fn header_at(text: &str, layout: Layout) -> (Vec<String>, Vec<String>) {
    let mut records = Records::new(text, layout.separator);
    let mut cells = Vec::new();
    let mut names = Vec::new();
    while records.read_record(&mut cells) {
        let words = || cells.iter().map(|cell| trim(&cell.text(text)).to_owned()).collect();
        if records.row() >= layout.header_row {
            if !names.is_empty() || layout.header_rows < 2 {
                return if names.is_empty() { (words(), Vec::new()) } else { (names, words()) };
            }
            names = words();
        }
    }
    (names, Vec::new())
}

/// `kinds` runs parallel to `header`. `on_position` hears of the bytes read, now and then.
pub fn read_table<'a>(
    text: &'a str,
    spelling: &Spelling<'_>,
    header: Vec<String>,
    kinds: &[Kind],
    on_position: &mut dyn FnMut(usize),
) -> Table<'a> {
    const SAMPLE_RECORDS: usize = 1000;
    let at_first = Readings {
        format: spelling.format.unwrap_or_default(),
        kinds: kinds.iter().map(|kind| Reading::at_first(*kind)).collect(),
    };
    let reach = Reach { most_records: SAMPLE_RECORDS, expected_rows: 0 };
    let sample = read_as(text, spelling, &[], &at_first, reach, &mut |_| ());
    let readings = settle(&sample, kinds, spelling);
    if sample.was_read_whole && readings == at_first {
        return Table { header, ..sample.table };
    }
    // Columns of the right size at once: growing by doubling would cost up to as much memory again.
    // A row has at least a byte for each cell, which keeps odd first rows from asking for too much.
    let bytes_per_row = (sample.bytes / sample.records.max(1)).max(kinds.len()).max(1);
    let expected_rows = text.len() / bytes_per_row * 21 / 20 + 16;
    drop(sample);
    let mut read_all = |readings: &Readings| {
        let reach = Reach { most_records: usize::MAX, expected_rows };
        read_as(text, spelling, &header, readings, reach, on_position)
    };
    let mut all = read_all(&readings);
    let mut settled = settle(&all, kinds, spelling);
    // Kinds may follow from a format that was found late; twice is enough for anything that settles.
    for _ in 0..2 {
        if settled == readings_of(&all, &settled) {
            break;
        }
        drop(all);
        all = read_all(&settled);
        settled = settle(&all, kinds, spelling);
    }
    all.table
}

/// How the table was read, in the shape of what it should have been read as.
fn readings_of(read: &Read<'_>, settled: &Readings) -> Readings {
    let reading = |(column, settled): (&Column<'_>, &Reading)| match (column, settled) {
        (Column::Number(_), _) => Reading::Number,
        (Column::Text(_), Reading::Status) => Reading::Status,
        (Column::Text(_), _) => Reading::Text,
    };
    let kinds = read.table.columns.iter().zip(&settled.kinds).map(reading).collect();
    // A format that no cell needs is no reason to read again.
    let format = if read.table.marks == Marks::default() { settled.format } else { read.table.format };
    Readings { format, kinds }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Number,
    Text,
    Status,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Readings {
    format: NumberFormat,
    kinds: Vec<Reading>,
}

impl Reading {
    fn at_first(kind: Kind) -> Self {
        match kind {
            Kind::Auto | Kind::Number => Self::Number,
            Kind::Text => Self::Text,
            Kind::Status => Self::Status,
        }
    }
}

/// How each column should have been read, by what was read.
fn settle(read: &Read<'_>, kinds: &[Kind], spelling: &Spelling<'_>) -> Readings {
    let format = spelling.format.unwrap_or_else(|| read.table.marks.settle(spelling.layout.separator));
    let kinds = read
        .table
        .columns
        .iter()
        .zip(kinds)
        .map(|(column, kind)| match (kind, column) {
            (Kind::Text, _) => Reading::Text,
            (Kind::Status, _) => Reading::Status,
            (Kind::Number, _) => Reading::Number,
            (Kind::Auto, Column::Number(numbers)) => {
                // A thousand that nobody has confirmed is refused, but it is a number.
                let mut cells = Cells { present: numbers.values.len() as u64 - numbers.missing, ..Cells::default() };
                cells.numbers = cells.present - (numbers.refused.len() as u64).min(cells.present);
                numbers.refused.iter().for_each(|(_, cell)| cells.see(cell, 1, format));
                cells.reading()
            }
            (Kind::Auto, Column::Text(texts)) => settle_text(texts, format),
        })
        .collect();
    Readings { format, kinds }
}

/// `<0.5`, `>2000`: what panels of biomarkers hold among their numbers.
fn is_limit(cell: &str) -> bool {
    cell.strip_prefix(['<', '>', '*']).is_some_and(|rest| Marks::default().see(trim(rest.trim_start_matches('='))))
}

/// What the present cells of a column are, in cells.
#[derive(Debug, Clone, Copy, Default)]
struct Cells {
    present: u64,
    numbers: u64,
    limits: u64,
}

impl Cells {
    fn see(&mut self, cell: &str, count: u64, format: NumberFormat) {
        if format.parse(cell).is_some() || Marks::default().see(cell) {
            self.numbers += count;
        } else if is_limit(cell) {
            self.limits += count;
        }
    }

    /// Limits are numbers among numbers; where most cells are limits they are classes, such as `<12` and `>=12` months.
    fn reading(&self) -> Reading {
        let all = if self.numbers >= self.limits { self.numbers + self.limits } else { self.numbers };
        if all * 100 >= self.present * NUMBER_SHARE_PERCENT { Reading::Number } else { Reading::Text }
    }
}

fn settle_text(texts: &TextColumn<'_>, format: NumberFormat) -> Reading {
    let mut counts = vec![0_u64; texts.values.len()];
    for &code in &texts.codes {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let mut cells = Cells { present: texts.codes.len() as u64 - texts.missing, ..Cells::default() };
    for (cell, &count) in texts.values.iter().zip(&counts) {
        cells.see(cell, count, format);
    }
    if cells.present > 0 { cells.reading() } else { Reading::Text }
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
    spelling: &Spelling<'_>,
    header: &[String],
    readings: &Readings,
    reach: Reach,
    on_position: &mut dyn FnMut(usize),
) -> Read<'a> {
    const RECORDS_BETWEEN_REPORTS: usize = 8192;
    let width = readings.kinds.len();
    let mut records = Records::new(text, spelling.layout.separator);
    let mut cells: Vec<Cell> = Vec::with_capacity(width + 1);
    let mut header_records = spelling.layout.header_rows;
    while header_records > 0 && records.read_record(&mut cells) {
        header_records -= u32::from(records.row() >= spelling.layout.header_row);
    }
    let blank = MissingTokens::new(&[]);
    let mut builders: Vec<Builder<'a, '_>> = readings
        .kinds
        .iter()
        .map(|reading| {
            let missing = if *reading == Reading::Status { &blank } else { spelling.missing };
            Builder::new(*reading, readings.format, missing, reach.expected_rows)
        })
        .collect();
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
        let extra = cells.get(width..);
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
    let columns: Vec<Column<'a>> = builders.into_iter().map(Builder::finish).collect();
    let mut marks = Marks::default();
    for column in &columns {
        match column {
            Column::Number(numbers) => marks.add(&numbers.marks),
            Column::Text(_) => {}
        }
    }
    let table = Table {
        header: header.to_vec(),
        format: readings.format,
        marks,
        columns,
        len,
        ragged,
        empty_rows,
        unclosed_quote: records.unclosed_quote(),
        rows,
    };
    Read { table, was_read_whole, records: seen, bytes: records.position() }
}

enum Builder<'a, 'm> {
    Number {
        column: NumberColumn<'a>,
        missing: &'m MissingTokens,
    },
    Text {
        column: TextColumn<'a>,
        missing: &'m MissingTokens,
        codes: HashMap<Cow<'a, str>, u32, BuildHasherDefault<WordHasher>>,
        last: u32,
    },
}

impl<'a, 'm> Builder<'a, 'm> {
    fn new(reading: Reading, format: NumberFormat, missing: &'m MissingTokens, expected_rows: usize) -> Self {
        match reading {
            Reading::Number => Self::Number {
                column: NumberColumn {
                    values: Vec::with_capacity(expected_rows),
                    missing: 0,
                    refused: Vec::new(),
                    format,
                    marks: Marks::default(),
                    not_detected_or_done: Vec::new(),
                },
                missing,
            },
            Reading::Text | Reading::Status => Self::Text {
                column: TextColumn { codes: Vec::with_capacity(expected_rows), values: Vec::new(), missing: 0 },
                missing,
                codes: HashMap::default(),
                last: TextColumn::MISSING,
            },
        }
    }

    #[inline]
    fn push(&mut self, cell: Cell, text: &'a str) {
        match self {
            Self::Number { column, missing } => {
                let mark = column.format.decimal_mark;
                match cell.plain_bytes(text).and_then(|bytes| parse_number(bytes, mark)) {
                    Some(number) if column.format.accepts(&number) && !missing.has_number(number.value) => {
                        column.marks.see_plain(number, mark);
                        column.values.push(number.value);
                    }
                    _ => column.push_other(cell.text(text), missing),
                }
            }
            Self::Text { column, missing, codes, last } => {
                let cell = trim_cow(cell.text(text));
                let code = if column.value_of_code(*last) == Some(cell.as_ref()) {
                    *last
                } else if let Some(code) = codes.get(cell.as_ref()) {
                    *code
                } else {
                    let code = column.code_of(cell.clone(), missing);
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
            Self::Number { column, .. } => Column::Number(column),
            Self::Text { column, .. } => Column::Text(column),
        }
    }
}

fn trim_cow(cell: Cow<'_, str>) -> Cow<'_, str> {
    match cell {
        Cow::Borrowed(cell) => Cow::Borrowed(trim(cell)),
        Cow::Owned(cell) => Cow::Owned(trim(&cell).to_owned()),
    }
}

impl<'a> TextColumn<'a> {
    /// The code of a cell that was not met before. Full-width letters are the same letters: they share a code.
    fn code_of(&mut self, cell: Cow<'a, str>, missing: &MissingTokens) -> u32 {
        if missing.has(&cell) {
            return Self::MISSING;
        }
        let narrowed = match narrow(&cell) {
            Cow::Borrowed(_) => None,
            Cow::Owned(narrowed) => Some(narrowed),
        };
        let value = match narrowed {
            None => cell,
            Some(narrowed) => {
                if let Some(code) = self.values.iter().position(|value| *value == narrowed) {
                    return code as u32;
                }
                Cow::Owned(narrowed)
            }
        };
        self.values.push(value);
        (self.values.len() - 1) as u32
    }
}

impl<'a> NumberColumn<'a> {
    /// Missing, a number in another dress, or refused.
    #[cold]
    fn push_other(&mut self, cell: Cow<'a, str>, missing: &MissingTokens) {
        let cell = trim_cow(cell);
        if missing.has(&cell) {
            if cell.eq_ignore_ascii_case("nd") {
                self.not_detected_or_done.push(self.values.len() as u32);
            }
            self.missing += 1;
            self.values.push(f64::NAN);
            return;
        }
        self.marks.see(&cell);
        match self.format.parse(&cell) {
            Some(Number { value, .. }) if missing.has_number(value) => {
                self.missing += 1;
                self.values.push(f64::NAN);
            }
            Some(Number { value, .. }) => self.values.push(value),
            None => {
                self.refused.push((self.values.len() as u32, cell));
                self.values.push(f64::NAN);
            }
        }
    }
}

/// Eight bytes at a time; only for looking up, never for order.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut take = |word: u64| self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| take(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            take(rest.iter().fold(0_u64, |word, &byte| (word << 8) | u64::from(byte)));
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
        let table = read_columns("id,fvc,arm\nS1, 88.5 ,MSC\nS2,NA,control\nS3,\"70\",MSC\n").expect("a table");
        assert_eq!(table.header, ["id", "fvc", "arm"]);
        assert_eq!(numbers(&table, 1), [Some(88.5), None, Some(70.0)]);
        let arms = table.text(2).expect("a column of text");
        assert_eq!(arms.codes, [0, 1, 0]);
        assert_eq!(arms.values, ["MSC", "control"]);
    }

    #[test]
    fn a_word_among_numbers_is_refused_and_numbers_among_words_are_text() {
        let table = read_columns("a,b\n1,x\n2,1\n3,y\n4,z\nfive,w\n").expect("a table");
        assert_eq!(table.number(0).map(|column| column.refused.clone()), Some(vec![(4, "five".into())]));
        assert!(table.text(1).is_some());
    }

    #[test]
    fn the_whole_file_decides_what_a_comma_is() {
        let table = read_columns("a;b;c;d\n1;0,435;1,5;1,234\n2;3;2;12,500\n").expect("a table");
        assert_eq!(numbers(&table, 1), [Some(0.435), Some(3.0)]);
        assert_eq!(numbers(&table, 3), [Some(1.234), Some(12.5)]);
        let quoted = read_columns("a,b\n1,\"0,435\"\n").expect("a table");
        assert_eq!(numbers(&quoted, 1), [Some(0.435)]);
        let thousands = read_columns("a,b,c\n1,\"1,234\",0.5\n").expect("a table");
        assert_eq!(numbers(&thousands, 1), [Some(1234.0)]);
    }

    #[test]
    fn a_number_that_could_be_a_thousand_times_as_large_is_not_read() {
        let table = read_columns("a;b\n1;1,234\n2;12,500\n3;7\n").expect("a table");
        assert!(table.format.is_undecided);
        assert_eq!(numbers(&table, 1), [None, None, Some(7.0)]);
    }

    #[test]
    fn ragged_and_empty_rows_are_named_beside_the_columns() {
        let table = read_columns("a,b\n1\n,\n2,3,4\n\n5,6,\n7,8\n").expect("a table");
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
        let table = read_columns(&text).expect("a table");
        assert_eq!(table.number(1).and_then(|column| column.value(1400)), Some(2.5));
        let words = text.replace("2,5", "word").replace("1;2\n", "1;word\n");
        assert!(read_columns(&words).expect("a table").text(1).is_some());
    }
}
