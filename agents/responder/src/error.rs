//! Why a question cannot be answered, in words for the person who asked.

use casa24_schemas::Date;

/// What is wrong with a question. The messages name the thing and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// A line without a command.
    #[error("nothing was asked: start with a command, one of {}", .known.join(", "))]
    Empty {
        /// Names of all commands.
        known: Vec<&'static str>,
    },
    /// No command of this name.
    #[error("there is no command {found:?}: did you mean {nearest}?")]
    UnknownCommand {
        /// What was asked, cut where it is long.
        found: String,
        /// The command whose name is nearest.
        nearest: &'static str,
    },
    /// Words that belong to no option.
    #[error("{found:?} belongs to no option of {command}: {}", options_in_words(.options))]
    StrayText {
        /// The words, cut where they are long.
        found: String,
        /// Name of the command.
        command: &'static str,
        /// Options that the command has.
        options: Vec<&'static str>,
    },
    /// The command has no option of this name.
    #[error("{command} has no option {found:?}: {}", options_in_words(.options))]
    UnknownOption {
        /// Name of the command.
        command: &'static str,
        /// The option, cut where it is long.
        found: String,
        /// Options that the command has.
        options: Vec<&'static str>,
    },
    /// An option was given twice.
    #[error("{option} was given twice: give it once")]
    RepeatedOption {
        /// Name of the option.
        option: &'static str,
    },
    /// An option was given without a value.
    #[error("{option} is empty: give it a value or leave it out")]
    EmptyOption {
        /// Name of the option.
        option: &'static str,
    },
    /// A required option was not given.
    #[error("{command} needs {option}: write {command} {option}:{example}")]
    MissingOption {
        /// Name of the command.
        command: &'static str,
        /// Name of the option.
        option: &'static str,
        /// A value that it could have.
        example: &'static str,
    },
    /// Not a whole number, or out of range.
    #[error("{option} is a whole number of days from {min} to {max}, not {found:?}")]
    NotInRange {
        /// Name of the option.
        option: &'static str,
        /// The value, cut where it is long.
        found: String,
        /// Smallest number that is accepted.
        min: i64,
        /// Greatest number that is accepted.
        max: i64,
    },
    /// Not a whole number, or out of range.
    #[error("{option} is a whole number from {min} to {max}, not {found:?}")]
    NotANumber {
        /// Name of the option.
        option: &'static str,
        /// The value, cut where it is long.
        found: String,
        /// Smallest number that is accepted.
        min: i64,
        /// Greatest number that is accepted.
        max: i64,
    },
    /// An option means nothing without another one.
    #[error("{given} needs {needed} too: add {needed}:{example}")]
    NeedsToo {
        /// The option that was given, with its value where that matters.
        given: &'static str,
        /// Name of the option that is needed.
        needed: &'static str,
        /// A value that it could have.
        example: &'static str,
    },
    /// None of the option's choices.
    #[error("{option} is one of {}, not {found:?}", .choices.join(", "))]
    NotAChoice {
        /// Name of the option.
        option: &'static str,
        /// The value, cut where it is long.
        found: String,
        /// Values of the choices.
        choices: Vec<&'static str>,
    },
    /// No artist of this name, nor with this in the name.
    #[error("no artist is called {found:?}{}", nearest_in_words(.nearest))]
    UnknownArtist {
        /// The name, cut where it is long.
        found: String,
        /// Artists with the nearest names, nearest first.
        nearest: Vec<String>,
    },
    /// Part of the names of several artists.
    #[error("{found:?} fits {num_fitting} artists, write more of the name: {}{}",
        .candidates.join(", "), more_in_words(*.num_fitting, .candidates.len()))]
    AmbiguousArtist {
        /// The name, cut where it is long.
        found: String,
        /// Artists that it fits, at most ten.
        candidates: Vec<String>,
        /// Number of artists that it fits.
        num_fitting: usize,
    },
    /// An artist cannot meet itself.
    #[error("both options name {artist:?}: name two different artists")]
    SameArtist {
        /// The artist.
        artist: String,
    },
    /// Nothing has been collected at all.
    #[error("there are no figures yet: import a history or collect first")]
    NoFigures,
    /// Nothing had been observed by the day that was asked for.
    #[error("nothing was observed by {as_of}: the first observation is of {first}")]
    NothingBy {
        /// The day that was asked for.
        as_of: Date,
        /// Day of the first observation.
        first: Date,
    },
}

/// A text of the asker's as messages repeat it: at most 60 characters.
pub(crate) fn cut(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    if text.chars().count() <= MAX_CHARS {
        return text.to_owned();
    }
    text.chars().take(MAX_CHARS - 1).chain(['…']).collect()
}

fn options_in_words(options: &[&str]) -> String {
    match options {
        [] => "it has no options".to_owned(),
        _ => format!(
            "its options are {}",
            options.iter().map(|o| format!("{o}:")).collect::<Vec<_>>().join(" ")
        ),
    }
}

fn nearest_in_words(nearest: &[String]) -> String {
    match nearest {
        [] => ": the roster has no artists yet".to_owned(),
        [only] => format!(": did you mean {only}?"),
        [most @ .., last] => format!(": did you mean {} or {last}?", most.join(", ")),
    }
}

fn more_in_words(all: usize, shown: usize) -> String {
    if all > shown { format!(" and {} more", all - shown) } else { String::new() }
}
