//! The demo trial, read from its own files (`cargo xtask demo --check` keeps those as the generator makes them).

use std::path::Path;

use super::calendar::{FIRST_BASELINE, days_of_months, days_of_tenths};

/// Months at which people are seen.
pub const MONTHS: [i32; 9] = [-3, -2, -1, 0, 1, 2, 3, 4, 6];
/// Months at which cerebrospinal fluid is taken.
pub const SAMPLED: [i32; 2] = [0, 4];

pub struct Person {
    pub id: usize,
    pub arm: String,
    pub age: String,
    pub sex: String,
    pub onset_site: String,
    pub onset_months: i32,
    pub riluzole: String,
    pub itt: bool,
    pub per_protocol: bool,
    /// Day of baseline, from 1970-01-01. Invented: the demo has no dates.
    pub baseline: i32,
    /// Time to death or last news as the demo writes it, in months.
    pub survival_months: String,
    pub survival_days: i32,
    pub died: bool,
}

impl Person {
    pub fn name(&self) -> String {
        format!("SL-{:03}", self.id)
    }

    pub fn is_msc(&self) -> bool {
        self.arm == "MSC"
    }

    /// Where the person was seen: 0, 1, 2 or 3.
    pub fn site(&self) -> usize {
        self.id % 4
    }

    /// The day of the last news.
    pub fn last_day(&self) -> i32 {
        self.baseline + self.survival_days
    }
}

/// Numbers stay text: what the demo prints is what every folder prints. A missing one is empty.
pub struct Visit {
    pub person: usize,
    pub month: i32,
    pub items: Vec<String>,
    pub total: String,
    pub fvc: String,
    pub aals: String,
    pub sf36: String,
}

impl Visit {
    pub fn day(&self) -> i32 {
        days_of_months(self.month)
    }
}

pub struct Sample {
    pub person: usize,
    pub month: i32,
    /// Its place in `Trial::analytes`.
    pub analyte: usize,
    /// A number, or `<x`.
    pub value: String,
}

pub struct Event {
    pub person: usize,
    pub start: i32,
    pub end: Option<i32>,
    pub term: String,
    pub class: String,
    pub severity: String,
    pub is_serious: bool,
    pub is_related: bool,
}

pub struct Trial {
    pub people: Vec<Person>,
    pub items: Vec<String>,
    pub visits: Vec<Visit>,
    pub analytes: Vec<String>,
    pub samples: Vec<Sample>,
    pub events: Vec<Event>,
}

