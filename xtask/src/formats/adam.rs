//! CDISC ADaM: one record a parameter and visit, dates as SAS prints them.

use super::calendar::Style;
use super::cdisc::{site, study_day, visit_day, visit_name, yes};
use super::folder::{About, Folder};
use super::names::{ANALYTES, ITEMS, STUDY};
use super::sheet::{Sheet, is_number};
use super::trial::{Person, Trial, Visit};

const ABOUT: About = About {
    folder: "adam",
    format: "adam",
    dialect: "comma; 31JAN2012",
    reference: "tidy_months",
    differs: "visits by AVISIT; survival in days with the first day counted (AVAL = tidy_days' days + 1); analytes by \
              CDISC's names in ng/L; adverse events by day without a day 0; LOCF rows that ANL01FL does not flag; covariates by ADSL's names, \
              yes as Y, onset in capitals (ONSSITE, ONSMON, RILUZFL, ITTFL, PPROTFL)",
};

pub fn folders(trial: &Trial) -> Result<Vec<Folder>, String> {
    let sheets = [adsl(trial)?, adqs(trial)?, adlb(trial)?, adtte(trial)?, adae(trial)?];
    Ok(vec![Folder::plain(ABOUT, &sheets)?])
}

fn date(day: i32) -> String {
    Style::SasText.write(day)
}

fn adsl(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "AGEU", "SEX", "ARM", "TRT01P", "TRT01A", "ITTFL", "SAFFL",
        "PPROTFL", "RANDDT", "TRTSDT", "ONSSITE", "ONSMON", "RILUZFL", "DTHFL", "DTHDT",
    ];
    let mut sheet = Sheet::new("adsl", &header);
    for p in &trial.people {
        sheet.push_named(&[
            ("STUDYID", STUDY.into()),
            ("USUBJID", p.name()),
            ("SUBJID", format!("{:03}", p.id)),
            ("SITEID", site(p)),
            ("AGE", p.age.clone()),
            ("AGEU", "YEARS".into()),
            ("SEX", p.sex.clone()),
            ("ARM", p.arm.clone()),
            ("TRT01P", p.arm.clone()),
            ("TRT01A", p.arm.clone()),
            ("ITTFL", yes(p.itt)),
            ("SAFFL", "Y".into()),
            ("PPROTFL", yes(p.per_protocol)),
            ("RANDDT", date(p.baseline)),
            ("TRTSDT", date(p.baseline)),
            ("ONSSITE", p.onset_site.to_uppercase()),
            ("ONSMON", p.onset_months.to_string()),
            ("RILUZFL", yes(p.riluzole == "yes")),
            ("DTHFL", if p.died { "Y" } else { "" }.into()),
            ("DTHDT", if p.died { date(p.last_day()) } else { String::new() }),
        ])?;
    }
    Ok(sheet)
}

struct Parameter {
    code: &'static str,
    text: String,
    /// The cell of a visit; empty when not measured.
    value: fn(&Visit, usize) -> &str,
}

fn parameters() -> Vec<Parameter> {
    let mut all: Vec<Parameter> = ITEMS
        .iter()
        .map(|item| Parameter {
            code: item.code,
            text: format!("ALSFRS-R: {}", item.text),
            value: |visit, i| &visit.items[i],
        })
        .collect();
    all.push(Parameter { code: "ALSFR1TS", text: "ALSFRS-R: Total Score".into(), value: |v, _| &v.total });
    all.push(Parameter { code: "FVCPP", text: "Percent Predicted FVC (%)".into(), value: |v, _| &v.fvc });
    all.push(Parameter { code: "AALSTS", text: "Appel ALS: Total Score".into(), value: |v, _| &v.aals });
    all.push(Parameter { code: "SF36TS", text: "SF-36: Total Score".into(), value: |v, _| &v.sf36 });
    all
}

/// Months of the visits at which a missing total is carried forward.
const CARRIED: [i32; 2] = [4, 6];

fn adqs(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "USUBJID", "TRTP", "PARAMCD", "PARAM", "AVISIT", "AVISITN", "ADT", "ADY", "AVAL", "AVALC", "BASE",
        "CHG", "PCHG", "ABLFL", "ANL01FL", "DTYPE",
    ];
    let mut sheet = Sheet::new("adqs", &header);
    let parameters = parameters();
    for (i, p) in trial.people.iter().enumerate() {
        let seen: Vec<&Visit> = trial.visits.iter().filter(|visit| visit.person == i).collect();
        for (k, parameter) in parameters.iter().enumerate() {
            let value = parameter.value;
            let base = trial.visit(i, 0).map(|visit| value(visit, k)).unwrap_or_default();
            let row = |taken: &Visit, month: i32, dtype: &str| {
                let mut row = basics(p, parameter.code, &parameter.text, taken.month, month);
                row.extend(values(value(taken, k), base, month));
                row.push(("ABLFL", if month == 0 { "Y" } else { "" }.into()));
                row.push(("ANL01FL", if dtype.is_empty() { "Y" } else { "" }.into()));
                row.push(("DTYPE", dtype.into()));
                row
            };
            for visit in seen.iter().filter(|visit| !value(visit, k).is_empty()) {
                sheet.push_named(&row(visit, visit.month, ""))?;
            }
            for month in CARRIED.into_iter().filter(|_| parameter.code == "ALSFR1TS") {
                let last = seen.iter().rfind(|visit| visit.month > 0);
                if let (None, Some(last)) = (trial.visit(i, month), last) {
                    sheet.push_named(&row(last, month, "LOCF"))?;
                }
            }
        }
    }
    Ok(sheet)
}

