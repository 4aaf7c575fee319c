//! What answers are made from: every artist with what is known of accounts and series, as of a day.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use casa24_analytics::forecast::{Forecasts, Subject, forecasts_of};
use casa24_analytics::{ArtistHistory, History, Series, growth};
use casa24_forecasting::{Memory, Method};
use casa24_schemas::{
    Account, Artist, ArtistId, Date, Forecast, GrowthFigure, Metric, MetricInfo, Observed, Platform,
    RosterEntry, platform_info,
};

use super::total_forecast::{TotalForecast, TotalForecasts};
use super::trained::Trained;
use crate::error::QuestionError;
use crate::find_artist::find_artist;

/// Tokens of the models whose forecasts can be asked for, the one that answers by itself first.
pub(crate) const MODELS: [&str; 4] = [ENSEMBLE, "linear", "arima", "neural"];

/// Token of the model that combines the others.
pub(crate) const ENSEMBLE: &str = "ensemble";

/// All that answers are made from.
#[derive(Debug, Clone, Copy)]
pub struct Library<'a> {
    /// Every series.
    pub history: &'a History,
    /// The newest forecasts.
    pub forecasts: &'a Forecasts,
    /// The artists and their accounts.
    pub roster: &'a BTreeMap<ArtistId, RosterEntry>,
    /// Totals that were forecast before.
    pub totals: &'a TotalForecasts,
    /// What the models have learnt.
    pub trained: &'a Trained,
}

/// The library as of a day: what was observed later is not seen.
#[derive(Debug, Clone)]
pub(crate) struct View<'a> {
    library: Library<'a>,
    /// The day in question.
    pub(crate) as_of: Date,
    /// Every artist, the label itself not included, in the order of their ids.
    pub(crate) artists: Vec<Known<'a>>,
    /// Platforms on which any artist has figures or an account.
    platforms: Vec<Platform>,
}

/// What is known of one artist.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    /// The artist.
    pub(crate) artist: &'a Artist,
    /// Series, where there are any.
    pub(crate) history: Option<&'a ArtistHistory>,
    roster: Option<&'a RosterEntry>,
}

impl<'a> Library<'a> {
    /// What is known as of a day; without one, as of the newest observation.
    ///
    /// # Errors
    /// When nothing was observed by then.
    pub(crate) fn view(self, as_of: Option<Date>) -> Result<View<'a>, QuestionError> {
        let newest = self.history.newest().ok_or(QuestionError::NoFigures)?.date();
        let as_of = as_of.unwrap_or(newest);
        let first = self.history.artists().flat_map(ArtistHistory::all_series);
        let first =
            first.filter_map(|(_, _, series)| series.points().first()).map(|point| point.date()).min();
        match first {
            None => return Err(QuestionError::NoFigures),
            Some(first) if first > as_of => return Err(QuestionError::NothingBy { as_of, first }),
            Some(_) => {}
        }
        let mut artists: BTreeMap<&'a ArtistId, Known<'a>> = BTreeMap::new();
        for history in self.history.artists().filter(|history| !history.artist.is_label()) {
            let artist = &history.artist;
            let roster = self.roster.get(&artist.id);
            artists.insert(&artist.id, Known { artist, history: Some(history), roster });
        }
        for (id, entry) in self.roster.iter().filter(|(_, entry)| !entry.artist.is_label()) {
            let known = Known { artist: &entry.artist, history: None, roster: Some(entry) };
            artists.entry(id).or_insert(known);
        }
        let artists: Vec<Known<'a>> = artists.into_values().collect();
        let platforms = platforms(&artists);
        Ok(View { library: self, as_of, artists, platforms })
    }

    /// Whether any of it is made up for a demonstration.
    pub(crate) fn is_sample(self) -> bool {
        self.history.artists().any(|artist| artist.sample)
    }
}

/// Platforms of all artists: the ones that everybody knows first.
fn platforms(artists: &[Known<'_>]) -> Vec<Platform> {
    let in_history = artists.iter().filter_map(|known| known.history).flat_map(|h| h.platforms.keys());
    let in_roster = artists.iter().filter_map(|known| known.roster).flat_map(|r| r.accounts.keys());
    let found: BTreeSet<&Platform> = in_history.chain(in_roster).collect();
    let usual = [Platform::SPOTIFY, Platform::YOUTUBE, Platform::INSTAGRAM];
    let others = found.iter().filter(|platform| !usual.contains(platform)).map(|p| (*p).clone());
    usual.iter().filter(|platform| found.contains(platform)).cloned().chain(others).collect()
}

/// The known metrics of a platform, those that are shown without being asked first.
fn shown_first(platform: &Platform) -> Vec<&'static MetricInfo> {
    let mut metrics: Vec<_> = platform_info(platform).map_or(&[][..], |info| info.metrics).iter().collect();
    metrics.sort_by_key(|info| !info.headline);
    metrics
}

