use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::compare::{MannWhitneyOptions, TTestOptions, hedges_g, mann_whitney_test};

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn mann_whitney_test_agrees_with_r() {
    let mut agreement = Agreement::new("mann_whitney_test", 1e-10);
    let table = Table::parse(include_str!("../golden/mann_whitney_test/values.csv"));
    for case in array(&golden!("mann_whitney_test")) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let (treated, control) = (rows.only("arm", "1").numbers("value"), rows.only("arm", "0").numbers("value"));
        let of = |confidence_level| {
            mann_whitney_test(&treated, &control, &MannWhitneyOptions { confidence_level }).expect("a test")
        };
        let what = |part: &str| format!("{set} {part}");
        let test = of(0.95);
        agreement.number(&what("u"), test.u, &case["u"], 0.0);
        agreement.number(&what("rank_sum"), test.rank_sum, &case["rank_sum"], 0.0);
        agreement.number(&what("z"), test.z, &case["z"], 0.0);
        agreement.probability(&what("p_value"), test.p_value, &case["p_value"]);
        if case["is_exact_r"] == true {
            agreement.probability(&what("p_value, base R"), test.p_value, &case["p_r"]);
        }
        agreement.number(&what("superiority"), test.superiority, &case["superiority"], 0.0);
        agreement.number(&what("shift"), test.shift, &case["shift"], 0.1);
        agreement.number(&what("level"), test.interval_level, &case["level_95"], 0.0);
        for (interval, key) in [(test.shift_interval, "interval_95"), (of(0.9).shift_interval, "interval_90")] {
            agreement.number(&what(key), interval.low, &case[key][0], 0.1);
            agreement.number(&what(key), interval.high, &case[key][1], 0.1);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn hedges_g_agrees_with_r() {
    let mut agreement = Agreement::new("hedges_g", 1e-10);
    let table = Table::parse(include_str!("../golden/hedges_g/values.csv"));
    for case in array(&golden!("hedges_g")) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let (treated, control) = (rows.only("arm", "1").numbers("value"), rows.only("arm", "0").numbers("value"));
        let of = |confidence_level| hedges_g(&treated, &control, &TTestOptions { confidence_level }).expect("a size");
        let what = |part: &str| format!("{set} {part}");
        let effect = of(0.95);
        agreement.number(&what("g"), effect.g, &case["g"], 0.0);
        agreement.number(&what("correction"), effect.correction, &case["correction"], 0.0);
        agreement.number(&what("df"), effect.df, &case["df"], 0.0);
        for (interval, key) in
            [(effect.interval, "interval_95"), (of(0.9).interval, "interval_90"), (effect.interval, "pt_95")]
        {
            if !case[key][0].is_null() {
                agreement.number(&what(key), interval.low, &case[key][0], 0.1);
                agreement.number(&what(key), interval.high, &case[key][1], 0.1);
            }
        }
    }
    agreement.settle();
}
