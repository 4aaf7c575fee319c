//! A document that is not quite JSON: what can be read of it, so that one bad value or one bad artist loses no other.

use std::collections::BTreeMap;
use std::ops::Range;

use super::json::Json;
use crate::Error;

/// Longest text that a token which is no value becomes, in characters.
const MAX_TOKEN_CHARS: usize = 90;

/// As many faults as are told with their place; to find one goes through the document.
const MAX_PLACES: usize = 100;

/// A document made readable.
pub(super) struct Mended {
    /// JSON, as far as this could make it so.
    pub(super) text: Vec<u8>,
    /// Artists that could not be read, by their place in the list, with the fault. Each is a number in the text.
    pub(super) faults: BTreeMap<usize, String>,
}

/// Makes a document readable that is not. What stands for a value and is none (`NaN`, `-Infinity`, `1e400`, `None`)
/// becomes a text, which the validator withholds as such; a value that is not there becomes null. An artist who
/// still cannot be read, or is not UTF-8, is left out.
///
/// # Errors
/// When the document outside its artists cannot be read either, as with one that is cut off.
pub(super) fn mend(bytes: &[u8], source: &str) -> Result<Mended, Error> {
    let mut rewriter = Rewriter::new(bytes);
    rewriter.rewrite();
    let Rewriter { text, places, .. } = rewriter;
    let mut mended = Mended { text, faults: BTreeMap::new() };
    let Err(error) = check(&mended.text) else { return Ok(mended) };
    let origin = |error: &serde_json::Error, start: usize, text: &[u8]| {
        let at = start + offset_of(text, error.line(), error.column());
        let (own, original) = places.iter().rev().find(|(own, _)| *own <= at).copied().unwrap_or_default();
        line_and_column(bytes, original + at - own)
    };
    let whole = |error: serde_json::Error, (line, column): (usize, usize)| Error::NotJson {
        file: source.to_owned(),
        line,
        column,
        source: error,
    };
    let Some(artists) = artists_of(&mended.text) else {
        let place = origin(&error, 0, &mended.text);
        return Err(whole(error, place));
    };
    let mut text = mended.text.clone();
    for (index, artist) in artists.iter().enumerate() {
        let own = &mended.text[artist.clone()];
        if let Err(error) = check(own) {
            let fault = if mended.faults.len() < MAX_PLACES {
                let (line, column) = origin(&error, artist.start, own);
                format!("not JSON from line {line}, column {column} on")
            } else {
                "not JSON".to_owned()
            };
            mended.faults.insert(index, fault);
            // Blanks keep the places of all others.
            text[artist.clone()].fill(b' ');
            text[artist.start] = b'0';
        }
    }
    if let Err(error) = check(&text) {
        let place = origin(&error, 0, &mended.text);
        return Err(whole(error, place));
    }
    mended.text = text;
    Ok(mended)
}

/// Whether these bytes are JSON that can be read.
fn check(bytes: &[u8]) -> Result<(), serde_json::Error> {
    serde_json::from_slice::<Json<'_>>(bytes).map(drop)
}

/// Copies a document, token by token, and replaces what is none.
struct Rewriter<'b> {
    bytes: &'b [u8],
    at: usize,
    text: Vec<u8>,
    /// Places in the copy and in the original that belong together, one behind each replacement.
    places: Vec<(usize, usize)>,
    /// What stood last beside blanks.
    last: u8,
}

impl<'b> Rewriter<'b> {
    const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, text: Vec::new(), places: Vec::new(), last: b' ' }
    }

    fn rewrite(&mut self) {
        self.text.reserve(self.bytes.len() + 64);
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => self.copy_text(),
                b' ' | b'\t' | b'\r' | b'\n' => self.copy(1),
                b'{' | b'[' | b':' => self.mark(byte),
                b',' | b'}' | b']' => {
                    if self.last == b':' {
                        self.replace(0, b"null"); // "followers": ,
                    }
                    self.mark(byte);
                }
                _ => self.copy_token(),
            }
        }
    }

    fn copy(&mut self, length: usize) {
        self.text.extend_from_slice(&self.bytes[self.at..self.at + length]);
        self.at += length;
    }

    fn mark(&mut self, byte: u8) {
        self.copy(1);
        self.last = byte;
    }

    /// Writes something else than the next bytes of the original.
    fn replace(&mut self, length: usize, text: &[u8]) {
        self.text.extend_from_slice(text);
        self.at += length;
        self.places.push((self.text.len(), self.at));
        self.last = b'"';
    }

    /// A text in quotes. Line breaks within it, which JSON wants written as `\n`, are written so; half of a surrogate
    /// pair, which no character has, becomes U+FFFD.
    fn copy_text(&mut self) {
        self.mark(b'"');
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => return self.mark(b'"'),
                b'\\' => match surrogates(&self.bytes[self.at..]) {
                    Surrogates::Half => self.replace(6, br"\ufffd"),
                    Surrogates::Pair => self.copy(12),
                    Surrogates::None => self.copy(2.min(self.bytes.len() - self.at)),
                },
                0..0x20 => self.replace(1, format!("\\u{byte:04x}").as_bytes()),
                _ => self.copy(1),
            }
        }
    }

    /// A number or a word.
    fn copy_token(&mut self) {
        let rest = &self.bytes[self.at..];
        let is_end = |byte: &u8| b" \t\r\n{}[]:,\"".contains(byte);
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        let token = &rest[..length];
        if serde_json::from_slice::<Json<'_>>(token).is_ok() {
            self.copy(length);
            self.last = b'0';
            return;
        }
        let words: String = String::from_utf8_lossy(token).chars().take(MAX_TOKEN_CHARS).collect();
        let quoted = serde_json::Value::from(words).to_string();
        self.replace(length, quoted.as_bytes());
    }
}

