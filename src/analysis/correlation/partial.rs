//! The pair's correlations with covariates held fixed, group by group.

use super::{Asked, Coefficient, CorrelationPlan, Stratum, SubjectPair, row};
use crate::analysis::covariate::{Column, columns, completeness};
use crate::analysis::{AnalysisError, AnalysisId, Finding, Note, NoteKind, Plan};
use crate::stats::correlation::{CorrelationOptions, partial_correlation};
use crate::trial::Trial;

pub(super) fn hold_fixed(
    trial: &Trial,
    plan: &Plan,
    correlation: &CorrelationPlan,
    strata: &[Stratum],
    pairs_of: &dyn Fn(&Stratum) -> Vec<SubjectPair>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Result<(), AnalysisError> {
    if correlation.adjust_for.is_empty() {
        return Ok(());
    }
    let options = CorrelationOptions { confidence_level: plan.confidence_level };
    for (place, stratum) in strata.iter().enumerate() {
        let pairs = pairs_of(stratum);
        let subjects: Vec<usize> = pairs.iter().map(|pair| pair.subject).collect();
        let complete = completeness(trial, &correlation.adjust_for, &subjects)?;
        if place == 0 {
            notes.extend(complete.missing.iter().map(|(covariate, subjects)| Note {
                analysis: AnalysisId::BiomarkerCorrelation,
                kind: NoteKind::MissingCovariate { covariate: covariate.clone(), subjects: *subjects },
            }));
        }
        let kept: Vec<&SubjectPair> =
            pairs.iter().zip(&complete.is_complete).filter(|(_, keep)| **keep).map(|(pair, _)| pair).collect();
        let (x, y): (Vec<f64>, Vec<f64>) = kept.iter().map(|pair| (pair.x, pair.y)).unzip();
        let fixed = indicators(trial, correlation, &kept.iter().map(|pair| pair.subject).collect::<Vec<usize>>());
        let group = stratum.label();
        for coefficient in Coefficient::ALL {
            match partial_correlation(coefficient.of_stats(), &x, &y, &fixed, &options) {
                Ok(found) => {
                    let asked = Asked { x: &correlation.x, y: &correlation.y, stratum };
                    rows.push(row(&asked, correlation, &group, coefficient.partial(), &found));
                }
                Err(error) if coefficient == correlation.coefficient && !pairs.is_empty() => {
                    let what =
                        format!("{} and {} with covariates held fixed", correlation.x.name(), correlation.y.name());
                    let error = AnalysisError::from_stat(&error, &what);
                    let kind = NoteKind::Unanswered { group: Some(group.clone()), at_month: None, error };
                    notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
                }
                Err(_) => {}
            }
        }
    }
    Ok(())
}

/// Numbers as they are, factors as indicators of all levels but the first; what all have alike is held fixed already.
fn indicators(trial: &Trial, correlation: &CorrelationPlan, subjects: &[usize]) -> Vec<Vec<f64>> {
    let mut found = Vec::new();
    for covariate in &correlation.adjust_for {
        for column in columns(trial, std::slice::from_ref(covariate), subjects).unwrap_or_default() {
            match column {
                Column::Numeric { values, .. } => found.push(values),
                Column::Factor { codes, n_levels, .. } => {
                    let present = (0..n_levels).filter(|level| codes.contains(level));
                    let indicator =
                        |level: usize| codes.iter().map(|code| f64::from(u8::from(*code == level))).collect();
                    found.extend(present.skip(1).map(indicator));
                }
            }
        }
    }
    found.retain(|values| values.iter().any(|value| Some(value) != values.first()));
    found
}
