//! The tidy tables with dates instead of times, each folder in another way of writing them.

use super::calendar::Style;
use super::encoding::Encoding;
use super::folder::{About, Folder};
use super::sheet::{Dialect, PLAIN};
use super::tidy::{Time, tables};
use super::trial::Trial;

const DIFFERS: &str = "time from randomisation_date of subjects: visit_date, sample_date, last_date (death or last contact), start_date, \
     end_date";

pub fn folders(trial: &Trial) -> Result<Vec<Folder>, String> {
    let semicolons = Dialect { separator: ';', has_decimal_comma: true, ..PLAIN };
    let about = |folder, dialect| About { folder, format: "tidy", dialect, reference: "tidy_days", differs: DIFFERS };
    [
        (Style::Iso, PLAIN, about("dates_iso", "comma; 2012-01-31")),
        (Style::SasText, PLAIN, about("dates_sas_text", "comma; 31JAN2012")),
        (Style::Slash, PLAIN, about("dates_slash", "comma; 2012/01/31")),
        (Style::Dotted, semicolons, about("dates_dotted", "semicolon, decimal comma; 31.01.2012")),
        (Style::SasNumber, PLAIN, about("dates_sas_numbers", "comma; 19023")),
        (Style::ExcelNumber, PLAIN, about("dates_excel_numbers", "comma; 40939")),
        (Style::Us, PLAIN, about("dates_us", "comma; 01/31/2012")),
    ]
    .into_iter()
    .map(|(style, dialect, about)| {
        Folder::with(about, Encoding::Utf8, dialect, "csv", &tables(trial, Time::Dates(style)))
    })
    .collect()
}
