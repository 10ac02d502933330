use super::{
    Contrast, Design, LeastSquaresFit, StandardError, fit_least_squares, linear_contrast,
    linear_contrast_with_covariance, robust_covariance,
};
use crate::stats::distribution::fisher_f;
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, StatError, cholesky, input};

/// What an analysis of covariance can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AncovaOptions {
    /// Coverage of the intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
    /// Where standard errors, and with them tests and intervals, come from. Default classical.
    pub standard_error: StandardError,
}

impl Default for AncovaOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL, standard_error: StandardError::default() }
    }
}

/// What the arms are adjusted for; one value per row of the response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Covariate<'a> {
    /// A measured quantity, in any unit; enters as a straight line.
    Numeric { name: &'a str, values: &'a [f64] },
    /// A class, coded 0 to `n_levels` - 1; enters as indicators against its first level that has rows.
    Factor { name: &'a str, codes: &'a [usize], n_levels: usize },
}

/// One arm against control, adjusted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmContrast {
    /// The arm's code, 1 or more.
    pub arm: usize,
    /// Arm minus control, in response units.
    pub contrast: Contrast,
}

/// One coefficient of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// "(Intercept)", "arm=1", a numeric covariate's name, or "factor=level code".
    pub name: String,
    /// Response units per unit of the column.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p-value on the residual degrees of freedom.
    pub p_value: f64,
}

/// An F-test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FTest {
    /// Mean square of the hypothesis over residual mean square.
    pub f: f64,
    /// Number of independent statements tested.
    pub df_numerator: f64,
    /// Residual degrees of freedom.
    pub df_denominator: f64,
    /// Upper tail of F.
    pub p_value: f64,
}

