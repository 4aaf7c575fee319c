//! A card in a terminal: no control characters but line breaks, and no line wider than the terminal.

use casa24_presentation::card::Card;
use casa24_presentation::terminal;
use casa24_presentation::words::Words;
use unicode_width::UnicodeWidthStr;

/// Begins and ends a name from right to left, so that it reorders nothing beside it.
const ISOLATE: char = '\u{2068}';
const END_OF_ISOLATE: char = '\u{2069}';

/// Characters that reorder text or hide in it.
const HIDDEN: [char; 11] = [
    '\u{200b}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{feff}',
];

/// Drops the program's own escape sequences: those that colour and emphasise.
fn uncoloured(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut uncoloured = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (codes, text) = part.split_once('m').unwrap();
        assert!(codes.chars().all(|c| c.is_ascii_digit() || c == ';'), "{part:?}");
        uncoloured.push_str(text);
    }
    uncoloured
}

pub(crate) fn check(card: &Card, words: &Words) {
    for width in [24, 61, 100] {
        let drawn = terminal::draw(card, words, width, false);
        let is_shown = |c: char| (c == '\n' || !c.is_control()) && !HIDDEN.contains(&c);
        assert!(drawn.chars().all(is_shown), "{drawn:?}");
        for line in drawn.lines() {
            assert!(line.width() <= width, "{width}: {line:?}");
            assert!(line.starts_with('│'), "{line:?}");
            assert_eq!(line.matches(ISOLATE).count(), line.matches(END_OF_ISOLATE).count(), "{line:?}");
        }
        assert_eq!(uncoloured(&terminal::draw(card, words, width, true)).replace('▌', "│"), drawn);
    }
}
