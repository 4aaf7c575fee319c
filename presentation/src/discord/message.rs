//! A message with a card: one container with its texts, its picture and its controls, on as many pages as it needs.

use std::sync::LazyLock;

use casa24_schemas::Command;
use serde_json::{Value as Json, json};

use crate::card::Card;
use crate::words::Words;
use crate::{plain, visible};

use super::artists::Artists;
use super::component::{EPHEMERAL, IS_COMPONENTS_V2, container, picture, separator, size, text};
use super::controls::Controls;
use super::custom_id::List;
use super::limits;
use super::markdown::{CommandIds, Markdown};
use super::pages::{self, Room};
use super::question::Question;

/// Longest footer: a line of notes.
const FOOTER: usize = 512;

/// Longest alternative text of a picture: what is longer leaves too little to the figures.
const ALTERNATIVE: usize = 600;

/// Between the notes of a footer.
const BETWEEN_NOTES: &str = " · ";

/// Stands where Discord takes no blank text.
const NOTHING: &str = "\u{200b}";

/// Room for the row that turns pages with the page's number, or for the line that counts what is not shown.
const TURNING: Room = Room { num_components: 3, num_characters: 120 };

/// Least room for a card's text, in characters and in text displays: controls that would leave less are left out.
const LEAST: Room = Room { num_components: 5, num_characters: 1_000 };

static NOBODY: LazyLock<Artists> = LazyLock::new(Artists::default);

/// How a message is shown: what its controls ask, and what was chosen with them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Showing<'a> {
    /// The question that the card answers; without it, there are no controls, and only the first page can be seen.
    pub question: Option<&'a Command>,
    /// The artists of the label. A question about an artist has controls only where this one is among them.
    pub artists: Option<&'a Artists>,
    /// Names of those with whom lists of artists begin.
    pub first: &'a [String],
    /// The page, the first of which is 0; beyond the last one, the last. The picture is on the first page.
    pub page: usize,
    /// The list of artists that the select shows.
    pub list: List,
    /// The registered commands, so that their names can be clicked.
    pub commands: Option<&'a CommandIds>,
}

/// A card as the body of a message without controls: its first page.
pub fn message(card: &Card, words: &Words) -> Json {
    message_showing(card, words, &Showing::default())
}

/// A card as the body of a message that mentions nobody, always within Discord's limits; a private card is seen by the
/// asker only. Fits every request that makes or edits a message; an edit cannot change who sees it.
pub fn message_showing(card: &Card, words: &Words, showing: &Showing<'_>) -> Json {
    let flags = if card.private { IS_COMPONENTS_V2 | EPHEMERAL } else { IS_COMPONENTS_V2 };
    json!({
        "flags": flags,
        "components": [container(card.colour, components(card, words, showing))],
        "allowed_mentions": { "parse": [] },
    })
}

/// What every page of a message has.
struct Frame {
    title: Option<Json>,
    /// Rows that change the question, below the title.
    changes: Vec<Json>,
    picture: Option<Json>,
    /// The row of the next questions.
    next: Option<Json>,
    footer: String,
    /// What it leaves to the texts of a page.
    room: Room,
}

impl Frame {
    /// The frame of a card. Controls that would leave too little to the texts are left out, the last first.
    fn new(card: &Card, markdown: Markdown<'_>, changes: Vec<Json>, next: Option<Json>) -> Self {
        let title = limits::cut(markdown.plain(&card.title).trim(), pages::HEADING);
        let title = (!title.is_empty()).then(|| text(&format!("## {title}")));
        let picture = card.picture.as_ref().map(|file| picture(file, &alternative(card, markdown.words)));
        let footer = footer(card, markdown);
        // The container, title, picture and footer, each of the latter two with a line above it, and what turns pages.
        let mut room = Room {
            num_components: limits::COMPONENTS - 1 - 5 - TURNING.num_components,
            num_characters: limits::TOTAL - limits::length(&footer) - TURNING.num_characters,
        };
        for part in [&title, &picture].into_iter().flatten() {
            room.num_characters -= size(std::slice::from_ref(part)).1;
        }
        let mut keep = |row: &Json| {
            let (num_components, num_characters) = size(std::slice::from_ref(row));
            let fits = room.num_components >= num_components + LEAST.num_components
                && room.num_characters >= num_characters + LEAST.num_characters;
            if fits {
                room.num_components -= num_components;
                room.num_characters -= num_characters;
            }
            fits
        };
        let next = next.filter(&mut keep);
        let changes = changes.into_iter().filter(&mut keep).collect();
        Self { title, changes, picture, next, footer, room }
    }
}

