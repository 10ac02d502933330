//! Mixed model for repeated measures: all visits in one model, with any covariance between a patient's visits.

pub(in crate::analysis) mod model;
mod plan;

pub use plan::{MmrmDfMethod, MmrmPlan, VisitStructure};

use serde::{Deserialize, Serialize};

use self::model::{Model, ModelRow};
use super::covariate::{Column, columns, completeness};
use super::visit_plan::{VisitTable, visit_table};
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term, thinned};
use crate::order::sort_by;
use crate::stats::StatError;
use crate::stats::distribution::normal;
use crate::stats::mixed::{MmrmFit, MmrmOptions, RepeatedMeasures, fit_mmrm};
use crate::trial::Trial;

/// More visits than this are a curve, and their covariance has more parameters than a trial can tell.
pub const MOST_VISITS: usize = 15;

/// Models with more rows and visits than this are fitted once: the other covariances would keep the reader waiting.
const MOST_ROWS_BY_STRUCTURE: usize = 20_000;
const MOST_VISITS_BY_STRUCTURE: usize = 12;

/// What the figures need beside the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MmrmDetail {
    /// Those in the model, control first.
    pub arm_names: Vec<String>,
    /// People of each arm in the model.
    pub arm_people: Vec<usize>,
    /// Months in the model.
    pub months: Vec<f64>,
    /// The structure that was fitted.
    pub structure: VisitStructure,
    /// Rows of the model, and those whose standardised residual lies beyond ±2.
    pub measurements: usize,
    pub beyond_two: usize,
    /// From the lowest up; of many, some.
    pub residuals: Vec<ResidualPoint>,
    /// Columns of the model in words.
    pub model: String,
}

/// One row of the model after the fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResidualPoint {
    pub subject_id: String,
    pub arm: usize,
    pub month: f64,
    pub fitted: f64,
    /// Freed of the visits' variance and correlation.
    pub standardised: f64,
    /// Where a normal distribution would put it.
    pub normal_quantile: f64,
}

/// The rows of one model and what was left out of it.
struct Cohort {
    /// Places in `Population::arm_names` of the arms in the model.
    arms: Vec<usize>,
    /// Places in the plan's target months.
    visits: Vec<usize>,
    rows: Vec<ModelRow>,
}

/// # What
/// Change from baseline at all target months: arm, visit, arm by visit, baseline (by visit) and covariates, by REML.
pub fn analyse_mmrm(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    mmrm: &MmrmPlan,
) -> Result<Answer, AnalysisError> {
    let table = visit_table(trial, population, &mmrm.visits)?;
    let mut notes = Vec::new();
    let cohort = gather(trial, population, mmrm, &table, &mut notes)?;
    let people: Vec<usize> = cohort.rows.iter().map(|row| row.subject).collect();
    let covariates: Vec<(Column, bool)> = columns(trial, &mmrm.covariates, &people)?
        .into_iter()
        .map(|column| {
            let is_by_visit = mmrm.by_visit.iter().any(|name| name == column.name());
            (column, is_by_visit)
        })
        .collect();
    let model = Model::new(&cohort.rows, cohort.arms.len(), cohort.visits.len(), mmrm.baseline_by_visit, &covariates)
        .map_err(|error| AnalysisError::from_stat(&error, "MMRM"))?;

    let (structure, fit) = climb(mmrm, &cohort, &model, &mut notes)?;
    let asked = Asked { plan, mmrm, population, cohort: &cohort, model: &model, structure };
    let mut rows = asked.rows(&fit);
    let others = asked.by_structure(&fit);
    notes.extend(asked.disagreement(&rows, &others));
    rows.extend(others);
    notes.extend(asked.doubts(&fit, population, &table));

    let months: Vec<f64> =
        cohort.visits.iter().filter_map(|visit| mmrm.visits.target_months.get(*visit).copied()).collect();
    let detail = MmrmDetail {
        arm_names: cohort.arms.iter().filter_map(|arm| population.arm_names.get(*arm).cloned()).collect(),
        arm_people: (0..cohort.arms.len()).map(|arm| people_of(&cohort, |row| row.arm == arm)).collect(),
        beyond_two: fit.standardised_residuals.iter().filter(|residual| residual.abs() > 2.0).count(),
        measurements: fit.n,
        residuals: thinned(residual_points(trial, &cohort, &months, &fit)),
        months,
        structure,
        model: model_words(mmrm),
    };
    Ok(Answer { rows, notes, detail: Detail::Mmrm(detail) })
}

