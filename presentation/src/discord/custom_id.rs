//! What a button or a select keeps in its `custom_id`, which Discord gives back when it is pressed: nothing else is
//! remembered, so that a press means the same after a restart.
//!
//! Form: version, press, a number (of the page, or of the option whose artist is chosen), question.

use casa24_schemas::Command;

use super::artists::{Artists, KEY_LETTERS};
use super::key::is_key;
use super::limits;
use super::question::{ControlError, Question, Value};

/// Version of the form. A press of another one is too old, or too new where an older program runs again.
const VERSION: char = '1';

/// After the number.
const END_OF_NUMBER: char = '.';

/// Begins the value of a select that leads to another list of artists, before the place of its first artist: no key
/// holds it.
const MORE: char = '.';

/// What a press does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// Turns to a page of the answer, the first of which is 0.
    Page(u16),
    /// Asks the same command with another option.
    Change,
    /// Asks another command.
    Next,
    /// Chooses artists for an option, from a list.
    Choose {
        /// The place of the option among those of its command.
        option: u8,
    },
}

/// The `custom_id` of a button or a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomId {
    /// What a press does.
    pub press: Press,
    /// The question that is asked, before anything is chosen.
    pub question: Question,
}

/// What somebody who has pressed wants to see.
#[derive(Debug, Clone, PartialEq)]
pub struct Pressed {
    /// The command to ask. It asks for a picture where the page has one.
    pub command: Command,
    /// The page to show, the first of which is 0.
    pub page: usize,
    /// The list of artists to show.
    pub list: List,
}

/// Which list of artists a select shows; where it says nothing of an option, that of the artist in question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct List {
    /// The place of the option among those of its command, and of the list's first artist among all.
    from: Option<(u8, u16)>,
}

impl List {
    /// The place of the first artist to show for an option, where that was asked for.
    pub(super) fn from(self, option: u8) -> Option<usize> {
        self.from.filter(|(of, _)| *of == option).map(|(_, from)| from.into())
    }
}

/// The value of a select that leads to the list which begins at an artist.
pub(super) fn more(from: usize) -> String {
    format!("{MORE}{from}")
}

impl CustomId {
    /// The `custom_id`, ASCII; `None` where the question has more options than it can hold.
    pub fn encode(&self) -> Option<String> {
        let (letter, number) = match self.press {
            Press::Page(page) => ('p', page.to_string()),
            Press::Change => ('c', String::new()),
            Press::Next => ('n', String::new()),
            Press::Choose { option } => ('a', option.to_string()),
        };
        let encoded = format!("{VERSION}{letter}{number}{END_OF_NUMBER}{}", self.question.write());
        (encoded.len() <= limits::CUSTOM_ID).then_some(encoded)
    }

    /// What a `custom_id` holds.
    ///
    /// # Errors
    /// When this version of the program did not make it.
    pub fn decode(custom_id: &str) -> Result<Self, ControlError> {
        let (press, question) = Self::parts(custom_id).ok_or(ControlError::OtherVersion)?;
        Ok(Self { press, question: Question::read(question)? })
    }

    fn parts(custom_id: &str) -> Option<(Press, &str)> {
        let (head, question) = custom_id.strip_prefix(VERSION)?.split_once(END_OF_NUMBER)?;
        let (letter, number) = head.split_at_checked(1)?;
        let press = match (letter, number) {
            ("p", page) => Press::Page(page.parse().ok()?),
            ("c", "") => Press::Change,
            ("n", "") => Press::Next,
            ("a", option) => Press::Choose { option: option.parse().ok()? },
            _ => return None,
        };
        Some((press, question))
    }

    /// What a press wants to see: `chosen` are the values of a select, `id` becomes the command's.
    ///
    /// # Errors
    /// When an artist is not among these any more, or the values are none of the select's.
    pub fn pressed(&self, chosen: &[String], artists: &Artists, id: &str) -> Result<Pressed, ControlError> {
        let (question, page, list) = match self.press {
            Press::Page(page) => (self.question.clone(), page, None),
            Press::Change | Press::Next => (self.question.clone(), 0, None),
            Press::Choose { option } => {
                let next = chosen.iter().find_map(|value| value.strip_prefix(MORE)?.parse().ok());
                let keys: Vec<String> =
                    chosen.iter().filter(|value| !value.starts_with(MORE)).cloned().collect();
                if !keys.iter().all(|key| is_key(key, KEY_LETTERS)) {
                    return Err(ControlError::OtherVersion);
                }
                (self.chosen(option, keys, next.is_some())?, 0, next.map(|from| (option, from)))
            }
        };
        let command = Command { image: page == 0, ..question.command(id, artists)? };
        Ok(Pressed { command, page: page.into(), list: List { from: list } })
    }

