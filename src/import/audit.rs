//! What looks wrong when all files are read together: nothing is changed by it, everything is shown.

use std::cell::OnceCell;

use super::cell::quote;
use super::ledger::{Place, words};
use super::totals::Collected;
use super::{Issue, IssueKind, Severity, SourceRows};
use crate::order::sort_numbers;
use crate::trial::alsfrs::TOTAL;
use crate::trial::analyte_dictionary::{find_analyte, specimen_of};
use crate::trial::{DAYS_PER_MONTH, Measured, SourceRow, Trial};

/// An ALSFRS-R that rises by more than this between two visits is looked at (Cedarbaum's scale falls; small rises are
/// within its error of measurement).
const MOST_RISE: f64 = 3.0;
/// A value this many times its neighbours may have its decimal mark in the wrong place.
const IMPLAUSIBLE_RATIO: f64 = 10.0;
/// Arms that differ by this much in who is missing are pointed out.
const UNEVEN_SHARE: f64 = 0.10;

pub fn audit(trial: &Trial, rows: &SourceRows, has_roster: bool, first_file: &str) -> Vec<Issue> {
    let mut collected = Collected::new(rows);
    let deaths = death_months(trial);
    look_for_visits_after_death(trial, &deaths, &mut collected);
    look_for_rises(trial, &mut collected);
    look_for_slipped_marks(trial, &mut collected);
    look_at_events(trial, &mut collected);
    look_for_two_names(trial, &mut collected);
    look_for_zeros(trial, &mut collected);
    let mut issues = collected.end();
    issues.extend(subjects_without_data(trial, has_roster, first_file));
    issues.extend(uneven_missingness(trial, rows));
    issues
}

fn id(trial: &Trial, subject: usize) -> Option<&str> {
    trial.subjects.get(subject).map(|subject| subject.id.as_str())
}

/// One analyte under two names, in one specimen: the two halves of its samples would be analysed apart.
fn look_for_two_names(trial: &Trial, collected: &mut Collected<'_>) {
    for (place, analyte) in trial.analytes.iter().enumerate() {
        let Some(known) = find_analyte(&analyte.name) else { continue };
        let earlier = trial.analytes.iter().take(place).find(|other| {
            find_analyte(&other.name) == Some(known) && specimen_of(&other.name) == specimen_of(&analyte.name)
        });
        let (Some(earlier), Some(first)) = (earlier, analyte.samples.first()) else { continue };
        let name = Some(analyte.name.as_str());
        collected.report(IssueKind::TwoNames, Severity::Warning, name, None, first.source, || {
            words(
                format!("{} and {} are two names of one analyte", quote(&earlier.name), quote(&analyte.name)),
                "Give both one name if they were measured alike; they are analysed apart meanwhile.",
            )
        });
    }
}

fn look_for_zeros(trial: &Trial, collected: &mut Collected<'_>) {
    for analyte in &trial.analytes {
        let is_concentration = analyte.unit.as_deref().is_some_and(|unit| unit.contains('/'));
        for sample in &analyte.samples {
            let (Measured::Exact(value) | Measured::Beyond { limit: value, .. }) = sample.value;
            if value > 0.0 || !(is_concentration || find_analyte(&analyte.name).is_some()) {
                continue;
            }
            let (name, subject) = (Some(analyte.name.as_str()), id(trial, sample.subject));
            collected.report(IssueKind::NotPositive, Severity::Warning, name, subject, sample.source, || {
                words(
                    format!("{} is {value}, and a concentration of 0 or less has no logarithm", quote(&analyte.name)),
                    "If it means below the limit of detection, write < and the limit; meanwhile it is left out on the log2 \
                     scale and used on the scale of measurement.",
                )
            });
        }
    }
}

