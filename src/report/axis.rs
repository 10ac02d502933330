//! Round tick marks, plain and logarithmic.

use super::figure::{Axis, Tick};
use super::number::{format_fixed, format_significant};
use crate::analysis::levels::{log_of, ratio_of};
use crate::order::sort_by;
use std::f64::consts::{LOG2_10, LOG10_2};

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

/// Ratios beyond these powers of 2 would be numbers nobody reads.
const FURTHEST: f64 = 20.0;

/// Ratios on a logarithmic axis: `low` and `high` are log2 of them, as the data are, and the ticks are named 0.25, 0.5,
/// 1, 2, 4. The ends are powers of 2, from 0.5 to 2 at least, so that 1 is always seen.
pub fn ratio_axis(label: impl Into<String>, low: f64, high: f64) -> Axis {
    let end = |value: f64| if value.is_finite() { value.clamp(-FURTHEST, FURTHEST) } else { 0.0 };
    // What rounding leaves over a power of 2 does not ask for the next one.
    let first = (end(low) + 1e-9).floor().min(-1.0);
    let last = (end(high) - 1e-9).ceil().max(1.0);
    let mut ticks: Vec<Tick> = Vec::new();
    // Every power, or every second or third …, counted from 1.
    let step = ((last - first) / 9.0).floor() + 1.0;
    let mut power = (first / step).ceil() * step;
    while power <= last {
        ticks.push(Tick { at: power, label: format_significant(power_of_two(power as i32), 3) });
        power += step;
    }
    if last - first < 3.0 {
        let between = [(LOG2_7 - LOG2_10, "0.7"), (LOG2_3 - 1.0, "1.5")];
        ticks.extend(between.map(|(at, label)| Tick { at, label: label.to_owned() }));
        sort_by(&mut ticks, |a, b| a.at.total_cmp(&b.at));
    }
    Axis { label: label.into(), min: first, max: last, ticks }
}

fn power_of_two(power: i32) -> f64 {
    let factor = if power < 0 { 0.5 } else { 2.0 };
    (0..power.abs()).fold(1.0, |value, _| value * factor)
}

/// What the data of a logarithmic axis are logarithms to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogBase {
    Two,
    Ten,
}

/// Concentrations on a logarithmic axis: `low` and `high` are their logarithms, as the data are, and the ticks are named
/// in the unit, 1, 2, 5, 10, 20. A wide axis has powers of ten alone, a narrow one finer steps.
pub fn log_level_axis(label: impl Into<String>, low: f64, high: f64, base: LogBase) -> Axis {
    let (low, high) = widened(low, high);
    // The logarithms of 10, 2, 3 and 7.
    let [ten, two, three, seven] = match base {
        LogBase::Two => [LOG2_10, 1.0, LOG2_3, LOG2_7],
        LogBase::Ten => [1.0, LOG10_2, LOG10_3, LOG10_7],
    };
    let five = ten - two;
    let pad = 0.04 * (high - low);
    let (min, max) = (low - pad, high + pad);
    let fine = [
        (1.0, 0.0),
        (1.5, three - two),
        (2.0, two),
        (3.0, three),
        (4.0, 2.0 * two),
        (5.0, five),
        (6.0, three + two),
        (7.0, seven),
        (8.0, 3.0 * two),
        (9.0, 2.0 * three),
    ];
    let (first, last) = ((min / ten).floor().max(-300.0) as i32 - 1, (max / ten).ceil().min(300.0) as i32 + 1);
    let places = |is_used: &dyn Fn(f64) -> bool| -> Vec<(f64, f64)> {
        let powers = (first..=last).map(|power| (f64::from(power) * ten, power_of_ten(power)));
        let used = || fine.into_iter().filter(|(digit, _)| is_used(*digit));
        powers.flat_map(|(at, value)| used().map(move |(digit, log)| (at + log, digit * value))).collect()
    };
    let within = |places: Vec<(f64, f64)>, (min, max): (f64, f64)| -> Vec<(f64, f64)> {
        places.into_iter().filter(|(at, _)| *at >= min - 1e-9 && *at <= max + 1e-9).collect()
    };
    let mut chosen = within(places(&|digit| [1.0, 2.0, 5.0].contains(&digit)), (min, max));
    if chosen.len() > 9 {
        chosen = within(places(&|digit| digit == 1.0), (min, max));
    } else if chosen.len() < 3 {
        chosen = within(places(&|_| true), (min, max));
        if chosen.len() < 3 {
            // So narrow that the numbers stand nearly evenly.
            let scale = ten / LOG2_10;
            let even = round_axis("", ratio_of(min / scale), ratio_of(max / scale), 7).ticks.into_iter();
            let even = even.filter(|tick| tick.at > 0.0).map(|tick| (scale * log_of(tick.at), tick.at)).collect();
            let finer = within(even, (min, max));
            chosen = if finer.len() > chosen.len() { finer } else { chosen };
        }
    }
    let step = chosen.len().div_ceil(9).max(1);
    let ticks = chosen.into_iter().step_by(step);
    let ticks = ticks.map(|(at, value)| Tick { at, label: format_significant(value, 3) }).collect();
    Axis { label: label.into(), min, max, ticks }
}

