//! `adverse_events.csv`: one row an event; the same event may come back.

use super::facts::labels;
use super::times::{DateColumn, from_study_day};
use super::{Rows, Sheet, report_not_a_number};
use crate::import::cell::{parse_yes_no, quote};
use crate::import::columns::TextColumn;
use crate::import::join::{Join, NO_SUBJECT};
use crate::import::ledger::{Ledger, Place, words};
use crate::import::{IssueKind, Role, Severity};
use crate::trial::{AdverseEvent, Grade};

pub fn read_adverse_events(sheet: &Sheet<'_>, rows: &Rows, places: &[u32], join: &mut Join, ledger: &mut Ledger) {
    let Some((term_column, terms)) = sheet.text(|role| *role == Role::Term) else { return };
    let classes = sheet.text(|role| *role == Role::SystemOrganClass);
    let severities = Words::of(sheet, &Role::Severity, join);
    let serious = Words::of(sheet, &Role::Serious, join);
    let related = Words::of(sheet, &Role::Related, join);
    let emergent = Words::of(sheet, &Role::TreatmentEmergent, join);
    // A flag of which only the yes is written says no where it is empty, as CDISC's do.
    let is_empty_no = emergent.as_ref().is_some_and(|flags| flags.all(|flag| parse_yes_no(flag) == Some(true)));
    let outcomes = Words::of(sheet, &Role::EventOutcome, join);
    let starts = Days::of(sheet, [Role::StartDay, Role::StartStudyDay, Role::StartDate]);
    let ends = Days::of(sheet, [Role::EndDay, Role::EndStudyDay, Role::EndDate]);
    for days in [&starts, &ends] {
        days.report_refused(sheet, rows, join, ledger);
    }
    for &at in places {
        let place = at as usize;
        let subject = rows.subject(at);
        let row = sheet.table.row(place);
        let id = join.id_of_row(&rows.subjects, place).map(str::to_owned);
        let flag = |words: &Option<Words<'_>>, parse: fn(&str) -> Option<bool>, ledger: &mut Ledger| {
            read_flag(sheet, words.as_ref(), place, id.as_deref(), parse, ledger)
        };
        let is_serious = flag(&serious, parse_yes_no, ledger);
        let is_related = flag(&related, parse_related, ledger);
        let is_treatment_emergent = flag(&emergent, parse_yes_no, ledger);
        let severity = severities.as_ref().and_then(|words| words.value(place));
        let grade = severity.and_then(Grade::parse);
        if let (Some(words), Some(cell), None) = (&severities, severity, grade) {
            report_severity(sheet, words.column, place, cell, id.as_deref(), ledger);
        }
        if subject == NO_SUBJECT {
            continue;
        }
        let Some(term) = terms.value(place) else {
            ledger.set_aside("no term", row);
            let at = Place::cell(row, sheet.name(term_column), id.as_deref());
            ledger.report(IssueKind::MissingCell, Severity::Error, at, || {
                words("the event is not named", "Fill in the term; the row is set aside.")
            });
            continue;
        };
        let start_day = starts.day(sheet, place, subject, id.as_deref(), join, ledger);
        let end_day = ends.day(sheet, place, subject, id.as_deref(), join, ledger);
        for day in start_day.iter().chain(&end_day) {
            join.see_contact(subject, *day);
        }
        let is_empty = emergent.as_ref().is_some_and(|flags| flags.value(place).is_none());
        join.trial.adverse_events.push(AdverseEvent {
            subject: subject as usize,
            term: term.to_owned(),
            system_organ_class: classes.and_then(|(_, texts)| texts.value(place)).map(str::to_owned),
            severity: severity.map(str::to_owned),
            grade,
            is_serious,
            is_related,
            is_treatment_emergent: if is_empty && is_empty_no { Some(false) } else { is_treatment_emergent },
            is_fatal: outcomes.as_ref().and_then(|words| words.value(place)).and_then(parse_fatal),
            start_day,
            end_day,
            source: sheet.source(place),
        });
    }
}

/// A column of words, each distinct cell as a data dictionary reads it.
struct Words<'s> {
    column: usize,
    texts: &'s TextColumn<'s>,
    labels: Vec<String>,
}

impl<'s> Words<'s> {
    fn of(sheet: &'s Sheet<'_>, wanted: &Role, join: &Join) -> Option<Self> {
        let (column, texts) = sheet.text(|role| role == wanted)?;
        Some(Self { column, texts, labels: labels(sheet, column, texts, join) })
    }

    fn value(&self, place: usize) -> Option<&str> {
        let code = *self.texts.codes.get(place)?;
        self.texts.value(place)?;
        self.labels.get(code as usize).map(String::as_str)
    }

    fn all(&self, is_so: impl Fn(&str) -> bool) -> bool {
        self.labels.iter().all(|label| is_so(label))
    }
}

/// A day of an event: a number from baseline, CDISC's number that knows no day 0, or a date.
enum Days {
    Number { column: usize, is_study_day: bool },
    Date { column: usize, dates: DateColumn },
    Absent,
}

impl Days {
    fn of(sheet: &Sheet<'_>, [day, study_day, date]: [Role; 3]) -> Self {
        if let Some(column) = sheet.find(|role| *role == day) {
            Self::Number { column, is_study_day: false }
        } else if let Some(column) = sheet.find(|role| *role == study_day) {
            Self::Number { column, is_study_day: true }
        } else if let Some(column) = sheet.find(|role| *role == date) {
            match DateColumn::of_column(sheet, column) {
                Some(dates) => Self::Date { column, dates },
                None => Self::Absent,
            }
        } else {
            Self::Absent
        }
    }

