//! Survival of responders and others from the month on at which they were told apart.

mod cohort;
mod comparison;
mod plan;

pub use plan::LandmarkPlan;

use serde::{Deserialize, Serialize};

use self::cohort::{Cohort, Sample, Standing};
use self::comparison::{Clock, FROM_LANDMARK, FROM_START, compare, compare_again, describe};
use super::survival::{CurveStep, risk_table_months};
use super::time_to_event::{EndpointPlan, time_to_event};
use super::visit_plan::visit_table;
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term, TimeNote};
use crate::order;
use crate::trial::{TimeUnit, Trial};

/// What the tests compare; a hazard ratio below 1 is in the responders' favour.
pub const CONTRAST: &str = "responders − others";

/// A group smaller than this is warned about.
const FEW_PATIENTS: usize = 10;

/// Fewer events than this carry little information about a difference.
const FEW_EVENTS: usize = 20;

/// The curves with their censorings, for the figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LandmarkDetail {
    /// Control first.
    pub arm_names: Vec<String>,
    pub time_unit: TimeUnit,
    /// The event or events.
    pub event: String,
    pub landmark_month: f64,
    pub last_month: f64,
    /// Months from the start at which the numbers at risk are given; the first is the landmark.
    pub landmark_months: Vec<f64>,
    /// The same from the start on.
    pub naive_months: Vec<f64>,
    /// All arms together first.
    pub curves: Vec<LandmarkCurve>,
    /// The same counted from the start.
    pub naive_curves: Vec<LandmarkCurve>,
    /// The landmarks that were tried, rising.
    pub tried_months: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LandmarkCurve {
    /// Absent: all arms.
    pub arm: Option<String>,
    pub is_responder: bool,
    /// Months from the start of follow-up.
    pub steps: Vec<CurveStep>,
}

/// The `group` of a response's rows: "responders", "MSC, others".
pub fn group_name(arm: Option<&str>, is_responder: bool) -> String {
    let response = if is_responder { "responders" } else { "others" };
    arm.map_or_else(|| response.to_owned(), |arm| format!("{arm}, {response}"))
}

/// What the parts of this analysis share.
struct Question<'a> {
    plan: &'a Plan,
    /// The event's name.
    event: &'a str,
}

impl Question<'_> {
    fn row(&self, term: Term, group: Option<String>) -> Finding {
        Finding { group, ..Finding::new(AnalysisId::Landmark, self.event, term) }
    }
}

fn note(kind: NoteKind) -> Note {
    Note { analysis: AnalysisId::Landmark, kind }
}