fn components(card: &Card, words: &Words, showing: &Showing<'_>) -> Vec<Json> {
    let markdown = Markdown { words, commands: showing.commands };
    let artists = showing.artists.unwrap_or(&NOBODY);
    let asked = showing.question.and_then(|command| Some((command, Question::of(command, artists)?)));
    let mut controls = asked
        .as_ref()
        .map(|(command, question)| (command, Controls::new(question, artists, showing.first, words)));
    let next = controls.as_mut().and_then(|(command, controls)| controls.next(card, command));
    let changes = controls.as_mut().map(|(_, controls)| controls.changes(showing.list)).unwrap_or_default();
    let frame = Frame::new(card, markdown, changes, next);

    let pages = pages::of_card(card, markdown, frame.room);
    let page = showing.page.min(pages.len() - 1);
    let turns = match &mut controls {
        Some((_, controls)) if pages.len() > 1 => controls.turns(page, pages.len()),
        _ => None,
    };
    let mut texts: Vec<Json> = pages[page].iter().map(|content| text(content)).collect();
    if let Some(picture) = frame.picture.filter(|_| page == 0) {
        let has_lead = !texts.is_empty() && !card.lead.is_empty();
        texts.insert(usize::from(has_lead), picture);
    }
    let mut footer = vec![frame.footer];
    if pages.len() > 1 {
        if turns.is_some() {
            let numbers = [("page", page as u64 + 1), ("pages", pages.len() as u64)];
            footer.insert(0, words.fill("page-of-pages", &numbers).as_str().to_owned());
        } else {
            let num_hidden = pages.len() - 1 - page;
            let hidden = words.line("more-pages", &[("count", num_hidden.into())]);
            texts.push(text(&markdown.line(&hidden.quiet())));
        }
    }
    footer.retain(|part| !part.is_empty());
    let footer = (!footer.is_empty()).then(|| text(&format!("-# {}", footer.join(BETWEEN_NOTES))));

    let top: Vec<Json> = frame.title.into_iter().chain(frame.changes).collect();
    let bottom: Vec<Json> = turns.into_iter().chain(frame.next).chain(footer).collect();
    let filled: Vec<Vec<Json>> = [top, texts, bottom].into_iter().filter(|part| !part.is_empty()).collect();
    match filled.join(&separator()) {
        nothing if nothing.is_empty() => vec![text(NOTHING)],
        components => components,
    }
}

/// What the picture shows, in words.
fn alternative(card: &Card, words: &Words) -> String {
    let said = card.picture_text.as_ref().map(visible::complete);
    let said = said.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| plain(&card.title, words));
    let said = limits::cut(said.trim(), ALTERNATIVE);
    if said.is_empty() { NOTHING.to_owned() } else { said }
}

/// The notes at the end, on one line.
fn footer(card: &Card, markdown: Markdown<'_>) -> String {
    let parts = card.footer.iter().map(|part| markdown.plain(part));
    let parts: Vec<String> = parts.filter(|part| !part.trim().is_empty()).collect();
    limits::cut(parts.join(BETWEEN_NOTES).trim(), FOOTER)
}

#[cfg(test)]
mod tests {
    use casa24_answers::parse;
    use casa24_schemas::Artist;
    use proptest::prelude::*;

    use crate::card::{Align, Block, Control, Line, Outside, Row, Section, Table};
    use crate::words::Locale;

    use crate::discord::CustomId;

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

    fn long_card(num_lines: usize) -> Card {
        let numbered = (0..num_lines).map(|index| format!("line {index:03} {}", "x".repeat(30)));
        card(Vec::new(), vec![Section::new(name("n"), lines(numbered.collect()))])
    }

