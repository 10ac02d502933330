use serde::{Deserialize, Serialize};

use crate::analysis::responder::SHORTEST_LEAD_IN_MONTHS;
use crate::analysis::visit_plan::VisitPlan;
use crate::analysis::visit_window::{Series, Timed};
use crate::trial::{Trial, Visit};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlopePlan {
    /// The follow-up slope runs from baseline to `primary_month`.
    pub visits: VisitPlan,
    /// How a line is laid through a subject's visits; the answer's sentence speaks of this one, both are computed.
    #[serde(default)]
    pub method: SlopeMethod,
    /// Responder: the slope is better than the lead-in slope by at least this percentage of its size. Rising.
    #[serde(default = "default_thresholds_percent")]
    pub thresholds_percent: Vec<f64>,
    /// The one that the answer's sentence speaks of.
    #[serde(default = "default_primary_threshold_percent")]
    pub primary_threshold_percent: f64,
    /// Responder by another rule: the slope is better by at least this much, in the outcome's unit a month.
    #[serde(default = "default_threshold_points")]
    pub threshold_points: f64,
    /// Whether who cannot be judged is left out; both are computed.
    #[serde(default)]
    pub missing: MissingRule,
    /// False for scores that rise as the illness goes on.
    #[serde(default = "default_higher_is_better")]
    pub higher_is_better: bool,
}

fn default_thresholds_percent() -> Vec<f64> {
    vec![25.0, 50.0, 75.0, 100.0]
}

fn default_primary_threshold_percent() -> f64 {
    50.0
}

fn default_threshold_points() -> f64 {
    1.25
}

fn default_higher_is_better() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlopeMethod {
    /// The last value less the first, over the time between.
    #[default]
    TwoPoint,
    /// Ordinary least squares through all visits of the span, its ends included.
    LeastSquares,
}

impl SlopeMethod {
    pub const ALL: [Self; 2] = [Self::TwoPoint, Self::LeastSquares];

    pub fn words(self) -> &'static str {
        match self {
            Self::TwoPoint => "two-point slopes",
            Self::LeastSquares => "least-squares slopes",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingRule {
    /// Who cannot be judged is not counted.
    #[default]
    Excluded,
    /// Who cannot be judged is counted as no responder: everyone of the arm is in the denominator.
    NonResponder,
}

impl MissingRule {
    pub const ALL: [Self; 2] = [Self::Excluded, Self::NonResponder];

    pub fn words(self) -> &'static str {
        match self {
            Self::Excluded => "missing left out",
            Self::NonResponder => "missing as no response",
        }
    }
}

/// Somebody was seen long enough before the baseline for a slope. Without it nobody can respond; the slope model compares
/// the slopes after the start.
fn has_lead_in(trial: &Trial, visits: &VisitPlan) -> bool {
    let Some(outcome) = trial.outcome(&visits.outcome) else { return false };
    let timed = |visit: &Visit| (visit.subject, Timed { time_months: visit.time_months, value: visit.value });
    let series = Series::collect(trial.subjects.len(), outcome.visits.iter().map(timed));
    (0..trial.subjects.len()).any(|subject| {
        let baseline = series.baseline(subject, visits.baseline, visits.window_months);
        baseline.is_some_and(|baseline| series.lead_in_start(subject, baseline, SHORTEST_LEAD_IN_MONTHS).is_some())
    })
}

impl SlopePlan {
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let visits = VisitPlan::default_for(trial).filter(|visits| has_lead_in(trial, visits))?;
        // The Appel score rises as patients decline.
        let higher_is_better = !visits.outcome.to_lowercase().contains("aals");
        Some(Self {
            visits,
            method: SlopeMethod::default(),
            thresholds_percent: default_thresholds_percent(),
            primary_threshold_percent: default_primary_threshold_percent(),
            threshold_points: default_threshold_points(),
            missing: MissingRule::default(),
            higher_is_better,
        })
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        if let Some(problem) = self.visits.problem() {
            return Some(problem);
        }
        let is_rising = self.thresholds_percent.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !is_rising || self.thresholds_percent.iter().any(|percent| !(percent.is_finite() && *percent > 0.0)) {
            return Some("thresholds_percent must be numbers above 0, each larger than the one before".to_owned());
        }
        if !self.thresholds_percent.contains(&self.primary_threshold_percent) {
            return Some(format!(
                "primary_threshold_percent {} is not one of thresholds_percent",
                self.primary_threshold_percent
            ));
        }
        (!(self.threshold_points.is_finite() && self.threshold_points > 0.0))
            .then(|| format!("threshold_points is {}, it must be above 0", self.threshold_points))
    }

    /// All rules that make a responder, the one in points last.
    pub fn criteria(&self) -> Vec<Criterion> {
        let percents = self.thresholds_percent.iter().map(|percent| Criterion::Percent(*percent));
        percents.chain(std::iter::once(Criterion::Points(self.threshold_points))).collect()
    }

    pub fn primary_criterion(&self) -> Criterion {
        Criterion::Percent(self.primary_threshold_percent)
    }
}

/// What makes a responder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Criterion {
    /// Better by this share of the lead-in slope's size.
    Percent(f64),
    /// Better by this much a month.
    Points(f64),
}

impl Criterion {
    /// "better by 50 %", "better by 1.25 a month".
    pub fn words(self) -> String {
        match self {
            Self::Percent(percent) => format!("better by {percent} %"),
            Self::Points(points) => format!("better by {points} a month"),
        }
    }
}

/// The `method` column of a responder row: it tells apart the rows of one arm and month.
pub fn responder_words(criterion: Criterion, method: SlopeMethod, missing: MissingRule) -> String {
    format!("{}; {}; {}", criterion.words(), method.words(), missing.words())
}

/// How two arms' slopes are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlopeTest {
    Student,
    Welch,
    /// Change in slope, adjusted for the lead-in slope.
    Ancova,
}

impl SlopeTest {
    pub const ALL: [Self; 3] = [Self::Student, Self::Welch, Self::Ancova];

    pub fn words(self) -> &'static str {
        match self {
            Self::Student => "Student’s t",
            Self::Welch => "Welch’s t",
            Self::Ancova => "ANCOVA on the lead-in slope",
        }
    }
}

/// The `method` column of a difference between arms.
pub fn difference_words(method: SlopeMethod, test: SlopeTest) -> String {
    format!("{}; {}", method.words(), test.words())
}
