//! Instagram.

use super::{AccountKey, AccountLink, MetricInfo, Nature, PlatformInfo, Unit};
use crate::{Metric, Platform};

impl Platform {
    /// Instagram.
    pub const INSTAGRAM: Self = Self::known("instagram");
}

impl Metric {
    /// Posts of an Instagram account.
    pub const MEDIA_COUNT: Self = Self::known("media_count");
}

pub(super) static INSTAGRAM: PlatformInfo = PlatformInfo {
    token: Platform::INSTAGRAM,
    name: "Instagram",
    of_artists: true,
    account_key: AccountKey::Username,
    account_link: Some(AccountLink("https://www.instagram.com/{id}/")),
    metrics: &[
        MetricInfo {
            platform: Platform::INSTAGRAM,
            metric: Metric::FOLLOWERS,
            nature: Nature::Level,
            unit: Unit::People,
            highest: None,
            rounding: None,
            correction: None,
            headline: true,
            reach: true,
            choice: Some("instagram-followers"),
        },
        MetricInfo {
            platform: Platform::INSTAGRAM,
            metric: Metric::MEDIA_COUNT,
            nature: Nature::Level,
            unit: Unit::Items,
            highest: None,
            rounding: None,
            correction: None,
            headline: false,
            reach: false,
            choice: None,
        },
    ],
};
