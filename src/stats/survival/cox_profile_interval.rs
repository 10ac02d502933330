use super::cox_likelihood::maximum::{Maximum, Model};
use super::cox_likelihood::risk_sets::RiskSets;
use super::cox_likelihood::terms::Terms;
use super::{CoxOptions, FollowUpTimes};
use crate::stats::distribution::normal;
use crate::stats::matrix::Matrix;
use crate::stats::{StatError, input};

/// An interval for a coefficient by the profile of the likelihood; log hazard ratios per unit of the column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoxProfileInterval {
    /// Where the likelihood is highest; none where it rises for ever along the column.
    pub estimate: Option<f64>,
    /// Lower limit; none where the likelihood never falls far enough on this side.
    pub low: Option<f64>,
    /// Upper limit; none as for the lower one.
    pub high: Option<f64>,
}

/// Confidence interval for one coefficient of a Cox regression by its profile likelihood.
///
/// All values b of the coefficient with 2 (highest log likelihood - log likelihood at b, the other coefficients fitted
/// again) <= z^2, z the normal quantile of the level (z^2 the chi-squared one with 1 df). With Firth both are penalised
/// with the information of all columns. No symmetry is assumed: to be preferred to estimate +- z x standard error with
/// few events, and the only one with an answer where the likelihood is monotone: one side then is open.
///
/// Inputs: the data and the options of the fit; `column` counts from 0. Clusters are not used: the likelihood is that of
/// independent rows. Missing values: none; NaN is an error.
/// Errors: as [`super::fit_cox`] but for `MonotoneLikelihood`; `OutOfRange` (no such column).
/// Limits: with fewer than some five events nothing asymptotic holds.
///
/// Source: Venzon and Moolgavkar, Applied Statistics 37:87-94, 1988; Heinze and Schemper, Biometrics 57:114-119, 2001.
/// Checked against R 4.2.2, survival 3.5-3, `uniroot` on `coxph` with an offset, and with Firth on a search,
/// relative 1e-7 (tests/golden/cox_profile_interval). SAS PROC PHREG, RISKLIMITS=PL: the same.
///
/// ```
/// use second_look::stats::{Matrix, survival::{CoxOptions, FollowUpTimes, cox_profile_interval}};
/// // Those with x = 1 die first: L rises for ever as b grows, and is low enough on one side only.
/// let covariates = Matrix::from_rows(&[vec![1.0], vec![1.0], vec![0.0], vec![0.0]]);
/// let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0, 4.0], &[true; 4]);
/// let interval = cox_profile_interval(&follow_up, &covariates, 0, &CoxOptions::default()).unwrap();
/// assert!(interval.estimate.is_none() && interval.high.is_none());
/// // r = exp(b): L = r / (2 r + 2) x r / (r + 2) x 1 / 2, its limit 1 / 4; L is exp(-z^2 / 2) of that at the lower limit.
/// let r = interval.low.unwrap().exp();
/// assert!((r * r / ((r + 1.0) * (r + 2.0)) - 0.1465000645).abs() < 1e-7);
/// ```
pub fn cox_profile_interval(
    follow_up: &FollowUpTimes<'_>,
    covariates: &Matrix,
    column: usize,
    options: &CoxOptions<'_>,
) -> Result<CoxProfileInterval, StatError> {
    options.check(covariates.rows())?;
    input::check_codes("column", &[column], covariates.columns())?;
    let sets = RiskSets::new(follow_up, covariates, options.strata)?;
    let model = Model { sets: &sets, ties: options.ties, is_firth: options.is_firth };
    let at_zero = model.at_zero()?;
    let all: Vec<usize> = (0..sets.n_columns).collect();
    let highest = model.maximise(&vec![0.0; sets.n_columns], &all, &at_zero)?;
    let others: Vec<usize> = all.iter().copied().filter(|one| *one != column).collect();
    let scale = sets.scale.get(column).copied().unwrap_or(f64::NAN);
    let quantile = normal::quantile(0.5 + 0.5 * options.confidence_level);
    let profile = Profile { model: &model, column, others, highest: &highest, at_zero: &at_zero, quantile };
    let centre = value_at(&highest.coefficients, column);
    // Where the likelihood rises for ever the search ended on its plateau: the limit lies behind it.
    let runs_away = highest.runaway.is_some() && profile.is_flat(&highest);
    let side = |sign: f64| profile.limit(sign).map(|limit| limit.map(|value| value / scale));
    Ok(CoxProfileInterval {
        estimate: (!runs_away).then_some(centre / scale),
        low: if runs_away && centre < 0.0 { None } else { side(-1.0)? },
        high: if runs_away && centre > 0.0 { None } else { side(1.0)? },
    })
}

