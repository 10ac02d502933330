//! Time to an event: curves, tests between them, restricted means.

mod comparison;
mod curves;
mod doubts;
mod other_programs;
mod plan;

pub use other_programs::{Program, RULES};
pub use plan::{FlatStep, IntervalScale, SurvivalPlan, SurvivalTest, weight_name};

use serde::{Deserialize, Serialize};

use super::strata::{Strata, strata};
use super::time_to_event::{TimeToEvent, time_to_event};
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::real;
use crate::stats::survival::{KaplanMeier, KaplanMeierOptions, estimate_kaplan_meier, largest_horizon};
use crate::trial::{TimeUnit, Trial};

/// An arm smaller than this is warned about.
const FEW_PATIENTS: usize = 10;

/// Fewer events than this carry little information about a difference.
const FEW_EVENTS: usize = 20;

/// Months at the axis of logarithmic time.
const LOG_TICKS: [f64; 10] = [0.1, 0.3, 1.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0, 240.0];

/// The curves with their censorings, for the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurvivalDetail {
    /// Control first.
    pub curves: Vec<CurveDetail>,
    /// Months at which the numbers under the curves are given.
    pub risk_months: Vec<f64>,
    /// Months at which the curves are compared.
    pub months: Vec<f64>,
    pub last_month: f64,
    /// Horizon of the restricted mean, where there is one.
    pub mean_horizon: Option<f64>,
    /// Some came under observation later than the start of time.
    pub has_entries: bool,
    /// Round months and their logarithms.
    pub log_ticks: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CurveDetail {
    pub arm: String,
    /// Place of the arm: 0 is control.
    pub place: usize,
    pub steps: Vec<CurveStep>,
    /// ln t and ln(−ln S) at times with an event, thinned.
    pub log_log: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurveStep {
    pub month: f64,
    pub at_risk: usize,
    pub events: usize,
    pub censored: usize,
    pub survival: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// An arm with people in it.
struct Arm {
    place: usize,
    name: String,
    found: TimeToEvent,
    curve: KaplanMeier,
}

/// What all parts of the answer need.
struct Question<'a> {
    plan: &'a Plan,
    survival: &'a SurvivalPlan,
    found: &'a TimeToEvent,
    /// Control first.
    arms: &'a [Arm],
    strata: &'a Strata,
    months: Vec<f64>,
    risk_months: Vec<f64>,
}

impl Question<'_> {
    fn row(&self, analysis: AnalysisId, term: Term) -> Finding {
        Finding::new(analysis, &self.found.name, term)
    }

    fn control(&self) -> Option<&Arm> {
        self.arms.first().filter(|arm| arm.place == 0)
    }

    /// Arms that are compared with the control, and it.
    fn pairs(&self) -> impl Iterator<Item = (&Arm, &Arm)> {
        let control = self.control();
        self.arms.iter().filter(|arm| arm.place != 0).filter_map(move |arm| Some((arm, control?)))
    }
}

fn contrast(arm: &Arm, control: &Arm) -> String {
    format!("{} − {}", arm.name, control.name)
}

/// # What
/// A Kaplan-Meier curve an arm with quantiles, numbers at risk and follow-up; the curves' differences at chosen months;
/// the log-rank family of tests, stratified if asked; restricted means and their contrasts; the median and one
/// milestone as other programs print them by default.
///
/// # Rules
/// Arms are compared with the control; with more than two, p-values of pairs are adjusted by Holm. Months that an arm's
/// follow-up does not reach have no difference. People without a stratum are in the curves and not in the tests.
///
/// # Errors
/// Those of `time_to_event`, `NotInFiles` (a stratum's column). What a part cannot answer is a note on its row.
pub fn analyse_survival(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    survival: &SurvivalPlan,
) -> Result<Answer, AnalysisError> {
    let (found, doubts) = time_to_event(trial, population, &survival.time())?;
    let strata = strata(trial, &survival.strata, &found.subjects)?;
    let options = KaplanMeierOptions {
        confidence_level: plan.confidence_level,
        interval_kind: survival.interval.kind(),
        flat_step: survival.flat_step.rule(),
    };
    let mut arms = Vec::new();
    for (place, name) in population.arm_names.iter().enumerate() {
        let own = found.of_arm(place);
        if own.is_empty() {
            continue;
        }
        let curve = estimate_kaplan_meier(&own.follow_up(), &options)
            .map_err(|error| AnalysisError::from_stat(&error, name))?;
        arms.push(Arm { place, name: name.clone(), found: own, curve });
    }
    let mut notes: Vec<Note> = Vec::new();
    let mut note = |analysis: AnalysisId, kind: NoteKind| notes.push(Note { analysis, kind });
    for doubt in doubts {
        note(AnalysisId::KaplanMeier, NoteKind::Time(doubt));
    }
    for (covariate, subjects) in &strata.missing {
        let kind = NoteKind::MissingCovariate { covariate: covariate.clone(), subjects: *subjects };
        note(AnalysisId::LogRank, kind);
    }
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        note(AnalysisId::KaplanMeier, NoteKind::OutsideSet { set, subjects: population.outside_set });
    }
    let last_month = found.last_month();
    let curves: Vec<&KaplanMeier> = arms.iter().map(|arm| &arm.curve).collect();
    let largest = largest_horizon(&curves);
    let months =
        if survival.months.is_empty() { default_months(largest, found.time_unit) } else { survival.months.clone() };
    let question = Question {
        plan,
        survival,
        found: &found,
        arms: &arms,
        strata: &strata,
        months,
        risk_months: risk_table_months(last_month, found.time_unit),
    };

    let mut rows = Vec::new();
    for arm in &arms {
        curves::describe(&question, arm, &mut rows, &mut notes);
    }
    other_programs::print_as_others(&question, &mut rows)?;
    let mut mean_horizon = None;
    let events = found.events();
    if arms.len() < 2 {
        let error = AnalysisError::OneArm { arms_with_data: arms.len().min(trial.arms.len()) };
        notes.push(unanswered(AnalysisId::LogRank, None, error));
    } else if events == 0 {
        let error = AnalysisError::NoEvents { endpoint: found.name.clone() };
        notes.push(unanswered(AnalysisId::LogRank, None, error));
    } else {
        if events < FEW_EVENTS {
            notes.push(Note { analysis: AnalysisId::LogRank, kind: NoteKind::FewEvents { events } });
        }
        for arm in arms.iter().filter(|arm| arm.found.len() < FEW_PATIENTS) {
            let kind = NoteKind::FewPatients { group: arm.name.clone(), n: arm.found.len() };
            notes.push(Note { analysis: AnalysisId::LogRank, kind });
        }
        comparison::test_arms(&question, &mut rows, &mut notes);
        if question.control().is_none() {
            let error = AnalysisError::NoControl { control: population.arm_names.first().cloned().unwrap_or_default() };
            notes.push(unanswered(AnalysisId::Rmst, None, error));
        }
    }
    if events > 0 {
        let horizon = survival.mean_horizon_months.unwrap_or(largest);
        comparison::compare_means(&question, horizon, &mut rows, &mut notes);
        mean_horizon = Some(horizon);
        comparison::compare_at_months(&question, &mut rows);
    }
    doubts::doubt(&question, &rows, &mut notes);
    let detail = SurvivalDetail {
        curves: arms.iter().map(curves::detail).collect(),
        risk_months: question.risk_months.clone(),
        months: question.months.clone(),
        last_month,
        mean_horizon,
        has_entries: found.entries.is_some(),
        log_ticks: LOG_TICKS.map(|month| (month, real::ln(month))).into(),
    };
    Ok(Answer { rows, notes, detail: Detail::Survival(detail) })
}

