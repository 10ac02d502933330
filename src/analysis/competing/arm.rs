//! The curves of one arm.

use super::{ArmCurves, CompetingPlan, CurvePoint, ID, events_of, note};
use crate::analysis::time_to_event::TimeToEvent;
use crate::analysis::{AnalysisError, Finding, Note, NoteKind, Term, TimeNote};
use crate::stats::StatError;
use crate::stats::survival::{
    CumulativeIncidenceOptions, FollowUpTimes, KaplanMeier, KaplanMeierOptions, estimate_cumulative_incidence,
    estimate_kaplan_meier,
};

pub struct Arm {
    pub name: String,
    pub place: usize,
    pub found: TimeToEvent,
    /// Without any of the events.
    free: KaplanMeier,
    curves: ArmCurves,
}

impl Arm {
    pub fn of(name: &str, place: usize, found: TimeToEvent, level: f64) -> Result<Self, AnalysisError> {
        let failed = |error| AnalysisError::from_stat(&error, name);
        let options = KaplanMeierOptions { confidence_level: level, ..KaplanMeierOptions::default() };
        let free = estimate_kaplan_meier(&found.follow_up(), &options).map_err(failed)?;
        let incidence = incidence_of(&found, level).map_err(failed)?;
        let mut naive = Vec::new();
        for cause in 0..found.causes.len() {
            let is_event = events_of(&found, cause);
            let times = FollowUpTimes { is_event: &is_event, ..found.follow_up() };
            let curve = estimate_kaplan_meier(&times, &options).map_err(failed)?;
            let steps = curve.steps.iter().filter(|step| step.events > 0);
            let points = steps.map(|step| CurvePoint {
                month: step.time,
                at_risk: step.at_risk,
                events: step.events,
                share: 1.0 - step.survival,
                std_error: step.std_error,
                low: step.interval.map(|interval| 1.0 - interval.high),
                high: step.interval.map(|interval| 1.0 - interval.low),
            });
            naive.push(points.collect());
        }
        let curves = ArmCurves { arm: name.to_owned(), place, last_month: found.last_month(), incidence, naive };
        Ok(Self { name: name.to_owned(), place, found, free, curves })
    }

    pub fn into_curves(self) -> ArmCurves {
        self.curves
    }

    /// Whether the arm can tell of this month: somebody was followed to it, or everybody had an event before.
    pub fn reaches(&self, month: f64) -> bool {
        month <= self.curves.last_month || self.free_at(month).share == 0.0
    }

    pub fn events(&self, cause: usize) -> usize {
        self.found.cause.iter().filter(|happened| **happened == Some(cause)).count()
    }

    pub fn incidence_at(&self, cause: usize, month: f64) -> CurvePoint {
        self.curves.incidence.get(cause).map_or(CurvePoint::START, |points| CurvePoint::at(points, month))
    }

    pub fn naive_at(&self, cause: usize, month: f64) -> CurvePoint {
        self.curves.naive.get(cause).map_or(CurvePoint::START, |points| CurvePoint::at(points, month))
    }

    fn free_at(&self, month: f64) -> CurvePoint {
        let step = self.free.steps.iter().take_while(|step| step.time <= month).filter(|step| step.events > 0).last();
        step.map_or(CurvePoint { share: 1.0, ..CurvePoint::START }, |step| CurvePoint {
            month: step.time,
            at_risk: step.at_risk,
            events: step.events,
            share: step.survival,
            std_error: step.std_error,
            low: step.interval.map(|interval| interval.low),
            high: step.interval.map(|interval| interval.high),
        })
    }
}

/// By cause.
fn incidence_of(found: &TimeToEvent, level: f64) -> Result<Vec<Vec<CurvePoint>>, StatError> {
    let options = CumulativeIncidenceOptions { confidence_level: level };
    let codes: Vec<usize> = found.cause.iter().map(|cause| cause.unwrap_or(0)).collect();
    let all = estimate_cumulative_incidence(&found.follow_up(), &codes, found.causes.len(), &options)?;
    let points = all.causes.into_iter().map(|cause| {
        let point = cause.steps.into_iter().map(|step| CurvePoint {
            month: step.time,
            at_risk: step.at_risk,
            events: step.events,
            share: step.incidence,
            std_error: Some(step.std_error),
            low: step.interval.map(|interval| interval.low),
            high: step.interval.map(|interval| interval.high),
        });
        point.collect()
    });
    Ok(points.collect())
}

