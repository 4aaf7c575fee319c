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
