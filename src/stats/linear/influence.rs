use super::robust_covariance::Spread;
use super::{Design, LeastSquaresFit};
use crate::stats::{StatError, input};

/// How much one row bears on a fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Influence {
    /// Share of its own fitted value that the row decides, 0 to 1; mean p / n.
    pub leverage: f64,
    /// Residual over its standard error; absent when the leverage is 1.
    pub standardised: Option<f64>,
    /// Residual over its standard error with the residual variance of the other rows: t with n - p - 1 degrees of
    /// freedom; absent when the leverage is 1, or nothing is left of the variance.
    pub studentised: Option<f64>,
    /// Cook's distance: how far all fitted values move without the row; absent when the leverage is 1.
    pub cooks_distance: Option<f64>,
}

/// Leverage, standardised and studentised residual, and Cook's distance of every row of a least-squares fit.
///
/// h = x' (X'X)^-1 x; r = e / (s sqrt(1 - h)); t = r sqrt((n - p - 1) / (n - p - r^2)); D = r^2 h / (p (1 - h)).
///
/// Inputs: the design that was fitted and its fit. Errors: `LengthsDiffer` (another design). Limits: two alike rows hide
/// each other. A row that bears much is to be looked at, not dropped.
///
/// Source: Cook and Weisberg, Residuals and Influence in Regression, 1982, chapters 2 and 3. Checked against R 4.2.2
/// `hatvalues`, `rstandard`, `rstudent`, `cooks.distance`, relative 1e-10 (tests/golden/influence). R answers NaN where
/// the leverage is 1. SAS PROC REG (H, STUDENT, RSTUDENT, COOKD): the same.
///
/// ```
/// use second_look::stats::linear::{Design, estimate_influence, fit_least_squares};
/// let design = Design::new(4).with_intercept();
/// let fit = fit_least_squares(&design, &[1.0, 2.0, 3.0, 6.0]).unwrap();
/// // Residual 3, s^2 14/3: r^2 = 9 / (14/3 x 3/4).
/// let last = estimate_influence(&design, &fit).unwrap()[3];
/// assert!((last.leverage - 0.25).abs() < 1e-15 && (last.standardised.unwrap() - (9.0_f64 / 3.5).sqrt()).abs() < 1e-14);
/// ```
pub fn estimate_influence(design: &Design, fit: &LeastSquaresFit) -> Result<Vec<Influence>, StatError> {
    let p = fit.coefficients.len();
    input::check_equal_lengths("design and fit", design.columns().len(), p)?;
    input::check_equal_lengths("design rows and residuals", design.n_rows(), fit.residuals.len())?;
    let of = |(place, residual): (usize, &f64)| {
        let leverage = Spread::of(design, fit, place).leverage;
        let left = 1.0 - leverage;
        let standardised = (left > 1e-10).then(|| residual / (fit.residual_variance * left).sqrt());
        let others = |r: f64| (fit.df_residual - 1.0) / (fit.df_residual - r * r);
        Influence {
            leverage,
            standardised,
            studentised: standardised.map(|r| r * others(r).sqrt()).filter(|t| t.is_finite() && fit.df_residual > 1.0),
            cooks_distance: standardised.map(|r| r * r * leverage / (p as f64 * left)),
        }
    };
    Ok(fit.residuals.iter().enumerate().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::linear::fit_least_squares;

    #[test]
    fn a_mean_of_four_by_hand() {
        // Without the last value: mean 2, s^2 1, so t = (6 - 2) / sqrt(1 + 1/3). D = r^2 (1/4) / (3/4).
        let design = Design::new(4).with_intercept();
        let fit = fit_least_squares(&design, &[1.0, 2.0, 3.0, 6.0]).unwrap();
        let all = estimate_influence(&design, &fit).unwrap();
        let (r, last): (f64, _) = (9.0 / 3.5, all[3]);
        assert!((last.studentised.unwrap() - (r * 2.0 / (3.0 - r)).sqrt()).abs() < 1e-13);
        assert!((last.studentised.unwrap() - 12.0_f64.sqrt()).abs() < 1e-13);
        assert!((last.cooks_distance.unwrap() - r / 3.0).abs() < 1e-14);
        assert!((all.iter().map(|one| one.leverage).sum::<f64>() - 1.0).abs() < 1e-14);
    }

    #[test]
    fn a_row_alone_in_its_class_has_a_leverage_only() {
        let design = Design::new(4).with_intercept().with_column("alone", vec![1.0, 0.0, 0.0, 0.0]).unwrap();
        let fit = fit_least_squares(&design, &[1.0, 2.0, 3.0, 6.0]).unwrap();
        let first = estimate_influence(&design, &fit).unwrap()[0];
        assert!((first.leverage - 1.0).abs() < 1e-14);
        assert_eq!((first.standardised, first.studentised, first.cooks_distance), (None, None, None));
        assert!(estimate_influence(&Design::new(4), &fit).is_err());
    }
}
