//! The tools of pinned versions: taken from PATH when they are exactly these, else put into `<target>/tools`.
//! What is there stays, so after the first time nothing needs a network.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::debian;
use crate::process;
use crate::workspace::Workspace;

// trunk checks the last two again: the same numbers stand in Trunk.toml. wasm-bindgen's is that of the crate, to the digit.
const TRUNK: &str = "0.21.14";
const WASM_BINDGEN: &str = "0.2.130";
const WASM_OPT: &str = "132";

/// Finds what a page lacks for people who do not see it or do not use a mouse; for the browser tests alone.
const AXE: &str = "4.14.1";

/// Files that parsers of CSV are measured by; for one test.
const CSV_SPECTRUM: &str = "1.0.0";

const WASM_TARGET: &str = "wasm32-unknown-unknown";

pub struct Tools {
    /// PATH with the tools in front.
    pub path: OsString,
    /// Runs tests inside WebAssembly.
    pub test_runner: PathBuf,
}

impl Tools {
    /// Makes the tools visible to a command.
    pub fn lend(&self, mut command: Command) -> Command {
        command.env("PATH", &self.path).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &self.test_runner);
        command
    }
}

struct Tool {
    name: &'static str,
    version: &'static str,
    /// Words of `cargo install`; `None` for what comes from npm.
    cargo_install: Option<&'static str>,
}

const TOOLS: [Tool; 4] = [
    Tool { name: "trunk", version: TRUNK, cargo_install: Some("trunk --locked") },
    // --locked would take a lock file that names a crate version no longer served; the default features only add TLS.
    Tool { name: "wasm-bindgen", version: WASM_BINDGEN, cargo_install: Some("wasm-bindgen-cli --no-default-features") },
    Tool {
        name: "wasm-bindgen-test-runner",
        version: WASM_BINDGEN,
        cargo_install: Some("wasm-bindgen-cli --no-default-features"),
    },
    // From npm, not from a distribution: Debian's binaryen 108 writes a module that dies at its start.
    Tool { name: "wasm-opt", version: WASM_OPT, cargo_install: None },
];

/// Everything that building the page and testing in WebAssembly needs.
pub fn ensure(workspace: &Workspace) -> Result<Tools, String> {
    ensure_wasm_target(workspace)?;
    let mut folders = Vec::new();
    let mut test_runner = PathBuf::new();
    let build = workspace.target.join("tools-build");
    for tool in &TOOLS {
        let program = match find(workspace, tool) {
            Some(program) => program,
            None => {
                install(workspace, tool, &build)?;
                find(workspace, tool)
                    .ok_or_else(|| format!("{} {} was installed, but does not run", tool.name, tool.version))?
            }
        };
        if tool.name == "wasm-bindgen-test-runner" {
            test_runner.clone_from(&program);
        }
        folders.extend(program.parent().map(Path::to_owned));
    }
    if build.exists() {
        fs::remove_dir_all(&build).map_err(|error| format!("{}: {error}", build.display()))?;
    }
    folders.dedup();
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(folders.into_iter().chain(std::env::split_paths(&rest)))
        .map_err(|error| format!("PATH: {error}"))?;
    Ok(Tools { path, test_runner })
}

fn find(workspace: &Workspace, tool: &Tool) -> Option<PathBuf> {
    let installed = match tool.cargo_install {
        Some(_) => workspace.tools().join("bin"),
        None => binaryen(workspace).join("node_modules").join(".bin"),
    };
    let file_name = match tool.cargo_install {
        Some(_) => format!("{}{}", tool.name, std::env::consts::EXE_SUFFIX),
        None if cfg!(windows) => format!("{}.cmd", tool.name),
        None => tool.name.to_owned(),
    };
    let candidates = [process::on_path(tool.name), Some(installed.join(file_name))];
    candidates.into_iter().flatten().find(|program| {
        let says = process::read(Command::new(program).arg("--version")).unwrap_or_default();
        says.split_whitespace().any(|word| word == tool.version)
    })
}

