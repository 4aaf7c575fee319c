//! What could stand in an option that somebody is typing: names of artists, found as in an answer. The one that fits, those
//! that fit, or the nearest; first those that the server has chosen.

use std::collections::BTreeSet;

use casa24_answers::{ArtistNames, OptionKind, Refusal, definition_of, several};
use casa24_presentation::discord::{choice_name, limits};
use casa24_presentation::words::{Locale, Words};
use casa24_schemas::{Artist, OptionValue, visible_line};
use serde_json::{Value as Json, json};

use crate::body::Body;
use crate::interaction::Interaction;
use crate::question::value;

/// Discord's number of a response with choices.
const CHOICES: u8 = 8;
/// Most choices.
const MAX_CHOICES: usize = 25;

/// The response to somebody who is typing, with the artists that there are, and the names of those that come first.
pub(crate) fn complete(interaction: &Interaction, artists: &ArtistNames, first: &[String]) -> Body {
    let words = Words::of(interaction.locale.as_deref().map(Locale::best_for).unwrap_or_default());
    let choices = match Typed::of(interaction) {
        Some(typed) => {
            let (found, is_confusable) = found(&typed.word, artists, first);
            typed.choices(&found, is_confusable, words)
        }
        None => Vec::new(),
    };
    Body::json(&json!({ "type": CHOICES, "data": { "choices": choices } }))
}

/// What is typed into an option for artists.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    /// The names before the one that is typed, with the comma behind them.
    before: String,
    /// The name that is typed.
    word: String,
    /// Whether the option takes several names.
    is_list: bool,
}

impl Typed {
    /// What is typed; `None` where the option takes no artist.
    fn of(interaction: &Interaction) -> Option<Self> {
        let given = interaction.options().into_iter().find(|given| given.focused)?;
        let text = match value(&given.value) {
            OptionValue::Text(text) => text,
            OptionValue::Integer(number) => number.to_string(),
        };
        // The settings of a server have no definition among the questions.
        let kind = match (interaction.command(), given.name.as_str()) {
            ("settings", "artists") => OptionKind::Artists { min: 1, max: 25 },
            (command, option) => definition_of(command).ok()?.option(option)?.kind,
        };
        let is_list = matches!(kind, OptionKind::Artists { .. });
        let (before, word) = match kind {
            OptionKind::Artist => ("", text.as_str()),
            OptionKind::Artists { .. } => {
                let start = text.rfind(',').map_or(0, |comma| comma + 1);
                text.split_at(start)
            }
            OptionKind::Choice { .. }
            | OptionKind::Period { .. }
            | OptionKind::Number { .. }
            | OptionKind::Days { .. } => return None,
        };
        Some(Self { before: before.trim().to_owned(), word: word.trim().to_owned(), is_list })
    }

    /// The choices that these artists are: each is shown by its name as far as there is room, or by its id where the names do
    /// not tell them apart, or another one begins with the same.
    fn choices(&self, artists: &[&Artist], is_confusable: bool, words: &Words) -> Vec<Json> {
        let mut shown = BTreeSet::new();
        let choice = |artist: &&Artist| {
            let by_id = Some(self.after_others(artist.id.as_str())).filter(|text| is_short(text));
            if is_confusable {
                return by_id.map(|id| json!({ "name": id, "value": id }));
            }
            let value = self.value(artist).or_else(|| by_id.clone())?;
            let name = choice_name(&[&self.before, &artist.name], words);
            let name = if shown.insert(name.clone()) { name } else { by_id? };
            Some(json!({ "name": name, "value": value }))
        };
        artists.iter().filter_map(choice).take(MAX_CHOICES).collect()
    }

    /// What stands in the option once an artist is chosen, where that can be the name: it is not too long, is not taken for
    /// several, and holds nothing that Discord may not give back as it is.
    fn value(&self, artist: &Artist) -> Option<String> {
        let name = if self.is_list { several([artist]) } else { artist.name.clone() };
        let is_plain = visible_line(&name) == name;
        Some(self.after_others(&name)).filter(|value| is_plain && is_short(value))
    }

    fn after_others(&self, name: &str) -> String {
        match self.before.as_str() {
            "" => name.to_owned(),
            before => format!("{before} {name}"),
        }
    }
}

fn is_short(text: &str) -> bool {
    limits::length(text) <= limits::OPTION_TEXT
}

