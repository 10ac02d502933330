//! Mixed model of slopes: a random line for each patient, with the lead-in as a change-point where there is one.

mod answer;
mod model;
mod plan;
mod two_stage;

pub use plan::{LmmDfMethod, LmmPlan, SlopeModel};

use serde::{Deserialize, Serialize};

use self::answer::Asked;
use self::model::{Model, ModelRow};
use self::plan::SHORTEST_LEAD_IN_MONTHS;
use super::covariate::{Column, columns, completeness};
use super::visit_plan::{VisitTable, visit_table};
use super::{AnalysisError, AnalysisId, Answer, Detail, Note, NoteKind, Plan, Population};
use crate::stats::StatError;
use crate::stats::mixed::{LinearMixedFit, LinearMixedOptions, RandomCovariance, RandomEffectData, fit_linear_mixed};
use crate::trial::Trial;

/// Slack for times that went through days and back.
const SLACK_MONTHS: f64 = 1e-9;

/// What the figures need beside the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LmmDetail {
    /// Those in the model, control first.
    pub arm_names: Vec<String>,
    /// People of each arm in the model.
    pub arm_people: Vec<usize>,
    /// The model that the rest is about: the chosen one, or the other where that gave no answer.
    pub model: SlopeModel,
    /// In words.
    pub formula: String,
    pub residuals: Vec<QuantilePoint>,
    pub patients: Vec<PatientSlope>,
    /// Of every how manieth person there is a line.
    pub line_stride: usize,
    pub lines: Vec<PatientLine>,
}

/// More lines than this hide each other.
const MOST_LINES: usize = 300;

/// A residual beside the normal quantile of its rank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuantilePoint {
    pub subject_id: String,
    pub arm: usize,
    pub month: f64,
    /// In residual standard deviations.
    pub standardised: f64,
    pub normal_quantile: f64,
}

/// A patient's own line as the model predicts it, in outcome units a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatientSlope {
    pub subject_id: String,
    pub arm: usize,
    /// From the baseline or, with a change-point, from month 0 on.
    pub slope: f64,
    pub lead_in: Option<f64>,
    /// The patient's part of the slope in standard deviations of all patients' parts; absent where they do not differ.
    pub standardised: Option<f64>,
    pub normal_quantile: f64,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatientLine {
    pub subject_id: String,
    pub arm: usize,
    /// Months and values.
    pub points: Vec<(f64, f64)>,
}

/// Who is in the models, with all their visits.
struct Cohort<'a> {
    trial: &'a Trial,
    table: &'a VisitTable<'a>,
    arm_names: Vec<String>,
    rows: Vec<ModelRow>,
    /// For each row whether it is the baseline or later.
    is_from_baseline: Vec<bool>,
    /// People with a visit long enough before their baseline.
    with_lead_in: usize,
}

impl Cohort<'_> {
    fn rows(&self, shape: SlopeModel) -> Vec<ModelRow> {
        let kept = self.rows.iter().zip(&self.is_from_baseline);
        kept.filter(|(_, later)| shape == SlopeModel::ChangePoint || **later).map(|(row, _)| *row).collect()
    }
}

/// A model with what it was fitted to.
struct Fitted {
    shape: SlopeModel,
    rows: Vec<ModelRow>,
    model: Model,
    fit: LinearMixedFit,
}

/// # What
/// The outcome over time as a line for each patient about the arm's line, by REML: arms differ in slope. With a lead-in
/// the line bends at month 0, so that each patient's decline before treatment is in the model and not subtracted.
pub fn analyse_lmm(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    lmm: &LmmPlan,
) -> Result<Answer, AnalysisError> {
    let table = visit_table(trial, population, &lmm.visits)?;
    let mut notes = Vec::new();
    let cohort = gather(trial, population, lmm, &table, &mut notes)?;
    let asked = Asked { plan, lmm, cohort: &cohort };

    let chosen = fit_with(&cohort, lmm, lmm.model, lmm.common_baseline, lmm.df_method);
    let other = match lmm.model {
        SlopeModel::Slope => SlopeModel::ChangePoint,
        SlopeModel::ChangePoint => SlopeModel::Slope,
    };
    let beside = fit_with(&cohort, lmm, other, lmm.common_baseline, lmm.df_method);
    let mut fits = Vec::new();
    match chosen {
        Ok(fitted) => fits.push(fitted),
        Err(error) if beside.is_err() => return Err(error),
        Err(error) => notes.push(unanswered(lmm.model.id(), None, error)),
    }
    match beside {
        Ok(fitted) => fits.push(fitted),
        // That the files have no lead-in is no fault of theirs where none was asked for.
        Err(AnalysisError::NoLeadIn { .. }) => {}
        Err(error) => notes.push(Note { analysis: other.id(), kind: NoteKind::OtherModelFailed { error } }),
    }
    let Some(first) = fits.first() else {
        return Err(AnalysisError::Internal { message: "neither slope model was fitted".into() });
    };

    let mut rows = Vec::new();
    for fitted in &fits {
        rows.extend(asked.rows(fitted));
        notes.extend(asked.singular_note(fitted));
    }
    if cohort.arm_names.len() < 2 {
        let arms_with_data = population.arm_names.iter().filter(|name| name.as_str() != super::EVERYONE).count().min(1);
        notes.push(unanswered(first.shape.id(), None, AnalysisError::OneArm { arms_with_data }));
    }
    let others = asked.by_model(&fits);
    notes.extend(asked.disagreement(&others));
    let lead_in = asked.lead_in_rows();
    notes.extend(asked.lead_in_notes(&rows, &lead_in));
    rows.extend(others);
    rows.extend(lead_in);
    notes.extend(asked.doubts(first, population));
    let detail = asked.detail(first);
    Ok(Answer { rows, notes, detail: Detail::Lmm(detail) })
}

