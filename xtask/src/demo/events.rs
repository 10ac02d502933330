//! Adverse events to month 6: alike in both arms, none both serious and related to the treatment or its procedures.

use super::design::{Arm, Leaves, Onset, Person};
use super::rng::Rng;
use super::survival::Fate;

#[derive(Clone, Copy)]
pub struct Term {
    pub name: &'static str,
    pub class: &'static str,
    weight: f64,
    /// Usual length in days; 0 when it stays.
    days: i32,
    /// Follows a lumbar puncture or an injection.
    procedure: bool,
}

const fn term(name: &'static str, class: &'static str, weight: f64, days: i32, procedure: bool) -> Term {
    Term { name, class, weight, days, procedure }
}

const NERVOUS: &str = "Nervous system disorders";
const GENERAL: &str = "General disorders and administration site conditions";
const MUSCLE: &str = "Musculoskeletal and connective tissue disorders";
const GUT: &str = "Gastrointestinal disorders";
const INJURY: &str = "Injury, poisoning and procedural complications";
const CHEST: &str = "Respiratory, thoracic and mediastinal disorders";
const INFECTION: &str = "Infections and infestations";
const MIND: &str = "Psychiatric disorders";
const VESSELS: &str = "Vascular disorders";
const SKIN: &str = "Skin and subcutaneous tissue disorders";

const TERMS: [Term; 24] = [
    term("Headache", NERVOUS, 20.0, 3, true),
    term("Pyrexia", GENERAL, 12.0, 2, true),
    term("Back pain", MUSCLE, 14.0, 6, true),
    term("Post lumbar puncture syndrome", INJURY, 9.0, 5, true),
    term("Injection site pain", GENERAL, 6.0, 3, true),
    term("Nausea", GUT, 8.0, 2, true),
    term("Vomiting", GUT, 4.0, 2, true),
    term("Constipation", GUT, 16.0, 25, false),
    term("Fall", INJURY, 16.0, 1, false),
    term("Contusion", INJURY, 6.0, 9, false),
    term("Nasopharyngitis", INFECTION, 18.0, 8, false),
    term("Bronchitis", INFECTION, 4.0, 12, false),
    term("Urinary tract infection", INFECTION, 4.0, 8, false),
    term("Muscle spasms", MUSCLE, 8.0, 20, false),
    term("Arthralgia", MUSCLE, 8.0, 18, false),
    term("Musculoskeletal pain", MUSCLE, 6.0, 15, false),
    term("Insomnia", MIND, 8.0, 30, false),
    term("Depressed mood", MIND, 5.0, 0, false),
    term("Salivary hypersecretion", GUT, 5.0, 0, false),
    term("Dysphagia", GUT, 4.0, 0, false),
    term("Dyspnoea", CHEST, 6.0, 0, false),
    term("Productive cough", CHEST, 5.0, 14, false),
    term("Pruritus", SKIN, 4.0, 7, false),
    term("Dizziness", NERVOUS, 6.0, 4, false),
];

/// Serious ones, with their usual length in days: these many in each arm beside the deaths.
const SERIOUS: [(&str, &str, i32); 5] = [
    ("Pneumonia", INFECTION, 14),
    ("Pneumonia aspiration", INFECTION, 16),
    ("Femur fracture", INJURY, 40),
    ("Deep vein thrombosis", VESSELS, 30),
    ("Respiratory failure", CHEST, 9),
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Mild,
    Moderate,
    Severe,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Mild => "mild",
            Self::Moderate => "moderate",
            Self::Severe => "severe",
        }
    }
}

pub struct Event {
    pub person: usize,
    pub start: i32,
    /// None when it went on when collection ended.
    pub end: Option<i32>,
    pub term: &'static str,
    pub class: &'static str,
    pub severity: Severity,
    pub serious: bool,
    pub related: bool,
}

/// Days of the two injections, and of the lumbar punctures of people who get none.
const INJECTIONS: [i32; 2] = [0, 26];
const PUNCTURES: [i32; 2] = [0, 122];

/// Day of a time in tenths of a month.
pub fn day(tenths: i32) -> i32 {
    (f64::from(tenths) * 3.043_75).floor() as i32
}

