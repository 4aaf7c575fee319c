//! Forecasts that the predictors of a process make together: whichever asks first has a series forecast by the methods
//! of all of them, so that no model is fitted twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use casa24_analytics::forecast::{ForecastInput, forecasts_of};
use casa24_analytics::{ArtistHistory, Extent};
use casa24_forecasting::{Knowledge, Memory, Method};
use casa24_schemas::{ArtistId, Forecast, Metric, Platform};
use rayon::prelude::*;

/// The forecasts of a process's predictors; clones share them.
#[derive(Debug, Clone)]
pub struct SharedForecasts {
    methods: Arc<[Method]>,
    artists: Arc<Mutex<HashMap<ArtistId, Arc<Mutex<OfArtist>>>>>,
}

type OfArtist = BTreeMap<(Platform, Metric), OfSeries>;

/// The forecasts of one series that were made last.
#[derive(Debug, Default)]
struct OfSeries {
    made_from: Option<MadeFrom>,
    /// By method, until its predictor takes it; `None` where the series has none.
    waiting: Vec<(Method, Option<Forecast>)>,
    memory: Memory,
}

/// What forecasts were made from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MadeFrom {
    extent: Extent,
    weights: Weights,
    sample: bool,
}

/// Which weights are used: SHA-256 of those that were trained, `None` for those that the program comes with.
pub(crate) type Weights = Option<String>;

/// What a predictor uses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Using<'a> {
    pub(crate) method: Method,
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) weights: &'a Weights,
}

impl SharedForecasts {
    /// Forecasts by these methods: those of the predictors that run in the process.
    pub fn by(methods: &[Method]) -> Self {
        Self { methods: methods.into(), artists: Arc::default() }
    }

    /// The forecasts by one method of these series of an artist, in their order. Another predictor that wants the
    /// artist's waits meanwhile.
    pub(crate) fn take(
        &self,
        history: &ArtistHistory,
        wanted: &[(&Platform, &Metric)],
        using: Using<'_>,
    ) -> Vec<Forecast> {
        let of_artist = {
            // A panic over an artist's series leaves what was made before it, here and below.
            let mut artists = self.artists.lock().unwrap_or_else(PoisonError::into_inner);
            artists.entry(history.artist.id.clone()).or_default().clone()
        };
        let mut of_artist = of_artist.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing = Vec::new();
        for (platform, metric) in wanted {
            let Some(series) = history.series(platform, metric) else { continue };
            let (extent, weights) = (series.extent(), using.weights.clone());
            let made_from = MadeFrom { extent, weights, sample: history.sample };
            let key = ((*platform).clone(), (*metric).clone());
            let known = of_artist.entry(key.clone()).or_default();
            let is_waiting = known.waiting.iter().any(|(method, _)| *method == using.method);
            if known.made_from.as_ref() != Some(&made_from) || !is_waiting {
                missing.push((key, series, made_from, std::mem::take(&mut known.memory)));
            }
        }
        let make = |(key, series, made_from, mut memory)| {
            let (platform, metric): &(Platform, Metric) = &key;
            let waiting = self.make(history, platform, metric, series, using, &mut memory);
            (key, OfSeries { made_from: Some(made_from), waiting, memory })
        };
        let made: Vec<((Platform, Metric), OfSeries)> = missing.into_par_iter().map(make).collect();
        of_artist.extend(made);
        let of_series = |(platform, metric): &(&Platform, &Metric)| {
            let known = of_artist.get_mut(&((*platform).clone(), (*metric).clone()))?;
            let place = known.waiting.iter().position(|(method, _)| *method == using.method)?;
            known.waiting.swap_remove(place).1
        };
        wanted.iter().filter_map(of_series).collect()
    }

    /// The forecasts of one series by all methods.
    fn make(
        &self,
        history: &ArtistHistory,
        platform: &Platform,
        metric: &Metric,
        series: &casa24_analytics::Series,
        using: Using<'_>,
        memory: &mut Memory,
    ) -> Vec<(Method, Option<Forecast>)> {
        let only = [using.method];
        let methods = if self.methods.contains(&using.method) { &self.methods[..] } else { &only[..] };
        let Some(newest) = series.points().last() else { return vec![(using.method, None)] };
        let (artist, sample) = (&history.artist, history.sample);
        let as_of = newest.observed_at.date();
        let input = ForecastInput { artist, platform, metric, series, as_of, sample };
        let mut forecasts = forecasts_of(&input, methods, using.knowledge, memory).into_iter();
        methods.iter().map(|method| (*method, forecasts.next())).collect()
    }
}

