use super::FollowUpTimes;
use crate::order;
use crate::stats::distribution::normal;
use crate::stats::{Interval, StatError, input, real};

/// What a cumulative incidence can be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CumulativeIncidenceOptions {
    /// Coverage of the pointwise intervals, above 0 and below 1. Default 0.95.
    pub confidence_level: f64,
}

impl Default for CumulativeIncidenceOptions {
    fn default() -> Self {
        Self { confidence_level: crate::stats::DEFAULT_CONFIDENCE_LEVEL }
    }
}

/// The share with one kind of event, from one time with such an event on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidenceStep {
    /// In the unit of the input.
    pub time: f64,
    /// Subjects observed just before `time`.
    pub at_risk: usize,
    /// Events of this kind at `time`.
    pub events: usize,
    /// Estimated probability of this event up to and including `time`, 0 to 1.
    pub incidence: f64,
    pub std_error: f64,
    /// Pointwise, on the scale log(-log); absent where the incidence is 1.
    pub interval: Option<Interval>,
}

/// One kind of event among others.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseIncidence {
    /// Events of this kind.
    pub events: usize,
    /// At the times with such an event, in order.
    pub steps: Vec<IncidenceStep>,
}

/// Cumulative incidences of all kinds of event.
#[derive(Debug, Clone, PartialEq)]
pub struct CumulativeIncidence {
    /// Number of subjects.
    pub n: usize,
    /// In the order of the codes.
    pub causes: Vec<CauseIncidence>,
    /// The last observed time.
    pub last_time: f64,
    /// Probability of no event of any kind at the end.
    pub event_free_at_end: f64,
}

impl CauseIncidence {
    /// The last step at or before `time`; absent before the first, where the incidence is 0.
    pub fn step_at(&self, time: f64) -> Option<&IncidenceStep> {
        let after = self.steps.partition_point(|step| step.time <= time);
        after.checked_sub(1).and_then(|index| self.steps.get(index))
    }
}

