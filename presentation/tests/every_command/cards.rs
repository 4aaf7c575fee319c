//! The lines of a card, and the same card with a harmless name in place of every text from outside.

use casa24_presentation::card::{Block, Card, Line, Outside, Row, Table, Text};
use casa24_presentation::plain;
use casa24_presentation::words::Words;

/// Stands for every text from outside: no word of any language.
pub(crate) const NEUTRAL: &str = "Q";

/// The blocks of a card: of its lead, and of its sections.
pub(crate) fn blocks(card: &Card) -> impl Iterator<Item = &Block> {
    card.lead.iter().chain(card.sections.iter().flat_map(|section| &section.blocks))
}

/// The rows of a card's tables.
pub(crate) fn rows(card: &Card) -> impl Iterator<Item = &Row> {
    blocks(card).flat_map(|block| match block {
        Block::Table(table) => &table.rows[..],
        Block::Line(_) => &[],
    })
}

/// The lines of a card's blocks, those of its tables among them.
pub(crate) fn block_lines(card: &Card) -> impl Iterator<Item = &Line> {
    let lines = blocks(card).filter_map(|block| match block {
        Block::Line(line) => Some(line),
        Block::Table(_) => None,
    });
    lines.chain(rows(card).map(|row| &row.line))
}

/// Every line of a card.
pub(crate) fn lines(card: &Card) -> impl Iterator<Item = &Line> {
    let headings = card.sections.iter().map(|section| &section.heading);
    let labels = card.controls.iter().map(|control| &control.label);
    [&card.title].into_iter().chain(block_lines(card)).chain(headings).chain(&card.footer).chain(labels)
}

/// The texts from outside in a card.
pub(crate) fn outsides(card: &Card) -> Vec<&Outside> {
    let spans = lines(card).flat_map(|line| &line.0);
    let shown = spans.filter_map(|span| match &span.text {
        Text::Outside(outside) => Some(outside),
        Text::Said(_) | Text::Command(_) | Text::Channel(_) => None,
    });
    let typed = card.controls.iter().flat_map(|control| control.options.iter().map(|(_, value)| value));
    shown.chain(typed).collect()
}

/// A text with a harmless name in place of each of these, as they are shown.
pub(crate) fn without(text: &str, names: &[String], words: &Words) -> String {
    let mut shown: Vec<String> =
        names.iter().map(|name| plain(&Line::from(Outside::new(name)), words)).collect();
    // The longest first: one may be a part of another.
    shown.sort_by_key(|name| std::cmp::Reverse(name.len()));
    shown.iter().fold(text.to_owned(), |text, name| text.replace(name, NEUTRAL))
}

/// The card with a harmless name in place of every text from outside.
pub(crate) fn neutral(card: &Card) -> Card {
    let mut card = card.clone();
    neutralise(&mut card.title);
    card.footer.iter_mut().for_each(neutralise);
    for section in &mut card.sections {
        neutralise(&mut section.heading);
    }
    for block in card.lead.iter_mut().chain(card.sections.iter_mut().flat_map(|section| &mut section.blocks))
    {
        match block {
            Block::Line(line) => neutralise(line),
            Block::Table(Table { rows, .. }) => rows.iter_mut().for_each(|row| neutralise(&mut row.line)),
        }
    }
    for control in &mut card.controls {
        neutralise(&mut control.label);
        control.options.iter_mut().for_each(|(_, value)| *value = Outside::new(NEUTRAL));
    }
    card
}

fn neutralise(line: &mut Line) {
    for span in &mut line.0 {
        match span.text {
            Text::Outside(_) => span.text = Outside::new(NEUTRAL).into(),
            // Commands are typed in one language.
            Text::Command(_) => span.text = Text::Command(NEUTRAL),
            Text::Said(_) | Text::Channel(_) => {}
        }
    }
}
