use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::Matrix;
use second_look::stats::survival::{CoxFit, CoxOptions, CoxTies, FollowUpTimes, fit_cox};
use serde_json::Value;

/// A set of tests/golden/cox/sets.R.
struct Set {
    entries: Option<Vec<f64>>,
    times: Vec<f64>,
    is_event: Vec<bool>,
    strata: Option<Vec<usize>>,
    clusters: Option<Vec<usize>>,
    covariates: Matrix,
    ties: CoxTies,
}

impl Set {
    fn of(table: &Table, case: &Value) -> Self {
        let rows = table.only("set", case["set"].as_str().expect("a name"));
        let has = |what: &str| case[what].as_bool().expect("a flag");
        let p = case["p"].as_u64().expect("a count");
        let columns: Vec<Vec<f64>> = (1..=p).map(|column| rows.numbers(&format!("x{column}"))).collect();
        Self {
            entries: has("has_entry").then(|| rows.numbers("entry")),
            times: rows.numbers("time"),
            is_event: rows.flags("event"),
            strata: has("has_stratum").then(|| rows.codes("stratum")),
            clusters: has("has_cluster").then(|| rows.codes("cluster")),
            covariates: Matrix::from_rows(&columns).transposed(),
            ties: match case["ties"].as_str().expect("a rule") {
                "efron" => CoxTies::Efron,
                "breslow" => CoxTies::Breslow,
                _ => CoxTies::Exact,
            },
        }
    }

    fn follow_up(&self) -> FollowUpTimes<'_> {
        FollowUpTimes { entries: self.entries.as_deref(), times: &self.times, is_event: &self.is_event }
    }

    fn options(&self) -> CoxOptions<'_> {
        CoxOptions {
            ties: self.ties,
            strata: self.strata.as_deref(),
            clusters: self.clusters.as_deref(),
            ..CoxOptions::default()
        }
    }

    fn fit(&self) -> CoxFit {
        fit_cox(&self.follow_up(), &self.covariates, &self.options()).expect("a fit")
    }
}

fn label(case: &Value) -> String {
    format!("{} {}", case["set"].as_str().expect("a name"), case["ties"].as_str().expect("a rule"))
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn cox_agrees_with_r() {
    let mut agreement = Agreement::new("cox", 1e-9);
    let table = Table::parse(include_str!("../golden/cox/rows.csv"));
    for case in array(&golden!("cox")["fits"]) {
        let set = Set::of(&table, case);
        let fit = set.fit();
        let label = label(case);
        let what = |part: &str| format!("{label} {part}");
        agreement.count(&what("n"), fit.n, &case["n"]);
        agreement.count(&what("events"), fit.n_events, &case["events"]);
        for (index, one) in fit.coefficients.iter().enumerate() {
            let part = |name: &str| format!("{label} {name} {index}");
            agreement.number(&part("estimate"), one.estimate, &case["estimate"][index], one.std_error);
            agreement.number(&part("std_error"), one.std_error, &case["std_error"][index], 0.0);
            agreement.number(&part("low"), one.interval.low, &case["low"][index], 0.0);
            agreement.number(&part("high"), one.interval.high, &case["high"][index], 0.0);
            agreement.number(&part("z"), one.z, &case["z"][index], 1.0);
            agreement.probability(&part("p_value"), one.p_value, &case["p_value"][index]);
        }
        let p = fit.coefficients.len();
        for index in 0..p * p {
            let of = |matrix: &Matrix| {
                (matrix.values()[index], (matrix.at(index / p, index / p) * matrix.at(index % p, index % p)).sqrt())
            };
            let (value, floor) = of(&fit.covariance);
            agreement.number(&what("covariance"), value, &case["covariance"][index], floor);
            let (value, floor) = of(&fit.model_covariance);
            agreement.number(&what("model covariance"), value, &case["model_covariance"][index], floor);
        }
        agreement.number(&what("log likelihood at 0"), fit.log_likelihood_null, &case["log_likelihood"][0], 0.0);
        agreement.number(&what("log likelihood"), fit.log_likelihood, &case["log_likelihood"][1], 0.0);
        let ratio = fit.likelihood_ratio_test;
        agreement.number(&what("likelihood ratio"), ratio.chi_squared, &case["likelihood_ratio"], 1.0);
        agreement.probability(&what("likelihood ratio p"), ratio.p_value, &case["likelihood_ratio_p"]);
        agreement.number(&what("wald"), fit.wald_test.chi_squared, &case["wald"], 0.0);
        agreement.number(&what("score"), fit.score_test.chi_squared, &case["score"], 0.0);
        if case["has_cluster"] == true {
            let robust = fit.robust_score_test.expect("clusters");
            agreement.number(&what("robust score"), robust.chi_squared, &case["robust_score"], 0.0);
        }
        if p > 1 {
            let test = fit.wald_test(&[p - 2, p - 1]).expect("a test");
            agreement.number(&what("wald of the last two"), test.chi_squared, &case["wald_of_last_two"], 0.0);
        }
        for (index, predictor) in fit.linear_predictors.iter().enumerate() {
            agreement.number(&what("linear predictor"), *predictor, &case["linear_predictors"][index], 1.0);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn firths_cox_agrees_with_a_search_in_r() {
    let mut agreement = Agreement::new("cox, Firth", 1e-7);
    let table = Table::parse(include_str!("../golden/cox/rows.csv"));
    for case in array(&golden!("cox")["firth"]) {
        let set = Set::of(&table, case);
        let options = CoxOptions { is_firth: true, clusters: None, ..set.options() };
        let fit = fit_cox(&set.follow_up(), &set.covariates, &options).expect("a fit");
        let label = label(case);
        for (index, one) in fit.coefficients.iter().enumerate() {
            let part = |name: &str| format!("{label} {name} {index}");
            agreement.number(&part("estimate"), one.estimate, &case["estimate"][index], one.std_error);
            agreement.number(&part("std_error"), one.std_error, &case["std_error"][index], 0.0);
        }
        agreement.number(&label, fit.log_likelihood_null, &case["log_likelihood"][0], 0.0);
        agreement.number(&label, fit.log_likelihood, &case["log_likelihood"][1], 0.0);
        agreement.number(&format!("{label} score"), fit.score_test.chi_squared, &case["score"], 0.1);
    }
    agreement.settle();
}
