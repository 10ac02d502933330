//! The primary difference again without each patient, and without each site.

use serde::{Deserialize, Serialize};

use super::contrast::{Cohort, Tested, arm_row, test_arms};
use super::{ChangeMethod, ChangePlan, Person};
use crate::analysis::{Finding, Note, NoteKind, Term};
use crate::order::sort_numbers;
use crate::trial::{CovariateValues, Trial};

/// With more people than this nobody is left out in turn: one among so many decides little, and the time grows with
/// their square.
pub const MOST_LEFT_OUT: usize = 300;

/// The chosen test without one patient or one site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The arm that is compared with control.
    pub arm: usize,
    /// The patient's id or the site.
    pub label: String,
    pub is_site: bool,
    /// The difference; with ranked deaths the probability of superiority.
    pub estimate: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The interval excludes no difference now and did not, or the other way round.
    pub is_decisive: bool,
}

/// Who is left out together.
struct Group {
    label: String,
    is_site: bool,
    subjects: Vec<usize>,
}

pub(super) fn leave_out(
    cohort: &Cohort<'_>,
    change: &ChangePlan,
    confidence_level: f64,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Vec<LeftOut> {
    let whole: Vec<(usize, Tested)> = test_arms(cohort, change, change.method, confidence_level)
        .into_iter()
        .filter_map(|(arm, tested)| Some((arm, tested.ok()?)))
        .collect();
    if whole.is_empty() {
        return Vec::new();
    }
    let is_seen = |person: &&Person| person.change.is_some() || (cohort.has_rank(person));
    let seen = cohort.people.iter().filter(is_seen).count();
    let mut groups = sites(cohort.trial);
    if seen > MOST_LEFT_OUT {
        let kind = NoteKind::LeaveOneOutSkipped { people: seen, most: MOST_LEFT_OUT };
        notes.push(Note { analysis: change.method.id(), kind });
    } else {
        groups.extend(cohort.people.iter().filter(is_seen).map(|person| Group {
            label: cohort.trial.subjects.get(person.subject).map(|who| who.id.clone()).unwrap_or_default(),
            is_site: false,
            subjects: vec![person.subject],
        }));
    }
    let mut found = Vec::new();
    let mut known: Vec<(Person, Vec<(usize, Tested)>)> = Vec::new();
    for group in &groups {
        let is_left_out = |person: &Person| group.subjects.contains(&person.subject);
        let mut out = cohort.people.iter().filter(|person| is_left_out(person));
        let (Some(first), one) = (out.next(), out.next().is_none()) else { continue };
        // By ranks two people of an arm with the same change leave the same behind, and counting ranks takes long.
        let is_alike = |(other, _): &&(Person, Vec<(usize, Tested)>)| {
            (other.arm, other.change, other.death) == (first.arm, first.change, first.death)
        };
        let by_rank = one && change.method == ChangeMethod::MannWhitney;
        let before = known.iter().find(is_alike).filter(|_| by_rank);
        let tests = match before {
            Some((_, tests)) => tests.clone(),
            None => {
                let answered = |(arm, tested): (usize, Result<Tested, _>)| Some((arm, tested.ok()?));
                let rest = cohort.without(is_left_out);
                test_arms(&rest, change, change.method, confidence_level).into_iter().filter_map(answered).collect()
            }
        };
        for (arm, full) in &whole {
            let Some((_, tested)) = tests.iter().find(|(place, _)| place == arm) else { continue };
            let Some(estimate) = tested.effect().filter(|_| tested.n < full.n) else { continue };
            found.push(LeftOut {
                arm: *arm,
                label: group.label.clone(),
                is_site: group.is_site,
                estimate,
                low: tested.interval.map(|interval| interval.low),
                high: tested.interval.map(|interval| interval.high),
                is_decisive: tested.excludes_none(confidence_level) != full.excludes_none(confidence_level),
            });
        }
        if by_rank && before.is_none() {
            known.push((*first, tests));
        }
    }
    for (arm, _) in &whole {
        for is_site in [false, true] {
            let own: Vec<&LeftOut> = found.iter().filter(|one| one.arm == *arm && one.is_site == is_site).collect();
            summarise(cohort, change, &own, (*arm, is_site), rows, notes);
        }
    }
    found
}

fn summarise(
    cohort: &Cohort<'_>,
    change: &ChangePlan,
    own: &[&LeftOut],
    (arm, is_site): (usize, bool),
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    if own.is_empty() {
        return;
    }
    let least = own.iter().map(|one| one.estimate).fold(f64::INFINITY, f64::min);
    let greatest = own.iter().map(|one| one.estimate).fold(f64::NEG_INFINITY, f64::max);
    let decisive = own.iter().filter(|one| one.is_decisive).count();
    let terms = if is_site {
        [Term::LeastWithoutSite, Term::GreatestWithoutSite, Term::DecisiveSites]
    } else {
        [Term::LeastWithoutPatient, Term::GreatestWithoutPatient, Term::DecisivePatients]
    };
    for (term, estimate) in terms.into_iter().zip([least, greatest, decisive as f64]) {
        let row = arm_row(cohort, change, change.method, arm);
        rows.push(Finding { term, n: Some(own.len() as u64), estimate: Some(estimate), ..row });
    }
    if decisive > 0 {
        let group = cohort.population.arm_names.get(arm).cloned().unwrap_or_default();
        let kind = NoteKind::OneDecides { at_month: cohort.month, group, are_sites: is_site, decisive, of: own.len() };
        notes.push(Note { analysis: change.method.id(), kind });
    }
}

/// The people of each site, if a column says where they were treated; a site of onset is something else.
fn sites(trial: &Trial) -> Vec<Group> {
    let is_site = |name: &str| {
        let name = name.to_lowercase();
        ["site", "centre", "center"].iter().any(|word| name.contains(word)) && !name.contains("onset")
    };
    let Some(covariate) = trial.covariates.iter().find(|covariate| is_site(&covariate.name)) else {
        return Vec::new();
    };
    let members = |is_member: &dyn Fn(usize) -> bool| (0..trial.subjects.len()).filter(|&one| is_member(one)).collect();
    let groups: Vec<Group> = match &covariate.values {
        CovariateValues::Factor { levels, codes } => levels
            .iter()
            .enumerate()
            .map(|(level, name)| Group {
                label: name.clone(),
                is_site: true,
                subjects: members(&|subject| codes.get(subject).copied().flatten() == Some(level)),
            })
            .collect(),
        CovariateValues::Numeric(values) => {
            let mut levels: Vec<f64> = values.iter().copied().flatten().collect();
            sort_numbers(&mut levels);
            levels.dedup();
            let group = |level: f64| Group {
                label: level.to_string(),
                is_site: true,
                subjects: members(&|subject| values.get(subject).copied().flatten() == Some(level)),
            };
            levels.into_iter().map(group).collect()
        }
    };
    // One site is no choice, and a column in which nearly everybody stands alone is none of sites.
    let most = trial.subjects.len() / 2;
    if (2..=most).contains(&groups.len()) { groups } else { Vec::new() }
}
