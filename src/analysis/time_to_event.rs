//! Which event, counted from when, until when: what every question about survival starts from.

use serde::{Deserialize, Serialize};

use super::{AnalysisError, Population, TimeNote};
use crate::order;
use crate::stats::survival::FollowUpTimes;
use crate::trial::alsfrs::Item;
use crate::trial::{Covariate, CovariateValues, Endpoint, Outcome, TimeUnit, Trial};

/// Name of the event that item 12 of the ALSFRS-R tells: 0 is ventilation day and night.
pub const VENTILATION: &str = "ventilation_by_item_12";

/// The same words in each plan; the forms change them in all plans at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointPlan {
    /// An endpoint of the files.
    pub endpoint: String,
    /// Further endpoints: the first of them all to happen is the event.
    #[serde(default)]
    pub or: Vec<String>,
    /// A visit with 0 on item 12 of the ALSFRS-R is an event too.
    #[serde(default)]
    pub or_ventilation: bool,
    /// The files' flag means the opposite of what it was read as.
    #[serde(default)]
    pub is_flag_reversed: bool,
    /// Absent: as the files count.
    #[serde(default)]
    pub origin: Option<TimeOrigin>,
    /// Who lives beyond it is censored there.
    #[serde(default)]
    pub horizon_months: Option<f64>,
}

/// When time begins, by a column of the subjects file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeOrigin {
    /// Time between the start of follow-up and the origin.
    pub column: String,
    pub unit: TimeUnit,
    /// The column counts backwards: 17 is 17 months before the start.
    #[serde(default)]
    pub is_before: bool,
    /// At risk only from the start of follow-up on (left truncation), as from the first symptom: who died before it
    /// could not be in the trial.
    #[serde(default)]
    pub is_entry_delayed: bool,
}

impl EndpointPlan {
    /// Death, else the first endpoint in alphabetical order.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        super::cafs::default_death(trial).map(Self::of)
    }

    pub fn of(endpoint: String) -> Self {
        Self {
            endpoint,
            or: Vec::new(),
            or_ventilation: false,
            is_flag_reversed: false,
            origin: None,
            horizon_months: None,
        }
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        let horizon = self.horizon_months?;
        (!(horizon.is_finite() && horizon > 0.0)).then(|| format!("horizon_months is {horizon}, it must be above 0"))
    }

    pub fn is_in(&self, trial: &Trial) -> bool {
        self.names().all(|name| trial.endpoint(name).is_some())
            && self.origin.as_ref().is_none_or(|origin| trial.covariate(&origin.column).is_some())
            && (!self.or_ventilation || ventilation_item(trial).is_some())
    }

    /// The endpoints of the files, each once.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        let is_first = |place: usize, name: &String| !self.or.iter().take(place).any(|earlier| earlier == name);
        let others = self.or.iter().enumerate().filter(move |(place, name)| is_first(*place, name));
        std::iter::once(&self.endpoint).chain(others.map(|(_, name)| name).filter(|name| **name != self.endpoint))
    }

    /// The event in the findings: `death`, `death or tracheostomy`.
    pub fn name(&self) -> String {
        let ventilation = self.or_ventilation.then_some(VENTILATION);
        let names: Vec<&str> = self.names().map(String::as_str).chain(ventilation).collect();
        names.join(" or ")
    }
}

impl TimeOrigin {
    /// The columns whose names say that they hold a time from or to the start of follow-up.
    pub fn candidates(trial: &Trial) -> Vec<Self> {
        trial.covariates.iter().filter_map(Self::of_column).collect()
    }

