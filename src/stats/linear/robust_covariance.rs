use super::least_squares::finish_contrast;
use super::{Contrast, Design, LeastSquaresFit};
use crate::stats::{StatError, input};

/// Where the standard errors of a linear model come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StandardError {
    /// One variance for all rows. The default.
    #[default]
    Classical,
    /// Each row's own squared residual (White).
    Hc0,
    /// HC0 times n / (n - p).
    Hc1,
    /// Squared residuals over 1 - leverage; without bias when the variances are equal after all.
    Hc2,
    /// Squared residuals over (1 - leverage)^2; the one to take in small samples.
    Hc3,
}

/// Covariance of a fit's coefficients when rows may differ in variance, row by row.
///
/// V = B (sum over rows of w e^2 x x') B, B = (X'X)^-1, e the residuals, h = x'B x the leverages; w = 1 (HC0),
/// n / (n - p) (HC1), 1 / (1 - h) (HC2), 1 / (1 - h)^2 (HC3). Classical: s^2 B.
///
/// Inputs: the design that was fitted and its fit. Errors: `LengthsDiffer` (another design), `NoVariation` (HC2, HC3: a
/// row with leverage 1, which has no residual to judge by). Limits: HC0 and HC1 are too small in small samples. Contrasts
/// keep the residual degrees of freedom, an approximation; rows must still be independent.
///
/// Source: White, Econometrica 48:817-838, 1980; MacKinnon and White, Journal of Econometrics 29:305-325, 1985; Long and
/// Ervin, The American Statistician 54:217-224, 2000. Checked against R 4.2.2, sandwich 3.0-2, `vcovHC`, relative 1e-11
/// (tests/golden/robust_covariance). SAS PROC REG HCCMETHOD=0 to 3: the same formulas.
///
/// ```
/// use second_look::stats::linear::{Design, StandardError, fit_least_squares, robust_covariance};
/// let design = Design::new(4).with_intercept();
/// let fit = fit_least_squares(&design, &[1.0, 2.0, 3.0, 6.0]).unwrap();
/// // A mean: HC0 is the sum of squares 4 + 1 + 0 + 9 over n^2.
/// let covariance = robust_covariance(&design, &fit, StandardError::Hc0).unwrap();
/// assert!((covariance[0][0] - 14.0 / 16.0).abs() < 1e-14);
/// ```
pub fn robust_covariance(
    design: &Design,
    fit: &LeastSquaresFit,
    kind: StandardError,
) -> Result<Vec<Vec<f64>>, StatError> {
    let p = fit.coefficients.len();
    input::check_equal_lengths("design and fit", design.columns().len(), p)?;
    input::check_equal_lengths("design rows and residuals", design.n_rows(), fit.residuals.len())?;
    if kind == StandardError::Classical {
        let scale = |row: &Vec<f64>| row.iter().map(|value| fit.residual_variance * value).collect();
        return Ok(fit.unscaled_covariance.iter().map(scale).collect());
    }
    let mut covariance = vec![vec![0.0; p]; p];
    for (place, residual) in fit.residuals.iter().enumerate() {
        let row = Spread::of(design, fit, place);
        let left = 1.0 - row.leverage;
        let weight = match kind {
            StandardError::Classical | StandardError::Hc0 => 1.0,
            StandardError::Hc1 => fit.n as f64 / fit.df_residual,
            _ if left < 1e-10 => return Err(StatError::NoVariation { what: "residual of a row with leverage 1" }),
            StandardError::Hc2 => 1.0 / left,
            StandardError::Hc3 => 1.0 / (left * left),
        };
        let square = weight * residual * residual;
        for (entries, one) in covariance.iter_mut().zip(&row.spread) {
            for (entry, other) in entries.iter_mut().zip(&row.spread) {
                *entry += square * one * other;
            }
        }
    }
    Ok(covariance)
}

