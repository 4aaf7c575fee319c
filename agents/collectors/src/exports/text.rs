//! A file's bytes as text: UTF-8 or UTF-16, as their first bytes say.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::Error;

/// Most bytes that are read of an export, packed or unpacked: ten years of days are a twentieth of them.
pub const MAX_BYTES: u64 = 8 << 20;

/// The text of a file. Without a byte order mark it is UTF-8, or UTF-16 where every second byte of its beginning is zero.
///
/// # Errors
/// When it is empty, too large, or in another encoding: what to do.
pub(super) fn decode(bytes: &[u8], file: &str) -> Result<String, Error> {
    let fault = |fault: String| Error::NotAnExport { file: file.to_owned(), fault };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(fault(too_large()));
    }
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or_else(|| (guess(bytes), 0));
    let (text, is_damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
    if is_damaged || text.contains('\0') {
        return Err(fault(
            "it is not text in UTF-8 or UTF-16: export it again, or save it as UTF-8".to_owned(),
        ));
    }
    if text.trim().is_empty() {
        return Err(fault("it is empty".to_owned()));
    }
    Ok(text.into_owned())
}

/// What is said of a file beyond the limit.
pub(super) fn too_large() -> String {
    format!("it has more than {} MiB, which no export has", MAX_BYTES >> 20)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    match bytes {
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => UTF_16LE,
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => UTF_16BE,
        _ => UTF_8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_that_platforms_write_is_read() {
        let text = "date,streams\n2026-08-01,3\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), format!("\u{feff}{text}").as_bytes(), &little, &big, &marked] {
            assert_eq!(decode(bytes, "a.csv").unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_text_is_told() {
        let latin_1 = b"fecha,visualizaci\xf3n\n";
        for (bytes, expected) in
            [(latin_1.as_slice(), "UTF-8"), (b"\xef\xbb\xbf \n", "empty"), (b"a\0\0\0b", "UTF-8")]
        {
            let error = decode(bytes, "a.csv").unwrap_err().to_string();
            assert!(error.starts_with("a.csv is ") && error.contains(expected), "{error}");
        }
    }
}
