use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::linear::{
    AncovaOptions, Covariate, Design, LeastSquaresFit, ancova, fit_least_squares, linear_contrast,
};
use serde_json::Value;

/// First column the response, the others with an intercept the design.
fn fit_all(table: &Table) -> LeastSquaresFit {
    let (response, others) = table.names().split_first().expect("columns");
    let response = table.numbers(response);
    let mut design = Design::new(response.len()).with_intercept();
    for name in others {
        design = design.with_column(*name, table.numbers(name)).expect("a column");
    }
    fit_least_squares(&design, &response).expect("a fit")
}

fn check_fit(agreement: &mut Agreement, table: &Table, case: &Value) {
    let set = case["set"].as_str().expect("a name");
    let fit = fit_all(table);
    let what = |part: &str| format!("{set} {part}");
    for index in 0..fit.coefficients.len() {
        agreement.number(&what("coefficient"), fit.coefficients[index], &case["coefficients"][index], 0.0);
        agreement.number(&what("std_error"), fit.std_errors[index], &case["std_errors"][index], 0.0);
        let covariance = &case["covariance_first_row"][index];
        agreement.number(&what("covariance"), fit.unscaled_covariance[0][index], covariance, 0.0);
    }
    agreement.number(&what("residual_variance"), fit.residual_variance, &case["residual_variance"], 0.0);
    agreement.number(&what("df_residual"), fit.df_residual, &case["df_residual"], 0.0);
    agreement.number(&what("r_squared"), fit.r_squared, &case["r_squared"], 0.0);
    let sd = fit.residual_variance.sqrt();
    for (found, expected) in fit.residuals.iter().zip(array(&case["residuals"])) {
        agreement.number(&what("residual"), *found, expected, sd);
    }
    let mut weights = vec![1.0];
    weights.extend(table.names()[1..].iter().map(|name| table.numbers(name)[0]));
    let contrast = linear_contrast(&fit, &weights, 0.95).expect("a contrast");
    let expected = &case["contrast"];
    agreement.number(&what("contrast"), contrast.estimate, &expected["estimate"], 0.0);
    agreement.number(&what("contrast std_error"), contrast.std_error, &expected["std_error"], 0.0);
    agreement.number(&what("contrast low"), contrast.interval.low, &expected["interval_95"][0], contrast.std_error);
    agreement.number(&what("contrast high"), contrast.interval.high, &expected["interval_95"][1], contrast.std_error);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn least_squares_agrees_with_r() {
    let expected = golden!("least_squares");
    let mut agreement = Agreement::new("least_squares", 1e-12);
    check_fit(&mut agreement, &Table::parse(include_str!("../golden/least_squares/air.csv")), &expected[0]);
    check_fit(&mut agreement, &Table::parse(include_str!("../golden/least_squares/cars.csv")), &expected[1]);
    agreement.settle();
}

/// Longley's columns are nearly dependent (condition number 5e9): R itself keeps some ten digits.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn least_squares_agrees_with_r_on_ill_conditioned_data() {
    let expected = golden!("least_squares");
    let mut agreement = Agreement::new("least_squares, longley, R", 1e-9);
    check_fit(&mut agreement, &Table::parse(include_str!("../golden/least_squares/longley.csv")), &expected[2]);
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn least_squares_agrees_with_the_certified_values() {
    let expected: Value = serde_json::from_str(include_str!("../golden/least_squares/nist.json")).expect("JSON");
    let mut agreement = Agreement::new("least_squares, longley, NIST", 1e-11);
    let fit = fit_all(&Table::parse(include_str!("../golden/least_squares/longley.csv")));
    for index in 0..fit.coefficients.len() {
        agreement.number("coefficient", fit.coefficients[index], &expected["coefficients"][index], 0.0);
        agreement.number("std_error", fit.std_errors[index], &expected["std_errors"][index], 0.0);
    }
    agreement.number("residual_sd", fit.residual_variance.sqrt(), &expected["residual_sd"], 0.0);
    agreement.number("r_squared", fit.r_squared, &expected["r_squared"], 0.0);
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn ancova_agrees_with_r() {
    let inputs = [
        include_str!("../golden/ancova/tooth.csv"),
        include_str!("../golden/ancova/iris.csv"),
        include_str!("../golden/ancova/breaks.csv"),
        include_str!("../golden/ancova/npk.csv"),
        include_str!("../golden/ancova/cars.csv"),
    ];
    let mut agreement = Agreement::new("ancova", 1e-12);
    for (case, input) in array(&golden!("ancova")).iter().zip(inputs) {
        let set = case["set"].as_str().expect("a name");
        let table = Table::parse(input);
        let arm = table.codes("arm");
        let numeric: Vec<(&str, Vec<f64>)> = table
            .names()
            .iter()
            .filter(|name| name.starts_with("n_"))
            .map(|name| (*name, table.numbers(name)))
            .collect();
        let factors: Vec<(&str, Vec<usize>)> =
            table.names().iter().filter(|name| name.starts_with("f_")).map(|name| (*name, table.codes(name))).collect();
        let mut covariates: Vec<Covariate<'_>> =
            numeric.iter().map(|(name, values)| Covariate::Numeric { name, values }).collect();
        // One level more than there are: it has no rows.
        covariates.extend(factors.iter().map(|(name, codes)| Covariate::Factor {
            name,
            codes,
            n_levels: codes.iter().max().map_or(0, |code| code + 2),
        }));
        let n_arms = arm.iter().max().map_or(0, |code| code + 1);
        let fit = ancova(&table.numbers("y"), &arm, n_arms, &covariates, &AncovaOptions::default()).expect("a fit");
        let what = |part: &str| format!("{set} {part}");
        agreement.count(&what("coefficients"), fit.coefficients.len(), &array(&case["coefficients"]).len().into());
        for (index, one) in fit.coefficients.iter().enumerate() {
            agreement.number(&what("coefficient"), one.estimate, &case["coefficients"][index], one.std_error);
            agreement.number(&what("std_error"), one.std_error, &case["std_errors"][index], 0.0);
            agreement.number(&what("t"), one.t, &case["t"][index], 1.0);
            agreement.probability(&what("p_value"), one.p_value, &case["p_values"][index]);
        }
        for (index, one) in fit.contrasts.iter().enumerate() {
            let (interval, floor) = (one.contrast.interval, one.contrast.std_error);
            agreement.number(&what("low"), interval.low, &case["arm_low"][index], floor);
            agreement.number(&what("high"), interval.high, &case["arm_high"][index], floor);
        }
        agreement.number(&what("residual_df"), fit.residual_df, &case["residual_df"], 0.0);
        agreement.number(&what("residual_sd"), fit.residual_sd, &case["residual_sd"], 0.0);
        agreement.number(&what("r_squared"), fit.r_squared, &case["r_squared"], 0.0);
        agreement.number(&what("f"), fit.arm_test.f, &case["f"], 0.0);
        agreement.number(&what("f df"), fit.arm_test.df_numerator, &case["f_df"], 0.0);
        agreement.probability(&what("f p_value"), fit.arm_test.p_value, &case["f_p"]);
    }
    agreement.settle();
}
