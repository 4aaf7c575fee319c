//! The texts of an output that are not from outside: whole, without placeholders, and in one language.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use casa24_presentation::card::{Block, Card};
use casa24_presentation::words::{Locale, Words};
use casa24_presentation::{discord, html};
use fluent_syntax::ast::{Entry, Expression, Pattern, PatternElement};
use serde_json::Value as Json;

use crate::cards::neutral;
use crate::page;

/// Fewest letters of a text that tells the languages apart: shorter ones are words of both.
const MIN_LETTERS: usize = 4;

/// The catalogue of one language.
struct Catalogue {
    /// The ids, as they are shown where the catalogue lacks a text, but for those that are words of its texts.
    ids: Vec<String>,
    /// The texts between variables.
    pieces: BTreeSet<String>,
}

static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(include_str!("../../words/en.ftl")));
static SPANISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(include_str!("../../words/es.ftl")));

/// What a language says and the other one does not.
static ONLY_ENGLISH: LazyLock<Vec<&str>> = LazyLock::new(|| ENGLISH.pieces_without(&SPANISH));
static ONLY_SPANISH: LazyLock<Vec<&str>> = LazyLock::new(|| SPANISH.pieces_without(&ENGLISH));

impl Catalogue {
    fn read(source: &str) -> Self {
        let resource =
            fluent_syntax::parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
        let mut catalogue = Self { ids: Vec::new(), pieces: BTreeSet::new() };
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                catalogue.ids.push(message.id.name.replace(['-', '_'], " "));
                message.value.iter().for_each(|pattern| catalogue.read_pattern(pattern));
            }
        }
        let ids = std::mem::take(&mut catalogue.ids);
        catalogue.ids = ids.into_iter().filter(|id| id.contains(' ') && !catalogue.has_words(id)).collect();
        catalogue
    }

    fn read_pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => {
                    let piece = value.trim_matches(|c: char| !c.is_alphabetic());
                    self.pieces.insert(piece.to_owned());
                }
                PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                    variants.iter().for_each(|variant| self.read_pattern(&variant.value));
                }
                PatternElement::Placeable { expression: Expression::Inline(_) } => {}
            }
        }
    }

    fn pieces_without(&self, other: &Self) -> Vec<&str> {
        let is_long = |piece: &&String| piece.chars().filter(|c| c.is_alphabetic()).count() >= MIN_LETTERS;
        let only = self.pieces.iter().filter(is_long).filter(|piece| !other.has_words(piece));
        only.map(String::as_str).collect()
    }

    fn has_words(&self, words: &str) -> bool {
        self.pieces.iter().any(|piece| holds_words(piece, words))
    }
}

/// Whether a text holds others as whole words.
fn holds_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(start, _)| {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let after = &text[start + words.len()..];
        !is_letter(text[..start].chars().next_back()) && !is_letter(after.chars().next())
    })
}

/// A text without anything from outside is whole and in the language of its reader.
pub(crate) fn check_text(text: &str, locale: Locale) {
    assert!(!text.contains(['{', '}', '$']), "{text}");
    assert!(!text.contains(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)), "{text}");
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    assert!(!words.any(|word| ["NaN", "inf", "null", "None", "Some"].contains(&word)), "{text}");
    let (ids, foreign) = match locale {
        Locale::English => (&ENGLISH.ids, &ONLY_SPANISH),
        Locale::Spanish => (&SPANISH.ids, &ONLY_ENGLISH),
    };
    let ids: Vec<_> = ids.iter().filter(|id| holds_words(text, id)).collect();
    assert!(ids.is_empty(), "{ids:?} are ids of the catalogue, in {text}");
    // Commands are typed in one language, behind a slash.
    let is_command = |word: &&str| word.trim_start_matches(['*', '`']).starts_with('/');
    let text = text.split_whitespace().filter(|word| !is_command(word)).collect::<Vec<_>>().join(" ");
    let found: Vec<_> = foreign.iter().filter(|piece| holds_words(&text, piece)).collect();
    assert!(found.is_empty(), "{found:?} are of another language, in {text}");
}

/// Every text of a JSON document.
fn json_texts<'j>(json: &'j Json, into: &mut Vec<&'j str>) {
    match json {
        Json::String(text) => into.push(text),
        Json::Array(items) => items.iter().for_each(|item| json_texts(item, into)),
        Json::Object(fields) => fields.values().for_each(|item| json_texts(item, into)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

pub(crate) fn check(card: &Card, words: &Words) {
    let mut card = neutral(card);
    // Commands and options are typed in one language; what a control is called is not.
    let controls = std::mem::take(&mut card.controls).into_iter().map(|control| control.label);
    card.lead.extend(controls.map(Block::from));
    check_text(&page::read(&html::fragment(&card, words, None)).text, words.locale());
    let message = discord::message(&card, words);
    let mut texts = Vec::new();
    json_texts(&message["components"], &mut texts);
    texts.iter().for_each(|text| check_text(text, words.locale()));
}

#[test]
fn the_registration_is_in_both_languages() {
    let registration = discord::registration(discord::Scope::Servers);
    let commands = registration.as_array().unwrap();
    let with_options =
        commands.iter().flat_map(|command| command["options"].as_array().into_iter().flatten());
    let with_choices =
        with_options.clone().flat_map(|option| option["choices"].as_array().into_iter().flatten());
    for body in commands.iter().chain(with_options).chain(with_choices) {
        for field in ["description", "name"] {
            let Some(others) = body[format!("{field}_localizations")].as_object() else { continue };
            check_text(body[field].as_str().unwrap(), Locale::English);
            others.values().for_each(|text| check_text(text.as_str().unwrap(), Locale::Spanish));
        }
    }
}

#[test]
fn the_languages_are_told_apart() {
    assert!(ONLY_ENGLISH.len() > 100 && ONLY_SPANISH.len() > 100);
    assert!(ONLY_ENGLISH.contains(&"monthly listeners") && ONLY_SPANISH.contains(&"oyentes mensuales"));
    assert!(!ONLY_ENGLISH.contains(&"ARIMA") && !ONLY_ENGLISH.contains(&"Total"));
    assert!(ENGLISH.ids.len() > 150 && SPANISH.ids.iter().any(|id| id == "goal not within"));
    assert!(holds_words("and 3 more", "more") && !holds_words("moreover", "more"));
}