fn unanswered(group: Option<String>, at_month: Option<f64>, error: AnalysisError) -> Note {
    Note { analysis: AnalysisId::Mmrm, kind: NoteKind::Unanswered { group, at_month, error } }
}

/// Distinct subjects among the rows that are wanted; a subject's rows stand together.
fn people_of(cohort: &Cohort, wanted: impl Fn(&ModelRow) -> bool) -> usize {
    let mut people: Vec<usize> = cohort.rows.iter().filter(|row| wanted(row)).map(|row| row.subject).collect();
    people.dedup();
    people.len()
}

/// Who can be in the model. An arm without a row, and a visit that an arm never had, are left out and said so.
fn gather(
    trial: &Trial,
    population: &Population,
    mmrm: &MmrmPlan,
    table: &VisitTable<'_>,
    notes: &mut Vec<Note>,
) -> Result<Cohort, AnalysisError> {
    let subjects: Vec<usize> = table.rows.iter().map(|row| row.subject).collect();
    let complete = completeness(trial, &mmrm.covariates, &subjects)?;
    notes.extend(complete.missing.iter().map(|(covariate, subjects)| Note {
        analysis: AnalysisId::Mmrm,
        kind: NoteKind::MissingCovariate { covariate: covariate.clone(), subjects: *subjects },
    }));
    let kept: Vec<_> = table.rows.iter().zip(&complete.is_complete).filter(|(_, keep)| **keep).collect();
    let seen =
        |arm: usize, visit: usize| kept.iter().filter(|(row, _)| row.arm == arm && row.change(visit).is_some()).count();
    let all_visits = 0..mmrm.visits.target_months.len();
    let mut arms = Vec::new();
    for (arm, name) in population.arm_names.iter().enumerate() {
        if all_visits.clone().any(|visit| seen(arm, visit) > 0) {
            arms.push(arm);
        } else {
            let what = "people with a baseline and a visit".to_owned();
            notes.push(unanswered(Some(name.clone()), None, AnalysisError::TooFew { what, need: 1, got: 0 }));
        }
    }
    if arms.first() != Some(&0) {
        let control = population.arm_names.first().cloned().unwrap_or_default();
        return Err(AnalysisError::NoControl { control });
    }
    if arms.len() < 2 {
        return Err(AnalysisError::OneArm { arms_with_data: arms.len() });
    }
    let mut visits = Vec::new();
    for (visit, month) in mmrm.visits.target_months.iter().enumerate() {
        match arms.iter().find(|arm| seen(**arm, visit) == 0) {
            None => visits.push(visit),
            Some(arm) => {
                let group = population.arm_names.get(*arm).cloned();
                let what = "people seen at this visit".to_owned();
                notes.push(unanswered(group, Some(*month), AnalysisError::TooFew { what, need: 1, got: 0 }));
            }
        }
    }
    if visits.len() > MOST_VISITS {
        let what = "visits in one model".to_owned();
        return Err(AnalysisError::TooMany { what, most: MOST_VISITS, got: visits.len() });
    }
    if visits.len() < 2 {
        let what = "visits that every arm has".to_owned();
        return Err(AnalysisError::TooFew { what, need: 2, got: visits.len() });
    }
    let mut rows = Vec::new();
    for (row, _) in kept {
        let Some(arm) = arms.iter().position(|arm| *arm == row.arm) else { continue };
        for (place, visit) in visits.iter().enumerate() {
            if let Some(change) = row.change(*visit) {
                let baseline = row.baseline.value;
                rows.push(ModelRow { subject: row.subject, arm, visit: place, baseline, change });
            }
        }
    }
    Ok(Cohort { arms, visits, rows })
}

