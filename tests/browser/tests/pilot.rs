//! A trial that no one here wrote: the CDISC pilot study, dropped on the page, gives the values of its published report.
//! `cargo xtask test --only page,pilot` brings the data (tests/pilot/README.md).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;

use second_look_browser_tests::{Page, workspace};
use serde_json::Value;

/// What R 4.2.2 says of the same files: tests/pilot/pilot.R.
mod r {
    pub struct Difference {
        pub estimate: f64,
        pub std_error: f64,
        pub p_value: f64,
        pub conf_low: f64,
        pub conf_high: f64,
    }

    pub const DF: f64 = 220.0;
    pub const LOW_AGAINST_PLACEBO: Difference = Difference {
        estimate: -0.466_782_357_500_74,
        std_error: 0.818_042_222_283_68,
        p_value: 0.568_846_971_341_77,
        conf_low: -2.078_984_543_984_39,
        conf_high: 1.145_419_828_982_93,
    };
    pub const HIGH_AGAINST_PLACEBO: Difference = Difference {
        estimate: -1.006_013_597_731_33,
        std_error: 0.840_529_356_750_35,
        p_value: 0.232_641_095_885_77,
        conf_low: -2.662_533_554_578_60,
        conf_high: 0.650_506_359_115_92,
    };
    pub const HIGH_AGAINST_LOW: Difference = Difference {
        estimate: -0.539_231_240_230_60,
        std_error: 0.836_108_901_551_48,
        p_value: 0.519_644_870_828_63,
        conf_low: -2.187_039_339_251_05,
        conf_high: 1.108_576_858_789_85,
    };
    pub const LOG_RANK: f64 = 60.269_556_739_028;
    pub const LOG_RANK_P: f64 = 8.177_716_313_863_7e-14;
    /// log2 change of ALT and AST from baseline to day 84.
    pub const PEARSON: f64 = 0.663_157_150_109_72;
    pub const PEARSON_P: f64 = 1.612_211_800_073_1e-22;
    pub const PEARSON_LOW: f64 = 0.568_552_113_999_84;
    pub const PEARSON_HIGH: f64 = 0.740_450_407_315_08;
    /// Ties by the ratios as fractions in lowest terms; R's ranks of `log2(a) - log2(b)` take some of them apart: 0.59946.
    pub const SPEARMAN: f64 = 0.599_614_297_188_44;
}

const PLACEBO: &str = "Placebo";
const LOW: &str = "Xanomeline Low Dose";
const HIGH: &str = "Xanomeline High Dose";

