//! What a model adjusts for: columns of the subjects file, for the subjects in the model.

use serde::{Deserialize, Serialize};

use super::AnalysisError;
use crate::order::sort_numbers;
use crate::stats::linear::Covariate;
use crate::trial::{CovariateValues, Trial};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AncovaCovariate {
    pub name: String,
    /// Numbers that are codes, such as site 701, 702, enter as groups. Words always do.
    #[serde(default)]
    pub as_factor: bool,
}

/// One covariate's values, one for each row of a model.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    Numeric { name: String, values: Vec<f64> },
    Factor { name: String, codes: Vec<usize>, n_levels: usize },
}

impl Column {
    pub fn as_covariate(&self) -> Covariate<'_> {
        match self {
            Self::Numeric { name, values } => Covariate::Numeric { name, values },
            Self::Factor { name, codes, n_levels } => Covariate::Factor { name, codes, n_levels: *n_levels },
        }
    }

    /// A factor of which only one level has rows: it would drop out of the model in silence.
    pub fn is_single_level(&self) -> bool {
        match self {
            Self::Numeric { .. } => false,
            Self::Factor { codes, .. } => codes.windows(2).all(|pair| matches!(pair, [a, b] if a == b)),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Numeric { name, .. } | Self::Factor { name, .. } => name,
        }
    }
}

/// For each subject whether all chosen covariates are known, and how many are lost to each.
#[derive(Debug, Clone, PartialEq)]
pub struct Completeness {
    pub is_complete: Vec<bool>,
    /// Covariate and number of the given subjects without it, where there are any.
    pub missing: Vec<(String, usize)>,
}

/// `subjects`: index into `Trial::subjects`, once each. Errors: `NotInFiles`.
pub fn completeness(
    trial: &Trial,
    chosen: &[AncovaCovariate],
    subjects: &[usize],
) -> Result<Completeness, AnalysisError> {
    let mut found = Completeness { is_complete: vec![true; subjects.len()], missing: Vec::new() };
    for chosen in chosen {
        let covariate = trial
            .covariate(&chosen.name)
            .ok_or_else(|| AnalysisError::NotInFiles { what: "covariate".into(), name: chosen.name.clone() })?;
        let mut missing = 0;
        for (&subject, complete) in subjects.iter().zip(&mut found.is_complete) {
            let is_present = match &covariate.values {
                CovariateValues::Numeric(values) => values.get(subject).copied().flatten().is_some(),
                CovariateValues::Factor { codes, .. } => codes.get(subject).copied().flatten().is_some(),
            };
            if !is_present {
                missing += 1;
                *complete = false;
            }
        }
        if missing > 0 {
            found.missing.push((chosen.name.clone(), missing));
        }
    }
    Ok(found)
}

/// `rows`: the subject of each row of the model; all must be complete ([`completeness`]). Errors: `NoVariation` for a
/// factor with one level.
pub fn columns(trial: &Trial, chosen: &[AncovaCovariate], rows: &[usize]) -> Result<Vec<Column>, AnalysisError> {
    let mut columns = Vec::new();
    for chosen in chosen {
        let Some(covariate) = trial.covariate(&chosen.name) else { continue };
        let column = column_of(chosen, &covariate.values, rows);
        if column.is_single_level() {
            return Err(AnalysisError::NoVariation { what: chosen.name.clone() });
        }
        columns.push(column);
    }
    Ok(columns)
}

/// Less their first value, which changes no contrast: values far from zero keep their digits beside the intercept.
pub fn moved(mut values: Vec<f64>) -> Vec<f64> {
    let first = values.first().copied().unwrap_or_default();
    values.iter_mut().for_each(|value| *value -= first);
    values
}

fn column_of(chosen: &AncovaCovariate, values: &CovariateValues, rows: &[usize]) -> Column {
    let name = chosen.name.clone();
    match values {
        CovariateValues::Numeric(all) => {
            let values: Vec<f64> = rows.iter().filter_map(|&subject| all.get(subject).copied().flatten()).collect();
            if !chosen.as_factor {
                return Column::Numeric { name, values: moved(values) };
            }
            let mut levels = values.clone();
            sort_numbers(&mut levels);
            levels.dedup();
            let codes = values.iter().map(|value| levels.partition_point(|level| level < value)).collect();
            Column::Factor { name, codes, n_levels: levels.len() }
        }
        CovariateValues::Factor { levels, codes: all } => {
            let codes = rows.iter().filter_map(|&subject| all.get(subject).copied().flatten()).collect();
            Column::Factor { name, codes, n_levels: levels.len() }
        }
    }
}
