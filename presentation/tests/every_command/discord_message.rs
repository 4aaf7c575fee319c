//! A card as a Discord message: within the limits, and with no formatting but the card's own.

use std::collections::BTreeSet;

use casa24_answers::Query;
use casa24_presentation::card::{Block, Card, Line, Row, Style};
use casa24_presentation::discord::{self, Artists, CustomId, Showing, limits};
use casa24_presentation::plain;
use casa24_presentation::words::Words;
use casa24_schemas::Command;
use serde_json::Value as Json;

use crate::cards::{block_lines, blocks, rows};

/// Most pages of which every one is looked at.
const MAX_PAGES: usize = 6;

/// What Discord reads in a text.
#[derive(Debug, Default)]
struct Reading {
    /// The text without marks.
    text: String,
    /// The text with a letter for each character that was escaped.
    unescaped: String,
    /// Marks, and what stands between them.
    marked: Vec<(&'static str, String)>,
}

/// Reads a line as Discord does: `None` where a mark of emphasis or code is not closed, or stands in another one.
fn read(line: &str) -> Option<Reading> {
    let mut reading = Reading::default();
    let mut open: Option<(&'static str, String)> = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let (shown, unescaped) = match c {
            '\\' => (chars.next()?, 'x'),
            '`' => {
                let code: String = chars.by_ref().take_while(|c| *c != '`').collect();
                reading.text.push_str(&code);
                reading.marked.push(("`", code.trim().to_owned()));
                continue;
            }
            '*' => {
                let mark = if chars.next_if_eq(&'*').is_some() { "**" } else { "*" };
                open = match open.take() {
                    None => Some((mark, String::new())),
                    Some((opened, text)) if opened == mark && !text.trim().is_empty() => {
                        reading.marked.push((mark, text));
                        None
                    }
                    Some(_) => return None,
                };
                continue;
            }
            '\u{200b}' => continue, // between two marks
            c => (c, c),
        };
        reading.text.push(shown);
        reading.unescaped.push(unescaped);
        if let Some((_, text)) = &mut open {
            text.push(shown);
        }
    }
    open.is_none().then_some(reading)
}

/// A text without blanks: cells are filled with them.
fn bare(text: &str) -> String {
    text.replace(' ', "")
}

/// A text without its numbers.
fn uncounted(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit() && !",. ".contains(*c)).collect()
}

/// The spans of a card that are emphasised, and its cells.
fn own_marks(card: &Card, words: &Words) -> BTreeSet<(&'static str, String)> {
    let mut marks = BTreeSet::new();
    for spans in block_lines(card).flat_map(|line| line.0.chunk_by(|a, b| a.style == b.style)) {
        let text = plain(&Line(spans.to_vec()), words).trim().to_owned();
        match spans[0].style {
            Style::Plain => {}
            Style::Strong => drop(marks.insert(("**", text))),
            Style::Quiet => drop(marks.insert(("*", text))),
        }
    }
    for cell in rows(card).flat_map(|row| &row.cells) {
        marks.insert(("`", plain(&cell.clone().into(), words).trim().to_owned()));
    }
    marks
}

/// The lines of a card, without blanks.
fn own_lines(card: &Card, words: &Words) -> BTreeSet<String> {
    let lines = blocks(card).flat_map(|block| match block {
        Block::Line(line) => vec![bare(&plain(line, words))],
        Block::Table(table) => table.rows.iter().map(|row| own_row(row, words)).collect(),
    });
    lines.collect()
}

/// A row of a table, without blanks.
fn own_row(row: &Row, words: &Words) -> String {
    let cells: String = row.cells.iter().map(|cell| plain(&cell.clone().into(), words)).collect();
    bare(&(cells + &plain(&row.line, words)))
}

/// A line means nothing but its marks: no heading, list, quote, link, mention, spoiler or emoji.
fn assert_plain(reading: &Reading) {
    let line = &reading.unescaped;
    assert!(!line.contains(|c| "_~|<>[]@".contains(c)) && !line.contains("://"), "{line:?}");
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_list = number.len() < line.len() && number.starts_with(". ");
    assert!(!is_list && !line.trim_start().starts_with(['#', '-', '+']), "{line:?}");
    let mut parts = line.split(':').skip(1).collect::<Vec<_>>();
    parts.pop();
    let is_emoji =
        |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == 'x');
    assert!(!parts.iter().any(is_emoji), "{line:?}");
}

/// A heading is one of the card's, or the beginning of one that is too long, without any emphasis.
fn assert_heading(text: &str, headings: &[String]) {
    let reading = read(text).unwrap_or_else(|| panic!("{text:?}"));
    assert!(reading.marked.is_empty(), "{text:?}");
    assert_plain(&reading);
    let shown = bare(&reading.text);
    let is_own = |heading: &String| {
        let cut = shown.strip_suffix('…').is_some_and(|beginning| bare(heading).starts_with(beginning));
        cut || bare(heading) == shown
    };
    assert!(headings.iter().any(is_own), "{text:?} is none of {headings:?}");
}

/// Every text display of a message, in its order.
fn texts(message: &Json) -> Vec<&str> {
    let components = message["components"][0]["components"].as_array().map_or(&[][..], Vec::as_slice);
    components.iter().filter_map(|component| component["content"].as_str()).collect()
}

