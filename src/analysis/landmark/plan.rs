use serde::{Deserialize, Serialize};

use crate::analysis::slope::{Criterion, SlopeMethod, SlopePlan};
use crate::analysis::time_to_event::EndpointPlan;
use crate::analysis::visit_plan::VisitPlan;
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandmarkPlan {
    /// Response: the slope from baseline to `primary_month` against the slope before the baseline.
    pub visits: VisitPlan,
    /// The event. Time counts from the landmark, so that the origin plays no part; the horizon counts from the start.
    pub time: EndpointPlan,
    /// From when survival is counted, in months from baseline; not before `primary_month`. Absent: that month.
    #[serde(default)]
    pub landmark_month: Option<f64>,
    /// How a line is laid through a subject's visits.
    #[serde(default)]
    pub method: SlopeMethod,
    /// Responder: the slope is better than the lead-in slope by at least this percentage of its size.
    #[serde(default = "default_threshold_percent")]
    pub threshold_percent: f64,
    /// False for scores that rise as the illness goes on.
    #[serde(default = "default_higher_is_better")]
    pub higher_is_better: bool,
    /// The arm that the answer's sentence speaks of. Absent: all arms, responders compared within each. Both are
    /// computed.
    #[serde(default)]
    pub arm: Option<String>,
}

fn default_threshold_percent() -> f64 {
    50.0
}

fn default_higher_is_better() -> bool {
    true
}

impl LandmarkPlan {
    /// Where somebody was seen before the start, and the files tell of an event.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let SlopePlan { visits, method, primary_threshold_percent, higher_is_better, .. } =
            SlopePlan::default_for(trial)?;
        let time = EndpointPlan::default_for(trial)?;
        let threshold_percent = primary_threshold_percent;
        Some(Self { visits, time, landmark_month: None, method, threshold_percent, higher_is_better, arm: None })
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        if let Some(problem) = self.visits.problem().or_else(|| self.time.problem()) {
            return Some(problem);
        }
        if !(self.threshold_percent.is_finite() && self.threshold_percent > 0.0) {
            return Some(format!("threshold_percent is {}, it must be above 0", self.threshold_percent));
        }
        let month = self.landmark();
        (!(month.is_finite() && month >= self.visits.primary_month)).then(|| {
            format!(
                "landmark_month is {month}, it must not lie before primary_month {}, when it is known who responded",
                self.visits.primary_month
            )
        })
    }

    /// Months from baseline.
    pub fn landmark(&self) -> f64 {
        self.landmark_month.unwrap_or(self.visits.primary_month)
    }

    pub fn criterion(&self) -> Criterion {
        Criterion::Percent(self.threshold_percent)
    }

    /// A landmark that would lie before the response is known goes back to the month at which it is.
    pub fn set_visits(&mut self, visits: VisitPlan) {
        self.landmark_month = self.landmark_month.filter(|month| *month >= visits.primary_month);
        self.visits = visits;
    }

    pub(in crate::analysis) fn refitted(self, trial: &Trial) -> Self {
        Self { arm: self.arm.filter(|arm| trial.arm_index(arm).is_some()), ..self }
    }
}
