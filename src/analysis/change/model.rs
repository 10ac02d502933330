//! The analysis of covariance of one month.

use super::contrast::{Cohort, Tested};
use super::{ChangePlan, Person};
use crate::analysis::AnalysisError;
use crate::analysis::covariate::{AncovaCovariate, Column, columns, completeness, moved};
use crate::stats::StatError;
use crate::stats::linear::{
    Ancova, AncovaOptions, Covariate, FTest, LeastSquaresMean, LeastSquaresMeansOptions, StandardError, TermTest,
    ancova, ancova_design, estimate_influence, fit_least_squares, least_squares_means, slope_homogeneity_test,
    type_three_test,
};

/// The rows of the model: those with a change and all covariates.
pub(super) struct Model {
    pub people: Vec<Person>,
    /// Covariate and number of people without it, where there are any.
    pub missing: Vec<(String, usize)>,
    response: Vec<f64>,
    arm: Vec<usize>,
    n_arms: usize,
    columns: Vec<Column>,
}

/// One row of a model after the fit.
pub(super) struct Residual {
    pub person: Person,
    pub fitted: f64,
    /// Residual over its standard error.
    pub standardised: f64,
}

impl Model {
    pub fn of(cohort: &Cohort<'_>, covariates: &[AncovaCovariate]) -> Result<Self, AnalysisError> {
        let seen: Vec<(Person, f64)> =
            cohort.people.iter().filter_map(|person| Some((*person, person.change?))).collect();
        let subjects: Vec<usize> = seen.iter().map(|(person, _)| person.subject).collect();
        let complete = completeness(cohort.trial, covariates, &subjects)?;
        let kept: Vec<(Person, f64)> =
            seen.into_iter().zip(&complete.is_complete).filter(|(_, keep)| **keep).map(|(kept, _)| kept).collect();
        let rows: Vec<usize> = kept.iter().map(|(person, _)| person.subject).collect();
        let values = moved(kept.iter().map(|(person, _)| person.baseline).collect());
        let baseline = Column::Numeric { name: "baseline".into(), values };
        Ok(Self {
            missing: complete.missing,
            columns: std::iter::once(baseline).chain(columns(cohort.trial, covariates, &rows)?).collect(),
            response: kept.iter().map(|(_, change)| *change).collect(),
            arm: kept.iter().map(|(person, _)| person.arm).collect(),
            n_arms: cohort.population.arm_names.len(),
            people: kept.into_iter().map(|(person, _)| person).collect(),
        })
    }

    fn covariates(&self) -> Vec<Covariate<'_>> {
        self.columns.iter().map(Column::as_covariate).collect()
    }

    fn refused(&self, error: &StatError) -> AnalysisError {
        match error {
            StatError::Singular { column } => {
                let design = ancova_design(&self.arm, self.n_arms, &self.covariates()).ok();
                let name = design.and_then(|design| design.names().get(*column).cloned());
                AnalysisError::Singular { column: name.unwrap_or_else(|| format!("column {}", column + 1)) }
            }
            StatError::TooFew { what, need, got } => {
                AnalysisError::TooFew { what: format!("ANCOVA, {what}"), need: *need, got: *got }
            }
            other => AnalysisError::from_stat(other, "ANCOVA"),
        }
    }

    pub fn fit(&self, change: &ChangePlan, confidence_level: f64) -> Result<Ancova, AnalysisError> {
        let fit = |standard_error: StandardError| {
            let options = AncovaOptions { confidence_level, standard_error };
            ancova(&self.response, &self.arm, self.n_arms, &self.covariates(), &options)
        };
        fit(change.standard_error.kind()).map_err(|error| match error {
            StatError::NoVariation { .. } if fit(StandardError::Classical).is_ok() => {
                AnalysisError::AloneInGroup { what: "ANCOVA".into() }
            }
            other => self.refused(&other),
        })
    }

    pub fn adjusted_means(&self, change: &ChangePlan, confidence_level: f64) -> Vec<LeastSquaresMean> {
        let options = LeastSquaresMeansOptions {
            confidence_level,
            standard_error: change.standard_error.kind(),
            factor_weights: change.margins.weights(),
        };
        least_squares_means(&self.response, &self.arm, self.n_arms, &self.covariates(), &options).unwrap_or_default()
    }

    /// Each covariate given arm and the others.
    pub fn effects(&self, change: &ChangePlan, confidence_level: f64) -> Vec<TermTest> {
        let options = options(change, confidence_level);
        let found = type_three_test(&self.response, &self.arm, self.n_arms, &self.covariates(), &options);
        found.unwrap_or_default().into_iter().skip(1).collect()
    }

    /// Is the slope on the baseline the same in all arms?
    pub fn equal_slopes(&self, change: &ChangePlan, confidence_level: f64) -> Option<FTest> {
        let options = options(change, confidence_level);
        slope_homogeneity_test(&self.response, &self.arm, self.n_arms, &self.covariates(), 0, &options).ok()
    }

    pub fn residuals(&self) -> Option<Vec<Residual>> {
        let design = ancova_design(&self.arm, self.n_arms, &self.covariates()).ok()?;
        let fit = fit_least_squares(&design, &self.response).ok()?;
        let influence = estimate_influence(&design, &fit).ok()?;
        let rows = self.people.iter().zip(&self.response).zip(fit.residuals.iter().zip(influence));
        let of = |((person, response), (residual, influence)): (
            (&Person, &f64),
            (&f64, crate::stats::linear::Influence),
        )| {
            Some(Residual { person: *person, fitted: response - residual, standardised: influence.standardised? })
        };
        Some(rows.filter_map(of).collect())
    }
}

fn options(change: &ChangePlan, confidence_level: f64) -> AncovaOptions {
    AncovaOptions { confidence_level, standard_error: change.standard_error.kind() }
}

/// The contrast of an arm.
pub(super) fn tested(fit: &Ancova, arm: usize) -> Option<Tested> {
    let contrast = &fit.contrasts.iter().find(|contrast| contrast.arm == arm)?.contrast;
    Some(Tested {
        n: fit.n,
        estimate: Some(contrast.estimate),
        std_error: Some(contrast.std_error),
        df: Some(contrast.df),
        statistic: contrast.t,
        p_value: contrast.p_value,
        interval: Some(contrast.interval),
        ..Tested::default()
    })
}

/// "change ~ arm + baseline + site (groups), HC3".
pub(super) fn model_words(change: &ChangePlan) -> String {
    let mut words = String::from("change ~ arm + baseline");
    for covariate in &change.covariates {
        words.push_str(" + ");
        words.push_str(&covariate.name);
        if covariate.as_factor {
            words.push_str(" (groups)");
        }
    }
    if let Some(name) = change.standard_error.name() {
        words.push_str(&format!(", {name} standard errors"));
    }
    words
}
