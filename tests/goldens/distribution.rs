use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::distribution::{chi_squared, fisher_f, normal, student_t};

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn normal_agrees_with_r() {
    let expected = golden!("normal");
    let mut agreement = Agreement::new("normal", 1e-12);
    let x = Table::parse(include_str!("../golden/normal/x.csv")).numbers("x");
    for ((x, cdf), sf) in x.iter().zip(array(&expected["cdf"])).zip(array(&expected["sf"])) {
        agreement.probability(&format!("cdf({x})"), normal::cdf(*x), cdf);
        agreement.probability(&format!("sf({x})"), normal::sf(*x), sf);
    }
    let p = Table::parse(include_str!("../golden/normal/p.csv")).numbers("p");
    for (p, x) in p.iter().zip(array(&expected["quantile"])) {
        agreement.number(&format!("quantile({p})"), normal::quantile(*p), x, 1e-3);
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn student_t_agrees_with_r() {
    let expected = golden!("student_t");
    let mut agreement = Agreement::new("student_t", 1e-12);
    let tail = Table::parse(include_str!("../golden/student_t/tail.csv"));
    for (index, (t, df)) in tail.numbers("t").into_iter().zip(tail.numbers("df")).enumerate() {
        agreement.probability(&format!("sf({t}, {df})"), student_t::sf(t, df), &expected["sf"][index]);
        let two_sided = &expected["two_sided_p"][index];
        agreement.probability(&format!("two_sided_p({t}, {df})"), student_t::two_sided_p(t, df), two_sided);
    }
    let quantile = Table::parse(include_str!("../golden/student_t/quantile.csv"));
    for (index, (p, df)) in quantile.numbers("p").into_iter().zip(quantile.numbers("df")).enumerate() {
        agreement.number(
            &format!("quantile({p}, {df})"),
            student_t::quantile(p, df),
            &expected["quantile"][index],
            1e-3,
        );
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn student_t_agrees_with_its_integral_at_many_degrees_of_freedom() {
    let mut agreement = Agreement::new("student_t, large df", 1e-13);
    let table = Table::parse(include_str!("../golden/student_t/large_df.csv"));
    let expected = table.numbers("two_sided_p");
    for ((t, df), expected) in table.numbers("t").into_iter().zip(table.numbers("df")).zip(expected) {
        agreement.probability(&format!("two_sided_p({t}, {df})"), student_t::two_sided_p(t, df), &expected.into());
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn chi_squared_agrees_with_r() {
    let expected = golden!("chi_squared");
    let mut agreement = Agreement::new("chi_squared", 1e-12);
    let tail = Table::parse(include_str!("../golden/chi_squared/tail.csv"));
    for (index, (x, df)) in tail.numbers("x").into_iter().zip(tail.numbers("df")).enumerate() {
        agreement.probability(&format!("sf({x}, {df})"), chi_squared::sf(x, df), &expected["sf"][index]);
    }
    agreement.settle();
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn fisher_f_agrees_with_r() {
    let expected = golden!("fisher_f");
    let mut agreement = Agreement::new("fisher_f", 1e-12);
    let tail = Table::parse(include_str!("../golden/fisher_f/tail.csv"));
    let degrees = tail.numbers("df_numerator").into_iter().zip(tail.numbers("df_denominator"));
    for (index, (f, (d1, d2))) in tail.numbers("f").into_iter().zip(degrees).enumerate() {
        agreement.probability(&format!("sf({f}, {d1}, {d2})"), fisher_f::sf(f, d1, d2), &expected["sf"][index]);
    }
    agreement.settle();
}
