//! CDISC SDTM: one record an observation, dates as in ISO 8601.

use super::calendar::Style;
use super::cdisc::{site, study_day, visit_day, visit_name, visit_number, yes};
use super::folder::{About, Folder};
use super::names::{ANALYTES, ITEMS, STUDY};
use super::sheet::Sheet;
use super::trial::{MONTHS, Person, SAMPLED, Trial, Visit};

const ABOUT: About = About {
    folder: "sdtm",
    format: "sdtm",
    dialect: "comma; 2012-01-31",
    reference: "tidy_days",
    differs: "time from RFSTDTC of dm; onset_site, onset_months, riluzole, itt and per_protocol absent; FVC in re; \
              survival by DTHFL, DTHDTC and RFPENDTC of dm and by ds; analytes by CDISC's codes, LBORRES in pg/mL and \
              LBSTRESN in ng/L; values below the limit as LBORRES < or BLQ, with LBSTRESC and LBLLOQ; NOT DONE rows",
};

pub fn folders(trial: &Trial) -> Result<Vec<Folder>, String> {
    let sheets = [dm(trial)?, qs(trial)?, lb(trial)?, ae(trial)?, ds(trial)?, re(trial)?];
    Ok(vec![Folder::plain(ABOUT, &sheets)?])
}

fn date(day: i32) -> String {
    Style::Iso.write(day)
}

fn dm(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "RFSTDTC", "RFENDTC", "RFPENDTC", "DTHDTC", "DTHFL", "SITEID", "AGE",
        "AGEU", "SEX", "ARMCD", "ARM", "ACTARMCD", "ACTARM", "COUNTRY",
    ];
    let mut sheet = Sheet::new("dm", &header);
    for (i, p) in trial.people.iter().enumerate() {
        let last_visit = trial.visits.iter().rfind(|visit| visit.person == i).map_or(0, Visit::day);
        let code = if p.is_msc() { "MSC" } else { "CTRL" };
        sheet.push_named(&[
            ("STUDYID", STUDY.into()),
            ("DOMAIN", "DM".into()),
            ("USUBJID", p.name()),
            ("SUBJID", format!("{:03}", p.id)),
            ("RFSTDTC", date(p.baseline)),
            ("RFENDTC", date(p.baseline + last_visit)),
            ("RFPENDTC", date(p.last_day())),
            ("DTHDTC", if p.died { date(p.last_day()) } else { String::new() }),
            ("DTHFL", if p.died { "Y" } else { "" }.into()),
            ("SITEID", site(p)),
            ("AGE", p.age.clone()),
            ("AGEU", "YEARS".into()),
            ("SEX", p.sex.clone()),
            ("ARMCD", code.into()),
            ("ARM", p.arm.clone()),
            ("ACTARMCD", code.into()),
            ("ACTARM", p.arm.clone()),
            ("COUNTRY", "KOR".into()),
        ])?;
    }
    Ok(sheet)
}

/// Study, domain, person, sequence number and visit, in the domain's own variables.
fn basics(domain: &str, p: &Person, sequence: usize, month: i32) -> Vec<(String, String)> {
    let day = visit_day(p, month);
    vec![
        ("STUDYID".to_owned(), STUDY.to_owned()),
        ("DOMAIN".to_owned(), domain.to_owned()),
        ("USUBJID".to_owned(), p.name()),
        (format!("{domain}SEQ"), sequence.to_string()),
        ("VISIT".to_owned(), visit_name(month).to_uppercase()),
        ("VISITNUM".to_owned(), visit_number(month).to_string()),
        (format!("{domain}DTC"), date(day)),
        (format!("{domain}DY"), study_day(day - p.baseline).to_string()),
    ]
}

fn push(sheet: &mut Sheet, basics: &[(String, String)], rest: &[(&str, &str)]) -> Result<(), String> {
    let mut row: Vec<(&str, String)> = basics.iter().map(|(name, cell)| (name.as_str(), cell.clone())).collect();
    row.extend(rest.iter().map(|(name, cell)| (*name, (*cell).to_owned())));
    sheet.push_named(&row)
}

