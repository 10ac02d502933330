//! What the cells of a flag say: that the event was seen, that it was not, or, in words, which of several events it was.

use crate::import::cell::parse_yes_no;
use crate::import::columns::TextColumn;
use crate::import::table::normalise_name;
use crate::order;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    Censored,
    /// Place in [`FlagWords::names`].
    Event(usize),
}

/// A flag's cells, each different one read once.
#[derive(Debug, Clone, PartialEq)]
pub struct FlagWords {
    /// The events. More than one, or one whose name a cell gave, only where `are_named`.
    pub names: Vec<String>,
    /// The cells name events: each is an endpoint of its own.
    pub are_named: bool,
    /// Numbers above 1: codes, whose meaning only the user knows. No number of the column is read then.
    pub are_codes: bool,
    fates: Vec<Option<Fate>>,
}

impl FlagWords {
    /// `labels`: the column's different cells, as a data dictionary has them; `default_name`: the event that a plain yes is.
    pub fn of_event(labels: &[String], default_name: &str, may_name: bool) -> Self {
        let said: Vec<Option<Word>> = labels.iter().map(|label| parse_word(label)).collect();
        let are_named = may_name && said.iter().flatten().any(|word| matches!(word, Word::Named(_)));
        let are_codes = labels.iter().any(|label| number(label).is_some_and(|number| number > 1.0));
        let name = |word: &Word| match word {
            Word::Named(name) if are_named => Some(name.clone()),
            Word::Death if are_named => Some("death".to_owned()),
            Word::Death | Word::Yes => Some(default_name.to_owned()),
            Word::Named(_) | Word::No => None,
        };
        let mut names: Vec<String> =
            if are_named { said.iter().flatten().filter_map(name).collect() } else { vec![default_name.to_owned()] };
        order::sort_by(&mut names, String::cmp);
        names.dedup();
        let fate = |(word, label): (&Option<Word>, &String)| {
            let word = word.as_ref().filter(|_| !(are_codes && number(label).is_some()))?;
            if *word == Word::No {
                return Some(Fate::Censored);
            }
            let name = name(word)?;
            names.iter().position(|known| *known == name).map(Fate::Event)
        };
        let fates = said.iter().zip(labels).map(fate).collect();
        Self { names, are_named, are_codes, fates }
    }

    pub fn of_censoring(labels: &[String], default_name: &str) -> Self {
        let fate = |is_event: bool| if is_event { Fate::Event(0) } else { Fate::Censored };
        Self {
            names: vec![default_name.to_owned()],
            are_named: false,
            are_codes: false,
            fates: labels.iter().map(|label| parse_censoring(label).map(fate)).collect(),
        }
    }

    /// A date of the event tells.
    pub fn of_dates(default_name: &str) -> Self {
        Self { names: vec![default_name.to_owned()], are_named: false, are_codes: false, fates: Vec::new() }
    }

    pub fn fate(&self, texts: &TextColumn<'_>, place: usize) -> Option<Fate> {
        self.fates.get(*texts.codes.get(place)? as usize).copied().flatten()
    }
}

/// Whether a cell names an event other than death, so that its column tells several apart.
pub fn names_an_event(cell: &str) -> bool {
    matches!(parse_word(cell), Some(Word::Named(_)))
}

pub fn number(cell: &str) -> Option<f64> {
    cell.parse::<f64>().ok()
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Yes,
    No,
    Death,
    Named(String),
}

fn parse_word(cell: &str) -> Option<Word> {
    if let Some(is_event) = parse_yes_no(cell) {
        return Some(if is_event { Word::Yes } else { Word::No });
    }
    let name = normalise_name(cell);
    match name.as_str() {
        "dead" | "died" | "deceased" | "death" => return Some(Word::Death),
        "event" => return Some(Word::Yes),
        "alive" | "living" | "censored" | "no_event" => return Some(Word::No),
        _ => {}
    }
    let parts = || name.split('_');
    // "alive without tracheostomy", "death or tracheostomy": neither is one event.
    const UNCLEAR: [&str; 14] = [
        "no", "not", "none", "without", "free", "never", "alive", "or", "and", "before", "after", "death", "dead",
        "died",
    ];
    if parts().any(|part| UNCLEAR.contains(&part)) {
        return None;
    }
    let is_event = |part: &str| {
        const WHOLE: [&str; 8] = ["niv", "niv24h", "imv", "piv", "pav", "tiv", "peg", "rig"];
        ["trache", "ventilat", "intubat", "gastrostom", "transplant"].iter().any(|stem| part.starts_with(stem))
            || WHOLE.contains(&part)
    };
    parts().any(is_event).then_some(Word::Named(name))
}

/// 0 is an event, anything above it censored.
fn parse_censoring(cell: &str) -> Option<bool> {
    match cell.parse::<f64>() {
        Ok(number) if number >= 0.0 => Some(number == 0.0),
        Ok(_) => None,
        Err(_) => match cell.to_lowercase().as_str() {
            "censored" => Some(false),
            "event" => Some(true),
            other => parse_yes_no(other).map(|is_censored| !is_censored),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(labels: &[&str]) -> FlagWords {
        let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        FlagWords::of_event(&labels, "status", true)
    }

    #[test]
    fn words_name_events_and_plain_ones_do_not() {
        let flag = words(&["Dead", "censored", "Tracheostomy", "1", "maybe", "alive without tracheostomy"]);
        assert_eq!(flag.names, ["death", "status", "tracheostomy"]);
        assert!(flag.are_named && !flag.are_codes);
        let event = |place| Some(Fate::Event(place));
        assert_eq!(flag.fates, [event(0), Some(Fate::Censored), event(2), event(1), None, None]);
        let flag = words(&["dead", "alive"]);
        assert_eq!((flag.names.len(), flag.are_named), (1, false));
        assert_eq!(flag.fates, [event(0), Some(Fate::Censored)]);
        for cell in ["Permanent ventilation", "NIV", "non-invasive ventilation", "PEG", "tracheotomy"] {
            assert!(names_an_event(cell), "{cell}");
        }
        for cell in ["death or tracheostomy", "not ventilated", "tracheostomy-free", "withdrawn", "driveline"] {
            assert!(!names_an_event(cell), "{cell}");
        }
    }

    #[test]
    fn numbers_above_one_are_codes_and_no_number_is_read() {
        let flag = words(&["0", "1", "2", "dead"]);
        assert!(flag.are_codes && !flag.are_named);
        assert_eq!(flag.fates, [None, None, None, Some(Fate::Event(0))]);
    }
}
