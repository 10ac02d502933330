use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::StatError;
use second_look::stats::correlation::{
    Correlation, CorrelationDifferenceOptions, CorrelationKind, CorrelationOptions, CorrelationPMethod,
    CorrelationPermutationOptions, Pairs, correlation_difference, correlation_matrix, correlation_permutation_test,
    kendall, partial_correlation, pearson, spearman,
};
use serde_json::Value;

fn kind_of(case: &Value) -> CorrelationKind {
    match case["kind"].as_str() {
        Some("pearson") => CorrelationKind::Pearson,
        Some("spearman") => CorrelationKind::Spearman,
        _ => CorrelationKind::KendallTauB,
    }
}

/// Empty cells are absent.
fn column(table: &Table, name: &str) -> Vec<Option<f64>> {
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    table.text(name).into_iter().map(|cell| (!cell.is_empty()).then(|| number(cell))).collect()
}

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
        let kind = kind_of(case);
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

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn kendall_agrees_with_r() {
    let input = include_str!("../golden/kendall/pairs.csv");
    check_correlation("kendall", input, &golden!("kendall"), kendall);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn partial_correlation_agrees_with_r() {
    let mut agreement = Agreement::new("partial_correlation", 1e-10);
    let table = Table::parse(include_str!("../golden/partial_correlation/rows.csv"));
    for case in array(&golden!("partial_correlation")) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let whole = |name: &str| column(&rows, name).into_iter().collect::<Option<Vec<f64>>>();
        let covariates: Vec<Vec<f64>> = ["z1", "z2", "z3"].into_iter().filter_map(whole).collect();
        let (x, y) = (rows.numbers("x"), rows.numbers("y"));
        let what = |part: &str| format!("{set} {} {part}", case["kind"]);
        for (confidence_level, key) in [(0.95, "interval_95"), (0.9, "interval_90")] {
            let options = CorrelationOptions { confidence_level };
            let found = partial_correlation(kind_of(case), &x, &y, &covariates, &options).expect("a correlation");
            agreement.count(&what("covariates"), covariates.len(), &case["covariates"]);
            agreement.count(&what("n"), found.n, &case["n"]);
            agreement.number(&what("coefficient"), found.coefficient, &case["coefficient"], 1e-3);
            agreement.optional(&what("df"), found.df, &case["df"], 1.0);
            agreement.number(&what("t"), found.statistic, &case["t"], 1e-3);
            agreement.probability(&what("p_value"), found.p_value, &case["p_value"]);
            let interval = found.interval.expect("an interval");
            agreement.number(&what("low"), interval.low, &case[key][0], 1e-3);
            agreement.number(&what("high"), interval.high, &case[key][1], 1e-3);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn correlation_permutation_test_agrees_with_r() {
    let mut agreement = Agreement::new("correlation_permutation_test", 1e-15);
    let table = Table::parse(include_str!("../golden/correlation_permutation_test/pairs.csv"));
    for case in array(&golden!("correlation_permutation_test")) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let (x, y) = (rows.numbers("x"), rows.numbers("y"));
        let options = CorrelationPermutationOptions { exact_up_to: 8, permutations: 20_000, seed: 3 };
        let found = correlation_permutation_test(kind_of(case), &x, &y, &options).expect("a test");
        let what = |part: &str| format!("{set} {} {part}", case["kind"]);
        if let Some(share) = case["share"].as_f64() {
            // Both are random: R's from a million orders, this from 20,000.
            let error = (share * (1.0 - share) / 20_000.0).sqrt() + 1e-4;
            assert!((found.p_value - share).abs() < 4.0 * error, "{}: {} against {share}", what("p"), found.p_value);
        } else {
            agreement.count(&what("ways"), found.permutations as usize, &case["ways"]);
            agreement.count(&what("as extreme"), found.as_extreme as usize, &case["as_extreme"]);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn correlation_matrix_agrees_with_r() {
    let mut agreement = Agreement::new("correlation_matrix", 1e-11);
    let table = Table::parse(include_str!("../golden/correlation_matrix/rows.csv"));
    for case in array(&golden!("correlation_matrix")) {
        let rows = table.only("set", case["set"].as_str().expect("a name"));
        let columns: Vec<Vec<Option<f64>>> = (1..=6).map(|place| column(&rows, &format!("c{place}"))).collect();
        let found = correlation_matrix(kind_of(case), &columns, &CorrelationOptions::default()).expect("a matrix");
        let is_it = |place: usize, key: &str| Some(place as u64) == case[key].as_u64();
        let pair = found.iter().find(|pair| is_it(pair.first, "first") && is_it(pair.second, "second"));
        let pair = pair.expect("the pair");
        let what = format!("{} {} {} {}", case["set"], case["kind"], pair.first, pair.second);
        agreement.count(&what, pair.n, &case["n"]);
        let correlation = pair.result.clone().expect("a correlation");
        agreement.number(&what, correlation.coefficient, &case["coefficient"], 1e-3);
        agreement.probability(&what, correlation.p_value, &case["p_value"]);
    }
    agreement.settle();
}
