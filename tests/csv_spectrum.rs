//! The reader's cells on the files of `csv-spectrum`, a collection that parsers of CSV are measured by. `cargo xtask test
//! --only spectrum` brings the files, names their folder in `SECOND_LOOK_CSV_SPECTRUM` and runs this.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use std::fs;
use std::path::Path;

use second_look::import::{Column, read_columns, read_text};
use serde_json::Value;

/// Numbers are compared as numbers: a column of them does not keep its cells' spelling.
fn is_cell(column: &Column<'_>, place: usize, expected: &str) -> bool {
    match column {
        Column::Text(texts) => texts.value(place).unwrap_or_default() == expected,
        Column::Number(numbers) => match (numbers.value(place), numbers.refused_cell(place)) {
            (Some(number), _) => expected.parse() == Ok(number),
            (None, refused) => refused.unwrap_or_default() == expected,
        },
    }
}

#[test]
fn each_cell_is_as_csv_spectrum_says() {
    let folder = std::env::var("SECOND_LOOK_CSV_SPECTRUM").expect("cargo xtask test --only spectrum names the folder");
    let folder = Path::new(&folder);
    let (mut files, mut cells) = (0, 0);
    for entry in fs::read_dir(folder.join("csvs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let text = read_text(&bytes).unwrap();
        let table = read_columns(&text).unwrap();
        let expected = fs::read_to_string(folder.join("json").join(format!("{name}.json"))).unwrap();
        let expected: Vec<serde_json::Map<String, Value>> = serde_json::from_str(&expected).unwrap();
        assert_eq!(table.len, expected.len(), "{name}");
        for (place, row) in expected.iter().enumerate() {
            assert!(row.keys().eq(&table.header), "{name}: {:?}", table.header);
            for (column, (key, value)) in table.columns.iter().zip(row) {
                let value = value.as_str().unwrap();
                assert!(is_cell(column, place, value), "{name}, row {place}, {key}: {value:?} is not in {column:?}");
                cells += 1;
            }
        }
        files += 1;
    }
    assert!(files >= 11 && cells >= 50, "{files} files, {cells} cells");
}
