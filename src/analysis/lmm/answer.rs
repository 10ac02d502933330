//! A fit as rows, notes and the material of the figures.

use super::MOST_LINES;
use super::model::ModelRow;
use super::two_stage::{TWO_STAGE, two_stage_rows};
use super::{
    Cohort, Fitted, LmmDetail, LmmDfMethod, LmmPlan, PatientLine, PatientSlope, QuantilePoint, SlopeModel, fit_with,
};
use crate::analysis::{Finding, Note, NoteKind, Plan, Population, Term, thinned};
use crate::order::sort_by;
use crate::stats::describe::estimate_summary;
use crate::stats::distribution::normal;

/// Below this share of the residual variance a random effect does not vary; closer than this to 1 a correlation is 1.
const NOTHING: f64 = 1e-6;

pub(super) struct Asked<'a> {
    pub plan: &'a Plan,
    pub lmm: &'a LmmPlan,
    pub cohort: &'a Cohort<'a>,
}

/// People among the rows that are wanted; a patient's rows stand together.
fn people_of(rows: &[ModelRow], wanted: impl Fn(&ModelRow) -> bool) -> usize {
    rows.chunk_by(|a, b| a.subject == b.subject).filter(|own| own.iter().any(&wanted)).count()
}

fn method(shape: SlopeModel, common_baseline: bool, df_method: LmmDfMethod) -> String {
    let baseline = if common_baseline { "common" } else { "separate" };
    format!("{}, {baseline} baseline, {}", shape.words(), df_method.words())
}

