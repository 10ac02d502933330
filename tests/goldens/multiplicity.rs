use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::multiplicity::{
    BenjaminiHochbergOptions, Dependence, adjust_benjamini_hochberg, adjust_hochberg, adjust_holm,
};
use serde_json::Value;

fn compare(name: &'static str, cases: &Value, input: &'static str, key: &str, adjust: &dyn Fn(&[f64]) -> Vec<f64>) {
    let mut agreement = Agreement::new(name, 1e-14);
    let table = Table::parse(input);
    for case in array(cases) {
        let set = case["set"].as_str().expect("a name");
        let adjusted = adjust(&table.only("set", set).numbers("p"));
        agreement.count(set, adjusted.len(), &array(&case[key]).len().into());
        for (index, one) in adjusted.iter().enumerate() {
            agreement.number(&format!("{set} {index}"), *one, &case[key][index], 0.0);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn holm_agrees_with_r() {
    let input = include_str!("../golden/holm/p.csv");
    compare("holm", &golden!("holm"), input, "adjusted", &|p| adjust_holm(p).expect("p-values"));
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn hochberg_agrees_with_r() {
    let input = include_str!("../golden/hochberg/p.csv");
    compare("hochberg", &golden!("hochberg"), input, "adjusted", &|p| adjust_hochberg(p).expect("p-values"));
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn benjamini_hochberg_agrees_with_r() {
    let input = include_str!("../golden/benjamini_hochberg/p.csv");
    for (key, dependence) in [("adjusted", Dependence::Positive), ("any", Dependence::Arbitrary)] {
        compare("benjamini_hochberg", &golden!("benjamini_hochberg"), input, key, &|p| {
            adjust_benjamini_hochberg(p, &BenjaminiHochbergOptions { dependence }).expect("p-values")
        });
    }
}
