//! Discord: the label's own server.

use super::{AccountKey, MetricInfo, Nature, PlatformInfo, Unit};
use crate::{Metric, Platform};

impl Platform {
    /// The label's Discord server.
    pub const DISCORD: Self = Self::known("discord");
}

impl Metric {
    /// Members of a Discord server.
    pub const MEMBER_COUNT: Self = Self::known("member_count");
    /// Members of a Discord server who were online.
    pub const ONLINE_COUNT: Self = Self::known("online_count");
}

pub(super) static DISCORD: PlatformInfo = PlatformInfo {
    token: Platform::DISCORD,
    name: "Discord",
    of_artists: false,
    account_key: AccountKey::Id,
    account_link: None,
    untrainable_source: None,
    // https://docs.discord.com/developers/resources/guild: `approximate_member_count`, `approximate_presence_count`.
    metrics: &[
        MetricInfo::new(Platform::DISCORD, Metric::MEMBER_COUNT, Nature::Level, Unit::People)
            .approximate()
            .headline(),
        MetricInfo::new(Platform::DISCORD, Metric::ONLINE_COUNT, Nature::Level, Unit::People).approximate(),
    ],
};
