//! Each folder of `tests/import` is a set of files with what reading them must say, written by hand in `expected.txt`:
//!
//! ```text
//! issue   | severity | kind | file | row or - | column or - | count
//! receipt | file | table | rows in | rows used
//! aside   | file | reason | count
//! ```
//! All issues and all receipts must be listed, issues in the order in which they are reported.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use second_look::import::{Import, Issue, IssueKind, LARGEST_FILE_BYTES, SourceFile, read_trial};

fn corpus() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

fn read_folder(folder: &Path) -> Import {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name != "expected.txt"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    let files: Vec<SourceFile<'_>> = files.iter().map(|(name, bytes)| SourceFile::new(name, bytes)).collect();
    read_trial(&files, None, &mut |_, _| ())
}

/// The name that a kind, a severity or a table has in findings and plans.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn issue_line(issue: &Issue) -> String {
    let row = issue.row.map_or("-".to_owned(), |row| row.to_string());
    let column = issue.column.as_deref().unwrap_or("-");
    let (severity, kind) = (word(issue.severity), word(issue.kind));
    format!("issue | {severity} | {kind} | {} | {row} | {column} | {}", issue.file, issue.count)
}

fn said(import: &Import) -> Vec<String> {
    let mut lines: Vec<String> = import.issues.iter().map(issue_line).collect();
    for file in &import.receipt.files {
        lines.push(format!("receipt | {} | {} | {} | {}", file.name, word(file.table), file.rows_in, file.rows_used));
        for aside in &file.set_aside {
            lines.push(format!("aside | {} | {} | {}", file.name, aside.reason, aside.count));
        }
    }
    lines
}

fn check_accounts(import: &Import) {
    for file in &import.receipt.files {
        let aside: u64 = file.set_aside.iter().map(|entry| entry.count).sum();
        assert_eq!(file.rows_in, file.rows_used + aside, "{}", file.name);
        for column in &file.columns {
            let cells = column.parsed + column.missing + column.censored + column.refused;
            assert_eq!(cells, file.rows_in, "{} column {}", file.name, column.column);
        }
    }
    for issue in &import.issues {
        assert!(!issue.message.is_empty() && !issue.hint.is_empty());
        assert!(issue.message.starts_with(&issue.file), "{}", issue.message);
        assert_eq!(issue.rows.first().copied(), issue.row);
    }
}

