//! Hostile names through every command: computed answers of labels whose artists, tracks, videos and own name try to
//! break out, and refusals of whatever was typed, as Discord messages, terminal text, pages and pictures in every
//! language.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod cards;
mod discord_message;
mod label;
mod page;
mod questions;
mod servers;
mod terminal_text;
mod texts;
mod uncounted;

use std::collections::BTreeSet;

use casa24_answers::{Answer, COMMANDS, Missing, Query, ReadModel, Refusal};
use casa24_presentation::card::Card;
use casa24_presentation::cards::{card, chart, refusal_card, refusal_line};
use casa24_presentation::discord::Artists;
use casa24_presentation::words::{Locale, Words};
use casa24_schemas::{Artist, Command, schema_of};
use proptest::prelude::*;
use serde_json::Value as Json;
use time::Duration;
use time::macros::date;

use crate::label::TODAY;

const HOSTILE: [&str; 23] = [
    "**bold** _it_ ~~s~~ ||spoiler|| `code` ```block```",
    " \u{200b}\u{3164}\u{2800}",
    "# heading\n- list\n> quote\n-# small",
    "@everyone <@1> <#2> <@&3> </growth:4> <t:5:R> <:emoji:6> :smile:",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\u{8}",
    "evil\u{202e}3pm.exe\u{2066}\u{2069}\u{2069}",
    "*",
    "**",
    "\\",
    "`",
    "1. list",
    "[free](https://evil.example) <https://evil.example>",
    "עומר אדם עומר אדם עומר אדם עומר אדם עומר אדם",
    "\" onmouseover=\"alert(1)",
    "' autofocus onfocus='alert(1)",
    "</title></style></bdi></article>&lt;!--",
    "&amp;&#x3c;script&#x3e;",
    "{ $artist } {0} %s ${HOME}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}👨‍👩‍👧❤️",
    "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}\u{30c}\u{30d}\u{30e}\u{30f}\u{310}",
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "artist:x period:7",
];

/// Hostile names, and names that are as long as one may be.
fn hostile() -> Vec<String> {
    let long = ["W", "_", "宇", "\u{1d15e}"].map(|letter| letter.repeat(200));
    let piled = format!("a{}", "\u{489}".repeat(199));
    HOSTILE.iter().map(|name| (*name).to_owned()).chain(long).chain([piled]).collect()
}

/// What was seen on the way.
#[derive(Debug, Default)]
struct Seen {
    commands: BTreeSet<String>,
    options: BTreeSet<(String, String)>,
    /// Words of the reasons why a figure is missing.
    missing: BTreeSet<String>,
    /// Words of the reasons why a question is refused.
    refused: BTreeSet<String>,
    num_pictures: usize,
    /// Most pages of a message.
    num_pages: usize,
}

impl Seen {
    /// Asks a question, and checks what is shown of the reply.
    fn ask(&mut self, model: &ReadModel, question: &Command, names: &[String], artists: &Artists) {
        let query = match Query::of(question) {
            Ok(query) => query,
            Err(refusal) => return self.refuse(&refusal, names),
        };
        match model.as_of(question.as_of).and_then(|as_of| query.answer(&as_of)) {
            Err(refusal) => self.refuse(&refusal, names),
            Ok(answer) => {
                self.commands.insert(question.name.clone());
                self.options
                    .extend(question.options.keys().map(|name| (question.name.clone(), name.clone())));
                reasons(&serde_json::to_value(&answer).unwrap(), &mut self.missing);
                for words in every_language() {
                    let card = card(&answer, words);
                    check_card(&card, words, names);
                    let num_pages = discord_message::check_pages(&card, words, question, artists);
                    self.num_pages = self.num_pages.max(num_pages);
                }
                let figures = model.as_of(question.as_of).ok().and_then(|as_of| query.chart(&as_of));
                let has_picture = figures.is_some_and(|figures| self.draw(&answer, &figures, names));
                self.num_pictures += usize::from(has_picture);
            }
        }
    }

    fn refuse(&mut self, refusal: &Refusal, names: &[String]) {
        reasons(&serde_json::to_value(refusal).unwrap(), &mut self.refused);
        for (words, sample) in every_language().flat_map(|words| [(words, false), (words, true)]) {
            let card = refusal_card(refusal, sample, words);
            assert!(card.private);
            assert_eq!(card.lead, [refusal_line(refusal, words).into()]);
            check_card(&card, words, names);
        }
    }

    /// Checks the texts of a picture; one of several is drawn.
    fn draw(&self, answer: &Answer, figures: &casa24_answers::ChartFigures, names: &[String]) -> bool {
        for words in every_language() {
            let Some(chart) = chart(answer, figures, words) else { return false };
            let panels = chart.panels.iter().flat_map(|panel| {
                let others = panel.others.iter().map(|path| &path.label);
                let goal = panel.goal.iter().map(|goal| &goal.label);
                [&panel.title, &panel.subtitle, &panel.empty].into_iter().chain(others).chain(goal)
            });
            let legend = &chart.legend;
            let legend = [
                &legend.observed,
                &legend.expected,
                &legend.interval_80,
                &legend.interval_95,
                &legend.marked,
                &chart.caption,
                &chart.alt,
            ];
            for text in panels.chain(legend).chain(&chart.warning) {
                texts::check_text(&cards::without(text, names, words), words.locale());
                assert!(!text.contains(char::is_control), "{text:?}");
            }
            if self.num_pictures.is_multiple_of(16) {
                page::check_picture(&card(answer, words), words, &chart.svg(words).unwrap());
                assert!(chart.png(words).unwrap().starts_with(b"\x89PNG"));
            }
        }
        true
    }
}

