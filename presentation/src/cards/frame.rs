//! What every card shares: its footer, the mark of made-up figures, and small pieces of lines.

use casa24_answers::Head;
use casa24_schemas::{Date, Day, Platform};

use crate::card::{Block, Card, Line, Outside, Row, Section, Table};
use crate::words::{Said, Symbol, Words};

/// An empty card about something: its footer names the day, the sources and the method, and figures that are made up
/// are marked at both ends of it.
pub(super) fn card<'p>(
    words: &Words,
    head: &Head,
    colour: u32,
    title: Line,
    sources: impl IntoIterator<Item = &'p Platform>,
    method: Line,
) -> Card {
    let mut names: Vec<Said> = Vec::new();
    for platform in sources {
        let name = words.platform(platform);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut footer = vec![words.line("as-of", &[("day", words.day(head.as_of.0).into())])];
    footer.extend((!names.is_empty()).then(|| joined(names, Symbol::Comma)));
    footer.push(method);
    let mut lead = Vec::new();
    if head.sample {
        footer.push(words.say("sample-data").into());
        lead.push(Line::from(words.say("sample-note")).quiet().into());
    }
    Card {
        colour,
        title,
        lead,
        sections: Vec::new(),
        footer,
        picture: None,
        picture_text: None,
        controls: Vec::new(),
        private: false,
    }
}

/// Pieces with a symbol between them.
pub(super) fn joined<L: Into<Line>>(pieces: impl IntoIterator<Item = L>, between: Symbol) -> Line {
    let mut whole = Line::default();
    for piece in pieces {
        if !whole.is_empty() {
            whole = whole.then(between);
        }
        whole = whole.then(piece);
    }
    whole
}

/// A name from outside.
pub(super) fn name(name: &str) -> Line {
    Outside::new(name).into()
}

/// Whom an answer is about: one artist, or all of them.
pub(super) fn subject(words: &Words, artist: Option<&str>) -> Line {
    artist.map_or_else(|| words.say("all-artists").into(), name)
}

/// `3 days`.
pub(super) fn days(words: &Words, count: u32) -> Line {
    words.line("days-count", &[("count", u64::from(count).into())])
}

/// `3 artists`.
pub(super) fn artists(words: &Words, count: u32) -> Line {
    words.line("artists-count", &[("count", u64::from(count).into())])
}

/// `2 of 3 artists`.
pub(super) fn of_artists(words: &Words, added: u32, all: u32) -> Line {
    let added = words.count(u64::from(added));
    words.line("of-artists", &[("added", added.into()), ("artists", artists(words, all).into())])
}

/// Adds ` · of Aug 22, 2025` to a line where a value is older than the day in question.
pub(super) fn with_age(line: Line, words: &Words, date: Option<Day>, as_of: Date) -> Line {
    match date {
        Some(Day(date)) if date < as_of => {
            let age = words.line("of-day", &[("day", words.day(date).into())]);
            line.then(Symbol::Dot).then(age)
        }
        _ => line,
    }
}

/// Adds ` (text)` to a line where there is a text.
pub(super) fn with_brackets(line: Line, words: &Words, text: Option<Said>) -> Line {
    match text {
        Some(text) => line.then(Symbol::Space).then(words.line("in-brackets", &[("text", text.into())])),
        None => line,
    }
}

/// `label: text`.
pub(super) fn labelled(words: &Words, label: impl Into<Line>, text: impl Into<Line>) -> Line {
    words.line("labelled", &[("label", label.into().into()), ("text", text.into().into())])
}

/// A table with one column of numbers.
pub(super) fn numbers(rows: Vec<(Said, Line)>) -> Table {
    let rows = rows.into_iter().map(|(number, line)| Row { cells: vec![number], line });
    Table { columns: vec![crate::card::Align::Right], rows: rows.collect() }
}

/// A section whose heading begins with a capital letter.
pub(super) fn section(heading: Said, blocks: Vec<Block>) -> Section {
    Section::new(heading.capitalised().into(), blocks)
}

/// The section of notes at the end of a card.
pub(super) fn good_to_know(words: &Words, notes: Vec<Line>) -> Section {
    section(words.say("good-to-know"), notes.into_iter().map(Block::from).collect())
}
