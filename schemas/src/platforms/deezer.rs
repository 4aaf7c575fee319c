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
        MetricInfo {
            platform: Platform::DEEZER,
            metric: Metric::FANS,
            nature: Nature::Level,
            unit: Unit::People,
            highest: None,
            rounding: None,
            correction: None,
            redefined_on: None,
            headline: true,
            reach: true,
            choice: Some("deezer-fans"),
        },
        MetricInfo {
            platform: Platform::DEEZER,
            metric: Metric::ALBUMS,
            nature: Nature::Level,
            unit: Unit::Items,
            highest: None,
            rounding: None,
            correction: None,
            redefined_on: None,
            headline: false,
            reach: false,
            choice: None,
        },
    ],
};
