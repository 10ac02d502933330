use super::reml::fixed_effects::{DfMethod, FixedEffects, Parts, subtract_squares};
use super::reml::newton::{self, Objective, Optimum, Point};
use super::reml::pattern_likelihood::entry;
use super::reml::patterns::rows_by_subject;
use super::reml::random_likelihood::{LinearDerivatives, Products, RandomLikelihood, SubjectProducts};
use super::reml::standardised::Standardised;
use crate::stats::linear::Design;
use crate::stats::matrix::{Matrix, add_scaled, dot};
use crate::stats::{StatError, input, real};

/// How the random effects of one subject hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RandomCovariance {
    /// Every variance and covariance its own.
    Full,
    /// Own variances, no covariance.
    Diagonal,
}

/// What a linear mixed model can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinearMixedOptions {
    /// Covariance of the random effects. Default: full.
    pub covariance: RandomCovariance,
    /// Degrees of freedom, and with them standard errors. Default: Kenward-Roger. Both of its variants are the same
    /// here: the covariance is linear in its parameters.
    pub df_method: DfMethod,
}

impl Default for LinearMixedOptions {
    fn default() -> Self {
        Self { covariance: RandomCovariance::Full, df_method: DfMethod::KenwardRogerLinear }
    }
}

/// One value a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RandomEffectData<'a> {
    /// What was measured.
    pub response: &'a [f64],
    /// Any number that tells subjects apart.
    pub subject: &'a [usize],
    /// Columns that each subject has its own coefficients of: ones; ones and time; ones, time before, time after.
    pub random_columns: &'a [Vec<f64>],
}

/// The random effects of one subject: its own coefficients less the common ones.
#[derive(Debug, Clone, PartialEq)]
pub struct SubjectEffects {
    /// The subject's code.
    pub subject: usize,
    /// Best linear unbiased predictors, one per random column, in response units per unit of the column.
    pub effects: Vec<f64>,
}

/// A fitted linear mixed model.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearMixedFit {
    /// Number of rows.
    pub n: usize,
    /// Coefficients, their covariance, their contrasts and tests.
    pub fixed_effects: FixedEffects,
    /// G, the covariance of a subject's random effects, in squared response units per units of the columns.
    pub random_covariance: Matrix,
    /// sigma^2, in squared response units.
    pub residual_variance: f64,
    /// -2 log REML likelihood: (n - p) log 2 pi + log|V| + log|X'V^-1 X| + r'V^-1 r.
    pub minus_two_reml: f64,
    /// Subjects in the order of their codes.
    pub subject_effects: Vec<SubjectEffects>,
    /// Row by row, with the subject's random effects.
    pub fitted: Vec<f64>,
    /// Response minus fitted value, row by row.
    pub residuals: Vec<f64>,
    /// Is G at the border of what a covariance can be: a variance of 0, or random effects that tell each other? Then the
    /// data do not support all of them.
    pub is_singular: bool,
    /// Newton steps taken.
    pub iterations: usize,
    /// Largest slope of the log REML likelihood by a parameter (of the relative Cholesky factor; without unit).
    pub gradient: f64,
    /// Of minus the second derivatives of the log REML likelihood; about 0 or above.
    pub smallest_eigenvalue: f64,
}

/// A slope above this is not a maximum.
const FLAT: f64 = 1e-5;
/// A diagonal of the relative Cholesky factor, for columns of mean square 1, below this is 0; as in lme4.
const BORDER: f64 = 1e-4;

