use super::reml::fixed_effects::{DfMethod, FixedEffects, Parts, subtract_squares};
use super::reml::newton::{self, Objective, Optimum, Point};
use super::reml::pattern_likelihood::{Derivatives, Likelihood, likelihood};
use super::reml::patterns::{Pattern, SubjectRows, patterns, rows_by_subject};
use super::reml::standardised::Standardised;
use super::reml::visit_covariance::{CovarianceStructure, VisitCovariance, starting_parameters};
use crate::stats::linear::Design;
use crate::stats::matrix::{Matrix, add_scaled};
use crate::stats::{StatError, input};

/// What a mixed model for repeated measures can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MmrmOptions {
    /// Covariance of a subject's visits. Default: unstructured.
    pub structure: CovarianceStructure,
    /// Degrees of freedom, and with them standard errors. Default: Kenward-Roger as SAS has it.
    pub df_method: DfMethod,
}

impl Default for MmrmOptions {
    fn default() -> Self {
        Self { structure: CovarianceStructure::Unstructured, df_method: DfMethod::KenwardRogerLinear }
    }
}

/// One value a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepeatedMeasures<'a> {
    /// What was measured.
    pub response: &'a [f64],
    /// Any number that tells subjects apart.
    pub subject: &'a [usize],
    /// 0 to `n_visits` - 1, in the order of time.
    pub visit: &'a [usize],
    /// Number of visits; each needs rows.
    pub n_visits: usize,
}

/// A fitted mixed model for repeated measures.
#[derive(Debug, Clone, PartialEq)]
pub struct MmrmFit {
    /// Number of rows.
    pub n: usize,
    /// Number of subjects with rows.
    pub n_subjects: usize,
    /// Coefficients, their covariance, their contrasts and tests.
    pub fixed_effects: FixedEffects,
    /// Covariance of the visits, in squared response units.
    pub visit_covariance: Matrix,
    /// Free parameters of `visit_covariance`.
    pub n_covariance_parameters: usize,
    /// -2 log REML likelihood: (n - p) log 2 pi + log|V| + log|X'V^-1 X| + r'V^-1 r.
    pub minus_two_reml: f64,
    /// `minus_two_reml` + 2 `n_covariance_parameters`.
    pub aic: f64,
    /// Row by row, in response units.
    pub fitted: Vec<f64>,
    /// Response minus fitted value, row by row.
    pub residuals: Vec<f64>,
    /// Residuals freed of variance and correlation by the inverse Cholesky factor of their subject's covariance, visit
    /// after visit: about independent, of variance 1.
    pub standardised_residuals: Vec<f64>,
    /// Newton steps taken.
    pub iterations: usize,
    /// Largest slope of the log REML likelihood by a covariance parameter (logarithms and ratios: without unit).
    pub gradient: f64,
    /// Of minus the second derivatives of the log REML likelihood by the covariance parameters.
    pub smallest_eigenvalue: f64,
}

/// A slope above this is not a maximum.
const FLAT: f64 = 1e-5;
/// A curvature below this share of the largest is none.
const CURVED: f64 = 1e-9;

