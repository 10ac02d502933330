//! PRO-ACT: who the people are, how they fared, and what befell them.

use super::calendar::days_of_months;
use super::sheet::Sheet;
use super::trial::{Person, Trial};

/// The rest have no row.
pub fn deaths(trial: &Trial) -> Sheet {
    let mut sheet = Sheet::new("deathdata", &["subject_id", "Subject_Died", "Death_Days"]);
    for p in trial.people.iter().filter(|p| p.died) {
        sheet.push(vec![p.id.to_string(), "Yes".into(), p.survival_days.to_string()]);
    }
    sheet
}

pub fn riluzole(trial: &Trial) -> Sheet {
    let mut sheet = Sheet::new("riluzole", &["subject_id", "Subject_used_Riluzole", "Riluzole_use_Delta"]);
    for p in &trial.people {
        let used = if p.riluzole == "yes" { "Yes" } else { "No" };
        sheet.push(vec![p.id.to_string(), used.into(), days_of_months(-3).to_string()]);
    }
    sheet
}

pub fn treatment(trial: &Trial) -> Sheet {
    let mut sheet = Sheet::new("treatment", &["subject_id", "Study_Arm", "Treatment_Group_Delta"]);
    for p in &trial.people {
        sheet.push(vec![p.id.to_string(), if p.is_msc() { "Active" } else { "Placebo" }.into(), "0".into()]);
    }
    sheet
}

pub fn demographics(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "subject_id",
        "Demographics_Delta",
        "Age",
        "Date_of_Birth",
        "Ethnicity",
        "Race_Americ_Indian_Alaska_Native",
        "Race_Asian",
        "Race_Black_African_American",
        "Race_Hawaiian_Pacific_Islander",
        "Race_Unknown",
        "Race_Caucasian",
        "Race_Other",
        "Race_Other_Specify",
        "Sex",
    ];
    let mut sheet = Sheet::new("demographics", &header);
    for p in &trial.people {
        let age: i32 = p.age.parse().map_err(|_| format!("{:?} is not an age", p.age))?;
        // Years of 365 days, by which those who use these files turn it back into an age.
        let birth = -365 * age;
        let has_age = p.id % 3 != 0;
        sheet.push_named(&[
            ("subject_id", p.id.to_string()),
            ("Demographics_Delta", "0".into()),
            ("Age", if has_age { p.age.clone() } else { String::new() }),
            ("Date_of_Birth", if has_age && p.id % 2 == 0 { String::new() } else { birth.to_string() }),
            ("Ethnicity", if p.id % 4 == 0 { "" } else { "Non-Hispanic or Latino" }.into()),
            (if p.id % 8 == 0 { "Race_Caucasian" } else { "Race_Asian" }, "1".into()),
            ("Sex", if p.sex == "F" { "Female" } else { "Male" }.into()),
        ])?;
    }
    Ok(sheet)
}

/// Three rows a person: the onset, the diagnosis, a symptom. The site stands in one of two styles.
pub fn history(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "subject_id",
        "Site_of_Onset",
        "Onset_Delta",
        "Diagnosis_Delta",
        "Disease_Duration",
        "Symptom",
        "Symptom_Other_Specify",
        "Location",
        "Location_Other_Specify",
        "Site_of_Onset___Bulbar",
        "Site_of_Onset___Limb",
        "Site_of_Onset___Limb_and_Bulbar",
        "Site_of_Onset___Other",
        "Site_of_Onset___Other_Specify",
        "Site_of_Onset___Spine",
        "Subject_ALS_History_Delta",
    ];
    let mut sheet = Sheet::new("alshistory", &header);
    for p in &trial.people {
        let is_bulbar = p.onset_site == "bulbar";
        let onset = -days_of_months(p.onset_months);
        let site = match (p.id % 2 == 0, is_bulbar) {
            (true, true) => ("Site_of_Onset", "Onset: Bulbar"),
            (true, false) => ("Site_of_Onset", "Onset: Limb"),
            (false, true) => ("Site_of_Onset___Bulbar", "1"),
            (false, false) => ("Site_of_Onset___Limb", "1"),
        };
        let who = ("subject_id", p.id.to_string());
        let at = ("Subject_ALS_History_Delta", "0".to_owned());
        sheet.push_named(&[who.clone(), at.clone(), (site.0, site.1.into()), ("Onset_Delta", onset.to_string())])?;
        let diagnosis = (onset / 3).min(-100).to_string();
        sheet.push_named(&[who.clone(), at.clone(), ("Diagnosis_Delta", diagnosis)])?;
        let (symptom, location) = if is_bulbar { ("Speech", "Bulbar") } else { ("Weakness", "Hand") };
        sheet.push_named(&[who, at, ("Symptom", symptom.into()), ("Location", location.into())])?;
    }
    Ok(sheet)
}

const VITAL_SIGNS: [&str; 41] = [
    "subject_id",
    "Vital_Signs_Delta",
    "Blood_Pressure_Diastolic",
    "Blood_Pressure_Diastolic_Units",
    "Blood_Pressure_Systolic",
    "Blood_Pressure_Systolic_Units",
    "Pulse",
    "Pulse_Units",
    "Respiratory_Rate",
    "Respiratory_Rate_Units",
    "Temperature",
    "Temperature_Units",
    "Weight",
    "Weight_Units",
    "Height",
    "Height_Units",
    "Supine_BP_Diastolic",
    "Supine_BP_Systolic",
    "Supine_Pulse",
    "Standing_BP_Diastolic",
    "Standing_BP_Systolic",
    "Standing_Pulse",
    "Baseline_Supine_BP_Diastolic",
    "Baseline_Supine_BP_Systolic",
    "Baseline_Supine_Pulse",
    "Baseline_Standing_BP_Diastolic",
    "Baseline_Standing_BP_Systolic",
    "Baseline_Standing_Pulse",
    "Baseline_Weight",
    "Baseline_Weight_Units",
    "Baseline_Height",
    "Baseline_Height_Units",
    "Endpoint_Supine_BP_Diastolic",
    "Endpoint_Supine_BP_Systolic",
    "Endpoint_Supine_Pulse",
    "Endpoint_Standing_BP_Diastolic",
    "Endpoint_Standing_BP_Systolic",
    "Endpoint_Standing_Pulse",
    "Endpoint_Weight",
    "Endpoint_Weight_Units",
    "Endpoint_Height",
];

