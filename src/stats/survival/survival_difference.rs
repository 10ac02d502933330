use super::KaplanMeier;
use crate::stats::distribution::normal;
use crate::stats::{Interval, StatError, input};

/// Difference of two survival curves at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalDifference {
    /// The time, in the unit of the curves.
    pub time: f64,
    /// First curve minus second, -1 to 1.
    pub estimate: f64,
    /// Root of the sum of the two Greenwood variances.
    pub std_error: f64,
    /// Wald interval of the difference, not cut at -1 and 1.
    pub interval: Interval,
    /// `estimate` over `std_error`.
    pub z: f64,
    /// Two-sided, Normal.
    pub p_value: f64,
    /// Subjects of the first and of the second curve observed just before the time.
    pub at_risk: [usize; 2],
}

/// Difference of two independent Kaplan-Meier curves at a time that was chosen beforehand, two-sided.
///
/// S_1(t) - S_2(t); variance Var_1 + Var_2 by Greenwood; z and interval by the Normal distribution.
///
/// Inputs: two curves of different subjects; `time` at least 0, in their unit, up to which both are known. Once a curve
/// is 0 its Greenwood variance has no value (R: NaN) and is taken as 0, the binomial variance of a share of 0.
/// Errors: `OutOfRange` (the time is no number, negative, or lies behind the last observed time of a curve that is not
/// 0 there; a confidence level outside 0 to 1), `NoVariation` (neither curve has fallen, or both are 0).
/// Limits: one time only, and blind to what came before; a time chosen after looking at the curves makes the p-value
/// worthless. Near 0 and 1, or with few events, Wald's interval is too narrow: look at each curve's own interval too.
///
/// Source: Klein, Logan, Harhoff and Andersen, Statistics in Medicine 26:4505-4519, 2007, section 2 (their "naive"
/// test). Checked against R 4.2.2, survival 3.5-3, `summary(survfit(...), times)`, relative 1e-12
/// (tests/golden/survival_difference).
///
/// ```
/// use second_look::stats::survival::{
///     FollowUpTimes, KaplanMeierOptions, estimate_kaplan_meier, estimate_survival_difference,
/// };
/// let options = KaplanMeierOptions::default();
/// let curve = |times: &[f64]| estimate_kaplan_meier(&FollowUpTimes::from_start(times, &[true; 4]), &options).unwrap();
/// let (late, early) = (curve(&[2.0, 4.0, 6.0, 8.0]), curve(&[1.0, 2.0, 3.0, 4.0]));
/// let found = estimate_survival_difference(&late, &early, 3.0, 0.95).unwrap();
/// assert_eq!(found.estimate, 0.5); // 3/4 - 1/4
/// assert!((found.std_error - (2.0_f64 * 0.75 * 0.25 / 4.0).sqrt()).abs() < 1e-15); // binomial
/// ```
pub fn estimate_survival_difference(
    first: &KaplanMeier,
    second: &KaplanMeier,
    time: f64,
    confidence_level: f64,
) -> Result<SurvivalDifference, StatError> {
    input::check_confidence_level(confidence_level)?;
    let unknown = StatError::OutOfRange { what: "time", value: time };
    if time.is_nan() || time < 0.0 {
        return Err(unknown);
    }
    let (Some(one), Some(other)) = (first.survival_at(time), second.survival_at(time)) else { return Err(unknown) };
    let error = |curve: &KaplanMeier| curve.step_at(time).and_then(|step| step.std_error).unwrap_or(0.0);
    let (error_1, error_2) = (error(first), error(second));
    let std_error = (error_1 * error_1 + error_2 * error_2).sqrt();
    if std_error == 0.0 {
        return Err(StatError::NoVariation { what: "survival up to the time" });
    }
    let estimate = one - other;
    let reach = normal::critical(confidence_level) * std_error;
    let z = estimate / std_error;
    Ok(SurvivalDifference {
        time,
        estimate,
        std_error,
        interval: Interval { low: estimate - reach, high: estimate + reach },
        z,
        p_value: 2.0 * normal::sf(z.abs()),
        at_risk: [first.at_risk(time), second.at_risk(time)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::survival::{FollowUpTimes, KaplanMeierOptions, estimate_kaplan_meier};

    fn curve(times: &[f64], is_event: &[bool]) -> KaplanMeier {
        estimate_kaplan_meier(&FollowUpTimes::from_start(times, is_event), &KaplanMeierOptions::default()).unwrap()
    }

    #[test]
    fn exchanging_the_curves_turns_the_sign() {
        let (a, b) = (curve(&[1.0, 3.0, 5.0], &[true, false, true]), curve(&[2.0, 4.0, 6.0], &[true; 3]));
        let one = estimate_survival_difference(&a, &b, 4.0, 0.9).unwrap();
        let other = estimate_survival_difference(&b, &a, 4.0, 0.9).unwrap();
        assert_eq!((one.estimate, one.std_error, one.p_value), (-other.estimate, other.std_error, other.p_value));
        assert_eq!((one.interval.low, one.z), (-other.interval.high, -other.z));
        assert!((one.estimate - (2.0 / 3.0 - 1.0 / 3.0)).abs() < 1e-15);
        assert_eq!((one.at_risk, other.at_risk), ([1, 2], [2, 1]));
    }

    #[test]
    fn a_curve_at_0_adds_no_variance() {
        let (a, b) = (curve(&[1.0, 3.0], &[true; 2]), curve(&[2.0, 4.0, 6.0, 8.0], &[true; 4]));
        let found = estimate_survival_difference(&a, &b, 4.0, 0.95).unwrap();
        assert_eq!((found.estimate, found.std_error, found.at_risk), (-0.5, 0.25, [0, 3]));
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let (a, b) = (curve(&[1.0, 3.0], &[true, false]), curve(&[2.0, 2.0], &[true, true]));
        let at = |time: f64| estimate_survival_difference(&a, &b, time, 0.95);
        assert!(at(3.0).is_ok());
        assert_eq!(at(3.5), Err(StatError::OutOfRange { what: "time", value: 3.5 }));
        assert!(matches!(at(f64::NAN), Err(StatError::OutOfRange { .. })));
        assert!(matches!(at(-1.0), Err(StatError::OutOfRange { .. })));
        assert_eq!(at(0.5), Err(StatError::NoVariation { what: "survival up to the time" }));
        assert!(matches!(estimate_survival_difference(&a, &b, 3.0, 1.0), Err(StatError::OutOfRange { .. })));
    }
}
