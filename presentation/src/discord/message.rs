//! A message with a card.

use serde_json::{Value as Json, json};

use crate::card::Card;
use crate::words::Words;

use super::embed::embed;

/// Bit of a message that only the asker sees.
const EPHEMERAL: u32 = 1 << 6;

/// A card as the body of a message that mentions nobody, always within Discord's limits; a private card is seen by the
/// asker only.
pub fn message(card: &Card, words: &Words) -> Json {
    let mut body = json!({ "embeds": [embed(card, words)], "allowed_mentions": { "parse": [] } });
    if card.private {
        body["flags"] = json!(EPHEMERAL);
    }
    body
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::card::{Align, Block, Line, Outside, Row, Section, Table};
    use crate::discord::limits;
    use crate::words::Locale;

    use super::*;

    fn english() -> &'static Words {
        Words::of(Locale::English)
    }

    fn name(text: &str) -> Line {
        Outside::new(text).into()
    }

    fn lines(texts: Vec<String>) -> Vec<Block> {
        texts.iter().map(|text| name(text).into()).collect()
    }

    fn card(lead: Vec<Block>, sections: Vec<Section>) -> Card {
        Card {
            lead,
            sections,
            footer: vec![name("f"), Line::default(), name("g_h")],
            ..Card::new(1, name("t"))
        }
    }

    /// The only embed of a card's message, which is within every limit.
    fn embed(card: &Card) -> Json {
        let message = message(card, english());
        assert_eq!(limits::check(&message), Ok(()));
        message["embeds"][0].clone()
    }

    fn description(line: Line) -> String {
        embed(&card(vec![line.into()], Vec::new()))["description"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn lines_that_do_not_fit_are_counted_in_the_cards_language() {
        let section = Section::new(
            name("n"),
            lines((0..300).map(|i| format!("line {i:03} {}", "x".repeat(30))).collect()),
        );
        let card = card(Vec::new(), vec![section]);
        let value = embed(&card)["fields"][0]["value"].as_str().unwrap().to_owned();
        assert_eq!(value.lines().count(), 26);
        assert!(value.ends_with("*and 275 more*"), "{value}");
        let spanish = message(&card, Words::of(Locale::Spanish));
        assert!(spanish["embeds"][0]["fields"][0]["value"].as_str().unwrap().ends_with("*y 275 más*"));
    }

    #[test]
    fn items_that_were_left_out_before_are_counted_too() {
        let section = Section { num_more: 7, ..Section::new(name("n"), lines(vec!["a".into()])) };
        assert_eq!(embed(&card(Vec::new(), vec![section]))["fields"][0]["value"], "a\n*and 7 more*");
    }

    #[test]
    fn a_short_field_leaves_its_room_to_the_others() {
        let long = || Section::new(name("n"), lines((0..40).map(|_| "x".repeat(24)).collect()));
        let short = Section::new(name("n"), lines(vec!["short".into()]));
        let body = embed(&card(Vec::new(), vec![long(), short, long(), long(), long(), long()]));
        let fields = body["fields"].as_array().unwrap();
        assert!(fields.iter().all(|field| !field["value"].as_str().unwrap().contains("more")), "{body}");
    }

    #[test]
    fn sections_beyond_the_limit_are_counted() {
        let sections = (0..30).map(|_| Section::new(name("n"), lines(vec!["a".into()]))).collect();
        let fields = embed(&card(Vec::new(), sections))["fields"].clone();
        assert_eq!(fields.as_array().unwrap().len(), limits::FIELDS);
        assert_eq!((&fields[24]["name"], &fields[24]["value"]), (&json!("And more"), &json!("6 more parts")));
    }

    #[test]
    fn a_message_mentions_nobody_and_may_be_for_the_asker_alone() {
        let card = Card { private: true, ..card(lines(vec!["@everyone".into()]), Vec::new()) };
        let message = message(&card, english());
        assert_eq!(message["allowed_mentions"], json!({ "parse": [] }));
        assert_eq!(message["flags"], json!(64));
    }

    #[test]
    fn a_picture_is_an_attachment() {
        let card = Card { picture: Some("growth.png".into()), ..card(Vec::new(), Vec::new()) };
        assert_eq!(embed(&card)["image"]["url"], "attachment://growth.png");
    }

    #[test]
    fn names_are_escaped_except_in_the_footer_where_nothing_is_formatted() {
        let card = Card {
            title: name("a_b"),
            ..card(Vec::new(), vec![Section::new(name("*c*"), lines(vec!["d`".into()]))])
        };
        let embed = embed(&card);
        assert_eq!(embed["title"], r"a\_b");
        assert_eq!(embed["fields"][0]["name"], r"\*c\*");
        assert_eq!(embed["fields"][0]["value"], r"d\`");
        assert_eq!(embed["footer"]["text"], "f · g_h");
    }

    #[test]
    fn emphasis_goes_around_what_can_be_seen() {
        let more = || Line::from(english().say("more-sections"));
        assert_eq!(description(more().strong()), "**And more**");
        let number = english().line("percent", &[("number", name("a").strong().into())]);
        assert_eq!(description(number.quiet()), "**a** *%*");
        assert_eq!(description(name("*").strong().then(name("_").strong())), r"**\*\_**");
        assert_eq!(description(name("a").strong().then(name("b").quiet())), "**a**\u{200b}*b*");
        assert_eq!(description(Line::default().strong().then(name("b"))), "b");
    }

    #[test]
    fn cells_are_filled_to_the_width_of_their_column() {
        let row = |change: u64, text: &str| Row {
            cells: vec![english().count(change), english().count(1)],
            line: name(text).strong(),
        };
        let table = Table { columns: vec![Align::Right], rows: vec![row(1_250, "Luz"), row(4, "Mar")] };
        let shown = embed(&card(vec![table.into()], Vec::new()))["description"].clone();
        assert_eq!(shown, "`1,250` `1` **Luz**\n`    4` `1` **Mar**");
    }

    #[test]
    fn blank_parts_are_left_out() {
        let section = |heading| Section::new(heading, vec![Line::default().into()]);
        let filled = Section::new(Line::default(), lines(vec!["a".into()]));
        let card = Card {
            title: Line::default(),
            footer: Vec::new(),
            ..card(Vec::new(), vec![section(name("n")), filled])
        };
        let embed = embed(&card);
        assert_eq!(
            (&embed["title"], &embed["footer"], &embed["description"]),
            (&Json::Null, &Json::Null, &Json::Null)
        );
        assert_eq!(embed["fields"], json!([{ "name": "\u{200b}", "value": "a", "inline": false }]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn whatever_is_put_in_stays_within_the_limits(
            title in "[a-z🔥*]{1,400}",
            lead in proptest::collection::vec(0_usize..400, 0..60),
            sections in proptest::collection::vec(
                (1_usize..400, proptest::collection::vec(1_usize..300, 0..60), 0_usize..2_000), 0..40),
        ) {
            // Names are cut, so that a long text takes several.
            let text = |length: usize| {
                let names = (0..length.div_ceil(40)).map(|_| name(&"_🔥".chars().cycle().take(40).collect::<String>()));
                names.fold(Line::default(), Line::then)
            };
            let blocks = |lengths: Vec<usize>| lengths.into_iter().map(|length| text(length).into()).collect();
            let sections = sections.into_iter().map(|(heading, lengths, num_more)| {
                Section { num_more, ..Section::new(text(heading), blocks(lengths)) }
            });
            let card = Card { title: name(&title), ..card(blocks(lead), sections.collect()) };
            for locale in Locale::ALL {
                prop_assert_eq!(limits::check(&message(&card, Words::of(*locale))), Ok(()));
            }
        }
    }
}
