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
    /// From a month on the curve of an arm rests on few.
    FewAtRisk { arm: String, month: f64, at_risk: usize },
    /// An early event among the few who had come in by then.
    ThinStart { arm: String, month: f64, at_risk: usize },
    /// An arm has no event.
    ArmWithoutEvents { arm: String, n: usize },
    /// The curves are apart in one direction and later in the other.
    CurvesCross { arm: String, control: String, month: f64 },
    /// One arm was followed for longer.
    FollowUpDiffers { arm: String, median: Option<f64>, control: String, control_median: Option<f64>, p_value: f64 },
    /// Tests of the family fall on both sides of the level.
    TestsDisagree { alpha: f64, below: Vec<String>, above: Vec<String> },
    /// No clear difference: what the interval of the restricted means still allows.
    AbsenceOfEvidence { arm: String, horizon: f64, low: f64, high: f64 },
    /// None of the competing events of that name was seen.
    CauseNeverHappened { cause: String },
    /// An arm without one of the competing events.
    CauseAbsentInArm { cause: String, arm: String, of: usize },
    /// Few of one of the competing events, in all arms together.
    FewOfCause { cause: String, events: usize },
    /// A month after the last of an arm's people was last seen, some without any event.
    MonthBeyondFollowUp { arm: String, at_month: f64, last_month: f64 },
    /// One minus Kaplan-Meier says more than the cumulative incidence; of all arms the one with the greatest excess.
    NaiveOverstates { cause: String, arm: String, at_month: f64, naive: f64, incidence: f64 },
    /// Less of the event of interest than in control and more of another that prevents it, or the other way round.
    CompetingOffsets {
        arm: String,
        cause: String,
        difference: f64,
        competing: String,
        competing_difference: f64,
        at_month: f64,
    },
    /// Gray's test and the cause-specific hazard ratio fall on different sides of the level.
    GrayAndHazardDisagree { cause: String, arm: String, gray_p: f64, hazard_p: f64 },
    /// People with two competing events at one time.
    TiedEvents { subjects: usize, counted: String },
    /// Ventilation by item 12 of the ALSFRS-R is known from visits alone. `gap_months`: median from the visit before;
    /// `unseen`: people followed three months and more beyond their last visit.
    SeenAtVisits { gap_months: Option<f64>, unseen: usize, of: usize },
    /// People come under observation late: Gray's test is not done.
    NoGrayWithLateEntries,
    /// People whose follow-up ended with an event that is not among the competing ones: it counts as a censoring.
    EndedByOther { other: String, subjects: usize },
    /// The likelihood of a Cox model rises for ever along a column: no finite hazard ratio fits best.
    MonotoneLikelihood { column: String, has_firth: bool },
    /// Fewer than ten events for each column of a Cox model.
    FewEventsPerParameter { events: usize, parameters: usize },
    /// A hazard ratio changes with time.
    HazardsNotProportional { term: String, is_arm: bool, p_value: f64 },
    /// Robust standard errors from few clusters.
    FewClusters { column: String, clusters: usize },
    /// Strata in which only one arm has people: they say nothing about the arms.
    StrataOfOneArm { strata: usize, of: usize, people: usize },
    /// People of the model without a value of a subgroup's column.
    SubgroupUnknown { column: String, subjects: usize },
    /// Subgroups that nobody said the protocol named.
    SubgroupsUndeclared { columns: Vec<String> },
    /// Several interactions are tested and none is adjusted for that.
    SubgroupTests { tests: usize, expected_by_chance: f64 },
    /// Leaving one person out turns round whether the interval of a hazard ratio excludes 1.
    PatientDecides { group: String, decisive: usize, of: usize },
    /// More of one arm's people were last seen without the event before a month.
    EarlyLosses {
        arm: String,
        lost: usize,
        of: usize,
        control: String,
        control_lost: usize,
        control_of: usize,
        month: f64,
    },
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
            Self::FewAtRisk { .. } => "few_at_risk",
            Self::ThinStart { .. } => "thin_start",
            Self::ArmWithoutEvents { .. } => "arm_without_events",
            Self::CurvesCross { .. } => "curves_cross",
            Self::FollowUpDiffers { .. } => "follow_up_differs",
            Self::TestsDisagree { .. } => "tests_disagree",
            Self::AbsenceOfEvidence { .. } => "absence_of_evidence",
            Self::CauseNeverHappened { .. } => "cause_never_happened",
            Self::CauseAbsentInArm { .. } => "cause_absent_in_arm",
            Self::FewOfCause { .. } => "few_of_cause",
            Self::MonthBeyondFollowUp { .. } => "month_beyond_follow_up",
            Self::NaiveOverstates { .. } => "naive_overstates",
            Self::CompetingOffsets { .. } => "competing_offsets",
            Self::GrayAndHazardDisagree { .. } => "gray_and_hazard_disagree",
            Self::TiedEvents { .. } => "tied_events",
            Self::SeenAtVisits { .. } => "seen_at_visits",
            Self::EndedByOther { .. } => "ended_by_other",
            Self::EarlyLosses { .. } => "early_losses",
            Self::NoGrayWithLateEntries => "no_gray_with_late_entries",
            Self::MonotoneLikelihood { .. } => "monotone_likelihood",
            Self::FewEventsPerParameter { .. } => "few_events_per_parameter",
            Self::HazardsNotProportional { .. } => "hazards_not_proportional",
            Self::FewClusters { .. } => "few_clusters",
            Self::StrataOfOneArm { .. } => "strata_of_one_arm",
            Self::SubgroupUnknown { .. } => "subgroup_unknown",
            Self::SubgroupsUndeclared { .. } => "subgroups_undeclared",
            Self::SubgroupTests { .. } => "subgroup_tests",
            Self::PatientDecides { .. } => "patient_decides",
        }
    }
}
