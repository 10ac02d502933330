use crate::stats::distribution::normal;
use crate::stats::linear::{Design, fit_least_squares};
use crate::stats::matrix::{Matrix, dot};
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input, real};

/// What a censored regression can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CensoredRegressionOptions {
    /// Coverage of the intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
}

impl Default for CensoredRegressionOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL }
    }
}

/// One column's coefficient, by Wald.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CensoredCoefficient {
    /// Response units per unit of the column.
    pub estimate: f64,
    pub std_error: f64,
    /// Estimate over standard error.
    pub z: f64,
    /// Two-sided, Normal.
    pub p_value: f64,
    pub interval: Interval,
}

/// A Normal regression of a response known within bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct CensoredRegressionFit {
    /// Rows that say something, and of these those with an exact value.
    pub n: usize,
    pub n_exact: usize,
    /// One a column of the design.
    pub coefficients: Vec<CensoredCoefficient>,
    /// Standard deviation about the mean, by maximum likelihood (divisor n, not n - p).
    pub sigma: f64,
    pub log_likelihood: f64,
    /// Steps of Newton's method.
    pub iterations: usize,
}

/// Tobit: Normal regression by maximum likelihood where a value may be known exactly or to lie between two bounds.
///
/// An exact y adds ln phi((y - mu) / sigma) - ln sigma, one between l and u adds ln(Phi((u - mu) / sigma) - Phi((l - mu)
/// / sigma)), mu = x'b. Newton's method in b and ln sigma from least squares; standard errors from the observed
/// information of both; z = b / se, Normal.
///
/// Inputs: `low` and `high` a row each, equal for an exact value, `low` minus infinity below a limit, `high` infinity
/// above one, both for a row that says nothing (not counted); response units any, on the scale on which the spread is
/// Normal (logarithms for concentrations). Missing values: not here; NaN is an error.
/// Errors: `LengthsDiffer`, `NotFinite` (NaN, or low above high), `TooFew` (fewer rows that say something than columns
/// plus 1), `NoVariation` (no exact value and no two-sided bounds, or no spread), `Singular` (as least squares),
/// `MonotoneLikelihood` (a column's coefficient has no maximum, as where all of an arm lies below the limit; `column` that
/// with the largest standard error), `NotConverged`, `OutOfRange`.
/// Limits: leans on the Normal distribution below the limit, where nothing is seen. z is too bold with few rows: with
/// nothing censored it is the least-squares t with n in place of n - p and the Normal in place of t.
///
/// Source: Tobin, Econometrica 26:24-36, 1958; Amemiya, Journal of Econometrics 24:3-61, 1984. Checked against R 4.2.2,
/// survival 3.5-3, `survreg(Surv(low, high, type = "interval2"), dist = "gaussian")`, 1e-6 and better
/// (tests/golden/censored_regression); SAS PROC LIFEREG DIST=NORMAL does the same.
///
/// ```
/// use second_look::stats::censored::{CensoredRegressionOptions, fit_censored_regression};
/// use second_look::stats::linear::Design;
/// // Nothing censored: the mean 2, and the standard deviation with divisor 3.
/// let design = Design::new(3).with_intercept();
/// let y = [1.0, 2.0, 3.0];
/// let fit = fit_censored_regression(&y, &y, &design, &CensoredRegressionOptions::default()).unwrap();
/// assert!((fit.coefficients[0].estimate - 2.0).abs() < 1e-12);
/// assert!((fit.sigma - (2.0_f64 / 3.0).sqrt()).abs() < 1e-9);
/// ```
pub fn fit_censored_regression(
    low: &[f64],
    high: &[f64],
    design: &Design,
    options: &CensoredRegressionOptions,
) -> Result<CensoredRegressionFit, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    input::check_equal_lengths("bounds", low.len(), high.len())?;
    input::check_equal_lengths("rows", design.n_rows(), low.len())?;
    let mut rows = Vec::with_capacity(low.len());
    for (index, (&low, &high)) in low.iter().zip(high).enumerate() {
        if low.is_nan() || high.is_nan() || low > high || low == f64::INFINITY || high == f64::NEG_INFINITY {
            return Err(StatError::NotFinite { what: "bounds", index });
        }
        if low.is_finite() || high.is_finite() {
            let x = design.columns().iter().filter_map(|column| column.get(index).copied()).collect();
            rows.push(Row { low, high, x });
        }
    }
    let p = design.columns().len();
    input::check_at_least("rows with a bound", p + 1, rows.len())?;
    if !rows.iter().any(|row| row.low.is_finite() && row.high.is_finite()) {
        return Err(StatError::NoVariation { what: "values within their limits" });
    }
    let (start, scale) = start(&rows, p)?;
    let (at, iterations) = climb(&rows, start, scale)?;
    finish(&rows, &at, scale, iterations, options)
}

