use serde::{Deserialize, Serialize};

/// A doubt about analytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BiomarkerNote {
    /// Tests that are judged together, and how many of them chance alone would find.
    Family { tests: usize, expected_by_chance: f64 },
    /// A correlation is significant in one group and not in the other, and the two do not differ clearly.
    OneSignificant { clear: String, unclear: String, p_value: f64 },
    /// People of the analysis set in no arm.
    SamplesWithoutArm { subjects: usize },
    /// The rule for values below the limit decides whether p is below alpha.
    LimitRulesDisagree { analyte: String, group: String, excludes: Vec<String>, includes: Vec<String> },
    /// The limit was not the same for all samples.
    SeveralLimits { analyte: String, limits: Vec<f64> },
    /// The largest share below the limit, of an arm at the start or the month.
    MostlyBelowLimit { analyte: String, share: f64 },
    /// Analytes of a set whose changes do not vary.
    NotInComposite { set: String, analytes: Vec<String> },
    /// As `LimitRulesDisagree`, of a correlation.
    CorrelationRulesDisagree { x: String, y: String, group: String, excludes: Vec<String>, includes: Vec<String> },
    /// Pairs of a matrix that have too few people or no variation.
    MatrixGaps { pairs: usize },
    /// p by the largest of all statistics would take long and was not asked for.
    MaxTNotAsked { permutations: u64 },
    /// It is still being counted, or was stopped.
    MaxTNotFinished { permutations: u64 },
    /// A correlation over all arms, beside the one within them.
    PooledArms { group: String, within: f64, p_value: f64 },
    /// Ranks that are tied below the limit are compared by ranks, whatever the plan's method.
    RanksAlone { method: String },
    /// Scores of a set that rest on some of its analytes.
    PartialScores { set: String, people: usize, of: usize },
}

impl BiomarkerNote {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Family { .. } => "family",
            Self::OneSignificant { .. } => "one_significant",
            Self::SamplesWithoutArm { .. } => "samples_without_arm",
            Self::LimitRulesDisagree { .. } => "limit_rules_disagree",
            Self::SeveralLimits { .. } => "several_limits",
            Self::MostlyBelowLimit { .. } => "mostly_below_limit",
            Self::NotInComposite { .. } => "not_in_composite",
            Self::CorrelationRulesDisagree { .. } => "correlation_rules_disagree",
            Self::MatrixGaps { .. } => "matrix_gaps",
            Self::MaxTNotAsked { .. } => "max_t_not_asked",
            Self::MaxTNotFinished { .. } => "max_t_not_finished",
            Self::PooledArms { .. } => "pooled_arms",
            Self::RanksAlone { .. } => "ranks_alone",
            Self::PartialScores { .. } => "partial_scores",
        }
    }
}
