//! Who was observed for how long, and which events count.

use std::collections::BTreeMap;

use super::{CountedEvents, ObservedTo, SafetyPlan};
use crate::analysis::time_to_event::TimeOrigin;
use crate::analysis::{AnalysisError, Population};
use crate::trial::{AdverseEvent, Grade, TimeUnit, Trial};

/// Days from months come with rounding in the last bit; a day and its own months are the same moment.
const SLACK_MONTHS: f64 = 1e-7;

/// Survival that goes on this much longer than visits and samples was followed after the events were written down.
const LONGER_THAN_RECORDS: f64 = 1.5;

pub struct Observed {
    pub arms: Vec<Arm>,
    /// By subject of the trial: place in `arms`.
    pub arm_of_subject: Vec<Option<usize>>,
    /// By subject: years from the first dose, or the start of follow-up, to the end; absent where nothing tells.
    pub years: Vec<Option<f64>>,
    pub events: Vec<CountedEvent>,
    /// What was left out, and why.
    pub left_out: LeftOut,
}

pub struct Arm {
    pub name: String,
    /// In `Population::arm_names`; 0 is the control.
    pub place: usize,
    pub people: usize,
    /// Years observed, and of how many people.
    pub years: f64,
    pub with_years: usize,
}

/// An event of somebody in an arm that passes the plan's filters.
#[derive(Debug, Clone, Copy)]
pub struct CountedEvent {
    /// In `Trial::adverse_events`.
    pub event: usize,
    pub subject: usize,
    /// It began in the time observed, as far as is known.
    pub is_in_time: bool,
    /// Years from the first dose to its start, where its day is known.
    pub years: Option<f64>,
}

#[derive(Debug, Clone, Default)]
pub struct LeftOut {
    /// Of people in no arm, or outside the analysis set's arms.
    pub without_arm: usize,
    pub people_without_arm: usize,
    /// They began before the first dose, or after the window.
    pub before: usize,
    pub after: usize,
    /// The files' flag says no, or nothing.
    pub flagged_no: usize,
    pub flag_missing: usize,
    /// The flag says yes and the days no, and the other way round.
    pub only_flagged: usize,
    pub only_dated: usize,
    /// Of people of the arms, counted as if after the first dose.
    pub without_start: usize,
    /// Of those that filters ask about, without an answer in the files.
    pub severity_missing: usize,
    pub serious_missing: usize,
    pub related_missing: usize,
    pub ends_before_start: usize,
    /// People of the arms without a date of the first dose where a column gives it.
    pub without_dose: usize,
    pub without_years: usize,
    /// Events of people of the arms.
    pub of: usize,
}

/// The moments of one person, in months from the start of follow-up.
struct Moments {
    origin: f64,
    /// No later event is treatment-emergent.
    limit: f64,
    end: Option<f64>,
}

