use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::encoding::Encoding;
use super::folder::Folder;
use super::trial::Trial;
use super::{files, folders};

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/demo")
}

fn made() -> Vec<Folder> {
    folders(&demo()).unwrap()
}

/// Header and rows of a plain file; quotes around fields with a comma only.
fn rows(folders: &[Folder], folder: &str, file: &str) -> Vec<BTreeMap<String, String>> {
    let folder = folders.iter().find(|f| f.about.folder == folder).unwrap();
    let (_, bytes) = folder.files.iter().find(|(name, _)| name == file).unwrap();
    let text = std::str::from_utf8(bytes).unwrap();
    let mut lines = text.lines().map(super::trial::fields);
    let header = lines.next().unwrap();
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

#[test]
fn the_first_reference_is_the_demo_to_the_byte() {
    let folders = made();
    for (name, bytes) in &folders[0].files {
        assert_eq!(*bytes, std::fs::read(demo().join(name)).unwrap(), "{name}");
    }
    assert_eq!(folders[0].files.len(), 5);
}

#[test]
fn folders_are_known_and_all_is_below_four_megabytes() {
    let folders = made();
    let names: BTreeSet<&str> = folders.iter().map(|folder| folder.about.folder).collect();
    assert_eq!(names.len(), folders.len());
    for folder in &folders {
        assert!(["tidy_months", "tidy_days"].contains(&folder.about.reference), "{}", folder.about.folder);
        assert!(!folder.files.is_empty());
    }
    let bytes: usize = files(&demo()).unwrap().iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes < 4_000_000, "{bytes}");
}

#[test]
fn the_files_of_the_repository_are_those_made_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/formats");
    let made = files(&demo()).unwrap();
    for (name, bytes) in &made {
        assert!(std::fs::read(root.join(name)).unwrap() == *bytes, "{name}: run `cargo xtask formats`");
    }
    let names: BTreeSet<String> = made.into_iter().map(|(name, _)| name).collect();
    assert_eq!(super::found(&root).unwrap(), names);
}

#[test]
fn values_are_the_references_in_every_shape() {
    let (folders, trial) = (made(), Trial::read(&demo()).unwrap());
    let totals: BTreeMap<(String, i32), String> =
        trial.visits.iter().map(|v| ((trial.people[v.person].name(), v.day()), v.total.clone())).collect();

    let mut seen = 0;
    for row in rows(&folders, "proact", "alsfrs.csv").iter().filter(|row| !row["R_1_Dyspnea"].is_empty()) {
        let name = format!("SL-{:0>3}", row["subject_id"]);
        let total = &totals[&(name, row["ALSFRS_Delta"].parse().unwrap())];
        assert!(row["ALSFRS_R_Total"].is_empty() || row["ALSFRS_R_Total"] == *total);
        seen += 1;
    }
    assert_eq!(seen, totals.len());

    let sum = |rows: &[BTreeMap<String, String>], cell: &str, is_kept: &dyn Fn(&BTreeMap<String, String>) -> bool| {
        rows.iter().filter(|row| is_kept(row)).map(|row| row[cell].parse::<i32>().unwrap()).sum::<i32>()
    };
    let all: i32 = trial.visits.iter().map(|v| v.total.parse::<i32>().unwrap()).sum();
    let adqs = rows(&folders, "adam", "adqs.csv");
    assert_eq!(sum(&adqs, "AVAL", &|row| row["PARAMCD"] == "ALSFR1TS" && row["ANL01FL"] == "Y"), all);
    assert!(adqs.iter().any(|row| row["DTYPE"] == "LOCF" && row["ANL01FL"].is_empty()));
    let qs = rows(&folders, "sdtm", "qs.csv");
    assert_eq!(sum(&qs, "QSSTRESN", &|row| row["QSTESTCD"] == "ALSFR1TS"), all);
    assert!(qs.iter().any(|row| row["QSSTAT"] == "NOT DONE" && row["QSORRES"].is_empty()));
    let redcap = rows(&folders, "redcap_raw", "export_raw.csv");
    assert_eq!(sum(&redcap, "alsfrs_r_total", &|row| !row["alsfrs_r_total"].is_empty()), all);
}

