//! Classes of the subjects within which arms are compared.

use super::AnalysisError;
use crate::order;
use crate::trial::{CovariateValues, Trial};

/// A code for each of `subjects` by its values in all the columns together; absent where one is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Strata {
    pub codes: Vec<Option<usize>>,
    /// Column and how many of `subjects` lack it.
    pub missing: Vec<(String, usize)>,
    pub count: usize,
}

/// Errors: `NotInFiles`. Numbers are classes as they stand.
pub fn strata(trial: &Trial, columns: &[String], subjects: &[usize]) -> Result<Strata, AnalysisError> {
    let mut keys: Vec<Option<Vec<u64>>> = vec![Some(Vec::new()); subjects.len()];
    let mut missing = Vec::new();
    for name in columns {
        let covariate = trial
            .covariate(name)
            .ok_or_else(|| AnalysisError::NotInFiles { what: "column of the subjects".into(), name: name.clone() })?;
        let value = |subject: usize| match &covariate.values {
            CovariateValues::Numeric(values) => {
                values.get(subject).copied().flatten().map(|value| (value + 0.0).to_bits())
            }
            CovariateValues::Factor { codes, .. } => codes.get(subject).copied().flatten().map(|code| code as u64),
        };
        let mut lacking = 0;
        for (key, subject) in keys.iter_mut().zip(subjects) {
            let own = value(*subject);
            lacking += usize::from(own.is_none());
            match (key.as_mut(), own) {
                (Some(key), Some(own)) => key.push(own),
                _ => *key = None,
            }
        }
        if lacking > 0 {
            missing.push((name.clone(), lacking));
        }
    }
    let mut known: Vec<Vec<u64>> = keys.iter().flatten().cloned().collect();
    order::sort_by(&mut known, |a, b| a.cmp(b));
    known.dedup();
    let codes = keys.into_iter().map(|key| key.map(|key| known.partition_point(|other| *other < key))).collect();
    Ok(Strata { codes, missing, count: known.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Covariate;

    #[test]
    fn columns_make_classes_together() {
        let sex = CovariateValues::Factor {
            levels: vec!["f".into(), "m".into()],
            codes: vec![Some(0), Some(1), Some(0), Some(1), None],
        };
        let stage = CovariateValues::Numeric(vec![Some(1.0), Some(1.0), Some(2.0), None, Some(2.0)]);
        let trial = Trial {
            covariates: vec![
                Covariate { name: "sex".into(), values: sex },
                Covariate { name: "stage".into(), values: stage },
            ],
            ..Trial::default()
        };
        let found = strata(&trial, &["sex".into(), "stage".into()], &[0, 1, 2, 3, 4, 0]).unwrap();
        assert_eq!(found.codes, [Some(0), Some(2), Some(1), None, None, Some(0)]);
        assert_eq!((found.missing, found.count), (vec![("sex".into(), 1), ("stage".into(), 1)], 3));
        assert!(strata(&trial, &["site".into()], &[0]).is_err());
        assert_eq!(strata(&trial, &[], &[0, 1]).unwrap().codes, [Some(0), Some(0)]);
    }
}
