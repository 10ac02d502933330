//! `#demo` shows the demo trial's answers, with the paper's figures, and asks nobody anything.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use second_look_browser_tests::Page;
use serde_json::json;

const LABEL: &str = "Simulated to match published summary figures";

#[test]
fn the_demo_shows_the_papers_figures_and_asks_nobody() {
    let page = Page::start();
    page.open("#demo");
    page.wait_for_start();
    page.wait_for(".answer", "At month 6 MSC had lost 3.38 points less than Control");
    let asked = page.settle();
    let origin = page.site.origin();
    assert!(asked.iter().all(|what| what.starts_with(origin) || what.starts_with("GET /review/")), "{asked:?}");
    assert!(!asked.iter().any(|what| what.contains("/demo/")), "the demo is carried in the program: {asked:?}");

    the_function_page_has_the_primary_rows(&page);
    every_figure_is_drawn(&page, &["mean-change", "methods", "waterfall", "influence", "check-normal", "check-spread"]);
    every_way_to_ask_about_function_answers(&page);
    the_biomarkers_page_has_the_inverse_correlation(&page);
    every_figure_is_drawn(&page, &["scatter", "matrix"]);
    the_survival_page_has_no_difference(&page);
    every_figure_is_drawn(&page, &["survival", "check-hazards"]);
    every_way_to_ask_about_survival_answers(&page);
    the_data_page_counts_every_row(&page);
    each_page_has_an_address(&page);

    assert_eq!(page.take_requests(), Vec::<String>::new(), "nothing is asked for after the page has loaded");
    page.wait_for("#requests", "0 requests");
    page.assert_no_faults();
}

fn the_function_page_has_the_primary_rows(page: &Page) {
    page.wait_for(".nav-item[aria-current=page]", "Function");
    page.wait_for(".demo-label", LABEL);
    let table = page.table("Change from baseline, Student");
    assert_eq!(
        table[0][0..10],
        ["Month", "Arm", "n", "Baseline, mean (SD)", "Change, mean (SD)", "Difference", "SE", "95% CI", "df", "p"]
    );
    // docs/demo.md says why the upper limit at month 4 cannot be the paper's 4.47 by Student's t.
    let month_4 = rows_of(&table, "4");
    assert_eq!(
        but_baseline(&month_4[0]),
        ["MSC", "32", "−1.69 (2.51)", "2.98", "0.75", "1.48 to 4.48", "57", "0.0002"]
    );
    assert_eq!(but_baseline(&month_4[1])[0..3], ["Control", "27", "−4.67 (3.25)"]);
    let month_6 = rows_of(&table, "6");
    assert_eq!(but_baseline(&month_6[0]), ["MSC", "31", "−3.10 (3.51)", "3.38", "1.07", "1.23 to 5.54", "54", "0.003"]);
    assert_eq!(but_baseline(&month_6[1])[0..3], ["Control", "25", "−6.48 (4.53)"]);

    let by_test = page.table("Month 6 by each test");
    assert_eq!(by_test[1], ["Student’s t", "MSC", "56", "3.38", "1.07", "1.23 to 5.54", "54", "0.003"]);
    assert_eq!(by_test[2][3..6], ["3.38", "1.10", "1.16 to 5.61"]);
    assert_eq!(by_test[4], ["ANCOVA", "MSC", "56", "3.38", "1.07", "1.23 to 5.54", "53", "0.003"]);

    page.pick("month", "4");
    page.wait_for(".answer", "At month 4 MSC had lost 2.98 points less than Control");
    page.pick("method", "ANCOVA");
    page.wait_for(".answer", "1.48 to 4.47");
    let by_test = page.table("Month 4 by each test");
    assert_eq!(by_test[4], ["ANCOVA", "MSC", "59", "2.98", "0.75", "1.48 to 4.47", "56", "0.0002"]);
    page.wait_for(".doubts", "lost people unevenly");
    page.wait_for(".method", "R 4.2.2");
}

#[test]
fn a_figure_is_saved_as_a_picture() {
    let page = Page::start();
    page.open("#demo");
    page.wait_for_start();
    page.wait_for("figure.card", "Mean change in ALSFRS-R total");
    page.settle();
    page.driver.script(
        "[...document.querySelectorAll('figcaption button')].find((button) => button.getAttribute('aria-label') === 'Save PNG').click()",
        json!([]),
    );
    let path = page.downloaded("second-look-mean-change.png");
    let bytes = std::fs::read(&path).expect("the picture");
    assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(bytes[16..20], 1800u32.to_be_bytes(), "twice the width of a saved figure");
    assert!(bytes.len() > 10_000, "{} bytes", bytes.len());
    assert_eq!(page.take_requests(), Vec::<String>::new());
    page.assert_no_faults();
}

