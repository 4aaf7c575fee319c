//! A card as a part of a page.

use maud::{Markup, PreEscaped, html};

use crate::card::{Align, Block, Card, Control, Line, Section, Style, Table, Text};
use crate::words::Words;
use crate::{table, visible};

/// A card as an `article` element. Its classes are styled by the style sheet of [`page`](super::page); `chart_svg` is an
/// SVG element, which is taken as it is.
pub fn fragment(card: &Card, words: &Words, chart_svg: Option<&str>) -> String {
    article(card, words, chart_svg).into_string()
}

pub(super) fn article(card: &Card, words: &Words, chart_svg: Option<&str>) -> Markup {
    let filled: Vec<&Section> = card.sections.iter().filter(|section| !section.blocks.is_empty()).collect();
    let footer: Vec<&Line> = card.footer.iter().filter(|part| !part.is_empty()).collect();
    html! {
        article.card lang=(words.locale().as_str()) style=(format!("--edge:#{:06x}", card.colour & 0xFF_FF_FF)) {
            @if !card.title.is_empty() {
                h1 { (line(&card.title, words)) }
            }
            @if !card.lead.is_empty() {
                div.lead { (blocks(&card.lead, words)) }
            }
            @if let Some(svg) = chart_svg {
                figure { (PreEscaped(svg)) }
            }
            @for group in filled.chunk_by(|a, b| a.compact == b.compact) {
                div.sections.compact[group[0].compact] {
                    @for part in group { (section(part, words)) }
                }
            }
            @if !footer.is_empty() {
                footer {
                    @for (index, part) in footer.iter().enumerate() {
                        @if index > 0 { " · " }
                        (line(part, words))
                    }
                }
            }
            @if !card.controls.is_empty() {
                nav { (controls(&card.controls, words)) }
            }
        }
    }
}

fn section(section: &Section, words: &Words) -> Markup {
    html! {
        section {
            @if !section.heading.is_empty() {
                h2 { (line(&section.heading, words)) }
            }
            (blocks(&section.blocks, words))
            @if section.num_more > 0 {
                p { small { (line(&words.line("more-lines", &[("count", section.num_more.into())]), words)) } }
            }
        }
    }
}

fn blocks(blocks: &[Block], words: &Words) -> Markup {
    html! {
        @for block in blocks {
            @match block {
                Block::Line(text) => { p { (line(text, words)) } }
                Block::Table(table) => (rows(table, words)),
            }
        }
    }
}

fn rows(table: &Table, words: &Words) -> Markup {
    let num_columns = table::widths(table).len();
    let has_text = table.rows.iter().any(|row| !row.line.is_empty());
    html! {
        @if !table.rows.is_empty() {
            table {
                @for row in &table.rows {
                    tr {
                        @for column in 0..num_columns {
                            td.number[table::align(table, column) == Align::Right] {
                                @if let Some(cell) = row.cells.get(column) { (cell.as_str()) }
                            }
                        }
                        @if has_text { td.text { (line(&row.line, words)) } }
                    }
                }
            }
        }
    }
}

/// The questions that a reader may ask next, as they would be typed.
fn controls(controls: &[Control], words: &Words) -> Markup {
    html! {
        p { (words.say("next-questions").as_str()) }
        ul {
            @for control in controls {
                li {
                    (line(&control.label, words)) " "
                    code {
                        (control.command)
                        @for (option, value) in &control.options {
                            " " (option) ":" bdi { (visible::complete(value)) }
                        }
                    }
                }
            }
        }
    }
}

fn line(line: &Line, words: &Words) -> Markup {
    html! {
        @for spans in line.0.chunk_by(|a, b| a.style == b.style) {
            @let texts = html! { @for span in spans { (text(&span.text, words)) } };
            @match spans[0].style {
                Style::Plain => (texts),
                Style::Strong => { strong { (texts) } }
                Style::Quiet => { small { (texts) } }
            }
        }
    }
}

fn text(text: &Text, words: &Words) -> Markup {
    match text {
        Text::Said(said) => html! { (said.as_str()) },
        // Isolated from the direction of the text around it.
        Text::Outside(name) => html! { bdi { (visible::name(name, words)) } },
        Text::Channel(id) => html! { bdi { (id) } },
        Text::Command(command) => html! { code { (visible::typed(command)) } },
    }
}
