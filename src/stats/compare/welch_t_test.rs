use super::{GroupSummary, TTestOptions, TwoSampleTTest, finish_t_test, sum_of_squares, summarise_group};
use crate::stats::StatError;

/// Welch's t-test of two independent arms, each with its own variance, two-sided: treated minus control.
///
/// t = (m1 - m0) / se; se^2 = v1 + v0 with v = s^2 / n of each arm; df = (v1 + v0)^2 / (v1^2 / (n1 - 1) + v0^2 /
/// (n0 - 1)), fractional (Satterthwaite); interval (m1 - m0) -/+ t(df) se.
///
/// Inputs: one value per subject and arm, same unit, any range. Missing values: not here; NaN is an error.
/// Errors: `TooFew` (fewer than 2 values in an arm), `NotFinite`, `NoVariation` (no spread in either arm beyond the
/// rounding of the means, as R), `OutOfRange` (a confidence level outside 0 to 1, a negative sd, squares that
/// overflow).
/// Limits: blind to a baseline difference: use an analysis of covariance. Small skewed samples want a rank test.
///
/// Source: Welch, Biometrika 34:28-35, 1947; Satterthwaite, Biometrics Bulletin 2:110-114, 1946. Checked against R
/// 4.2.2 `t.test(x, y)`, relative 1e-12 (tests/golden/welch_t_test). R, SAS PROC TTEST (Satterthwaite): no difference;
/// some texts give Welch's own df, which is larger by about 2.
///
/// ```
/// use second_look::stats::compare::{TTestOptions, welch_t_test};
/// // Equal sizes and variances: v = 1/3 each, so df = (2/3)^2 / (2 (1/3)^2 / 2) = 4, as Student.
/// let test = welch_t_test(&[4.0, 5.0, 6.0], &[1.0, 2.0, 3.0], &TTestOptions::default()).unwrap();
/// assert!((test.df - 4.0).abs() < 1e-12 && (test.std_error - (2.0_f64 / 3.0).sqrt()).abs() < 1e-14);
/// ```
pub fn welch_t_test(treated: &[f64], control: &[f64], options: &TTestOptions) -> Result<TwoSampleTTest, StatError> {
    let treated = summarise_group("treated arm", treated)?;
    let control = summarise_group("control arm", control)?;
    welch_t_test_from_summaries(&treated, &control, options)
}

/// [`welch_t_test`] from the figures that a paper prints: n, mean and standard deviation of each arm.
///
/// The answer is as exact as the printed figures. Formula, errors, source as there.
///
/// ```
/// use second_look::stats::compare::{GroupSummary, TTestOptions, welch_t_test_from_summaries};
/// let group = |mean| GroupSummary { n: 8, mean, sd: 2.0 }; // v = 1/2 each
/// let test = welch_t_test_from_summaries(&group(3.0), &group(1.0), &TTestOptions::default()).unwrap();
/// assert!((test.t - 2.0).abs() < 1e-14 && (test.df - 14.0).abs() < 1e-12);
/// ```
pub fn welch_t_test_from_summaries(
    treated: &GroupSummary,
    control: &GroupSummary,
    options: &TTestOptions,
) -> Result<TwoSampleTTest, StatError> {
    let part = |what, group: &GroupSummary| -> Result<(f64, f64), StatError> {
        let squares = sum_of_squares(what, group, 2)?;
        let (n, df) = (group.n as f64, group.n as f64 - 1.0);
        Ok((squares / df / n, df))
    };
    let (v_treated, df_treated) = part("treated arm", treated)?;
    let (v_control, df_control) = part("control arm", control)?;
    let total = v_treated + v_control;
    // Shares of the total, not squares of it: those of a tiny unit would underflow.
    let (share_treated, share_control) = (v_treated / total, v_control / total);
    let df = 1.0 / (share_treated * share_treated / df_treated + share_control * share_control / df_control);
    finish_t_test(treated, control, total.sqrt(), df, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREATED: [f64; 4] = [9.0, 3.0, 5.0, 3.0];
    const CONTROL: [f64; 3] = [2.0, 0.0, 1.0];

    fn test_of(treated: &[f64], control: &[f64]) -> TwoSampleTTest {
        welch_t_test(treated, control, &TTestOptions::default()).unwrap()
    }

    #[test]
    fn seven_values_by_hand() {
        // Variances 8 and 1: v = 2 and 1/3; df = (7/3)^2 / (4/3 + 1/18) = (49/9) / (25/18) = 3.92.
        let test = test_of(&TREATED, &CONTROL);
        assert_eq!(test.difference, 4.0);
        assert!((test.std_error - (7.0_f64 / 3.0).sqrt()).abs() < 1e-14);
        assert!((test.df - 3.92).abs() < 1e-13);
    }

    #[test]
    fn swapping_the_arms_flips_the_sign() {
        let (there, back) = (test_of(&TREATED, &CONTROL), test_of(&CONTROL, &TREATED));
        assert_eq!(there.t, -back.t);
        assert!((there.p_value / back.p_value - 1.0).abs() < 1e-14);
    }

    #[test]
    fn a_change_of_unit_scales_the_difference_alone() {
        let scaled = test_of(&TREATED.map(|value| 1e-120 * value), &CONTROL.map(|value| 1e-120 * value));
        let plain = test_of(&TREATED, &CONTROL);
        assert!((scaled.t / plain.t - 1.0).abs() < 1e-12);
        assert!((scaled.df / plain.df - 1.0).abs() < 1e-12);
    }

    #[test]
    fn one_arm_without_spread_leaves_the_others_degrees_of_freedom() {
        let test = test_of(&[5.0; 6], &CONTROL);
        assert_eq!(test.df, 2.0);
    }

    #[test]
    fn the_printed_table_of_the_index_trial_is_reproduced() {
        // Oh et al., Ann Neurol 84:361-373, 2018, Table 3, first row: Welch gives 0.767 and 1.438 to 4.522.
        let cells = GroupSummary { n: 32, mean: -1.69, sd: 2.51 };
        let control = GroupSummary { n: 27, mean: -4.67, sd: 3.25 };
        let test = welch_t_test_from_summaries(&cells, &control, &TTestOptions::default()).unwrap();
        assert!((test.std_error - 0.767).abs() < 5.1e-4);
        assert!((test.interval.low - 1.438).abs() < 5.1e-4 && (test.interval.high - 4.522).abs() < 5.1e-4);
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let options = TTestOptions::default();
        assert!(matches!(welch_t_test(&[1.0], &CONTROL, &options), Err(StatError::TooFew { need: 2, got: 1, .. })));
        assert!(matches!(welch_t_test(&[0.1; 3], &[0.3; 4], &options), Err(StatError::NoVariation { .. })));
        assert!(matches!(
            welch_t_test(&CONTROL, &[1.0, f64::INFINITY], &options),
            Err(StatError::NotFinite { what: "control arm", index: 1 })
        ));
    }
}