/// The number of pages, as the footer of the first one says.
fn num_pages(message: &Json, words: &Words) -> usize {
    let footer = texts(message).last().copied().unwrap_or_default();
    let number = (1..1_000).find(|num_pages| {
        let turned = words.fill("page-of-pages", &[("page", 1), ("pages", *num_pages)]);
        let after = footer.strip_prefix(&format!("-# {}", plain(&turned.into(), words)));
        after.is_some_and(|after| after.is_empty() || after.starts_with(" · "))
    });
    number.map_or(1, |number| number as usize)
}

/// Checks a card that answers nothing, or one page alone.
pub(crate) fn check(card: &Card, words: &Words) {
    Own::of(card, words).check(&discord::message(card, words));
}

/// Checks all pages of the answer to a question: together they hold every line of the card.
pub(crate) fn check_pages(card: &Card, words: &Words, question: &Command, artists: &Artists) -> usize {
    let showing =
        |page| Showing { question: Some(question), artists: Some(artists), page, ..Showing::default() };
    let first = discord::message_showing(card, words, &showing(0));
    let num_pages = num_pages(&first, words);
    let own = Own::of(card, words);
    let mut shown = BTreeSet::new();
    // Of very many pages some are looked at.
    let pages = (0..num_pages).filter(|page| num_pages <= MAX_PAGES || [0, 1, num_pages - 1].contains(page));
    for page in pages {
        let message = discord::message_showing(card, words, &showing(page));
        own.check(&message);
        check_controls(&message, artists);
        let lines = texts(&message).into_iter().flat_map(|text| text.split('\n'));
        shown.extend(lines.filter_map(read).map(|reading| bare(&reading.text)));
    }
    let is_missing = |line: &&String| !line.is_empty() && !shown.contains(*line);
    let missing: Vec<&String> = own.lines.iter().filter(is_missing).collect();
    assert!(
        missing.is_empty() || num_pages > MAX_PAGES,
        "{question:?}: on none of {num_pages} pages are {missing:?}"
    );
    num_pages
}

/// Every button and select of a message asks a question that can be asked.
fn check_controls(message: &Json, artists: &Artists) {
    let rows = message["components"][0]["components"].as_array().map_or(&[][..], Vec::as_slice);
    for control in rows.iter().filter_map(|row| row["components"].as_array()).flatten() {
        let custom_id = control["custom_id"].as_str().unwrap();
        let custom_id = CustomId::decode(custom_id).unwrap_or_else(|error| panic!("{custom_id}: {error}"));
        let options = control["options"].as_array().map_or(&[][..], Vec::as_slice);
        // As few as may be chosen; of a select of several artists the first ones.
        let num_chosen = control["min_values"].as_u64().unwrap_or(0) as usize;
        let chosen =
            options.iter().take(num_chosen).map(|option| option["value"].as_str().unwrap().to_owned());
        let pressed = custom_id.pressed(&chosen.collect::<Vec<_>>(), artists, "1");
        let command = pressed.unwrap_or_else(|error| panic!("{control}: {error}")).command;
        assert!(Query::of(&command).is_ok(), "{command:?}");
    }
}

/// The channel of a server's settings, which a message mentions on purpose; no name of the tests holds it.
pub(crate) const CHANNEL: &str = "24242424242424242424";

/// What a card says, which is all that its messages may say.
struct Own {
    titles: [String; 1],
    headings: Vec<String>,
    lines: BTreeSet<String>,
    /// Lines that count what is left out, without their numbers.
    more: [String; 3],
    marks: BTreeSet<(&'static str, String)>,
}

impl Own {
    fn of(card: &Card, words: &Words) -> Self {
        let more = |id, count: u64| uncounted(&plain(&words.line(id, &[("count", count.into())]), words));
        Self {
            titles: [plain(&card.title, words)],
            headings: card.sections.iter().map(|section| plain(&section.heading, words)).collect(),
            lines: own_lines(card, words),
            more: [more("more-lines", 2), more("more-pages", 1), more("more-pages", 2)],
            marks: own_marks(card, words),
        }
    }

    fn check(&self, message: &Json) {
        assert_eq!(limits::check(message), Ok(()), "{message}");
        for line in texts(message).into_iter().flat_map(|text| text.split('\n')) {
            if let Some(title) = line.strip_prefix("## ") {
                assert_heading(title, &self.titles);
                continue;
            }
            if let Some(heading) = line.strip_prefix("### ") {
                assert_heading(heading, &self.headings);
                continue;
            }
            let (line, is_footer) = match line.strip_prefix("-# ") {
                Some(footer) => (footer, true),
                None => (line, false),
            };
            let line = &line.replace(&format!("<#{CHANNEL}>"), CHANNEL);
            let reading = read(line).unwrap_or_else(|| panic!("{line:?}"));
            assert_plain(&reading);
            if is_footer {
                assert!(reading.marked.is_empty(), "{line:?}");
                continue;
            }
            if self.more.contains(&uncounted(&reading.text)) {
                continue;
            }
            assert!(self.lines.contains(&bare(&reading.text)), "{line:?} is no line of the card");
            for mark in &reading.marked {
                assert!(self.marks.contains(mark), "{mark:?} in {line:?} is not the card's");
            }
        }
    }
}

#[test]
fn a_line_is_read_as_discord_reads_it() {
    let reading = read(r"**a\*** `  1` *b* c\_d").unwrap();
    assert_eq!(reading.text, "a*   1 b c_d");
    assert_eq!(reading.marked, [("**", "a*".to_owned()), ("`", "1".to_owned()), ("*", "b".to_owned())]);
    for broken in ["**a*", "*a", "a**", "** **", "*a **b** c*"] {
        assert!(read(broken).is_none(), "{broken}");
    }
}