fn fit_with(
    structure: VisitStructure,
    mmrm: &MmrmPlan,
    cohort: &Cohort,
    model: &Model,
) -> Result<MmrmFit, AnalysisError> {
    let visits = cohort.visits.len();
    let response: Vec<f64> = cohort.rows.iter().map(|row| row.change).collect();
    let subject: Vec<usize> = cohort.rows.iter().map(|row| row.subject).collect();
    let visit: Vec<usize> = cohort.rows.iter().map(|row| row.visit).collect();
    let data = RepeatedMeasures { response: &response, subject: &subject, visit: &visit, n_visits: visits };
    let options = MmrmOptions { structure: structure.of_stats(), df_method: mmrm.df_method.of_stats() };
    fit_mmrm(&data, &model.design, &options).map_err(|error| match error {
        StatError::Singular { column } => {
            let name = model.design.names().get(column).cloned();
            AnalysisError::Singular { column: name.unwrap_or_else(|| format!("column {}", column + 1)) }
        }
        StatError::TooFew { what, need, got } => AnalysisError::TooFew { what: what.to_owned(), need, got },
        StatError::NoVariation { .. } => AnalysisError::NoVariation { what: mmrm.visits.outcome.clone() },
        other => AnalysisError::from_stat(&other, structure.words()),
    })
}

/// The first structure of the ladder that can be fitted. What is wrong with the columns no other structure mends.
fn climb(
    mmrm: &MmrmPlan,
    cohort: &Cohort,
    model: &Model,
    notes: &mut Vec<Note>,
) -> Result<(VisitStructure, MmrmFit), AnalysisError> {
    let mut last = AnalysisError::Internal { message: "no covariance structure was named".into() };
    let mut steps = Vec::new();
    for &structure in &mmrm.structures {
        match fit_with(structure, mmrm, cohort, model) {
            Ok(fit) => {
                notes.extend(steps);
                return Ok((structure, fit));
            }
            Err(error @ (AnalysisError::Singular { .. } | AnalysisError::NoVariation { .. })) => return Err(error),
            Err(error) => {
                let kind = NoteKind::LadderStep { structure: structure.words().to_owned(), error: error.clone() };
                steps.push(Note { analysis: AnalysisId::Mmrm, kind });
                last = error;
            }
        }
    }
    Err(last)
}

struct Asked<'a> {
    plan: &'a Plan,
    mmrm: &'a MmrmPlan,
    population: &'a Population,
    cohort: &'a Cohort,
    model: &'a Model,
    structure: VisitStructure,
}

