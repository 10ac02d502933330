//! What must hold for any bytes: nothing panics, each row and each cell is accounted for, numbers have std's bits, and
//! records have the csv crate's cells.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

#[path = "../fuzz/src/account.rs"]
#[allow(dead_code, reason = "the fuzz target uses the rest")]
mod account;

use account::check;
use proptest::prelude::*;
use second_look::import::{Column, Encoding, Parsed, Role, SourceFile, read_columns, read_trial, view_rows};

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
        "subject_id,visit_date,baseline_date,fvc_percent",
        "id;visit;alsfrs_m0;alsfrs_m3;fvc_m3",
        "subject_id,Q1 M0,Q1 M3,IL-6 (pg/mL) M0,weight_baseline",
        "SubjectID,ALSFRS_Delta,Q1_Speech,Q5a_Cutting_without_Gastrostomy,ALSFRS_R_Total",
        "SubjectID,Subject_Liters_Trial_1,Forced_Vital_Capacity_Delta,Forced_Vital_Capacity_Units",
        "SubjectID,Subject_Died,Death_Days",
        "SubjectID,Test_Name,Test_Result,Test_Unit,Laboratory_Delta",
        "STUDYID,USUBJID,PARAMCD,PARAM,AVAL,ADY,AVISIT,ANL01FL",
        "USUBJID,TRT01P,AGE,ITTFL,TRTSDT",
        "USUBJID,PARAMCD,AVAL,CNSR,STARTDT,ADT",
        "STUDYID,DOMAIN,USUBJID,QSTESTCD,QSTEST,QSSTRESN,QSDTC,QSDY",
        "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBORRES,LBORRESU,LBLLOQ,LBDY",
        "STUDYID,DOMAIN,USUBJID,RFSTDTC,ARM",
        "record_id,redcap_event_name,arm,alsfrs_r_1,alsfrs_r_total,il6,form_complete",
        "Variable / Field Name,Form Name,Field Type,Field Label",
        "visit,month",
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
        "2012-03-01",
        "01.03.2012",
        "03/04/2012",
        "01MAR2012",
        "2012-02-30",
        "40969",
        "BLQ",
        "Baseline",
        "Month 3",
        "ALSFRSR1",
        "4 - Normal",
        "1,234",
        "Y",
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

fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    let units = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
    };
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Mark => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        Encoding::Utf16Le => units([0xFF, 0xFE], u16::to_le_bytes),
        Encoding::Utf16Be => units([0xFE, 0xFF], u16::to_be_bytes),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        Encoding::Cp949 => encoding_rs::EUC_KR.encode(text).0.into_owned(),
    }
}

