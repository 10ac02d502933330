use super::{GroupSummary, TTestOptions, TwoSampleTTest, finish_t_test, sum_of_squares, summarise_group};
use crate::stats::{StatError, input};

/// Student's t-test of two independent arms with one common variance, two-sided: treated minus control.
///
/// t = (m1 - m0) / se; se = s sqrt(1/n1 + 1/n0); s^2 = (SS1 + SS0) / (n1 + n0 - 2), SS the sums of squared deviations
/// from each arm's mean; df = n1 + n0 - 2; interval (m1 - m0) -/+ t(df) se.
///
/// Inputs: one value per subject and arm, same unit, any range. Missing values: not here; NaN is an error.
/// Errors: `TooFew` (an empty arm, or fewer than 3 values in all), `NotFinite`, `NoVariation` (no spread in either arm
/// beyond the rounding of the means, as R), `OutOfRange` (a confidence level outside 0 to 1, a negative sd, squares
/// that overflow).
/// Limits: wrong when the variances differ, most when the smaller arm varies more: use [`super::welch_t_test`]. Blind
/// to a baseline difference: use an analysis of covariance. Small skewed samples want a rank test.
///
/// Source: Student, Biometrika 6:1-25, 1908; Fisher, Metron 5:90-104, 1925. Checked against R 4.2.2
/// `t.test(x, y, var.equal = TRUE)`, relative 1e-12 (tests/golden/student_t_test). R, SAS PROC TTEST (Pooled): no
/// difference.
///
/// ```
/// use second_look::stats::compare::{TTestOptions, student_t_test};
/// // Means 5 and 2, sums of squares 2 and 2, so s^2 = 1 on 4 df and se^2 = 2/3.
/// let test = student_t_test(&[4.0, 5.0, 6.0], &[1.0, 2.0, 3.0], &TTestOptions::default()).unwrap();
/// assert_eq!((test.difference, test.df), (3.0, 4.0));
/// assert!((test.t - 3.0 / (2.0_f64 / 3.0).sqrt()).abs() < 1e-14);
/// ```
pub fn student_t_test(treated: &[f64], control: &[f64], options: &TTestOptions) -> Result<TwoSampleTTest, StatError> {
    let treated = summarise_group("treated arm", treated)?;
    let control = summarise_group("control arm", control)?;
    student_t_test_from_summaries(&treated, &control, options)
}

