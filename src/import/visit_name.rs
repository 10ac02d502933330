//! When a visit was, by its name: `Month 4`, `m4`, `month_4_arm_1`, `Week 12`, `Day 28`, `Baseline`.
//! `Visit 3` and `V3` name a visit without telling when it was.

use super::cell::narrow;
use crate::trial::TimeUnit;

/// A time from baseline, in the unit that the name counts in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NamedTime {
    pub time: f64,
    pub unit: TimeUnit,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Word(String),
    /// A minus, written as a sign or spelled.
    Minus,
}

const MONTH: [&str; 8] = ["m", "mo", "mon", "mth", "month", "months", "monat", "개월"];
const WEEK: [&str; 7] = ["w", "wk", "wks", "week", "weeks", "woche", "주"];
const DAY: [&str; 5] = ["d", "day", "days", "tag", "일"];
const VISIT: [&str; 5] = ["v", "vis", "visit", "visite", "방문"];
const BASELINE: [&str; 6] = ["baseline", "bl", "base", "randomisation", "randomization", "기저"];

fn tokens_of(name: &str) -> Vec<Token> {
    let narrowed = narrow(name).to_lowercase();
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = narrowed.as_str();
    while let Some(first) = rest.chars().next() {
        let is_digit = |letter: char| letter.is_ascii_digit();
        let end = if is_digit(first) {
            let whole = rest.find(|letter| !is_digit(letter)).unwrap_or(rest.len());
            match rest.get(whole..).and_then(|rest| rest.strip_prefix('.')) {
                Some(fraction) if fraction.starts_with(is_digit) => {
                    whole + 1 + fraction.find(|letter| !is_digit(letter)).unwrap_or(fraction.len())
                }
                _ => whole,
            }
        } else if first.is_alphabetic() {
            rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len())
        } else {
            // A hyphen is a minus between a word and a number: `m-3`, `Month -3`; elsewhere it parts words.
            let after = rest.get(first.len_utf8()..).unwrap_or_default();
            let is_unit_before = matches!(tokens.last(), Some(Token::Word(word)) if is_time_word(word));
            if matches!(first, '-' | '\u{2212}' | '\u{2013}') && after.starts_with(is_digit) && is_unit_before {
                tokens.push(Token::Minus);
            }
            rest = after;
            continue;
        };
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        tokens.push(match word {
            "minus" | "neg" => Token::Minus,
            _ if word.starts_with(is_digit) => word.parse().map_or(Token::Word(word.to_owned()), Token::Number),
            _ => Token::Word(word.to_owned()),
        });
    }
    tokens
}

fn is_time_word(word: &str) -> bool {
    unit_of(word).is_some()
}

fn unit_of(word: &str) -> Option<TimeUnit> {
    if MONTH.contains(&word) {
        Some(TimeUnit::Months)
    } else if WEEK.contains(&word) {
        Some(TimeUnit::Weeks)
    } else if DAY.contains(&word) {
        Some(TimeUnit::Days)
    } else {
        None
    }
}

/// The time that a visit's name gives, if it gives one.
pub fn parse_visit_name(name: &str) -> Option<NamedTime> {
    let tokens = tokens_of(name);
    let at = |place: usize| tokens.get(place);
    for (place, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        if let Some(unit) = unit_of(word) {
            let (sign, number) = match (at(place + 1), at(place + 2)) {
                (Some(Token::Number(number)), _) => (1.0, Some(*number)),
                (Some(Token::Minus), Some(Token::Number(number))) => (-1.0, Some(*number)),
                _ => (1.0, None),
            };
            // `4 months`, where no number follows the word.
            let before = place.checked_sub(1).and_then(at);
            let number = number.or(match before {
                Some(Token::Number(number)) => Some(*number),
                _ => None,
            });
            if let Some(number) = number {
                return Some(NamedTime { time: sign * number, unit });
            }
        }
    }
    let is_baseline = |token: &Token| matches!(token, Token::Word(word) if BASELINE.contains(&word.as_str()));
    let is_before =
        |token: &Token| matches!(token, Token::Word(word) if word == "pre" || word == "before" || word == "prior");
    (tokens.iter().any(is_baseline) && !tokens.iter().any(is_before))
        .then_some(NamedTime { time: 0.0, unit: TimeUnit::Months })
}

