use serde::{Deserialize, Serialize};

use crate::analysis::AnalysisId;
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::visit_plan::VisitPlan;
use crate::analysis::visit_window::{BaselineRule, default_window_months, scheduled_months};
use crate::stats::linear::{FactorWeights, StandardError};
use crate::trial::{Outcome, Trial, alsfrs};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePlan {
    /// Name of the outcome's column; `alsfrs_r_total` for the ALSFRS-R.
    pub outcome: String,
    #[serde(default)]
    pub baseline: BaselineRule,
    /// Months from baseline at which the arms are compared.
    pub target_months: Vec<f64>,
    /// The one that the answer's sentence speaks of.
    pub primary_month: f64,
    /// A visit counts for a target month if it lies within this many months of it, on either side.
    pub window_months: f64,
    /// The test that the answer's sentence speaks of; all are computed.
    #[serde(default)]
    pub method: ChangeMethod,
    /// ANCOVA adjusts for the baseline value and for these.
    #[serde(default)]
    pub covariates: Vec<AncovaCovariate>,
    /// What stands for a visit that was not made.
    #[serde(default)]
    pub missing: MissingRule,
    /// What stands for the outcome of those who died by the month.
    #[serde(default)]
    pub death: DeathRule,
    /// The endpoint that is death. Absent: nobody is known to have died.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Where the ANCOVA's standard errors come from.
    #[serde(default)]
    pub standard_error: ErrorRule,
    /// How the levels of factors count in adjusted means.
    #[serde(default)]
    pub margins: Margins,
}

/// What stands for the visit of a month that was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingRule {
    /// Nothing: who was not seen is not compared. The default.
    #[default]
    Observed,
    /// The last visit after the baseline and before the month's window; never the baseline itself.
    Locf,
}

/// What stands for the outcome of those who died by the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeathRule {
    /// Nothing of its own: a death is a missing visit. The default.
    #[default]
    AsMissing,
    /// A rank below everybody alive, the earliest death the lowest: for Mann-Whitney alone, the other tests have no
    /// number for it and take the death as missing.
    WorstRank,
    /// The value 0, so that the change is all of the baseline: for the ALSFRS-R, where 0 is the floor.
    Zero,
}

/// Where the ANCOVA's standard errors come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorRule {
    /// One variance for all. The default.
    #[default]
    Classical,
    Hc0,
    Hc1,
    Hc2,
    /// Each patient's own residual, divided by 1 minus its leverage: the robust one for small trials.
    Hc3,
}

/// How the levels of factors count in adjusted means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Margins {
    /// Every level alike. The default.
    #[default]
    Equal,
    /// Every level by its patients.
    Proportional,
}

impl MissingRule {
    pub const ALL: [Self; 2] = [Self::Observed, Self::Locf];
}

impl DeathRule {
    pub const ALL: [Self; 3] = [Self::AsMissing, Self::WorstRank, Self::Zero];

    /// Zero is a value of the ALSFRS-R and its items; in another outcome it may mean anything.
    pub fn fits(self, outcome: &str) -> bool {
        let is_alsfrs = outcome == alsfrs::TOTAL || alsfrs::Item::parse_column(&outcome.to_lowercase()).is_some();
        self != Self::Zero || is_alsfrs
    }

    /// The tests that have a number for a death by this rule.
    pub fn fits_method(self, method: ChangeMethod) -> bool {
        self != Self::WorstRank || method == ChangeMethod::MannWhitney
    }
}

impl ErrorRule {
    pub const ALL: [Self; 5] = [Self::Classical, Self::Hc0, Self::Hc1, Self::Hc2, Self::Hc3];

    pub(super) fn kind(self) -> StandardError {
        match self {
            Self::Classical => StandardError::Classical,
            Self::Hc0 => StandardError::Hc0,
            Self::Hc1 => StandardError::Hc1,
            Self::Hc2 => StandardError::Hc2,
            Self::Hc3 => StandardError::Hc3,
        }
    }

    /// "HC3"; nothing for the classical ones.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Classical => None,
            Self::Hc0 => Some("HC0"),
            Self::Hc1 => Some("HC1"),
            Self::Hc2 => Some("HC2"),
            Self::Hc3 => Some("HC3"),
        }
    }
}

impl Margins {
    pub const ALL: [Self; 2] = [Self::Equal, Self::Proportional];

