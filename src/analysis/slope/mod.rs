//! Slopes before and after the start, and who responded.

mod contrast;
mod plan;
mod responders;
mod subject_slopes;

pub(super) use self::responders::{Judgement, judge};
pub(super) use self::subject_slopes::derive_subject_slopes;
pub use plan::{Criterion, MissingRule, SlopeMethod, SlopePlan, SlopeTest, difference_words, responder_words};

use serde::{Deserialize, Serialize};

use self::contrast::compare_slopes;
use self::responders::count_responders;
use self::subject_slopes::SubjectSlopes;
use super::visit_plan::visit_table;
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term};
use crate::trial::Trial;

/// What the figures need beside the rows: the slopes by the plan's method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlopeDetail {
    /// Control first.
    pub arm_names: Vec<String>,
    pub arm_sizes: Vec<usize>,
    /// Somebody has a slope before the start.
    pub has_lead_in: bool,
    /// Subjects with a follow-up slope.
    pub subjects: Vec<SubjectSlopeDetail>,
    /// Change in slope on lead-in slope, within each arm.
    pub lines: Vec<RegressionLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubjectSlopeDetail {
    pub subject_id: String,
    pub arm: usize,
    pub lead_in: Option<f64>,
    pub follow_up: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegressionLine {
    pub arm: usize,
    /// Lead-in slope and change in slope, at the arm's smallest and largest lead-in slope.
    pub points: Vec<(f64, f64)>,
}

/// What the parts of this analysis share.
struct Question<'a> {
    population: &'a Population,
    plan: &'a Plan,
    slope: &'a SlopePlan,
    month: f64,
}

impl Question<'_> {
    fn row(&self, analysis: AnalysisId, term: Term, group: Option<&str>) -> Finding {
        Finding {
            group: group.map(str::to_owned),
            at: Some(self.month),
            ..Finding::new(analysis, &self.slope.visits.outcome, term)
        }
    }

    /// A row about an arm beside the control.
    fn contrast_row(&self, analysis: AnalysisId, term: Term, arm: &str) -> Finding {
        let control = self.population.arm_names.first().map_or("", String::as_str);
        Finding { contrast: Some(format!("{arm} − {control}")), ..self.row(analysis, term, Some(arm)) }
    }

    fn unanswered(&self, analysis: AnalysisId, group: Option<&str>, error: AnalysisError) -> Note {
        let kind = NoteKind::Unanswered { group: group.map(str::to_owned), at_month: Some(self.month), error };
        Note { analysis, kind }
    }
}

/// # What
/// Slopes of each subject from the first visit to baseline and from baseline to the primary month, by two points and
/// by least squares; their change compared between arms, and responders counted by each threshold. A trial without
/// visits before the start still has its follow-up slopes compared.
pub fn analyse_slope(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    slope: &SlopePlan,
) -> Result<Answer, AnalysisError> {
    let table = visit_table(trial, population, &slope.visits)?;
    let question = Question { population, plan, slope, month: slope.visits.primary_month };
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    let by_method: Vec<(SlopeMethod, Vec<SubjectSlopes>)> = SlopeMethod::ALL
        .into_iter()
        .map(|method| (method, derive_subject_slopes(&table, population, &slope.visits, method)))
        .collect();
    let Some((_, planned)) = by_method.iter().find(|(method, _)| *method == slope.method) else {
        return Err(AnalysisError::Internal { message: "no such kind of slope".into() });
    };
    if planned.iter().all(|subject| subject.follow_up.is_none()) {
        return Err(AnalysisError::NoFollowUp {
            outcome: table.outcome.name.clone(),
            month: question.month,
            window_months: slope.visits.window_months,
        });
    }
    let has_lead_in = planned.iter().any(|subject| subject.lead_in.is_some());
    let mut lines = Vec::new();
    for (method, subjects) in &by_method {
        let found = compare_slopes(&question, *method, subjects, has_lead_in, &mut rows, &mut notes);
        if *method == slope.method {
            lines = found;
        }
    }
    if population.arm_names.len() < 2 {
        let error = AnalysisError::OneArm { arms_with_data: trial.arms.len().min(1) };
        notes.push(question.unanswered(AnalysisId::SlopeChange, None, error));
    } else {
        notes.extend(disagreements(&rows, &population.arm_names));
    }
    if has_lead_in {
        notes.extend(lead_in_notes(population, planned));
        count_responders(&question, &by_method, &mut rows, &mut notes);
    } else {
        let error = AnalysisError::NoLeadIn { outcome: table.outcome.name.clone() };
        notes.push(question.unanswered(AnalysisId::Responder, None, error));
    }
    notes.extend(direction_note(slope, planned));
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        let kind = NoteKind::OutsideSet { set, subjects: population.outside_set };
        notes.push(Note { analysis: AnalysisId::SlopeChange, kind });
    }
    let subjects = planned
        .iter()
        .filter_map(|slopes| {
            Some(SubjectSlopeDetail {
                subject_id: trial.subjects.get(slopes.subject)?.id.clone(),
                arm: slopes.arm,
                lead_in: slopes.lead_in,
                follow_up: slopes.follow_up?,
            })
        })
        .collect();
    let detail = SlopeDetail {
        arm_names: population.arm_names.clone(),
        arm_sizes: (0..population.arm_names.len()).map(|arm| population.arm_size(arm)).collect(),
        has_lead_in,
        subjects,
        lines,
    };
    Ok(Answer { rows, notes, detail: Detail::Slope(detail) })
}

