//! Everything that was not read as a value, one line a row or cell, for the person who has to ask for it.

use super::csv_cell::guarded;
use crate::import::FileNotRead;

pub fn write_not_read_csv(files: &[FileNotRead]) -> Result<String, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["file", "row", "column", "as in the file", "what became of it"])
        .map_err(|error| error.to_string())?;
    for file in files {
        for entry in &file.list {
            let row = entry.row.to_string();
            let column = entry.column.as_deref().unwrap_or_default();
            let cells = [&guarded(&file.file), row.as_str(), &guarded(column), &guarded(&entry.raw), &entry.what];
            writer.write_record(cells).map_err(|error| error.to_string())?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}
