//! Buttons and selects under an answer. All follow from the definition of its command and from the card: a command that
//! is added has them without a line here.

use std::collections::HashSet;

use casa24_answers::{OptionDefinition, OptionKind, Query};
use casa24_schemas::{Artist, Command, OptionValue};
use serde_json::Value as Json;

use crate::card::{Card, Outside};
use crate::words::Words;
use crate::{plain, visible};

use super::artists::Artists;
use super::component::{ButtonStyle, button, option, row, select};
use super::custom_id::{CustomId, List, Press, more};
use super::limits;
use super::question::{Question, Value};

/// Longest name of an artist in a select, and most letters of an id beside it: two selects with all their options leave
/// half of a message to its figures.
const NAME: usize = 32;
const ID: usize = 20;

/// Artists of one list of a select; one more option leads to the next list.
const ARTISTS_OF_LIST: usize = limits::OPTIONS - 1;

/// Makes the controls of one message, each `custom_id` once.
pub(super) struct Controls<'a> {
    question: &'a Question,
    artists: &'a Artists,
    /// Names of the artists that lists begin with.
    first: &'a [String],
    words: &'a Words,
    taken: HashSet<String>,
}

impl<'a> Controls<'a> {
    pub(super) fn new(
        question: &'a Question,
        artists: &'a Artists,
        first: &'a [String],
        words: &'a Words,
    ) -> Self {
        Self { question, artists, first, words, taken: HashSet::new() }
    }

    /// All artists with their keys: those that lists begin with, then the others, each in alphabetical order.
    fn in_order(&self) -> Vec<(&'a Artist, &'a str)> {
        let is_first = |(artist, _): &(&Artist, &str)| self.first.contains(&artist.name);
        let (mut in_order, others): (Vec<_>, Vec<_>) = self.artists.with_keys().partition(is_first);
        in_order.extend(others);
        in_order
    }

    /// Rows of what changes the question: its period, and its artists. Those that matter most come first.
    pub(super) fn changes(&mut self, list: List) -> Vec<Json> {
        let Some(definition) = self.question.definition() else { return Vec::new() };
        let mut rows = Vec::new();
        for option in definition.options {
            if let OptionKind::Period { choices, default, .. } = option.kind {
                rows.extend(self.periods(option, choices, default));
            }
        }
        for (place, option) in (0_u8..).zip(definition.options) {
            match option.kind {
                OptionKind::Artist => rows.extend(self.one_of(place, option, list.from(place))),
                OptionKind::Artists { min, max } => {
                    rows.extend(self.some_of(place, option, (min as usize, max as usize), list.from(place)));
                }
                _ => {}
            }
        }
        rows
    }

    /// The row of questions that a reader may ask next: those of the card, and the same about all artists.
    pub(super) fn next(&mut self, card: &Card, command: &Command) -> Option<Json> {
        let mut buttons = Vec::new();
        for control in &card.controls {
            let label = limits::cut(plain(&control.label, self.words).trim(), limits::BUTTON_LABEL);
            let given = |(name, value): &(&str, Outside)| {
                ((*name).to_owned(), OptionValue::Text(value.raw().to_owned()))
            };
            let options = control.options.iter().map(given).collect();
            let next = Command {
                as_of: command.as_of,
                time_zone: command.time_zone.clone(),
                ..Command::new("", control.command, options)
            };
            let question = Question::of(&next, self.artists).filter(|_| !label.is_empty());
            buttons.extend(question.and_then(|question| self.button(&label, Press::Next, question, false)));
        }
        let optional = self.question.definition()?.options.iter().filter(|option| !option.required);
        for option in optional.filter(|option| !self.question.artists(option.name).is_empty()) {
            let all = self.question.without(option.name);
            let label = self.words.say("all-artists");
            buttons.extend(self.button(label.as_str(), Press::Next, all, false));
        }
        buttons.truncate(limits::ROW);
        (!buttons.is_empty()).then(|| row(buttons))
    }

    /// The row that turns pages; `None` where the question has no room in a button.
    pub(super) fn turns(&mut self, page: usize, num_pages: usize) -> Option<Json> {
        let to = |page: usize| u16::try_from(page).ok().map(Press::Page);
        let question = self.question.clone();
        let (previous, next) = (self.words.say("previous-page"), self.words.say("next-page"));
        // What leads nowhere is there all the same, so that the other one stays in its place.
        let before = to(page.saturating_sub(1))?;
        let before = self.button(previous.as_str(), before, question.clone(), page == 0)?;
        let is_last = page + 1 >= num_pages;
        let after = self.button(next.as_str(), to(page + 1)?, question, is_last)?;
        Some(row(vec![before, after]))
    }

    /// A button for each period that the option offers, the one in question marked.
    fn periods(&mut self, option: &OptionDefinition, choices: &[i64], default: i64) -> Vec<Json> {
        let current = match self.question.options.get(option.name) {
            Some(Value::Number(days)) => *days,
            _ => default,
        };
        let buttons: Vec<Json> = choices
            .iter()
            .filter_map(|days| {
                let label = self.words.fill("days-count", &[("count", days.unsigned_abs())]);
                let question = self.question.with(option.name, Value::Number(*days));
                self.button(label.as_str(), Press::Change, question, *days == current)
            })
            .collect();
        buttons.chunks(limits::ROW).map(|buttons| row(buttons.to_vec())).collect()
    }

