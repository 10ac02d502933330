//! The browser and the command line give the same plan and the same findings, byte for byte but for the build they name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use second_look_browser_tests::{Page, workspace};

/// In the order in which the page carries them.
const FILES: [&str; 6] =
    ["subjects.csv", "visits.csv", "biomarkers.csv", "survival.csv", "ventilation.csv", "adverse_events.csv"];

#[test]
fn browser_and_command_line_agree_to_the_last_byte() {
    let page = Page::start();
    page.open("#demo/data");
    page.wait_for(".answer", "64 people");
    page.wait_until_idle();

    let plan = page.save("#save-plan", "plan.json");
    assert_eq!(plan, printed(&command_line(&["plan"])));
    let findings = without_build(&page.save("#save-findings", "findings.json"));
    assert_eq!(findings, printed(&command_line(&["analyse"])));
    let table = page.save("#save-findings-csv", "findings.csv");
    let native_table = page.downloads.join("native.csv");
    command_line(&["analyse", "--csv", native_table.to_str().unwrap()]);
    assert_eq!(table, std::fs::read_to_string(&native_table).unwrap());
    assert!(table.lines().count() > 100, "{table}");

    a_changed_plan_comes_back(&page, &plan);
    page.assert_no_faults();
}

/// A plan with other settings, dropped on the page, is run, shown in the forms and gives what the command line gives.
fn a_changed_plan_comes_back(page: &Page, plan: &str) {
    let mut plan: serde_json::Value = serde_json::from_str(plan).unwrap();
    plan["confidence_level"] = 0.9.into();
    plan["control_arm"] = "MSC".into();
    for analysis in plan["analyses"].as_array_mut().unwrap() {
        for (_, options) in analysis.as_object_mut().unwrap() {
            if options.get("primary_month").is_some() {
                options["primary_month"] = 4.into();
                options["method"] = "welch".into();
            }
        }
    }
    let text = serde_json::to_string_pretty(&plan).unwrap();
    let path = page.downloads.join("changed.json");
    std::fs::write(&path, &text).unwrap();

    // The list was used before: it must follow the plan all the same.
    page.choose("control-arm", "MSC");
    page.choose("control-arm", "Control");
    page.go("Function");
    page.wait_for(".answer", "MSC had lost 3.38 points less than Control");
    page.drop_files(".page", &[("changed.json", &text)]);
    page.wait_for(".answer", "At month 4 Control had lost 2.98 points more than MSC (90% CI");
    assert_eq!(page.chosen("control-arm"), "MSC");
    let shown = page.driver.script(
        "return [document.querySelector('input[name=confidence-level]').value,
            document.querySelector('input[name=method]:checked').value, document.querySelector('input[name=month]:checked').value]",
        serde_json::json!([]),
    );
    assert_eq!(shown, serde_json::json!(["90", "change.welch", "4"]));

    page.go("Data");
    let findings = without_build(&page.save("#save-findings", "findings.json"));
    assert_eq!(findings, printed(&command_line(&["analyse", "--plan", path.to_str().unwrap()])));

    page.drop_files(".page", &[("broken.json", "{\"plan_version\": 1,")]);
    page.wait_for(".notice", "broken.json: not a plan");
    page.wait_for(".answer", "64 people");
}

fn printed(output: &Output) -> String {
    without_build(std::str::from_utf8(&output.stdout).unwrap())
}

/// Page and command line may be built at different commits of a working copy; the line that says so is not compared.
fn without_build(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with("    \"build\": ")).collect()
}

fn command_line(words: &[&str]) -> Output {
    let demo = workspace().join("public/demo");
    let files = FILES.map(|name| demo.join(name));
    let output = Command::new(program()).arg(words[0]).args(&files).args(&words[1..]).output().unwrap();
    // 0: all answered; 1: an analysis could not answer, the rest stand.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// `cargo xtask test` names a command line that it built; without it, build one.
fn program() -> PathBuf {
    if let Some(program) = std::env::var_os("SECOND_LOOK_CLI") {
        return PathBuf::from(program);
    }
    static BUILD: std::sync::Once = std::sync::Once::new();
    BUILD.call_once(|| {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--quiet", "--locked", "--no-default-features", "--bin", "second-look"]);
        assert!(cargo.current_dir(workspace()).status().unwrap().success(), "the command line does not build");
    });
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    target.join(Path::new("debug").join(format!("second-look{}", std::env::consts::EXE_SUFFIX)))
}
