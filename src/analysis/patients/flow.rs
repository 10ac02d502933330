//! Who was seen at which month, and why the others were not.

use super::Question;
use crate::analysis::visit_plan::{VisitRow, VisitTable};
use crate::analysis::{AnalysisError, AnalysisId, EVERYONE, Finding, Note, NoteKind, Term};
use crate::stats::contingency::{
    PearsonChiSquaredOptions, TwoByTwo, TwoByTwoOptions, estimate_risk_difference, fisher_exact_test,
    pearson_chi_squared_test,
};
use crate::trial::Endpoint;

/// Slack for times that went through days and back.
const SLACK_MONTHS: f64 = 1e-9;

/// A visit this long after the recorded event contradicts it: about two days.
const CONTRADICTION_MONTHS: f64 = 2.0 / crate::trial::DAYS_PER_MONTH;

/// From this p-value on the loss is said to differ.
const UNLIKELY: f64 = 0.05;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Seen,
    Missed,
    Withdrawn,
    Died,
}

const FATES: [(Fate, Term); 4] = [
    (Fate::Seen, Term::Seen),
    (Fate::Missed, Term::Missed),
    (Fate::Withdrawn, Term::Withdrawn),
    (Fate::Died, Term::Died),
];

struct Patient {
    arm: usize,
    has_baseline: bool,
    /// One per target month.
    fates: Vec<Fate>,
}

pub(super) fn follow_patients(
    question: &Question<'_>,
    table: &VisitTable<'_>,
    endpoint: Option<&Endpoint>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    let patients = patients(question, table, endpoint, notes);
    if endpoint.is_none() {
        notes.push(Note { analysis: AnalysisId::PopulationFlow, kind: NoteKind::DeathsUnknown });
    }
    let months = &question.patients.visits.target_months;
    for (arm, name) in question.population.arm_names.iter().enumerate() {
        let in_set = question.population.arm_size(arm);
        let place = question.trial.arm_index(name);
        let in_files = question.trial.subjects.iter().filter(|subject| subject.arm == place).count();
        let of_arm = || patients.iter().filter(move |patient| patient.arm == arm);
        let mut say = |term: Term, at: Option<f64>, of: usize, count: usize| {
            rows.push(Finding {
                n: Some(of as u64),
                estimate: Some(count as f64),
                ..question.flow_row(term, name, at)
            });
        };
        say(Term::InFiles, None, in_files, in_files);
        say(Term::InSet, None, in_files, in_set);
        say(Term::WithBaseline, None, in_set, of_arm().filter(|patient| patient.has_baseline).count());
        for (place, month) in months.iter().enumerate() {
            for (fate, term) in FATES {
                let count = of_arm().filter(|patient| patient.fates.get(place) == Some(&fate)).count();
                say(term, Some(*month), in_set, count);
            }
        }
        let patterns: Vec<Term> = of_arm().map(|patient| pattern(&patient.fates)).collect();
        for term in [Term::SeenAlways, Term::MonotoneLoss, Term::IntermittentLoss] {
            say(term, None, in_set, patterns.iter().filter(|found| **found == term).count());
        }
    }
    compare_losses(question, &patients, rows, notes);
}

fn patients(
    question: &Question<'_>,
    table: &VisitTable<'_>,
    endpoint: Option<&Endpoint>,
    notes: &mut Vec<Note>,
) -> Vec<Patient> {
    let visits = &question.patients.visits;
    let mut event_times: Vec<Option<f64>> = vec![None; question.trial.subjects.len()];
    for record in endpoint.map_or(&[][..], |endpoint| &endpoint.records) {
        if let Some(slot) = event_times.get_mut(record.subject).filter(|_| record.is_event) {
            *slot = Some(record.time_months);
        }
    }
    let mut with_baseline = table.rows.iter().peekable();
    let mut seen_after = 0;
    let mut patients = Vec::new();
    for subject in question.population.subjects() {
        let Some(arm) = question.population.arm(subject) else { continue };
        let row: Option<&VisitRow> = with_baseline.next_if(|row| row.subject == subject);
        let event = event_times.get(subject).copied().flatten();
        let last = table.series.of(subject).last().map(|visit| visit.time_months);
        if event.zip(last).is_some_and(|(event, last)| last > event + CONTRADICTION_MONTHS) {
            seen_after += 1;
        }
        let fates = visits.target_months.iter().enumerate().map(|(place, &month)| {
            let is_seen = match row {
                Some(row) => row.at_month.get(place).copied().flatten().is_some(),
                None => table.series.nearest(subject, month, visits.window_months).is_some(),
            };
            if is_seen {
                Fate::Seen
            } else if event.is_some_and(|event| event <= month + SLACK_MONTHS) {
                Fate::Died
            } else if last.is_some_and(|last| last > month) {
                Fate::Missed
            } else {
                Fate::Withdrawn
            }
        });
        patients.push(Patient { arm, has_baseline: row.is_some(), fates: fates.collect() });
    }
    if let Some(endpoint) = endpoint.filter(|_| seen_after > 0) {
        let kind = NoteKind::SeenAfterEvent { endpoint: endpoint.name.clone(), subjects: seen_after };
        notes.push(Note { analysis: AnalysisId::PopulationFlow, kind });
    }
    patients
}

