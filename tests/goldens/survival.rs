use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::survival::{
    FollowUpTimes, KaplanMeierOptions, LogRankOptions, SurvivalIntervalKind, estimate_kaplan_meier, log_rank_test,
};

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn kaplan_meier_agrees_with_r() {
    let mut agreement = Agreement::new("kaplan_meier", 1e-13);
    let table = Table::parse(include_str!("../golden/kaplan_meier/times.csv"));
    for case in array(&golden!("kaplan_meier")) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let (times, is_event) = (rows.numbers("time"), rows.flags("event"));
        for kind_case in array(&case["kinds"]) {
            let kind = kind_case["kind"].as_str().expect("a name");
            let interval_kind = match kind {
                "plain" => SurvivalIntervalKind::Plain,
                "log" => SurvivalIntervalKind::Log,
                "log-log" => SurvivalIntervalKind::LogLog,
                other => panic!("unknown kind {other}"),
            };
            let options = KaplanMeierOptions { interval_kind, ..KaplanMeierOptions::default() };
            let curve =
                estimate_kaplan_meier(&FollowUpTimes::from_start(&times, &is_event), &options).expect("a curve");
            agreement.count(&format!("{set} steps"), curve.steps.len(), &array(&case["time"]).len().into());
            for (index, step) in curve.steps.iter().enumerate() {
                let what = |part: &str| format!("{set} {kind} {part} at {}", step.time);
                agreement.number(&what("time"), step.time, &case["time"][index], 0.0);
                agreement.count(&what("at_risk"), step.at_risk, &case["at_risk"][index]);
                agreement.count(&what("events"), step.events, &case["events"][index]);
                agreement.count(&what("censored"), step.censored, &case["censored"][index]);
                agreement.number(&what("survival"), step.survival, &case["survival"][index], 0.0);
                agreement.optional(&what("std_error"), step.std_error, &case["std_error"][index], 0.0);
                let (low, high) = (step.interval.map(|one| one.low), step.interval.map(|one| one.high));
                // Near 0 a plain limit is a difference of two numbers of the survival's size.
                agreement.optional(&what("low"), low, &kind_case["low"][index], step.survival);
                agreement.optional(&what("high"), high, &kind_case["high"][index], 0.0);
            }
            for (index, probability) in [0.25, 0.5, 0.75].into_iter().enumerate() {
                let what = |part: &str| format!("{set} {kind} quantile {probability} {part}");
                let quantile = curve.quantile(probability).expect("a share");
                agreement.optional(&what("estimate"), quantile.estimate, &kind_case["quantile"][index], 0.0);
                agreement.optional(&what("low"), quantile.low, &kind_case["quantile_low"][index], 0.0);
                agreement.optional(&what("high"), quantile.high, &kind_case["quantile_high"][index], 0.0);
            }
        }
    }
    agreement.settle();
}

/// Medians printed elsewhere: lung, men, 270 days, with the three intervals; a flat piece from 87 to 118.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn well_known_medians_are_reproduced() {
    let table = Table::parse(include_str!("../golden/kaplan_meier/times.csv"));
    let median_of = |set: &str, interval_kind| {
        let rows = table.only("set", set);
        let options = KaplanMeierOptions { interval_kind, ..KaplanMeierOptions::default() };
        let curve =
            estimate_kaplan_meier(&FollowUpTimes::from_start(&rows.numbers("time"), &rows.flags("event")), &options)
                .expect("a curve");
        (curve.median.estimate, curve.median.low, curve.median.high)
    };
    assert_eq!(median_of("lung_men", SurvivalIntervalKind::Plain), (Some(270.0), Some(212.0), Some(306.0)));
    assert_eq!(median_of("lung_men", SurvivalIntervalKind::Log), (Some(270.0), Some(212.0), Some(310.0)));
    assert_eq!(median_of("lung_men", SurvivalIntervalKind::LogLog), (Some(270.0), Some(210.0), Some(306.0)));
    assert_eq!(median_of("flat", SurvivalIntervalKind::LogLog).0, Some(102.5));
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn log_rank_agrees_with_r() {
    let mut agreement = Agreement::new("log_rank", 1e-12);
    let table = Table::parse(include_str!("../golden/log_rank/times.csv"));
    for case in array(&golden!("log_rank")) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let group = rows.codes("group");
        let n_groups = group.iter().max().map_or(0, |code| code + 1);
        let test = log_rank_test(
            &FollowUpTimes::from_start(&rows.numbers("time"), &rows.flags("event")),
            &group,
            n_groups,
            &LogRankOptions::default(),
        )
        .expect("a test");
        let what = |part: &str| format!("{set} {part}");
        agreement.number(&what("chi_squared"), test.chi_squared, &case["chi_squared"], 0.0);
        agreement.number(&what("df"), test.df, &case["df"], 0.0);
        agreement.probability(&what("p_value"), test.p_value, &case["p_value"]);
        agreement.count(&what("groups"), test.groups.len(), &array(&case["n"]).len().into());
        for (index, one) in test.groups.iter().enumerate() {
            agreement.count(&what("n"), one.n, &case["n"][index]);
            agreement.number(&what("observed"), one.observed, &case["observed"][index], 0.0);
            agreement.number(&what("expected"), one.expected, &case["expected"][index], 0.0);
            agreement.number(&what("variance"), one.variance, &case["variance"][index], 0.0);
        }
    }
    agreement.settle();
}
