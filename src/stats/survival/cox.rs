use super::FollowUpTimes;
use super::cox_likelihood::hazards::row_sums;
use super::cox_likelihood::maximum::{Maximum, Model};
use super::cox_likelihood::risk_sets::RiskSets;
use super::cox_likelihood::terms::Terms;
use crate::order;
use crate::stats::distribution::{chi_squared, normal};
use crate::stats::matrix::{Matrix, dot};
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input, real};

/// What is done with events at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CoxTies {
    /// The tied leave the risk set share by share. The default, as in R.
    #[default]
    Efron,
    /// All the tied stay at risk for each other: nearer to no effect; SAS's default.
    Breslow,
    /// Which of the sets of so many at risk died: time is discrete. R's "exact", SAS's "discrete".
    Exact,
}

/// Choices of [`fit_cox`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoxOptions<'a> {
    /// Rule of ties; default Efron.
    pub ties: CoxTies,
    /// A code for each row: each stratum has a baseline hazard of its own; default none.
    pub strata: Option<&'a [usize]>,
    /// A code for each row: rows of one cluster may hang together, and the standard errors are robust; default none.
    pub clusters: Option<&'a [usize]>,
    /// Level of the intervals, in (0, 1); default 0.95.
    pub confidence_level: f64,
    /// Penalise by Jeffreys' prior (Firth): there is an answer where the likelihood is monotone; default false.
    pub is_firth: bool,
}

impl Default for CoxOptions<'_> {
    fn default() -> Self {
        Self {
            ties: CoxTies::Efron,
            strata: None,
            clusters: None,
            confidence_level: DEFAULT_CONFIDENCE_LEVEL,
            is_firth: false,
        }
    }
}

/// One coefficient of a Cox regression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoxCoefficient {
    /// Log hazard ratio per unit of the column.
    pub estimate: f64,
    /// Standard error of the estimate: robust where there are clusters, else from the information.
    pub std_error: f64,
    /// Standard error from the information.
    pub model_std_error: f64,
    /// exp(estimate).
    pub hazard_ratio: f64,
    /// Of the hazard ratio: exp(estimate +- quantile x std_error).
    pub interval: Interval,
    /// estimate / std_error.
    pub z: f64,
    /// Two-sided, of z.
    pub p_value: f64,
}

/// A test whose statistic is chi-squared if nothing is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquaredTest {
    /// The statistic.
    pub chi_squared: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// Upper tail of chi-squared.
    pub p_value: f64,
}

impl ChiSquaredTest {
    pub(super) fn of(chi_squared: f64, df: f64) -> Self {
        // Rounding can bring two equal likelihoods below each other.
        let chi_squared = chi_squared.max(0.0);
        Self { chi_squared, df, p_value: chi_squared::sf(chi_squared, df) }
    }
}

/// A Cox regression.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxFit {
    /// Number of rows.
    pub n: usize,
    /// Number of events.
    pub n_events: usize,
    /// One for each column, in order.
    pub coefficients: Vec<CoxCoefficient>,
    /// Covariance of the estimates: robust where there are clusters, else the inverse of the information.
    pub covariance: Matrix,
    /// The inverse of the information.
    pub model_covariance: Matrix,
    /// Log partial likelihood with all coefficients 0; penalised with Firth.
    pub log_likelihood_null: f64,
    /// Log partial likelihood at the estimates; penalised with Firth.
    pub log_likelihood: f64,
    /// Are all coefficients 0? Twice the rise of the log likelihood.
    pub likelihood_ratio_test: ChiSquaredTest,
    /// The same by the estimates and `covariance`.
    pub wald_test: ChiSquaredTest,
    /// The same by the slope of the log likelihood at 0 and the information there.
    pub score_test: ChiSquaredTest,
    /// The same with the slope's covariance from the clusters; none without them.
    pub robust_score_test: Option<ChiSquaredTest>,
    /// For each row: sum over the columns of estimate x (value - mean of the column).
    pub linear_predictors: Vec<f64>,
    /// Newton steps taken.
    pub iterations: usize,
    /// Was the likelihood penalised?
    pub is_firth: bool,
}

