//! Bytes to text. The encoding is found, shown and can be chosen; no byte is ever replaced by a question mark.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// How a file's bytes spell its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    Utf8,
    /// UTF-8 behind a byte order mark, as Excel writes "CSV UTF-8".
    Utf8Mark,
    /// As Excel writes "Unicode Text".
    Utf16Le,
    Utf16Be,
    Windows1252,
    /// Korean code page 949, the WHATWG's `euc-kr`.
    Cp949,
}

impl Encoding {
    pub const ALL: [Self; 6] =
        [Self::Utf8, Self::Utf8Mark, Self::Utf16Le, Self::Utf16Be, Self::Windows1252, Self::Cp949];

    pub fn title(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Mark => "UTF-8 with a byte order mark",
            Self::Utf16Le => "UTF-16, little-endian",
            Self::Utf16Be => "UTF-16, big-endian",
            Self::Windows1252 => "Windows-1252 (Western European)",
            Self::Cp949 => "Korean, code page 949",
        }
    }
}

/// A file's text, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub encoding: Encoding,
    /// Another encoding would have given another text, and neither is plainly right.
    pub other: Option<Encoding>,
}

/// Why the bytes are not text that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotText {
    /// Excel workbooks are zip archives too.
    Zip,
    Gzip,
    Pdf,
    /// The workbook of Excel 97 to 2003.
    OldExcel,
    /// SAS transport or data file.
    Sas,
    Parquet,
    Binary,
    /// In the encoding that was chosen; the line counts from 1.
    NotIn {
        encoding: Encoding,
        line: u64,
    },
}

impl NotText {
    pub fn what(&self) -> String {
        match self {
            Self::Zip => "this is a zip archive or an Excel workbook, not a text file".into(),
            Self::Gzip => "this is a gzip archive, not a text file".into(),
            Self::Pdf => "this is a PDF document, not a text file".into(),
            Self::OldExcel => "this is an Excel workbook of the old kind (.xls), not a text file".into(),
            Self::Sas => "this is a SAS file, not a text file".into(),
            Self::Parquet => "this is a Parquet file, not a text file".into(),
            Self::Binary => "the file holds zero bytes, so it is not a text file".into(),
            Self::NotIn { encoding, line } => {
                format!("from line {line} on the text is not {}", encoding.title())
            }
        }
    }

    pub fn hint(&self) -> &'static str {
        match self {
            Self::Zip => {
                "Unpack the archive, or save each sheet as \"CSV UTF-8\"; the other files are analysed meanwhile."
            }
            Self::Gzip => "Unpack the archive; the other files are analysed meanwhile.",
            Self::OldExcel => "Save each sheet as \"CSV UTF-8\"; the other files are analysed meanwhile.",
            Self::Pdf => "Ask for the table as a CSV file; the other files are analysed meanwhile.",
            Self::Sas | Self::Parquet | Self::Binary => {
                "Export the table as a CSV file; the other files are analysed meanwhile."
            }
            Self::NotIn { .. } => "Choose another encoding for this file; the other files are analysed meanwhile.",
        }
    }
}

/// Decodes code page 949, strictly: nothing where a byte is not of it.
pub type DecodeCp949 = fn(&[u8]) -> Option<String>;

static CP949: OnceLock<DecodeCp949> = OnceLock::new();

/// In a browser its own decoder serves, which costs the download nothing; it is handed in here, once, at the start.
pub fn lend_cp949(decode: DecodeCp949) {
    let _ = CP949.set(decode);
}

#[cfg(not(target_arch = "wasm32"))]
fn decode_cp949(bytes: &[u8]) -> Option<String> {
    if let Some(decode) = CP949.get() {
        return decode(bytes);
    }
    encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
}

#[cfg(target_arch = "wasm32")]
fn decode_cp949(bytes: &[u8]) -> Option<String> {
    CP949.get().and_then(|decode| decode(bytes))
}

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
const UTF16_LE_MARK: &[u8] = b"\xFF\xFE";
const UTF16_BE_MARK: &[u8] = b"\xFE\xFF";

