use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::survival::{
    CauseIncidence, CumulativeIncidenceOptions, FollowUpTimes, GraysTestOptions, estimate_cumulative_incidence,
    grays_test,
};
use serde_json::Value;

struct Kinds {
    is_event: Vec<bool>,
    cause: Vec<usize>,
}

impl Kinds {
    fn of(rows: &Table) -> Self {
        let kinds = rows.numbers("kind");
        Self {
            is_event: kinds.iter().map(|kind| *kind > 0.0).collect(),
            cause: kinds.iter().map(|kind| if *kind == 2.0 { 1 } else { 0 }).collect(),
        }
    }
}

fn check_curve(agreement: &mut Agreement, name: &str, found: &CauseIncidence, expected: &Value) {
    agreement.count(&format!("{name} steps"), found.steps.len(), &array(&expected["time"]).len().into());
    for (index, step) in found.steps.iter().enumerate() {
        let what = |part: &str| format!("{name} {part} at {}", step.time);
        agreement.number(&what("time"), step.time, &expected["time"][index], 0.0);
        agreement.number(&what("incidence"), step.incidence, &expected["incidence"][index], 0.0);
        // Where everybody has had an event the variance is a difference of equal numbers.
        agreement.number(&what("std_error"), step.std_error, &expected["std_error"][index], 1e-2);
        agreement.optional(&what("low"), step.interval.map(|one| one.low), &expected["low"][index], 1e-2);
        agreement.optional(&what("high"), step.interval.map(|one| one.high), &expected["high"][index], 1e-2);
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn cumulative_incidence_agrees_with_r() {
    let mut agreement = Agreement::new("cumulative_incidence", 1e-11);
    let table = Table::parse(include_str!("../golden/cumulative_incidence/times.csv"));
    let expected = golden!("cumulative_incidence");
    let options = CumulativeIncidenceOptions::default();
    for case in array(&expected["cmprsk"]) {
        let set = case["set"].as_str().expect("a name");
        for (arm, curves) in array(&case["arms"]).iter().enumerate() {
            let rows = table.only("set", set).only("arm", &arm.to_string());
            let (times, kinds) = (rows.numbers("time"), Kinds::of(&rows));
            let follow_up = FollowUpTimes::from_start(&times, &kinds.is_event);
            let found = estimate_cumulative_incidence(&follow_up, &kinds.cause, 2, &options).expect("curves");
            for (kind, curve) in found.causes.iter().enumerate() {
                check_curve(&mut agreement, &format!("{set} arm {arm} kind {kind}"), curve, &curves[kind]);
            }
        }
    }
    let late = Table::parse(include_str!("../golden/cumulative_incidence/late.csv"));
    let (entries, times, kinds) = (late.numbers("entry"), late.numbers("time"), Kinds::of(&late));
    let follow_up = FollowUpTimes { entries: Some(&entries), times: &times, is_event: &kinds.is_event };
    let found = estimate_cumulative_incidence(&follow_up, &kinds.cause, 2, &options).expect("curves");
    for (kind, curve) in found.causes.iter().enumerate() {
        check_curve(&mut agreement, &format!("late kind {kind}"), curve, &expected["late"][kind]);
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn grays_test_agrees_with_r() {
    let mut agreement = Agreement::new("grays_test", 1e-10);
    let table = Table::parse(include_str!("../golden/cumulative_incidence/times.csv"));
    for case in array(&golden!("grays_test")) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let (times, kinds) = (rows.numbers("time"), Kinds::of(&rows));
        let codes = |column: &str| rows.numbers(column).iter().map(|code| *code as usize).collect::<Vec<usize>>();
        let (group, strata) = (codes("arm"), codes("stratum"));
        let is_stratified = case["is_stratified"].as_bool().expect("yes or no");
        let rho = case["rho"].as_f64().expect("a number");
        let options = GraysTestOptions { rho, strata: is_stratified.then_some(strata.as_slice()) };
        for kind in 0..2 {
            let is_of_interest: Vec<bool> = kinds.cause.iter().map(|cause| *cause == kind).collect();
            let follow_up = FollowUpTimes::from_start(&times, &kinds.is_event);
            let found = grays_test(&follow_up, &is_of_interest, &group, 4, &options).expect("a test");
            let what = |part: &str| format!("{set} rho {rho} stratified {is_stratified} kind {kind} {part}");
            agreement.number(&what("chi_squared"), found.chi_squared, &case["chi_squared"][kind], 0.0);
            agreement.number(&what("df"), found.df, &case["df"][kind], 0.0);
            // cmprsk takes the tail as 1 less the other one.
            agreement.number(&what("p_value"), found.p_value, &case["p_value"][kind], 1e-3);
        }
    }
    agreement.settle();
}