    fn of_column(covariate: &Covariate) -> Option<Self> {
        let CovariateValues::Numeric(values) = &covariate.values else { return None };
        let name = covariate.name.to_lowercase();
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
        let is_days = has(&["day", "days", "delta", "d"]);
        let is_time = is_days || has(&["month", "months", "duration", "weeks", "week"]);
        let is_onset = name.contains("onset") || name.contains("symptom");
        let is_origin = is_onset
            || ["random", "diagnos", "injection", "first_dose", "treatment_start"]
                .iter()
                .any(|word| name.contains(word));
        if !is_time || !is_origin || words.contains(&"age") {
            return None;
        }
        let unit = match (is_days, has(&["week", "weeks"])) {
            (true, _) => TimeUnit::Days,
            (false, true) => TimeUnit::Weeks,
            (false, false) => TimeUnit::Months,
        };
        let has_negative = values.iter().flatten().any(|value| *value < 0.0);
        let is_past = is_onset || name.contains("diagnos");
        Some(Self {
            column: covariate.name.clone(),
            unit,
            is_before: is_past && !has_negative,
            is_entry_delayed: is_past,
        })
    }

    /// Months from the start of follow-up to the origin, by subject; negative before it.
    pub(super) fn months(&self, trial: &Trial) -> Result<Vec<Option<f64>>, AnalysisError> {
        let missing = || AnalysisError::NotInFiles { what: "column with numbers".into(), name: self.column.clone() };
        let covariate = trial.covariate(&self.column).ok_or_else(missing)?;
        let CovariateValues::Numeric(values) = &covariate.values else { return Err(missing()) };
        let sign = if self.is_before { -1.0 } else { 1.0 };
        Ok(values.iter().map(|value| value.map(|value| sign * self.unit.to_months(value))).collect())
    }
}

/// The analysed subjects' times, one place in each list a subject, in the trial's order.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeToEvent {
    /// [`EndpointPlan::name`].
    pub name: String,
    /// The unit to show times in.
    pub time_unit: TimeUnit,
    /// The kinds of event, in the order of the plan.
    pub causes: Vec<String>,
    /// Indices into `Trial::subjects`.
    pub subjects: Vec<usize>,
    /// Places in `Population::arm_names`; 0 is the control.
    pub arms: Vec<usize>,
    /// When each came under observation, in months from the origin; absent where all did at the origin.
    pub entries: Option<Vec<f64>>,
    /// Months from the origin.
    pub times: Vec<f64>,
    pub is_event: Vec<bool>,
    /// Place in `causes` of what happened; absent where censored.
    pub cause: Vec<Option<usize>>,
}

/// A subject's fate on the files' own clock.
struct Fate {
    time_months: f64,
    cause: Option<usize>,
    /// Seen at a visit, so that it may have been there before.
    is_from_visit: bool,
}

/// On a fine grid of the file's own unit, without what a subtraction left: times that are equal on paper are ties only
/// when they are equal to the last bit.
fn snapped(months: f64, unit: TimeUnit) -> f64 {
    const PARTS: f64 = 1e9;
    unit.to_months((unit.from_months(months) * PARTS).round() / PARTS)
}

impl TimeToEvent {
    pub fn follow_up(&self) -> FollowUpTimes<'_> {
        FollowUpTimes { entries: self.entries.as_deref(), times: &self.times, is_event: &self.is_event }
    }

    pub fn len(&self) -> usize {
        self.times.len()
    }

    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    pub fn events(&self) -> usize {
        self.is_event.iter().filter(|event| **event).count()
    }

    pub fn last_month(&self) -> f64 {
        self.times.iter().copied().fold(0.0, f64::max)
    }

    /// Those whose place satisfies `keeps`.
    pub fn only(&self, keeps: impl Fn(usize) -> bool) -> Self {
        fn kept<T: Copy>(all: &[T], keeps: &dyn Fn(usize) -> bool) -> Vec<T> {
            all.iter().enumerate().filter(|(place, _)| keeps(*place)).map(|(_, value)| *value).collect()
        }
        Self {
            name: self.name.clone(),
            time_unit: self.time_unit,
            causes: self.causes.clone(),
            subjects: kept(&self.subjects, &keeps),
            arms: kept(&self.arms, &keeps),
            entries: self.entries.as_ref().map(|entries| kept(entries, &keeps)),
            times: kept(&self.times, &keeps),
            is_event: kept(&self.is_event, &keeps),
            cause: kept(&self.cause, &keeps),
        }
    }

    pub fn of_arm(&self, arm: usize) -> Self {
        self.only(|place| self.arms.get(place) == Some(&arm))
    }
}

