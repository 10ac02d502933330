//! Adverse events by arm: people with an event, in all, by class and by term; how severe; how often for the time that
//! people were observed.

mod counted;
mod doubts;
mod items;
mod rows;

use serde::{Deserialize, Serialize};

use super::time_to_event::TimeOrigin;
use super::{AnalysisError, AnalysisId, Answer, Detail, Note, NoteKind, Plan, Population};
use crate::trial::{Covariate, CovariateValues, Grade, TimeUnit, Trial};
use counted::Observed;
use items::Items;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyPlan {
    #[serde(default)]
    pub counted: CountedEvents,
    /// Column of the first dose, from which on events are treatment-emergent. Absent: the start of follow-up.
    #[serde(default)]
    pub first_dose: Option<TimeOrigin>,
    #[serde(default)]
    pub last_dose: Option<TimeOrigin>,
    /// An event is treatment-emergent up to this many days after the last dose, where one is known, else after the end
    /// of the person's observation. Absent: without end.
    #[serde(default)]
    pub window_days: Option<f64>,
    /// Up to when a person was observed, for rates.
    #[serde(default)]
    pub observed_to: ObservedTo,
    #[serde(default)]
    pub level: EventLevel,
    /// Only events at least this severe.
    #[serde(default)]
    pub least_severity: Option<Grade>,
    #[serde(default)]
    pub only_serious: bool,
    #[serde(default)]
    pub only_related: bool,
    /// Fisher's exact test of every row, with its adjustment for their number.
    #[serde(default)]
    pub fisher: bool,
    /// The figure and its table hold what this share of an arm, in percent, or more had.
    #[serde(default = "default_least_percent")]
    pub least_percent: f64,
    /// Counts of people from 1 up to below this are not told.
    #[serde(default)]
    pub mask_below: Option<u32>,
}

fn default_least_percent() -> f64 {
    5.0
}

/// Which events count, by when they began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedEvents {
    /// From the first dose on, by the events' own days.
    #[default]
    TreatmentEmergent,
    /// As the files flag them.
    Flagged,
    All,
}

impl CountedEvents {
    pub const ALL: [Self; 3] = [Self::TreatmentEmergent, Self::Flagged, Self::All];
}

/// Up to when a person's time counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObservedTo {
    /// The time to death or last contact of the survival file, where it has the person; else the last record.
    #[default]
    EndOfFollowUp,
    /// The last visit, sample or day of an adverse event.
    LastRecord,
}

impl ObservedTo {
    pub const ALL: [Self; 2] = [Self::LastRecord, Self::EndOfFollowUp];
}

/// How finely events are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventLevel {
    #[default]
    Term,
    Class,
}

impl EventLevel {
    pub const ALL: [Self; 2] = [Self::Term, Self::Class];
}

impl SafetyPlan {
    pub fn default_for(trial: &Trial) -> Option<Self> {
        if trial.adverse_events.is_empty() {
            return None;
        }
        Some(Self {
            counted: CountedEvents::TreatmentEmergent,
            first_dose: dose_columns(trial, false).into_iter().next(),
            last_dose: dose_columns(trial, true).into_iter().next(),
            window_days: None,
            observed_to: counted::default_observed_to(trial),
            level: EventLevel::Term,
            least_severity: None,
            only_serious: false,
            only_related: false,
            fisher: false,
            least_percent: default_least_percent(),
            mask_below: None,
        })
    }

    pub fn problem(&self) -> Option<String> {
        if !(0.0..=100.0).contains(&self.least_percent) {
            return Some(format!("least_percent is {}, it must lie between 0 and 100", self.least_percent));
        }
        if let Some(days) = self.window_days.filter(|days| !(days.is_finite() && *days >= 0.0)) {
            return Some(format!("window_days is {days}, it must be at least 0"));
        }
        (self.mask_below.is_some_and(|below| below < 2))
            .then(|| "mask_below is less than 2: there is nothing to mask".to_owned())
    }

    /// Without the columns that are no longer in the files.
    pub fn refitted(self, trial: &Trial) -> Self {
        let is_there = |origin: &TimeOrigin| trial.covariate(&origin.column).is_some();
        Self { first_dose: self.first_dose.filter(is_there), last_dose: self.last_dose.filter(is_there), ..self }
    }

    fn hides(&self, count: usize) -> bool {
        self.mask_below.is_some_and(|below| count > 0 && count < below as usize)
    }
}

/// The columns of the subjects file whose names say that they hold a time from the start of follow-up to the first
/// dose, or to the last.
pub fn dose_columns(trial: &Trial, is_last: bool) -> Vec<TimeOrigin> {
    trial.covariates.iter().filter_map(|covariate| dose_column(covariate, is_last)).collect()
}

