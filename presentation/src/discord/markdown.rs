//! Lines and tables of a card in Discord's markdown.

use crate::card::{Block, Line, Span, Style, Table, Text};
use crate::table;
use crate::words::Words;

use super::escape;

/// Keeps two marks of emphasis apart, which Discord would read as one.
const BETWEEN_MARKS: char = '\u{200b}';

/// A line with its emphasis.
pub(super) fn line(line: &Line, words: &Words) -> String {
    let mut text = String::new();
    let mut ends_in_mark = false;
    for spans in line.0.chunk_by(|a, b| a.style == b.style) {
        let inner = unformatted(spans, words);
        // Discord does not read marks as emphasis that have a blank inside.
        let visible = inner.trim();
        let mark = match spans[0].style {
            _ if visible.is_empty() => "",
            Style::Plain => "",
            Style::Strong => "**",
            Style::Quiet => "*",
        };
        let begins_with_mark = !mark.is_empty() && !inner.starts_with(' ');
        if ends_in_mark && begins_with_mark {
            text.push(BETWEEN_MARKS);
        }
        let before = &inner[..inner.len() - inner.trim_start().len()];
        let after = &inner[inner.trim_end().len().max(before.len())..];
        text.extend([before, mark, visible, mark, after]);
        if !inner.is_empty() {
            ends_in_mark = !mark.is_empty() && after.is_empty();
        }
    }
    text
}

/// A line without emphasis, for places that have their own. Names are escaped.
pub(super) fn plain(line: &Line, words: &Words) -> String {
    unformatted(&line.0, words)
}

/// The lines of some blocks.
pub(super) fn lines(blocks: &[Block], words: &Words) -> Vec<String> {
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            Block::Line(text) => lines.push(line(text, words)),
            Block::Table(table) => lines.extend(rows(table, words)),
        }
    }
    lines
}

/// The rows of a table: each cell is a code span, which has letters of one width, filled to the width of its column.
fn rows(table: &Table, words: &Words) -> Vec<String> {
    let widths = table::widths(table);
    let row = |row: &crate::card::Row| {
        let mut parts = Vec::new();
        for (column, width) in widths.iter().enumerate().filter(|(_, width)| **width > 0) {
            let cell = row.cells.get(column).map_or("", |cell| cell.as_str());
            // No escape works in a code span; the catalogue has no backticks.
            parts.push(format!(
                "`{}`",
                table::filled(cell, *width, table::align(table, column)).replace('`', "'")
            ));
        }
        let after = line(&row.line, words);
        parts.extend((!after.is_empty()).then_some(after));
        parts.join(" ")
    };
    table.rows.iter().map(row).collect()
}

fn unformatted(spans: &[Span], words: &Words) -> String {
    let texts = spans.iter().map(|span| match &span.text {
        Text::Said(said) => said.as_str().to_owned(),
        Text::Outside(name) => escape::outside(name, words),
    });
    texts.collect()
}
