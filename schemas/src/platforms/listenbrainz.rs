//! `ListenBrainz`: what its users have listened to. Artists are named by their `MusicBrainz` id.

use super::{AccountKey, AccountLink, MetricInfo, Nature, PlatformInfo, Unit};
use crate::{Metric, Platform};

impl Platform {
    /// `ListenBrainz`.
    pub const LISTENBRAINZ: Self = Self::known("listenbrainz");
}

impl Metric {
    /// Listens of an artist's recordings on `ListenBrainz` so far.
    pub const LISTENS: Self = Self::known("listens");
    /// `ListenBrainz` users who have ever listened to an artist.
    pub const LISTENERS: Self = Self::known("listeners");
}

pub(super) static LISTENBRAINZ: PlatformInfo = PlatformInfo {
    token: Platform::LISTENBRAINZ,
    name: "ListenBrainz",
    of_artists: true,
    account_key: AccountKey::Id,
    account_link: Some(AccountLink("https://listenbrainz.org/artist/{id}")),
    untrainable_source: None,
    metrics: &[
        MetricInfo::new(Platform::LISTENBRAINZ, Metric::LISTENERS, Nature::Level, Unit::People)
            .headline()
            .choice("listenbrainz-listeners"),
        MetricInfo::new(Platform::LISTENBRAINZ, Metric::LISTENS, Nature::Level, Unit::Plays)
            .headline()
            .choice("listenbrainz-listens"),
    ],
};