fn install(workspace: &Workspace, tool: &Tool, build: &Path) -> Result<(), String> {
    let started = Instant::now();
    println!("installing {} {} into {} …", tool.name, tool.version, workspace.tools().display());
    match tool.cargo_install {
        Some(words) => {
            // A tool that runs for seconds is not worth minutes of optimisation.
            let mut cargo = workspace.cargo("install --quiet --force");
            cargo.args(words.split_whitespace()).args(["--version", tool.version, "--root"]).arg(workspace.tools());
            cargo.env("CARGO_TARGET_DIR", build);
            cargo.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
            cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_DEBUG", "false");
            process::run(&mut cargo)?;
        }
        None => {
            install_from_npm(workspace, &binaryen(workspace), &[&format!("binaryen@{}.0.0", tool.version)])?;
        }
    }
    println!("  {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn install_from_npm(workspace: &Workspace, folder: &Path, packages: &[&str]) -> Result<(), String> {
    debian::ensure(&[("node", "nodejs"), ("npm", "npm")], "Node.js 20 or newer, with npm")?;
    let npm = process::on_path("npm").ok_or("npm is missing")?;
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut npm = workspace.command(npm);
    npm.args(["install", "--no-package-lock", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
    process::run(npm.arg(folder).args(packages))
}

/// axe-core's one file.
pub fn ensure_axe(workspace: &Workspace) -> Result<PathBuf, String> {
    let folder = workspace.tools().join("axe");
    let package = folder.join("node_modules").join("axe-core");
    let is_there = || {
        let about = fs::read_to_string(package.join("package.json")).unwrap_or_default();
        about.contains(&format!("\"version\": \"{AXE}\""))
    };
    if !is_there() {
        println!("installing axe-core {AXE} into {} …", folder.display());
        install_from_npm(workspace, &folder, &[&format!("axe-core@{AXE}")])?;
    }
    if is_there() {
        Ok(package.join("axe.min.js"))
    } else {
        Err(format!("axe-core {AXE} was installed, but is not there"))
    }
}

/// The folder with csv-spectrum's files.
pub fn ensure_csv_spectrum(workspace: &Workspace) -> Result<PathBuf, String> {
    let folder = workspace.tools().join("csv-spectrum");
    let package = folder.join("node_modules").join("csv-spectrum");
    let is_there = || {
        let about = fs::read_to_string(package.join("package.json")).unwrap_or_default();
        about.contains(&format!("\"version\": \"{CSV_SPECTRUM}\""))
    };
    if !is_there() {
        println!("installing csv-spectrum {CSV_SPECTRUM} into {} …", folder.display());
        install_from_npm(workspace, &folder, &[&format!("csv-spectrum@{CSV_SPECTRUM}")])?;
    }
    if is_there() { Ok(package) } else { Err(format!("csv-spectrum {CSV_SPECTRUM} was installed, but is not there")) }
}

/// What `cargo xtask bench` compares with; nothing else needs them.
const RIVALS: [(&str, &str); 4] =
    [("webr", "0.6.0"), ("pyodide", "314.0.7"), ("udsv", "0.7.3"), ("papaparse", "5.7.1")];

pub fn ensure_rivals(workspace: &Workspace) -> Result<PathBuf, String> {
    let folder = workspace.tools().join("rivals");
    let is_there = |(name, version): &(&str, &str)| {
        let about = fs::read_to_string(folder.join("node_modules").join(name).join("package.json"));
        about.is_ok_and(|about| about.contains(&format!("\"version\": \"{version}\"")))
    };
    if !RIVALS.iter().all(is_there) {
        let packages = RIVALS.map(|(name, version)| format!("{name}@{version}"));
        println!("installing {} into {} …", packages.join(", "), folder.display());
        install_from_npm(workspace, &folder, &packages.each_ref().map(String::as_str))?;
    }
    Ok(folder)
}

fn binaryen(workspace: &Workspace) -> PathBuf {
    workspace.tools().join("binaryen")
}

/// A `targets` line in rust-toolchain.toml would not do: rustup skips it where automatic installation is off.
fn ensure_wasm_target(workspace: &Workspace) -> Result<(), String> {
    let folder = process::read(&mut {
        let mut rustc = workspace.command("rustc");
        rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
        rustc
    });
    if folder.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    if process::on_path("rustup").is_none() {
        return Err(format!("Rust's standard library for {WASM_TARGET} is missing, and there is no rustup to add it."));
    }
    println!("adding the target {WASM_TARGET} …");
    let mut rustup = workspace.command("rustup");
    rustup.args(["target", "add", WASM_TARGET]);
    process::run(&mut rustup)
}

/// rustfmt and clippy, which a minimal Rust does not have.
pub fn ensure_components(workspace: &Workspace) -> Result<(), String> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if process::read(&mut workspace.cargo(&format!("{subcommand} --version"))).is_none() {
            println!("adding the component {component} …");
            let mut rustup = workspace.command("rustup");
            rustup.args(["component", "add", component]);
            process::run(&mut rustup)?;
        }
    }
    Ok(())
}
