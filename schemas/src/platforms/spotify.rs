//! Spotify.

use super::{AccountKey, AccountLink, MetricInfo, Nature, PlatformInfo, Rounding, Unit};
use crate::{Metric, Platform};

impl Platform {
    /// Spotify.
    pub const SPOTIFY: Self = Self::known("spotify");
}

impl Metric {
    /// Spotify's popularity, 0 to 100.
    pub const POPULARITY_SCORE: Self = Self::known("popularity_score");
    /// Followers on Spotify or Instagram.
    pub const FOLLOWERS: Self = Self::known("followers");
    /// Spotify listeners of the last 28 days.
    pub const MONTHLY_LISTENERS: Self = Self::known("monthly_listeners");
}

pub(super) static SPOTIFY: PlatformInfo = PlatformInfo {
    token: Platform::SPOTIFY,
    name: "Spotify",
    of_artists: true,
    account_key: AccountKey::Id,
    account_link: Some(AccountLink("https://open.spotify.com/artist/{id}")),
    metrics: &[
        MetricInfo {
            platform: Platform::SPOTIFY,
            metric: Metric::POPULARITY_SCORE,
            nature: Nature::Score,
            unit: Unit::Points,
            highest: Some(100.0),
            rounding: None,
            correction: None,
            headline: false,
            reach: false,
            choice: None,
        },
        MetricInfo {
            platform: Platform::SPOTIFY,
            metric: Metric::FOLLOWERS,
            nature: Nature::Level,
            unit: Unit::People,
            highest: None,
            rounding: None,
            correction: None,
            headline: true,
            reach: true,
            choice: Some("spotify-followers"),
        },
        MetricInfo {
            platform: Platform::SPOTIFY,
            metric: Metric::MONTHLY_LISTENERS,
            nature: Nature::Window { days: 28 },
            unit: Unit::People,
            highest: None,
            // The artist's page writes "1.2K" from here on.
            rounding: Some(Rounding { from: 1_000.0, digits: 2 }),
            correction: None,
            headline: true,
            reach: false,
            choice: Some("spotify-listeners"),
        },
    ],
};