/// What is plainly something else than text, by the bytes that such files begin with.
fn refuse_other_kinds(bytes: &[u8]) -> Result<(), NotText> {
    let kinds: [(&[u8], NotText); 8] = [
        (b"PK\x03\x04", NotText::Zip),
        (b"PK\x05\x06", NotText::Zip),
        (b"\x1F\x8B", NotText::Gzip),
        (b"%PDF", NotText::Pdf),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", NotText::OldExcel),
        (b"HEADER RECORD*******", NotText::Sas),
        (b"PAR1", NotText::Parquet),
        (b"\0\0\0\0\0\0\0\0\0\0\0\0\xC2\xEA\x81\x60", NotText::Sas),
    ];
    match kinds.into_iter().find(|(mark, _)| bytes.starts_with(mark)) {
        Some((_, kind)) => Err(kind),
        None => Ok(()),
    }
}

/// The text without its byte order mark, in the encoding that it is found to be in.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, NotText> {
    refuse_other_kinds(bytes)?;
    let found = |encoding| Ok(Decoded { text: decode_as(bytes, encoding)?, encoding, other: None });
    if bytes.starts_with(UTF16_LE_MARK) {
        return found(Encoding::Utf16Le);
    }
    if bytes.starts_with(UTF16_BE_MARK) {
        return found(Encoding::Utf16Be);
    }
    if bytes.starts_with(UTF8_MARK) {
        return found(Encoding::Utf8Mark);
    }
    if let Some(encoding) = utf16_without_mark(bytes)
        && let Ok(decoded) = found(encoding)
    {
        return Ok(decoded);
    }
    if bytes.contains(&0) {
        return Err(NotText::Binary);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded { text: Cow::Borrowed(text), encoding: Encoding::Utf8, other: None });
    }
    let (encoding, other) = korean_or_western(bytes);
    Ok(Decoded { text: decode_as(bytes, encoding)?, encoding, other })
}

/// The text in the encoding that was chosen.
pub fn decode_as(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, NotText> {
    refuse_other_kinds(bytes)?;
    let text = match encoding {
        Encoding::Utf8 | Encoding::Utf8Mark => {
            let body = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
            let text = std::str::from_utf8(body).map_err(|error| {
                let before = body.get(..error.valid_up_to()).unwrap_or_default();
                NotText::NotIn { encoding, line: 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64 }
            })?;
            Cow::Borrowed(text)
        }
        Encoding::Utf16Le => {
            Cow::Owned(decode_utf16(bytes.strip_prefix(UTF16_LE_MARK).unwrap_or(bytes), encoding, u16::from_le_bytes)?)
        }
        Encoding::Utf16Be => {
            Cow::Owned(decode_utf16(bytes.strip_prefix(UTF16_BE_MARK).unwrap_or(bytes), encoding, u16::from_be_bytes)?)
        }
        Encoding::Windows1252 => Cow::Owned(bytes.iter().map(|&byte| windows_1252(byte)).collect()),
        Encoding::Cp949 => Cow::Owned(decode_cp949(bytes).ok_or(NotText::NotIn { encoding, line: 1 })?),
    };
    if text.as_bytes().contains(&0) {
        return Err(NotText::Binary);
    }
    Ok(text)
}

fn decode_utf16(bytes: &[u8], encoding: Encoding, unit: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    let mut text = String::with_capacity(bytes.len() / 2);
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut line = 1;
    for letter in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let letter = letter.map_err(|_| NotText::NotIn { encoding, line })?;
        line += u64::from(letter == '\n');
        text.push(letter);
    }
    if rest.is_empty() { Ok(text) } else { Err(NotText::NotIn { encoding, line }) }
}

/// Text in Latin letters has a zero in each pair of bytes, always on the same side.
fn utf16_without_mark(bytes: &[u8]) -> Option<Encoding> {
    const LOOKED_AT: usize = 2000;
    let (pairs, _) = bytes.get(..bytes.len().min(LOOKED_AT))?.as_chunks::<2>();
    let zeros = |side: usize| pairs.iter().filter(|pair| pair.get(side) == Some(&0)).count();
    let (first, second) = (zeros(0), zeros(1));
    let most = pairs.len() / 2;
    if pairs.len() < 4 {
        None
    } else if second > most && first == 0 {
        Some(Encoding::Utf16Le)
    } else if first > most && second == 0 {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// As the WHATWG's standard has it: the five bytes without a letter are control characters.
fn windows_1252(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}',
        '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}',
        '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}',
        '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
    ];
    usize::from(byte).checked_sub(0x80).and_then(|at| FROM_80.get(at)).copied().unwrap_or(char::from(byte))
}

