//! What is counted: the summary's lines, each class and each term, in each arm.

use std::collections::{BTreeMap, BTreeSet};

use super::counted::{CountedEvent, Observed, Spellings, key, worst};
use super::{EventLevel, ItemKind, SafetyPlan};
use crate::order;
use crate::trial::{AdverseEvent, Grade, Trial};

/// Of events without a class, where others have one.
const NO_CLASS: &str = "no class";

pub struct Items {
    /// The summary's lines, then each class with its terms.
    pub items: Vec<Item>,
    /// Names that come in several spellings.
    pub merged: Vec<String>,
    /// Terms that stand under more than one class.
    pub in_several_classes: Vec<String>,
    /// Rows of one person, term and first day beyond the first.
    pub duplicates: usize,
    /// Ascending.
    pub grades: Vec<Grade>,
    pub has_unknown_grades: bool,
}

pub struct Item {
    pub kind: ItemKind,
    pub outcome: String,
    pub label: String,
    /// In the order of `Observed::arms`.
    pub by_arm: Vec<Tally>,
}

/// One item in one arm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// With at least one event.
    pub people: usize,
    pub events: usize,
    /// People by their worst event; first those of whom no severity is known.
    pub worst: [usize; 6],
    /// People with an event in the time observed, of those of whom that time is known; and their events.
    pub people_in_time: usize,
    pub events_in_time: usize,
    /// Everyone's years up to the first event, or to the end.
    pub years_at_risk: f64,
}

/// Place of a worst grade in [`Tally::worst`].
pub fn place_of_grade(grade: Option<Grade>) -> usize {
    grade.and_then(|grade| Grade::ALL.iter().position(|one| *one == grade)).map_or(0, |place| place + 1)
}

impl Items {
    pub fn of(trial: &Trial, observed: &Observed, safety: &SafetyPlan) -> Self {
        let (mut terms, mut classes) = (Spellings::default(), Spellings::default());
        for event in &trial.adverse_events {
            terms.see(&event.term);
            if let Some(class) = &event.system_organ_class {
                classes.see(class);
            }
        }
        let has_classes = !classes.keys().is_empty();
        // Tallies go from one person to the next.
        let mut events = observed.events.clone();
        order::sort_by(&mut events, |a, b| a.subject.cmp(&b.subject));

        let mut items = Vec::new();
        for (kind, outcome) in summary_lines(trial) {
            let own: Vec<CountedEvent> = events.iter().copied().filter(|event| kind.holds(trial, event)).collect();
            let by_arm = tally(trial, observed, &own);
            items.push(Item { kind, outcome: outcome.to_owned(), label: outcome.to_owned(), by_arm });
        }

        let mut by_name: BTreeMap<Option<String>, BTreeMap<String, Vec<CountedEvent>>> = BTreeMap::new();
        let mut seen: BTreeSet<(usize, String, u64)> = BTreeSet::new();
        let mut duplicates = 0;
        for counted in &events {
            let Some(event) = trial.adverse_events.get(counted.event) else { continue };
            let (class, term) = (event.system_organ_class.as_deref().map(key), key(&event.term));
            if let Some(day) = event.start_day {
                duplicates += usize::from(!seen.insert((counted.subject, term.clone(), day.to_bits())));
            }
            by_name.entry(class).or_default().entry(term).or_default().push(*counted);
        }
        let mut classes_of: BTreeMap<&String, usize> = BTreeMap::new();
        for term in by_name.values().flat_map(BTreeMap::keys) {
            *classes_of.entry(term).or_default() += 1;
        }
        let in_several_classes =
            classes_of.iter().filter(|(_, classes)| **classes > 1).map(|(term, _)| terms.name(term)).collect();

        let mut groups: Vec<(Option<Item>, Vec<Item>)> = by_name
            .iter()
            .map(|(class, own_terms)| {
                let name = class.as_ref().map_or_else(|| NO_CLASS.to_owned(), |class| classes.name(class));
                let group = has_classes.then(|| {
                    let mut all: Vec<CountedEvent> = own_terms.values().flatten().copied().collect();
                    order::sort_by(&mut all, |a, b| a.subject.cmp(&b.subject));
                    let by_arm = tally(trial, observed, &all);
                    Item { kind: ItemKind::Class, outcome: name.clone(), label: name.clone(), by_arm }
                });
                let takes_terms = safety.level == EventLevel::Term || !has_classes;
                let own_terms = own_terms.iter().filter(|_| takes_terms).map(|(term, own)| {
                    let label = terms.name(term);
                    let outcome = if has_classes { format!("{name}: {label}") } else { label.clone() };
                    Item { kind: ItemKind::Term, outcome, label, by_arm: tally(trial, observed, own) }
                });
                let mut own_terms: Vec<Item> = own_terms.collect();
                order::sort_by(&mut own_terms, |a, b| compare(a, b, safety));
                (group, own_terms)
            })
            .collect();
        order::sort_by(&mut groups, |(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) => compare(a, b, safety),
            _ => std::cmp::Ordering::Equal,
        });
        items.extend(groups.into_iter().flat_map(|(group, terms)| group.into_iter().chain(terms)));