/// # What
/// Months from the origin to the first of the plan's events, or to the last contact without one; with the doubts that
/// the making of it raises.
///
/// # Rules
/// A subject's event is the earliest of the plan's events that the files tell of. Without one the subject is censored
/// at the earliest of the endpoints' last contacts: up to there all are known not to have happened. Item 12 of the
/// ALSFRS-R adds events to those who have a record, and shortens no follow-up; who has 0 at or before the moment from
/// which it is at risk is left out. Of two events at one time the one named first counts. Beyond the
/// horizon a subject is censored at it. Who has no origin, and whose time ends at or before its entry, is left out.
///
/// # Errors
/// `NotInFiles` (endpoint, column, items), `TooFew` (nobody with a time and an arm).
pub fn time_to_event(
    trial: &Trial,
    population: &Population,
    plan: &EndpointPlan,
) -> Result<(TimeToEvent, Vec<TimeNote>), AnalysisError> {
    let endpoints: Vec<&Endpoint> = plan
        .names()
        .map(|name| {
            trial
                .endpoint(name)
                .ok_or_else(|| AnalysisError::NotInFiles { what: "endpoint".into(), name: name.clone() })
        })
        .collect::<Result<_, _>>()?;
    let mut causes: Vec<String> = endpoints.iter().map(|endpoint| endpoint.name.clone()).collect();
    let mut ventilated = None;
    if plan.or_ventilation {
        let months = ventilation_months(trial)
            .ok_or_else(|| AnalysisError::NotInFiles { what: "item of the ALSFRS-R".into(), name: "item 12".into() })?;
        ventilated = Some(months);
        causes.push(VENTILATION.to_owned());
    }
    let origins = plan.origin.as_ref().map(|origin| origin.months(trial)).transpose()?;
    let is_entry_delayed = plan.origin.as_ref().is_some_and(|origin| origin.is_entry_delayed);
    let horizon = plan.horizon_months.unwrap_or(f64::INFINITY);

    let fates = fates(&endpoints, ventilated.as_deref(), plan.is_flag_reversed, trial.subjects.len());
    let mut found = TimeToEvent {
        name: plan.name(),
        time_unit: endpoints.first().map(|endpoint| endpoint.time_unit).unwrap_or_default(),
        causes,
        subjects: Vec::new(),
        arms: Vec::new(),
        entries: None,
        times: Vec::new(),
        is_event: Vec::new(),
        cause: Vec::new(),
    };
    let mut entries = Vec::new();
    let (mut without_arm, mut without_time) = (0, 0);
    let mut without_origin = vec![0; population.arm_names.len()];
    let mut not_at_risk = vec![0; population.arm_names.len()];
    for subject in population.subjects() {
        let Some(fate) = fates.get(subject).and_then(Option::as_ref) else {
            without_time += usize::from(population.arm(subject).is_some());
            continue;
        };
        let Some(arm) = population.arm(subject) else {
            without_arm += 1;
            continue;
        };
        let origin = match &origins {
            None => 0.0,
            Some(months) => match months.get(subject).copied().flatten() {
                Some(month) => month,
                None => {
                    count(&mut without_origin, arm);
                    continue;
                }
            },
        };
        let unit = endpoints.first().map(|endpoint| endpoint.time_unit).unwrap_or_default();
        let (entry, time) = if origins.is_some() {
            let entry = if is_entry_delayed { (-origin).max(0.0) } else { 0.0 };
            (snapped(entry, unit), snapped(fate.time_months - origin, unit))
        } else {
            (0.0, fate.time_months)
        };
        // Counted from the start, an event on the first day still had somebody at risk, unless a visit told of it.
        let is_at_risk = if origins.is_some() || fate.is_from_visit { time > entry } else { time >= 0.0 };
        if !is_at_risk || entry >= horizon {
            count(&mut not_at_risk, arm);
            continue;
        }
        let is_within = time <= horizon;
        found.subjects.push(subject);
        found.arms.push(arm);
        entries.push(entry);
        found.times.push(time.min(horizon));
        found.is_event.push(fate.cause.is_some() && is_within);
        found.cause.push(fate.cause.filter(|_| is_within));
    }
    if found.is_empty() {
        return Err(AnalysisError::TooFew { what: "subjects with follow-up and an arm".into(), need: 1, got: 0 });
    }
    let mut notes = Vec::new();
    if without_arm > 0 {
        notes.push(TimeNote::WithoutArm { subjects: without_arm });
    }
    if without_time > 0 {
        notes.push(TimeNote::WithoutFollowUp { subjects: without_time });
    }
    let by_arm = |counts: Vec<usize>| {
        let named = population.arm_names.iter().cloned().zip(counts);
        named.filter(|(_, subjects)| *subjects > 0).collect::<Vec<(String, usize)>>()
    };
    for (arm, subjects) in by_arm(without_origin) {
        let column = plan.origin.as_ref().map(|origin| origin.column.clone()).unwrap_or_default();
        notes.push(TimeNote::WithoutOrigin { arm, column, subjects });
    }
    for (arm, subjects) in by_arm(not_at_risk) {
        notes.push(TimeNote::NoTimeAtRisk { arm, subjects });
    }
    if is_flag_doubtful(&found) {
        notes.push(TimeNote::FlagDoubtful { events: found.events(), subjects: found.len() });
    }
    found.entries = entries.iter().any(|entry| *entry > 0.0).then_some(entries);
    Ok((found, notes))
}

