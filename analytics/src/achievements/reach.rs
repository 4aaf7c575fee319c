//! An artist's reach over time: followers on all platforms, day by day.

use std::collections::BTreeMap;

use casa24_schemas::{Date, Metric, Platform, metric_info};

use crate::history::ArtistHistory;
use crate::series::Series;
use crate::totals::is_stale;

/// The series that make up the reach of an artist: accounts that follow, one a platform.
pub(super) fn parts(artist: &ArtistHistory) -> Vec<&Series> {
    named_parts(artist).map(|(_, _, series)| series).collect()
}

/// The same with their platforms and metrics.
pub(super) fn named_parts(artist: &ArtistHistory) -> impl Iterator<Item = (&Platform, &Metric, &Series)> {
    let of_reach =
        |platform: &Platform, metric: &Metric| metric_info(platform, metric).is_some_and(|info| info.reach);
    artist.all_series().filter(move |(platform, metric, _)| of_reach(platform, metric))
}

/// What `judge` makes of the newest values that count on each day on which any of these changed, oldest first, and of
/// whether one of them was never observed before; a value is left out once it is more than 30 days old.
pub(super) fn each_day(parts: &[&Series], until: Date, mut judge: impl FnMut(Date, &[f64], bool)) {
    let mut days: BTreeMap<Date, Vec<(usize, f64)>> = BTreeMap::new();
    for (place, series) in parts.iter().enumerate() {
        for point in series.until(until).iter().filter(|point| series.counts(point)) {
            days.entry(point.date()).or_default().push((place, point.value));
        }
    }
    let mut newest: Vec<Option<(Date, f64)>> = vec![None; parts.len()];
    let mut values = Vec::new();
    for (day, changed) in days {
        let has_begun = changed.iter().any(|(place, _)| newest[*place].is_none());
        for (place, value) in changed {
            newest[place] = Some((day, value));
        }
        values.clear();
        values.extend(newest.iter().flatten().filter(|(of, _)| !is_stale(*of, day)).map(|(_, value)| *value));
        judge(day, &values, has_begun);
    }
}
