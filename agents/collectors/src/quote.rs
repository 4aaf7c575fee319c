//! A text out of a document, in a message.

use casa24_schemas::visible_line;
use unicode_segmentation::UnicodeSegmentation;

/// Longest piece of a document that is quoted, in characters as a reader counts them, and in code points.
const MAX_CHARACTERS: usize = 60;
const MAX_CODE_POINTS: usize = 600;

/// A piece of a document in quotes, cut where it is long. What cannot be seen in it is written as an escape.
pub(crate) fn quote(text: &str) -> String {
    let bounded = text.char_indices().nth(MAX_CODE_POINTS).map_or(text, |(end, _)| &text[..end]);
    let end = bounded.grapheme_indices(true).nth(MAX_CHARACTERS).map_or(bounded.len(), |(end, _)| end);
    let piece = &bounded[..end];
    let dots = if end < text.len() { "…" } else { "" };
    // Escapes would take flags and emoji apart too.
    if visible_line(piece) == piece.trim_end() {
        format!("\"{}\"{dots}", piece.replace('\\', r"\\").replace('"', "\\\""))
    } else {
        format!("{piece:?}{dots}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_pieces_are_cut_between_characters() {
        assert_eq!(quote("é"), "\"é\"");
        assert_eq!(quote(&"é".repeat(61)), format!("\"{}\"…", "é".repeat(60)));
        let wales = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}";
        assert_eq!(quote(&wales.repeat(61)), format!("\"{}\"…", wales.repeat(60)));
        assert!(quote(&format!("a{}", "\u{301}".repeat(9_000))).len() < 1_300);
    }

    #[test]
    fn what_cannot_be_seen_is_an_escape() {
        assert_eq!(quote("a\u{200b}b"), r#""a\u{200b}b""#);
        assert_eq!(quote("\"Big\" Sur"), r#""\"Big\" Sur""#);
        assert_eq!(quote("a\tb\u{1b}"), r#""a\tb\u{1b}""#);
    }
}
