//! A card in a terminal: a coloured bar at the left, compact sections side by side, emphasis as bold and italic. No
//! character from outside reaches the terminal as a control sequence.

use anstyle::{AnsiColor, Color, RgbColor, Style};

use crate::card::{self, Block, Card, Control, Line, Section, Span, Table, Text};
use crate::words::Words;
use crate::{table, visible};

use super::strip::{Piece, Strip, painted};
use super::wrap::wrap;

/// Narrowest card, in columns of the terminal.
const MIN_WIDTH: usize = 24;

/// Widest card: longer lines are hard to read.
const MAX_WIDTH: usize = 100;

/// Blanks between sections that stand side by side.
const GAP: usize = 3;

/// Most sections side by side.
const MAX_COLUMNS: usize = 3;

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const CELL: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Cyan)));

/// Draws a card, at most `width` columns wide (24 to 100), with escape sequences if `colour` is set.
pub fn draw(card: &Card, words: &Words, width: usize, colour: bool) -> String {
    let inner = width.clamp(MIN_WIDTH, MAX_WIDTH) - 2;
    let mut parts = vec![wrap(&pieces(&card.title, BOLD, words), inner, 0), blocks(&card.lead, inner, words)];
    let filled: Vec<&Section> = card.sections.iter().filter(|section| !section.blocks.is_empty()).collect();
    for group in filled.chunk_by(|a, b| a.compact == b.compact) {
        parts.extend(side_by_side(group, inner, words));
    }
    parts.push(wrap(&footer(&card.footer, words), inner, 0));
    parts.push(controls(&card.controls, inner, words));
    parts.retain(|part| part.iter().any(|line| line.width() > 0));
    let bar = if colour { painted("▌", bar_style(card.colour)) } else { "│".to_owned() };
    let mut drawn = String::new();
    for line in parts.join(&Strip::default()) {
        drawn.push_str(format!("{bar} {}", line.render(colour)).trim_end());
        drawn.push('\n');
    }
    drawn
}

fn bar_style(colour: u32) -> Style {
    let [_, red, green, blue] = colour.to_be_bytes();
    Style::new().fg_color(Some(Color::Rgb(RgbColor(red, green, blue))))
}

/// Sections in columns of one width, as many as their longest lines allow; one part for each row of them.
fn side_by_side(sections: &[&Section], inner: usize, words: &Words) -> Vec<Vec<Strip>> {
    let natural =
        |section: &&Section| part(section, MAX_WIDTH, words).iter().map(Strip::width).max().unwrap_or(0);
    let is_compact = sections.iter().all(|section| section.compact);
    let widest = sections.iter().map(natural).max().unwrap_or(0);
    let num_columns = if is_compact { ((inner + GAP) / (widest + GAP)).clamp(1, MAX_COLUMNS) } else { 1 };
    let column = if num_columns > 1 { widest } else { inner };
    let row = |row: &[&Section]| {
        let parts: Vec<Vec<Strip>> = row.iter().map(|section| part(section, column, words)).collect();
        beside(&parts, column)
    };
    sections.chunks(num_columns).map(row).collect()
}

/// A section with its heading.
fn part(section: &Section, width: usize, words: &Words) -> Vec<Strip> {
    let heading = pieces(&section.heading, BOLD, words);
    let mut part = if heading.is_empty() { Vec::new() } else { wrap(&heading, width, 0) };
    part.extend(blocks(&section.blocks, width, words));
    if section.num_more > 0 {
        let more = words.line("more-lines", &[("count", section.num_more.into())]).quiet();
        part.extend(wrap(&pieces(&more, PLAIN, words), width, 0));
    }
    part
}

/// Parts set side by side in columns of one width.
fn beside(parts: &[Vec<Strip>], column: usize) -> Vec<Strip> {
    let height = parts.iter().map(Vec::len).max().unwrap_or(0);
    let row = |index: usize| {
        let mut row = Strip::default();
        for (number, part) in parts.iter().enumerate() {
            if let Some(line) = part.get(index) {
                row.pad_to(number * (column + GAP));
                row.0.extend(line.0.iter().cloned());
            }
        }
        row
    };
    (0..height).map(row).collect()
}

