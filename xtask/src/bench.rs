//! `cargo xtask bench`: builds what is measured and hands over to `benches/bench.mjs`, which prints the tables of
//! docs/BENCHMARKS.md. Nothing here can fail because something is slow.

use std::fs;

use crate::arguments::Arguments;
use crate::debian;
use crate::page;
use crate::process;
use crate::tools;
use crate::workspace::Workspace;

const MODULE: &str = "second_look_benches";

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<(), String> {
    arguments.end()?;
    debian::ensure(&[("node", "nodejs")], "Node.js 20 or newer")?;
    let tools = tools::ensure(workspace)?;
    let rivals = tools::ensure_rivals(workspace)?;
    let work = workspace.target.join("bench-work");
    let site = work.join("site");
    fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    process::run(&mut page::build(workspace, &tools, &site))?;

    // The same profile as the page, the same optimiser behind it.
    process::run(
        &mut workspace
            .cargo("build --quiet --locked --release -p second-look-benches --lib --target wasm32-unknown-unknown"),
    )?;
    let built = workspace.target.join(format!("wasm32-unknown-unknown/release/{MODULE}.wasm"));
    let mut bindgen = tools.lend(workspace.command("wasm-bindgen"));
    bindgen.args(["--target", "nodejs", "--no-typescript", "--out-dir"]).arg(&work).arg(built);
    process::run(&mut bindgen)?;
    let bound = work.join(format!("{MODULE}_bg.wasm"));
    process::run(tools.lend(workspace.command("wasm-opt")).arg("-Oz").arg(&bound).arg("-o").arg(&bound))?;

    process::run(
        &mut workspace
            .cargo("build --quiet --locked --profile bench -p second-look-benches --bin second-look-native-bench"),
    )?;
    let native =
        workspace.target.join("release").join(format!("second-look-native-bench{}", std::env::consts::EXE_SUFFIX));
    let mut bench = tools.lend(workspace.command("node"));
    bench.arg("benches/bench.mjs").args([site, work.join(format!("{MODULE}.js")), native, rivals, work]);
    process::run(&mut bench)
}
