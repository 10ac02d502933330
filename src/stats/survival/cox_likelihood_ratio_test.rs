use super::cox_likelihood::maximum::Model;
use super::cox_likelihood::risk_sets::RiskSets;
use super::{ChiSquaredTest, CoxOptions, FollowUpTimes};
use crate::stats::matrix::Matrix;
use crate::stats::{StatError, input};

/// Likelihood-ratio test that the coefficients of some columns are all 0: a factor, an interaction, one covariate.
///
/// chi_squared = 2 (log likelihood with all columns - with these at 0, the others fitted again); df = number of columns.
/// With Firth both likelihoods are penalised with the information of all columns. With clusters the test is that of
/// independent rows: use [`super::CoxFit::wald_test`].
///
/// Inputs: the data and the options of the fit; `columns` without repeats. Missing values: none; NaN is an error.
/// Errors: as [`super::fit_cox`]; a likelihood that is monotone is taken at its limit, so that this test answers there
/// too; `OutOfRange` (no such column), `Duplicate`, `TooFew` (no column).
/// Limits: the chi-squared holds for many events; to be preferred to Wald's test when estimates are large.
///
/// Source: Therneau and Grambsch, Modeling Survival Data, 2000, section 3.4; Heinze and Schemper, Biometrics 57:114-119,
/// 2001. Checked against R 4.2.2, survival 3.5-3, `anova` of two `coxph` fits, relative 1e-9
/// (tests/golden/cox_likelihood_ratio_test). SAS PROC PHREG, TYPE3(LR): the same.
///
/// ```
/// use second_look::stats::{Matrix, survival::{CoxOptions, FollowUpTimes, cox_likelihood_ratio_test}};
/// // L(r) = r / (2 r + 1) / (r + 1), highest at r = sqrt(1/2), and 1/6 at r = 1.
/// let covariates = Matrix::from_rows(&[vec![1.0], vec![0.0], vec![1.0]]);
/// let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0], &[true; 3]);
/// let test = cox_likelihood_ratio_test(&follow_up, &covariates, &[0], &CoxOptions::default()).unwrap();
/// let r = 0.5_f64.sqrt();
/// assert!((test.chi_squared - 2.0 * (6.0 * r / (2.0 * r + 1.0) / (r + 1.0)).ln()).abs() < 1e-12);
/// ```
pub fn cox_likelihood_ratio_test(
    follow_up: &FollowUpTimes<'_>,
    covariates: &Matrix,
    columns: &[usize],
    options: &CoxOptions<'_>,
) -> Result<ChiSquaredTest, StatError> {
    options.check(covariates.rows())?;
    input::check_codes("columns", columns, covariates.columns())?;
    input::check_at_least("columns", 1, columns.len())?;
    if let Some(index) =
        (1..columns.len()).find(|index| columns.iter().take(*index).any(|one| columns.get(*index) == Some(one)))
    {
        return Err(StatError::Duplicate { what: "columns", index });
    }
    let sets = RiskSets::new(follow_up, covariates, options.strata)?;
    let model = Model { sets: &sets, ties: options.ties, is_firth: options.is_firth };
    let at_zero = model.at_zero()?;
    let start = vec![0.0; sets.n_columns];
    let all: Vec<usize> = (0..sets.n_columns).collect();
    let others: Vec<usize> = all.iter().copied().filter(|column| !columns.contains(column)).collect();
    let larger = model.maximise(&start, &all, &at_zero)?.terms.log_likelihood;
    let smaller = model.maximise(&start, &others, &at_zero)?.terms.log_likelihood;
    Ok(ChiSquaredTest::of(2.0 * (larger - smaller), columns.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::survival::fit_cox;

    #[test]
    fn all_columns_together_are_the_fits_own_test() {
        let covariates =
            Matrix::from_rows(&[[1.0, 0.3], [0.0, 2.0], [1.0, 1.0], [0.0, 0.1], [1.0, 3.0]].map(Vec::from));
        let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0, 4.0, 5.0], &[true, true, true, true, false]);
        for is_firth in [false, true] {
            let options = CoxOptions { is_firth, ..CoxOptions::default() };
            let fit = fit_cox(&follow_up, &covariates, &options).unwrap();
            let test = cox_likelihood_ratio_test(&follow_up, &covariates, &[1, 0], &options).unwrap();
            assert!((test.chi_squared - fit.likelihood_ratio_test.chi_squared).abs() < 1e-12);
        }
        let of =
            |columns: &[usize]| cox_likelihood_ratio_test(&follow_up, &covariates, columns, &CoxOptions::default());
        assert!(matches!(of(&[2]), Err(StatError::OutOfRange { what: "columns", .. })));
        assert!(matches!(of(&[]), Err(StatError::TooFew { what: "columns", .. })));
        assert!(matches!(of(&[1, 1]), Err(StatError::Duplicate { what: "columns", index: 1 })));
    }
}
