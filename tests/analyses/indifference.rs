//! What must not change a number: the order of rows and of files, and the names of arms and of people.

use proptest::prelude::*;
use second_look::analysis::{Answered, Finding, Plan};
use second_look::engine::run;
use second_look::import::Import;

use crate::demo::{FILES, demo};
use crate::import;

fn findings(answers: &[Answered]) -> Vec<Finding> {
    let mut rows: Vec<Finding> =
        answers.iter().flat_map(|answered| answered.result.as_ref().unwrap().rows.clone()).collect();
    rows.sort_by_key(key);
    rows
}

/// What names a row; the numbers are the rest.
fn key(row: &Finding) -> String {
    format!("{:?} {} {:?} {:?} {:?} {:?}", row.analysis, row.outcome, row.group, row.contrast, row.at, row.term)
}

fn numbers(row: &Finding) -> [Option<f64>; 8] {
    let n = row.n.map(|n| n as f64);
    [n, row.estimate, row.std_error, row.df, row.statistic, row.p_value, row.conf_low, row.conf_high]
}

/// Sums of another order differ in the last bits, and only there.
fn assert_same(found: &[Finding], expected: &[Finding]) {
    assert_eq!(found.iter().map(key).collect::<Vec<_>>(), expected.iter().map(key).collect::<Vec<_>>());
    for (one, other) in found.iter().zip(expected) {
        for (left, right) in numbers(one).into_iter().zip(numbers(other)) {
            let is_same = match (left, right) {
                (Some(left), Some(right)) => (left - right).abs() <= 1e-10 * right.abs().max(1e-3),
                (left, right) => left == right,
            };
            assert!(is_same, "{}: {left:?} is not {right:?}", key(one));
        }
        assert_eq!(one.method, other.method);
        let (left, right) = (words(one), words(other));
        assert!(
            left.len() == right.len() && left.iter().zip(&right).all(|(left, right)| alike(left, right)),
            "{left:?} is not {right:?}"
        );
    }
}

/// A note's words: numbers among them are numbers.
fn words(row: &Finding) -> Vec<String> {
    row.note.as_deref().unwrap_or_default().split(' ').map(str::to_owned).collect()
}

fn alike(left: &str, right: &str) -> bool {
    match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(left), Ok(right)) => (left - right).abs() <= 1e-10 * right.abs().max(1e-3),
        _ => left == right,
    }
}

fn as_given() -> (Plan, Vec<Finding>) {
    let (trial, plan) = demo();
    let rows = findings(&run(&trial, &plan, &mut |_, _| {}));
    (plan, rows)
}

fn answered(trial: &Import, plan: &Plan) -> Vec<Finding> {
    findings(&run(trial, plan, &mut |_, _| {}))
}

/// The file with its rows in another order.
fn reordered(text: &str, seed: u64) -> String {
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let mut rows: Vec<(u64, &str)> = lines
        .enumerate()
        .map(|(place, line)| {
            // SplitMix64: any fixed scatter does.
            let mut mixed = seed.wrapping_add((place as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            (mixed ^ (mixed >> 27), line)
        })
        .collect();
    rows.sort_unstable();
    std::iter::once(header).chain(rows.iter().map(|(_, line)| *line)).map(|line| format!("{line}\n")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_and_files_changes_nothing(seed: u64, order in Just([0, 1, 2, 3, 4, 5]).prop_shuffle()) {
        let (plan, expected) = as_given();
        let texts: Vec<(&str, String)> =
            order.iter().map(|&at| (FILES[at].0, reordered(FILES[at].1, seed))).collect();
        let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        assert_same(&answered(&import(&files), &plan), &expected);
    }
}

#[test]
fn the_default_plan_does_not_depend_on_the_order_of_files() {
    let (trial, plan) = demo();
    let mut files = FILES;
    files.reverse();
    let other = import(&files);
    let again = Plan::default_for(&other.trial, &other.files);
    assert_eq!((&again.control_arm, &again.analyses), (&plan.control_arm, &plan.analyses));
    assert_same(&answered(&other, &again), &answered(&trial, &plan));
}

#[test]
fn the_names_of_arms_and_people_change_nothing() {
    let (plan, mut expected) = as_given();
    let rename = |text: &str| text.replace(",MSC,", ",Aardvark,").replace(",Control,", ",Zebra,").replace("SL-0", "9-");
    let texts = FILES.map(|(name, text)| (name, rename(text)));
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let plan = Plan { control_arm: Some("Zebra".into()), files: Vec::new(), ..plan };
    let rename = |name: &mut Option<String>| {
        if let Some(name) = name {
            *name = name.replace("MSC", "Aardvark").replace("Control", "Zebra");
        }
    };
    for row in &mut expected {
        rename(&mut row.group);
        rename(&mut row.contrast);
    }
    expected.sort_by_key(key);
    assert_same(&answered(&import(&files), &plan), &expected);
}

#[test]
fn the_order_of_columns_changes_nothing() {
    let (plan, expected) = as_given();
    let turned = FILES.map(|(name, text)| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let mut writer = csv::Writer::from_writer(Vec::new());
        for record in reader.records() {
            writer.write_record(record.unwrap().iter().rev()).unwrap();
        }
        (name, String::from_utf8(writer.into_inner().unwrap()).unwrap())
    });
    let files: Vec<(&str, &str)> = turned.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_same(&answered(&import(&files), &plan), &expected);
}
