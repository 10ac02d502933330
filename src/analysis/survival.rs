//! Time to an event: Kaplan-Meier curves per arm and the log-rank test between them.

use serde::{Deserialize, Serialize};

use super::time_to_event::{EndpointPlan, TimeOrigin, TimeToEvent, time_to_event};
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::survival::{
    KaplanMeier, KaplanMeierOptions, LogRank, LogRankOptions, estimate_kaplan_meier, log_rank_test,
};
use crate::trial::{TimeUnit, Trial};

/// An arm smaller than this is warned about.
const FEW_PATIENTS: usize = 10;

/// Fewer events than this carry little information about a difference.
const FEW_EVENTS: usize = 20;

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
}

impl SurvivalPlan {
    pub fn default_for(trial: &Trial) -> Option<Self> {
        EndpointPlan::default_for(trial).map(Self::of)
    }

    pub fn of(time: EndpointPlan) -> Self {
        let EndpointPlan { endpoint, or, or_ventilation, is_flag_reversed, origin, horizon_months } = time;
        Self { endpoint, or, or_ventilation, is_flag_reversed, origin, horizon_months }
    }

    pub fn time(&self) -> EndpointPlan {
        let Self { endpoint, or, or_ventilation, is_flag_reversed, origin, horizon_months } = self.clone();
        EndpointPlan { endpoint, or, or_ventilation, is_flag_reversed, origin, horizon_months }
    }

    pub fn set_time(&mut self, time: EndpointPlan) {
        let EndpointPlan { endpoint, or, or_ventilation, is_flag_reversed, origin, horizon_months } = time;
        *self = Self { endpoint, or, or_ventilation, is_flag_reversed, origin, horizon_months };
    }

    pub fn problem(&self) -> Option<String> {
        self.time().problem()
    }
}

/// The curves with their censorings, for the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurvivalDetail {
    /// Control first.
    pub curves: Vec<CurveDetail>,
    /// Months at which the numbers at risk are given.
    pub risk_months: Vec<f64>,
    pub last_month: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CurveDetail {
    pub arm: String,
    /// Place of the arm: 0 is control.
    pub place: usize,
    pub steps: Vec<CurveStep>,
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

struct Group {
    place: usize,
    name: String,
    found: TimeToEvent,
}

pub fn analyse_survival(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    survival: &SurvivalPlan,
) -> Result<Answer, AnalysisError> {
    let (found, doubts) = time_to_event(trial, population, &survival.time())?;
    let mut groups: Vec<Group> = population
        .arm_names
        .iter()
        .enumerate()
        .map(|(place, name)| Group { place, name: name.clone(), found: found.of_arm(place) })
        .collect();
    groups.retain(|group| !group.found.is_empty());

    let mut rows = Vec::new();
    let mut notes = Vec::new();
    let note = |analysis: AnalysisId, kind: NoteKind| Note { analysis, kind };
    notes.extend(doubts.into_iter().map(|doubt| note(AnalysisId::KaplanMeier, NoteKind::Time(doubt))));
    let last_month = found.last_month();
    let risk_months = risk_table_months(last_month, found.time_unit);
    let options = KaplanMeierOptions { confidence_level: plan.confidence_level, ..KaplanMeierOptions::default() };
    let mut curves = Vec::new();
    for group in &groups {
        let curve = estimate_kaplan_meier(&group.found.follow_up(), &options)
            .map_err(|error| AnalysisError::from_stat(&error, &group.name))?;
        rows.extend(curve_rows(&found.name, &group.name, &curve, &risk_months));
        if curve.events > 0 && curve.median.estimate.is_none() {
            let kind = NoteKind::MedianNotReached {
                arm: group.name.clone(),
                survival_at_end: curve.steps.last().map_or(1.0, |step| step.survival),
                last_month: curve.steps.last().map_or(0.0, |step| step.time),
            };
            notes.push(note(AnalysisId::KaplanMeier, kind));
        }
        curves.push(curve_detail(group, &curve));
    }

    let events: usize = found.events();
    if groups.len() < 2 {
        let error = AnalysisError::OneArm { arms_with_data: groups.len().min(trial.arms.len()) };
        notes.push(note(AnalysisId::LogRank, NoteKind::Unanswered { group: None, at_month: None, error }));
    } else if events == 0 {
        let error = AnalysisError::NoEvents { endpoint: found.name.clone() };
        notes.push(note(AnalysisId::LogRank, NoteKind::Unanswered { group: None, at_month: None, error }));
    } else {
        if events < FEW_EVENTS {
            notes.push(note(AnalysisId::LogRank, NoteKind::FewEvents { events }));
        }
        for group in groups.iter().filter(|group| group.found.len() < FEW_PATIENTS) {
            let kind = NoteKind::FewPatients { group: group.name.clone(), n: group.found.len() };
            notes.push(note(AnalysisId::LogRank, kind));
        }
        log_rank_rows(&found, &groups, &mut rows, &mut notes);
    }
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        let kind = NoteKind::OutsideSet { set, subjects: population.outside_set };
        notes.push(note(AnalysisId::KaplanMeier, kind));
    }
    let detail = SurvivalDetail { curves, risk_months, last_month };
    Ok(Answer { rows, notes, detail: Detail::Survival(detail) })
}