/// Linear mixed model: straight lines, or lines with a bend, of which each subject has its own, by REML.
///
/// y_i = X_i b + Z_i u_i + e_i, u_i ~ Normal(0, G), e_i ~ Normal(0, sigma^2 I), subjects independent. G = sigma^2 L L'
/// with L lower; L and sigma maximise the restricted likelihood by Newton's method with exact derivatives, also where a
/// variance is 0 (then `is_singular`). Contrasts and F-tests: [`FixedEffects`]. Satterthwaite takes the observed
/// information of L and sigma, Kenward-Roger the expected information of G and sigma^2.
///
/// Inputs: one row per measurement, any times; a design of fixed-effect columns; one to a few random columns, which the
/// design should hold too. For a trial with a lead-in: time before = min(t, 0), time after = max(t, 0), both random, arm by
/// time after fixed, without an arm column if baselines are common. Missing values: a row left out; NaN is an error.
/// Errors: those of `fit_least_squares` (`LengthsDiffer`, `NotFinite`, `TooFew`, `Singular` with the column,
/// `NoVariation`), `NoVariation` (a random column of zeros), `TooFew` (subjects; rows not above random effects),
/// `NotConverged` (the search ended where the likelihood has no maximum: no numbers then).
/// Limits: random slopes left out make standard errors of slopes too small. Deaths are not missing at random.
///
/// Source: Laird and Ware, Biometrics 38:963-974, 1982; Bates, Maechler, Bolker and Walker, J Stat Softw 67(1), 2015;
/// Kenward and Roger, Biometrics 53:983-997, 1997; Kuznetsova, Brockhoff and Christensen, J Stat Softw 82(13), 2017.
/// Checked against lme4 1.1-31, lmerTest 3.1-3, pbkrtest 0.5.2, relative 1e-5 (tests/golden/linear_mixed). SAS PROC
/// MIXED, DDFM=KR, takes the observed information: its Kenward-Roger degrees of freedom differ a little.
///
/// ```
/// use second_look::stats::linear::Design;
/// use second_look::stats::mixed::{LinearMixedOptions, RandomEffectData, fit_linear_mixed};
/// // Three subjects measured twice: mean squares 8 between, 0.5 within; G = (8 - 0.5) / 2.
/// let ones = vec![vec![1.0; 6]];
/// let data = RandomEffectData {
///     response: &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], subject: &[0, 0, 1, 1, 2, 2], random_columns: &ones,
/// };
/// let fit = fit_linear_mixed(&data, &Design::new(6).with_intercept(), &LinearMixedOptions::default()).unwrap();
/// assert!((fit.residual_variance - 0.5).abs() < 1e-9 && (fit.random_covariance.at(0, 0) - 3.75).abs() < 1e-8);
/// let mean = fit.fixed_effects.contrast(&[1.0], 0.95).unwrap();
/// assert!((mean.std_error - (8.0_f64 / 6.0).sqrt()).abs() < 1e-8 && (mean.df - 2.0).abs() < 1e-6);
/// ```
pub fn fit_linear_mixed(
    data: &RandomEffectData<'_>,
    design: &Design,
    options: &LinearMixedOptions,
) -> Result<LinearMixedFit, StatError> {
    let n = data.response.len();
    input::check_equal_lengths("response and subject", n, data.subject.len())?;
    input::check_at_least("random columns", 1, data.random_columns.len())?;
    let mut sizes = Vec::new();
    for column in data.random_columns {
        input::check_equal_lengths("response and random column", n, column.len())?;
        input::check_finite("random column", column)?;
        let size = (dot(column, column) / n as f64).sqrt();
        if size.is_nan() || size <= 0.0 {
            return Err(StatError::NoVariation { what: "random column" });
        }
        input::check_answer("random column", size)?;
        sizes.push(size);
    }
    let standardised = Standardised::of(design, data.response)?;
    let rows: Vec<usize> = (0..n).collect();
    let subjects = rows_by_subject(data.subject, &rows)?;
    input::check_at_least("subjects", 2, subjects.len())?;
    input::check_at_least("rows for the random effects", subjects.len() * sizes.len() + 1, n)?;

    let mut products = gather(data, &standardised, &sizes);
    products.places = places(sizes.len(), options.covariance);
    products.subjects = subjects.iter().map(|one| of_subject(&one.rows, data, &standardised, &sizes)).collect();
    let start: Vec<f64> = products
        .places
        .iter()
        .map(|(row, column)| if row == column { 1.0 } else { 0.0 })
        .chain([-real::ln(1.0 + sizes.len() as f64)])
        .collect();
    let failed = StatError::NotConverged { iterations: 0, gradient: f64::NAN, smallest_eigenvalue: f64::NAN };
    let optimum = newton::minimise(&Search { products: &products }, start).ok_or_else(|| failed.clone())?;
    let check = check_optimum(&optimum)?;

    let likelihood = products.likelihood(&optimum.theta).ok_or_else(|| failed.clone())?;
    let linear = likelihood.derivatives(&products);
    let factor = standardised.covariance_factor(&likelihood.root);
    let parts = match options.df_method {
        DfMethod::Satterthwaite => {
            let jacobian = products.jacobian(&likelihood);
            let derivatives = (0..jacobian.rows()).map(|theta| combined(&linear.sides, jacobian.row(theta))).collect();
            let parameter_covariance = pseudo_inverse(&optimum.point.hessian);
            Parts { factor, derivatives, parameter_covariance, adjustment: None }
        }
        DfMethod::KenwardRoger | DfMethod::KenwardRogerLinear => {
            kenward_roger_parts(&products, &likelihood, linear, factor).ok_or(failed)?
        }
    };
    let estimates = standardised.coefficients(&likelihood.beta);
    let fixed_effects = FixedEffects::new(design.names(), estimates, options.df_method, parts)?;

    let mut fitted = vec![0.0; n];
    for (column, estimate) in design.columns().iter().zip(&fixed_effects.estimates) {
        add_scaled(&mut fitted, *estimate, column);
    }
    let mut subject_effects = Vec::with_capacity(subjects.len());
    for (subject, own) in subjects.iter().zip(likelihood.effects(&products)) {
        let effects: Vec<f64> =
            own.iter().zip(&sizes).map(|(effect, size)| standardised.scale * effect / size).collect();
        for row in &subject.rows {
            let value: f64 = data.random_columns.iter().zip(&effects).map(|(column, one)| at(column, *row) * one).sum();
            if let Some(fitted) = fitted.get_mut(*row) {
                *fitted += value;
            }
        }
        let code = subject.rows.first().and_then(|row| data.subject.get(*row)).copied().unwrap_or_default();
        subject_effects.push(SubjectEffects { subject: code, effects });
    }
    let square = standardised.scale * standardised.scale;
    let mut random_covariance = likelihood.covariance();
    for (row, own) in sizes.iter().enumerate() {
        for (column, other) in sizes.iter().enumerate() {
            let value = random_covariance.at(row, column) * square / (own * other);
            random_covariance.set(row, column, value);
        }
    }
    Ok(LinearMixedFit {
        n,
        fixed_effects,
        random_covariance,
        residual_variance: likelihood.variance * square,
        minus_two_reml: likelihood.value + standardised.constant(),
        subject_effects,
        residuals: data.response.iter().zip(&fitted).map(|(value, fitted)| value - fitted).collect(),
        fitted,
        is_singular: (0..sizes.len()).any(|place| likelihood.relative.at(place, place).abs() < BORDER),
        iterations: optimum.iterations,
        gradient: check.gradient,
        smallest_eigenvalue: check.smallest_eigenvalue,
    })
}

