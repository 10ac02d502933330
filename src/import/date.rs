//! Calendar dates as trials write them, as days since 1970-01-01.

use serde::{Deserialize, Serialize};

use super::cell::narrow;
use super::dialect::DateOrder;

/// Days since 1970-01-01, negative before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Day(pub i32);

/// What a cell says of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateCell {
    Day(Day),
    /// 03/04/2012 is the third of April or the fourth of March.
    Ambiguous {
        day_first: Day,
        month_first: Day,
    },
    /// A year, or a month of a year.
    Incomplete,
    NotADate,
}

/// The years that a trial's visits may lie in; day numbers of SAS and of Excel do not overlap in them.
const YEARS: std::ops::RangeInclusive<i32> = 1985..=2045;
/// 1960-01-01, SAS's day 0.
const SAS_ZERO: i32 = -3653;
/// 1899-12-30, from which Excel's numbers count right after February 1900.
const EXCEL_ZERO: i32 = -25569;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// German months that begin otherwise.
const OTHER_MONTHS: [(&str, i32); 4] = [("mär", 3), ("mrz", 3), ("mai", 5), ("okt", 10)];

/// Days since 1970-01-01 of a date of the Gregorian calendar; nothing when the month has no such day.
/// Hinnant's days_from_civil: <http://howardhinnant.github.io/date_algorithms.html>.
pub fn day_of(year: i32, month: i32, day: i32) -> Option<Day> {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let longest = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) || !(1800..=2200).contains(&year) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(Day(era * 146_097 + day_of_era - 719_468))
}

impl Day {
    /// `2012-03-01`.
    pub fn iso(self) -> String {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// ISO 8601 with or without a time, `2012/03/01`, `20120301`, `01.03.2012`, `01/03/2012`, `01MAR2012`, `1 March 2012`,
/// `March 1, 2012`, `2012년 3월 1일`, and the day numbers of SAS and Excel.
pub fn parse_date(cell: &str, order: Option<DateOrder>) -> DateCell {
    let narrowed = narrow(cell);
    let text = without_time(narrowed.trim());
    let parts = parts_of(text);
    match parts.as_slice() {
        [Part::Number(number, digits)] if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            number_alone(*number, *digits)
        }
        [Part::Number(year, 4), Part::Number(month, _), Part::Number(day, _)] => day_or_not(*year, *month, *day),
        [Part::Number(first, 1 | 2), Part::Number(second, 1 | 2), Part::Number(year, 4)] => {
            either_order(*first, *second, *year, order)
        }
        [Part::Number(day, 1 | 2), Part::Month(month), Part::Number(year, 4)]
        | [Part::Month(month), Part::Number(day, 1 | 2), Part::Number(year, 4)]
        | [Part::Number(year, 4), Part::Month(month), Part::Number(day, 1 | 2)] => day_or_not(*year, *month, *day),
        [Part::Number(_, 4), Part::Number(_, 1 | 2) | Part::Month(_)] | [Part::Month(_), Part::Number(_, 4)] => {
            DateCell::Incomplete
        }
        [Part::Number(_, 4), Part::Unknown, ..] | [Part::Unknown, .., Part::Number(_, 4)] => DateCell::Incomplete,
        _ => DateCell::NotADate,
    }
}

fn day_or_not(year: i32, month: i32, day: i32) -> DateCell {
    day_of(year, month, day).map_or(DateCell::NotADate, DateCell::Day)
}

fn either_order(first: i32, second: i32, year: i32, order: Option<DateOrder>) -> DateCell {
    let (day_first, month_first) = (day_of(year, second, first), day_of(year, first, second));
    match (order, day_first, month_first) {
        (Some(DateOrder::DayFirst), day, _) | (Some(DateOrder::MonthFirst), _, day) => {
            day.map_or(DateCell::NotADate, DateCell::Day)
        }
        (None, Some(day_first), Some(month_first)) if day_first != month_first => {
            DateCell::Ambiguous { day_first, month_first }
        }
        (None, day_first, month_first) => day_first.or(month_first).map_or(DateCell::NotADate, DateCell::Day),
    }
}

/// `20120301`, and day numbers that fall into a trial's years when they are SAS's or Excel's.
fn number_alone(number: i32, digits: usize) -> DateCell {
    if digits == 8 {
        return day_or_not(number / 10_000, number / 100 % 100, number % 100);
    }
    let is_plausible =
        |day: &Day| day.iso().get(..4).and_then(|year| year.parse().ok()).is_some_and(|year| YEARS.contains(&year));
    [SAS_ZERO, EXCEL_ZERO]
        .into_iter()
        .map(|zero| Day(zero + number))
        .find(is_plausible)
        .map_or(DateCell::NotADate, DateCell::Day)
}

/// `2012-03-01T08:30`, `2012-03-01 08:30:00`, `01MAR2012:08:30:00`, `40909.354`: the day alone.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else {
        // A day number of Excel with a time of day behind its point.
        return match text.split_once('.') {
            Some((day, time))
                if day.len() == 5 && day.bytes().chain(time.bytes()).all(|byte| byte.is_ascii_digit()) =>
            {
                day
            }
            _ => text,
        };
    };
    let before = text.get(..colon).unwrap_or(text);
    match before.rfind(['T', ' ']) {
        Some(at) if at > 5 => before.get(..at).unwrap_or(before).trim_end(),
        _ => before,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A number and how many digits it has.
    Number(i32, usize),
    Month(i32),
    /// `UN`, `--`: the part of a date that nobody knew.
    Unknown,
    Other,
}

