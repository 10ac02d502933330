//! A file's text, the place of its table, the names of its columns, and what a plan says of them.

use std::borrow::Cow;

use super::cell;
use super::columns::{Unreadable, check_text, header_at};
use super::decode::{Decoded, Encoding, decode, decode_as};
use super::dialect::Dialect;
use super::ledger::{Ledger, Place, Words, words};
use super::number_format::NumberFormat;
use super::table::{Layout, Records, find_layout};
use super::unit::{split_unit, unit_of_cell};
use super::visit_name::split_visit;
use super::{FileMapping, IssueKind, Severity, TableKind};

/// The most columns that are read; a row wider than this is no table of a trial.
const MOST_COLUMNS: usize = 20_000;

/// A file whose text, place of the header and columns' names are known.
pub struct Opened<'a> {
    pub text: Cow<'a, str>,
    pub dialect: Dialect,
    pub layout: Layout,
    /// Chosen; otherwise the cells tell.
    pub format: Option<NumberFormat>,
    pub header: Vec<String>,
    pub units: Vec<Option<String>>,
    pub other_encoding: Option<Encoding>,
}

/// With a dialect that was chosen, or the one that is found. A chosen header row or separator that gives no table is
/// found anew rather than refused.
pub fn open<'a>(bytes: &'a [u8], chosen: Option<&Dialect>, is_same_file: bool) -> Result<Opened<'a>, Unreadable> {
    let Decoded { text, encoding, other } = match chosen.filter(|_| is_same_file) {
        Some(dialect) => {
            let text = decode_as(bytes, dialect.encoding).map_err(Unreadable::NotText)?;
            Decoded { text, encoding: dialect.encoding, other: None }
        }
        None => decode(bytes).map_err(Unreadable::NotText)?,
    };
    check_text(&text)?;
    let layout = match chosen {
        Some(dialect) => {
            let separator = u8::try_from(dialect.separator).unwrap_or(b',');
            Layout { separator, header_row: dialect.header_row, header_rows: dialect.header_rows.clamp(1, 2) }
        }
        None => find_layout(&text).ok_or(Unreadable::NotCsv)?,
    };
    let (header, unit_cells) = header_at(&text, layout);
    if header.is_empty() || header.len() > MOST_COLUMNS {
        return Err(if header.is_empty() { Unreadable::NotCsv } else { Unreadable::TooWide(header.len()) });
    }
    let unit = |(at, name): (usize, &String)| {
        let below = unit_cells.get(at).map(|cell| unit_of_cell(cell)).filter(|unit| !unit.is_empty());
        let at_visit = split_visit(name).and_then(|(name, _)| split_unit(&name).1.map(str::to_owned));
        below.or(split_unit(name).1).map(str::to_owned).or(at_visit)
    };
    let units = header.iter().enumerate().map(unit).collect();
    let mut dialect = chosen.cloned().unwrap_or_default();
    dialect.encoding = encoding;
    dialect.separator = char::from(layout.separator);
    dialect.header_row = layout.header_row;
    dialect.header_rows = layout.header_rows;
    let format = chosen.and_then(|dialect| {
        let decimal_mark = u8::try_from(dialect.decimal_mark?).ok()?;
        Some(NumberFormat { decimal_mark, thousands_mark: dialect.thousands_mark, is_undecided: false })
    });
    Ok(Opened { text, dialect, layout, format, header, units, other_encoding: other })
}

pub fn sample_rows(text: &str, layout: Layout) -> Vec<Vec<String>> {
    const ROWS: usize = 200;
    let mut records = Records::new(text, layout.separator);
    let (mut cells, mut rows) = (Vec::new(), Vec::new());
    while rows.len() < ROWS && records.read_record(&mut cells) {
        if records.row() >= layout.header_row + u64::from(layout.header_rows) {
            rows.push(cells.iter().map(|cell| cell::trim(&cell.text(text)).to_owned()).collect());
        }
    }
    rows
}

/// What a plan says of a file.
pub struct Given<'m> {
    mappings: &'m [FileMapping],
    /// The mapping for these very bytes, whatever the file is called.
    same_bytes: Option<&'m FileMapping>,
    same_name: Option<&'m FileMapping>,
}

