//! A folder of files: one trial in one shape, and the line that the manifest has about it.

use super::encoding::Encoding;
use super::sheet::{Dialect, PLAIN, Sheet};

#[derive(Clone, Copy)]
pub struct About {
    pub folder: &'static str,
    pub format: &'static str,
    pub dialect: &'static str,
    pub reference: &'static str,
    /// What is other than in the reference, on purpose.
    pub differs: &'static str,
}

pub struct Folder {
    pub about: About,
    pub encoding: Encoding,
    /// Name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Folder {
    /// UTF-8, commas, LF, `.csv`.
    pub fn plain(about: About, sheets: &[Sheet]) -> Result<Folder, String> {
        Self::with(about, Encoding::Utf8, PLAIN, "csv", sheets)
    }

    pub fn with(
        about: About,
        encoding: Encoding,
        dialect: Dialect,
        ending: &str,
        sheets: &[Sheet],
    ) -> Result<Folder, String> {
        let mut files = Vec::new();
        for sheet in sheets {
            if let Some(row) = sheet.rows.iter().find(|row| row.len() != sheet.header.len()) {
                return Err(format!("{}/{}: a row of {} cells", about.folder, sheet.name, row.len()));
            }
            files.push((format!("{}.{ending}", sheet.name), encoding.encode(&dialect.write(sheet))?));
        }
        Ok(Folder { about, encoding, files })
    }
}

/// The manifest's text.
pub fn manifest(folders: &[Folder]) -> String {
    let header = ["folder", "format", "encoding", "dialect", "reference", "differs"];
    let mut sheet = Sheet::new("manifest", &header);
    for folder in folders {
        let about = folder.about;
        let cells = [about.folder, about.format, folder.encoding.name(), about.dialect, about.reference, about.differs];
        sheet.push(cells.map(str::to_owned).to_vec());
    }
    PLAIN.write(&sheet)
}