    /// The question about the artists that were chosen. Where too few were, somebody who only turns the list keeps those
    /// of before.
    fn chosen(&self, option: u8, keys: Vec<String>, turns: bool) -> Result<Question, ControlError> {
        let definition = self.question.definition().ok_or(ControlError::OtherVersion)?;
        let option = definition.options.get(usize::from(option)).ok_or(ControlError::OtherVersion)?;
        let value = Value::Artists(keys);
        match value.is_accepted(option.kind) {
            true => Ok(self.question.with(option.name, value)),
            false if turns => Ok(self.question.clone()),
            false => Err(ControlError::OtherVersion),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::LazyLock;

    use casa24_answers::{COMMANDS, OptionKind, Options, parse, several};
    use casa24_schemas::{Artist, Date, OptionValue};
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    /// Artists whose names are as long as one may be, of many kinds.
    static LABEL: LazyLock<Artists> = LazyLock::new(|| {
        let letters = ["W", "宇", "ש", "🔥", "_", ",", "\"", "24"];
        let long = (0..40).map(|index| {
            let letter = letters[index % letters.len()];
            letter.repeat(190 / letter.chars().count()) + &index.to_string()
        });
        Artists::new(long.map(|name| Artist::new(&name).unwrap()))
    });

    fn asked(line: &str, artists: &Artists) -> Question {
        Question::of(&parse("1", line).unwrap(), artists).unwrap()
    }

    /// A question of each command with all options that there are, each as long as it may be.
    fn longest() -> impl Iterator<Item = Command> {
        COMMANDS.iter().map(|command| {
            let artists = LABEL.names().artists();
            let value = |kind: OptionKind| match kind {
                OptionKind::Artist => OptionValue::Text(artists[7].name.clone()),
                OptionKind::Artists { max, .. } => {
                    OptionValue::Text(several(artists.iter().take(max as usize)))
                }
                OptionKind::Choice { choices, .. } => OptionValue::Text(choices()[0].to_owned()),
                OptionKind::Period { max, .. }
                | OptionKind::Days { max, .. }
                | OptionKind::Number { max, .. } => OptionValue::Integer(max),
            };
            let options = command.options.iter().map(|option| (option.name.to_owned(), value(option.kind)));
            let time_zone = Some("America/Argentina/ComodRivadavia".to_owned());
            Command {
                as_of: Some(Date::MAX),
                time_zone,
                ..Command::new("1", command.name, options.collect())
            }
        })
    }

    fn any_value(kind: OptionKind) -> BoxedStrategy<OptionValue> {
        let artist = || select(LABEL.names().artists());
        match kind {
            OptionKind::Artist => artist().prop_map(|artist| OptionValue::Text(artist.name)).boxed(),
            OptionKind::Artists { min, max } => {
                proptest::collection::vec(artist(), min as usize..=max as usize)
                    .prop_map(|artists| OptionValue::Text(several(&artists)))
                    .boxed()
            }
            OptionKind::Choice { choices, .. } => {
                select(choices()).prop_map(|choice| OptionValue::Text(choice.to_owned())).boxed()
            }
            OptionKind::Period { min, max, .. } => {
                (min..=max).prop_map(|days| OptionValue::Text(days.to_string())).boxed()
            }
            OptionKind::Days { min, max, .. } | OptionKind::Number { min, max } => {
                (min..=max).prop_map(OptionValue::Integer).boxed()
            }
        }
    }

    /// Any question that can be asked about the label.
    fn any_question() -> impl Strategy<Value = Question> {
        let day = Date::MIN.to_julian_day()..=Date::MAX.to_julian_day();
        let zone = proptest::option::of(select(vec!["UTC", "Asia/Tokyo"]));
        (select(COMMANDS), proptest::option::of(day), zone).prop_flat_map(|(command, day, zone)| {
            let option = |option: &casa24_answers::OptionDefinition| {
                let name = option.name.to_owned();
                proptest::option::of(any_value(option.kind))
                    .prop_map(move |value| Some((name.clone(), value?)))
            };
            let options: Vec<_> = command.options.iter().map(option).collect();
            options.prop_map(move |options| {
                let options: BTreeMap<_, _> = options.into_iter().flatten().collect();
                let as_of = day.map(|day| Date::from_julian_day(day).unwrap());
                let time_zone = zone.map(str::to_owned);
                let question = Command { as_of, time_zone, ..Command::new("1", command.name, options) };
                Question::of(&question, &LABEL).unwrap()
            })
        })
    }

    fn any_press() -> impl Strategy<Value = Press> {
        prop_oneof![
            any::<u16>().prop_map(Press::Page),
            Just(Press::Change),
            Just(Press::Next),
            any::<u8>().prop_map(|option| Press::Choose { option }),
        ]
    }

    #[test]
    fn the_longest_questions_have_room() {
        for question in longest() {
            for press in [Press::Page(u16::MAX), Press::Choose { option: 24 }] {
                let question = Question::of(&question, &LABEL).unwrap();
                let encoded = CustomId { press, question }.encode();
                assert!(encoded.as_ref().is_some_and(|encoded| encoded.len() <= 100), "{encoded:?}");
            }
        }
    }

    #[test]
    fn buttons_that_are_in_channels_already_keep_their_meaning() {
        let artists = Artists::new(["Casa 24", "Luz"].map(|name| Artist::new(name).unwrap()));
        for (custom_id, line) in [
            ("1p3.ZGBV.wxQdpjqd.RM30", "growth artist:Casa 24 period:30"),
            ("1c.SBiu.AMQdpjqdQuIiif.409x2", "compare artists:Casa 24, Luz metric:spotify-followers"),
        ] {
            let pressed = CustomId::decode(custom_id).map(|found| found.pressed(&[], &artists, "1").unwrap());
            let options = pressed.map(|pressed| pressed.command.options);
            assert_eq!(options, Ok(parse("1", line).unwrap().options), "{custom_id}");
        }
    }

    #[test]
    fn a_press_asks_what_was_chosen() {
        let artists = Artists::new(["Casa 24", "Luz", "Mar"].map(|name| Artist::new(name).unwrap()));
        let key = |name: &str| {
            let found = artists.with_keys().find(|(artist, _)| artist.name == name);
            found.unwrap().1.to_owned()
        };
        let press = |line: &str, chosen: &[String]| {
            let custom_id = CustomId { press: Press::Choose { option: 0 }, question: asked(line, &artists) };
            custom_id.pressed(chosen, &artists, "1")
        };
        let options = |line: &str| parse("1", line).unwrap().options;
        let pressed = press("growth period:7", &[key("Luz")]).unwrap();
        assert_eq!(pressed.command.options, options("growth artist:Luz period:7"));
        assert!(pressed.command.image && pressed.page == 0);
        let pressed = press("compare artists:Luz, Mar", &[key("Mar"), key("Casa 24")]).unwrap();
        assert_eq!(pressed.command.options, options("compare artists:Mar, Casa 24"));
        // Who only turns the list keeps what was asked.
        let pressed = press("compare artists:Luz, Mar", &[key("Mar"), more(24)]).unwrap();
        assert_eq!(pressed.command.options, options("compare artists:Luz, Mar"));
        assert_eq!(pressed.list.from(0), Some(24));
        assert_eq!(press("growth", &[]), Err(ControlError::OtherVersion));
        assert_eq!(press("growth", &["AAAAAA".to_owned()]), Err(ControlError::ArtistGone));
        assert_eq!(press("stats", &[key("Luz")]), Err(ControlError::OtherVersion));
    }

    #[test]
    fn another_version_and_an_artist_who_left_are_told_apart() {
        let first = LABEL.names().artists()[0].id.clone();
        let question = asked(&format!("growth artist:{first}"), &LABEL);
        let custom_id = CustomId { press: Press::Next, question };
        let encoded = custom_id.encode().unwrap();
        let others = Artists::new([Artist::new("Somebody else").unwrap()]);
        assert_eq!(custom_id.pressed(&[], &others, "1"), Err(ControlError::ArtistGone));
        let other_version = encoded.replacen('1', "2", 1);
        for other in [other_version, format!("{encoded}."), "growth:30".to_owned(), String::new()] {
            assert_eq!(CustomId::decode(&other), Err(ControlError::OtherVersion), "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_decoded_is_what_was_encoded(press in any_press(), question in any_question()) {
            let custom_id = CustomId { press, question };
            let encoded = custom_id.encode().unwrap();
            prop_assert!(encoded.len() <= 100 && encoded.is_ascii(), "{}", encoded);
            prop_assert_eq!(CustomId::decode(&encoded), Ok(custom_id));
        }

        #[test]
        fn a_question_asks_itself_again(question in any_question()) {
            let command = question.command("1", &LABEL).unwrap();
            prop_assert!(Options::of(&command).is_ok());
            prop_assert_eq!(Question::of(&command, &LABEL), Some(question));
        }

        #[test]
        fn garbage_does_no_harm(
            garbage in "\\PC{0,120}|1[pcna][0-9]{0,6}\\.[-A-Za-z0-9_.~@]{0,90}",
            chosen in proptest::collection::vec("\\PC{0,9}|[-A-Za-z0-9_]{6}|\\.[0-9]{1,20}", 0..4),
            press in any_press(),
            question in any_question(),
            place: Index,
            letter: char,
        ) {
            let custom_id = CustomId { press, question };
            custom_id.pressed(&chosen, &LABEL, "1").ok();
            let mut changed: Vec<char> = custom_id.encode().unwrap().chars().collect();
            let place = place.index(changed.len());
            changed[place] = letter;
            for text in [garbage, changed.into_iter().collect()] {
                if let Ok(custom_id) = CustomId::decode(&text) {
                    custom_id.pressed(&chosen, &LABEL, "1").ok();
                }
            }
        }
    }
}