impl CoxFit {
    /// Are the coefficients of these columns all 0? b' V^-1 b, V their part of `covariance`: the test of a factor or of
    /// an interaction. `OutOfRange` for a column that is not there, `TooFew` without columns, `Singular`.
    pub fn wald_test(&self, columns: &[usize]) -> Result<ChiSquaredTest, StatError> {
        input::check_codes("columns", columns, self.coefficients.len())?;
        input::check_at_least("columns", 1, columns.len())?;
        let estimates: Vec<f64> =
            columns.iter().filter_map(|column| self.coefficients.get(*column)).map(|one| one.estimate).collect();
        let form = quadratic_form_of_inverse(&self.covariance.part(columns), &estimates)?;
        Ok(ChiSquaredTest::of(form, columns.len() as f64))
    }
}

/// u' V^-1 u.
pub(super) fn quadratic_form_of_inverse(matrix: &Matrix, vector: &[f64]) -> Result<f64, StatError> {
    // On the scale of correlations, so that units do not count.
    let scales: Vec<f64> = (0..vector.len()).map(|place| matrix.at(place, place).sqrt()).collect();
    let mut scaled = matrix.clone();
    for (row, own) in scales.iter().enumerate() {
        for (value, other) in scaled.row_mut(row).iter_mut().zip(&scales) {
            *value /= own * other;
        }
    }
    let lower = scaled.cholesky(1e-13).ok_or(StatError::Singular { column: vector.len().saturating_sub(1) })?;
    let solved = lower.lower_solve(&vector.iter().zip(&scales).map(|(value, scale)| value / scale).collect::<Vec<_>>());
    Ok(dot(&solved, &solved))
}

/// Cox's regression of hazards on covariates, two-sided tests and intervals.
///
/// The hazard of a row with covariates x is h0(t) exp(x'b), h0 any function of time, one for each stratum. At each event
/// time, with R at risk, D dying, d of them: log likelihood sum_D x'b - log(denominator), where the denominator is
/// (sum_R w)^d (Breslow), the product over l = 0 to d - 1 of sum_R w - (l / d) sum_D w (Efron), or the sum over all sets
/// of d from R of the product of their w (exact), w = exp(x'b). Maximised by Newton's method. V is the inverse of the
/// information; with clusters it is the sum over clusters of U U', U the cluster's sum of V times score residuals.
/// Firth: log likelihood + log det(information) / 2 is maximised, V stays the inverse of the information.
///
/// Inputs: rows of follow-up (a subject may have several, one after another, when the covariates change), in any order;
/// `covariates` rows x columns, without a constant; codes of strata and clusters are any numbers. A row is at risk after
/// its entry up to its time. Events come before censorings at the same time; times tie when equal to the last bit.
/// Missing values: not here; NaN is an error.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (times, level; exact ties with clusters or Firth; a hazard ratio
/// too large to write), `TooFew` (no event, no column, under 2 clusters), `Singular` (a column that does not vary within
/// the risk sets, or follows from the columns before it), `MonotoneLikelihood` (no finite estimate: along this column
/// those who die lie beyond all others at risk; Firth's penalty and [`super::cox_profile_interval`] answer),
/// `NotConverged`.
/// Limits: ratios of hazards must not change with time ([`super::proportional_hazards_test`]); a single ratio hides
/// curves that cross. Under some ten events per column estimates are biased away from 0 and the intervals strain; with
/// few clusters (under some 40) robust standard errors are too small. Exact ties take a time that grows with the
/// largest number of ties.
///
/// Source: Cox, Journal of the Royal Statistical Society B 34:187-220, 1972; Efron, Journal of the American Statistical
/// Association 72:557-565, 1977; Breslow, Biometrics 30:89-99, 1974; Gail, Lubin and Rubinstein, Biometrika 68:703-707,
/// 1981; Lin and Wei, Journal of the American Statistical Association 84:1074-1078, 1989; Heinze and Schemper, Biometrics
/// 57:114-119, 2001. Checked against R 4.2.2, survival 3.5-3, `coxph`, relative 1e-9 (tests/golden/cox), and the
/// closed forms of Therneau's validation of the survival package. SAS PROC PHREG: ties=efron, breslow, discrete the same;
/// its ties=exact integrates over the orders that the tied may have had, another likelihood than R's "exact" and ours.
/// R ties times that differ by rounding, and reports a monotone likelihood as a large estimate with a warning.
///
/// ```
/// use second_look::stats::{Matrix, survival::{CoxOptions, FollowUpTimes, fit_cox}};
/// // Deaths at 1, 2, 3 of x = 1, 0, 1: with r = exp(b), L = r / (2 r + 1) x 1 / (r + 1); highest at 2 r^2 = 1.
/// let covariates = Matrix::from_rows(&[vec![1.0], vec![0.0], vec![1.0]]);
/// let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0], &[true; 3]);
/// let fit = fit_cox(&follow_up, &covariates, &CoxOptions::default()).unwrap();
/// assert!((fit.coefficients[0].hazard_ratio - 0.5_f64.sqrt()).abs() < 1e-12);
/// ```
pub fn fit_cox(
    follow_up: &FollowUpTimes<'_>,
    covariates: &Matrix,
    options: &CoxOptions<'_>,
) -> Result<CoxFit, StatError> {
    options.check(covariates.rows())?;
    let sets = RiskSets::new(follow_up, covariates, options.strata)?;
    let model = Model { sets: &sets, ties: options.ties, is_firth: options.is_firth };
    let at_zero = model.at_zero()?;
    let p = sets.n_columns;
    let all: Vec<usize> = (0..p).collect();
    let maximum = model.maximise(&vec![0.0; p], &all, &at_zero)?;
    if let Some(column) = maximum.runaway {
        return Err(StatError::MonotoneLikelihood { column });
    }
    finish(&sets, covariates, options, &at_zero, &maximum)
}