/// Mixed model for repeated measures: a linear model whose subjects' visits have one common covariance matrix, by REML.
///
/// y_i = X_i b + e_i, e_i ~ Normal(0, Sigma at the visits that subject i has), subjects independent. Sigma maximises
/// the restricted likelihood, -2 l = (n - p) log 2 pi + sum log|Sigma_i| + log|sum X_i'Sigma_i^-1 X_i|
/// + sum r_i'Sigma_i^-1 r_i, by Newton's method with exact derivatives; b is generalised least squares at that Sigma.
/// Contrasts and F-tests: [`FixedEffects`]. Covariance of the covariance parameters: inverse observed information.
///
/// Inputs: one row per subject and visit; a design of fixed-effect columns (for a trial: arm, visit, arm by visit,
/// baseline, baseline by visit). Missing values: a visit without value is a row left out; NaN is an error. Valid if what
/// is missing depends on what was observed only (missing at random).
/// Errors: those of `fit_least_squares` (`LengthsDiffer`, `NotFinite`, `TooFew`, `Singular` with the column,
/// `NoVariation`); `OutOfRange` (a visit code), `Duplicate` (two rows of a subject and visit), `TooFew` (visits; subjects
/// at a visit; for an unstructured covariance subjects with both of two visits; rows for the parameters),
/// `NotConverged` (slope, curvature or covariance at the end are not those of a maximum: no numbers then).
/// Limits: an unstructured covariance wants several times as many subjects as visits. Deaths are not missing at random.
///
/// Source: Jennrich and Schluchter, Biometrics 42:805-820, 1986; Kenward and Roger, Biometrics 53:983-997, 1997; Fai and
/// Cornelius, J Stat Comput Simul 54:363-378, 1996. Checked against R's mmrm 0.3.18, nine structures by three methods:
/// likelihood 1e-5, estimates and standard errors relative 1e-5, df 1e-3; and nlme 3.1-162 `gls` (tests/golden/mmrm).
/// SAS PROC MIXED, DDFM=KR, unstructured: `KenwardRogerLinear`; for its other structures SAS differentiates in other
/// parameters, and its adjusted standard errors differ a little from `KenwardRoger`.
///
/// ```
/// use second_look::stats::linear::Design;
/// use second_look::stats::mixed::{CovarianceStructure, MmrmOptions, RepeatedMeasures, fit_mmrm};
/// // Three subjects, two visits, complete: the mean change is that of the paired differences 1, 2, 3.
/// let data = RepeatedMeasures {
///     response: &[1.0, 2.0, 5.0, 7.0, 3.0, 6.0], subject: &[0, 0, 1, 1, 2, 2], visit: &[0, 1, 0, 1, 0, 1], n_visits: 2,
/// };
/// let second = vec![0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
/// let design = Design::new(6).with_intercept().with_column("visit=1", second).unwrap();
/// let options = MmrmOptions { structure: CovarianceStructure::CompoundSymmetry, ..MmrmOptions::default() };
/// let fit = fit_mmrm(&data, &design, &options).unwrap();
/// let change = fit.fixed_effects.contrast(&[0.0, 1.0], 0.95).unwrap();
/// assert!((change.estimate - 2.0).abs() < 1e-10 && (change.std_error - (1.0_f64 / 3.0).sqrt()).abs() < 1e-8);
/// assert!((change.df - 2.0).abs() < 1e-6);
/// ```
pub fn fit_mmrm(
    data: &RepeatedMeasures<'_>,
    design: &Design,
    options: &MmrmOptions,
) -> Result<MmrmFit, StatError> {
    let n = data.response.len();
    input::check_equal_lengths("response and subject", n, data.subject.len())?;
    input::check_equal_lengths("response and visit", n, data.visit.len())?;
    input::check_at_least("visits", 2, data.n_visits)?;
    input::check_codes("visit", data.visit, data.n_visits)?;
    let subjects = rows_by_subject(data.subject, data.visit)?;
    let standardised = Standardised::of(design, data.response)?;
    check_coverage(&subjects, data.n_visits, options.structure)?;
    let p = standardised.columns.len();
    let k = options.structure.n_parameters(data.n_visits);
    input::check_at_least("rows beyond the columns", k, n - p)?;

    let patterns = patterns(&subjects, &standardised);
    let search = Search { patterns: &patterns, n_columns: p, n_visits: data.n_visits, structure: options.structure };
    let moments = residual_moments(&subjects, data.n_visits, &standardised.residuals);
    let start = starting_parameters(options.structure, &moments);
    let failed = StatError::NotConverged { iterations: 0, gradient: f64::NAN, smallest_eigenvalue: f64::NAN };
    let optimum = newton::minimise(&search, start).ok_or_else(|| failed.clone())?;
    let check = check_optimum(&optimum)?;

    let (covariance, likelihood) = search.at(&optimum.theta).ok_or_else(|| failed.clone())?;
    let parameter_covariance = inverse_information(&optimum.point.hessian).ok_or(failed)?;
    let jacobian = Derivatives::jacobian(&covariance.first);
    let derivatives = likelihood.derivatives(&patterns, data.n_visits).sides_by(&jacobian);
    let adjustment = match options.df_method {
        DfMethod::Satterthwaite => None,
        DfMethod::KenwardRoger | DfMethod::KenwardRogerLinear => {
            let with_curvature = options.df_method == DfMethod::KenwardRoger;
            let middle = Middle::new(&covariance, &parameter_covariance, with_curvature);
            let mut sum = likelihood.sandwich(&patterns, &|pattern, inverse| middle.of(pattern, inverse));
            subtract_squares(&mut sum, &derivatives, &parameter_covariance);
            Some(sum)
        }
    };
    let parts = Parts {
        factor: standardised.covariance_factor(&likelihood.root),
        derivatives,
        parameter_covariance,
        adjustment,
    };
    let estimates = standardised.coefficients(&likelihood.beta);
    let fixed_effects = FixedEffects::new(design.names(), estimates, options.df_method, parts)?;

    let mut fitted = vec![0.0; n];
    for (column, estimate) in design.columns().iter().zip(&fixed_effects.estimates) {
        add_scaled(&mut fitted, *estimate, column);
    }
    let residuals: Vec<f64> = data.response.iter().zip(&fitted).map(|(value, fitted)| value - fitted).collect();
    let mut visit_covariance = covariance.sigma;
    visit_covariance.scale(standardised.scale * standardised.scale);
    let minus_two_reml = optimum.point.value + standardised.constant();
    Ok(MmrmFit {
        n,
        n_subjects: subjects.len(),
        fixed_effects,
        standardised_residuals: standardised_residuals(&subjects, &visit_covariance, &residuals),
        visit_covariance,
        n_covariance_parameters: k,
        minus_two_reml,
        aic: minus_two_reml + 2.0 * k as f64,
        fitted,
        residuals,
        iterations: optimum.iterations,
        gradient: check.gradient,
        smallest_eigenvalue: check.smallest_eigenvalue,
    })
}

