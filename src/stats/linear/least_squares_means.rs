use super::ancova::{levels_with_rows, term_columns};
use super::{
    Contrast, Covariate, StandardError, ancova_design, fit_least_squares, linear_contrast_with_covariance,
    robust_covariance,
};
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, StatError, input};

/// How much each level of a factor counts in an adjusted mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FactorWeights {
    /// Every level with rows alike. The default.
    #[default]
    Equal,
    /// Every level by its rows.
    Proportional,
}

/// What least-squares means can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeastSquaresMeansOptions {
    /// Coverage of the intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
    /// Where standard errors come from. Default classical.
    pub standard_error: StandardError,
    /// How levels of factors are weighted. Default equally.
    pub factor_weights: FactorWeights,
}

impl Default for LeastSquaresMeansOptions {
    fn default() -> Self {
        Self {
            confidence_level: DEFAULT_CONFIDENCE_LEVEL,
            standard_error: StandardError::default(),
            factor_weights: FactorWeights::default(),
        }
    }
}

/// One arm's adjusted mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeastSquaresMean {
    /// The arm's code.
    pub arm: usize,
    /// The mean, its standard error, df and interval, in response units; `t` and `p_value` are against 0.
    pub mean: Contrast,
}

/// Least-squares (adjusted) mean of every arm with rows in an analysis of covariance.
///
/// The model's mean for the arm with numeric covariates at their mean over all rows used, and factors averaged over their
/// levels with rows: equally, or by their share of the rows. Differences of these means are [`super::ancova`]'s contrasts.
///
/// Inputs, errors: as [`super::ancova`]'s. Limits: those of the model; equal weights of a factor describe a population in
/// which the levels are equally frequent, which for small sites may not be what is asked.
///
/// Source: Searle, Speed and Milliken, The American Statistician 34:216-221, 1980. Checked against R 4.2.2, emmeans 1.8.4,
/// `emmeans(~ arm)`, weights "equal" and "proportional", and with sandwich 3.0-2 `vcovHC`, relative 1e-11
/// (tests/golden/least_squares_means). SAS LSMEANS: equal weights; OBSMARGINS: proportional.
///
/// ```
/// use second_look::stats::linear::{Covariate, LeastSquaresMeansOptions, least_squares_means};
/// // Slope 1/2; arm means 2 and 4 at baselines 2 and 3, moved to 2.5.
/// let baseline = Covariate::Numeric { name: "baseline", values: &[2.0, 1.0, 4.0, 2.0, 3.0, 3.0] };
/// let options = LeastSquaresMeansOptions::default();
/// let means = least_squares_means(&[4.0, 1.0, 5.0, 3.0, 3.0, 2.0], &[1, 0, 1, 0, 1, 0], 2, &[baseline], &options).unwrap();
/// assert!((means[0].mean.estimate - 2.25).abs() < 1e-14 && (means[1].mean.estimate - 3.75).abs() < 1e-14);
/// ```
pub fn least_squares_means(
    response: &[f64],
    arm: &[usize],
    n_arms: usize,
    covariates: &[Covariate<'_>],
    options: &LeastSquaresMeansOptions,
) -> Result<Vec<LeastSquaresMean>, StatError> {
    input::check_equal_lengths("response and arm", response.len(), arm.len())?;
    // Less its mean a numeric covariate has weight 0, and one far from zero costs no digits.
    let centred: Vec<Vec<f64>> = covariates
        .iter()
        .map(|covariate| match covariate {
            Covariate::Numeric { values, .. } => {
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                values.iter().map(|value| value - mean).collect()
            }
            Covariate::Factor { .. } => Vec::new(),
        })
        .collect();
    let covariates: Vec<Covariate<'_>> = covariates
        .iter()
        .zip(&centred)
        .map(|(covariate, values)| match *covariate {
            Covariate::Numeric { name, .. } => Covariate::Numeric { name, values },
            factor => factor,
        })
        .collect();
    let design = ancova_design(arm, n_arms, &covariates)?;
    let fit = fit_least_squares(&design, response)?;
    let covariance = robust_covariance(&design, &fit, options.standard_error)?;
    let mut margins = Vec::new();
    for (covariate, (_, q)) in covariates.iter().zip(term_columns(arm, &covariates).into_iter().skip(1)) {
        match (covariate, options.factor_weights) {
            (Covariate::Numeric { .. }, _) => margins.push(0.0),
            (Covariate::Factor { .. }, FactorWeights::Equal) => {
                margins.resize(margins.len() + q, 1.0 / (q as f64 + 1.0));
            }
            (Covariate::Factor { codes, .. }, FactorWeights::Proportional) => {
                let share = |level: &usize| codes.iter().filter(|code| *code == level).count() as f64 / fit.n as f64;
                margins.extend(levels_with_rows(codes).iter().skip(1).map(share));
            }
        }
    }
    let arms = levels_with_rows(arm);
    let of = |code: &usize| {
        let own = |other: &usize| if other == code { 1.0 } else { 0.0 };
        let weights: Vec<f64> =
            [1.0].into_iter().chain(arms.iter().skip(1).map(own)).chain(margins.iter().copied()).collect();
        let mean = linear_contrast_with_covariance(&fit, &covariance, &weights, options.confidence_level)?;
        Ok(LeastSquaresMean { arm: *code, mean })
    };
    arms.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_covariates_they_are_the_arms_means() {
        let options = LeastSquaresMeansOptions::default();
        let means =
            least_squares_means(&[4.0, 1.0, 5.0, 3.0, 3.0, 2.0], &[2, 0, 2, 0, 2, 0], 3, &[], &options).unwrap();
        // Sums of squares 2 and 2 on 4 df.
        assert_eq!((means.len(), means[1].arm, means[1].mean.df), (2, 2, 4.0));
        assert!((means[1].mean.estimate - 4.0).abs() < 1e-14);
        assert!((means[1].mean.std_error - (1.0_f64 / 3.0).sqrt()).abs() < 1e-14);
    }

    #[test]
    fn weights_of_levels_by_hand() {
        // Additive without noise but for +-1 in pairs: arm effect 2, site effect 3; site 1 holds 2 of 8 rows per pair.
        let (arm, site) = ([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1]);
        let noise = [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0];
        let response: Vec<f64> = (0..12).map(|i| 5.0 + 2.0 * arm[i] as f64 + 3.0 * site[i] as f64 + noise[i]).collect();
        let covariates = [Covariate::Factor { name: "site", codes: &site, n_levels: 4 }];
        let of = |factor_weights| {
            let options = LeastSquaresMeansOptions { factor_weights, ..LeastSquaresMeansOptions::default() };
            least_squares_means(&response, &arm, 2, &covariates, &options).unwrap()[0].mean.estimate
        };
        assert!((of(FactorWeights::Equal) - 6.5).abs() < 1e-13);
        assert!((of(FactorWeights::Proportional) - 6.0).abs() < 1e-13);
    }

    #[test]
    fn what_has_no_means_says_why() {
        let options = LeastSquaresMeansOptions { confidence_level: 2.0, ..LeastSquaresMeansOptions::default() };
        assert!(least_squares_means(&[4.0, 1.0, 5.0, 3.0], &[1, 0, 1, 0], 2, &[], &options).is_err());
        let options = LeastSquaresMeansOptions::default();
        assert!(least_squares_means(&[4.0, 1.0, 5.0], &[1, 0, 1, 0], 2, &[], &options).is_err());
    }
}
