//! Days and the ways in which files write them. A day is counted from 1970-01-01.

const MONTH_NAMES: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// 2011-12-05, the first day on which anyone's baseline can lie.
pub const FIRST_BASELINE: i32 = 15_313;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// 2012-01-31
    Iso,
    /// 31JAN2012
    SasText,
    /// 2012/01/31
    Slash,
    /// 31.01.2012
    Dotted,
    /// 01/31/2012
    Us,
    /// Days since 1960-01-01.
    SasNumber,
    /// Days of a spreadsheet that counts from 1900.
    ExcelNumber,
}

impl Style {
    pub fn write(self, day: i32) -> String {
        let (year, month, of_month) = civil(day);
        match self {
            Self::Iso => format!("{year:04}-{month:02}-{of_month:02}"),
            Self::SasText => format!("{of_month:02}{}{year:04}", MONTH_NAMES[month as usize - 1]),
            Self::Slash => format!("{year:04}/{month:02}/{of_month:02}"),
            Self::Dotted => format!("{of_month:02}.{month:02}.{year:04}"),
            Self::Us => format!("{month:02}/{of_month:02}/{year:04}"),
            Self::SasNumber => (day + 3_653).to_string(),
            Self::ExcelNumber => (day + 25_569).to_string(),
        }
    }
}

/// Year, month and day of the month (Gregorian; years are counted from March so that the leap day comes last).
fn civil(day: i32) -> (i32, i32, i32) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i32::from(month <= 2), month, of_month)
}

/// Whole days of a time in tenths of a month, a month being 30.4375 days; halves go up.
pub fn days_of_tenths(tenths: i32) -> i32 {
    (304_375 * i64::from(tenths) + 50_000).div_euclid(100_000) as i32
}

pub fn days_of_months(months: i32) -> i32 {
    days_of_tenths(10 * months)
}

#[cfg(test)]
mod tests {
    use super::{FIRST_BASELINE, Style, days_of_months, days_of_tenths};

    #[test]
    fn known_days_are_written_in_each_style() {
        assert_eq!(Style::Iso.write(FIRST_BASELINE), "2011-12-05");
        assert_eq!(Style::Iso.write(0), "1970-01-01");
        // 2012-02-29 is day 15399 from 1970, 19052 of SAS and 40968 of a spreadsheet.
        let written = [Style::Iso, Style::SasText, Style::Slash, Style::Dotted, Style::Us].map(|s| s.write(15_399));
        assert_eq!(written, ["2012-02-29", "29FEB2012", "2012/02/29", "29.02.2012", "02/29/2012"]);
        assert_eq!(Style::SasNumber.write(15_399), "19052");
        assert_eq!(Style::ExcelNumber.write(15_399), "40968");
    }

    #[test]
    fn months_become_whole_days() {
        assert_eq!([-3, -2, -1, 0, 1, 2, 3, 4, 6].map(days_of_months), [-91, -61, -30, 0, 30, 61, 91, 122, 183]);
        assert_eq!([241, 240, 600, 8].map(days_of_tenths), [734, 731, 1826, 24]);
    }
}
