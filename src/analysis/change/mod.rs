//! Change from baseline: means by arm and visit, and each arm against control by Student, Welch, Mann-Whitney and
//! ANCOVA; the primary month again by other rules for missing visits and deaths, and without each patient.

mod contrast;
mod diagnostics;
mod influence;
mod model;
mod people;
mod plan;
mod sensitivity;

pub use super::covariate::AncovaCovariate;
pub use diagnostics::ResidualPoint;
pub use influence::{LeftOut, MOST_LEFT_OUT};
pub use plan::{ChangeMethod, ChangePlan, DeathRule, ErrorRule, Margins, MissingRule};
pub use sensitivity::{rule_words, rules};

use serde::{Deserialize, Serialize};

use self::contrast::{Cohort, compare_arms, unanswered};
use self::diagnostics::residual_points;
use self::influence::leave_out;
use self::people::{Person, Visits, deaths};
use self::sensitivity::compare_rules;
use super::responder::derive_lead_in_slope;
use super::visit_window::{Series, Timed};
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::describe::{estimate_summary, mean_interval};
use crate::trial::Trial;

/// Each subject's change over all visits from the baseline on, for the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeDetail {
    /// Control first.
    pub arm_names: Vec<String>,
    /// Randomised or otherwise assigned, as far as the files say, in the analysis set.
    pub arm_sizes: Vec<usize>,
    pub lines: Vec<SubjectLine>,
    /// Each patient's change at the primary month, by the plan's rules.
    pub at_primary: Vec<PatientChange>,
    /// What the chosen test leaves unexplained at the primary month, from the lowest up.
    pub residuals: Vec<ResidualPoint>,
    /// The chosen test at the primary month without each patient and each site.
    pub left_out: Vec<LeftOut>,
    /// The files have the endpoint that the plan calls death.
    pub has_deaths: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatientChange {
    pub subject_id: String,
    pub arm: usize,
    /// For the dead without a change at the month: the last one seen before.
    pub change: f64,
    /// Died by the month.
    pub is_dead: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubjectLine {
    pub subject_id: String,
    pub arm: usize,
    /// Months from baseline and change; starts at (0, 0).
    pub points: Vec<(f64, f64)>,
    pub ends_in_death: bool,
}

/// # What
/// Change from baseline to each target month: a subject counts at a month if it has a baseline visit and a visit in that
/// month's window, or what the plan's rules for missing visits and deaths put in its place.
pub fn analyse_change(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    change: &ChangePlan,
) -> Result<Answer, AnalysisError> {
    let outcome = trial
        .outcome(&change.outcome)
        .ok_or_else(|| AnalysisError::NotInFiles { what: "outcome".into(), name: change.outcome.clone() })?;
    let series = Series::collect(
        trial.subjects.len(),
        outcome
            .visits
            .iter()
            .map(|visit| (visit.subject, Timed { time_months: visit.time_months, value: visit.value })),
    );
    let baselines: Vec<Option<Timed>> = (0..trial.subjects.len())
        .map(|subject| {
            population.arm(subject).and_then(|_| series.baseline(subject, change.baseline, change.window_months))
        })
        .collect();
    if baselines.iter().all(Option::is_none) {
        return Err(AnalysisError::NoBaseline { outcome: outcome.name.clone() });
    }
    if change.target_months.is_empty() {
        return Err(AnalysisError::NoVisits {
            outcome: outcome.name.clone(),
            month: change.primary_month,
            window_months: change.window_months,
        });
    }

    let mut rows = Vec::new();
    let mut notes = Vec::new();
    let has_deaths = change.endpoint.as_ref().is_some_and(|name| trial.endpoint(name).is_some());
    if let Some(name) = change.endpoint.as_ref().filter(|_| !has_deaths) {
        let error = AnalysisError::NotInFiles { what: "endpoint".into(), name: name.clone() };
        if change.death != DeathRule::AsMissing {
            return Err(error);
        }
        notes.push(unanswered(change.method, None, change.primary_month, error));
    }
    let deaths = deaths(trial, change.endpoint.as_deref());
    let visits = Visits {
        series: &series,
        baselines: &baselines,
        population,
        deaths: &deaths,
        window_months: change.window_months,
    };
    let cohort_at = |month: f64| Cohort {
        trial,
        population,
        people: visits.people(month, change.missing, change.death),
        month,
        death: change.death,
    };
    for &month in &change.target_months {
        let cohort = cohort_at(month);
        rows.extend(summary_rows(&outcome.name, population, &cohort.people, month, plan.confidence_level));
        compare_arms(&cohort, plan, change, &mut rows, &mut notes);
        if month == change.primary_month {
            notes.extend(left_out_notes(&cohort, change));
        }
    }
    let primary = cohort_at(change.primary_month);
    if has_deaths {
        death_rows(&visits, change, &mut rows, &mut notes);
    }
    rows.extend(compare_rules(trial, &visits, change, plan.confidence_level, &mut notes));
    let left_out = leave_out(&primary, change, plan.confidence_level, &mut rows, &mut notes);
    if change.target_months.len() > 1 && population.arm_names.len() > 1 {
        let kind = NoteKind::SeveralVisits { visits: change.target_months.len() };
        notes.push(Note { analysis: AnalysisId::ChangeStudent, kind });
    }
    notes.extend(lead_in_note(&series, population, change));
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        let kind = NoteKind::OutsideSet { set, subjects: population.outside_set };
        notes.push(Note { analysis: AnalysisId::ChangeSummary, kind });
    }

    let carried = visits.people(change.primary_month, MissingRule::Locf, change.death);
    let detail = ChangeDetail {
        arm_names: population.arm_names.clone(),
        arm_sizes: (0..population.arm_names.len()).map(|arm| population.arm_size(arm)).collect(),
        lines: subject_lines(trial, &visits),
        at_primary: patient_changes(trial, &primary.people, &carried),
        residuals: super::thinned(residual_points(&primary, change)),
        left_out,
        has_deaths,
    };
    Ok(Answer { rows, notes, detail: Detail::Change(detail) })
}

