//! The PRO-ACT database's files: days from trial entry, integer subjects, and the habits that trap a reader.

use super::calendar::days_of_months;
use super::encoding::Encoding;
use super::folder::{About, Folder};
use super::proact_people as people;
use super::sheet::{PLAIN, Sheet};
use super::trial::{Trial, Visit};

const ABOUT: About = About {
    folder: "proact",
    format: "proact",
    dialect: "comma",
    reference: "tidy_days",
    differs: "subjects 1 to 64, arms Active (MSC) and Placebo (Control); aals, sf36, itt, per_protocol, serious and \
              related absent; deathdata holds only the dead, the others' last news is their last row of vitalsigns; \
              one age in three only as a date of birth; item 5 without and with gastrostomy, both empty at some \
              visits; some totals only by the items; svc, vital signs, the old scale's total and bilirubin added",
};

pub fn folders(trial: &Trial) -> Result<Vec<Folder>, String> {
    let sheets = [
        alsfrs(trial)?,
        fvc(trial),
        svc(trial),
        people::deaths(trial),
        people::riluzole(trial),
        people::treatment(trial),
        people::demographics(trial)?,
        people::history(trial)?,
        labs(trial),
        people::vital_signs(trial)?,
        people::adverse_events(trial)?,
    ];
    let few = "only alsfrs, deathdata and treatment: the same bytes as in proact under other names; the survivors' \
               last news is their last row of alsfrs, so that survival differs";
    let renamed = |about: About, prefix: &str| -> Result<Folder, String> {
        let sheets: Vec<Sheet> = sheets
            .iter()
            .filter(|sheet| ["alsfrs", "deathdata", "treatment"].contains(&sheet.name.as_str()))
            .map(|sheet| Sheet { name: format!("{prefix}{}", sheet.name.to_uppercase()), ..sheet.clone() })
            .collect();
        Folder::with(about, Encoding::Utf8, PLAIN, "csv", &sheets)
    };
    Ok(vec![
        Folder::plain(ABOUT, &sheets)?,
        renamed(About { folder: "proact_prefixed", differs: few, ..ABOUT }, "PROACT_")?,
        renamed(About { folder: "proact_forms", differs: few, ..ABOUT }, "F_PROACT_")?,
    ])
}

const ALSFRS: [&str; 20] = [
    "subject_id",
    "Q1_Speech",
    "Q2_Salivation",
    "Q3_Swallowing",
    "Q4_Handwriting",
    "Q5a_Cutting_without_Gastrostomy",
    "Q5b_Cutting_with_Gastrostomy",
    "Q6_Dressing_and_Hygiene",
    "Q7_Turning_in_Bed",
    "Q8_Walking",
    "Q9_Climbing_Stairs",
    "Q10_Respiratory",
    "ALSFRS_Delta",
    "ALSFRS_Total",
    "ALSFRS_R_Total",
    "R_1_Dyspnea",
    "R_2_Orthopnea",
    "R_3_Respiratory_Insufficiency",
    "Mode_of_Administration",
    "ALSFRS_Responded_By",
];

/// A visit long before the first one of the revised scale, on the old scale only.
const OLD_SCALE: [usize; 3] = [3, 21, 40];
const OLD_SCALE_DAY: i32 = -120;

fn alsfrs(trial: &Trial) -> Result<Sheet, String> {
    let mut sheet = Sheet::new("alsfrs", &ALSFRS);
    for v in &trial.visits {
        let id = trial.people[v.person].id;
        if v.month == -3 && OLD_SCALE.contains(&id) {
            let row = alsfrs_row(v, id, OLD_SCALE_DAY)?;
            let revised = ["ALSFRS_R_Total", "R_1_Dyspnea", "R_2_Orthopnea", "R_3_Respiratory_Insufficiency"];
            let old: Vec<_> = row.into_iter().filter(|(name, _)| !revised.contains(name)).collect();
            sheet.push_named(&old)?;
        }
        sheet.push_named(&alsfrs_row(v, id, v.day())?)?;
    }
    Ok(sheet)
}

fn alsfrs_row(v: &Visit, id: usize, day: i32) -> Result<Vec<(&'static str, String)>, String> {
    let score = |i: usize| if id.is_multiple_of(7) { format!("{}.0", v.items[i]) } else { v.items[i].clone() };
    // The old scale's tenth item is dyspnoea's; its total is that of the first ten.
    let mut old_total = 0;
    for item in &v.items[..10] {
        old_total += item.parse::<i32>().map_err(|_| format!("{item:?} is not a score"))?;
    }
    let is_unknown = id.is_multiple_of(13) && v.month == 2;
    let has_gastrostomy = id % 9 == 5;
    let only_items = id.is_multiple_of(17) && v.month == 1;
    let five = |wanted: bool| if !is_unknown && has_gastrostomy == wanted { score(4) } else { String::new() };
    let mut row = vec![("subject_id", id.to_string()), (ALSFRS[5], five(false)), (ALSFRS[6], five(true))];
    row.extend((0..4).map(|i| (ALSFRS[i + 1], score(i))));
    row.extend((5..10).map(|i| (ALSFRS[i + 2], score(i))));
    row.extend((9..12).map(|i| (ALSFRS[i + 6], score(i))));
    row.push(("ALSFRS_Delta", day.to_string()));
    row.push(("ALSFRS_Total", old_total.to_string()));
    row.push(("ALSFRS_R_Total", if only_items { String::new() } else { v.total.clone() }));
    row.push(("Mode_of_Administration", if v.month == 3 { "By Phone" } else { "In Person" }.into()));
    row.push(("ALSFRS_Responded_By", if id.is_multiple_of(6) { "Caregiver" } else { "Patient" }.into()));
    Ok(row)
}

