//! Who has which change at a month, by the plan's rules for missing visits and deaths.

use super::{DeathRule, MissingRule};
use crate::analysis::Population;
use crate::analysis::tie::{OF_A_DIFFERENCE, settle_ties};
use crate::analysis::visit_window::{Series, Timed};
use crate::trial::Trial;

/// For times that went through days and back.
const SLACK_MONTHS: f64 = 1e-9;

/// An analysed subject with an arm and a baseline, at one month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Person {
    pub subject: usize,
    pub arm: usize,
    pub baseline: f64,
    /// By the rules; absent when they give none.
    pub change: Option<f64>,
    /// When the person died, if by this month.
    pub death: Option<f64>,
}

/// One outcome's visits, and the deaths, of the people who can be compared.
pub(super) struct Visits<'a> {
    pub series: &'a Series,
    pub baselines: &'a [Option<Timed>],
    pub population: &'a Population,
    /// Month of death by subject.
    pub deaths: &'a [Option<f64>],
    pub window_months: f64,
}

/// Month of death by subject; none where the files have no such endpoint.
pub(super) fn deaths(trial: &Trial, endpoint: Option<&str>) -> Vec<Option<f64>> {
    let mut deaths: Vec<Option<f64>> = vec![None; trial.subjects.len()];
    let records = endpoint.and_then(|name| trial.endpoint(name)).map_or(&[][..], |endpoint| &endpoint.records);
    for record in records.iter().filter(|record| record.is_event) {
        if let Some(slot) = deaths.get_mut(record.subject) {
            *slot = Some(slot.map_or(record.time_months, |known| known.min(record.time_months)));
        }
    }
    deaths
}

impl Visits<'_> {
    /// Month of death, if by this month.
    pub fn death_by(&self, subject: usize, month: f64) -> Option<f64> {
        self.deaths.get(subject).copied().flatten().filter(|death| *death <= month + SLACK_MONTHS)
    }

    pub fn people(&self, month: f64, missing: MissingRule, death: DeathRule) -> Vec<Person> {
        let of = |(subject, baseline): (usize, &Option<Timed>)| {
            let baseline = (*baseline)?;
            let arm = self.population.arm(subject)?;
            let died = self.death_by(subject, month);
            let visit = self.series.at(subject, month, self.window_months, baseline).or_else(|| match missing {
                MissingRule::Observed => None,
                MissingRule::Locf => self.last_before(subject, month, baseline),
            });
            let value = match (death, died) {
                (DeathRule::Zero, Some(_)) => Some(0.0),
                _ => visit.map(|visit| visit.value),
            };
            let change = value.map(|value| value - baseline.value);
            Some(Person { subject, arm, baseline: baseline.value, change, death: died })
        };
        let mut people: Vec<Person> = self.baselines.iter().enumerate().filter_map(of).collect();
        let largest = (0..self.baselines.len()).flat_map(|subject| self.series.of(subject));
        let largest = largest.map(|visit| visit.value.abs()).fold(0.0, f64::max);
        settle_ties(people.iter_mut().filter_map(|person| person.change.as_mut()), OF_A_DIFFERENCE * largest);
        people
    }

    /// The last visit after the baseline and up to the end of the month's window.
    fn last_before(&self, subject: usize, month: f64, baseline: Timed) -> Option<Timed> {
        let end = month + self.window_months + SLACK_MONTHS;
        let last = self.series.of(subject).iter().rev().find(|visit| visit.time_months <= end)?;
        (last.time_months > baseline.time_months + SLACK_MONTHS).then_some(*last)
    }
}
