//! `cargo xtask fuzz`: the reader on inputs that its own coverage chooses (fuzz/README.md). A stable compiler does: the
//! counters are an LLVM pass, and libFuzzer comes with libfuzzer-sys.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::process;
use crate::workspace::Workspace;

const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                        -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";
const NAMES: &str = include_str!("../../fuzz/names.txt");
const BETWEEN_FILES: &[u8] = &[0x1c; 3];
const LONGEST_INPUT: usize = 4096;
const RUNS: &str = "1000000";

pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), String> {
    let runs = arguments.value("--runs")?.unwrap_or_else(|| RUNS.to_owned());
    let input = arguments.value("--input")?;
    let unpack = arguments.value("--unpack")?;
    let smaller = arguments.flag("--minimise");
    arguments.end()?;
    if let (Some(folder), Some(input)) = (&unpack, &input) {
        return write_files(Path::new(input), Path::new(folder));
    }
    let program = build(workspace)?;
    let work = workspace.target.join("fuzz-work");
    let (corpus, seeds, found) = (work.join("corpus"), work.join("seeds"), work.join("found"));
    for folder in [&corpus, &seeds, &found] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut fuzz = workspace.command(program);
    fuzz.arg(format!("-artifact_prefix={}/", found.display())).args(["-timeout=5", "-rss_limit_mb=4096"]);
    match input {
        Some(input) if smaller => {
            fuzz.args(["-minimize_crash=1", "-max_total_time=60"]).arg(input);
        }
        Some(input) => {
            fuzz.arg(input);
        }
        None => {
            let count = write_seeds(workspace, &seeds)?;
            println!("{count} seeds in {}", seeds.display());
            fuzz.arg(format!("-runs={runs}")).arg(format!("-max_len={LONGEST_INPUT}"));
            fuzz.args(["-dict=fuzz/reader.dict", "-print_final_stats=1"]).arg(&corpus).arg(&seeds);
        }
    }
    process::run(&mut fuzz)
}

fn build(workspace: &Workspace) -> Result<PathBuf, String> {
    let about = process::read(&mut workspace.cargo("-vV")).unwrap_or_default();
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("cargo does not say its host")?;
    let target = workspace.target.join("fuzz");
    let words = format!("build --locked --release --manifest-path fuzz/Cargo.toml --target {host}");
    let mut cargo = workspace.cargo(&words);
    process::run(cargo.env("RUSTFLAGS", COVERAGE).env("CARGO_TARGET_DIR", &target))?;
    Ok(target.join(host).join("release").join(format!("reader{}", std::env::consts::EXE_SUFFIX)))
}

/// The small cases of the tests, and the beginnings of the large ones.
fn write_seeds(workspace: &Workspace, seeds: &Path) -> Result<usize, String> {
    let mut count = 0;
    for corpus in ["tests/import", "tests/formats"] {
        for folder in entries(&workspace.root.join(corpus))?.into_iter().filter(|path| path.is_dir()) {
            let files: Vec<PathBuf> = entries(&folder)?
                .into_iter()
                .filter(|path| path.file_name().is_some_and(|name| name != "expected.txt"))
                .collect();
            for (at, some) in files.chunks(3).enumerate() {
                let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let path = seeds.join(format!("{name}-{at}"));
                fs::write(&path, pack(some)?).map_err(|error| format!("{}: {error}", path.display()))?;
                count += 1;
            }
        }
    }
    Ok(count)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let read = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = read.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    Ok(paths)
}

/// Files as one input: a byte for the name, the file's first lines.
fn pack(files: &[PathBuf]) -> Result<Vec<u8>, String> {
    let names: Vec<&str> = NAMES.lines().collect();
    let mut input: Vec<u8> = Vec::new();
    for path in files {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // A name that is not in the list tells nothing; data.csv does neither.
        let at = names
            .iter()
            .position(|known| *known == name)
            .or_else(|| names.iter().position(|known| *known == "data.csv"));
        if !input.is_empty() {
            input.extend(BETWEEN_FILES);
        }
        input.push(at.unwrap_or_default() as u8);
        input.extend(first_lines(&bytes, LONGEST_INPUT / files.len() - 8));
    }
    Ok(input)
}

fn first_lines(bytes: &[u8], most: usize) -> &[u8] {
    if bytes.len() <= most {
        return bytes;
    }
    let start = bytes.get(..most).unwrap_or(bytes);
    let end = start.iter().rposition(|&byte| byte == b'\n').map_or(most, |at| at + 1);
    // UTF-16 has a zero behind (or before) its line end.
    let is_low_first = start.get(end) == Some(&0) && start.get(1) == Some(&0);
    bytes.get(..end + usize::from(is_low_first)).unwrap_or(bytes)
}

/// The files of an input, to look at and to keep as a test.
fn write_files(input: &Path, folder: &Path) -> Result<(), String> {
    let about = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let bytes = fs::read(input).map_err(|error| about(input, error))?;
    fs::create_dir_all(folder).map_err(|error| about(folder, error))?;
    let names: Vec<&str> = NAMES.lines().collect();
    let mut rest = bytes.as_slice();
    for place in 0..3 {
        let end = rest.windows(BETWEEN_FILES.len()).position(|window| window == BETWEEN_FILES).filter(|_| place < 2);
        let file = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let (choice, file) = file.split_first().map_or((0, file), |(choice, bytes)| (*choice, bytes));
        let path = folder.join(names.get(usize::from(choice) % names.len()).copied().unwrap_or_default());
        fs::write(&path, file).map_err(|error| about(&path, error))?;
        println!("{}", path.display());
        match end {
            Some(end) => rest = rest.get(end + BETWEEN_FILES.len()..).unwrap_or_default(),
            None => break,
        }
    }
    Ok(())
}