/// Monotone: once not seen, never seen again; nobody seen at all is that too.
fn pattern(fates: &[Fate]) -> Term {
    let seen = |fate: &Fate| *fate == Fate::Seen;
    match fates.iter().position(|fate| !seen(fate)) {
        None => Term::SeenAlways,
        Some(first) if fates.iter().skip(first).any(seen) => Term::IntermittentLoss,
        Some(_) => Term::MonotoneLoss,
    }
}

/// Shares seen at the primary month, each arm beside the control.
fn compare_losses(question: &Question<'_>, patients: &[Patient], rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let visits = &question.patients.visits;
    let Some(place) = visits.target_months.iter().position(|month| *month == visits.primary_month) else { return };
    let names = &question.population.arm_names;
    if names.len() < 2 {
        let is_one_arm = names.first().is_some_and(|name| name != EVERYONE);
        let error = AnalysisError::OneArm { arms_with_data: usize::from(is_one_arm) };
        let kind = NoteKind::Unanswered { group: None, at_month: Some(visits.primary_month), error };
        notes.push(Note { analysis: AnalysisId::PopulationFlow, kind });
        return;
    }
    let counts: Vec<(usize, usize)> = (0..names.len())
        .map(|arm| {
            let is_seen = |patient: &&Patient| patient.fates.get(place) == Some(&Fate::Seen);
            let of_arm = || patients.iter().filter(move |patient| patient.arm == arm);
            (of_arm().filter(is_seen).count(), of_arm().count())
        })
        .collect();
    let Some((&(control_with, control_n), control)) = counts.first().zip(names.first()) else { return };
    let options = TwoByTwoOptions { confidence_level: question.plan.confidence_level };
    for (name, &(treated_with, treated_n)) in names.iter().zip(&counts).skip(1) {
        let two = TwoByTwo { treated_with, treated_n, control_with, control_n };
        let tests =
            estimate_risk_difference(&two, &options).and_then(|found| Ok((found, fisher_exact_test(&two, &options)?)));
        match tests {
            Ok((found, fisher)) => {
                rows.push(Finding {
                    contrast: Some(question.contrast(name)),
                    n: Some((treated_n + control_n) as u64),
                    estimate: Some(found.difference),
                    conf_low: Some(found.interval.low),
                    conf_high: Some(found.interval.high),
                    p_value: Some(fisher.p_value),
                    method: Some("share seen; Newcombe’s interval, Fisher’s p".to_owned()),
                    ..question.flow_row(Term::RiskDifference, name, Some(visits.primary_month))
                });
                if fisher.p_value < UNLIKELY {
                    let kind = NoteKind::LossDiffers {
                        at_month: visits.primary_month,
                        arm: name.clone(),
                        seen: treated_with,
                        of: treated_n,
                        control: control.clone(),
                        control_seen: control_with,
                        control_of: control_n,
                        p_value: fisher.p_value,
                    };
                    notes.push(Note { analysis: AnalysisId::PopulationFlow, kind });
                }
            }
            Err(error) => {
                let empty = if treated_n == 0 { name } else { control };
                let error = AnalysisError::from_stat(&error, &format!("people of {empty}"));
                let (group, at_month) = (Some(name.clone()), Some(visits.primary_month));
                let kind = NoteKind::Unanswered { group, at_month, error };
                notes.push(Note { analysis: AnalysisId::PopulationFlow, kind });
            }
        }
    }
    if names.len() > 2 {
        let lines: Vec<[usize; 2]> = counts.iter().map(|&(seen, of)| [seen, of - seen]).collect();
        let lines: Vec<&[usize]> = lines.iter().map(<[usize; 2]>::as_slice).collect();
        // Everybody seen, or nobody: nothing to test.
        if let Ok(found) = pearson_chi_squared_test(&lines, &PearsonChiSquaredOptions::default()) {
            rows.push(Finding {
                group: None,
                n: Some(counts.iter().map(|(_, of)| *of as u64).sum()),
                statistic: Some(found.chi_squared),
                df: Some(found.df),
                p_value: Some(found.p_value),
                method: Some("share seen; chi-squared".to_owned()),
                note: Some(format!("smallest expected count {:.1}", found.smallest_expected)),
                ..question.flow_row(Term::ArmTest, "", Some(visits.primary_month))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_have_a_pattern() {
        use Fate::{Died, Missed, Seen, Withdrawn};
        assert_eq!(pattern(&[Seen, Seen]), Term::SeenAlways);
        assert_eq!(pattern(&[Seen, Withdrawn, Died]), Term::MonotoneLoss);
        assert_eq!(pattern(&[Missed, Missed]), Term::MonotoneLoss);
        assert_eq!(pattern(&[Seen, Missed, Seen, Died]), Term::IntermittentLoss);
    }
}
