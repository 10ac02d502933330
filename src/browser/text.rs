//! The browser's own decoder, for what would cost the download a hundred kilobytes of tables.

use web_sys::{TextDecoder, TextDecoderOptions};

/// Code page 949, which the WHATWG calls euc-kr; nothing where a byte is not of it.
pub fn decode_cp949(bytes: &[u8]) -> Option<String> {
    let options = TextDecoderOptions::new();
    options.set_fatal(true);
    let decoder = TextDecoder::new_with_label_and_options("euc-kr", &options).ok()?;
    decoder.decode_with_u8_array(bytes).ok()
}