/// Does each parameter have subjects that tell it?
fn check_coverage(
    subjects: &[SubjectRows],
    n_visits: usize,
    structure: CovarianceStructure,
) -> Result<(), StatError> {
    let mut together = vec![0_usize; n_visits * n_visits];
    for subject in subjects {
        for left in &subject.visits {
            for right in &subject.visits {
                if let Some(count) = together.get_mut(left * n_visits + right) {
                    *count += 1;
                }
            }
        }
    }
    let need = if structure.is_heterogeneous() { 2 } else { 1 };
    for left in 0..n_visits {
        for right in 0..n_visits {
            let count = together.get(left * n_visits + right).copied().unwrap_or(0);
            if left == right {
                input::check_at_least("subjects at a visit", need, count)?;
            } else if structure == CovarianceStructure::Unstructured {
                input::check_at_least("subjects with both of two visits", 1, count)?;
            }
        }
    }
    Ok(())
}

/// Mean products of least-squares residuals over the subjects that have both visits.
fn residual_moments(subjects: &[SubjectRows], n_visits: usize, residuals: &[f64]) -> Matrix {
    let mut sums = Matrix::zeros(n_visits, n_visits);
    let mut counts = Matrix::zeros(n_visits, n_visits);
    for subject in subjects {
        let values: Vec<f64> = subject.rows.iter().filter_map(|row| residuals.get(*row).copied()).collect();
        for (left, a) in subject.visits.iter().zip(&values) {
            for (right, b) in subject.visits.iter().zip(&values) {
                sums.add(*left, *right, a * b);
                counts.add(*left, *right, 1.0);
            }
        }
    }
    let mut moments = Matrix::zeros(n_visits, n_visits);
    for left in 0..n_visits {
        for right in 0..n_visits {
            let mean = sums.at(left, right) / counts.at(left, right).max(1.0);
            // A visit whose residuals vanish would start, and stay, at a variance of 0.
            moments.set(left, right, if left == right { mean.max(1e-6) } else { mean });
        }
    }
    moments
}

struct Search<'a> {
    patterns: &'a [Pattern],
    n_columns: usize,
    n_visits: usize,
    structure: CovarianceStructure,
}

impl Search<'_> {
    fn at(&self, theta: &[f64]) -> Option<(VisitCovariance, Likelihood)> {
        let covariance = VisitCovariance::at(self.structure, self.n_visits, theta);
        // Of all visits together, also where no subject has them all.
        covariance.sigma.cholesky(1e-13)?;
        let likelihood = likelihood(self.patterns, self.n_columns, &covariance.sigma)?;
        Some((covariance, likelihood))
    }
}

impl Objective for Search<'_> {
    fn value(&self, theta: &[f64]) -> Option<f64> {
        self.at(theta).map(|(_, likelihood)| likelihood.value)
    }

    fn point(&self, theta: &[f64]) -> Option<Point> {
        let (covariance, likelihood) = self.at(theta)?;
        let derivatives = likelihood.derivatives(self.patterns, self.n_visits);
        let jacobian = Derivatives::jacobian(&covariance.first);
        Some(Point {
            value: likelihood.value,
            gradient: derivatives.gradient_by(&covariance.first),
            hessian: derivatives.hessian_by(&covariance, &jacobian),
            information: derivatives.information_by(&jacobian),
        })
    }
}