fn curve_detail(group: &Group, curve: &KaplanMeier) -> CurveDetail {
    let steps = curve
        .steps
        .iter()
        .map(|step| CurveStep {
            month: step.time,
            at_risk: step.at_risk,
            events: step.events,
            censored: step.censored,
            survival: step.survival,
            low: step.interval.map(|interval| interval.low),
            high: step.interval.map(|interval| interval.high),
        })
        .collect();
    CurveDetail { arm: group.name.clone(), place: group.place, steps }
}

fn curve_rows(endpoint: &str, arm: &str, curve: &KaplanMeier, risk_months: &[f64]) -> Vec<Finding> {
    let row = |term: Term| Finding {
        group: Some(arm.to_owned()),
        n: Some(curve.n as u64),
        ..Finding::new(AnalysisId::KaplanMeier, endpoint, term)
    };
    let censored = curve.n - curve.events;
    let mut rows = vec![
        Finding { estimate: Some(curve.events as f64), ..row(Term::Events) },
        Finding { estimate: Some(censored as f64), ..row(Term::Censored) },
        Finding {
            estimate: curve.median.estimate,
            conf_low: curve.median.low,
            conf_high: curve.median.high,
            method: Some("log-log interval, Brookmeyer-Crowley".into()),
            note: curve.median.estimate.is_none().then(|| "not reached".to_owned()),
            ..row(Term::MedianTime)
        },
    ];
    rows.extend(risk_months.iter().map(|&month| Finding {
        at: Some(month),
        estimate: Some(curve.at_risk(month) as f64),
        ..row(Term::AtRisk)
    }));
    rows.extend(curve.steps.iter().filter(|step| step.events > 0).map(|step| Finding {
        at: Some(step.time),
        n: Some(step.at_risk as u64),
        estimate: Some(step.survival),
        std_error: step.std_error,
        conf_low: step.interval.map(|interval| interval.low),
        conf_high: step.interval.map(|interval| interval.high),
        method: Some("log-log interval, Greenwood".into()),
        ..row(Term::Survival)
    }));
    rows
}

fn log_rank_rows(found: &TimeToEvent, groups: &[Group], rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let endpoint = found.name.as_str();
    let all: Vec<&Group> = groups.iter().collect();
    match run_log_rank(found, &all) {
        Ok(test) => {
            for (group, share) in groups.iter().zip(&test.groups) {
                let row = |term: Term, value: f64| Finding {
                    group: Some(group.name.clone()),
                    n: Some(share.n as u64),
                    estimate: Some(value),
                    ..Finding::new(AnalysisId::LogRank, endpoint, term)
                };
                rows.push(row(Term::Events, share.observed));
                rows.push(row(Term::ExpectedEvents, share.expected));
            }
            rows.push(test_row(endpoint, &test, None));
        }
        Err(error) => notes.push(unanswered_log_rank(None, error)),
    }
    let Some(control) = groups.iter().find(|group| group.place == 0).filter(|_| groups.len() > 2) else { return };
    for group in groups.iter().filter(|group| group.place != 0) {
        match run_log_rank(found, &[group, control]) {
            Ok(test) => rows.push(Finding {
                group: Some(group.name.clone()),
                ..test_row(endpoint, &test, Some(format!("{} − {}", group.name, control.name)))
            }),
            Err(error) => notes.push(unanswered_log_rank(Some(group.name.clone()), error)),
        }
    }
}

fn unanswered_log_rank(group: Option<String>, error: AnalysisError) -> Note {
    Note { analysis: AnalysisId::LogRank, kind: NoteKind::Unanswered { group, at_month: None, error } }
}

fn run_log_rank(found: &TimeToEvent, groups: &[&Group]) -> Result<LogRank, AnalysisError> {
    let code = |arm: usize| groups.iter().position(|group| group.place == arm);
    let among = found.only(|place| found.arms.get(place).is_some_and(|arm| code(*arm).is_some()));
    let codes: Vec<usize> = among.arms.iter().filter_map(|arm| code(*arm)).collect();
    log_rank_test(&among.follow_up(), &codes, groups.len(), &LogRankOptions::default())
        .map_err(|error| AnalysisError::from_stat(&error, "events"))
}

fn test_row(endpoint: &str, test: &LogRank, contrast: Option<String>) -> Finding {
    Finding {
        contrast,
        n: Some(test.groups.iter().map(|group| group.n as u64).sum()),
        statistic: Some(test.chi_squared),
        df: Some(test.df),
        p_value: Some(test.p_value),
        ..Finding::new(AnalysisId::LogRank, endpoint, Term::LogRank)
    }
}

/// Round times of the file's own unit from 0 to the end of follow-up, about ten at most; in months.
fn risk_table_months(last_month: f64, unit: TimeUnit) -> Vec<f64> {
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
}
