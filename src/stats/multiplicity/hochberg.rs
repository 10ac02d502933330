use super::step_up;
use crate::stats::StatError;

/// Hochberg's adjusted p-values: those at most alpha are significant, with the chance of any false one at most alpha
/// where the tests are independent or positively dependent.
///
/// Sorted p_(1) <= ... <= p_(m): adjusted_(i) = smallest of (m - k + 1) p_(k) for k >= i. They come back in the order of
/// the input, and are never above Holm's.
///
/// Inputs, missing values and errors: as [`super::adjust_holm`]. Limits: may promise too much where tests are
/// negatively dependent (two arms against each other); Holm's holds there too.
///
/// Source: Hochberg, Biometrika 75:800-802, 1988. Checked against R 4.2.2 `p.adjust(method = "hochberg")`, relative 1e-14
/// (tests/golden/hochberg). SAS PROC MULTTEST (HOCHBERG): the same.
///
/// ```
/// use second_look::stats::multiplicity::adjust_hochberg;
/// // 0.04; the smaller of 2 x 0.03 and 0.04; 3 x 0.01.
/// assert_eq!(adjust_hochberg(&[0.03, 0.01, 0.04]).unwrap(), [0.04, 0.03, 0.04]);
/// ```
pub fn adjust_hochberg(p_values: &[f64]) -> Result<Vec<f64>, StatError> {
    let m = p_values.len() as f64;
    step_up(p_values, |rank| m - rank + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::multiplicity::adjust_holm;

    #[test]
    fn never_above_holm() {
        let p_values = [0.2, 0.011, 0.04, 0.9, 0.011, 0.03];
        let (ours, holm) = (adjust_hochberg(&p_values).unwrap(), adjust_holm(&p_values).unwrap());
        assert!(ours.iter().zip(&holm).all(|(a, b)| a <= b));
        assert!(adjust_hochberg(&[f64::NAN]).is_err() && adjust_hochberg(&[]).unwrap().is_empty());
    }
}