/// Cumulative incidence of each of several kinds of event, of which the first to happen ends the others (Aalen and
/// Johansen), with pointwise two-sided intervals.
///
/// F_k(t) = sum over event times t_j <= t of S(t_j-) d_kj / n_j, S being Kaplan-Meier's curve of any event. Variance
/// (Aalen): sum over t_j <= t of q_kj (1 + (F_k(t_j) - F_k(t)) / S(t_j))^2 + q_oj ((F_k(t_j) - F_k(t)) / S(t_j))^2, with
/// q = S(t_j-)^2 d (n - d) / (n^2 (n - 1)) for the d_kj events of the kind, for q_kj, and for the other kinds together,
/// for q_oj; where S falls to 0 the quotient is 0 and q_oj is left out. Interval: F^exp(-/+ z se / (F ln F)).
///
/// Inputs: `follow_up` in one unit, `is_event` true for any kind; `cause` the kind of each subject's event, codes 0 to
/// `n_causes` - 1, of no meaning where there is none. Missing values: not here; NaN is an error.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (times, entries, codes, confidence level), `TooFew` (no subject, no
/// kind). No event is not an error: the incidence stays 0.
/// Limits: an incidence falls when a competing event becomes more frequent, without any effect on the event itself. The
/// naive 1 - Kaplan-Meier with competing events as censored is at least as large, and no probability of anything that
/// can be observed.
///
/// Source: Aalen and Johansen, Scandinavian Journal of Statistics 5:141-150, 1978; Aalen, Annals of Statistics
/// 6:534-545, 1978; Putter, Fiocco and Geskus, Statistics in Medicine 26:2389-2430, 2007. Checked against R 4.2.2, cmprsk
/// 2.2-11 `cuminc` (estimates, variances) and survival 3.5-3 `survfit` with a factor as status (estimates, also with
/// late entries; their variance against the sum above in R), relative 1e-11 (tests/golden/cumulative_incidence).
/// survfit's standard errors are another estimate, the infinitesimal jackknife: until somebody is censored F (1 - F) / n,
/// where Aalen's variance at the first event is F (1 - F) / (n - 1).
///
/// ```
/// use second_look::stats::survival::{CumulativeIncidenceOptions, FollowUpTimes, estimate_cumulative_incidence};
/// let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0, 4.0], &[true, true, false, true]);
/// let options = CumulativeIncidenceOptions::default();
/// let found = estimate_cumulative_incidence(&follow_up, &[0, 1, 0, 0], 2, &options).unwrap();
/// // 1/4 at 1; at 4 the half that is left: 1/4 + 1/2.
/// assert_eq!(found.causes[0].steps[1].incidence, 0.75);
/// assert_eq!(found.causes[1].steps[0].incidence, 0.25); // 3/4 x 1/3
/// ```
pub fn estimate_cumulative_incidence(
    follow_up: &FollowUpTimes<'_>,
    cause: &[usize],
    n_causes: usize,
    options: &CumulativeIncidenceOptions,
) -> Result<CumulativeIncidence, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    follow_up.check()?;
    input::check_equal_lengths("times and causes", follow_up.times.len(), cause.len())?;
    input::check_at_least("subjects", 1, cause.len())?;
    input::check_at_least("causes", 1, n_causes)?;
    let happened: Vec<usize> =
        cause.iter().zip(follow_up.is_event).filter(|(_, is_event)| **is_event).map(|(cause, _)| *cause).collect();
    input::check_codes("cause", &happened, n_causes)?;

    let key = |time: f64| (time + 0.0).to_bits();
    // 0 is censored, 1 the first kind.
    let label = |(cause, is_event): (&usize, &bool)| if *is_event { *cause as u64 + 1 } else { 0 };
    let labels = cause.iter().zip(follow_up.is_event).map(label);
    let mut subjects: Vec<[u64; 2]> =
        follow_up.times.iter().zip(labels).map(|(time, label)| [key(*time), label]).collect();
    order::sort_by_bits(&mut subjects, 0);
    let mut late: Vec<[u64; 2]> = follow_up.entries.unwrap_or_default().iter().map(|entry| [key(*entry), 0]).collect();
    order::sort_by_bits(&mut late, 0);
    let mut entering = late.iter().peekable();

    let z = normal::critical(options.confidence_level);
    let mut sums: Vec<Sums> = (0..n_causes).map(|_| Sums::default()).collect();
    let mut events = vec![0_usize; n_causes];
    let mut survival = 1.0;
    let mut at_risk = if follow_up.entries.is_some() { 0 } else { subjects.len() };
    for tied in subjects.chunk_by(|a, b| a[0] == b[0]) {
        let time = tied.first().map_or(0, |subject| subject[0]);
        while entering.next_if(|entry| entry[0] < time).is_some() {
            at_risk += 1;
        }
        events.fill(0);
        let mut all = 0;
        for subject in tied.iter().filter(|subject| subject[1] > 0) {
            if let Some(count) = events.get_mut(subject[1] as usize - 1) {
                *count += 1;
                all += 1;
            }
        }
        if all > 0 {
            let n = at_risk as f64;
            let after = survival * (n - all as f64) / n;
            for (sums, own) in sums.iter_mut().zip(&events) {
                sums.add(
                    Moment { time: f64::from_bits(time), at_risk, own: *own, other: all - own, survival, after },
                    z,
                );
            }
            survival = after;
        }
        at_risk -= tied.len();
    }
    Ok(CumulativeIncidence {
        n: cause.len(),
        causes: sums.into_iter().map(|sums| CauseIncidence { events: sums.events, steps: sums.steps }).collect(),
        last_time: follow_up.times.iter().copied().fold(0.0, f64::max),
        event_free_at_end: survival,
    })
}

/// A time with an event, seen from one kind.
struct Moment {
    time: f64,
    at_risk: usize,
    own: usize,
    other: usize,
    /// Probability of no event just before, and just after.
    survival: f64,
    after: f64,
}

/// The variance is first - 2 F second + F^2 third: the sums over the squares' parts.
#[derive(Default)]
struct Sums {
    events: usize,
    incidence: f64,
    first: f64,
    second: f64,
    third: f64,
    steps: Vec<IncidenceStep>,
}

