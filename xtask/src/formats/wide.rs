//! One row a person, one column a measure and visit.

use super::folder::{About, Folder};
use super::names::ANALYTES;
use super::sheet::Sheet;
use super::tidy::{Time, flag, tables};
use super::trial::{MONTHS, SAMPLED, Trial};

#[derive(Clone, Copy)]
enum Measure {
    Total,
    Item(usize),
    Fvc,
    Aals,
    Sf36,
    Analyte(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wording {
    /// `alsfrs_m4`
    Months,
    /// `ALSFRSR_V8`
    Visits,
    /// `ALSFRS-R total, month 4`
    Words,
}

pub fn folders(trial: &Trial) -> Result<Vec<Folder>, String> {
    let about = |folder, dialect, differs| About { folder, format: "wide", dialect, reference: "tidy_months", differs };
    let events = tables(trial, Time::Months).pop().ok_or("no adverse events")?;
    let mut schedule = Sheet::new("visit_schedule", &["visit", "month"]);
    for (i, month) in MONTHS.iter().enumerate() {
        schedule.push(vec![format!("V{}", i + 1), month.to_string()]);
    }
    Ok(vec![
        Folder::plain(
            about(
                "wide_months",
                "comma; alsfrs_m4, q1_m4, TGF-b1_m4",
                "analytes with Latin letters and without a unit; the ALSFRS-R total is called alsfrs (values above 40 and the sum of q1 to q12 tell the scale)",
            ),
            &[wide(trial, Wording::Months), events.clone()],
        )?,
        Folder::plain(
            about(
                "wide_visits",
                "comma; ALSFRSR_V8, IL6_V4; months in visit_schedule.csv",
                "analytes in capital letters and digits, without a unit (TGFB1, MCP1, IL4, TNFA); per_protocol is PP",
            ),
            &[wide(trial, Wording::Visits), schedule, events.clone()],
        )?,
        Folder::plain(
            about(
                "wide_words",
                "comma; \"ALSFRS-R total, month 4\", \"FVC % (Month 4)\"",
                "covariates and outcomes named in words",
            ),
            &[wide(trial, Wording::Words), events],
        )?,
    ])
}

fn wide(trial: &Trial, wording: Wording) -> Sheet {
    let mut columns: Vec<(Measure, i32)> = Vec::new();
    for measure in [Measure::Total, Measure::Fvc, Measure::Aals, Measure::Sf36] {
        columns.extend(taken(measure).iter().map(|month| (measure, *month)));
    }
    for month in MONTHS {
        columns.extend((0..12).map(|item| (Measure::Item(item), month)));
    }
    for month in SAMPLED {
        columns.extend((0..ANALYTES.len()).map(|analyte| (Measure::Analyte(analyte), month)));
    }

    let mut header: Vec<String> = covariates(wording).map(str::to_owned).to_vec();
    header.extend(columns.iter().map(|(measure, month)| name(trial, wording, *measure, *month)));
    header.extend(ending(wording).map(str::to_owned));
    let mut sheet = Sheet::new("patients", &header);
    for (i, p) in trial.people.iter().enumerate() {
        let mut row = vec![
            p.name(),
            p.arm.clone(),
            p.age.clone(),
            p.sex.clone(),
            p.onset_site.clone(),
            p.onset_months.to_string(),
            p.riluzole.clone(),
            flag(p.itt),
            flag(p.per_protocol),
        ];
        row.extend(columns.iter().map(|(measure, month)| cell(trial, i, *measure, *month)));
        row.extend([p.survival_months.clone(), flag(p.died)]);
        sheet.push(row);
    }
    sheet
}

fn taken(measure: Measure) -> &'static [i32] {
    match measure {
        Measure::Total | Measure::Item(_) => &MONTHS,
        Measure::Fvc | Measure::Aals => &[-3, 0, 4],
        Measure::Sf36 | Measure::Analyte(_) => &SAMPLED,
    }
}

fn covariates(wording: Wording) -> [&'static str; 9] {
    match wording {
        Wording::Months => {
            ["subject_id", "arm", "age", "sex", "onset_site", "onset_months", "riluzole", "itt", "per_protocol"]
        }
        Wording::Visits => ["SUBJID", "ARM", "AGE", "SEX", "ONSET_SITE", "ONSET_MONTHS", "RILUZOLE", "ITT", "PP"],
        Wording::Words => [
            "Subject ID",
            "Arm",
            "Age (years)",
            "Sex",
            "Onset site",
            "Onset (months ago)",
            "Riluzole",
            "ITT",
            "Per protocol",
        ],
    }
}

fn ending(wording: Wording) -> [&'static str; 2] {
    match wording {
        Wording::Months => ["survival_months", "death"],
        Wording::Visits => ["SURVIVAL_MONTHS", "DEATH"],
        Wording::Words => ["Survival (months)", "Death"],
    }
}

fn name(trial: &Trial, wording: Wording, measure: Measure, month: i32) -> String {
    match wording {
        Wording::Months => match measure {
            Measure::Total => format!("alsfrs_m{month}"),
            Measure::Item(i) => format!("q{}_m{month}", i + 1),
            Measure::Fvc => format!("fvc_m{month}"),
            Measure::Aals => format!("aals_m{month}"),
            Measure::Sf36 => format!("sf36_m{month}"),
            Measure::Analyte(i) => format!("{}_m{month}", ANALYTES[i].latin),
        },
        Wording::Visits => {
            let visit = MONTHS.iter().take_while(|m| **m < month).count() + 1;
            match measure {
                Measure::Total => format!("ALSFRSR_V{visit}"),
                Measure::Item(i) => format!("Q{}_V{visit}", i + 1),
                Measure::Fvc => format!("FVC_V{visit}"),
                Measure::Aals => format!("AALS_V{visit}"),
                Measure::Sf36 => format!("SF36_V{visit}"),
                Measure::Analyte(i) => format!("{}_V{visit}", ANALYTES[i].bare),
            }
        }
        Wording::Words => {
            let when = if month == 0 { "baseline".to_owned() } else { format!("month {month}") };
            let bracketed = if month == 0 { "Baseline".to_owned() } else { format!("Month {month}") };
            match measure {
                Measure::Total => format!("ALSFRS-R total, {when}"),
                Measure::Item(i) => format!("ALSFRS-R item {}, {when}", i + 1),
                Measure::Fvc => format!("FVC % ({bracketed})"),
                Measure::Aals => format!("AALS ({bracketed})"),
                Measure::Sf36 => format!("SF-36 ({bracketed})"),
                Measure::Analyte(i) => format!("{} (pg/mL), {when}", trial.analytes[i]),
            }
        }
    }
}

fn cell(trial: &Trial, person: usize, measure: Measure, month: i32) -> String {
    if let Measure::Analyte(analyte) = measure {
        return trial.sample(person, month, analyte).map(|sample| sample.value.clone()).unwrap_or_default();
    }
    let Some(visit) = trial.visit(person, month) else { return String::new() };
    match measure {
        Measure::Total => visit.total.clone(),
        Measure::Item(i) => visit.items[i].clone(),
        Measure::Fvc => visit.fvc.clone(),
        Measure::Aals => visit.aals.clone(),
        Measure::Sf36 => visit.sf36.clone(),
        Measure::Analyte(_) => String::new(),
    }
}