fn count(counts: &mut [usize], arm: usize) {
    if let Some(slot) = counts.get_mut(arm) {
        *slot += 1;
    }
}

/// By subject, over all endpoints.
fn fates(
    endpoints: &[&Endpoint],
    ventilated: Option<&[Option<f64>]>,
    is_flag_reversed: bool,
    subjects: usize,
) -> Vec<Option<Fate>> {
    let mut fates: Vec<Option<Fate>> = (0..subjects).map(|_| None).collect();
    let put = |slot: &mut Option<Fate>, found: Fate| {
        let is_earlier = slot.as_ref().is_none_or(|known| match (known.cause, found.cause) {
            (Some(_), None) => false,
            (None, Some(_)) => true,
            (Some(_), Some(_)) | (None, None) => found.time_months < known.time_months,
        });
        if is_earlier {
            *slot = Some(found);
        }
    };
    for (place, endpoint) in endpoints.iter().enumerate() {
        for record in &endpoint.records {
            if let Some(slot) = fates.get_mut(record.subject) {
                let cause = (record.is_event != is_flag_reversed).then_some(place);
                put(slot, Fate { time_months: record.time_months, cause, is_from_visit: false });
            }
        }
    }
    for (slot, month) in fates.iter_mut().zip(ventilated.unwrap_or_default()) {
        // Of those without a record only the ventilated would come in: nobody does.
        if let (Some(time_months), true) = (*month, slot.is_some()) {
            put(slot, Fate { time_months, cause: Some(endpoints.len()), is_from_visit: true });
        }
    }
    fates
}

/// The first visit with 0 on item 12, by subject; absent without the item.
pub fn ventilation_months(trial: &Trial) -> Option<Vec<Option<f64>>> {
    let item = ventilation_item(trial)?;
    let mut months: Vec<Option<f64>> = vec![None; trial.subjects.len()];
    for visit in item.visits.iter().filter(|visit| visit.value == 0.0) {
        if let Some(slot) = months.get_mut(visit.subject) {
            *slot = Some(slot.map_or(visit.time_months, |known| known.min(visit.time_months)));
        }
    }
    Some(months)
}