#[test]
fn each_folder_says_what_it_is_expected_to_say() {
    let mut wrong = Vec::new();
    for folder in corpus() {
        let expected = fs::read_to_string(folder.join("expected.txt"))
            .unwrap_or_else(|_| panic!("{} has no expected.txt", folder.display()));
        let expected: Vec<&str> =
            expected.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let import = read_folder(&folder);
        check_accounts(&import);
        let said = said(&import);
        if said != expected {
            wrong.push(format!(
                "{}\nsaid:\n{}\nexpected:\n{}\n",
                folder.display(),
                said.join("\n"),
                expected.join("\n")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_kind_of_issue_has_a_folder() {
    use IssueKind::*;
    // TooLarge and MappingNotUsed have their own tests below.
    let kinds = [
        NotText,
        NotCsv,
        EmptyFile,
        HeaderOnly,
        UnknownTable,
        MissingColumn,
        DuplicateColumn,
        RaggedRow,
        MissingSubject,
        DuplicateSubject,
        DuplicateVisit,
        UnknownSubject,
        NotANumber,
        BadTime,
        ItemOutOfRange,
        TotalOutOfRange,
        TotalDiffersFromItems,
        BothItemFive,
        ConflictingArm,
        NegativeTime,
        BadEvent,
        AllMissing,
        OneArm,
        OneRow,
        MixedUnits,
        SameTableTwice,
        UnclosedQuote,
        EmptyRow,
        MissingCell,
        NotYesNo,
        DecimalComma,
        IgnoredColumn,
        TwoTimeColumns,
        TimeUnitAssumed,
        TotalFromItems,
        NoArm,
        EncodingUnsure,
        AmbiguousNumbers,
        MixedMarks,
        AmbiguousDates,
        ImpossibleDate,
        BaselineAssumed,
        VisitWithoutTime,
        TotalsRow,
        NotDetectedOrNotDone,
        LimitUnsaid,
        Extrapolated,
        MixedSpecimens,
        TwoNames,
        NotPositive,
        LimitInOutcome,
        CensoredAtLastContact,
        CensoringTurned,
        PercentInLitres,
        UnitsConverted,
        NeitherItemFive,
        FortyPointScale,
        VisitAfterDeath,
        ImplausibleRise,
        ImplausibleValue,
        EndBeforeStart,
        UnknownSeverity,
        SubjectWithoutData,
        UnevenMissingness,
        EventsNamed,
    ];
    let seen: BTreeSet<IssueKind> =
        corpus().iter().flat_map(|folder| read_folder(folder).issues).map(|issue| issue.kind).collect();
    let unseen: Vec<_> = kinds.iter().filter(|kind| !seen.contains(kind)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

#[test]
fn a_file_of_200_mb_is_refused_by_its_size_and_the_others_are_read() {
    let large = vec![0; 200_000_000];
    assert!(large.len() as u64 > LARGEST_FILE_BYTES);
    let visits = b"subject_id,arm,month,fvc\nS1,A,0,90\nS2,B,0,80\n";
    let files = [SourceFile::new("big.csv", &large), SourceFile::new("visits.csv", visits)];
    let import = read_trial(&files, None, &mut |_, _| ());
    assert_eq!(import.issues.len(), 1);
    assert_eq!((import.issues[0].kind, import.issues[0].file.as_str()), (IssueKind::TooLarge, "big.csv"));
    assert!(import.issues[0].message.contains("200 MB") && import.issues[0].message.contains("128 MB"));
    assert_eq!(import.trial.outcome("fvc").unwrap().visits.len(), 2);
    check_accounts(&import);
}

#[test]
fn a_mapping_for_another_header_is_not_used() {
    let first = [SourceFile::new("v.csv", b"id,arm,day,fvc\nS1,A,0,90\nS2,B,0,80\n")];
    let mappings = read_trial(&first, None, &mut |_, _| ()).files;
    let second = [SourceFile::new("v.csv", b"id,arm,month,fvc\nS1,A,0,90\nS2,B,0,80\n")];
    let import = read_trial(&second, Some(&mappings), &mut |_, _| ());
    let kinds: Vec<IssueKind> = import.issues.iter().map(|issue| issue.kind).collect();
    assert_eq!(kinds, [IssueKind::MappingNotUsed]);
    assert_eq!(import.trial.outcomes.len(), 1);
}

#[test]
fn the_templates_are_read_without_issues() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/templates");
    let import = read_folder(&root);
    assert_eq!(import.receipt.files.len(), 5);
    assert!(import.issues.is_empty(), "{:#?}", import.issues);
    check_accounts(&import);
    let trial = &import.trial;
    assert_eq!(trial.arms.len(), 2);
    assert!(trial.outcome("alsfrs_r_total").is_some() && !trial.analytes.is_empty());
    assert!(!trial.endpoints.is_empty() && !trial.adverse_events.is_empty() && !trial.covariates.is_empty());
}

/// Endpoint, subject, months, event.
fn records(import: &Import) -> Vec<(&str, &str, f64, bool)> {
    let trial = &import.trial;
    let records = |endpoint: &'static str| {
        let records = trial.endpoint(endpoint).map(|endpoint| endpoint.records.as_slice()).unwrap_or_default();
        records.iter().map(move |record| {
            (endpoint, trial.subjects[record.subject].id.as_str(), record.time_months, record.is_event)
        })
    };
    records("death").chain(records("tracheostomy")).collect()
}

#[test]
fn each_event_that_a_status_names_is_an_endpoint_and_the_others_are_censored_for_it() {
    let import = read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/notes_on_event_words"));
    let expected = [
        ("death", "S1", 14.0, true),
        ("death", "S2", 20.0, false),
        ("death", "S3", 7.0, true),
        ("death", "S5", 12.0, false),
        ("tracheostomy", "S1", 10.0, true),
        ("tracheostomy", "S2", 20.0, false),
        ("tracheostomy", "S3", 7.0, false),
        ("tracheostomy", "S5", 12.0, true),
    ];
    assert_eq!(records(&import), expected);
    assert_eq!(import.trial.endpoints.len(), 2);
}

#[test]
fn a_data_dictionary_gives_codes_their_words() {
    let dictionary = "Variable / Field Name,Form Name,Field Type,Field Label,\"Choices, Calculations, OR Slider Labels\"\n\
                      status,survival,radio,Vital status,\"1, Alive | 2, Dead | 3, Tracheostomy\"\n";
    let export = "record_id,redcap_event_name,arm,surv_months,status\n\
                  S1,baseline_arm_1,MSC,10,3\nS2,baseline_arm_1,control,20,1\nS3,baseline_arm_1,MSC,7,2\n";
    let files = [SourceFile::new("dict.csv", dictionary.as_bytes()), SourceFile::new("x.csv", export.as_bytes())];
    let import = read_trial(&files, None, &mut |_, _| ());
    let mut mappings = import.files.clone();
    // REDCap exports have no fixed name for it: the user gives the role.
    for column in mappings.iter_mut().flat_map(|file| &mut file.columns).filter(|column| column.column == "status") {
        column.role = second_look::import::Role::Event;
    }
    let import = read_trial(&files, Some(&mappings), &mut |_, _| ());
    let expected = [
        ("death", "S1", 10.0, false),
        ("death", "S2", 20.0, false),
        ("death", "S3", 7.0, true),
        ("tracheostomy", "S1", 10.0, true),
        ("tracheostomy", "S2", 20.0, false),
        ("tracheostomy", "S3", 7.0, false),
    ];
    assert_eq!(records(&import), expected);
}
