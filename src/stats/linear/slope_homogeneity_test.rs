use super::ancova::{indicator, levels_with_rows, wald_test};
use super::{AncovaOptions, Covariate, FTest, StandardError, ancova_design, fit_least_squares, robust_covariance};
use crate::stats::{StatError, input};

/// Is the slope of one covariate the same in every arm? The check that an analysis of covariance rests on.
///
/// To the model of [`super::ancova`] the products of the arms' indicators with the covariate's columns (a numeric one
/// less its mean) are added; F tests all of them together, as `type_three_test` does. A product that the columns before
/// it already tell, as in an arm where a level has no rows, is left out, and the numerator counts what is left.
///
/// Inputs: as [`super::ancova`]'s; `place` of the covariate in `covariates`. Errors: as there; `OutOfRange` (no such
/// covariate), `TooFew` (no product is left to test; rows not above coefficients).
/// Limits: weak: a large p is no proof of equal slopes. A small p makes "the" difference one at the covariate's mean.
///
/// Source: Searle, Linear Models, 1971, chapter 8. Checked against R 4.2.2 `anova` of the models with and without
/// `arm:covariate`, relative 1e-10 (tests/golden/slope_homogeneity_test). SAS PROC GLM, arm*covariate, type III: the
/// same where no cell is empty.
///
/// ```
/// use second_look::stats::linear::{AncovaOptions, Covariate, slope_homogeneity_test};
/// let x = Covariate::Numeric { name: "x", values: &[0.0, 1.0, 2.0, 0.0, 1.0, 2.0] };
/// // Slopes 1 and -1, each with residuals 1 -2 1: (2 / sqrt(1/2 + 1/2))^2 over 12 / 2.
/// let test =
///     slope_homogeneity_test(&[1.0, -1.0, 3.0, 1.0, -3.0, -1.0], &[0, 0, 0, 1, 1, 1], 2, &[x], 0, &AncovaOptions::default());
/// assert!((test.unwrap().f - 4.0 / 6.0).abs() < 1e-13);
/// ```
pub fn slope_homogeneity_test(
    response: &[f64],
    arm: &[usize],
    n_arms: usize,
    covariates: &[Covariate<'_>],
    place: usize,
    options: &AncovaOptions,
) -> Result<FTest, StatError> {
    input::check_equal_lengths("response and arm", response.len(), arm.len())?;
    let covariate =
        covariates.get(place).ok_or(StatError::OutOfRange { what: "place of the covariate", value: place as f64 })?;
    let mut design = ancova_design(arm, n_arms, covariates)?;
    let first = design.columns().len();
    let columns: Vec<Vec<f64>> = match covariate {
        Covariate::Numeric { values, .. } => {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            vec![values.iter().map(|value| value - mean).collect()]
        }
        Covariate::Factor { codes, .. } => {
            levels_with_rows(codes).iter().skip(1).map(|level| indicator(codes, *level)).collect()
        }
    };
    let mut fit = fit_least_squares(&design, response)?;
    for code in levels_with_rows(arm).iter().skip(1) {
        for column in &columns {
            let product = indicator(arm, *code).iter().zip(column).map(|(a, b)| a * b).collect();
            let wider = design.clone().with_column("product", product)?;
            match fit_least_squares(&wider, response) {
                Ok(found) => (design, fit) = (wider, found),
                Err(StatError::Singular { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    let q = design.columns().len() - first;
    input::check_at_least("products of arm and covariate", 1, q)?;
    let covariance = match options.standard_error {
        StandardError::Classical => None,
        kind => Some(robust_covariance(&design, &fit, kind)?),
    };
    wald_test(&fit, covariance.as_deref(), first, q)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: [f64; 6] = [1.0, -1.0, 3.0, 1.0, -3.0, -1.0];
    const ARM: [usize; 6] = [0, 0, 0, 1, 1, 1];

    #[test]
    fn slopes_of_one_and_minus_one_by_hand() {
        for far in [0.0, 1e6] {
            let values = [0.0, 1.0, 2.0, 0.0, 1.0, 2.0].map(|x| x + far);
            let x = Covariate::Numeric { name: "x", values: &values };
            let test = slope_homogeneity_test(&RESPONSE, &ARM, 2, &[x], 0, &AncovaOptions::default()).unwrap();
            assert!((test.f - 4.0 / 6.0).abs() < 1e-8);
            assert_eq!((test.df_numerator, test.df_denominator), (1.0, 2.0));
        }
    }

    #[test]
    fn empty_cells_leave_products_out() {
        // Level 2 is in the treated arm alone.
        let codes = [0, 1, 0, 1, 2, 0, 1, 2];
        let site = Covariate::Factor { name: "site", codes: &codes, n_levels: 3 };
        let response = [1.0, 3.0, 2.0, 5.0, 4.0, 4.5, 7.0, 1.0];
        let arm = [0, 0, 0, 1, 1, 1, 1, 1];
        let test = slope_homogeneity_test(&response, &arm, 2, &[site], 0, &AncovaOptions::default()).unwrap();
        assert_eq!((test.df_numerator, test.df_denominator), (1.0, 3.0));
        assert!(slope_homogeneity_test(&response, &arm, 2, &[site], 1, &AncovaOptions::default()).is_err());
        let one = Covariate::Factor { name: "site", codes: &[0; 8], n_levels: 3 };
        assert!(matches!(
            slope_homogeneity_test(&response, &arm, 2, &[one], 0, &AncovaOptions::default()),
            Err(StatError::TooFew { .. })
        ));
    }
}