/// The response is divided by `scale`, so that steps mean the same in any unit.
struct Row {
    low: f64,
    high: f64,
    x: Vec<f64>,
}

/// Least squares of the values, or of what is nearest to them, over their spread; the last is ln sigma.
fn start(rows: &[Row], p: usize) -> Result<(Vec<f64>, f64), StatError> {
    let response: Vec<f64> = rows
        .iter()
        .map(|row| match (row.low.is_finite(), row.high.is_finite()) {
            (true, true) => 0.5 * row.low + 0.5 * row.high,
            (true, false) => row.low,
            _ => row.high,
        })
        .collect();
    let mut design = Design::new(rows.len());
    for column in 0..p {
        let values = rows.iter().filter_map(|row| row.x.get(column).copied()).collect();
        design = design.with_column(format!("column {column}"), values)?;
    }
    let fit = fit_least_squares(&design, &response)?;
    let n = rows.len() as f64;
    let squares: f64 = fit.residuals.iter().map(|residual| residual * residual).sum();
    let scale = (squares / n).sqrt();
    let size = response.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    if scale <= 1e-12 * size || scale == 0.0 {
        return Err(StatError::NoVariation { what: "values about their mean" });
    }
    let mut at: Vec<f64> = fit.coefficients.iter().map(|coefficient| coefficient / scale).collect();
    at.push(0.0);
    Ok((at, scale))
}

/// Log-likelihood, its slope and minus its second derivatives, in coefficients over `scale` and ln(sigma / scale).
struct Surface {
    value: f64,
    slope: Vec<f64>,
    information: Matrix,
}

fn surface(rows: &[Row], at: &[f64], scale: f64) -> Surface {
    let p = at.len() - 1;
    let sigma = real::exp(at.last().copied().unwrap_or_default());
    let mut surface = Surface { value: 0.0, slope: vec![0.0; p + 1], information: Matrix::zeros(p + 1, p + 1) };
    for row in rows {
        let mean = dot(&row.x, at.get(..p).unwrap_or_default());
        let piece = Piece::of((row.low / scale - mean) / sigma, (row.high / scale - mean) / sigma, sigma);
        surface.value += piece.value - if row.low == row.high { real::ln(scale) } else { 0.0 };
        for (place, x) in row.x.iter().chain([&1.0]).enumerate() {
            let of_row = if place < p { piece.by_mean * x } else { piece.by_spread };
            surface.slope.get_mut(place).into_iter().for_each(|slot| *slot += of_row);
            for (other, z) in row.x.iter().chain([&1.0]).enumerate().take(place + 1) {
                let second = match (place < p, other < p) {
                    (true, _) => piece.by_mean_twice * x * z,
                    (false, true) => piece.by_both * z,
                    (false, false) => piece.by_spread_twice,
                };
                surface.information.add(place, other, -second);
                if other != place {
                    surface.information.add(other, place, -second);
                }
            }
        }
    }
    surface
}

/// One row's part: ln likelihood and its derivatives by the mean and by ln sigma.
struct Piece {
    value: f64,
    by_mean: f64,
    by_spread: f64,
    by_mean_twice: f64,
    by_both: f64,
    by_spread_twice: f64,
}

impl Piece {
    /// `low` and `high` in standard deviations from the mean.
    fn of(low: f64, high: f64, sigma: f64) -> Self {
        if low == high {
            let r = low;
            return Self {
                value: -0.5 * r * r - real::ln(sigma) - HALF_LN_TWO_PI,
                by_mean: r / sigma,
                by_spread: r * r - 1.0,
                by_mean_twice: -1.0 / (sigma * sigma),
                by_both: -2.0 * r / sigma,
                by_spread_twice: -2.0 * r * r,
            };
        }
        // phi / (Phi(high) - Phi(low)) at either bound; 0 at infinity.
        let (value, at_low, at_high) = between(low, high);
        let power = |bound: f64, weight: f64, k: usize| {
            if weight == 0.0 { 0.0 } else { (0..k).fold(weight, |product, _| product * bound) }
        };
        let moment = |k: usize| power(high, at_high, k) - power(low, at_low, k);
        let (d0, d1, d2, d3) = (moment(0), moment(1), moment(2), moment(3));
        Self {
            value,
            by_mean: -d0 / sigma,
            by_spread: -d1,
            by_mean_twice: -(d1 + d0 * d0) / (sigma * sigma),
            by_both: (d0 - d2 - d0 * d1) / sigma,
            by_spread_twice: d1 - d3 - d1 * d1,
        }
    }
}

