use super::FollowUpTimes;
use crate::order;
use crate::stats::distribution::normal;
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input, real};

/// Two probabilities closer than this are the same; R's square root of the machine precision.
const SAME_PROBABILITY: f64 = 1.490_116_119_384_765_6e-8;

/// The scale on which a survival interval is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SurvivalIntervalKind {
    /// log(-log S); SAS's default. Stays within 0 to 1.
    #[default]
    LogLog,
    /// S itself, cut at 0 and 1.
    Plain,
    /// log S, cut at 1; R's default.
    Log,
}

/// What a Kaplan-Meier estimate can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KaplanMeierOptions {
    /// Coverage of the pointwise intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
    /// Default log-log.
    pub interval_kind: SurvivalIntervalKind,
}

impl Default for KaplanMeierOptions {
    fn default() -> Self {
        Self { confidence_level: DEFAULT_CONFIDENCE_LEVEL, interval_kind: SurvivalIntervalKind::LogLog }
    }
}

/// What happened at one distinct time, and the curve from there on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalStep {
    /// In the unit of the input.
    pub time: f64,
    /// Subjects still observed just before `time`.
    pub at_risk: usize,
    /// Events at `time`.
    pub events: usize,
    /// Subjects last seen at `time` without event.
    pub censored: usize,
    /// Estimated probability of surviving beyond `time`, 0 to 1.
    pub survival: f64,
    /// Greenwood's standard error of `survival`; absent once survival is 0.
    pub std_error: Option<f64>,
    /// Pointwise interval of `survival`; absent where its scale has none (survival 0; for log-log also survival 1).
    pub interval: Option<Interval>,
}

/// The time at which a share of the subjects has had the event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalQuantile {
    /// Share of subjects with the event, 0.5 for the median.
    pub probability: f64,
    /// In the unit of the times; absent when the curve does not fall that far.
    pub estimate: Option<f64>,
    /// Lower limit (Brookmeyer-Crowley); absent when the lower curve does not fall that far.
    pub low: Option<f64>,
    /// Upper limit; absent when the upper curve does not fall that far.
    pub high: Option<f64>,
}

/// A Kaplan-Meier estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    /// Number of subjects.
    pub n: usize,
    /// Number of events.
    pub events: usize,
    /// One per distinct time, censoring-only times included, in order of time.
    pub steps: Vec<SurvivalStep>,
    /// Median survival time.
    pub median: SurvivalQuantile,
    /// The options the estimate was made with.
    pub options: KaplanMeierOptions,
}

impl KaplanMeier {
    /// Number of subjects still observed just before `time`; 0 for NaN.
    pub fn at_risk(&self, time: f64) -> usize {
        if time.is_nan() {
            return 0;
        }
        self.steps.get(self.steps.partition_point(|step| step.time < time)).map_or(0, |step| step.at_risk)
    }

    /// Estimated probability of surviving beyond `time`; absent for NaN, and after the last observed time unless it is
    /// 0 there: the data end, the curve does not.
    pub fn survival_at(&self, time: f64) -> Option<f64> {
        let last = self.steps.last()?;
        if time.is_nan() || (time > last.time && last.survival > 0.0) {
            return None;
        }
        Some(self.step_at(time).map_or(1.0, |step| step.survival))
    }

    /// The last step at or before `time`; absent before the first.
    pub fn step_at(&self, time: f64) -> Option<&SurvivalStep> {
        let after = self.steps.partition_point(|step| step.time <= time);
        after.checked_sub(1).and_then(|index| self.steps.get(index))
    }

    /// Time by which the share `probability` of the subjects has had the event, with its Brookmeyer-Crowley interval.
    /// `None` unless `probability` is above 0 and below 1.
    ///
    /// Rule of [`estimate_kaplan_meier`]'s median, for another share.
    pub fn quantile(&self, probability: f64) -> Option<SurvivalQuantile> {
        (probability > 0.0 && probability < 1.0).then(|| SurvivalQuantile {
            probability,
            estimate: self.crossing(probability, |step| Some(step.survival)),
            low: self.crossing(probability, |step| step.interval.map(|interval| interval.low)),
            high: self.crossing(probability, |step| step.interval.map(|interval| interval.high)),
        })
    }

