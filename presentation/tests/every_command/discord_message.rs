//! A card as a Discord message: within the limits, and with no formatting but the card's own.

use std::collections::BTreeSet;

use casa24_presentation::card::{Card, Line, Style};
use casa24_presentation::discord::{self, limits};
use casa24_presentation::plain;
use casa24_presentation::words::Words;
use serde_json::Value as Json;

use crate::cards::{block_lines, blocks, rows};

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
    let lines = block_lines(card).map(|line| bare(&plain(line, words)));
    let rows = rows(card).map(|row| {
        let cells: String = row.cells.iter().map(|cell| plain(&cell.clone().into(), words)).collect();
        bare(&(cells + &plain(&row.line, words)))
    });
    lines.chain(rows).collect()
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

fn text(part: &Json) -> &str {
    part.as_str().unwrap_or_default()
}

pub(crate) fn check(card: &Card, words: &Words) {
    let message = discord::message(card, words);
    assert_eq!(limits::check(&message), Ok(()), "{message}");
    assert_eq!(message["embeds"].as_array().map(Vec::len), Some(1));
    let embed = &message["embeds"][0];
    let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
    let more = |id| uncounted(&plain(&words.line(id, &[("count", 2_u64.into())]), words));
    let more = [more("more-lines"), more("more-sections-count")];
    let (marks, lines) = (own_marks(card, words), own_lines(card, words));
    let values = fields.iter().map(|field| &field["value"]).chain([&embed["description"]]);
    for line in values.filter_map(Json::as_str).flat_map(|value| value.split('\n')) {
        let reading = read(line).unwrap_or_else(|| panic!("{line:?}"));
        assert_plain(&reading);
        if more.contains(&uncounted(&reading.text)) {
            continue;
        }
        assert!(lines.contains(&bare(&reading.text)), "{line:?} is no line of the card");
        for mark in &reading.marked {
            assert!(marks.contains(mark), "{mark:?} in {line:?} is not the card's");
        }
    }
    assert_heading(text(&embed["title"]), &[plain(&card.title, words)]);
    let own = card.sections.iter().map(|section| plain(&section.heading, words));
    let headings: Vec<String> =
        own.chain([plain(&words.say("more-sections").into(), words), String::new()]).collect();
    for field in fields {
        assert_heading(text(&field["name"]), &headings);
    }
    let footer = text(&embed["footer"]["text"]);
    assert!(footer.chars().all(|c| !c.is_control()), "{footer:?}");
    assert_eq!(fields.is_empty(), blocks(card).count() == card.lead.len(), "{message}");
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
