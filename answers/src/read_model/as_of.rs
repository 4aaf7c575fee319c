//! The read model as of a day: figures that were observed later are not seen. Roster and accounts have no days; they are
//! those of now.

use std::collections::BTreeSet;
use std::sync::Arc;

use casa24_analytics::forecast::{ForecastInput, TotalInput, forecasts_of, total_forecast};
use casa24_analytics::{Series, growth};
use casa24_forecasting::{Knowledge, Memory, Method};
use casa24_schemas::{
    Artist, Date, Day, Forecast, GrowthFigure, Metric, MetricInfo, Observed, Platform, PlatformInfo,
    is_headline, is_summable, platform_info,
};
use rayon::prelude::*;

use super::artist_view::ArtistView;
use super::model::ReadModel;
use super::models::ENSEMBLE;
use super::totals::TotalOfArtists;
use crate::query::find_folded;
use crate::refusal::Refusal;

/// Most forecasts that a question about all artists computes itself where none are stored of its day; the others are
/// reported as missing.
const MAX_COMPUTED: usize = 200;

/// What is known as of a day.
#[derive(Debug)]
pub struct AsOf<'a> {
    model: &'a ReadModel,
    /// The day in question.
    pub day: Date,
    /// Every artist, the label itself not included, in the order of their ids.
    pub artists: Vec<ArtistView<'a>>,
    /// Platforms on which any artist has figures or an account, in the order in which they are shown.
    platforms: Vec<Platform>,
}

/// A series of an artist.
#[derive(Debug, Clone)]
pub struct SeriesOf<'a> {
    /// Whose it is.
    pub view: ArtistView<'a>,
    /// Its platform.
    pub platform: Platform,
    /// Its metric.
    pub metric: Metric,
}

impl ReadModel {
    /// What is known as of a day; without one, as of the newest observation.
    ///
    /// # Errors
    /// When nothing was observed by then.
    pub fn as_of(&self, day: Option<Date>) -> Result<AsOf<'_>, Refusal> {
        let (Some(first), Some(newest)) = (self.history.first(), self.history.newest()) else {
            return Err(Refusal::NothingCollected);
        };
        let day = day.unwrap_or(newest.date());
        if first.date() > day {
            return Err(Refusal::NothingBy { as_of: Day(day), first: Day(first.date()) });
        }
        Ok(AsOf::new(self, day))
    }

    /// Forecasts the totals of all headline metrics as of the newest observation, so that no question waits for them.
    pub fn prepare_totals(&self) {
        let Ok(as_of) = self.as_of(None) else { return };
        let summed = as_of
            .all_series()
            .into_par_iter()
            .filter(|(platform, metric)| is_headline(platform, metric) && is_summable(platform, metric));
        summed.for_each(|(platform, metric)| drop(as_of.total(&platform, &metric)));
    }
}

impl<'a> AsOf<'a> {
    fn new(model: &'a ReadModel, day: Date) -> Self {
        let artists = model.artists();
        let platforms = platforms(&artists);
        Self { model, day, artists, platforms }
    }