fn at(values: &[f64], place: usize) -> f64 {
    values.get(place).copied().unwrap_or(f64::NAN)
}

fn places(size: usize, covariance: RandomCovariance) -> Vec<(usize, usize)> {
    (0..size)
        .flat_map(|row| (0..=row).map(move |column| (row, column)))
        .filter(|(row, column)| row == column || covariance == RandomCovariance::Full)
        .collect()
}

/// The products of all rows, without the subjects'.
fn gather(data: &RandomEffectData<'_>, standardised: &Standardised, sizes: &[f64]) -> Products {
    let p = standardised.columns.len();
    let mut whole = Matrix::zeros(p + 1, p + 1);
    let columns: Vec<&[f64]> =
        standardised.columns.iter().map(Vec::as_slice).chain([standardised.residuals.as_slice()]).collect();
    for (row, left) in columns.iter().enumerate() {
        for (column, right) in columns.iter().enumerate() {
            whole.set(row, column, dot(left, right));
        }
    }
    Products {
        n_rows: data.response.len(),
        n_columns: p,
        n_effects: sizes.len(),
        subjects: Vec::new(),
        whole,
        places: Vec::new(),
    }
}

fn of_subject(
    rows: &[usize],
    data: &RandomEffectData<'_>,
    standardised: &Standardised,
    sizes: &[f64],
) -> SubjectProducts {
    let (p, q) = (standardised.columns.len(), sizes.len());
    let mut square = Matrix::zeros(q, q);
    let mut mixed = Matrix::zeros(q, p + 1);
    for row in rows {
        let random: Vec<f64> =
            data.random_columns.iter().zip(sizes).map(|(column, size)| at(column, *row) / size).collect();
        let mut fixed: Vec<f64> = standardised.columns.iter().map(|column| at(column, *row)).collect();
        fixed.push(at(&standardised.residuals, *row));
        for (place, factor) in random.iter().enumerate() {
            add_scaled(square.row_mut(place), *factor, &random);
            add_scaled(mixed.row_mut(place), *factor, &fixed);
        }
    }
    SubjectProducts { square, mixed }
}