impl CurvePoint {
    const START: Self = Self { month: 0.0, at_risk: 0, events: 0, share: 0.0, std_error: None, low: None, high: None };

    pub fn at(points: &[Self], month: f64) -> Self {
        points.iter().take_while(|point| point.month <= month).last().copied().unwrap_or(Self::START)
    }

    /// This row with the curve's value.
    fn into_row(self, row: Finding) -> Finding {
        Finding {
            estimate: Some(self.share),
            std_error: self.std_error,
            conf_low: self.low,
            conf_high: self.high,
            ..row
        }
    }
}

pub fn arm_rows(
    arm: &Arm,
    found: &TimeToEvent,
    plan: &CompetingPlan,
    risk_months: &[f64],
    notes: &mut Vec<Note>,
) -> Vec<Finding> {
    let row = |outcome: &str, term: Term, method: Option<&str>| Finding {
        group: Some(arm.name.clone()),
        n: Some(arm.found.len() as u64),
        method: method.map(str::to_owned),
        ..Finding::new(ID, outcome, term)
    };
    let mut rows = Vec::new();
    let censored = arm.found.len() - arm.found.events();
    rows.push(Finding { estimate: Some(censored as f64), ..row(&found.name, Term::Censored, None) });
    rows.extend(risk_months.iter().map(|&month| Finding {
        at: Some(month),
        estimate: Some(arm.free.at_risk(month) as f64),
        ..row(&found.name, Term::AtRisk, None)
    }));
    let reached: Vec<f64> = plan.months.iter().copied().filter(|month| arm.reaches(*month)).collect();
    for &at_month in plan.months.iter().filter(|month| !arm.reaches(**month)) {
        let last_month = arm.found.last_month();
        let doubt = TimeNote::MonthBeyondFollowUp { arm: arm.name.clone(), at_month, last_month };
        notes.push(note(NoteKind::Time(doubt)));
    }
    for &month in &reached {
        let free = Finding { at: Some(month), ..row(&found.name, Term::Survival, Some(SURVIVAL_METHOD)) };
        rows.push(arm.free_at(month).into_row(free));
    }
    for (cause, name) in found.causes.iter().enumerate() {
        rows.push(Finding { estimate: Some(arm.events(cause) as f64), ..row(name, Term::Events, None) });
        for &month in &reached {
            let at = |term: Term, method: &str| Finding { at: Some(month), ..row(name, term, Some(method)) };
            rows.push(arm.incidence_at(cause, month).into_row(at(Term::Incidence, INCIDENCE_METHOD)));
            rows.push(arm.naive_at(cause, month).into_row(at(Term::NaiveIncidence, NAIVE_METHOD)));
        }
        let steps = |points: &[CurvePoint], term: Term, method: &str| -> Vec<Finding> {
            let step = |point: &CurvePoint| {
                let at_step =
                    Finding { at: Some(point.month), n: Some(point.at_risk as u64), ..row(name, term, Some(method)) };
                point.into_row(at_step)
            };
            points.iter().map(step).collect()
        };
        let (incidence, naive) = (arm.curves.incidence.get(cause), arm.curves.naive.get(cause));
        rows.extend(steps(incidence.map(Vec::as_slice).unwrap_or_default(), Term::IncidenceStep, INCIDENCE_METHOD));
        rows.extend(steps(naive.map(Vec::as_slice).unwrap_or_default(), Term::NaiveStep, NAIVE_METHOD));
    }
    rows
}

const SURVIVAL_METHOD: &str = "Kaplan-Meier of all events together, log-log interval, Greenwood";
const INCIDENCE_METHOD: &str = "Aalen-Johansen, log-log interval";
const NAIVE_METHOD: &str = "1 - Kaplan-Meier with other events censored, log-log interval, Greenwood";
