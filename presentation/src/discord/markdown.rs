//! Lines and tables of a card in Discord's markdown.

use std::collections::HashMap;

use crate::card::{Block, Line, Row, Span, Style, Table, Text};
use crate::table;
use crate::words::Words;

use super::{escape, limits};

/// Ids of registered commands by their names, as Discord gave them: digits.
pub type CommandIds = HashMap<String, String>;

/// Keeps two marks of emphasis apart, which Discord would read as one.
const BETWEEN_MARKS: char = '\u{200b}';

/// Characters of a line in a message, as Discord counts them at most.
pub(crate) fn length_of(line: &Line, words: &Words) -> usize {
    limits::length(&Markdown { words, commands: None }.line(line))
}

/// Writes markdown in one language.
#[derive(Clone, Copy)]
pub(super) struct Markdown<'a> {
    pub(super) words: &'a Words,
    /// Commands that can be clicked.
    pub(super) commands: Option<&'a CommandIds>,
}

impl Markdown<'_> {
    /// A line with its emphasis.
    pub(super) fn line(self, line: &Line) -> String {
        let mut text = String::new();
        let mut ends_in_mark = false;
        for spans in line.0.chunk_by(|a, b| a.style == b.style) {
            let inner = self.unformatted(spans);
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
    pub(super) fn plain(self, line: &Line) -> String {
        self.unformatted(&line.0)
    }

    /// The lines of some blocks.
    pub(super) fn lines(self, blocks: &[Block]) -> Vec<String> {
        let mut lines = Vec::new();
        for block in blocks {
            match block {
                Block::Line(text) => lines.push(self.line(text)),
                Block::Table(table) => lines.extend(self.rows(table)),
            }
        }
        lines
    }

    /// The rows of a table: each cell is a code span, which has letters of one width, filled to the width of its column.
    fn rows(self, table: &Table) -> Vec<String> {
        let widths = table::widths(table);
        let row = |row: &Row| {
            let mut parts = Vec::new();
            for (column, width) in widths.iter().enumerate().filter(|(_, width)| **width > 0) {
                let cell = row.cells.get(column).map_or("", |cell| cell.as_str());
                // No escape works in a code span; the catalogue has no backticks.
                parts.push(format!(
                    "`{}`",
                    table::filled(cell, *width, table::align(table, column)).replace('`', "'")
                ));
            }
            let after = self.line(&row.line);
            parts.extend((!after.is_empty()).then_some(after));
            parts.join(" ")
        };
        table.rows.iter().map(row).collect()
    }

    fn unformatted(self, spans: &[Span]) -> String {
        let texts = spans.iter().map(|span| match &span.text {
            Text::Said(said) => said.as_str().to_owned(),
            Text::Outside(name) => escape::outside(name, self.words),
            Text::Command(name) => self.command(name),
            Text::Channel(id) if id.bytes().all(|byte| byte.is_ascii_digit()) => format!("<#{id}>"),
            Text::Channel(_) => String::new(),
        });
        texts.collect()
    }

    /// A command: a mention that can be clicked where its id is known.
    fn command(self, name: &str) -> String {
        let is_id = |id: &&String| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        match self.commands.and_then(|commands| commands.get(name)).filter(is_id) {
            Some(id) => format!("</{name}:{id}>"),
            None => format!("/{}", name.replace('_', r"\_")),
        }
    }
}