struct Search<'a> {
    products: &'a Products,
}

impl Objective for Search<'_> {
    fn value(&self, theta: &[f64]) -> Option<f64> {
        self.products.likelihood(theta).map(|found| found.value)
    }

    fn point(&self, theta: &[f64]) -> Option<Point> {
        self.products.point(theta)
    }
}

struct OptimumCheck {
    gradient: f64,
    smallest_eigenvalue: f64,
}

/// At the border of G the likelihood may be flat, but it must not rise.
fn check_optimum(optimum: &Optimum) -> Result<OptimumCheck, StatError> {
    let gradient = 0.5 * optimum.point.gradient.iter().fold(0.0_f64, |most, one| most.max(one.abs()));
    let eigenvalues = optimum.point.hessian.symmetric_eigen().values;
    let largest = 0.5 * at(&eigenvalues, 0);
    let smallest_eigenvalue = 0.5 * eigenvalues.last().copied().unwrap_or(f64::NAN);
    if gradient < FLAT && optimum.decrement < FLAT && smallest_eigenvalue > -1e-7 * largest {
        Ok(OptimumCheck { gradient, smallest_eigenvalue })
    } else {
        Err(StatError::NotConverged { iterations: optimum.iterations, gradient, smallest_eigenvalue })
    }
}

fn combined(matrices: &[Matrix], factors: &[f64]) -> Matrix {
    let size = matrices.first().map_or(0, Matrix::rows);
    let mut sum = Matrix::zeros(size, size);
    for (matrix, factor) in matrices.iter().zip(factors) {
        sum.add_scaled(*factor, matrix);
    }
    sum
}

/// Twice the inverse of the second derivatives of -2 log likelihood, flat directions left out.
fn pseudo_inverse(hessian: &Matrix) -> Matrix {
    let eigen = hessian.symmetric_eigen();
    let least = 1e-9 * at(&eigen.values, 0);
    let mut inverse = Matrix::zeros(hessian.rows(), hessian.rows());
    for (place, value) in eigen.values.iter().enumerate().filter(|(_, value)| **value > least) {
        let vector = Matrix::from_rows(&[eigen.vectors.row(place).to_vec()]);
        inverse.add_scaled(2.0 / value, &vector.transposed_times(&vector));
    }
    inverse
}

