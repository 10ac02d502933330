//! Who is compared from a landmark on, who from the start, and who is lost on the way.

use super::LandmarkPlan;
use crate::analysis::slope::{Judgement, derive_subject_slopes, judge};
use crate::analysis::time_to_event::TimeToEvent;
use crate::analysis::visit_plan::VisitTable;
use crate::analysis::{AnalysisError, Population};
use crate::stats::survival::FollowUpTimes;

/// Slack for times that went through days and back.
const SLACK_MONTHS: f64 = 1e-9;

/// An analysed subject with an arm.
pub(super) struct Person {
    pub arm: usize,
    judgement: Judgement,
    /// Whether they declined before the start, so that a visit would tell whether the decline slowed; absent without a
    /// slope before it.
    has_declined: Option<bool>,
    /// The visit that told, in months from baseline.
    visit_month: Option<f64>,
    /// Months from the start of follow-up to the event or the last contact.
    follow_up: Option<(f64, bool)>,
}

/// What became of a person up to a landmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    WithoutTime,
    WithoutLeadIn,
    WithoutDecline,
    /// The event came before the landmark, or before the visit that would have told.
    Died,
    /// The last contact did.
    Withdrawn,
    /// Under observation after the window in which the visit was due.
    WithoutVisit,
    AtLandmark,
}

pub(super) struct Cohort {
    pub people: Vec<Person>,
    /// The end of the window in which response is judged, in months from baseline.
    judged_by: f64,
}

impl Cohort {
    /// Errors: `NoFollowUp` (no visit by which to judge), `NoLeadIn`.
    pub(super) fn of(
        table: &VisitTable<'_>,
        population: &Population,
        landmark: &LandmarkPlan,
        found: &TimeToEvent,
    ) -> Result<Self, AnalysisError> {
        let visits = &landmark.visits;
        let slopes = derive_subject_slopes(table, population, visits, landmark.method);
        if slopes.iter().all(|subject| subject.follow_up.is_none()) {
            return Err(AnalysisError::NoFollowUp {
                outcome: table.outcome.name.clone(),
                month: visits.primary_month,
                window_months: visits.window_months,
            });
        }
        if slopes.iter().all(|subject| subject.lead_in.is_none()) {
            return Err(AnalysisError::NoLeadIn { outcome: table.outcome.name.clone() });
        }
        let primary = visits.target_months.iter().position(|month| *month == visits.primary_month);
        // All three lists are in the trial's order.
        let mut rows = table.rows.iter().peekable();
        let mut times = found.subjects.iter().zip(found.times.iter().zip(&found.is_event)).peekable();
        let people = slopes
            .iter()
            .map(|subject| {
                let visit = rows
                    .next_if(|row| row.subject == subject.subject)
                    .and_then(|row| row.at_month.get(primary?).copied().flatten());
                let time = times.next_if(|(known, _)| **known == subject.subject);
                let sign = if landmark.higher_is_better { 1.0 } else { -1.0 };
                Person {
                    arm: subject.arm,
                    judgement: judge(subject, landmark.criterion(), landmark.higher_is_better),
                    has_declined: subject.lead_in.map(|slope| sign * slope < 0.0),
                    visit_month: visit.map(|visit| visit.time_months),
                    follow_up: time.map(|(_, (time, is_event))| (*time, *is_event)),
                }
            })
            .collect();
        Ok(Self { people, judged_by: visits.primary_month + visits.window_months })
    }

    pub(super) fn standing(&self, person: &Person, landmark_month: f64) -> Standing {
        let Some((time, is_event)) = person.follow_up else { return Standing::WithoutTime };
        let ended = if is_event { Standing::Died } else { Standing::Withdrawn };
        match person.has_declined {
            None => Standing::WithoutLeadIn,
            Some(false) => Standing::WithoutDecline,
            Some(true) if person.is_judged() => {
                let known_month = landmark_month + person.entry(landmark_month);
                if time > known_month + SLACK_MONTHS { Standing::AtLandmark } else { ended }
            }
            Some(true) if time > self.judged_by + SLACK_MONTHS => Standing::WithoutVisit,
            Some(true) => ended,
        }
    }

    /// Time from the landmark of those judged and under observation after it; who was judged at a visit after it is
    /// at risk from that visit on.
    pub(super) fn after_landmark(&self, landmark_month: f64) -> Sample {
        let mut sample = Sample::default();
        for person in &self.people {
            if let Some((time, is_event)) = person.follow_up
                && self.standing(person, landmark_month) == Standing::AtLandmark
            {
                let entry = person.entry(landmark_month);
                sample.push(person, entry, time - landmark_month, is_event);
            }
        }
        sample
    }

