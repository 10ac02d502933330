//! Bytes to text. One encoding is read today; the others are named, never guessed at with losses.

/// How a file's bytes spell its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// UTF-8 behind a byte order mark, as Excel writes "CSV UTF-8".
    Utf8WithMark,
}

/// Why the bytes are not text that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotText {
    /// Excel workbooks are zip archives too.
    Zip,
    Pdf,
    Utf16,
    Binary,
    /// Valid UTF-8 up to a byte in this line (the header is line 1).
    OtherEncoding {
        line: u64,
    },
}

impl NotText {
    pub fn what(&self) -> String {
        match self {
            Self::Zip => "this is a zip archive or an Excel workbook, not a text file".into(),
            Self::Pdf => "this is a PDF document, not a text file".into(),
            Self::Utf16 => "the text is in UTF-16 (Excel's \"Unicode Text\"), which is not read yet".into(),
            Self::Binary => "the file holds zero bytes, so it is not a text file".into(),
            Self::OtherEncoding { line } => {
                format!("the text is not UTF-8 from line {line} on (perhaps Windows-1252 or Korean CP949)")
            }
        }
    }

    pub fn hint(&self) -> &'static str {
        match self {
            Self::Zip => {
                "Unpack the archive, or save each sheet as \"CSV UTF-8\"; the other files are analysed meanwhile."
            }
            Self::Pdf => "Ask for the table as a CSV file; the other files are analysed meanwhile.",
            Self::Utf16 | Self::OtherEncoding { .. } => {
                "Save the file again as \"CSV UTF-8\"; the other files are analysed meanwhile."
            }
            Self::Binary => "Export the table as a CSV file; the other files are analysed meanwhile.",
        }
    }
}

/// The text without its byte order mark. No byte is replaced: what is not UTF-8 is refused.
pub fn decode(bytes: &[u8]) -> Result<(&str, Encoding), NotText> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Err(NotText::Zip);
    }
    if bytes.starts_with(b"%PDF") {
        return Err(NotText::Pdf);
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(NotText::Utf16);
    }
    let (body, encoding) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(body) => (body, Encoding::Utf8WithMark),
        None => (bytes, Encoding::Utf8),
    };
    if body.contains(&0) {
        return Err(NotText::Binary);
    }
    std::str::from_utf8(body).map(|text| (text, encoding)).map_err(|error| {
        let before = body.get(..error.valid_up_to()).unwrap_or_default();
        NotText::OtherEncoding { line: 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_text() {
        assert_eq!(decode(b"\xEF\xBB\xBFid"), Ok(("id", Encoding::Utf8WithMark)));
        assert_eq!(decode(b"id"), Ok(("id", Encoding::Utf8)));
        assert_eq!(decode(b""), Ok(("", Encoding::Utf8)));
    }

    #[test]
    fn what_is_not_utf8_is_named() {
        assert_eq!(decode(b"PK\x03\x04rest"), Err(NotText::Zip));
        assert_eq!(decode(b"%PDF-1.7"), Err(NotText::Pdf));
        assert_eq!(decode(b"\xFF\xFEi\x00"), Err(NotText::Utf16));
        assert_eq!(decode(b"a\x00b"), Err(NotText::Binary));
        assert_eq!(decode(b"id,site\n1,Z\xFCrich\n"), Err(NotText::OtherEncoding { line: 2 }));
    }
}
