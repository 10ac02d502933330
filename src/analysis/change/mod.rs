//! Change from baseline: means by arm and visit, and each arm against control by Student, Welch and ANCOVA.

mod contrast;
mod plan;

pub use super::covariate::AncovaCovariate;
pub use plan::{ChangeMethod, ChangePlan};

use serde::{Deserialize, Serialize};

use self::contrast::{Cohort, compare_arms};
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
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubjectLine {
    pub subject_id: String,
    pub arm: usize,
    /// Months from baseline and change; starts at (0, 0).
    pub points: Vec<(f64, f64)>,
}

/// One subject's pair of values at one target month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    pub subject: usize,
    pub arm: usize,
    pub baseline: f64,
    pub change: f64,
}

/// # What
/// Observed change from baseline to each target month, with no imputation: a subject counts at a month if it has a
/// baseline visit and a visit in that month's window.
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
    for &month in &change.target_months {
        let pairs = pairs_at(&series, &baselines, population, month, change.window_months);
        rows.extend(summary_rows(&outcome.name, population, &pairs, month, plan.confidence_level));
        let cohort = Cohort { trial, population, pairs: &pairs, month };
        compare_arms(&cohort, plan, change, &mut rows, &mut notes);
        if month == change.primary_month {
            notes.extend(left_out_notes(population, &baselines, &pairs, month));
        }
    }
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

    let lines = subject_lines(trial, population, &series, &baselines);
    let detail = ChangeDetail {
        arm_names: population.arm_names.clone(),
        arm_sizes: (0..population.arm_names.len()).map(|arm| population.arm_size(arm)).collect(),
        lines,
    };
    Ok(Answer { rows, notes, detail: Detail::Change(detail) })
}

fn pairs_at(
    series: &Series,
    baselines: &[Option<Timed>],
    population: &Population,
    month: f64,
    window_months: f64,
) -> Vec<Pair> {
    baselines
        .iter()
        .enumerate()
        .filter_map(|(subject, baseline)| {
            let baseline = (*baseline)?;
            let arm = population.arm(subject)?;
            let visit = series.at(subject, month, window_months, baseline)?;
            Some(Pair { subject, arm, baseline: baseline.value, change: visit.value - baseline.value })
        })
        .collect()
}

fn summary_rows(
    outcome: &str,
    population: &Population,
    pairs: &[Pair],
    month: f64,
    confidence_level: f64,
) -> Vec<Finding> {
    let mut rows = Vec::new();
    for (arm, name) in population.arm_names.iter().enumerate() {
        let of_arm = || pairs.iter().filter(move |pair| pair.arm == arm);
        let changes: Vec<f64> = of_arm().map(|pair| pair.change).collect();
        let baselines: Vec<f64> = of_arm().map(|pair| pair.baseline).collect();
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

fn left_out_notes(population: &Population, baselines: &[Option<Timed>], pairs: &[Pair], month: f64) -> Vec<Note> {
    struct Loss {
        of: usize,
        lost: usize,
    }
    let mut notes = Vec::new();
    let mut losses = Vec::new();
    for (arm, name) in population.arm_names.iter().enumerate() {
        let of = population.arm_size(arm);
        let with_pair = pairs.iter().filter(|pair| pair.arm == arm).count();
        let with_baseline = baselines
            .iter()
            .enumerate()
            .filter(|(subject, baseline)| population.arm(*subject) == Some(arm) && baseline.is_some())
            .count();
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

fn subject_lines(
    trial: &Trial,
    population: &Population,
    series: &Series,
    baselines: &[Option<Timed>],
) -> Vec<SubjectLine> {
    trial
        .subjects
        .iter()
        .enumerate()
        .filter_map(|(subject, who)| {
            let arm = population.arm(subject)?;
            let baseline = baselines.get(subject).copied().flatten()?;
            let points = series
                .of(subject)
                .iter()
                .filter(|visit| visit.time_months > baseline.time_months)
                .map(|visit| (visit.time_months, visit.value - baseline.value));
            let points: Vec<(f64, f64)> = std::iter::once((0.0, 0.0)).chain(points).collect();
            Some(SubjectLine { subject_id: who.id.clone(), arm, points })
        })
        .collect()
}
