//! `YouTube`.

use time::macros::date;

use super::{AccountKey, AccountLink, Correction, MetricInfo, Nature, PlatformInfo, Rounding, Unit};
use crate::{Metric, Platform};

impl Platform {
    /// `YouTube`.
    pub const YOUTUBE: Self = Self::known("youtube");
}

impl Metric {
    /// Subscribers of a `YouTube` channel.
    pub const SUBSCRIBERS: Self = Self::known("subscribers");
    /// Views of a `YouTube` channel so far.
    pub const TOTAL_VIEWS: Self = Self::known("total_views");
    /// Public videos of a `YouTube` channel.
    pub const VIDEO_COUNT: Self = Self::known("video_count");
    /// Views of a day: of a `YouTube` channel, or of an Instagram account's content.
    pub const DAILY_VIEWS: Self = Self::known("daily_views");
}

pub(super) static YOUTUBE: PlatformInfo = PlatformInfo {
    token: Platform::YOUTUBE,
    name: "YouTube",
    of_artists: true,
    account_key: AccountKey::Id,
    account_link: Some(AccountLink("https://www.youtube.com/channel/{id}")),
    untrainable_source: None,
    metrics: &[
        MetricInfo::new(Platform::YOUTUBE, Metric::SUBSCRIBERS, Nature::Level, Unit::People)
            // Rounded down to three digits from here on (Data API, `subscriberCount`).
            .rounding(Rounding { from: 1_000.0, digits: 3 })
            .headline()
            .reach()
            .choice("youtube-subs"),
        MetricInfo::new(Platform::YOUTUBE, Metric::TOTAL_VIEWS, Nature::Counter, Unit::Views)
            // YouTube validates views for days after they were counted, and takes back those of programs: fractions of
            // a per cent of a channel's total. More than that goes with a deleted or a hidden video.
            .correction(Correction { part: 0.005, least: 50.0 })
            // Since then a view is counted when playback starts, in all formats: more come in a day than before.
            // https://developers.google.com/youtube/v3/revision_history#august-27,-2026
            .redefined_on(date!(2026 - 08 - 24))
            .headline()
            .choice("youtube-views"),
        MetricInfo::new(Platform::YOUTUBE, Metric::VIDEO_COUNT, Nature::Level, Unit::Items),
        MetricInfo::new(Platform::YOUTUBE, Metric::DAILY_VIEWS, Nature::Flow, Unit::Views),
    ],
};
