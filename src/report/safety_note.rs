//! Doubts about adverse events as sentences.

use super::label::joined;
use super::number::{format_fixed, format_level, format_significant, plural};
use crate::analysis::SafetyNote;

pub fn safety_sentence(note: &SafetyNote) -> String {
    match note {
        SafetyNote::EventsWithoutStart { events } => format!(
            "{events} {} no day on which {} began: counted as if treatment-emergent, and without a part in the time to the first event.",
            plural(*events, "event has", "events have"),
            plural(*events, "it", "they")
        ),
        SafetyNote::EventsWithoutArm { events, subjects } => format!(
            "{} of {} without an arm {} in no count.",
            count(*events, "event", "events"),
            count(*subjects, "person", "people"),
            plural(*events, "is", "are")
        ),
        SafetyNote::NoFirstDose => "No column tells when people got their first dose: an event counts as treatment-emergent from the start of follow-up (day 0) on.".to_owned(),
        SafetyNote::WithoutFirstDose { column, subjects } => format!(
            "{} without a number in {column}: the start of follow-up stands in for the first dose. Who was never dosed belongs to no safety set.",
            count(*subjects, "person is", "people are")
        ),
        SafetyNote::OutsideTreatment { before, after } => {
            let parts: Vec<String> = [(*before, "began before the first dose"), (*after, "began after the window")]
                .into_iter()
                .filter(|(events, _)| *events > 0)
                .map(|(events, what)| format!("{} {what}", count(events, "event", "events")))
                .collect();
            format!("{}, and so {} not counted.", joined(&parts), plural(*before + *after, "is", "are"))
        }
        SafetyNote::NotFlagged { no, missing } => {
            let blank = if *missing > 0 { format!(", {missing} of them because the flag is empty") } else { String::new() };
            format!(
                "{} not flagged as treatment-emergent in the files and {} not counted{blank}.",
                count(*no + *missing, "event is", "events are"),
                plural(*no + *missing, "is", "are")
            )
        }
        SafetyNote::FlagDisagrees { only_flagged, only_dated } => format!(
            "The files’ own flag of treatment-emergent events and the events’ days do not agree: {} flagged although {} outside treatment by {} day, {} not flagged although {} inside. Compare both ways of counting.",
            count(*only_flagged, "event is", "events are"),
            plural(*only_flagged, "it lies", "they lie"),
            plural(*only_flagged, "its", "their"),
            count(*only_dated, "is", "are"),
            plural(*only_dated, "it lies", "they lie"),
        ),
        SafetyNote::NotStated { what, events, is_left_out: true, .. } => format!(
            "{} without a known {what} {} left out by the choice of events.",
            count(*events, "event", "events"),
            plural(*events, "is", "are")
        ),
        SafetyNote::NotStated { what, events, of, is_left_out: false } if events == of => {
            format!("No event that counts has a known {what}: the lines that ask for it are missing or empty.")
        }
        SafetyNote::NotStated { what, events, is_left_out: false, .. } => format!(
            "{} counted without a known {what}: {} in no line that asks for it.",
            count(*events, "event is", "events are"),
            plural(*events, "it is", "they are")
        ),
        SafetyNote::DuplicateEvents { events } => format!(
            "{} the person, the term and the first day of another: a person counts once all the same, the events count as they stand.",
            count(*events, "row repeats", "rows repeat")
        ),
        SafetyNote::EventsEndBeforeStart { events } => format!(
            "{} before {}; only the start is used.",
            count(*events, "event ends", "events end"),
            plural(*events, "it begins", "they begin")
        ),
        SafetyNote::SpellingsMerged { of, names } => format!(
            "{} in spellings that differ in capital letters or spaces, and {} as one: {}{}.",
            count(*of, "name stands", "names stand"),
            plural(*of, "is counted", "are counted each"),
            joined(names),
            more(*of, names)
        ),
        SafetyNote::TermInSeveralClasses { of, terms } => format!(
            "{} under more than one class, and {} counted in each: {}{}.",
            count(*of, "term stands", "terms stand"),
            plural(*of, "is", "are"),
            joined(terms),
            more(*of, terms)
        ),
        SafetyNote::NoneSeen { arm, of, outcomes, upper, confidence_level } => format!(
            "Nobody of {of} in {arm} had {}. With {of} people that is no proof of safety: where {}% of patients have such an event, all {of} go without one time in {} ({} one-sided upper limit).",
            alternatives(outcomes),
            format_fixed(upper * 100.0, 1),
            format_significant(1.0 / (1.0 - confidence_level), 3),
            format_level(*confidence_level)
        ),
        SafetyNote::SeveralTests { tests, expected_by_chance } => format!(
            "{tests} rows are tested as one family, the summary’s lines besides; chance alone gives up to about {} of them a small p-value. Holm’s p-value guards against a single false alarm, Benjamini and Hochberg’s against a share of false alarms; a harm that is plausible on other grounds needs neither to be taken seriously.",
            format_significant(*expected_by_chance, 2)
        ),
        SafetyNote::ExposureDiffers { arm, years, control, control_years } => format!(
            "People were observed for {} years on average in {arm} and {} in {control}: who is watched longer has more time for an event. The rates for the time observed allow for that, if the hazard is constant.",
            format_significant(*years, 3),
            format_significant(*control_years, 3)
        ),
        SafetyNote::WithoutExposure { subjects } => format!(
            "Nothing tells how long {} {} observed: in the counts, not in the rates.",
            count(*subjects, "person", "people"),
            plural(*subjects, "was", "were")
        ),
        SafetyNote::RecordsEndEarly { follow_up_years, record_years, is_follow_up_used } => {
            let (follow_up, records) = (format_significant(*follow_up_years, 3), format_significant(*record_years, 3));
            let used = if *is_follow_up_used {
                "The rates count the time of survival, in which few events may have been asked for: they are likely to be too low."
            } else {
                "The rates count up to the last record."
            };
            format!("Survival was followed for {follow_up} patient-years, while visits, samples and events cover {records}. {used}")
        }
        SafetyNote::NotSafetySet { set, safety } => {
            let who = match set {
                Some(set) => format!("The people are those of “{set}”, which is not called a safety set"),
                None => "The people are everyone in the files".to_owned(),
            };
            match safety {
                Some(safety) => format!("{who}; the files have the safety set “{safety}”, to be chosen under “People”."),
                None => format!("{who}. Safety is usually told of all who got treatment."),
            }
        }
        SafetyNote::OnlyEventFile { subjects } => format!(
            "The files hold adverse events and nothing else, and all {subjects} people in them have one: people without an event are missing, so that the shares say nothing. Add the subjects file."
        ),
        SafetyNote::Masked { below } => format!(
            "Counts of 1 to {} people are shown as “< {below}”, with everything that would tell them: events, shares, differences, rates, tests. A masked count can still be worked out where the rest adds up to a total that is shown, such as a class with two terms; look at that before passing a table on. Lists of rows that could not be read name people and are not masked.",
            below.saturating_sub(1)
        ),
    }
}

fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", plural(count, one, many))
}

fn more(of: usize, names: &[String]) -> String {
    match of.saturating_sub(names.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

/// "a serious event or a fatal event", from the findings' names.
fn alternatives(outcomes: &[String]) -> String {
    let names: Vec<String> = outcomes
        .iter()
        .map(|outcome| match outcome.strip_prefix("any ") {
            Some(rest) => format!("{} {rest}", article(rest)),
            None => outcome.clone(),
        })
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
