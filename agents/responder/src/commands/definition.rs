//! What a command's definition says.

/// A command that people can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandDefinition {
    /// Name, as it is typed after the slash.
    pub name: &'static str,
    /// What it answers, in one line of help.
    pub description: &'static str,
    /// Its options, the required ones first.
    pub options: &'static [OptionDefinition],
}

/// An option of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionDefinition {
    /// Name, as it is typed before the colon.
    pub name: &'static str,
    /// What it sets, in one line of help.
    pub description: &'static str,
    /// Whether the command needs it.
    pub required: bool,
    /// What it accepts.
    pub kind: OptionKind,
}

/// What an option accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// An artist's name or a part of it, with autocomplete; a text in Discord.
    Artist,
    /// One of a closed list; a text in Discord.
    Choice {
        /// The list.
        choices: &'static [Choice],
        /// Value of the choice that counts where the option is not given.
        default: &'static str,
    },
    /// A number of days; in Discord a text with choices, elsewhere any number within the limits.
    Period {
        /// What Discord offers.
        choices: &'static [Choice],
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

/// One of an option's choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What people see.
    pub name: &'static str,
    /// What is sent.
    pub value: &'static str,
}

impl CommandDefinition {
    /// The option of this name.
    pub fn option(&self, name: &str) -> Option<&'static OptionDefinition> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Names of its options.
    pub fn option_names(&self) -> Vec<&'static str> {
        self.options.iter().map(|option| option.name).collect()
    }
}

impl OptionKind {
    /// The type of Discord's options: 3 text, 4 integer.
    pub const fn discord_type(self) -> u8 {
        match self {
            Self::Artist | Self::Choice { .. } | Self::Period { .. } => 3,
            Self::Days { .. } | Self::Number { .. } => 4,
        }
    }

    /// The choices that Discord offers.
    pub const fn choices(self) -> &'static [Choice] {
        match self {
            Self::Choice { choices, .. } | Self::Period { choices, .. } => choices,
            Self::Artist | Self::Days { .. } | Self::Number { .. } => &[],
        }
    }
}
