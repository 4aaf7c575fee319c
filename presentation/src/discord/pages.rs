//! The texts of a card on as many pages as they need: each within what a message has room for.

use crate::card::{Block, Card, Line, Section};

use super::limits::{cut, length};
use super::markdown::Markdown;

/// Longest heading.
pub(super) const HEADING: usize = 256;

/// What a page has room for beside what every page has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Text displays.
    pub(super) num_components: usize,
    /// Characters of all of them.
    pub(super) num_characters: usize,
}

/// Lines under a heading, in markdown.
struct Part {
    heading: Option<String>,
    lines: Vec<String>,
}

/// A page in the making.
struct Page {
    texts: Vec<String>,
    left: Room,
    room: Room,
}

impl Part {
    /// A section; `None` where nothing of it can be seen.
    fn of_section(section: &Section, markdown: Markdown<'_>, longest: usize) -> Option<Self> {
        Self::new(Some(&section.heading), &section.blocks, section.num_more, markdown, longest)
    }

    /// Blocks without a heading; `None` where nothing of them can be seen.
    fn of_blocks(blocks: &[Block], markdown: Markdown<'_>, longest: usize) -> Option<Self> {
        Self::new(None, blocks, 0, markdown, longest)
    }

    /// Lines that are longer than a page are left out and counted, as those are that the card left out.
    fn new(
        heading: Option<&Line>,
        blocks: &[Block],
        num_more: usize,
        markdown: Markdown<'_>,
        longest: usize,
    ) -> Option<Self> {
        let heading = heading.map(|heading| markdown.plain(heading).trim().to_owned());
        let heading = heading.filter(|heading| !heading.is_empty());
        let heading = heading.map(|heading| format!("### {}", cut(&heading, HEADING)));
        let mut lines = markdown.lines(blocks);
        if lines.iter().all(|line| line.trim().is_empty()) {
            return None;
        }
        let num_lines = lines.len();
        lines.retain(|line| length(line) <= longest);
        let num_hidden = num_lines - lines.len() + num_more;
        if num_hidden > 0 {
            let more = markdown.words.line("more-lines", &[("count", num_hidden.into())]);
            lines.push(markdown.line(&more.quiet()));
        }
        Some(Self { heading, lines })
    }

    fn length(&self) -> usize {
        self.heading.iter().chain(&self.lines).map(|line| length(line) + 1).sum()
    }
}

impl Page {
    const fn new(room: Room) -> Self {
        Self { texts: Vec::new(), left: room, room }
    }

    /// Takes as many lines as there is room for, under their heading; returns how many.
    fn take(&mut self, heading: Option<&String>, lines: &[String]) -> usize {
        if self.left.num_components == 0 {
            return 0;
        }
        let mut num_characters = heading.map_or(0, |heading| length(heading) + 1);
        let fits = |line: &&String| {
            let with_line = num_characters + length(line) + 1;
            let fits = with_line <= self.left.num_characters + 1; // the last line has no break after it
            num_characters = if fits { with_line } else { num_characters };
            fits
        };
        let taken: Vec<&String> = lines.iter().take_while(fits).collect();
        if !taken.is_empty() && taken.iter().any(|line| !line.trim().is_empty()) {
            let text: Vec<&str> =
                heading.into_iter().chain(taken.iter().copied()).map(String::as_str).collect();
            let text = text.join("\n");
            self.left.num_components -= 1;
            self.left.num_characters -= length(&text).min(self.left.num_characters);
            self.texts.push(text);
        }
        taken.len()
    }

    /// Whether more than half of it is taken.
    const fn is_half_full(&self) -> bool {
        2 * self.left.num_characters < self.room.num_characters
            || 2 * self.left.num_components < self.room.num_components
    }

    const fn has_room(&self, num_characters: usize) -> bool {
        self.left.num_components > 0 && num_characters <= self.left.num_characters + 1
    }
}

