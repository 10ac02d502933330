use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::linear::Design;
use second_look::stats::mixed::{
    CovarianceStructure, DfMethod, LinearMixedOptions, MmrmFit, MmrmOptions, RandomCovariance, RandomEffectData,
    RepeatedMeasures, fit_linear_mixed, fit_mmrm,
};
use serde_json::Value;

fn structure(name: &str) -> CovarianceStructure {
    match name {
        "us" => CovarianceStructure::Unstructured,
        "toeph" => CovarianceStructure::HeterogeneousToeplitz,
        "toep" => CovarianceStructure::Toeplitz,
        "ar1h" => CovarianceStructure::HeterogeneousAutoRegressive,
        "ar1" => CovarianceStructure::AutoRegressive,
        "adh" => CovarianceStructure::HeterogeneousAnteDependence,
        "ad" => CovarianceStructure::AnteDependence,
        "csh" => CovarianceStructure::HeterogeneousCompoundSymmetry,
        "cs" => CovarianceStructure::CompoundSymmetry,
        other => panic!("no structure {other}"),
    }
}

fn df_method(name: &str) -> DfMethod {
    match name {
        "Satterthwaite" => DfMethod::Satterthwaite,
        "Kenward-Roger" => DfMethod::KenwardRoger,
        "Kenward-Roger-Linear" => DfMethod::KenwardRogerLinear,
        other => panic!("no method {other}"),
    }
}

/// A text column as codes, in the order of its values' first letters or numbers.
fn codes(table: &Table, name: &str, levels: &[&str]) -> Vec<usize> {
    table.text(name).iter().map(|cell| levels.iter().position(|level| level == cell).expect("a level")).collect()
}

fn subjects(table: &Table, name: &str) -> Vec<usize> {
    let mut seen: Vec<&str> = Vec::new();
    table
        .text(name)
        .into_iter()
        .map(|cell| {
            seen.iter().position(|one| *one == cell).unwrap_or_else(|| {
                seen.push(cell);
                seen.len() - 1
            })
        })
        .collect()
}

fn products(left: &[f64], right: &[f64]) -> Vec<f64> {
    left.iter().zip(right).map(|(a, b)| a * b).collect()
}

fn is(codes: &[usize], level: usize) -> Vec<f64> {
    codes.iter().map(|code| f64::from(u8::from(*code == level))).collect()
}

fn with(design: Design, name: String, values: Vec<f64>) -> Design {
    design.with_column(name, values).expect("a column")
}

const ALS_VISITS: [&str; 5] = ["1", "2", "3", "4", "6"];

/// change ~ arm * visit + baseline * visit + onset_site, its columns in R's order.
fn als_design(table: &Table) -> Design {
    let visit = codes(table, "month", &ALS_VISITS);
    let arm = is(&codes(table, "arm", &["CONTROL", "MSC"]), 1);
    let baseline = table.numbers("baseline");
    let mut design = with(Design::new(visit.len()).with_intercept(), "armMSC".into(), arm.clone());
    for (code, name) in ALS_VISITS.iter().enumerate().skip(1) {
        design = with(design, format!("visit{name}"), is(&visit, code));
    }
    design = with(design, "baseline".into(), baseline.clone());
    design = with(design, "onset_sitebulbar".into(), is(&codes(table, "onset_site", &["limb", "bulbar"]), 1));
    for (code, name) in ALS_VISITS.iter().enumerate().skip(1) {
        design = with(design, format!("armMSC:visit{name}"), products(&arm, &is(&visit, code)));
    }
    for (code, name) in ALS_VISITS.iter().enumerate().skip(1) {
        design = with(design, format!("visit{name}:baseline"), products(&baseline, &is(&visit, code)));
    }
    design
}

/// The weights of an adjusted mean: at the mean baseline of all rows, onset sites weighted equally.
fn als_mean(names: &[String], visit: &str, arm: f64, baseline: f64) -> Vec<f64> {
    names
        .iter()
        .map(|name| match name.as_str() {
            "(Intercept)" => 1.0,
            "armMSC" => arm,
            "baseline" => baseline,
            "onset_sitebulbar" => 0.5,
            other if other == format!("visit{visit}") => 1.0,
            other if other == format!("armMSC:visit{visit}") => arm,
            other if other == format!("visit{visit}:baseline") => baseline,
            _ => 0.0,
        })
        .collect()
}

