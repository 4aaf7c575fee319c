//! What could stand in an option that somebody is typing: names of artists, found as in an answer. The one that fits, those
//! that fit, or the nearest.

use std::collections::BTreeSet;

use casa24_answers::{ArtistNames, OptionKind, Refusal, definition_of};
use casa24_schemas::{Artist, OptionValue};
use serde_json::{Value as Json, json};

use crate::body::Body;
use crate::interaction::Interaction;
use crate::question::value;

/// Discord's number of a response with choices.
const CHOICES: u8 = 8;
/// Most choices.
const MAX_CHOICES: usize = 25;
/// Longest name or value of a choice, in characters.
const MAX_CHARACTERS: usize = 100;

/// The response to somebody who is typing, with the artists that there are.
pub(crate) fn complete(interaction: &Interaction, artists: &ArtistNames) -> Body {
    let choices = match Typed::of(interaction) {
        Some(typed) => typed.choices(&names(&typed.word, artists)),
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
        Some(Self { before: before.trim().to_owned(), word: word.trim().to_owned() })
    }

    /// The choices that these names are. A name that is too long for a choice is chosen by the artist's id, and shown as far
    /// as there is room, or by the id where another one begins with the same.
    fn choices(&self, names: &[String]) -> Vec<Json> {
        let mut shown = BTreeSet::new();
        let choice = |name: &String| {
            let whole = self.after_others(name);
            if is_short(&whole) {
                shown.insert(whole.clone());
                return Some(json!({ "name": whole, "value": whole }));
            }
            let value = self.after_others(Artist::new(name).ok()?.id.as_str());
            let cut: String = whole.chars().take(MAX_CHARACTERS).collect();
            let name = if shown.insert(cut.clone()) { cut } else { value.clone() };
            is_short(&value).then(|| json!({ "name": name, "value": value }))
        };
        names.iter().filter_map(choice).take(MAX_CHOICES).collect()
    }

    fn after_others(&self, name: &str) -> String {
        match self.before.as_str() {
            "" => name.to_owned(),
            before => format!("{before} {name}"),
        }
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= MAX_CHARACTERS
}

/// Names that begin a choice: those that fit what is typed, or all of them where nothing is.
fn names(word: &str, artists: &ArtistNames) -> Vec<String> {
    if word.is_empty() {
        return artists.artists().iter().take(MAX_CHOICES).map(|artist| artist.name.clone()).collect();
    }
    match artists.find(word) {
        Ok(artist) => vec![artist.name.clone()],
        // Names that look the same are told apart by the id.
        Err(Refusal::AmbiguousArtist { ids, .. }) if !ids.is_empty() => ids,
        Err(Refusal::AmbiguousArtist { candidates, .. }) => candidates,
        Err(Refusal::UnknownArtist { nearest, .. }) => nearest,
        Err(_) => Vec::new(),
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

    #[test]
    fn of_several_names_the_last_is_completed() {
        let typed = typed("compare", "artists", "Luz, Mar,ro").unwrap();
        assert_eq!((typed.before.as_str(), typed.word.as_str()), ("Luz, Mar,", "ro"));
        assert_eq!(
            typed.choices(&["Rosa".to_owned()]),
            [json!({ "name": "Luz, Mar, Rosa", "value": "Luz, Mar, Rosa" })]
        );
        let long = "x".repeat(150);
        let id = Artist::new(&long).unwrap().id;
        assert_eq!(typed.choices(&[long])[0]["value"], format!("Luz, Mar, {id}"));
    }

    #[test]
    fn a_list_that_has_no_room_for_another_name_has_no_choice() {
        let typed = typed("compare", "artists", &format!("{}, lu", "x".repeat(96))).unwrap();
        assert_eq!(typed.choices(&["Luz".to_owned(), "Lu".to_owned()]).len(), 1);
        assert_eq!(typed.choices(&["Luz Polar".to_owned()]), [] as [Json; 0]);
    }

    #[test]
    fn only_options_for_artists_are_completed() {
        assert_eq!(typed("growth", "artist", " lu ").unwrap().word, "lu");
        assert_eq!(typed("growth", "period", "3"), None);
        assert_eq!(typed("growth", "artists", "3"), None);
        assert_eq!(typed("fame", "artist", "3"), None);
    }

    #[test]
    fn choices_are_within_discords_limits_and_no_two_are_the_same() {
        let names: Vec<String> = (0..40).map(|number| format!("{} {number}", "ñ".repeat(190))).collect();
        let choices = typed("growth", "artist", "ñ").unwrap().choices(&names);
        assert_eq!(choices.len(), 25);
        for part in ["name", "value"] {
            let texts: BTreeSet<&str> = choices.iter().map(|choice| choice[part].as_str().unwrap()).collect();
            assert_eq!(texts.len(), 25, "{part}");
            assert!(texts.iter().all(|text| text.chars().count() <= 100), "{part}");
        }
        // Each is the name of its artist.
        let ids = names.iter().map(|name| Artist::new(name).unwrap().id);
        assert!(choices.iter().zip(ids).all(|(choice, id)| choice["value"] == id.as_str()));
    }
}