    fn all_of<'j>(json: &'j Json, kind: u8, found: &mut Vec<&'j Json>) {
        for component in json["components"].as_array().into_iter().flatten() {
            found.extend((component["type"] == kind).then_some(component));
            all_of(component, kind, found);
        }
    }

    /// The components of a type, in their order.
    fn of_kind(message: &Json, kind: u8) -> Vec<&Json> {
        let mut found = Vec::new();
        all_of(message, kind, &mut found);
        found
    }

    /// The texts of a message, which is within every limit.
    fn texts(message: &Json) -> Vec<&str> {
        assert_eq!(limits::check(message), Ok(()), "{message}");
        of_kind(message, 10).iter().map(|text| text["content"].as_str().unwrap()).collect()
    }

    fn description(line: Line) -> String {
        let card = Card::new(1, Line::default());
        texts(&message(&Card { lead: vec![line.into()], ..card }, english()))[0].to_owned()
    }

    fn labels(message: &Json) -> Vec<&str> {
        of_kind(message, 2).iter().map(|button| button["label"].as_str().unwrap()).collect()
    }

    fn label(num_artists: usize) -> Artists {
        Artists::new((0..num_artists).map(|index| Artist::new(&format!("Artist {index:03}")).unwrap()))
    }

    fn showing<'a>(question: &'a Command, artists: &'a Artists, page: usize) -> Showing<'a> {
        Showing { question: Some(question), artists: Some(artists), page, ..Showing::default() }
    }

    #[test]
    fn a_card_is_a_container_of_texts() {
        let section = Section { num_more: 7, ..Section::new(name("*c*"), lines(vec!["d`".into()])) };
        let card = Card { title: name("a_b"), ..card(lines(vec!["l".into()]), vec![section]) };
        let message = message(&card, english());
        assert_eq!(texts(&message), [r"## a\_b", "l", "### \\*c\\*\nd\\`\n*and 7 more*", r"-# f · g\_h"]);
        assert_eq!(message["components"][0]["accent_color"], 1);
        assert_eq!(of_kind(&message, 14).len(), 2, "lines below the title and above the footer");
    }

    #[test]
    fn a_message_mentions_nobody_and_may_be_for_the_asker_alone() {
        let card = Card { private: true, ..card(lines(vec!["@everyone".into()]), Vec::new()) };
        let private = message(&card, english());
        assert_eq!(private["allowed_mentions"], json!({ "parse": [] }));
        assert_eq!(private["flags"], json!(64 + (1 << 15)));
        assert_eq!(message(&Card { private: false, ..card }, english())["flags"], json!(1 << 15));
    }

    #[test]
    fn what_is_too_much_for_a_message_is_on_further_pages() {
        let (card, question, artists) = (long_card(300), parse("1", "growth").unwrap(), label(3));
        let mut seen = Vec::new();
        let num_pages = 4;
        for page in 0..num_pages {
            let message = message_showing(&card, english(), &showing(&question, &artists, page));
            let texts = texts(&message);
            let footer = format!("-# page {} of {num_pages} · f · g\\_h", page + 1);
            assert_eq!((texts[0], texts.last().copied()), ("## t", Some(footer.as_str())));
            assert!(texts[1].starts_with("### n\nline "), "the heading is on every page");
            seen.extend(texts[1].lines().skip(1).map(|line| line[5..8].to_owned()));
            let turns: Vec<(&str, bool)> = of_kind(&message, 2)
                .iter()
                .map(|button| (button["label"].as_str().unwrap(), button["disabled"] == true))
                .filter(|(label, _)| !label.contains("days"))
                .collect();
            assert_eq!(turns, [("Previous", page == 0), ("Next", page + 1 == num_pages)]);
        }
        assert_eq!(seen, (0..300).map(|index| format!("{index:03}")).collect::<Vec<_>>());
        let beyond = message_showing(&card, english(), &showing(&question, &artists, 99));
        assert_eq!(beyond, message_showing(&card, english(), &showing(&question, &artists, 3)));
    }

    #[test]
    fn where_no_button_can_turn_the_page_the_others_are_counted() {
        let spanish = message(&long_card(300), Words::of(Locale::Spanish));
        assert!(texts(&spanish).contains(&"*3 páginas más*"), "{spanish}");
        assert!(texts(&message(&long_card(100), english())).contains(&"*1 more page*"));
        assert_eq!(of_kind(&spanish, 2).len(), 0);
    }

    #[test]
    fn a_picture_is_an_attachment_on_the_first_page_and_has_words() {
        let card = Card { picture: Some("growth.png".into()), ..long_card(300) };
        let (question, artists) = (parse("1", "growth").unwrap(), label(3));
        let first = message_showing(&card, english(), &showing(&question, &artists, 0));
        let picture = |description: &str| json!({ "media": { "url": "attachment://growth.png" }, "description": description });
        assert_eq!(of_kind(&first, 12)[0]["items"], json!([picture("t")]));
        let second = message_showing(&card, english(), &showing(&question, &artists, 1));
        assert_eq!(of_kind(&second, 12).len(), 0);
        let worded = Card { picture_text: Some(Outside::new("Line chart: up")), ..card };
        assert_eq!(of_kind(&message(&worded, english()), 12)[0]["items"], json!([picture("Line chart: up")]));
    }

    #[test]
    fn controls_follow_from_the_definition_of_the_command() {
        let artists = label(3);
        let shown = |line: &str| {
            let question = parse("1", line).unwrap();
            message_showing(
                &card(lines(vec!["a".into()]), Vec::new()),
                english(),
                &showing(&question, &artists, 0),
            )
        };
        let growth = shown("growth artist:artist 001 period:30");
        assert_eq!(labels(&growth), ["7 days", "14 days", "30 days", "60 days", "90 days", "All artists"]);
        let marked: Vec<&Json> =
            of_kind(&growth, 2).into_iter().filter(|button| button["style"] == 1).collect();
        assert_eq!(
            (marked.len(), &marked[0]["label"], &marked[0]["disabled"]),
            (1, &json!("30 days"), &json!(true))
        );
        let select = of_kind(&growth, 3)[0];
        assert_eq!(select["placeholder"], "Only this artist; leave it out for all");
        let options = select["options"].as_array().unwrap();
        let chosen: Vec<bool> = options.iter().map(|option| option["default"] == true).collect();
        assert_eq!(chosen, [false, true, false]);
        assert_eq!(of_kind(&shown("battle artist1:Artist 000 artist2:Artist 002"), 3).len(), 2);
        let compare = shown("compare artists:Artist 000, Artist 002");
        let select = of_kind(&compare, 3)[0];
        assert_eq!((&select["min_values"], &select["max_values"]), (&json!(2), &json!(3)));
        assert_eq!(labels(&shown("stats")), [""; 0]);
    }

    #[test]
    fn a_question_about_somebody_unknown_has_no_controls() {
        let question = parse("1", "growth artist:Nobody").unwrap();
        let card = card(lines(vec!["a".into()]), Vec::new());
        let message = message_showing(&card, english(), &showing(&question, &label(3), 0));
        assert_eq!((of_kind(&message, 2).len(), of_kind(&message, 3).len()), (0, 0));
    }

    #[test]
    fn a_select_lists_twenty_four_artists_and_leads_to_more() {
        let artists = label(60);
        let mut question = parse("1", "artist name:Artist 030").unwrap();
        let mut list = List::default();
        for (first, last, chosen, more) in [
            ("Artist 024", "Artist 047", true, "More artists: 49 to 60 of 60"),
            ("Artist 048", "Artist 059", false, "More artists: 1 to 24 of 60"),
            ("Artist 000", "Artist 023", false, "More artists: 25 to 48 of 60"),
        ] {
            let showing = Showing { list, ..showing(&question, &artists, 0) };
            let message = message_showing(&card(lines(vec!["a".into()]), Vec::new()), english(), &showing);
            let select = of_kind(&message, 3)[0].clone();
            let options = select["options"].as_array().unwrap();
            let text = |option: &Json| option["label"].as_str().unwrap().to_owned();
            let end = options.len() - 1;
            assert_eq!(
                (text(&options[0]), text(&options[end - 1]), text(&options[end])),
                (first.into(), last.into(), more.into())
            );
            assert_eq!(options.iter().any(|option| option["default"] == true), chosen);
            let custom_id = CustomId::decode(select["custom_id"].as_str().unwrap()).unwrap();
            let value = options[end]["value"].as_str().unwrap().to_owned();
            let pressed = custom_id.pressed(&[value], &artists, "1").unwrap();
            (question, list) = (pressed.command, pressed.list);
            assert_eq!(question.options, parse("1", "artist name:Artist 030").unwrap().options);
        }
    }

    #[test]
    fn next_questions_are_buttons_that_ask_them() {
        let artists = label(3);
        let control = Control {
            label: name("Forecast"),
            command: "predict",
            options: vec![("artist", Outside::new("Artist 002"))],
        };
        let unknown = Control { options: vec![("artist", Outside::new("Nobody"))], ..control.clone() };
        let card = Card {
            controls: vec![control.clone(), control, unknown],
            ..card(lines(vec!["a".into()]), Vec::new())
        };
        let question = parse("1", "artist name:Artist 002").unwrap();
        let message = message_showing(&card, english(), &showing(&question, &artists, 0));
        assert_eq!(labels(&message), ["Forecast"], "each once, and none that nobody could answer");
        let custom_id = of_kind(&message, 2)[0]["custom_id"].as_str().unwrap();
        let pressed = CustomId::decode(custom_id).unwrap().pressed(&[], &artists, "7").unwrap();
        assert_eq!(pressed.command.options, parse("7", "predict artist:Artist 002").unwrap().options);
        assert_eq!((pressed.command.id.as_str(), pressed.command.name.as_str()), ("7", "predict"));
    }

    #[test]
    fn commands_can_be_clicked_where_their_ids_are_known() {
        let ids =
            CommandIds::from([("growth".to_owned(), "42".to_owned()), ("stats".to_owned(), "x>".to_owned())]);
        let line = |command| Line::from(crate::card::Text::Command(command));
        let card =
            Card { lead: vec![line("growth").into(), line("stats").into()], ..Card::new(1, Line::default()) };
        let showing = Showing { commands: Some(&ids), ..Showing::default() };
        assert_eq!(texts(&message_showing(&card, english(), &showing)), ["</growth:42>\n/stats"]);
        assert_eq!(texts(&message(&card, english())), ["/growth\n/stats"]);
    }

    #[test]
    fn emphasis_goes_around_what_can_be_seen() {
        let more = || Line::from(english().say("all-artists"));
        assert_eq!(description(more().strong()), "**All artists**");
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
        let message = message(&card(vec![table.into()], Vec::new()), english());
        assert_eq!(texts(&message)[1], "`1,250` `1` **Luz**\n`    4` `1` **Mar**");
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
        assert_eq!(texts(&message(&card, english())), ["a"]);
        // Discord takes no message without anything.
        assert_eq!(texts(&message(&Card::new(1, Line::default()), english())), ["\u{200b}"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn whatever_is_put_in_stays_within_the_limits(
            title in "[a-z🔥*]{1,400}",
            lead in proptest::collection::vec(0_usize..400, 0..60),
            sections in proptest::collection::vec(
                (1_usize..400, proptest::collection::vec(1_usize..300, 0..60), 0_usize..2_000), 0..40),
            num_artists in 2_usize..60,
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
            let card = Card {
                title: name(&title),
                picture: Some("chart.png".to_owned()),
                picture_text: Some(Outside::new(&title.repeat(4))),
                ..card(blocks(lead), sections.collect())
            };
            let names = (0..num_artists).map(|index| Artist::new(&("宇🔥".repeat(90) + &index.to_string())).unwrap());
            let artists = Artists::new(names);
            let [one, other] = [0, 1].map(|index| artists.names().artists()[index].name.clone());
            let question = parse("1", &format!("battle artist1:{one} artist2:{other}")).unwrap();
            for locale in Locale::ALL {
                for page in [0, 1, 99] {
                    let showing = showing(&question, &artists, page);
                    prop_assert_eq!(limits::check(&message_showing(&card, Words::of(*locale), &showing)), Ok(()));
                }
            }
        }
    }
}