pub enum Chosen {
    Roles(Box<FileMapping>),
    /// The roles are to be found anew for this table.
    Table(TableKind),
}

impl<'m> Given<'m> {
    pub fn of(name: &str, sha256: &str, mappings: &'m [FileMapping]) -> Self {
        // A file that could not be read has a mapping that says nothing, unless the user has chosen how to read it.
        let says_nothing = |mapping: &FileMapping| {
            mapping.columns.is_empty()
                && mapping.table == TableKind::Unrecognised
                && mapping.dialect == Dialect::default()
        };
        let is_same = |mapping: &&FileMapping| mapping.sha256 == sha256 && !sha256.is_empty() && !says_nothing(mapping);
        let both = mappings.iter().find(|mapping| is_same(mapping) && mapping.name == name);
        Self {
            mappings,
            same_bytes: both.or_else(|| mappings.iter().find(is_same)),
            same_name: mappings.iter().find(|mapping| mapping.name == name),
        }
    }

    /// The dialect of the same bytes holds; a file of the same name may have been exported anew.
    /// A file that could not be read has columns and a dialect only when the user gave it some.
    pub fn dialect(&self) -> Option<&'m Dialect> {
        let is_said = |mapping: &&FileMapping| !mapping.columns.is_empty() || mapping.dialect != Dialect::default();
        self.same_bytes.filter(is_said).map(|mapping| &mapping.dialect)
    }

    pub fn is_same_file(&self) -> bool {
        self.same_bytes.is_some()
    }

    /// The mapping whose columns are the file's: that of the same bytes, of the same name, of any.
    pub fn choose<'a>(&self, mut opened: Opened<'a>, ledger: &mut Ledger) -> (Opened<'a>, Option<Chosen>) {
        let fits =
            |mapping: &&FileMapping, header: &[String]| mapping.columns.iter().map(|column| &column.column).eq(header);
        if let Some(known) = self.same_bytes {
            if known.columns.is_empty() {
                let table = known.table;
                return (opened, (table != TableKind::Unrecognised).then_some(Chosen::Table(table)));
            }
            if fits(&known, &opened.header) {
                return (opened, Some(Chosen::Roles(Box::new(known.clone()))));
            }
            // The dialect was changed, and with it the columns: their roles are found anew.
            return (opened, None);
        }
        let candidates = self.same_name.iter().copied().chain(self.mappings);
        for known in candidates.filter(|known| !known.columns.is_empty()) {
            if fits(&known, &opened.header) {
                // What the user decided of dates and missing values goes with the header.
                opened.dialect.missing.clone_from(&known.dialect.missing);
                opened.dialect.date_order = known.dialect.date_order;
                return (opened, Some(Chosen::Roles(Box::new(known.clone()))));
            }
        }
        if self.same_name.is_some_and(|known| !known.columns.is_empty()) {
            ledger.report(IssueKind::MappingNotUsed, Severity::Warning, Place::default(), || {
                words(
                    "the plan describes this file with other columns",
                    "Check that it is the right file; its columns are taken from its own header meanwhile.",
                )
            });
        }
        (opened, None)
    }
}

pub fn say_unreadable(unreadable: &Unreadable) -> (IssueKind, Words) {
    match unreadable {
        Unreadable::NotText(why) => (IssueKind::NotText, words(why.what(), why.hint())),
        Unreadable::Empty => (
            IssueKind::EmptyFile,
            words("the file is empty", "Export it again; the other files are analysed meanwhile."),
        ),
        Unreadable::NotCsv => (
            IssueKind::NotCsv,
            words(
                "no line is a row of column names separated by commas, semicolons, tabs or bars",
                "Export the table as a CSV file with a header; the other files are analysed meanwhile.",
            ),
        ),
        Unreadable::TooWide(columns) => (
            IssueKind::NotCsv,
            words(
                format!("the table has {columns} columns and at most {MOST_COLUMNS} are read"),
                "Leave out columns that are not needed, or check the separator; the other files are analysed meanwhile.",
            ),
        ),
    }
}
