//! Files as no one should send them. Each is named with what is wrong and what to do, and the other file of the drop is
//! read all the same.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

#[path = "../fuzz/src/account.rs"]
#[allow(dead_code, reason = "the fuzz target uses the rest")]
mod account;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use account::check;
use second_look::analysis::Plan;
use second_look::engine::run;
use second_look::export::{write_findings_csv, write_not_read_csv};
use second_look::import::{Encoding, Import, Issue, IssueKind, SourceFile, not_read, read_trial, view_rows};

const GOOD: &str = "subject_id,arm,month,fvc\nS1,A,0,90\nS1,A,3,85\nS2,B,0,80\nS2,B,3,70\n";

/// Reads a hostile file beside a good one, which must have come through.
fn beside_a_good_one(name: &str, bytes: &[u8]) -> Import {
    let files = [SourceFile::new(name, bytes), SourceFile::new("good.csv", GOOD.as_bytes())];
    let import = check(&files);
    let good = import.receipt.files.iter().find(|file| file.name == "good.csv").unwrap();
    assert_eq!((good.rows_in, good.rows_used), (4, 4), "{name}");
    import
}

fn issues_of<'i>(import: &'i Import, name: &str) -> Vec<&'i Issue> {
    import.issues.iter().filter(|issue| issue.file == name).collect()
}

/// The one issue of this kind: it names its file, and says what is wrong and what to do.
fn said(import: &Import, name: &str, kind: IssueKind) -> Issue {
    let found: Vec<&Issue> = issues_of(import, name).into_iter().filter(|issue| issue.kind == kind).collect();
    assert_eq!(found.len(), 1, "{name}: {:#?}", issues_of(import, name));
    assert!(found[0].message.starts_with(name) && !found[0].hint.is_empty());
    found[0].clone()
}

fn used(import: &Import, name: &str) -> (u64, u64) {
    let file = import.receipt.files.iter().find(|file| file.name == name).unwrap();
    (file.rows_in, file.rows_used)
}

#[test]
fn what_the_fuzzer_found_stays_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let folders: Vec<PathBuf> = entries(&root).into_iter().filter(|path| path.is_dir()).collect();
    assert!(folders.len() >= 8);
    for folder in folders {
        let files: Vec<(String, Vec<u8>)> = entries(&folder)
            .into_iter()
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
            .collect();
        let files: Vec<SourceFile<'_>> = files.iter().map(|(name, bytes)| SourceFile::new(name, bytes)).collect();
        check(&files);
    }
}

#[test]
fn five_megabytes_in_one_cell() {
    let text =
        format!("subject_id,month,fvc,note\nS3,0,90,{}\nS3,3,{},x\n", "long ".repeat(1_000_000), "9".repeat(400));
    let import = beside_a_good_one("long.csv", text.as_bytes());
    assert_eq!(used(&import, "long.csv"), (2, 1));
    let issue = said(&import, "long.csv", IssueKind::NotANumber);
    assert_eq!((issue.row, issue.column.as_deref()), (Some(3), Some("fvc")));
    assert!(import.issues.iter().all(|issue| issue.message.len() < 600 && issue.hint.len() < 600));
    let views = view_rows(text.as_bytes(), &import.files[0], &import.fates[0], &[2]).unwrap();
    assert!(views[0].cells.iter().all(|cell| cell.raw.chars().count() <= 201));
}

#[test]
fn ten_thousand_columns_are_read_and_thirty_thousand_are_refused() {
    let wide = |columns: usize| {
        let mut text = String::from("subject_id,month");
        (0..columns).for_each(|column| write!(text, ",x{column}").unwrap());
        for row in ["\nS3,0", "\nS3,3"] {
            text.push_str(row);
            text.push_str(&",1".repeat(columns));
        }
        text
    };
    let import = read_trial(&[SourceFile::new("wide.csv", wide(10_000).as_bytes())], None, &mut |_, _| ());
    assert_eq!(used(&import, "wide.csv"), (2, 2));
    assert_eq!(import.trial.outcomes.len(), 10_000);
    let import = beside_a_good_one("wide.csv", wide(30_000).as_bytes());
    let issue = said(&import, "wide.csv", IssueKind::NotCsv);
    assert!(issue.message.contains("30002 columns"), "{}", issue.message);
}