    /// A button that is marked where it is what is shown already, and cannot be pressed then.
    fn button(&mut self, label: &str, press: Press, question: Question, is_shown: bool) -> Option<Json> {
        let custom_id = self.custom_id(press, question)?;
        let is_choice = matches!(press, Press::Change) && is_shown;
        let style = if is_choice { ButtonStyle::Primary } else { ButtonStyle::Secondary };
        Some(button(style, label, &custom_id, is_shown))
    }

    /// A `custom_id` that no other control of the message has; `None` for a question that would be refused, such as one
    /// whose options need each other.
    fn custom_id(&mut self, press: Press, question: Question) -> Option<String> {
        Query::of(&question.command("", self.artists).ok()?).ok()?;
        let custom_id = CustomId { press, question }.encode()?;
        self.taken.insert(custom_id.clone()).then_some(custom_id)
    }

    /// A select of one artist: a list in its order, the one with the artist in question unless another was
    /// asked for.
    fn one_of(&mut self, place: u8, option: &OptionDefinition, from: Option<usize>) -> Option<Json> {
        let all = self.in_order();
        if all.len() < 2 {
            return None;
        }
        let chosen = self.question.artists(option.name);
        let of_chosen = || all.iter().position(|(_, key)| chosen.iter().any(|chosen| chosen == key));
        let from = from.filter(|from| *from < all.len());
        let from = from.unwrap_or_else(|| of_chosen().unwrap_or(0) / ARTISTS_OF_LIST * ARTISTS_OF_LIST);
        self.select(place, option, &[], &all, from, (1, 1))
    }

    /// A select of several artists: those in question first, then a list of the others.
    fn some_of(
        &mut self,
        place: u8,
        option: &OptionDefinition,
        (min, max): (usize, usize),
        from: Option<usize>,
    ) -> Option<Json> {
        let is_chosen = |key: &str| self.question.artists(option.name).iter().any(|chosen| chosen == key);
        let (chosen, others): (Vec<_>, Vec<_>) =
            self.in_order().into_iter().partition(|(_, key)| is_chosen(key));
        if chosen.len() + others.len() <= min || chosen.len() >= ARTISTS_OF_LIST {
            return None;
        }
        let from = from.filter(|from| *from < others.len()).unwrap_or(0);
        self.select(place, option, &chosen, &others, from, (min, max))
    }

    /// A select of the first artists and of a list of the others.
    fn select(
        &mut self,
        place: u8,
        option: &OptionDefinition,
        first: &[(&Artist, &str)],
        others: &[(&Artist, &str)],
        from: usize,
        (min, max): (usize, usize),
    ) -> Option<Json> {
        let num_all = first.len() + others.len();
        let all_fit = num_all <= limits::OPTIONS;
        let (from, num_listed) =
            if all_fit { (0, others.len()) } else { (from, ARTISTS_OF_LIST - first.len()) };
        let listed = others.iter().skip(from).take(num_listed);
        let listed: Vec<(&Artist, &str)> = first.iter().chain(listed).copied().collect();
        let names: Vec<String> = listed.iter().map(|(artist, _)| self.label(artist)).collect();
        let chosen = self.question.artists(option.name);
        let mut options: Vec<Json> = listed
            .iter()
            .zip(&names)
            .map(|((artist, key), name)| {
                let is_alone = names.iter().filter(|other| *other == name).count() == 1;
                let id = (!is_alone).then(|| end(artist.id.as_str(), ID));
                self::option(name, key, id, chosen.iter().any(|chosen| chosen == key))
            })
            .collect();
        if !all_fit {
            let next = if from + num_listed < others.len() { from + num_listed } else { 0 };
            let last = others.len().min(next + num_listed);
            let texts = [("from", next + 1), ("to", last), ("all", others.len())];
            let texts = texts.map(|(name, number)| (name, number as u64));
            let label = self.words.fill("control-more-artists", &texts);
            options.push(self::option(label.as_str(), &more(next), None, false));
        }
        let max = max.min(options.len());
        let custom_id = self.custom_id(Press::Choose { option: place }, self.question.clone())?;
        let command = self.question.definition()?.name;
        let placeholder = self.words.say(&format!("command-{command}-{}", option.name));
        let placeholder = limits::cut(placeholder.as_str(), limits::PLACEHOLDER);
        Some(row(vec![select(&custom_id, &placeholder, options, min.min(max), max)]))
    }

    /// An artist's name as a select shows it.
    fn label(&self, artist: &Artist) -> String {
        let name = visible::name(&Outside::new(&artist.name), self.words);
        // A name from right to left stays by itself where its end was cut off.
        visible::closed(limits::cut(&name, NAME - 1))
    }
}

/// The last letters of an ASCII text.
fn end(text: &str, num_letters: usize) -> &str {
    text.get(text.len().saturating_sub(num_letters)..).unwrap_or(text)
}
