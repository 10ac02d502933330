//! Curves, tests and restricted means through the command line, beside R, lifelines and statsmodels: every row of
//! findings.csv of the analyses km, logrank and rmst must be among the rows of tests/survival_against_r/expected.csv and
//! the other way round, with the same numbers.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const NUMBERS: [&str; 8] = ["n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"];

const ANALYSES: [&str; 3] = ["km", "logrank", "rmst"];

/// The trials of tests/against_r with a question about survival.
const NEIGHBOURS: [&str; 5] = ["four_arms", "jittered_days", "many", "no_arms", "tiny"];

/// Relative; a value that should be zero may be off by this much.
const TOLERANCE: f64 = 1e-10;

/// Of p of a max-combo test, and of the p adjusted from it: R integrates numerically.
const TOLERANCE_OF_INTEGRALS: f64 = 1e-7;

/// What tells rows apart, `at` to nine digits; `method` where one quantity stands in several rows.
type Key = [String; 7];

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
        let is_told_apart = ["_by_program", "log_rank"].iter().any(|end| row["term"].ends_with(end));
        let method = if is_told_apart { text("method") } else { String::new() };
        let key = [text("analysis"), text("outcome"), text("group"), text("contrast"), at, text("term"), method];
        if let Some(twice) = found.insert(key, row) {
            panic!("two rows for one thing: {twice:?}");
        }
    }
    found
}

/// Files and plan of a case.
fn files(case: &str) -> (Vec<PathBuf>, PathBuf) {
    let ours = root().join("tests/survival_against_r");
    let plan = ours.join(format!("plans/{case}.json"));
    let (folder, plan) = if NEIGHBOURS.contains(&case) {
        let folder = root().join("tests/against_r").join(case);
        (folder.clone(), folder.join("plan.json"))
    } else if case.starts_with("demo") {
        (root().join("public/demo"), plan)
    } else {
        let trial =
            ["flat_step", "kidney", "lung", "three_arms", "veteran"].into_iter().find(|name| case.starts_with(name));
        (ours.join(trial.unwrap()), plan)
    };
    let tables = ["subjects.csv", "visits.csv", "biomarkers.csv", "survival.csv", "ventilation.csv"];
    (tables.iter().map(|name| folder.join(name)).filter(|path| path.exists()).collect(), plan)
}

/// The program's findings.csv of a case, these analyses' rows.
fn findings(case: &str) -> Vec<Row> {
    let (files, plan) = files(case);
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("survival_against_r_{case}.csv"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_second-look"));
    command.arg("analyse").args(files).arg("--plan").arg(plan).arg("--csv").arg(&to);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{case}: {said}");
    let mut rows = read(&fs::read_to_string(to).unwrap());
    rows.retain(|row| ANALYSES.contains(&row["analysis"].as_str()));
    rows
}

fn is_integral(key: &Key) -> bool {
    key[6].starts_with("MaxCombo")
}

#[test]
fn every_row_is_what_r_says() {
    let all = read(&fs::read_to_string(root().join("tests/survival_against_r/expected.csv")).unwrap());
    let plans = fs::read_dir(root().join("tests/survival_against_r/plans")).unwrap();
    let mut cases: Vec<String> =
        plans.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    cases.sort();
    cases.extend(NEIGHBOURS.map(str::to_owned));
    let mut faults = Vec::new();
    let (mut rows, mut values) = (0, 0);
    for case in &cases {
        // The trial with two questions has a case for each.
        let is_own = |row: &&Row| row["case"].split(", ").next() == Some(case);
        let expected = by_key(all.iter().filter(is_own).cloned().collect());
        assert!(!expected.is_empty(), "{case}");
        let found = by_key(findings(case));
        let more = found.keys().filter(|key| !expected.contains_key(*key));
        faults.extend(more.map(|key| format!("{case}: only here {key:?}")));
        let mut worst = [(0.0_f64, String::new()), (0.0, String::new())];
        for (key, wanted) in &expected {
            let Some(row) = found.get(key) else {
                faults.push(format!("{case}: only in R {key:?}"));
                continue;
            };
            rows += 1;
            for column in NUMBERS {
                let difference = match (number(&row[column]), number(&wanted[column])) {
                    (None, None) => continue,
                    (Some(ours), Some(theirs)) if ours == theirs => 0.0,
                    (Some(ours), Some(theirs)) if theirs.abs() < 1e-13 => (ours - theirs).abs(),
                    (Some(ours), Some(theirs)) => (ours / theirs - 1.0).abs(),
                    _ => f64::INFINITY,
                };
                values += 1;
                let kind = usize::from(is_integral(key) && ["p_value", "estimate"].contains(&column));
                if difference > worst[kind].0 {
                    worst[kind] = (difference, format!("{key:?} {column}"));
                }
                if difference > [TOLERANCE, TOLERANCE_OF_INTEGRALS][kind] {
                    let (ours, theirs) = (&row[column], &wanted[column]);
                    faults.push(format!("{case}: {key:?} {column} {ours}, by R {theirs}, off by {difference:.1e}"));
                }
            }
        }
        let [(largest, place), (integral, _)] = worst;
        println!(
            "{case}: {} rows, largest relative difference {largest:.1e} at {place}; MaxCombo p {integral:.1e}",
            expected.len()
        );
    }
    println!("{rows} rows, {values} values");
    assert!(faults.is_empty(), "{} differences\n{}", faults.len(), faults.join("\n"));
}
