//! A question in the few characters that a button can hold: commands, options and choices by keys of their names,
//! artists by keys of their ids, time zones by keys of their names. What is added to a command later leaves all of them as they are.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use casa24_answers::{
    COMMANDS, CommandDefinition, OptionDefinition, OptionKind, TimeZone, definition_of, has_time_zone,
    several,
};
use casa24_schemas::{Artist, Command, Date, OptionValue};

use super::artists::{Artists, KEY_LETTERS};
use super::key::{is_key, key};

/// Letters of a command's key, of an option's within its command, and of a choice's within its option.
const COMMAND_LETTERS: usize = 4;
const OPTION_LETTERS: usize = 2;
const CHOICE_LETTERS: usize = 3;
/// Letters of a time zone's key.
const TIME_ZONE_LETTERS: usize = 4;

/// Between options.
const SEPARATOR: char = '.';
/// Before the time zone that a question is asked in.
const TIME_ZONE: char = '~';
/// Before the day that a question is about.
const AS_OF: char = '@';

/// Names of time zones by their keys.
static TIME_ZONES: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| TimeZone::names().map(|name| (key(&name, TIME_ZONE_LETTERS), name)).collect());

/// Why a button or a select no longer means a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// It was made by another version of the program, or by something else.
    #[error("the control is of another version: ask the question again")]
    OtherVersion,
    /// Its artist is not one of the label's any more.
    #[error("the control is about an artist that is not in the roster: ask the question again")]
    ArtistGone,
}

/// A question that a button or a select asks: its command and the options that were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    command: &'static str,
    pub(super) options: BTreeMap<&'static str, Value>,
    /// Key of the time zone, where the answer has days of one.
    time_zone: Option<String>,
    as_of: Option<Date>,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Keys of artists: one, or several where the option takes several.
    Artists(Vec<String>),
    /// One of the option's choices.
    Choice(&'static str),
    /// A number within the option's limits.
    Number(i64),
}

impl Question {
    /// The question of a command; `None` where it names no artist of these, or could not be answered otherwise.
    pub fn of(command: &Command, artists: &Artists) -> Option<Self> {
        let definition = definition_of(&command.name).ok()?;
        let value = |(name, given): (&String, &OptionValue)| {
            let option = definition.option(name)?;
            Some((option.name, Value::of(option, given, artists)?))
        };
        let options = command.options.iter().map(value).collect::<Option<_>>()?;
        let time_zone = command.time_zone.as_deref().filter(|_| has_time_zone(definition.name));
        let time_zone = time_zone.map(|name| key(name, TIME_ZONE_LETTERS));
        if time_zone.as_ref().is_some_and(|key| !TIME_ZONES.contains_key(key)) {
            return None;
        }
        Some(Self { command: definition.name, options, time_zone, as_of: command.as_of })
    }