impl Asked<'_> {
    fn name(&self, arm: usize) -> String {
        let place = self.cohort.arms.get(arm).copied().unwrap_or_default();
        self.population.arm_names.get(place).cloned().unwrap_or_default()
    }

    fn month(&self, visit: usize) -> Option<f64> {
        self.mmrm.visits.target_months.get(*self.cohort.visits.get(visit)?).copied()
    }

    fn method(&self, structure: VisitStructure) -> String {
        format!("{}, {}", structure.words(), self.mmrm.df_method.words())
    }

    fn row(&self, term: Term) -> Finding {
        let method = Some(self.method(self.structure));
        Finding { method, ..Finding::new(AnalysisId::Mmrm, &self.mmrm.visits.outcome, term) }
    }

    /// With `contrast` filled in: arm minus control.
    fn arm_row(&self, term: Term, arm: usize) -> Finding {
        let name = self.name(arm);
        let contrast = Some(format!("{name} − {}", self.name(0)));
        Finding { group: Some(name), contrast, ..self.row(term) }
    }

    fn rows(&self, fit: &MmrmFit) -> Vec<Finding> {
        let level = self.plan.confidence_level;
        let effects = &fit.fixed_effects;
        let arms = 0..self.cohort.arms.len();
        let visits = 0..self.cohort.visits.len();
        let mut rows = Vec::new();
        for visit in visits.clone() {
            for arm in arms.clone() {
                let n = people_of(self.cohort, |row| row.arm == arm && row.visit == visit);
                if let Ok(mean) = effects.contrast(&self.model.adjusted_mean(arm, visit), level) {
                    let row = Finding { group: Some(self.name(arm)), ..self.row(Term::LsMean) };
                    // That a mean is 0 is no question here.
                    let row = Finding { statistic: None, p_value: None, ..row.with_contrast(&mean) };
                    rows.push(Finding { at: self.month(visit), n: Some(n as u64), ..row });
                }
            }
            for arm in arms.clone().skip(1) {
                let n = people_of(self.cohort, |row| (row.arm == arm || row.arm == 0) && row.visit == visit);
                if let Ok(found) = effects.contrast(&self.model.difference(arm, visit), level) {
                    let row = self.arm_row(Term::Difference, arm).with_contrast(&found);
                    rows.push(Finding { at: self.month(visit), n: Some(n as u64), ..row });
                }
            }
            if arms.len() > 2 {
                let weights: Vec<Vec<f64>> =
                    arms.clone().skip(1).map(|arm| self.model.difference(arm, visit)).collect();
                if let Ok(test) = effects.f_test(&weights) {
                    let row = Finding { at: self.month(visit), ..self.row(Term::ArmTest) };
                    rows.push(row.with_f_test(&test));
                }
            }
        }
        for arm in arms.clone().skip(1) {
            if let Ok(found) = effects.contrast(&self.model.average_difference(arm), level) {
                rows.push(self.arm_row(Term::AverageDifference, arm).with_contrast(&found));
            }
        }
        for effect in self.model.effects() {
            if let Ok(test) = effects.f_test(&effect.rows) {
                let row = Finding { contrast: Some(effect.name), ..self.row(Term::EffectTest) };
                rows.push(row.with_f_test(&test));
            }
        }
        let n = Some(fit.n_subjects as u64);
        rows.push(Finding { n, estimate: Some(fit.minus_two_reml), ..self.row(Term::MinusTwoReml) });
        rows.push(Finding { n, estimate: Some(fit.aic), ..self.row(Term::Aic) });
        for left in visits.clone() {
            let variance = |visit: usize| fit.visit_covariance.at(visit, visit);
            let sd = Some(variance(left).sqrt());
            rows.push(Finding { at: self.month(left), estimate: sd, ..self.row(Term::VisitSd) });
            for right in visits.clone().skip(left + 1) {
                let r = fit.visit_covariance.at(left, right) / (variance(left) * variance(right)).sqrt();
                let contrast = self.month(left).map(|month| format!("with {month}"));
                let row = Finding { at: self.month(right), contrast, ..self.row(Term::VisitCorrelation) };
                rows.push(Finding { estimate: Some(r), ..row });
            }
        }
        rows
    }

    /// The primary visit's difference by every other structure that can be fitted.
    fn by_structure(&self, chosen: &MmrmFit) -> Vec<Finding> {
        let visits = 0..self.cohort.visits.len();
        let is_large = self.cohort.rows.len() > MOST_ROWS_BY_STRUCTURE || visits.len() > MOST_VISITS_BY_STRUCTURE;
        let Some(primary) = visits.clone().find(|visit| self.month(*visit) == Some(self.mmrm.visits.primary_month))
        else {
            return Vec::new();
        };
        let n =
            |arm: usize| people_of(self.cohort, |row| (row.arm == arm || row.arm == 0) && row.visit == primary) as u64;
        let mut rows = Vec::new();
        for structure in VisitStructure::ALL.into_iter().filter(|one| !is_large || *one == self.structure) {
            let other;
            let fit = if structure == self.structure {
                chosen
            } else {
                match fit_with(structure, self.mmrm, self.cohort, self.model) {
                    Ok(fit) => {
                        other = fit;
                        &other
                    }
                    // That it cannot be fitted shows as its absence from the table.
                    Err(_) => continue,
                }
            };
            for arm in 1..self.cohort.arms.len() {
                let weights = self.model.difference(arm, primary);
                let Ok(found) = fit.fixed_effects.contrast(&weights, self.plan.confidence_level) else { continue };
                let row = self.arm_row(Term::DifferenceByStructure, arm).with_contrast(&found);
                let at = self.month(primary);
                rows.push(Finding {
                    at,
                    n: Some(n(arm)),
                    method: Some(self.method(structure)),
                    note: Some(format!("{} AIC {:.4}", structure.key(), fit.aic)),
                    ..row
                });
            }
        }
        rows
    }

    fn disagreement(&self, rows: &[Finding], others: &[Finding]) -> Option<Note> {
        let primary = self.mmrm.visits.primary_month;
        let excludes_zero =
            |row: &&Finding| row.conf_low.zip(row.conf_high).is_some_and(|(low, high)| low > 0.0 || high < 0.0);
        let words = |row: &Finding| {
            let method = row.method.clone().unwrap_or_default();
            method.split(" covariance").next().unwrap_or_default().to_owned()
        };
        let chosen = rows.iter().filter(|row| row.term == Term::Difference && row.at == Some(primary));
        chosen.into_iter().find_map(|chosen| {
            let of_arm = || others.iter().filter(|row| row.group == chosen.group);
            let excludes: Vec<String> = of_arm().filter(excludes_zero).map(words).collect();
            let includes: Vec<String> = of_arm().filter(|row| !excludes_zero(row)).map(words).collect();
            let disagree = !excludes.is_empty() && !includes.is_empty();
            let kind = NoteKind::StructuresDisagree { excludes, includes };
            disagree.then_some(Note { analysis: AnalysisId::Mmrm, kind })
        })
    }

    fn doubts(&self, fit: &MmrmFit, population: &Population, table: &VisitTable<'_>) -> Vec<Note> {
        let note = |kind| Note { analysis: AnalysisId::Mmrm, kind };
        let mut notes = Vec::new();
        let incomplete = (0..fit.n_subjects).len() * self.cohort.visits.len() - fit.n;
        if incomplete > 0 {
            let complete = table
                .rows
                .iter()
                .filter(|row| self.cohort.arms.contains(&row.arm))
                .filter(|row| self.cohort.visits.iter().all(|visit| row.change(*visit).is_some()))
                .count();
            let of = population.subjects().filter(|subject| population.arm(*subject).is_some()).count();
            notes.push(note(NoteKind::MissingAtRandom { without_visit: of.saturating_sub(complete), of }));
        }
        if fit.n_covariance_parameters * 3 > fit.n_subjects {
            let parameters = fit.n_covariance_parameters;
            notes.push(note(NoteKind::ManyParameters { parameters, subjects: fit.n_subjects }));
        }
        if self.cohort.visits.len() > 1 {
            notes.push(note(NoteKind::SeveralVisits { visits: self.cohort.visits.len() }));
        }
        if population.outside_set > 0 {
            let set = self.plan.analysis_set.clone().unwrap_or_default();
            notes.push(note(NoteKind::OutsideSet { set, subjects: population.outside_set }));
        }
        notes
    }
}