fn unanswered(analysis: AnalysisId, group: Option<String>, error: AnalysisError) -> Note {
    Note { analysis, kind: NoteKind::Unanswered { group, at_month: None, error } }
}

/// Round times of the file's own unit from 0 to the end of follow-up, about ten at most; in months.
pub(super) fn risk_table_months(last_month: f64, unit: TimeUnit) -> Vec<f64> {
    let steps: &[f64] = match unit {
        TimeUnit::Months => &[0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0],
        TimeUnit::Weeks => &[1.0, 2.0, 4.0, 8.0, 12.0, 26.0, 52.0, 104.0, 156.0, 260.0, 520.0],
        TimeUnit::Days => &[1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 180.0, 365.0, 730.0, 1095.0, 1825.0, 3650.0],
    };
    let last = unit.from_months(last_month);
    let step = steps.iter().copied().find(|step| last / step <= 10.5).unwrap_or(last / 10.0);
    let count = (last / step + 1e-9) as usize;
    (0..=count).map(|index| unit.to_months(index as f64 * step)).collect()
}

/// Up to four round times of the file's own unit, evenly apart, that all arms reach.
fn default_months(largest: f64, unit: TimeUnit) -> Vec<f64> {
    let steps: &[f64] = match unit {
        TimeUnit::Months => &[0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0],
        TimeUnit::Weeks => &[1.0, 2.0, 4.0, 8.0, 13.0, 26.0, 52.0, 104.0, 156.0, 260.0],
        TimeUnit::Days => &[1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 180.0, 365.0, 730.0, 1095.0, 1825.0],
    };
    let last = unit.from_months(largest) * (1.0 + 1e-12);
    let step = steps.iter().copied().find(|step| last / step < 5.0).unwrap_or(last / 4.0);
    let count = ((last / step) as usize).min(4);
    (1..=count).map(|index| unit.to_months(index as f64 * step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_risk_table_has_round_months() {
        assert_eq!(
            risk_table_months(60.0, TimeUnit::Months),
            vec![0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 42.0, 48.0, 54.0, 60.0]
        );
        assert_eq!(risk_table_months(5.9, TimeUnit::Months), vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let days: Vec<f64> =
            risk_table_months(720.0 / 30.4375, TimeUnit::Days).iter().map(|m| (m * 30.4375).round()).collect();
        assert_eq!(days, vec![0.0, 90.0, 180.0, 270.0, 360.0, 450.0, 540.0, 630.0, 720.0]);
    }

    #[test]
    fn milestones_are_round_and_reached() {
        assert_eq!(default_months(59.0, TimeUnit::Months), [12.0, 24.0, 36.0, 48.0]);
        assert_eq!(default_months(60.0, TimeUnit::Months), [24.0, 48.0]);
        assert_eq!(default_months(24.0, TimeUnit::Months), [6.0, 12.0, 18.0, 24.0]);
        assert_eq!(default_months(0.0, TimeUnit::Months), [0.0; 0]);
        let days: Vec<f64> = default_months(12.5, TimeUnit::Days).iter().map(|m| (m * 30.4375).round()).collect();
        assert_eq!(days, [90.0, 180.0, 270.0, 360.0]);
    }
}
