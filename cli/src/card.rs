//! A Discord message as a card in a terminal: a coloured bar at the left, fields in columns where they are
//! short, Discord's markdown as bold, italic and colour. The texts come from outside: no character of them
//! reaches the terminal as a control sequence.

use anstyle::{AnsiColor, Color, RgbColor, Style};
use serde_json::Value as Json;
use unicode_width::UnicodeWidthStr;

/// Narrowest card, in columns of the terminal.
const MIN_WIDTH: usize = 24;

/// Widest card: longer lines are hard to read.
const MAX_WIDTH: usize = 100;

/// Blanks between columns of fields.
const GAP: usize = 3;

/// Most fields side by side.
const MAX_COLUMNS: usize = 3;

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const CODE: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Cyan)));

/// Draws every embed of a message, at most `width` columns wide, with escape sequences if `colour` is set.
pub(crate) fn draw(message: &Json, width: usize, colour: bool) -> String {
    let width = width.clamp(MIN_WIDTH, MAX_WIDTH);
    let embeds = message["embeds"].as_array().map_or(&[][..], Vec::as_slice);
    let cards: Vec<String> = embeds.iter().map(|embed| card(embed, width, colour)).collect();
    cards.join("\n")
}

fn card(embed: &Json, width: usize, colour: bool) -> String {
    let inner = width - 2;
    let text = |value: &Json, style: Style| lines(value.as_str().unwrap_or_default(), style, inner);
    let mut blocks = vec![text(&embed["title"], BOLD), text(&embed["description"], PLAIN)];
    let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
    let is_inline = |field: &Json| field["inline"].as_bool().unwrap_or(false);
    for group in fields.chunk_by(|a, b| is_inline(a) == is_inline(b)) {
        blocks.extend(columns(group, inner));
    }
    blocks.push(literal(embed["footer"]["text"].as_str().unwrap_or_default(), inner));
    blocks.retain(|block| !block.is_empty());
    let bar = if colour { painted("▌", bar_style(embed)) } else { "│".to_owned() };
    let mut card = String::new();
    for line in blocks.join(&Line::default()) {
        let text = line.render(colour);
        card.push_str(format!("{bar} {text}").trim_end());
        card.push('\n');
    }
    card
}

fn bar_style(embed: &Json) -> Style {
    let [_, red, green, blue] =
        embed["color"].as_u64().map_or([0; 4], |c| ((c & 0xFF_FF_FF) as u32).to_be_bytes());
    Style::new().fg_color(Some(Color::Rgb(RgbColor(red, green, blue))))
}

/// Fields side by side, as many as their longest lines allow; one block for each row of them.
fn columns(fields: &[Json], inner: usize) -> Vec<Vec<Line>> {
    let block = |field: &Json, width: usize| {
        let mut block = lines(field["name"].as_str().unwrap_or_default(), BOLD, width);
        block.extend(lines(field["value"].as_str().unwrap_or_default(), PLAIN, width));
        block
    };
    let natural = |field: &Json| block(field, usize::MAX).iter().map(Line::width).max().unwrap_or(0);
    let widest = fields.iter().map(natural).max().unwrap_or(0);
    let num_columns = ((inner + GAP) / (widest + GAP)).clamp(1, MAX_COLUMNS);
    let column = if num_columns > 1 { widest } else { inner };
    fields
        .chunks(num_columns)
        .map(|row| beside(&row.iter().map(|field| block(field, column)).collect::<Vec<_>>(), column))
        .collect()
}

/// Blocks of lines set side by side in columns of one width.
fn beside(blocks: &[Vec<Line>], column: usize) -> Vec<Line> {
    let height = blocks.iter().map(Vec::len).max().unwrap_or(0);
    let row = |index: usize| {
        let mut whole = Line::default();
        for (number, block) in blocks.iter().enumerate() {
            whole.pad_to(number * (column + GAP));
            whole.0.extend(block.get(index).cloned().unwrap_or_default().0);
        }
        whole
    };
    (0..height).map(row).collect()
}