impl Asked<'_> {
    fn row(&self, shape: SlopeModel, term: Term) -> Finding {
        let method = Some(method(shape, self.lmm.common_baseline, self.lmm.df_method));
        Finding { method, ..Finding::new(shape.id(), &self.lmm.visits.outcome, term) }
    }

    fn name(&self, arm: usize) -> String {
        self.cohort.arm_names.get(arm).cloned().unwrap_or_default()
    }

    /// With `contrast` filled in: arm minus control.
    fn arm_row(&self, shape: SlopeModel, term: Term, arm: usize) -> Finding {
        let name = self.name(arm);
        let contrast = Some(format!("{name} − {}", self.name(0)));
        Finding { group: Some(name), contrast, ..self.row(shape, term) }
    }

    pub fn rows(&self, fitted: &Fitted) -> Vec<Finding> {
        let shape = fitted.shape;
        let effects = &fitted.fit.fixed_effects;
        let level = self.plan.confidence_level;
        let arms = 0..self.cohort.arm_names.len();
        let all = Some(people_of(&fitted.rows, |_| true) as u64);
        let after = along(shape, 0.0, 1.0);
        let mut rows = Vec::new();
        let mut tell = |row: Finding, weights: &[f64], is_test: bool| {
            let Ok(found) = effects.contrast(weights, level) else { return };
            let row = row.with_contrast(&found);
            // That a slope or a mean is 0 is no question here.
            rows.push(if is_test { row } else { Finding { statistic: None, p_value: None, ..row } });
        };
        for arm in arms.clone() {
            let n = Some(people_of(&fitted.rows, |row| row.arm == arm) as u64);
            let row = |term| Finding { group: Some(self.name(arm)), n, ..self.row(shape, term) };
            tell(row(Term::Slope), &fitted.model.slope(arm, &after), false);
            if shape == SlopeModel::ChangePoint {
                if !self.lmm.common_baseline {
                    tell(row(Term::LeadInSlope), &fitted.model.slope(arm, &[1.0, 0.0]), false);
                }
                tell(row(Term::SlopeChange), &fitted.model.slope(arm, &[-1.0, 1.0]), true);
            }
        }
        if shape == SlopeModel::ChangePoint && self.lmm.common_baseline {
            let row = Finding { n: all, ..self.row(shape, Term::LeadInSlope) };
            tell(row, &fitted.model.slope(0, &[1.0, 0.0]), false);
        }
        for arm in arms.clone().skip(1) {
            let n = Some(people_of(&fitted.rows, |row| row.arm == arm || row.arm == 0) as u64);
            let row = |term| Finding { n, ..self.arm_row(shape, term, arm) };
            tell(row(Term::Difference), &fitted.model.difference(arm, &after), true);
            if shape == SlopeModel::ChangePoint {
                tell(row(Term::SlopeChangeDifference), &fitted.model.difference(arm, &[-1.0, 1.0]), true);
            }
        }
        for month in self.months(fitted) {
            for arm in arms.clone() {
                let n = Some(people_of(&fitted.rows, |row| row.arm == arm) as u64);
                let row = Finding { group: Some(self.name(arm)), n, at: Some(month), ..self.row(shape, Term::LsMean) };
                tell(row, &fitted.model.mean(arm, &shape.basis(month)), false);
            }
        }
        if arms.len() > 2 {
            let weights: Vec<Vec<f64>> = arms.clone().skip(1).map(|arm| fitted.model.difference(arm, &after)).collect();
            if let Ok(test) = effects.f_test(&weights) {
                rows.push(Finding { n: all, ..self.row(shape, Term::ArmTest) }.with_f_test(&test));
            }
        }
        rows.extend(self.observed_rows(fitted));
        rows.extend(self.variance_rows(fitted));
        rows.push(Finding { n: all, estimate: Some(fitted.fit.minus_two_reml), ..self.row(shape, Term::MinusTwoReml) });
        rows.push(Finding { n: all, estimate: Some(fitted.fit.n as f64), ..self.row(shape, Term::Measurements) });
        rows
    }

    /// Where the arms' lines are read off: the first month that a quarter has visits round, month 0, the target months.
    fn months(&self, fitted: &Fitted) -> Vec<f64> {
        let mut months = Vec::new();
        if fitted.shape == SlopeModel::ChangePoint {
            let all = people_of(&fitted.rows, |_| true);
            let earliest = fitted.rows.iter().map(|row| row.time.round()).fold(0.0, f64::min);
            let mut month = earliest.max(-120.0);
            while month < 0.0 {
                if 4 * people_of(&fitted.rows, |row| row.time.round() == month) >= all {
                    months.push(month);
                    break;
                }
                month += 1.0;
            }
        }
        let horizon = self.lmm.horizon();
        months.push(0.0);
        months.extend(self.lmm.visits.target_months.iter().copied().filter(|month| *month <= horizon));
        months
    }

    /// Means of what was measured, beside the line.
    fn observed_rows(&self, fitted: &Fitted) -> Vec<Finding> {
        let window = self.lmm.visits.window_months;
        let mut rows = Vec::new();
        for month in self.months(fitted) {
            for (arm, name) in self.cohort.arm_names.iter().enumerate() {
                let values: Vec<f64> = fitted
                    .rows
                    .chunk_by(|a, b| a.subject == b.subject)
                    .filter(|own| own.first().is_some_and(|row| row.arm == arm))
                    .filter_map(|own| self.cohort.table.series.nearest(own.first()?.subject, month, window))
                    .map(|visit| visit.value)
                    .collect();
                let Ok(summary) = estimate_summary(&values) else { continue };
                rows.push(Finding {
                    group: Some(name.clone()),
                    at: Some(month),
                    n: Some(summary.n as u64),
                    estimate: Some(summary.mean),
                    ..Finding::new(fitted.shape.id(), &self.lmm.visits.outcome, Term::ObservedMean)
                });
            }
        }
        rows
    }

    fn variance_rows(&self, fitted: &Fitted) -> Vec<Finding> {
        let covariance = &fitted.fit.random_covariance;
        let names = fitted.shape.effects();
        let row = |term, of: String| Finding { contrast: Some(of), ..self.row(fitted.shape, term) };
        let sd = |place: usize| covariance.at(place, place).sqrt();
        let mut rows = Vec::new();
        for (place, name) in names.iter().enumerate() {
            rows.push(Finding { estimate: Some(sd(place)), ..row(Term::RandomSd, (*name).to_owned()) });
        }
        let residual = Some(fitted.fit.residual_variance.sqrt());
        rows.push(Finding { estimate: residual, ..row(Term::RandomSd, "residual".to_owned()) });
        for (place, name) in names.iter().enumerate() {
            for (other, other_name) in names.iter().enumerate().take(place) {
                let r = covariance.at(place, other) / (sd(place) * sd(other));
                let found = r.is_finite().then_some(r.clamp(-1.0, 1.0));
                let of = format!("{other_name} with {name}");
                rows.extend(found.map(|r| Finding { estimate: Some(r), ..row(Term::RandomCorrelation, of) }));
            }
        }
        rows
    }

    /// The difference of slopes by both models, either baseline, both methods of degrees of freedom; then without a model.
    pub fn by_model(&self, fits: &[Fitted]) -> Vec<Finding> {
        if self.cohort.arm_names.len() < 2 {
            return Vec::new();
        }
        let mut rows = Vec::new();
        for shape in SlopeModel::ALL {
            let Some(main) = fits.iter().find(|fitted| fitted.shape == shape) else { continue };
            for common_baseline in [true, false] {
                for df_method in LmmDfMethod::ALL {
                    let other;
                    let is_main = common_baseline == self.lmm.common_baseline && df_method == self.lmm.df_method;
                    let fitted = if is_main {
                        main
                    } else {
                        match fit_with(self.cohort, self.lmm, shape, common_baseline, df_method) {
                            Ok(fitted) => {
                                other = fitted;
                                &other
                            }
                            // That it cannot be fitted shows as its absence from the table.
                            Err(_) => continue,
                        }
                    };
                    for arm in 1..self.cohort.arm_names.len() {
                        let n = people_of(&fitted.rows, |row| row.arm == arm || row.arm == 0) as u64;
                        let weights = fitted.model.difference(arm, &along(shape, 0.0, 1.0));
                        let found = fitted.fit.fixed_effects.contrast(&weights, self.plan.confidence_level);
                        let Ok(found) = found else { continue };
                        let baseline = if common_baseline { "common_baseline" } else { "separate_baseline" };
                        rows.push(Finding {
                            n: Some(n),
                            method: Some(method(shape, common_baseline, df_method)),
                            note: Some(format!("{} {baseline} {}", shape.key(), df_method.key())),
                            ..self.arm_row(shape, Term::DifferenceByModel, arm).with_contrast(&found)
                        });
                    }
                }
            }
        }
        let lines = self.cohort.rows(SlopeModel::Slope);
        let outcome = &self.lmm.visits.outcome;
        rows.extend(two_stage_rows(&lines, &self.cohort.arm_names, outcome, self.plan.confidence_level));
        rows
    }

    /// The arms' own lead-in slopes, from the model with separate baselines whatever the plan's.
    pub fn lead_in_rows(&self) -> Vec<Finding> {
        let shape = SlopeModel::ChangePoint;
        if self.cohort.arm_names.len() < 2 || self.cohort.with_lead_in == 0 {
            return Vec::new();
        }
        let Ok(fitted) = fit_with(self.cohort, self.lmm, shape, false, self.lmm.df_method) else {
            return Vec::new();
        };
        let effects = &fitted.fit.fixed_effects;
        let level = self.plan.confidence_level;
        let words = Some(method(shape, false, self.lmm.df_method));
        let mut rows = Vec::new();
        for arm in 0..self.cohort.arm_names.len() {
            let n = Some(people_of(&fitted.rows, |row| row.arm == arm) as u64);
            if self.lmm.common_baseline
                && let Ok(found) = effects.contrast(&fitted.model.slope(arm, &[1.0, 0.0]), level)
            {
                let row = Finding { group: Some(self.name(arm)), n, ..self.row(shape, Term::LeadInSlope) };
                let row = Finding { method: words.clone(), ..row }.with_contrast(&found);
                rows.push(Finding { statistic: None, p_value: None, ..row });
            }
            let n = Some(people_of(&fitted.rows, |row| row.arm == arm || row.arm == 0) as u64);
            if arm > 0
                && let Ok(found) = effects.contrast(&fitted.model.difference(arm, &[1.0, 0.0]), level)
            {
                let row = Finding { n, ..self.arm_row(shape, Term::LeadInDifference, arm) };
                rows.push(Finding { method: words.clone(), ..row }.with_contrast(&found));
            }
        }
        rows
    }

    pub fn detail(&self, fitted: &Fitted) -> LmmDetail {
        let fit = &fitted.fit;
        let shape = fitted.shape;
        let id = |subject: usize| {
            self.cohort.trial.subjects.get(subject).map(|subject| subject.id.clone()).unwrap_or_default()
        };
        let sigma = fit.residual_variance.sqrt();
        let mut residuals: Vec<QuantilePoint> = fitted
            .rows
            .iter()
            .zip(&fit.residuals)
            .map(|(row, residual)| QuantilePoint {
                subject_id: id(row.subject),
                arm: row.arm,
                month: row.time,
                standardised: residual / sigma,
                normal_quantile: 0.0,
            })
            .collect();
        sort_by(&mut residuals, |a: &QuantilePoint, b: &QuantilePoint| a.standardised.total_cmp(&b.standardised));
        let n = residuals.len() as f64;
        for (place, point) in residuals.iter_mut().enumerate() {
            point.normal_quantile = normal::quantile((place as f64 + 0.5) / n);
        }

        let own_lines = || fitted.rows.chunk_by(|a, b| a.subject == b.subject);
        let estimate = |weights: Vec<f64>| {
            weights.iter().zip(&fit.fixed_effects.estimates).map(|(weight, value)| weight * value).sum::<f64>()
        };
        let means: Vec<(f64, f64)> = (0..self.cohort.arm_names.len())
            .map(|arm| {
                let lead_in = estimate(fitted.model.slope(arm, &along(shape, 1.0, 0.0)));
                (lead_in, estimate(fitted.model.slope(arm, &along(shape, 0.0, 1.0))))
            })
            .collect();
        let last = shape.after() + 1;
        let parts: Vec<f64> = fit.subject_effects.iter().filter_map(|own| own.effects.get(last).copied()).collect();
        let spread = estimate_summary(&parts).ok().and_then(|summary| summary.sd).filter(|sd| *sd > 0.0);
        let mut patients: Vec<PatientSlope> = own_lines()
            .filter_map(|own| own.first())
            .zip(&fit.subject_effects)
            .map(|(row, own)| {
                let effect = |place: usize| own.effects.get(place).copied().unwrap_or(0.0);
                let (lead_in, slope) = means.get(row.arm).copied().unwrap_or_default();
                PatientSlope {
                    subject_id: id(row.subject),
                    arm: row.arm,
                    slope: slope + effect(last),
                    lead_in: (shape == SlopeModel::ChangePoint).then(|| lead_in + effect(1)),
                    standardised: spread.map(|sd| effect(last) / sd),
                    normal_quantile: 0.0,
                }
            })
            .collect();
        sort_by(&mut patients, |a: &PatientSlope, b: &PatientSlope| {
            a.standardised.unwrap_or(0.0).total_cmp(&b.standardised.unwrap_or(0.0))
        });
        let n = patients.len() as f64;
        for (place, point) in patients.iter_mut().enumerate() {
            point.normal_quantile = normal::quantile((place as f64 + 0.5) / n);
        }
        let line_stride = own_lines().count().div_ceil(MOST_LINES).max(1);
        LmmDetail {
            arm_people: (0..self.cohort.arm_names.len())
                .map(|arm| people_of(&fitted.rows, |row| row.arm == arm))
                .collect(),
            arm_names: self.cohort.arm_names.clone(),
            model: shape,
            formula: self.formula(shape),
            residuals: thinned(residuals),
            patients: thinned(patients),
            line_stride,
            lines: own_lines()
                .step_by(line_stride)
                .filter_map(|own| {
                    let first = own.first()?;
                    let points = own.iter().map(|row| (row.time, row.value)).collect();
                    Some(PatientLine { subject_id: id(first.subject), arm: first.arm, points })
                })
                .collect(),
        }
    }

    fn formula(&self, shape: SlopeModel) -> String {
        let slopes: &[&str] = match shape {
            SlopeModel::Slope => &["t"],
            SlopeModel::ChangePoint => &["t_pre", "t_post"],
        };
        let mut words = format!("value ~ {}", slopes.join(" + "));
        if self.cohort.arm_names.len() > 1 {
            if !self.lmm.common_baseline {
                words.push_str(" + arm");
            }
            for slope in slopes.iter().skip(if self.lmm.common_baseline { shape.after() } else { 0 }) {
                words.push_str(&format!(" + arm × {slope}"));
            }
        }
        for covariate in &self.lmm.covariates {
            words.push_str(&format!(" + {}", covariate.name));
            if covariate.as_factor {
                words.push_str(" (groups)");
            }
            if self.lmm.by_time.contains(&covariate.name) {
                words.push_str(&format!(" × ({})", slopes.join(" + ")));
            }
        }
        words.push_str(&format!("; random per patient: 1 + {}", slopes.join(" + ")));
        words
    }

    pub fn singular_note(&self, fitted: &Fitted) -> Option<Note> {
        if !fitted.fit.is_singular {
            return None;
        }
        let covariance = &fitted.fit.random_covariance;
        let names = fitted.shape.effects();
        let n = fitted.rows.len().max(1) as f64;
        let is_constant = |place: usize| {
            let column = fitted.model.random_columns.get(place).map(Vec::as_slice).unwrap_or_default();
            let square = column.iter().map(|value| value * value).sum::<f64>() / n;
            covariance.at(place, place) * square < NOTHING * fitted.fit.residual_variance
        };
        let mut constant = Vec::new();
        let mut tied = Vec::new();
        for (place, name) in names.iter().enumerate() {
            if is_constant(place) {
                constant.push((*name).to_owned());
                continue;
            }
            for (other, other_name) in names.iter().enumerate().take(place).filter(|(other, _)| !is_constant(*other)) {
                let size = (covariance.at(place, place) * covariance.at(other, other)).sqrt();
                if (covariance.at(place, other) / size).abs() > 1.0 - NOTHING {
                    tied.push(format!("{other_name} and {name}"));
                }
            }
        }
        Some(Note { analysis: fitted.shape.id(), kind: NoteKind::SingularFit { constant, tied } })
    }

    /// For each arm: do the models, and the two stages, agree on whether 0 is in the interval?
    pub fn disagreement(&self, others: &[Finding]) -> Vec<Note> {
        let excludes_zero =
            |row: &&Finding| row.conf_low.zip(row.conf_high).is_some_and(|(low, high)| low > 0.0 || high < 0.0);
        let mut notes = Vec::new();
        for group in self.cohort.arm_names.iter().skip(1) {
            let df = self.lmm.df_method.words();
            let of_arm = || {
                others.iter().filter(|row| {
                    let method = row.method.as_deref().unwrap_or_default();
                    row.term == Term::DifferenceByModel
                        && row.group.as_ref() == Some(group)
                        && (method.ends_with(df) || method == TWO_STAGE)
                })
            };
            let words = |row: &Finding| row.method.clone().unwrap_or_default().replace(&format!(", {df}"), "");
            let excludes: Vec<String> = of_arm().filter(excludes_zero).map(words).collect();
            let includes: Vec<String> = of_arm().filter(|row| !excludes_zero(row)).map(words).collect();
            if !excludes.is_empty() && !includes.is_empty() {
                let kind = NoteKind::ModelsDisagree { group: group.clone(), excludes, includes };
                notes.push(Note { analysis: self.lmm.model.id(), kind });
            }
        }
        notes
    }

    /// Said when an arm's lead-in slope differs from control's by at least a fifth of the larger, as with mean changes.
    pub fn lead_in_notes(&self, rows: &[Finding], separate: &[Finding]) -> Vec<Note> {
        let slope = |arm: &String| {
            let found = rows
                .iter()
                .chain(separate)
                .find(|row| row.term == Term::LeadInSlope && row.group.as_ref() == Some(arm))?;
            found.estimate
        };
        let Some((control, control_slope)) =
            self.cohort.arm_names.first().and_then(|name| Some((name.clone(), slope(name)?)))
        else {
            return Vec::new();
        };
        let mut notes = Vec::new();
        for arm in self.cohort.arm_names.iter().skip(1) {
            let Some(slope) = slope(arm) else { continue };
            if (slope - control_slope).abs() >= 0.2 * slope.abs().max(control_slope.abs()) {
                let control = control.clone();
                let kind = NoteKind::LeadInDiffers { arm: arm.clone(), slope, control, control_slope };
                notes.push(Note { analysis: SlopeModel::ChangePoint.id(), kind });
            }
        }
        notes
    }

    pub fn doubts(&self, fitted: &Fitted, population: &Population) -> Vec<Note> {
        let note = |kind| Note { analysis: fitted.shape.id(), kind };
        let mut notes = Vec::new();
        let of = population.subjects().filter(|subject| population.arm(*subject).is_some()).count();
        let table = &self.cohort.table.rows;
        let complete = table.iter().filter(|row| row.at_month.iter().all(Option::is_some)).count();
        if complete < of {
            notes.push(note(NoteKind::MissingAtRandom { without_visit: of - complete, of }));
        }
        let own = || fitted.rows.chunk_by(|a, b| a.subject == b.subject);
        let few = own().filter(|rows| rows.len() < 3).count();
        if few > 0 {
            notes.push(note(NoteKind::FewVisits { subjects: few, of: own().count() }));
        }
        for (arm, name) in self.cohort.arm_names.iter().enumerate() {
            let n = people_of(&fitted.rows, |row| row.arm == arm);
            if n < 5 {
                notes.push(note(NoteKind::FewPatients { group: name.clone(), n }));
            }
        }
        if population.outside_set > 0 {
            let set = self.plan.analysis_set.clone().unwrap_or_default();
            notes.push(note(NoteKind::OutsideSet { set, subjects: population.outside_set }));
        }
        notes
    }
}

/// How often each slope of the model's basis counts.
fn along(shape: SlopeModel, lead_in: f64, after: f64) -> Vec<f64> {
    match shape {
        SlopeModel::Slope => vec![after],
        SlopeModel::ChangePoint => vec![lead_in, after],
    }
}