/// How many of each arm died by the primary month, and what that does to a comparison of those alive.
fn death_rows(visits: &Visits<'_>, change: &ChangePlan, rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let (population, month) = (visits.population, change.primary_month);
    let mut counts: Vec<(&String, usize, usize)> = Vec::new();
    for (arm, name) in population.arm_names.iter().enumerate() {
        let members: Vec<usize> =
            population.subjects().filter(|&subject| population.arm(subject) == Some(arm)).collect();
        let died = members.iter().filter(|&&subject| visits.death_by(subject, month).is_some()).count();
        rows.push(Finding {
            group: Some(name.clone()),
            at: Some(month),
            n: Some(members.len() as u64),
            estimate: Some(died as f64),
            ..Finding::new(AnalysisId::ChangeSummary, &change.outcome, Term::Deaths)
        });
        counts.push((name, died, members.len()));
    }
    let Some((&(control, control_deaths, control_of), others)) = counts.split_first() else { return };
    for &(arm, deaths, of) in others.iter().filter(|(_, deaths, _)| deaths + control_deaths > 0) {
        let kind = NoteKind::DeathsBefore {
            at_month: month,
            arm: arm.clone(),
            deaths,
            of,
            control: control.clone(),
            control_deaths,
            control_of,
        };
        notes.push(Note { analysis: AnalysisId::ChangeSummary, kind });
    }
}

/// `carried`: the same people with the last observation carried forward.
fn patient_changes(trial: &Trial, people: &[Person], carried: &[Person]) -> Vec<PatientChange> {
    people
        .iter()
        .zip(carried)
        .filter_map(|(person, carried)| {
            let is_dead = person.death.is_some();
            let change = person.change.or(carried.change.filter(|_| is_dead))?;
            let subject_id = trial.subjects.get(person.subject)?.id.clone();
            Some(PatientChange { subject_id, arm: person.arm, change, is_dead })
        })
        .collect()
}

fn summary_rows(
    outcome: &str,
    population: &Population,
    people: &[Person],
    month: f64,
    confidence_level: f64,
) -> Vec<Finding> {
    let mut rows = Vec::new();
    for (arm, name) in population.arm_names.iter().enumerate() {
        let of_arm = || people.iter().filter(move |person| person.arm == arm && person.change.is_some());
        let changes: Vec<f64> = of_arm().filter_map(|person| person.change).collect();
        let baselines: Vec<f64> = of_arm().map(|person| person.baseline).collect();
        let (Ok(change), Ok(baseline)) = (estimate_summary(&changes), estimate_summary(&baselines)) else {
            continue;
        };
        let row = |term: Term, estimate: Option<f64>| Finding {
            group: Some(name.clone()),
            at: Some(month),
            n: Some(change.n as u64),
            estimate,
            ..Finding::new(AnalysisId::ChangeSummary, outcome, term)
        };
        let interval = mean_interval(&change, confidence_level);
        rows.push(row(Term::BaselineMean, Some(baseline.mean)));
        rows.extend(baseline.sd.map(|sd| row(Term::BaselineSd, Some(sd))));
        rows.push(Finding {
            std_error: change.std_error,
            conf_low: interval.map(|interval| interval.low),
            conf_high: interval.map(|interval| interval.high),
            ..row(Term::MeanChange, Some(change.mean))
        });
        rows.extend(change.sd.map(|sd| row(Term::SdChange, Some(sd))));
    }
    rows
}