fn blocks(blocks: &[Block], width: usize, words: &Words) -> Vec<Strip> {
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            Block::Line(line) => lines.extend(wrap(&pieces(line, PLAIN, words), width, 0)),
            Block::Table(table) => lines.extend(rows(table, width, words)),
        }
    }
    lines
}

/// The rows of a table, whose cells stand in columns; what follows them is wrapped beside the columns.
fn rows(table: &Table, width: usize, words: &Words) -> Vec<Strip> {
    let widths: Vec<(usize, usize)> =
        table::widths(table).into_iter().enumerate().filter(|(_, w)| *w > 0).collect();
    let indent = widths.iter().map(|(_, width)| width + 1).sum();
    let mut lines = Vec::new();
    for row in &table.rows {
        let mut pieces_of_row = Vec::new();
        for (column, width) in &widths {
            let cell = row.cells.get(*column).map_or("", |cell| cell.as_str());
            let text = table::filled(cell, *width, table::align(table, *column));
            pieces_of_row.push(Piece { is_whole: true, ..Piece::new(text, CELL) });
            pieces_of_row.push(Piece { is_whole: true, ..Piece::new(" ", PLAIN) });
        }
        pieces_of_row.extend(pieces(&row.line, PLAIN, words));
        lines.extend(wrap(&pieces_of_row, width, indent));
    }
    lines
}

/// The spans of a line in its style and their own.
fn pieces(line: &Line, base: Style, words: &Words) -> Vec<Piece> {
    let pieces = line.0.iter().map(|span| {
        let style = match span.style {
            card::Style::Plain => base,
            card::Style::Strong => base.bold(),
            card::Style::Quiet => base.italic(),
        };
        Piece::new(text(span, words), style)
    });
    pieces.filter(|piece| !piece.text.is_empty()).collect()
}

/// A span's text: a name without anything that a terminal obeys.
fn text(span: &Span, words: &Words) -> String {
    match &span.text {
        Text::Said(said) => said.as_str().to_owned(),
        Text::Outside(name) => visible::name(name, words),
        Text::Channel(id) => id.clone(),
        Text::Command(command) => visible::typed(command),
    }
}

fn footer(parts: &[Line], words: &Words) -> Vec<Piece> {
    let mut pieces_of_footer = Vec::new();
    for part in parts.iter().map(|part| pieces(part, DIM, words)).filter(|part| !part.is_empty()) {
        if !pieces_of_footer.is_empty() {
            pieces_of_footer.push(Piece::new(" · ", DIM));
        }
        pieces_of_footer.extend(part);
    }
    pieces_of_footer
}

