use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::Matrix;
use second_look::stats::survival::{
    ConcordanceOptions, CoxFit, CoxOptions, CoxTies, FollowUpTimes, TimeTransform, cox_likelihood_ratio_test,
    cox_profile_interval, cox_residuals, estimate_concordance, fit_cox, martingale_residuals,
    proportional_hazards_test,
};
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

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn cox_residuals_agree_with_r() {
    let mut agreement = Agreement::new("cox_residuals", 1e-9);
    let table = Table::parse(include_str!("../golden/cox_residuals/rows.csv"));
    for case in array(&golden!("cox_residuals")) {
        let (set, label) = (Set::of(&table, case), label(case));
        let (fit, follow_up, options) = (set.fit(), set.follow_up(), set.options());
        let martingale = martingale_residuals(&follow_up, &set.covariates, &fit, &options).expect("residuals");
        for (index, value) in martingale.iter().enumerate() {
            agreement.number(&format!("{label} martingale {index}"), *value, &case["martingale"][index], 1.0);
        }
        if set.ties == CoxTies::Exact {
            continue;
        }
        let found = cox_residuals(&follow_up, &set.covariates, &fit, &options).expect("residuals");
        for (index, value) in found.deviance.iter().enumerate() {
            agreement.number(&format!("{label} deviance {index}"), *value, &case["deviance"][index], 1.0);
        }
        let p = fit.coefficients.len();
        for (index, (score, dfbeta)) in found.score.values().iter().zip(found.dfbeta.values()).enumerate() {
            let std_error = fit.coefficients[index % p].std_error;
            let what = |part: &str| format!("{label} {part} {} {}", index / p, index % p);
            agreement.number(&what("score"), *score, &case["score"][index], 1.0 / std_error);
            agreement.number(&what("dfbeta"), *dfbeta, &case["dfbeta"][index], std_error);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn cox_likelihood_ratio_test_agrees_with_r() {
    let mut agreement = Agreement::new("cox_likelihood_ratio_test", 1e-9);
    let table = Table::parse(include_str!("../golden/cox_likelihood_ratio_test/rows.csv"));
    for case in array(&golden!("cox_likelihood_ratio_test")) {
        let (set, label) = (Set::of(&table, case), label(case));
        let columns: Vec<usize> =
            array(&case["columns"]).iter().map(|one| one.as_u64().expect("a column") as usize).collect();
        let found =
            cox_likelihood_ratio_test(&set.follow_up(), &set.covariates, &columns, &set.options()).expect("a test");
        agreement.number(&format!("{label} {columns:?}"), found.chi_squared, &case["chi_squared"], 1.0);
        agreement.probability(&format!("{label} {columns:?} p"), found.p_value, &case["p_value"]);
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn cox_profile_interval_agrees_with_a_search_in_r() {
    let mut agreement = Agreement::new("cox_profile_interval", 1e-7);
    let table = Table::parse(include_str!("../golden/cox_profile_interval/rows.csv"));
    for case in array(&golden!("cox_profile_interval")) {
        let set = Set::of(&table, case);
        let column = case["column"].as_u64().expect("a column") as usize;
        let is_firth = case["firth"] == true;
        let options = CoxOptions { is_firth, ..set.options() };
        let found = cox_profile_interval(&set.follow_up(), &set.covariates, column, &options).expect("an interval");
        let label = format!("{} {column} {is_firth}", label(case));
        let floor = case["std_error"].as_f64().expect("a number");
        // The middle of a search by value only is known to half the digits.
        if !is_firth {
            agreement.optional(&format!("{label} estimate"), found.estimate, &case["estimate"], floor);
        }
        agreement.optional(&format!("{label} low"), found.low, &case["low"], floor);
        agreement.optional(&format!("{label} high"), found.high, &case["high"], floor);
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn proportional_hazards_test_agrees_with_r() {
    let mut agreement = Agreement::new("proportional_hazards_test", 1e-9);
    let table = Table::parse(include_str!("../golden/proportional_hazards_test/rows.csv"));
    for case in array(&golden!("proportional_hazards_test")) {
        let set = Set::of(&table, case);
        let fit = set.fit();
        let p = fit.coefficients.len();
        let name = case["transform"].as_str().expect("a name");
        let transform = match name {
            "km" => TimeTransform::KaplanMeier,
            "rank" => TimeTransform::Rank,
            "identity" => TimeTransform::Identity,
            _ => TimeTransform::Log,
        };
        let label = format!("{} {name}", label(case));
        let columns: Vec<usize> = (0..p).collect();
        let mut terms: Vec<&[usize]> = columns.chunks(1).collect();
        if p > 1 {
            terms.push(&columns[p - 2..]);
        }
        let (follow_up, options) = (set.follow_up(), set.options());
        let found = proportional_hazards_test(&follow_up, &set.covariates, &fit, &terms, transform, &options);
        let found = found.expect("a test");
        for (index, one) in found.terms.iter().take(p).chain([&found.global]).enumerate() {
            let what = |part: &str| format!("{label} {part} {index}");
            agreement.number(&what("chi_squared"), one.chi_squared, &case["chi_squared"][index], 1.0);
            agreement.number(&what("p_value"), one.p_value, &case["p_value"][index], 0.0);
        }
        if p > 1 {
            agreement.number(&format!("{label} pair"), found.terms[p].chi_squared, &case["pair"], 1.0);
        }
        if case["row"].is_null() {
            continue;
        }
        let rows: Vec<usize> = array(&case["row"]).iter().map(|one| one.as_u64().expect("a row") as usize).collect();
        agreement.count(&format!("{label} events"), found.events.len(), &rows.len().into());
        for (index, event) in found.events.iter().enumerate() {
            // R may have tied events in another order.
            let at = rows.iter().position(|row| *row == event.row).expect("the event");
            agreement.number(&format!("{label} time {index}"), event.transformed_time, &case["time"][at], 0.01);
            for (column, values) in found.scaled_residuals.iter().enumerate() {
                let what = format!("{label} residual {index} {column}");
                agreement.optional(&what, values[index], &case["residual"][at * p + column], 1.0);
            }
        }
        for (index, value) in found.residual_covariance.values().iter().enumerate() {
            let of = |place: usize| found.residual_covariance.at(place, place);
            let floor = (of(index / p) * of(index % p)).sqrt();
            agreement.number(&format!("{label} variance {index}"), *value, &case["variance"][index], floor);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn concordance_agrees_with_r() {
    let mut agreement = Agreement::new("concordance", 1e-11);
    let table = Table::parse(include_str!("../golden/concordance/rows.csv"));
    for case in array(&golden!("concordance")) {
        let set = Set::of(&table, case);
        let column = case["column"].as_u64().expect("a column") as usize;
        let score: Vec<f64> = (0..set.covariates.rows()).map(|row| set.covariates.at(row, column - 1)).collect();
        let options = ConcordanceOptions { strata: set.strata.as_deref(), clusters: set.clusters.as_deref() };
        let found = estimate_concordance(&set.follow_up(), &score, &options).expect("a concordance");
        let label = format!("{} {column} {}", label(case), case["has_cluster"]);
        agreement.number(&format!("{label} estimate"), found.estimate, &case["estimate"], 0.0);
        agreement.number(&format!("{label} std_error"), found.std_error, &case["std_error"], 0.0);
        let counts = [found.concordant, found.discordant, found.tied_in_score, found.tied_in_time, found.tied_in_both];
        for (index, count) in counts.into_iter().enumerate() {
            agreement.number(&format!("{label} count {index}"), count, &case["count"][index], 0.0);
        }
    }
    agreement.settle();
}