    /// The definition of its command.
    pub(super) fn definition(&self) -> Option<&'static CommandDefinition> {
        definition_of(self.command).ok()
    }

    /// The same question with another value of an option.
    pub(super) fn with(&self, option: &'static str, value: Value) -> Self {
        let mut question = self.clone();
        question.options.insert(option, value);
        question
    }

    /// The same question without an option.
    pub(super) fn without(&self, option: &str) -> Self {
        let mut question = self.clone();
        question.options.remove(option);
        question
    }

    /// The keys of the artists that an option has.
    pub(super) fn artists(&self, option: &str) -> &[String] {
        match self.options.get(option) {
            Some(Value::Artists(keys)) => keys,
            _ => &[],
        }
    }

    /// The command that asks it, with this id.
    ///
    /// # Errors
    /// When one of its artists is not among these.
    pub fn command(&self, id: &str, artists: &Artists) -> Result<Command, ControlError> {
        let definition = self.definition().ok_or(ControlError::OtherVersion)?;
        let given = |(name, value): (&&'static str, &Value)| {
            let option = definition.option(name).ok_or(ControlError::OtherVersion)?;
            Ok(((*name).to_owned(), value.given(option, artists)?))
        };
        let options = self.options.iter().map(given).collect::<Result<_, _>>()?;
        let time_zone = self.time_zone.as_ref().and_then(|key| TIME_ZONES.get(key)).cloned();
        Ok(Command { as_of: self.as_of, time_zone, ..Command::new(id, self.command, options) })
    }

    /// The question in ASCII letters, digits and `-_.~@`.
    pub(super) fn write(&self) -> String {
        let mut written = key(self.command, COMMAND_LETTERS);
        for (name, value) in &self.options {
            written.push(SEPARATOR);
            written.push_str(&key(name, OPTION_LETTERS));
            match value {
                Value::Artists(keys) => written.extend(keys.iter().map(String::as_str)),
                Value::Choice(choice) => written.push_str(&key(choice, CHOICE_LETTERS)),
                Value::Number(number) => written.push_str(&number.to_string()),
            }
        }
        if let Some(key) = &self.time_zone {
            written.push(TIME_ZONE);
            written.push_str(key);
        }
        if let Some(day) = self.as_of {
            written.push_str(&format!("{AS_OF}{}", day.to_julian_day()));
        }
        written
    }

    /// The question that was written.
    ///
    /// # Errors
    /// When it was not written by this version of the program.
    pub(super) fn read(written: &str) -> Result<Self, ControlError> {
        Self::read_known(written).ok_or(ControlError::OtherVersion)
    }

    fn read_known(written: &str) -> Option<Self> {
        let (written, as_of) = match written.split_once(AS_OF) {
            None => (written, None),
            Some((written, day)) => (written, Some(Date::from_julian_day(day.parse().ok()?).ok()?)),
        };
        let (written, time_zone) = match written.split_once(TIME_ZONE) {
            None => (written, None),
            Some((written, key)) => (written, Some(TIME_ZONES.get_key_value(key)?.0.clone())),
        };
        let mut parts = written.split(SEPARATOR);
        let command = parts.next()?;
        let mut known = COMMANDS.iter();
        let definition = known.find(|definition| key(definition.name, COMMAND_LETTERS) == command)?;
        if time_zone.is_some() && !has_time_zone(definition.name) {
            return None;
        }
        let mut question = Self { command: definition.name, options: BTreeMap::new(), time_zone, as_of };
        for part in parts {
            let (option, value) = part.split_at_checked(OPTION_LETTERS)?;
            let mut known = definition.options.iter();
            let option = known.find(|known| key(known.name, OPTION_LETTERS) == option)?;
            question.options.insert(option.name, Value::read(option, value)?);
        }
        Some(question)
    }
}

impl Value {
    /// The value of an option that was given; `None` where the option does not accept it.
    fn of(option: &OptionDefinition, given: &OptionValue, artists: &Artists) -> Option<Self> {
        let text = match given {
            OptionValue::Text(text) => text.trim().to_owned(),
            OptionValue::Integer(number) => number.to_string(),
        };
        let key_of = |artist: &Artist| key(artist.id.as_str(), KEY_LETTERS);
        match option.kind {
            OptionKind::Artist => Some(Self::Artists(vec![key_of(artists.names().find(&text).ok()?)])),
            OptionKind::Artists { .. } => {
                let found = artists.names().find_several(&text).ok()?;
                Some(Self::Artists(found.into_iter().map(key_of).collect()))
            }
            OptionKind::Choice { choices, .. } => {
                let asked = text.to_lowercase();
                choices().into_iter().find(|choice| *choice == asked).map(Self::Choice)
            }
            OptionKind::Period { .. } | OptionKind::Days { .. } | OptionKind::Number { .. } => {
                text.parse().ok().map(Self::Number).filter(|value| value.is_accepted(option.kind))
            }
        }
    }

    /// The value as the command has it.
    fn given(&self, option: &OptionDefinition, artists: &Artists) -> Result<OptionValue, ControlError> {
        Ok(match self {
            Self::Artists(keys) => {
                let of_key = |key: &String| artists.of_key(key).ok_or(ControlError::ArtistGone);
                let found = keys.iter().map(of_key).collect::<Result<Vec<_>, _>>()?;
                OptionValue::Text(match (option.kind, &found[..]) {
                    (OptionKind::Artist, [artist]) => artist.name.clone(),
                    _ => several(found),
                })
            }
            Self::Choice(choice) => OptionValue::Text((*choice).to_owned()),
            Self::Number(number) if option.kind.is_integer() => OptionValue::Integer(*number),
            Self::Number(number) => OptionValue::Text(number.to_string()),
        })
    }