/// The rows of a month: its head stands in the first of them only.
fn rows_of<'a>(table: &'a [Vec<String>], month: &str) -> &'a [Vec<String>] {
    let start = table.iter().position(|row| row[0] == month).unwrap_or_else(|| panic!("no month {month}: {table:?}"));
    &table[start..start + 2]
}

fn but_baseline(row: &[String]) -> Vec<&str> {
    row.iter().enumerate().filter(|(place, _)| *place != 0 && *place != 3).map(|(_, cell)| cell.as_str()).collect()
}

/// R's figures for the same files (docs/demo.md, tests/against_r_ranks, tests/mixed_against_r, tests/people_against_r).
fn every_way_to_ask_about_function_answers(page: &Page) {
    page.pick("month", "6");
    for (title, answer, figures) in [
        ("Patients", "56 of 64 people were seen", &["flow", "baseline-differences"][..]),
        (
            "Repeated measures",
            "3.61 points higher than Control’s (95% CI of the difference 1.55 to 5.66)",
            &["ls-means", "by-structure", "check-normal", "check-spread"],
        ),
        ("Slope model", "0.60 points a month less than Control (95% CI 0.26 to 0.94)", &[]),
        ("Responders", "0.86 points a month better in MSC than in Control (95% CI 0.14 to 1.58)", &[]),
        ("Joint rank", "win ratio 2.53 (95% CI 1.32 to 4.86)", &[]),
        ("Stages", "with probability 0.61 (p = 0.081)", &[]),
    ] {
        page.go(title);
        page.wait_for(".answer", answer);
        page.wait_for(".method", "R");
        if figures.is_empty() {
            page.wait_until("figures with descriptions", || {
                let script = "return [...document.querySelectorAll('canvas[data-figure]')].filter((canvas) => canvas.width > 300 && canvas.getAttribute('aria-label').length > 40).length";
                (page.driver.script(script, json!([])).as_u64() >= Some(2)).then_some(())
            });
        } else {
            every_figure_is_drawn(page, figures);
        }
    }
}

fn the_biomarkers_page_has_the_inverse_correlation(page: &Page) {
    page.go("Biomarkers");
    page.wait_for(".demo-label", LABEL);
    page.wait_for(".answer", "TGF-β1, MCP-1 and IL-10 changed differently in MSC and Control, 8 tests allowed for");
    let table = page.table("Change to month 4, by analyte");
    // R: lm(log2(month 4) ~ arm + log2(month 0)), p.adjust.
    let tgf = table.iter().find(|row| row[0] == "TGF-β1").unwrap();
    assert_eq!(tgf[4..7], ["1.35 (1.14 to 1.59)", "0.0007", "0.005"]);
    page.choose("shown", "IL-4");
    page.wait_for(".result", "IL-4 by arm and visit");
    page.choose("method", "Mann-Whitney");
    page.wait_for(".result", "P(higher change)");
    page.choose("method", "ANCOVA on baseline");
    page.go("Correlation");
    let table = page.table("TGF-β1 with MCP-1, by group");
    let row = |group: &str| table.iter().find(|row| row[0] == group).unwrap_or_else(|| panic!("{group}: {table:?}"));
    assert_eq!(row("MSC, good responders")[0..3], ["MSC, good responders", "22", "−0.64"]);
    assert_eq!(row("MSC, good responders")[4], "0.001");
    assert_eq!(row("MSC, good responders")[6], "−0.63");
    assert_eq!(row("MSC, poor responders")[1..3], ["10", "0.03"]);
    assert_eq!(row("Control, good responders")[1], "5");
    // R: by hand from the files, formula and 20,000 random splits (0.077).
    let differ = page.table("Do the correlations differ?");
    let msc = differ.iter().find(|row| row[1] == "MSC").unwrap_or_else(|| panic!("{differ:?}"));
    assert_eq!(msc[0..6], ["good minus poor responders", "MSC", "32", "−0.66", "−1.31 to 0.06", "0.077"]);
    page.wait_for(".doubts", "That is no evidence that the two differ: their difference has p = 0.078");
    page.choose("stratum", "MSC, good responders");
    page.wait_for(".answer", "go in opposite directions in");
    page.wait_for(".answer", "r = −0.64");
    page.wait_for(".doubts", "told apart after treatment");
}

fn the_survival_page_has_no_difference(page: &Page) {
    page.go("Survival");
    page.wait_for(".demo-label", LABEL);
    let answer = page.wait_for(".answer", "no clear difference");
    assert!(answer.contains("log-rank χ² 0.61 on 1 df, p = 0.434"), "{answer}");
    page.wait_for(".subline", "17 of 33 in MSC and 12 of 31 in Control");
    let table = page.table("");
    let msc = table.iter().find(|row| row.iter().any(|cell| cell == "MSC")).unwrap_or_else(|| panic!("{table:?}"));
    assert!(msc.iter().any(|cell| cell == "33") && msc.iter().any(|cell| cell == "50.6"), "{table:?}");
    let control = table.iter().find(|row| row.iter().any(|cell| cell == "Control")).unwrap();
    assert!(control.iter().any(|cell| cell == "not reached"), "{table:?}");
}