fn fit_als(table: &Table, structure: CovarianceStructure, df_method: DfMethod) -> MmrmFit {
    let data = RepeatedMeasures {
        response: &table.numbers("change"),
        subject: &subjects(table, "subject_id"),
        visit: &codes(table, "month", &ALS_VISITS),
        n_visits: 5,
    };
    fit_mmrm(&data, &als_design(table), &MmrmOptions { structure, df_method }).expect("a fit")
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn mmrm_agrees_with_r() {
    let expected = golden!("mmrm");
    let table = Table::parse(include_str!("../golden/mmrm/als_sim.csv"));
    let baseline = table.numbers("baseline");
    let mean_baseline = baseline.iter().sum::<f64>() / baseline.len() as f64;
    let mut likelihood = Agreement::new("mmrm, -2 REML (1e-5 of 1000)", 1e-8);
    // The reference's search ends up to 3.3e-6 above the minimum of -2 log likelihood, where standard errors are 1e-4 and
    // covariances 5e-4 off; at the minimum itself, found by R too, all agree to 1e-6 (`mmrm_agrees_with_the_maximum`).
    let mut estimates = Agreement::new("mmrm, estimates and standard errors", 3e-4);
    let mut dfs = Agreement::new("mmrm, degrees of freedom", 1e-3);
    let mut probabilities = Agreement::new("mmrm, p-values", 1e-3);
    let mut covariances = Agreement::new("mmrm, visit covariance", 1e-3);
    for case in expected["fits"].as_object().expect("fits").values() {
        let name = |key: &str| case[key].as_str().expect("a name").to_owned();
        let fit = fit_als(&table, structure(&name("covariance")), df_method(&name("df_method")));
        let what = |part: &str| format!("{} {} {part}", name("covariance"), name("df_method"));
        likelihood.number(&what("-2 REML"), fit.minus_two_reml, &case["minus2_reml"], 0.0);
        let reference = case["minus2_reml"].as_f64().expect("a number");
        assert!(fit.minus_two_reml < reference + 1e-9, "{}: not the minimum", what("-2 REML"));
        likelihood.number(&what("AIC"), fit.aic, &case["aic"], 0.0);
        for (row, values) in array(&case["covariance_matrix"]).iter().enumerate() {
            for (column, value) in array(values).iter().enumerate() {
                covariances.number(&what("covariance"), fit.visit_covariance.at(row, column), value, 0.0);
            }
        }
        let effects = &fit.fixed_effects;
        let mut check = |part: &str, weights: &[f64], expected: &Value| {
            let found = effects.contrast(weights, 0.95).expect("a contrast");
            estimates.number(&what(part), found.estimate, &expected["estimate"], found.std_error);
            estimates.number(&what(&format!("{part} se")), found.std_error, &expected["se"], 0.0);
            dfs.number(&what(&format!("{part} df")), found.df, &expected["df"], 0.0);
            if !expected["p"].is_null() {
                probabilities.probability(&what(&format!("{part} p")), found.p_value, &expected["p"]);
            }
            if !expected["lower"].is_null() {
                estimates.number(&what(part), found.interval.low, &expected["lower"], found.std_error);
                estimates.number(&what(part), found.interval.high, &expected["upper"], found.std_error);
            }
        };
        for (place, one) in array(&case["coefficients"]).iter().enumerate() {
            assert_eq!(effects.names[place], one["term"]);
            let weights: Vec<f64> = (0..16).map(|other| f64::from(u8::from(other == place))).collect();
            check("coefficient", &weights, one);
        }
        let mean = |visit: &Value, arm| als_mean(&effects.names, visit.as_str().expect("a visit"), arm, mean_baseline);
        for one in array(&case["lsmeans"]) {
            check("mean", &mean(&one["visit"], f64::from(u8::from(one["arm"] == "MSC"))), one);
        }
        for one in array(&case["contrasts"]) {
            let (treated, control) = (mean(&one["visit"], 1.0), mean(&one["visit"], 0.0));
            let weights: Vec<f64> = treated.iter().zip(control).map(|(a, b)| a - b).collect();
            check("contrast", &weights, one);
        }
    }
    for agreement in [likelihood, estimates, dfs, probabilities, covariances] {
        agreement.settle();
    }
}

/// y, id, visit, and a design of the columns whose names begin with n_.
fn gls_set(table: &Table) -> (Vec<f64>, Vec<usize>, Vec<usize>, Design) {
    let response = table.numbers("y");
    let mut design = Design::new(response.len()).with_intercept();
    for name in table.names().iter().filter(|name| name.starts_with("n_")) {
        design = with(design, (*name).to_owned(), table.numbers(name));
    }
    (response, table.codes("id"), table.codes("visit"), design)
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn mmrm_agrees_with_the_maximum() {
    let expected: Value = serde_json::from_str(include_str!("../golden/mmrm/maximum.json")).expect("JSON");
    let sets = [
        ("orthodont", include_str!("../golden/mmrm/orthodont.csv")),
        ("made", include_str!("../golden/mmrm/made.csv")),
        ("chicks", include_str!("../golden/mmrm/chicks.csv")),
        ("als", include_str!("../golden/mmrm/als.csv")),
    ];
    let mut likelihood = Agreement::new("mmrm against the maximum, -2 REML", 1e-10);
    let mut others = Agreement::new("mmrm against the maximum, estimates and standard errors", 1e-6);
    let mut dfs = Agreement::new("mmrm against the maximum, degrees of freedom", 1e-5);
    let mut covariances = Agreement::new("mmrm against the maximum, visit covariance", 1e-6);
    for case in array(&expected) {
        let input = sets.iter().find(|(name, _)| case["set"] == *name).expect("a set").1;
        let (response, subject, visit, design) = gls_set(&Table::parse(input));
        let n_visits = visit.iter().max().map_or(0, |most| most + 1);
        let structure = structure(case["structure"].as_str().expect("a structure"));
        let data = RepeatedMeasures { response: &response, subject: &subject, visit: &visit, n_visits };
        let with = |df_method| fit_mmrm(&data, &design, &MmrmOptions { structure, df_method }).expect("a fit");
        let (fit, adjusted) = (with(DfMethod::Satterthwaite), with(DfMethod::KenwardRogerLinear));
        let what = |part: &str| format!("{} {} {part}", case["set"], case["structure"]);
        likelihood.number(&what("-2 REML"), fit.minus_two_reml, &case["minus_two_reml"], 0.0);
        let effects = &fit.fixed_effects;
        for (place, std_error) in effects.std_errors.iter().enumerate() {
            others.number(&what("estimate"), effects.estimates[place], &case["estimates"][place], *std_error);
            others.number(&what("std_error"), *std_error, &case["std_errors"][place], 0.0);
            let found = adjusted.fixed_effects.std_errors[place];
            others.number(&what("adjusted std_error"), found, &case["adjusted_std_errors"][place], 0.0);
            let weights: Vec<f64> =
                (0..effects.std_errors.len()).map(|other| f64::from(u8::from(other == place))).collect();
            let df = effects.contrast(&weights, 0.95).expect("a contrast").df;
            dfs.number(&what("df"), df, &case["df"][place], 0.0);
        }
        if let Some(own) = case["minus_two_reml_gls"].as_f64() {
            assert!(fit.minus_two_reml < own + 1e-9, "{}: not the minimum", what("-2 REML"));
        }
        for (row, values) in array(&case["covariance"]).iter().enumerate() {
            for (column, value) in array(values).iter().enumerate() {
                let covariance = &fit.visit_covariance;
                let floor = (covariance.at(row, row) * covariance.at(column, column)).sqrt();
                covariances.number(&what("covariance"), covariance.at(row, column), value, floor);
            }
        }
    }
    likelihood.settle();
    others.settle();
    dfs.settle();
    covariances.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn linear_mixed_agrees_with_r() {
    let inputs = [
        include_str!("../golden/linear_mixed/sleepstudy.csv"),
        include_str!("../golden/linear_mixed/orthodont.csv"),
        include_str!("../golden/linear_mixed/orthodont_intercept.csv"),
        include_str!("../golden/linear_mixed/lead_in.csv"),
        include_str!("../golden/linear_mixed/lead_in_arm.csv"),
        include_str!("../golden/linear_mixed/sleepstudy_diagonal.csv"),
        include_str!("../golden/linear_mixed/flat.csv"),
    ];
    let mut agreement = Agreement::new("linear_mixed", 1e-5);
    let mut dfs = Agreement::new("linear_mixed, degrees of freedom", 1e-5);
    let mut probabilities = Agreement::new("linear_mixed, p-values", 1e-5);
    for (case, input) in array(&golden!("linear_mixed")).iter().zip(inputs) {
        let table = Table::parse(input);
        let (response, subject) = (table.numbers("y"), table.codes("id"));
        let mut design = Design::new(response.len()).with_intercept();
        for name in table.names().iter().filter(|name| name.starts_with("n_")) {
            design = with(design, (*name).to_owned(), table.numbers(name));
        }
        let random_columns: Vec<Vec<f64>> =
            table.names().iter().filter(|name| name.starts_with("r_")).map(|name| table.numbers(name)).collect();
        let data = RandomEffectData { response: &response, subject: &subject, random_columns: &random_columns };
        let covariance = if case["diagonal"] == true { RandomCovariance::Diagonal } else { RandomCovariance::Full };
        let fit =
            |df_method| fit_linear_mixed(&data, &design, &LinearMixedOptions { covariance, df_method }).expect("a fit");
        let (satterthwaite, kenward_roger) = (fit(DfMethod::Satterthwaite), fit(DfMethod::KenwardRoger));
        let what = |part: &str| format!("{} {part}", case["set"]);
        assert_eq!(case["singular"], satterthwaite.is_singular, "{}", what("singular"));
        agreement.number(&what("-2 REML"), satterthwaite.minus_two_reml, &case["minus_two_reml"], 0.0);
        let p = satterthwaite.fixed_effects.estimates.len();
        for place in 0..p {
            let weights: Vec<f64> = (0..p).map(|other| f64::from(u8::from(other == place))).collect();
            let plain = satterthwaite.fixed_effects.contrast(&weights, 0.95).expect("a contrast");
            agreement.number(&what("estimate"), plain.estimate, &case["estimates"][place], plain.std_error);
            agreement.number(&what("std_error"), plain.std_error, &case["std_errors"][place], 0.0);
            dfs.number(&what("satterthwaite df"), plain.df, &case["df"][place], 0.0);
            probabilities.probability(&what("p_value"), plain.p_value, &case["p_values"][place]);
            let adjusted = kenward_roger.fixed_effects.contrast(&weights, 0.95).expect("a contrast");
            let std_error = &case["adjusted_std_errors"][place];
            agreement.number(&what("adjusted std_error"), adjusted.std_error, std_error, 0.0);
            dfs.number(&what("kenward_roger df"), adjusted.df, &case["kenward_roger_df"][place], 0.0);
        }
        if !case["f_test"].is_null() {
            let rows: Vec<Vec<f64>> =
                (1..p).map(|row| (0..p).map(|place| f64::from(u8::from(place == row))).collect()).collect();
            for (index, (fit, key)) in
                [(&satterthwaite, "satterthwaite"), (&kenward_roger, "kenward_roger")].into_iter().enumerate()
            {
                let found = fit.fixed_effects.f_test(&rows).expect("a test");
                let expected = &case["f_test"][key];
                agreement.number(&what(&format!("{key} F")), found.f, &expected[0], 0.0);
                agreement.number(&what(&format!("{key} numerator")), found.df_numerator, &expected[1], 0.0);
                dfs.number(&what(&format!("{key} denominator")), found.df_denominator, &expected[2], 0.0);
                probabilities.number(
                    &what(&format!("{key} F p")),
                    found.p_value,
                    &case["f_test"]["p_values"][index],
                    1e-9,
                );
            }
        }
        let q = random_columns.len();
        let variance = satterthwaite.residual_variance;
        agreement.number(&what("residual variance"), variance, &case["residual_variance"], 0.0);
        for (place, value) in array(&case["random_covariance"]).iter().enumerate() {
            let (row, column) = (place / q, place % q);
            let covariance = &satterthwaite.random_covariance;
            let floor = (covariance.at(row, row) * covariance.at(column, column)).sqrt().max(1e-3 * variance);
            agreement.number(&what("random covariance"), covariance.at(row, column), value, floor);
        }
        for (found, expected) in satterthwaite.subject_effects[0].effects.iter().zip(array(&case["first_effects"])) {
            agreement.number(&what("effect"), *found, expected, variance.sqrt());
        }
        for (found, expected) in satterthwaite.fitted.iter().zip(array(&case["fitted"])) {
            agreement.number(&what("fitted"), *found, expected, variance.sqrt());
        }
    }
    for agreement in [agreement, dfs, probabilities] {
        agreement.settle();
    }
}