/// Time must grow with the rows, not with their square: these take seconds without optimisation.
#[test]
fn three_hundred_thousand_rows_of_every_table() {
    const ROWS: usize = 300_000;
    let table = |header: &str, row: fn(usize) -> String| {
        let mut text = header.to_owned();
        (0..ROWS).for_each(|at| write!(text, "\n{}", row(at)).unwrap());
        text
    };
    let read = |name: &str, text: String| {
        let import = read_trial(&[SourceFile::new(name, text.as_bytes())], None, &mut |_, _| ());
        assert_eq!(used(&import, name).0, ROWS as u64, "{name}");
        import
    };
    let visits = read(
        "visits.csv",
        table("subject_id,month,IL-6 (pg/mL)", |at| {
            format!("S{},{},{}", at / 10, at % 10, if at % 9 == 0 { "<0.5" } else { "7.5" })
        }),
    );
    assert_eq!(visits.trial.analytes[0].samples.len(), ROWS);
    let words = read(
        "visits.csv",
        table("subject_id,month,fvc", |at| {
            format!("S{},{},{}", at / 10, at % 10, if at % 9 == 0 { "word" } else { "7" })
        }),
    );
    let refused = said(&words, "visits.csv", IssueKind::NotANumber);
    assert_eq!((refused.count, refused.rows.len()), (ROWS.div_ceil(9) as u64, 100));
    let ends = read(
        "ds.csv",
        table("STUDYID,DOMAIN,USUBJID,DSTERM,DSDECOD,DSCAT,DSSTDY", |at| {
            format!("X,DS,S{at},Death,DEATH,DISPOSITION EVENT,{}", at % 900 + 1)
        }),
    );
    assert_eq!(ends.trial.subjects.len(), ROWS);
}

#[test]
fn a_western_byte_among_utf_8_is_named_or_shown() {
    let mut bytes = GOOD.as_bytes().to_vec();
    bytes.extend("S3,A,0,80 \u{2014} ü\n".as_bytes());
    bytes.extend(b"S4,A,0,Z\xFCrich\n");
    let import = beside_a_good_one("mixed.csv", &bytes);
    let mapping = &import.files[0];
    let views = view_rows(&bytes, mapping, &import.fates[0], &[6, 7]).unwrap();
    assert!(views.iter().flat_map(|view| &view.cells).all(|cell| !cell.raw.contains('\u{fffd}')));
    assert_ne!(mapping.dialect.encoding, Encoding::Utf8);
    assert_eq!(views[1].cells[3].raw, "Zürich");
}

#[test]
fn zero_bytes_are_refused() {
    let import = beside_a_good_one("zeros.csv", b"subject_id,month,fvc\nS1,0,\09\n");
    assert!(said(&import, "zeros.csv", IssueKind::NotText).message.contains("zero bytes"));
}