    pub(super) fn weights(self) -> FactorWeights {
        match self {
            Self::Equal => FactorWeights::Equal,
            Self::Proportional => FactorWeights::Proportional,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeMethod {
    #[default]
    Student,
    Welch,
    Ancova,
    MannWhitney,
}

impl ChangeMethod {
    pub const ALL: [Self; 4] = [Self::Student, Self::Welch, Self::MannWhitney, Self::Ancova];

    pub fn id(self) -> AnalysisId {
        match self {
            Self::Student => AnalysisId::ChangeStudent,
            Self::Welch => AnalysisId::ChangeWelch,
            Self::Ancova => AnalysisId::ChangeAncova,
            Self::MannWhitney => AnalysisId::ChangeMannWhitney,
        }
    }
}

impl ChangePlan {
    /// The ALSFRS-R total if there is one, else the first outcome with a visit after the start.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let has_follow_up = |outcome: &&Outcome| outcome.visits.iter().any(|visit| visit.time_months > 0.0);
        // A questionnaire's total before its items.
        let is_total = |outcome: &&Outcome| {
            let name = outcome.name.to_lowercase();
            name.contains("total") || name.ends_with("tot")
        };
        let outcome = trial
            .outcome(alsfrs::TOTAL)
            .filter(has_follow_up)
            .or_else(|| trial.outcomes.iter().filter(has_follow_up).find(is_total))
            .or_else(|| trial.outcomes.iter().find(has_follow_up))?;
        Some(Self { endpoint: death_endpoint(trial), ..Self::for_outcome(outcome) })
    }

    /// This plan for files that were read anew: an endpoint that is no longer there gives way to the default one.
    pub(in crate::analysis) fn refitted(mut self, trial: &Trial) -> Self {
        if self.endpoint.as_ref().is_none_or(|name| trial.endpoint(name).is_none()) {
            self.endpoint = death_endpoint(trial);
        }
        if self.endpoint.is_none() {
            self.death = DeathRule::AsMissing;
        }
        self
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        if !self.death.fits(&self.outcome) {
            return Some(format!("death: zero is for the ALSFRS-R and its items, the outcome is {}", self.outcome));
        }
        if self.death != DeathRule::AsMissing && self.endpoint.is_none() {
            return Some("death: worst_rank and zero need an endpoint that is death".to_owned());
        }
        self.visits().problem()
    }

    pub fn visits(&self) -> VisitPlan {
        VisitPlan {
            outcome: self.outcome.clone(),
            baseline: self.baseline,
            target_months: self.target_months.clone(),
            primary_month: self.primary_month,
            window_months: self.window_months,
        }
    }

    pub fn set_visits(&mut self, visits: VisitPlan) {
        self.outcome = visits.outcome;
        if !self.death.fits(&self.outcome) {
            self.death = DeathRule::AsMissing;
        }
        self.baseline = visits.baseline;
        self.target_months = visits.target_months;
        self.primary_month = visits.primary_month;
        self.window_months = visits.window_months;
    }

    pub fn for_outcome(outcome: &Outcome) -> Self {
        let target_months = scheduled_months(outcome.visits.iter().map(|visit| visit.time_months));
        let window_months = default_window_months(&target_months);
        let near = |month: f64| {
            outcome.visits.iter().filter(|visit| (visit.time_months - month).abs() <= window_months).count()
        };
        let most = target_months.iter().map(|&month| near(month)).max().unwrap_or(0);
        // The last month that still has at least half of the best attended month's subjects.
        let primary_month = target_months.iter().rev().copied().find(|&month| 2 * near(month) >= most).unwrap_or(0.0);
        let before = outcome
            .visits
            .iter()
            .filter(|visit| visit.time_months <= 0.0 && visit.time_months >= -window_months)
            .count();
        let around = outcome.visits.iter().filter(|visit| visit.time_months.abs() <= window_months).count();
        let baseline =
            if 2 * before >= around { BaselineRule::LastAtOrBeforeStart } else { BaselineRule::NearestStart };
        Self {
            outcome: outcome.name.clone(),
            baseline,
            target_months,
            primary_month,
            window_months,
            method: ChangeMethod::default(),
            covariates: Vec::new(),
            missing: MissingRule::default(),
            death: DeathRule::default(),
            endpoint: None,
            standard_error: ErrorRule::default(),
            margins: Margins::default(),
        }
    }
}

/// The endpoint called death, else the first whose name says so: any other event is not to be taken for one.
fn death_endpoint(trial: &Trial) -> Option<String> {
    let says = |name: &str| {
        let name = name.to_lowercase();
        name == "os" || ["death", "dead", "died", "surviv", "mortal"].iter().any(|word| name.contains(word))
    };
    let named = trial.endpoints.iter().find(|endpoint| endpoint.name.eq_ignore_ascii_case("death"));
    let named = named.or_else(|| trial.endpoints.iter().find(|endpoint| says(&endpoint.name)));
    named.map(|endpoint| endpoint.name.clone())
}
