//! Forecasts of totals: the sum of one metric over all artists, computed once until something new is known.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use casa24_analytics::Series;
use casa24_analytics::forecast::{TotalInput, total_forecast};
use casa24_forecasting::{Memory, Method};
use casa24_schemas::{Artist, Date, Forecast, Metric, Platform};

use super::artist_view::ArtistView;
use super::as_of::AsOf;
use super::model::ENSEMBLE;

/// Most totals that are kept: those of a few days and all metrics.
const MAX_KEPT: usize = 100;

/// The sum of one metric over all artists, with its forecast.
#[derive(Debug)]
pub(crate) struct TotalOfArtists {
    /// The sum of each day that has one.
    pub(crate) series: Series,
    /// The forecast of that; `None` where no day has a sum.
    pub(crate) forecast: Option<Forecast>,
    /// Number of artists that it adds.
    pub(crate) num_artists: usize,
    /// Artists left out because their newest value is too old.
    pub(crate) stale: Vec<String>,
    /// Artists left out because they have too few values so far.
    pub(crate) young: Vec<String>,
}

type Key = (Date, Platform, Metric);

/// Totals that were forecast from the same history.
#[derive(Debug, Default)]
pub(super) struct TotalForecasts {
    kept: Mutex<HashMap<Key, Arc<OnceLock<Arc<TotalOfArtists>>>>>,
}

impl TotalForecasts {
    /// The forecast of a total as of a day. Whoever asks for one that is being computed waits for it.
    pub(super) fn of(&self, as_of: &AsOf<'_>, platform: &Platform, metric: &Metric) -> Arc<TotalOfArtists> {
        let key = (as_of.day, platform.clone(), metric.clone());
        let place = {
            // What a panic left behind are places, empty or filled.
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= MAX_KEPT && !kept.contains_key(&key) {
                kept.clear();
            }
            Arc::clone(kept.entry(key).or_default())
        };
        Arc::clone(place.get_or_init(|| Arc::new(compute(as_of, platform, metric))))
    }
}

fn compute(as_of: &AsOf<'_>, platform: &Platform, metric: &Metric) -> TotalOfArtists {
    let (artists, series): (Vec<&ArtistView<'_>>, Vec<&Series>) =
        as_of.artists.iter().filter_map(|view| Some((view, view.series(platform, metric)?))).unzip();
    let input = TotalInput {
        artist: &Artist::label("total"), // the sum of its artists belongs to the label; nobody is shown this name
        platform,
        metric,
        series: &series,
        as_of: as_of.day,
        sample: artists.iter().any(|view| view.sample()),
    };
    let method = Method::named(ENSEMBLE);
    let found = total_forecast(&input, method.as_slice(), as_of.knowledge(), &mut Memory::new());
    let names = |places: &[usize]| {
        places.iter().filter_map(|place| Some(artists.get(*place)?.artist.name.clone())).collect()
    };
    TotalOfArtists {
        num_artists: found.total.counted.len(),
        stale: names(&found.total.stale),
        young: names(&found.total.young),
        series: found.total.series,
        forecast: found.forecasts.into_iter().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, TODAY};

    #[test]
    fn a_total_is_computed_once_until_something_new_is_observed() {
        let mut label = Fixture::default();
        label.put_all("Luz", LISTENERS, &[("2025-09-29", 100.0), (TODAY, 120.0)]);
        let of = |label: &mut Fixture| {
            label.read_model().as_of(None).map(|as_of| as_of.total(&LISTENERS.0, &LISTENERS.1)).unwrap()
        };
        let first = of(&mut label);
        label.builder.apply_forecast(&label.forecast("Luz", LISTENERS));
        assert!(Arc::ptr_eq(&first, &of(&mut label)), "a forecast of an artist changes no total");
        label.put("Luz", FOLLOWERS, TODAY, 9.0, &[]);
        assert!(!Arc::ptr_eq(&first, &of(&mut label)));
    }
}
