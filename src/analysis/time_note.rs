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
}

impl TimeNote {
    pub fn code(&self) -> &'static str {
        match self {
            Self::WithoutArm { .. } => "without_arm",
            Self::WithoutFollowUp { .. } => "without_follow_up",
            Self::WithoutOrigin { .. } => "without_origin",
            Self::NoTimeAtRisk { .. } => "no_time_at_risk",
            Self::FlagDoubtful { .. } => "flag_doubtful",
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