/// Bytes that are neither UTF-8 nor UTF-16. The letters of KS X 1001, Korean syllables and Greek letters among them, are
/// pairs of bytes from A1 on; Western text has single letters beyond ASCII between plain ones.
fn korean_or_western(bytes: &[u8]) -> (Encoding, Option<Encoding>) {
    let (mut high, mut in_pairs, mut at) = (0_u64, 0_u64, 0);
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied().unwrap_or_default();
        if (0xA1..=0xFE).contains(&byte) && (0xA1..=0xFE).contains(&next) {
            high += 2;
            in_pairs += 2;
            at += 2;
        } else {
            high += u64::from(byte >= 0x80);
            at += 1;
        }
    }
    if decode_cp949(bytes).is_none() {
        return (Encoding::Windows1252, None);
    }
    match (in_pairs * 10, high) {
        (tenths, high) if tenths >= high * 7 => (Encoding::Cp949, None),
        (tenths, high) if tenths <= high * 3 => (Encoding::Windows1252, None),
        (tenths, high) if tenths >= high * 5 => (Encoding::Cp949, Some(Encoding::Windows1252)),
        _ => (Encoding::Windows1252, Some(Encoding::Cp949)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(String, Encoding, Option<Encoding>), NotText> {
        decode(bytes).map(|decoded| (decoded.text.into_owned(), decoded.encoding, decoded.other))
    }

    fn is(text: &str, encoding: Encoding) -> Result<(String, Encoding, Option<Encoding>), NotText> {
        Ok((text.to_owned(), encoding, None))
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_text() {
        assert_eq!(read(b"\xEF\xBB\xBFid"), is("id", Encoding::Utf8Mark));
        assert_eq!(read(b"id"), is("id", Encoding::Utf8));
        assert_eq!(read(b""), is("", Encoding::Utf8));
        assert_eq!(read(b"\xFF\xFEi\0d\0"), is("id", Encoding::Utf16Le));
        assert_eq!(read(b"\xFE\xFF\0i\0d"), is("id", Encoding::Utf16Be));
    }

    #[test]
    fn utf_16_is_known_without_its_mark() {
        assert_eq!(read(b"i\0d\0,\0x\0\n\0"), is("id,x\n", Encoding::Utf16Le));
        assert_eq!(read(b"\0i\0d\0,\0x\0\n"), is("id,x\n", Encoding::Utf16Be));
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(read(b"PK\x03\x04rest"), Err(NotText::Zip));
        assert_eq!(read(b"%PDF-1.7"), Err(NotText::Pdf));
        assert_eq!(read(b"PAR1abc"), Err(NotText::Parquet));
        assert_eq!(read(b"a\x00b"), Err(NotText::Binary));
        assert_eq!(read(b"\xFF\xFEi\0d\0\0\0"), Err(NotText::Binary));
        assert_eq!(read(b"\xFF\xFEi\0d"), Err(NotText::NotIn { encoding: Encoding::Utf16Le, line: 1 }));
        assert_eq!(
            decode_as(b"id,site\n1,Z\xFCrich\n", Encoding::Utf8),
            Err(NotText::NotIn { encoding: Encoding::Utf8, line: 2 })
        );
    }

    /// Bytes from Python's codecs: `'Zürich Å ß µ €'.encode('cp1252')`, `'서울 한양대'.encode('cp949')`.
    #[test]
    fn western_and_korean_are_told_apart() {
        assert_eq!(read(b"Z\xFCrich \xC5 \xDF \xB5 \x80"), is("Zürich Å ß µ €", Encoding::Windows1252));
        assert_eq!(read(b"\xBC\xAD\xBF\xEF \xC7\xD1\xBE\xE7\xB4\xEB"), is("서울 한양대", Encoding::Cp949));
        // 'TGF-β1'.encode('cp949'), 'TGF-ß1 5 µg'.encode('cp1252')
        assert_eq!(read(b"TGF-\xA5\xE21"), is("TGF-β1", Encoding::Cp949));
        assert_eq!(read(b"TGF-\xDF1 5 \xB5g"), is("TGF-ß1 5 µg", Encoding::Windows1252));
        // "똠" is outside KS X 1001; one rare syllable among common ones changes nothing.
        assert_eq!(read(b"\xBC\xAD\xBF\xEF\xBC\xAD\x8C\x63"), is("서울서똠", Encoding::Cp949));
    }
}
