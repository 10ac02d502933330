use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::linear::{
    AncovaOptions, Covariate, FactorWeights, LeastSquaresMeansOptions, StandardError, ancova, ancova_design,
    estimate_influence, fit_least_squares, least_squares_means, robust_covariance, slope_homogeneity_test,
    type_three_test,
};
use serde_json::Value;

const KINDS: [StandardError; 5] =
    [StandardError::Classical, StandardError::Hc0, StandardError::Hc1, StandardError::Hc2, StandardError::Hc3];

struct Set {
    response: Vec<f64>,
    arm: Vec<usize>,
    numeric: Vec<(&'static str, Vec<f64>)>,
    factors: Vec<(&'static str, Vec<usize>)>,
}

impl Set {
    fn of(input: &'static str) -> Self {
        let table = Table::parse(input);
        let starting = |start: &'static str| table.names().iter().copied().filter(move |name| name.starts_with(start));
        Self {
            response: table.numbers("y"),
            arm: table.codes("arm"),
            numeric: starting("n_").map(|name| (name, table.numbers(name))).collect(),
            factors: starting("f_").map(|name| (name, table.codes(name))).collect(),
        }
    }

    fn covariates(&self) -> Vec<Covariate<'_>> {
        let numeric = self.numeric.iter().map(|(name, values)| Covariate::Numeric { name, values });
        numeric.chain(self.factors.iter().map(|(name, codes)| Covariate::Factor { name, codes, n_levels: 9 })).collect()
    }
}

macro_rules! sets {
    ($routine:literal) => {
        [
            Set::of(include_str!(concat!("../golden/", $routine, "/cars.csv"))),
            Set::of(include_str!(concat!("../golden/", $routine, "/breaks.csv"))),
            Set::of(include_str!(concat!("../golden/", $routine, "/iris.csv"))),
            Set::of(include_str!(concat!("../golden/", $routine, "/tooth.csv"))),
        ]
    };
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn robust_covariance_agrees_with_r() {
    let mut agreement = Agreement::new("robust_covariance", 1e-11);
    for (set, case) in sets!("robust_covariance").iter().zip(array(&golden!("robust_covariance"))) {
        let design = ancova_design(&set.arm, 9, &set.covariates()).expect("a design");
        let fit = fit_least_squares(&design, &set.response).expect("a fit");
        for (kind, case) in KINDS.into_iter().zip(array(&case["kinds"])) {
            let covariance = robust_covariance(&design, &fit, kind).expect("a covariance");
            let errors: Vec<f64> = (0..covariance.len()).map(|i| covariance[i][i].sqrt()).collect();
            for (place, expected) in array(&case["covariance"]).iter().enumerate() {
                let (i, j) = (place / errors.len(), place % errors.len());
                agreement.number("covariance", covariance[i][j], expected, errors[i] * errors[j]);
            }
            let options = AncovaOptions { standard_error: kind, ..AncovaOptions::default() };
            let found = ancova(&set.response, &set.arm, 9, &set.covariates(), &options).expect("a fit");
            for (one, expected) in found.coefficients.iter().zip(array(&case["std_errors"])) {
                agreement.number("std_error", one.std_error, expected, 0.0);
            }
            for (one, expected) in found.contrasts.iter().zip(array(&case["low"])) {
                agreement.number("low", one.contrast.interval.low, expected, one.contrast.std_error);
            }
            agreement.number("f", found.arm_test.f, &case["f"], 0.0);
            agreement.probability("f p_value", found.arm_test.p_value, &case["f_p"]);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn influence_agrees_with_r() {
    let mut agreement = Agreement::new("influence", 1e-10);
    for (set, case) in sets!("influence").iter().zip(array(&golden!("influence"))) {
        let design = ancova_design(&set.arm, 9, &set.covariates()).expect("a design");
        let fit = fit_least_squares(&design, &set.response).expect("a fit");
        for (place, one) in estimate_influence(&design, &fit).expect("an answer").iter().enumerate() {
            agreement.number("leverage", one.leverage, &case["leverage"][place], 0.0);
            agreement.optional("standardised", one.standardised, &case["standardised"][place], 0.1);
            agreement.optional("studentised", one.studentised, &case["studentised"][place], 0.1);
            agreement.optional("cooks", one.cooks_distance, &case["cooks"][place], 1e-3);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn type_three_test_agrees_with_r() {
    let mut agreement = Agreement::new("type_three_test", 1e-11);
    for (set, case) in sets!("type_three_test").iter().zip(array(&golden!("type_three_test"))) {
        let of = |standard_error| {
            let options = AncovaOptions { standard_error, ..AncovaOptions::default() };
            type_three_test(&set.response, &set.arm, 9, &set.covariates(), &options).expect("tests")
        };
        let (classical, robust) = (of(StandardError::Classical), of(StandardError::Hc3));
        agreement.count("terms", classical.len(), &array(&case["f"]).len().into());
        for (place, one) in classical.iter().enumerate() {
            agreement.number("f", one.test.f, &case["f"][place], 0.0);
            agreement.number("df", one.test.df_numerator, &case["df"][place], 0.0);
            agreement.probability("p_value", one.test.p_value, &case["p_value"][place]);
            agreement.number("robust f", robust[place].test.f, &case["robust"][place], 0.0);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn slope_homogeneity_test_agrees_with_r() {
    let mut agreement = Agreement::new("slope_homogeneity_test", 1e-10);
    for (set, case) in sets!("slope_homogeneity_test").iter().zip(array(&golden!("slope_homogeneity_test"))) {
        for place in 0..set.covariates().len() {
            let options = AncovaOptions::default();
            let test = slope_homogeneity_test(&set.response, &set.arm, 9, &set.covariates(), place, &options);
            let test = test.expect("a test");
            agreement.number("f", test.f, &case["f"][place], 0.0);
            agreement.number("df", test.df_numerator, &case["df"][place], 0.0);
            agreement.number("rest", test.df_denominator, &case["rest"][place], 0.0);
            agreement.probability("p_value", test.p_value, &case["p_value"][place]);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn least_squares_means_agree_with_r() {
    let mut agreement = Agreement::new("least_squares_means", 1e-11);
    for (set, case) in sets!("least_squares_means").iter().zip(array(&golden!("least_squares_means"))) {
        let mut check = |factor_weights, standard_error, expected: &Value| {
            let options =
                LeastSquaresMeansOptions { factor_weights, standard_error, ..LeastSquaresMeansOptions::default() };
            let means = least_squares_means(&set.response, &set.arm, 9, &set.covariates(), &options).expect("means");
            agreement.count("arms", means.len(), &array(&expected["estimate"]).len().into());
            for (place, one) in means.iter().enumerate() {
                agreement.number("estimate", one.mean.estimate, &expected["estimate"][place], 0.0);
                agreement.number("std_error", one.mean.std_error, &expected["std_error"][place], 0.0);
                agreement.number("df", one.mean.df, &expected["df"], 0.0);
                agreement.number("low", one.mean.interval.low, &expected["low"][place], one.mean.std_error);
                agreement.number("high", one.mean.interval.high, &expected["high"][place], one.mean.std_error);
            }
        };
        check(FactorWeights::Equal, StandardError::Classical, &case["equal"]);
        check(FactorWeights::Proportional, StandardError::Classical, &case["proportional"]);
        check(FactorWeights::Equal, StandardError::Hc3, &case["hc3"]);
    }
    agreement.settle();
}
