//! Why a question cannot be answered, as data: whoever shows it finds the words.

use casa24_schemas::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// What is wrong with a question. Texts that were typed are cut where they are long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// A line without a command.
    Empty {
        /// Names of all commands.
        commands: Vec<String>,
    },
    /// No command of this name.
    UnknownCommand {
        /// What was asked.
        found: String,
        /// The command whose name is nearest.
        nearest: String,
    },
    /// Words that belong to no option.
    StrayText {
        /// The words.
        found: String,
        /// Name of the command.
        command: String,
        /// Options that the command has.
        options: Vec<String>,
    },
    /// The command has no option of this name.
    UnknownOption {
        /// Name of the command.
        command: String,
        /// The option.
        found: String,
        /// Options that the command has.
        options: Vec<String>,
    },
    /// An option was given twice.
    RepeatedOption {
        /// Name of the option.
        option: String,
    },
    /// An option was given without a value.
    EmptyOption {
        /// Name of the option.
        option: String,
    },
    /// A required option was not given.
    MissingOption {
        /// Name of the command.
        command: String,
        /// Name of the option.
        option: String,
        /// A value that it could have.
        example: String,
    },
    /// Not a whole number of days, or out of range.
    NotDays {
        /// Name of the option.
        option: String,
        /// The value.
        found: String,
        /// Smallest number that is accepted.
        min: i64,
        /// Greatest number that is accepted.
        max: i64,
    },
    /// Not a whole number, or out of range.
    NotANumber {
        /// Name of the option.
        option: String,
        /// The value.
        found: String,
        /// Smallest number that is accepted.
        min: i64,
        /// Greatest number that is accepted.
        max: i64,
    },
    /// An option means nothing without another one.
    NeedsToo {
        /// The option that was given, with its value where that matters.
        given: String,
        /// Name of the option that is needed.
        needed: String,
        /// A value that it could have.
        example: String,
    },
    /// None of the option's choices.
    NotAChoice {
        /// Name of the option.
        option: String,
        /// The value.
        found: String,
        /// Values of the choices.
        choices: Vec<String>,
    },
    /// No artist of this name, nor with this in the name.
    UnknownArtist {
        /// The name.
        found: String,
        /// Artists with the nearest names, nearest first.
        nearest: Vec<String>,
    },
    /// Part of the names of several artists.
    AmbiguousArtist {
        /// The name.
        found: String,
        /// Artists that it fits, at most ten.
        candidates: Vec<String>,
        /// Their ids, where more of the name would not tell them apart (some look the same, or differ in case alone): an
        /// artist can be asked for by id.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ids: Vec<String>,
        /// Number of artists that it fits.
        num_fitting: u32,
    },
    /// The question is in a time zone that the IANA database does not have.
    UnknownTimeZone {
        /// The name.
        found: String,
    },
    /// An artist cannot be compared with itself.
    SameArtist {
        /// The artist.
        artist: String,
    },
    /// Too few artists to compare, or too many.
    NumArtists {
        /// Name of the option.
        option: String,
        /// How many were given.
        found: u32,
        /// Fewest.
        min: u32,
        /// Most.
        max: u32,
    },
    /// Nothing has been collected at all.
    NothingCollected,
    /// Nothing had been observed by the day that was asked for.
    NothingBy {
        /// The day that was asked for.
        as_of: Day,
        /// Day of the first observation.
        first: Day,
    },
}

/// A typed text as a refusal repeats it: at most 60 code points, cut between characters as a reader counts them.
pub(crate) fn cut(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    if text.chars().count() <= MAX_CHARS {
        return text.to_owned();
    }
    let mut room = MAX_CHARS - 1;
    let fits = |character: &&str| match room.checked_sub(character.chars().count()) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    text.graphemes(true).take_while(fits).chain(["…"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_cut_between_each_other() {
        let wales = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}";
        assert_eq!(cut(&wales.repeat(9)), wales.repeat(8) + "…");
        assert_eq!(cut(&"x".repeat(61)), "x".repeat(59) + "…");
        assert_eq!(cut(&"x".repeat(60)), "x".repeat(60));
    }
}
