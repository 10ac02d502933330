use super::ancova::{term_columns, wald_test};
use super::{AncovaOptions, Covariate, FTest, StandardError, ancova_design, fit_least_squares, robust_covariance};
use crate::stats::{StatError, input};

/// One term of a model, tested given all others.
#[derive(Debug, Clone, PartialEq)]
pub struct TermTest {
    /// "arm", or the covariate's name.
    pub name: String,
    /// Does the response go with this term, given all others?
    pub test: FTest,
}

/// Type III test of the arm and of every covariate of an analysis of covariance, each given all others.
///
/// F = b' V^-1 b / q, b the term's q coefficients, V their covariance: classical, s^2 times their part of (X'X)^-1, or
/// robust (`options.standard_error`). Without interactions type III is what leaving the term out costs.
///
/// Inputs, errors, limits: as [`super::ancova`]'s. A factor of one level has no column and no test.
/// Source: Searle, Linear Models, 1971, chapter 8. Checked against R 4.2.2 `drop1(test = "F")`, relative 1e-11, robust:
/// Wald's form with sandwich 3.0-2 `vcovHC` (tests/golden/type_three_test). SAS PROC GLM, type III: the same.
///
/// ```
/// use second_look::stats::linear::{AncovaOptions, Covariate, type_three_test};
/// let baseline = Covariate::Numeric { name: "baseline", values: &[1.0, 2.0, 3.0, 1.0, 2.0, 3.0] };
/// let response = [1.0, 3.0, 2.0, 3.0, 4.0, 5.0];
/// let tests = type_three_test(&response, &[0, 0, 0, 1, 1, 1], 2, &[baseline], &AncovaOptions::default()).unwrap();
/// // Within arms Sxy 1 + 2, Sxx 4, Syy 2 + 2: regression 9/4, rest 7/4 on 3 df.
/// assert!(tests[1].name == "baseline" && (tests[1].test.f - 27.0 / 7.0).abs() < 1e-13);
/// ```
pub fn type_three_test(
    response: &[f64],
    arm: &[usize],
    n_arms: usize,
    covariates: &[Covariate<'_>],
    options: &AncovaOptions,
) -> Result<Vec<TermTest>, StatError> {
    input::check_equal_lengths("response and arm", response.len(), arm.len())?;
    let design = ancova_design(arm, n_arms, covariates)?;
    let fit = fit_least_squares(&design, response)?;
    let covariance = match options.standard_error {
        StandardError::Classical => None,
        kind => Some(robust_covariance(&design, &fit, kind)?),
    };
    let mut first = 1;
    let mut tests = Vec::new();
    for (name, q) in term_columns(arm, covariates) {
        if q > 0 {
            tests.push(TermTest { name: name.to_owned(), test: wald_test(&fit, covariance.as_deref(), first, q)? });
        }
        first += q;
    }
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::linear::ancova;

    #[test]
    fn one_column_terms_are_squares_of_t() {
        let (response, arm) = ([4.0, 1.0, 5.0, 3.0, 3.0, 2.0], [1, 0, 1, 0, 1, 0]);
        let baseline = [2.0, 1.0, 4.0, 2.0, 3.0, 3.0];
        let covariates = [
            Covariate::Factor { name: "one site", codes: &[1; 6], n_levels: 2 },
            Covariate::Numeric { name: "baseline", values: &baseline },
        ];
        for standard_error in [StandardError::Classical, StandardError::Hc3] {
            let options = AncovaOptions { standard_error, ..AncovaOptions::default() };
            let tests = type_three_test(&response, &arm, 2, &covariates, &options).unwrap();
            let fit = ancova(&response, &arm, 2, &covariates, &options).unwrap();
            assert_eq!((tests.len(), tests[0].name.as_str(), tests[1].name.as_str()), (2, "arm", "baseline"));
            for (test, coefficient) in tests.iter().zip(&fit.coefficients[1..]) {
                assert!((test.test.f / (coefficient.t * coefficient.t) - 1.0).abs() < 1e-12);
            }
            assert_eq!(tests[0].test, fit.arm_test);
        }
        assert!(type_three_test(&response[1..], &arm, 2, &covariates, &AncovaOptions::default()).is_err());
    }
}