        let grade = |counted: &CountedEvent| trial.adverse_events.get(counted.event).and_then(|event| event.grade);
        let grades: BTreeSet<Grade> = events.iter().filter_map(grade).collect();
        let mut merged = classes.merged();
        merged.extend(terms.merged());
        Self {
            items,
            merged,
            in_several_classes,
            duplicates,
            grades: grades.into_iter().collect(),
            has_unknown_grades: events.iter().any(|event| grade(event).is_none()),
        }
    }

    /// What the planned level tells apart.
    pub fn planned_kind(&self, safety: &SafetyPlan) -> ItemKind {
        let has_classes = self.items.iter().any(|item| item.kind == ItemKind::Class);
        if safety.level == EventLevel::Class && has_classes { ItemKind::Class } else { ItemKind::Term }
    }

    /// Places of the planned level's items that at least the planned share of an arm had, the most frequent first. What
    /// is masked counts as nothing here, so that no order tells it.
    pub fn frequent(&self, observed: &Observed, safety: &SafetyPlan) -> Vec<usize> {
        let kind = self.planned_kind(safety);
        let share = |item: &Item| {
            let shares = item.by_arm.iter().zip(&observed.arms).map(|(tally, arm)| {
                if safety.hides(tally.people) { 0.0 } else { tally.people as f64 / arm.people as f64 }
            });
            shares.fold(0.0, f64::max)
        };
        let is_frequent = |item: &Item| {
            let share = share(item);
            item.kind == kind && share > 0.0 && 100.0 * share >= safety.least_percent - 1e-9
        };
        let mut found: Vec<(usize, &Item)> =
            self.items.iter().enumerate().filter(|(_, item)| is_frequent(item)).collect();
        order::sort_by(&mut found, |(_, a), (_, b)| share(b).total_cmp(&share(a)).then_with(|| compare(a, b, safety)));
        found.into_iter().map(|(place, _)| place).collect()
    }
}

/// The more people the earlier, then by name; masked people are none.
fn compare(a: &Item, b: &Item, safety: &SafetyPlan) -> std::cmp::Ordering {
    let people = |item: &Item| {
        item.by_arm.iter().map(|tally| tally.people).filter(|people| !safety.hides(*people)).sum::<usize>()
    };
    people(b).cmp(&people(a)).then_with(|| a.outcome.cmp(&b.outcome))
}

/// The lines that the files can answer.
fn summary_lines(trial: &Trial) -> Vec<(ItemKind, &'static str)> {
    let any = |says: fn(&AdverseEvent) -> bool| trial.adverse_events.iter().any(says);
    let knows_relation = any(|event| event.is_related.is_some());
    let knows_seriousness = any(|event| event.is_serious.is_some());
    let lines = [
        (ItemKind::Any, "any adverse event", true),
        (ItemKind::Related, "any related event", knows_relation),
        (ItemKind::Serious, "any serious event", knows_seriousness),
        (ItemKind::SeriousRelated, "any serious related event", knows_relation && knows_seriousness),
        (ItemKind::Severe, "any severe event", any(|event| event.grade.is_some())),
        (
            ItemKind::Fatal,
            "any fatal event",
            any(|event| event.is_fatal.is_some() || event.grade == Some(Grade::Fatal)),
        ),
    ];
    lines.into_iter().filter(|(_, _, is_known)| *is_known).map(|(kind, outcome, _)| (kind, outcome)).collect()
}

impl ItemKind {
    /// Whether an event belongs to a line of the summary.
    fn holds(self, trial: &Trial, counted: &CountedEvent) -> bool {
        let Some(event) = trial.adverse_events.get(counted.event) else { return false };
        let (is_serious, is_related) = (event.is_serious == Some(true), event.is_related == Some(true));
        match self {
            Self::Any | Self::Class | Self::Term => true,
            Self::Related => is_related,
            Self::Serious => is_serious,
            Self::SeriousRelated => is_serious && is_related,
            Self::Severe => event.grade.is_some_and(|grade| grade >= Grade::Severe),
            Self::Fatal => event.is_fatal == Some(true) || event.grade == Some(Grade::Fatal),
        }
    }
}

/// Of events sorted by person.
fn tally(trial: &Trial, observed: &Observed, events: &[CountedEvent]) -> Vec<Tally> {
    let mut by_arm: Vec<Tally> =
        observed.arms.iter().map(|arm| Tally { years_at_risk: arm.years, ..Tally::default() }).collect();
    for own in events.chunk_by(|a, b| a.subject == b.subject) {
        let Some(subject) = own.first().map(|event| event.subject) else { continue };
        let Some(tally) = observed.arm(subject).and_then(|arm| by_arm.get_mut(arm)) else { continue };
        tally.people += 1;
        tally.events += own.len();
        let grade = |counted: &CountedEvent| trial.adverse_events.get(counted.event).and_then(|event| event.grade);
        let worst = own.iter().map(grade).fold(None, worst);
        if let Some(slot) = tally.worst.get_mut(place_of_grade(worst)) {
            *slot += 1;
        }
        let Some(years) = observed.years(subject) else { continue };
        let in_time = own.iter().filter(|event| event.is_in_time);
        let events_in_time = in_time.clone().count();
        if events_in_time > 0 {
            // An event whose day is not known leaves the person's time whole.
            let first = in_time.filter_map(|event| event.years).fold(years, f64::min).max(0.0);
            tally.people_in_time += 1;
            tally.events_in_time += events_in_time;
            tally.years_at_risk -= years - first;
        }
    }
    by_arm
}
