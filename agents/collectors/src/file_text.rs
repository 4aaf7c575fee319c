//! A file's bytes as JSON in UTF-8, or what they are instead.

use crate::Error;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The bytes of a document without a byte order mark, which editors on Windows write.
///
/// # Errors
/// When the file is empty, compressed, or in UTF-16: what it is, and what to do.
pub(crate) fn json_bytes<'b>(bytes: &'b [u8], file: &str) -> Result<&'b [u8], Error> {
    let fault = |fault: &'static str| Err(Error::NotText { file: file.to_owned(), fault });
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    match text {
        _ if text.iter().all(|byte| byte.is_ascii_whitespace()) => fault("is empty"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => {
            fault("is in UTF-16 or UTF-32: save it as UTF-8")
        }
        [0x1f, 0x8b, ..] => fault("is compressed (gzip): unpack it first"),
        [b'P', b'K', 3, 4, ..] => fault("is compressed (zip): unpack it first"),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_left_out_and_other_forms_are_told() {
        assert_eq!(json_bytes(b"\xef\xbb\xbf[1]", "a").unwrap(), b"[1]");
        assert_eq!(json_bytes(b"[1]", "a").unwrap(), b"[1]");
        let utf_16: Vec<u8> = "[1]".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked: Vec<u8> = "\u{feff}[1]".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, expected) in [
            (b"".as_slice(), "empty"),
            (b"\xef\xbb\xbf \n", "empty"),
            (&utf_16, "UTF-16"),
            (&marked, "UTF-16"),
            (b"\x1f\x8b\x08\x00", "gzip"),
            (b"PK\x03\x04", "zip"),
        ] {
            let error = json_bytes(bytes, "b.json").unwrap_err().to_string();
            assert!(error.starts_with("b.json is ") && error.contains(expected), "{error}");
        }
    }
}