/// [`super::linear_contrast`] with a covariance of the coefficients from [`robust_covariance`]; df as there, n - p.
///
/// ```
/// use second_look::stats::linear::{Design, fit_least_squares, linear_contrast_with_covariance};
/// let fit = fit_least_squares(&Design::new(4).with_intercept(), &[1.0, 2.0, 3.0, 6.0]).unwrap();
/// let mean = linear_contrast_with_covariance(&fit, &[vec![0.25]], &[1.0], 0.95).unwrap();
/// assert!((mean.estimate - 3.0).abs() < 1e-14 && mean.std_error == 0.5 && mean.df == 3.0);
/// ```
pub fn linear_contrast_with_covariance(
    fit: &LeastSquaresFit,
    covariance: &[Vec<f64>],
    weights: &[f64],
    confidence_level: f64,
) -> Result<Contrast, StatError> {
    input::check_confidence_level(confidence_level)?;
    input::check_equal_lengths("coefficients and weights", fit.coefficients.len(), weights.len())?;
    input::check_equal_lengths("coefficients and covariance", fit.coefficients.len(), covariance.len())?;
    input::check_finite("weights", weights)?;
    let dot = |left: &[f64], right: &[f64]| left.iter().zip(right).map(|(a, b)| a * b).sum::<f64>();
    let spread: Vec<f64> = covariance.iter().map(|row| dot(row, weights)).collect();
    finish_contrast(dot(weights, &fit.coefficients), dot(weights, &spread).sqrt(), fit.df_residual, confidence_level)
}

/// One row x of a design.
pub(super) struct Spread {
    /// (X'X)^-1 x.
    pub spread: Vec<f64>,
    /// x' (X'X)^-1 x.
    pub leverage: f64,
}

impl Spread {
    pub fn of(design: &Design, fit: &LeastSquaresFit, place: usize) -> Self {
        let row: Vec<f64> = design.columns().iter().filter_map(|column| column.get(place).copied()).collect();
        let dot = |left: &[f64]| left.iter().zip(&row).map(|(a, b)| a * b).sum::<f64>();
        let spread: Vec<f64> = fit.unscaled_covariance.iter().map(|entries| dot(entries)).collect();
        Self { leverage: dot(&spread), spread }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::linear::fit_least_squares;

    #[test]
    fn a_mean_of_four_by_hand() {
        // Deviations -2 -1 0 3, leverage 1/4: sum of squares 14 over 16, times 4/3, 1/(3/4), 1/(9/16); s^2/n = 14/12.
        let design = Design::new(4).with_intercept();
        let fit = fit_least_squares(&design, &[1.0, 2.0, 3.0, 6.0]).unwrap();
        let of = |kind| robust_covariance(&design, &fit, kind).unwrap()[0][0];
        let hc0 = 14.0 / 16.0;
        for (kind, expected) in [
            (StandardError::Classical, 14.0 / 12.0),
            (StandardError::Hc0, hc0),
            (StandardError::Hc1, hc0 * 4.0 / 3.0),
            (StandardError::Hc2, hc0 * 4.0 / 3.0),
            (StandardError::Hc3, hc0 * 16.0 / 9.0),
        ] {
            assert!((of(kind) - expected).abs() < 1e-14, "{kind:?}");
        }
    }

    #[test]
    fn a_row_alone_in_its_class_has_no_residual() {
        let design = Design::new(4).with_intercept().with_column("alone", vec![1.0, 0.0, 0.0, 0.0]).unwrap();
        let fit = fit_least_squares(&design, &[1.0, 2.0, 3.0, 6.0]).unwrap();
        assert!(matches!(robust_covariance(&design, &fit, StandardError::Hc3), Err(StatError::NoVariation { .. })));
        assert!(robust_covariance(&design, &fit, StandardError::Hc1).is_ok());
        assert!(robust_covariance(&Design::new(4).with_intercept(), &fit, StandardError::Hc0).is_err());
    }
}
