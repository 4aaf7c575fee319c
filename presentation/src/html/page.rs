//! A card as a page of its own: one file that needs nothing else.

use maud::{DOCTYPE, PreEscaped, html};

use crate::card::{Card, Text};
use crate::visible;
use crate::words::Words;

use super::fragment::article;

/// Nothing is fetched and nothing runs, whatever a page holds.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const STYLE: &str = include_str!("page.css");

/// A card as a page without script or anything from elsewhere, for a screen of any width, light or dark. `chart_svg` is
/// an SVG element, which is taken as it is.
pub fn page(card: &Card, words: &Words, chart_svg: Option<&str>) -> String {
    let texts = card.title.0.iter().map(|span| match &span.text {
        Text::Said(said) => said.as_str().to_owned(),
        Text::Outside(name) => visible::name(name, words),
    });
    let title: String = texts.collect();
    let page = html! {
        (DOCTYPE)
        html lang=(words.locale().as_str()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (article(card, words, chart_svg)) }
            }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use crate::card::{Align, Line, Outside, Row, Section, Table};
    use crate::html::fragment;
    use crate::words::Locale;

    use super::*;

    fn name(text: &str) -> Line {
        Outside::new(text).into()
    }

    fn with_lead(line: Line) -> Card {
        Card { lead: vec![line.into()], ..Card::new(0x00_ab_cd, name("t")) }
    }

    fn english(card: &Card) -> String {
        fragment(card, Words::of(Locale::English), None)
    }

    #[test]
    fn a_page_says_its_language_and_fetches_nothing() {
        let page = page(&Card::new(1, name("Luz & Mar")), Words::of(Locale::Spanish), None);
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"es\">"), "{page}");
        assert!(page.contains("<title>Luz &amp; Mar</title>"), "{page}");
        assert!(page.contains("default-src 'none'"), "{page}");
        assert!(
            !page.contains("<script") && !page.contains("http://") && !page.contains("https://"),
            "{page}"
        );
    }

    #[test]
    fn names_are_escaped_and_isolated() {
        let card = with_lead(name("<b>").strong().then(name("\u{202e}x")));
        assert!(
            english(&card).contains("<p><strong><bdi>&lt;b&gt;</bdi></strong><bdi>x</bdi></p>"),
            "{}",
            english(&card)
        );
    }

    #[test]
    fn sections_have_headings_and_empty_ones_are_left_out() {
        let sections = vec![
            Section { num_more: 2, ..Section::new(name("h"), vec![name("a").into()]) },
            Section::new(name("nothing"), Vec::new()),
        ];
        let card =
            Card { sections, footer: vec![name("f"), Line::default(), name("g")], ..Card::new(1, name("t")) };
        let expected = "<h1><bdi>t</bdi></h1><div class=\"sections\"><section><h2><bdi>h</bdi></h2>\
            <p><bdi>a</bdi></p><p><small>and 2 more</small></p></section></div>\
            <footer><bdi>f</bdi> · <bdi>g</bdi></footer></article>";
        assert!(english(&card).ends_with(expected), "{}", english(&card));
    }

    #[test]
    fn numbers_of_a_table_stand_in_cells_of_their_own() {
        let cells = vec![Words::of(Locale::English).count(1_250)];
        let table = Table { columns: vec![Align::Right], rows: vec![Row { cells, line: name("Luz") }] };
        let card = Card { lead: vec![table.into()], ..Card::new(1, name("t")) };
        let expected =
            "<table><tr><td class=\"number\">1,250</td><td class=\"text\"><bdi>Luz</bdi></td></tr></table>";
        assert!(english(&card).contains(expected), "{}", english(&card));
    }

    #[test]
    fn a_chart_stands_in_the_card() {
        let card = fragment(&with_lead(name("a")), Words::of(Locale::English), Some("<svg></svg>"));
        assert!(card.contains("<figure><svg></svg></figure>"), "{card}");
    }
}