impl Observed {
    pub fn of(trial: &Trial, population: &Population, safety: &SafetyPlan) -> Result<Self, AnalysisError> {
        let subjects = trial.subjects.len();
        let mut left_out = LeftOut::default();
        let months = |origin: &Option<TimeOrigin>| match origin {
            Some(origin) => origin.months(trial),
            None => Ok(vec![None; subjects]),
        };
        let (first, last) = (months(&safety.first_dose)?, months(&safety.last_dose)?);
        let ends = ends(trial, safety.observed_to);
        let window = safety.window_days.filter(|_| safety.counted == CountedEvents::TreatmentEmergent);
        let moments: Vec<Moments> = (0..subjects)
            .map(|subject| {
                let origin = first.get(subject).copied().flatten().unwrap_or(0.0);
                let end = ends.get(subject).copied().flatten();
                let limit = window.map_or(f64::INFINITY, |days| {
                    let from = last.get(subject).copied().flatten().or(end).unwrap_or(f64::INFINITY);
                    from + TimeUnit::Days.to_months(days)
                });
                Moments { origin, limit, end: end.map(|end| end.min(limit)) }
            })
            .collect();

        let sizes: Vec<usize> = (0..population.arm_names.len()).map(|place| population.arm_size(place)).collect();
        let mut arms: Vec<Arm> = Vec::new();
        let mut place_in_arms = vec![None; sizes.len()];
        for ((place, name), &people) in population.arm_names.iter().enumerate().zip(&sizes) {
            if people > 0 {
                if let Some(slot) = place_in_arms.get_mut(place) {
                    *slot = Some(arms.len());
                }
                arms.push(Arm { name: name.clone(), place, people, years: 0.0, with_years: 0 });
            }
        }
        let arm_of_subject: Vec<Option<usize>> =
            (0..subjects).map(|subject| place_in_arms.get(population.arm(subject)?).copied().flatten()).collect();
        let years: Vec<Option<f64>> = moments
            .iter()
            .zip(&arm_of_subject)
            .map(|(moments, arm)| arm.and(moments.end).map(|end| years_of(end - moments.origin).max(0.0)))
            .collect();
        for ((arm, years), dose) in arm_of_subject.iter().zip(&years).zip(&first) {
            let Some(arm) = arm.and_then(|arm| arms.get_mut(arm)) else { continue };
            match years {
                Some(years) => {
                    arm.years += years;
                    arm.with_years += 1;
                }
                None => left_out.without_years += 1,
            }
            left_out.without_dose += usize::from(safety.first_dose.is_some() && dose.is_none());
        }

        let mut events = Vec::new();
        let mut is_without_arm = vec![false; subjects];
        for (place, event) in trial.adverse_events.iter().enumerate() {
            let subject = event.subject;
            if arm_of_subject.get(subject).copied().flatten().is_none() {
                // Whoever is outside the analysis set is told of as such.
                if population.contains(subject) {
                    left_out.without_arm += 1;
                    if let Some(slot) = is_without_arm.get_mut(subject) {
                        *slot = true;
                    }
                }
                continue;
            }
            let Some(moments) = moments.get(subject) else { continue };
            if left_out.judge(safety, event, moments) {
                let years = event.start_day.map(|day| years_of(TimeUnit::Days.to_months(day) - moments.origin));
                let is_in_time = years.is_none_or(|years| years >= -years_of(SLACK_MONTHS));
                events.push(CountedEvent { event: place, subject, is_in_time, years });
            }
        }
        left_out.people_without_arm = is_without_arm.iter().filter(|is_so| **is_so).count();
        Ok(Self { arms, arm_of_subject, years, events, left_out })
    }

    pub fn arm(&self, subject: usize) -> Option<usize> {
        self.arm_of_subject.get(subject).copied().flatten()
    }

    pub fn years(&self, subject: usize) -> Option<f64> {
        self.years.get(subject).copied().flatten()
    }
}

fn years_of(months: f64) -> f64 {
    months / 12.0
}

impl LeftOut {
    /// Whether an event counts; if not, why is noted.
    fn judge(&mut self, safety: &SafetyPlan, event: &AdverseEvent, moments: &Moments) -> bool {
        self.of += 1;
        let month = |day: Option<f64>| day.map(|day| TimeUnit::Days.to_months(day));
        let (start, end) = (month(event.start_day), month(event.end_day));
        self.ends_before_start +=
            usize::from(event.start_day.zip(event.end_day).is_some_and(|(start, end)| end < start));
        // Without a start an event is taken for treatment-emergent, unless it had ended by then.
        let is_before = start.or(end).is_some_and(|month| month < moments.origin - SLACK_MONTHS);
        let is_after = start.is_some_and(|start| start > moments.limit + SLACK_MONTHS);
        let is_dated = !is_before && !is_after;
        if let Some(flag) = event.is_treatment_emergent {
            self.only_flagged += usize::from(flag && !is_dated);
            self.only_dated += usize::from(!flag && is_dated);
        }
        match safety.counted {
            CountedEvents::All => {}
            CountedEvents::TreatmentEmergent => {
                self.before += usize::from(is_before);
                self.after += usize::from(is_after);
                if !is_dated {
                    return false;
                }
            }
            CountedEvents::Flagged => {
                self.flagged_no += usize::from(event.is_treatment_emergent == Some(false));
                self.flag_missing += usize::from(event.is_treatment_emergent.is_none());
                if event.is_treatment_emergent != Some(true) {
                    return false;
                }
            }
        }
        if let Some(least) = safety.least_severity {
            self.severity_missing += usize::from(event.grade.is_none());
            if event.grade.is_none_or(|grade| grade < least) {
                return false;
            }
        }
        if safety.only_serious {
            self.serious_missing += usize::from(event.is_serious.is_none());
            if event.is_serious != Some(true) {
                return false;
            }
        }
        if safety.only_related {
            self.related_missing += usize::from(event.is_related.is_none());
            if event.is_related != Some(true) {
                return false;
            }
        }
        self.without_start += usize::from(start.is_none());
        true
    }
}