fn parts_of(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_same = |letter: char| {
            (letter.is_ascii_digit() && first.is_ascii_digit()) || (letter.is_alphabetic() && first.is_alphabetic())
        };
        let end = rest.find(|letter| !is_same(letter)).unwrap_or(rest.len());
        if end == 0 {
            if !matches!(first, '-' | '/' | '.' | ' ' | ',') {
                parts.push(Part::Other);
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        if first.is_ascii_digit() {
            parts.push(word.parse().map_or(Part::Other, |number| Part::Number(number, word.len())));
        } else if !matches!(word, "년" | "월" | "일") {
            // SAS's UNMAR2012: the day is unknown, and nothing stands between it and the month.
            let known = word.get(..2).filter(|start| start.eq_ignore_ascii_case("un")).and_then(|_| word.get(2..));
            match known.map(month_of) {
                Some(month @ Part::Month(_)) => parts.extend([Part::Unknown, month]),
                _ => parts.push(month_of(word)),
            }
        }
    }
    parts
}

fn month_of(word: &str) -> Part {
    let word = word.to_lowercase();
    if matches!(word.as_str(), "un" | "unk" | "uk" | "xx" | "xxx") {
        return Part::Unknown;
    }
    let start: String = word.chars().take(3).collect();
    let english = MONTHS.iter().position(|month| *month == start).map(|at| at as i32 + 1);
    let other = OTHER_MONTHS.iter().find(|(month, _)| *month == start).map(|(_, number)| *number);
    let is_word = word.chars().count() <= 9;
    english.or(other).filter(|_| is_word).map_or(Part::Other, Part::Month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(cell: &str) -> Option<String> {
        match parse_date(cell, None) {
            DateCell::Day(day) => Some(day.iso()),
            _ => None,
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        assert_eq!(day_of(1970, 1, 1), Some(Day(0)));
        assert_eq!(day_of(2000, 2, 29), Some(Day(11016)));
        assert_eq!(day_of(2012, 1, 1), Some(Day(15340)));
        assert_eq!(day_of(1960, 1, 1), Some(Day(SAS_ZERO)));
        assert_eq!(day_of(1899, 12, 30), Some(Day(EXCEL_ZERO)));
        assert_eq!(day_of(2011, 2, 29), None);
        for day in [-30_000, -1, 0, 59, 60, 11_016, 15_340, 30_000] {
            let iso = Day(day).iso();
            assert_eq!(parse_date(&iso, None), DateCell::Day(Day(day)), "{iso}");
        }
    }

    #[test]
    fn dates_come_in_many_spellings() {
        for cell in [
            "2012-03-01",
            "2012-03-01T08:30:00",
            "2012-03-01 08:30",
            "2012/03/01",
            "2012.03.01",
            "2012. 3. 1.",
            "20120301",
            "01MAR2012",
            "01MAR2012:08:30:00",
            "1-Mar-2012",
            "01 March 2012",
            "Mar 1, 2012",
            "1. März 2012",
            "2012년 3월 1일",
            "２０１２-０３-０１",
            "19053", // SAS: 19053 days after 1960-01-01
            "40969", // Excel
            "40969.25",
        ] {
            assert_eq!(iso(cell).as_deref(), Some("2012-03-01"), "{cell}");
        }
        assert_eq!(iso("31.12.2011").as_deref(), Some("2011-12-31"));
        assert_eq!(iso("12/31/2011").as_deref(), Some("2011-12-31"));
        assert_eq!(iso("03/03/2012").as_deref(), Some("2012-03-03"));
    }

    #[test]
    fn an_order_that_the_digits_leave_open_is_not_guessed() {
        let march = day_of(2012, 3, 4);
        let april = day_of(2012, 4, 3);
        assert_eq!(
            parse_date("03/04/2012", None),
            DateCell::Ambiguous { day_first: april.unwrap(), month_first: march.unwrap() }
        );
        assert_eq!(parse_date("03/04/2012", Some(DateOrder::DayFirst)), DateCell::Day(april.unwrap()));
        assert_eq!(parse_date("03.04.2012", Some(DateOrder::MonthFirst)), DateCell::Day(march.unwrap()));
        assert_eq!(parse_date("31/12/2011", Some(DateOrder::MonthFirst)), DateCell::NotADate);
    }

    #[test]
    fn what_is_no_day_is_said_so() {
        for cell in ["2012", "2012-03", "MAR2012", "UNMAR2012", "2012-UN-UN"] {
            let expected = if cell == "2012" { DateCell::NotADate } else { DateCell::Incomplete };
            assert_eq!(parse_date(cell, None), expected, "{cell}");
        }
        for cell in ["", "Month 4", "2012-13-01", "2012-02-30", "12", "V1", "1/2", "99999", "01/02/12"] {
            assert_eq!(parse_date(cell, None), DateCell::NotADate, "{cell}");
        }
    }
}
