use super::ascending;
use crate::stats::StatError;

/// Holm's adjusted p-values: those at most alpha are significant, with the chance of any false one at most alpha.
///
/// Sorted p_(1) <= ... <= p_(m): adjusted_(i) = largest of (m - k + 1) p_(k) for k <= i, at most 1. They come back in
/// the order of the input.
///
/// Inputs: the p-values of all the hypotheses that were tested together, 0 to 1; none gives none. Missing values: not
/// here, NaN is an error; a test that could not be done is left out by the caller, who then says so. Errors: `NotFinite`,
/// `OutOfRange` (outside 0 to 1). Limits: holds whatever the tests' dependence, at a price in power; which p-values
/// belong together is decided before looking.
///
/// Source: Holm, Scandinavian Journal of Statistics 6:65-70, 1979. Checked against R 4.2.2 `p.adjust(method = "holm")`,
/// relative 1e-14 (tests/golden/holm). SAS PROC MULTTEST (STEPBON): the same.
///
/// ```
/// use second_look::stats::multiplicity::adjust_holm;
/// // 3 x 0.01; 2 x 0.03; 0.04, but not below the one before.
/// assert_eq!(adjust_holm(&[0.03, 0.01, 0.04]).unwrap(), [0.06, 0.03, 0.06]);
/// ```
pub fn adjust_holm(p_values: &[f64]) -> Result<Vec<f64>, StatError> {
    let places = ascending(p_values)?;
    let mut adjusted = vec![1.0; p_values.len()];
    let mut largest: f64 = 0.0;
    for (index, place) in places.iter().enumerate() {
        if let (Some(own), Some(p)) = (adjusted.get_mut(*place), p_values.get(*place)) {
            largest = largest.max((places.len() - index) as f64 * p).min(1.0);
            *own = largest;
        }
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_probability_says_why() {
        assert!(matches!(adjust_holm(&[0.1, f64::NAN]), Err(StatError::NotFinite { index: 1, .. })));
        assert!(matches!(adjust_holm(&[0.1, 1.5]), Err(StatError::OutOfRange { .. })));
        assert!(matches!(adjust_holm(&[-0.1]), Err(StatError::OutOfRange { .. })));
        assert_eq!(adjust_holm(&[]).unwrap(), Vec::<f64>::new());
        assert_eq!(adjust_holm(&[0.2]).unwrap(), [0.2]);
    }

    #[test]
    fn equal_p_values_stay_equal() {
        assert_eq!(adjust_holm(&[0.5, 0.02, 0.02]).unwrap(), [0.5, 0.06, 0.06]);
    }
}
