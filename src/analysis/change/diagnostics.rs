//! What the chosen model leaves unexplained, for the pictures of its assumptions.

use serde::{Deserialize, Serialize};

use super::contrast::Cohort;
use super::model::{Model, Residual};
use super::{ChangeMethod, ChangePlan};
use crate::order::sort_by;
use crate::stats::describe::estimate_summary;
use crate::stats::distribution::normal;

/// One patient at the primary month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResidualPoint {
    pub subject_id: String,
    pub arm: usize,
    /// The change that the model expects.
    pub fitted: f64,
    /// What is left, over its standard error.
    pub standardised: f64,
    /// Where a Normal distribution would put it.
    pub normal_quantile: f64,
}

/// Of the analysis of covariance when it is the chosen test, else of the arms' means.
pub(super) fn residual_points(cohort: &Cohort<'_>, change: &ChangePlan) -> Vec<ResidualPoint> {
    let mut residuals = match change.method {
        ChangeMethod::Ancova => {
            Model::of(cohort, &change.covariates).ok().and_then(|model| model.residuals()).unwrap_or_default()
        }
        ChangeMethod::Student | ChangeMethod::Welch | ChangeMethod::MannWhitney => from_means(cohort, change.method),
    };
    sort_by(&mut residuals, |a: &Residual, b: &Residual| a.standardised.total_cmp(&b.standardised));
    let n = residuals.len() as f64;
    residuals
        .iter()
        .enumerate()
        .map(|(place, residual)| ResidualPoint {
            subject_id: cohort
                .trial
                .subjects
                .get(residual.person.subject)
                .map(|who| who.id.clone())
                .unwrap_or_default(),
            arm: residual.person.arm,
            fitted: residual.fitted,
            standardised: residual.standardised,
            normal_quantile: normal::quantile((place as f64 + 0.5) / n),
        })
        .collect()
}

/// Less the arm's mean, over the spread that the test assumes: each arm's own by Welch, else one for all.
fn from_means(cohort: &Cohort<'_>, method: ChangeMethod) -> Vec<Residual> {
    let arms: Vec<_> = (0..cohort.population.arm_names.len())
        .map(|arm| {
            let of = cohort.people.iter().filter(|person| person.arm == arm);
            estimate_summary(&of.filter_map(|person| person.change).collect::<Vec<f64>>()).ok()
        })
        .collect();
    let (mut squares, mut df) = (0.0, 0.0);
    for arm in arms.iter().flatten() {
        let own_df = arm.n as f64 - 1.0;
        squares += arm.sd.unwrap_or(0.0) * arm.sd.unwrap_or(0.0) * own_df;
        df += own_df;
    }
    let pooled = (squares / df).sqrt();
    let of = |person: &super::Person| {
        let arm = arms.get(person.arm)?.as_ref()?;
        let sd = if method == ChangeMethod::Welch { arm.sd? } else { pooled };
        let std_error = sd * (1.0 - 1.0 / arm.n as f64).sqrt();
        let standardised = (person.change? - arm.mean) / std_error;
        (std_error > 0.0).then_some(Residual { person: *person, fitted: arm.mean, standardised })
    };
    cohort.people.iter().filter_map(of).collect()
}
