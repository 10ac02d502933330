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
/// the restricted likelihood, -2 l = (n - p) log 2 pi + sum log|Sigma_i| + log|sum X_i'Sigma_i^-1 X_i| +
/// sum r_i'Sigma_i^-1 r_i, by Newton's method with exact derivatives; b is generalised least squares at that Sigma.
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
/// Cornelius, J Stat Comput Simul 54:363-378, 1996. Checked against R's mmrm 0.3.18, nine structures by three methods
/// (likelihood 1e-8, standard errors 3e-4, df 1e-3: as far as its search goes), and against the maximum found in R from
/// there and from nlme's `gls`: standard errors relative 1e-6, df 1e-5 (tests/golden/mmrm).
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
pub fn fit_mmrm(data: &RepeatedMeasures<'_>, design: &Design, options: &MmrmOptions) -> Result<MmrmFit, StatError> {
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
fn check_coverage(subjects: &[SubjectRows], n_visits: usize, structure: CovarianceStructure) -> Result<(), StatError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::linear::{AncovaOptions, ancova};

    const ALL: [CovarianceStructure; 9] = [
        CovarianceStructure::Unstructured,
        CovarianceStructure::HeterogeneousToeplitz,
        CovarianceStructure::Toeplitz,
        CovarianceStructure::HeterogeneousAutoRegressive,
        CovarianceStructure::AutoRegressive,
        CovarianceStructure::HeterogeneousAnteDependence,
        CovarianceStructure::AnteDependence,
        CovarianceStructure::HeterogeneousCompoundSymmetry,
        CovarianceStructure::CompoundSymmetry,
    ];

    struct Trial {
        response: Vec<f64>,
        subject: Vec<usize>,
        visit: Vec<usize>,
    }

    /// Twelve subjects, three visits, arms by turns; `keep` says which rows there are.
    fn trial(keep: fn(usize, usize) -> bool) -> Trial {
        let mut trial = Trial { response: Vec::new(), subject: Vec::new(), visit: Vec::new() };
        for subject in 0..12 {
            for visit in (0..3).filter(|visit| keep(subject, *visit)) {
                let own = ((subject * 7 + 3) % 11) as f64 - 5.0;
                let noise = ((subject * 37 + visit * 53 + subject * subject * 11 + subject * visit * 71) % 101) as f64
                    / 16.0
                    - 3.0;
                trial.response.push(own + visit as f64 * (subject % 2) as f64 + (1.0 + 0.5 * visit as f64) * noise);
                trial.subject.push(subject);
                trial.visit.push(visit);
            }
        }
        trial
    }

    impl Trial {
        fn design(&self) -> Design {
            let arm = |subject: &usize| (subject % 2) as f64;
            let is = |visit: usize| self.visit.iter().map(move |one| f64::from(u8::from(*one == visit)));
            let mut design = Design::new(self.visit.len()).with_intercept();
            design = design.with_column("arm", self.subject.iter().map(arm).collect()).unwrap();
            for visit in 1..3 {
                design = design.with_column(format!("visit={visit}"), is(visit).collect()).unwrap();
                let both = is(visit).zip(&self.subject).map(|(one, subject)| one * arm(subject)).collect();
                design = design.with_column(format!("arm by visit={visit}"), both).unwrap();
            }
            design
        }

        fn data(&self) -> RepeatedMeasures<'_> {
            RepeatedMeasures { response: &self.response, subject: &self.subject, visit: &self.visit, n_visits: 3 }
        }

        fn fit(&self, structure: CovarianceStructure, df_method: DfMethod) -> Result<MmrmFit, StatError> {
            fit_mmrm(&self.data(), &self.design(), &MmrmOptions { structure, df_method })
        }
    }

    fn holes(subject: usize, visit: usize) -> bool {
        !(visit == 2 && subject % 4 == 3 || visit == 1 && subject == 4)
    }

    fn near(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{a} {b}");
    }

    const LAST: [f64; 6] = [0.0, 1.0, 0.0, 0.0, 0.0, 1.0];

    #[test]
    fn complete_and_unstructured_a_visits_contrast_is_the_one_of_that_visit_alone() {
        let trial = trial(|_, _| true);
        let fit = trial.fit(CovarianceStructure::Unstructured, DfMethod::KenwardRogerLinear).unwrap();
        let found = fit.fixed_effects.contrast(&LAST, 0.95).unwrap();
        let rows: Vec<usize> = (0..36).filter(|row| trial.visit[*row] == 2).collect();
        let response: Vec<f64> = rows.iter().map(|row| trial.response[*row]).collect();
        let arm: Vec<usize> = rows.iter().map(|row| trial.subject[*row] % 2).collect();
        let alone = ancova(&response, &arm, 2, &[], &AncovaOptions::default()).unwrap().contrasts[0].contrast;
        near(found.estimate, alone.estimate, 1e-10);
        near(found.std_error, alone.std_error, 1e-8);
        near(found.df, 10.0, 1e-6);
        near(found.p_value, alone.p_value, 1e-7);
    }

    #[test]
    fn complete_with_compound_symmetry_the_interaction_is_that_of_split_plots() {
        // Mean squares by hand: V within a visit less V between visits of a subject is the error of arm by visit, on
        // (12 - 2) (3 - 1) df.
        let trial = trial(|_, _| true);
        for method in [DfMethod::Satterthwaite, DfMethod::KenwardRogerLinear] {
            let fit = trial.fit(CovarianceStructure::CompoundSymmetry, method).unwrap();
            let rows = [vec![0.0, 0.0, 0.0, 1.0, 0.0, 0.0], vec![0.0, 0.0, 0.0, 0.0, 0.0, 1.0]];
            let test = fit.fixed_effects.f_test(&rows).unwrap();
            let mean = |keep: &dyn Fn(usize) -> bool| {
                let rows: Vec<f64> = (0..36).filter(|row| keep(*row)).map(|row| trial.response[row]).collect();
                rows.iter().sum::<f64>() / rows.len() as f64
            };
            let arm_of = |row: usize| trial.subject[row] % 2;
            let (mut error, mut effect) = (0.0, 0.0);
            for row in 0..36 {
                let cell = mean(&|one| arm_of(one) == arm_of(row) && trial.visit[one] == trial.visit[row]);
                let subject = mean(&|one| trial.subject[one] == trial.subject[row]);
                let arm = mean(&|one| arm_of(one) == arm_of(row));
                let visit = mean(&|one| trial.visit[one] == trial.visit[row]);
                let (own, shared) = (trial.response[row] - cell - subject + arm, cell - arm - visit + mean(&|_| true));
                error += own * own;
                effect += shared * shared;
            }
            near(test.f, (effect / 2.0) / (error / 20.0), 1e-8);
            near(test.df_denominator, 20.0, 1e-6);
            assert_eq!(test.df_numerator, 2.0);
        }
    }

    #[test]
    fn the_structures_that_hold_each_other_order_their_likelihoods() {
        let trial = trial(holes);
        let value = |structure| trial.fit(structure, DfMethod::Satterthwaite).unwrap().minus_two_reml;
        use CovarianceStructure as S;
        let all = value(S::Unstructured);
        for inner in [S::HeterogeneousToeplitz, S::HeterogeneousAnteDependence] {
            assert!(all <= value(inner) && value(inner) <= value(S::HeterogeneousAutoRegressive));
        }
        assert!(value(S::HeterogeneousToeplitz) <= value(S::HeterogeneousCompoundSymmetry));
        assert!(value(S::Toeplitz) <= value(S::CompoundSymmetry) && value(S::Toeplitz) <= value(S::AutoRegressive));
        assert!(value(S::HeterogeneousCompoundSymmetry) <= value(S::CompoundSymmetry));
    }

    #[test]
    fn order_of_rows_unit_and_origin_change_what_they_should() {
        let trial = trial(holes);
        let n = trial.response.len();
        let mut turned = Trial { response: Vec::new(), subject: Vec::new(), visit: Vec::new() };
        for row in (0..n).map(|row| row * 17 % n) {
            turned.response.push(1000.0 * trial.response[row] + 7.0);
            turned.subject.push(100 - trial.subject[row]);
            turned.visit.push(trial.visit[row]);
        }
        for structure in ALL {
            for method in [DfMethod::Satterthwaite, DfMethod::KenwardRoger, DfMethod::KenwardRogerLinear] {
                let plain = trial.fit(structure, method).unwrap();
                let other = turned.fit(structure, method).unwrap();
                let (a, b) = (&plain.fixed_effects, &other.fixed_effects);
                near(b.estimates[0], 1000.0 * a.estimates[0] + 7.0, 1e-7);
                let (a, b) = (a.contrast(&LAST, 0.95).unwrap(), b.contrast(&LAST, 0.95).unwrap());
                near(b.estimate, 1000.0 * a.estimate, 1e-7);
                near(b.std_error, 1000.0 * a.std_error, 1e-7);
                near(b.df, a.df, 1e-6);
                near(b.p_value, a.p_value, 1e-7);
                near(other.visit_covariance.at(2, 1), 1e6 * plain.visit_covariance.at(2, 1), 1e-6);
            }
        }
    }

    #[test]
    fn standardised_residuals_have_the_likelihoods_square() {
        // r'V^-1 r is n - p at a REML maximum with a free scale.
        let fit = trial(holes).fit(CovarianceStructure::HeterogeneousToeplitz, DfMethod::Satterthwaite).unwrap();
        let square: f64 = fit.standardised_residuals.iter().map(|one| one * one).sum();
        near(square, (fit.n - 6) as f64, 1e-7);
        let back = fit.fitted[3] + fit.residuals[3];
        near(back, trial(holes).response[3], 1e-12);
    }

    #[test]
    fn a_visit_few_subjects_reach_is_no_hindrance() {
        let few = trial(|subject, visit| visit < 2 || subject < 5);
        assert!(few.fit(CovarianceStructure::Unstructured, DfMethod::KenwardRogerLinear).is_ok());
    }

    #[test]
    fn what_cannot_be_fitted_says_why() {
        use CovarianceStructure::{AutoRegressive, CompoundSymmetry, Unstructured};
        let method = DfMethod::Satterthwaite;
        let lonely = trial(|subject, visit| visit < 2 || subject == 1);
        assert!(matches!(lonely.fit(CompoundSymmetry, method), Err(StatError::Singular { column: 5 })));
        let one = RepeatedMeasures { ..lonely.data() };
        let design = Design::new(one.response.len()).with_intercept();
        let options = MmrmOptions { structure: Unstructured, df_method: method };
        let few = Err(StatError::TooFew { what: "subjects at a visit", need: 2, got: 1 });
        assert_eq!(fit_mmrm(&one, &design, &options).map(|_| ()), few);
        let mut whole = trial(|_, _| true);
        let n_visits = 4;
        let four = RepeatedMeasures { n_visits, ..whole.data() };
        let few = Err(StatError::TooFew { what: "subjects at a visit", need: 1, got: 0 });
        let ar1 = MmrmOptions { structure: AutoRegressive, df_method: method };
        assert_eq!(fit_mmrm(&four, &whole.design(), &ar1).map(|_| ()), few);
        let two = RepeatedMeasures { n_visits: 2, ..whole.data() };
        assert!(matches!(fit_mmrm(&two, &whole.design(), &ar1), Err(StatError::OutOfRange { what: "visit", .. })));
        let apart = trial(|subject, visit| if subject < 6 { visit != 2 } else { visit != 0 });
        let few = Err(StatError::TooFew { what: "subjects with both of two visits", need: 1, got: 0 });
        assert_eq!(apart.fit(Unstructured, method).map(|_| ()), few);

        let told = whole.design().with_column("again", whole.design().columns()[1].clone()).unwrap();
        assert!(matches!(fit_mmrm(&whole.data(), &told, &ar1), Err(StatError::Singular { column: 6 })));
        whole.subject[4] = 0;
        let twice = whole.fit(Unstructured, method).map(|_| ());
        assert!(matches!(twice, Err(StatError::Duplicate { .. })), "{twice:?}");
        let mut same = trial(holes);
        same.response.fill(3.0);
        assert_eq!(same.fit(Unstructured, method).map(|_| ()), Err(StatError::NoVariation { what: "response" }));
        let mut gap = trial(holes);
        gap.response[2] = f64::NAN;
        assert!(matches!(gap.fit(Unstructured, method), Err(StatError::NotFinite { what: "response", index: 2 })));
    }

    #[test]
    fn fewer_subjects_than_visits_have_no_unstructured_covariance() {
        let tiny = trial(|subject, _| subject < 4);
        let found = tiny.fit(CovarianceStructure::Unstructured, DfMethod::Satterthwaite).map(|_| ());
        assert!(matches!(found, Err(StatError::NotConverged { .. }) | Err(StatError::TooFew { .. })), "{found:?}");
    }

    #[test]
    fn a_perfect_correlation_is_not_a_fit() {
        // The third visit repeats the second but for its mean.
        let mut trial = trial(|_, _| true);
        for row in 0..36 {
            if trial.visit[row] == 2 {
                trial.response[row] = trial.response[row - 1] + 1.0;
            }
        }
        let found = trial.fit(CovarianceStructure::Unstructured, DfMethod::KenwardRogerLinear).map(|_| ());
        assert!(matches!(found, Err(StatError::NotConverged { .. })), "{found:?}");
    }
}