/// Code, text, category and cell of every question of a visit.
fn questions(visit: &Visit) -> Vec<(&'static str, &'static str, &'static str, &str)> {
    let items = ITEMS.iter().zip(&visit.items);
    let mut all: Vec<_> = items.map(|(item, score)| (item.code, item.text, "ALSFRS-R", score.as_str())).collect();
    all.push(("ALSFR1TS", "Total Score", "ALSFRS-R", &visit.total));
    all.push(("AALSTS", "Appel ALS Total Score", "AALS", &visit.aals));
    all.push(("SF36TS", "SF-36 Total Score", "SF-36", &visit.sf36));
    all
}

fn qs(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "DOMAIN", "USUBJID", "QSSEQ", "QSTESTCD", "QSTEST", "QSCAT", "QSORRES", "QSSTRESC", "QSSTRESN",
        "QSSTAT", "VISITNUM", "VISIT", "QSDTC", "QSDY",
    ];
    let mut sheet = Sheet::new("qs", &header);
    for (i, p) in trial.people.iter().enumerate() {
        let mut sequence = 0;
        let last = trial.visits.iter().rfind(|visit| visit.person == i).map_or(0, |visit| visit.month);
        for month in MONTHS {
            let Some(visit) = trial.visit(i, month) else {
                // A visit left out has one row for the whole scale, without a date; after leaving there are no more visits.
                if month < last {
                    sequence += 1;
                    let rest = [
                        ("QSTESTCD", "QSALL"),
                        ("QSTEST", "Questionnaires"),
                        ("QSCAT", "ALSFRS-R"),
                        ("QSSTAT", "NOT DONE"),
                    ];
                    let undated = basics("QS", p, sequence, month)
                        .into_iter()
                        .filter(|(name, _)| !name.ends_with("DTC") && !name.ends_with("DY"));
                    push(&mut sheet, &undated.collect::<Vec<_>>(), &rest)?;
                }
                continue;
            };
            for (code, text, category, cell) in questions(visit) {
                let is_planned = match category {
                    "AALS" => [-3, 0, 4].contains(&month),
                    "SF-36" => SAMPLED.contains(&month),
                    _ => true,
                };
                if !is_planned {
                    continue;
                }
                sequence += 1;
                let rest = [
                    ("QSTESTCD", code),
                    ("QSTEST", text),
                    ("QSCAT", category),
                    ("QSORRES", cell),
                    ("QSSTRESC", cell),
                    ("QSSTRESN", cell),
                    ("QSSTAT", if cell.is_empty() { "NOT DONE" } else { "" }),
                ];
                push(&mut sheet, &basics("QS", p, sequence, month), &rest)?;
            }
        }
    }
    Ok(sheet)
}

fn lb(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "DOMAIN", "USUBJID", "LBSEQ", "LBTESTCD", "LBTEST", "LBCAT", "LBORRES", "LBORRESU", "LBSTRESC",
        "LBSTRESN", "LBSTRESU", "LBSPEC", "LBLLOQ", "VISITNUM", "VISIT", "LBDTC", "LBDY",
    ];
    let mut sheet = Sheet::new("lb", &header);
    let mut sequence = vec![0; trial.people.len()];
    for s in &trial.samples {
        sequence[s.person] += 1;
        let analyte = &ANALYTES[s.analyte];
        // Each analyte has one limit: that of any of its values below it.
        let below = trial.samples.iter().filter(|other| other.analyte == s.analyte);
        let limit = below.filter_map(|other| other.value.strip_prefix('<')).next().unwrap_or_default();
        let is_below = s.value.starts_with('<');
        // One laboratory's word for a value below the limit, and another's.
        let original = if is_below && analyte.code == "TNF" { "BLQ" } else { &s.value };
        let rest = [
            ("LBTESTCD", analyte.code),
            ("LBTEST", analyte.text),
            ("LBCAT", "CYTOKINES"),
            ("LBORRES", original),
            ("LBORRESU", "pg/mL"),
            ("LBSTRESC", &s.value),
            ("LBSTRESN", if is_below { "" } else { &s.value }),
            ("LBSTRESU", "ng/L"),
            ("LBSPEC", "CEREBROSPINAL FLUID"),
            ("LBLLOQ", limit),
        ];
        push(&mut sheet, &basics("LB", &trial.people[s.person], sequence[s.person], s.month), &rest)?;
    }
    Ok(sheet)
}

