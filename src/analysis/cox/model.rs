//! The rows and columns of a Cox regression.

use super::plan::CoxPlan;
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::strata::strata;
use crate::analysis::time_to_event::TimeToEvent;
use crate::analysis::{AnalysisError, Population};
use crate::order;
use crate::stats::survival::{CoxFit, CoxOptions, fit_cox};
use crate::stats::{Matrix, StatError};
use crate::trial::{CovariateValues, Trial};

/// A term of the model: the arms, or a covariate.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelTerm {
    /// Absent for the arms.
    pub covariate: Option<String>,
    /// Columns of the matrix.
    pub columns: Vec<usize>,
}

/// What one column stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// The arm of this place against the control.
    Arm(usize),
    /// By one unit.
    Number { name: String },
    /// A class against the first.
    Class { name: String, level: String, reference: String },
}

/// Everything a regression is given.
#[derive(Debug, Clone)]
pub struct Model {
    pub found: TimeToEvent,
    pub terms: Vec<ModelTerm>,
    pub meanings: Vec<Meaning>,
    /// Column by column.
    values: Vec<Vec<f64>>,
    strata: Option<Vec<usize>>,
    clusters: Option<Vec<usize>>,
    pub n_clusters: Option<usize>,
    /// People of the arms who lack a column, by column.
    pub missing: Vec<(String, usize)>,
}

/// Whom a covariate tells apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    Numbers(Vec<Option<f64>>),
    /// Codes into the names.
    Classes {
        names: Vec<String>,
        codes: Vec<Option<usize>>,
    },
}

/// By subject of the trial. Errors: `NotInFiles`.
pub fn covariate_values(trial: &Trial, chosen: &AncovaCovariate) -> Result<Values, AnalysisError> {
    let covariate = trial.covariate(&chosen.name).ok_or_else(|| AnalysisError::NotInFiles {
        what: "column of the subjects".into(),
        name: chosen.name.clone(),
    })?;
    Ok(match &covariate.values {
        CovariateValues::Numeric(values) if !chosen.as_factor => Values::Numbers(values.clone()),
        CovariateValues::Numeric(values) => {
            let mut levels: Vec<f64> = values.iter().flatten().copied().collect();
            order::sort_numbers(&mut levels);
            levels.dedup();
            Values::Classes {
                names: levels.iter().map(f64::to_string).collect(),
                codes: values
                    .iter()
                    .map(|value| value.map(|value| levels.partition_point(|level| *level < value)))
                    .collect(),
            }
        }
        CovariateValues::Factor { levels, codes } => Values::Classes { names: levels.clone(), codes: codes.clone() },
    })
}