/// # What
/// Survival of those who responded against that of those who did not, counted from a month at which it was known who
/// had, among those then alive and under observation: in all arms, within each arm, and within an arm alone. Beside it
/// the same people counted from the start, as is often done, where responders cannot die before they respond; and the
/// same comparison from other landmarks.
///
/// # Rules
/// Response is judged as in the question of responders. Who was judged at a visit after the landmark is at risk from
/// that visit on. Who died or was last seen before the landmark, or before the visit that would have told, is left
/// out, and so is who cannot be judged; from the start the former count among the others.
///
/// # Errors
/// `NotInFiles`, `NoBaseline`, `NoVisits`, `NoFollowUp`, `NoLeadIn`, `TooFew` (nobody with a time),
/// `NobodyAtLandmark`.
pub fn analyse_landmark(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    landmark: &LandmarkPlan,
) -> Result<Answer, AnalysisError> {
    if let Some(name) = landmark.arm.as_ref().filter(|name| !population.arm_names.contains(name)) {
        return Err(AnalysisError::NotInFiles { what: "arm".into(), name: name.clone() });
    }
    let table = visit_table(trial, population, &landmark.visits)?;
    // The landmark is a month of the visits: time counts as they do.
    let time = EndpointPlan { origin: None, ..landmark.time.clone() };
    let (found, doubts) = time_to_event(trial, population, &time)?;
    let cohort = Cohort::of(&table, population, landmark, &found)?;
    let landmark_month = landmark.landmark();
    let from_landmark = cohort.after_landmark(landmark_month);
    let last_month = found.last_month();
    if from_landmark.is_empty() {
        return Err(AnalysisError::NobodyAtLandmark {
            at_month: landmark_month,
            judged: cohort.people.iter().filter(|person| person.is_judged()).count(),
            last_month,
        });
    }
    let from_start = cohort.since_start();
    let question = Question { plan, event: &found.name };
    let mut rows = Vec::new();
    let mut notes: Vec<Note> = doubts.into_iter().map(|doubt| note(NoteKind::Time(doubt))).collect();
    if let Some(origin) = &landmark.time.origin {
        notes.push(note(NoteKind::Time(TimeNote::OriginNotUsed { column: origin.column.clone() })));
    }
    // All arms, then each alone where there are several.
    let arms = population.arm_names.iter().enumerate().map(|(place, name)| (Some(place), Some(name.as_str())));
    let units: Vec<(Option<usize>, Option<&str>)> =
        std::iter::once((None, None)).chain(arms.filter(|_| population.arm_names.len() > 1)).collect();

    flow_rows(&question, &cohort, population, landmark_month, &units, &mut rows);
    let naive_months = risk_table_months(last_month, found.time_unit);
    let landmark_months = months_after(landmark_month, &naive_months);
    let clocks = [
        (Clock { start_month: landmark_month, months: &landmark_months, terms: &FROM_LANDMARK }, &from_landmark),
        (Clock { start_month: 0.0, months: &naive_months, terms: &FROM_START }, &from_start),
    ];
    let mut drawn: Vec<Vec<LandmarkCurve>> = Vec::new();
    for (clock, all) in clocks {
        let mut curves = Vec::new();
        for (place, arm) in &units {
            let sample = all.of_arm(*place);
            for is_responder in [true, false] {
                let own = sample.of_response(is_responder);
                if !own.is_empty() {
                    curves.push(describe(&question, clock, *arm, is_responder, &own, &mut rows)?);
                }
            }
            let failures = compare(&question, clock, *arm, &sample, &mut rows);
            // From the start the same reasons would be given once more.
            notes.extend(failures.into_iter().filter(|_| clock.start_month > 0.0));
        }
        drawn.push(curves);
    }
    if let Some((share, n)) = cohort.immortal_share() {
        let name = group_name(None, true);
        rows.push(Finding { n: Some(n), estimate: Some(share), ..question.row(Term::ImmortalShare, Some(name)) });
    }
    let planned_arm = landmark.arm.as_deref();
    let planned = units.iter().find(|(_, arm)| *arm == planned_arm).and_then(|(place, _)| *place);
    let tried_months = tried_landmarks(landmark, last_month, found.time_unit);
    for month in &tried_months {
        let sample = cohort.after_landmark(*month).of_arm(planned);
        rows.extend(compare_again(&question, *month, planned_arm, &sample));
    }
    notes.extend(doubts_of(&cohort, &from_landmark.of_arm(planned), landmark, &rows));
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        notes.push(note(NoteKind::OutsideSet { set, subjects: population.outside_set }));
    }
    let mut drawn = drawn.into_iter();
    let detail = LandmarkDetail {
        arm_names: population.arm_names.clone(),
        time_unit: found.time_unit,
        event: found.name.clone(),
        landmark_month,
        last_month,
        curves: drawn.next().unwrap_or_default(),
        naive_curves: drawn.next().unwrap_or_default(),
        landmark_months,
        naive_months,
        tried_months,
    };
    Ok(Answer { rows, notes, detail: Detail::Landmark(detail) })
}

/// Who is lost before the landmark and why: all arms and each alone; of those judged, by response.
fn flow_rows(
    question: &Question<'_>,
    cohort: &Cohort,
    population: &Population,
    landmark_month: f64,
    units: &[(Option<usize>, Option<&str>)],
    rows: &mut Vec<Finding>,
) {
    let standings: Vec<Standing> = cohort.people.iter().map(|person| cohort.standing(person, landmark_month)).collect();
    let count = |arm: Option<usize>, response: Option<bool>, standing: Option<Standing>| {
        let people = cohort.people.iter().zip(&standings);
        let of = people.filter(|(person, own)| {
            arm.is_none_or(|arm| person.arm == arm)
                && response.is_none_or(|response| person.is_judged() && person.is_responder() == response)
                && standing.is_none_or(|standing| **own == standing)
        });
        of.count()
    };
    let lost = [(Term::Died, Standing::Died), (Term::Withdrawn, Standing::Withdrawn)];
    for (place, arm) in units {
        let of = (0..population.arm_names.len())
            .filter(|own| place.is_none_or(|place| *own == place))
            .map(|own| population.arm_size(own))
            .sum::<usize>();
        let row = |term: Term, group: Option<String>, n: usize, found: usize| Finding {
            at: Some(landmark_month),
            n: Some(n as u64),
            estimate: Some(found as f64),
            ..question.row(term, group)
        };
        let group = arm.map(str::to_owned);
        rows.push(row(Term::InSet, group.clone(), of, of));
        let reasons = [
            (Term::Missing, Standing::WithoutTime),
            (Term::WithoutLeadIn, Standing::WithoutLeadIn),
            (Term::WithoutDecline, Standing::WithoutDecline),
            (Term::WithoutFollowUp, Standing::WithoutVisit),
        ];
        for (term, standing) in reasons.into_iter().chain(lost) {
            rows.push(row(term, group.clone(), of, count(*place, None, Some(standing))));
        }
        for response in [true, false] {
            let group = Some(group_name(*arm, response));
            let judged = count(*place, Some(response), None);
            rows.push(row(Term::Count, group.clone(), of, judged));
            for (term, standing) in lost {
                rows.push(row(term, group.clone(), judged, count(*place, Some(response), Some(standing))));
            }
        }
    }
}