/// Thousandths, as litres are written.
fn litres(thousandths: i32) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

fn tenths(percent: &str) -> i32 {
    percent.replace('.', "").parse().unwrap_or(0)
}

fn percent(tenths: i32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Three tries, of which the best is the value; which columns hold them goes by the person:
/// percent beside litres, percent in the litres' columns (with and without a unit), or litres and the normal value.
fn fvc(trial: &Trial) -> Sheet {
    let header = [
        "subject_id",
        "Subject_Liters_Trial_1",
        "pct_of_Normal_Trial_1",
        "Subject_Liters_Trial_2",
        "pct_of_Normal_Trial_2",
        "Subject_Liters_Trial_3",
        "pct_of_Normal_Trial_3",
        "Forced_Vital_Capacity_Delta",
        "subject_normal",
        "Forced_Vital_Capacity_Units",
    ];
    let mut sheet = Sheet::new("fvc", &header);
    for v in trial.visits.iter().filter(|v| !v.fvc.is_empty()) {
        let id = trial.people[v.person].id;
        let best = tenths(&v.fvc);
        let tries = match id % 3 {
            0 => [best, best - 13, best - 4],
            1 => [best - 21, best, best - 9],
            _ => [best - 17, best - 2, best],
        };
        // Whole litres, so that three decimals of litres give back one of the percent.
        let normal = 3 + (id % 3) as i32;
        let in_litres = |tenths: i32| litres(tenths * normal);
        let (first, second, unit, shown_normal) = match id % 4 {
            0 => (tries.map(in_litres), tries.map(percent), "Liters", litres(1000 * normal)),
            1 => (tries.map(percent), [const { String::new() }; 3], "Percent Predicted", String::new()),
            2 => (tries.map(percent), [const { String::new() }; 3], "", String::new()),
            _ => (tries.map(in_litres), [const { String::new() }; 3], "Liters", litres(1000 * normal)),
        };
        let mut row = vec![id.to_string()];
        for (a, b) in first.into_iter().zip(second) {
            row.extend([a, b]);
        }
        row.extend([v.day().to_string(), shown_normal, unit.to_owned()]);
        sheet.push(row);
    }
    sheet
}

/// One person in five, a little below the forced capacity.
fn svc(trial: &Trial) -> Sheet {
    let header = [
        "subject_id",
        "Subject_Liters_Trial_1",
        "pct_of_Normal_Trial_1",
        "Subject_Liters__Trial_2_",
        "pct_of_Normal_Trial_2",
        "Subject_Liters__Trial_3_",
        "pct_of_Normal_Trial_3",
        "Slow_vital_Capacity_Delta",
        "Subject_Normal",
        "Slow_Vital_Capacity_Units",
    ];
    let mut sheet = Sheet::new("svc", &header);
    for v in trial.visits.iter().filter(|v| !v.fvc.is_empty()) {
        let id = trial.people[v.person].id;
        if id.is_multiple_of(5) {
            let value = tenths(&v.fvc) - 15;
            let mut row = vec![id.to_string(), litres(4 * value), percent(value)];
            row.extend([const { String::new() }; 4]);
            row.extend([v.day().to_string(), litres(4000), "Liters".to_owned()]);
            sheet.push(row);
        }
    }
    sheet
}

fn labs(trial: &Trial) -> Sheet {
    let header = ["subject_id", "Test_Name", "Test_Result", "Test_Unit", "Laboratory_Delta"];
    let mut sheet = Sheet::new("labs", &header);
    let mut before = None;
    for s in &trial.samples {
        let id = trial.people[s.person].id;
        let day = days_of_months(s.month).to_string();
        if id <= 4 && before != Some((s.person, s.month)) {
            // One test in two spellings, and its two ways of being missing.
            let name = if s.month == 0 { "Bilirubin (total)" } else { "Bilirubin (Total)" };
            let result = ["9.2", "", "11", "-"][id - 1];
            sheet.push([&id.to_string(), name, result, "umol/L", &day].map(str::to_owned).to_vec());
        }
        before = Some((s.person, s.month));
        sheet.push(vec![id.to_string(), trial.analytes[s.analyte].clone(), s.value.clone(), "pg/mL".into(), day]);
    }
    sheet
}
