//! Forecasts as of a day: stored ones where they may answer for it, otherwise computed ones; of series and of totals.

use std::sync::Arc;

use casa24_analytics::Series;
use casa24_analytics::forecast::{ForecastInput, TotalInput, forecasts_of, total_forecast};
use casa24_forecasting::{Knowledge, Memory, Method};
use casa24_schemas::{Artist, Forecast, Metric, Platform};
use rayon::prelude::*;

use super::artist_view::ArtistView;
use super::as_of::{AsOf, SeriesOf};
use super::choice::{InsteadOf, best, is_refuted};
use super::models::{ENSEMBLE, MODELS, STANDING_STILL};
use super::totals::TotalOfArtists;

/// Most forecasts that a question about all artists computes itself where none are stored of its day; the others are
/// reported as missing.
const MAX_COMPUTED: usize = 1_000;

/// The forecast that an answer shows of a series.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// The forecast; `None` where the newest value is too old or the model has not forecast it.
    pub forecast: Option<Arc<Forecast>>,
    /// The model that was asked for, where it is another one.
    pub instead_of: Option<InsteadOf>,
}

impl<'a> AsOf<'a> {
    /// The forecast of each of these series to show at a distance. Who asks for the ensemble asks for the best that there
    /// is: where its record is worse than standing still, another one is shown by the rule in `choice`. A model that is
    /// asked for by its own name is shown with whatever record it has.
    pub fn shown(&self, wanted: &[SeriesOf<'a>], model: &str, days: u32) -> Vec<Shown> {
        let asked = self.forecasts(wanted, model);
        let mut shown: Vec<Shown> =
            asked.into_iter().map(|forecast| Shown { forecast, instead_of: None }).collect();
        if model != ENSEMBLE {
            return shown;
        }
        let refuted: Vec<(usize, InsteadOf)> = shown
            .iter()
            .enumerate()
            .filter_map(|(place, shown)| Some((place, is_refuted(shown.forecast.as_ref()?, days)?)))
            .collect();
        let series: Vec<SeriesOf<'a>> = refuted.iter().map(|(place, _)| wanted[*place].clone()).collect();
        let others: Vec<Vec<Option<Arc<Forecast>>>> = MODELS
            .into_iter()
            .filter(|model| *model != ENSEMBLE)
            .map(|m| self.forecasts(&series, m))
            .collect();
        let of_others = |at: usize| others.iter().filter_map(move |forecasts| forecasts[at].clone());
        let found: Vec<Option<Arc<Forecast>>> =
            (0..series.len()).map(|at| best(of_others(at), days)).collect();
        let without: Vec<SeriesOf<'a>> =
            found.iter().zip(&series).filter(|(f, _)| f.is_none()).map(|(_, s)| s.clone()).collect();
        let mut standing_still = self.forecasts(&without, STANDING_STILL).into_iter();
        for ((place, instead_of), found) in refuted.into_iter().zip(found) {
            let forecast = found.or_else(|| standing_still.next().flatten());
            shown[place] = Shown { forecast, instead_of: Some(instead_of) };
        }
        shown
    }

    /// A model's forecast of each of these series: the stored one where it may answer for the day, otherwise one computed
    /// now, of so many series at most. `None` where no value is known by the day or the newest is too old to be forecast,
    /// the model is unknown, or too many would have to be computed.
    pub(crate) fn forecasts(&self, wanted: &[SeriesOf<'a>], model: &str) -> Vec<Option<Arc<Forecast>>> {
        let is_fresh =
            |series| self.newest_counting(series).is_some_and(|newest| !self.is_stale(newest.date()));
        let stored = |series| self.stored_forecast(series, model).filter(|_| is_fresh(series));
        let mut found: Vec<Option<Arc<Forecast>>> = wanted.iter().map(stored).collect();
        let lacking = found.iter().enumerate().filter(|(_, found)| found.is_none()).map(|(place, _)| place);
        let lacking: Vec<usize> =
            lacking.filter(|place| is_fresh(&wanted[*place])).take(MAX_COMPUTED).collect();
        let computed: Vec<Option<Forecast>> =
            lacking.par_iter().map(|place| self.compute(model, &wanted[*place])).collect();
        for (place, forecast) in lacking.into_iter().zip(computed) {
            found[place] = forecast.map(Arc::new);
        }
        found
    }

    /// The part of a forecast that is ahead: points of days up to the day in question are past and no forecast.
    pub(crate) fn ahead(&self, forecast: &Arc<Forecast>) -> Arc<Forecast> {
        let num_past = (self.day - forecast.current_date).whole_days();
        if num_past <= 0 {
            return Arc::clone(forecast);
        }
        let mut ahead = Forecast::clone(forecast);
        ahead.path.retain(|point| i64::from(point.days_ahead) > num_past);
        Arc::new(ahead)
    }

    /// The stored forecast of a series, where it was made from the newest value by the day. Agents forecast every series
    /// again with what they have learnt since, so of a day before that none is used.
    fn stored_forecast(&self, series: &SeriesOf<'a>, model: &str) -> Option<Arc<Forecast>> {
        if !self.model.trained.knows_nothing_after(self.day) {
            return None;
        }
        let SeriesOf { view, platform, metric } = series;
        if !self.model.is_current(view.history?) {
            return None;
        }
        let newest = self.newest_counting(series)?;
        let stored = self.model.forecasts.get(&view.artist.id, platform, metric, model)?;
        let is_of_newest = stored.generated_at == newest.observed_at && stored.current.get() == newest.value;
        is_of_newest.then(|| Arc::clone(stored))
    }

    /// A model's forecast of a series, computed now from what had been learnt by the day; `None` of a model that the
    /// program does not have, or where no value is known by the day.
    fn compute(&self, model: &str, SeriesOf { view, platform, metric }: &SeriesOf<'a>) -> Option<Forecast> {
        let method = Method::named(model)?;
        let series = view.series(platform, metric)?;
        let (artist, as_of, sample) = (view.artist, self.day, view.sample());
        let input = ForecastInput { artist, platform, metric, series, as_of, sample };
        forecasts_of(&input, &[method], self.knowledge(), &mut Memory::new()).pop()
    }

    /// Whether nothing later is known.
    fn is_newest(&self) -> bool {
        self.model.history.newest().is_none_or(|newest| newest.date() <= self.day)
    }

    /// What had been learnt from all series by the day.
    fn knowledge(&self) -> &Knowledge {
        self.model.trained.as_of(self.day)
    }

    /// The forecasts of the sum of one metric over all artists.
    pub(crate) fn total(&self, platform: &Platform, metric: &Metric) -> Arc<TotalOfArtists> {
        let compute = |memory: &mut Memory| self.compute_total(platform, metric, memory);
        let day = (self.day, self.roster_until.is_none());
        self.model.totals.of(day, (platform, metric), self.is_newest(), compute)
    }

    /// The series that such a sum adds.
    pub(crate) fn added(
        &self,
        total: &TotalOfArtists,
        platform: &Platform,
        metric: &Metric,
    ) -> Vec<SeriesOf<'a>> {
        let counted = self.artists.iter().filter(|view| total.counted.contains(&view.artist.id));
        let series = |view: &ArtistView<'a>| SeriesOf {
            view: *view,
            platform: platform.clone(),
            metric: metric.clone(),
        };
        counted.map(series).collect()
    }