fn unanswered(analysis: AnalysisId, group: Option<String>, error: AnalysisError) -> Note {
    Note { analysis, kind: NoteKind::Unanswered { group, at_month: None, error } }
}

/// Who can be in the models: an arm of which nobody was seen after the baseline has no slope.
fn gather<'a>(
    trial: &'a Trial,
    population: &Population,
    lmm: &LmmPlan,
    table: &'a VisitTable<'a>,
    notes: &mut Vec<Note>,
) -> Result<Cohort<'a>, AnalysisError> {
    let analysis = lmm.model.id();
    let subjects: Vec<usize> = table.rows.iter().map(|row| row.subject).collect();
    let complete = completeness(trial, &lmm.covariates, &subjects)?;
    notes.extend(complete.missing.iter().map(|(covariate, subjects)| Note {
        analysis,
        kind: NoteKind::MissingCovariate { covariate: covariate.clone(), subjects: *subjects },
    }));
    let horizon = lmm.horizon() + SLACK_MONTHS;
    let kept: Vec<_> =
        table.rows.iter().zip(&complete.is_complete).filter(|(_, keep)| **keep).map(|(row, _)| row).collect();
    let is_followed = |arm: usize| {
        kept.iter().filter(|row| row.arm == arm).any(|row| {
            let after = row.baseline.time_months + SLACK_MONTHS;
            table.series.of(row.subject).iter().any(|visit| visit.time_months > after && visit.time_months <= horizon)
        })
    };
    let mut arms = Vec::new();
    for (arm, name) in population.arm_names.iter().enumerate() {
        if is_followed(arm) {
            arms.push(arm);
        } else {
            let what = "people with a baseline and a later visit".to_owned();
            notes.push(unanswered(analysis, Some(name.clone()), AnalysisError::TooFew { what, need: 1, got: 0 }));
        }
    }
    if arms.is_empty() {
        let what = "people with a baseline and a later visit".to_owned();
        return Err(AnalysisError::TooFew { what, need: 2, got: 0 });
    }
    if arms.first() != Some(&0) {
        let control = population.arm_names.first().cloned().unwrap_or_default();
        return Err(AnalysisError::NoControl { control });
    }
    let mut cohort = Cohort {
        trial,
        table,
        arm_names: arms.iter().filter_map(|arm| population.arm_names.get(*arm).cloned()).collect(),
        rows: Vec::new(),
        is_from_baseline: Vec::new(),
        with_lead_in: 0,
    };
    for row in kept {
        let Some(arm) = arms.iter().position(|arm| *arm == row.arm) else { continue };
        let lead_in = table.series.lead_in_start(row.subject, row.baseline, SHORTEST_LEAD_IN_MONTHS);
        cohort.with_lead_in += usize::from(lead_in.is_some());
        for visit in table.series.of(row.subject).iter().filter(|visit| visit.time_months <= horizon) {
            let (time, value) = (visit.time_months, visit.value);
            cohort.rows.push(ModelRow { subject: row.subject, arm, time, value });
            cohort.is_from_baseline.push(time >= row.baseline.time_months - SLACK_MONTHS);
        }
    }
    Ok(cohort)
}

fn fit_with(
    cohort: &Cohort<'_>,
    lmm: &LmmPlan,
    shape: SlopeModel,
    common_baseline: bool,
    df_method: LmmDfMethod,
) -> Result<Fitted, AnalysisError> {
    let outcome = &cohort.table.outcome.name;
    if shape == SlopeModel::ChangePoint && cohort.with_lead_in == 0 {
        return Err(AnalysisError::NoLeadIn { outcome: outcome.clone() });
    }
    let rows = cohort.rows(shape);
    let people: Vec<usize> = rows.iter().map(|row| row.subject).collect();
    let covariates: Vec<(Column, bool)> = columns(cohort.trial, &lmm.covariates, &people)?
        .into_iter()
        .map(|column| {
            let is_by_time = lmm.by_time.iter().any(|name| name == column.name());
            (column, is_by_time)
        })
        .collect();
    let model = Model::new(&rows, &cohort.arm_names, shape, common_baseline, &covariates)?;
    let response: Vec<f64> = rows.iter().map(|row| row.value).collect();
    let data = RandomEffectData { response: &response, subject: &people, random_columns: &model.random_columns };
    let options = LinearMixedOptions { covariance: RandomCovariance::Full, df_method: df_method.of_stats() };
    let fit = fit_linear_mixed(&data, &model.design, &options).map_err(|error| match error {
        StatError::Singular { column } => {
            let name = model.design.names().get(column).cloned();
            AnalysisError::Singular { column: name.unwrap_or_else(|| format!("column {}", column + 1)) }
        }
        StatError::NoVariation { .. } => AnalysisError::NoVariation { what: outcome.clone() },
        StatError::TooFew { what: "rows for the random effects", need, got } => {
            let what = format!("visits, for a line of each patient’s own in the {}", shape.words());
            AnalysisError::TooFew { what, need, got }
        }
        StatError::TooFew { what, need, got } => AnalysisError::TooFew { what: what.to_owned(), need, got },
        other => AnalysisError::from_stat(&other, shape.words()),
    })?;
    Ok(Fitted { shape, rows, model, fit })
}
