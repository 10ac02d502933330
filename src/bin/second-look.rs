//! The command line: `second-look plan FILES…` and `second-look analyse FILES… [--plan P] [--out F]`.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use second_look::analysis::Plan;
use second_look::engine::run;
use second_look::export::{
    FindingsFile, read_plan_json, write_findings_csv, write_findings_json, write_not_read_csv, write_plan_json,
};
use second_look::import::{Import, LARGEST_FILE_BYTES, SourceFile, not_read, read_trial};
use second_look::report::Overview;

const USAGE: &str = "\
second-look: an ALS trial's files, analysed again

  second-look plan FILES…
      prints the default plan for these files as JSON
  second-look analyse FILES… [--plan plan.json] [--out findings.json] [--csv findings.csv] [--not-read not-read.csv]
      runs the plan, or the default one, and prints or writes the findings; --not-read lists every row that was set
      aside and every cell that was not read as a value, as it stands in the file

Exit code: 0 all answered; 1 an analysis could not answer, the rest stand; 2 the files or the plan are unusable.";

enum Failure {
    /// Code 2.
    Unusable(String),
}

struct Arguments {
    files: Vec<String>,
    plan: Option<String>,
    out: Option<String>,
    csv: Option<String>,
    not_read: Option<String>,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some("plan") => parse(arguments).and_then(|arguments| print_plan(&arguments)),
        Some("analyse" | "analyze") => parse(arguments).and_then(|arguments| analyse(&arguments)),
        Some("--version" | "-V") => {
            println!("second-look {}", env!("CARGO_PKG_VERSION"));
            Ok(ExitCode::SUCCESS)
        }
        Some("--help" | "-h" | "help") => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => Err(Failure::Unusable(format!("unknown command “{other}”\n\n{USAGE}"))),
        None => Err(Failure::Unusable(USAGE.to_owned())),
    };
    match outcome {
        Ok(code) => code,
        Err(Failure::Unusable(message)) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn parse(arguments: impl Iterator<Item = String>) -> Result<Arguments, Failure> {
    let mut parsed = Arguments { files: Vec::new(), plan: None, out: None, csv: None, not_read: None };
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let slot = match argument.as_str() {
            "--plan" => &mut parsed.plan,
            "--out" => &mut parsed.out,
            "--csv" => &mut parsed.csv,
            "--not-read" => &mut parsed.not_read,
            option if option.starts_with("--") => {
                return Err(Failure::Unusable(format!("unknown option {option}\n\n{USAGE}")));
            }
            _ => {
                parsed.files.push(argument);
                continue;
            }
        };
        let value = arguments.next().ok_or_else(|| Failure::Unusable(format!("{argument} needs a file name")))?;
        *slot = Some(value);
    }
    if parsed.files.is_empty() {
        return Err(Failure::Unusable(format!("no files given\n\n{USAGE}")));
    }
    Ok(parsed)
}

fn read(arguments: &Arguments, plan: Option<&Plan>) -> Result<Import, Failure> {
    let mut contents = Vec::new();
    for path in &arguments.files {
        let size = std::fs::metadata(path).map_err(|error| Failure::Unusable(format!("{path}: {error}")))?.len();
        // The reader refuses a file over the limit by its size; its bytes are not needed for that.
        let bytes = if size > LARGEST_FILE_BYTES { Ok(Vec::new()) } else { std::fs::read(path) };
        let bytes = bytes.map_err(|error| Failure::Unusable(format!("{path}: {error}")))?;
        let name = Path::new(path).file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned());
        contents.push((name, size, bytes));
    }
    let files: Vec<SourceFile<'_>> =
        contents.iter().map(|(name, size, bytes)| SourceFile { name, bytes, size_bytes: *size }).collect();
    let import = read_trial(&files, plan.map(|plan| plan.files.as_slice()), &mut |_, _| {});
    for issue in &import.issues {
        eprintln!("{} {}", issue.message, issue.hint);
    }
    if let Some(path) = &arguments.not_read {
        let buffers: Vec<Vec<u8>> = contents.iter().map(|(_, _, bytes)| bytes.clone()).collect();
        let table = write_not_read_csv(&not_read(&import, &buffers)).map_err(Failure::Unusable)?;
        write_out(Some(path), &table)?;
    }
    if import.trial.subjects.is_empty() {
        return Err(Failure::Unusable("Nothing in these files could be used.".to_owned()));
    }
    Ok(import)
}

fn print_plan(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let import = read(arguments, None)?;
    let plan = Plan::default_for(&import.trial, &import.files);
    let text = write_plan_json(&plan).map_err(Failure::Unusable)?;
    write_out(arguments.out.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}

fn analyse(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let given = match &arguments.plan {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| Failure::Unusable(format!("{path}: {error}")))?;
            Some(read_plan_json(&text).map_err(|error| Failure::Unusable(format!("{path}: {error}")))?)
        }
    };
    let import = read(arguments, given.as_ref())?;
    let plan = match given {
        Some(plan) => Plan { files: import.files.clone(), ..plan },
        None => Plan::default_for(&import.trial, &import.files),
    };
    let answers = run(&import, &plan, &mut |_, _| {});
    let overview = Overview::of(&import);
    let file = FindingsFile::new(&overview, &plan, &answers);
    for note in file.notes.iter().filter(|note| note.code == "unanswered") {
        eprintln!("{}", note.text);
    }
    let text = write_findings_json(&file).map_err(Failure::Unusable)?;
    write_out(arguments.out.as_deref(), &text)?;
    if let Some(path) = &arguments.csv {
        let table = write_findings_csv(&file.findings).map_err(Failure::Unusable)?;
        write_out(Some(path), &table)?;
    }
    if answers.is_empty() {
        eprintln!(
            "No analysis could be asked: these files hold no visits after a baseline, no two analytes and no follow-up."
        );
    }
    Ok(if answers.is_empty() || file.has_unanswered() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn write_out(path: Option<&str>, text: &str) -> Result<(), Failure> {
    match path {
        None => match std::io::stdout().write_all(text.as_bytes()) {
            // Whoever read has read enough: `second-look plan … | head`.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| Failure::Unusable(format!("standard output: {error}"))),
        },
        Some(path) => std::fs::write(path, text).map_err(|error| Failure::Unusable(format!("{path}: {error}"))),
    }
}
