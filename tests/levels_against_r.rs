//! Levels of analytes through the command line, beside R: every row of findings.csv must be among the expected rows of
//! tests/levels_against_r/expected.csv and the other way round, with the same numbers.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const NUMBERS: [&str; 8] = ["n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"];

/// Relative; a value that should be zero may be off by this much.
const TOLERANCE: f64 = 1e-10;

/// R maximises the mixed model's restricted likelihood numerically, and without Kenward and Roger's standard errors, so
/// that n and the estimate alone are compared, the estimate where there is a maximum (tests/golden/mmrm has the rest).
const MIXED: &str = "mixed model for repeated measures";
const MIXED_TOLERANCE: f64 = 1e-6;

/// survreg and this program both stop a little before the maximum.
const TOBIT_TOLERANCE: f64 = 1e-8;

/// Adjusted p-values of p-values by the tobit.
fn term_is_adjusted(term: &str, trial: &str) -> bool {
    trial == "tobit" && ["holm", "benjamini_hochberg", "benjamini_yekutieli"].contains(&term)
}

/// By permutation; R's from a hundred thousand, ours from ten thousand.
const PERMUTED: [&str; 4] = ["max_t", "permutation", "composite_permutation", "set_permutation"];

/// Both are random: how many standard errors the two are apart.
fn errors_apart(ours: f64, theirs: f64) -> f64 {
    let error = (theirs * (1.0 - theirs) * (1e-4 + 1e-5)).sqrt() + 1e-4;
    (ours - theirs).abs() / error
}

/// More than this, among some hundred, is no chance.
const MOST_ERRORS: f64 = 4.0;

/// Plan, and the folder with the files.
const TRIALS: [(&str, &str); 6] = [
    ("demo", "public/demo"),
    ("log2", "tests/levels_against_r"),
    ("raw", "tests/levels_against_r"),
    ("ranks", "tests/levels_against_r"),
    ("sqrt2", "tests/levels_against_r"),
    ("tobit", "tests/levels_against_r"),
];

/// What tells rows apart, `at` to nine digits.
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
        let key =
            [text("analysis"), text("outcome"), text("group"), text("contrast"), at, text("term"), text("method")];
        if let Some(twice) = found.insert(key, row) {
            panic!("two rows for one thing: {twice:?}");
        }
    }
    found
}

/// The program's findings.csv of a trial in `files`.
fn findings(trial: &str, files: &Path) -> String {
    let plan: PathBuf = root().join(format!("tests/levels_against_r/{trial}.json"));
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("levels_against_r_{trial}.csv"));
    let names = ["subjects.csv", "visits.csv", "biomarkers.csv", "survival.csv", "adverse_events.csv"];
    let tables = names.iter().map(|name| files.join(name)).filter(|path| path.exists());
    let mut command = Command::new(env!("CARGO_BIN_EXE_second-look"));
    let output = command.arg("analyse").args(tables).arg("--plan").arg(plan).arg("--csv").arg(&to).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{trial}: {said}");
    fs::read_to_string(to).unwrap()
}

#[test]
fn every_row_is_what_r_says() {
    let all = read(&fs::read_to_string(root().join("tests/levels_against_r/expected.csv")).unwrap());
    let mut faults = Vec::new();
    let (mut rows, mut values, mut worst, mut place) = (0, 0, 0.0_f64, String::new());
    let mut worst_mixed = 0.0_f64;
    let (mut permuted, mut worst_errors) = (0, 0.0_f64);
    for (trial, files) in TRIALS {
        let expected = by_key(all.iter().filter(|row| row["trial"] == trial).cloned().collect());
        assert!(!expected.is_empty(), "{trial}");
        let found = by_key(read(&findings(trial, &root().join(files))));
        let more = found.keys().filter(|key| !expected.contains_key(*key));
        faults.extend(more.map(|key| format!("{trial}: only here {key:?}")));
        for (key, wanted) in &expected {
            let Some(row) = found.get(key) else {
                faults.push(format!("{trial}: only in R {key:?}"));
                continue;
            };
            rows += 1;
            let is_mixed = key[6] == MIXED;
            let tolerance = match () {
                () if is_mixed => MIXED_TOLERANCE,
                () if key[6].contains("tobit") || term_is_adjusted(&key[5], trial) => TOBIT_TOLERANCE,
                () => TOLERANCE,
            };
            for column in NUMBERS.into_iter().take(if is_mixed { 2 } else { 8 }) {
                let (ours, theirs) = (number(&row[column]), number(&wanted[column]));
                if let (Some(ours), Some(theirs), true) =
                    (ours, theirs, column == "p_value" && PERMUTED.contains(&key[5].as_str()))
                {
                    permuted += 1;
                    let apart = errors_apart(ours, theirs);
                    worst_errors = worst_errors.max(apart);
                    if apart > MOST_ERRORS {
                        faults.push(format!("{trial}: {key:?} p {ours}, by R {theirs}, {apart:.1} errors apart"));
                    }
                    continue;
                }
                let difference = match (ours, theirs) {
                    (None, None) => continue,
                    (_, None) if is_mixed => continue,
                    (Some(ours), Some(theirs)) if ours == theirs => 0.0,
                    (Some(ours), Some(theirs)) if theirs.abs() < 1e-13 => (ours - theirs).abs(),
                    (Some(ours), Some(theirs)) => (ours / theirs - 1.0).abs(),
                    _ => f64::INFINITY,
                };
                values += 1;
                if is_mixed {
                    worst_mixed = worst_mixed.max(difference);
                } else if tolerance == TOLERANCE && difference > worst {
                    (worst, place) = (difference, format!("{trial} {key:?} {column}"));
                }
                if difference > tolerance {
                    faults
                        .push(format!("{trial}: {key:?} {column} {ours:?}, by R {theirs:?}, off by {difference:.1e}"));
                }
            }
        }
    }
    println!("{rows} rows, {values} values, largest relative difference {worst:.1e} at {place}");
    println!("of the mixed model {worst_mixed:.1e}");
    println!("{permuted} p-values by permutation, at most {worst_errors:.1} standard errors apart");
    assert!(faults.is_empty(), "{} differences\n{}", faults.len(), faults.join("\n"));
}
