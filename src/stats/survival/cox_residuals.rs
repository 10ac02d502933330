use super::cox_likelihood::hazards::row_sums;
use super::cox_likelihood::risk_sets::RiskSets;
use super::{CoxFit, CoxOptions, CoxTies, FollowUpTimes};
use crate::stats::matrix::Matrix;
use crate::stats::{StatError, input, real};

/// What each row of a Cox regression does that the model did not expect, and what it does to the model.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxResiduals {
    /// For each row: event (1 or 0) minus the expected number of events while at risk; at most 1.
    pub martingale: Vec<f64>,
    /// For each row: the martingale residual made symmetric: its sign x sqrt(-2 (m + event x log(event - m))).
    pub deviance: Vec<f64>,
    /// Rows x columns: what each row adds to the slope of the log likelihood; in units of the column.
    pub score: Matrix,
    /// Rows x columns: about how far each estimate would move back without the row: score x covariance; in units of the
    /// coefficients.
    pub dfbeta: Matrix,
}

/// Martingale, deviance and score residuals of a Cox regression, and its approximate influence on each coefficient.
///
/// Expected events of a row: sum over the event times while it is at risk of w d / sum_R w (w = exp(x'b), d events, R
/// the risk set). Score residual: the event's x - mean, minus the sum over the same times of w (x - mean) d / sum_R w,
/// mean that of x over R by w. With Efron's ties the sums are over the tied events, each with its own weights, in which
/// those who die have weight 1 - l / d left; with exact ties the hazard is Breslow's. dfbeta = score x V, V the inverse
/// of the information; the robust covariance of [`super::fit_cox`] is the sum over clusters of squares of its sums.
///
/// Inputs: the data and the options of the fit, and the fit. Missing values: none; NaN is an error.
/// Errors: `LengthsDiffer` (another fit), `OutOfRange` (exact ties: no score residuals; use
/// [`martingale_residuals`]), and those of the fit's data.
/// Limits: dfbeta is a first step, and too small for rows that matter most in small samples; a pattern of martingale
/// residuals against a covariate shows its form only when few are censored.
///
/// Source: Therneau, Grambsch and Fleming, Biometrika 77:147-160, 1990; Therneau and Grambsch, Modeling Survival Data,
/// 2000, chapters 4 and 7. Checked against R 4.2.2, survival 3.5-3, `residuals.coxph` (martingale, deviance, score,
/// dfbeta), relative 1e-9 (tests/golden/cox_residuals). R's sign of dfbeta is the same.
///
/// ```
/// use second_look::stats::{Matrix, survival::{CoxOptions, FollowUpTimes, cox_residuals, fit_cox}};
/// let covariates = Matrix::from_rows(&[vec![1.0], vec![0.0], vec![1.0]]);
/// let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0], &[true; 3]);
/// let options = CoxOptions::default();
/// let fit = fit_cox(&follow_up, &covariates, &options).unwrap();
/// let residuals = cox_residuals(&follow_up, &covariates, &fit, &options).unwrap();
/// // r = exp(b) = sqrt(1/2): the first expects r / (2 r + 1) = 1 - r before its end.
/// assert!((residuals.martingale[0] - 0.5_f64.sqrt()).abs() < 1e-12);
/// assert!(residuals.score.values().iter().sum::<f64>().abs() < 1e-12);
/// ```
pub fn cox_residuals(
    follow_up: &FollowUpTimes<'_>,
    covariates: &Matrix,
    fit: &CoxFit,
    options: &CoxOptions<'_>,
) -> Result<CoxResiduals, StatError> {
    if options.ties == CoxTies::Exact {
        return Err(StatError::OutOfRange { what: "score residuals with exact ties", value: 1.0 });
    }
    let sets = RiskSets::new(follow_up, covariates, options.strata)?;
    let coefficients = standardised_coefficients(&sets, fit)?;
    let sums = row_sums(&sets, &coefficients, options.ties, true);
    let martingale = minus_expected(follow_up, &sums.expected);
    let deviance = martingale.iter().zip(follow_up.is_event).map(|(one, event)| deviance_of(*one, *event)).collect();
    let dfbeta = sums.scores.times(&fit.model_covariance);
    Ok(CoxResiduals { martingale, deviance, score: sums.scores, dfbeta })
}

/// Martingale residuals alone, for any rule of ties: event minus expected events, for each row. With exact ties the hazard
/// is Breslow's, as in R. For the rest see [`cox_residuals`].
///
/// ```
/// use second_look::stats::{Matrix, survival::{CoxOptions, CoxTies, FollowUpTimes, fit_cox, martingale_residuals}};
/// let covariates = Matrix::from_rows(&[vec![1.0], vec![0.0], vec![1.0]]);
/// let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0], &[true; 3]);
/// let options = CoxOptions { ties: CoxTies::Exact, ..CoxOptions::default() };
/// let fit = fit_cox(&follow_up, &covariates, &options).unwrap();
/// let residuals = martingale_residuals(&follow_up, &covariates, &fit, &options).unwrap();
/// assert!(residuals.iter().sum::<f64>().abs() < 1e-12);
/// ```
pub fn martingale_residuals(
    follow_up: &FollowUpTimes<'_>,
    covariates: &Matrix,
    fit: &CoxFit,
    options: &CoxOptions<'_>,
) -> Result<Vec<f64>, StatError> {
    let sets = RiskSets::new(follow_up, covariates, options.strata)?;
    let coefficients = standardised_coefficients(&sets, fit)?;
    Ok(minus_expected(follow_up, &row_sums(&sets, &coefficients, options.ties, false).expected))
}

pub(super) fn standardised_coefficients(sets: &RiskSets, fit: &CoxFit) -> Result<Vec<f64>, StatError> {
    input::check_equal_lengths("columns and coefficients", sets.n_columns, fit.coefficients.len())?;
    input::check_equal_lengths("rows of the data and of the fit", sets.n, fit.n)?;
    Ok(fit.coefficients.iter().zip(&sets.scale).map(|(one, scale)| one.estimate * scale).collect())
}

fn minus_expected(follow_up: &FollowUpTimes<'_>, expected: &[f64]) -> Vec<f64> {
    follow_up.is_event.iter().zip(expected).map(|(event, expected)| f64::from(u8::from(*event)) - expected).collect()
}

fn deviance_of(martingale: f64, is_event: bool) -> f64 {
    let logarithm = if is_event { real::ln(1.0 - martingale) } else { 0.0 };
    // Rounding can bring a residual of 0 to the other side.
    let size = (-2.0 * (martingale + logarithm)).max(0.0).sqrt();
    if martingale < 0.0 { -size } else { size }
}