    fn report_refused(&self, sheet: &Sheet<'_>, rows: &Rows, join: &Join, ledger: &mut Ledger) {
        let Self::Number { column, .. } = self else { return };
        let Some(numbers) = sheet.table.number(*column) else { return };
        for (place, cell) in &numbers.refused {
            let id = join.id_of_row(&rows.subjects, *place as usize);
            report_not_a_number(sheet, *column, *place as usize, cell, id, ledger);
        }
    }

    fn day(
        &self,
        sheet: &Sheet<'_>,
        place: usize,
        subject: u32,
        id: Option<&str>,
        join: &Join,
        ledger: &mut Ledger,
    ) -> Option<f64> {
        match self {
            Self::Number { column, is_study_day } => {
                let day = sheet.table.number(*column)?.value(place)?;
                Some(if *is_study_day { from_study_day(day) } else { day })
            }
            Self::Date { column, dates } => {
                super::day_from_start(sheet, *column, dates, place, join.start_day(subject), id, ledger)
            }
            Self::Absent => None,
        }
    }
}

/// Possible and above is related.
fn parse_related(cell: &str) -> Option<bool> {
    let lower = cell.to_lowercase().replace(['-', '_'], " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    // "Possibly related", "related to study drug": the object adds nothing.
    let end = words.iter().position(|word| *word == "to").unwrap_or(words.len());
    let words = words.get(..end).unwrap_or_default();
    let words = match words {
        [first, "related" | "relationship" | "relation"] => std::slice::from_ref(first),
        all => all,
    };
    match words {
        ["related" | "possible" | "possibly" | "probable" | "probably" | "definite" | "definitely" | "certain"]
        | ["likely" | "suspected"]
        | ["reasonable", "possibility"] => Some(true),
        ["not" | "unrelated" | "none" | "unlikely" | "remote" | "no" | "doubtful" | "improbable"]
        | ["not", "suspected"]
        | ["no", "reasonable", "possibility"] => Some(false),
        [one] => parse_yes_no(one),
        _ => None,
    }
}

/// Whether the event ended in death; absent where that is not known.
fn parse_fatal(cell: &str) -> Option<bool> {
    let lower = cell.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["unknown", "not known", "not applicable"]) {
        None
    } else {
        Some(has(&["fatal", "death", "died", "dead", "tod", "사망"]) && !has(&["non fatal", "nonfatal", "not fatal"]))
    }
}

fn report_severity(sheet: &Sheet<'_>, column: usize, place: usize, cell: &str, id: Option<&str>, ledger: &mut Ledger) {
    ledger.refuse_cell(column);
    let at = Place::cell(sheet.table.row(place), sheet.name(column), id);
    ledger.report(IssueKind::UnknownSeverity, Severity::Warning, at, || {
        words(
            format!("{} is no severity that is known here", quote(cell)),
            "Write mild, moderate, severe, life-threatening or fatal, or a grade from 1 to 5; the event is counted \
             meanwhile, with a severity that is not known.",
        )
    });
}

fn read_flag(
    sheet: &Sheet<'_>,
    flags: Option<&Words<'_>>,
    place: usize,
    id: Option<&str>,
    parse: fn(&str) -> Option<bool>,
    ledger: &mut Ledger,
) -> Option<bool> {
    let flags = flags?;
    let cell = flags.value(place)?;
    let flag = parse(cell);
    if flag.is_none() {
        ledger.refuse_cell(flags.column);
        let at = Place::cell(sheet.table.row(place), sheet.name(flags.column), id);
        ledger.report(IssueKind::NotYesNo, Severity::Warning, at, || {
            words(
                format!("{} is neither yes nor no", quote(cell)),
                "Write yes or no; the event is counted meanwhile, but neither as yes nor as no.",
            )
        });
    }
    flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn possible_and_above_is_related() {
        for cell in [
            "RELATED",
            "Possible",
            "possibly related",
            "PROBABLY RELATED",
            "Definite",
            "certain",
            "likely",
            "Y",
            "1",
            "Related to study drug",
            "possible relationship",
            "suspected",
        ] {
            assert_eq!(parse_related(cell), Some(true), "{cell}");
        }
        for cell in [
            "NOT RELATED",
            "not-related",
            "Unrelated",
            "None",
            "UNLIKELY",
            "unlikely related",
            "Remote",
            "doubtful",
            "N",
            "0",
            "not suspected",
            "Not related to study drug",
        ] {
            assert_eq!(parse_related(cell), Some(false), "{cell}");
        }
        for cell in ["perhaps", "unassessable", "3", "unknown", "not possible to say", "related?"] {
            assert_eq!(parse_related(cell), None, "{cell}");
        }
    }

    #[test]
    fn outcomes_tell_deaths() {
        assert_eq!(parse_fatal("FATAL"), Some(true));
        assert_eq!(parse_fatal("Results in death"), Some(true));
        assert_eq!(parse_fatal("RECOVERED/RESOLVED"), Some(false));
        assert_eq!(parse_fatal("NOT RECOVERED/NOT RESOLVED"), Some(false));
        assert_eq!(parse_fatal("UNKNOWN"), None);
    }
}
