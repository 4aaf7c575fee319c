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

/// Series that can be forecast alone.
const SERIES: &[Choice] = &[
    choice("All metrics", "all"),
    choice("Spotify monthly listeners", "spotify-listeners"),
    choice("Spotify followers", "spotify-followers"),
    choice("YouTube subscribers", "youtube-subs"),
    choice("YouTube views", "youtube-views"),
    choice("Instagram followers", "instagram-followers"),
];

/// Models, the one that answers by itself first.
const MODELS: &[Choice] = &[
    choice("Ensemble of all models", "ensemble"),
    choice("Linear", "linear"),
    choice("ARIMA", "arima"),
    choice("Neural network", "neural"),
];

const MODELS_OR_ALL: &[Choice] =
    &[MODELS[0], MODELS[1], MODELS[2], MODELS[3], choice("All models side by side", "all")];

const AHEAD: OptionKind = OptionKind::Days { min: 7, max: 90, default: 30 };

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
            option("days", "Number of days ahead, 30 without it", AHEAD),
            option(
                "metric",
                "Only this metric; all without it",
                OptionKind::Choice { choices: SERIES, default: "all" },
            ),
            option(
                "models",
                "Whose forecast, the ensemble's without it",
                OptionKind::Choice { choices: MODELS_OR_ALL, default: "ensemble" },
            ),
            option(
                "goal",
                "A number to reach: when will the metric be there?",
                OptionKind::Number { min: 1, max: 1_000_000_000_000_000 },
            ),
        ],
    },
    CommandDefinition {
        name: "accuracy",
        description: "How far off earlier forecasts were, and how often their intervals held",
        options: &[
            option("artist", "Only this artist; all without it", OptionKind::Artist),
            option("days", "Forecasts of how many days ahead, 30 without it", AHEAD),
            option(
                "model",
                "Whose forecasts, the ensemble's without it",
                OptionKind::Choice { choices: MODELS, default: "ensemble" },
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
