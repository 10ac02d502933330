//! The raw text of a file's rows beside what was made of each cell: for looking at, and for the list of everything that
//! was not read.

use serde::{Deserialize, Serialize};

use super::cell::{MissingTokens, parse_yes_no, trim};
use super::columns::Kind;
use super::date::{DateCell, parse_date};
use super::decode::{NotText, decode_as};
use super::dialect::Dialect;
use super::format::kind_of;
use super::ledger::RowFates;
use super::measured::{MeasuredCell, parse_measured};
use super::number_format::NumberFormat;
use super::table::{Cell, Records};
use super::{FileMapping, Role};
use crate::trial::Side;

/// What was made of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Parsed {
    Number(f64),
    /// `<0.5`: below its limit.
    Beyond {
        side: Side,
        limit: f64,
    },
    /// Beyond a limit that the cell does not name.
    BeyondUnsaid(Side),
    /// An ISO date.
    Date(String),
    Yes,
    No,
    /// The text as it is.
    Text,
    Missing,
    Refused,
    /// The column is not used.
    NotUsed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellView {
    /// As in the file, at most two hundred characters.
    pub raw: String,
    pub parsed: Parsed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowView {
    /// As a spreadsheet counts.
    pub row: u64,
    pub cells: Vec<CellView>,
    /// Why the row is set aside; absent for a row that is used.
    pub set_aside: Option<String>,
    /// A title, the names, or units: no data.
    pub is_header: bool,
}

const LONGEST_CELL: usize = 200;

/// What reading a cell needs to know of its file.
struct Reader {
    format: NumberFormat,
    missing: MissingTokens,
    dialect: Dialect,
}

impl Reader {
    fn new(dialect: &Dialect) -> Self {
        let decimal_mark = dialect.decimal_mark.map_or(b'.', |mark| mark as u8);
        let format = NumberFormat {
            decimal_mark,
            thousands_mark: dialect.thousands_mark,
            is_undecided: dialect.decimal_mark.is_none(),
        };
        Self { format, missing: MissingTokens::new(&dialect.missing), dialect: dialect.clone() }
    }

    /// The same steps as reading takes, for one cell.
    fn parse(&self, role: &Role, raw: &str) -> Parsed {
        let cell = trim(raw);
        if self.missing.has(cell) {
            return Parsed::Missing;
        }
        if *role == Role::Ignored {
            return Parsed::NotUsed;
        }
        let is_measured = matches!(
            role,
            Role::Value
                | Role::ValueText
                | Role::Level
                | Role::Outcome
                | Role::At { .. }
                | Role::AlsfrsTotal
                | Role::AlsfrsItem(_)
        );
        match role {
            Role::Date
            | Role::BaselineDate
            | Role::RandomisationDate
            | Role::FirstDoseDate
            | Role::LastDoseDate
            | Role::BirthDate
            | Role::OnsetDate
            | Role::EventDate
            | Role::LastContactDate
            | Role::StartDate
            | Role::EndDate => match parse_date(cell, self.dialect.date_order) {
                DateCell::Day(day) => Parsed::Date(day.iso()),
                // The column's other dates may have told its order: the receipt counts those, a single cell cannot.
                DateCell::Ambiguous { .. } | DateCell::Incomplete | DateCell::NotADate => Parsed::Refused,
            },
            Role::Event | Role::Serious | Role::TreatmentEmergent | Role::OnlyYes => match parse_yes_no(cell) {
                Some(true) => Parsed::Yes,
                Some(false) => Parsed::No,
                None => Parsed::Text,
            },
            _ if is_measured || kind_of(Some(role)) == Kind::Number => self.parse_number(cell, is_measured),
            _ => Parsed::Text,
        }
    }

    fn parse_number(&self, cell: &str, may_be_beyond: bool) -> Parsed {
        match self.format.parse(cell) {
            Some(number) if self.missing.has_number(number.value) => return Parsed::Missing,
            Some(number) => return Parsed::Number(number.value),
            None if !may_be_beyond => return Parsed::Refused,
            None => {}
        }
        match parse_measured(cell, self.format) {
            Some(MeasuredCell::Exact { value, .. }) => Parsed::Number(value),
            Some(MeasuredCell::Beyond { side, limit, .. }) => Parsed::Beyond { side, limit },
            Some(MeasuredCell::BeyondUnsaid { side }) => Parsed::BeyondUnsaid(side),
            None => Parsed::Refused,
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The rows with these numbers, which must ascend; rows that do not exist are left out.
pub fn view_rows(
    bytes: &[u8],
    mapping: &FileMapping,
    fates: &RowFates,
    wanted: &[u64],
) -> Result<Vec<RowView>, NotText> {
    let text = decode_as(bytes, mapping.dialect.encoding)?;
    let reader = Reader::new(&mapping.dialect);
    let first_data_row = mapping.dialect.header_row + u64::from(mapping.dialect.header_rows);
    let mut views = Vec::new();
    let mut wanted = wanted.iter().copied().peekable();
    each_record(&text, mapping, |row, cells| {
        while wanted.peek().is_some_and(|next| *next < row) {
            wanted.next();
        }
        let Some(next) = wanted.peek().copied() else { return false };
        if next == row {
            wanted.next();
            let is_header = row < first_data_row;
            let view = |(at, cell): (usize, &Cell)| {
                let raw = cell.text(&text);
                let role = mapping.columns.get(at).map_or(&Role::Ignored, |column| &column.role);
                let parsed = if is_header { Parsed::Text } else { reader.parse(role, &raw) };
                CellView { raw: shortened(&raw), parsed }
            };
            let cells = cells.iter().enumerate().map(view).collect();
            let set_aside = fates.reason(row).map(str::to_owned);
            views.push(RowView { row, cells, set_aside, is_header });
        }
        true
    });
    Ok(views)
}

fn each_record(text: &str, mapping: &FileMapping, mut see: impl FnMut(u64, &[Cell]) -> bool) {
    let separator = u8::try_from(mapping.dialect.separator).unwrap_or(b',');
    let mut records = Records::new(text, separator);
    let mut cells = Vec::new();
    while records.read_record(&mut cells) {
        if !see(records.row(), &cells) {
            return;
        }
    }
}

/// One cell, or one row, that was not read as a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotRead {
    pub row: u64,
    /// Absent for a whole row.
    pub column: Option<String>,
    pub raw: String,
    pub what: String,
}

/// Everything in the file that no analysis can have used as a number or a word: rows set aside, cells refused, cells that
/// count as missing though something stands in them, and limits.
pub fn list_not_read(bytes: &[u8], mapping: &FileMapping, fates: &RowFates) -> Result<Vec<NotRead>, NotText> {
    let text = decode_as(bytes, mapping.dialect.encoding)?;
    let reader = Reader::new(&mapping.dialect);
    let first_data_row = mapping.dialect.header_row + u64::from(mapping.dialect.header_rows);
    let mut list = Vec::new();
    each_record(&text, mapping, |row, cells| {
        if row < first_data_row {
            if row < mapping.dialect.header_row {
                let raw: Vec<String> = cells.iter().map(|cell| cell.text(&text).into_owned()).collect();
                list.push(NotRead { row, column: None, raw: raw.join(" "), what: "title above the table".into() });
            }
            return true;
        }
        if let Some(reason) = fates.reason(row) {
            let raw: Vec<String> = cells.iter().map(|cell| cell.text(&text).into_owned()).collect();
            let separator = String::from(mapping.dialect.separator);
            list.push(NotRead {
                row,
                column: None,
                raw: raw.join(&separator),
                what: format!("row set aside: {reason}"),
            });
            return true;
        }
        for (cell, column) in cells.iter().zip(&mapping.columns) {
            let raw = cell.text(&text);
            let what = match reader.parse(&column.role, &raw) {
                Parsed::Refused => "refused",
                Parsed::Missing if !trim(&raw).is_empty() => "counts as missing",
                Parsed::Beyond { .. } | Parsed::BeyondUnsaid(_) => "kept as a limit",
                Parsed::NotUsed if !trim(&raw).is_empty() => "column not used",
                _ => continue,
            };
            // A column that is not used is named once, in the receipt, and not in each of its cells.
            if what != "column not used" {
                let column = Some(column.column.clone());
                list.push(NotRead { row, column, raw: raw.into_owned(), what: what.into() });
            }
        }
        true
    });
    Ok(list)
}

/// What was not read of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileNotRead {
    pub file: String,
    pub list: Vec<NotRead>,
}

/// Everything that was not read, file by file.
pub fn not_read(import: &super::Import, buffers: &[Vec<u8>]) -> Vec<FileNotRead> {
    let files = import.files.iter().zip(&import.fates).zip(buffers);
    let list = |((mapping, fates), bytes): ((&FileMapping, &RowFates), &Vec<u8>)| FileNotRead {
        file: mapping.name.clone(),
        list: list_not_read(bytes, mapping, fates).unwrap_or_default(),
    };
    files.map(list).collect()
}
