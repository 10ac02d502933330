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
    /// log(S / (1 - S)).
    Logit,
    /// Arcsine of the square root of S.
    Arcsine,
}

/// When a curve that lies exactly on the wanted level for a while has reached it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlatStepRule {
    /// In the middle of the flat piece; a piece that no event ends goes to the last observed time. R's `quantile`, Prism.
    #[default]
    MidpointToEnd,
    /// In the middle of the flat piece; never, if no event ends it. SAS PROC LIFETEST.
    MidpointBetweenEvents,
    /// At its start: the first time the curve is at or below the level. lifelines.
    FirstAtOrBelow,
    /// At its end: the first time the curve is below the level. statsmodels, which rounding can make find the start.
    FirstBelow,
}

/// What a Kaplan-Meier estimate can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KaplanMeierOptions {
    /// Coverage of the pointwise intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
    /// Default log-log.
    pub interval_kind: SurvivalIntervalKind,
    /// For the median. Default the middle, as R's `quantile`.
    pub flat_step: FlatStepRule,
}

impl Default for KaplanMeierOptions {
    fn default() -> Self {
        Self {
            confidence_level: DEFAULT_CONFIDENCE_LEVEL,
            interval_kind: SurvivalIntervalKind::default(),
            flat_step: FlatStepRule::default(),
        }
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
    /// Pointwise interval of `survival`; absent where its scale has none (survival 0; for log-log, logit
    /// and arcsine also survival 1).
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
    /// Times of entry, rising; absent when all were there from the start.
    entries: Option<Vec<f64>>,
}

impl KaplanMeier {
    /// Number of subjects observed just before `time`, from the start for time 0; 0 for NaN.
    pub fn at_risk(&self, time: f64) -> usize {
        if time.is_nan() {
            return 0;
        }
        let Some(next) = self.steps.get(self.steps.partition_point(|step| step.time < time)) else { return 0 };
        let Some(entries) = &self.entries else { return next.at_risk };
        // Nobody leaves between `time` and the next step, but some may come.
        let entered_before = |time: f64| entries.partition_point(|entry| *entry < time || *entry == 0.0);
        (next.at_risk + entered_before(time)).saturating_sub(entered_before(next.time))
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

    /// Time by which the share `probability` of the subjects has had the event, with its Brookmeyer-Crowley interval:
    /// the times at which the upper and the lower limit of the curve fall as far, by the same rule.
    /// `None` unless `probability` is above 0 and below 1.
    pub fn quantile(&self, probability: f64, rule: FlatStepRule) -> Option<SurvivalQuantile> {
        (probability > 0.0 && probability < 1.0).then(|| SurvivalQuantile {
            probability,
            estimate: self.crossing(probability, rule, |step| Some(step.survival)),
            low: self.crossing(probability, rule, |step| step.interval.map(|interval| interval.low)),
            high: self.crossing(probability, rule, |step| step.interval.map(|interval| interval.high)),
        })
    }

    fn crossing(
        &self,
        probability: f64,
        rule: FlatStepRule,
        curve: impl Fn(&SurvivalStep) -> Option<f64>,
    ) -> Option<f64> {
        let mut reached: Option<f64> = None;
        for step in &self.steps {
            let Some(level) = curve(step) else { continue };
            let share = 1.0 - level;
            let is_beyond = share >= probability + SAME_PROBABILITY;
            if reached.is_none() && share >= probability - SAME_PROBABILITY {
                reached = Some(step.time);
            }
            match (rule, reached) {
                (FlatStepRule::FirstAtOrBelow, Some(start)) => return Some(start),
                (FlatStepRule::FirstBelow, Some(_)) if is_beyond => return Some(step.time),
                (FlatStepRule::MidpointToEnd | FlatStepRule::MidpointBetweenEvents, Some(start)) if is_beyond => {
                    return Some(0.5 * (start + step.time));
                }
                _ => {}
            }
        }
        if rule != FlatStepRule::MidpointToEnd {
            return None;
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
/// plain S -/+ z se, cut at 0 and 1; log S exp(-/+ z sqrt G), cut at 1; log-log S^exp(+/- z sqrt G / ln S); logit
/// 1 / (1 + exp(-(ln(S / (1 - S)) -/+ z sqrt G / (1 - S)))); arcsine sin^2(asin(sqrt S) -/+ z/2 sqrt(G S / (1 - S))),
/// the angle cut at 0 and a right angle.
/// Events at a time come before censorings at the same time. Median: first time with S < 0.5; where S is 0.5 on a
/// flat piece (within 1.5e-8), the middle of the piece, whose end is the last observed time if no event follows. Its
/// interval (Brookmeyer and Crowley) applies the same rule to the lower and upper curve.
///
/// Inputs: `follow_up` in one unit, in any order; with entries, n_i counts those with entry < t_i <= time. Equal times
/// are ties only when equal to the last bit. Missing values: not here; NaN is an error.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (a negative time, an entry not before its time, a confidence level
/// outside 0 to 1), `TooFew` (no subject). No event at all is not an error: the curve stays at 1.
/// Limits: censoring must say nothing about the event; a competing event (death before ventilation) is not such
/// censoring. The right end rests on few subjects: show the numbers at risk. With late entries so does the left end: where
/// all of a few early ones have the event the curve is 0 for good, whoever comes later. Pointwise, not a band.
///
/// Source: Kaplan and Meier, Journal of the American Statistical Association 53:457-481, 1958; Greenwood, Reports on
/// Public Health and Medical Subjects 33, 1926; Kalbfleisch and Prentice, The Statistical Analysis of Failure Time
/// Data, 1980, pp. 10-16 (log-log); Brookmeyer and Crowley, Biometrics 38:29-41, 1982. Checked against R 4.2.2,
/// survival 3.5-3, `survfit` with each `conf.type`, with and without entries, `summary(censored = TRUE)` and `quantile`,
/// relative 1e-13 (tests/golden/kaplan_meier). On purpose unlike R: the default is log-log, as SAS PROC LIFETEST (R: log); an upper
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
    let FollowUpTimes { times, is_event, .. } = *follow_up;
    input::check_at_least("subjects", 1, times.len())?;
    // Sorted by the bits of the time, which stand in the order of the times.
    let key = |time: f64| (time + 0.0).to_bits();
    let mut subjects: Vec<[u64; 2]> =
        times.iter().zip(is_event).map(|(time, is_event)| [key(*time), u64::from(*is_event)]).collect();
    order::sort_by_bits(&mut subjects, 0);
    let late: Option<Vec<[u64; 2]>> = follow_up.entries.map(|entries| {
        let mut late: Vec<[u64; 2]> = entries.iter().map(|entry| [key(*entry), 0]).collect();
        order::sort_by_bits(&mut late, 0);
        late
    });
    let mut entering = late.as_deref().unwrap_or_default().iter().peekable();
    let z = normal::critical(options.confidence_level);
    let mut steps = Vec::with_capacity(subjects.chunk_by(|a, b| a[0] == b[0]).count());
    let (mut survival, mut greenwood) = (1.0, 0.0);
    let mut at_risk = if late.is_some() { 0 } else { subjects.len() };
    let mut interval = None;
    for tied in subjects.chunk_by(|a, b| a[0] == b[0]) {
        let time = tied.first().map_or(0, |subject| subject[0]);
        while entering.next_if(|entry| entry[0] < time).is_some() {
            at_risk += 1;
        }
        let events = tied.iter().filter(|subject| subject[1] == 1).count();
        if events > 0 {
            let (n, d) = (at_risk as f64, events as f64);
            survival *= (n - d) / n;
            greenwood += d / (n * (n - d));
        }
        let has_spread = survival > 0.0;
        if events > 0 || steps.is_empty() {
            interval = has_spread.then(|| interval_of(survival, z * greenwood.sqrt(), options.interval_kind)).flatten();
        }
        steps.push(SurvivalStep {
            time: f64::from_bits(time),
            at_risk,
            events,
            censored: tied.len() - events,
            survival,
            std_error: has_spread.then(|| survival * greenwood.sqrt()),
            interval,
        });
        at_risk -= tied.len();
    }
    let events = is_event.iter().filter(|event| **event).count();
    let median = SurvivalQuantile { probability: 0.5, estimate: None, low: None, high: None };
    let entries = late.map(|late| late.iter().map(|entry| f64::from_bits(entry[0])).collect());
    let mut curve = KaplanMeier { n: times.len(), events, steps, median, options: *options, entries };
    curve.median = curve.quantile(0.5, options.flat_step).unwrap_or(median);
    Ok(curve)
}

/// How long subjects were followed, by the reverse Kaplan-Meier estimate: the curve of [`estimate_kaplan_meier`] with
/// events and censorings exchanged, so that its median is the median follow-up that an event did not cut short.
///
/// At a time with both, the censorings, which are this curve's events, come first: as R's
/// `survfit(Surv(time, 1 - event) ~ 1)`. Inputs, errors: those of [`estimate_kaplan_meier`].
/// Source: Schemper and Smith, Controlled Clinical Trials 17:343-346, 1996.
pub fn estimate_follow_up(
    follow_up: &FollowUpTimes<'_>,
    options: &KaplanMeierOptions,
) -> Result<KaplanMeier, StatError> {
    let is_event: Vec<bool> = follow_up.is_event.iter().map(|event| !event).collect();
    estimate_kaplan_meier(&FollowUpTimes { is_event: &is_event, ..*follow_up }, options)
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
        SurvivalIntervalKind::Logit => (survival < 1.0).then(|| {
            let lost = 1.0 - survival;
            let logit = real::ln(survival / lost);
            let limit = |shift: f64| 1.0 - 1.0 / (1.0 + real::exp(logit + shift / lost));
            Interval { low: limit(-reach), high: limit(reach) }
        }),
        SurvivalIntervalKind::Arcsine => (survival < 1.0).then(|| {
            let angle = real::asin(survival.sqrt());
            let shift = 0.5 * reach * (survival / (1.0 - survival)).sqrt();
            let square = |angle: f64| {
                let sine = real::sin(angle);
                sine * sine
            };
            let right_angle = std::f64::consts::FRAC_PI_2;
            Interval { low: square((angle - shift).max(0.0)), high: square((angle + shift).min(right_angle)) }
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
    fn programs_differ_on_a_flat_piece() {
        // Five events, then five censored: one half from 87 to the end at 118.
        let times = [20.0, 35.0, 50.0, 68.0, 87.0, 90.0, 95.0, 100.0, 110.0, 118.0];
        let is_event = [true, true, true, true, true, false, false, false, false, false];
        let curve = curve_of(&times, &is_event);
        let median = |rule| curve.quantile(0.5, rule).unwrap().estimate;
        assert_eq!(median(FlatStepRule::MidpointToEnd), Some(102.5));
        assert_eq!(median(FlatStepRule::MidpointBetweenEvents), None);
        assert_eq!(median(FlatStepRule::FirstAtOrBelow), Some(87.0));
        assert_eq!(median(FlatStepRule::FirstBelow), None);
        let ended = curve_of(&[1.0, 2.0, 3.0, 6.0], &[true; 4]);
        let median = |rule| ended.quantile(0.5, rule).unwrap().estimate;
        assert_eq!(
            (median(FlatStepRule::MidpointBetweenEvents), median(FlatStepRule::FirstBelow)),
            (Some(2.5), Some(3.0))
        );
    }

    #[test]
    fn late_entries_are_at_risk_from_then_on() {
        // At 2: only the first two are in; at 4: 1 of 3; at 5: 1 of 2; the last is censored.
        let follow_up = FollowUpTimes {
            entries: Some(&[0.0, 1.0, 2.0, 3.0]),
            times: &[2.0, 4.0, 5.0, 6.0],
            is_event: &[true, true, true, false],
        };
        let curve = estimate_kaplan_meier(&follow_up, &KaplanMeierOptions::default()).unwrap();
        assert_eq!(curve.steps.iter().map(|step| step.at_risk).collect::<Vec<_>>(), [2, 3, 2, 1]);
        let survival: Vec<_> = curve.steps.iter().map(|step| step.survival).collect();
        for (found, exact) in survival.iter().zip([0.5, 1.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]) {
            assert!((found - exact).abs() < 1e-15);
        }
        // At the start the first; just before 1.5, 2.5 and 3 those who had come and not gone.
        assert_eq!([0.0, 1.5, 2.5, 3.0, 6.5].map(|time| curve.at_risk(time)), [1, 2, 2, 2, 0]);
        let same = FollowUpTimes { entries: Some(&[0.0; 6]), times: &TIMES, is_event: &EVENTS };
        let same = estimate_kaplan_meier(&same, &KaplanMeierOptions::default()).unwrap();
        let plain = curve_of(&TIMES, &EVENTS);
        assert_eq!((&same.steps, same.median), (&plain.steps, plain.median));
        assert_eq!((same.at_risk(0.0), same.at_risk(4.0)), (6, 2));
        let late = FollowUpTimes { entries: Some(&[1.0]), times: &[1.0], is_event: &[true] };
        assert!(matches!(
            estimate_kaplan_meier(&late, &KaplanMeierOptions::default()),
            Err(StatError::OutOfRange { what: "entries", .. })
        ));
    }

    #[test]
    fn a_curve_emptied_before_others_come_stays_at_0() {
        let follow_up = FollowUpTimes {
            entries: Some(&[0.0, 3.0, 4.0, 5.0]),
            times: &[1.0, 7.0, 9.0, 8.0],
            is_event: &[true, true, false, true],
        };
        let curve = estimate_kaplan_meier(&follow_up, &KaplanMeierOptions::default()).unwrap();
        assert!(curve.steps.iter().all(|step| step.survival == 0.0 && step.std_error.is_none()));
        assert_eq!(curve.steps.iter().map(|step| step.at_risk).collect::<Vec<_>>(), [1, 3, 2, 1]);
        assert_eq!((curve.median.estimate, curve.median.high), (Some(1.0), None));
    }

    #[test]
    fn follow_up_is_the_curve_of_the_censorings() {
        let follow_up = estimate_follow_up(&FollowUpTimes::from_start(&TIMES, &EVENTS), &KaplanMeierOptions::default());
        // Censored at 1 (1 of 6) and at 3 (1 of 4, before the event there).
        assert_eq!(follow_up.unwrap().steps.last().unwrap().survival, 5.0 / 6.0 * 0.75);
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
        let logit = at(SurvivalIntervalKind::Logit);
        let (odds, factor) = (0.6 / 0.4, real::exp(z * root / 0.4));
        assert!((logit.low - odds / factor / (1.0 + odds / factor)).abs() < 1e-14);
        assert!((logit.high - odds * factor / (1.0 + odds * factor)).abs() < 1e-14);
        let arcsine = at(SurvivalIntervalKind::Arcsine);
        let middle = real::asin(arcsine.low.sqrt()) + real::asin(arcsine.high.sqrt());
        assert!((0.5 * middle - real::asin(0.6_f64.sqrt())).abs() < 1e-14);
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
        assert_eq!((curve.step_at(0.5), curve.quantile(1.0, FlatStepRule::default())), (None, None));
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
