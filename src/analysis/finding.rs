use serde::{Deserialize, Serialize};

/// The stable name of an analysis, as it stands in plans, findings and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AnalysisId {
    #[serde(rename = "change.student")]
    ChangeStudent,
    #[serde(rename = "change.welch")]
    ChangeWelch,
    #[serde(rename = "change.ancova")]
    ChangeAncova,
    /// The means that the three `change` tests compare.
    #[serde(rename = "change.summary")]
    ChangeSummary,
    #[serde(rename = "population.flow")]
    PopulationFlow,
    #[serde(rename = "population.baseline")]
    PopulationBaseline,
    #[serde(rename = "change.mann_whitney")]
    ChangeMannWhitney,
    #[serde(rename = "slope.change")]
    SlopeChange,
    #[serde(rename = "responder")]
    Responder,
    #[serde(rename = "mmrm")]
    Mmrm,
    #[serde(rename = "lmm.slope")]
    LmmSlope,
    #[serde(rename = "lmm.change_point")]
    LmmChangePoint,
    #[serde(rename = "cafs")]
    Cafs,
    #[serde(rename = "staging.kings")]
    StagingKings,
    #[serde(rename = "staging.mitos")]
    StagingMitos,
    #[serde(rename = "biomarker.correlation")]
    BiomarkerCorrelation,
    #[serde(rename = "km")]
    KaplanMeier,
    #[serde(rename = "logrank")]
    LogRank,
}

impl AnalysisId {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChangeStudent => "change.student",
            Self::ChangeWelch => "change.welch",
            Self::ChangeAncova => "change.ancova",
            Self::ChangeSummary => "change.summary",
            Self::PopulationFlow => "population.flow",
            Self::PopulationBaseline => "population.baseline",
            Self::ChangeMannWhitney => "change.mann_whitney",
            Self::SlopeChange => "slope.change",
            Self::Responder => "responder",
            Self::Mmrm => "mmrm",
            Self::LmmSlope => "lmm.slope",
            Self::LmmChangePoint => "lmm.change_point",
            Self::Cafs => "cafs",
            Self::StagingKings => "staging.kings",
            Self::StagingMitos => "staging.mitos",
            Self::BiomarkerCorrelation => "biomarker.correlation",
            Self::KaplanMeier => "km",
            Self::LogRank => "logrank",
        }
    }
}

/// One row of the findings table. What does not apply is absent, never 0 or NaN. docs/findings.md says what each
/// column means for each analysis and term.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub analysis: AnalysisId,
    pub outcome: String,
    #[serde(default)]
    pub group: Option<String>,
    #[serde(default)]
    pub contrast: Option<String>,
    /// Months from baseline, or from the start of follow-up for survival.
    #[serde(default)]
    pub at: Option<f64>,
    pub term: Term,
    #[serde(default)]
    pub n: Option<u64>,
    #[serde(default)]
    pub estimate: Option<f64>,
    #[serde(default)]
    pub std_error: Option<f64>,
    #[serde(default)]
    pub df: Option<f64>,
    #[serde(default)]
    pub statistic: Option<f64>,
    #[serde(default)]
    pub p_value: Option<f64>,
    #[serde(default)]
    pub conf_low: Option<f64>,
    #[serde(default)]
    pub conf_high: Option<f64>,
    #[serde(default)]
    pub method: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
}

/// What a row's `estimate` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// Mean at baseline of those measured at `at` too.
    BaselineMean,
    BaselineSd,
    /// Mean change from baseline.
    MeanChange,
    SdChange,
    /// Group minus control.
    Difference,
    /// All arms at once.
    ArmTest,
    Pearson,
    Spearman,
    /// Probability of no event up to `at`.
    Survival,
    MedianTime,
    /// Subjects at risk just before `at`.
    AtRisk,
    Events,
    Censored,
    /// Events expected if the arms did not differ.
    ExpectedEvents,
    LogRank,
    /// Mean at the visit as the model has it, at the mean of the covariates.
    LsMean,
    /// Group minus control, all visits weighing alike.
    AverageDifference,
    /// Group minus control with another covariance structure than the chosen one.
    DifferenceByStructure,
    /// An effect of the model, named in `contrast`.
    EffectTest,
    MinusTwoReml,
    Aic,
    /// Residual standard deviation at a visit.
    VisitSd,
    /// Residual correlation of two visits.
    VisitCorrelation,
    /// Change a month, as the model has it.
    Slope,
    /// Mean slope before the start.
    LeadInSlope,
    /// Slope after the start less lead-in slope.
    SlopeChange,
    /// Lead-in slope, group minus control.
    LeadInDifference,
    /// Slope change, group minus control.
    SlopeChangeDifference,
    /// Slope, group minus control, by another model than the chosen one.
    DifferenceByModel,
    /// Mean of each patient's own least-squares slope.
    TwoStageSlope,
    /// Standard deviation of what `contrast` names: a random effect, or the residual.
    RandomSd,
    /// Correlation of two random effects.
    RandomCorrelation,
    /// Values in the model.
    Measurements,
    /// Mean of what was measured at the visit.
    ObservedMean,
}

impl Term {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BaselineMean => "baseline_mean",
            Self::BaselineSd => "baseline_sd",
            Self::MeanChange => "mean_change",
            Self::SdChange => "sd_change",
            Self::Difference => "difference",
            Self::ArmTest => "arm_test",
            Self::Pearson => "pearson",
            Self::Spearman => "spearman",
            Self::Survival => "survival",
            Self::MedianTime => "median_time",
            Self::AtRisk => "at_risk",
            Self::Events => "events",
            Self::Censored => "censored",
            Self::ExpectedEvents => "expected_events",
            Self::LogRank => "log_rank",
            Self::LsMean => "ls_mean",
            Self::AverageDifference => "average_difference",
            Self::DifferenceByStructure => "difference_by_structure",
            Self::EffectTest => "effect_test",
            Self::MinusTwoReml => "minus_two_reml",
            Self::Aic => "aic",
            Self::VisitSd => "visit_sd",
            Self::VisitCorrelation => "visit_correlation",
            Self::Slope => "slope",
            Self::LeadInSlope => "lead_in_slope",
            Self::SlopeChange => "slope_change",
            Self::LeadInDifference => "lead_in_difference",
            Self::SlopeChangeDifference => "slope_change_difference",
            Self::DifferenceByModel => "difference_by_model",
            Self::TwoStageSlope => "two_stage_slope",
            Self::RandomSd => "random_sd",
            Self::RandomCorrelation => "random_correlation",
            Self::Measurements => "measurements",
            Self::ObservedMean => "observed_mean",
        }
    }
}

impl Finding {
    /// A row with only what every row has; the rest is set with struct update.
    pub fn new(analysis: AnalysisId, outcome: &str, term: Term) -> Self {
        Self {
            analysis,
            outcome: outcome.to_owned(),
            group: None,
            contrast: None,
            at: None,
            term,
            n: None,
            estimate: None,
            std_error: None,
            df: None,
            statistic: None,
            p_value: None,
            conf_low: None,
            conf_high: None,
            method: None,
            note: None,
        }
    }
}