const LOG2_3: f64 = 1.584962500721156;
const LOG2_7: f64 = 2.807354922057604;
const LOG10_3: f64 = 0.47712125471966244;
const LOG10_7: f64 = 0.8450980400142568;

fn power_of_ten(power: i32) -> f64 {
    let value = (0..power.abs()).fold(1.0, |value, _| value * 10.0);
    if power < 0 { 1.0 / value } else { value }
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

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn ratios_are_named_and_one_is_always_among_them() {
        assert_eq!(labels(&ratio_axis("", -0.2, 0.3)), ["0.5", "0.7", "1", "1.5", "2"]);
        assert_eq!(labels(&ratio_axis("", -1.7, 2.0)), ["0.25", "0.5", "1", "2", "4"]);
        assert_eq!(labels(&ratio_axis("", 0.4, 6.0)), ["0.5", "1", "2", "4", "8", "16", "32", "64"]);
        let wide = ratio_axis("", -7.2, 9.0);
        assert_eq!(labels(&wide), ["0.00391", "0.0156", "0.0625", "0.25", "1", "4", "16", "64", "256"]);
        assert_eq!((wide.min, wide.max), (-8.0, 9.0));
        let lost = ratio_axis("", f64::NAN, f64::INFINITY);
        assert_eq!((lost.min, lost.max), (-1.0, 1.0));
        // Logarithms that R gives: log2(c(0.7, 1.5)).
        let fine = ratio_axis("", 0.0, 0.0);
        assert!((fine.ticks[1].at + 0.5145731728297583).abs() < 1e-12);
        assert!((fine.ticks[3].at - 0.5849625007211562).abs() < 1e-12);
    }

    #[test]
    fn levels_are_named_in_the_unit_whatever_the_base() {
        let two = log_level_axis("", 0.0, 5.5, LogBase::Two);
        assert_eq!(labels(&two), ["1", "2", "5", "10", "20", "50"]);
        let ten = log_level_axis("", 0.0, 1.65, LogBase::Ten);
        assert_eq!(labels(&ten), ["1", "2", "5", "10", "20", "50"]);
        for (two, ten) in two.ticks.iter().zip(&ten.ticks) {
            assert!((two.at - ten.at * LOG2_10).abs() < 1e-12);
        }
        assert_eq!(
            labels(&log_level_axis("", -2.0, 4.0, LogBase::Ten)),
            ["0.01", "0.1", "1", "10", "100", "1000", "10000"]
        );
    }

    #[test]
    fn a_narrow_range_of_levels_has_finer_ticks() {
        assert_eq!(labels(&log_level_axis("", 1.15, 2.2, LogBase::Two)), ["2.5", "3", "3.5", "4", "4.5"]);
        // 3.12 to 3.20.
        let between = log_level_axis("", 1.64, 1.68, LogBase::Two);
        assert_eq!(labels(&between), ["3.12", "3.14", "3.16", "3.18", "3.2"]);
        // 133 to 151, in either base.
        let sodium = ["135", "140", "145", "150"];
        assert_eq!(labels(&log_level_axis("", 7.06, 7.24, LogBase::Two)), sodium);
        assert_eq!(labels(&log_level_axis("", 2.1253, 2.1795, LogBase::Ten)), sodium);
        for (low, high) in [(f64::NAN, 1.0), (2.0, 2.0), (-400.0, 400.0), (f64::NEG_INFINITY, 0.0)] {
            let axis = log_level_axis("", low, high, LogBase::Ten);
            assert!(axis.min.is_finite() && axis.max > axis.min && axis.ticks.len() <= 90, "{axis:?}");
        }
    }
}
