//! Text to bytes, for encodings that std does not write.

#[derive(Clone, Copy)]
pub enum Encoding {
    Utf8,
    Utf8Mark,
    Utf16Le,
    Utf16Be,
    Windows1252,
    Cp949,
}

/// Two-byte characters of code page 949: just those that are written here.
const CP949: [(char, [u8; 2]); 40] = [
    ('α', [0xa5, 0xe1]),
    ('β', [0xa5, 0xe2]),
    ('고', [0xb0, 0xed]),
    ('과', [0xb0, 0xfa]),
    ('관', [0xb0, 0xfc]),
    ('교', [0xb1, 0xb3]),
    ('경', [0xb0, 0xe6]),
    ('구', [0xb1, 0xb8]),
    ('내', [0xb3, 0xbb]),
    ('대', [0xb4, 0xeb]),
    ('됨', [0xb5, 0xca]),
    ('두', [0xb5, 0xce]),
    ('로', [0xb7, 0xce]),
    ('료', [0xb7, 0xe1]),
    ('병', [0xba, 0xb4]),
    ('복', [0xba, 0xb9]),
    ('부', [0xba, 0xce]),
    ('산', [0xbb, 0xea]),
    ('서', [0xbc, 0xad]),
    ('속', [0xbc, 0xd3]),
    ('술', [0xbc, 0xfa]),
    ('시', [0xbd, 0xc3]),
    ('안', [0xbe, 0xc8]),
    ('약', [0xbe, 0xe0]),
    ('양', [0xbe, 0xe7]),
    ('완', [0xbf, 0xcf]),
    ('울', [0xbf, 0xef]),
    ('원', [0xbf, 0xf8]),
    ('음', [0xc0, 0xbd]),
    ('입', [0xc0, 0xd4]),
    ('전', [0xc0, 0xfc]),
    ('정', [0xc1, 0xa4]),
    ('중', [0xc1, 0xdf]),
    ('지', [0xc1, 0xf6]),
    ('찰', [0xc2, 0xfb]),
    ('학', [0xc7, 0xd0]),
    ('한', [0xc7, 0xd1]),
    ('호', [0xc8, 0xa3]),
    ('회', [0xc8, 0xb8]),
    ('후', [0xc8, 0xc4]),
];

impl Encoding {
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Mark => "UTF-8 with BOM",
            Self::Utf16Le => "UTF-16LE with BOM",
            Self::Utf16Be => "UTF-16BE with BOM",
            Self::Windows1252 => "Windows-1252",
            Self::Cp949 => "code page 949",
        }
    }

    pub fn encode(self, text: &str) -> Result<Vec<u8>, String> {
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_vec()),
            Self::Utf8Mark => Ok([&[0xef, 0xbb, 0xbf], text.as_bytes()].concat()),
            Self::Utf16Le => Ok(units(text).flat_map(u16::to_le_bytes).collect()),
            Self::Utf16Be => Ok(units(text).flat_map(u16::to_be_bytes).collect()),
            Self::Windows1252 => text.chars().map(western).collect(),
            Self::Cp949 => {
                let mut bytes = Vec::new();
                for c in text.chars() {
                    match CP949.iter().find(|(known, _)| *known == c) {
                        Some((_, pair)) => bytes.extend(pair),
                        None if c.is_ascii() => bytes.push(c as u8),
                        None => return Err(format!("{c:?} is not in the table for code page 949")),
                    }
                }
                Ok(bytes)
            }
        }
    }
}

fn units(text: &str) -> impl Iterator<Item = u16> {
    std::iter::once(0xfeff).chain(text.encode_utf16())
}

/// Outside of 0x80 to 0x9f Windows-1252 has the first 256 characters of Unicode.
fn western(c: char) -> Result<u8, String> {
    match u8::try_from(u32::from(c)) {
        Ok(byte) if !(0x80..0xa0).contains(&byte) => Ok(byte),
        _ => Err(format!("{c:?} is not written in Windows-1252 here")),
    }
}