/// By subject, the last visit, sample or day of an adverse event, in months.
fn last_records(trial: &Trial) -> Vec<Option<f64>> {
    let mut last: Vec<Option<f64>> = vec![None; trial.subjects.len()];
    let mut see = |subject: usize, months: f64| {
        if let Some(slot) = last.get_mut(subject) {
            *slot = Some(slot.map_or(months, |known: f64| known.max(months)));
        }
    };
    for visit in trial.outcomes.iter().flat_map(|outcome| &outcome.visits) {
        see(visit.subject, visit.time_months);
    }
    for sample in trial.analytes.iter().flat_map(|analyte| &analyte.samples) {
        see(sample.subject, sample.time_months);
    }
    for event in &trial.adverse_events {
        for day in event.start_day.iter().chain(&event.end_day) {
            see(event.subject, TimeUnit::Days.to_months(*day));
        }
    }
    last
}

/// By subject, the longest follow-up of any endpoint, in months.
fn follow_ups(trial: &Trial) -> Vec<Option<f64>> {
    let mut last: Vec<Option<f64>> = vec![None; trial.subjects.len()];
    for record in trial.endpoints.iter().flat_map(|endpoint| &endpoint.records) {
        if let Some(slot) = last.get_mut(record.subject) {
            *slot = Some(slot.map_or(record.time_months, |known: f64| known.max(record.time_months)));
        }
    }
    last
}

fn ends(trial: &Trial, observed_to: ObservedTo) -> Vec<Option<f64>> {
    let records = last_records(trial);
    match observed_to {
        ObservedTo::LastRecord => records,
        ObservedTo::EndOfFollowUp => {
            follow_ups(trial).into_iter().zip(records).map(|(follow_up, record)| follow_up.or(record)).collect()
        }
    }
}

/// Total months by the survival file and by the last record, of people who have both.
pub fn follow_up_beside_records(trial: &Trial) -> (f64, f64) {
    let both = follow_ups(trial).into_iter().zip(last_records(trial)).filter_map(|(follow_up, record)| {
        let (follow_up, record) = follow_up.zip(record)?;
        Some((follow_up, record.max(0.0)))
    });
    both.fold((0.0, 0.0), |total, one| (total.0 + one.0, total.1 + one.1))
}

/// Survival that was followed long after the last visit is no time in which events were looked for.
pub fn default_observed_to(trial: &Trial) -> ObservedTo {
    if is_follow_up_longer(trial) { ObservedTo::LastRecord } else { ObservedTo::EndOfFollowUp }
}

pub fn is_follow_up_longer(trial: &Trial) -> bool {
    let (follow_up, records) = follow_up_beside_records(trial);
    follow_up > LONGER_THAN_RECORDS * records
}

/// What spelled-alike names are called: without regard to case and spaces, the most frequent spelling, of several the
/// first by its letters.
#[derive(Default)]
pub struct Spellings {
    counts: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Spellings {
    pub fn see(&mut self, name: &str) {
        *self.counts.entry(key(name)).or_default().entry(name.to_owned()).or_default() += 1;
    }

    pub fn keys(&self) -> Vec<&String> {
        self.counts.keys().collect()
    }

    pub fn name(&self, key: &str) -> String {
        let spellings = self.counts.get(key);
        let most = spellings.into_iter().flatten().fold(None, |best: Option<(&String, usize)>, (spelling, &count)| {
            if best.is_some_and(|(_, most)| most >= count) { best } else { Some((spelling, count)) }
        });
        most.map_or_else(|| key.to_owned(), |(spelling, _)| spelling.clone())
    }

    /// Names that come in several spellings.
    pub fn merged(&self) -> Vec<String> {
        self.counts.iter().filter(|(_, spellings)| spellings.len() > 1).map(|(key, _)| self.name(key)).collect()
    }
}

pub fn key(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<String>>().join(" ")
}

/// At most as severe as nothing known.
pub fn worst(a: Option<Grade>, b: Option<Grade>) -> Option<Grade> {
    a.max(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_spelling_names_all() {
        let mut spellings = Spellings::default();
        for name in ["headache", "Headache", "Headache ", "HEADACHE", "Fall", "Headache"] {
            spellings.see(name);
        }
        assert_eq!(spellings.name("headache"), "Headache");
        assert_eq!(spellings.merged(), ["Headache"]);
        assert_eq!(spellings.name("fall"), "Fall");
    }
}