pub fn events(people: &[Person], fates: &[Fate], rng: &mut Rng) -> Vec<Event> {
    let mut events = Vec::new();
    for (arm, affected, total) in [(Arm::Msc, 29, 103), (Arm::Control, 27, 97)] {
        let mut who: Vec<usize> = (0..people.len()).filter(|i| people[*i].arm == arm).collect();
        // Those who die under observation have an event: their death.
        rng.shuffle(&mut who);
        who.sort_by_key(|i| !matches!(people[*i].leaves, Leaves::Dies(_)));
        who.truncate(affected);
        let first = events.len();
        for i in &who {
            if matches!(people[*i].leaves, Leaves::Dies(_)) {
                events.push(death(*i, fates[*i].time));
            }
        }
        let settled: Vec<usize> = who.iter().copied().filter(|i| people[*i].last_visit == 6).collect();
        for (name, class, days) in SERIOUS.iter().take(if arm == Arm::Msc { 4 } else { 3 }) {
            let person = settled[rng.below(settled.len())];
            let start = rng.between(20, 170);
            let end = Some(start + rng.between(days / 2, *days));
            let severity = if rng.chance(0.5) { Severity::Severe } else { Severity::Moderate };
            events.push(Event { person, start, end, term: name, class, severity, serious: true, related: false });
        }
        for i in &who {
            if !events[first..].iter().any(|e| e.person == *i) {
                events.push(usual(*i, &people[*i], last_day(&people[*i], &fates[*i]), rng));
            }
        }
        while events.len() < first + total {
            let i = who[rng.below(who.len())];
            let last = last_day(&people[i], &fates[i]);
            // Less time, fewer events.
            if rng.chance(f64::from(last) / 185.0) {
                events.push(usual(i, &people[i], last, rng));
            }
        }
    }
    events.sort_by_key(|e| (people[e.person].id, e.start, e.term));
    events
}

/// Events were collected to month 6, or to the last news.
fn last_day(p: &Person, fate: &Fate) -> i32 {
    let visits = if p.leaves == Leaves::Withdraws { day(10 * p.last_visit + 5) } else { 183 };
    visits.min(day(fate.time))
}

fn death(person: usize, time: i32) -> Event {
    let end = day(time);
    Event {
        person,
        start: end - 4,
        end: Some(end),
        term: "Respiratory failure",
        class: CHEST,
        severity: Severity::Severe,
        serious: true,
        related: false,
    }
}

fn usual(person: usize, p: &Person, last: i32, rng: &mut Rng) -> Event {
    let (arm, bulbar) = (p.arm, p.onset == Onset::Bulbar);
    let weights = TERMS.map(|t| match t.name {
        "Injection site pain" if arm == Arm::Control => 0.0,
        "Dysphagia" | "Salivary hypersecretion" if !bulbar => 0.2 * t.weight,
        "Dysphagia" | "Salivary hypersecretion" => 3.0 * t.weight,
        _ => t.weight,
    });
    let t = TERMS[rng.pick(&weights)];
    let procedures = if arm == Arm::Msc { INJECTIONS } else { PUNCTURES };
    let often = if arm == Arm::Msc { 0.75 } else { 0.45 };
    let always = matches!(t.name, "Post lumbar puncture syndrome" | "Injection site pain");
    let procedure = procedures[rng.below(2)];
    let follows = t.procedure && (always || rng.chance(often));
    let (start, related) = if follows && procedure < last {
        ((procedure + rng.between(0, 3)).min(last), true)
    } else if always {
        (rng.between(0, 3).min(last), true)
    } else {
        (rng.between(0, last), false)
    };
    let stays = t.days == 0;
    let length = rng.between((t.days / 2).max(1), (t.days * 3 / 2).max(1)) - 1;
    let end = (!stays && start + length <= last).then_some(start + length);
    let severity = [Severity::Mild, Severity::Moderate, Severity::Severe][rng.pick(&[0.68, 0.28, 0.04])];
    Event { person, start, end, term: t.name, class: t.class, severity, serious: false, related }
}
