//! Round tick marks.

use super::figure::{Axis, Tick};
use super::number::format_fixed;

/// An axis that covers `low..=high` with about `wanted` round ticks, its ends on ticks.
pub fn round_axis(label: impl Into<String>, low: f64, high: f64, wanted: usize) -> Axis {
    let (low, high) = widened(low, high);
    let step = round_step((high - low) / wanted.max(1) as f64);
    let first = (low / step).floor() as i64;
    let last = (high / step).ceil() as i64;
    let decimals = decimals_of(step);
    let ticks: Vec<Tick> = (first..=last)
        .map(|index| {
            let at = index as f64 * step;
            Tick { at, label: format_fixed(at, decimals) }
        })
        .collect();
    Axis { label: label.into(), min: first as f64 * step, max: last as f64 * step, ticks }
}

/// Like [`round_axis`], but the ends stay where they are told: for time, where data end off the ticks.
pub fn fitted_axis(label: impl Into<String>, low: f64, high: f64, wanted: usize) -> Axis {
    let mut axis = round_axis(label, low, high, wanted);
    let slack = (high - low) * 1e-9;
    axis.ticks.retain(|tick| tick.at >= low - slack && tick.at <= high + slack);
    (axis.min, axis.max) = widened(low, high);
    axis
}

fn widened(low: f64, high: f64) -> (f64, f64) {
    if !(low.is_finite() && high.is_finite()) {
        return (0.0, 1.0);
    }
    if high > low { (low, high) } else { (low - 0.5, high + 0.5) }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `raw`.
fn round_step(raw: f64) -> f64 {
    let mut magnitude = 1.0;
    while magnitude * 10.0 <= raw {
        magnitude *= 10.0;
    }
    while magnitude > raw {
        magnitude /= 10.0;
    }
    [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .map(|factor| factor * magnitude)
        .find(|step| *step >= raw)
        .unwrap_or(10.0 * magnitude)
}

fn decimals_of(step: f64) -> usize {
    (0..8)
        .find(|&decimals| {
            let scaled = (0..decimals).fold(step, |value, _| value * 10.0);
            (scaled - scaled.round()).abs() < 1e-6
        })
        .unwrap_or(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_data() {
        let axis = round_axis("change", -7.3, 0.4, 5);
        let labels: Vec<&str> = axis.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, ["−8", "−6", "−4", "−2", "0", "2"]);
        assert!(axis.min <= -7.3 && axis.max >= 0.4);
    }

    #[test]
    fn quarter_steps_keep_their_decimals() {
        let axis = round_axis("r", 0.0, 1.0, 4);
        assert_eq!(axis.ticks[1].label, "0.25");
    }

    #[test]
    fn one_value_still_makes_an_axis() {
        let axis = round_axis("x", 3.0, 3.0, 4);
        assert!(axis.min < 3.0 && axis.max > 3.0);
    }
}