struct OptimumCheck {
    gradient: f64,
    smallest_eigenvalue: f64,
}

fn check_optimum(optimum: &Optimum) -> Result<OptimumCheck, StatError> {
    let gradient = 0.5 * optimum.point.gradient.iter().fold(0.0_f64, |most, one| most.max(one.abs()));
    let eigenvalues = optimum.point.hessian.symmetric_eigen().values;
    let largest = 0.5 * eigenvalues.first().copied().unwrap_or(f64::NAN);
    let smallest_eigenvalue = 0.5 * eigenvalues.last().copied().unwrap_or(f64::NAN);
    let is_maximum = gradient < FLAT && optimum.decrement < FLAT && smallest_eigenvalue > CURVED * largest;
    if is_maximum {
        Ok(OptimumCheck { gradient, smallest_eigenvalue })
    } else {
        Err(StatError::NotConverged { iterations: optimum.iterations, gradient, smallest_eigenvalue })
    }
}

/// Twice the inverse of the second derivatives of -2 log likelihood.
fn inverse_information(hessian: &Matrix) -> Option<Matrix> {
    let mut inverse = hessian.cholesky(1e-14)?.inverse_of_square();
    inverse.scale(2.0);
    Some(inverse)
}

/// The middle of sum w_tu (Q_tu - R_tu / 4), Q_tu = X'W S_t W S_u W X, R_tu = X'W S_tu W X: for each pattern
/// sum w_tu S_t W S_u - sum w_tu S_tu / 4.
struct Middle<'a> {
    first: &'a [Matrix],
    /// For each t the sum over u of w_tu S_u.
    weighted: Vec<Matrix>,
    /// The sum over t and u of w_tu S_tu / 4.
    curvature: Option<Matrix>,
}

impl<'a> Middle<'a> {
    fn new(covariance: &'a VisitCovariance, weights: &Matrix, with_curvature: bool) -> Self {
        let n = covariance.sigma.rows();
        let k = covariance.first.len();
        let weighted = (0..k)
            .map(|place| {
                let mut sum = Matrix::zeros(n, n);
                for (factor, matrix) in weights.row(place).iter().zip(&covariance.first) {
                    sum.add_scaled(*factor, matrix);
                }
                sum
            })
            .collect();
        let curvature = with_curvature.then(|| {
            let mut sum = Matrix::zeros(n, n);
            for left in 0..k {
                for right in left..k {
                    let times = if left == right { 0.25 } else { 0.5 };
                    sum.add_scaled(times * weights.at(left, right), &covariance.second(left, right));
                }
            }
            sum
        });
        Self { first: &covariance.first, weighted, curvature }
    }

    fn of(&self, pattern: &Pattern, inverse: &Matrix) -> Matrix {
        let size = pattern.visits.len();
        let mut middle = Matrix::zeros(size, size);
        for (first, weighted) in self.first.iter().zip(&self.weighted) {
            let product = first.part(&pattern.visits).times(inverse).times(&weighted.part(&pattern.visits));
            middle.add_scaled(1.0, &product);
        }
        if let Some(curvature) = &self.curvature {
            middle.add_scaled(-1.0, &curvature.part(&pattern.visits));
        }
        middle
    }
}

fn standardised_residuals(subjects: &[SubjectRows], covariance: &Matrix, residuals: &[f64]) -> Vec<f64> {
    let mut standardised = vec![f64::NAN; residuals.len()];
    let mut last: Option<(&[usize], Matrix)> = None;
    for subject in subjects {
        if last.as_ref().is_none_or(|(visits, _)| *visits != subject.visits) {
            last = covariance.part(&subject.visits).cholesky(0.0).map(|lower| (subject.visits.as_slice(), lower));
        }
        let Some((_, lower)) = &last else { continue };
        let own: Vec<f64> = subject.rows.iter().filter_map(|row| residuals.get(*row).copied()).collect();
        for (row, value) in subject.rows.iter().zip(lower.lower_solve(&own)) {
            if let Some(place) = standardised.get_mut(*row) {
                *place = value;
            }
        }
    }
    standardised
}