/// [`student_t_test`] from the figures that a paper prints: n, mean and standard deviation of each arm.
///
/// The answer is as exact as the printed figures: a mean rounded to two decimals moves the difference by up to 0.01.
/// Formula, errors, source as there.
///
/// ```
/// use second_look::stats::compare::{GroupSummary, TTestOptions, student_t_test_from_summaries};
/// let cells = GroupSummary { n: 32, mean: -1.69, sd: 2.51 };
/// let control = GroupSummary { n: 27, mean: -4.67, sd: 3.25 };
/// let test = student_t_test_from_summaries(&cells, &control, &TTestOptions::default()).unwrap();
/// assert!((test.difference - 2.98).abs() < 1e-12 && (test.std_error - 0.75).abs() < 5e-4);
/// ```
pub fn student_t_test_from_summaries(
    treated: &GroupSummary,
    control: &GroupSummary,
    options: &TTestOptions,
) -> Result<TwoSampleTTest, StatError> {
    let squares = sum_of_squares("treated arm", treated, 1)? + sum_of_squares("control arm", control, 1)?;
    input::check_at_least("values in both arms", 3, treated.n + control.n)?;
    let (n_treated, n_control) = (treated.n as f64, control.n as f64);
    let df = n_treated + n_control - 2.0;
    let std_error = (squares / df * (1.0 / n_treated + 1.0 / n_control)).sqrt();
    finish_t_test(treated, control, std_error, df, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREATED: [f64; 4] = [9.0, 3.0, 5.0, 3.0];
    const CONTROL: [f64; 3] = [2.0, 0.0, 1.0];

    fn test_of(treated: &[f64], control: &[f64]) -> TwoSampleTTest {
        student_t_test(treated, control, &TTestOptions::default()).unwrap()
    }

    #[test]
    fn seven_values_by_hand() {
        // Means 5 and 1; SS 16 + 4 + 0 + 4 = 24 and 2; s^2 = 26 / 5; se^2 = 5.2 x 7 / 12.
        let test = test_of(&TREATED, &CONTROL);
        assert_eq!((test.difference, test.df), (4.0, 5.0));
        assert!((test.std_error - (5.2_f64 * 7.0 / 12.0).sqrt()).abs() < 1e-15);
        assert!((test.interval.high - test.difference - 2.570_581_835_636_314 * test.std_error).abs() < 1e-12);
    }

    #[test]
    fn swapping_the_arms_flips_the_sign() {
        let (there, back) = (test_of(&TREATED, &CONTROL), test_of(&CONTROL, &TREATED));
        assert_eq!(there.t, -back.t);
        assert_eq!(there.p_value, back.p_value);
        assert_eq!(there.interval.low, -back.interval.high);
    }

    #[test]
    fn order_and_an_added_constant_change_nothing() {
        let plain = test_of(&TREATED, &CONTROL);
        let moved = test_of(&[103.0, 109.0, 103.0, 105.0], &[100.0, 101.0, 102.0]);
        assert!((plain.t - moved.t).abs() < 1e-12);
    }

    #[test]
    fn a_change_of_unit_scales_the_difference_alone() {
        let scaled = test_of(&TREATED.map(|value| 4.0 * value), &CONTROL.map(|value| 4.0 * value));
        let plain = test_of(&TREATED, &CONTROL);
        assert_eq!((scaled.difference, scaled.std_error), (4.0 * plain.difference, 4.0 * plain.std_error));
        assert_eq!(scaled.p_value, plain.p_value);
    }

    #[test]
    fn an_arm_of_one_borrows_the_other_arms_variance() {
        // Means 4 and 1, s^2 = 1 on 2 df, se^2 = 4 / 3.
        let test = test_of(&[4.0], &CONTROL);
        assert_eq!(test.df, 2.0);
        assert!((test.std_error - (4.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn the_printed_table_of_the_index_trial_is_reproduced() {
        // Oh et al., Ann Neurol 84:361-373, 2018, Table 3: n, mean, sd per arm; printed SE, interval, p.
        let rows = [
            ((32, -1.69, 2.51), (27, -4.67, 3.25), (0.750, 1.478, 4.482, 0.000_20)),
            ((31, -3.10, 3.51), (25, -6.48, 4.53), (1.074, 1.227, 5.533, 0.002_7)),
            ((32, 1.13, 1.33), (27, 0.03, 1.33), (0.348, 0.404, 1.796, 0.002_5)),
        ];
        for (treated, control, (std_error, low, high, p_value)) in rows {
            let group = |(n, mean, sd)| GroupSummary { n, mean, sd };
            let test =
                student_t_test_from_summaries(&group(treated), &group(control), &TTestOptions::default()).unwrap();
            assert!((test.std_error - std_error).abs() < 5.1e-4, "{test:?}");
            assert!((test.interval.low - low).abs() < 5.1e-4, "{test:?}");
            assert!((test.interval.high - high).abs() < 5.1e-4, "{test:?}");
            assert!((test.p_value / p_value - 1.0).abs() < 0.03, "{test:?}");
        }
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let options = TTestOptions::default();
        assert!(matches!(student_t_test(&[], &CONTROL, &options), Err(StatError::TooFew { what: "treated arm", .. })));
        assert!(matches!(student_t_test(&[1.0], &[2.0], &options), Err(StatError::TooFew { need: 3, got: 2, .. })));
        assert!(matches!(
            student_t_test(&[1.0, f64::NAN], &CONTROL, &options),
            Err(StatError::NotFinite { what: "treated arm", index: 1 })
        ));
        assert!(matches!(student_t_test(&[0.1; 3], &[0.3; 4], &options), Err(StatError::NoVariation { .. })));
        let certain = TTestOptions { confidence_level: 1.0 };
        assert!(matches!(student_t_test(&TREATED, &CONTROL, &certain), Err(StatError::OutOfRange { .. })));
        let negative = GroupSummary { n: 5, mean: 1.0, sd: -1.0 };
        assert!(student_t_test_from_summaries(&negative, &negative, &options).is_err());
    }
}
