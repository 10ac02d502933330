use serde::{Deserialize, Serialize};

use super::{AnalysisError, AnalysisId};

/// A doubt or a fact that stands beside a number, on the page and in every export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub analysis: AnalysisId,
    pub kind: NoteKind,
}

/// Typed, with its numbers; `report::note` makes the sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// An analysis or a part of it could not answer.
    Unanswered {
        group: Option<String>,
        at_month: Option<f64>,
        error: AnalysisError,
    },
    /// Subjects of an arm who are not in a comparison.
    LeftOut {
        arm: String,
        at_month: f64,
        of: usize,
        without_baseline: usize,
        without_visit: usize,
    },
    /// The share left out differs between the arms.
    UnevenLoss {
        at_month: f64,
        arm: String,
        lost: usize,
        of: usize,
        control: String,
        control_lost: usize,
        control_of: usize,
    },
    /// Several visits are tested and none is adjusted for that.
    SeveralVisits {
        visits: usize,
    },
    /// The arms lost points at different speeds before treatment.
    LeadInDiffers {
        arm: String,
        slope: f64,
        control: String,
        control_slope: f64,
    },
    /// The tests do not agree on whether the interval excludes no difference.
    MethodsDisagree {
        at_month: f64,
        group: String,
        excludes: Vec<AnalysisId>,
        includes: Vec<AnalysisId>,
    },
    FewPatients {
        group: String,
        n: usize,
    },
    /// Subjects dropped from a model for a missing covariate.
    MissingCovariate {
        covariate: String,
        subjects: usize,
    },
    /// Values below or above a limit were replaced.
    BeyondLimit {
        variable: String,
        values: usize,
        rule: String,
    },
    /// A log scale was asked for values that are not positive.
    NotPositive {
        variable: String,
        values: usize,
    },
    /// Many tests: how many, and how many "significant" ones chance alone gives.
    ManyTests {
        tests: usize,
        expected_by_chance: f64,
    },
    /// The strata were formed after treatment by its effect.
    PostTreatmentStratum,
    /// Responder status could not be worked out for some.
    ResponderUndefined {
        no_slope: usize,
        no_decline_before: usize,
    },
    /// Median not reached in an arm.
    MedianNotReached {
        arm: String,
        survival_at_end: f64,
        last_month: f64,
    },
    FewEvents {
        events: usize,
    },
    /// Subjects with follow-up but without an arm.
    WithoutArm {
        subjects: usize,
    },
    /// Subjects outside the chosen analysis set.
    OutsideSet {
        set: String,
        subjects: usize,
    },
    /// A covariance structure of the ladder that gave no answer, so that the next was tried.
    LadderStep {
        structure: String,
        error: AnalysisError,
    },
    /// The covariance structures do not agree on whether the interval excludes no difference.
    StructuresDisagree {
        excludes: Vec<String>,
        includes: Vec<String>,
    },
    /// Many covariance parameters for the people there are.
    ManyParameters {
        parameters: usize,
        subjects: usize,
    },
    /// People without one of the visits, of those in the model.
    MissingAtRandom {
        without_visit: usize,
        of: usize,
    },
    /// The data do not support all random effects: some do not vary, some tell each other.
    SingularFit {
        constant: Vec<String>,
        tied: Vec<String>,
    },
    /// The model that was not asked for, fitted beside the other, gave no answer.
    OtherModelFailed {
        error: AnalysisError,
    },
    /// Models and methods do not agree on whether the interval excludes no difference.
    ModelsDisagree {
        group: String,
        excludes: Vec<String>,
        includes: Vec<String>,
    },
    /// People with fewer than three visits in the model.
    FewVisits {
        subjects: usize,
        of: usize,
    },
}

impl NoteKind {
    /// The stable code in exports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unanswered { .. } => "unanswered",
            Self::LeftOut { .. } => "left_out",
            Self::UnevenLoss { .. } => "uneven_loss",
            Self::SeveralVisits { .. } => "several_visits",
            Self::LeadInDiffers { .. } => "lead_in_differs",
            Self::MethodsDisagree { .. } => "methods_disagree",
            Self::FewPatients { .. } => "few_patients",
            Self::MissingCovariate { .. } => "missing_covariate",
            Self::BeyondLimit { .. } => "beyond_limit",
            Self::NotPositive { .. } => "not_positive",
            Self::ManyTests { .. } => "many_tests",
            Self::PostTreatmentStratum => "post_treatment_stratum",
            Self::ResponderUndefined { .. } => "responder_undefined",
            Self::MedianNotReached { .. } => "median_not_reached",
            Self::FewEvents { .. } => "few_events",
            Self::WithoutArm { .. } => "without_arm",
            Self::OutsideSet { .. } => "outside_set",
            Self::LadderStep { .. } => "ladder_step",
            Self::StructuresDisagree { .. } => "structures_disagree",
            Self::ManyParameters { .. } => "many_parameters",
            Self::MissingAtRandom { .. } => "missing_at_random",
            Self::SingularFit { .. } => "singular_fit",
            Self::OtherModelFailed { .. } => "other_model_failed",
            Self::ModelsDisagree { .. } => "models_disagree",
            Self::FewVisits { .. } => "few_visits",
        }
    }

    pub fn is_unanswered(&self) -> bool {
        matches!(self, Self::Unanswered { .. })
    }
}
