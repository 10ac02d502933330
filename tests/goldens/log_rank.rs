//! The log-rank family: weights, strata, late entries, trend, several weights at once.

use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::survival::{
    FollowUpTimes, LogRankOptions, LogRankTrendOptions, LogRankWeight, MaxComboOptions, log_rank_test,
    log_rank_trend_test, max_combo_test,
};
use serde_json::Value;

/// One set of an input with set, entry (empty: from the start), time, event, group, stratum.
struct Rows {
    entries: Option<Vec<f64>>,
    times: Vec<f64>,
    is_event: Vec<bool>,
    group: Vec<usize>,
    strata: Vec<usize>,
}

impl Rows {
    fn of(table: &Table, set: &str) -> Self {
        let rows = table.only("set", set);
        let is_late = rows.text("entry").iter().all(|cell| !cell.is_empty());
        Self {
            entries: is_late.then(|| rows.numbers("entry")),
            times: rows.numbers("time"),
            is_event: rows.flags("event"),
            group: rows.codes("group"),
            strata: rows.codes("stratum"),
        }
    }

    fn follow_up(&self) -> FollowUpTimes<'_> {
        FollowUpTimes { entries: self.entries.as_deref(), times: &self.times, is_event: &self.is_event }
    }

    fn n_groups(&self) -> usize {
        self.group.iter().max().map_or(0, |code| code + 1)
    }

    fn strata(&self) -> Option<&[usize]> {
        self.strata.iter().any(|code| *code != self.strata[0]).then_some(self.strata.as_slice())
    }
}

