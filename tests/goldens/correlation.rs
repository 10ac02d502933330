use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::StatError;
use second_look::stats::correlation::{Correlation, CorrelationOptions, CorrelationPMethod, pearson, spearman};
use serde_json::Value;

type Routine = fn(&[f64], &[f64], &CorrelationOptions) -> Result<Correlation, StatError>;

fn check_correlation(name: &'static str, input: &'static str, expected: &Value, routine: Routine) {
    let mut agreement = Agreement::new(name, 1e-11);
    let table = Table::parse(input);
    for case in array(expected) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let (x, y) = (rows.numbers("x"), rows.numbers("y"));
        let found = routine(&x, &y, &CorrelationOptions::default()).expect("a correlation");
        let what = |part: &str| format!("{set} {part}");
        agreement.count(&what("n"), found.n, &case["n"]);
        agreement.number(&what("coefficient"), found.coefficient, &case["coefficient"], 1e-3);
        agreement.number(&what("t"), found.statistic, &case["t"], 1e-3);
        agreement.probability(&what("p_value"), found.p_value, &case["p_value"]);
        if let Some(is_exact) = case["is_exact"].as_bool() {
            assert_eq!(found.p_method == CorrelationPMethod::ExactPermutation, is_exact, "{set}");
        }
        for (confidence_level, key) in [(0.95, "interval_95"), (0.9, "interval_90")] {
            let interval = routine(&x, &y, &CorrelationOptions { confidence_level }).expect("a correlation").interval;
            agreement.optional(&what("low"), interval.map(|one| one.low), &case[key][0], 1e-3);
            agreement.optional(&what("high"), interval.map(|one| one.high), &case[key][1], 1e-3);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn pearson_agrees_with_r() {
    let input = include_str!("../golden/pearson/pairs.csv");
    check_correlation("pearson", input, &golden!("pearson"), pearson);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn spearman_agrees_with_r() {
    let input = include_str!("../golden/spearman/pairs.csv");
    check_correlation("spearman", input, &golden!("spearman"), spearman);
}
