use crate::stats::contingency::TwoByTwo;
use crate::stats::describe::estimate_summary;
use crate::stats::{StatError, input};

/// How far two groups' means lie apart, in standard deviations.
///
/// (mean of treated - mean of control) / sqrt((s1^2 + s0^2) / 2), s the standard deviations with divisor n - 1. Unlike t
/// it does not grow with the number of subjects: it tells how unlike two groups are, not whether chance made them so.
///
/// Input: values in one unit, in any order. Missing values: not here; a NaN or an infinity is an error.
/// Errors: `TooFew` below 2 values a group; `NoVariation` when neither group varies; `NotFinite`; `OutOfRange` when
/// squares overflow.
/// Limits: describes the centre alone; a few far values widen the yardstick. In small groups it scatters by about
/// sqrt(1/n1 + 1/n0) by chance alone.
/// Source: Austin, Statistics in Medicine 28:3083-3107, 2009, section 3.1. Checked against R 4.2.2, the formula with
/// `mean` and `var`, relative 1e-12 (tests/golden/standardised_difference). R, SAS: no routine of their own; packages
/// that divide by the control's or a pooled standard deviation give other numbers.
///
/// ```
/// use second_look::stats::compare::standardised_mean_difference;
/// // Means 4 and 2, variances 4 and 1.
/// let found = standardised_mean_difference(&[2.0, 4.0, 6.0], &[1.0, 2.0, 3.0]).unwrap();
/// assert!((found - 2.0 / 2.5_f64.sqrt()).abs() < 1e-15);
/// ```
pub fn standardised_mean_difference(treated: &[f64], control: &[f64]) -> Result<f64, StatError> {
    input::check_at_least("treated values", 2, treated.len())?;
    input::check_at_least("control values", 2, control.len())?;
    let (treated, control) = (estimate_summary(treated)?, estimate_summary(control)?);
    let square = |sd: Option<f64>| sd.unwrap_or(0.0) * sd.unwrap_or(0.0);
    over_spread(treated.mean - control.mean, square(treated.sd), square(control.sd))
}

/// How far two shares lie apart, in standard deviations of a yes or no.
///
/// (p1 - p0) / sqrt((p1 (1 - p1) + p0 (1 - p0)) / 2).
///
/// Input: counts. Errors: `TooFew` for an empty group; `OutOfRange` for more with than in all; `NoVariation` when each
/// group is all yes or all no.
/// Limits, source: as [`standardised_mean_difference`]. Checked against R 4.2.2, the formula, relative 1e-12
/// (tests/golden/standardised_difference). SAS: no routine of its own.
///
/// ```
/// use second_look::stats::compare::standardised_share_difference;
/// use second_look::stats::contingency::TwoByTwo;
/// // 1/2 against 1/5: 0.3 / sqrt((0.25 + 0.16) / 2).
/// let counts = TwoByTwo { treated_with: 5, treated_n: 10, control_with: 2, control_n: 10 };
/// assert!((standardised_share_difference(&counts).unwrap() - 0.3 / 0.205_f64.sqrt()).abs() < 1e-15);
/// ```
pub fn standardised_share_difference(counts: &TwoByTwo) -> Result<f64, StatError> {
    for (what, with, n) in [
        ("treated group", counts.treated_with, counts.treated_n),
        ("control group", counts.control_with, counts.control_n),
    ] {
        input::check_at_least(what, 1, n)?;
        if with > n {
            return Err(StatError::OutOfRange { what, value: with as f64 });
        }
    }
    let treated = counts.treated_with as f64 / counts.treated_n as f64;
    let control = counts.control_with as f64 / counts.control_n as f64;
    over_spread(treated - control, treated * (1.0 - treated), control * (1.0 - control))
}

fn over_spread(difference: f64, treated: f64, control: f64) -> Result<f64, StatError> {
    let spread = ((treated + control) / 2.0).sqrt();
    if spread == 0.0 {
        return Err(StatError::NoVariation { what: "values within both groups" });
    }
    input::check_answer("standardised difference", difference / spread)?;
    Ok(difference / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapping_the_groups_turns_the_sign() {
        let (a, b) = ([1.0, 4.0, 2.0], [3.0, 8.0, 1.5, 2.5]);
        let there = standardised_mean_difference(&a, &b).unwrap();
        assert_eq!(there, -standardised_mean_difference(&b, &a).unwrap());
    }

    #[test]
    fn yes_and_no_have_opposite_differences() {
        let of = |treated_with, control_with| {
            standardised_share_difference(&TwoByTwo { treated_with, treated_n: 8, control_with, control_n: 5 }).unwrap()
        };
        assert!((of(6, 1) + of(2, 4)).abs() < 1e-15);
    }

    #[test]
    fn what_has_no_spread_says_why() {
        assert!(matches!(standardised_mean_difference(&[1.0], &[1.0, 2.0]), Err(StatError::TooFew { .. })));
        assert!(matches!(standardised_mean_difference(&[1.0, 1.0], &[2.0, 2.0]), Err(StatError::NoVariation { .. })));
        let of = |treated_with, treated_n| TwoByTwo { treated_with, treated_n, control_with: 0, control_n: 3 };
        assert!(matches!(standardised_share_difference(&of(0, 2)), Err(StatError::NoVariation { .. })));
        assert!(matches!(standardised_share_difference(&of(0, 0)), Err(StatError::TooFew { .. })));
        assert!(matches!(standardised_share_difference(&of(3, 2)), Err(StatError::OutOfRange { .. })));
    }
}