#[test]
fn the_pilot_study_gives_its_published_values() {
    let page = Page::start();
    page.open("");
    page.wait_for_start();
    page.settle();
    let files = ["adsl.csv", "adadas.csv", "adtte.csv", "adlbc.csv", "adae.csv"].map(|name| folder().join(name));
    page.choose_files("#files", &files.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let answer = page.wait_for(".answer", "254 people");
    page.wait_until_idle();
    // The report's table holds the last values carried forward, which the reader sets aside by default.
    let plan = without_role(&page.save("#save-plan", "plan.json"), "adadas.csv", "DTYPE");
    page.choose_files("#other-files", &[plan.as_path()]);
    page.wait_until_idle();
    page.wait_for(".answer", "254 people");
    for arm in ["86 in Placebo", "84 in Xanomeline High Dose", "84 in Xanomeline Low Dose"] {
        assert!(answer.contains(arm), "{answer}");
    }
    page.wait_until_idle();

    page.choose("analysis-set", "EFFFL = yes");
    page.choose("control-arm", PLACEBO);
    page.go("Function");
    page.choose("outcome", "ACTOT");
    page.pick("month", "24");
    page.pick("method", "ANCOVA");
    page.pick("covariate", "SITEGR1");
    page.pick("as-groups", "as groups");
    page.wait_for(".method", "SITEGR1 (as groups)");
    page.wait_until_idle();

    let table = page.table("Change from baseline, ANCOVA");
    let day = table.iter().position(|row| row[0] == "24").unwrap_or_else(|| panic!("{table:?}"));
    let row = |arm: &str| table[day..].iter().find(|row| row[1] == arm).unwrap();
    for (arm, n) in [(PLACEBO, "79"), (LOW, "81"), (HIGH, "74")] {
        assert_eq!(row(arm)[2], n, "{arm}");
    }
    assert_eq!(row(PLACEBO)[4], "2.54 (5.80)");
    // Table 14-3.01 prints -0.5 (0.82), p 0.569 and -1.0 (0.84), p 0.233; the page prints one digit more of the
    // difference and one less of the p-value.
    assert_eq!(row(LOW)[5..], ["−0.47", "0.82", "−2.08 to 1.15", "220", "0.569"]);
    assert_eq!(row(HIGH)[5..], ["−1.01", "0.84", "−2.66 to 0.65", "220", "0.233"]);
    page.wait_for(".doubts", "outside the analysis set “EFFFL”");

    let findings = saved(&page);
    compare(&findings, LOW, PLACEBO, &r::LOW_AGAINST_PLACEBO, ["-0.5", "0.82", "0.569"]);
    compare(&findings, HIGH, PLACEBO, &r::HIGH_AGAINST_PLACEBO, ["-1.0", "0.84", "0.233"]);

    page.choose("control-arm", LOW);
    page.go("Function");
    page.wait_for(".answer", &format!("against {LOW}"));
    let table = page.table("Change from baseline, ANCOVA");
    let day = table.iter().position(|row| row[0] == "24").unwrap();
    let high = table[day..].iter().find(|row| row[1] == HIGH).unwrap();
    assert_eq!(high[5..], ["−0.54", "0.84", "−2.19 to 1.11", "220", "0.520"]);
    compare(&saved(&page), HIGH, LOW, &r::HIGH_AGAINST_LOW, ["-0.5", "0.84", "0.520"]);

    page.choose("control-arm", PLACEBO);
    page.choose("analysis-set", "Everyone in the files");
    the_time_to_the_first_event(&page);
    a_correlation_of_blood_values(&page);

    assert_eq!(page.take_requests(), Vec::<String>::new(), "nothing is asked for when files are dropped and analysed");
    page.wait_for("#requests", "0 requests");
    page.assert_no_faults();
}

fn the_time_to_the_first_event(page: &Page) {
    page.go("Survival");
    let answer = page.wait_for(".answer", "log-rank χ² 60.27 on 2 df, p < 0.0001");
    assert!(answer.contains("TTDE") && answer.contains("differs"), "{answer}");
    let findings = saved(page);
    let overall =
        row(&findings, |row| row["analysis"] == "logrank" && row["term"] == "log_rank" && row["group"].is_null());
    close(&overall["statistic"], r::LOG_RANK);
    close(&overall["df"], 2.0);
    close(&overall["p_value"], r::LOG_RANK_P);
    assert_eq!(format!("{:.1}", overall["statistic"].as_f64().unwrap()), "60.3", "as published");
    println!("log-rank: {} on {} df", overall["statistic"], overall["df"]);
}

fn a_correlation_of_blood_values(page: &Page) {
    page.go("Correlation");
    page.choose("x", "ALT");
    page.choose("y", "AST");
    page.choose("quantity", "Change from baseline");
    page.choose("month", "12");
    page.wait_for(".answer", "ALT and AST rise and fall together in");
    page.wait_for(".answer", "r = 0.66, 95% CI 0.57 to 0.74");
    let table = page.table("ALT with AST, by group");
    assert_eq!(table[1][0..5], ["Everyone", "167", "0.66", "0.57 to 0.74", "< 0.0001"]);
    assert_eq!(table[1][6], "0.60");
    let findings = saved(page);
    let is_pair = |row: &Value| row["outcome"] == "AST" && row["contrast"] == "with ALT" && row["group"] == "all";
    let pearson = row(&findings, |row| is_pair(row) && row["term"] == "pearson");
    assert_eq!(pearson["n"], 167);
    close(&pearson["estimate"], r::PEARSON);
    close(&pearson["p_value"], r::PEARSON_P);
    close(&pearson["conf_low"], r::PEARSON_LOW);
    close(&pearson["conf_high"], r::PEARSON_HIGH);
    let spearman = row(&findings, |row| is_pair(row) && row["term"] == "spearman");
    close(&spearman["estimate"], r::SPEARMAN);
    println!("ALT with AST: Pearson {}, Spearman {}, n {}", pearson["estimate"], spearman["estimate"], pearson["n"]);
}

/// Against R to ten digits, and rounded against the report's difference, SE and p.
fn compare(findings: &Value, arm: &str, control: &str, expected: &r::Difference, published: [&str; 3]) {
    let found = row(findings, |row| {
        row["analysis"] == "change.ancova"
            && row["term"] == "difference"
            && row["group"] == arm
            && row["at"].as_f64().is_some_and(|month| (month * 30.4375 - 168.0).abs() < 1e-6)
    });
    assert!(found["contrast"].as_str().unwrap().contains(control), "{found}");
    close(&found["estimate"], expected.estimate);
    close(&found["std_error"], expected.std_error);
    close(&found["df"], r::DF);
    close(&found["p_value"], expected.p_value);
    close(&found["conf_low"], expected.conf_low);
    close(&found["conf_high"], expected.conf_high);
    let number = |name: &str| found[name].as_f64().unwrap();
    let rounded = [
        format!("{:.1}", number("estimate")),
        format!("{:.2}", number("std_error")),
        format!("{:.3}", number("p_value")),
    ];
    assert_eq!(rounded, published, "{arm} against {control}");
    println!(
        "{arm} against {control}: {} ({}), p {}; published {published:?}",
        found["estimate"], found["std_error"], found["p_value"]
    );
}

fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{found} is no number"));
    assert!((found - expected).abs() <= 1e-10 * expected.abs(), "{found} is not R's {expected}");
}

fn row(findings: &Value, is_it: impl Fn(&Value) -> bool) -> Value {
    let rows = findings["findings"].as_array().expect("findings");
    rows.iter().find(|row| is_it(row)).unwrap_or_else(|| panic!("no such row among {}", rows.len())).clone()
}

fn saved(page: &Page) -> Value {
    page.wait_until_idle();
    page.go("Data");
    serde_json::from_str(&page.save("#save-findings", "findings.json")).unwrap()
}

/// The saved plan with one column's role taken away, beside the data.
fn without_role(plan: &str, file: &str, column: &str) -> PathBuf {
    let mut plan: Value = serde_json::from_str(plan).unwrap();
    let files = plan["files"].as_array_mut().unwrap();
    let mapping = files.iter_mut().find(|mapping| mapping["name"] == file).unwrap();
    let columns = mapping["columns"].as_array_mut().unwrap();
    let mapped = columns.iter_mut().find(|mapped| mapped["column"] == column).unwrap();
    mapped["role"] = "ignored".into();
    let path = folder().join("plan.json");
    std::fs::write(&path, plan.to_string()).unwrap();
    path
}

fn folder() -> PathBuf {
    let folder = std::env::var_os("SECOND_LOOK_PILOT").map_or_else(|| workspace().join("target/pilot"), PathBuf::from);
    assert!(
        folder.join("adsl.csv").is_file(),
        "the pilot study is not in {}: cargo xtask test --only page,pilot brings it, with Python 3 and pip",
        folder.display()
    );
    folder
}