/// What a backslash begins, where that is written as UTF-16.
enum Surrogates {
    None,
    Half,
    Pair,
}

fn surrogates(text: &[u8]) -> Surrogates {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?.strip_prefix(br"\u")?;
        u16::from_str_radix(std::str::from_utf8(escape).ok()?, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => Surrogates::Pair,
        (Some(0xd800..0xe000), _) => Surrogates::Half,
        _ => Surrogates::None,
    }
}

/// Where the items of the document's list of artists stand; `None` where no such list is closed.
fn artists_of(text: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut scan = Scan { text, at: 0 };
    scan.skip_blanks();
    scan.take(b'{')?;
    loop {
        scan.skip_blanks();
        let name = scan.value()?;
        scan.skip_blanks();
        scan.take(b':')?;
        scan.skip_blanks();
        if text[name] == *b"\"artists\"" {
            break;
        }
        scan.value()?;
        scan.skip_blanks();
        scan.take(b',')?;
    }
    scan.take(b'[')?;
    let mut artists = Vec::new();
    loop {
        scan.skip_blanks();
        artists.push(scan.value()?);
        scan.skip_blanks();
        if scan.take(b',').is_none() {
            return scan.take(b']').map(|()| artists);
        }
    }
}

/// Goes through a text by its brackets.
struct Scan<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn skip_blanks(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.text.get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    /// A value up to the comma or bracket behind it, at least one byte long. One whose brackets do not match ends where
    /// the next artist begins, or the list ends, so that it is the only one that is lost.
    fn value(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let mut open: Vec<u8> = Vec::new();
        let mut comma = None; // where the last one stands, with nothing but blanks behind it
        while let Some(&byte) = self.text.get(self.at) {
            match (byte, open.last()) {
                (b',' | b':' | b'}' | b']', None) => break,
                // No object holds an object without a name: some brackets before the comma are missing.
                (b'{', Some(b'}')) if comma.is_some() => {
                    self.at = comma.unwrap_or(self.at);
                    return Some(start..self.at);
                }
                (b']', _) if !open.contains(&b']') => return Some(start..self.at),
                (b'"', _) => self.skip_text()?,
                (b'{', _) => open.push(b'}'),
                (b'[', _) => open.push(b']'),
                (b'}' | b']', _) => while open.pop().is_some_and(|closing| closing != byte) {},
                _ => {}
            }
            match byte {
                b',' => comma = Some(self.at),
                _ if byte.is_ascii_whitespace() => {}
                _ => comma = None,
            }
            self.at += 1;
        }
        // Brackets too many: the next artist follows them.
        if self.at > start && open.is_empty() && self.text.get(self.at) == Some(&b'}') && self.is_followed() {
            let num_brackets =
                self.text[self.at..].iter().take_while(|byte| is_bracket_or_blank(byte)).count();
            self.at += num_brackets;
        }
        (self.at > start && open.is_empty()).then_some(start..self.at)
    }

    /// Whether the list ends behind the brackets here, or a comma and an object follow.
    fn is_followed(&self) -> bool {
        let mut behind = self.text[self.at..].iter().skip_while(|byte| is_bracket_or_blank(byte));
        match behind.next() {
            Some(b']') => true,
            Some(b',') => behind.find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{'),
            _ => false,
        }
    }

    /// Stands on the closing quote afterwards.
    fn skip_text(&mut self) -> Option<()> {
        loop {
            self.at += 1;
            match self.text.get(self.at)? {
                b'"' => return Some(()),
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }
}

const fn is_bracket_or_blank(byte: &u8) -> bool {
    *byte == b'}' || byte.is_ascii_whitespace()
}

/// The place in a text of a line and a column, both from 1.
fn offset_of(text: &[u8], line: usize, column: usize) -> usize {
    let mut starts = std::iter::once(0)
        .chain(text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1));
    let start = starts.nth(line.saturating_sub(1)).unwrap_or_default();
    (start + column.saturating_sub(1)).min(text.len())
}

/// Line and column, both from 1, of a place in a text.
fn line_and_column(text: &[u8], at: usize) -> (usize, usize) {
    let before = &text[..at.min(text.len())];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (1 + before.iter().filter(|byte| **byte == b'\n').count(), 1 + before.len() - line_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> (String, Vec<(usize, String)>) {
        let mended = mend(text.as_bytes(), "x").unwrap();
        (String::from_utf8(mended.text).unwrap(), mended.faults.into_iter().collect())
    }

    #[test]
    fn what_is_no_value_becomes_a_text() {
        for (bad, text) in [
            ("NaN", r#""NaN""#),
            ("-Infinity", r#""-Infinity""#),
            ("1e999", r#""1e999""#),
            ("None", r#""None""#),
            ("007", r#""007""#),
            ("+5", r#""+5""#),
            ("1_000", r#""1_000""#),
            ("", "null"),
        ] {
            let (mended, faults) = mended(&format!(r#"{{"a": [1, {{"b": {bad}, "c": -2.5e3}}]}}"#));
            assert_eq!(mended, format!(r#"{{"a": [1, {{"b": {text}, "c": -2.5e3}}]}}"#));
            assert!(faults.is_empty());
        }
    }

    #[test]
    fn texts_keep_what_stands_in_them() {
        let text = r#"{"a": "NaN, [\"1e999\": {", "b": "\ud83c\udfb5", "c": NaN}"#;
        assert_eq!(mended(text).0, text.replace(": NaN}", r#": "NaN"}"#));
        assert_eq!(mended(r#"{"a": "x\ud83c y"}"#).0, r#"{"a": "x\ufffd y"}"#);
        assert_eq!(mended("{\"a\": \"x\ty\"}").0, r#"{"a": "x\u0009y"}"#);
    }

    #[test]
    fn a_broken_artist_loses_only_itself() {
        let text = "{\"date\": 1,\n \"artists\": [{\"n\": NaN}, {\"n\":\n 1 2}, {\"n\": 3}], \"z\": 0}";
        let (mended, faults) = mended(text);
        assert!(mended.contains(r#"{"n": "NaN"}"#) && mended.contains(r#"{"n": 3}"#), "{mended}");
        assert_eq!(faults, [(1, "not JSON from line 3, column 4 on".to_owned())]);
        let broken = b"{\"artists\": [{\"n\": \"Ros\xe9\"}, {\"n\": \"Ana\"}]}";
        let mended = mend(broken, "x").unwrap();
        assert_eq!(mended.faults.len(), 1);
        assert!(String::from_utf8(mended.text).unwrap().contains("Ana"));
    }

    #[test]
    fn an_artist_whose_brackets_do_not_match_loses_only_itself() {
        let fine = r#"{"n": "C", "s": {"f": 3, "t": [{"n": 1}, {"n": 2}]}}"#;
        for bad in [
            r#"{"n": "B", "s": {"f": 2}"#,
            r#"{"n": "B", "s": {"f": 2"#,
            r#"{"n": "B", "s": {"f": 2}}}"#,
            r#"{"n": "B", "t": [{"n": 1}}"#,
            r#"{"n": "B", "s": {"f" {"g": 2}}}"#,
        ] {
            for artists in
                [format!("{bad}, {fine}"), format!("{fine}, {bad}"), format!("{fine}, {bad}, {fine}")]
            {
                let (mended, faults) = mended(&format!(r#"{{"artists": [{artists}]}}"#));
                assert_eq!(faults.len(), 1, "{artists}: {faults:?}");
                assert!(mended.contains(fine), "{artists}: {mended}");
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_an_error_at_its_place() {
        for text in
            ["{\"artists\": [{\"n\": NaN}, {\"n\": ", "{\"a\": NaN, \"b\"", "[1e999", "{\"artists\": [1]} x"]
        {
            assert!(mend(text.as_bytes(), "x").is_err(), "{text}");
        }
        let error = mend(b"{\"a\": NaN, \"b\" 7}", "x").map(|_| ()).unwrap_err();
        assert!(matches!(error, Error::NotJson { line: 1, column: 16, .. }), "{error}");
    }
}
