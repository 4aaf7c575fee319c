//! What a command's definition says: parsing, registration, completion, help and limits follow from it.

/// A command that people can ask.
#[derive(Debug, Clone, Copy)]
pub struct CommandDefinition {
    /// Name, as it is typed after the slash.
    pub name: &'static str,
    /// Its options, the required ones first.
    pub options: &'static [OptionDefinition],
}

/// An option of a command.
#[derive(Debug, Clone, Copy)]
pub struct OptionDefinition {
    /// Name, as it is typed before the colon.
    pub name: &'static str,
    /// Whether the command needs it.
    pub required: bool,
    /// What it accepts.
    pub kind: OptionKind,
}

/// What an option accepts.
#[derive(Debug, Clone, Copy)]
pub enum OptionKind {
    /// An artist's name or a part of it, with completion; a text in Discord.
    Artist,
    /// Several artists' names between commas, with completion of the last; a text in Discord.
    Artists {
        /// Fewest artists.
        min: u32,
        /// Most artists.
        max: u32,
    },
    /// One of a closed list; a text in Discord.
    Choice {
        /// Values of the choices.
        choices: fn() -> Vec<&'static str>,
        /// The choice that counts where the option is not given.
        default: &'static str,
    },
    /// A number of days; in Discord a text with choices, elsewhere any number within the limits.
    Period {
        /// What Discord offers.
        choices: &'static [i64],
        /// Smallest number of days.
        min: i64,
        /// Greatest number of days.
        max: i64,
        /// Days that count where the option is not given.
        default: i64,
    },
    /// A number that need not be given; an integer in Discord.
    Number {
        /// Smallest number.
        min: i64,
        /// Greatest number.
        max: i64,
    },
    /// A number of days; an integer in Discord.
    Days {
        /// Smallest number of days.
        min: i64,
        /// Greatest number of days.
        max: i64,
        /// Days that count where the option is not given.
        default: i64,
    },
}

impl CommandDefinition {
    /// The option of this name.
    pub fn option(&self, name: &str) -> Option<&'static OptionDefinition> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Names of its options.
    pub fn option_names(&self) -> Vec<String> {
        self.options.iter().map(|option| option.name.to_owned()).collect()
    }
}

impl OptionDefinition {
    /// An option that may be left out.
    pub(crate) const fn optional(name: &'static str, kind: OptionKind) -> Self {
        Self { name, required: false, kind }
    }

    /// An option that the command needs.
    pub(crate) const fn required(name: &'static str, kind: OptionKind) -> Self {
        Self { name, required: true, kind }
    }
}

impl OptionKind {
    /// Whether values are whole numbers; otherwise they are texts.
    pub const fn is_integer(self) -> bool {
        match self {
            Self::Artist | Self::Artists { .. } | Self::Choice { .. } | Self::Period { .. } => false,
            Self::Days { .. } | Self::Number { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::COMMANDS;

    #[test]
    fn required_options_come_first() {
        for command in COMMANDS {
            assert!(command.options.is_sorted_by_key(|option| !option.required), "{}", command.name);
        }
    }

    #[test]
    fn defaults_are_values_that_are_accepted() {
        for option in COMMANDS.iter().flat_map(|command| command.options) {
            match option.kind {
                OptionKind::Choice { choices, default } => {
                    assert!(choices().contains(&default), "{}", option.name);
                }
                OptionKind::Period { choices, min, max, default } => {
                    assert!((min..=max).contains(&default));
                    assert!(choices.iter().all(|days| (min..=max).contains(days)), "{}", option.name);
                }
                OptionKind::Days { min, max, default } => assert!((min..=max).contains(&default)),
                // Discord takes no integer that a float cannot hold.
                OptionKind::Number { min, max } => assert!(min < max && max < 1 << 53),
                OptionKind::Artists { min, max } => assert!(min < max),
                OptionKind::Artist => assert!(!option.kind.is_integer()),
            }
        }
    }
}
