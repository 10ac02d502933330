use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::contingency::{IncidenceRateOptions, RateCount, incidence_rate_test};

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn incidence_rate_agrees_with_r() {
    let mut agreement = Agreement::new("incidence_rate", 1e-12);
    let mut difference = Agreement::new("incidence_rate, difference", 1e-10);
    let table = Table::parse(include_str!("../golden/incidence_rate/counts.csv"));
    let (events1, time1) = (table.codes("events1"), table.numbers("time1"));
    let (events0, time0) = (table.codes("events0"), table.numbers("time0"));
    for (row, case) in array(&golden!("incidence_rate")).iter().enumerate() {
        let treated = RateCount { events: events1[row], person_time: time1[row] };
        let control = RateCount { events: events0[row], person_time: time0[row] };
        let found = incidence_rate_test(&treated, &control, &IncidenceRateOptions::default()).expect("rates");
        let options = IncidenceRateOptions { confidence_level: 0.9 };
        let narrow = incidence_rate_test(&treated, &control, &options).expect("rates");
        let finite = |value: f64| value.is_finite().then_some(value);
        for (interval, key) in [
            (found.treated.interval, "treated"),
            (found.control.interval, "control"),
            (narrow.treated.interval, "treated_90"),
            (found.ratio_interval, "interval"),
            (narrow.ratio_interval, "interval_90"),
        ] {
            agreement.number(&format!("{row} {key} low"), interval.low, &case[key][0], 0.0);
            agreement.optional(&format!("{row} {key} high"), finite(interval.high), &case[key][1], 0.0);
        }
        agreement.optional("ratio", found.ratio.and_then(finite), &case["ratio"], 0.0);
        agreement.probability("p_value", found.p_value, &case["p_value"]);
        difference.number("difference", found.difference, &case["difference"], 1e-3);
        for (interval, key) in
            [(found.difference_interval, "difference_interval"), (narrow.difference_interval, "difference_90")]
        {
            let size = interval.high - interval.low;
            difference.number(&format!("{row} {key} low"), interval.low, &case[key][0], size);
            difference.number(&format!("{row} {key} high"), interval.high, &case[key][1], size);
        }
    }
    agreement.settle();
    difference.settle();
}
