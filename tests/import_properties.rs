//! What must hold for any bytes: nothing panics, each row and each cell is accounted for, numbers have std's bits, and
//! records have the csv crate's cells.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use proptest::prelude::*;
use second_look::import::{Column, Import, SourceFile, read_columns, read_trial};

fn check(import: &Import) {
    for file in &import.receipt.files {
        let aside: u64 = file.set_aside.iter().map(|entry| entry.count).sum();
        assert_eq!(file.rows_in, file.rows_used + aside, "{file:?}");
        for column in &file.columns {
            assert_eq!(column.parsed + column.missing + column.censored + column.refused, file.rows_in, "{column:?}");
        }
    }
    let trial = &import.trial;
    for outcome in &trial.outcomes {
        let is_after = |pair: &[second_look::trial::Visit]| {
            (pair[0].subject, pair[0].time_months) < (pair[1].subject, pair[1].time_months)
        };
        assert!(outcome.visits.windows(2).all(is_after), "sorted and without repetition: {outcome:?}");
        assert!(outcome.visits.iter().all(|visit| visit.value.is_finite() && visit.subject < trial.subjects.len()));
    }
    for analyte in &trial.analytes {
        let is_after = |pair: &[second_look::trial::Sample]| {
            (pair[0].subject, pair[0].time_months) < (pair[1].subject, pair[1].time_months)
        };
        assert!(analyte.samples.windows(2).all(is_after));
    }
    for endpoint in &trial.endpoints {
        assert!(endpoint.records.windows(2).all(|pair| pair[0].subject < pair[1].subject));
        assert!(endpoint.records.iter().all(|record| record.time_months >= 0.0));
    }
}

/// Headers that are recognised and cells that are nearly right find more than arbitrary bytes do.
fn nearly_a_table() -> impl Strategy<Value = String> {
    let header = prop::sample::select(vec![
        "subject_id,arm,age,sex",
        "subject_id,month,alsfrs_r_total,fvc",
        "id;day;item_1;weight",
        "subject_id,month,q1,q2,q3,q4,q5a,q5b,q6,q7,q8,q9,q10,q11,q12,alsfrs_r",
        "subject_id,month,analyte,value,unit",
        "subject_id,time_months,event,endpoint",
        "subject_id,term,serious,related,start_day,end_day",
        "a,b",
    ]);
    let cell = prop::sample::select(vec![
        "",
        "S1",
        "S2",
        "S3",
        "0",
        "1",
        "4",
        "-1",
        "2.5",
        "0,435",
        "49",
        "NA",
        "yes",
        "no",
        "<5",
        ">7",
        "12 pg/mL",
        "12 ng/mL",
        "\"x",
        "\"a\"\"b\"",
        "\"c,d\"",
        "é",
        " 3 ",
        "MSC",
        "control",
        "1e400",
        "-0",
    ]);
    let separator = prop::sample::select(vec![",", ",", ",", ";", "\t"]);
    let row = prop::collection::vec(cell, 1..18);
    let line_end = prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n"]);
    (header, prop::collection::vec(row, 0..30), separator, line_end, 2_usize..17).prop_map(
        |(header, rows, separator, line_end, width)| {
            let header_width = header.split([',', ';']).count();
            let mut text = header.replace([',', ';'], separator);
            for mut row in rows {
                // Most rows have the header's width.
                if width != 16 {
                    row.resize(header_width, "1");
                }
                text.push_str(line_end);
                text.push_str(&row.join(separator));
            }
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&read_trial(&[SourceFile::new("any.csv", &bytes)], None, &mut |_, _| ()));
    }

    #[test]
    fn rows_and_cells_add_up(a in nearly_a_table(), b in nearly_a_table(), c in nearly_a_table()) {
        let files = [
            SourceFile::new("a.csv", a.as_bytes()),
            SourceFile::new("b.csv", b.as_bytes()),
            SourceFile::new("c.csv", c.as_bytes()),
        ];
        let import = read_trial(&files, None, &mut |_, share| assert!((0.0..=1.0).contains(&share)));
        check(&import);
        // The mapping that was found gives the same trial when it is given back.
        let again = read_trial(&files, Some(&import.files), &mut |_, _| ());
        prop_assert_eq!(&again.trial, &import.trial);
        prop_assert_eq!(&again.files, &import.files);
        prop_assert_eq!(&again.receipt, &import.receipt);
    }

    #[test]
    fn numbers_have_the_bits_of_the_standard_library(
        cell in prop_oneof![
            "[+-]?[0-9]{0,25}(\\.[0-9]{0,25})?([eE][+-]?[0-9]{1,3})?",
            "[+-]?[0-9]{1,10}(\\.[0-9]{0,6})?",
            any::<f64>().prop_map(|value| value.to_string()),
            any::<f64>().prop_map(|value| format!("{value:e}")),
        ]
    ) {
        let text = format!("n,m\n{cell},1\n");
        let table = read_columns(&text).unwrap();
        let read = match table.columns.first() {
            Some(Column::Number(numbers)) => numbers.value(0),
            _ => None,
        };
        let expected = cell.parse::<f64>().ok().filter(|value| value.is_finite());
        prop_assert_eq!(read.map(f64::to_bits), expected.map(f64::to_bits), "{}", cell);
    }

    #[test]
    fn records_are_those_of_the_csv_crate(body in "[ab\",;\r\n]{0,60}") {
        // A column of text keeps each cell; the header is long enough for any row to be a ragged one or a whole one.
        let text = format!("h,i,j\n{body}");
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(true).from_reader(text.as_bytes());
        let theirs: Vec<csv::StringRecord> = reader.records().map(|record| record.unwrap()).collect();
        let Ok(table) = read_columns(&text) else { return Ok(()) };
        // Another separator may fit better, and a wide row below may be the names.
        if table.header != ["h", "i", "j"] || text.lines().nth(1).is_some_and(|line| line.starts_with('(')) {
            return Ok(());
        }
        let is_empty = |record: &&csv::StringRecord| record.iter().all(|cell| cell.trim().is_empty());
        let (empty, filled): (Vec<_>, Vec<_>) = theirs.iter().partition(is_empty);
        prop_assert_eq!(table.empty_rows.len(), empty.iter().filter(|record| record.len() > 1).count());
        let fits = |record: &&&csv::StringRecord| {
            record.len() >= 3 && record.iter().skip(3).all(|cell| cell.trim().is_empty())
        };
        let whole: Vec<_> = filled.iter().filter(fits).collect();
        prop_assert_eq!(table.len, whole.len());
        for (place, record) in whole.iter().enumerate() {
            for column in 0..3 {
                let cell = match &table.columns[column] {
                    Column::Text(texts) => texts.value(place).unwrap_or_default().to_owned(),
                    Column::Number(_) => String::new(),
                };
                prop_assert_eq!(cell, record[column].trim());
            }
        }
    }
}