fn every_language() -> impl Iterator<Item = &'static Words> {
    Locale::ALL.iter().map(|locale| Words::of(*locale))
}

fn check_card(card: &Card, words: &Words, names: &[String]) {
    discord_message::check(card, words);
    terminal_text::check(card, words);
    page::check(card, words, names);
    texts::check(card, words);
}

/// Every `reason` in a JSON document.
fn reasons(json: &Json, into: &mut BTreeSet<String>) {
    match json {
        Json::Object(fields) => {
            into.extend(fields.get("reason").and_then(Json::as_str).map(str::to_owned));
            fields.values().for_each(|part| reasons(part, into));
        }
        Json::Array(items) => items.iter().for_each(|item| reasons(item, into)),
        _ => {}
    }
}

/// The words of all reasons that a schema lists.
fn all_reasons(schema: &Json) -> BTreeSet<String> {
    let variants = schema["oneOf"].as_array().unwrap().iter();
    variants.map(|variant| variant["properties"]["reason"]["const"].as_str().unwrap().to_owned()).collect()
}

/// More artists than any output lists, each with a name of its own.
fn many(num_artists: usize) -> Vec<String> {
    let hostile = hostile();
    // Some characters become two once they are composed.
    let name =
        |(index, name): (usize, &String)| name.chars().take(98).collect::<String>() + &format!(" {index}");
    hostile.iter().cycle().take(num_artists).enumerate().map(name).collect()
}

/// The artists of these names, as buttons know them.
fn known(names: &[String]) -> Artists {
    Artists::new(names.iter().map(|name| Artist::new(name).unwrap()))
}

fn stats() -> Command {
    Command::new("1", "stats", Default::default())
}

#[test]
fn no_hostile_name_breaks_out_of_any_answer() {
    let mut seen = Seen::default();
    for sample in [false, true] {
        let (model, artists) = label::of_few(&hostile(), sample);
        let known = known(&artists);
        for question in questions::of_every_command(&artists) {
            let day = sample.then(|| TODAY - Duration::days(8));
            seen.ask(&model, &Command { as_of: day, ..question }, &artists, &known);
        }
    }
    let (model, artists) = label::of_many(&many(400));
    assert_eq!(artists.len(), 400);
    let known = known(&artists);
    for question in questions::of_every_command(&[]) {
        seen.ask(&model, &question, &artists, &known);
    }
    assert!(seen.num_pages > 1, "400 artists fill more than a page");
    let commands: BTreeSet<String> = COMMANDS.iter().map(|command| command.name.to_owned()).collect();
    assert_eq!(seen.commands, commands);
    let options = COMMANDS.iter().flat_map(|command| {
        command.options.iter().map(|option| (command.name.to_owned(), option.name.to_owned()))
    });
    assert_eq!(seen.options, options.collect());
    assert_eq!(seen.missing, all_reasons(&schema_of::<Missing>()));
    assert!(seen.num_pictures > 50, "{}", seen.num_pictures);
}

#[test]
fn nothing_that_was_typed_breaks_out_of_a_refusal() {
    let mut seen = Seen::default();
    let names = hostile();
    let (model, artists) = label::of_many(&many(60));
    let known = known(&artists);
    for typed in names.iter().map(String::as_str).chain([artists[0].as_str(), "W", "1"]) {
        let nobody = Refusal::UnknownArtist { found: typed.to_owned(), nearest: Vec::new() };
        seen.refuse(&nobody, &names);
        seen.refuse(&Refusal::UnknownTimeZone { found: typed.to_owned() }, &names);
        for question in questions::wrong(typed) {
            match question {
                Ok(question) => seen.ask(&model, &question, &artists, &known),
                Err(refusal) => seen.refuse(&refusal, &names),
            }
        }
    }
    seen.ask(&model, &Command { as_of: Some(date!(2024 - 01 - 01)), ..stats() }, &names, &known);
    seen.ask(&label::of_none(), &stats(), &names, &known);
    assert_eq!(seen.refused, all_reasons(&schema_of::<Refusal>()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn no_name_breaks_out_of_any_command(
        names in proptest::collection::vec("\\PC{1,200}|[-*_`~|<>@:#+.0-9\\\\ \n\u{5d0}\u{200d}\u{202e}\u{1b}&\"'{}$]{1,60}", 6..12),
    ) {
        let mut seen = Seen::default();
        let (model, artists) = label::of_few(&names, false);
        let shown: Vec<String> = names.iter().chain(&artists).cloned().collect();
        let known = known(&artists);
        for question in questions::of_every_command(&artists) {
            seen.ask(&model, &question, &shown, &known);
        }
        for question in questions::wrong(&names[0]).into_iter().flatten() {
            seen.ask(&model, &question, &shown, &known);
        }
    }
}
