//! Running other programs.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

/// How a command reads on a terminal.
pub fn spell(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Runs a command whose output goes where ours goes.
pub fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", spell(command))) }
}

/// Runs a command whose output goes to a file.
pub fn run_quietly(command: &mut Command, log: &Path) -> Result<(), String> {
    let about_log = |error: std::io::Error| format!("{}: {error}", log.display());
    let file = File::options().create(true).append(true).open(log).map_err(about_log)?;
    command.stdin(Stdio::null()).stdout(file.try_clone().map_err(about_log)?).stderr(file);
    run(command)
}

/// What a command prints, when it can be run and succeeds.
pub fn read(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A program's file, looked for as a shell does.
pub fn on_path(program: &str) -> Option<std::path::PathBuf> {
    let names =
        if cfg!(windows) { vec![format!("{program}.exe"), format!("{program}.cmd")] } else { vec![program.to_owned()] };
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)).collect::<Vec<_>>())
        .find(|file| file.is_file())
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("{} cannot be started: {error}", spell(command))
}