/// The questions that a reader may ask next, as they would be typed.
fn controls(controls: &[Control], width: usize, words: &Words) -> Vec<Strip> {
    let label = words.say("next-questions");
    let indent = unicode_width::UnicodeWidthStr::width(label.as_str()) + 1;
    let mut lines = Vec::new();
    for (index, control) in controls.iter().enumerate() {
        let mut text = control.command.to_owned();
        for (option, value) in &control.options {
            text.push_str(&format!(" {option}:{}", visible::complete(value)));
        }
        let before = if index == 0 { format!("{} ", label.as_str()) } else { " ".repeat(indent) };
        let before = Piece { is_whole: true, ..Piece::new(before, DIM) };
        lines.extend(wrap(&[before, Piece::new(text, DIM)], width, indent));
    }
    lines
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use crate::card::{Align, Outside, Row};
    use crate::words::Locale;

    use super::*;

    fn english() -> &'static Words {
        Words::of(Locale::English)
    }

    fn name(text: &str) -> Line {
        Outside::new(text).into()
    }

    fn section(heading: &str, line: &str, compact: bool) -> Section {
        Section { compact, ..Section::new(name(heading), vec![name(line).into()]) }
    }

    fn plain(card: &Card, width: usize) -> String {
        draw(card, english(), width, false)
    }

    #[test]
    fn a_card_has_title_text_sections_footer_and_what_to_ask_next() {
        let control = |command, artist: &str| Control {
            label: name("x"),
            command,
            options: vec![("artist", Outside::new(artist)), ("period", Outside::new("30"))],
        };
        let card = Card {
            lead: vec![name("first").into(), name("second").into()],
            sections: vec![
                Section { num_more: 3, ..section("Spotify", "1,400 listeners", false) },
                Section::new(name("nothing"), Vec::new()),
            ],
            footer: vec![name("as of 2025-09-30"), Line::default(), name("sample")],
            controls: vec![control("growth", "Luz"), control("stats", "Mar")],
            ..Card::new(1, name("Casa 24"))
        };
        let expected = "│ Casa 24\n│\n│ first\n│ second\n│\n│ Spotify\n│ 1,400 listeners\n│ and 3 more\n│\n\
            │ as of 2025-09-30 · sample\n│\n│ Next: growth artist:Luz period:30\n│       stats artist:Mar period:30\n";
        assert_eq!(plain(&card, 80), expected);
    }

    #[test]
    fn emphasis_becomes_style_and_markdown_stays_as_it_is() {
        let lead = name("a").strong().then(name("**b**").quiet());
        let card = Card { lead: vec![lead.into()], ..Card::new(0x00_12_34_56, name("zacko.____")) };
        assert_eq!(plain(&card, 80), "│ zacko.____\n│\n│ a**b**\n");
        let coloured = draw(&card, english(), 80, true);
        assert!(
            coloured.starts_with("\u{1b}[38;2;18;52;86m▌\u{1b}[0m \u{1b}[1mzacko.____\u{1b}[0m\n"),
            "{coloured:?}"
        );
        assert!(coloured.contains("\u{1b}[1ma\u{1b}[0m\u{1b}[3m**b**\u{1b}[0m"), "{coloured:?}");
    }

    #[test]
    fn names_cannot_control_the_terminal() {
        let lead = name("\u{1b}]0;x\u{9b}\u{202e}");
        let footer = vec![name("\u{8}f\u{1b}")];
        let card = Card { lead: vec![lead.into()], footer, ..Card::new(1, name("a\u{1b}[2Jb\r\u{7}")) };
        assert_eq!(plain(&card, 80), "│ a[2Jb\n│\n│ ]0;x\n│\n│ f\n");
    }

    #[test]
    fn short_sections_stand_side_by_side_whatever_their_script() {
        let card = |first: &str, line: &str| Card {
            sections: vec![section("Spotify", first, true), section("YouTube", line, true)],
            ..Card::new(1, name("t"))
        };
        assert_eq!(plain(&card("宇多田", "b"), 40), "│ t\n│\n│ Spotify   YouTube\n│ 宇多田    b\n");
        assert_eq!(plain(&card(&"x".repeat(20), "c"), 24).lines().count(), 7);
    }

    #[test]
    fn numbers_of_a_table_are_aligned_and_long_rows_go_on_beside_them() {
        let row = |count: u64, line: &str| Row { cells: vec![english().count(count)], line: name(line) };
        let table = Table {
            columns: vec![Align::Right],
            rows: vec![row(1_250, "Luz and the others of the band"), row(4, "宇多田")],
        };
        let card = Card { lead: vec![table.into()], ..Card::new(1, name("t")) };
        assert_eq!(
            plain(&card, 30),
            "│ t\n│\n│ 1,250 Luz and the others of\n│       the band\n│     4 宇多田\n"
        );
    }

    #[test]
    fn a_name_from_right_to_left_is_isolated_on_every_line() {
        let long = "עומר אדם עומר אדם עומר אדם";
        let drawn = plain(&Card { lead: vec![name(long).into()], ..Card::new(1, name("t")) }, 24);
        let lines: Vec<&str> = drawn.lines().skip(2).collect();
        assert_eq!(lines.len(), 2, "{drawn}");
        assert!(
            lines.iter().all(|line| line.starts_with("│ \u{2068}") && line.ends_with('\u{2069}')),
            "{drawn:?}"
        );
        assert!(lines.iter().all(|line| line.matches('\u{2068}').count() == 1), "{drawn:?}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let long = "宇多田ヒカル🔥 and a wordthatislongerthan";
        let card = Card {
            lead: vec![name(long).then(name(long)).into()],
            sections: vec![section(long, long, true), section(long, long, true)],
            footer: vec![name(long)],
            controls: vec![Control {
                label: name("x"),
                command: "growth",
                options: vec![("artist", Outside::new(long))],
            }],
            ..Card::new(1, name(long))
        };
        for width in [24, 31, 80] {
            for line in plain(&card, width).lines() {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }
}