/// Where some intervals of one difference exclude zero and others do not.
fn disagreements(rows: &[Finding], arm_names: &[String]) -> Vec<Note> {
    let mut notes = Vec::new();
    for (analysis, term) in
        [(AnalysisId::SlopeChange, Term::Difference), (AnalysisId::SlopeChange, Term::FollowUpDifference)]
    {
        for arm in arm_names.iter().skip(1) {
            let (mut excludes, mut includes) = (Vec::new(), Vec::new());
            for row in rows.iter().filter(|row| row.analysis == analysis && row.term == term) {
                let (Some(low), Some(high)) = (row.conf_low, row.conf_high) else { continue };
                if row.group.as_deref() == Some(arm) {
                    let words = row.method.clone().unwrap_or_default();
                    if low > 0.0 || high < 0.0 { excludes.push(words) } else { includes.push(words) }
                }
            }
            if !excludes.is_empty() && !includes.is_empty() {
                let what = if term == Term::Difference { "change in slope" } else { "follow-up slope" };
                let kind = NoteKind::ChoiceDecides { what: what.to_owned(), group: arm.clone(), excludes, includes };
                notes.push(Note { analysis, kind });
            }
        }
    }
    notes
}

/// Said when an arm's mean lead-in slope differs from control's by at least a fifth of the larger.
fn lead_in_notes(population: &Population, subjects: &[SubjectSlopes]) -> Vec<Note> {
    let mean = |arm: usize| {
        let slopes: Vec<f64> =
            subjects.iter().filter(|subject| subject.arm == arm).filter_map(|subject| subject.lead_in).collect();
        (slopes.len() >= 5).then(|| slopes.iter().sum::<f64>() / slopes.len() as f64)
    };
    let Some((control_slope, control)) = mean(0).zip(population.arm_names.first()) else { return Vec::new() };
    population
        .arm_names
        .iter()
        .enumerate()
        .skip(1)
        .filter_map(|(arm, name)| {
            let slope = mean(arm)?;
            let is_apart = (slope - control_slope).abs() >= 0.2 * slope.abs().max(control_slope.abs());
            let kind = NoteKind::LeadInDiffers { arm: name.clone(), slope, control: control.clone(), control_slope };
            is_apart.then_some(Note { analysis: AnalysisId::SlopeChange, kind })
        })
        .collect()
}

/// Most patients of a trial decline: when most move the way that the plan calls better, the plan may be wrong.
fn direction_note(slope: &SlopePlan, subjects: &[SubjectSlopes]) -> Option<Note> {
    let slopes = || subjects.iter().filter_map(|subject| subject.lead_in.or(subject.follow_up));
    let of = slopes().filter(|slope| *slope != 0.0).count();
    let better = slopes().filter(|found| if slope.higher_is_better { *found > 0.0 } else { *found < 0.0 }).count();
    let kind = NoteKind::MostImprove { outcome: slope.visits.outcome.clone(), better, of };
    (3 * better > 2 * of).then_some(Note { analysis: AnalysisId::Responder, kind })
}
