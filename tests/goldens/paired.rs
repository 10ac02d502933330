use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::compare::{
    MannWhitneyMethod, SignedRankOptions, TTestOptions, one_sample_t_test, signed_rank_test,
};

const LEVELS: [(f64, &str); 2] = [(0.95, "interval_95"), (0.9, "interval_90")];

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn one_sample_t_test_agrees_with_r() {
    let mut agreement = Agreement::new("one_sample_t_test", 1e-12);
    let table = Table::parse(include_str!("../golden/one_sample_t_test/values.csv"));
    for case in array(&golden!("one_sample_t_test")) {
        let set = case["set"].as_str().expect("a name");
        let values = table.only("set", set).numbers("value");
        for (confidence_level, key) in LEVELS {
            let found = one_sample_t_test(&values, &TTestOptions { confidence_level }).expect("a test");
            agreement.count(&format!("{set} n"), found.n, &case["n"]);
            agreement.number(&format!("{set} mean"), found.mean, &case["mean"], 1e-3);
            agreement.number(&format!("{set} std_error"), found.std_error, &case["std_error"], 1e-3);
            agreement.number(&format!("{set} df"), found.df, &case["df"], 1.0);
            agreement.number(&format!("{set} t"), found.t, &case["t"], 1e-3);
            agreement.probability(&format!("{set} p"), found.p_value, &case["p_value"]);
            agreement.number(&format!("{set} low"), found.interval.low, &case[key][0], found.std_error);
            agreement.number(&format!("{set} high"), found.interval.high, &case[key][1], found.std_error);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn signed_rank_test_agrees_with_r() {
    let mut agreement = Agreement::new("signed_rank_test", 1e-10);
    let table = Table::parse(include_str!("../golden/signed_rank_test/values.csv"));
    for case in array(&golden!("signed_rank_test")) {
        let set = case["set"].as_str().expect("a name");
        let values = table.only("set", set).numbers("value");
        for (confidence_level, key) in LEVELS {
            let found = signed_rank_test(&values, &SignedRankOptions { confidence_level }).expect("a test");
            agreement.count(&format!("{set} n"), found.n, &case["n"]);
            agreement.count(&format!("{set} zeros"), found.n_zero, &case["zeros"]);
            agreement.number(&format!("{set} W"), found.w_plus, &case["w"], 1.0);
            assert_eq!(found.p_method == MannWhitneyMethod::Exact, case["is_exact"] == true, "{set}");
            agreement.probability(&format!("{set} p"), found.p_value, &case["p_value"]);
            let median = found.pseudo_median.expect("a pseudo-median");
            agreement.number(&format!("{set} pseudo-median"), median, &case["pseudo_median"], 1e-2);
            assert_eq!(found.interval.is_some(), !array(&case[key]).is_empty(), "{set} {confidence_level}");
            let Some(interval) = found.interval else { continue };
            agreement.number(&format!("{set} low"), interval.low, &case[key][0], 1e-2);
            agreement.number(&format!("{set} high"), interval.high, &case[key][1], 1e-2);
        }
    }
    agreement.settle();
}
