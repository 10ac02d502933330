use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::rank::{JointRankInput, JointRankOptions, JointRankRule, PairEffect, joint_rank};
use serde_json::Value;

fn effect(agreement: &mut Agreement, what: &str, found: Option<PairEffect>, case: &Value, key: &str, floor: f64) {
    let low = found.and_then(|one| one.interval).map(|one| one.low);
    let high = found.and_then(|one| one.interval).map(|one| one.high);
    agreement.optional(&format!("{what} {key}"), found.map(|one| one.estimate), &case[key], floor);
    let std_error = found.and_then(|one| one.std_error);
    agreement.optional(&format!("{what} {key} se"), std_error, &case[format!("{key}_se")], 0.0);
    agreement.optional(&format!("{what} {key} low"), low, &case[format!("{key}_low")], floor);
    agreement.optional(&format!("{what} {key} high"), high, &case[format!("{key}_high")], floor);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn joint_rank_agrees_with_r() {
    let mut agreement = Agreement::new("joint_rank", 1e-12);
    let table = Table::parse(include_str!("../golden/joint_rank/subjects.csv"));
    for case in array(&golden!("joint_rank")) {
        let set = case["set"].as_str().expect("a name");
        let rows = table.only("set", set);
        let columns: Vec<Vec<&str>> = (1..=6).map(|k| rows.text(&format!("v{k}"))).collect();
        let (arm, time, is_death) = (rows.codes("arm"), rows.numbers("time"), rows.flags("died"));
        let changes: Vec<Vec<Option<f64>>> =
            (0..arm.len()).map(|i| columns.iter().map(|column| column[i].parse().ok()).collect()).collect();
        let data = JointRankInput {
            arm: &arm,
            time: &time,
            is_death: &is_death,
            visit_times: &[1.0, 2.0, 4.0, 6.0, 9.0, 12.0],
            changes: &changes,
        };
        let rule = match case["rule"].as_str().expect("a name") {
            "cafs" => JointRankRule::Cafs,
            "als_surv" => JointRankRule::AlsSurv,
            other => panic!("unknown rule {other}"),
        };
        let code = |key: &str| case[key].as_f64().expect("a code") as usize;
        let options = JointRankOptions {
            treated: code("treated"),
            control: code("control"),
            horizon: case["horizon"].as_f64(),
            rule,
            ..JointRankOptions::default()
        };
        let joint = joint_rank(&data, &options).expect("joint ranks");
        let what = format!("{set} {rule:?} {:?} arm {}", options.horizon, options.treated);
        for (i, (score, rank)) in joint.scores.iter().zip(&joint.ranks).enumerate() {
            agreement.number(&format!("{what} score {i}"), *score, &case["score"][i], 0.0);
            agreement.number(&format!("{what} rank {i}"), *rank, &case["rank"][i], 0.0);
        }
        let pairs = joint.pairs;
        for (key, found) in [
            ("n1", joint.n_treated),
            ("n0", joint.n_control),
            ("wins_by_death", pairs.wins_by_death),
            ("losses_by_death", pairs.losses_by_death),
            ("wins_by_function", pairs.wins_by_function),
            ("losses_by_function", pairs.losses_by_function),
            ("equal", pairs.equal),
            ("without_comparison", pairs.without_comparison),
        ] {
            agreement.count(&format!("{what} {key}"), found, &case[key]);
        }
        let test = joint.test.expect("a test");
        agreement.number(&format!("{what} T"), test.statistic, &case["T"], 0.0);
        agreement.number(&format!("{what} variance"), test.variance, &case["V"], 0.0);
        agreement.number(&format!("{what} z"), test.z, &case["z"], 0.0);
        agreement.probability(&format!("{what} p"), test.p_value, &case["p"]);
        effect(&mut agreement, &what, joint.win_ratio, case, "win_ratio", 0.0);
        effect(&mut agreement, &what, joint.win_odds, case, "win_odds", 0.0);
        // Net benefit is a difference of shares of size 1.
        effect(&mut agreement, &what, Some(joint.net_benefit), case, "net", 1.0);
    }
    agreement.settle();
}