impl CoxOptions<'_> {
    pub(super) fn check(&self, n: usize) -> Result<(), StatError> {
        input::check_confidence_level(self.confidence_level)?;
        if self.ties == CoxTies::Exact && self.is_firth {
            return Err(StatError::OutOfRange { what: "Firth's penalty with exact ties", value: 1.0 });
        }
        let Some(clusters) = self.clusters else { return Ok(()) };
        input::check_equal_lengths("times and clusters", n, clusters.len())?;
        if self.ties == CoxTies::Exact {
            return Err(StatError::OutOfRange { what: "clusters with exact ties", value: 1.0 });
        }
        let mut codes = clusters.to_vec();
        codes.sort_unstable();
        codes.dedup();
        input::check_at_least("clusters", 2, codes.len())
    }
}

fn finish(
    sets: &RiskSets,
    covariates: &Matrix,
    options: &CoxOptions<'_>,
    at_zero: &Terms,
    maximum: &Maximum,
) -> Result<CoxFit, StatError> {
    let p = sets.n_columns;
    let standardised = information_inverse(&maximum.terms)?;
    let mut model_covariance = standardised.clone();
    for (row, own) in sets.scale.iter().enumerate() {
        for (value, other) in model_covariance.row_mut(row).iter_mut().zip(&sets.scale) {
            *value = *value / own / other;
        }
    }
    let estimates: Vec<f64> = maximum.coefficients.iter().zip(&sets.scale).map(|(one, scale)| one / scale).collect();
    let (mut covariance, mut robust_score_test) = (model_covariance.clone(), None);
    if let Some(clusters) = options.clusters {
        let sums_at =
            |coefficients: &[f64]| cluster_squares(&row_sums(sets, coefficients, options.ties, true).scores, clusters);
        let (squares, _) = sums_at(&maximum.coefficients);
        covariance = model_covariance.times(&squares).times(&model_covariance);
        covariance.symmetrise();
        let (squares, sums) = sums_at(&vec![0.0; p]);
        robust_score_test = Some(ChiSquaredTest::of(quadratic_form_of_inverse(&squares, &sums)?, p as f64));
    }
    let quantile = normal::quantile(0.5 + 0.5 * options.confidence_level);
    let mut coefficients = Vec::with_capacity(p);
    for (column, estimate) in estimates.iter().enumerate() {
        let std_error = covariance.at(column, column).sqrt();
        let z = estimate / std_error;
        let half = quantile * std_error;
        let interval = Interval { low: real::exp(estimate - half), high: real::exp(estimate + half) };
        input::check_answer("upper limit of a hazard ratio", interval.high)?;
        coefficients.push(CoxCoefficient {
            estimate: *estimate,
            std_error,
            model_std_error: model_covariance.at(column, column).sqrt(),
            hazard_ratio: real::exp(*estimate),
            interval,
            z,
            p_value: (2.0 * normal::sf(z.abs())).min(1.0),
        });
    }
    // The determinant of the information is in the units of the columns.
    let units = if options.is_firth { sets.scale.iter().map(|scale| real::ln(*scale)).sum() } else { 0.0 };
    let score_form = quadratic_form_of_inverse(&at_zero.information_matrix(), &at_zero.score)?;
    let mut fit = CoxFit {
        n: sets.n,
        n_events: sets.n_events,
        coefficients,
        covariance,
        model_covariance,
        log_likelihood_null: at_zero.log_likelihood + units,
        log_likelihood: maximum.terms.log_likelihood + units,
        likelihood_ratio_test: ChiSquaredTest::of(
            2.0 * (maximum.terms.log_likelihood - at_zero.log_likelihood),
            p as f64,
        ),
        wald_test: ChiSquaredTest { chi_squared: f64::NAN, df: p as f64, p_value: f64::NAN },
        score_test: ChiSquaredTest::of(score_form, p as f64),
        robust_score_test,
        linear_predictors: linear_predictors(covariates, &estimates),
        iterations: maximum.iterations,
        is_firth: options.is_firth,
    };
    fit.wald_test = fit.wald_test(&(0..p).collect::<Vec<_>>())?;
    Ok(fit)
}

