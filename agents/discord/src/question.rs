//! The question that an interaction asks, as the bus carries it, and the languages of its answer.

use casa24_presentation::words::{Locale, Words};
use casa24_schemas::{Command, Event, OptionValue};
use serde_json::Value as Json;

use crate::interaction::Interaction;

/// A question, and in which languages it is answered.
#[derive(Debug)]
pub(crate) struct Question {
    /// What is asked on the bus.
    pub(crate) command: Command,
    /// Language of what everybody sees.
    pub(crate) everybody: Locale,
    /// Language of what the asker alone sees.
    pub(crate) asker: Locale,
}

impl Question {
    /// The question of an interaction in a time zone, where its server has set one; `None` where the bus does not carry it,
    /// as with a name that no command can have.
    pub(crate) fn of(interaction: &Interaction, time_zone: Option<&str>) -> Option<Self> {
        let options = interaction.options().into_iter();
        let options = options.map(|given| (given.name.clone(), value(&given.value))).collect();
        // A picture is for everybody; on a refusal there is none.
        let command = Command::new(&interaction.id, interaction.command(), options);
        let time_zone = time_zone.map(str::to_owned);
        Self::asked(interaction, Command { image: true, time_zone, ..command }, false)
    }

    /// A question that an interaction asks, whose picture is for everybody or, being private, for the asker; `None` where
    /// the bus does not carry it.
    pub(crate) fn asked(interaction: &Interaction, mut command: Command, is_private: bool) -> Option<Self> {
        let asker = interaction.locale.as_deref();
        let everybody = interaction.guild_locale.as_deref().filter(|_| !is_private).or(asker);
        command.locale = everybody.map(str::to_owned);
        let locale = |tag: Option<&str>| tag.map(Locale::best_for).unwrap_or_default();
        let question = Self { everybody: locale(everybody), asker: locale(asker), command };
        question.command.check().is_ok().then_some(question)
    }

    /// Words of what everybody sees, and of what the asker alone sees.
    pub(crate) fn words(&self) -> (&'static Words, &'static Words) {
        (Words::of(self.everybody), Words::of(self.asker))
    }
}

/// A value as a question has it: whole numbers, and everything else as text.
pub(crate) fn value(given: &Json) -> OptionValue {
    match given {
        Json::String(text) => OptionValue::Text(text.clone()),
        other => other.as_i64().map_or_else(|| OptionValue::Text(other.to_string()), OptionValue::Integer),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn question(body: Json) -> Option<Question> {
        let mut whole =
            json!({ "id": "1", "application_id": "2", "type": 2, "token": "t", "locale": "es-ES" });
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        Question::of(&Interaction::parse(whole.to_string().as_bytes()).unwrap(), Some("Asia/Tokyo"))
    }

    #[test]
    fn options_keep_their_types_and_a_picture_is_wanted() {
        let options = json!([
            { "name": "artist", "type": 3, "value": "24" },
            { "name": "days", "type": 4, "value": 14 },
            { "name": "all", "type": 5, "value": true },
        ]);
        let command = question(json!({ "data": { "name": "predict", "options": options } })).unwrap().command;
        assert_eq!((command.id.as_str(), command.name.as_str(), command.image), ("1", "predict", true));
        assert_eq!(command.options["artist"], OptionValue::Text("24".to_owned()));
        assert_eq!(command.options["days"], OptionValue::Integer(14));
        assert_eq!(command.options["all"], OptionValue::Text("true".to_owned()));
        assert_eq!(command.time_zone.as_deref(), Some("Asia/Tokyo"));
    }

    #[test]
    fn everybody_reads_the_servers_language_and_the_asker_their_own() {
        let stats = json!({ "name": "stats" });
        let of_server = question(json!({ "guild_locale": "en-GB", "data": stats })).unwrap();
        assert_eq!((of_server.everybody, of_server.asker), (Locale::English, Locale::Spanish));
        assert_eq!(of_server.command.locale.as_deref(), Some("en-GB"));
        let direct = question(json!({ "data": stats })).unwrap();
        assert_eq!((direct.everybody, direct.asker), (Locale::Spanish, Locale::Spanish));
    }

    #[test]
    fn a_name_that_no_subject_can_have_asks_nothing() {
        for name in ["", "a.b", "*", "growth >"] {
            assert!(question(json!({ "data": { "name": name } })).is_none(), "{name}");
        }
    }
}
