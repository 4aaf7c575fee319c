//! The commands themselves.

use super::definition::{Choice, CommandDefinition, OptionDefinition, OptionKind};

const fn choice(name: &'static str, value: &'static str) -> Choice {
    Choice { name, value }
}

const fn option(name: &'static str, description: &'static str, kind: OptionKind) -> OptionDefinition {
    OptionDefinition { name, description, required: false, kind }
}

const fn required(name: &'static str, description: &'static str, kind: OptionKind) -> OptionDefinition {
    OptionDefinition { name, description, required: true, kind }
}

const PERIODS: &[Choice] = &[
    choice("7 days", "7"),
    choice("14 days", "14"),
    choice("30 days", "30"),
    choice("60 days", "60"),
    choice("90 days", "90"),
];

const PLATFORMS: &[Choice] = &[
    choice("All platforms", "all"),
    choice("Spotify", "spotify"),
    choice("YouTube", "youtube"),
    choice("Instagram", "instagram"),
];

/// Momentum and engagement join this list when they can be computed by a named method.
const METRICS: &[Choice] = &[
    choice("Spotify monthly listeners", "spotify-listeners"),
    choice("Spotify followers", "spotify-followers"),
    choice("YouTube subscribers", "youtube-subs"),
    choice("YouTube views", "youtube-views"),
    choice("Instagram followers", "instagram-followers"),
    choice("Total reach", "total-reach"),
];

/// All commands, in the order in which help lists them.
pub const COMMANDS: &[CommandDefinition] = &[
    CommandDefinition {
        name: "stats",
        description: "The label now: totals for each platform, members and top artists",
        options: &[],
    },
    CommandDefinition {
        name: "artist",
        description: "One artist on all platforms, with top tracks and videos",
        options: &[required("name", "The artist, or a part of the name", OptionKind::Artist)],
    },
    CommandDefinition {
        name: "growth",
        description: "What changed over a number of days, and who leads",
        options: &[
            option("artist", "Only this artist; all without it", OptionKind::Artist),
            option(
                "period",
                "Number of days to compare over, 30 without it",
                OptionKind::Period { choices: PERIODS, min: 1, max: 3_650, default: 30 },
            ),
        ],
    },
    CommandDefinition {
        name: "predict",
        description: "Where the figures are going, and how sure that is",
        options: &[
            option("artist", "Only this artist; all without it", OptionKind::Artist),
            option(
                "days",
                "Number of days ahead, 30 without it",
                OptionKind::Days { min: 7, max: 90, default: 30 },
            ),
        ],
    },
    CommandDefinition {
        name: "battle",
        description: "A friendly head-to-head of two artists",
        options: &[
            required("artist1", "The first artist, or a part of the name", OptionKind::Artist),
            required("artist2", "The second artist, or a part of the name", OptionKind::Artist),
            option(
                "platform",
                "Compare on this platform only; all without it",
                OptionKind::Choice { choices: PLATFORMS, default: "all" },
            ),
        ],
    },
    CommandDefinition {
        name: "leaderboard",
        description: "The ranking of all artists, and how it moved in 7 days",
        options: &[option(
            "metric",
            "What to rank by, Spotify monthly listeners without it",
            OptionKind::Choice { choices: METRICS, default: "spotify-listeners" },
        )],
    },
];

/// The command of this name.
pub fn command(name: &str) -> Option<&'static CommandDefinition> {
    COMMANDS.iter().find(|command| command.name == name)
}
