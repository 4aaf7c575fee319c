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
        MetricInfo::new(Platform::INSTAGRAM, Metric::FOLLOWERS, Nature::Level, Unit::People)
            .headline()
            .reach()
            .choice("instagram-followers"),
        MetricInfo::new(Platform::INSTAGRAM, Metric::MEDIA_COUNT, Nature::Level, Unit::Items),
        MetricInfo::new(Platform::INSTAGRAM, Metric::DAILY_REACH, Nature::Flow, Unit::People),
        MetricInfo::new(Platform::INSTAGRAM, Metric::DAILY_VIEWS, Nature::Flow, Unit::Views),
        MetricInfo::new(Platform::INSTAGRAM, Metric::DAILY_VISITS, Nature::Flow, Unit::Views),
        MetricInfo::new(Platform::INSTAGRAM, Metric::DAILY_FOLLOWS, Nature::Flow, Unit::People),
        MetricInfo::new(Platform::INSTAGRAM, Metric::DAILY_INTERACTIONS, Nature::Flow, Unit::Items),
    ],
};