fn left_out_notes(cohort: &Cohort<'_>, change: &ChangePlan) -> Vec<Note> {
    let (population, month) = (cohort.population, cohort.month);
    let is_ranked = |person: &Person| change.method == ChangeMethod::MannWhitney && cohort.has_rank(person);
    struct Loss {
        of: usize,
        lost: usize,
    }
    let mut notes = Vec::new();
    let mut losses = Vec::new();
    for (arm, name) in population.arm_names.iter().enumerate() {
        let of = population.arm_size(arm);
        let of_arm = || cohort.people.iter().filter(|person| person.arm == arm);
        let with_pair = of_arm().filter(|person| person.change.is_some() || is_ranked(person)).count();
        let with_baseline = of_arm().count();
        if of > with_pair {
            let kind = NoteKind::LeftOut {
                arm: name.clone(),
                at_month: month,
                of,
                without_baseline: of - with_baseline,
                without_visit: with_baseline - with_pair,
            };
            notes.push(Note { analysis: AnalysisId::ChangeSummary, kind });
        }
        losses.push(Loss { of, lost: of - with_pair });
    }
    if let (Some(control), Some(control_name)) = (losses.first(), population.arm_names.first()) {
        for (loss, name) in losses.iter().zip(&population.arm_names).skip(1) {
            let share = |loss: &Loss| loss.lost as f64 / loss.of.max(1) as f64;
            if (share(loss) - share(control)).abs() >= 0.08 && loss.of > 0 && control.of > 0 {
                let kind = NoteKind::UnevenLoss {
                    at_month: month,
                    arm: name.clone(),
                    lost: loss.lost,
                    of: loss.of,
                    control: control_name.clone(),
                    control_lost: control.lost,
                    control_of: control.of,
                };
                notes.push(Note { analysis: AnalysisId::ChangeSummary, kind });
            }
        }
    }
    notes
}

/// Said when an arm's mean lead-in slope differs from control's by at least a fifth of the larger.
fn lead_in_note(series: &Series, population: &Population, change: &ChangePlan) -> Vec<Note> {
    let mean_slope = |arm: usize| {
        let slopes: Vec<f64> = population
            .subjects()
            .filter(|&subject| population.arm(subject) == Some(arm))
            .filter_map(|subject| derive_lead_in_slope(series, subject, change.baseline, change.window_months))
            .collect();
        (slopes.len() >= 5).then(|| slopes.iter().sum::<f64>() / slopes.len() as f64)
    };
    let Some((control_slope, control)) = mean_slope(0).zip(population.arm_names.first()) else { return Vec::new() };
    let mut notes = Vec::new();
    for (arm, name) in population.arm_names.iter().enumerate().skip(1) {
        let Some(slope) = mean_slope(arm) else { continue };
        if (slope - control_slope).abs() >= 0.2 * slope.abs().max(control_slope.abs()) {
            let kind = NoteKind::LeadInDiffers { arm: name.clone(), slope, control: control.clone(), control_slope };
            notes.push(Note { analysis: AnalysisId::ChangeSummary, kind });
        }
    }
    notes
}

fn subject_lines(trial: &Trial, visits: &Visits<'_>) -> Vec<SubjectLine> {
    trial
        .subjects
        .iter()
        .enumerate()
        .filter_map(|(subject, who)| {
            let arm = visits.population.arm(subject)?;
            let baseline = visits.baselines.get(subject).copied().flatten()?;
            let points = visits
                .series
                .of(subject)
                .iter()
                .filter(|visit| visit.time_months > baseline.time_months)
                .map(|visit| (visit.time_months, visit.value - baseline.value));
            let points: Vec<(f64, f64)> = std::iter::once((0.0, 0.0)).chain(points).collect();
            let ends_in_death = visits.death_by(subject, f64::INFINITY).is_some();
            Some(SubjectLine { subject_id: who.id.clone(), arm, points, ends_in_death })
        })
        .collect()
}
