//! What must hold of any files, for the fuzz target and for the tests alike: nothing panics, each row and each cell is
//! accounted for, the mapping that was found gives the same trial, and every question about the files has an answer.

use second_look::analysis::Plan;
use second_look::engine::run;
use second_look::export;
use second_look::import::{
    Encoding, FileMapping, Import, RowFates, SourceFile, TableKind, list_not_read, not_read, read_columns, read_text,
    read_trial, view_rows,
};

/// A file's first byte chooses its name.
pub const NAMES: &str = include_str!("../names.txt");
/// Stands between two files.
const BETWEEN_FILES: [u8; 3] = [0x1c; 3];

pub fn check(files: &[SourceFile<'_>]) -> Import {
    let import = read_trial(files, None, &mut |_, share| assert!((0.0..=1.0).contains(&share)));
    check_receipt(&import);
    check_trial(&import);

    let again = read_trial(files, Some(&import.files), &mut |_, _| ());
    assert_eq!(again.files, import.files, "the mapping that was found changes the mapping");
    assert_eq!(again.trial, import.trial, "the mapping that was found changes the trial");
    assert_eq!(again.receipt, import.receipt, "the mapping that was found changes the receipt");

    for ((file, mapping), fates) in files.iter().zip(&import.files).zip(&import.fates) {
        check_rows(file, mapping, fates, &import);
        if let Ok(text) = read_text(file.bytes) {
            let _ = read_columns(&text);
        }
    }
    let buffers: Vec<Vec<u8>> = files.iter().map(|file| file.bytes.to_vec()).collect();
    let list = not_read(&import, &buffers);
    export::write_not_read_csv(&list).expect("a list of what was not read");

    let plan = Plan::default_for(&import.trial, &import.files);
    let answers = run(&import, &plan, &mut |_, _| ());
    assert_eq!(answers.len(), plan.analyses.len());
    import
}

/// The files of one input.
pub fn split(input: &[u8]) -> Vec<SourceFile<'_>> {
    let names: Vec<&str> = NAMES.lines().collect();
    let mut files: Vec<SourceFile<'_>> = Vec::new();
    let mut rest = input;
    while files.len() < 3 {
        let end = if files.len() == 2 { None } else { rest.windows(3).position(|window| window == BETWEEN_FILES) };
        let file = &rest[..end.unwrap_or(rest.len())];
        let (choice, bytes) = file.split_first().map_or((0, file), |(choice, bytes)| (*choice, bytes));
        let name = names[usize::from(choice) % names.len()];
        // Two files of a name would be one mapping for both, as on the page, which asks for another name.
        if files.iter().all(|earlier| earlier.name != name) {
            files.push(SourceFile::new(name, bytes));
        }
        match end {
            Some(end) => rest = &rest[end + BETWEEN_FILES.len()..],
            None => break,
        }
    }
    files
}

fn check_receipt(import: &Import) {
    for file in &import.receipt.files {
        let aside: u64 = file.set_aside.iter().map(|entry| entry.count).sum();
        assert_eq!(file.rows_in, file.rows_used + aside, "{file:?}");
        for column in &file.columns {
            assert_eq!(column.parsed + column.missing + column.censored + column.refused, file.rows_in, "{column:?}");
        }
    }
    for issue in &import.issues {
        assert!(!issue.message.is_empty() && !issue.hint.is_empty());
        assert!(issue.message.starts_with(&issue.file), "{}", issue.message);
    }
}

