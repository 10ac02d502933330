//! The Safety page.

mod figures;
pub(in crate::report) use figures::p_axis;
mod tables;

use super::change::hue;
use super::figure::Hue;
use super::label::joined;
use super::note::doubt_sentences;
use super::number::{format_fixed, format_interval, format_level, format_significant, plural};
use super::overview::Overview;
use super::page::{FigureView, Phrase, ResultPage};
use crate::analysis::safety::{
    ArmDetail, CountedEvents, EventLevel, ItemDetail, ItemKind, ObservedTo, SafetyDetail, SafetyPlan,
};
use crate::analysis::{Answer, EVERYONE, Finding, Plan, Term};
use crate::trial::{Grade, TimeUnit};

/// With more treated arms than this, differences and tests stand in the findings only.
const MOST_CONTRASTS: usize = 3;

pub struct SafetyView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub safety: &'a SafetyPlan,
    pub answer: &'a Answer,
    pub detail: &'a SafetyDetail,
}

/// What a page says of choices, in the forms too.
pub fn counted_name(counted: CountedEvents) -> &'static str {
    match counted {
        CountedEvents::TreatmentEmergent => "From the first dose on",
        CountedEvents::Flagged => "As the files flag them",
        CountedEvents::All => "All in the files",
    }
}

pub fn observed_name(observed: ObservedTo) -> &'static str {
    match observed {
        ObservedTo::LastRecord => "Last visit, sample or event",
        ObservedTo::EndOfFollowUp => "End of survival follow-up",
    }
}

pub fn level_name(level: EventLevel) -> &'static str {
    match level {
        EventLevel::Term => "Terms",
        EventLevel::Class => "Classes",
    }
}

