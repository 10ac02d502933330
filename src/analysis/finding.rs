use serde::{Deserialize, Serialize};

use crate::stats::linear::{Contrast, FTest};

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
    #[serde(rename = "biomarker.change")]
    BiomarkerChange,
    #[serde(rename = "biomarker.correlation")]
    BiomarkerCorrelation,
    #[serde(rename = "biomarker.correlation_difference")]
    BiomarkerCorrelationDifference,
    #[serde(rename = "km")]
    KaplanMeier,
    #[serde(rename = "logrank")]
    LogRank,
    #[serde(rename = "cafs.rank_ancova")]
    CafsRankAncova,
    #[serde(rename = "cafs.wilcoxon")]
    CafsWilcoxon,
    #[serde(rename = "cafs.finkelstein_schoenfeld")]
    CafsFinkelsteinSchoenfeld,
    #[serde(rename = "rmst")]
    Rmst,
    #[serde(rename = "cox")]
    Cox,
    #[serde(rename = "cox.ph")]
    CoxPh,
    #[serde(rename = "cumulative_incidence")]
    CumulativeIncidence,
    #[serde(rename = "landmark")]
    Landmark,
    #[serde(rename = "safety.incidence")]
    SafetyIncidence,
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
            Self::BiomarkerChange => "biomarker.change",
            Self::BiomarkerCorrelation => "biomarker.correlation",
            Self::BiomarkerCorrelationDifference => "biomarker.correlation_difference",
            Self::KaplanMeier => "km",
            Self::LogRank => "logrank",
            Self::CafsRankAncova => "cafs.rank_ancova",
            Self::CafsWilcoxon => "cafs.wilcoxon",
            Self::CafsFinkelsteinSchoenfeld => "cafs.finkelstein_schoenfeld",
            Self::Rmst => "rmst",
            Self::Cox => "cox",
            Self::CoxPh => "cox.ph",
            Self::CumulativeIncidence => "cumulative_incidence",
            Self::Landmark => "landmark",
            Self::SafetyIncidence => "safety.incidence",
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
    /// The control died and the other lived longer.
    PairsWonByDeath,
    PairsWonByFunction,
    /// Compared and found equal.
    PairsEqual,
    /// No death that decides and no common visit.
    PairsNotCompared,
    PairsLostByFunction,
    PairsLostByDeath,
    /// Pairs won over pairs lost.
    WinRatio,
    /// The same with half of the undecided pairs on each side.
    WinOdds,
    /// Share of pairs won minus share lost.
    NetBenefit,
    /// Mean joint rank; high is good.
    MeanRank,
    /// Probability that one of the group does better than one of control, equal ones half.
    Superiority,
    /// Sum of the group's scores.
    ScoreSum,
    /// People in the stage; 5 is death.
    #[serde(rename = "stage_0")]
    Stage0,
    #[serde(rename = "stage_1")]
    Stage1,
    #[serde(rename = "stage_2")]
    Stage2,
    #[serde(rename = "stage_3")]
    Stage3,
    #[serde(rename = "stage_4")]
    Stage4,
    #[serde(rename = "stage_4a")]
    Stage4A,
    #[serde(rename = "stage_4b")]
    Stage4B,
    #[serde(rename = "stage_4a_and_4b")]
    Stage4Both,
    #[serde(rename = "stage_5")]
    Stage5,
    #[serde(rename = "stage_unknown")]
    StageUnknown,
    /// Subjects of an arm in the files.
    InFiles,
    /// Of these in the analysis set.
    InSet,
    WithBaseline,
    /// With a visit in the window of `at`.
    Seen,
    /// Not seen: the event came before.
    Died,
    /// Not seen, and seen later.
    Missed,
    /// Not seen then or later, without an event before.
    Withdrawn,
    /// Seen at each month.
    SeenAlways,
    /// Seen up to a month and not after it.
    MonotoneLoss,
    /// Seen again after a month without a visit.
    IntermittentLoss,
    /// Subjects without the value.
    Missing,
    Mean,
    Sd,
    Median,
    #[serde(rename = "q1")]
    LowerQuartile,
    #[serde(rename = "q3")]
    UpperQuartile,
    Count,
    /// Of `n`, 0 to 1.
    Share,
    /// Group minus control in standard deviations.
    #[serde(rename = "smd")]
    StandardisedDifference,
    /// Share in the group minus share in the control.
    RiskDifference,
    OddsRatio,
    ChiSquared,
    FisherExact,
    /// Chi-squared, or Fisher where an expected count is below 5.
    ResponderTest,
    /// Mean slope before the start.
    LeadInSlope,
    SdLeadInSlope,
    /// Mean slope after the start.
    FollowUpSlope,
    SdFollowUpSlope,
    /// Mean of follow-up less lead-in slope.
    SlopeChange,
    SdSlopeChange,
    /// Mean follow-up slope, group minus control.
    FollowUpDifference,
    /// Change in slope for each unit of lead-in slope, within an arm.
    ChangeOnLeadIn,
    /// Subjects without a slope after the start.
    WithoutFollowUp,
    /// Subjects without a slope before the start.
    WithoutLeadIn,
    /// Subjects who did not decline before the start.
    WithoutDecline,
    /// Hedges g: the difference in standard deviations.
    EffectSize,
    /// Is the slope on the baseline the same in all arms?
    SlopeHomogeneity,
    /// Group minus control by another rule for missing visits and deaths, named in `method`.
    SensitivityDifference,
    /// The same as `Superiority`.
    SensitivitySuperiority,
    /// The smallest difference when one patient at a time is left out.
    LeastWithoutPatient,
    GreatestWithoutPatient,
    /// Patients without whom the interval would say the other thing of no difference.
    DecisivePatients,
    /// The same with one site at a time left out.
    LeastWithoutSite,
    GreatestWithoutSite,
    DecisiveSites,
    /// Deaths up to `at`.
    Deaths,
    /// Change a month, as the model has it.
    Slope,
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
    /// Of those judged, under observation after the landmark.
    AtLandmark,
    /// Hazard in one group over the hazard in the other.
    HazardRatio,
    /// The same counted from another landmark.
    HazardRatioByLandmark,
    LogRankByLandmark,
    EventsByLandmark,
    /// Counted from the start, where who responds cannot die before: biased. So all `Naive` terms.
    NaivePeople,
    NaiveEvents,
    NaiveMedianTime,
    NaiveAtRisk,
    NaiveSurvival,
    NaiveLogRank,
    NaiveHazardRatio,
    /// Share of the responders’ follow-up from the start that lies before their response was known.
    ImmortalShare,
    /// Time by which a quarter has had the event.
    QuarterTime,
    /// The same for three quarters.
    ThreeQuartersTime,
    /// Median time under observation, an event not counted as its end.
    MedianFollowUp,
    /// Events before `at`.
    EventsBefore,
    /// Last seen without the event before `at`.
    CensoredBefore,
    /// Survival at a chosen month.
    SurvivalAtMonth,
    /// Survival at a chosen month, group minus control.
    SurvivalDifference,
    /// Median time as the program in `method` prints it by default.
    MedianByProgram,
    /// Survival at the first chosen month, likewise.
    SurvivalByProgram,
    /// A test of the log-rank family that was not chosen.
    OtherLogRank,
    /// Test for a trend over ordered arms.
    LogRankTrend,
    /// Mean time without the event up to `at`.
    RestrictedMean,
    /// Restricted mean of the group over that of control.
    RestrictedMeanRatio,
    /// Mean time lost up to `at`, group over control.
    TimeLostRatio,
    /// Probability that the event, before any other, has come by `at`.
    Incidence,
    /// The same at each time at which it rises.
    IncidenceStep,
    /// One minus Kaplan-Meier with the other events as censorings.
    NaiveIncidence,
    NaiveStep,
    /// Incidence, group minus control.
    IncidenceDifference,
    GraysTest,
    CauseSpecificHazardRatio,
    /// People whose events have no known severity.
    WorstUnknown,
    /// People whose worst event was mild; the same for the others.
    WorstMild,
    WorstModerate,
    WorstSevere,
    WorstLifeThreatening,
    WorstFatal,
    /// Share, 0 to 1, that nobody with the event leaves possible.
    UpperBound,
    /// Years that people were observed, all together.
    PatientYears,
    /// Years up to the first event or the end, all together.
    YearsAtRisk,
    /// People with an event per 100 years at risk.
    IncidenceRate,
    /// Events per 100 years observed.
    EventRate,
    /// Incidence rate of the group over that of the control.
    RateRatio,
    /// p of Fisher's test, adjusted by Holm.
    FisherHolm,
    /// The same by Benjamini and Hochberg.
    FisherBenjaminiHochberg,
    /// Ratio per unit of a number, or of a level and the reference.
    CovariateHazardRatio,
    /// `HazardRatio` by another rule than the chosen one, named in `method`.
    HazardRatioByModel,
    /// All coefficients of a Cox model at once.
    LikelihoodRatioTest,
    WaldTest,
    ScoreTest,
    RobustScoreTest,
    LogLikelihood,
    /// How often the higher risk meets the earlier event.
    Concordance,
    /// Does the hazard ratio of what `contrast` names change with time?
    ProportionalHazards,
    /// `HazardRatio` among those whom `contrast` names.
    SubgroupHazardRatio,
    SubgroupEvents,
    /// Is the hazard ratio the same in all groups of a column?
    Interaction,
    /// How far one person moves the log hazard ratio, at most.
    LargestDfbeta,
    /// Share of the samples below the limit, 0 to 1; `statistic` is their number.
    BelowLimit,
    GeometricMean,
    /// Geometric mean at `at` over the one at the start, of the same people.
    GeometricMeanRatio,
    /// Ratio of the group over that of control.
    ChangeRatio,
    /// `ChangeRatio` with another rule for values beyond a limit, named in `method`; so the next two.
    ChangeRatioByRule,
    DifferenceByRule,
    SuperiorityByRule,
    /// Share above the limit; `statistic` is their number.
    Detected,
    /// Mean of a set's standardised changes.
    CompositeChange,
    /// The same, group minus control.
    CompositeDifference,
    /// p adjusted for the `n` tests of the family; so the next two.
    Holm,
    BenjaminiHochberg,
    BenjaminiYekutieli,
    /// By permutation: of the largest statistic of the family.
    MaxT,
    /// By permutation, of this analyte alone.
    Permutation,
    /// `CompositeDifference` by permutation; with one arm `CompositeChange`.
    CompositePermutation,
    /// A set's analytes together, by permutation; `statistic` is the mean of their squared t.
    SetPermutation,
    /// Pearson's r of one group minus that of another, named in `contrast`; so the next.
    PearsonDifference,
    SpearmanDifference,
    /// The same by dealing out the labels anew.
    PearsonDifferencePermutation,
    SpearmanDifferencePermutation,
    /// Tau-b.
    KendallTauB,
    KendallDifference,
    KendallDifferencePermutation,
    /// With covariates held fixed.
    PartialPearson,
    PartialSpearman,
    PartialKendall,
    /// The chosen coefficient with the arm held fixed.
    WithinArms,
    /// p by dealing out one of the two measurements anew.
    PearsonPermutation,
    SpearmanPermutation,
    KendallPermutation,
    /// The chosen coefficient with each rule for values beyond a limit, named in `method`.
    CorrelationByRule,
    /// Pseudo-median of the changes within a group, by signed ranks; a ratio on the log scale.
    SignedRank,
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
            Self::PairsWonByDeath => "pairs_won_by_death",
            Self::PairsWonByFunction => "pairs_won_by_function",
            Self::PairsEqual => "pairs_equal",
            Self::PairsNotCompared => "pairs_not_compared",
            Self::PairsLostByFunction => "pairs_lost_by_function",
            Self::PairsLostByDeath => "pairs_lost_by_death",
            Self::WinRatio => "win_ratio",
            Self::WinOdds => "win_odds",
            Self::NetBenefit => "net_benefit",
            Self::MeanRank => "mean_rank",
            Self::Superiority => "superiority",
            Self::ScoreSum => "score_sum",
            Self::Stage0 => "stage_0",
            Self::Stage1 => "stage_1",
            Self::Stage2 => "stage_2",
            Self::Stage3 => "stage_3",
            Self::Stage4 => "stage_4",
            Self::Stage4A => "stage_4a",
            Self::Stage4B => "stage_4b",
            Self::Stage4Both => "stage_4a_and_4b",
            Self::Stage5 => "stage_5",
            Self::StageUnknown => "stage_unknown",
            Self::InFiles => "in_files",
            Self::InSet => "in_set",
            Self::WithBaseline => "with_baseline",
            Self::Seen => "seen",
            Self::Died => "died",
            Self::Missed => "missed",
            Self::Withdrawn => "withdrawn",
            Self::SeenAlways => "seen_always",
            Self::MonotoneLoss => "monotone_loss",
            Self::IntermittentLoss => "intermittent_loss",
            Self::Missing => "missing",
            Self::Mean => "mean",
            Self::Sd => "sd",
            Self::Median => "median",
            Self::LowerQuartile => "q1",
            Self::UpperQuartile => "q3",
            Self::Count => "count",
            Self::Share => "share",
            Self::StandardisedDifference => "smd",
            Self::RiskDifference => "risk_difference",
            Self::OddsRatio => "odds_ratio",
            Self::ChiSquared => "chi_squared",
            Self::FisherExact => "fisher_exact",
            Self::ResponderTest => "responder_test",
            Self::LeadInSlope => "lead_in_slope",
            Self::SdLeadInSlope => "sd_lead_in_slope",
            Self::FollowUpSlope => "follow_up_slope",
            Self::SdFollowUpSlope => "sd_follow_up_slope",
            Self::SlopeChange => "slope_change",
            Self::SdSlopeChange => "sd_slope_change",
            Self::FollowUpDifference => "follow_up_difference",
            Self::ChangeOnLeadIn => "change_on_lead_in",
            Self::WithoutFollowUp => "without_follow_up",
            Self::WithoutLeadIn => "without_lead_in",
            Self::WithoutDecline => "without_decline",
            Self::EffectSize => "effect_size",
            Self::SlopeHomogeneity => "slope_homogeneity",
            Self::SensitivityDifference => "sensitivity_difference",
            Self::SensitivitySuperiority => "sensitivity_superiority",
            Self::LeastWithoutPatient => "least_without_patient",
            Self::GreatestWithoutPatient => "greatest_without_patient",
            Self::DecisivePatients => "decisive_patients",
            Self::LeastWithoutSite => "least_without_site",
            Self::GreatestWithoutSite => "greatest_without_site",
            Self::DecisiveSites => "decisive_sites",
            Self::Deaths => "deaths",
            Self::Slope => "slope",
            Self::LeadInDifference => "lead_in_difference",
            Self::SlopeChangeDifference => "slope_change_difference",
            Self::DifferenceByModel => "difference_by_model",
            Self::TwoStageSlope => "two_stage_slope",
            Self::RandomSd => "random_sd",
            Self::RandomCorrelation => "random_correlation",
            Self::Measurements => "measurements",
            Self::ObservedMean => "observed_mean",
            Self::AtLandmark => "at_landmark",
            Self::HazardRatio => "hazard_ratio",
            Self::HazardRatioByLandmark => "hazard_ratio_by_landmark",
            Self::LogRankByLandmark => "log_rank_by_landmark",
            Self::EventsByLandmark => "events_by_landmark",
            Self::NaivePeople => "naive_people",
            Self::NaiveEvents => "naive_events",
            Self::NaiveMedianTime => "naive_median_time",
            Self::NaiveAtRisk => "naive_at_risk",
            Self::NaiveSurvival => "naive_survival",
            Self::NaiveLogRank => "naive_log_rank",
            Self::NaiveHazardRatio => "naive_hazard_ratio",
            Self::ImmortalShare => "immortal_share",
            Self::QuarterTime => "quarter_time",
            Self::ThreeQuartersTime => "three_quarters_time",
            Self::MedianFollowUp => "median_follow_up",
            Self::EventsBefore => "events_before",
            Self::CensoredBefore => "censored_before",
            Self::SurvivalAtMonth => "survival_at_month",
            Self::SurvivalDifference => "survival_difference",
            Self::MedianByProgram => "median_by_program",
            Self::SurvivalByProgram => "survival_by_program",
            Self::OtherLogRank => "other_log_rank",
            Self::LogRankTrend => "log_rank_trend",
            Self::RestrictedMean => "restricted_mean",
            Self::RestrictedMeanRatio => "restricted_mean_ratio",
            Self::TimeLostRatio => "time_lost_ratio",
            Self::Incidence => "incidence",
            Self::IncidenceStep => "incidence_step",
            Self::NaiveIncidence => "naive_incidence",
            Self::NaiveStep => "naive_step",
            Self::IncidenceDifference => "incidence_difference",
            Self::GraysTest => "grays_test",
            Self::CauseSpecificHazardRatio => "cause_specific_hazard_ratio",
            Self::WorstUnknown => "worst_unknown",
            Self::WorstMild => "worst_mild",
            Self::WorstModerate => "worst_moderate",
            Self::WorstSevere => "worst_severe",
            Self::WorstLifeThreatening => "worst_life_threatening",
            Self::WorstFatal => "worst_fatal",
            Self::UpperBound => "upper_bound",
            Self::PatientYears => "patient_years",
            Self::YearsAtRisk => "years_at_risk",
            Self::IncidenceRate => "incidence_rate",
            Self::EventRate => "event_rate",
            Self::RateRatio => "rate_ratio",
            Self::FisherHolm => "fisher_holm",
            Self::FisherBenjaminiHochberg => "fisher_benjamini_hochberg",
            Self::CovariateHazardRatio => "covariate_hazard_ratio",
            Self::HazardRatioByModel => "hazard_ratio_by_model",
            Self::LikelihoodRatioTest => "likelihood_ratio_test",
            Self::WaldTest => "wald_test",
            Self::ScoreTest => "score_test",
            Self::RobustScoreTest => "robust_score_test",
            Self::LogLikelihood => "log_likelihood",
            Self::Concordance => "concordance",
            Self::ProportionalHazards => "proportional_hazards",
            Self::SubgroupHazardRatio => "subgroup_hazard_ratio",
            Self::SubgroupEvents => "subgroup_events",
            Self::Interaction => "interaction",
            Self::LargestDfbeta => "largest_dfbeta",
            Self::BelowLimit => "below_limit",
            Self::GeometricMean => "geometric_mean",
            Self::GeometricMeanRatio => "geometric_mean_ratio",
            Self::ChangeRatio => "change_ratio",
            Self::ChangeRatioByRule => "change_ratio_by_rule",
            Self::DifferenceByRule => "difference_by_rule",
            Self::SuperiorityByRule => "superiority_by_rule",
            Self::Detected => "detected",
            Self::CompositeChange => "composite_change",
            Self::CompositeDifference => "composite_difference",
            Self::Holm => "holm",
            Self::BenjaminiHochberg => "benjamini_hochberg",
            Self::BenjaminiYekutieli => "benjamini_yekutieli",
            Self::MaxT => "max_t",
            Self::Permutation => "permutation",
            Self::CompositePermutation => "composite_permutation",
            Self::SetPermutation => "set_permutation",
            Self::PearsonDifference => "pearson_difference",
            Self::SpearmanDifference => "spearman_difference",
            Self::PearsonDifferencePermutation => "pearson_difference_permutation",
            Self::SpearmanDifferencePermutation => "spearman_difference_permutation",
            Self::KendallTauB => "kendall_tau_b",
            Self::KendallDifference => "kendall_difference",
            Self::KendallDifferencePermutation => "kendall_difference_permutation",
            Self::PartialPearson => "partial_pearson",
            Self::PartialSpearman => "partial_spearman",
            Self::PartialKendall => "partial_kendall",
            Self::WithinArms => "within_arms",
            Self::PearsonPermutation => "pearson_permutation",
            Self::SpearmanPermutation => "spearman_permutation",
            Self::KendallPermutation => "kendall_permutation",
            Self::CorrelationByRule => "correlation_by_rule",
            Self::SignedRank => "signed_rank",
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

    /// This row with what a contrast found.
    pub(crate) fn with_contrast(self, contrast: &Contrast) -> Self {
        Self {
            estimate: Some(contrast.estimate),
            std_error: Some(contrast.std_error),
            df: Some(contrast.df),
            statistic: Some(contrast.t),
            p_value: Some(contrast.p_value),
            conf_low: Some(contrast.interval.low),
            conf_high: Some(contrast.interval.high),
            ..self
        }
    }

    /// This row with what an F-test found. The note's decimals hold whatever the order of the rows.
    pub(crate) fn with_f_test(self, test: &FTest) -> Self {
        Self {
            statistic: Some(test.f),
            df: Some(test.df_numerator),
            p_value: Some(test.p_value),
            note: Some(format!("F on {} and {:.4} df", test.df_numerator, test.df_denominator)),
            ..self
        }
    }
}