fn dose_column(covariate: &Covariate, is_last: bool) -> Option<TimeOrigin> {
    let CovariateValues::Numeric(_) = &covariate.values else { return None };
    let name = covariate.name.to_lowercase();
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphanumeric()).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let unit = if has(&["day", "days"]) {
        TimeUnit::Days
    } else if has(&["week", "weeks"]) {
        TimeUnit::Weeks
    } else if has(&["month", "months"]) {
        TimeUnit::Months
    } else {
        return None;
    };
    let is_of_treatment = ["dose", "injection", "infusion", "treatment"].iter().any(|word| name.contains(word));
    let says_last = has(&["last", "end", "stop"]);
    let says_first = has(&["first", "start", "injection", "infusion"]);
    (is_of_treatment && says_last == is_last && (says_last || says_first)).then(|| TimeOrigin {
        column: covariate.name.clone(),
        unit,
        is_before: false,
        is_entry_delayed: false,
    })
}

/// What the page needs beside the rows. It holds no count that the rows do not hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SafetyDetail {
    /// Arms with people, the control first.
    pub arms: Vec<ArmDetail>,
    /// The control's place in `arms` is 0.
    pub has_control: bool,
    /// What is counted: the summary's lines, then each class with its terms.
    pub items: Vec<ItemDetail>,
    /// Places in `items` of what at least `least_percent` of an arm had, the most frequent first.
    pub frequent: Vec<usize>,
    /// Empty unless Fisher's test was asked for.
    pub points: Vec<VolcanoPoint>,
    /// -log10 of 1 less the confidence level.
    pub line_y: f64,
    /// Tests of rows of the planned level, all contrasts together.
    pub tests: usize,
    /// Grades that events have, ascending; what is missing among them nobody had.
    pub grades: Vec<Grade>,
    pub has_unknown_grades: bool,
    /// Events in the files that are of the people analysed, and how many of them count.
    pub events: usize,
    pub events_counted: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmDetail {
    pub name: String,
    pub place: usize,
    pub people: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemDetail {
    pub kind: ItemKind,
    /// In the findings.
    pub outcome: String,
    /// Class or term alone.
    pub label: String,
    /// Place of its first row among the findings, and how many it has.
    pub first_row: usize,
    pub rows: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ItemKind {
    Any,
    Related,
    Serious,
    SeriousRelated,
    Severe,
    Fatal,
    Class,
    Term,
}

/// A row of the planned level in one contrast.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VolcanoPoint {
    pub item: usize,
    /// Place in `arms`.
    pub arm: usize,
    /// Of the shares, -1 to 1.
    pub difference: f64,
    /// -log10 of Fisher's p.
    pub y: f64,
    pub p_value: f64,
}

/// # What
/// People with at least one event, events, shares and their differences to the control, worst severity, and rates for
/// the time observed: in all, by class, by term.
///
/// # Rules
/// docs/findings.md, "Adverse events".
///
/// # Errors
/// `NotInFiles` (no adverse events, a column of doses), `TooFew` (nobody in any arm).
pub fn analyse_safety(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    safety: &SafetyPlan,
) -> Result<Answer, AnalysisError> {
    if trial.adverse_events.is_empty() {
        return Err(AnalysisError::NotInFiles { what: "table".into(), name: "adverse events".into() });
    }
    let observed = Observed::of(trial, population, safety)?;
    if observed.arms.is_empty() {
        return Err(AnalysisError::TooFew { what: "people with an arm".into(), need: 1, got: 0 });
    }
    let items = Items::of(trial, &observed, safety);
    let told = rows::tell(&observed, &items, plan, safety)?;
    let note = |kind: NoteKind| Note { analysis: AnalysisId::SafetyIncidence, kind };
    let mut notes: Vec<Note> = doubts::doubts(trial, population, &observed, &items, plan, safety)
        .into_iter()
        .map(|doubt| note(NoteKind::Safety(doubt)))
        .collect();
    notes.extend(told.notes.into_iter().map(note));
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        notes.push(note(NoteKind::OutsideSet { set, subjects: population.outside_set }));
    }
    Ok(Answer { rows: told.rows, notes, detail: Detail::Safety(told.detail) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_doses() {
        let of = |name: &str, is_last: bool| {
            let values = CovariateValues::Numeric(vec![Some(1.0)]);
            dose_column(&Covariate { name: name.to_owned(), values }, is_last).map(|origin| origin.unit)
        };
        assert_eq!(of("first_dose_months", false), Some(TimeUnit::Months));
        assert_eq!(of("injection_day", false), Some(TimeUnit::Days));
        assert_eq!(of("Treatment start (weeks)", false), Some(TimeUnit::Weeks));
        assert_eq!(of("last_injection_day", false), None);
        assert_eq!(of("last_injection_day", true), Some(TimeUnit::Days));
        assert_eq!(of("last_dose_months", true), Some(TimeUnit::Months));
        assert_eq!(of("dose_mg", false), None);
        assert_eq!(of("randomisation_months", false), None);
    }
}
