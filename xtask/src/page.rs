//! Building the page.

use std::path::Path;
use std::process::Command;

use crate::arguments::Arguments;
use crate::process;
use crate::tools::{self, Tools};
use crate::workspace::Workspace;

/// `cargo xtask dist`
pub fn dist(workspace: &Workspace, mut arguments: Arguments) -> Result<(), String> {
    let out = arguments.value("--out")?.unwrap_or_else(|| "dist".to_owned());
    arguments.end()?;
    let tools = tools::ensure(workspace)?;
    // Where the user stands, not where the workspace is.
    let out = std::path::absolute(&out).map_err(|error| format!("{out}: {error}"))?;
    process::run(&mut build(workspace, &tools, &out))?;
    println!("\n{} is ready for any static host; it may lie in a sub-folder.", out.display());
    let mut files = list(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    files.sort();
    for (name, bytes) in files {
        println!("{bytes:>10} bytes  {name}");
    }
    Ok(())
}

/// The command that builds the page into a folder.
pub fn build(workspace: &Workspace, tools: &Tools, out: &Path) -> Command {
    let mut trunk = tools.lend(workspace.command("trunk"));
    trunk.args(["build", "--release", "--dist"]).arg(out);
    name_build(workspace, &mut trunk);
    trunk
}

/// Tells the program which build it is.
pub fn name_build(workspace: &Workspace, command: &mut Command) {
    command.env_remove("NO_COLOR"); // trunk takes only `true` and `false` for it
    if let Some(build) = workspace.build_id() {
        command.env("SECOND_LOOK_BUILD", build);
    }
}

fn list(folder: &Path) -> std::io::Result<Vec<(String, u64)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            files.extend(list(&entry.path())?.into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            files.push((name, entry.metadata()?.len()));
        }
    }
    Ok(files)
}
