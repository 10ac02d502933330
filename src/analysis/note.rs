use serde::{Deserialize, Serialize};

use super::{AnalysisError, AnalysisId, BiomarkerNote, SafetyNote, TimeNote};

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
    /// What decided the pairs of an arm and control; shares, 0 to 1.
    PairsDecided {
        group: String,
        at_month: f64,
        by_death: f64,
        by_function: f64,
        by_neither: f64,
    },
    /// Alive as far as is known, without the last visit up to the horizon.
    Withdrawn {
        arm: String,
        at_month: f64,
        withdrawn: usize,
        of: usize,
    },
    /// No endpoint was chosen: nobody counts as dead.
    NoDeaths,
    /// Forms that show no affected region although another item is affected.
    Unstaged {
        forms: usize,
        affected: usize,
    },
    /// No column tells a gastrostomy.
    NoGastrostomyItem,
    /// Forms that do not tell by 5a or 5b whether there is a gastrostomy.
    GastrostomyUnknown {
        forms: usize,
    },
    /// The way of computing decides whether an interval excludes no difference.
    ChoiceDecides {
        what: String,
        group: String,
        excludes: Vec<String>,
        includes: Vec<String>,
    },
    /// Several thresholds make responders and none is adjusted for that.
    SeveralThresholds {
        thresholds: usize,
    },
    /// Subjects of an arm who are neither responder nor not.
    NotJudged {
        arm: String,
        of: usize,
        without_follow_up: usize,
        without_lead_in: usize,
        without_decline: usize,
    },
    /// More than two thirds move the way that the plan calls better.
    MostImprove {
        outcome: String,
        better: usize,
        of: usize,
    },
    /// Shares seen at the primary month that differ more than chance lets expect.
    LossDiffers {
        at_month: f64,
        arm: String,
        seen: usize,
        of: usize,
        control: String,
        control_seen: usize,
        control_of: usize,
        p_value: f64,
    },
    /// Baseline rows of an arm that are further from the control than a tenth and a fifth of a standard deviation.
    Imbalance {
        arm: String,
        above_tenth: usize,
        above_fifth: usize,
        of: usize,
        /// The furthest first, at most five.
        largest: Vec<String>,
    },
    /// No file tells of deaths: who died is counted among those without a later visit.
    DeathsUnknown,
    /// Seen in a window after the recorded event.
    SeenAfterEvent {
        endpoint: String,
        subjects: usize,
    },
    /// The slope on the baseline differs between the arms.
    UnequalSlopes {
        at_month: f64,
        p_value: f64,
    },
    /// The rules for missing visits and deaths do not agree on whether the interval excludes no difference.
    RulesDisagree {
        at_month: f64,
        group: String,
        excludes: Vec<String>,
        includes: Vec<String>,
    },
    /// Leaving one out turns round whether the interval excludes no difference.
    OneDecides {
        at_month: f64,
        group: String,
        are_sites: bool,
        decisive: usize,
        of: usize,
    },
    /// Too many people to leave each out in turn.
    LeaveOneOutSkipped {
        people: usize,
        most: usize,
    },
    /// Deaths up to the primary month.
    DeathsBefore {
        at_month: f64,
        arm: String,
        deaths: usize,
        of: usize,
        control: String,
        control_deaths: usize,
        control_of: usize,
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
    /// Scores that rest on the mean of a domain's other items, for one that is missing.
    ProratedItems {
        outcome: String,
        visits: usize,
    },
    /// About an event and its time.
    Time(TimeNote),
    /// About adverse events.
    Safety(SafetyNote),
    /// About analytes.
    Biomarker(BiomarkerNote),
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
            Self::OutsideSet { .. } => "outside_set",
            Self::LadderStep { .. } => "ladder_step",
            Self::StructuresDisagree { .. } => "structures_disagree",
            Self::ManyParameters { .. } => "many_parameters",
            Self::MissingAtRandom { .. } => "missing_at_random",
            Self::PairsDecided { .. } => "pairs_decided",
            Self::Withdrawn { .. } => "withdrawn",
            Self::NoDeaths => "no_deaths",
            Self::Unstaged { .. } => "unstaged",
            Self::NoGastrostomyItem => "no_gastrostomy_item",
            Self::GastrostomyUnknown { .. } => "gastrostomy_unknown",
            Self::ChoiceDecides { .. } => "choice_decides",
            Self::SeveralThresholds { .. } => "several_thresholds",
            Self::NotJudged { .. } => "not_judged",
            Self::MostImprove { .. } => "most_improve",
            Self::LossDiffers { .. } => "loss_differs",
            Self::Imbalance { .. } => "imbalance",
            Self::DeathsUnknown => "deaths_unknown",
            Self::SeenAfterEvent { .. } => "seen_after_event",
            Self::UnequalSlopes { .. } => "unequal_slopes",
            Self::RulesDisagree { .. } => "rules_disagree",
            Self::OneDecides { .. } => "one_decides",
            Self::LeaveOneOutSkipped { .. } => "leave_one_out_skipped",
            Self::DeathsBefore { .. } => "deaths_before",
            Self::SingularFit { .. } => "singular_fit",
            Self::OtherModelFailed { .. } => "other_model_failed",
            Self::ModelsDisagree { .. } => "models_disagree",
            Self::FewVisits { .. } => "few_visits",
            Self::ProratedItems { .. } => "prorated_items",
            Self::Time(note) => note.code(),
            Self::Safety(note) => note.code(),
            Self::Biomarker(note) => note.code(),
        }
    }

    pub fn is_unanswered(&self) -> bool {
        matches!(self, Self::Unanswered { .. })
    }
}
