use super::step_up;
use crate::stats::StatError;

/// How tests that are adjusted together may depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dependence {
    /// Not at all, or positively (Benjamini and Hochberg).
    #[default]
    Positive,
    /// In any way (Benjamini and Yekutieli): everything times 1 + 1/2 + ... + 1/m.
    Arbitrary,
}

/// What Benjamini and Hochberg's adjustment can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BenjaminiHochbergOptions {
    /// Default: none or positive.
    pub dependence: Dependence,
}

/// Benjamini and Hochberg's adjusted p-values: of those at most q, a share of q on average is false (false discovery
/// rate).
///
/// Sorted p_(1) <= ... <= p_(m): adjusted_(i) = smallest of c m p_(k) / k for k >= i, at most 1, c = 1, or 1 + 1/2 + ...
/// + 1/m for tests that depend on each other in any way. They come back in the order of the input.
///
/// Inputs, missing values and errors: as [`super::adjust_holm`]. Limits: a promise about shares of many findings, not
/// about any one of them; for a handful of questions use Holm's. Many correlations of the same few patients are
/// dependent.
///
/// Source: Benjamini and Hochberg, Journal of the Royal Statistical Society B 57:289-300, 1995; Benjamini and Yekutieli,
/// The Annals of Statistics 29:1165-1188, 2001. Checked against R 4.2.2 `p.adjust(method = "BH")` and `"BY"`, relative
/// 1e-14 (tests/golden/benjamini_hochberg). SAS PROC MULTTEST (FDR, DEPENDENTFDR): the same.
///
/// ```
/// use second_look::stats::multiplicity::{BenjaminiHochbergOptions, adjust_benjamini_hochberg};
/// // 0.04; the smaller of 3/2 x 0.03 and 0.04; 3 x 0.01.
/// let found = adjust_benjamini_hochberg(&[0.03, 0.01, 0.04], &BenjaminiHochbergOptions::default()).unwrap();
/// assert_eq!(found, [0.04, 0.03, 0.04]);
/// ```
pub fn adjust_benjamini_hochberg(p_values: &[f64], options: &BenjaminiHochbergOptions) -> Result<Vec<f64>, StatError> {
    let m = p_values.len();
    let price = match options.dependence {
        Dependence::Positive => 1.0,
        Dependence::Arbitrary => (1..=m).map(|k| 1.0 / k as f64).sum(),
    };
    step_up(p_values, |rank| price * m as f64 / rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_dependence_costs_the_harmonic_sum() {
        let options = BenjaminiHochbergOptions { dependence: Dependence::Arbitrary };
        let found = adjust_benjamini_hochberg(&[0.03, 0.01, 0.04], &options).unwrap();
        for (found, exact) in found.iter().zip([0.04, 0.03, 0.04]) {
            assert!((found - exact * 11.0 / 6.0).abs() < 1e-15);
        }
        assert!(adjust_benjamini_hochberg(&[2.0], &options).is_err());
        assert!(adjust_benjamini_hochberg(&[], &options).unwrap().is_empty());
    }
}
