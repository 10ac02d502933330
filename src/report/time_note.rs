//! Doubts about an event and its time as sentences.

use super::number::plural;
use crate::analysis::TimeNote;
use crate::trial::TimeUnit;

pub fn time_sentence(note: &TimeNote, _unit: TimeUnit) -> String {
    match note {
        TimeNote::WithoutArm { subjects } => format!(
            "{subjects} {} follow-up but no arm, and {} in no curve.",
            plural(*subjects, "person has", "people have"),
            plural(*subjects, "is", "are")
        ),
        TimeNote::WithoutFollowUp { subjects } => format!(
            "{} of the analysis {} no row that says how long {} followed.",
            people(*subjects),
            if *subjects == 1 { "has" } else { "have" },
            if *subjects == 1 { "it was" } else { "they were" }
        ),
        TimeNote::WithoutOrigin { arm, column, subjects } => format!(
            "{} in {arm} without a number in {column}, from which time counts, {} left out.",
            people(*subjects),
            if *subjects == 1 { "is" } else { "are" }
        ),
        TimeNote::NoTimeAtRisk { arm, subjects } => format!(
            "{} in {arm} {} left out: the event or the last contact came at or before the moment from which time at risk counts.",
            people(*subjects),
            if *subjects == 1 { "is" } else { "are" }
        ),
        TimeNote::FlagDoubtful { events, subjects } => format!(
            "{events} of {subjects} people are counted as events, most of them at the very end of follow-up, and those without come earlier. That is how people look who were last seen alive: the flag may mean the opposite. Check it against the paper’s count; “The flag means the opposite” turns it round."
        ),
    }
}

fn people(count: usize) -> String {
    format!("{count} {}", plural(count, "person", "people"))
}