#[test]
fn the_last_news_of_proact_is_that_of_the_reference() {
    let (folders, trial) = (made(), Trial::read(&demo()).unwrap());
    let mut last: BTreeMap<String, i32> = BTreeMap::new();
    for (file, columns) in [
        ("alsfrs.csv", &["ALSFRS_Delta"][..]),
        ("fvc.csv", &["Forced_Vital_Capacity_Delta"]),
        ("labs.csv", &["Laboratory_Delta"]),
        ("vitalsigns.csv", &["Vital_Signs_Delta"]),
        ("adverseevents.csv", &["Start_Date_Delta", "End_Date_Delta"]),
    ] {
        for row in rows(&folders, "proact", file) {
            for day in columns.iter().filter_map(|column| row[*column].parse::<i32>().ok()) {
                let known = last.entry(row["subject_id"].clone()).or_insert(day);
                *known = day.max(*known);
            }
        }
    }
    for p in &trial.people {
        let found = last[&p.id.to_string()];
        assert!(if p.died { found <= p.survival_days } else { found == p.survival_days }, "{}: {found}", p.id);
    }
    let dead = rows(&folders, "proact", "deathdata.csv").len();
    assert_eq!(dead, trial.people.iter().filter(|p| p.died).count());
}

#[test]
fn the_best_try_is_the_percent_of_the_reference() {
    let (folders, trial) = (made(), Trial::read(&demo()).unwrap());
    let known: BTreeMap<(String, String), f64> = trial
        .visits
        .iter()
        .filter(|v| !v.fvc.is_empty())
        .map(|v| ((trial.people[v.person].id.to_string(), v.day().to_string()), v.fvc.parse().unwrap()))
        .collect();
    let found = rows(&folders, "proact", "fvc.csv");
    assert_eq!(found.len(), known.len());
    for row in found {
        let best = |prefix: &str| {
            (1..=3).filter_map(|k| row[&format!("{prefix}{k}")].parse::<f64>().ok()).fold(f64::NAN, f64::max)
        };
        let (litres, percent) = (best("Subject_Liters_Trial_"), best("pct_of_Normal_Trial_"));
        let value = match (row["Forced_Vital_Capacity_Units"].as_str(), percent.is_nan()) {
            ("Liters", false) => percent,
            ("Liters", true) => 100.0 * litres / row["subject_normal"].parse::<f64>().unwrap(),
            _ => litres,
        };
        let want = known[&(row["subject_id"].clone(), row["Forced_Vital_Capacity_Delta"].clone())];
        assert!((value - want).abs() < 1e-9, "{row:?}: {value} for {want}");
    }
}

#[test]
fn values_below_a_limit_are_so_in_every_shape() {
    let (folders, trial) = (made(), Trial::read(&demo()).unwrap());
    let known = trial.samples.iter().filter(|s| s.value.starts_with('<')).count();
    assert!(known > 10);
    for (folder, file, column) in [
        ("tidy_days", "biomarkers.csv", "value"),
        ("proact", "labs.csv", "Test_Result"),
        ("adam", "adlb.csv", "AVALC"),
        ("sdtm", "lb.csv", "LBSTRESC"),
    ] {
        let found = rows(&folders, folder, file).iter().filter(|row| row[column].starts_with('<')).count();
        assert_eq!(found, known, "{folder}");
    }
    let lb = rows(&folders, "sdtm", "lb.csv");
    assert!(lb.iter().any(|row| row["LBORRES"] == "BLQ" && row["LBLLOQ"] == "0.60" && row["LBSTRESC"] == "<0.60"));
}

#[test]
fn text_is_encoded_by_the_standards() {
    assert_eq!(Encoding::Cp949.encode("서울 a").unwrap(), [0xbc, 0xad, 0xbf, 0xef, b' ', b'a']);
    assert!(Encoding::Cp949.encode("똠").is_err());
    assert_eq!(Encoding::Windows1252.encode("üßµé").unwrap(), [0xfc, 0xdf, 0xb5, 0xe9]);
    assert!(Encoding::Windows1252.encode("β").is_err());
    assert_eq!(Encoding::Utf16Le.encode("aβ").unwrap(), [0xff, 0xfe, b'a', 0, 0xb2, 0x03]);
    assert_eq!(Encoding::Utf16Be.encode("aβ").unwrap(), [0xfe, 0xff, 0, b'a', 0x03, 0xb2]);
    assert_eq!(Encoding::Utf8Mark.encode("a").unwrap(), [0xef, 0xbb, 0xbf, b'a']);
}
