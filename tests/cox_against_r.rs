//! Cox's model on whole files, beside R's survival: the rows of the command line must be those of
//! tests/cox_against_r/expected.csv and the other way round, with the same numbers.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const CASES: [&str; 8] = [
    "demo_adjusted",
    "demo_either",
    "demo_plain",
    "three_clustered",
    "three_entered",
    "three_exact",
    "three_plain",
    "three_profile",
];

const NUMBERS: [&str; 8] = ["n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"];

/// Relative.
const TOLERANCE: f64 = 1e-9;

/// What tells rows apart; `note` where one ratio stands there by several rules.
type Key = [String; 6];

type Row = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cox_against_r")
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

#[track_caller]
fn by_key(rows: Vec<Row>) -> BTreeMap<Key, Row> {
    let mut found = BTreeMap::new();
    for row in rows {
        let text = |column: &str| row[column].clone();
        let note = if row["term"] == "hazard_ratio_by_model" { text("note") } else { String::new() };
        let key = [text("analysis"), text("outcome"), text("group"), text("contrast"), text("term"), note];
        if let Some(twice) = found.insert(key, row) {
            panic!("two rows for one thing: {twice:?}");
        }
    }
    found
}

/// The program's findings.csv of a case.
fn findings(case: &str) -> String {
    let trial = if case.starts_with("demo") { folder().join("../../public/demo") } else { folder().join("three_arms") };
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cox_against_r_{case}.csv"));
    let files = ["subjects.csv", "survival.csv", "ventilation.csv"].map(|name| trial.join(name));
    let output = Command::new(env!("CARGO_BIN_EXE_second-look"))
        .arg("analyse")
        .args(files.iter().filter(|path| path.exists()))
        .arg("--plan")
        .arg(folder().join("plans").join(format!("{case}.json")))
        .arg("--csv")
        .arg(&to)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{case}: {said}");
    fs::read_to_string(to).unwrap()
}

#[test]
fn every_row_is_what_r_says() {
    let all = read(&fs::read_to_string(folder().join("expected.csv")).unwrap());
    let mut faults = Vec::new();
    let (mut rows, mut values, mut worst, mut place) = (0, 0, 0.0_f64, String::new());
    for case in CASES {
        let expected = by_key(all.iter().filter(|row| row["trial"] == case).cloned().collect());
        assert!(!expected.is_empty(), "{case}");
        let found = by_key(read(&findings(case)));
        faults.extend(
            found.keys().filter(|key| !expected.contains_key(*key)).map(|key| format!("{case}: only here {key:?}")),
        );
        for (key, wanted) in &expected {
            let Some(row) = found.get(key) else {
                faults.push(format!("{case}: only in R {key:?}"));
                continue;
            };
            rows += 1;
            for column in NUMBERS {
                let (ours, theirs) = (number(&row[column]), number(&wanted[column]));
                let difference = match (ours, theirs) {
                    (None, None) => continue,
                    (Some(ours), Some(theirs)) if ours == theirs => 0.0,
                    (Some(ours), Some(theirs)) => (ours / theirs - 1.0).abs(),
                    _ => f64::INFINITY,
                };
                values += 1;
                if difference > worst {
                    (worst, place) = (difference, format!("{case} {key:?} {column}"));
                }
                if difference > TOLERANCE {
                    faults.push(format!("{case}: {key:?} {column} {ours:?}, by R {theirs:?}, off by {difference:.1e}"));
                }
            }
        }
    }
    println!("{rows} rows, {values} values, largest relative difference {worst:.1e} at {place}");
    assert!(faults.is_empty(), "{} differences\n{}", faults.len(), faults.join("\n"));
}
