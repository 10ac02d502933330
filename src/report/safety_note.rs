//! Doubts about adverse events as sentences.

use super::number::plural;
use crate::analysis::SafetyNote;

pub fn safety_sentence(note: &SafetyNote) -> String {
    match note {
        SafetyNote::EventsWithoutStart { events } => format!(
            "{events} {} no day on which {} began.",
            plural(*events, "event has", "events have"),
            plural(*events, "it", "they")
        ),
    }
}