const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// ln(Phi(high) - Phi(low)), and phi at both bounds over that difference.
fn between(low: f64, high: f64) -> (f64, f64, f64) {
    // In the upper tail differences of Phi lose their digits: look at it from below.
    if low > 0.0 {
        let (value, at_low, at_high) = between(-high, -low);
        return (value, at_high, at_low);
    }
    let ln_phi = |x: f64| -0.5 * x * x - HALF_LN_TWO_PI;
    let value = if low == f64::NEG_INFINITY {
        ln_cdf(high)
    } else if high <= 0.0 {
        let (upper, lower) = (ln_cdf(high), ln_cdf(low));
        upper + real::ln_1p(-real::exp(lower - upper))
    } else {
        real::ln(1.0 - normal::cdf(low) - normal::sf(high))
    };
    let weight = |x: f64| if x.is_finite() { real::exp(ln_phi(x) - value) } else { 0.0 };
    (value, weight(low), weight(high))
}

/// ln Phi(x), where Phi underflows by the first terms of Mills's ratio.
fn ln_cdf(x: f64) -> f64 {
    if x > -37.0 {
        return real::ln(normal::cdf(x));
    }
    let squared = 1.0 / (x * x);
    let series = -squared * (1.0 - squared * (3.0 - 15.0 * squared));
    -0.5 * x * x - real::ln(-x) - HALF_LN_TWO_PI + real::ln_1p(series)
}

const MOST_STEPS: usize = 60;
/// A step that changes the likelihood by less than this, in its own metric, is the last.
const DECREMENT: f64 = 1e-20;
/// Of an information whose pivots lose more than this a direction is flat.
const FLAT: f64 = 1e-9;

fn climb(rows: &[Row], start: Vec<f64>, scale: f64) -> Result<(Vec<f64>, usize), StatError> {
    let mut at = start;
    let mut here = surface(rows, &at, scale);
    for iteration in 1..=MOST_STEPS {
        // Far from the maximum the curvature may point the wrong way: then a little of the diagonal is added.
        let size = (0..at.len()).map(|place| here.information.at(place, place).abs()).fold(0.0, f64::max);
        let mut added = 0.0;
        let step = loop {
            let mut lifted = here.information.clone();
            (0..at.len()).for_each(|place| lifted.add(place, place, added));
            if let Some(lower) = lifted.cholesky(f64::EPSILON) {
                break lower.lower_transposed_solve(&lower.lower_solve(&here.slope));
            }
            added = if added == 0.0 { 1e-6 * size } else { 10.0 * added };
            if !(added.is_finite() && added < 1e6 * size) {
                return Err(no_maximum(&here, iteration));
            }
        };
        let decrement = dot(&step, &here.slope);
        if added == 0.0 && decrement.abs() <= DECREMENT * (1.0 + here.value.abs()) {
            return Ok((at, iteration));
        }
        let mut factor = 1.0;
        loop {
            let there: Vec<f64> = at.iter().zip(&step).map(|(at, step)| at + factor * step).collect();
            let found = surface(rows, &there, scale);
            // Within the rounding of the sum no step can be told from none.
            if found.value >= here.value - 1e-13 * (1.0 + here.value.abs()) {
                (at, here) = (there, found);
                break;
            }
            factor *= 0.5;
            if factor < 1e-10 {
                return if decrement.abs() < 1e-9 { Ok((at, iteration)) } else { Err(no_maximum(&here, iteration)) };
            }
        }
    }
    // Still moving: along a direction without an end, or too slowly.
    match here.information.cholesky(FLAT) {
        Some(_) => Err(no_maximum(&here, MOST_STEPS)),
        None => Err(monotone(&here)),
    }
}

fn no_maximum(here: &Surface, iterations: usize) -> StatError {
    let gradient = here.slope.iter().fold(0.0, |most: f64, slope| most.max(slope.abs()));
    StatError::NotConverged { iterations, gradient, smallest_eigenvalue: 0.0 }
}

/// The column of which the likelihood knows least.
fn monotone(here: &Surface) -> StatError {
    let p = here.slope.len() - 1;
    let mut column = 0;
    for place in 0..p {
        if here.information.at(place, place) < here.information.at(column, column) {
            column = place;
        }
    }
    StatError::MonotoneLikelihood { column }
}