/// A way is halved so many times at most.
const MOST_HALVINGS: usize = 7;

struct Profile<'a> {
    model: &'a Model<'a>,
    column: usize,
    others: Vec<usize>,
    highest: &'a Maximum,
    at_zero: &'a Terms,
    quantile: f64,
}

impl Profile<'_> {
    /// Is there no information left along the column?
    fn is_flat(&self, maximum: &Maximum) -> bool {
        let own = |terms: &Terms| terms.information_matrix().at(self.column, self.column);
        own(&maximum.terms) < 1e-5 * own(self.at_zero)
    }

    /// The other coefficients fitted again with this one fixed, from where they were.
    fn fit_at(&self, value: f64, start: &[f64]) -> Result<Maximum, StatError> {
        self.fit_in_steps(value, start, MOST_HALVINGS)
    }

    /// Where the way is too long for the others to follow at once, by way of the middle.
    fn fit_in_steps(&self, value: f64, start: &[f64], halvings: usize) -> Result<Maximum, StatError> {
        let mut coefficients = start.to_vec();
        if let Some(own) = coefficients.get_mut(self.column) {
            *own = value;
        }
        let found = self.model.maximise(&coefficients, &self.others, self.at_zero);
        match found {
            Err(StatError::NotConverged { .. }) if halvings > 0 => {
                let middle = 0.5 * (value_at(start, self.column) + value);
                let half = self.fit_in_steps(middle, start, halvings - 1)?;
                self.fit_in_steps(value, &half.coefficients, halvings - 1)
            }
            found => found,
        }
    }

    /// Root of twice the fall of the profile, minus the quantile: nearly a line.
    fn excess(&self, fit: &Maximum) -> f64 {
        (2.0 * (self.highest.terms.log_likelihood - fit.terms.log_likelihood)).max(0.0).sqrt() - self.quantile
    }

    fn limit(&self, sign: f64) -> Result<Option<f64>, StatError> {
        let centre = value_at(&self.highest.coefficients, self.column);
        // About one standard error, but none so large as on a plateau.
        let here = self.highest.terms.information_matrix().at(self.column, self.column);
        let at_zero = self.at_zero.information_matrix().at(self.column, self.column);
        let mut step = sign * self.quantile / here.max(0.01 * at_zero).sqrt();
        let (mut near, mut near_excess) = (centre, -self.quantile);
        let mut fit = self.fit_at(centre + step, &self.highest.coefficients)?;
        let (mut far, mut far_excess) = (centre + step, self.excess(&fit));
        while far_excess < 0.0 {
            let slope = value_at(&fit.terms.score, self.column).abs();
            // What is left to fall on a plateau is its slope times a length of about one step.
            let is_plateau = near_excess > -self.quantile && (far_excess - near_excess).abs() < 1e-9;
            if is_plateau || slope * step.abs() < 1e-9 && self.is_flat(&fit) {
                return Ok(None);
            }
            if !step.is_finite() || step.abs() > 1e8 {
                return Ok(None);
            }
            step *= 1.6;
            (near, near_excess) = (far, far_excess);
            far += step;
            fit = self.fit_at(far, &fit.coefficients)?;
            far_excess = self.excess(&fit);
        }
        // The secant between a point inside and one outside; an end that stays has its weight halved (Illinois).
        let mut stays = 0;
        for _ in 0..100 {
            let width = (far - near).abs();
            if width <= 1e-12 * (near.abs() + far.abs()) {
                break;
            }
            let middle = far - far_excess * (far - near) / (far_excess - near_excess);
            fit = self.fit_at(middle, &fit.coefficients)?;
            let excess = self.excess(&fit);
            if excess.abs() < 1e-13 {
                return Ok(Some(middle));
            }
            if excess < 0.0 {
                (near, near_excess) = (middle, excess);
                if stays == -1 {
                    far_excess *= 0.5;
                }
                stays = -1;
            } else {
                (far, far_excess) = (middle, excess);
                if stays == 1 {
                    near_excess *= 0.5;
                }
                stays = 1;
            }
        }
        Ok(Some(0.5 * (near + far)))
    }
}

fn value_at(values: &[f64], place: usize) -> f64 {
    values.get(place).copied().unwrap_or(f64::NAN)
}