fn check_trial(import: &Import) {
    let trial = &import.trial;
    let people = trial.subjects.len();
    for outcome in &trial.outcomes {
        let is_after = |pair: &[second_look::trial::Visit]| {
            (pair[0].subject, pair[0].time_months) < (pair[1].subject, pair[1].time_months)
        };
        assert!(outcome.visits.windows(2).all(is_after), "sorted and without repetition: {outcome:?}");
        assert!(outcome.visits.iter().all(|visit| visit.value.is_finite() && visit.subject < people));
    }
    for analyte in &trial.analytes {
        let is_after = |pair: &[second_look::trial::Sample]| {
            (pair[0].subject, pair[0].time_months) < (pair[1].subject, pair[1].time_months)
        };
        assert!(analyte.samples.windows(2).all(is_after), "sorted and without repetition: {analyte:?}");
        assert!(analyte.samples.iter().all(|sample| sample.subject < people));
    }
    for endpoint in &trial.endpoints {
        assert!(endpoint.records.windows(2).all(|pair| pair[0].subject < pair[1].subject));
        assert!(endpoint.records.iter().all(|record| record.time_months >= 0.0 && record.subject < people));
    }
    assert!(trial.subjects.iter().all(|subject| subject.arm.is_none_or(|arm| arm < trial.arms.len())));
}

/// Each record below the names is a row that was used or set aside, and there are as many as the csv crate finds.
fn check_rows(file: &SourceFile<'_>, mapping: &FileMapping, fates: &RowFates, import: &Import) {
    let receipt = import.receipt.files.iter().find(|receipt| receipt.name == file.name).expect("a receipt a file");
    if mapping.columns.is_empty() {
        assert_eq!((receipt.rows_in, mapping.table), (0, TableKind::Unrecognised));
        return;
    }
    let every_row: Vec<u64> = (1..=file.bytes.len() as u64 + 1).collect();
    let views = view_rows(file.bytes, mapping, fates, &every_row).expect("what was read once is read again");
    list_not_read(file.bytes, mapping, fates).expect("what was read once is read again");
    let (mut used, mut aside) = (0, 0);
    for view in &views {
        let is_blank = view.cells.len() == 1 && view.cells.iter().all(|cell| is_blank(&cell.raw));
        let (is_used, is_aside) = (fates.is_used(view.row), view.set_aside.is_some());
        assert!(!(is_used && is_aside), "row {} is used and set aside", view.row);
        if view.is_header {
            assert!(!is_used && !is_aside, "row {} is a header and a row", view.row);
        } else {
            assert!(is_used || is_aside || is_blank, "row {} is lost: {view:?}", view.row);
        }
        used += u64::from(is_used);
        aside += u64::from(is_aside);
    }
    assert_eq!((used, used + aside), (receipt.rows_used, receipt.rows_in), "{receipt:?}");
    if mapping.dialect.encoding != Encoding::Utf8 {
        return;
    }
    let quoted = file.bytes.contains(&b'"');
    // The csv crate counts records, a layout counts rows: the same while no line break stands in quotation marks.
    if quoted && (mapping.dialect.header_row > 1 || file.bytes.starts_with(b"\n") || file.bytes.starts_with(b"\r")) {
        return;
    }
    let separator = u8::try_from(mapping.dialect.separator).expect("an ASCII separator");
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(false).delimiter(separator).from_reader(file.bytes);
    let above = mapping.dialect.header_row + u64::from(mapping.dialect.header_rows) - 1;
    let blank_lines = if quoted { 0 } else { blank_lines_above(file.bytes, above) };
    // A second row of the header may have blank lines between itself and the first.
    let records = reader.byte_records().map(|record| record.expect("a record")).skip((above - blank_lines) as usize);
    let rows = records
        .filter(|record| record.len() > 1 || !record.iter().all(|cell| is_blank(&String::from_utf8_lossy(cell))));
    assert_eq!(rows.count() as u64, receipt.rows_in, "the csv crate counts other rows");
}

fn is_blank(cell: &str) -> bool {
    cell.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '\u{200b}' | '\u{2060}' | '\u{feff}'))
        .is_empty()
}

/// Of the first lines, those that are empty.
fn blank_lines_above(bytes: &[u8], lines: u64) -> u64 {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').take(lines as usize).filter(|line| line.is_empty()).count() as u64
}
