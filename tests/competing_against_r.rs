//! Competing events through the command line, beside R's cmprsk and survival: every row of findings.csv must be among
//! the expected rows of tests/competing_against_r/expected.csv and the other way round, with the same numbers.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const NUMBERS: [&str; 8] = ["n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"];

/// Relative; a value that should be zero may be off by this much.
const TOLERANCE: f64 = 1e-10;

/// What tells rows apart, `at` to nine digits.
type Key = [String; 5];

type Row = BTreeMap<String, String>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
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
        let key = [text("outcome"), text("group"), text("contrast"), at, text("term")];
        if let Some(twice) = found.insert(key, row) {
            panic!("two rows for one thing: {twice:?}");
        }
    }
    found
}

/// The program's findings.csv of a case.
fn findings(case: &str) -> String {
    let ours = root().join("tests/competing_against_r");
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("competing_against_r_{case}.csv"));
    let (folder, tables) = if case.starts_with("demo") {
        (root().join("public/demo"), vec!["subjects.csv", "survival.csv", "ventilation.csv"])
    } else {
        (ours.clone(), vec!["subjects.csv", "survival.csv"])
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_second-look"));
    command.arg("analyse").args(tables.iter().map(|name| folder.join(name)));
    command.arg("--plan").arg(ours.join(format!("{case}.json"))).arg("--csv").arg(&to);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{case}: {}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(to).unwrap()
}

#[test]
fn every_row_is_what_r_says() {
    let all = read(&fs::read_to_string(root().join("tests/competing_against_r/expected.csv")).unwrap());
    let mut faults = Vec::new();
    for case in ["demo", "demo_weighted", "three_arms", "three_arms_strata"] {
        let expected = by_key(all.iter().filter(|row| row["case"] == case).cloned().collect());
        assert!(!expected.is_empty(), "{case}");
        let found = by_key(read(&findings(case)));
        let more = found.keys().filter(|key| !expected.contains_key(*key));
        faults.extend(more.map(|key| format!("{case}: only here {key:?}")));
        let (mut values, mut worst, mut place) = (0, 0.0_f64, String::new());
        for (key, wanted) in &expected {
            let Some(row) = found.get(key) else {
                faults.push(format!("{case}: only in R {key:?}"));
                continue;
            };
            for column in NUMBERS {
                let difference = match (number(&row[column]), number(&wanted[column])) {
                    (None, None) => continue,
                    (Some(ours), Some(theirs)) if ours == theirs => 0.0,
                    (Some(ours), Some(theirs)) if theirs.abs() < 1e-13 => (ours - theirs).abs(),
                    (Some(ours), Some(theirs)) => (ours / theirs - 1.0).abs(),
                    _ => f64::INFINITY,
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
