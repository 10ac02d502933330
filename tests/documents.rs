//! The documents: every link inside the repository leads to a file, every path they name is there, and the table of
//! rules in ARCHITECTURE.md names tests that exist.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Pictures are taken from the finished page; until the first of them is there, links to them are not followed.
const PICTURES: &str = "docs/screenshots";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Markdown files of the repository, relative to its root.
fn documents() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    let mut found = vec!["README.md".into(), "ARCHITECTURE.md".into(), "CHANGELOG.md".into()];
    for folder in ["docs", "tests"] {
        walk(&root().join(folder), &mut found);
    }
    found
}

/// Targets of `[words](target)` that lead to a file, without their `#place`.
fn links(text: &str) -> Vec<String> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or_default().trim().to_owned())
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:"))
        .collect()
}

/// Paths in backticks: `src/…`, `tests/…`, `docs/…`, without placeholders.
fn named_paths(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    prose
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| {
            ["src/", "tests/", "docs/", "public/", "xtask/", "style/"].iter().any(|top| name.starts_with(top))
        })
        .filter(|name| !name.contains(['<', '*', '…', '{', ' ']))
        .map(str::to_owned)
        .collect()
}

fn missing(document: &Path, text: &str) -> Vec<String> {
    let folder = document.parent().unwrap_or(Path::new(""));
    let linked = links(text).into_iter().map(|target| (folder.join(&target), target));
    let named = named_paths(text).into_iter().map(|path| (PathBuf::from(&path), path));
    let has_pictures = root().join(PICTURES).is_dir();
    linked
        .chain(named)
        .filter(|(_, target)| has_pictures || !target.contains("screenshots/"))
        .filter(|(path, _)| !root().join(path).exists())
        .map(|(_, target)| format!("{}: {target}", document.display()))
        .collect()
}

#[test]
fn every_link_leads_to_a_file() {
    let documents = documents();
    assert!(documents.len() > 30, "{documents:?}");
    let faults: Vec<String> = documents
        .iter()
        .flat_map(|document| missing(document, &fs::read_to_string(root().join(document)).unwrap()))
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// "| rule | `file`: `test` |"
fn rules(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| line.split_once("| `")?.1.split_once("`: `"))
        .filter_map(|(file, rest)| Some((file.to_owned(), rest.split_once('`')?.0.to_owned())))
        .collect()
}

fn names_a_test(file: &str, name: &str) -> bool {
    fs::read_to_string(root().join(file)).is_ok_and(|text| text.contains(&format!("fn {name}(")))
}

#[test]
fn every_rule_has_its_test() {
    let rules = rules(&fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap());
    assert!(rules.len() > 15, "{rules:?}");
    for (file, name) in rules {
        assert!(names_a_test(&file, &name), "{file} has no {name}");
    }
}

#[test]
fn a_decision_is_a_question_or_a_statement_under_a_page() {
    for entry in fs::read_dir(root().join("docs/decisions")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# "), "{}", path.display());
        assert!(text.lines().count() <= 60 && text.len() <= 4000, "{} is over a page", path.display());
    }
}

#[test]
fn a_link_that_leads_nowhere_is_seen() {
    let document = Path::new("docs/findings.md");
    let seen = |text: &str| missing(document, text).len();
    assert_eq!(seen("[a](nowhere.md)"), 1);
    assert_eq!(seen("[a](../README.md) [b](VALIDATION.md#x) [c](#here) [d](https://example.org/x.md)"), 0);
    assert_eq!(seen("[a](README.md)"), 1, "a link is read from its document's folder");
    assert_eq!(seen("`src/nowhere.rs` and `src/lib.rs`, `src/<name>.rs`, `tests/golden/…`"), 1);
    assert!(!names_a_test("tests/documents.rs", "no_such_test") && names_a_test("tests/documents.rs", "rules"));
}

#[test]
fn the_page_of_analytes_is_the_dictionary() {
    use second_look::trial::analyte_dictionary::{AnalyteClass, KNOWN_ANALYTES};
    let page = fs::read_to_string(root().join("docs/analytes.md")).unwrap();
    let rows: Vec<&str> = page.lines().skip_while(|line| !line.starts_with("|---")).skip(1).collect();
    let expected: Vec<String> = KNOWN_ANALYTES
        .iter()
        .map(|known| {
            let set = if known.class == AnalyteClass::Other { "–" } else { known.class.set_name() };
            let synonyms = if known.synonyms.is_empty() { "–".to_owned() } else { known.synonyms.join(", ") };
            format!("| {} | {} | {set} | {synonyms} |", known.name, known.code.unwrap_or("–"))
        })
        .collect();
    assert_eq!(rows, expected);
}