    /// The artist that a name means.
    ///
    /// # Errors
    /// When no artist or more than one fits.
    pub fn find(&self, name: &str) -> Result<ArtistView<'a>, Refusal> {
        find_folded(name, self.model.names(&self.artists)).map(|place| self.artists[place])
    }

    /// The label itself, where it has figures of its own by the day.
    pub fn label(&self) -> Option<ArtistView<'a>> {
        let history = self.model.label().filter(|history| history.newest_until(self.day).is_some())?;
        Some(ArtistView { artist: &history.artist, history: Some(history), roster: None })
    }

    /// The series to show of an artist, in the order in which they are shown: those with figures by the day, and the
    /// headline metrics of every platform that the label's artists are on.
    pub fn series_of(&self, view: &ArtistView<'a>) -> Vec<SeriesOf<'a>> {
        let own = view.history.into_iter().flat_map(|history| history.platforms.keys());
        let others: BTreeSet<&Platform> = own.filter(|platform| !self.platforms.contains(platform)).collect();
        let platforms = if view.artist.is_label() { &[][..] } else { &self.platforms };
        let mut shown: Vec<SeriesOf<'a>> = Vec::new();
        for platform in platforms.iter().chain(others) {
            let start = shown.len();
            let show = |metric: Metric| SeriesOf { view: *view, platform: platform.clone(), metric };
            for info in headline_first(platform) {
                if info.headline || self.has_figures(view, platform, &info.metric) {
                    shown.push(show(info.metric.clone()));
                }
            }
            let history = view.history.and_then(|history| history.platforms.get(platform));
            for metric in history.into_iter().flat_map(|history| history.series.keys()) {
                let is_shown = shown[start..].iter().any(|known| known.metric == *metric);
                if !is_shown && self.has_figures(view, platform, metric) {
                    shown.push(show(metric.clone()));
                }
            }
        }
        shown
    }

    /// The series of all artists together, in the order in which they are shown.
    pub fn all_series(&self) -> Vec<(Platform, Metric)> {
        let found: BTreeSet<(Platform, Metric)> = self
            .artists
            .iter()
            .flat_map(|view| self.series_of(view))
            .map(|series| (series.platform, series.metric))
            .collect();
        let place = |(platform, metric): &(Platform, Metric)| {
            let platform_place = self.platforms.iter().position(|known| known == platform);
            let metric_place = headline_first(platform).iter().position(|info| info.metric == *metric);
            (platform_place, metric_place.unwrap_or(usize::MAX))
        };
        let mut series: Vec<_> = found.into_iter().collect();
        series.sort_by_key(place);
        series
    }

    fn has_figures(&self, view: &ArtistView<'_>, platform: &Platform, metric: &Metric) -> bool {
        view.series(platform, metric).is_some_and(|series| series.at(self.day).is_some())
    }

    /// Growth of one series.
    pub fn growth(&self, series: &SeriesOf<'a>, period_days: u32) -> GrowthFigure {
        const NONE: &Series = &Series::new();
        let SeriesOf { view, platform, metric } = series;
        let points = view.series(platform, metric).unwrap_or(NONE);
        growth::of_series(platform, metric, points, period_days, self.day)
    }

    /// A model's forecast of each of these series: the stored one where it was made from the newest value by the day,
    /// otherwise one computed now, of so many series at most. `None` where no value is known by the day, the
    /// model is unknown, or too many would have to be computed.
    pub fn forecasts(&self, wanted: &[SeriesOf<'a>], model: &str) -> Vec<Option<Arc<Forecast>>> {
        let mut found: Vec<Option<Arc<Forecast>>> =
            wanted.iter().map(|series| self.stored_forecast(series, model)).collect();
        let lacking = found.iter().enumerate().filter(|(_, found)| found.is_none()).map(|(place, _)| place);
        let lacking: Vec<usize> = lacking
            .filter(|place| {
                let SeriesOf { view, platform, metric } = &wanted[*place];
                self.has_figures(view, platform, metric)
            })
            .take(MAX_COMPUTED)
            .collect();
        let computed: Vec<Option<Forecast>> =
            lacking.par_iter().map(|place| self.compute(model, &wanted[*place])).collect();
        for (place, forecast) in lacking.into_iter().zip(computed) {
            found[place] = forecast.map(Arc::new);
        }
        found
    }

    /// The stored forecast of a series, where it was made from the newest value by the day. Agents forecast every series
    /// again with what they have learnt since, so of a day before that none is used.
    fn stored_forecast(&self, series: &SeriesOf<'a>, model: &str) -> Option<Arc<Forecast>> {
        if !self.model.trained.knows_nothing_after(self.day) {
            return None;
        }
        let SeriesOf { view, platform, metric } = series;
        let newest = view.series(platform, metric)?.counting_at(self.day)?;
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

    /// The forecast of the sum of one metric over all artists.
    pub(crate) fn total(&self, platform: &Platform, metric: &Metric) -> Arc<TotalOfArtists> {
        let compute = |memory: &mut Memory| self.compute_total(platform, metric, memory);
        self.model.totals.of(self.day, (platform, metric), self.is_newest(), compute)
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
        let method = Method::named(ENSEMBLE);
        let found = total_forecast(&input, method.as_slice(), self.knowledge(), memory);
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

    /// The newest observation by the day of any of these artists.
    pub fn generated_at(&self, views: &[ArtistView<'a>]) -> Option<Observed> {
        views.iter().filter_map(|view| view.history?.newest_until(self.day)).max()
    }
}

/// Platforms of all artists: those that the program knows first, in the order of their list.
fn platforms(artists: &[ArtistView<'_>]) -> Vec<Platform> {
    let in_history = artists.iter().filter_map(|view| view.history).flat_map(|h| h.platforms.keys());
    let in_roster = artists.iter().filter_map(|view| view.roster).flat_map(|r| r.accounts.keys());
    let found: BTreeSet<&Platform> = in_history.chain(in_roster).collect();
    let known = PlatformInfo::ALL.iter().filter(|info| info.of_artists).map(|info| &info.token);
    let known: Vec<&Platform> = known.filter(|platform| found.contains(platform)).collect();
    let others = found.iter().filter(|platform| !known.contains(platform)).copied();
    known.iter().copied().chain(others).cloned().collect()
}

/// The known metrics of a platform, those that are shown without being asked for first.
fn headline_first(platform: &Platform) -> Vec<&'static MetricInfo> {
    let mut metrics: Vec<_> = platform_info(platform).map_or(&[][..], |info| info.metrics).iter().collect();
    metrics.sort_by_key(|info| !info.headline);
    metrics
}
