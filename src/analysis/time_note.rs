use serde::{Deserialize, Serialize};

/// A doubt about an event and its time: curves, hazard ratios, competing events, landmarks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeNote {
    /// Subjects with follow-up but without an arm.
    WithoutArm { subjects: usize },
    /// Subjects of the analysis without a row that says how long they were followed.
    WithoutFollowUp { subjects: usize },
    /// Subjects of an arm without the time at which their time begins.
    WithoutOrigin { arm: String, column: String, subjects: usize },
    /// Subjects of an arm whose time ends at or before the moment from which they are at risk.
    NoTimeAtRisk { arm: String, subjects: usize },
    /// The events stand late and the censorings early, as when the flag means the opposite.
    FlagDoubtful { events: usize, subjects: usize },
    /// Landmarks count from the visits' month 0, whatever the origin.
    OriginNotUsed { column: String },
    /// Who responds must live until then. Ratios from the landmark and, biased, from the start; `share` of the
    /// responders' follow-up lies before their response was known.
    ImmortalTime { hazard_ratio: Option<f64>, naive_hazard_ratio: Option<f64>, share: Option<f64> },
    /// Who responds was not drawn by lot.
    ResponseNotRandomised,
    /// Subjects judged at a visit after the landmark, who count from that visit on.
    JudgedAfterLandmark { subjects: usize, latest_month: f64 },
    /// Whether the interval excludes no difference depends on the landmark; months.
    LandmarkDecides { excludes: Vec<f64>, includes: Vec<f64> },
}

impl TimeNote {
    pub fn code(&self) -> &'static str {
        match self {
            Self::WithoutArm { .. } => "without_arm",
            Self::WithoutFollowUp { .. } => "without_follow_up",
            Self::WithoutOrigin { .. } => "without_origin",
            Self::NoTimeAtRisk { .. } => "no_time_at_risk",
            Self::FlagDoubtful { .. } => "flag_doubtful",
            Self::OriginNotUsed { .. } => "origin_not_used",
            Self::ImmortalTime { .. } => "immortal_time",
            Self::ResponseNotRandomised => "response_not_randomised",
            Self::JudgedAfterLandmark { .. } => "judged_after_landmark",
            Self::LandmarkDecides { .. } => "landmark_decides",
        }
    }
}
