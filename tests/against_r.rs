//! Eight awkward trials through the command line, beside R: every row of findings.csv must be among the expected rows
//! of tests/against_r/expected.csv and the other way round, with the same numbers. Survival: survival_against_r.rs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TRIALS: [&str; 8] =
    ["few_pairs", "four_arms", "jittered_days", "limits_log2", "many", "no_arms", "responders", "tiny"];

const NUMBERS: [&str; 8] = ["n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"];

/// Relative; a value that should be zero may be off by this much times its standard error, or 1 where there is none.
const TOLERANCE: f64 = 1e-11;

/// What tells rows apart, `at` to nine digits. `method` only where the same difference stands in several rows.
type Key = [String; 7];

type Row = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/against_r")
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
        let at = number(&row["at"]).map_or(String::new(), |at| format!("{at:.9e}"));
        let text = |column: &str| row[column].clone();
        let term = text("term");
        let method = if term.starts_with("sensitivity_") || term == "correlation_by_rule" {
            text("method")
        } else {
            String::new()
        };
        let key = [text("analysis"), text("outcome"), text("group"), text("contrast"), at, term, method];
        if let Some(twice) = found.insert(key, row) {
            panic!("two rows for one thing: {twice:?}");
        }
    }
    found
}

/// The program's findings.csv of a trial of this folder.
fn findings(trial: &str) -> String {
    let folder = folder().join(trial);
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("against_r_{trial}.csv"));
    let tables = ["subjects.csv", "visits.csv", "biomarkers.csv", "survival.csv"];
    let files = tables.iter().map(|name| folder.join(name)).filter(|path| path.exists());
    let output = Command::new(env!("CARGO_BIN_EXE_second-look"))
        .arg("analyse")
        .args(files)
        .arg("--plan")
        .arg(folder.join("plan.json"))
        .arg("--csv")
        .arg(&to)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{trial}: {said}");
    fs::read_to_string(to).unwrap()
}

#[test]
fn every_row_is_what_r_says() {
    let all = read(&fs::read_to_string(folder().join("expected.csv")).unwrap());
    let mut faults = Vec::new();
    let (mut rows, mut values, mut worst, mut place) = (0, 0, 0.0_f64, String::new());
    for trial in TRIALS {
        let expected = by_key(all.iter().filter(|row| row["trial"] == trial).cloned().collect());
        assert!(!expected.is_empty(), "{trial}");
        let mut rows_found = read(&findings(trial));
        rows_found.retain(|row| !["km", "logrank", "rmst"].contains(&row["analysis"].as_str()));
        // What random splits came to cannot be had from another program; a test of the routine holds them to all splits.
        rows_found.retain(|row| !row["method"].ends_with("random ways") && !row["method"].ends_with("random orders"));
        let found = by_key(rows_found);
        faults.extend(
            found.keys().filter(|key| !expected.contains_key(*key)).map(|key| format!("{trial}: only here {key:?}")),
        );
        for (key, wanted) in &expected {
            let Some(row) = found.get(key) else {
                faults.push(format!("{trial}: only in R {key:?}"));
                continue;
            };
            rows += 1;
            for column in NUMBERS {
                let (ours, theirs) = (number(&row[column]), number(&wanted[column]));
                let difference = match (ours, theirs) {
                    (None, None) => continue,
                    (Some(ours), Some(theirs)) if ours == theirs => 0.0,
                    (Some(ours), Some(theirs)) if theirs.abs() < 1e-13 => {
                        (ours - theirs).abs() / number(&wanted["std_error"]).unwrap_or(1.0)
                    }
                    (Some(ours), Some(theirs)) => (ours / theirs - 1.0).abs(),
                    _ => f64::INFINITY,
                };
                values += 1;
                if difference > worst {
                    (worst, place) = (difference, format!("{trial} {key:?} {column}"));
                }
                if difference > TOLERANCE {
                    faults
                        .push(format!("{trial}: {key:?} {column} {ours:?}, by R {theirs:?}, off by {difference:.1e}"));
                }
            }
        }
    }
    println!("{rows} rows, {values} values, largest relative difference {worst:.1e} at {place}");
    assert!(faults.is_empty(), "{} differences\n{}", faults.len(), faults.join("\n"));
}
