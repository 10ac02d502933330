use serde::{Deserialize, Serialize};

use crate::analysis::AnalysisId;
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::visit_plan::VisitPlan;
use crate::stats::rank::JointRankRule;
use crate::trial::Trial;

/// Resampling needs this many for a limit at 95 %, and more than the most takes longer than anyone waits.
const FEWEST_RESAMPLES: usize = 199;
const MOST_RESAMPLES: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CafsPlan {
    pub visits: VisitPlan,
    /// The endpoint whose event counts as death. Absent: nobody counts as dead.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// What happened after it is as if not seen. Absent: the primary month.
    #[serde(default)]
    pub horizon_months: Option<f64>,
    #[serde(default)]
    pub rule: CafsRule,
    /// Absent: lower is better for the AALS, higher for all else.
    #[serde(default)]
    pub higher_is_better: Option<bool>,
    /// The rank ANCOVA adjusts for the baseline value and for these.
    #[serde(default)]
    pub covariates: Vec<AncovaCovariate>,
    /// The test that the answer's sentence speaks of; all are computed.
    #[serde(default)]
    pub method: CafsMethod,
    #[serde(default)]
    pub interval: CafsInterval,
    /// Of the bootstrap.
    #[serde(default = "default_resamples")]
    pub resamples: usize,
    /// Of the bootstrap: the same seed gives the same intervals on every machine.
    #[serde(default = "default_seed")]
    pub seed: u64,
}

fn default_resamples() -> usize {
    1999
}

fn default_seed() -> u64 {
    1
}

/// How two people are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CafsRule {
    /// Death first, else the change at the last visit both have.
    #[default]
    Cafs,
    /// One order of all, in which withdrawals keep the place they had when they left.
    AlsSurv,
}

impl CafsRule {
    pub const ALL: [Self; 2] = [Self::Cafs, Self::AlsSurv];

    pub(super) fn as_stat(self) -> JointRankRule {
        match self {
            Self::Cafs => JointRankRule::Cafs,
            Self::AlsSurv => JointRankRule::AlsSurv,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CafsMethod {
    #[default]
    RankAncova,
    Wilcoxon,
    FinkelsteinSchoenfeld,
}

impl CafsMethod {
    pub const ALL: [Self; 3] = [Self::RankAncova, Self::Wilcoxon, Self::FinkelsteinSchoenfeld];

    pub fn id(self) -> AnalysisId {
        match self {
            Self::RankAncova => AnalysisId::CafsRankAncova,
            Self::Wilcoxon => AnalysisId::CafsWilcoxon,
            Self::FinkelsteinSchoenfeld => AnalysisId::CafsFinkelsteinSchoenfeld,
        }
    }
}

/// Of win ratio, win odds and net benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CafsInterval {
    /// By the variances of U-statistics.
    #[default]
    Asymptotic,
    /// Percentiles of resampled arms.
    Bootstrap,
}

impl CafsPlan {
    /// Two arms and an outcome with visits after the start.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let visits = VisitPlan::default_for(trial).filter(|_| trial.arms.len() > 1)?;
        Some(Self {
            visits,
            endpoint: default_death(trial),
            horizon_months: None,
            rule: CafsRule::default(),
            higher_is_better: None,
            covariates: Vec::new(),
            method: CafsMethod::default(),
            interval: CafsInterval::default(),
            resamples: default_resamples(),
            seed: default_seed(),
        })
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        if let Some(months) = self.horizon_months.filter(|months| !(months.is_finite() && *months > 0.0)) {
            return Some(format!("horizon_months is {months}, it must be above 0"));
        }
        if !(FEWEST_RESAMPLES..=MOST_RESAMPLES).contains(&self.resamples) {
            let got = self.resamples;
            return Some(format!("resamples is {got}, it must lie between {FEWEST_RESAMPLES} and {MOST_RESAMPLES}"));
        }
        self.visits.problem()
    }

    /// Months from the start up to which is compared.
    pub fn horizon(&self) -> f64 {
        self.horizon_months.unwrap_or(self.visits.primary_month)
    }

    pub fn is_higher_better(&self) -> bool {
        self.higher_is_better.unwrap_or_else(|| !self.visits.outcome.to_lowercase().contains("aals"))
    }
}

/// The endpoint that is named for death or survival, else the first in alphabetical order.
pub(crate) fn default_death(trial: &Trial) -> Option<String> {
    let is_death = |name: &str| {
        let name = name.to_lowercase();
        ["death", "dead", "died", "surviv"].iter().any(|word| name.contains(word))
    };
    let names = || trial.endpoints.iter().map(|endpoint| &endpoint.name);
    names().filter(|name| is_death(name)).min().or_else(|| names().min()).cloned()
}