    /// Where `curve` first falls to 1 - `probability`: the middle of the flat piece if it stays there a while.
    fn crossing(&self, probability: f64, curve: impl Fn(&SurvivalStep) -> Option<f64>) -> Option<f64> {
        let mut reached: Option<f64> = None;
        for step in &self.steps {
            let Some(level) = curve(step) else { continue };
            let share = 1.0 - level;
            if reached.is_none() && share >= probability - SAME_PROBABILITY {
                reached = Some(step.time);
            }
            if let Some(start) = reached
                && share >= probability + SAME_PROBABILITY
            {
                return Some(0.5 * (start + step.time));
            }
        }
        // Flat to the end of the data: R counts the piece as ending at the last observed time.
        let last = self.steps.last().filter(|step| curve(step).is_some())?;
        reached.map(|start| 0.5 * (start + last.time))
    }
}

/// Kaplan-Meier's estimate of the survival curve from right-censored times, with pointwise two-sided intervals.
///
/// S(t) = product over event times t_i <= t of (n_i - d_i) / n_i, with n_i subjects observed just before t_i and d_i
/// events at it. Greenwood: se(S) = S sqrt(G), G = sum d_i / (n_i (n_i - d_i)). Intervals, z the Normal quantile:
/// plain S -/+ z se, cut at 0 and 1; log S exp(-/+ z sqrt G), cut at 1; log-log S^exp(+/- z sqrt G / ln S).
/// Events at a time come before censorings at the same time. Median: first time with S < 0.5; where S is 0.5 on a
/// flat piece (within 1.5e-8), the middle of the piece, whose end is the last observed time if no event follows. Its
/// interval (Brookmeyer and Crowley) applies the same rule to the lower and upper curve.
///
/// Inputs: `times` >= 0 in one unit, in any order; `is_event` true for an event, false for last seen without; with late
/// `entries` a subject counts among the n_i after its entry, up to and including its time. Equal
/// times are ties only when equal to the last bit. Missing values: not here; NaN is an error.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (a negative time, a confidence level outside 0 to 1), `TooFew`
/// (no subject). No event at all is not an error: the curve stays at 1.
/// Limits: censoring must say nothing about the event; a competing event (death before ventilation) is not such
/// censoring. The right end rests on few subjects: show the numbers at risk. Pointwise, not a band.
///
/// Source: Kaplan and Meier, Journal of the American Statistical Association 53:457-481, 1958; Greenwood, Reports on
/// Public Health and Medical Subjects 33, 1926; Kalbfleisch and Prentice, The Statistical Analysis of Failure Time
/// Data, 1980, pp. 10-16 (log-log); Brookmeyer and Crowley, Biometrics 38:29-41, 1982. Checked against R 4.2.2,
/// survival 3.5-3, `survfit` with each `conf.type`, `summary(censored = TRUE)` and `quantile`, relative 1e-13
/// (tests/golden/kaplan_meier). On purpose unlike R: the default is log-log, as SAS PROC LIFETEST (R: log); an upper
/// curve that turns up again is taken at its first crossing. Unlike SAS: a flat piece at 0.5 to the end of the data has
/// a median (SAS: none). R's `print` gives the start of that last piece, `quantile` its middle.
///
/// ```
/// use second_look::stats::survival::{FollowUpTimes, KaplanMeierOptions, estimate_kaplan_meier};
/// let times = [1.0, 2.0, 2.0, 4.0];
/// let curve = estimate_kaplan_meier(&FollowUpTimes::from_start(&times, &[true, true, false, true]), &KaplanMeierOptions::default()).unwrap();
/// assert_eq!(curve.survival_at(1.0), Some(0.75)); // 3 of 4
/// assert_eq!(curve.survival_at(3.0), Some(0.5)); // 3/4 x 2/3
/// assert_eq!(curve.median.estimate, Some(3.0)); // middle of 2 to 4
/// ```
pub fn estimate_kaplan_meier(
    follow_up: &FollowUpTimes<'_>,
    options: &KaplanMeierOptions,
) -> Result<KaplanMeier, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    follow_up.check()?;
    let FollowUpTimes { entries, times, is_event } = *follow_up;
    input::check_at_least("subjects", 1, times.len())?;
    let mut subjects: Vec<(f64, bool)> = times.iter().copied().zip(is_event.iter().copied()).collect();
    order::sort_by(&mut subjects, |a, b| a.0.total_cmp(&b.0));
    let z = normal::critical(options.confidence_level);
    let mut steps = Vec::new();
    let (mut survival, mut greenwood) = (1.0, 0.0);
    let mut entries = entries.map(<[f64]>::to_vec);
    if let Some(entries) = &mut entries {
        order::sort_numbers(entries);
    }
    let mut gone = 0;
    for tied in subjects.chunk_by(|a, b| a.0 == b.0) {
        let time = tied.first().map_or(0.0, |subject| subject.0);
        let entered = entries.as_ref().map_or(subjects.len(), |entries| entries.partition_point(|entry| *entry < time));
        let at_risk = entered - gone;
        let events = tied.iter().filter(|subject| subject.1).count();
        if events > 0 {
            let (n, d) = (at_risk as f64, events as f64);
            survival *= (n - d) / n;
            greenwood += d / (n * (n - d));
        }
        let has_spread = survival > 0.0;
        steps.push(SurvivalStep {
            time,
            at_risk,
            events,
            censored: tied.len() - events,
            survival,
            std_error: has_spread.then(|| survival * greenwood.sqrt()),
            interval: has_spread.then(|| interval_of(survival, z * greenwood.sqrt(), options.interval_kind)).flatten(),
        });
        gone += tied.len();
    }
    let events = is_event.iter().filter(|event| **event).count();
    let median = SurvivalQuantile { probability: 0.5, estimate: None, low: None, high: None };
    let mut curve = KaplanMeier { n: times.len(), events, steps, median, options: *options };
    curve.median = curve.quantile(0.5).unwrap_or(median);
    Ok(curve)
}