#[cfg(test)]
mod tests {
    use casa24_analytics::History;
    use casa24_forecasting::Member;
    use casa24_schemas::{Account, Artist, Observed, Reading, ValidSnapshot, Value};
    use time::{Date, Duration, Month};

    use super::*;

    const LINEAR: Method = Method::Member(Member::Linear);

    /// A history of so many days of one growing series.
    fn history(num_days: u32) -> History {
        let mut history = History::default();
        for day in 0..num_days {
            let first = Date::from_calendar_date(2025, Month::January, 1).unwrap();
            let value = Value::new(1_000.0 + f64::from(7 * day + day % 3)).unwrap();
            history.insert(&ValidSnapshot {
                platform: Platform::SPOTIFY,
                artist: Artist::new("Luz Polar").unwrap(),
                observed_at: Observed::day(first + Duration::days(day.into())),
                source: "test".to_owned(),
                account: Account::Unknown,
                metrics: [(Metric::FOLLOWERS, Reading { value, flags: Vec::new() })].into(),
                withheld: BTreeMap::new(),
                absent: [].into(),
                content: None,
                revision: 0,
                amended_at: None,
                correction: None,
                sample: false,
            });
        }
        history
    }

    fn take(forecasts: &SharedForecasts, history: &History, method: Method) -> Vec<Forecast> {
        let artist = history.artist(&Artist::new("Luz Polar").unwrap().id).unwrap();
        let using = Using { method, knowledge: Knowledge::built_in(), weights: &None };
        forecasts.take(artist, &[(&Platform::SPOTIFY, &Metric::FOLLOWERS)], using)
    }

    /// Forecasts that were made and not taken.
    fn num_waiting(forecasts: &SharedForecasts) -> usize {
        let artists = forecasts.artists.lock().unwrap();
        let of_artist = |known: &Arc<Mutex<OfArtist>>| -> usize {
            known.lock().unwrap().values().map(|series| series.waiting.len()).sum()
        };
        artists.values().map(of_artist).sum()
    }

    #[test]
    fn whoever_asks_first_has_them_made_for_all_and_each_is_what_it_is_alone() {
        let history = history(90);
        let shared = SharedForecasts::by(&[LINEAR, Method::Ensemble]);
        let linear = take(&shared, &history, LINEAR);
        assert_eq!(num_waiting(&shared), 1);
        let ensemble = take(&shared, &history, Method::Ensemble);
        assert_eq!(num_waiting(&shared), 0);
        assert_eq!(linear, take(&SharedForecasts::by(&[LINEAR]), &history, LINEAR));
        assert_eq!(ensemble, take(&SharedForecasts::by(&[Method::Ensemble]), &history, Method::Ensemble));
        assert_eq!((linear[0].model.as_str(), linear[0].path.len()), ("linear", 90));
    }

    #[test]
    fn a_series_that_has_grown_is_made_anew_for_a_method_that_is_behind_too() {
        let shared = SharedForecasts::by(&[LINEAR, Method::Ensemble]);
        take(&shared, &history(90), LINEAR);
        let longer = history(91);
        let ensemble = take(&shared, &longer, Method::Ensemble);
        assert_eq!(ensemble[0].current_date, Date::from_calendar_date(2025, Month::April, 1).unwrap());
        assert_eq!(take(&shared, &longer, LINEAR)[0].current_date, ensemble[0].current_date);
    }

    #[test]
    fn asked_again_after_a_restart_it_gives_the_same() {
        let shared = SharedForecasts::by(&[LINEAR]);
        let history = history(60);
        assert_eq!(take(&shared, &history, LINEAR), take(&shared, &history, LINEAR));
        // A method that nobody announced is served alone.
        assert_eq!(take(&shared, &history, Method::Ensemble).len(), 1);
    }
}
