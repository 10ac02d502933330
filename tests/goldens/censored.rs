use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::censored::{CensoredRegressionOptions, fit_censored_regression};
use second_look::stats::linear::Design;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn censored_regression_agrees_with_r() {
    let mut agreement = Agreement::new("censored_regression", 1e-7);
    let table = Table::parse(include_str!("../golden/censored_regression/bounds.csv"));
    for case in array(&golden!("censored_regression")) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let bounds = |name: &str, none: f64| -> Vec<f64> {
            rows.text(name)
                .iter()
                .map(|cell| if cell.is_empty() { none } else { cell.parse().expect("a number") })
                .collect()
        };
        let (low, high) = (bounds("low", f64::NEG_INFINITY), bounds("high", f64::INFINITY));
        let design = Design::new(low.len()).with_intercept();
        let design = design.with_column("x1", rows.numbers("x1")).expect("a column");
        let design = design.with_column("x2", rows.numbers("x2")).expect("a column");
        let fit = fit_censored_regression(&low, &high, &design, &CensoredRegressionOptions::default()).expect("a fit");
        agreement.count(&format!("{set} n"), fit.n, &case["n"]);
        agreement.count(&format!("{set} exact"), fit.n_exact, &case["exact"]);
        agreement.number(&format!("{set} sigma"), fit.sigma, &case["sigma"], 1e-3);
        agreement.number(&format!("{set} log likelihood"), fit.log_likelihood, &case["log_likelihood"], 1.0);
        for (place, found) in fit.coefficients.iter().enumerate() {
            let what = |part: &str| format!("{set} {part} {place}");
            agreement.number(&what("estimate"), found.estimate, &case["estimates"][place], found.std_error);
            agreement.number(&what("std_error"), found.std_error, &case["std_errors"][place], 1e-6);
            agreement.number(&what("z"), found.z, &case["z"][place], 1.0);
            agreement.number(&what("p"), found.p_value, &case["p_values"][place], 1e-3);
        }
    }
    agreement.settle();
}
