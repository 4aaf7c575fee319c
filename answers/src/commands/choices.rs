//! Lists of choices that several commands offer.

use casa24_schemas::{MetricInfo, PlatformInfo};

use crate::definition::OptionKind;
use crate::figures::SeriesKey;

/// The choice that stands for all of them.
pub(super) const ALL: &str = "all";

/// How far ahead a forecast can be asked for.
pub(super) const AHEAD: OptionKind = OptionKind::Days { min: 7, max: 90, default: 30 };

/// Metrics that can be chosen by a short name.
pub(super) fn metrics() -> Vec<&'static str> {
    MetricInfo::all().filter_map(|info| info.choice).collect()
}

/// The series that a choice of a metric means.
pub(super) fn series_of(choice: &str) -> Option<SeriesKey> {
    MetricInfo::of_choice(choice).map(key)
}

/// What "total reach" adds: accounts that follow the artist. Somebody who follows on two platforms counts twice.
pub(super) fn reach() -> Vec<SeriesKey> {
    MetricInfo::all().filter(|info| info.reach).map(key).collect()
}

fn key(info: &MetricInfo) -> SeriesKey {
    SeriesKey { platform: info.platform.clone(), metric: info.metric.clone() }
}

/// Platforms on which artists have accounts.
pub(super) fn platforms() -> Vec<&'static str> {
    let of_artists = PlatformInfo::ALL.iter().filter(|info| info.of_artists);
    [ALL].into_iter().chain(of_artists.map(|info| info.token.as_str())).collect()
}