/// The texts of each page of a card, at least one page, each of which has this room.
pub(super) fn of_card(card: &Card, markdown: Markdown<'_>, room: Room) -> Vec<Vec<String>> {
    let longest = room.num_characters.saturating_sub(HEADING + "### \n".len());
    let lead = Part::of_blocks(&card.lead, markdown, longest);
    let sections = card.sections.iter().filter_map(|section| Part::of_section(section, markdown, longest));
    pages(&lead.into_iter().chain(sections).collect::<Vec<_>>(), room)
}

/// The texts of each page, at least one page. A part begins a page rather than
/// being divided where the page before is half full; what is divided has its heading on each page.
fn pages(parts: &[Part], room: Room) -> Vec<Vec<String>> {
    let mut full: Vec<Vec<String>> = Vec::new();
    let mut page = Page::new(room);
    for part in parts {
        let next = Page::new(room);
        let num_characters = part.length();
        if page.is_half_full() && !page.has_room(num_characters) && next.has_room(num_characters) {
            full.push(std::mem::replace(&mut page, next).texts);
        }
        let mut rest = &part.lines[..];
        while !rest.is_empty() {
            let num_taken = page.take(part.heading.as_ref(), rest);
            rest = &rest[num_taken..];
            if rest.is_empty() {
                break;
            }
            if page.texts.is_empty() && num_taken == 0 {
                rest = &rest[1..]; // never: a line has room on a page of its own
                continue;
            }
            let next = Page::new(room);
            full.push(std::mem::replace(&mut page, next).texts);
        }
    }
    if !page.texts.is_empty() || full.is_empty() {
        full.push(page.texts);
    }
    full
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(heading: &str, lengths: &[usize]) -> Part {
        let heading = (!heading.is_empty()).then(|| heading.to_owned());
        Part { heading, lines: lengths.iter().map(|length| "x".repeat(*length)).collect() }
    }

    fn texts(parts: &[Part], num_components: usize, num_characters: usize) -> Vec<Vec<String>> {
        pages(parts, Room { num_components, num_characters })
    }

    #[test]
    fn what_has_room_is_on_one_page() {
        assert_eq!(texts(&[part("h", &[3, 2]), part("", &[1])], 2, 10), [["h\nxxx\nxx", "x"]]);
        assert_eq!(texts(&[], 2, 10), [[""; 0]]);
    }

    #[test]
    fn a_part_that_is_divided_has_its_heading_on_each_page() {
        assert_eq!(texts(&[part("h", &[3, 3, 3])], 2, 9), [["h\nxxx\nxxx"], ["h\nxxx"]]);
    }

    #[test]
    fn a_part_is_not_divided_where_the_page_is_half_full() {
        assert_eq!(texts(&[part("", &[6]), part("h", &[2, 2])], 9, 10), [["xxxxxx"], ["h\nxx\nxx"]]);
        assert_eq!(texts(&[part("", &[3]), part("h", &[2, 2])], 9, 9), [vec!["xxx", "h\nxx"], vec!["h\nxx"]]);
        assert_eq!(texts(&[part("", &[1]), part("", &[1]), part("", &[1])], 2, 90).len(), 2);
    }

    proptest! {
        #[test]
        fn every_line_is_on_one_page_and_in_order(
            parts in proptest::collection::vec(proptest::collection::vec(1_usize..40, 1..30), 0..12),
            num_components in 1_usize..5,
            num_characters in 60_usize..200,
        ) {
            let mut number = 0;
            let parts: Vec<Part> = parts.iter().map(|lengths| {
                let lines = lengths.iter().map(|length| {
                    number += 1;
                    format!("{number}{}", "x".repeat(*length))
                });
                Part { heading: Some("### h".to_owned()), lines: lines.collect() }
            }).collect();
            let pages = texts(&parts, num_components, num_characters);
            for page in &pages {
                prop_assert!(page.len() <= num_components);
                prop_assert!(page.iter().map(|text| length(text)).sum::<usize>() <= num_characters);
            }
            let shown: Vec<&str> = pages.iter().flatten().flat_map(|text| text.split('\n')).collect();
            let shown: Vec<&str> = shown.into_iter().filter(|line| *line != "### h").collect();
            let all: Vec<&str> = parts.iter().flat_map(|part| &part.lines).map(String::as_str).collect();
            prop_assert_eq!(shown, all);
        }
    }
}
