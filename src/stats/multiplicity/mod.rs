//! What several p-values are worth together.

mod benjamini_hochberg;
mod hochberg;
mod holm;

pub use benjamini_hochberg::{BenjaminiHochbergOptions, Dependence, adjust_benjamini_hochberg};
pub use hochberg::adjust_hochberg;
pub use holm::adjust_holm;

use super::{StatError, input};
use crate::order;

/// Places of p-values from the smallest to the largest. `NotFinite`, `OutOfRange` (outside 0 to 1).
fn ascending(p_values: &[f64]) -> Result<Vec<usize>, StatError> {
    input::check_finite("p-values", p_values)?;
    if let Some(value) = p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(StatError::OutOfRange { what: "p-values", value: *value });
    }
    let at = |place: usize| p_values.get(place).copied().unwrap_or_default();
    let mut places: Vec<usize> = (0..p_values.len()).collect();
    order::sort_places(&mut places, &|a, b| at(a).total_cmp(&at(b)));
    Ok(places)
}

/// From the largest down, with ranks 1 to m from the smallest: the least so far of factor(rank) p, at most 1.
fn step_up(p_values: &[f64], factor: impl Fn(f64) -> f64) -> Result<Vec<f64>, StatError> {
    let places = ascending(p_values)?;
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least: f64 = 1.0;
    for (index, place) in places.iter().enumerate().rev() {
        if let (Some(own), Some(p)) = (adjusted.get_mut(*place), p_values.get(*place)) {
            least = least.min(factor(index as f64 + 1.0) * p);
            *own = least;
        }
    }
    Ok(adjusted)
}
