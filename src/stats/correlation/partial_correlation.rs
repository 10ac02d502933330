use super::{
    Correlation, CorrelationKind, CorrelationOptions, CorrelationPMethod, check_pairs, estimate_correlation,
    interval_of_z,
};
use crate::stats::distribution::{normal, student_t};
use crate::stats::matrix::Matrix;
use crate::stats::{StatError, input};

/// Correlation of x and y with covariates held fixed, two-sided.
///
/// From the matrix R of the coefficients of all columns: r = -P_xy / sqrt(P_xx P_yy), P = R^-1; for Pearson that is the
/// correlation of the residuals of x and of y on the covariates, for Spearman the same of the ranks. With k covariates:
/// Pearson and Spearman t = r sqrt(df / (1 - r^2)), df = n - 2 - k, interval on Fisher's scale with variance 1 (Spearman
/// 1 + r^2 / 2) over n - k - 3; Kendall z = r / sqrt(2 (2 m + 5) / (9 m (m - 1))), m = n - k, variance 0.437 / (m - 4).
///
/// Inputs: x, y and every covariate one value per subject; a factor comes as indicators of all levels but one. Missing
/// values: not here; NaN is an error. No covariate gives the plain coefficient, with its p by t or Normal.
/// Errors: `LengthsDiffer`, `NotFinite`, `NoVariation` (x, y or a covariate), `TooFew` (df below 1), `Singular`
/// (a covariate is a combination of those before it, `column` its place from 0; x or y determined by the covariates,
/// `column` their number or that plus 1), `OutOfRange`.
/// Limits: holds fixed what is linear (in ranks: monotone) in the covariates; ranks are taken before, not after. Kendall's
/// partial tau is no correlation of residuals, and its p is rough.
///
/// Source: Fisher, Metron 3:329-332, 1924; Kendall, Biometrika 32:277-283, 1942; Kim, Communications for Statistical
/// Applications and Methods 22:665-674, 2015 (the same forms, R package ppcor). Checked against R 4.2.2: `solve(cor())`
/// and the residuals of `lm`, relative 1e-10 (tests/golden/partial_correlation). SAS PROC CORR PARTIAL: the same for
/// Pearson and Spearman.
///
/// ```
/// use second_look::stats::correlation::*;
/// // Two groups: within them x is -1/2 1/2 -1/2 1/2 and y -1/2 1/2 1 -1, so that r = -1/2 / sqrt(1 x 5/2).
/// let (x, y, group) = ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 5.0, 3.0], vec![0.0, 0.0, 1.0, 1.0]);
/// let options = CorrelationOptions::default();
/// let found = partial_correlation(CorrelationKind::Pearson, &x, &y, &[group], &options).unwrap();
/// assert!((found.coefficient + 0.5 / 2.5_f64.sqrt()).abs() < 1e-14);
/// assert_eq!(found.df, Some(1.0));
/// ```
pub fn partial_correlation(
    kind: CorrelationKind,
    x: &[f64],
    y: &[f64],
    covariates: &[Vec<f64>],
    options: &CorrelationOptions,
) -> Result<Correlation, StatError> {
    check_pairs(x, y, options)?;
    let (n, k) = (x.len(), covariates.len());
    for covariate in covariates {
        input::check_equal_lengths("covariates", n, covariate.len())?;
        input::check_finite("covariate", covariate)?;
        if input::is_constant(covariate) {
            return Err(StatError::NoVariation { what: "covariate" });
        }
    }
    input::check_at_least("pairs", k + 3, n)?;
    let columns: Vec<&[f64]> = covariates.iter().map(Vec::as_slice).chain([x, y]).collect();
    let mut all = Matrix::identity(k + 2);
    for (row, left) in columns.iter().enumerate() {
        for (column, right) in columns.iter().enumerate().take(row) {
            let r = estimate_correlation(kind, left, right, options)?.coefficient;
            all.set(row, column, r);
            all.set(column, row, r);
        }
    }
    let coefficient = last_two(&all, k)?;
    let (size, left) = (n as f64, (n - k) as f64);
    let is_perfect = 1.0 - coefficient.abs() <= 1e-12;
    let coefficient = if is_perfect { coefficient.signum() } else { coefficient };
    if kind == CorrelationKind::KendallTauB {
        let z = coefficient / (2.0 * (2.0 * left + 5.0) / (9.0 * left * (left - 1.0))).sqrt();
        let interval = (n > k + 4 && !is_perfect).then(|| interval_of_z(coefficient, 0.437 / (left - 4.0), options));
        let p_value = 2.0 * normal::sf(z.abs());
        let p_method = CorrelationPMethod::Normal;
        return Ok(Correlation { n, coefficient, interval, statistic: z, df: None, p_value, p_method });
    }
    let df = size - 2.0 - k as f64;
    let statistic = if is_perfect {
        coefficient * f64::INFINITY
    } else {
        coefficient * (df / ((1.0 - coefficient) * (1.0 + coefficient))).sqrt()
    };
    let factor = if kind == CorrelationKind::Spearman { 1.0 + 0.5 * coefficient * coefficient } else { 1.0 };
    let has_interval = n > k + 3 && !(is_perfect && kind == CorrelationKind::Spearman);
    let interval = has_interval.then(|| interval_of_z(coefficient, factor / (left - 3.0), options));
    let p_value = student_t::two_sided_p(statistic, df);
    let p_method = CorrelationPMethod::StudentT;
    Ok(Correlation { n, coefficient, interval, statistic, df: Some(df), p_value, p_method })
}