fn ae(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "DOMAIN", "USUBJID", "AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AESEV", "AESER", "AEREL", "AEOUT",
        "AESTDTC", "AEENDTC", "AESTDY", "AEENDY",
    ];
    let mut sheet = Sheet::new("ae", &header);
    let mut sequence = vec![0; trial.people.len()];
    for e in &trial.events {
        let p = &trial.people[e.person];
        sequence[e.person] += 1;
        let outcome = match e.end {
            Some(end) if p.died && p.survival_days - end <= 1 => "FATAL",
            Some(_) => "RECOVERED/RESOLVED",
            None => "NOT RECOVERED/NOT RESOLVED",
        };
        sheet.push_named(&[
            ("STUDYID", STUDY.into()),
            ("DOMAIN", "AE".into()),
            ("USUBJID", p.name()),
            ("AESEQ", sequence[e.person].to_string()),
            ("AETERM", e.term.clone()),
            ("AEDECOD", e.term.clone()),
            ("AEBODSYS", e.class.clone()),
            ("AESEV", e.severity.to_uppercase()),
            ("AESER", yes(e.is_serious)),
            ("AEREL", yes(e.is_related)),
            ("AEOUT", outcome.into()),
            ("AESTDTC", date(p.baseline + e.start)),
            ("AEENDTC", e.end.map(|day| date(p.baseline + day)).unwrap_or_default()),
            ("AESTDY", study_day(e.start).to_string()),
            ("AEENDY", e.end.map(|day| study_day(day).to_string()).unwrap_or_default()),
        ])?;
    }
    Ok(sheet)
}

/// Followed for at least this many days, or lost.
const FOLLOWED: i32 = 1_095;

fn ds(trial: &Trial) -> Result<Sheet, String> {
    let header = ["STUDYID", "DOMAIN", "USUBJID", "DSSEQ", "DSTERM", "DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC", "DSSTDY"];
    let mut sheet = Sheet::new("ds", &header);
    for p in &trial.people {
        let randomised = ("RANDOMIZED", "PROTOCOL MILESTONE", "", p.baseline);
        let last = match (p.died, p.survival_days >= FOLLOWED) {
            (true, _) => "DEATH",
            (false, true) => "COMPLETED",
            (false, false) => "LOST TO FOLLOW-UP",
        };
        let rows = [randomised, (last, "DISPOSITION EVENT", "SURVIVAL FOLLOW-UP", p.last_day())];
        for (i, (decoded, category, subcategory, day)) in rows.into_iter().enumerate() {
            sheet.push(vec![
                STUDY.into(),
                "DS".into(),
                p.name(),
                (i + 1).to_string(),
                decoded.into(),
                decoded.into(),
                category.into(),
                subcategory.into(),
                date(day),
                study_day(day - p.baseline).to_string(),
            ]);
        }
    }
    Ok(sheet)
}

fn re(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "DOMAIN", "USUBJID", "RESEQ", "RETESTCD", "RETEST", "REORRES", "REORRESU", "RESTRESC", "RESTRESN",
        "RESTRESU", "RESTAT", "VISITNUM", "VISIT", "REDTC", "REDY",
    ];
    let mut sheet = Sheet::new("re", &header);
    for (i, p) in trial.people.iter().enumerate() {
        let visits = [-3, 0, 4].into_iter().filter_map(|month| trial.visit(i, month));
        for (k, visit) in visits.enumerate() {
            let is_done = !visit.fvc.is_empty();
            let unit = if is_done { "%" } else { "" };
            let rest = [
                ("RETESTCD", "FVCPP"),
                ("RETEST", "Percent Predicted Forced Vital Capacity"),
                ("REORRES", visit.fvc.as_str()),
                ("REORRESU", unit),
                ("RESTRESC", &visit.fvc),
                ("RESTRESN", &visit.fvc),
                ("RESTRESU", unit),
                ("RESTAT", if is_done { "" } else { "NOT DONE" }),
            ];
            push(&mut sheet, &basics("RE", p, k + 1, visit.month), &rest)?;
        }
    }
    Ok(sheet)
}