/// At baseline, at month 4, and, of those who live, on the day of their last news.
pub fn vital_signs(trial: &Trial) -> Result<Sheet, String> {
    let mut sheet = Sheet::new("vitalsigns", &VITAL_SIGNS);
    for (i, p) in trial.people.iter().enumerate() {
        let seen = [0, 4].into_iter().filter(|month| trial.visit(i, *month).is_some()).map(days_of_months);
        let last = (!p.died).then_some(p.survival_days);
        for (k, day) in seen.chain(last).enumerate() {
            sheet.push_named(&vital_signs_row(p, k as i32, day))?;
        }
    }
    Ok(sheet)
}

fn vital_signs_row(p: &Person, visit: i32, day: i32) -> Vec<(&'static str, String)> {
    let drawn = (p.id * 29 % 37) as i32;
    let kilograms = 52 + drawn - 2 * visit;
    let in_pounds = p.id % 3 == 1;
    let (weight, weight_unit, height, height_unit) = if in_pounds {
        // Tenths of a pound of 0.453592 kg; centimetres to inches.
        let tenths = kilograms * 10_000_000 / 453_592;
        let weight = format!("{}.{}", tenths / 10, tenths % 10);
        (weight, "Pounds", (60 + drawn / 3).to_string(), "Inches")
    } else {
        (kilograms.to_string(), "Kilograms", (154 + drawn).to_string(), "Centimeters")
    };
    let mut row = vec![
        ("subject_id", p.id.to_string()),
        ("Vital_Signs_Delta", day.to_string()),
        ("Blood_Pressure_Diastolic", (68 + drawn / 2).to_string()),
        ("Blood_Pressure_Diastolic_Units", "MMHG".into()),
        ("Blood_Pressure_Systolic", (112 + drawn).to_string()),
        ("Blood_Pressure_Systolic_Units", "MMHG".into()),
        ("Pulse", (64 + drawn / 2).to_string()),
        ("Pulse_Units", "BEATS/MIN".into()),
        ("Weight", weight),
        ("Weight_Units", weight_unit.into()),
    ];
    if visit == 0 {
        row.push(("Respiratory_Rate", (14 + drawn / 9).to_string()));
        row.push(("Respiratory_Rate_Units", "BREATHS/MIN".into()));
        row.push(("Temperature", format!("36.{}", drawn % 10)));
        row.push(("Temperature_Units", "C".into()));
        row.push(("Height", height));
        row.push(("Height_Units", height_unit.into()));
    }
    row
}

/// MedDRA's system organ classes: abbreviation and code.
fn class(name: &str) -> (&'static str, &'static str) {
    match name {
        "Gastrointestinal disorders" => ("Gastr", "10017947"),
        "General disorders and administration site conditions" => ("Genrl", "10018065"),
        "Infections and infestations" => ("Infec", "10021881"),
        "Injury, poisoning and procedural complications" => ("Inj&P", "10022117"),
        "Musculoskeletal and connective tissue disorders" => ("Musc", "10028395"),
        "Nervous system disorders" => ("Nerv", "10029205"),
        "Psychiatric disorders" => ("Psych", "10037175"),
        "Respiratory, thoracic and mediastinal disorders" => ("Resp", "10038738"),
        "Skin and subcutaneous tissue disorders" => ("Skin", "10040785"),
        "Vascular disorders" => ("Vasc", "10047065"),
        _ => ("", ""),
    }
}

pub fn adverse_events(trial: &Trial) -> Result<Sheet, String> {
    let header = [
        "subject_id",
        "Lowest_Level_Term",
        "Preferred_Term",
        "High_Level_Term",
        "High_Level_Group_Term",
        "System_Organ_Class",
        "SOC_Abbreviation",
        "SOC_Code",
        "Severity",
        "Outcome",
        "Start_Date_Delta",
        "End_Date_Delta",
    ];
    let mut sheet = Sheet::new("adverseevents", &header);
    for e in &trial.events {
        let p = &trial.people[e.person];
        let is_fatal = p.died && e.end.is_some_and(|end| p.survival_days - end <= 1);
        let outcome = match e.end {
            _ if is_fatal => "Fatal",
            Some(_) => "Resolved",
            None => "Not resolved",
        };
        let (abbreviation, code) = class(&e.class);
        sheet.push_named(&[
            ("subject_id", p.id.to_string()),
            ("Lowest_Level_Term", e.term.clone()),
            ("Preferred_Term", e.term.clone()),
            ("System_Organ_Class", e.class.clone()),
            ("SOC_Abbreviation", abbreviation.into()),
            ("SOC_Code", code.into()),
            ("Severity", e.severity.to_uppercase()),
            ("Outcome", outcome.into()),
            ("Start_Date_Delta", e.start.to_string()),
            ("End_Date_Delta", e.end.map(|day| day.to_string()).unwrap_or_default()),
        ])?;
    }
    Ok(sheet)
}