/// Who, what and when; `taken` is the month of the assessment, `month` that of the analysis visit.
fn basics(p: &Person, code: &str, text: &str, taken: i32, month: i32) -> Vec<(&'static str, String)> {
    let day = visit_day(p, taken);
    vec![
        ("STUDYID", STUDY.into()),
        ("USUBJID", p.name()),
        ("TRTP", p.arm.clone()),
        ("PARAMCD", code.into()),
        ("PARAM", text.into()),
        ("AVISIT", visit_name(month)),
        ("AVISITN", month.to_string()),
        ("ADT", date(day)),
        ("ADY", study_day(day - p.baseline).to_string()),
    ]
}

/// AVAL, AVALC and BASE, and after baseline CHG and PCHG where both values are numbers.
fn values(value: &str, base: &str, month: i32) -> Vec<(&'static str, String)> {
    let plain = |text: &str| if text.starts_with('<') { String::new() } else { text.to_owned() };
    let mut row = vec![("AVAL", plain(value)), ("AVALC", value.to_owned()), ("BASE", plain(base))];
    if month > 0
        && [value, base].iter().all(|text| is_number(text))
        && let (Ok(now), Ok(then)) = (value.parse::<f64>(), base.parse::<f64>())
    {
        let decimals = value.split_once('.').map_or(0, |(_, behind)| behind.len());
        row.push(("CHG", format!("{:.decimals$}", now - then)));
        if then != 0.0 {
            row.push(("PCHG", format!("{:.1}", 100.0 * (now - then) / then)));
        }
    }
    row
}

fn adlb(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "USUBJID", "TRTP", "PARAMCD", "PARAM", "AVISIT", "AVISITN", "ADT", "ADY", "AVAL", "AVALC", "BASE",
        "CHG", "PCHG", "ABLFL", "ANL01FL", "DTYPE",
    ];
    let mut sheet = Sheet::new("adlb", &header);
    for s in &trial.samples {
        let analyte = &ANALYTES[s.analyte];
        let text = format!("{} (ng/L)", analyte.text);
        let base = trial.sample(s.person, 0, s.analyte).map(|b| b.value.as_str()).unwrap_or_default();
        let mut row = basics(&trial.people[s.person], analyte.code, &text, s.month, s.month);
        row.extend(values(&s.value, base, s.month));
        row.push(("ABLFL", if s.month == 0 { "Y" } else { "" }.into()));
        row.push(("ANL01FL", "Y".into()));
        sheet.push_named(&row)?;
    }
    Ok(sheet)
}

/// End of the planned follow-up, months.
const END: &str = "60.0";

fn adtte(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "SITEID", "USUBJID", "AGE", "SEX", "TRTP", "TRTA", "PARAM", "PARAMCD", "AVAL", "STARTDT", "ADT",
        "CNSR", "EVNTDESC", "SRCDOM", "SRCVAR", "SRCSEQ", "SAFFL",
    ];
    let mut sheet = Sheet::new("adtte", &header);
    for p in &trial.people {
        let (cnsr, description, source) = match (p.died, p.survival_months == END) {
            (true, _) => ("0", "Death", "DTHDT"),
            (false, false) => ("1", "Last known alive", "LSTALVDT"),
            (false, true) => ("2", "End of follow-up", "LSTALVDT"),
        };
        sheet.push_named(&[
            ("STUDYID", STUDY.into()),
            ("SITEID", site(p)),
            ("USUBJID", p.name()),
            ("AGE", p.age.clone()),
            ("SEX", p.sex.clone()),
            ("TRTP", p.arm.clone()),
            ("TRTA", p.arm.clone()),
            ("PARAM", "Overall Survival (days)".into()),
            ("PARAMCD", "OS".into()),
            ("AVAL", (p.survival_days + 1).to_string()),
            ("STARTDT", date(p.baseline)),
            ("ADT", date(p.last_day())),
            ("CNSR", cnsr.into()),
            ("EVNTDESC", description.into()),
            ("SRCDOM", "ADSL".into()),
            ("SRCVAR", source.into()),
            ("SAFFL", "Y".into()),
        ])?;
    }
    Ok(sheet)
}

fn adae(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "STUDYID", "USUBJID", "TRTA", "AETERM", "AEDECOD", "AEBODSYS", "AESEV", "AESEVN", "AESER", "AREL", "TRTEMFL",
        "ASTDT", "ASTDY", "AENDT", "AENDY", "SAFFL",
    ];
    let mut sheet = Sheet::new("adae", &header);
    for e in &trial.events {
        let p = &trial.people[e.person];
        let grade = ["mild", "moderate", "severe"].iter().position(|s| *s == e.severity).map_or(0, |at| at + 1);
        sheet.push_named(&[
            ("STUDYID", STUDY.into()),
            ("USUBJID", p.name()),
            ("TRTA", p.arm.clone()),
            ("AETERM", e.term.clone()),
            ("AEDECOD", e.term.clone()),
            ("AEBODSYS", e.class.clone()),
            ("AESEV", e.severity.to_uppercase()),
            ("AESEVN", grade.to_string()),
            ("AESER", yes(e.is_serious)),
            ("AREL", if e.is_related { "RELATED" } else { "NOT RELATED" }.into()),
            ("TRTEMFL", "Y".into()),
            ("ASTDT", date(p.baseline + e.start)),
            ("ASTDY", study_day(e.start).to_string()),
            ("AENDT", e.end.map(|day| date(p.baseline + day)).unwrap_or_default()),
            ("AENDY", e.end.map(|day| study_day(day).to_string()).unwrap_or_default()),
            ("SAFFL", "Y".into()),
        ])?;
    }
    Ok(sheet)
}