/// Months to death by subject, where a file tells.
fn death_months(trial: &Trial) -> Vec<Option<f64>> {
    let mut deaths = vec![None; trial.subjects.len()];
    let is_death = |name: &str| matches!(name.to_lowercase().as_str(), "death" | "os" | "overall survival" | "died");
    for endpoint in trial.endpoints.iter().filter(|endpoint| is_death(&endpoint.name)) {
        for record in endpoint.records.iter().filter(|record| record.is_event) {
            if let Some(slot) = deaths.get_mut(record.subject) {
                *slot = Some(record.time_months);
            }
        }
    }
    deaths
}

/// CDISC counts the first day as 1, so that a visit on the day of death may seem a day late.
const GRACE_MONTHS: f64 = 1.5 / DAYS_PER_MONTH;

fn look_for_visits_after_death(trial: &Trial, deaths: &[Option<f64>], collected: &mut Collected<'_>) {
    let is_after = |subject: usize, months: f64| {
        deaths.get(subject).copied().flatten().is_some_and(|death| months > death + GRACE_MONTHS)
    };
    let mut say = |what: &str, subject: usize, source: SourceRow| {
        collected.report(IssueKind::VisitAfterDeath, Severity::Warning, Some(what), id(trial, subject), source, || {
            words(
                "the value is later than this subject\u{2019}s death",
                "Find out which date is wrong; the value is analysed like any other meanwhile, and survival counts the death.",
            )
        });
    };
    for outcome in &trial.outcomes {
        for visit in outcome.visits.iter().filter(|visit| is_after(visit.subject, visit.time_months)) {
            say(&outcome.name, visit.subject, visit.source);
        }
    }
    for analyte in &trial.analytes {
        for sample in analyte.samples.iter().filter(|sample| is_after(sample.subject, sample.time_months)) {
            say(&analyte.name, sample.subject, sample.source);
        }
    }
}

fn look_for_rises(trial: &Trial, collected: &mut Collected<'_>) {
    let Some(total) = trial.outcome(TOTAL) else { return };
    for pair in total.visits.windows(2) {
        let [before, after] = pair else { continue };
        if before.subject != after.subject || after.value - before.value <= MOST_RISE {
            continue;
        }
        let subject = id(trial, after.subject);
        collected.report(IssueKind::ImplausibleRise, Severity::Warning, Some(TOTAL), subject, after.source, || {
            words(
                format!("the ALSFRS-R rises from {} to {} between two visits", before.value, after.value),
                "Compare the form: a rise of more than 3 points is rare in ALS; the value is analysed as it stands.",
            )
        });
    }
}

/// A series of one subject, with its place in the files.
struct Point {
    subject: usize,
    value: f64,
    source: SourceRow,
}

fn look_for_slipped_marks(trial: &Trial, collected: &mut Collected<'_>) {
    for outcome in trial.outcomes.iter().filter(|outcome| outcome.item.is_none() && outcome.name != TOTAL) {
        let points = outcome.visits.iter().map(|visit| Point {
            subject: visit.subject,
            value: visit.value,
            source: visit.source,
        });
        look_at_series(trial, &outcome.name, points.collect(), collected);
    }
    for analyte in &trial.analytes {
        let exact = analyte.samples.iter().filter_map(|sample| match sample.value {
            Measured::Exact(value) => Some(Point { subject: sample.subject, value, source: sample.source }),
            Measured::Beyond { .. } => None,
        });
        look_at_series(trial, &analyte.name, exact.collect(), collected);
    }
}

