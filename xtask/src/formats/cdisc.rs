//! What `adam` and `sdtm` share: their ways of naming visits, days and sites.

use super::calendar::days_of_months;
use super::trial::{MONTHS, Person};

/// There is no day 0: the day of baseline is day 1.
pub fn study_day(day: i32) -> i32 {
    if day < 0 { day } else { day + 1 }
}

pub fn visit_day(p: &Person, month: i32) -> i32 {
    p.baseline + days_of_months(month)
}

pub fn visit_name(month: i32) -> String {
    if month == 0 { "Baseline".to_owned() } else { format!("Month {month}") }
}

/// 1 for month -3, 4 for baseline.
pub fn visit_number(month: i32) -> usize {
    MONTHS.iter().take_while(|m| **m < month).count() + 1
}

pub fn site(p: &Person) -> String {
    format!("{:02}", p.site() + 1)
}

pub fn yes(is: bool) -> String {
    if is { "Y" } else { "N" }.to_owned()
}