impl Model {
    /// Arms, then the plan's covariates; who lacks a covariate, a stratum or a cluster is left out.
    /// Errors: `NotInFiles`, `TooFew` (nobody complete), `OneArm`.
    pub fn of(
        trial: &Trial,
        population: &Population,
        plan: &CoxPlan,
        found: &TimeToEvent,
        with_covariates: bool,
    ) -> Result<Self, AnalysisError> {
        let chosen: &[AncovaCovariate] = if with_covariates { &plan.covariates } else { &[] };
        let known: Vec<Values> = chosen.iter().map(|one| covariate_values(trial, one)).collect::<Result<_, _>>()?;
        let strata_found = strata(trial, &plan.strata, &found.subjects)?;
        let cluster_columns: Vec<String> = plan.cluster.iter().cloned().collect();
        let clusters_found = strata(trial, &cluster_columns, &found.subjects)?;
        let mut missing = Vec::new();
        let mut is_in = vec![true; found.len()];
        let has = |values: &Values, subject: usize| match values {
            Values::Numbers(values) => values.get(subject).copied().flatten().is_some(),
            Values::Classes { codes, .. } => codes.get(subject).copied().flatten().is_some(),
        };
        for (chosen, values) in chosen.iter().zip(&known) {
            let lacking: Vec<bool> = found.subjects.iter().map(|subject| !has(values, *subject)).collect();
            let count = lacking.iter().filter(|lacks| **lacks).count();
            if count > 0 {
                missing.push((chosen.name.clone(), count));
            }
            is_in.iter_mut().zip(&lacking).for_each(|(is_in, lacks)| *is_in &= !lacks);
        }
        for classes in [&strata_found, &clusters_found] {
            missing.extend(classes.missing.iter().cloned());
            is_in.iter_mut().zip(&classes.codes).for_each(|(is_in, code)| *is_in &= code.is_some());
        }
        let keeps = |place: usize| is_in.get(place).copied().unwrap_or(false);
        let kept = |codes: &[Option<usize>]| -> Vec<usize> {
            codes.iter().enumerate().filter(|(place, _)| keeps(*place)).filter_map(|(_, code)| *code).collect()
        };
        let own = found.only(keeps);
        if own.is_empty() {
            return Err(AnalysisError::TooFew { what: "people with all covariates".into(), need: 1, got: 0 });
        }
        let clusters = plan.cluster.as_ref().map(|_| kept(&clusters_found.codes));
        let mut model = Self {
            terms: Vec::new(),
            meanings: Vec::new(),
            values: Vec::new(),
            strata: (strata_found.count > 1).then(|| kept(&strata_found.codes)),
            n_clusters: clusters.as_ref().map(|codes| {
                let mut codes = codes.clone();
                codes.sort_unstable();
                codes.dedup();
                codes.len()
            }),
            clusters,
            found: own,
            missing,
        };
        let with_people: Vec<usize> =
            (0..population.arm_names.len()).filter(|arm| model.found.arms.contains(arm)).collect();
        if with_people.len() < 2 || with_people.first() != Some(&0) {
            return Err(AnalysisError::OneArm { arms_with_data: with_people.len() });
        }
        let mut columns = Vec::new();
        for &arm in with_people.iter().skip(1) {
            let values = model.found.arms.iter().map(|own| f64::from(u8::from(*own == arm))).collect();
            columns.push(model.push(Meaning::Arm(arm), values));
        }
        model.terms.push(ModelTerm { covariate: None, columns });
        for (chosen, values) in chosen.iter().zip(&known) {
            model.push_covariate(&chosen.name, values);
        }
        Ok(model)
    }

    fn push(&mut self, meaning: Meaning, values: Vec<f64>) -> usize {
        self.meanings.push(meaning);
        self.values.push(values);
        self.values.len() - 1
    }

    /// Classes without people have no column; the first with people is the reference.
    fn push_covariate(&mut self, name: &str, values: &Values) {
        let mut columns = Vec::new();
        match values {
            Values::Numbers(values) => {
                let own =
                    self.found.subjects.iter().filter_map(|subject| values.get(*subject).copied().flatten()).collect();
                columns.push(self.push(Meaning::Number { name: name.to_owned() }, own));
            }
            Values::Classes { names, codes } => {
                let own: Vec<usize> =
                    self.found.subjects.iter().filter_map(|subject| codes.get(*subject).copied().flatten()).collect();
                let mut present = own.clone();
                present.sort_unstable();
                present.dedup();
                let label = |code: usize| names.get(code).cloned().unwrap_or_default();
                let Some((reference, others)) = present.split_first() else { return };
                for &level in others {
                    let values = own.iter().map(|code| f64::from(u8::from(*code == level))).collect();
                    let (level, reference) = (label(level), label(*reference));
                    columns.push(self.push(Meaning::Class { name: name.to_owned(), level, reference }, values));
                }
                // A single class: a column without variation, so that the refusal names it.
                if others.is_empty() {
                    let meaning = Meaning::Class {
                        name: name.to_owned(),
                        level: label(*reference),
                        reference: label(*reference),
                    };
                    columns.push(self.push(meaning, vec![0.0; own.len()]));
                }
            }
        }
        self.terms.push(ModelTerm { covariate: Some(name.to_owned()), columns });
    }