/// The landmark, and the round months after it that do not stand in its way.
fn months_after(landmark_month: f64, round_months: &[f64]) -> Vec<f64> {
    let step = round_months.get(1).copied().unwrap_or(1.0);
    let later = round_months.iter().copied().filter(|month| *month >= landmark_month + 0.5 * step);
    std::iter::once(landmark_month).chain(later).collect()
}

/// The planned landmark, the target months from the response on, and half a year and a year after the response, as
/// long as half of the follow-up is still to come.
fn tried_landmarks(landmark: &LandmarkPlan, last_month: f64, unit: TimeUnit) -> Vec<f64> {
    let response = landmark.visits.primary_month;
    let later = match unit {
        TimeUnit::Months => [6.0, 12.0],
        TimeUnit::Weeks => [26.0, 52.0],
        TimeUnit::Days => [180.0, 360.0],
    };
    let later =
        later.map(|time| response + unit.to_months(time)).into_iter().filter(|month| *month <= 0.5 * last_month);
    let targets = landmark.visits.target_months.iter().copied().filter(|month| *month >= response);
    let mut months: Vec<f64> = targets.chain(later).chain([landmark.landmark()]).collect();
    order::sort_numbers(&mut months);
    months.dedup();
    months
}

/// The planned comparison's doubts.
fn doubts_of(cohort: &Cohort, sample: &Sample, landmark: &LandmarkPlan, rows: &[Finding]) -> Vec<Note> {
    let mut notes = Vec::new();
    let landmark_month = landmark.landmark();
    let arm = landmark.arm.as_deref();
    let find = |term: Term| rows.iter().find(|row| row.term == term && row.group.as_deref() == arm);
    let hazard_ratio = find(Term::HazardRatio).and_then(|row| row.estimate);
    let naive_hazard_ratio = find(Term::NaiveHazardRatio).and_then(|row| row.estimate);
    let share = rows.iter().find(|row| row.term == Term::ImmortalShare).and_then(|row| row.estimate);
    notes.push(note(NoteKind::Time(TimeNote::ImmortalTime { hazard_ratio, naive_hazard_ratio, share })));
    notes.push(note(NoteKind::Time(TimeNote::ResponseNotRandomised)));
    let events = sample.events();
    if (1..FEW_EVENTS).contains(&events) {
        notes.push(note(NoteKind::FewEvents { events }));
    }
    for is_responder in [true, false] {
        let n = sample.of_response(is_responder).len();
        if (1..FEW_PATIENTS).contains(&n) {
            notes.push(note(NoteKind::FewPatients { group: group_name(arm, is_responder), n }));
        }
    }
    if let Some((subjects, latest_month)) = cohort.judged_after(landmark_month) {
        notes.push(note(NoteKind::Time(TimeNote::JudgedAfterLandmark { subjects, latest_month })));
    }
    let (mut excludes, mut includes) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|row| row.term == Term::HazardRatioByLandmark) {
        let (Some(month), Some(low), Some(high)) = (row.at, row.conf_low, row.conf_high) else { continue };
        if low > 1.0 || high < 1.0 { excludes.push(month) } else { includes.push(month) }
    }
    if !excludes.is_empty() && !includes.is_empty() {
        notes.push(note(NoteKind::Time(TimeNote::LandmarkDecides { excludes, includes })));
    }
    notes
}
