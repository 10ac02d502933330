use serde::{Deserialize, Serialize};

use crate::analysis::AnalysisId;
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::visit_plan::VisitPlan;
use crate::analysis::visit_window::{Series, Timed};
use crate::stats::mixed::DfMethod;
use crate::trial::Trial;

/// A visit at least this long before the baseline begins a lead-in.
pub(super) const SHORTEST_LEAD_IN_MONTHS: f64 = 1.0;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LmmPlan {
    /// All visits count, at their own times; the target months only say where means are read off.
    pub visits: VisitPlan,
    /// The one that the answer's sentence speaks of; both are fitted where they can be.
    #[serde(default)]
    pub model: SlopeModel,
    /// The arms start from one mean, and with a lead-in decline alike in it, as randomised arms do but for chance.
    #[serde(default = "yes")]
    pub common_baseline: bool,
    #[serde(default)]
    pub df_method: LmmDfMethod,
    /// Later visits do not count. Absent: the last target month and its window.
    #[serde(default)]
    pub until_month: Option<f64>,
    /// What the mean is adjusted for.
    #[serde(default)]
    pub covariates: Vec<AncovaCovariate>,
    /// Those of `covariates` that the slope is adjusted for too.
    #[serde(default)]
    pub by_time: Vec<String>,
}

fn yes() -> bool {
    true
}

/// What a patient's course looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlopeModel {
    /// A line from the baseline on.
    #[default]
    Slope,
    /// A line in the lead-in and another from month 0 on, which meet there.
    ChangePoint,
}

impl SlopeModel {
    pub const ALL: [Self; 2] = [Self::ChangePoint, Self::Slope];

    /// As it stands in plans.
    pub fn key(self) -> &'static str {
        match self {
            Self::Slope => "slope",
            Self::ChangePoint => "change_point",
        }
    }

    pub fn id(self) -> AnalysisId {
        match self {
            Self::Slope => AnalysisId::LmmSlope,
            Self::ChangePoint => AnalysisId::LmmChangePoint,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Slope => "slope model",
            Self::ChangePoint => "change-point model",
        }
    }

    /// What each patient has an own value of.
    pub fn effects(self) -> &'static [&'static str] {
        match self {
            Self::Slope => &["intercept", "slope"],
            Self::ChangePoint => &["intercept", "lead-in slope", "slope"],
        }
    }

    /// What the fixed and random slopes are multiplied by at a time.
    pub(super) fn basis(self, time: f64) -> Vec<f64> {
        match self {
            Self::Slope => vec![time],
            Self::ChangePoint => vec![time.min(0.0), time.max(0.0)],
        }
    }

    /// Place in the basis of the slope after the start.
    pub(super) fn after(self) -> usize {
        match self {
            Self::Slope => 0,
            Self::ChangePoint => 1,
        }
    }
}

/// How degrees of freedom are found; Kenward and Roger also adjust standard errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LmmDfMethod {
    #[default]
    KenwardRoger,
    Satterthwaite,
}

impl LmmDfMethod {
    pub const ALL: [Self; 2] = [Self::KenwardRoger, Self::Satterthwaite];

    pub fn key(self) -> &'static str {
        match self {
            Self::KenwardRoger => "kenward_roger",
            Self::Satterthwaite => "satterthwaite",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::KenwardRoger => "Kenward-Roger",
            Self::Satterthwaite => "Satterthwaite",
        }
    }

    pub(super) fn of_stats(self) -> DfMethod {
        match self {
            Self::KenwardRoger => DfMethod::KenwardRogerLinear,
            Self::Satterthwaite => DfMethod::Satterthwaite,
        }
    }
}

impl LmmPlan {
    /// Where there are visits enough for a line of each patient's own; with a change-point if half of those with a
    /// baseline have a lead-in, and visits for that.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let mut plan = Self {
            visits: VisitPlan::default_for(trial)?,
            model: SlopeModel::Slope,
            common_baseline: true,
            df_method: LmmDfMethod::default(),
            until_month: None,
            covariates: Vec::new(),
            by_time: Vec::new(),
        };
        let visits = &plan.visits;
        let outcome = trial.outcome(&visits.outcome)?;
        let timed = outcome
            .visits
            .iter()
            .map(|visit| (visit.subject, Timed { time_months: visit.time_months, value: visit.value }));
        let series = Series::collect(trial.subjects.len(), timed);
        let horizon = plan.horizon();
        let (mut people, mut with_lead_in, mut values, mut from_baseline) = (0, 0, 0, 0);
        for subject in 0..trial.subjects.len() {
            let Some(baseline) = series.baseline(subject, visits.baseline, visits.window_months) else { continue };
            people += 1;
            with_lead_in += usize::from(series.lead_in_start(subject, baseline, SHORTEST_LEAD_IN_MONTHS).is_some());
            let own = || series.of(subject).iter().filter(|visit| visit.time_months <= horizon);
            values += own().count();
            from_baseline += own().filter(|visit| visit.time_months >= baseline.time_months).count();
        }
        let effects = |model: SlopeModel| people * model.effects().len();
        if 2 * with_lead_in >= people && with_lead_in > 0 && values > effects(SlopeModel::ChangePoint) {
            plan.model = SlopeModel::ChangePoint;
            return Some(plan);
        }
        (from_baseline > effects(SlopeModel::Slope)).then_some(plan)
    }

    /// Visits after this do not count.
    pub fn horizon(&self) -> f64 {
        let last = self.visits.target_months.last().copied().unwrap_or(self.visits.primary_month);
        self.until_month.unwrap_or(last + self.visits.window_months)
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        let stranger =
            self.by_time.iter().find(|name| !self.covariates.iter().any(|covariate| covariate.name == **name));
        if let Some(name) = stranger {
            return Some(format!("by_time names {name}, which is not one of covariates"));
        }
        if let Some(month) = self.until_month.filter(|month| !(month.is_finite() && *month > 0.0)) {
            return Some(format!("until_month is {month}, it must be above 0"));
        }
        self.visits.problem()
    }
}
