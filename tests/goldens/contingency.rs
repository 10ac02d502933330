use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::contingency::{
    PearsonChiSquaredOptions, TwoByTwo, TwoByTwoOptions, estimate_odds_ratio, estimate_risk_difference,
    fisher_exact_test, pearson_chi_squared_test,
};

const NARROW: TwoByTwoOptions = TwoByTwoOptions { confidence_level: 0.9 };

fn tables(input: &'static str) -> Vec<TwoByTwo> {
    let table = Table::parse(input);
    let column = |name| table.codes(name);
    let (a, m, b, n) = (column("treated_with"), column("treated_n"), column("control_with"), column("control_n"));
    (0..a.len())
        .map(|i| TwoByTwo { treated_with: a[i], treated_n: m[i], control_with: b[i], control_n: n[i] })
        .collect()
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn pearson_chi_squared_test_agrees_with_r() {
    let mut agreement = Agreement::new("pearson_chi_squared_test", 1e-12);
    for (index, case) in array(&golden!("pearson_chi_squared_test")).iter().enumerate() {
        let counts: Vec<usize> =
            array(&case["counts"]).iter().map(|one| one.as_u64().expect("a count") as usize).collect();
        let rows: Vec<&[usize]> = counts.chunks(counts.len() / case["rows"].as_u64().expect("rows") as usize).collect();
        let what = |part: &str| format!("table {index} {part}");
        let test = pearson_chi_squared_test(&rows, &PearsonChiSquaredOptions::default()).expect("a test");
        agreement.number(&what("chi_squared"), test.chi_squared, &case["chi_squared"], 0.0);
        agreement.number(&what("df"), test.df, &case["df"], 0.0);
        agreement.probability(&what("p_value"), test.p_value, &case["p_value"]);
        agreement.number(&what("smallest"), test.smallest_expected, &case["smallest_expected"], 0.0);
        let yates = pearson_chi_squared_test(&rows, &PearsonChiSquaredOptions { is_corrected: true }).expect("a test");
        agreement.number(&what("yates"), yates.chi_squared, &case["yates"], 0.0);
        agreement.probability(&what("yates p_value"), yates.p_value, &case["yates_p"]);
    }
    let input = tables(include_str!("../golden/pearson_chi_squared_test/counts.csv"));
    assert_eq!(array(&golden!("pearson_chi_squared_test")).len(), input.len() + 3);
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn fisher_exact_test_agrees_with_r() {
    let mut p_values = Agreement::new("fisher_exact_test", 1e-12);
    let mut ratios = Agreement::new("fisher_exact_test, odds ratio", 1e-9);
    let input = tables(include_str!("../golden/fisher_exact_test/counts.csv"));
    for (counts, case) in input.iter().zip(array(&golden!("fisher_exact_test"))) {
        let finite = |value: f64| value.is_finite().then_some(value);
        let test = fisher_exact_test(counts, &TwoByTwoOptions::default()).expect("a test");
        let what = |part: &str| format!("{counts:?} {part}");
        p_values.probability(&what("p_value"), test.p_value, &case["p_value"]);
        ratios.optional(&what("odds_ratio"), test.odds_ratio.and_then(finite), &case["odds_ratio"], 0.0);
        let narrow = fisher_exact_test(counts, &NARROW).expect("a test");
        for (interval, key) in [(test.interval, "interval_95"), (narrow.interval, "interval_90")] {
            ratios.number(&what(key), interval.low, &case[key][0], 0.0);
            ratios.optional(&what(key), finite(interval.high), &case[key][1], 0.0);
        }
    }
    p_values.settle();
    ratios.settle();
}

/// Chi-squared, Yates, Fisher and odds ratio as recomputed for the published responder counts, to their printed digits.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_published_responder_counts_give_the_known_figures() {
    let rows = [
        ((20, 6), 0.001_91, 0.003_44, 5.83),
        ((8, 1), 0.023_41, 0.030_86, 8.67),
        ((22, 5), 0.000_11, 0.000_19, 9.68),
        ((18, 2), 0.000_08, 0.000_08, 16.07),
        ((13, 1), 0.000_90, 0.001_44, 17.79),
        ((17, 3), 0.000_68, 0.000_84, 9.07),
    ];
    for ((a, b), pearson, fisher, odds) in rows {
        let counts = TwoByTwo { treated_with: a, treated_n: 32, control_with: b, control_n: 27 };
        let options = TwoByTwoOptions::default();
        let chi = pearson_chi_squared_test(&[&[a, 32 - a], &[b, 27 - b]], &PearsonChiSquaredOptions::default());
        assert!((chi.expect("a test").p_value - pearson).abs() < 5.1e-6);
        assert!((fisher_exact_test(&counts, &options).expect("a test").p_value - fisher).abs() < 5.1e-6);
        assert!((estimate_odds_ratio(&counts, &options).expect("a ratio").estimate - odds).abs() < 5.1e-3);
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn odds_ratio_agrees_with_r() {
    let mut agreement = Agreement::new("odds_ratio", 1e-12);
    let input = tables(include_str!("../golden/odds_ratio/counts.csv"));
    for (counts, case) in input.iter().zip(array(&golden!("odds_ratio"))) {
        let found = estimate_odds_ratio(counts, &TwoByTwoOptions::default()).expect("a ratio");
        agreement.number("estimate", found.estimate, &case["estimate"], 0.0);
        agreement.optional("log_std_error", found.log_std_error, &case["log_std_error"], 0.0);
        let narrow = estimate_odds_ratio(counts, &NARROW).expect("a ratio");
        for (interval, key) in [(found.interval, "interval_95"), (narrow.interval, "interval_90")] {
            agreement.optional(key, interval.map(|one| one.low), &case[key][0], 0.0);
            agreement.optional(key, interval.map(|one| one.high), &case[key][1], 0.0);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn risk_difference_agrees_with_r() {
    let mut agreement = Agreement::new("risk_difference", 1e-12);
    let input = tables(include_str!("../golden/risk_difference/counts.csv"));
    for (counts, case) in input.iter().zip(array(&golden!("risk_difference"))) {
        let found = estimate_risk_difference(counts, &TwoByTwoOptions::default()).expect("a difference");
        agreement.number("difference", found.difference, &case["difference"], 0.0);
        let narrow = estimate_risk_difference(counts, &NARROW).expect("a difference");
        for (interval, key) in [
            (found.treated_interval, "treated"),
            (found.control_interval, "control"),
            (found.interval, "interval_95"),
            (narrow.interval, "interval_90"),
        ] {
            agreement.number(key, interval.low, &case[key][0], 0.01);
            agreement.number(key, interval.high, &case[key][1], 0.01);
        }
    }
    agreement.settle();
}
