use crate::order;
use crate::stats::{StatError, input};

/// The value below which a given share of a column lies.
///
/// With the values in order x(1) to x(n) and h = (n - 1) p: x(k) + (h - floor h) (x(k + 1) - x(k)), k = floor h + 1: a
/// straight line between neighbours. p = 0.5 is the median, 0.25 and 0.75 are the quartiles.
///
/// Input: values in any unit and order, the unit of the answer; `probability` from 0 to 1. Missing values: not here; a
/// NaN or an infinity is an error.
/// Errors: `TooFew` for no value; `NotFinite`; `OutOfRange` for the probability.
/// Limits: describes the values at hand; in small columns the outer quantiles say little of where others will lie.
/// Source: Hyndman, Fan, The American Statistician 50:361-365, 1996, definition 7. Checked against R 4.2.2 `quantile`,
/// relative 1e-13 (tests/golden/quantile). R: the default, type 7. SAS's default (PCTLDEF=5, type 2) takes a value or the
/// middle between two: quartiles can differ.
///
/// ```
/// use second_look::stats::describe::estimate_quantile;
/// assert_eq!(estimate_quantile(&[9.0, 1.0, 3.0, 5.0], 0.5), Ok(4.0));
/// assert_eq!(estimate_quantile(&[9.0, 1.0, 3.0, 5.0], 0.25), Ok(2.5)); // h = 0.75: 1 + 0.75 (3 - 1)
/// ```
pub fn estimate_quantile(values: &[f64], probability: f64) -> Result<f64, StatError> {
    input::check_at_least("values", 1, values.len())?;
    input::check_finite("values", values)?;
    if !(0.0..=1.0).contains(&probability) {
        return Err(StatError::OutOfRange { what: "probability", value: probability });
    }
    let mut sorted = values.to_vec();
    order::sort_numbers(&mut sorted);
    let place = (sorted.len() - 1) as f64 * probability;
    let below = place.floor();
    let neighbours = (sorted.get(below as usize), sorted.get(place.ceil() as usize));
    match neighbours {
        (Some(low), Some(high)) => Ok(low + (place - below) * (high - low)),
        _ => Err(StatError::OutOfRange { what: "probability", value: probability }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_of_five_by_hand() {
        let values = [7.0, 3.0, 4.0, 5.0, 1.0];
        let found = [0.0, 0.25, 0.5, 0.75, 1.0].map(|p| estimate_quantile(&values, p).unwrap());
        assert_eq!(found, [1.0, 3.0, 4.0, 5.0, 7.0]);
    }

    #[test]
    fn one_value_is_each_quantile() {
        assert_eq!(estimate_quantile(&[3.0], 0.9), Ok(3.0));
    }

    #[test]
    fn nothing_nan_and_no_probability_are_errors() {
        assert!(matches!(estimate_quantile(&[], 0.5), Err(StatError::TooFew { .. })));
        assert!(matches!(estimate_quantile(&[f64::NAN], 0.5), Err(StatError::NotFinite { .. })));
        assert!(matches!(estimate_quantile(&[1.0], 1.5), Err(StatError::OutOfRange { .. })));
    }
}
