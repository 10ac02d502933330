//! Names of columns, months and units as a reader would write them.

use super::number::{format_fixed, format_significant};
use super::overview::Overview;
use crate::analysis::correlation::Variable;
use crate::trial::{DAYS_PER_MONTH, TimeUnit, alsfrs};

/// "ALSFRS-R total", "FVC percent", "SF-36"; what is not known keeps the file's spelling without underscores.
pub fn outcome_label(name: &str) -> String {
    if name == alsfrs::TOTAL {
        return "ALSFRS-R total".to_owned();
    }
    let domain = alsfrs::Domain::FOUR.into_iter().chain([alsfrs::Domain::Motor]).find(|one| one.outcome_name() == name);
    if let Some(domain) = domain {
        let words = domain.outcome_name().trim_start_matches("alsfrs_r_").replace('_', " ");
        return format!("ALSFRS-R {words} domain, of {}", format_fixed(domain.max(), 0));
    }
    if let Some(item) = alsfrs::Item::parse_column(&name.to_lowercase()) {
        let label = alsfrs::ITEM_LABELS.get(item.place()).copied().unwrap_or_default();
        return format!("ALSFRS-R {}, {}", item.place() + 1, label.to_lowercase());
    }
    name.split('_')
        .map(|word| match word.to_lowercase().as_str() {
            "fvc" => "FVC".to_owned(),
            "svc" => "SVC".to_owned(),
            "aals" => "AALS".to_owned(),
            "sf36" => "SF-36".to_owned(),
            "alsfrs" => "ALSFRS".to_owned(),
            "percent" => "%".to_owned(),
            _ => word.to_owned(),
        })
        .collect::<Vec<String>>()
        .join(" ")
}

pub fn variable_label(variable: &Variable) -> String {
    match variable {
        Variable::Analyte(name) => name.clone(),
        Variable::Outcome(name) => outcome_label(name),
    }
}

/// "points" for the ALSFRS-R, the column's unit if it has one, nothing otherwise.
pub fn outcome_unit(overview: &Overview, name: &str) -> String {
    let is_domain =
        alsfrs::Domain::FOUR.into_iter().chain([alsfrs::Domain::Motor]).any(|one| one.outcome_name() == name);
    if name == alsfrs::TOTAL || is_domain || alsfrs::Item::parse_column(&name.to_lowercase()).is_some() {
        return "points".to_owned();
    }
    overview.outcome(name).and_then(|outcome| outcome.unit.clone()).unwrap_or_default()
}

/// "month 6"; for files that count days "day 168 (month 5.5)".
pub fn month_phrase(month: f64, unit: TimeUnit) -> String {
    match unit {
        TimeUnit::Months => format!("month {}", format_significant(month, 3)),
        TimeUnit::Weeks => {
            let week = format_significant(unit.from_months(month), 3);
            format!("week {week} (month {})", format_significant(month, 2))
        }
        TimeUnit::Days => {
            format!("day {} (month {})", format_fixed(month * DAYS_PER_MONTH, 0), format_significant(month, 2))
        }
    }
}

/// The number alone, in the file's own unit: "6" or "168".
pub fn time_number(month: f64, unit: TimeUnit) -> String {
    match unit {
        TimeUnit::Months => format_significant(month, 3),
        TimeUnit::Weeks => format_significant(unit.from_months(month), 3),
        TimeUnit::Days => format_fixed(month * DAYS_PER_MONTH, 0),
    }
}

/// "Month", "Week" or "Day": the head of a column of times.
pub fn time_heading(unit: TimeUnit) -> &'static str {
    unit.heading()
}

/// "A", "A and B", "A, B and C".
pub fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// With a capital first letter.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_read_like_words() {
        assert_eq!(outcome_label("alsfrs_r_total"), "ALSFRS-R total");
        assert_eq!(outcome_label("fvc_percent"), "FVC %");
        assert_eq!(outcome_label("sf36"), "SF-36");
        assert_eq!(outcome_label("alsfrs_r_10_dyspnoea"), "ALSFRS-R 10, dyspnoea");
    }

    #[test]
    fn days_keep_their_month() {
        assert_eq!(month_phrase(168.0 / DAYS_PER_MONTH, TimeUnit::Days), "day 168 (month 5.5)");
        assert_eq!(month_phrase(6.0, TimeUnit::Months), "month 6");
    }
}
