//! Joint ranks and stages beside R, on the demo trial and an awkward one: tests/against_r_ranks/README.md.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use second_look::analysis::Finding;
use second_look::engine::run;
use second_look::export::read_plan_json;

use crate::import;

const RUNS: [&str; 6] = ["demo", "demo_als_surv", "demo_long", "three_arms", "three_arms_als_surv", "three_arms_lower"];

const NUMBERS: [&str; 8] = ["n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"];

/// Relative; a value of zero may be off by this much.
const TOLERANCE: f64 = 1e-11;

/// What tells rows apart, `at` to nine digits.
type Key = [String; 6];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/against_r_ranks")
}

fn key_of(analysis: &str, outcome: &str, group: &str, contrast: &str, at: Option<f64>, term: &str) -> Key {
    let at = at.map_or(String::new(), |at| format!("{at:.9e}"));
    [analysis, outcome, group, contrast, &at, term].map(str::to_owned)
}

fn expected(name: &str) -> BTreeMap<Key, [Option<f64>; 8]> {
    let mut reader = csv::Reader::from_path(folder().join("expected.csv")).unwrap();
    let mut found = BTreeMap::new();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        if row["run"] != name {
            continue;
        }
        let number = |column: &str| (!row[column].is_empty()).then(|| row[column].parse::<f64>().unwrap());
        let [analysis, outcome, group, contrast, term] =
            ["analysis", "outcome", "group", "contrast", "term"].map(|column| row[column].as_str());
        let key = key_of(analysis, outcome, group, contrast, number("at"), term);
        assert!(found.insert(key, NUMBERS.map(number)).is_none(), "twice in R: {row:?}");
    }
    found
}

fn numbers(row: &Finding) -> [Option<f64>; 8] {
    let n = row.n.map(|n| n as f64);
    [n, row.estimate, row.std_error, row.df, row.statistic, row.p_value, row.conf_low, row.conf_high]
}

fn found(name: &str) -> BTreeMap<Key, [Option<f64>; 8]> {
    let data = if name.starts_with("demo") { "../../public/demo" } else { "three_arms" };
    let files = ["subjects.csv", "visits.csv", "survival.csv"];
    let texts = files.map(|file| (file, fs::read_to_string(folder().join(data).join(file)).unwrap()));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(file, text)| (*file, text.as_str())).collect();
    let plan = read_plan_json(&fs::read_to_string(folder().join(name).with_extension("json")).unwrap()).unwrap();
    let mut rows = BTreeMap::new();
    for answered in run(&import(&texts), &plan, &mut |_, _| {}) {
        for row in &answered.result.as_ref().unwrap().rows {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let (group, contrast) = (text(&row.group), text(&row.contrast));
            let key = key_of(row.analysis.as_str(), &row.outcome, &group, &contrast, row.at, row.term.as_str());
            assert!(rows.insert(key, numbers(row)).is_none(), "{name}: two rows for one thing: {row:?}");
        }
    }
    rows
}

#[test]
fn joint_ranks_and_stages_are_those_of_r() {
    let mut faults = Vec::new();
    let (mut rows, mut values, mut worst, mut place) = (0, 0, 0.0_f64, String::new());
    for name in RUNS {
        let (expected, found) = (expected(name), found(name));
        assert!(!expected.is_empty(), "{name}");
        faults.extend(
            found.keys().filter(|key| !expected.contains_key(*key)).map(|key| format!("{name}: only here {key:?}")),
        );
        for (key, wanted) in &expected {
            let Some(row) = found.get(key) else {
                faults.push(format!("{name}: only in R {key:?}"));
                continue;
            };
            rows += 1;
            for ((column, ours), theirs) in NUMBERS.iter().zip(row).zip(wanted) {
                let difference = match (ours, theirs) {
                    (None, None) => continue,
                    (Some(ours), Some(theirs)) if ours == theirs => 0.0,
                    (Some(ours), Some(theirs)) if *theirs == 0.0 => ours.abs(),
                    (Some(ours), Some(theirs)) => (ours / theirs - 1.0).abs(),
                    _ => f64::INFINITY,
                };
                values += 1;
                if difference > worst {
                    (worst, place) = (difference, format!("{name} {key:?} {column}"));
                }
                if difference > TOLERANCE {
                    faults.push(format!("{name}: {key:?} {column} {ours:?}, by R {theirs:?}, off by {difference:.1e}"));
                }
            }
        }
    }
    println!("{rows} rows, {values} values, largest relative difference {worst:.1e} at {place}");
    assert!(faults.is_empty(), "{} differences\n{}", faults.len(), faults.join("\n"));
}
