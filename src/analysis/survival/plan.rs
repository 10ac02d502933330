//! What can be asked about survival.

use serde::{Deserialize, Serialize};

use crate::analysis::time_to_event::{EndpointPlan, TimeOrigin};
use crate::stats::survival::{FlatStepRule, LogRankWeight, SurvivalIntervalKind};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurvivalPlan {
    pub endpoint: String,
    #[serde(default)]
    pub or: Vec<String>,
    #[serde(default)]
    pub or_ventilation: bool,
    #[serde(default)]
    pub is_flag_reversed: bool,
    #[serde(default)]
    pub origin: Option<TimeOrigin>,
    #[serde(default)]
    pub horizon_months: Option<f64>,
    /// The scale on which the curves' intervals are symmetric.
    #[serde(default)]
    pub interval: IntervalScale,
    /// When a curve that lies on one half for a while has its median.
    #[serde(default)]
    pub flat_step: FlatStep,
    /// Months at which the curves are compared, rising. Empty: round ones that all arms reach.
    #[serde(default)]
    pub months: Vec<f64>,
    /// The one test that the answer's sentence speaks of; all are computed. MaxCombo is for two arms: with more, for each
    /// with control, and the log-rank test for all at once.
    #[serde(default)]
    pub test: SurvivalTest,
    /// Powers of the Fleming-Harrington weight.
    #[serde(default)]
    pub rho: f64,
    #[serde(default = "one")]
    pub gamma: f64,
    /// Columns of the subjects file: arms are compared within their classes only.
    #[serde(default)]
    pub strata: Vec<String>,
    /// The arms have an order, control first: a test for a trend is added.
    #[serde(default)]
    pub is_ordered: bool,
    /// Horizon of the restricted mean. Absent: the largest that all arms allow.
    #[serde(default)]
    pub mean_horizon_months: Option<f64>,
}