    /// Time from the start as it must not be counted: who died or left before the response could be judged is counted
    /// among the others from month 0 on, and who responded is counted as at risk before that visit.
    pub(super) fn since_start(&self) -> Sample {
        let mut sample = Sample::default();
        for person in &self.people {
            let is_in = person.is_judged()
                || matches!(self.standing(person, self.judged_by), Standing::Died | Standing::Withdrawn);
            if let Some((time, is_event)) = person.follow_up.filter(|_| is_in) {
                sample.push(person, 0.0, time, is_event);
            }
        }
        sample
    }

    /// The share of the responders' follow-up that lies before the visit that made them responders: in it nobody could
    /// die and be one.
    pub(super) fn immortal_share(&self) -> Option<(f64, u64)> {
        let (mut before, mut all, mut n) = (0.0, 0.0, 0);
        for person in self.people.iter().filter(|person| person.is_responder()) {
            if let Some(((time, _), visit)) = person.follow_up.zip(person.visit_month) {
                before += visit.min(time);
                all += time;
                n += 1;
            }
        }
        (all > 0.0).then_some((before / all, n))
    }

    /// Of those at the landmark: how many were judged after it, and when the last of them.
    pub(super) fn judged_after(&self, landmark_month: f64) -> Option<(usize, f64)> {
        let late: Vec<f64> = self
            .people
            .iter()
            .filter(|person| self.standing(person, landmark_month) == Standing::AtLandmark)
            .filter_map(|person| person.visit_month)
            .filter(|visit| *visit > landmark_month + SLACK_MONTHS)
            .collect();
        (!late.is_empty()).then(|| (late.len(), late.iter().copied().fold(0.0, f64::max)))
    }
}

impl Person {
    pub(super) fn is_judged(&self) -> bool {
        matches!(self.judgement, Judgement::Responder | Judgement::NoResponder)
    }

    pub(super) fn is_responder(&self) -> bool {
        self.judgement == Judgement::Responder
    }

    /// Months from the landmark to the visit that told, where that came later.
    fn entry(&self, landmark_month: f64) -> f64 {
        let after = self.visit_month.unwrap_or(0.0) - landmark_month;
        if after > SLACK_MONTHS { after } else { 0.0 }
    }
}

/// People who are compared, one place in each list a person.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    pub arms: Vec<usize>,
    pub is_responder: Vec<bool>,
    entries: Vec<f64>,
    pub times: Vec<f64>,
    pub is_event: Vec<bool>,
}

impl Sample {
    fn push(&mut self, person: &Person, entry: f64, time: f64, is_event: bool) {
        self.arms.push(person.arm);
        self.is_responder.push(person.is_responder());
        self.entries.push(entry);
        self.times.push(time);
        self.is_event.push(is_event);
    }

    pub(super) fn follow_up(&self) -> FollowUpTimes<'_> {
        let is_late = self.entries.iter().any(|entry| *entry > 0.0);
        FollowUpTimes {
            entries: is_late.then_some(self.entries.as_slice()),
            times: &self.times,
            is_event: &self.is_event,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    pub(super) fn events(&self) -> usize {
        self.is_event.iter().filter(|event| **event).count()
    }

    /// Observed just before `time`; at 0 those observed from then on.
    pub(super) fn at_risk(&self, time: f64) -> usize {
        let people = self.entries.iter().zip(&self.times);
        people.filter(|(entry, end)| **end >= time && (**entry < time || **entry == 0.0)).count()
    }

    pub(super) fn responders(&self) -> usize {
        self.is_responder.iter().filter(|is_responder| **is_responder).count()
    }

    fn only(&self, keeps: impl Fn(usize, bool) -> bool) -> Self {
        let mut kept = Self::default();
        let times = self.entries.iter().zip(&self.times).zip(&self.is_event);
        for ((arm, is_responder), ((entry, time), is_event)) in self.arms.iter().zip(&self.is_responder).zip(times) {
            if keeps(*arm, *is_responder) {
                kept.arms.push(*arm);
                kept.is_responder.push(*is_responder);
                kept.entries.push(*entry);
                kept.times.push(*time);
                kept.is_event.push(*is_event);
            }
        }
        kept
    }

    /// Of one arm; of all where none is named.
    pub(super) fn of_arm(&self, arm: Option<usize>) -> Self {
        self.only(|own, _| arm.is_none_or(|arm| own == arm))
    }

    pub(super) fn of_response(&self, is_responder: bool) -> Self {
        self.only(|_, own| own == is_responder)
    }
}
