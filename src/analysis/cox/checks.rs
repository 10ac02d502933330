//! Does the model fit, and does one patient decide?

use super::model::{Meaning, Model};
use super::{CoxDetail, InfluenceDetail, Question, ResidualDetail, unanswered};
use crate::analysis::{AnalysisId, Finding, Note, NoteKind, Term, TimeNote, thinned};
use crate::order;
use crate::stats::survival::{
    CoxFit, CoxOptions, CoxTies, ProportionalHazards, cox_residuals, proportional_hazards_test,
};

/// Below this a change of the hazard ratio over time is warned about.
const NOT_PROPORTIONAL: f64 = 0.05;

/// So many patients, those with most influence, are left out one by one.
const LEFT_OUT: usize = 20;

/// More people than this are not refitted.
const MOST_PEOPLE: usize = 5_000;

/// Each dot of the residuals' trend is the mean of about this share of the events.
const PARTS: usize = 5;

pub(super) fn proportional_hazards(
    question: &Question<'_>,
    model: &Model,
    fit: &CoxFit,
    options: &CoxOptions<'_>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
    detail: &mut CoxDetail,
) {
    let terms: Vec<&[usize]> = model.terms.iter().map(|term| term.columns.as_slice()).collect();
    let scale = question.cox.time_scale;
    // R's test has no exact ties either: it takes Efron's.
    let ties = if options.ties == CoxTies::Exact { CoxTies::Efron } else { options.ties };
    let options = CoxOptions { ties, ..*options };
    let found =
        proportional_hazards_test(&model.found.follow_up(), &model.matrix(), fit, &terms, scale.transform(), &options);
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            notes.push(unanswered(AnalysisId::CoxPh, None, model.refusal(&error)));
            return;
        }
    };
    let row = |contrast: String, test: &crate::stats::survival::ChiSquaredTest| Finding {
        contrast: Some(contrast),
        n: Some(fit.n_events as u64),
        statistic: Some(test.chi_squared),
        df: Some(test.df),
        p_value: Some(test.p_value),
        method: Some(scale.name().to_owned()),
        ..Finding::new(AnalysisId::CoxPh, &question.outcome, Term::ProportionalHazards)
    };
    for (term, test) in model.terms.iter().zip(&found.terms) {
        let name = term.covariate.clone().unwrap_or_else(|| "arm".to_owned());
        if test.p_value < NOT_PROPORTIONAL {
            let kind = TimeNote::HazardsNotProportional { term: name.clone(), p_value: test.p_value };
            notes.push(Note { analysis: AnalysisId::CoxPh, kind: NoteKind::Time(kind) });
        }
        rows.push(row(name, test));
    }
    rows.push(row("all terms".to_owned(), &found.global));
    for (column, meaning) in model.meanings.iter().enumerate() {
        if let Meaning::Arm(place) = meaning {
            detail.residuals.extend(residuals(&found, column, fit, question.arm_name(*place)));
        }
    }
}

fn residuals(found: &ProportionalHazards, column: usize, fit: &CoxFit, arm: String) -> Option<ResidualDetail> {
    let own = found.scaled_residuals.get(column)?;
    let mut points: Vec<(f64, f64, f64)> = found
        .events
        .iter()
        .zip(own)
        .filter_map(|(event, residual)| Some((event.transformed_time, (*residual)?, event.time)))
        .collect();
    order::sort_by(&mut points, |a, b| a.0.total_cmp(&b.0));
    let size = points.len().div_ceil(PARTS).max(1);
    let variance = found.residual_covariance.at(column, column);
    let means = points
        .chunks(size)
        .map(|part| {
            let count = part.len() as f64;
            let mean = |value: fn(&(f64, f64, f64)) -> f64| part.iter().map(value).sum::<f64>() / count;
            (mean(|point| point.0), mean(|point| point.1), (variance / count).sqrt())
        })
        .collect();
    Some(ResidualDetail { arm, estimate: fit.coefficients.get(column)?.estimate, points: thinned(points), means })
}

/// The shift of each arm's coefficient without each patient, approximately; the patients that shift it most are left out
/// in truth.
pub(super) fn influence(
    question: &Question<'_>,
    model: &Model,
    fit: &CoxFit,
    options: &CoxOptions<'_>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
    detail: &mut CoxDetail,
) {
    if options.ties == CoxTies::Exact || model.found.len() > MOST_PEOPLE {
        return;
    }
    let Ok(residuals) = cox_residuals(&model.found.follow_up(), &model.matrix(), fit, options) else { return };
    for (column, meaning) in model.meanings.iter().enumerate() {
        let Meaning::Arm(place) = meaning else { continue };
        let Some(coefficient) = fit.coefficients.get(column) else { continue };
        let mut shifts: Vec<(usize, f64)> =
            (0..model.found.len()).map(|row| (row, residuals.dfbeta.at(row, column) / coefficient.std_error)).collect();
        order::sort_by(&mut shifts, |a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        let excludes = |low: f64, high: f64| low > 1.0 || high < 1.0;
        let whole = excludes(coefficient.interval.low, coefficient.interval.high);
        let (mut least, mut greatest) = (coefficient.hazard_ratio, coefficient.hazard_ratio);
        let (mut decisive, mut tried) = (0, 0);
        for (left_out, _) in shifts.iter().take(LEFT_OUT) {
            let Ok(without) = model.only(&|row| row != *left_out).fit_as(options) else { continue };
            let Some(other) = without.coefficients.get(column) else { continue };
            tried += 1;
            least = least.min(other.hazard_ratio);
            greatest = greatest.max(other.hazard_ratio);
            decisive += usize::from(excludes(other.interval.low, other.interval.high) != whole);
        }
        let row = |term: Term, value: f64| Finding {
            group: Some(question.arm_name(*place)),
            contrast: Some(question.contrast(*place)),
            n: Some(tried as u64),
            estimate: Some(value),
            ..question.row(term)
        };
        if tried > 0 {
            rows.push(row(Term::LeastWithoutPatient, least));
            rows.push(row(Term::GreatestWithoutPatient, greatest));
            rows.push(row(Term::DecisivePatients, decisive as f64));
            if decisive > 0 {
                let kind = TimeNote::PatientDecides { arm: question.arm_name(*place), decisive };
                notes.push(Note { analysis: AnalysisId::Cox, kind: NoteKind::Time(kind) });
            }
        }
        let points = shifts
            .iter()
            .filter_map(|(row, shift)| {
                let subject = question.trial.subjects.get(*model.found.subjects.get(*row)?)?;
                Some((*model.found.times.get(*row)?, *shift, *model.found.is_event.get(*row)?, subject.id.clone()))
            })
            .collect();
        detail.influences.push(InfluenceDetail { arm: question.arm_name(*place), points: thinned(points) });
    }
}