fn ventilation_item(trial: &Trial) -> Option<&Outcome> {
    trial.outcomes.iter().find(|outcome| outcome.item == Some(Item::Numbered(11)))
}

/// Events late and censorings early: most "events" stand at the end of follow-up, as people who were last seen there do.
fn is_flag_doubtful(found: &TimeToEvent) -> bool {
    let mut events: Vec<f64> =
        found.times.iter().zip(&found.is_event).filter(|(_, is_event)| **is_event).map(|(time, _)| *time).collect();
    let mut others: Vec<f64> =
        found.times.iter().zip(&found.is_event).filter(|(_, is_event)| !**is_event).map(|(time, _)| *time).collect();
    if events.len() < 5 || others.is_empty() {
        return false;
    }
    order::sort_numbers(&mut events);
    order::sort_numbers(&mut others);
    let median = |sorted: &[f64]| sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    let at_end = events.iter().filter(|time| **time >= 0.98 * found.last_month()).count();
    2 * at_end >= events.len() && median(&others) < median(&events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{FollowUp, SourceRow};

    fn endpoint(name: &str, records: &[(f64, bool)]) -> Endpoint {
        let records = records
            .iter()
            .enumerate()
            .map(|(subject, (time_months, is_event))| FollowUp {
                subject,
                time_months: *time_months,
                is_event: *is_event,
                source: SourceRow(0),
            })
            .collect();
        Endpoint { name: name.to_owned(), time_unit: TimeUnit::Months, records }
    }

    #[test]
    fn the_first_of_several_events_counts_and_all_must_be_known_not_to_have_happened() {
        let death = endpoint("death", &[(10.0, true), (12.0, false), (8.0, false), (9.0, true)]);
        let tube = endpoint("tracheostomy", &[(7.0, true), (11.0, false), (9.0, true), (9.0, true)]);
        let found = fates(&[&death, &tube], None, false, 4);
        let found: Vec<(f64, Option<usize>)> =
            found.iter().flatten().map(|fate| (fate.time_months, fate.cause)).collect();
        assert_eq!(found, [(7.0, Some(1)), (11.0, None), (9.0, Some(1)), (9.0, Some(0))]);
        let ventilated = [None, Some(11.5), None, Some(4.0)];
        let found = fates(&[&death, &tube], Some(ventilated.as_slice()), false, 4);
        assert_eq!(
            found.iter().flatten().map(|fate| fate.cause).collect::<Vec<_>>(),
            [Some(1), Some(2), Some(1), Some(2)]
        );
    }

    #[test]
    fn names_tell_an_origin() {
        let column = |name: &str, values: &[f64]| Covariate {
            name: name.to_owned(),
            values: CovariateValues::Numeric(values.iter().copied().map(Some).collect()),
        };
        let of = |name: &str, values: &[f64]| TimeOrigin::of_column(&column(name, values));
        let onset = of("onset_months", &[17.0]).unwrap();
        assert_eq!((onset.unit, onset.is_before, onset.is_entry_delayed), (TimeUnit::Months, true, true));
        let onset = of("Onset_Delta", &[-500.0]).unwrap();
        assert_eq!((onset.unit, onset.is_before), (TimeUnit::Days, false));
        let random = of("randomisation_day", &[-3.0, 0.0]).unwrap();
        assert_eq!((random.unit, random.is_before, random.is_entry_delayed), (TimeUnit::Days, false, false));
        let none: Vec<&str> = ["age_at_onset_months", "onset_site", "random_number"]
            .into_iter()
            .filter(|name| of(name, &[1.0]).is_some())
            .collect();
        assert_eq!(none, Vec::<&str>::new());
    }
}