impl Sums {
    fn add(&mut self, moment: Moment, z: f64) {
        let n = moment.at_risk as f64;
        let spread = |d: usize| {
            let d = d as f64;
            let tied = if d > 1.0 { 1.0 - (d - 1.0) / (n - 1.0) } else { 1.0 };
            moment.survival * moment.survival * tied * d / (n * n)
        };
        self.incidence += moment.survival * moment.own as f64 / n;
        let slope = if moment.after > 0.0 { 1.0 / moment.after } else { 0.0 };
        let mut put = |q: f64, level: f64| {
            self.first += q * level * level;
            self.second += q * slope * level;
            self.third += q * slope * slope;
        };
        if moment.other > 0 && moment.after > 0.0 {
            put(spread(moment.other), slope * self.incidence);
        }
        if moment.own == 0 {
            return;
        }
        put(spread(moment.own), 1.0 + slope * self.incidence);
        let f = self.incidence;
        let std_error = (self.first - 2.0 * f * self.second + f * f * self.third).max(0.0).sqrt();
        self.events += moment.own;
        self.steps.push(IncidenceStep {
            time: moment.time,
            at_risk: moment.at_risk,
            events: moment.own,
            incidence: f,
            std_error,
            interval: (f < 1.0).then(|| {
                let log = real::ln(f);
                let factor = real::exp(-z * std_error / (f * log));
                Interval { low: real::exp(log * factor), high: real::exp(log / factor) }
            }),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(times: &[f64], cause: &[usize]) -> CumulativeIncidence {
        let is_event: Vec<bool> = cause.iter().map(|cause| *cause > 0).collect();
        let codes: Vec<usize> = cause.iter().map(|cause| cause.saturating_sub(1)).collect();
        let follow_up = FollowUpTimes::from_start(times, &is_event);
        estimate_cumulative_incidence(&follow_up, &codes, 2, &CumulativeIncidenceOptions::default()).unwrap()
    }

    #[test]
    fn incidences_and_the_event_free_make_one() {
        let found = found(&[5.0, 1.0, 2.0, 2.0, 3.0, 4.0, 7.0], &[1, 2, 1, 2, 0, 1, 0]);
        let sum: f64 = found.causes.iter().map(|cause| cause.steps.last().unwrap().incidence).sum();
        assert!((sum + found.event_free_at_end - 1.0).abs() < 1e-15);
        assert_eq!(found.causes.iter().map(|cause| cause.events).collect::<Vec<_>>(), [3, 2]);
    }

    #[test]
    fn three_subjects_by_hand() {
        // Kind 1 at 1: F = 1/3, S = 2/3, q = 1/9. Kind 2 at 2: S = 1/3, q = (2/3)^2 / 4 = 1/9. Kind 1 at 3: F = 2/3,
        // q = (1/3)^2, S = 0.
        let found = found(&[1.0, 2.0, 3.0], &[1, 2, 1]);
        let steps = &found.causes[0].steps;
        // At 1 nothing has happened since: 1/9.
        assert!((steps[0].std_error - 1.0_f64 / 3.0).abs() < 1e-15);
        // At 3: 1/9 (1 - (1/3) / (2/3))^2 + 1/9 ((1/3) / (1/3))^2 + 1/9.
        assert!((steps[1].incidence - 2.0 / 3.0).abs() < 1e-15);
        assert!((steps[1].std_error - (1.0_f64 / 36.0 + 2.0 / 9.0).sqrt()).abs() < 1e-15);
        assert_eq!(found.causes[0].step_at(2.5).map(|step| step.time), Some(1.0));
        assert!(found.causes[0].step_at(0.5).is_none());
    }

    #[test]
    fn one_kind_alone_is_one_less_kaplan_meier() {
        let times = [3.0, 1.0, 8.0, 3.0, 5.0, 2.0];
        let alone = found(&times, &[1, 0, 1, 0, 1, 1]);
        let values: Vec<f64> = alone.causes[0].steps.iter().map(|step| step.incidence).collect();
        for (found, exact) in values.iter().zip([0.2, 0.4, 0.7, 1.0]) {
            assert!((found - exact).abs() < 1e-15);
        }
        assert_eq!(alone.causes[0].steps[3].interval, None);
        assert!(alone.causes[1].steps.is_empty());
    }

    #[test]
    fn what_cannot_be_estimated_says_why() {
        let options = CumulativeIncidenceOptions::default();
        let of = |times: &[f64], cause: &[usize], n_causes| {
            let is_event = vec![true; times.len()];
            estimate_cumulative_incidence(&FollowUpTimes::from_start(times, &is_event), cause, n_causes, &options)
        };
        assert!(matches!(of(&[], &[], 2), Err(StatError::TooFew { what: "subjects", .. })));
        assert!(matches!(of(&[1.0], &[0], 0), Err(StatError::TooFew { what: "causes", .. })));
        assert!(matches!(of(&[1.0], &[2], 2), Err(StatError::OutOfRange { what: "cause", .. })));
        assert!(matches!(of(&[1.0, 2.0], &[0], 2), Err(StatError::LengthsDiffer { .. })));
        assert!(matches!(of(&[-1.0], &[0], 2), Err(StatError::OutOfRange { what: "times", .. })));
    }
}
