use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::StatError;
use second_look::stats::correlation::{
    Correlation, CorrelationDifferenceOptions, CorrelationKind, CorrelationOptions, CorrelationPMethod, Pairs,
    correlation_difference, pearson, spearman,
};
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

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn correlation_difference_agrees_with_r() {
    let mut agreement = Agreement::new("correlation_difference", 1e-10);
    let table = Table::parse(include_str!("../golden/correlation_difference/pairs.csv"));
    for case in array(&golden!("correlation_difference")) {
        let set = case["set"].as_str().expect("a name");
        let kind = match case["kind"].as_str() {
            Some("pearson") => CorrelationKind::Pearson,
            _ => CorrelationKind::Spearman,
        };
        let rows = table.only("set", set);
        let group = |wanted: f64| {
            let places: Vec<bool> = rows.numbers("group").into_iter().map(|group| group == wanted).collect();
            let of = |column: &str| -> Vec<f64> {
                rows.numbers(column).into_iter().zip(&places).filter(|(_, is)| **is).map(|(value, _)| value).collect()
            };
            (of("x"), of("y"))
        };
        let ((x1, y1), (x2, y2)) = (group(1.0), group(2.0));
        let (first, second) = (Pairs { x: &x1, y: &y1 }, Pairs { x: &x2, y: &y2 });
        let what = |part: &str| format!("{set} {} {part}", case["kind"]);
        for (confidence_level, key) in [(0.95, "interval_95"), (0.9, "interval_90")] {
            let options = CorrelationDifferenceOptions { confidence_level, ..Default::default() };
            let found = correlation_difference(kind, first, second, &options).expect("a difference");
            agreement.count(&what("n"), found.first.n + found.second.n, &case["n"]);
            agreement.number(&what("first"), found.first.coefficient, &case["first"], 1e-3);
            agreement.number(&what("second"), found.second.coefficient, &case["second"], 1e-3);
            agreement.number(&what("statistic"), found.statistic.expect("a z"), &case["statistic"], 1e-3);
            agreement.probability(&what("p_value"), found.p_value.expect("a p"), &case["p_value"]);
            let interval = found.interval.expect("an interval");
            agreement.number(&what("low"), interval.low, &case[key][0], 1e-3);
            agreement.number(&what("high"), interval.high, &case[key][1], 1e-3);
            let permutation = found.permutation.expect("a permutation");
            assert_eq!(permutation.is_exact, !case["ways"].is_null(), "{set}");
            if permutation.is_exact {
                agreement.count(&what("ways"), permutation.permutations as usize, &case["ways"]);
                agreement.count(&what("as extreme"), permutation.as_extreme as usize, &case["as_extreme"]);
            }
        }
    }
    agreement.settle();
}
