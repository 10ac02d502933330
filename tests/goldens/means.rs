use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::StatError;
use second_look::stats::compare::{
    GroupSummary, TTestOptions, TwoSampleTTest, standardised_mean_difference, standardised_share_difference,
    student_t_test, student_t_test_from_summaries, welch_t_test, welch_t_test_from_summaries,
};
use second_look::stats::contingency::TwoByTwo;
use second_look::stats::describe::{estimate_quantile, estimate_summary, mean_interval};
use serde_json::Value;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn summary_agrees_with_r() {
    let mut agreement = Agreement::new("summary", 1e-13);
    let table = Table::parse(include_str!("../golden/summary/values.csv"));
    for case in array(&golden!("summary")) {
        let set = case["set"].as_str().expect("a name");
        let summary = estimate_summary(&table.only("set", set).numbers("value")).expect("a summary");
        agreement.count(&format!("{set} n"), summary.n, &case["n"]);
        agreement.number(&format!("{set} mean"), summary.mean, &case["mean"], 0.0);
        agreement.optional(&format!("{set} sd"), summary.sd, &case["sd"], 0.0);
        agreement.optional(&format!("{set} std_error"), summary.std_error, &case["std_error"], 0.0);
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn mean_interval_agrees_with_r() {
    let mut agreement = Agreement::new("summary, mean_interval", 1e-12);
    let table = Table::parse(include_str!("../golden/summary/values.csv"));
    for case in array(&golden!("summary")) {
        let set = case["set"].as_str().expect("a name");
        let summary = estimate_summary(&table.only("set", set).numbers("value")).expect("a summary");
        for (level, key) in [(0.95, "interval_95"), (0.99, "interval_99")] {
            let interval = mean_interval(&summary, level).expect("an interval");
            agreement.number(&format!("{set} {key} low"), interval.low, &case[key][0], 0.0);
            agreement.number(&format!("{set} {key} high"), interval.high, &case[key][1], 0.0);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn quantile_agrees_with_r() {
    let mut agreement = Agreement::new("quantile", 1e-13);
    let table = Table::parse(include_str!("../golden/quantile/values.csv"));
    for case in array(&golden!("quantile")) {
        let set = case["set"].as_str().expect("a name");
        let values = table.only("set", set).numbers("value");
        for (key, p) in [("q10", 0.1), ("q25", 0.25), ("q50", 0.5), ("q75", 0.75), ("q90", 0.9)] {
            let found = estimate_quantile(&values, p).expect("a quantile");
            agreement.number(&format!("{set} {key}"), found, &case[key], 0.0);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn standardised_difference_agrees_with_r() {
    let mut agreement = Agreement::new("standardised_difference", 1e-12);
    let table = Table::parse(include_str!("../golden/standardised_difference/values.csv"));
    let expected = golden!("standardised_difference");
    for case in array(&expected["of_values"]) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let (treated, control) = (rows.only("arm", "1").numbers("value"), rows.only("arm", "0").numbers("value"));
        let found = standardised_mean_difference(&treated, &control).expect("a difference");
        agreement.number(set, found, &case["difference"], 0.0);
    }
    for case in array(&expected["of_counts"]) {
        let count = |place: usize| case["counts"][place].as_u64().expect("a count") as usize;
        let counts =
            TwoByTwo { treated_with: count(0), treated_n: count(1), control_with: count(2), control_n: count(3) };
        let found = standardised_share_difference(&counts).expect("a difference");
        agreement.number(&format!("{counts:?}"), found, &case["difference"], 1e-3);
    }
    agreement.settle();
}

type FromValues = fn(&[f64], &[f64], &TTestOptions) -> Result<TwoSampleTTest, StatError>;
type FromSummaries = fn(&GroupSummary, &GroupSummary, &TTestOptions) -> Result<TwoSampleTTest, StatError>;

fn check_t_test(
    routine: &'static str,
    input: &'static str,
    expected: &Value,
    from_values: FromValues,
    from_summaries: FromSummaries,
) {
    let mut agreement = Agreement::new(routine, 1e-12);
    let table = Table::parse(input);
    for case in array(expected) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let (treated, control) = (rows.only("arm", "1").numbers("value"), rows.only("arm", "0").numbers("value"));
        let group = |values: &[f64]| {
            let summary = estimate_summary(values).expect("a summary");
            GroupSummary { n: summary.n, mean: summary.mean, sd: summary.sd.expect("a spread") }
        };
        let options = TTestOptions::default();
        let from = [
            ("values", from_values(&treated, &control, &options).expect("a test")),
            ("summaries", from_summaries(&group(&treated), &group(&control), &options).expect("a test")),
        ];
        for (way, test) in from {
            let what = |part: &str| format!("{set} {way} {part}");
            agreement.number(&what("difference"), test.difference, &case["difference"], 0.0);
            agreement.number(&what("std_error"), test.std_error, &case["std_error"], 0.0);
            agreement.number(&what("df"), test.df, &case["df"], 0.0);
            agreement.number(&what("t"), test.t, &case["t"], 0.0);
            agreement.probability(&what("p_value"), test.p_value, &case["p_value"]);
            // A limit near 0 is a difference of two numbers of the standard error's size.
            agreement.number(&what("low"), test.interval.low, &case["interval_95"][0], test.std_error);
            agreement.number(&what("high"), test.interval.high, &case["interval_95"][1], test.std_error);
        }
        let narrow = from_values(&treated, &control, &TTestOptions { confidence_level: 0.9 }).expect("a test");
        agreement.number("90 % low", narrow.interval.low, &case["interval_90"][0], narrow.std_error);
        agreement.number("90 % high", narrow.interval.high, &case["interval_90"][1], narrow.std_error);
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn student_t_test_agrees_with_r() {
    check_t_test(
        "student_t_test",
        include_str!("../golden/student_t_test/values.csv"),
        &golden!("student_t_test"),
        student_t_test,
        student_t_test_from_summaries,
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn welch_t_test_agrees_with_r() {
    check_t_test(
        "welch_t_test",
        include_str!("../golden/welch_t_test/values.csv"),
        &golden!("welch_t_test"),
        welch_t_test,
        welch_t_test_from_summaries,
    );
}