/// A number of hundredths; in quotation marks where a mark is the separator as well.
fn spell_number(hundredths: u32, decimal: &str, thousands: &str, separator: &str) -> String {
    let whole = (hundredths / 100).to_string();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push_str(thousands);
        }
        grouped.push(digit);
    }
    let number = format!("{grouped}{decimal}{:02}", hundredths % 100);
    if number.contains(separator) { format!("\"{number}\"") } else { number }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&[SourceFile::new("any.csv", &bytes)]);
    }

    #[test]
    fn rows_and_cells_add_up_and_a_mapping_gives_the_same_again(
        a in nearly_a_table(),
        b in nearly_a_table(),
        c in nearly_a_table(),
        names in prop::sample::subsequence(account::NAMES.lines().collect::<Vec<_>>(), 3),
    ) {
        let texts = [a, b, c];
        let files: Vec<SourceFile<'_>> =
            names.iter().zip(&texts).map(|(name, text)| SourceFile::new(name, text.as_bytes())).collect();
        check(&files);
    }

    #[test]
    fn the_encoding_changes_nothing(rows in prop::collection::vec((0..8_usize, 0..5_u8, 0..100_u8), 3..30)) {
        const WESTERN: [&str; 8] = ["Zürich", "Århus", "Málaga", "Köln", "Besançon", "Graz", "København", "Ulm"];
        const KOREAN: [&str; 8] = ["서울", "한양대", "부산", "대구", "인천", "광주", "대전", "울산"];
        for (places, legacy) in [(WESTERN, Encoding::Windows1252), (KOREAN, Encoding::Cp949)] {
            let mut text = format!("subject_id,arm,month,fvc,site\nS0,{},0,50,{}\n", places[0], places[1]);
            for (place, month, value) in &rows {
                text.push_str(&format!("S{place},{},{month},{value},{}\n", places[*place], places[7 - place]));
            }
            let read = |bytes: &[u8]| read_trial(&[SourceFile::new("visits.csv", bytes)], None, &mut |_, _| ());
            let expected = read(text.as_bytes());
            for encoding in [Encoding::Utf8Mark, Encoding::Utf16Le, Encoding::Utf16Be, legacy] {
                let import = read(&encode(&text, encoding));
                prop_assert_eq!(import.files[0].dialect.encoding, encoding);
                prop_assert_eq!(&import.trial, &expected.trial);
                prop_assert_eq!(&import.issues, &expected.issues);
            }
        }
    }

    #[test]
    fn the_spelling_of_numbers_changes_nothing(
        rows in prop::collection::vec((0..5_u32, 0..20_u32, 1..2_000_000_u32, 1..50_000_u32), 2..30)
    ) {
        let spell = |separator: &str, decimal: &str, thousands: &str| {
            let mut text = ["subject_id", "arm", "month", "nfl_level", "weight"].join(separator);
            for (at, (subject, month, level, weight)) in rows.iter().enumerate() {
                let level = spell_number(*level, decimal, thousands, separator);
                let weight = spell_number(*weight, decimal, thousands, separator);
                let arm = if subject % 2 == 0 { "A" } else { "B" };
                text.push('\n');
                text.push_str(&[&format!("S{subject}"), arm, &(month + 20 * at as u32).to_string(), &level, &weight].map(|cell| cell as &str).join(separator));
            }
            text
        };
        let read = |text: &str| read_trial(&[SourceFile::new("visits.csv", text.as_bytes())], None, &mut |_, _| ());
        let plain = read(&spell(",", ".", ""));
        prop_assert_eq!(plain.receipt.files[0].rows_used, rows.len() as u64);
        for (separator, decimal, thousands) in [
            (",", ".", ","), (";", ",", ""), (";", ",", "."), (";", ".", "'"), (";", ",", " "), (";", ".", ","),
            ("\t", ",", "."), ("\t", ".", "'"), ("\t", ".", ","), ("|", ",", "\u{a0}"), (",", ",", ""), (",", ",", "."),
            (";", ",", "\u{202f}"), (";", ".", "\u{2019}"),
        ] {
            let text = spell(separator, decimal, thousands);
            let import = read(&text);
            prop_assert_eq!(&import.trial, &plain.trial, "{}", text);
        }
    }

    #[test]
    fn a_row_shows_what_the_receipt_counted(
        cells in prop::collection::vec(
            prop::sample::select(vec!["1", "2.5", "-3", "1e2", "85 %", " 7 ", "NA", "", "ND", ".", "word", "1 234.5", "12", "13", "14", "15"]),
            1..40,
        ),
    ) {
        let mut text = String::from("subject_id,arm,month,fvc_percent\n");
        for (at, cell) in cells.iter().enumerate() {
            text.push_str(&format!("S1,A,{at},{cell}\n"));
        }
        let import = check(&[SourceFile::new("visits.csv", text.as_bytes())]);
        let rows: Vec<u64> = (2..2 + cells.len() as u64).collect();
        let views = view_rows(text.as_bytes(), &import.files[0], &import.fates[0], &rows).unwrap();
        prop_assert_eq!(views.len(), cells.len());
        for (at, (column, receipt)) in import.files[0].columns.iter().zip(&import.receipt.files[0].columns).enumerate() {
            let is_number = matches!(column.role, Role::Outcome | Role::Time(_) | Role::Level);
            if !is_number {
                continue;
            }
            let count = |is: fn(&Parsed) -> bool| views.iter().filter(|view| is(&view.cells[at].parsed)).count() as u64;
            let seen = (
                count(|parsed| matches!(parsed, Parsed::Number(_))),
                count(|parsed| matches!(parsed, Parsed::Missing)),
                count(|parsed| matches!(parsed, Parsed::Refused)),
            );
            prop_assert_eq!(seen, (receipt.parsed, receipt.missing, receipt.refused), "{}", text);
        }
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
