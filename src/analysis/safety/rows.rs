//! Counts to findings, with what a plan masks left out of every row that would tell it.

use super::counted::{Arm, Observed};
use super::items::{Item, Items, Tally, place_of_grade};
use super::{ArmDetail, CountedEvents, ItemDetail, ItemKind, SafetyDetail, SafetyPlan, VolcanoPoint};
use crate::analysis::{AnalysisError, AnalysisId, Finding, NoteKind, Plan, SafetyNote, Term};
use crate::stats::contingency::{
    IncidenceRateOptions, RateCount, TwoByTwo, TwoByTwoOptions, estimate_incidence_rate, estimate_risk_difference,
    fisher_exact_test, incidence_rate_test,
};
use crate::stats::multiplicity::{BenjaminiHochbergOptions, adjust_benjamini_hochberg, adjust_holm};
use crate::stats::{Interval, real};
use crate::trial::Grade;

/// Rates are told for so many years.
const RATE_YEARS: f64 = 100.0;

pub struct Told {
    pub rows: Vec<Finding>,
    pub notes: Vec<NoteKind>,
    pub detail: SafetyDetail,
}

/// A p-value of the planned level, to be adjusted with its fellows.
struct Tested {
    item: usize,
    arm: usize,
    p_value: f64,
    difference: f64,
}

struct Teller<'a> {
    observed: &'a Observed,
    safety: &'a SafetyPlan,
    confidence_level: f64,
    /// Which events count, in every row's `method`.
    selection: String,
    has_control: bool,
}

pub fn tell(observed: &Observed, items: &Items, plan: &Plan, safety: &SafetyPlan) -> Result<Told, AnalysisError> {
    // The control comes first; where nobody is in it there is nothing to compare with.
    let has_control = observed.arms.len() > 1 && observed.arms.first().is_some_and(|arm| arm.place == 0);
    let teller =
        Teller { observed, safety, confidence_level: plan.confidence_level, selection: selection(safety), has_control };
    let mut told: Vec<Vec<Finding>> =
        items.items.iter().map(|item| teller.item_rows(item)).collect::<Result<_, _>>()?;
    let mut notes = Vec::new();
    let kind = items.planned_kind(safety);
    let mut points = Vec::new();
    let mut tests = 0;
    let at = |p: f64| (-real::ln(p) / std::f64::consts::LN_10).max(0.0);
    if safety.fisher && has_control {
        let mut tested: Vec<Tested> = Vec::new();
        for (place, (item, rows)) in items.items.iter().zip(&mut told).enumerate() {
            let own = teller.fisher_rows(place, item, rows)?;
            if item.kind == kind {
                tested.extend(own);
            }
        }
        tests = tested.len();
        teller.adjust(&tested, items, &mut told)?;
        points = tested
            .iter()
            .map(|one| VolcanoPoint {
                item: one.item,
                arm: one.arm,
                difference: one.difference,
                y: at(one.p_value),
                p_value: one.p_value,
            })
            .collect();
        if tests > 1 {
            let expected_by_chance = tests as f64 * (1.0 - plan.confidence_level);
            notes.push(NoteKind::Safety(SafetyNote::SeveralTests { tests, expected_by_chance }));
        }
    }
    if observed.arms.len() < 2 {
        let error = AnalysisError::OneArm { arms_with_data: observed.arms.len() };
        notes.push(NoteKind::Unanswered { group: None, at_month: None, error });
    } else if !has_control {
        let control = plan.control_arm.clone().unwrap_or_default();
        let error = AnalysisError::NoControl { control };
        notes.push(NoteKind::Unanswered { group: None, at_month: None, error });
    }

    let mut details = Vec::with_capacity(items.items.len());
    let mut rows = teller.exposure_rows();
    for (item, own) in items.items.iter().zip(told) {
        details.push(ItemDetail {
            kind: item.kind,
            outcome: item.outcome.clone(),
            label: item.label.clone(),
            first_row: rows.len(),
            rows: own.len(),
        });
        rows.extend(own);
    }
    let arms = observed
        .arms
        .iter()
        .map(|arm| ArmDetail { name: arm.name.clone(), place: arm.place, people: arm.people })
        .collect();
    let detail = SafetyDetail {
        arms,
        has_control,
        items: details,
        frequent: items.frequent(observed, safety),
        points,
        line_y: at(1.0 - plan.confidence_level),
        tests,
        grades: items.grades.clone(),
        has_unknown_grades: items.has_unknown_grades,
        events: observed.left_out.of,
        events_counted: observed.events.len(),
    };
    Ok(Told { rows, notes, detail })
}