    /// Adds the classes of a subgroup and their products with the arms; the columns of the products.
    pub fn push_interaction(&mut self, classes: &[usize], n_classes: usize) -> Vec<usize> {
        let arms: Vec<Vec<f64>> = self
            .terms
            .first()
            .map(|term| term.columns.clone())
            .unwrap_or_default()
            .into_iter()
            .filter_map(|column| self.values.get(column).cloned())
            .collect();
        let mut products = Vec::new();
        let meaning = |level: usize| Meaning::Class {
            name: "subgroup".to_owned(),
            level: level.to_string(),
            reference: "0".to_owned(),
        };
        for level in 1..n_classes {
            let own: Vec<f64> = classes.iter().map(|class| f64::from(u8::from(*class == level))).collect();
            let of_arms: Vec<Vec<f64>> =
                arms.iter().map(|arm| arm.iter().zip(&own).map(|(arm, own)| arm * own).collect()).collect();
            self.push(meaning(level), own);
            for product in of_arms {
                products.push(self.push(meaning(level), product));
            }
        }
        products
    }

    pub fn matrix(&self) -> Matrix {
        let mut matrix = Matrix::zeros(self.found.len(), self.values.len());
        for (column, values) in self.values.iter().enumerate() {
            for (row, value) in values.iter().enumerate() {
                matrix.set(row, column, *value);
            }
        }
        matrix
    }

    pub fn options(&self, plan: &CoxPlan, confidence_level: f64) -> CoxOptions<'_> {
        CoxOptions {
            ties: plan.ties.rule(),
            strata: self.strata.as_deref(),
            clusters: self.clusters.as_deref(),
            confidence_level,
            is_firth: plan.is_firth,
        }
    }

    pub fn fit(&self, options: &CoxOptions<'_>) -> Result<CoxFit, AnalysisError> {
        fit_cox(&self.found.follow_up(), &self.matrix(), options).map_err(|error| self.refusal(&error))
    }

    /// Those whose place satisfies `keeps`.
    pub fn only(&self, keeps: &dyn Fn(usize) -> bool) -> Self {
        fn kept<T: Copy>(all: &[T], keeps: &dyn Fn(usize) -> bool) -> Vec<T> {
            all.iter().enumerate().filter(|(place, _)| keeps(*place)).map(|(_, value)| *value).collect()
        }
        Self {
            found: self.found.only(keeps),
            terms: self.terms.clone(),
            meanings: self.meanings.clone(),
            values: self.values.iter().map(|values| kept(values, keeps)).collect(),
            strata: self.strata.as_ref().map(|codes| kept(codes, keeps)),
            clusters: self.clusters.as_ref().map(|codes| kept(codes, keeps)),
            n_clusters: self.n_clusters,
            missing: Vec::new(),
        }
    }

    /// This fit's options on other rows: strata and clusters are the rows' own.
    pub fn fit_as(&self, options: &CoxOptions<'_>) -> Result<CoxFit, AnalysisError> {
        let own = CoxOptions { strata: self.strata.as_deref(), clusters: self.clusters.as_deref(), ..*options };
        self.fit(&own)
    }

    /// The arms alone; those without people have no column.
    pub fn without_covariates(mut self) -> Self {
        let arms = self.terms.first().map(|term| term.columns.len()).unwrap_or_default();
        let mut kept = (Vec::new(), Vec::new());
        for (meaning, values) in self.meanings.into_iter().zip(self.values).take(arms) {
            if values.iter().any(|value| *value != 0.0) {
                kept.0.push(meaning);
                kept.1.push(values);
            }
        }
        (self.meanings, self.values) = kept;
        self.terms = vec![ModelTerm { covariate: None, columns: (0..self.meanings.len()).collect() }];
        self.clusters = None;
        self
    }

    /// A routine's refusal, with the column's name.
    pub fn refusal(&self, error: &StatError) -> AnalysisError {
        let name = |column: &usize| {
            self.meanings.get(*column).map_or_else(String::new, |meaning| match meaning {
                Meaning::Arm(_) => "arm".to_owned(),
                Meaning::Number { name } => name.clone(),
                Meaning::Class { name, level, .. } => format!("{name} ({level})"),
            })
        };
        match error {
            StatError::Singular { column } => AnalysisError::Singular { column: name(column) },
            StatError::MonotoneLikelihood { column } => AnalysisError::MonotoneLikelihood { column: name(column) },
            StatError::TooFew { what, need, got } => {
                AnalysisError::TooFew { what: (*what).to_owned(), need: *need, got: *got }
            }
            other => AnalysisError::from_stat(other, "the Cox model"),
        }
    }
}
