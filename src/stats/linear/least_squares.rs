use crate::stats::distribution::student_t;
use crate::stats::{Interval, StatError, input};

/// A column whose part not explained by the columns before it is smaller than this share of its length adds nothing;
/// the tolerance of R's `lm`.
const DEPENDENT: f64 = 1e-7;

/// The columns of a linear model, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    n_rows: usize,
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl Design {
    /// A design of `n_rows` rows with no column yet.
    pub fn new(n_rows: usize) -> Self {
        Self { n_rows, names: Vec::new(), columns: Vec::new() }
    }

    /// The same design with one more column on its right. Fails when the column's length is not `n_rows`.
    pub fn with_column(mut self, name: impl Into<String>, values: Vec<f64>) -> Result<Self, StatError> {
        input::check_equal_lengths("design rows and column", self.n_rows, values.len())?;
        self.names.push(name.into());
        self.columns.push(values);
        Ok(self)
    }

    /// The same design with a column of ones, called "(Intercept)", on its right.
    pub fn with_intercept(mut self) -> Self {
        self.names.push("(Intercept)".to_owned());
        self.columns.push(vec![1.0; self.n_rows]);
        self
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The columns' names, in order; `StatError::Singular` counts along them.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The columns' values, in order, each `n_rows` long.
    pub fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }
}

/// A least-squares fit.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastSquaresFit {
    /// The design's column names, in the order of `coefficients`.
    pub names: Vec<String>,
    /// Number of rows.
    pub n: usize,
    /// One per column, in response units per unit of the column.
    pub coefficients: Vec<f64>,
    /// Standard error of each coefficient.
    pub std_errors: Vec<f64>,
    /// (X'X)^-1, row by row; times `residual_variance` it is the coefficients' covariance.
    pub unscaled_covariance: Vec<Vec<f64>>,
    /// Residual sum of squares over `df_residual`, in squared response units.
    pub residual_variance: f64,
    /// Rows minus columns.
    pub df_residual: f64,
    /// Share of the response's sum of squares that the columns explain: about the mean when the columns hold a
    /// constant, about 0 otherwise. 0 to 1.
    pub r_squared: f64,
    /// Response minus fitted value, row by row.
    pub residuals: Vec<f64>,
}