fn model_words(mmrm: &MmrmPlan) -> String {
    let mut words = String::from("change ~ arm × visit + baseline");
    if mmrm.baseline_by_visit {
        words.push_str(" × visit");
    }
    for covariate in &mmrm.covariates {
        words.push_str(" + ");
        words.push_str(&covariate.name);
        if covariate.as_factor {
            words.push_str(" (groups)");
        }
        if mmrm.by_visit.contains(&covariate.name) {
            words.push_str(" × visit");
        }
    }
    words
}

/// Each row's standardised residual beside the normal quantile of its rank, (i − 0.5) / n.
fn residual_points(trial: &Trial, cohort: &Cohort, months: &[f64], fit: &MmrmFit) -> Vec<ResidualPoint> {
    let mut points: Vec<ResidualPoint> = cohort
        .rows
        .iter()
        .zip(fit.fitted.iter().zip(&fit.standardised_residuals))
        .map(|(row, (fitted, standardised))| ResidualPoint {
            subject_id: trial.subjects.get(row.subject).map(|subject| subject.id.clone()).unwrap_or_default(),
            arm: row.arm,
            month: months.get(row.visit).copied().unwrap_or_default(),
            fitted: *fitted,
            standardised: *standardised,
            normal_quantile: 0.0,
        })
        .collect();
    sort_by(&mut points, |a: &ResidualPoint, b: &ResidualPoint| a.standardised.total_cmp(&b.standardised));
    let n = points.len() as f64;
    for (place, point) in points.iter_mut().enumerate() {
        point.normal_quantile = normal::quantile((place as f64 + 0.5) / n);
    }
    points
}
