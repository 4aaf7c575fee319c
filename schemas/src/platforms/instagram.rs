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
    /// Accounts that saw an Instagram account's content on a day, each once.
    pub const DAILY_REACH: Self = Self::known("daily_reach");
    /// Visits of an Instagram profile on a day.
    pub const DAILY_VISITS: Self = Self::known("daily_visits");
    /// New followers of an Instagram account on a day; those who left are not taken off.
    pub const DAILY_FOLLOWS: Self = Self::known("daily_follows");
    /// Likes, comments, saves, shares and replies of a day.
    pub const DAILY_INTERACTIONS: Self = Self::known("daily_interactions");
}

pub(super) static INSTAGRAM: PlatformInfo = PlatformInfo {
    token: Platform::INSTAGRAM,
    name: "Instagram",
    of_artists: true,
    account_key: AccountKey::Username,
    account_link: Some(AccountLink("https://www.instagram.com/{id}/")),
    untrainable_source: None,
    metrics: &[
        MetricInfo {
            platform: Platform::INSTAGRAM,
            metric: Metric::FOLLOWERS,
            nature: Nature::Level,
            unit: Unit::People,
            highest: None,
            rounding: None,
            correction: None,
            redefined_on: None,
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
            redefined_on: None,
            headline: false,
            reach: false,
            choice: None,
        },
        MetricInfo {
            platform: Platform::INSTAGRAM,
            metric: Metric::DAILY_REACH,
            nature: Nature::Flow,
            unit: Unit::People,
            highest: None,
            rounding: None,
            correction: None,
            redefined_on: None,
            headline: false,
            reach: false,
            choice: None,
        },
        MetricInfo {
            platform: Platform::INSTAGRAM,
            metric: Metric::DAILY_VIEWS,
            nature: Nature::Flow,
            unit: Unit::Views,
            highest: None,
            rounding: None,
            correction: None,
            redefined_on: None,
            headline: false,
            reach: false,
            choice: None,
        },
        MetricInfo {
            platform: Platform::INSTAGRAM,
            metric: Metric::DAILY_VISITS,
            nature: Nature::Flow,
            unit: Unit::Views,
            highest: None,
            rounding: None,
            correction: None,
            redefined_on: None,
            headline: false,
            reach: false,
            choice: None,
        },
        MetricInfo {
            platform: Platform::INSTAGRAM,
            metric: Metric::DAILY_FOLLOWS,
            nature: Nature::Flow,
            unit: Unit::People,
            highest: None,
            rounding: None,
            correction: None,
            redefined_on: None,
            headline: false,
            reach: false,
            choice: None,
        },
        MetricInfo {
            platform: Platform::INSTAGRAM,
            metric: Metric::DAILY_INTERACTIONS,
            nature: Nature::Flow,
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