/// `reach` is z times the standard error of ln S; `survival` is above 0.
fn interval_of(survival: f64, reach: f64, kind: SurvivalIntervalKind) -> Option<Interval> {
    match kind {
        SurvivalIntervalKind::Plain => {
            Some(Interval { low: (survival - survival * reach).max(0.0), high: (survival + survival * reach).min(1.0) })
        }
        SurvivalIntervalKind::Log => {
            Some(Interval { low: survival * real::exp(-reach), high: (survival * real::exp(reach)).min(1.0) })
        }
        SurvivalIntervalKind::LogLog => (survival < 1.0).then(|| {
            let log = real::ln(survival);
            let factor = real::exp(-reach / log);
            Interval { low: real::exp(log * factor), high: real::exp(log / factor) }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve_of(times: &[f64], is_event: &[bool]) -> KaplanMeier {
        estimate_kaplan_meier(&FollowUpTimes::from_start(times, is_event), &KaplanMeierOptions::default()).unwrap()
    }

    fn curve_with(kind: SurvivalIntervalKind) -> KaplanMeier {
        let options = KaplanMeierOptions { interval_kind: kind, ..KaplanMeierOptions::default() };
        estimate_kaplan_meier(&FollowUpTimes::from_start(&TIMES, &EVENTS), &options).unwrap()
    }

    // In wrong order, with an event and a censoring at 3 and a censoring alone at 1.
    const TIMES: [f64; 6] = [3.0, 1.0, 8.0, 3.0, 5.0, 2.0];
    const EVENTS: [bool; 6] = [true, false, true, false, true, true];

    #[test]
    fn six_subjects_by_hand() {
        let curve = curve_of(&TIMES, &EVENTS);
        let rows: Vec<_> =
            curve.steps.iter().map(|step| (step.time, step.at_risk, step.events, step.censored)).collect();
        assert_eq!(rows, [(1.0, 6, 0, 1), (2.0, 5, 1, 0), (3.0, 4, 1, 1), (5.0, 2, 1, 0), (8.0, 1, 1, 0)]);
        let survival: Vec<_> = curve.steps.iter().map(|step| step.survival).collect();
        for (found, exact) in survival.iter().zip([1.0, 0.8, 0.6, 0.3, 0.0]) {
            assert!((found - exact).abs() < 1e-15);
        }
        // Greenwood at 3: 0.6 sqrt(1/20 + 1/12).
        let std_error = curve.steps[2].std_error.unwrap();
        assert!((std_error - 0.6 * (1.0_f64 / 20.0 + 1.0 / 12.0).sqrt()).abs() < 1e-15);
        assert_eq!((curve.n, curve.events, curve.median.estimate), (6, 4, Some(5.0)));
        assert_eq!((curve.steps[4].std_error, curve.steps[4].interval), (None, None));
    }

    #[test]
    fn who_enters_late_is_at_risk_after_its_entry() {
        // At 2: the second enters at 2, the third at 1: two at risk. At 3: the second and third. At 5: the third.
        let entries = [0.0, 2.0, 1.0];
        let follow_up =
            FollowUpTimes { entries: Some(&entries), times: &[2.0, 3.0, 5.0], is_event: &[true, true, false] };
        let curve = estimate_kaplan_meier(&follow_up, &KaplanMeierOptions::default()).unwrap();
        let steps: Vec<_> = curve.steps.iter().map(|step| (step.at_risk, step.survival)).collect();
        assert_eq!(steps, [(2, 0.5), (2, 0.25), (1, 0.25)]);
    }

    #[test]
    fn every_subject_is_counted_once() {
        let curve = curve_of(&TIMES, &EVENTS);
        assert_eq!(curve.steps.iter().map(|step| step.events + step.censored).sum::<usize>(), curve.n);
    }

    #[test]
    fn order_of_rows_does_not_matter() {
        let mut times = TIMES;
        let mut events = EVENTS;
        times.reverse();
        events.reverse();
        assert_eq!(curve_of(&times, &events), curve_of(&TIMES, &EVENTS));
    }

    #[test]
    fn without_censoring_it_is_the_share_alive() {
        let curve = curve_of(&[1.0, 2.0, 3.0, 4.0, 5.0], &[true; 5]);
        assert!((curve.survival_at(2.5).unwrap() - 0.6).abs() < 1e-15);
        // Binomial variance: 0.6 x 0.4 / 5.
        assert!((curve.step_at(2.5).unwrap().std_error.unwrap() - 0.048_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_flat_piece_at_one_half_has_its_middle_as_median() {
        assert_eq!(curve_of(&[1.0, 2.0, 3.0, 6.0], &[true; 4]).median.estimate, Some(2.5));
        // To the end of the data: from 2 to the last observed time, 9.
        let curve = curve_of(&[1.0, 2.0, 7.0, 9.0], &[true, true, false, false]);
        assert_eq!(curve.median.estimate, Some(5.5));
        // 9/10 x ... x 5/6 is one half but for rounding.
        let times: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(curve_of(&times, &[true; 10]).median.estimate, Some(5.5));
    }

    #[test]
    fn a_curve_that_stays_high_has_no_median() {
        let curve = curve_of(&[1.0, 2.0, 3.0], &[true, false, false]);
        assert_eq!((curve.median.estimate, curve.median.high), (None, None));
        let untouched = curve_of(&[1.0, 2.0], &[false, false]);
        assert_eq!((untouched.events, untouched.median.estimate), (0, None));
        assert_eq!((untouched.steps[0].survival, untouched.steps[0].std_error), (1.0, Some(0.0)));
    }

    #[test]
    fn each_scale_has_its_interval() {
        let z = 1.959_963_984_540_054_f64;
        let root = (1.0_f64 / 20.0 + 1.0 / 12.0).sqrt();
        let at = |kind| curve_with(kind).step_at(3.0).unwrap().interval.unwrap();
        let plain = at(SurvivalIntervalKind::Plain);
        assert!((plain.low - (0.6 - z * 0.6 * root)).abs() < 1e-14 && plain.high == 1.0);
        let log = at(SurvivalIntervalKind::Log);
        assert!((log.low - 0.6 * real::exp(-z * root)).abs() < 1e-14 && log.high == 1.0);
        let log_log = at(SurvivalIntervalKind::LogLog);
        let reach = z * root / real::ln(0.6);
        assert!((log_log.low - real::powf(0.6, real::exp(-reach))).abs() < 1e-14);
        assert!((log_log.high - real::powf(0.6, real::exp(reach))).abs() < 1e-14);
    }

    #[test]
    fn a_curve_still_at_one_has_an_interval_only_where_its_scale_has() {
        let first = |kind| curve_with(kind).steps[0].interval;
        assert_eq!(first(SurvivalIntervalKind::LogLog), None);
        assert_eq!(first(SurvivalIntervalKind::Plain), Some(Interval { low: 1.0, high: 1.0 }));
        assert_eq!(first(SurvivalIntervalKind::Log), Some(Interval { low: 1.0, high: 1.0 }));
    }

    #[test]
    fn asking_between_and_beyond_the_steps() {
        let curve = curve_of(&TIMES, &EVENTS);
        assert_eq!((curve.at_risk(0.0), curve.at_risk(3.0), curve.at_risk(3.5), curve.at_risk(9.0)), (6, 4, 2, 0));
        assert_eq!((curve.survival_at(0.5), curve.survival_at(99.0)), (Some(1.0), Some(0.0)));
        assert_eq!(curve_of(&[1.0, 2.0], &[true, false]).survival_at(2.5), None);
        assert_eq!((curve.survival_at(f64::NAN), curve.at_risk(f64::NAN)), (None, 0));
        assert_eq!((curve.step_at(0.5), curve.quantile(1.0)), (None, None));
    }

    #[test]
    fn an_event_at_time_zero_counts() {
        let curve = curve_of(&[0.0, 1.0], &[true, true]);
        assert_eq!((curve.survival_at(0.0), curve.at_risk(0.0)), (Some(0.5), 2));
    }

    #[test]
    fn copies_leave_the_curve_and_shrink_its_error() {
        let twice: Vec<f64> = TIMES.iter().chain(&TIMES).copied().collect();
        let events: Vec<bool> = EVENTS.iter().chain(&EVENTS).copied().collect();
        let (one, two) = (curve_of(&TIMES, &EVENTS), curve_of(&twice, &events));
        for (a, b) in one.steps.iter().zip(&two.steps) {
            assert!((a.survival - b.survival).abs() < 1e-15);
        }
        let ratio = one.steps[1].std_error.unwrap() / two.steps[1].std_error.unwrap();
        assert!((ratio - 2.0_f64.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn what_cannot_be_estimated_says_why() {
        let options = KaplanMeierOptions::default();
        let of =
            |times: &[f64], events: &[bool]| estimate_kaplan_meier(&FollowUpTimes::from_start(times, events), &options);
        assert_eq!(of(&[], &[]), Err(StatError::TooFew { what: "subjects", need: 1, got: 0 }));
        assert_eq!(of(&[-1.0], &[true]), Err(StatError::OutOfRange { what: "times", value: -1.0 }));
        assert!(matches!(of(&[1.0, f64::NAN], &[true, true]), Err(StatError::NotFinite { index: 1, .. })));
        assert!(matches!(of(&[1.0], &[]), Err(StatError::LengthsDiffer { .. })));
    }
}