fn finish(
    rows: &[Row],
    at: &[f64],
    scale: f64,
    iterations: usize,
    options: &CensoredRegressionOptions,
) -> Result<CensoredRegressionFit, StatError> {
    let p = at.len() - 1;
    let here = surface(rows, at, scale);
    // Each parameter on the scale of its own information, so that units do not decide what is flat.
    let size = |place: usize| here.information.at(place, place).abs().sqrt().max(f64::MIN_POSITIVE);
    let mut even = here.information.clone();
    for row in 0..=p {
        for column in 0..=p {
            even.set(row, column, here.information.at(row, column) / (size(row) * size(column)));
        }
    }
    let flat = (0..p).any(|place| size(place) * size(place) < FLAT * size(p) * size(p) / rows.len() as f64);
    let Some(lower) = even.cholesky(FLAT).filter(|_| !flat) else { return Err(monotone(&here)) };
    let covariance = lower.inverse_of_square();
    let critical = normal::quantile(0.5 + 0.5 * options.confidence_level);
    let coefficient = |place: usize| {
        let estimate = scale * at.get(place).copied().unwrap_or_default();
        let std_error = scale * covariance.at(place, place).sqrt() / size(place);
        let z = estimate / std_error;
        let reach = critical * std_error;
        CensoredCoefficient {
            estimate,
            std_error,
            z,
            p_value: (2.0 * normal::sf(z.abs())).min(1.0),
            interval: Interval { low: estimate - reach, high: estimate + reach },
        }
    };
    Ok(CensoredRegressionFit {
        n: rows.len(),
        n_exact: rows.iter().filter(|row| row.low == row.high).count(),
        coefficients: (0..p).map(coefficient).collect(),
        sigma: scale * real::exp(at.last().copied().unwrap_or_default()),
        log_likelihood: here.value,
        iterations,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_of(low: &[f64], high: &[f64]) -> Result<CensoredRegressionFit, StatError> {
        let design = Design::new(low.len()).with_intercept();
        fit_censored_regression(low, high, &design, &CensoredRegressionOptions::default())
    }

    #[test]
    fn one_half_below_a_limit_by_hand() {
        // Symmetric: 1 and 3 seen, one below 1 and one above 3. The mean is 2.
        let fit = mean_of(&[1.0, 3.0, f64::NEG_INFINITY, 3.0], &[1.0, 3.0, 1.0, f64::INFINITY]).unwrap();
        assert!((fit.coefficients[0].estimate - 2.0).abs() < 1e-9);
        assert_eq!((fit.n, fit.n_exact), (4, 2));
        // With both halves beyond, sigma s solves 2 (1 / s^2 - 1) + 2 (1 / s) phi(1 / s) / Phi(-1 / s) = 0.
        let u = 1.0 / fit.sigma;
        let hazard = real::exp(-0.5 * u * u - HALF_LN_TWO_PI) / normal::sf(u);
        assert!((u * u - 1.0 + u * hazard).abs() < 1e-8, "{}", fit.sigma);
    }

    #[test]
    fn units_and_origin_do_not_matter() {
        let (low, high) = ([1.0, 2.5, f64::NEG_INFINITY, 4.0, 2.0], [1.0, 2.5, 1.5, 4.0, 3.0]);
        let plain = mean_of(&low, &high).unwrap();
        let moved = mean_of(&low.map(|x| 1e6 * x + 1e7), &high.map(|x| 1e6 * x + 1e7)).unwrap();
        assert!((moved.sigma / plain.sigma / 1e6 - 1.0).abs() < 1e-7);
        assert!((moved.coefficients[0].std_error / plain.coefficients[0].std_error / 1e6 - 1.0).abs() < 1e-7);
    }

    #[test]
    fn far_tails_keep_their_digits() {
        // ln Phi(-40) of R 4.2.2: pnorm(-40, log.p = TRUE).
        assert!((ln_cdf(-40.0) + 804.608_442_013_754).abs() < 1e-9);
        assert!((ln_cdf(-37.0 - 1e-9) - ln_cdf(-37.0 + 1e-9)).abs() < 1e-6);
        let (value, at_low, at_high) = between(50.0, 51.0);
        assert!(value.is_finite() && (at_low / 50.02 - 1.0).abs() < 1e-3 && at_high < 1e-10);
    }

    #[test]
    fn what_has_no_maximum_says_so() {
        let below = f64::NEG_INFINITY;
        assert!(matches!(mean_of(&[below; 4], &[1.0; 4]), Err(StatError::NoVariation { .. })));
        assert!(matches!(mean_of(&[2.0; 4], &[2.0; 4]), Err(StatError::NoVariation { .. })));
        assert!(matches!(mean_of(&[2.0], &[2.0]), Err(StatError::TooFew { .. })));
        assert!(matches!(mean_of(&[3.0, 1.0], &[2.0, 1.0]), Err(StatError::NotFinite { index: 0, .. })));
        // All of the second arm lies below the limit.
        let arm = vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        let design = Design::new(6).with_intercept().with_column("arm", arm).unwrap();
        let low = [1.0, 2.0, 3.0, below, below, below];
        let high = [1.0, 2.0, 3.0, 0.5, 0.5, 0.5];
        let found = fit_censored_regression(&low, &high, &design, &CensoredRegressionOptions::default());
        assert!(matches!(found, Err(StatError::MonotoneLikelihood { column: 1 })), "{found:?}");
    }
}
