use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::permutation::{
    CorrelationMaxTInput, GroupMaxT, GroupMaxTInput, Tally, correlation_max_t, group_max_t,
};
use serde_json::Value;

/// Empty cells are absent.
fn columns(table: &Table) -> Vec<Vec<Option<f64>>> {
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    let column = |place: usize| -> Vec<Option<f64>> {
        let cells = table.text(&format!("c{place}"));
        cells.into_iter().map(|cell| (!cell.is_empty() && cell != "NA").then(|| number(cell))).collect()
    };
    (1..=6).map(column).filter(|column| column.iter().any(Option::is_some)).collect()
}

/// Exact ones are equal; of two random ones each has its error.
fn check(agreement: &mut Agreement, what: &str, found: f64, expected: &Value, case: &Value, permutations: u64) {
    let share = expected.as_f64().expect("a share");
    if case["exact"].as_bool() == Some(true) && case["ways"].as_u64() == Some(permutations) {
        agreement.probability(what, found, expected);
        return;
    }
    let ways = if case["exact"] == true { f64::INFINITY } else { case["ways"].as_f64().expect("a number") };
    let error = (share * (1.0 - share) * (1.0 / permutations as f64 + 1.0 / ways)).sqrt() + 1.0 / permutations as f64;
    assert!((found - share).abs() < 4.0 * error, "{what}: {found} against {share}, error {error}");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn group_max_t_agrees_with_r() {
    let mut agreement = Agreement::new("group_max_t", 1e-12);
    let table = Table::parse(include_str!("../golden/group_max_t/people.csv"));
    let expected = golden!("group_max_t");
    let mut sets: Vec<&str> = array(&expected).iter().filter_map(|case| case["set"].as_str()).collect();
    sets.dedup();
    for set in sets {
        let rows = table.only("set", set);
        let columns = columns(&rows);
        let groups: Vec<usize> = rows.codes("group");
        let n_groups = groups.iter().max().expect("a group") + 1;
        let members = [vec![1, columns.len() - 1], (0..columns.len()).collect()];
        let asked = GroupMaxTInput {
            sets: &members,
            permutations: 50_000,
            seed: 4,
            ..GroupMaxTInput::new(&columns, &groups, n_groups)
        };
        let found = group_max_t(&asked).expect("a test");
        for case in array(&expected).iter().filter(|case| case["set"] == set) {
            assert_eq!(case["exact"].as_bool(), Some(found.is_exact), "{set}");
            let mut check = |what: &str, p: f64, key: &str| {
                check(&mut agreement, &format!("{set} {what} {key}"), p, &case[key], case, found.permutations);
            };
            if let Some(place) = case["members"].as_u64() {
                let of = |one: &&second_look::stats::permutation::SetTest| {
                    one.set as u64 == place && Some(one.group as u64) == case["group"].as_u64()
                };
                let test = found.sets.iter().find(of).expect("the set");
                check("set", test.p_value, "raw");
                agreement.number(&format!("{set} mean square"), test.mean_square_t, &case["mean_square"], 1e-3);
                continue;
            }
            let of = |one: &&second_look::stats::permutation::GroupTest| {
                Some(one.column as u64) == case["column"].as_u64() && Some(one.group as u64) == case["group"].as_u64()
            };
            let test = found.tests.iter().find(of).expect("the test");
            check("p", test.p_value, "raw");
            check("p", test.step_down.expect("a p"), "step_down");
            check("p", test.single_step.expect("a p"), "single_step");
            agreement.number(&format!("{set} t"), test.t, &case["t"], 1e-3);
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn correlation_max_t_agrees_with_r() {
    let mut agreement = Agreement::new("correlation_max_t", 1e-12);
    let table = Table::parse(include_str!("../golden/correlation_max_t/people.csv"));
    let expected = golden!("correlation_max_t");
    let mut sets: Vec<(&str, bool)> =
        array(&expected).iter().filter_map(|case| Some((case["set"].as_str()?, case["ranked"].as_bool()?))).collect();
    sets.dedup();
    for (set, is_ranked) in sets {
        let columns = columns(&table.only("set", set));
        let permutations = 50_000;
        let asked = CorrelationMaxTInput { permutations, seed: 5, ..CorrelationMaxTInput::new(&columns, is_ranked) };
        let found = correlation_max_t(&asked).expect("an answer");
        for case in array(&expected).iter().filter(|case| case["set"] == set && case["ranked"] == is_ranked) {
            let is_it = |place: usize, key: &str| Some(place as u64) == case[key].as_u64();
            let pair = found.iter().find(|pair| is_it(pair.first, "first") && is_it(pair.second, "second"));
            let pair = pair.expect("the pair");
            let what = format!("{set} {is_ranked} {} {}", pair.first, pair.second);
            agreement.count(&what, pair.n, &case["n"]);
            agreement.number(&what, pair.statistic, &case["statistic"], 1e-3);
            check(&mut agreement, &what, pair.p_value, &case["p_value"], case, u64::from(permutations));
        }
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn ranges_of_permutations_add_up_and_the_order_of_people_decides_nothing() {
    let table = Table::parse(include_str!("../golden/group_max_t/people.csv"));
    for set in ["cars", "cars_gaps", "irises", "attitude_10", "attitude"] {
        let rows = table.only("set", set);
        let (columns, groups) = (columns(&rows), rows.codes("group"));
        let n_groups = groups.iter().max().expect("a group") + 1;
        let asked = GroupMaxTInput { permutations: 500, ..GroupMaxTInput::new(&columns, &groups, n_groups) };
        let prepared = GroupMaxT::new(&asked).expect("a test");
        let all = prepared.permutations();
        let whole = prepared.tally(0, all, &mut |_| true);
        let mut parts = Tally::default();
        for (from, to) in [(all / 3, all - 7), (all - 7, all), (0, all / 3)] {
            parts.add(&prepared.tally(from, to, &mut |_| true));
        }
        assert_eq!(parts, whole, "{set}");
        let turned: Vec<Vec<Option<f64>>> =
            columns.iter().map(|column| column.iter().rev().copied().collect()).collect();
        let turned_groups: Vec<usize> = groups.iter().rev().copied().collect();
        let asked = GroupMaxTInput { permutations: 500, ..GroupMaxTInput::new(&turned, &turned_groups, n_groups) };
        assert_eq!(group_max_t(&asked).expect("a test"), prepared.finish(&whole), "{set}");
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn ranked_columns_are_columns_of_ranks() {
    let groups = [0, 0, 0, 0, 1, 1, 1];
    let column = |values: [f64; 7]| values.map(Some).to_vec();
    let measured = [column([3.0, 1.0, 40.0, 5.0, 9.0, 2.0, 600.0]), column([1.0, 1.0, 2.0, 2.0, 5.0, 9.0, 9.0])];
    let ranks = [column([3.0, 1.0, 6.0, 4.0, 5.0, 2.0, 7.0]), column([1.5, 1.5, 3.5, 3.5, 5.0, 6.5, 6.5])];
    let ranked = GroupMaxTInput { is_ranked: true, ..GroupMaxTInput::new(&measured, &groups, 2) };
    let by_hand = GroupMaxTInput::new(&ranks, &groups, 2);
    assert_eq!(group_max_t(&ranked).expect("a test"), group_max_t(&by_hand).expect("a test"));

    let changes = [column([3.0, -1.0, 0.0, 5.0, -9.0, 2.0, 5.0])];
    let signed = [column([4.0, -2.0, 0.0, 5.5, -7.0, 3.0, 5.5])];
    let one = [0; 7];
    let ranked = GroupMaxTInput { is_ranked: true, ..GroupMaxTInput::new(&changes, &one, 1) };
    assert_eq!(
        group_max_t(&ranked).expect("a test"),
        group_max_t(&GroupMaxTInput::new(&signed, &one, 1)).expect("a test")
    );
}
