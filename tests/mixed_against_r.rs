//! Slope models and MMRM on whole files, beside lme4, lmerTest, pbkrtest and nlme: the rows of the command line must be
//! those of tests/mixed_against_r/expected.csv, with the same numbers. Of the MMRM, R's gls knows estimates, standard
//! errors, F and likelihood; the rest is left out there.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const CASES: [&str; 10] = [
    "demo_common",
    "demo_separate",
    "lead_in_common",
    "lead_in_adjusted",
    "demo_unstructured",
    "demo_ar1h",
    "demo_csh",
    "lead_in_unstructured",
    "lead_in_ar1h",
    "lead_in_csh",
];

const NUMBERS: [&str; 8] = ["n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"];

/// Relative; an estimate may be off by this much times its standard error.
const TOLERANCE: f64 = 1e-5;

/// Rows of the MMRM that R's gls does not know.
const ONLY_HERE: [&str; 1] = ["difference_by_structure"];

type Key = [String; 6];

type Row = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mixed_against_r")
}

fn read(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|record| header.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect())
        .collect()
}

fn number(cell: &str) -> Option<f64> {
    (!cell.is_empty()).then(|| cell.parse().unwrap_or_else(|_| panic!("not a number: {cell}")))
}

/// What tells rows apart; of slope models the method too, since one difference stands there by each.
#[track_caller]
fn by_key(rows: Vec<Row>) -> BTreeMap<Key, Row> {
    let mut found = BTreeMap::new();
    for row in rows {
        let at = number(&row["at"]).map_or(String::new(), |at| format!("{at:.9e}"));
        let text = |column: &str| row[column].clone();
        let method = if row["analysis"] == "mmrm" { String::new() } else { text("method") };
        let key = [text("analysis"), text("group"), text("contrast"), at, text("term"), method];
        if let Some(twice) = found.insert(key, row) {
            panic!("two rows for one thing: {twice:?}");
        }
    }
    found
}

/// The program's findings.csv of a case.
fn findings(case: &str) -> String {
    let trial = if case.starts_with("demo") { folder().join("../../public/demo") } else { folder().join("lead_in") };
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mixed_against_r_{case}.csv"));
    let output = Command::new(env!("CARGO_BIN_EXE_second-look"))
        .arg("analyse")
        .args(["subjects.csv", "visits.csv"].map(|name| trial.join(name)))
        .arg("--plan")
        .arg(folder().join("plans").join(format!("{case}.json")))
        .arg("--csv")
        .arg(&to)
        .output()
        .unwrap();
    assert!(matches!(output.status.code(), Some(0)), "{case}: {}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(to).unwrap()
}

#[test]
fn every_row_is_what_r_says() {
    let all = read(&fs::read_to_string(folder().join("expected.csv")).unwrap());
    let mut faults = Vec::new();
    for case in CASES {
        let expected = by_key(all.iter().filter(|row| row["case"] == case).cloned().collect());
        assert!(!expected.is_empty(), "{case}");
        let mut rows = read(&findings(case));
        rows.retain(|row| !ONLY_HERE.contains(&row["term"].as_str()));
        let found = by_key(rows);
        let strangers = found.keys().filter(|key| !expected.contains_key(*key));
        faults.extend(strangers.map(|key| format!("{case}: only here {key:?}")));
        let (mut values, mut worst, mut place) = (0, 0.0_f64, String::new());
        for (key, wanted) in &expected {
            let Some(row) = found.get(key) else {
                faults.push(format!("{case}: only in R {key:?}"));
                continue;
            };
            for column in NUMBERS {
                let difference = match (number(&row[column]), number(&wanted[column])) {
                    (None, None) => continue,
                    // What gls cannot say of an MMRM row.
                    (Some(_), None) if row["analysis"] == "mmrm" => continue,
                    (Some(ours), Some(theirs)) => {
                        let is_estimate = matches!(column, "estimate" | "conf_low" | "conf_high");
                        let size = number(&wanted["std_error"]).filter(|_| is_estimate).unwrap_or(0.0);
                        (ours - theirs).abs() / theirs.abs().max(size).max(f64::MIN_POSITIVE)
                    }
                    (Some(_), None) | (None, Some(_)) => f64::INFINITY,
                };
                values += 1;
                if difference > worst {
                    (worst, place) = (difference, format!("{key:?} {column}"));
                }
                if difference > TOLERANCE {
                    let (ours, theirs) = (&row[column], &wanted[column]);
                    faults.push(format!("{case}: {key:?} {column} {ours}, by R {theirs}, off by {difference:.1e}"));
                }
            }
        }
        println!(
            "{case}: {} rows, {values} values, largest relative difference {worst:.1e} at {place}",
            expected.len()
        );
    }
    assert!(faults.is_empty(), "{} differences\n{}", faults.len(), faults.join("\n"));
}
