//! `cargo xtask test`: every check that must pass, in the order in which they fail fastest.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::debian;
use crate::page;
use crate::pilot;
use crate::process;
use crate::tools::{self, Tools};
use crate::workspace::Workspace;

struct Step {
    /// For `--only`.
    id: &'static str,
    title: &'static str,
    work: fn(&Workspace) -> Result<Work, String>,
}

/// How a step went: `Ok(Some(reason))` when there was nothing to do.
struct Taken<'a> {
    step: &'a Step,
    time: Duration,
    result: Result<Option<&'static str>, String>,
}

enum Work {
    Run(Vec<Command>),
    /// Nothing to check yet, and why.
    Skip(&'static str),
}

const STEPS: [Step; 14] = [
    Step { id: "tools", title: "tools", work: |workspace| tools::ensure(workspace).map(|_| Work::Run(Vec::new())) },
    Step { id: "format", title: "formatting", work: |workspace| components(workspace, &["fmt --all --check"]) },
    Step {
        id: "lint-engine",
        title: "lints: engine, command line",
        work: |workspace| {
            components(workspace, &["clippy --locked --no-default-features --all-targets -- -D warnings"])
        },
    },
    Step {
        id: "lint-chart",
        title: "lints: charts",
        work: |workspace| {
            components(
                workspace,
                &["clippy --locked --no-default-features --features chart --all-targets -- -D warnings"],
            )
        },
    },
    Step {
        id: "lint-page",
        title: "lints: page, for wasm32",
        work: |workspace| {
            tools::ensure(workspace)?; // brings the target
            components(workspace, &["clippy --locked --features app --target wasm32-unknown-unknown -- -D warnings"])
        },
    },
    Step {
        id: "lint-tests",
        title: "lints: xtask, benches, browser tests",
        work: |workspace| {
            components(
                workspace,
                &[
                    "clippy --locked -p xtask -p second-look-benches -p second-look-browser-tests --all-targets --all-features -- -D warnings",
                ],
            )
        },
    },
    Step {
        id: "engine",
        title: "engine tests",
        work: |workspace| cargo(workspace, &["test --locked --no-default-features"]),
    },
    Step {
        id: "spectrum",
        title: "csv-spectrum",
        work: |workspace| {
            let files = tools::ensure_csv_spectrum(workspace)?;
            let words = "test --locked --no-default-features --features csv-spectrum --test csv_spectrum";
            let mut test = workspace.cargo(words);
            test.env("SECOND_LOOK_CSV_SPECTRUM", files);
            Ok(Work::Run(vec![test]))
        },
    },
    Step {
        id: "charts",
        title: "chart tests",
        work: |workspace| {
            let words = ["test --locked --no-default-features --features chart --test charts"];
            if_there(workspace, "tests/charts", |workspace| cargo(workspace, &words))
        },
    },
    Step { id: "xtask", title: "xtask tests", work: |workspace| cargo(workspace, &["test --locked -p xtask"]) },
    Step {
        id: "wasm",
        title: "goldens inside wasm",
        work: |workspace| {
            if_there(workspace, "tests/goldens", |workspace| {
                debian::ensure(&[("node", "nodejs")], "Node.js 20 or newer")?;
                let tools = tools::ensure(workspace)?;
                let words = "test --locked --no-default-features --target wasm32-unknown-unknown --test goldens";
                Ok(Work::Run(vec![tools.lend(workspace.cargo(words))]))
            })
        },
    },
    Step {
        id: "page",
        title: "the page",
        work: |workspace| {
            let tools: Tools = tools::ensure(workspace)?;
            Ok(Work::Run(vec![page::build(workspace, &tools, &workspace.site())]))
        },
    },
    Step { id: "browser", title: "browser tests", work: browser },
    Step { id: "pilot", title: "the pilot study", work: pilot },
];

pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), String> {
    let only = arguments.values("--only")?;
    let keeps_going = arguments.flag("--keep-going");
    let is_verbose = arguments.flag("--verbose");
    arguments.end()?;
    if let Some(unknown) = only.iter().find(|id| STEPS.iter().all(|step| step.id != id.as_str())) {
        let known: Vec<&str> = STEPS.iter().map(|step| step.id).collect();
        return Err(format!("There is no step {unknown:?}; the steps are {}.", known.join(", ")));
    }
    let steps: Vec<&Step> =
        STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|id| id == step.id)).collect();

    let logs = workspace.target.join("xtask-logs");
    fs::create_dir_all(&logs).map_err(|error| format!("{}: {error}", logs.display()))?;
    let started = Instant::now();
    let mut taken: Vec<Taken> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        print!("[{:>2}/{}] {:<28} … ", index + 1, steps.len(), step.title);
        let _ = std::io::stdout().flush();
        let log = logs.join(format!("{}.log", step.id));
        let step_started = Instant::now();
        let result = take(step, workspace, (!is_verbose).then_some(log.as_path()));
        let time = step_started.elapsed();
        match &result {
            Ok(None) => println!("ok {:>8.1} s", time.as_secs_f64()),
            Ok(Some(reason)) => println!("skipped: {reason}"),
            Err(message) => {
                println!("FAILED after {:.1} s", time.as_secs_f64());
                if !is_verbose {
                    show_end_of(&log);
                }
                println!("{message}\nAgain, this step alone: cargo xtask test --only {}\n", step.id);
            }
        }
        let has_failed = result.is_err();
        taken.push(Taken { step, time, result });
        if has_failed && !keeps_going {
            break;
        }
    }
    summarise(&taken, steps.len(), started.elapsed())
}