/// "treatment-emergent, serious": what the rows count.
fn selection(safety: &SafetyPlan) -> String {
    let mut words = vec![match safety.counted {
        CountedEvents::TreatmentEmergent => match safety.window_days {
            Some(days) => format!("treatment-emergent up to {days} days after treatment"),
            None => "treatment-emergent".to_owned(),
        },
        CountedEvents::Flagged => "flagged treatment-emergent".to_owned(),
        CountedEvents::All => "all events".to_owned(),
    }];
    if let Some(least) = safety.least_severity {
        words.push(format!("{} or worse", least.word()));
    }
    words.extend(safety.only_serious.then(|| "serious".to_owned()));
    words.extend(safety.only_related.then(|| "related".to_owned()));
    words.join(", ")
}

impl Teller<'_> {
    fn row(&self, item: &Item, arm: &Arm, term: Term) -> Finding {
        Finding {
            group: Some(arm.name.clone()),
            n: Some(arm.people as u64),
            method: Some(self.selection.clone()),
            ..Finding::new(AnalysisId::SafetyIncidence, &item.outcome, term)
        }
    }

    fn options(&self) -> TwoByTwoOptions {
        TwoByTwoOptions { confidence_level: self.confidence_level }
    }

    /// The value, unless it is masked or stands beside a masked one.
    fn told(&self, row: Finding, is_hidden: bool) -> Finding {
        if !is_hidden {
            return row;
        }
        masked(row, &format!("masked: fewer than {}", self.safety.mask_below.unwrap_or_default()))
    }

    /// Worst severities add up to the people of the row: a single masked one could be worked out, and so the smallest of
    /// the others is masked too.
    fn masked_beside(&self, tally: &Tally) -> Option<usize> {
        let hidden = tally.worst.iter().filter(|people| self.safety.hides(**people)).count();
        if hidden != 1 || self.safety.hides(tally.people) {
            return None;
        }
        let others = tally.worst.iter().enumerate().filter(|(_, people)| **people > 0 && !self.safety.hides(**people));
        others.min_by_key(|(_, people)| **people).map(|(level, _)| level)
    }

    fn count_row(&self, item: &Item, arm: &Arm, term: Term, count: usize, is_hidden: bool) -> Finding {
        let row = Finding { estimate: Some(count as f64), ..self.row(item, arm, term) };
        self.told(row, is_hidden)
    }

    fn exposure_rows(&self) -> Vec<Finding> {
        let arms = self.observed.arms.iter();
        arms.map(|arm| Finding {
            group: Some(arm.name.clone()),
            n: Some(arm.with_years as u64),
            estimate: (arm.with_years > 0).then_some(arm.years),
            ..Finding::new(AnalysisId::SafetyIncidence, "follow-up", Term::PatientYears)
        })
        .collect()
    }

    fn item_rows(&self, item: &Item) -> Result<Vec<Finding>, AnalysisError> {
        let mut rows = Vec::new();
        let levels: Vec<usize> = (0..6)
            .filter(|level| item.by_arm.iter().any(|tally| tally.worst.get(*level).is_some_and(|people| *people > 0)))
            .collect();
        for (arm, tally) in self.observed.arms.iter().zip(&item.by_arm) {
            let is_hidden = self.safety.hides(tally.people);
            rows.push(self.count_row(item, arm, Term::Count, tally.people, is_hidden));
            rows.push(self.told(self.share_row(item, arm, tally)?, is_hidden));
            rows.push(self.count_row(item, arm, Term::Events, tally.events, is_hidden));
            let beside = self.masked_beside(tally);
            for level in &levels {
                let people = tally.worst.get(*level).copied().unwrap_or_default();
                let hides = (is_hidden && people > 0) || self.safety.hides(people);
                let row = self.count_row(item, arm, worst_term(*level), people, hides);
                rows.push(if beside == Some(*level) {
                    masked(row, "masked: it would tell another count")
                } else {
                    row
                });
            }
            if item.kind < ItemKind::Class && tally.people == 0 {
                rows.push(self.bound_row(item, arm));
            }
            rows.extend(self.rate_rows(item, arm, tally)?.into_iter().map(|row| self.told(row, is_hidden)));
        }
        if let Some((control, control_tally)) = self.control(item) {
            for (arm, tally) in self.treated(item) {
                let is_hidden = self.safety.hides(tally.people) || self.safety.hides(control_tally.people);
                let row = self.difference_row(item, (arm, tally), (control, control_tally))?;
                rows.push(self.told(row, is_hidden));
                if item.kind < ItemKind::Class {
                    let row = self.ratio_row(item, (arm, tally), (control, control_tally))?;
                    rows.extend(row.map(|row| self.told(row, is_hidden)));
                }
            }
        }
        Ok(rows)
    }

    fn control<'i>(&'i self, item: &'i Item) -> Option<(&'i Arm, &'i Tally)> {
        self.observed.arms.first().zip(item.by_arm.first()).filter(|_| self.has_control)
    }

    fn treated<'i>(&'i self, item: &'i Item) -> impl Iterator<Item = (&'i Arm, &'i Tally)> {
        self.observed.arms.iter().zip(&item.by_arm).skip(1)
    }

    fn share_row(&self, item: &Item, arm: &Arm, tally: &Tally) -> Result<Finding, AnalysisError> {
        let (with, n) = (tally.people, arm.people);
        let own = TwoByTwo { treated_with: with, treated_n: n, control_with: with, control_n: n };
        let share = estimate_risk_difference(&own, &self.options())
            .map_err(|error| AnalysisError::from_stat(&error, &arm.name))?;
        Ok(Finding {
            estimate: Some(share.treated),
            conf_low: Some(share.treated_interval.low),
            conf_high: Some(share.treated_interval.high),
            ..self.row(item, arm, Term::Share)
        })
    }

    /// The largest share that leaves nobody in `people` with a probability of 1 less the level: 1 - alpha^(1/n).
    fn bound_row(&self, item: &Item, arm: &Arm) -> Finding {
        let bound = 1.0 - real::exp(real::ln(1.0 - self.confidence_level) / arm.people as f64);
        Finding { estimate: Some(bound), ..self.row(item, arm, Term::UpperBound) }
    }

    fn rate_rows(&self, item: &Item, arm: &Arm, tally: &Tally) -> Result<Vec<Finding>, AnalysisError> {
        if arm.with_years == 0 {
            return Ok(Vec::new());
        }
        let row = |term: Term| Finding { n: Some(arm.with_years as u64), ..self.row(item, arm, term) };
        let mut rows = vec![Finding { estimate: Some(tally.years_at_risk), ..row(Term::YearsAtRisk) }];
        for (term, events, years) in [
            (Term::IncidenceRate, tally.people_in_time, tally.years_at_risk),
            (Term::EventRate, tally.events_in_time, arm.years),
        ] {
            if let Some(count) = rate_count(events, years) {
                let found = estimate_incidence_rate(&count, &self.rate_options())
                    .map_err(|error| AnalysisError::from_stat(&error, &arm.name))?;
                rows.push(Finding {
                    estimate: Some(RATE_YEARS * found.rate),
                    conf_low: Some(RATE_YEARS * found.interval.low),
                    conf_high: Some(RATE_YEARS * found.interval.high),
                    ..row(term)
                });
            }
        }
        Ok(rows)
    }

    fn rate_options(&self) -> IncidenceRateOptions {
        IncidenceRateOptions { confidence_level: self.confidence_level }
    }

    fn contrast_row(&self, item: &Item, arm: &Arm, control: &Arm, term: Term) -> Finding {
        Finding {
            contrast: Some(format!("{} − {}", arm.name, control.name)),
            n: Some((arm.people + control.people) as u64),
            ..self.row(item, arm, term)
        }
    }

    fn difference_row(
        &self,
        item: &Item,
        (arm, tally): (&Arm, &Tally),
        (control, control_tally): (&Arm, &Tally),
    ) -> Result<Finding, AnalysisError> {
        let found = estimate_risk_difference(&two_by_two(arm, tally, control, control_tally), &self.options())
            .map_err(|error| AnalysisError::from_stat(&error, &arm.name))?;
        Ok(Finding {
            estimate: Some(found.difference),
            conf_low: Some(found.interval.low),
            conf_high: Some(found.interval.high),
            ..self.contrast_row(item, arm, control, Term::RiskDifference)
        })
    }

    /// Incidence rates, one over the other; nothing where nobody had the event or was observed.
    fn ratio_row(
        &self,
        item: &Item,
        (arm, tally): (&Arm, &Tally),
        (control, control_tally): (&Arm, &Tally),
    ) -> Result<Option<Finding>, AnalysisError> {
        let count = |tally: &Tally| rate_count(tally.people_in_time, tally.years_at_risk);
        let Some((own, others)) = count(tally).zip(count(control_tally)) else { return Ok(None) };
        let found = incidence_rate_test(&own, &others, &self.rate_options())
            .map_err(|error| AnalysisError::from_stat(&error, &arm.name))?;
        let Interval { low, high } = found.ratio_interval;
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        Ok(found.ratio.map(|ratio| Finding {
            estimate: finite(ratio),
            conf_low: finite(low),
            conf_high: finite(high),
            n: Some((arm.with_years + control.with_years) as u64),
            contrast: Some(format!("{} / {}", arm.name, control.name)),
            ..self.contrast_row(item, arm, control, Term::RateRatio)
        }))
    }

    /// Adds the tests of an item to its rows and gives them back; what is masked is not tested.
    fn fisher_rows(&self, place: usize, item: &Item, rows: &mut Vec<Finding>) -> Result<Vec<Tested>, AnalysisError> {
        let Some((control, control_tally)) = self.control(item) else { return Ok(Vec::new()) };
        let mut tested = Vec::new();
        for (arm, (treated, tally)) in self.treated(item).enumerate() {
            if self.safety.hides(tally.people) || self.safety.hides(control_tally.people) {
                continue;
            }
            let found = fisher_exact_test(&two_by_two(treated, tally, control, control_tally), &self.options())
                .map_err(|error| AnalysisError::from_stat(&error, &treated.name))?;
            rows.push(Finding {
                p_value: Some(found.p_value),
                ..self.contrast_row(item, treated, control, Term::FisherExact)
            });
            let share = |tally: &Tally, arm: &Arm| tally.people as f64 / arm.people as f64;
            let difference = share(tally, treated) - share(control_tally, control);
            tested.push(Tested { item: place, arm: arm + 1, p_value: found.p_value, difference });
        }
        Ok(tested)
    }

    /// All tests of the planned level are one family.
    fn adjust(&self, tested: &[Tested], items: &Items, told: &mut [Vec<Finding>]) -> Result<(), AnalysisError> {
        let raw: Vec<f64> = tested.iter().map(|one| one.p_value).collect();
        let families = [
            (Term::FisherHolm, adjust_holm(&raw)),
            (Term::FisherBenjaminiHochberg, adjust_benjamini_hochberg(&raw, &BenjaminiHochbergOptions::default())),
        ];
        let Some(control) = self.observed.arms.first() else { return Ok(()) };
        for (term, adjusted) in families {
            let adjusted = adjusted.map_err(|error| AnalysisError::from_stat(&error, "p-values"))?;
            for (one, p_value) in tested.iter().zip(adjusted) {
                let place = items.items.get(one.item).zip(self.observed.arms.get(one.arm));
                if let (Some((item, arm)), Some(rows)) = (place, told.get_mut(one.item)) {
                    rows.push(Finding { p_value: Some(p_value), ..self.contrast_row(item, arm, control, term) });
                }
            }
        }
        Ok(())
    }
}

fn masked(row: Finding, why: &str) -> Finding {
    Finding { estimate: None, conf_low: None, conf_high: None, p_value: None, note: Some(why.to_owned()), ..row }
}

fn two_by_two(arm: &Arm, tally: &Tally, control: &Arm, control_tally: &Tally) -> TwoByTwo {
    TwoByTwo {
        treated_with: tally.people,
        treated_n: arm.people,
        control_with: control_tally.people,
        control_n: control.people,
    }
}

/// Nothing where there is no time; rounding may leave a little of what is none.
fn rate_count(events: usize, years: f64) -> Option<RateCount> {
    (years > 1e-9).then_some(RateCount { events, person_time: years })
}

fn worst_term(level: usize) -> Term {
    let terms = [
        (None, Term::WorstUnknown),
        (Some(Grade::Mild), Term::WorstMild),
        (Some(Grade::Moderate), Term::WorstModerate),
        (Some(Grade::Severe), Term::WorstSevere),
        (Some(Grade::LifeThreatening), Term::WorstLifeThreatening),
        (Some(Grade::Fatal), Term::WorstFatal),
    ];
    terms.into_iter().find(|(grade, _)| place_of_grade(*grade) == level).map_or(Term::WorstUnknown, |(_, term)| term)
}