/// A weighted sum of coefficients, with its doubt, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Sum of weight times coefficient.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Residual degrees of freedom.
    pub df: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    /// Confidence interval of the estimate.
    pub interval: Interval,
}
/// Ordinary least squares: the coefficients b that minimise the residual sum of squares of y = X b + error.
///
/// X = Q R by Householder reflections, no pivoting; b = R^-1 (Q'y); (X'X)^-1 = R^-1 R^-T; residual variance
/// s^2 = RSS / (n - p); standard errors s sqrt(diagonal of (X'X)^-1). R^2 = 1 - RSS / TSS, TSS about the mean when X
/// holds a constant column, about 0 otherwise.
///
/// Inputs: a design of n rows and p columns; a response of n values; any units. Missing values: not here; NaN is an
/// error. A column counts as dependent when less than 1e-7 of its length is left after the columns before it.
/// Errors: `LengthsDiffer`, `NotFinite` (`what` is "response" or "design"; `index` its row), `TooFew` (n <= p),
/// `Singular` (the first dependent column), `NoVariation` (a response without spread, or a fit without residuals:
/// then no standard error means anything), `OutOfRange` (squares that overflow).
/// Limits: errors independent, of equal variance, about Normal for small n. One outlier moves everything.
///
/// Source: Businger and Golub, Numerische Mathematik 7:269-276, 1965; Golub and Van Loan, Matrix Computations, 4th ed.
/// 2013, sections 5.2 and 5.3. Checked against R 4.2.2 `lm`, `summary.lm`, relative 1e-12, and on Longley's data
/// against the certified values of NIST, relative 1e-11 (tests/golden/least_squares). On purpose unlike R, which drops
/// a dependent column and goes on, and SAS, which sets it to 0: here it is an error.
///
/// ```
/// use second_look::stats::linear::{Design, fit_least_squares};
/// // y = 1 + x but for residuals 0.5, -1, 0.5: RSS 1.5 on 1 df.
/// let design = Design::new(3).with_intercept().with_column("x", vec![-1.0, 0.0, 1.0]).unwrap();
/// let fit = fit_least_squares(&design, &[0.5, 0.0, 2.5]).unwrap();
/// assert!((fit.coefficients[1] - 1.0).abs() < 1e-14 && (fit.residual_variance - 1.5).abs() < 1e-14);
/// ```
pub fn fit_least_squares(design: &Design, response: &[f64]) -> Result<LeastSquaresFit, StatError> {
    let (n, p) = (design.n_rows, design.columns.len());
    input::check_equal_lengths("design rows and response", n, response.len())?;
    input::check_finite("response", response)?;
    for column in &design.columns {
        input::check_finite("design", column)?;
    }
    input::check_at_least("columns", 1, p)?;
    input::check_at_least("rows", p + 1, n)?;

    let triangle = triangularise(&design.columns)?;
    let mut rotated = response.to_vec();
    for reflection in &triangle.reflections {
        reflection.apply(&mut rotated);
    }
    let coefficients = triangle.solve(rotated.get(..p).unwrap_or_default());
    // The rotated response beyond the columns is what they cannot reach; turned back, it is the residuals.
    let mut residuals = rotated;
    residuals.iter_mut().take(p).for_each(|value| *value = 0.0);
    let squares = residuals.iter().map(|value| value * value).sum::<f64>();
    for reflection in triangle.reflections.iter().rev() {
        reflection.apply(&mut residuals);
    }

    let has_constant = design.columns.iter().any(|column| input::is_constant(column));
    let total = total_squares(response, has_constant);
    let about_zero = response.iter().map(|value| value * value).sum::<f64>();
    input::check_answer("response", about_zero)?;
    let rounding = 64.0 * f64::EPSILON;
    if total <= rounding * rounding * about_zero {
        return Err(StatError::NoVariation { what: "response" });
    }
    if squares <= rounding * rounding * about_zero {
        return Err(StatError::NoVariation { what: "residuals" });
    }

    let df_residual = (n - p) as f64;
    let residual_variance = squares / df_residual;
    let unscaled_covariance = triangle.inverse_of_cross_products();
    let std_errors: Vec<f64> = unscaled_covariance
        .iter()
        .enumerate()
        .map(|(row, values)| (residual_variance * values.get(row).copied().unwrap_or(f64::NAN)).sqrt())
        .collect();
    for value in coefficients.iter().chain(&std_errors) {
        input::check_answer("coefficients", *value)?;
    }
    Ok(LeastSquaresFit {
        names: design.names.clone(),
        n,
        coefficients,
        std_errors,
        unscaled_covariance,
        residual_variance,
        df_residual,
        r_squared: (1.0 - squares / total).max(0.0),
        residuals,
    })
}

/// A weighted sum of a fit's coefficients, two-sided: a difference of arms, an adjusted mean, a prediction of the mean.
///
/// estimate = c'b; se = s sqrt(c' (X'X)^-1 c); t = estimate / se on the residual degrees of freedom; interval
/// estimate -/+ t(df) se.
///
/// Inputs: `weights` c, one per coefficient, not all 0. Errors: `LengthsDiffer`, `NotFinite`, `NoVariation` (all
/// weights 0), `OutOfRange` (a confidence level outside 0 to 1). Limits: those of the fit; no allowance for many
/// contrasts. Source: Searle, Linear Models, 1971, chapter 3. Checked against R 4.2.2 `coef`, `vcov` and
/// `predict(se.fit = TRUE)`, relative 1e-12 (tests/golden/least_squares). R, SAS ESTIMATE: no difference.
///
/// ```
/// use second_look::stats::linear::{Design, fit_least_squares, linear_contrast};
/// let design = Design::new(3).with_intercept().with_column("x", vec![-1.0, 0.0, 1.0]).unwrap();
/// let fit = fit_least_squares(&design, &[0.5, 0.0, 2.5]).unwrap();
/// // The mean at x = 2: 1 + 2; variance 1.5 (1/3 + 4/2).
/// let at_two = linear_contrast(&fit, &[1.0, 2.0], 0.95).unwrap();
/// assert!((at_two.estimate - 3.0).abs() < 1e-14 && (at_two.std_error - 3.5_f64.sqrt()).abs() < 1e-14);
/// ```
pub fn linear_contrast(fit: &LeastSquaresFit, weights: &[f64], confidence_level: f64) -> Result<Contrast, StatError> {
    input::check_confidence_level(confidence_level)?;
    input::check_equal_lengths("coefficients and weights", fit.coefficients.len(), weights.len())?;
    input::check_finite("weights", weights)?;
    let estimate = dot(weights, &fit.coefficients);
    let spread: Vec<f64> = fit.unscaled_covariance.iter().map(|row| dot(row, weights)).collect();
    let std_error = (fit.residual_variance * dot(weights, &spread)).sqrt();
    finish_contrast(estimate, std_error, fit.df_residual, confidence_level)
}