/// A piece of text in one style. Its text holds no control characters.
#[derive(Debug, Clone, PartialEq)]
struct Span {
    text: String,
    style: Style,
}

/// Spans that stand on one line.
#[derive(Debug, Clone, Default, PartialEq)]
struct Line(Vec<Span>);

impl Line {
    fn width(&self) -> usize {
        self.0.iter().map(|span| span.text.width()).sum()
    }

    /// Adds a span, to the last one where they have one style.
    fn push(&mut self, span: Span) {
        match self.0.last_mut() {
            Some(last) if last.style == span.style => last.text.push_str(&span.text),
            _ => self.0.push(span),
        }
    }

    /// Drops the blanks at the end.
    fn trim(mut self) -> Self {
        while let Some(last) = self.0.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            self.0.pop();
        }
        self
    }

    fn pad_to(&mut self, width: usize) {
        let missing = width.saturating_sub(self.width());
        if missing > 0 {
            self.0.push(Span { text: " ".repeat(missing), style: PLAIN });
        }
    }

    fn render(&self, colour: bool) -> String {
        let paint = |span: &Span| if colour { painted(&span.text, span.style) } else { span.text.clone() };
        self.0.iter().map(paint).collect()
    }
}

fn painted(text: &str, style: Style) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}

/// A text in Discord's markdown as lines of at most `width` columns.
fn lines(text: &str, base: Style, width: usize) -> Vec<Line> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n').flat_map(|line| wrap(&spans(line, base), width)).collect()
}

/// A text without formatting as dim lines.
fn literal(text: &str, width: usize) -> Vec<Line> {
    let span = Span { text: harmless(text), style: DIM };
    if span.text.is_empty() { Vec::new() } else { wrap(&[span], width) }
}

/// The spans of one line of markdown: `**bold**`, `*italic*`, code, and backslashes that take a meaning away.
fn spans(line: &str, base: Style) -> Vec<Span> {
    let mut spans = Vec::new();
    let (mut bold, mut italic) = (false, false);
    let mut text = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let style = if bold { base.bold() } else { base };
        let style = if italic { style.italic() } else { style };
        let mut flush = |text: &mut String| {
            let text = harmless(&std::mem::take(text));
            spans.extend((!text.is_empty()).then_some(Span { text, style }));
        };
        let mut taken = c.len_utf8();
        match c {
            '\\' => {
                let next = rest[taken..].chars().next().filter(char::is_ascii_punctuation);
                text.push(next.unwrap_or('\\'));
                taken += next.map_or(0, char::len_utf8);
            }
            '*' if rest.starts_with("**") => {
                flush(&mut text);
                (bold, taken) = (!bold, 2);
            }
            '*' => {
                flush(&mut text);
                italic = !italic;
            }
            '`' => match rest[1..].split_once('`') {
                Some((code, _)) => {
                    flush(&mut text);
                    spans.push(Span { text: harmless(code), style: CODE });
                    taken = code.len() + 2;
                }
                None => text.push(c),
            },
            _ => text.push(c),
        }
        rest = &rest[taken..];
        if rest.is_empty() {
            let style = if bold { base.bold() } else { base };
            let style = if italic { style.italic() } else { style };
            let text = harmless(&std::mem::take(&mut text));
            spans.extend((!text.is_empty()).then_some(Span { text, style }));
        }
    }
    spans
}

/// A text without anything that a terminal obeys: control characters, and marks that reorder text.
fn harmless(text: &str) -> String {
    let obeyed = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !obeyed(*c)).collect()
}

/// Spans on lines of at most `width` columns, broken at blanks; a word that is wider is broken where it must be.
fn wrap(spans: &[Span], width: usize) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut used = 0;
    for word in spans.iter().flat_map(words) {
        let needed = word.text.trim_end().width();
        if used > 0 && used + needed > width {
            lines.push(Line::default());
            used = 0;
        }
        for piece in pieces(word, width) {
            let piece_width = piece.text.width();
            if used > 0 && used + piece.text.trim_end().width() > width {
                lines.push(Line::default());
                used = 0;
            }
            used += piece_width;
            if let Some(line) = lines.last_mut() {
                line.push(piece);
            }
        }
    }
    lines.into_iter().map(Line::trim).collect()
}