fn one() -> f64 {
    1.0
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalScale {
    #[default]
    LogLog,
    Log,
    Plain,
    Logit,
    Arcsine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlatStep {
    /// The middle of the flat piece, which ends at the last observed time if no event ends it.
    #[default]
    MidpointToEnd,
    /// The middle; none if no event ends it.
    MidpointBetweenEvents,
    /// Its start.
    FirstAtOrBelow,
    /// Its end.
    FirstBelow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SurvivalTest {
    #[default]
    LogRank,
    GehanWilcoxon,
    TaroneWare,
    PetoPeto,
    FlemingHarrington,
    /// Two arms at a time.
    MaxCombo,
}

impl IntervalScale {
    pub const ALL: [Self; 5] = [Self::LogLog, Self::Log, Self::Plain, Self::Logit, Self::Arcsine];

    pub fn kind(self) -> SurvivalIntervalKind {
        match self {
            Self::LogLog => SurvivalIntervalKind::LogLog,
            Self::Log => SurvivalIntervalKind::Log,
            Self::Plain => SurvivalIntervalKind::Plain,
            Self::Logit => SurvivalIntervalKind::Logit,
            Self::Arcsine => SurvivalIntervalKind::Arcsine,
        }
    }

    /// As it stands in the findings.
    pub fn name(self) -> &'static str {
        match self {
            Self::LogLog => "log-log",
            Self::Log => "log",
            Self::Plain => "plain",
            Self::Logit => "logit",
            Self::Arcsine => "arcsine",
        }
    }
}

impl FlatStep {
    pub const ALL: [Self; 4] =
        [Self::MidpointToEnd, Self::MidpointBetweenEvents, Self::FirstAtOrBelow, Self::FirstBelow];

    pub fn rule(self) -> FlatStepRule {
        match self {
            Self::MidpointToEnd => FlatStepRule::MidpointToEnd,
            Self::MidpointBetweenEvents => FlatStepRule::MidpointBetweenEvents,
            Self::FirstAtOrBelow => FlatStepRule::FirstAtOrBelow,
            Self::FirstBelow => FlatStepRule::FirstBelow,
        }
    }
}

impl SurvivalTest {
    pub const ALL: [Self; 6] =
        [Self::LogRank, Self::GehanWilcoxon, Self::TaroneWare, Self::PetoPeto, Self::FlemingHarrington, Self::MaxCombo];
}

/// A weight as it stands in the findings: `log-rank`, `Fleming-Harrington (0, 1)`.
pub fn weight_name(weight: LogRankWeight) -> String {
    match weight {
        LogRankWeight::LogRank => "log-rank".to_owned(),
        LogRankWeight::GehanWilcoxon => "Gehan-Wilcoxon".to_owned(),
        LogRankWeight::TaroneWare => "Tarone-Ware".to_owned(),
        LogRankWeight::PetoPeto => "Peto-Peto".to_owned(),
        LogRankWeight::FlemingHarrington { rho, gamma } => format!("Fleming-Harrington ({rho}, {gamma})"),
    }
}

impl SurvivalPlan {
    pub fn default_for(trial: &Trial) -> Option<Self> {
        EndpointPlan::default_for(trial).map(Self::of)
    }

    pub fn of(time: EndpointPlan) -> Self {
        let EndpointPlan { endpoint, or, or_ventilation, is_flag_reversed, origin, horizon_months } = time;
        Self {
            endpoint,
            or,
            or_ventilation,
            is_flag_reversed,
            origin,
            horizon_months,
            interval: IntervalScale::default(),
            flat_step: FlatStep::default(),
            months: Vec::new(),
            test: SurvivalTest::default(),
            rho: 0.0,
            gamma: 1.0,
            strata: Vec::new(),
            is_ordered: false,
            mean_horizon_months: None,
        }
    }

    pub fn time(&self) -> EndpointPlan {
        EndpointPlan {
            endpoint: self.endpoint.clone(),
            or: self.or.clone(),
            or_ventilation: self.or_ventilation,
            is_flag_reversed: self.is_flag_reversed,
            origin: self.origin.clone(),
            horizon_months: self.horizon_months,
        }
    }

    pub fn set_time(&mut self, time: EndpointPlan) {
        let EndpointPlan { endpoint, or, or_ventilation, is_flag_reversed, origin, horizon_months } = time;
        *self = Self { endpoint, or, or_ventilation, is_flag_reversed, origin, horizon_months, ..self.clone() };
    }

    pub fn problem(&self) -> Option<String> {
        let is_rising = self.months.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !is_rising || self.months.iter().any(|month| !(month.is_finite() && *month > 0.0)) {
            return Some("months must be numbers above 0, each larger than the one before".to_owned());
        }
        for (name, power) in [("rho", self.rho), ("gamma", self.gamma)] {
            if !(power.is_finite() && (0.0..=10.0).contains(&power)) {
                return Some(format!("{name} is {power}, it must lie between 0 and 10"));
            }
        }
        let horizon = self.mean_horizon_months.filter(|horizon| !(horizon.is_finite() && *horizon > 0.0));
        horizon
            .map(|horizon| format!("mean_horizon_months is {horizon}, it must be above 0"))
            .or_else(|| self.time().problem())
    }

    /// The weight of the chosen test; absent for MaxCombo, which has several.
    pub fn weight(&self) -> Option<LogRankWeight> {
        match self.test {
            SurvivalTest::LogRank => Some(LogRankWeight::LogRank),
            SurvivalTest::GehanWilcoxon => Some(LogRankWeight::GehanWilcoxon),
            SurvivalTest::TaroneWare => Some(LogRankWeight::TaroneWare),
            SurvivalTest::PetoPeto => Some(LogRankWeight::PetoPeto),
            SurvivalTest::FlemingHarrington => {
                Some(LogRankWeight::FlemingHarrington { rho: self.rho, gamma: self.gamma })
            }
            SurvivalTest::MaxCombo => None,
        }
    }

    /// Of the table of tests, the chosen one among them.
    pub fn weights(&self) -> Vec<LogRankWeight> {
        let harrington = |rho, gamma| LogRankWeight::FlemingHarrington { rho, gamma };
        let mut weights = vec![
            LogRankWeight::LogRank,
            LogRankWeight::GehanWilcoxon,
            LogRankWeight::TaroneWare,
            LogRankWeight::PetoPeto,
            harrington(1.0, 0.0),
            harrington(0.0, 1.0),
            harrington(1.0, 1.0),
        ];
        if let Some(chosen) = self.weight().filter(|chosen| !weights.contains(chosen)) {
            weights.push(chosen);
        }
        weights
    }
}
