use serde::{Deserialize, Serialize};

/// A doubt about adverse events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SafetyNote {
    /// Rows that do not say when the event began.
    EventsWithoutStart { events: usize },
}

impl SafetyNote {
    pub fn code(&self) -> &'static str {
        match self {
            Self::EventsWithoutStart { .. } => "events_without_start",
        }
    }
}