impl<'a> View<'a> {
    /// The artist that a name means.
    pub(crate) fn find(&self, name: &str) -> Result<Known<'a>, QuestionError> {
        let artists: Vec<&'a Artist> = self.artists.iter().map(|known| known.artist).collect();
        let found = find_artist(name, &artists)?;
        let known = self.artists.iter().find(|known| known.artist.id == found.id);
        known.copied().ok_or(QuestionError::NoFigures)
    }

    /// The label itself, where it has figures of its own.
    pub(crate) fn label(&self) -> Option<Known<'a>> {
        let history = self.library.history.artists().find(|history| history.artist.is_label())?;
        Some(Known { artist: &history.artist, history: Some(history), roster: None })
    }

    /// The series to show of an artist, in the order in which they are shown: those with figures by the day, and
    /// those that everybody expects.
    pub(crate) fn series_of(&self, known: &Known<'a>) -> Vec<(Platform, Metric)> {
        let own = known.history.into_iter().flat_map(|history| history.platforms.keys());
        let others: BTreeSet<&Platform> = own.filter(|platform| !self.platforms.contains(platform)).collect();
        let platforms = if known.artist.is_label() { &[][..] } else { &self.platforms };
        let mut shown = Vec::new();
        for platform in platforms.iter().chain(others) {
            for info in shown_first(platform) {
                let metric = info.metric.clone();
                if info.headline || self.has_figures(known, platform, &metric) {
                    shown.push((platform.clone(), metric));
                }
            }
            let metrics = known.history.and_then(|history| history.platforms.get(platform));
            for metric in metrics.into_iter().flat_map(|platform| platform.series.keys()) {
                let key = (platform.clone(), metric.clone());
                if self.has_figures(known, platform, metric) && !shown.contains(&key) {
                    shown.push(key);
                }
            }
        }
        shown
    }

    /// The series of all artists together, in the order in which they are shown.
    pub(crate) fn all_series(&self) -> Vec<(Platform, Metric)> {
        let found: BTreeSet<_> = self.artists.iter().flat_map(|known| self.series_of(known)).collect();
        let place = |(platform, metric): &(Platform, Metric)| {
            let platform_place = self.platforms.iter().position(|known| known == platform);
            let metric_place = shown_first(platform).iter().position(|info| info.metric == *metric);
            (platform_place, metric_place.unwrap_or(usize::MAX))
        };
        let mut series: Vec<_> = found.into_iter().collect();
        series.sort_by_key(place);
        series
    }

    fn has_figures(&self, known: &Known<'_>, platform: &Platform, metric: &Metric) -> bool {
        known.series(platform, metric).is_some_and(|series| series.at(self.as_of).is_some())
    }

    /// Growth of one series of an artist.
    pub(crate) fn growth(
        &self,
        known: &Known<'_>,
        platform: &Platform,
        metric: &Metric,
        period_days: u32,
    ) -> GrowthFigure {
        let none = Series::new();
        let series = known.series(platform, metric).unwrap_or(&none);
        growth::of_series(platform, metric, series, period_days, self.as_of)
    }

    /// A model's forecast of one series of an artist: the stored one where it was made from the newest value by
    /// the day in question, otherwise one made now.
    pub(crate) fn forecast(
        &self,
        known: &Known<'_>,
        platform: &Platform,
        metric: &Metric,
        model: &str,
    ) -> Option<Forecast> {
        let series = known.series(platform, metric)?;
        let newest = series.at(self.as_of)?;
        let stored = self.library.forecasts.get(&known.artist.id, platform, metric, model);
        let of_newest = |forecast: &&Forecast| {
            forecast.generated_at == newest.observed_at && forecast.current.get() == newest.value
        };
        match stored.filter(of_newest) {
            Some(forecast) => Some(forecast.clone()),
            None => {
                let (artist, as_of, sample) = (known.artist, self.as_of, known.sample());
                self.compute(model, &Subject { artist, platform, metric, series, as_of, sample })
            }
        }
    }

    /// A model's forecast of a series, made now with what had been learnt by the day in question; `None` of a model
    /// that the program does not have, or where no value is known by the day.
    pub(super) fn compute(&self, model: &str, subject: &Subject<'_>) -> Option<Forecast> {
        let method = Method::named(model)?;
        let knowledge = self.library.trained.as_of(self.as_of);
        forecasts_of(subject, &[method], knowledge, &mut Memory::new()).pop()
    }

    /// The forecast of the sum of one metric over all artists.
    pub(crate) fn total(&self, platform: &Platform, metric: &Metric) -> Rc<TotalForecast> {
        self.library.totals.of(self, platform, metric)
    }

    /// The newest observation by the day in question of any of these artists.
    pub(crate) fn generated_at<'k>(
        &self,
        artists: impl IntoIterator<Item = &'k Known<'a>>,
    ) -> Option<Observed>
    where
        'a: 'k,
    {
        artists.into_iter().filter_map(|known| known.history?.newest_until(self.as_of)).max()
    }
}

impl Known<'_> {
    /// The artist's account on a platform: what the roster says, otherwise what the newest snapshot knew.
    pub(crate) fn account(&self, platform: &Platform) -> Account {
        match self.roster.map(|entry| entry.account(platform)) {
            Some(account) if account != Account::Unknown => account,
            _ => self
                .history
                .and_then(|history| history.platforms.get(platform))
                .map_or(Account::Unknown, |history| history.account.clone()),
        }
    }

    /// One series of the artist.
    pub(crate) fn series(&self, platform: &Platform, metric: &Metric) -> Option<&Series> {
        self.history?.series(platform, metric)
    }

    /// Whether any of the artist's figures are made up for a demonstration.
    pub(crate) fn sample(&self) -> bool {
        self.history.is_some_and(|history| history.sample)
    }
}