impl SafetyView<'_> {
    pub fn page(&self) -> ResultPage {
        let mut doubts = doubt_sentences(&self.answer.notes, TimeUnit::Days);
        doubts.push("The page cannot know whether those who asked for events and judged their relation to treatment knew the arm. Where they did, what is reported and what is called related follow that knowledge.".to_owned());
        let mut figures: Vec<FigureView> = self.dot_plot().into_iter().collect();
        figures.extend(self.volcano());
        let tables = [
            Some(self.summary_table()),
            self.frequent_table(),
            self.full_table(),
            self.severity_table(),
            self.rate_table(),
        ];
        ResultPage {
            kicker: format!("Safety · {} · by arm", self.events_words()),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables: tables.into_iter().flatten().collect(),
            doubts,
            method: self.method(),
        }
    }

    /// "severe or worse, serious, related adverse events".
    fn events_words(&self) -> String {
        format!("{}adverse events", self.filter_words())
    }

    fn filter_words(&self) -> String {
        let mut words = Vec::new();
        match self.safety.least_severity {
            Some(Grade::Fatal) => words.push("fatal".to_owned()),
            Some(least) => words.push(format!("{} or worse", least.word())),
            None => {}
        }
        words.extend(self.safety.only_serious.then(|| "serious".to_owned()));
        words.extend(self.safety.only_related.then(|| "related".to_owned()));
        if words.is_empty() { String::new() } else { format!("{} ", words.join(", ")) }
    }

    fn item(&self, kind: ItemKind) -> Option<&ItemDetail> {
        self.detail.items.iter().find(|item| item.kind == kind)
    }

    fn rows(&self, item: &ItemDetail) -> &[Finding] {
        self.answer.rows.get(item.first_row..item.first_row + item.rows).unwrap_or_default()
    }

    fn row(&self, item: &ItemDetail, arm: &ArmDetail, term: Term) -> Option<&Finding> {
        self.rows(item).iter().find(|row| row.term == term && row.group.as_deref() == Some(arm.name.as_str()))
    }

    fn estimate(&self, item: &ItemDetail, arm: &ArmDetail, term: Term) -> Option<f64> {
        self.row(item, arm, term)?.estimate
    }

    /// Treated arms first, control last, as sentences name them.
    fn arms(&self) -> Vec<&ArmDetail> {
        let control = self.detail.arms.iter().filter(|arm| arm.place == 0);
        self.detail.arms.iter().filter(|arm| arm.place != 0).chain(control).collect()
    }

    /// The arms that have a difference to the control.
    fn contrasts(&self) -> Vec<&ArmDetail> {
        let treated = self.detail.arms.iter().filter(|arm| self.detail.has_control && arm.place != 0);
        let found: Vec<&ArmDetail> = treated.collect();
        if found.len() > MOST_CONTRASTS { Vec::new() } else { found }
    }

    fn hue_of(&self, arm: &ArmDetail) -> Hue {
        if arm.name == EVERYONE { Hue::Neutral } else { hue(arm.place) }
    }

    /// "fewer than 5" or "12".
    fn told(&self, row: Option<&Finding>) -> String {
        match row {
            Some(row) => match row.estimate {
                Some(count) => format_fixed(count, 0),
                None => format!("fewer than {}", self.safety.mask_below.unwrap_or_default()),
            },
            None => "–".to_owned(),
        }
    }

    fn headline(&self) -> Vec<Phrase> {
        let Some(any) = self.item(ItemKind::Any) else { return Vec::new() };
        let when = match (self.safety.counted, &self.safety.first_dose) {
            (CountedEvents::TreatmentEmergent, Some(_)) => " that began after the first dose",
            (CountedEvents::TreatmentEmergent, None) => " that began after the start",
            (CountedEvents::Flagged, _) => " that the files flag as treatment-emergent",
            (CountedEvents::All, _) => "",
        };
        let arms = self.arms();
        let mut phrases = Vec::new();
        for (place, arm) in arms.iter().enumerate() {
            phrases.push(Phrase::strong(format!("{} of {}", self.told(self.row(any, arm, Term::Count)), arm.people)));
            let behind = if arm.name == EVERYONE { " people".to_owned() } else { format!(" in {}", arm.name) };
            let join = match arms.len() - place {
                1 => "",
                2 => " and ",
                _ => ", ",
            };
            phrases.push(Phrase::plain(format!("{behind}{join}")));
        }
        let noun = format!("{}adverse event", self.filter_words());
        let article = if noun.starts_with('a') { "an" } else { "a" };
        phrases.push(Phrase::plain(format!(" had {article} {noun}{when}")));
        let (kind, name) = match (self.item(ItemKind::SeriousRelated), self.item(ItemKind::Serious)) {
            (Some(item), _) => (Some(item), "serious and related"),
            (None, Some(item)) => (Some(item), "serious"),
            (None, None) => (None, ""),
        };
        match kind {
            Some(item) => {
                phrases.push(Phrase::plain(format!("; {name}: ")));
                phrases.extend(self.by_arm_phrases(item));
                phrases.push(Phrase::plain("."));
            }
            None => phrases.push(Phrase::plain("; the files do not say which were serious.")),
        }
        phrases
    }

    /// "none", or "3 in MSC and none in Control".
    fn by_arm_phrases(&self, item: &ItemDetail) -> Vec<Phrase> {
        let arms = self.arms();
        let is_none = |arm: &&ArmDetail| self.estimate(item, arm, Term::Count) == Some(0.0);
        if arms.iter().all(is_none) {
            return vec![Phrase::strong("none")];
        }
        if arms.len() == 1 {
            let all = arms.iter().map(|arm| Phrase::strong(self.told(self.row(item, arm, Term::Count))));
            return all.collect();
        }
        let words: Vec<String> = arms
            .iter()
            .map(|arm| {
                let count = if is_none(arm) { "none".to_owned() } else { self.told(self.row(item, arm, Term::Count)) };
                format!("{count} in {}", arm.name)
            })
            .collect();
        vec![Phrase::strong(joined(&words))]
    }

    fn subline(&self) -> String {
        let mut sentences = Vec::new();
        if let Some(any) = self.item(ItemKind::Any) {
            for arm in self.contrasts() {
                let Some(row) = self.row(any, arm, Term::RiskDifference) else { continue };
                let Some(((difference, low), high)) = row.estimate.zip(row.conf_low).zip(row.conf_high) else {
                    continue;
                };
                sentences.push(format!(
                    "{}: {} percentage points ({} CI {}).",
                    row.contrast.clone().unwrap_or_default(),
                    format_fixed(100.0 * difference, 1),
                    format_level(self.plan.confidence_level),
                    format_interval(100.0 * low, 100.0 * high, 1)
                ));
            }
        }
        let (events, counted) = (self.detail.events, self.detail.events_counted);
        sentences.push(format!("{counted} of {events} {} counted.", plural(events, "event is", "events are")));
        sentences.join(" ")
    }

    fn summary(&self) -> impl Iterator<Item = &ItemDetail> {
        self.detail.items.iter().filter(|item| item.kind < ItemKind::Class)
    }

    fn is_class_level(&self) -> bool {
        self.detail
            .frequent
            .first()
            .and_then(|place| self.detail.items.get(*place))
            .is_some_and(|item| item.kind == ItemKind::Class)
    }

    fn frequent(&self) -> impl Iterator<Item = &ItemDetail> {
        self.detail.frequent.iter().filter_map(|place| self.detail.items.get(*place))
    }

    /// The term; where it stands under several classes, with its class.
    fn short_name<'i>(&'i self, item: &'i ItemDetail) -> &'i str {
        let is_ambiguous = self.frequent().filter(|other| other.label == item.label).count() > 1;
        if is_ambiguous { &item.outcome } else { &item.label }
    }

    fn least(&self) -> String {
        format!("{}%", format_significant(self.safety.least_percent, 3))
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.plan.confidence_level);
        let mut method = vec![
            "A person counts once in each row, however many events; events count each. Denominator: everyone of the arm in the analysis set, in the arm that the files give. Names that differ only in capital letters and spaces are one; with a preferred term and another, the preferred term is read. Related means possibly related and above (possible, probable, definite, suspected); unlikely, remote and doubtful are not. Severe means severe, life-threatening or fatal, which are the grades 3 to 5 of CTCAE.".to_owned(),
            self.method_of_counting(),
            format!("Differences of shares with Newcombe’s hybrid score interval at {level}, his method 10 (Statistics in Medicine 1998; 17: 873–890). Where nobody of n had an event, the one-sided upper limit is 1 − α^(1/n), near 3/n at 95% (Hanley and Lippman-Hand, JAMA 1983; 249: 1743–1745)."),
            format!("Rates: people with an event by the time up to their first event or the end of observation, and events by all the time, per 100 patient-years of 365.25 days, with the exact Poisson interval (Garwood, Biometrika 1936; 28: 437–442); the ratio with its exact conditional interval. Time is counted from {} to {}. An event without a day leaves the person’s time whole. Rates assume a hazard that does not change with time.",
                if self.safety.first_dose.is_some() { "the first dose" } else { "the start of follow-up" },
                match self.safety.observed_to {
                    ObservedTo::LastRecord => "the last visit, sample or day of an adverse event",
                    ObservedTo::EndOfFollowUp => "death or last contact in the survival file, else the last visit, sample or day of an adverse event",
                }
            ),
        ];
        if self.safety.fisher {
            method.push("Fisher’s exact test, two-sided (Journal of the Royal Statistical Society 1935; 98: 39–82), of every row. The tests of all rows of the level shown, in all contrasts together, are one family, adjusted by Holm (Scandinavian Journal of Statistics 1979; 6: 65–70) and by Benjamini and Hochberg (Journal of the Royal Statistical Society B 1995; 57: 289–300). Rare events cannot reach a small p-value however they fall.".to_owned());
        }
        method.push("Checked against R: counts by hand-written R, fisher.test, poisson.test, p.adjust, Newcombe’s interval from prop.test’s; docs/VALIDATION.md has the figures.".to_owned());
        method
    }

    fn method_of_counting(&self) -> String {
        let from = match &self.safety.first_dose {
            Some(dose) => format!("the first dose ({})", dose.column),
            None => "the start of follow-up (day 0)".to_owned(),
        };
        match self.safety.counted {
            CountedEvents::TreatmentEmergent => {
                let to = match (self.safety.window_days, &self.safety.last_dose) {
                    (Some(days), Some(dose)) => format!(
                        " and not later than {} days after the last dose ({}; where it is missing, after the end of observation)",
                        format_significant(days, 4),
                        dose.column
                    ),
                    (Some(days), None) => {
                        format!(" and not later than {} days after the end of observation", format_significant(days, 4))
                    }
                    (None, _) => String::new(),
                };
                format!(
                    "An event is treatment-emergent when it began at {from} or later{to}. One without a first day counts as treatment-emergent unless it had ended before; one that was there before and grew worse cannot be told from the day it began."
                )
            }
            CountedEvents::Flagged => {
                "Events count when the files’ own flag says that they are treatment-emergent.".to_owned()
            }
            CountedEvents::All => format!(
                "All events of the files count, also those from before the treatment. Rates count events from {from} on."
            ),
        }
    }
}

/// A line of the summary in words.
fn summary_name(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Any | ItemKind::Class | ItemKind::Term => "Any adverse event",
        ItemKind::Related => "Any related event",
        ItemKind::Serious => "Any serious event",
        ItemKind::SeriousRelated => "Any serious related event",
        ItemKind::Severe => "Any severe event (grade 3 or above)",
        ItemKind::Fatal => "Any fatal event",
    }
}
