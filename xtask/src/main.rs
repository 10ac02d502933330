//! The project's own commands: `cargo xtask <command>`. Each brings the tools it needs.

mod arguments;
mod bench;
mod checks;
mod debian;
mod demo;
mod formats;
mod fuzz;
mod page;
mod pilot;
mod process;
mod serve;
mod tools;
mod workspace;

use std::process::ExitCode;

use arguments::Arguments;
use workspace::Workspace;

const USAGE: &str = "\
cargo xtask serve [--port N] [--debug]       build the page, serve it here, build again when a file changes
cargo xtask test [--only STEP] [--keep-going] [--verbose]
                                             every check that must pass; STEP may be given several times
cargo xtask dist [--out FOLDER]              make the static folder for any host (default: dist)
cargo xtask bench                            measure size and speed beside webR, Pyodide, uDSV, PapaParse and R
cargo xtask demo [--check]                   write the demo trial's files again, or check that they are as made
cargo xtask formats [--check]                write the demo trial in every format again, or check that it is as made
cargo xtask fuzz [--runs N]                  read inputs that coverage chooses; a crash is kept in <target>/fuzz-work/found
cargo xtask fuzz --input FILE [--minimise | --unpack FOLDER]
                                             one such input again, made smaller, or as the files that it is
cargo xtask setup                            only fetch the tools that the other commands need";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let arguments = Arguments::new(words);
    let done = Workspace::find().and_then(|workspace| match command.as_str() {
        "serve" => serve::run(&workspace, arguments),
        "test" => checks::run(&workspace, arguments),
        "dist" => page::dist(&workspace, arguments),
        "bench" => bench::run(&workspace, arguments),
        "demo" => demo::run(&arguments.rest()),
        "formats" => formats::run(&workspace, arguments),
        "fuzz" => fuzz::run(&workspace, arguments),
        "setup" => arguments
            .end()
            .and_then(|()| tools::ensure(&workspace))
            .and_then(|_| tools::ensure_axe(&workspace))
            .and_then(|_| tools::ensure_csv_spectrum(&workspace))
            .map(|_| ()),
        _ => Err(format!("commands:\n{USAGE}")),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
