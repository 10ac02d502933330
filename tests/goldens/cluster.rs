use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::cluster::average_linkage;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn average_linkage_agrees_with_r() {
    let mut agreement = Agreement::new("average_linkage", 1e-12);
    let table = Table::parse(include_str!("../golden/average_linkage/distances.csv"));
    for case in array(&golden!("average_linkage")) {
        let set = case["set"].as_str().expect("a name");
        let n = case["n"].as_u64().expect("a number") as usize;
        let found = average_linkage(&table.only("set", set).numbers("distance"), n).expect("a tree");
        for (place, (merge, expected)) in found.merges.iter().zip(array(&case["heights"])).enumerate() {
            agreement.number(&format!("{set} height {place}"), merge.height, expected, 1e-3);
        }
        for (place, (item, expected)) in found.order.iter().zip(array(&case["order"])).enumerate() {
            agreement.count(&format!("{set} order {place}"), *item, expected);
        }
    }
    agreement.settle();
}
