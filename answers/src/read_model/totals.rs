//! Forecasts of totals: the sum of one metric over all artists, computed once until one of its series changes.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use casa24_analytics::Series;
use casa24_forecasting::Memory;
use casa24_schemas::{ArtistId, Date, Forecast, Metric, Platform};

/// Most totals that are kept: those of a few days and all metrics.
const MAX_KEPT: usize = 100;

/// The sum of one metric over all artists, with its forecast.
#[derive(Debug)]
pub(crate) struct TotalOfArtists {
    /// The sum of each day that has one.
    pub(crate) series: Series,
    /// The forecasts of that, the ensemble's first, and last that nothing changes; none where no day has a sum.
    pub(crate) forecasts: Vec<Arc<Forecast>>,
    /// The artists that it adds.
    pub(crate) counted: Vec<ArtistId>,
    /// Artists left out because their newest value is too old.
    pub(crate) stale: Vec<String>,
    /// Artists left out because they have too few values so far.
    pub(crate) young: Vec<String>,
    /// Most daily values that one of those has.
    pub(crate) most_values_of_young: usize,
    /// Artists left out because their newest value is not near that of the others, with its day.
    pub(crate) paused: Vec<(String, Date)>,
}

/// A day, and whether the roster is that of the day or the newest.
pub(super) type AskedDay = (Date, bool);

/// A sum as of a day.
type Key = (AskedDay, Platform, Metric);

/// A place for what is computed once: whoever asks while it is being computed waits for it.
type Once = Arc<OnceLock<Arc<TotalOfArtists>>>;

/// What the models remember of each sum, so that the forecast of the next day learns only what is new.
type Memories = HashMap<(Platform, Metric), Arc<Mutex<Memory>>>;

/// Totals that were forecast since the series that they add last changed.
#[derive(Debug, Default)]
pub(super) struct TotalForecasts {
    kept: Mutex<HashMap<Key, Once>>,
    memories: Arc<Mutex<Memories>>,
}

impl TotalForecasts {
    /// Those that are left when these metrics have changed.
    pub(super) fn without(&self, changed: &BTreeSet<(Platform, Metric)>) -> Self {
        let mut kept = lock(&self.kept).clone();
        kept.retain(|(_, platform, metric), _| !changed.contains(&(platform.clone(), metric.clone())));
        Self { kept: Mutex::new(kept), memories: Arc::clone(&self.memories) }
    }

    /// The total of a metric as of a day. Where it is not kept it is computed, with what the models remember of the
    /// metric if `remembers` is set: of the newest day, which the next ones go on from.
    pub(super) fn of(
        &self,
        day: AskedDay,
        (platform, metric): (&Platform, &Metric),
        remembers: bool,
        compute: impl FnOnce(&mut Memory) -> TotalOfArtists,
    ) -> Arc<TotalOfArtists> {
        let key = (day, platform.clone(), metric.clone());
        let place = {
            let mut kept = lock(&self.kept);
            if kept.len() >= MAX_KEPT && !kept.contains_key(&key) {
                kept.clear();
            }
            Arc::clone(kept.entry(key).or_default())
        };
        let computed = place.get_or_init(|| {
            if !remembers {
                return Arc::new(compute(&mut Memory::new()));
            }
            let key = (platform.clone(), metric.clone());
            let memory = Arc::clone(lock(&self.memories).entry(key).or_default());
            Arc::new(compute(&mut lock(&memory)))
        });
        Arc::clone(computed)
    }
}

/// What a panic left behind is whole: places are empty or filled, and a memory that does not fit is not used.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, TODAY};

    #[test]
    fn a_total_is_computed_once_until_one_of_its_series_changes() {
        let mut label = Fixture::default();
        label.put_all("Luz", LISTENERS, &[("2025-09-29", 100.0), (TODAY, 120.0)]);
        let of = |label: &mut Fixture| {
            label.read_model().as_of(None).map(|as_of| as_of.total(&LISTENERS.0, &LISTENERS.1)).unwrap()
        };
        let first = of(&mut label);
        let forecast = label.forecast("Luz", LISTENERS);
        label.builder.apply_forecast(&forecast);
        assert!(Arc::ptr_eq(&first, &of(&mut label)), "a forecast of an artist changes no total");
        label.put("Luz", FOLLOWERS, TODAY, 9.0, &[]);
        assert!(Arc::ptr_eq(&first, &of(&mut label)), "nor does another metric");
        label.put("Luz", LISTENERS, TODAY, 121.0, &[]);
        assert!(!Arc::ptr_eq(&first, &of(&mut label)));
    }

    #[test]
    fn what_was_remembered_changes_no_forecast() {
        let mut remembering = Fixture::default();
        let mut days = Vec::new();
        for (index, day) in (1..=30).map(|day| format!("2025-09-{day:02}")).enumerate() {
            let value = 1_000.0 + (index * index % 37) as f64 * 5.0;
            remembering.put("Luz", LISTENERS, &day, value, &[]);
            days.push((day.clone(), value));
            let model = remembering.read_model();
            let total = model.as_of(None).unwrap().total(&LISTENERS.0, &LISTENERS.1);
            let mut fresh = Fixture::default();
            days.iter().for_each(|(day, value)| fresh.put("Luz", LISTENERS, day, *value, &[]));
            let expected = fresh.read_model().as_of(None).unwrap().total(&LISTENERS.0, &LISTENERS.1);
            assert_eq!(total.forecasts, expected.forecasts, "{day}");
        }
    }
}
