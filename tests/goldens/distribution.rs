use crate::agreement::{Agreement, array};
use crate::golden;
use crate::table::Table;
use second_look::stats::Matrix;
use second_look::stats::distribution::{chi_squared, fisher_f, multivariate_normal, normal, student_t};

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

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn multivariate_normal_agrees_with_r() {
    let expected = golden!("multivariate_normal");
    let table = Table::parse(include_str!("../golden/multivariate_normal/boxes.csv"));
    let column = |name: &str, row: usize| table.text(name)[row].parse::<f64>().expect("a number");
    // TVPACK is good to 1e-15 absolutely, Miwa's grid to 1e-8.
    let mut agreements = [("tvpack", 1e-13), ("miwa", 1e-7), ("nested", 1e-8)]
        .map(|(how, tolerance)| (how, Agreement::new(how, tolerance)));
    for (row, (size, how)) in table.codes("size").into_iter().zip(table.text("how")).enumerate() {
        let side = |name: &str| (1..=size).map(|j| column(&format!("{name}{j}"), row)).collect::<Vec<f64>>();
        let mut correlation = Matrix::identity(size);
        let mut next = 1;
        for j in 0..size {
            for i in j + 1..size {
                let value = column(&format!("r{next}"), row);
                correlation.set(i, j, value);
                correlation.set(j, i, value);
                next += 1;
            }
        }
        let found = multivariate_normal::within(&side("low"), &side("high"), &correlation);
        let agreement = agreements.iter_mut().find(|one| one.0 == how).expect("a method");
        agreement.1.number(&format!("row {row}"), found, &expected["within"][row], 1.0);
    }
    agreements.into_iter().for_each(|one| one.1.settle());
    let mut tails = Agreement::new("multivariate_normal, tails", 1e-8);
    for (index, limit) in array(&expected["limit"]).iter().enumerate() {
        let limit = limit.as_f64().expect("a limit");
        for (size, rho, key) in [(2, 0.8, "beyond_2"), (3, 0.5, "beyond_3")] {
            let row = |i: usize| (0..size).map(|j| if i == j { 1.0 } else { rho }).collect();
            let correlation = Matrix::from_rows(&(0..size).map(row).collect::<Vec<Vec<f64>>>());
            let found = multivariate_normal::any_beyond(limit, &correlation);
            tails.probability(&format!("{limit} {size}"), found, &expected[key][index]);
        }
    }
    tails.settle();
}
