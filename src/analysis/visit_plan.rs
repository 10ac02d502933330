//! Which outcome, from which baseline, at which visits: what every question about function starts from.

use serde::{Deserialize, Serialize};

use super::change::ChangePlan;
use super::tie::{OF_A_DIFFERENCE, settle_ties};
use super::visit_window::{BaselineRule, Series, Timed};
use super::{AnalysisError, Population};
use crate::trial::{Outcome, Trial};

/// The same words in each plan; the forms change them in all plans at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitPlan {
    /// Name of the outcome's column; `alsfrs_r_total` for the ALSFRS-R.
    pub outcome: String,
    #[serde(default)]
    pub baseline: BaselineRule,
    /// Months from baseline, rising.
    pub target_months: Vec<f64>,
    /// The one that the answer's sentence speaks of.
    pub primary_month: f64,
    /// A visit counts for a target month if it lies within this many months of it, on either side.
    pub window_months: f64,
}

impl VisitPlan {
    pub fn default_for(trial: &Trial) -> Option<Self> {
        Some(ChangePlan::default_for(trial)?.visits())
    }

    pub fn for_outcome(outcome: &Outcome) -> Self {
        ChangePlan::for_outcome(outcome).visits()
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        let is_rising = self.target_months.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !is_rising || self.target_months.iter().any(|month| !(month.is_finite() && *month > 0.0)) {
            return Some("target_months must be numbers above 0, each larger than the one before".to_owned());
        }
        if !self.target_months.is_empty() && !self.target_months.contains(&self.primary_month) {
            return Some(format!("primary_month {} is not one of target_months", self.primary_month));
        }
        (!(self.window_months.is_finite() && self.window_months >= 0.0))
            .then(|| format!("window_months is {}, it must be 0 or more", self.window_months))
    }
}

/// An analysed subject with a baseline, and what was seen at each target month.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitRow {
    /// Index into `Trial::subjects`.
    pub subject: usize,
    /// Place in `Population::arm_names`; 0 is the control.
    pub arm: usize,
    pub baseline: Timed,
    /// One per target month.
    pub at_month: Vec<Option<Timed>>,
    changes: Vec<Option<f64>>,
}

impl VisitRow {
    /// Value at the target month minus baseline.
    pub fn change(&self, month: usize) -> Option<f64> {
        self.changes.get(month).copied().flatten()
    }
}

/// The visits of one outcome as the plan sees them.
#[derive(Debug, Clone)]
pub struct VisitTable<'a> {
    pub outcome: &'a Outcome,
    pub series: Series,
    /// Subjects with an arm and a baseline, in the trial's order.
    pub rows: Vec<VisitRow>,
}

/// Errors: `NotInFiles` (outcome), `NoBaseline`, `NoVisits` (no target month).
pub fn visit_table<'a>(
    trial: &'a Trial,
    population: &Population,
    plan: &VisitPlan,
) -> Result<VisitTable<'a>, AnalysisError> {
    let outcome = trial
        .outcome(&plan.outcome)
        .ok_or_else(|| AnalysisError::NotInFiles { what: "outcome".into(), name: plan.outcome.clone() })?;
    let series = Series::collect(
        trial.subjects.len(),
        outcome
            .visits
            .iter()
            .map(|visit| (visit.subject, Timed { time_months: visit.time_months, value: visit.value })),
    );
    let mut rows: Vec<VisitRow> = (0..trial.subjects.len())
        .filter_map(|subject| {
            let arm = population.arm(subject)?;
            let baseline = series.baseline(subject, plan.baseline, plan.window_months)?;
            let at_month: Vec<Option<Timed>> = plan
                .target_months
                .iter()
                .map(|&month| series.at(subject, month, plan.window_months, baseline))
                .collect();
            let changes = at_month.iter().map(|visit| visit.map(|visit| visit.value - baseline.value)).collect();
            Some(VisitRow { subject, arm, baseline, at_month, changes })
        })
        .collect();
    let largest = outcome.visits.iter().map(|visit| visit.value.abs()).fold(0.0, f64::max);
    settle_ties(rows.iter_mut().flat_map(|row| &mut row.changes).flatten(), OF_A_DIFFERENCE * largest);
    if rows.is_empty() {
        return Err(AnalysisError::NoBaseline { outcome: outcome.name.clone() });
    }
    if plan.target_months.is_empty() {
        return Err(AnalysisError::NoVisits {
            outcome: outcome.name.clone(),
            month: plan.primary_month,
            window_months: plan.window_months,
        });
    }
    Ok(VisitTable { outcome, series, rows })
}
