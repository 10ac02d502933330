//! The project's own tables (docs/formats/tidy.md), counted in months or in days.

use super::calendar::Style;
use super::folder::{About, Folder};
use super::sheet::Sheet;
use super::trial::{Trial, Visit};

/// How a table tells when something was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Time {
    Months,
    Days,
    Dates(Style),
}

pub fn folders(trial: &Trial) -> Result<Vec<Folder>, String> {
    let months =
        About { folder: "tidy_months", format: "tidy", dialect: "comma", reference: "tidy_months", differs: "" };
    let days = About { folder: "tidy_days", reference: "tidy_days", ..months };
    Ok(vec![Folder::plain(months, &tables(trial, Time::Months))?, Folder::plain(days, &tables(trial, Time::Days))?])
}

/// Subjects, visits, biomarkers, survival and adverse events.
pub fn tables(trial: &Trial, time: Time) -> Vec<Sheet> {
    vec![
        subjects(trial, time),
        visits(trial, time),
        biomarkers(trial, time),
        survival(trial, time),
        events(trial, time),
    ]
}

pub fn flag(yes: bool) -> String {
    i32::from(yes).to_string()
}

fn subjects(trial: &Trial, time: Time) -> Sheet {
    let names = ["subject_id", "arm", "age", "sex", "onset_site", "onset_months", "riluzole", "itt", "per_protocol"];
    let mut sheet = Sheet::new("subjects", &names);
    for p in &trial.people {
        sheet.push(vec![
            p.name(),
            p.arm.clone(),
            p.age.clone(),
            p.sex.clone(),
            p.onset_site.clone(),
            p.onset_months.to_string(),
            p.riluzole.clone(),
            flag(p.itt),
            flag(p.per_protocol),
        ]);
    }
    if let Time::Dates(style) = time {
        sheet.append("randomisation_date", |i, _| style.write(trial.people[i].baseline));
    }
    sheet
}

/// When a visit was, as the cell says it.
fn when(trial: &Trial, time: Time, visit: &Visit) -> String {
    match time {
        Time::Months => visit.month.to_string(),
        Time::Days => visit.day().to_string(),
        Time::Dates(style) => style.write(trial.people[visit.person].baseline + visit.day()),
    }
}

fn column(time: Time, date: &'static str) -> &'static str {
    match time {
        Time::Months => "month",
        Time::Days => "day",
        Time::Dates(_) => date,
    }
}

fn visits(trial: &Trial, time: Time) -> Sheet {
    let mut header = vec!["subject_id", column(time, "visit_date")];
    header.extend(trial.items.iter().map(String::as_str));
    header.extend(["alsfrs_r_total", "fvc_percent", "aals", "sf36"]);
    let mut sheet = Sheet::new("visits", &header);
    for v in &trial.visits {
        let mut row = vec![trial.people[v.person].name(), when(trial, time, v)];
        row.extend(v.items.iter().cloned());
        row.extend([v.total.clone(), v.fvc.clone(), v.aals.clone(), v.sf36.clone()]);
        sheet.push(row);
    }
    sheet
}

fn biomarkers(trial: &Trial, time: Time) -> Sheet {
    let mut sheet = Sheet::new("biomarkers", &["subject_id", column(time, "sample_date"), "analyte", "value", "unit"]);
    for s in &trial.samples {
        let p = &trial.people[s.person];
        let day = super::calendar::days_of_months(s.month);
        let when = match time {
            Time::Months => s.month.to_string(),
            Time::Days => day.to_string(),
            Time::Dates(style) => style.write(p.baseline + day),
        };
        sheet.push(vec![p.name(), when, trial.analytes[s.analyte].clone(), s.value.clone(), "pg/mL".into()]);
    }
    sheet
}

fn survival(trial: &Trial, time: Time) -> Sheet {
    let column = match time {
        Time::Months => "time_months",
        Time::Days => "time_days",
        Time::Dates(_) => "last_date",
    };
    let mut sheet = Sheet::new("survival", &["subject_id", column, "event"]);
    for p in &trial.people {
        let when = match time {
            Time::Months => p.survival_months.clone(),
            Time::Days => p.survival_days.to_string(),
            Time::Dates(style) => style.write(p.last_day()),
        };
        sheet.push(vec![p.name(), when, flag(p.died)]);
    }
    sheet
}

/// Days even where visits are counted in months: the demo has it so.
fn events(trial: &Trial, time: Time) -> Sheet {
    let (start, end) = match time {
        Time::Months | Time::Days => ("start_day", "end_day"),
        Time::Dates(_) => ("start_date", "end_date"),
    };
    let header = ["subject_id", start, end, "term", "system_organ_class", "severity", "serious", "related"];
    let mut sheet = Sheet::new("adverse_events", &header);
    for e in &trial.events {
        let p = &trial.people[e.person];
        let when = |day: i32| match time {
            Time::Months | Time::Days => day.to_string(),
            Time::Dates(style) => style.write(p.baseline + day),
        };
        sheet.push(vec![
            p.name(),
            when(e.start),
            e.end.map(when).unwrap_or_default(),
            e.term.clone(),
            e.class.clone(),
            e.severity.clone(),
            flag(e.is_serious),
            flag(e.is_related),
        ]);
    }
    sheet
}
