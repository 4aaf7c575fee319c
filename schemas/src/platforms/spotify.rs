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
    /// Spotify listeners of a day, each once: only the platform's own exports have them.
    pub const DAILY_LISTENERS: Self = Self::known("daily_listeners");
    /// Streams of a day on Spotify.
    pub const DAILY_STREAMS: Self = Self::known("daily_streams");
    /// Spotify listeners of the last 28 days who came by themselves (from the artist's page, a library, their own list).
    pub const MONTHLY_ACTIVE_LISTENERS: Self = Self::known("monthly_active_listeners");
    /// The most devoted of Spotify's monthly active listeners.
    pub const SUPER_LISTENERS: Self = Self::known("super_listeners");
    /// How often songs were added to listeners' playlists on a day.
    pub const DAILY_PLAYLIST_ADDS: Self = Self::known("daily_playlist_adds");
    /// How often songs were saved on a day.
    pub const DAILY_SAVES: Self = Self::known("daily_saves");
    /// Albums, singles and compilations of an artist on Spotify.
    pub const RELEASES: Self = Self::known("releases");
}

pub(super) static SPOTIFY: PlatformInfo = PlatformInfo {
    token: Platform::SPOTIFY,
    name: "Spotify",
    of_artists: true,
    account_key: AccountKey::Id,
    account_link: Some(AccountLink("https://open.spotify.com/artist/{id}")),
    // https://developer.spotify.com/policy, III.8 (as of November 2026); the files that the label downloads are its own.
    untrainable_source: Some("Spotify Web API"),
    metrics: &[
        MetricInfo::new(Platform::SPOTIFY, Metric::POPULARITY_SCORE, Nature::Score, Unit::Points)
            .highest(100.0),
        MetricInfo::new(Platform::SPOTIFY, Metric::FOLLOWERS, Nature::Level, Unit::People)
            .headline()
            .reach()
            .choice("spotify-followers"),
        MetricInfo::new(
            Platform::SPOTIFY,
            Metric::MONTHLY_LISTENERS,
            Nature::Window { days: 28 },
            Unit::People,
        )
        // The artist's page writes "1.2K" from here on.
        .rounding(Rounding { from: 1_000.0, digits: 2 })
        .headline()
        .choice("spotify-listeners"),
        MetricInfo::new(Platform::SPOTIFY, Metric::DAILY_LISTENERS, Nature::Flow, Unit::People),
        MetricInfo::new(Platform::SPOTIFY, Metric::DAILY_STREAMS, Nature::Flow, Unit::Plays),
        MetricInfo::new(
            Platform::SPOTIFY,
            Metric::MONTHLY_ACTIVE_LISTENERS,
            Nature::Window { days: 28 },
            Unit::People,
        ),
        MetricInfo::new(
            Platform::SPOTIFY,
            Metric::SUPER_LISTENERS,
            Nature::Window { days: 28 },
            Unit::People,
        ),
        MetricInfo::new(Platform::SPOTIFY, Metric::DAILY_PLAYLIST_ADDS, Nature::Flow, Unit::Items),
        MetricInfo::new(Platform::SPOTIFY, Metric::DAILY_SAVES, Nature::Flow, Unit::Items),
        MetricInfo::new(Platform::SPOTIFY, Metric::RELEASES, Nature::Level, Unit::Items),
    ],
};