fn weight(kind: &Value) -> LogRankWeight {
    match kind["name"].as_str().expect("a name") {
        "log_rank" => LogRankWeight::LogRank,
        "gehan" => LogRankWeight::GehanWilcoxon,
        "tarone" => LogRankWeight::TaroneWare,
        "peto" => LogRankWeight::PetoPeto,
        _ => LogRankWeight::FlemingHarrington {
            rho: kind["rho"].as_f64().expect("a power"),
            gamma: kind["gamma"].as_f64().expect("a power"),
        },
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn weighted_log_rank_agrees_with_the_formula_and_r() {
    let mut agreement = Agreement::new("log_rank, weighted", 1e-12);
    let mut cox = Agreement::new("log_rank, exact Cox", 1e-9);
    let table = Table::parse(include_str!("../golden/log_rank/weighted.csv"));
    let expected: Value = serde_json::from_str(include_str!("../golden/log_rank/weighted.json")).expect("JSON");
    for case in array(&expected) {
        let set = case["set"].as_str().expect("a name");
        let rows = Rows::of(&table, set);
        for kind in array(&case["kinds"]) {
            let options = LogRankOptions { weight: weight(kind), strata: rows.strata() };
            let test = log_rank_test(&rows.follow_up(), &rows.group, rows.n_groups(), &options).expect("a test");
            let what = |part: &str| format!("{set} {:?} {part}", options.weight);
            agreement.number(&what("chi_squared"), test.chi_squared, &kind["chi_squared"], 0.0);
            agreement.number(&what("df"), test.df, &kind["df"], 0.0);
            agreement.probability(&what("p_value"), test.p_value, &kind["p_value"]);
            if !kind["survdiff"].is_null() {
                agreement.number(&what("survdiff"), test.chi_squared, &kind["survdiff"], 0.0);
            }
            for (index, one) in test.groups.iter().enumerate() {
                agreement.number(&what("observed"), one.observed, &case["observed"][index], 0.0);
                agreement.number(&what("expected"), one.expected, &case["expected"][index], 0.0);
                agreement.number(&what("weighted"), one.weighted_observed, &kind["weighted_observed"][index], 1e-3);
                agreement.number(&what("weighted"), one.weighted_expected, &kind["weighted_expected"][index], 1e-3);
                agreement.number(&what("variance"), one.variance, &kind["variance"][index], 0.0);
            }
            if options.weight == LogRankWeight::LogRank {
                cox.number(set, test.chi_squared, &case["cox_exact"], 0.0);
                // With ties, Breslow's approximation is another test.
                let breslow = case["cox_breslow"].as_f64().expect("a number");
                assert!(set == "late" || (test.chi_squared - breslow).abs() > 1e-5, "{set}");
            }
        }
    }
    agreement.settle();
    cox.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn weighted_log_rank_agrees_with_lifelines() {
    let mut agreement = Agreement::new("log_rank, lifelines", 1e-11);
    let table = Table::parse(include_str!("../golden/log_rank/weighted.csv"));
    let expected: Value = serde_json::from_str(include_str!("../golden/log_rank/lifelines.json")).expect("JSON");
    for case in array(&expected) {
        let set = case["set"].as_str().expect("a name");
        let rows = Rows::of(&table, set);
        for (key, weight) in [
            ("gehan", LogRankWeight::GehanWilcoxon),
            ("tarone", LogRankWeight::TaroneWare),
            ("peto", LogRankWeight::PetoPeto),
            ("fleming_harrington_1_1", LogRankWeight::FlemingHarrington { rho: 1.0, gamma: 1.0 }),
            ("fleming_harrington_0_1", LogRankWeight::FlemingHarrington { rho: 0.0, gamma: 1.0 }),
        ] {
            let options = LogRankOptions { weight, strata: None };
            let test = log_rank_test(&rows.follow_up(), &rows.group, rows.n_groups(), &options).expect("a test");
            agreement.number(&format!("{set} {key}"), test.chi_squared, &case[key], 0.0);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn log_rank_trend_agrees_with_the_formula_and_exact_cox() {
    let mut agreement = Agreement::new("log_rank_trend", 1e-12);
    let mut cox = Agreement::new("log_rank_trend, exact Cox", 1e-9);
    let table = Table::parse(include_str!("../golden/log_rank_trend/times.csv"));
    for case in array(&golden!("log_rank_trend")) {
        let set = case["set"].as_str().expect("a name");
        let rows = Rows::of(&table, set);
        for dose in array(&case["doses"]) {
            let scores: Option<Vec<f64>> = dose["scores"]
                .as_array()
                .map(|scores| scores.iter().take(rows.n_groups()).map(|one| one.as_f64().expect("a number")).collect());
            for kind in array(&dose["kinds"]) {
                let log_rank = LogRankOptions { weight: weight(kind), strata: rows.strata() };
                let options = LogRankTrendOptions { scores: scores.as_deref(), log_rank };
                let test =
                    log_rank_trend_test(&rows.follow_up(), &rows.group, rows.n_groups(), &options).expect("a test");
                let what = format!("{set} {scores:?} {:?}", log_rank.weight);
                agreement.number(&what, test.z, &kind["z"], 0.0);
                agreement.probability(&what, test.p_value, &kind["p_value"]);
                if log_rank.weight == LogRankWeight::LogRank {
                    cox.number(&what, test.chi_squared, &dose["cox_exact"], 0.0);
                }
            }
        }
    }
    agreement.settle();
    cox.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn max_combo_agrees_with_the_formula_and_r() {
    let mut agreement = Agreement::new("max_combo", 1e-12);
    let mut p_values = Agreement::new("max_combo, p", 1e-8);
    let table = Table::parse(include_str!("../golden/max_combo/times.csv"));
    for case in array(&golden!("max_combo")) {
        let set = case["set"].as_str().expect("a name");
        let rows = Rows::of(&table, set);
        for list in array(&case["lists"]) {
            let weights: Vec<LogRankWeight> = array(&list["kinds"]).iter().map(weight).collect();
            let options = MaxComboOptions { weights: &weights, strata: rows.strata() };
            let test = max_combo_test(&rows.follow_up(), &rows.group, &options).expect("a test");
            let what = |part: &str| format!("{set} {weights:?} {part}");
            agreement.number(&what("statistic"), test.statistic, &list["statistic"], 0.0);
            agreement.count(&what("strongest"), test.strongest, &list["strongest"]);
            for (index, part) in test.parts.iter().enumerate() {
                agreement.number(&what("z"), part.z, &list["z"][index], 1e-3);
                agreement.number(&what("variance"), part.variance, &list["variance"][index], 0.0);
            }
            for (index, value) in test.correlation.values().iter().enumerate() {
                agreement.number(&what("correlation"), *value, &list["correlation"][index], 0.0);
            }
            p_values.probability(&what("p_value"), test.p_value, &list["p_value"]);
        }
    }
    agreement.settle();
    p_values.settle();
}