pub(super) fn finish_contrast(
    estimate: f64,
    std_error: f64,
    df: f64,
    confidence_level: f64,
) -> Result<Contrast, StatError> {
    if std_error.is_nan() || std_error <= 0.0 {
        return Err(StatError::NoVariation { what: "weights" });
    }
    let t = estimate / std_error;
    let reach = student_t::critical(confidence_level, df) * std_error;
    Ok(Contrast {
        estimate,
        std_error,
        df,
        t,
        p_value: student_t::two_sided_p(t, df),
        interval: Interval { low: estimate - reach, high: estimate + reach },
    })
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

fn total_squares(response: &[f64], has_constant: bool) -> f64 {
    if has_constant && input::is_constant(response) {
        return 0.0;
    }
    let mean = if has_constant { response.iter().sum::<f64>() / response.len() as f64 } else { 0.0 };
    response.iter().map(|value| (value - mean) * (value - mean)).sum()
}

/// I - 2 v v' / v'v on the rows from `start` on.
struct Reflection {
    start: usize,
    direction: Vec<f64>,
    half_square: f64,
}

impl Reflection {
    fn apply(&self, values: &mut [f64]) {
        let tail = values.get_mut(self.start..).unwrap_or_default();
        let factor = dot(&self.direction, tail) / self.half_square;
        for (value, direction) in tail.iter_mut().zip(&self.direction) {
            *value -= factor * direction;
        }
    }
}

/// X = Q R: Q as its reflections, R column by column, each down to its diagonal.
struct Triangle {
    reflections: Vec<Reflection>,
    columns: Vec<Vec<f64>>,
}

fn triangularise(design: &[Vec<f64>]) -> Result<Triangle, StatError> {
    let mut triangle = Triangle { reflections: Vec::new(), columns: Vec::new() };
    for (index, column) in design.iter().enumerate() {
        let mut column = column.clone();
        let length = dot(&column, &column).sqrt();
        input::check_answer("design", length)?;
        for reflection in &triangle.reflections {
            reflection.apply(&mut column);
        }
        let mut direction = column.split_off(index);
        let rest = dot(&direction, &direction).sqrt();
        let Some(first) = direction.first_mut().filter(|_| rest > DEPENDENT * length) else {
            return Err(StatError::Singular { column: index });
        };
        // Away from the first entry, so that nothing cancels.
        let diagonal = if *first > 0.0 { -rest } else { rest };
        *first -= diagonal;
        column.push(diagonal);
        triangle.columns.push(column);
        let half_square = 0.5 * dot(&direction, &direction);
        triangle.reflections.push(Reflection { start: index, direction, half_square });
    }
    Ok(triangle)
}

impl Triangle {
    /// b with R b = `right`.
    fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut solution = right.to_vec();
        for (index, column) in self.columns.iter().enumerate().rev() {
            let (above, own) = solution.split_at_mut(index);
            if let (Some(own), Some((diagonal, entries))) = (own.first_mut(), column.split_last()) {
                *own /= diagonal;
                for (value, entry) in above.iter_mut().zip(entries) {
                    *value -= entry * *own;
                }
            }
        }
        solution
    }

    /// R^-1 R^-T.
    fn inverse_of_cross_products(&self) -> Vec<Vec<f64>> {
        let p = self.columns.len();
        let inverse_columns: Vec<Vec<f64>> = (0..p)
            .map(|index| {
                let unit: Vec<f64> = (0..p).map(|row| if row == index { 1.0 } else { 0.0 }).collect();
                self.solve(&unit)
            })
            .collect();
        let inverse_rows: Vec<Vec<f64>> =
            (0..p).map(|row| inverse_columns.iter().filter_map(|column| column.get(row).copied()).collect()).collect();
        inverse_rows.iter().map(|left| inverse_rows.iter().map(|right| dot(left, right)).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(x: &[f64]) -> Design {
        Design::new(x.len()).with_intercept().with_column("x", x.to_vec()).unwrap()
    }

    const X: [f64; 5] = [3.0, 1.0, 5.0, 2.0, 4.0];
    const Y: [f64; 5] = [2.0, 1.0, 4.0, 3.0, 5.0];

    #[test]
    fn a_line_through_five_points_by_hand() {
        // Sxx 10, Sxy 8, Syy 10: slope 0.8, intercept 0.6, RSS 3.6 on 3 df, s^2 = 1.2.
        let fit = fit_least_squares(&line(&X), &Y).unwrap();
        assert!((fit.coefficients[0] - 0.6).abs() < 1e-14 && (fit.coefficients[1] - 0.8).abs() < 1e-14);
        assert!((fit.residual_variance - 1.2).abs() < 1e-14);
        assert!((fit.std_errors[1] - 0.12_f64.sqrt()).abs() < 1e-14);
        assert!((fit.std_errors[0] - (1.2_f64 * (0.2 + 0.9)).sqrt()).abs() < 1e-14);
        assert!((fit.unscaled_covariance[0][1] + 0.3).abs() < 1e-14);
        assert!((fit.r_squared - 0.64).abs() < 1e-14);
        assert!((fit.residuals[2] - (4.0 - 4.6)).abs() < 1e-14);
        assert_eq!((fit.n, fit.df_residual), (5, 3.0));
    }

    #[test]
    fn an_intercept_alone_is_the_mean() {
        let fit = fit_least_squares(&Design::new(5).with_intercept(), &Y).unwrap();
        let mean = linear_contrast(&fit, &[1.0], 0.95).unwrap();
        assert!((mean.estimate - 3.0).abs() < 1e-14 && (mean.std_error - 0.5_f64.sqrt()).abs() < 1e-14);
        assert!(fit.r_squared < 1e-15);
    }

    #[test]
    fn without_a_constant_the_total_is_about_zero() {
        let design = Design::new(3).with_column("x", vec![1.0, 2.0, 3.0]).unwrap();
        // Slope 13 / 14, RSS 13 - 169 / 14.
        let fit = fit_least_squares(&design, &[0.0, 2.0, 3.0]).unwrap();
        assert!((fit.r_squared - 169.0 / 14.0 / 13.0).abs() < 1e-14);
    }

    #[test]
    fn units_scale_and_an_added_constant_stays_in_the_intercept() {
        let plain = fit_least_squares(&line(&X), &Y).unwrap();
        let scaled = fit_least_squares(&line(&X.map(|x| 12.0 * x)), &Y.map(|y| y + 100.0)).unwrap();
        assert!((scaled.coefficients[1] * 12.0 - plain.coefficients[1]).abs() < 1e-13);
        assert!((scaled.coefficients[0] - plain.coefficients[0] - 100.0).abs() < 1e-12);
        assert!((scaled.residual_variance - plain.residual_variance).abs() < 1e-12);
    }

    #[test]
    fn the_first_dependent_column_is_named() {
        let design = line(&X).with_column("double", X.map(|x| 2.0 * x - 1.0).to_vec()).unwrap();
        assert_eq!(fit_least_squares(&design, &Y), Err(StatError::Singular { column: 2 }));
        let zero = Design::new(5).with_column("zero", vec![0.0; 5]).unwrap();
        assert_eq!(fit_least_squares(&zero, &Y), Err(StatError::Singular { column: 0 }));
    }

    #[test]
    fn what_cannot_be_fitted_says_why() {
        assert_eq!(
            fit_least_squares(&line(&X[..2]), &Y[..2]),
            Err(StatError::TooFew { what: "rows", need: 3, got: 2 })
        );
        assert_eq!(fit_least_squares(&line(&X), &[0.1; 5]), Err(StatError::NoVariation { what: "response" }));
        assert_eq!(
            fit_least_squares(&line(&X), &X.map(|x| 0.1 + 0.3 * x)),
            Err(StatError::NoVariation { what: "residuals" })
        );
        assert!(matches!(fit_least_squares(&line(&X), &Y[..4]), Err(StatError::LengthsDiffer { .. })));
        assert!(matches!(
            fit_least_squares(&line(&[1.0, f64::NAN, 2.0]), &Y[..3]),
            Err(StatError::NotFinite { what: "design", index: 1 })
        ));
        assert!(Design::new(3).with_column("short", vec![1.0]).is_err());
        let fit = fit_least_squares(&line(&X), &Y).unwrap();
        assert!(linear_contrast(&fit, &[0.0, 0.0], 0.95).is_err());
        assert!(linear_contrast(&fit, &[1.0], 0.95).is_err());
        assert!(linear_contrast(&fit, &[1.0, 0.0], 1.5).is_err());
        assert!(fit_least_squares(&line(&X), &Y.map(|y| 1e200 * y)).is_err());
    }
}