fn kenward_roger_parts(
    products: &Products,
    likelihood: &RandomLikelihood,
    linear: LinearDerivatives,
    factor: Matrix,
) -> Option<Parts> {
    let squares = likelihood.squares(products, &linear.sides);
    let last = linear.sides.len() - 1;
    let mut free: Vec<usize> = products.places.iter().map(|(row, column)| entry(*row, *column)).collect();
    free.push(last);
    let k = free.len();
    let mut information = linear.information.part(&free);
    let trace = |matrix: &Matrix| -> f64 { (0..matrix.rows()).map(|place| matrix.at(place, place)).sum() };
    let mut derivatives = Vec::with_capacity(k);
    for (row, own) in free.iter().enumerate() {
        let left = linear.sides.get(*own)?;
        for (column, other) in free.iter().enumerate() {
            let of_squares = trace(squares.get(entry(*own, *other))?);
            information.add(row, column, left.inner(linear.sides.get(*other)?) - 2.0 * of_squares);
        }
        derivatives.push(left.clone());
    }
    // The parameters' sizes differ by powers of ten; ones on the diagonal keep the inverse exact.
    let sizes: Vec<f64> = (0..k).map(|place| information.at(place, place).sqrt()).collect();
    let mut even = information.clone();
    for (row, own) in sizes.iter().enumerate() {
        for (column, other) in sizes.iter().enumerate() {
            even.set(row, column, information.at(row, column) / (own * other));
        }
    }
    let mut parameter_covariance = even.cholesky(1e-13)?.inverse_of_square();
    for (row, own) in sizes.iter().enumerate() {
        for (column, other) in sizes.iter().enumerate() {
            parameter_covariance.set(row, column, 2.0 * parameter_covariance.at(row, column) / (own * other));
        }
    }
    let mut sum = Matrix::zeros(factor.rows(), factor.rows());
    for (row, own) in free.iter().enumerate() {
        for (column, other) in free.iter().enumerate() {
            sum.add_scaled(parameter_covariance.at(row, column), squares.get(entry(*own, *other))?);
        }
    }
    subtract_squares(&mut sum, &derivatives, &parameter_covariance);
    Some(Parts { factor, derivatives, parameter_covariance, adjustment: Some(sum) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::mixed::{CovarianceStructure, MmrmOptions, RepeatedMeasures, fit_mmrm};

    fn rows() -> (Vec<f64>, Vec<usize>, Vec<f64>) {
        let (mut response, mut subject, mut time) = (Vec::new(), Vec::new(), Vec::new());
        for person in 0..10 {
            for visit in 0..4 {
                let (own, slope) = (((person * 7 + 3) % 11) as f64, ((person * 3 + 5) % 7) as f64 - 3.0);
                let noise =
                    ((person * 37 + visit * 53 + person * person * 11 + person * visit * 71) % 101) as f64 / 16.0 - 3.0;
                response.push(own + (slope - 1.0) * visit as f64 + noise);
                subject.push(person);
                time.push(visit as f64);
            }
        }
        (response, subject, time)
    }

    fn design(time: &[f64]) -> Design {
        Design::new(time.len()).with_intercept().with_column("time", time.to_vec()).unwrap()
    }

    fn near(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{a} {b}");
    }

    #[test]
    fn balanced_slopes_are_the_mean_of_each_subjects_own() {
        let (response, subject, time) = rows();
        let columns = [vec![1.0; 40], time.clone()];
        let data = RandomEffectData { response: &response, subject: &subject, random_columns: &columns };
        let fit = fit_linear_mixed(&data, &design(&time), &LinearMixedOptions::default()).unwrap();
        let slopes: Vec<f64> =
            response.chunks(4).map(|own| (-1.5 * own[0] - 0.5 * own[1] + 0.5 * own[2] + 1.5 * own[3]) / 5.0).collect();
        let mean = slopes.iter().sum::<f64>() / 10.0;
        let square: f64 = slopes.iter().map(|slope| (slope - mean) * (slope - mean)).sum();
        let found = fit.fixed_effects.contrast(&[0.0, 1.0], 0.95).unwrap();
        near(found.estimate, mean, 1e-10);
        near(found.std_error, (square / 90.0).sqrt(), 1e-8);
        near(found.df, 9.0, 1e-6);
        assert!(!fit.is_singular);
    }

    #[test]
    fn a_random_intercept_is_compound_symmetry() {
        let (response, subject, time) = rows();
        let columns = [vec![1.0; 40]];
        let data = RandomEffectData { response: &response, subject: &subject, random_columns: &columns };
        let visit: Vec<usize> = (0..40).map(|row| row % 4).collect();
        let repeated = RepeatedMeasures { response: &response, subject: &subject, visit: &visit, n_visits: 4 };
        let options = LinearMixedOptions { df_method: DfMethod::Satterthwaite, ..LinearMixedOptions::default() };
        let one = fit_linear_mixed(&data, &design(&time), &options).unwrap();
        let options =
            MmrmOptions { structure: CovarianceStructure::CompoundSymmetry, df_method: DfMethod::Satterthwaite };
        let other = fit_mmrm(&repeated, &design(&time), &options).unwrap();
        near(one.minus_two_reml, other.minus_two_reml, 1e-10);
        near(one.random_covariance.at(0, 0), other.visit_covariance.at(1, 0), 1e-7);
        for weights in [[1.0, 0.0], [0.0, 1.0], [1.0, 2.0]] {
            let a = one.fixed_effects.contrast(&weights, 0.95).unwrap();
            let b = other.fixed_effects.contrast(&weights, 0.95).unwrap();
            near(a.std_error, b.std_error, 1e-8);
            near(a.df, b.df, 1e-6);
        }
    }

    #[test]
    fn units_and_order_change_what_they_should() {
        let (response, subject, time) = rows();
        let columns = [vec![1.0; 40], time.clone()];
        let data = RandomEffectData { response: &response, subject: &subject, random_columns: &columns };
        let plain = fit_linear_mixed(&data, &design(&time), &LinearMixedOptions::default()).unwrap();
        let order: Vec<usize> = (0..40).map(|row| row * 17 % 40).collect();
        let response: Vec<f64> = order.iter().map(|row| 0.001 * response[*row] - 3.0).collect();
        let subject: Vec<usize> = order.iter().map(|row| 90 - subject[*row]).collect();
        let days: Vec<f64> = order.iter().map(|row| 30.4375 * time[*row]).collect();
        let columns = [vec![1.0; 40], days.clone()];
        let data = RandomEffectData { response: &response, subject: &subject, random_columns: &columns };
        let other = fit_linear_mixed(&data, &design(&days), &LinearMixedOptions::default()).unwrap();
        let (a, b) = (&plain.fixed_effects, &other.fixed_effects);
        near(b.estimates[0], 0.001 * a.estimates[0] - 3.0, 1e-10);
        let (a, b) = (a.contrast(&[0.0, 1.0], 0.95).unwrap(), b.contrast(&[0.0, 1.0], 0.95).unwrap());
        near(30437.5 * b.std_error, a.std_error, 1e-8);
        near(b.df, a.df, 1e-7);
        near(1e6 * other.residual_variance, plain.residual_variance, 1e-7);
        near(1000.0 * other.subject_effects[9].effects[0], plain.subject_effects[0].effects[0], 1e-6);
    }

    #[test]
    fn no_variance_between_subjects_is_a_singular_fit() {
        // Every subject has the same mean: less between than within allows.
        let response = [0.0, 2.0, 1.0, 1.0, 2.0, 0.0, 0.5, 1.5];
        let subject = [0, 0, 1, 1, 2, 2, 3, 3];
        let columns = [vec![1.0; 8]];
        let data = RandomEffectData { response: &response, subject: &subject, random_columns: &columns };
        for df_method in [DfMethod::Satterthwaite, DfMethod::KenwardRoger] {
            let options = LinearMixedOptions { df_method, ..LinearMixedOptions::default() };
            let fit = fit_linear_mixed(&data, &Design::new(8).with_intercept(), &options).unwrap();
            assert!(fit.is_singular && fit.random_covariance.at(0, 0) < 1e-8);
            // The variance of all rows about their mean: 4.5 / 7.
            near(fit.residual_variance, 4.5 / 7.0, 1e-8);
        }
    }

    #[test]
    fn two_random_columns_that_tell_each_other_are_a_singular_fit() {
        let (response, subject, time) = rows();
        let columns = [vec![1.0; 40], vec![2.0; 40]];
        let data = RandomEffectData { response: &response, subject: &subject, random_columns: &columns };
        let options = LinearMixedOptions { df_method: DfMethod::Satterthwaite, ..LinearMixedOptions::default() };
        match fit_linear_mixed(&data, &design(&time), &options) {
            Ok(fit) => assert!(fit.fixed_effects.std_errors.iter().all(|one| one.is_finite())),
            Err(error) => assert!(matches!(error, StatError::NotConverged { .. }), "{error:?}"),
        }
    }

    #[test]
    fn what_cannot_be_fitted_says_why() {
        let (response, subject, time) = rows();
        let options = LinearMixedOptions::default();
        let fit = |response: &[f64], subject: &[usize], columns: &[Vec<f64>]| {
            let data = RandomEffectData { response, subject, random_columns: columns };
            fit_linear_mixed(&data, &design(&time), &options).map(|_| ())
        };
        let ones = [vec![1.0; 40]];
        assert_eq!(fit(&response, &[4; 40], &ones), Err(StatError::TooFew { what: "subjects", need: 2, got: 1 }));
        let everyone: Vec<usize> = (0..40).collect();
        let few = Err(StatError::TooFew { what: "rows for the random effects", need: 41, got: 40 });
        assert_eq!(fit(&response, &everyone, &ones), few);
        assert_eq!(fit(&response, &subject, &[vec![0.0; 40]]), Err(StatError::NoVariation { what: "random column" }));
        assert_eq!(fit(&[2.0; 40], &subject, &ones), Err(StatError::NoVariation { what: "response" }));
        assert!(matches!(fit(&response, &subject, &[vec![1.0; 3]]), Err(StatError::LengthsDiffer { .. })));
        assert!(matches!(fit(&response, &subject, &[]), Err(StatError::TooFew { .. })));
        let gap = [vec![f64::NAN; 40]];
        assert!(matches!(fit(&response, &subject, &gap), Err(StatError::NotFinite { .. })));
    }
}
