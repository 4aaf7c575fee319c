//! Text on lines of a given width.

use anstyle::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::visible::{END_OF_ISOLATE, ISOLATE};

use super::strip::{Piece, Strip};

/// Pieces on lines of at most `width` columns, broken at blanks; a word that is wider is broken where it must be. Lines
/// after the first begin with `indent` blanks, where that leaves room for text.
pub(super) fn wrap(pieces: &[Piece], width: usize, indent: usize) -> Vec<Strip> {
    let indent = if indent <= width / 2 { indent } else { 0 };
    let mut lines = vec![Strip::default()];
    let mut used = 0;
    let next_line = |lines: &mut Vec<Strip>| {
        let mut line = Strip::default();
        line.pad_to(indent);
        lines.push(line);
        indent
    };
    let mut start = 0; // columns of the line before its text
    for word in pieces.iter().flat_map(words) {
        let needed = word.text.trim_end().width();
        if used > start && used + needed > width {
            used = next_line(&mut lines);
            start = indent;
        }
        for piece in broken(word, width - start) {
            if used > start && used + piece.text.trim_end().width() > width {
                used = next_line(&mut lines);
                start = indent;
            }
            used += piece.text.width();
            if let Some(line) = lines.last_mut() {
                line.push(piece);
            }
        }
    }
    let mut lines: Vec<Strip> = lines.into_iter().map(Strip::trim).collect();
    isolate_each(&mut lines);
    lines
}

/// A piece in words, each with the blanks after it.
fn words(piece: &Piece) -> Vec<Piece> {
    if piece.is_whole {
        return vec![piece.clone()];
    }
    piece.text.split_inclusive(' ').map(|word| Piece::new(word, piece.style)).collect()
}

/// A word in pieces of at most `width` columns.
fn broken(word: Piece, width: usize) -> Vec<Piece> {
    if word.text.trim_end().width() <= width {
        return vec![word];
    }
    let mut texts = vec![String::new()];
    for character in word.text.graphemes(true) {
        let longer = texts.last().map(|text| format!("{text}{character}")).unwrap_or_default();
        match texts.last_mut() {
            Some(text) if text.is_empty() || longer.width() <= width => *text = longer,
            _ => texts.push(character.to_owned()),
        }
    }
    texts.into_iter().map(|text| Piece::new(text, word.style)).collect()
}

/// Ends an isolated name at the end of a line, and begins it again on the next: to a terminal each is a paragraph.
fn isolate_each(lines: &mut [Strip]) {
    let mut is_open = false;
    for line in lines {
        if is_open {
            let is_indented = line.0.first().is_some_and(|piece| piece.text.trim().is_empty());
            line.0.insert(usize::from(is_indented), Piece::new(ISOLATE, Style::new()));
        }
        for c in line.0.iter().flat_map(|piece| piece.text.chars()) {
            is_open = (is_open || c == ISOLATE) && c != END_OF_ISOLATE;
        }
        if is_open {
            line.push(Piece::new(END_OF_ISOLATE, Style::new()));
        }
    }
}