/// The artists that are offered: the one that fits what is typed, those that fit, or the nearest, and all where nothing is
/// typed; of several that fit, those of these names first. Tells whether their names do not tell them apart.
fn found<'a>(word: &str, artists: &'a ArtistNames, first: &[String]) -> (Vec<&'a Artist>, bool) {
    let all = artists.artists();
    let is_first = |artist: &&Artist| first.contains(&artist.name);
    let of_names = |names: Vec<String>| {
        let of_name = |name: &String| all.iter().find(|artist| artist.name == *name);
        names.iter().filter_map(of_name).collect::<Vec<_>>()
    };
    if word.is_empty() {
        let (first, others): (Vec<&Artist>, Vec<&Artist>) = all.iter().partition(is_first);
        return ([first, others].concat(), false);
    }
    match artists.find(word) {
        Ok(artist) => (vec![artist], false),
        Err(Refusal::AmbiguousArtist { candidates, ids, .. }) => {
            // Of many that fit, a few are named: asked alone, none of the first is missing.
            let alone = ArtistNames::new(all.iter().filter(is_first).cloned());
            let (mut found, ids_of_first) = match alone.find(word) {
                Ok(artist) => (of_names(vec![artist.name.clone()]), Vec::new()),
                Err(Refusal::AmbiguousArtist { candidates, ids, .. }) => (of_names(candidates), ids),
                Err(_) => (Vec::new(), Vec::new()),
            };
            for other in of_names(candidates) {
                if !found.contains(&other) {
                    found.push(other);
                }
            }
            (found, !(ids.is_empty() && ids_of_first.is_empty()))
        }
        Err(Refusal::UnknownArtist { nearest, .. }) => (of_names(nearest), false),
        Err(_) => (Vec::new(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(command: &str, option: &str, text: &str) -> Option<Typed> {
        let options = json!([{ "name": option, "type": 3, "value": text, "focused": true }]);
        let data = json!({ "name": command, "options": options });
        let body = json!({ "id": "1", "application_id": "2", "type": 4, "token": "t", "data": data });
        Typed::of(&Interaction::parse(body.to_string().as_bytes()).unwrap())
    }

    fn artists(names: &[&str]) -> Vec<Artist> {
        names.iter().map(|name| Artist::new(name).unwrap()).collect()
    }

    fn choices(typed: &Typed, artists: &[Artist]) -> Vec<Json> {
        let artists: Vec<&Artist> = artists.iter().collect();
        typed.choices(&artists, false, Words::of(Locale::English))
    }

    #[test]
    fn of_several_names_the_last_is_completed() {
        let typed = typed("compare", "artists", "Luz, Mar,ro").unwrap();
        assert_eq!((typed.before.as_str(), typed.word.as_str()), ("Luz, Mar,", "ro"));
        assert_eq!(
            choices(&typed, &artists(&["Rosa"])),
            [json!({ "name": "Luz, Mar, Rosa", "value": "Luz, Mar, Rosa" })]
        );
        for name in ["x".repeat(150), "Mar, y Sol".to_owned(), "Ro\u{200b}sa".to_owned()] {
            let artist = artists(&[&name]);
            assert_eq!(choices(&typed, &artist)[0]["value"], format!("Luz, Mar, {}", artist[0].id));
        }
    }

    #[test]
    fn a_list_that_has_no_room_for_another_name_has_no_choice() {
        let typed = typed("compare", "artists", &format!("{}, lu", "x".repeat(95))).unwrap();
        assert_eq!(choices(&typed, &artists(&["Luz", "Lu"])).len(), 2);
        assert_eq!(choices(&typed, &artists(&["Luz Polar"])), [] as [Json; 0]);
    }

    #[test]
    fn only_options_for_artists_are_completed() {
        assert_eq!(typed("growth", "artist", " lu ").unwrap().word, "lu");
        assert_eq!(typed("growth", "period", "3"), None);
        assert_eq!(typed("growth", "artists", "3"), None);
        assert_eq!(typed("fame", "artist", "3"), None);
    }

    #[test]
    fn those_that_the_server_has_chosen_come_first() {
        let label: Vec<String> = (10..60).map(|number| format!("DJ {number}")).collect();
        let label = ArtistNames::new(label.iter().map(|name| Artist::new(name).unwrap()));
        let first = ["DJ 55".to_owned(), "DJ 41".to_owned()];
        let names = |word: &str| -> Vec<String> {
            found(word, &label, &first).0.iter().map(|artist| artist.name.clone()).collect()
        };
        let all = names("");
        assert_eq!((all.len(), &all[..3]), (50, &["DJ 41", "DJ 55", "DJ 10"].map(str::to_owned)[..]));
        // An answer would name ten of the fifty, which these two are not among.
        assert_eq!(names("dj")[..3], ["DJ 41", "DJ 55", "DJ 10"]);
        assert_eq!(names("dj 1")[0], "DJ 10");
        assert_eq!(names("DJ 12"), ["DJ 12"]);
        assert_eq!(names("dj 5")[..2], ["DJ 55", "DJ 50"]);
    }

    #[test]
    fn choices_are_within_discords_limits_and_no_two_are_the_same() {
        let long = (0..40).map(|number| format!("{} {number}", "ñ".repeat(190)));
        let hidden = (1..40).map(|number| "\u{200b}".repeat(number) + "\u{3164}");
        let emoji = (0..40).map(|number| format!("{}{number}", "\u{1f525}".repeat(60)));
        for names in [long.collect::<Vec<_>>(), hidden.collect(), emoji.collect()] {
            let artists: Vec<Artist> = names.iter().filter_map(|name| Artist::new(name).ok()).collect();
            let choices = choices(&typed("growth", "artist", "x").unwrap(), &artists);
            assert_eq!(choices.len(), artists.len().min(25));
            for part in ["name", "value"] {
                let texts: BTreeSet<&str> =
                    choices.iter().map(|choice| choice[part].as_str().unwrap()).collect();
                assert_eq!(texts.len(), choices.len(), "{part}");
                assert!(texts.iter().all(|text| (1..=100).contains(&limits::length(text))), "{part}");
                assert!(texts.iter().all(|text| !text.trim().is_empty()), "{part}");
            }
            // Each is the id of its artist.
            let ids = artists.iter().map(|artist| &artist.id);
            assert!(choices.iter().zip(ids).all(|(choice, id)| choice["value"] == id.as_str()));
        }
    }
}
