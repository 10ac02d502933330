//! The files as text.

use std::fmt::Write;

use super::biomarkers::{ANALYTES, Sample};
use super::design::{Onset, Person};
use super::events::Event;
use super::measures::{MONTHS, Measures};
use super::survival::Fate;
use super::visits::{ITEMS, Visit};

/// Lines of fields; a field with a comma is quoted. No field holds a quote or a line end.
struct Csv(String);

impl Csv {
    fn new(header: &[&str]) -> Self {
        let mut csv = Self(String::new());
        csv.row(header.iter().map(ToString::to_string));
        csv
    }

    fn row(&mut self, fields: impl IntoIterator<Item = String>) {
        for (i, field) in fields.into_iter().enumerate() {
            if i > 0 {
                self.0.push(',');
            }
            if field.contains(',') {
                self.0.push('"');
                self.0.push_str(&field);
                self.0.push('"');
            } else {
                self.0.push_str(&field);
            }
        }
        self.0.push('\n');
    }
}

fn id(p: &Person) -> String {
    format!("SL-{:03}", p.id)
}

fn flag(yes: bool) -> String {
    i32::from(yes).to_string()
}

fn tenths(x: i32) -> String {
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = write!(text, "{}{}.{}", if x < 0 { "-" } else { "" }, x.abs() / 10, x.abs() % 10);
    text
}

pub fn subjects(people: &[Person]) -> String {
    let mut csv =
        Csv::new(&["subject_id", "arm", "age", "sex", "onset_site", "onset_months", "riluzole", "itt", "per_protocol"]);
    for p in people {
        csv.row([
            id(p),
            p.arm.name().into(),
            p.age.to_string(),
            if p.female { "F" } else { "M" }.into(),
            if p.onset == Onset::Bulbar { "bulbar" } else { "limb" }.into(),
            p.onset_months.to_string(),
            "yes".into(),
            flag(true),
            flag(p.change4.is_some()),
        ]);
    }
    csv.0
}

pub fn visits(people: &[Person], paths: &[Vec<Visit>], measures: &[Measures]) -> String {
    let mut header = vec!["subject_id", "month"];
    header.extend(ITEMS);
    header.extend(["alsfrs_r_total", "fvc_percent", "aals", "sf36"]);
    let mut csv = Csv::new(&header);
    for ((p, path), m) in people.iter().zip(paths).zip(measures) {
        for v in path {
            let taken = MONTHS.iter().position(|month| *month == v.month);
            let at = |values: &[Option<i32>; 3]| taken.and_then(|k| values[k]);
            let mut row = vec![id(p), v.month.to_string()];
            row.extend(v.items.iter().map(ToString::to_string));
            row.push(v.items.iter().sum::<i32>().to_string());
            row.push(at(&m.fvc).map(tenths).unwrap_or_default());
            row.push(at(&m.aals).map(|x| x.to_string()).unwrap_or_default());
            row.push(at(&m.sf36).map(tenths).unwrap_or_default());
            csv.row(row);
        }
    }
    csv.0
}

pub fn biomarkers(people: &[Person], samples: &[Sample]) -> String {
    let mut csv = Csv::new(&["subject_id", "month", "analyte", "value", "unit"]);
    for (p, sample) in people.iter().zip(samples) {
        for month in [0, 4] {
            for (a, (before, after)) in ANALYTES.iter().zip(sample) {
                if let Some(x) = if month == 0 { Some(*before) } else { *after } {
                    let value = if x < a.limit {
                        format!("<{:.*}", a.decimals, a.limit)
                    } else {
                        format!("{x:.*}", a.decimals)
                    };
                    csv.row([id(p), month.to_string(), a.name.into(), value, "pg/mL".into()]);
                }
            }
        }
    }
    csv.0
}

pub fn survival(people: &[Person], fates: &[Fate]) -> String {
    let mut csv = Csv::new(&["subject_id", "time_months", "event"]);
    for (p, f) in people.iter().zip(fates) {
        csv.row([id(p), tenths(f.time), flag(f.died)]);
    }
    csv.0
}

/// Who died without it was followed for it until the death.
pub fn ventilation(people: &[Person], fates: &[Fate], ventilations: &[Option<i32>]) -> String {
    let mut csv = Csv::new(&["subject_id", "endpoint", "time_months", "event"]);
    for ((p, f), ventilation) in people.iter().zip(fates).zip(ventilations) {
        let time = ventilation.unwrap_or(f.time);
        csv.row([id(p), "permanent_ventilation".into(), tenths(time), flag(ventilation.is_some())]);
    }
    csv.0
}

pub fn events(people: &[Person], events: &[Event]) -> String {
    let mut csv = Csv::new(&[
        "subject_id",
        "start_day",
        "end_day",
        "term",
        "system_organ_class",
        "severity",
        "serious",
        "related",
    ]);
    for e in events {
        csv.row([
            id(&people[e.person]),
            e.start.to_string(),
            e.end.map(|d| d.to_string()).unwrap_or_default(),
            e.term.into(),
            e.class.into(),
            e.severity.name().into(),
            flag(e.serious),
            flag(e.related),
        ]);
    }
    csv.0
}