    fn read(option: &OptionDefinition, written: &str) -> Option<Self> {
        let value = match option.kind {
            OptionKind::Artist | OptionKind::Artists { .. } => Self::Artists(keys_in(written)?),
            OptionKind::Choice { choices, .. } => {
                let is_it = |choice: &&str| key(choice, CHOICE_LETTERS) == written;
                Self::Choice(choices().into_iter().find(is_it)?)
            }
            OptionKind::Period { .. } | OptionKind::Days { .. } | OptionKind::Number { .. } => {
                Self::Number(written.parse().ok()?)
            }
        };
        value.is_accepted(option.kind).then_some(value)
    }

    /// Whether there are as many artists as the option takes, and numbers are within its limits.
    pub(super) fn is_accepted(&self, kind: OptionKind) -> bool {
        match (self, kind) {
            (Self::Artists(keys), OptionKind::Artist) => keys.len() == 1,
            (Self::Artists(keys), OptionKind::Artists { min, max }) => {
                (min..=max).contains(&(keys.len() as u32))
            }
            (Self::Choice(_), OptionKind::Choice { .. }) => true,
            (
                Self::Number(number),
                OptionKind::Period { min, max, .. }
                | OptionKind::Days { min, max, .. }
                | OptionKind::Number { min, max },
            ) => (min..=max).contains(number),
            _ => false,
        }
    }
}

/// Keys that stand without anything between them.
fn keys_in(written: &str) -> Option<Vec<String>> {
    if !is_key(written, written.len()) || !written.len().is_multiple_of(KEY_LETTERS) {
        return None;
    }
    let keys = written.as_bytes().chunks(KEY_LETTERS);
    Some(keys.map(|key| String::from_utf8_lossy(key).into_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_options_or_choices_share_a_key() {
        let assert_distinct = |names: Vec<&str>, num_letters: usize| {
            let keys: std::collections::BTreeSet<String> =
                names.iter().map(|name| key(name, num_letters)).collect();
            assert_eq!(keys.len(), names.len(), "add a letter to the keys of one of {names:?}");
        };
        assert_distinct(COMMANDS.iter().map(|command| command.name).collect(), COMMAND_LETTERS);
        for command in COMMANDS {
            assert_distinct(command.options.iter().map(|option| option.name).collect(), OPTION_LETTERS);
            for option in command.options {
                if let OptionKind::Choice { choices, .. } = option.kind {
                    assert_distinct(choices(), CHOICE_LETTERS);
                }
            }
        }
        let zones: Vec<String> = TimeZone::names().collect();
        assert_distinct(zones.iter().map(String::as_str).collect(), TIME_ZONE_LETTERS);
    }

    #[test]
    fn a_time_zone_is_kept_where_the_answer_has_days_of_one() {
        let artists = Artists::default();
        let asked = |name: &str, time_zone: &str| {
            let time_zone = Some(time_zone.to_owned());
            let command = Command { time_zone, ..Command::new("1", name, BTreeMap::new()) };
            Question::of(&command, &artists)
        };
        let again = |question: Question| question.command("1", &artists).unwrap().time_zone;
        let weekly = asked("weekly", "America/Bogota").unwrap();
        assert_eq!(Question::read(&weekly.write()), Ok(weekly.clone()));
        assert_eq!(again(weekly).as_deref(), Some("America/Bogota"));
        assert_eq!(asked("stats", "America/Bogota").map(again), Some(None));
        assert_eq!(asked("weekly", "Atlantis"), None);
        let weekly = key("weekly", COMMAND_LETTERS);
        for wrong in [format!("{weekly}~AAAA"), format!("{weekly}~"), format!("{}~", key("stats", 4))] {
            assert_eq!(Question::read(&wrong), Err(ControlError::OtherVersion), "{wrong}");
        }
    }

    #[test]
    fn what_could_not_be_answered_is_no_question() {
        let artists = Artists::new([Artist::new("Luz").unwrap(), Artist::new("Mar").unwrap()]);
        let asked = |line: &str| {
            Question::of(&casa24_answers::parse("1", line).unwrap(), &artists)
                .map(|question| question.write())
        };
        assert!(asked("growth artist:luz period:30").is_some());
        for line in [
            "growth artist:Nobody",
            "growth period:0",
            "leaderboard metric:fame",
            "compare artists:Luz, Nobody",
        ] {
            assert_eq!(asked(line), None, "{line}");
        }
        assert_eq!(Question::of(&Command::new("1", "fame", BTreeMap::new()), &artists), None);
        assert_eq!(asked("growth artist:LUZ period:30"), asked("growth period:30 artist:Luz"));
    }
}