/// An analysis of covariance.
#[derive(Debug, Clone, PartialEq)]
pub struct Ancova {
    /// Number of rows.
    pub n: usize,
    /// Every arm that has rows, in the order of its code, against control (arm 0).
    pub contrasts: Vec<ArmContrast>,
    /// Are the arms equal, given the covariates? Type III.
    pub arm_test: FTest,
    /// All coefficients, in the order of the design's columns.
    pub coefficients: Vec<Coefficient>,
    /// Rows minus coefficients.
    pub residual_df: f64,
    /// Residual standard deviation, in response units.
    pub residual_sd: f64,
    /// Share of the response's variation about its mean that the model explains, 0 to 1.
    pub r_squared: f64,
}
/// The columns of an analysis of covariance: "(Intercept)", "arm=1" and so on for every later arm with rows, then
/// the covariates in their order. Its names tell which column `StatError::Singular` means.
///
/// Errors as [`ancova`]'s that do not concern the response.
///
/// ```
/// use second_look::stats::linear::{Covariate, ancova_design};
/// let site = Covariate::Factor { name: "site", codes: &[2, 0, 2], n_levels: 3 };
/// let design = ancova_design(&[0, 1, 1], 2, &[site]).unwrap();
/// assert_eq!(design.names(), ["(Intercept)", "arm=1", "site=2"]);
/// ```
pub fn ancova_design(arm: &[usize], n_arms: usize, covariates: &[Covariate<'_>]) -> Result<Design, StatError> {
    input::check_codes("arm", arm, n_arms)?;
    let arms = levels_with_rows(arm);
    input::check_at_least("rows of the control arm", 1, arm.iter().filter(|code| **code == 0).count())?;
    input::check_at_least("arms with rows", 2, arms.len())?;
    let mut design = Design::new(arm.len()).with_intercept();
    for code in arms.iter().skip(1) {
        design = design.with_column(format!("arm={code}"), indicator(arm, *code))?;
    }
    for covariate in covariates {
        match covariate {
            Covariate::Numeric { name, values } => {
                input::check_equal_lengths("arm and covariate", arm.len(), values.len())?;
                input::check_finite("covariate", values)?;
                design = design.with_column(*name, values.to_vec())?;
            }
            Covariate::Factor { name, codes, n_levels } => {
                input::check_equal_lengths("arm and covariate", arm.len(), codes.len())?;
                input::check_codes("factor level", codes, *n_levels)?;
                for code in levels_with_rows(codes).iter().skip(1) {
                    design = design.with_column(format!("{name}={code}"), indicator(codes, *code))?;
                }
            }
        }
    }
    Ok(design)
}

/// Analysis of covariance: every arm against control (arm 0), adjusted for covariates by one linear model, two-sided.
///
/// response = b0 + sum b_a [arm = a] + covariates + error, fitted by least squares; the contrast of arm a is b_a. A
/// factor enters as indicators against its first level with rows. No interaction: the covariates' slopes are the same
/// in all arms. `arm_test`, type III: F = b' V^-1 b / (q s^2), b the q arm coefficients, V their part of (X'X)^-1.
///
/// Inputs: one row per subject; `arm` codes 0 to `n_arms` - 1, 0 the control; covariates of the same length. For a
/// change from baseline give the baseline as covariate: the contrast is then the same as with the value itself as
/// response. An arm or a factor level without rows is left out: no contrast, no column. Missing values: not here; NaN
/// is an error.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (a code too large, a confidence level), `TooFew` (no control, one
/// arm, rows not above coefficients), `Singular` (a covariate that arm or others already tell; see [`ancova_design`]
/// for the column's name), `NoVariation` (nothing left to explain, or nothing left unexplained).
/// Limits: adjusts for what was measured before treatment only; a covariate that treatment can change biases the
/// contrast. Unequal slopes make "the" difference depend on the covariate. One visit only: dropout needs a mixed model.
///
/// Source: Fisher, Statistical Methods for Research Workers, 4th ed. 1932, section 49.1; Searle, Linear Models, 1971,
/// chapter 8. Checked against R 4.2.2 `lm`, `confint`, `drop1(test = "F")`, relative 1e-12 (tests/golden/ancova). SAS
/// PROC GLM ESTIMATE and type III: the same; its printed coefficients take the last level as reference, here the first.
///
/// ```
/// use second_look::stats::linear::{AncovaOptions, Covariate, ancova};
/// // Baselines balanced between the arms: the contrast is the difference of means, 4 - 2.
/// let baseline = Covariate::Numeric { name: "baseline", values: &[1.0, 2.0, 3.0, 1.0, 2.0, 3.0] };
/// let fit = ancova(&[1.0, 3.0, 2.0, 3.0, 4.0, 5.0], &[0, 0, 0, 1, 1, 1], 2, &[baseline], &AncovaOptions::default());
/// assert!((fit.unwrap().contrasts[0].contrast.estimate - 2.0).abs() < 1e-14);
/// ```
pub fn ancova(
    response: &[f64],
    arm: &[usize],
    n_arms: usize,
    covariates: &[Covariate<'_>],
    options: &AncovaOptions,
) -> Result<Ancova, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    input::check_equal_lengths("response and arm", response.len(), arm.len())?;
    let design = ancova_design(arm, n_arms, covariates)?;
    let fit = fit_least_squares(&design, response)?;
    let covariance = match options.standard_error {
        StandardError::Classical => None,
        kind => Some(robust_covariance(&design, &fit, kind)?),
    };
    let p = fit.coefficients.len();
    let each: Vec<Contrast> = (0..p)
        .map(|column| {
            let weights: Vec<f64> = (0..p).map(|other| if other == column { 1.0 } else { 0.0 }).collect();
            match &covariance {
                None => linear_contrast(&fit, &weights, options.confidence_level),
                Some(covariance) => {
                    linear_contrast_with_covariance(&fit, covariance, &weights, options.confidence_level)
                }
            }
        })
        .collect::<Result<_, _>>()?;
    let coefficients = fit
        .names
        .iter()
        .zip(&each)
        .map(|(name, one)| Coefficient {
            name: name.clone(),
            estimate: one.estimate,
            std_error: one.std_error,
            t: one.t,
            p_value: one.p_value,
        })
        .collect();
    let compared: Vec<usize> = levels_with_rows(arm).into_iter().skip(1).collect();
    let contrasts: Vec<ArmContrast> = compared
        .iter()
        .zip(each.iter().skip(1))
        .map(|(arm, contrast)| ArmContrast { arm: *arm, contrast: *contrast })
        .collect();

    let arm_test = wald_test(&fit, covariance.as_deref(), 1, compared.len())?;
    Ok(Ancova {
        n: fit.n,
        contrasts,
        arm_test,
        coefficients,
        residual_df: fit.df_residual,
        residual_sd: fit.residual_variance.sqrt(),
        r_squared: fit.r_squared,
    })
}

/// Are `q` coefficients from `first` on all 0? b' V^-1 b / q, V their covariance; the classical one when none is given.
pub(super) fn wald_test(
    fit: &LeastSquaresFit,
    covariance: Option<&[Vec<f64>]>,
    first: usize,
    q: usize,
) -> Result<FTest, StatError> {
    let effects: Vec<f64> = fit.coefficients.iter().skip(first).take(q).copied().collect();
    let part: Vec<Vec<f64>> = covariance
        .unwrap_or(&fit.unscaled_covariance)
        .iter()
        .skip(first)
        .take(q)
        .map(|row| row.iter().skip(first).take(q).copied().collect())
        .collect();
    let form =
        cholesky::inverse_quadratic_form(&part, &effects).ok_or(StatError::Singular { column: first + q - 1 })?;
    let f = form / if covariance.is_some() { q as f64 } else { q as f64 * fit.residual_variance };
    Ok(FTest {
        f,
        df_numerator: q as f64,
        df_denominator: fit.df_residual,
        p_value: fisher_f::sf(f, q as f64, fit.df_residual),
    })
}

/// The terms of an analysis of covariance, "arm" first, each with its number of columns after the intercept.
pub(super) fn term_columns<'a>(arm: &[usize], covariates: &[Covariate<'a>]) -> Vec<(&'a str, usize)> {
    let mut terms = vec![("arm", levels_with_rows(arm).len().saturating_sub(1))];
    terms.extend(covariates.iter().map(|covariate| match covariate {
        Covariate::Numeric { name, .. } => (*name, 1),
        Covariate::Factor { name, codes, .. } => (*name, levels_with_rows(codes).len().saturating_sub(1)),
    }));
    terms
}