#[test]
fn other_kinds_of_files_are_named_by_their_kind() {
    let kinds: [(&str, &[u8], &str); 8] = [
        ("workbook.csv", b"PK\x03\x04\x14\0\x06\0", "Excel workbook"),
        ("archive.csv", b"\x1F\x8B\x08\0", "gzip"),
        ("paper.csv", b"%PDF-1.7\n%\xE2\xE3", "PDF"),
        ("old.csv", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", ".xls"),
        ("table.csv", b"PAR1\x15\x04\x15", "Parquet"),
        ("transport.csv", b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000  \n", "SAS"),
        ("dataset.csv", b"\0\0\0\0\0\0\0\0\0\0\0\0\xC2\xEA\x81\x60\xB3\x14\x11\xCF", "SAS"),
        ("anything.csv", b"\x7FELF\x02\x01\x01\0\0\0", "zero bytes"),
    ];
    for (name, bytes, kind) in kinds {
        let import = beside_a_good_one(name, bytes);
        let issue = said(&import, name, IssueKind::NotText);
        assert!(issue.message.contains(kind), "{}", issue.message);
    }
    for (name, text) in [("page.csv", "<!DOCTYPE html><html></html>"), ("object.csv", "{\"a\": [1, 2]}")] {
        said(&beside_a_good_one(name, text.as_bytes()), name, IssueKind::NotCsv);
    }
}

#[test]
fn a_lone_quotation_mark_is_named_with_its_row() {
    let import = beside_a_good_one(
        "quote.csv",
        b"subject_id,month,fvc\nS3,0,90\nS3,1,89\nS3,2,87\nS3,3,86\nS3,4,\"85\nS3,6,80\n",
    );
    assert_eq!(said(&import, "quote.csv", IssueKind::UnclosedQuote).row, Some(6));
    let (rows_in, used) = used(&import, "quote.csv");
    assert_eq!((rows_in, used), (5, 4));
}

#[test]
fn ten_thousand_quotation_marks_in_a_row() {
    for marks in [10_000, 10_001] {
        let text = format!("subject_id,month,fvc\nS3,0,90\nS3,3,{}\nS3,6,80\n", "\"".repeat(marks));
        let import = beside_a_good_one("quotes.csv", text.as_bytes());
        assert!(!issues_of(&import, "quotes.csv").is_empty());
        assert!(import.issues.iter().all(|issue| issue.message.len() < 600));
    }
}

#[test]
fn line_ends_may_be_of_any_kind() {
    let text = GOOD.replace("S1", "S3").replace("S2", "S4");
    let usual = beside_a_good_one("same.csv", text.as_bytes());
    for end in ["\r", "\r\n", "\n\n", "\r\r"] {
        let other = beside_a_good_one("same.csv", text.replace('\n', end).as_bytes());
        assert_eq!(used(&other, "same.csv"), (4, 4));
        let values =
            |import: &Import| -> Vec<f64> { import.trial.outcomes[0].visits.iter().map(|visit| visit.value).collect() };
        assert_eq!(values(&other), values(&usual));
    }
}

#[test]
fn half_a_surrogate_in_utf_16_is_refused_with_its_line() {
    let units = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let mut bytes = b"\xFF\xFE".to_vec();
    bytes.extend(units("subject_id,month,fvc\nS3,0,"));
    bytes.extend([0x00, 0xD8]);
    bytes.extend(units("9\nS3,3,8\n"));
    let import = beside_a_good_one("half.csv", &bytes);
    assert!(said(&import, "half.csv", IssueKind::NotText).message.contains("line 2"));
}

#[test]
fn a_header_without_rows_and_a_table_without_words() {
    let import = beside_a_good_one("header.csv", b"subject_id,month,fvc\n");
    said(&import, "header.csv", IssueKind::HeaderOnly);
    for text in [",,,,\n,,,,\n,,,,\n", ";;;\n", "\t\t\n\t\t\n", "|||", "\n\n\n", " ", "\u{feff}", ""] {
        let import = beside_a_good_one("nothing.csv", text.as_bytes());
        let found = issues_of(&import, "nothing.csv");
        assert!(!found.is_empty() && used(&import, "nothing.csv").1 == 0, "{text:?}: {found:#?}");
    }
}

#[test]
fn formulas_stay_text_in_the_files_that_are_saved() {
    let text = "subject_id,arm,month,fvc\n=1+1,@SUM(A1),0,90\n=1+1,@SUM(A1),3,=cmd|' /C calc'!A0\n+2,\"=HYPERLINK(\"\"x\"\")\",0,80\n+2,\"=HYPERLINK(\"\"x\"\")\",3,70\n+3,@SUM(A1),0,60\n+3,@SUM(A1),3,50\n";
    let bytes = text.as_bytes().to_vec();
    let import = check(&[SourceFile::new("=formulas.csv", &bytes)]);
    let plan = Plan::default_for(&import.trial, &import.files);
    let answers = run(&import, &plan, &mut |_, _| ());
    let rows: Vec<_> =
        answers.iter().filter_map(|answered| answered.result.as_ref().ok()).flat_map(|answer| &answer.rows).collect();
    assert!(!rows.is_empty());
    let list = not_read(&import, &[bytes]);
    let saved = [write_findings_csv(&rows).unwrap(), write_not_read_csv(&list).unwrap()];
    for file in saved {
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        for record in reader.records() {
            let record = record.unwrap();
            for cell in &record {
                let is_formula = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
                assert!(!is_formula, "{cell}");
            }
        }
        assert!(file.contains("'=") || file.contains("'@"), "{file}");
    }
}