/// R's figures for the same files (tests/cox_against_r, tests/competing_against_r, tests/landmark_against_r,
/// tests/safety_against_r).
fn every_way_to_ask_about_survival_answers(page: &Page) {
    for (title, answer, figures) in [
        (
            "Hazard ratios",
            "was 1.35 times Control’s (95% CI 0.64 to 2.84)",
            &["hazard-ratios", "check-hazards-1", "check-influence-1"][..],
        ),
        (
            "Competing events",
            "By month 48 the incidence of permanent ventilation is 18% in MSC and 18% in Control",
            &[],
        ),
        ("Landmark", "0.53 times as high in responders as in others", &[]),
        ("Safety", "29 of 33 in MSC and 27 of 31 in Control", &[]),
    ] {
        page.go(title);
        page.wait_for(".demo-label", LABEL);
        page.wait_for(".answer", answer);
        page.wait_for(".method", "R");
        if !figures.is_empty() {
            every_figure_is_drawn(page, figures);
        }
    }
}

fn the_data_page_counts_every_row(page: &Page) {
    page.go("Data");
    page.wait_for(".demo-label", LABEL);
    page.wait_for(".answer", "64 people: 33 in MSC and 31 in Control");
    page.wait_for(".file", "subjects.csv");
    // In equals used and set aside, file by file and in all.
    let counts = page.driver.script(
        "return [document.querySelector('.subline').innerText, ...[...document.querySelectorAll('.file > .hint')].map((hint) => hint.innerText)]",
        json!([]),
    );
    let mut read = 0;
    for line in
        counts.as_array().unwrap().iter().filter_map(|line| line.as_str()).filter(|line| line.contains(" rows read"))
    {
        let numbers: Vec<u64> =
            line.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect();
        assert_eq!(numbers[0], numbers[1] + numbers[2], "{line}");
        read += 1;
    }
    assert_eq!(read, 7, "six files and their sum: {counts}");
}

/// Each canvas has a description, and pixels that differ.
fn every_figure_is_drawn(page: &Page, keys: &[&str]) {
    const LOOK: &str = "
        return [...document.querySelectorAll('canvas[data-figure]')].map((canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            const colours = new Set(new Uint32Array(data.buffer));
            return [canvas.dataset.figure, canvas.getAttribute('aria-label'), colours.size];
        });";
    page.wait_until(&format!("the figures {keys:?}"), || {
        let seen = page.driver.script(LOOK, json!([]));
        let figures = seen.as_array()?;
        let is_drawn = |key: &str| {
            figures.iter().any(|figure| {
                figure[0] == key
                    && figure[1].as_str().is_some_and(|label| label.len() > 20)
                    && figure[2].as_u64() > Some(8)
            })
        };
        (figures.len() == keys.len() && keys.iter().all(|key| is_drawn(key))).then_some(())
    });
}

fn each_page_has_an_address(page: &Page) {
    let titles = "return [...document.querySelectorAll('.nav-item span')].map((title) => title.innerText)";
    let titles = page.driver.script(titles, json!([]));
    let pages = [
        "Data",
        "Patients",
        "Function",
        "Repeated measures",
        "Slope model",
        "Responders",
        "Joint rank",
        "Stages",
        "Biomarkers",
        "Correlation",
        "Survival",
        "Hazard ratios",
        "Competing events",
        "Landmark",
        "Safety",
    ];
    assert_eq!(titles, json!(pages), "a new page belongs in this test");
    for (hash, title) in [
        ("demo/patients", "Patients"),
        ("demo/function", "Function"),
        ("demo/mmrm", "Repeated measures"),
        ("demo/lmm", "Slope model"),
        ("demo/slope", "Responders"),
        ("demo/cafs", "Joint rank"),
        ("demo/staging", "Stages"),
        ("demo/biomarkers", "Biomarkers"),
        ("demo/correlation", "Correlation"),
        ("demo/survival", "Survival"),
        ("demo/cox", "Hazard ratios"),
        ("demo/competing", "Competing events"),
        ("demo/landmark", "Landmark"),
        ("demo/safety", "Safety"),
        ("demo/data", "Data"),
    ] {
        page.driver.script("location.hash = arguments[0]", json!([hash]));
        page.wait_for(".nav-item[aria-current=page]", title);
        page.wait_for(".demo-label", LABEL);
        let tab = page.driver.script("return document.title", json!([]));
        assert_eq!(tab.as_str().unwrap(), format!("{title} · Second Look"));
    }
    page.driver.script("history.back()", json!([]));
    page.wait_for(".nav-item[aria-current=page]", "Safety");
}