/// A span in words, each with the blanks after it; code, which is set in columns, is one word.
fn words(span: &Span) -> Vec<Span> {
    if span.style == CODE {
        return vec![span.clone()];
    }
    span.text.split_inclusive(' ').map(|word| Span { text: word.to_owned(), style: span.style }).collect()
}

/// A word in pieces of at most `width` columns.
fn pieces(word: Span, width: usize) -> Vec<Span> {
    if word.text.trim_end().width() <= width {
        return vec![word];
    }
    let mut pieces = vec![String::new()];
    for c in word.text.chars() {
        let longer = pieces.last().map(|piece| format!("{piece}{c}")).unwrap_or_default();
        match pieces.last_mut() {
            Some(piece) if piece.is_empty() || longer.width() <= width => *piece = longer,
            _ => pieces.push(c.to_string()),
        }
    }
    pieces.into_iter().map(|text| Span { text, style: word.style }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(embed: Json) -> Json {
        json!({ "embeds": [embed], "allowed_mentions": { "parse": [] } })
    }

    fn plain(embed: Json, width: usize) -> String {
        draw(&message(embed), width, false)
    }

    #[test]
    fn a_card_has_title_text_fields_and_footer() {
        let embed = json!({
            "title": "Casa 24", "description": "first\nsecond",
            "fields": [{ "name": "Spotify", "value": "**1,400** listeners", "inline": false }],
            "footer": { "text": "as of 2025-09-30" },
        });
        let expected =
            "│ Casa 24\n│\n│ first\n│ second\n│\n│ Spotify\n│ 1,400 listeners\n│\n│ as of 2025-09-30\n";
        assert_eq!(plain(embed, 80), expected);
    }

    #[test]
    fn markdown_becomes_style_and_escapes_disappear() {
        let embed = json!({ "title": r"zacko.\_\_ \*x\*", "description": "**a** *b* `  7`" });
        assert_eq!(plain(embed.clone(), 80), "│ zacko.__ *x*\n│\n│ a b   7\n");
        let coloured = draw(&message(embed), 80, true);
        assert!(coloured.contains("\u{1b}[1ma\u{1b}[0m"), "{coloured:?}");
        assert!(coloured.contains("\u{1b}[3mb\u{1b}[0m"), "{coloured:?}");
    }

    #[test]
    fn names_cannot_control_the_terminal() {
        let embed = json!({
            "title": "a\u{1b}[2Jb\r\u{7}", "description": "`\u{1b}]0;x\u{9b}`\u{202e}",
            "footer": { "text": "\u{8}f\u{1b}" },
        });
        let card = plain(embed, 80);
        assert!(card.chars().all(|c| c == '\n' || !c.is_control()), "{card:?}");
        assert_eq!(card, "│ a[2Jb\n│\n│ ]0;x\n│\n│ f\n");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let long = "宇多田ヒカル🔥 and a wordthatislongerthanthewholeterminaliswide";
        let field = json!({ "name": long, "value": long, "inline": true });
        let embed = json!({ "title": long, "description": long, "fields": [field, field], "footer": { "text": long } });
        for width in [24, 31, 80] {
            for line in plain(embed.clone(), width).lines() {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn short_fields_stand_side_by_side_whatever_their_script() {
        let field = |name: &str, value: &str| json!({ "name": name, "value": value, "inline": true });
        let embed = json!({ "fields": [field("Spotify", "宇多田"), field("YouTube", "b")] });
        assert_eq!(plain(embed.clone(), 40), "│ Spotify   YouTube\n│ 宇多田    b\n");
        assert_eq!(
            plain(json!({ "fields": [field("Spotify", &"x".repeat(20)), field("b", "c")] }), 24)
                .lines()
                .count(),
            5
        );
    }

    #[test]
    fn a_message_without_embeds_draws_nothing() {
        assert_eq!(draw(&json!({}), 80, true), "");
        assert_eq!(draw(&json!({ "embeds": [{ "title": 3 }] }), 80, false), "");
    }
}
