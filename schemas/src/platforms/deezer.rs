//! Deezer.

use super::{AccountKey, AccountLink, MetricInfo, Nature, PlatformInfo, Unit};
use crate::{Metric, Platform};

impl Platform {
    /// Deezer.
    pub const DEEZER: Self = Self::known("deezer");
}

impl Metric {
    /// Fans of an artist on Deezer.
    pub const FANS: Self = Self::known("fans");
    /// Albums, singles and EPs of an artist on Deezer.
    pub const ALBUMS: Self = Self::known("albums");
}

pub(super) static DEEZER: PlatformInfo = PlatformInfo {
    token: Platform::DEEZER,
    name: "Deezer",
    of_artists: true,
    account_key: AccountKey::Id,
    account_link: Some(AccountLink("https://www.deezer.com/artist/{id}")),
    untrainable_source: None,
    metrics: &[
        MetricInfo::new(Platform::DEEZER, Metric::FANS, Nature::Level, Unit::People)
            .headline()
            .reach()
            .choice("deezer-fans"),
        MetricInfo::new(Platform::DEEZER, Metric::ALBUMS, Nature::Level, Unit::Items),
    ],
};
