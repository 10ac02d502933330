//! Permutations are counted by helpers beside the page: with progress, to be stopped and begun anew, whoever dies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use second_look_browser_tests::Page;
use serde_json::{Value, json};

const MISSING: &str = "are still being counted, or were stopped";

#[test]
fn permutations_are_counted_beside_the_page() {
    let page = Page::start();
    page.open("#demo/correlation");
    page.wait_for(".answer", "go in opposite directions");
    page.wait_until_idle();
    a_pressed_pair_is_shown(&page);
    they_can_be_stopped(&page);
    they_are_begun_anew_and_a_helper_that_dies_is_replaced(&page);
    page.assert_no_faults();
}

fn run(page: &Page, script: &str) -> Value {
    page.driver.script(script, json!([]))
}

fn a_pressed_pair_is_shown(page: &Page) {
    run(page, "document.querySelectorAll('details').forEach((part) => part.open = true)");
    page.wait_for(".result", "All 28 pairs, the smallest p first");
    let pairs = page.table("All 28 pairs, the smallest p first");
    assert_eq!(pairs[0].last().map(String::as_str), Some("Max‑T"), "{:?}", pairs[0]);
    let press =
        "const button = [...document.querySelectorAll('td button, th button')].find((one) => /IL-6/.test(one.innerText)
                     && /IL-10/.test(one.innerText)); button.click(); return button.innerText";
    run(page, press);
    page.wait_for(".result h1, .answer", "IL-6 and IL-10");
    page.wait_until_idle();
}

fn doubts(page: &Page) -> String {
    page.text(".doubts").unwrap_or_default()
}

fn they_can_be_stopped(page: &Page) {
    page.go("Data");
    let mut plan: Value = serde_json::from_str(&page.save("#save-plan", "plan.json")).unwrap();
    for analysis in plan["analyses"].as_array_mut().unwrap() {
        if let Some(asked) = analysis.get_mut("correlation") {
            asked["assay"]["permutations"] = 1_000_000.into();
        }
    }
    let path = page.downloads.join("many.json");
    std::fs::write(&path, plan.to_string()).unwrap();
    page.go("Correlation");
    page.choose_files("#other-files", &[path.as_path()]);
    page.wait_for(".progress-stage", "Permutations, ");
    // What can be answered without them is there and stands.
    page.wait_for(".answer", "IL-6 and IL-10");
    assert_eq!(run(page, "return document.querySelector('.result').classList.contains('is-stale')"), false);
    page.wait_for(".doubts", MISSING);
    page.click("#cancel");
    page.wait_for(".notice", "The permutations were stopped; everything else stands");
    page.wait_until_idle();
    assert!(doubts(page).contains(MISSING));
    assert!(run(page, "return watched.workers.length").as_u64().unwrap() > 1, "helpers were at work");
}

fn they_are_begun_anew_and_a_helper_that_dies_is_replaced(page: &Page) {
    let press = "document.querySelectorAll('details').forEach((part) => part.open = true);
                 [...document.querySelectorAll('button')].find((one) => one.innerText === 'Count again').click()";
    run(page, press);
    page.wait_for(".progress-stage", "Permutations, ");
    let before = run(page, "return watched.workers.length").as_u64().unwrap();
    page.kill_worker();
    page.wait_until("another helper", || {
        (run(page, "return watched.workers.length").as_u64().unwrap() > before).then_some(())
    });
    page.wait_until_idle();
    assert!(!doubts(page).contains(MISSING));
    page.go("Data");
    let findings: Value = serde_json::from_str(&page.save("#save-findings", "findings.json")).unwrap();
    let rows = findings["findings"].as_array().or(findings["rows"].as_array()).expect("rows");
    let permuted: Vec<&Value> =
        rows.iter().filter(|row| row["analysis"] == "biomarker.correlation" && row["term"] == "max_t").collect();
    assert_eq!(permuted.len(), 28);
    let method = "largest of all; values of each column shuffled in 1000000 random ways";
    assert!(permuted.iter().all(|row| row["method"] == method), "{:?}", permuted[0]);
}
