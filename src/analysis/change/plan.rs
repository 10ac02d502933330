use serde::{Deserialize, Serialize};

use crate::analysis::AnalysisId;
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::visit_plan::VisitPlan;
use crate::analysis::visit_window::{BaselineRule, default_window_months, scheduled_months};
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeMethod {
    #[default]
    Student,
    Welch,
    Ancova,
}

impl ChangeMethod {
    pub const ALL: [Self; 3] = [Self::Student, Self::Welch, Self::Ancova];

    pub fn id(self) -> AnalysisId {
        match self {
            Self::Student => AnalysisId::ChangeStudent,
            Self::Welch => AnalysisId::ChangeWelch,
            Self::Ancova => AnalysisId::ChangeAncova,
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
        Some(Self::for_outcome(outcome))
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
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
        }
    }
}