/// A share of a column's variance that is left by the columns before it and is rounding.
const LEAST: f64 = 1e-10;

/// The correlation of the last two columns given the first `k`.
fn last_two(all: &Matrix, k: usize) -> Result<f64, StatError> {
    let places: Vec<usize> = (0..k + 2).collect();
    let mut lower = None;
    for size in 1..=k + 1 {
        lower = all.part(places.get(..size).unwrap_or_default()).cholesky(LEAST);
        if lower.is_none() {
            return Err(StatError::Singular { column: size - 1 });
        }
    }
    let lower = lower.ok_or(StatError::Singular { column: k })?;
    // The last row of L for y: what the covariates explain, what x adds, and what is left.
    let of_y = lower.lower_solve(all.row(k + 1).get(..=k).unwrap_or_default());
    let explained: f64 = of_y.iter().take(k).map(|value| value * value).sum();
    let free = 1.0 - explained;
    if free <= LEAST {
        return Err(StatError::Singular { column: k + 1 });
    }
    Ok((of_y.last().copied().unwrap_or_default() / free.sqrt()).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::correlation::pearson;

    const X: [f64; 6] = [3.0, 1.0, 5.0, 2.0, 4.0, 6.0];
    const Y: [f64; 6] = [2.0, 1.0, 4.0, 3.0, 5.0, 4.5];
    const Z: [f64; 6] = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];

    fn partial(covariates: &[Vec<f64>]) -> Result<Correlation, StatError> {
        partial_correlation(CorrelationKind::Pearson, &X, &Y, covariates, &CorrelationOptions::default())
    }

    #[test]
    fn one_covariate_by_the_textbook() {
        let options = CorrelationOptions::default();
        let r = |a: &[f64], b: &[f64]| pearson(a, b, &options).unwrap().coefficient;
        let (xy, xz, yz) = (r(&X, &Y), r(&X, &Z), r(&Y, &Z));
        let wanted = (xy - xz * yz) / ((1.0 - xz * xz) * (1.0 - yz * yz)).sqrt();
        let found = partial(&[Z.to_vec()]).unwrap();
        assert!((found.coefficient - wanted).abs() < 1e-14);
        assert_eq!((found.n, found.df), (6, Some(3.0)));
    }

    #[test]
    fn none_is_the_plain_one() {
        let plain = pearson(&X, &Y, &CorrelationOptions::default()).unwrap();
        let found = partial(&[]).unwrap();
        assert!((found.coefficient - plain.coefficient).abs() < 1e-14);
        assert!((found.p_value / plain.p_value - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_determined_is_singular() {
        assert_eq!(partial(&[Z.to_vec(), Z.map(|z| 2.0 * z + 1.0).to_vec()]), Err(StatError::Singular { column: 1 }));
        assert_eq!(partial(&[X.map(|x| -x).to_vec()]), Err(StatError::Singular { column: 1 }));
        assert_eq!(partial(&[Y.to_vec()]), Err(StatError::Singular { column: 2 }));
        assert!(matches!(partial(&[Z.to_vec(), X.to_vec(), Y.to_vec(), Z.to_vec()]), Err(StatError::TooFew { .. })));
    }
}