/// Flagged: ten times as large (or a tenth) as each neighbouring value of the same subject, and far beyond everyone's
/// outer quarters on the same side, so that of two values that differ only the strange one is named.
fn look_at_series(trial: &Trial, name: &str, points: Vec<Point>, collected: &mut Collected<'_>) {
    let positive = || points.iter().map(|point| point.value).filter(|value| *value > 0.0);
    if positive().nth(4).is_none() {
        return;
    }
    // Most series have no value far from its neighbours: they are not sorted.
    let quartiles = OnceCell::new();
    for (at, point) in points.iter().enumerate() {
        if point.value <= 0.0 {
            continue;
        }
        let neighbour = |place: Option<usize>| {
            let other = points.get(place?)?;
            (other.subject == point.subject && other.value > 0.0).then_some(point.value / other.value)
        };
        let neighbours = [neighbour(at.checked_sub(1)), neighbour(at.checked_add(1))];
        let ratios = || neighbours.iter().flatten();
        let is_far = |ratio: f64, limit: f64| ratio >= limit || ratio <= 1.0 / limit;
        if ratios().next().is_none() || !ratios().all(|ratio| is_far(*ratio, IMPLAUSIBLE_RATIO)) {
            continue;
        }
        let [low, median, high] = *quartiles.get_or_init(|| {
            let mut all: Vec<f64> = positive().collect();
            sort_numbers(&mut all);
            [1, 2, 3].map(|quarters| all.get(all.len() * quarters / 4).copied().unwrap_or(f64::NAN))
        });
        let same_side = ratios().all(|ratio| (*ratio > 1.0) == (point.value > median));
        let is_strange = same_side
            && (point.value >= high * IMPLAUSIBLE_RATIO / 2.0 || point.value <= low / IMPLAUSIBLE_RATIO * 2.0);
        if !is_strange {
            continue;
        }
        let subject = id(trial, point.subject);
        collected.report(IssueKind::ImplausibleValue, Severity::Warning, Some(name), subject, point.source, || {
            let ratio = ratios().next().copied().unwrap_or(1.0);
            let times = if ratio > 1.0 { ratio } else { 1.0 / ratio };
            let word = if ratio > 1.0 { "times as large as" } else { "times smaller than" };
            words(
                format!("{} is {times:.0} {word} the value at the neighbouring visit", point.value),
                "Look for a decimal mark in the wrong place or for another unit; the value is analysed as it stands.",
            )
        });
    }
}

fn look_at_events(trial: &Trial, collected: &mut Collected<'_>) {
    for event in &trial.adverse_events {
        let (Some(start), Some(end)) = (event.start_day, event.end_day) else { continue };
        if end < start {
            let subject = id(trial, event.subject);
            collected.report(IssueKind::EndBeforeStart, Severity::Warning, None, subject, event.source, || {
                words(
                    format!("{} ends on day {end} and starts on day {start}", quote(&event.term)),
                    "Correct one of the days; the event counts as it is named, its length is not used.",
                )
            });
        }
    }
}

/// Who is in the list of subjects, or in some file, and has no value in any; who has no follow-up where others have.
fn subjects_without_data(trial: &Trial, has_roster: bool, first_file: &str) -> Vec<Issue> {
    let mut has_value = vec![false; trial.subjects.len()];
    let mut has_follow_up = vec![false; trial.subjects.len()];
    let mark = |flags: &mut Vec<bool>, subject: usize| {
        if let Some(flag) = flags.get_mut(subject) {
            *flag = true;
        }
    };
    for outcome in &trial.outcomes {
        outcome.visits.iter().for_each(|visit| mark(&mut has_value, visit.subject));
    }
    for analyte in &trial.analytes {
        analyte.samples.iter().for_each(|sample| mark(&mut has_value, sample.subject));
    }
    for endpoint in &trial.endpoints {
        endpoint.records.iter().for_each(|record| mark(&mut has_follow_up, record.subject));
    }
    let without = |flags: &[bool]| -> Vec<&str> {
        flags.iter().enumerate().filter(|(_, has)| !**has).filter_map(|(subject, _)| id(trial, subject)).collect()
    };
    let mut issues = Vec::new();
    let mut say = |missing: Vec<&str>, what: &str, hint: &str| {
        let Some(first) = missing.first() else { return };
        let named: Vec<String> = missing.iter().take(8).map(|id| quote(id)).collect();
        let more = if missing.len() > named.len() { " …" } else { "" };
        let who = match (has_roster, missing.len()) {
            (true, 1) => "listed subject has",
            (true, _) => "listed subjects have",
            (false, 1) => "subject of the files has",
            (false, _) => "subjects of the files have",
        };
        let what = format!("{} {who} no {what}: {}{more}", missing.len(), named.join(", "));
        let place = Place { row: None, column: None, subject: Some(first) };
        let mut issue = Issue::new(
            first_file,
            IssueKind::SubjectWithoutData,
            Severity::Warning,
            Place { subject: None, ..place },
            words(what, hint),
        );
        issue.count = missing.len() as u64;
        issues.push(issue);
    };
    if has_value.iter().any(|has| *has) {
        let hint = "Find out whether they left before the first visit; they count as randomised and are in no comparison of values.";
        say(without(&has_value), "visit and no sample in any file", hint);
    }
    if has_follow_up.iter().any(|has| *has) {
        let hint = "Find out when they were last seen; they are in no survival curve.";
        say(without(&has_follow_up), "follow-up although others have", hint);
    }
    issues
}

