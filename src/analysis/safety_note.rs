use serde::{Deserialize, Serialize};

/// A doubt about adverse events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SafetyNote {
    /// Counted events that do not say when they began.
    EventsWithoutStart { events: usize },
    /// Events of people in no arm.
    EventsWithoutArm { events: usize, subjects: usize },
    /// No column tells the first dose: the start of follow-up stands in.
    NoFirstDose,
    /// People without a number in the column of the first dose.
    WithoutFirstDose { column: String, subjects: usize },
    /// Events that began before the first dose, or too long after treatment.
    OutsideTreatment { before: usize, after: usize },
    /// Events that the files do not flag as treatment-emergent.
    NotFlagged { no: usize, missing: usize },
    /// The files' flag and the days do not agree.
    FlagDisagrees { only_flagged: usize, only_dated: usize },
    /// Events that do not say what a filter or a line of the summary asks.
    NotStated { what: String, events: usize, of: usize, is_left_out: bool },
    /// Rows that repeat a person, term and first day.
    DuplicateEvents { events: usize },
    /// Events that end before they begin.
    EventsEndBeforeStart { events: usize },
    /// Names that differ only in case and spaces.
    SpellingsMerged { of: usize, names: Vec<String> },
    /// Terms that stand under more than one class.
    TermInSeveralClasses { of: usize, terms: Vec<String> },
    /// Lines of the summary that nobody of an arm is in, and the share that this leaves possible.
    NoneSeen { arm: String, of: usize, outcomes: Vec<String>, upper: f64, confidence_level: f64 },
    /// Rows tested, and how many chance alone makes significant.
    SeveralTests { tests: usize, expected_by_chance: f64 },
    /// Mean years observed differ between arms.
    ExposureDiffers { arm: String, years: f64, control: String, control_years: f64 },
    /// People of the arms of whom nothing tells how long they were observed.
    WithoutExposure { subjects: usize },
    /// Survival was followed long after the last visit or event.
    RecordsEndEarly { follow_up_years: f64, record_years: f64, is_follow_up_used: bool },
    /// The people counted are not those of a safety set.
    NotSafetySet { set: Option<String>, safety: Option<String> },
    /// The files hold nothing but adverse events, and everybody in them has one.
    OnlyEventFile { subjects: usize },
    /// Small counts are masked.
    Masked { below: usize },
}

impl SafetyNote {
    pub fn code(&self) -> &'static str {
        match self {
            Self::EventsWithoutStart { .. } => "events_without_start",
            Self::EventsWithoutArm { .. } => "events_without_arm",
            Self::NoFirstDose => "no_first_dose",
            Self::WithoutFirstDose { .. } => "without_first_dose",
            Self::OutsideTreatment { .. } => "outside_treatment",
            Self::NotFlagged { .. } => "not_flagged",
            Self::FlagDisagrees { .. } => "flag_disagrees",
            Self::NotStated { .. } => "not_stated",
            Self::DuplicateEvents { .. } => "duplicate_events",
            Self::EventsEndBeforeStart { .. } => "events_end_before_start",
            Self::SpellingsMerged { .. } => "spellings_merged",
            Self::TermInSeveralClasses { .. } => "term_in_several_classes",
            Self::NoneSeen { .. } => "none_seen",
            Self::SeveralTests { .. } => "several_tests",
            Self::ExposureDiffers { .. } => "exposure_differs",
            Self::WithoutExposure { .. } => "without_exposure",
            Self::RecordsEndEarly { .. } => "records_end_early",
            Self::NotSafetySet { .. } => "not_safety_set",
            Self::OnlyEventFile { .. } => "only_event_file",
            Self::Masked { .. } => "masked",
        }
    }
}
