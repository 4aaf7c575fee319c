//! What the program knows of platforms: a table each, and nothing about platforms elsewhere.

mod deezer;
mod discord;
mod info;
mod instagram;
mod listenbrainz;
mod lookup;
mod read_token;
mod spotify;
mod wikipedia;
mod youtube;

pub use info::{AccountKey, AccountLink, Correction, MetricInfo, Nature, PlatformInfo, Rounding, Unit};
pub use lookup::{is_headline, is_summable, is_trainable, metric_info, platform_info};
pub use read_token::TokenError;
pub(crate) use read_token::check_token;

impl PlatformInfo {
    /// The platforms that this version knows, in the order in which they are shown.
    pub const ALL: &'static [&'static Self] = &[
        &spotify::SPOTIFY,
        &youtube::YOUTUBE,
        &instagram::INSTAGRAM,
        &deezer::DEEZER,
        &listenbrainz::LISTENBRAINZ,
        &wikipedia::WIKIPEDIA,
        &discord::DISCORD,
    ];
}