/// Of those with any value of the main outcome, who has none at the last time that was planned, by arm.
fn uneven_missingness(trial: &Trial, rows: &SourceRows) -> Option<Issue> {
    const NEAR_MONTHS: f64 = 0.75;
    let outcome = trial.outcome(TOTAL).or_else(|| trial.outcomes.iter().find(|outcome| outcome.item.is_none()))?;
    if trial.arms.len() < 2 {
        return None;
    }
    let mut seen = vec![false; trial.subjects.len()];
    let mut times: Vec<f64> = Vec::new();
    for visit in &outcome.visits {
        times.push((visit.time_months * 2.0).round() / 2.0);
        if let Some(seen) = seen.get_mut(visit.subject) {
            *seen = true;
        }
    }
    let people = seen.iter().filter(|seen| **seen).count();
    sort_numbers(&mut times);
    // The last time at which three in ten or more were seen.
    let planned = times
        .chunk_by(|a, b| a == b)
        .filter(|run| run.len() * 10 >= people * 3)
        .filter_map(|run| run.first().copied())
        .rfind(|time| *time > 0.0)?;
    let mut has_last = vec![false; trial.subjects.len()];
    for visit in outcome.visits.iter().filter(|visit| (visit.time_months - planned).abs() <= NEAR_MONTHS) {
        if let Some(has) = has_last.get_mut(visit.subject) {
            *has = true;
        }
    }
    let shares: Vec<(usize, usize)> = (0..trial.arms.len())
        .map(|arm| {
            let of_arm = || trial.subjects.iter().enumerate().filter(move |(_, subject)| subject.arm == Some(arm));
            let missing = of_arm().filter(|(subject, _)| has_last.get(*subject) == Some(&false)).count();
            (missing, of_arm().count())
        })
        .collect();
    let share = |(missing, all): &(usize, usize)| *missing as f64 / (*all).max(1) as f64;
    let least = shares.iter().map(share).fold(f64::INFINITY, f64::min);
    let most = shares.iter().map(share).fold(0.0, f64::max);
    let is_uneven = most - least >= UNEVEN_SHARE && shares.iter().map(|(missing, _)| missing).sum::<usize>() >= 3;
    is_uneven.then(|| {
        let arms: Vec<String> = trial
            .arms
            .iter()
            .zip(&shares)
            .map(|(arm, (missing, all))| format!("{missing} of {all} in {}", quote(&arm.name)))
            .collect();
        let what = format!("at about month {planned}, {} is missing for {}", quote(&outcome.name), arms.join(", "));
        let hint = "Ask why: comparisons of those who stayed are fair only if leaving had nothing to do with the outcome. Who is \
                    missing at a visit is left out of its comparison.";
        let file = outcome.visits.first().map_or("", |visit| rows.place(visit.source).0);
        Issue::new(file, IssueKind::UnevenMissingness, Severity::Warning, Place::default(), words(what, hint))
    })
}