    fn compute_total(&self, platform: &Platform, metric: &Metric, memory: &mut Memory) -> TotalOfArtists {
        let (artists, series): (Vec<&ArtistView<'_>>, Vec<&Series>) =
            self.artists.iter().filter_map(|view| Some((view, view.series(platform, metric)?))).unzip();
        let input = TotalInput {
            artist: &Artist::label("total"), // the sum of its artists belongs to the label; nobody is shown this name
            platform,
            metric,
            series: &series,
            as_of: self.day,
            sample: artists.iter().any(|view| view.sample()),
        };
        let models = MODELS.into_iter().chain([STANDING_STILL]);
        let methods: Vec<Method> = models.filter_map(Method::named).collect();
        let found = total_forecast(&input, &methods, self.knowledge(), memory);
        let id = |place: usize| Some(artists.get(place)?.artist.id.clone());
        let name = |place: usize| Some(artists.get(place)?.artist.name.clone());
        let names = |places: &[usize]| places.iter().filter_map(|place| name(*place)).collect();
        TotalOfArtists {
            counted: found.total.counted.iter().filter_map(|place| id(*place)).collect(),
            stale: names(&found.total.stale),
            young: names(&found.total.young),
            most_values_of_young: found.total.most_values_of_young,
            paused: found
                .total
                .paused
                .iter()
                .filter_map(|(place, day)| Some((name(*place)?, *day)))
                .collect(),
            series: found.total.series,
            forecasts: found.forecasts.into_iter().map(Arc::new).collect(),
        }
    }
}

impl TotalOfArtists {
    /// The forecast to show at a distance, by the rule for those of artists.
    pub(crate) fn shown(&self, days: u32) -> Shown {
        let Some(asked) = self.forecasts.first() else { return Shown::default() };
        let Some(instead_of) = is_refuted(asked, days) else {
            return Shown { forecast: Some(Arc::clone(asked)), instead_of: None };
        };
        let is_standing_still = |forecast: &&Arc<Forecast>| forecast.model == STANDING_STILL;
        let others = self.forecasts.iter().skip(1).filter(|forecast| !is_standing_still(forecast));
        let found = best(others, days).or_else(|| self.forecasts.iter().find(is_standing_still));
        Shown { forecast: found.map(Arc::clone), instead_of: Some(instead_of) }
    }
}
