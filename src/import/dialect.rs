//! How a file spells its table: found from its first rows, shown, and changed by the user where it was found wrongly.

use serde::{Deserialize, Serialize};

use super::cell::MISSING_TOKENS;
use super::decode::Encoding;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    pub encoding: Encoding,
    /// Between cells: `,` `;` tab or `|`.
    pub separator: char,
    /// `.` or `,`; absent while nothing in the file tells and it matters (see [`super::IssueKind::AmbiguousNumbers`]).
    #[serde(default)]
    pub decimal_mark: Option<char>,
    /// Between groups of three digits: `,` `.` `'` or a space.
    #[serde(default)]
    pub thousands_mark: Option<char>,
    /// The row of the columns' names, as a spreadsheet counts; rows above it are titles.
    pub header_row: u64,
    /// 2 when the row below the names holds their units.
    pub header_rows: u32,
    /// Of dates written in numbers whose order their digits leave open, such as 03/04/2012.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Cells that hold no value, in any case.
    pub missing: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            encoding: Encoding::Utf8,
            separator: ',',
            decimal_mark: None,
            thousands_mark: None,
            header_row: 1,
            header_rows: 1,
            date_order: None,
            missing: MISSING_TOKENS.iter().map(|token| (*token).to_owned()).collect(),
        }
    }
}