fn take(step: &Step, workspace: &Workspace, log: Option<&Path>) -> Result<Option<&'static str>, String> {
    if let Some(log) = log {
        fs::write(log, "").map_err(|error| format!("{}: {error}", log.display()))?;
    }
    match (step.work)(workspace)? {
        Work::Skip(reason) => Ok(Some(reason)),
        Work::Run(commands) => {
            for mut command in commands {
                match log {
                    Some(log) => process::run_quietly(&mut command, log)?,
                    None => process::run(&mut command)?,
                }
            }
            Ok(None)
        }
    }
}

fn summarise(taken: &[Taken], planned: usize, total: Duration) -> Result<(), String> {
    println!();
    for Taken { step, time, result } in taken {
        let word = match result {
            Ok(None) => "ok",
            Ok(Some(_)) => "skipped",
            Err(_) => "FAILED",
        };
        println!("{:<28} {word:<8} {:>8.1} s", step.title, time.as_secs_f64());
    }
    println!("{:<37} {:>8.1} s", "all", total.as_secs_f64());
    let failed = taken.iter().filter(|taken| taken.result.is_err()).count();
    match (failed, planned - taken.len()) {
        (0, _) => Ok(()),
        (failed, 0) => Err(format!("{failed} of {planned} steps failed.")),
        (_, left) => {
            Err(format!("Stopped at the first failure; {left} steps were not run (--keep-going runs them all)."))
        }
    }
}

fn show_end_of(log: &Path) {
    const LINES: usize = 300;
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(LINES);
    if skipped > 0 {
        println!("({skipped} earlier lines are in {})", log.display());
    }
    for line in lines.iter().skip(skipped) {
        println!("{line}");
    }
}

fn cargo(workspace: &Workspace, commands: &[&str]) -> Result<Work, String> {
    Ok(Work::Run(commands.iter().map(|words| workspace.cargo(words)).collect()))
}

/// As [`cargo`], with rustfmt and clippy there.
fn components(workspace: &Workspace, commands: &[&str]) -> Result<Work, String> {
    tools::ensure_components(workspace)?;
    cargo(workspace, commands)
}

/// Skips a step whose test, `<path>.rs` or `<path>/main.rs`, is not written yet.
fn if_there(
    workspace: &Workspace,
    path: &str,
    work: impl FnOnce(&Workspace) -> Result<Work, String>,
) -> Result<Work, String> {
    let path = workspace.root.join(path);
    if path.with_extension("rs").is_file() || path.join("main.rs").is_file() {
        work(workspace)
    } else {
        Ok(Work::Skip("there are no such tests yet"))
    }
}

fn browser(workspace: &Workspace) -> Result<Work, String> {
    let mut tests = browser_tests(workspace, "")?;
    let axe = tools::ensure_axe(workspace)?;
    let command_line = format!("second-look{}", std::env::consts::EXE_SUFFIX);
    tests.env("SECOND_LOOK_AXE", axe);
    tests.env("SECOND_LOOK_CLI", workspace.target.join("debug").join(command_line));
    Ok(Work::Run(vec![workspace.cargo("build --locked --no-default-features --bin second-look"), tests]))
}

/// A step of its own: the one test that needs data from elsewhere.
fn pilot(workspace: &Workspace) -> Result<Work, String> {
    let mut tests = browser_tests(workspace, "--features pilot --test pilot")?;
    tests.env("SECOND_LOOK_PILOT", pilot::ensure(workspace)?);
    Ok(Work::Run(vec![tests]))
}

fn browser_tests(workspace: &Workspace, words: &str) -> Result<Command, String> {
    // Where these are set, a Chrome and its driver are there under other names.
    if std::env::var_os("CHROMEWEBDRIVER").is_none() && std::env::var_os("CHROMEDRIVER").is_none() {
        debian::ensure(
            &[("chromium", "chromium"), ("chromedriver", "chromium-driver")],
            "Chromium and chromedriver of the same version, or name them in CHROME and CHROMEDRIVER",
        )?;
    }
    if !workspace.site().join("index.html").is_file() {
        return Err("The page is not built: cargo xtask test --only page,browser".to_owned());
    }
    let mut tests = workspace.cargo(&format!("test --locked -p second-look-browser-tests {words}"));
    tests.env("SECOND_LOOK_SITE", workspace.site());
    Ok(tests)
}