/// A column's name and the visit in it: `alsfrs_m0`, `IL6_V1`, `ALSFRS-R total, month 4`, `fvc.wk12`, `m4_alsfrs`,
/// `alsfrs_baseline`. The visit is given as it stands in the name.
pub fn split_visit(column: &str) -> Option<(String, String)> {
    let narrowed = narrow(column);
    let words: Vec<(usize, &str)> = word_places(&narrowed);
    for (place, &(start, word)) in words.iter().enumerate() {
        let end = start + word.len();
        let lower = word.to_lowercase();
        let next = words.get(place + 1).copied();
        let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let is_visit_word = |word: &str| unit_of(word).is_some() || VISIT.contains(&word);
        let split = lower.find(|letter: char| letter.is_ascii_digit());
        let (letters, digits) = lower.split_at_checked(split.unwrap_or(lower.len())).unwrap_or((&lower, ""));
        let is_joined = is_visit_word(letters) && is_number(digits);
        // `6months`, `12wk`.
        let unit_start = lower.find(|letter: char| letter.is_alphabetic()).unwrap_or(lower.len());
        let (number, unit) = lower.split_at_checked(unit_start).unwrap_or((&lower, ""));
        let is_reversed = is_number(number) && unit_of(unit).is_some();
        let mut visit_end = end;
        let mut found = is_joined || is_reversed || BASELINE.contains(&lower.as_str());
        if !found && is_visit_word(&lower) {
            // `month 4`, `m-3`, `month_minus_3`: the number is the next word, with a sign between them.
            let mut after = next;
            if let Some((_, "minus" | "neg")) = next {
                after = words.get(place + 2).copied();
            }
            if let Some((at, word)) = after.filter(|(_, word)| is_number(word)) {
                // A single letter is a time only directly before its number: `d 3` may be anything.
                found = lower.chars().count() > 1 || at <= end + 1;
                visit_end = at + word.len();
            }
        }
        if !found {
            continue;
        }
        let before = narrowed.get(..start).unwrap_or_default();
        let after = narrowed.get(visit_end..).unwrap_or_default();
        let (before, after) = (without_ends(before), without_ends(after));
        let name = match (before.is_empty(), after.is_empty()) {
            (true, true) => continue,
            (true, false) => after,
            (false, true) => before,
            (false, false) => format!("{before} {after}"),
        };
        let visit = narrowed.get(start..visit_end).unwrap_or_default().to_owned();
        return Some((name, visit));
    }
    None
}

/// A name without the punctuation that tied the visit to it; brackets around a unit stay.
fn without_ends(text: &str) -> String {
    let is_punctuation = |letter: char| !letter.is_alphanumeric() && letter != '%';
    let is_whole = |text: &str| text.matches('(').count() == text.matches(')').count() && text.contains('(');
    let mut text = text.trim_start_matches(is_punctuation);
    while let Some(last) = text.chars().last().filter(|last| is_punctuation(*last)) {
        if last == ')' && is_whole(text) {
            break;
        }
        text = text.strip_suffix(last).unwrap_or_default();
    }
    text.to_owned()
}

/// Runs of letters and digits, each with where it begins. A point between digits is part of a number.
fn word_places(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    let bytes = text.as_bytes();
    for (at, letter) in text.char_indices() {
        let is_point = letter == '.'
            && at > 0
            && bytes.get(at - 1).is_some_and(u8::is_ascii_digit)
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        match (letter.is_alphanumeric() || is_point, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.extend(text.get(from..at).map(|word| (from, word)));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        words.extend(text.get(from..).map(|word| (from, word)));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_when_a_visit_was() {
        let time = |name: &str| parse_visit_name(name).map(|named| (named.time, named.unit));
        use TimeUnit::{Days, Months, Weeks};
        for (name, expected) in [
            ("Month 4", (4.0, Months)),
            ("m4", (4.0, Months)),
            ("M04", (4.0, Months)),
            ("month_4_arm_1", (4.0, Months)),
            ("month_minus_3_arm_1", (-3.0, Months)),
            ("Month -3", (-3.0, Months)),
            ("m-3", (-3.0, Months)),
            ("6 months", (6.0, Months)),
            ("Month 4 (Arm 1: Trial)", (4.0, Months)),
            ("Week 12", (12.0, Weeks)),
            ("WK12", (12.0, Weeks)),
            ("Day 28", (28.0, Days)),
            ("Month 1.5", (1.5, Months)),
            ("6개월", (6.0, Months)),
            ("Baseline", (0.0, Months)),
            ("BL", (0.0, Months)),
            ("baseline_arm_1", (0.0, Months)),
            ("Visit 5 (Week 24)", (24.0, Weeks)),
        ] {
            assert_eq!(time(name), Some(expected), "{name}");
        }
        for name in ["V1", "Visit 3", "Screening", "Unscheduled", "End of treatment", "", "3", "pre-baseline", "arm 1"]
        {
            assert_eq!(time(name), None, "{name}");
        }
    }

    #[test]
    fn columns_name_their_visit() {
        let split = |name: &str| split_visit(name);
        for (column, name, visit) in [
            ("alsfrs_m0", "alsfrs", "m0"),
            ("alsfrs_m-3", "alsfrs", "m-3"),
            ("q5a_m4", "q5a", "m4"),
            ("IL6_V1", "IL6", "V1"),
            ("IL-6_M12", "IL-6", "M12"),
            ("TGF-b1_m0", "TGF-b1", "m0"),
            ("ALSFRS-R total, month 4", "ALSFRS-R total", "month 4"),
            ("FVC % (Month 6)", "FVC %", "Month 6"),
            ("TGF-β1 (pg/mL), month 4", "TGF-β1 (pg/mL)", "month 4"),
            ("fvc.wk12", "fvc", "wk12"),
            ("m4_alsfrs", "alsfrs", "m4"),
            ("alsfrs_baseline", "alsfrs", "baseline"),
            ("alsfrs_month_minus_3", "alsfrs", "month_minus_3"),
            ("svc_6months", "svc", "6months"),
            ("Week 12 ALSFRS-R", "ALSFRS-R", "Week 12"),
        ] {
            assert_eq!(split(column), Some((name.to_owned(), visit.to_owned())), "{column}");
        }
        for column in
            ["alsfrs_r_total", "alsfrs_r_4", "q10", "month", "visit", "IL6", "survival_months", "age", "onset_months"]
        {
            assert_eq!(split(column), None, "{column}");
        }
    }
}