pub(super) fn levels_with_rows(codes: &[usize]) -> Vec<usize> {
    let mut levels = codes.to_vec();
    levels.sort_unstable();
    levels.dedup();
    levels
}

pub(super) fn indicator(codes: &[usize], level: usize) -> Vec<f64> {
    codes.iter().map(|code| if *code == level { 1.0 } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::compare::{TTestOptions, student_t_test};

    const RESPONSE: [f64; 6] = [4.0, 1.0, 5.0, 3.0, 3.0, 2.0];
    const ARM: [usize; 6] = [1, 0, 1, 0, 1, 0];
    const BASELINE: [f64; 6] = [2.0, 1.0, 4.0, 2.0, 3.0, 3.0];

    fn fit(response: &[f64], arm: &[usize], n_arms: usize, covariates: &[Covariate<'_>]) -> Ancova {
        ancova(response, arm, n_arms, covariates, &AncovaOptions::default()).unwrap()
    }

    fn baseline() -> Covariate<'static> {
        Covariate::Numeric { name: "baseline", values: &BASELINE }
    }

    #[test]
    fn six_subjects_by_hand() {
        // Means 4 and 2, of the baseline 3 and 2. Within arms Sxx 2 + 2, Sxy 1 + 1: slope 1/2, contrast 2 - 1/2.
        // Within Syy 2 + 2, RSS 4 - 1 = 3 on 3 df, s^2 = 1; variance of the contrast 2/3 + 1/4.
        let found = fit(&RESPONSE, &ARM, 2, &[baseline()]);
        let contrast = found.contrasts[0].contrast;
        assert!((contrast.estimate - 1.5).abs() < 1e-14);
        assert!((contrast.std_error - (2.0_f64 / 3.0 + 0.25).sqrt()).abs() < 1e-14);
        assert!((found.coefficients[2].estimate - 0.5).abs() < 1e-14);
        assert_eq!((found.n, found.residual_df, found.contrasts[0].arm), (6, 3.0, 1));
        assert!((found.residual_sd - 1.0).abs() < 1e-14);
        // With two arms F is t squared.
        assert!((found.arm_test.f - contrast.t * contrast.t).abs() < 1e-13);
        assert!((found.arm_test.p_value / contrast.p_value - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_covariates_it_is_students_t_test() {
        let found = fit(&RESPONSE, &ARM, 2, &[]).contrasts[0].contrast;
        let test = student_t_test(&[4.0, 5.0, 3.0], &[1.0, 3.0, 2.0], &TTestOptions::default()).unwrap();
        assert!((found.estimate - test.difference).abs() < 1e-14);
        assert!((found.p_value / test.p_value - 1.0).abs() < 1e-13);
        assert!((found.interval.low - test.interval.low).abs() < 1e-13);
    }

    #[test]
    fn change_and_value_give_one_contrast_when_baseline_is_a_covariate() {
        let change: Vec<f64> = RESPONSE.iter().zip(BASELINE).map(|(value, baseline)| value - baseline).collect();
        let (of_value, of_change) = (fit(&RESPONSE, &ARM, 2, &[baseline()]), fit(&change, &ARM, 2, &[baseline()]));
        assert!((of_value.contrasts[0].contrast.estimate - of_change.contrasts[0].contrast.estimate).abs() < 1e-14);
        assert!((of_value.contrasts[0].contrast.p_value / of_change.contrasts[0].contrast.p_value - 1.0).abs() < 1e-12);
    }

    #[test]
    fn swapping_the_arms_flips_the_sign() {
        let there = fit(&RESPONSE, &ARM, 2, &[baseline()]);
        let back = fit(&RESPONSE, &ARM.map(|arm| 1 - arm), 2, &[baseline()]);
        assert!((there.contrasts[0].contrast.estimate + back.contrasts[0].contrast.estimate).abs() < 1e-14);
    }

    #[test]
    fn arms_and_levels_without_rows_are_left_out() {
        let arm = ARM.map(|arm| 3 * arm);
        let sites = [4, 1, 1, 1, 4, 4];
        let site = Covariate::Factor { name: "site", codes: &sites, n_levels: 6 };
        let found = fit(&RESPONSE, &arm, 5, &[site]);
        let names: Vec<_> = found.coefficients.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["(Intercept)", "arm=3", "site=4"]);
        assert_eq!((found.contrasts.len(), found.contrasts[0].arm), (1, 3));
        let one_site = Covariate::Factor { name: "site", codes: &[2; 6], n_levels: 3 };
        assert_eq!(fit(&RESPONSE, &arm, 5, &[one_site]).coefficients.len(), 2);
    }

    #[test]
    fn naming_the_levels_differently_leaves_the_contrast() {
        let sites = [1, 0, 1, 1, 0, 0];
        let other = sites.map(|site| 1 - site);
        let with = |codes: &[usize]| {
            fit(&RESPONSE, &ARM, 2, &[Covariate::Factor { name: "site", codes, n_levels: 2 }]).contrasts[0].contrast
        };
        assert!((with(&sites).estimate - with(&other).estimate).abs() < 1e-14);
    }

    #[test]
    fn what_cannot_be_adjusted_says_why() {
        let options = AncovaOptions::default();
        let of = |arm: &[usize], n_arms, covariates: &[Covariate<'_>]| {
            ancova(&RESPONSE, arm, n_arms, covariates, &options).map(|_| ())
        };
        assert_eq!(of(&[1; 6], 2, &[]), Err(StatError::TooFew { what: "rows of the control arm", need: 1, got: 0 }));
        assert_eq!(of(&[0; 6], 2, &[]), Err(StatError::TooFew { what: "arms with rows", need: 2, got: 1 }));
        assert_eq!(of(&ARM, 1, &[]), Err(StatError::OutOfRange { what: "arm", value: 1.0 }));
        let same = ARM.map(|arm| arm as f64);
        let told = Covariate::Numeric { name: "told", values: &same };
        assert_eq!(of(&ARM, 2, &[told]), Err(StatError::Singular { column: 2 }));
        let short = Covariate::Numeric { name: "short", values: &same[..2] };
        assert!(matches!(of(&ARM, 2, &[short]), Err(StatError::LengthsDiffer { .. })));
        let gap = Covariate::Numeric { name: "gap", values: &[f64::NAN; 6] };
        assert!(matches!(of(&ARM, 2, &[gap]), Err(StatError::NotFinite { what: "covariate", index: 0 })));
        assert!(of(&[], 2, &[]).is_err());
        let everyone = [0, 1, 2, 3, 4, 5];
        let each = Covariate::Factor { name: "subject", codes: &everyone, n_levels: 6 };
        assert!(matches!(of(&ARM, 2, &[each]), Err(StatError::TooFew { what: "rows", .. })));
    }
}
