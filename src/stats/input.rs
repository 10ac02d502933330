//! What every routine checks before it counts.

use super::StatError;

pub fn check_finite(what: &'static str, values: &[f64]) -> Result<(), StatError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(StatError::NotFinite { what, index }),
        None => Ok(()),
    }
}

pub fn check_equal_lengths(what: &'static str, left: usize, right: usize) -> Result<(), StatError> {
    if left == right { Ok(()) } else { Err(StatError::LengthsDiffer { what, left, right }) }
}

pub fn check_at_least(what: &'static str, need: usize, got: usize) -> Result<(), StatError> {
    if got >= need { Ok(()) } else { Err(StatError::TooFew { what, need, got }) }
}

pub fn check_confidence_level(value: f64) -> Result<(), StatError> {
    if value > 0.0 && value < 1.0 { Ok(()) } else { Err(StatError::OutOfRange { what: "confidence level", value }) }
}

/// Codes count from 0 and stay below the number of classes.
pub fn check_codes(what: &'static str, codes: &[usize], n_classes: usize) -> Result<(), StatError> {
    match codes.iter().find(|code| **code >= n_classes) {
        Some(code) => Err(StatError::OutOfRange { what, value: *code as f64 }),
        None => Ok(()),
    }
}

/// Squares of numbers beyond 1e150 overflow; such an answer is refused rather than shown as infinite.
pub fn check_answer(what: &'static str, value: f64) -> Result<(), StatError> {
    if value.is_finite() { Ok(()) } else { Err(StatError::OutOfRange { what, value }) }
}

/// A column without variation, told by its smallest and largest value: rounding cannot blur that.
pub fn is_constant(values: &[f64]) -> bool {
    match values.split_first() {
        Some((first, rest)) => rest.iter().all(|value| value == first),
        None => true,
    }
}