/// Covariance of the standardised coefficients.
pub(super) fn information_inverse(terms: &Terms) -> Result<Matrix, StatError> {
    let information = terms.information_matrix();
    let lower = information.cholesky(1e-14).ok_or(StatError::Singular { column: information.rows() - 1 })?;
    Ok(lower.inverse_of_square())
}

/// Sums of score residuals over each cluster: the sum of their squares U U', and the sum of all.
fn cluster_squares(scores: &Matrix, clusters: &[usize]) -> (Matrix, Vec<f64>) {
    let p = scores.columns();
    let mut items: Vec<[u64; 2]> = clusters.iter().zip(0..).map(|(code, row)| [*code as u64, row]).collect();
    order::sort_by_bits(&mut items, 0);
    let (mut squares, mut sums) = (Matrix::zeros(p, p), vec![0.0; p]);
    for cluster in items.chunk_by(|a, b| a[0] == b[0]) {
        let mut own = Matrix::zeros(1, p);
        for item in cluster {
            for (sum, value) in own.row_mut(0).iter_mut().zip(scores.row(item[1] as usize)) {
                *sum += value;
            }
        }
        squares.add_scaled(1.0, &own.transposed_times(&own));
        for (sum, value) in sums.iter_mut().zip(own.row(0)) {
            *sum += value;
        }
    }
    (squares, sums)
}