impl Trial {
    pub fn read(demo: &Path) -> Result<Trial, String> {
        let subjects = Rows::read(demo, "subjects.csv")?;
        let survival = Rows::read(demo, "survival.csv")?;
        let visits = Rows::read(demo, "visits.csv")?;
        let biomarkers = Rows::read(demo, "biomarkers.csv")?;
        let events = Rows::read(demo, "adverse_events.csv")?;

        let mut people = Vec::new();
        for (row, fate) in subjects.rows.iter().zip(&survival.rows) {
            if subjects.cell(row, "subject_id")? != survival.cell(fate, "subject_id")? {
                return Err("the demo's subjects and survival times stand in different orders".into());
            }
            let id = people.len() + 1;
            let survival_months = survival.cell(fate, "time_months")?;
            let tenths = number(&survival_months.replace('.', ""))?;
            people.push(Person {
                id,
                arm: subjects.cell(row, "arm")?,
                age: subjects.cell(row, "age")?,
                sex: subjects.cell(row, "sex")?,
                onset_site: subjects.cell(row, "onset_site")?,
                onset_months: number(&subjects.cell(row, "onset_months")?)?,
                riluzole: subjects.cell(row, "riluzole")?,
                itt: subjects.cell(row, "itt")? == "1",
                per_protocol: subjects.cell(row, "per_protocol")? == "1",
                // 37 and 330 have no common factor: everyone has a day of their own within eleven months.
                baseline: FIRST_BASELINE + (id as i32 * 37) % 330,
                survival_months,
                survival_days: days_of_tenths(tenths),
                died: survival.cell(fate, "event")? == "1",
            });
        }
        if people.iter().zip(&subjects.rows).any(|(p, row)| Some(&p.name()) != row.first()) {
            return Err("the demo's subjects are not numbered from SL-001".into());
        }

        let items: Vec<String> = visits.header.iter().filter(|name| is_item(name)).cloned().collect();
        let mut trial = Trial { people, items, visits: vec![], analytes: vec![], samples: vec![], events: vec![] };
        for row in &visits.rows {
            let items = trial.items.iter().map(|item| visits.cell(row, item)).collect::<Result<_, _>>()?;
            trial.visits.push(Visit {
                person: trial.person(&visits.cell(row, "subject_id")?)?,
                month: number(&visits.cell(row, "month")?)?,
                items,
                total: visits.cell(row, "alsfrs_r_total")?,
                fvc: visits.cell(row, "fvc_percent")?,
                aals: visits.cell(row, "aals")?,
                sf36: visits.cell(row, "sf36")?,
            });
        }
        for row in &biomarkers.rows {
            let name = biomarkers.cell(row, "analyte")?;
            let known = trial.analytes.iter().position(|analyte| *analyte == name);
            let analyte = known.unwrap_or_else(|| {
                trial.analytes.push(name);
                trial.analytes.len() - 1
            });
            trial.samples.push(Sample {
                person: trial.person(&biomarkers.cell(row, "subject_id")?)?,
                month: number(&biomarkers.cell(row, "month")?)?,
                analyte,
                value: biomarkers.cell(row, "value")?,
            });
        }
        for row in &events.rows {
            trial.events.push(Event {
                person: trial.person(&events.cell(row, "subject_id")?)?,
                start: number(&events.cell(row, "start_day")?)?,
                end: Some(events.cell(row, "end_day")?)
                    .filter(|day| !day.is_empty())
                    .map(|d| number(&d))
                    .transpose()?,
                term: events.cell(row, "term")?,
                class: events.cell(row, "system_organ_class")?,
                severity: events.cell(row, "severity")?,
                is_serious: events.cell(row, "serious")? == "1",
                is_related: events.cell(row, "related")? == "1",
            });
        }
        if trial.items.len() != 12 || trial.analytes.len() != super::names::ANALYTES.len() {
            return Err("the demo has other items or analytes than the formats know names for".into());
        }
        Ok(trial)
    }

    pub fn visit(&self, person: usize, month: i32) -> Option<&Visit> {
        self.visits.iter().find(|visit| visit.person == person && visit.month == month)
    }

    pub fn sample(&self, person: usize, month: i32, analyte: usize) -> Option<&Sample> {
        self.samples.iter().find(|s| s.person == person && s.month == month && s.analyte == analyte)
    }

    fn person(&self, name: &str) -> Result<usize, String> {
        self.people.iter().position(|p| p.name() == name).ok_or(format!("{name} is not among the demo's subjects"))
    }
}

fn is_item(name: &str) -> bool {
    name.strip_prefix("alsfrs_r_").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn number(text: &str) -> Result<i32, String> {
    text.parse().map_err(|_| format!("{text:?} is not a whole number"))
}

/// A file of the demo: commas, quotes only around fields with a comma.
struct Rows {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    fn read(demo: &Path, name: &str) -> Result<Rows, String> {
        let path = demo.join(name);
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut lines = text.lines().map(fields);
        let header = lines.next().ok_or(format!("{name} is empty"))?;
        Ok(Rows { header, rows: lines.collect() })
    }

    fn cell(&self, row: &[String], name: &str) -> Result<String, String> {
        let at = self.header.iter().position(|column| column == name);
        at.and_then(|at| row.get(at)).cloned().ok_or(format!("the demo has no {name}"))
    }
}

pub fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            _ => {
                if let Some(field) = fields.last_mut() {
                    field.push(c);
                }
            }
        }
    }
    fields
}
