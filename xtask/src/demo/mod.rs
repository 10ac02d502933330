//! The demo trial: simulated to match published summary figures; no patient's data.
//!
//! `cargo xtask demo` writes `public/demo/`, `cargo xtask demo --check` fails when the files there are not
//! the ones this generator makes. What is matched and what is invented: `docs/demo.md`.

mod biomarkers;
mod design;
mod events;
mod measures;
mod rng;
mod stats;
mod survival;
mod table;
#[cfg(test)]
mod tests;
mod visits;

use std::path::PathBuf;

use rng::Rng;

/// Changing it makes another trial that meets the same constraints.
const SEED: u64 = 1_363_401;

const LABEL: &str = "Simulated to match published summary figures; no patient's data.\n\
    How these files are made, what they match and what is invented: docs/demo.md in the repository.\n";

pub fn run(args: &[String]) -> Result<(), String> {
    let check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("usage: cargo xtask demo [--check]".into()),
    };
    let dir = demo_dir();
    let files = generate(SEED)?;
    if !check {
        std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    }
    let mut stale = Vec::new();
    for (name, text) in &files {
        let path = dir.join(name);
        if !check {
            std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        } else if !same(&path, text) {
            stale.push(*name);
        }
    }
    if stale.is_empty() {
        let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
        println!("demo: {} files, {bytes} bytes, {}", files.len(), if check { "as generated" } else { "written" });
        Ok(())
    } else {
        Err(format!("public/demo differs from the generator ({}); run `cargo xtask demo`", stale.join(", ")))
    }
}

/// A checkout may have turned line ends into CR LF; that is no difference.
fn same(path: &std::path::Path, text: &str) -> bool {
    std::fs::read_to_string(path).is_ok_and(|found| found.replace("\r\n", "\n") == text)
}

fn demo_dir() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("xtask"), PathBuf::from);
    package.join("..").join("public").join("demo")
}

/// Every file of the demo trial. Each part draws from its own stream, so that a change in one leaves the others.
fn generate(seed: u64) -> Result<Vec<(&'static str, String)>, String> {
    let people = design::people(&mut Rng::new(seed, 1))?;
    let paths = visits::paths(&people, &mut Rng::new(seed, 2));
    let measures = measures::measures(&people, &mut Rng::new(seed, 3))?;
    let fates = survival::fates(&people, &mut Rng::new(seed, 4))?;
    let samples = biomarkers::samples(&people, &mut Rng::new(seed, 5))?;
    let events = events::events(&people, &fates, &mut Rng::new(seed, 6));
    let ventilations = survival::ventilations(&fates, &mut Rng::new(seed, 7));
    Ok(vec![
        ("subjects.csv", table::subjects(&people)),
        ("visits.csv", table::visits(&people, &paths, &measures)),
        ("biomarkers.csv", table::biomarkers(&people, &samples)),
        ("survival.csv", table::survival(&people, &fates)),
        ("ventilation.csv", table::ventilation(&people, &fates, &ventilations)),
        ("adverse_events.csv", table::events(&people, &events)),
        ("README.txt", LABEL.to_string()),
    ])
}