fn linear_predictors(covariates: &Matrix, estimates: &[f64]) -> Vec<f64> {
    let n = covariates.rows();
    let mut predictors: Vec<f64> =
        covariates.values().chunks_exact(estimates.len().max(1)).map(|row| dot(row, estimates)).collect();
    let mean = predictors.iter().sum::<f64>() / n as f64;
    predictors.iter_mut().for_each(|value| *value -= mean);
    predictors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::survival::log_rank_test;

    fn column(values: &[f64]) -> Matrix {
        Matrix::from_rows(&values.iter().map(|value| vec![*value]).collect::<Vec<_>>())
    }

    fn fit(times: &[f64], is_event: &[bool], covariates: &Matrix, ties: CoxTies) -> Result<CoxFit, StatError> {
        fit_cox(&FollowUpTimes::from_start(times, is_event), covariates, &CoxOptions { ties, ..CoxOptions::default() })
    }

    // Test data 1 of Therneau's validation of the survival package: 1, 1+, 6 of x = 1; 6, 8+, 9 of x = 0.
    const TIMES: [f64; 6] = [9.0, 1.0, 1.0, 6.0, 6.0, 8.0];
    const EVENTS: [bool; 6] = [true, true, false, true, true, false];
    const X: [f64; 6] = [0.0, 1.0, 1.0, 1.0, 0.0, 0.0];

    #[test]
    fn ties_by_breslow_in_closed_form() {
        // At 1: r / (3 r + 3); at 6: r / (r + 3)^2; at 9: 1. Slope 2 - r / (r + 1) - 2 r / (r + 3) = 0: r^2 - 3 r - 6 = 0.
        let r = 0.5 * (3.0 + 33.0_f64.sqrt());
        let found = fit(&TIMES, &EVENTS, &column(&X), CoxTies::Breslow).unwrap();
        let one = found.coefficients[0];
        assert!((one.hazard_ratio - r).abs() < 1e-12 * r);
        let information = r / ((r + 1.0) * (r + 1.0)) + 6.0 * r / ((r + 3.0) * (r + 3.0));
        assert!((one.std_error - 1.0 / information.sqrt()).abs() < 1e-12);
        let likelihood = real::ln(r / (3.0 * r + 3.0) * r / ((r + 3.0) * (r + 3.0)));
        assert!((found.log_likelihood - likelihood).abs() < 1e-12);
        assert!((found.log_likelihood_null - real::ln(1.0 / 96.0)).abs() < 1e-12);
        // At 0: slope 2 - 1/2 - 1/2, information 1/4 + 6/16.
        assert!((found.score_test.chi_squared - 1.0 / 0.625).abs() < 1e-12);
    }

    #[test]
    fn ties_by_efron_in_closed_form() {
        // At 6 the second denominator is (r + 3) - (r + 1) / 2 = (r + 5) / 2. Slope 2 - r/(r+1) - r/(r+3) - r/(r+5):
        // r^3 - 23 r - 30 = 0.
        let r = fit(&TIMES, &EVENTS, &column(&X), CoxTies::Efron).unwrap().coefficients[0].hazard_ratio;
        assert!((r * r * r - 23.0 * r - 30.0).abs() < 1e-10);
        assert!((real::ln(r) - 1.676_857).abs() < 1e-6);
    }

    #[test]
    fn exact_ties_in_closed_form() {
        // At 6 two of r, 1, 1, 1 die: three pairs with r, three without: r / (3 r + 3), as at 1. Slope 2 - 2 r / (r + 1) > 0.
        assert_eq!(
            fit(&TIMES, &EVENTS, &column(&X), CoxTies::Exact).unwrap_err(),
            StatError::MonotoneLikelihood { column: 0 }
        );
    }

    #[test]
    fn the_score_test_of_exact_ties_is_the_log_rank_test() {
        let times = [4.0, 2.0, 6.0, 2.0, 4.0, 1.0, 7.0, 4.0, 2.0];
        let events = [true, true, true, true, false, false, true, true, true];
        let group = [0, 0, 0, 1, 1, 1, 1, 0, 1];
        let found = fit(&times, &events, &column(&group.map(|code| code as f64)), CoxTies::Exact).unwrap();
        let test = log_rank_test(
            &FollowUpTimes::from_start(&times, &events),
            &group,
            2,
            &crate::stats::survival::LogRankOptions::default(),
        )
        .unwrap();
        assert!((found.score_test.chi_squared - test.chi_squared).abs() < 1e-12);
    }

    #[test]
    fn a_monotone_likelihood_is_named_and_firth_answers() {
        let times = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let events = [true, true, true, true, false, true];
        let other = [0.5, 0.1, 0.9, 0.3, 0.2, 0.7];
        let separated = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        let rows: Vec<Vec<f64>> = other.iter().zip(separated).map(|(a, b)| vec![*a, 1000.0 * b]).collect();
        let covariates = Matrix::from_rows(&rows);
        for ties in [CoxTies::Efron, CoxTies::Breslow, CoxTies::Exact] {
            let found = fit(&times, &events, &covariates, ties);
            assert_eq!(found.unwrap_err(), StatError::MonotoneLikelihood { column: 1 });
        }
        let options = CoxOptions { is_firth: true, ..CoxOptions::default() };
        let found = fit_cox(&FollowUpTimes::from_start(&times, &events), &covariates, &options).unwrap();
        assert!(found.coefficients[1].estimate > 0.0 && found.coefficients[1].std_error.is_finite());
    }

    /// With people who had it early at x = 0 and one who never did at x = 1 the penalty doubles the curvature: a full step
    /// lands as far on the other side. Two people: b / 2 - 2 ln(1 + e^b) is highest at e^b = 1/3, variance
    /// 1 / (1/4 * 3/4).
    #[test]
    fn firths_steps_do_not_go_to_and_fro() {
        for ties in [CoxTies::Efron, CoxTies::Breslow] {
            let options = CoxOptions { ties, is_firth: true, ..CoxOptions::default() };
            for (x, ratio) in [([0.0, 1.0], 1.0 / 3.0), ([1.0, 0.0], 3.0)] {
                let follow_up = FollowUpTimes::from_start(&[1.0, 2.0], &[true, false]);
                let found = fit_cox(&follow_up, &column(&x), &options).unwrap();
                let coefficient = &found.coefficients[0];
                assert!((coefficient.hazard_ratio / ratio - 1.0).abs() < 1e-9, "{coefficient:?}");
                assert!((coefficient.std_error - (16.0_f64 / 3.0).sqrt()).abs() < 1e-9, "{coefficient:?}");
                assert!(found.iterations < 20, "{}", found.iterations);
            }
        }
    }

    #[test]
    fn a_large_effect_is_not_taken_for_a_monotone_likelihood() {
        // One with x = 0, then 300 with x = 1, then the others: log hazard ratio about 7.
        let n = 600;
        let times: Vec<f64> = (0..n).map(|place| place as f64).collect();
        let x: Vec<f64> = (0..n).map(|place| if (1..=300).contains(&place) { 1.0 } else { 0.0 }).collect();
        let found = fit(&times, &vec![true; n], &column(&x), CoxTies::Efron).unwrap();
        assert!(found.coefficients[0].estimate > 6.0);
    }

    #[test]
    fn an_absurd_value_overflows_nothing() {
        // The one with 1e5 (x b far above 700) dies first and leaves; the rest decide.
        let times = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let with = fit(&times, &[true; 6], &column(&[1e5, 1.0, 0.0, 2.0, 1.0, 0.5]), CoxTies::Efron).unwrap();
        let without = fit(&times[1..], &[true; 5], &column(&[1.0, 0.0, 2.0, 1.0, 0.5]), CoxTies::Efron).unwrap();
        let (with, without) = (with.coefficients[0].estimate, without.coefficients[0].estimate);
        // The spread of 1e5 costs digits of the others.
        assert!(without > 0.0 && (with - without).abs() < 1e-6, "{with} {without}");
    }

    #[test]
    fn units_order_and_entries_before_everything_change_nothing() {
        let plain = fit(&TIMES, &EVENTS, &column(&X), CoxTies::Efron).unwrap();
        let other = fit(&TIMES, &EVENTS, &column(&X.map(|x| 7.0 - 300.0 * x)), CoxTies::Efron).unwrap();
        assert!((plain.coefficients[0].estimate + 300.0 * other.coefficients[0].estimate).abs() < 1e-12);
        assert!((plain.log_likelihood - other.log_likelihood).abs() < 1e-12);
        let follow_up = FollowUpTimes { entries: Some(&[0.5; 6]), times: &TIMES, is_event: &EVENTS };
        let late = fit_cox(&follow_up, &column(&X), &CoxOptions::default()).unwrap();
        assert!((plain.coefficients[0].estimate - late.coefficients[0].estimate).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_fitted_says_why() {
        let of = |x: &[f64]| fit(&TIMES, &EVENTS, &column(x), CoxTies::Efron).map(|_| ());
        assert_eq!(of(&[0.1; 6]), Err(StatError::Singular { column: 0 }));
        assert!(matches!(of(&[1.0; 5]), Err(StatError::LengthsDiffer { .. })));
        assert!(matches!(of(&[f64::NAN; 6]), Err(StatError::NotFinite { what: "covariates", index: 0 })));
        // Varies only among those who leave before the first event.
        assert_eq!(
            fit(&[1.0, 2.0, 3.0, 4.0], &[false, true, true, true], &column(&[1.0, 0.0, 0.0, 0.0]), CoxTies::Efron)
                .unwrap_err(),
            StatError::Singular { column: 0 }
        );
        let twice =
            Matrix::from_rows(&X.iter().zip(TIMES).map(|(x, time)| vec![time, *x, 2.0 * x - time]).collect::<Vec<_>>());
        assert_eq!(fit(&TIMES, &EVENTS, &twice, CoxTies::Efron).unwrap_err(), StatError::Singular { column: 2 });
        assert!(matches!(
            fit(&TIMES, &[false; 6], &column(&X), CoxTies::Efron),
            Err(StatError::TooFew { what: "events", .. })
        ));
        let follow_up = FollowUpTimes::from_start(&TIMES, &EVENTS);
        for options in [
            CoxOptions { ties: CoxTies::Exact, is_firth: true, ..CoxOptions::default() },
            CoxOptions { ties: CoxTies::Exact, clusters: Some(&[0, 1, 2, 3, 4, 5]), ..CoxOptions::default() },
            CoxOptions { confidence_level: 1.0, ..CoxOptions::default() },
        ] {
            assert!(matches!(fit_cox(&follow_up, &column(&X), &options), Err(StatError::OutOfRange { .. })));
        }
        // Strata of one row each compare nobody.
        let options = CoxOptions { strata: Some(&[0, 1, 2, 3, 4, 5]), ..CoxOptions::default() };
        assert_eq!(fit_cox(&follow_up, &column(&X), &options).unwrap_err(), StatError::Singular { column: 0 });
    }
}
