//! Wikipedia: views of the artist's article.

use super::{AccountKey, MetricInfo, Nature, PlatformInfo, Unit};
use crate::{Metric, Platform};

impl Platform {
    /// Wikipedia. An account is an edition and a title: `en/Nina Simone`.
    pub const WIKIPEDIA: Self = Self::known("wikipedia");
}

impl Metric {
    /// Views of a Wikipedia article by people, on one day (UTC).
    pub const PAGE_VIEWS: Self = Self::known("page_views");
}

pub(super) static WIKIPEDIA: PlatformInfo = PlatformInfo {
    token: Platform::WIKIPEDIA,
    name: "Wikipedia",
    of_artists: true,
    account_key: AccountKey::Id,
    // The edition is part of the host.
    account_link: None,
    untrainable_source: None,
    metrics: &[MetricInfo::new(Platform::WIKIPEDIA, Metric::PAGE_VIEWS, Nature::Flow, Unit::Views)
        .headline()
        .choice("wikipedia-views")],
};
