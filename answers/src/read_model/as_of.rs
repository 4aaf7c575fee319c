//! The read model as of a day: what was observed later is not seen, nor what the roster said later. A question that names
//! no day is one about the day of the newest observation, with the roster as it stands.

use std::collections::BTreeSet;

use casa24_analytics::totals::is_stale;
use casa24_analytics::{Point, Series, growth};
use casa24_schemas::{
    Account, Date, Day, GrowthFigure, Metric, MetricInfo, Observed, Platform, PlatformInfo, Value,
    is_headline, is_summable, platform_info,
};
use rayon::prelude::*;

use super::artist_view::ArtistView;
use super::model::ReadModel;
use crate::figures::{LeftOut, Missing};
use crate::query::find_folded;
use crate::refusal::Refusal;
use crate::time_zone::TimeZone;

/// What is known as of a day.
#[derive(Debug)]
pub struct AsOf<'a> {
    pub(super) model: &'a ReadModel,
    /// Whose days a week has: the label's, unless the question is in another one.
    pub(crate) time_zone: TimeZone,
    /// The day in question.
    pub day: Date,
    /// The last day of which the roster is seen; without one it is as it stands.
    pub(super) roster_until: Option<Date>,
    /// Every artist of whom anything was known, those who have left too, in the order of their ids.
    pub(crate) known: Vec<ArtistView<'a>>,
    /// The artists of whom questions about all are: those without the ones of whom the roster says that they left.
    pub artists: Vec<ArtistView<'a>>,
    /// Platforms on which any of them has figures or an account, in the order in which they are shown.
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
        let observed = self.history.first().zip(self.history.newest());
        let days = observed.map(|(first, newest)| (first.date(), newest.date()));
        let Some((first, newest)) = days.or_else(|| self.breakdowns.ends()) else {
            return Err(Refusal::NothingCollected);
        };
        let (roster_until, day) = (day, day.unwrap_or(newest));
        if first > day {
            return Err(Refusal::NothingBy { as_of: Day(day), first: Day(first) });
        }
        Ok(AsOf::new(self, day, roster_until))
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
    fn new(model: &'a ReadModel, day: Date, roster_until: Option<Date>) -> Self {
        let known = model.artists(day, roster_until);
        let artists: Vec<_> = known.iter().filter(|view| !view.has_left()).copied().collect();
        let platforms = platforms(&artists, day);
        Self { model, time_zone: model.time_zone().clone(), day, roster_until, known, artists, platforms }
    }

    /// The same in the days of a time zone; without one, as it is.
    #[must_use]
    pub fn in_time_zone(self, time_zone: Option<&TimeZone>) -> Self {
        Self { time_zone: time_zone.cloned().unwrap_or(self.time_zone), ..self }
    }

    /// What is known as of an earlier day, or the same where that day is later.
    ///
    /// # Errors
    /// When nothing was observed by then.
    pub(crate) fn earlier(&self, day: Date) -> Result<Self, Refusal> {
        let earlier = if day >= self.day {
            Self::new(self.model, self.day, self.roster_until)
        } else {
            self.model.as_of(Some(day))?
        };
        Ok(earlier.in_time_zone(Some(&self.time_zone)))
    }

    /// The artist that a name means.
    ///
    /// # Errors
    /// When no artist or more than one fits.
    pub fn find(&self, name: &str) -> Result<ArtistView<'a>, Refusal> {
        let named = self.known.iter().filter_map(|view| Some((view, self.model.name(view.artist)?)));
        let (views, names): (Vec<&ArtistView<'a>>, Vec<_>) = named.unzip();
        find_folded(name, &names).map(|place| *views[place])
    }

    /// The artists that names mean, in their order.
    ///
    /// # Errors
    /// As [`AsOf::find`], and when two of them mean the same artist.
    pub fn find_each(&self, names: &[String]) -> Result<Vec<ArtistView<'a>>, Refusal> {
        let mut views: Vec<ArtistView<'a>> = Vec::new();
        for name in names {
            let view = self.find(name)?;
            if views.iter().any(|known| known.artist.id == view.artist.id) {
                return Err(Refusal::SameArtist { artist: view.artist.name.clone() });
            }
            views.push(view);
        }
        Ok(views)
    }

    /// Whether any artist had figures or an account on a platform by the day.
    pub fn has_platform(&self, platform: &Platform) -> bool {
        self.platforms.contains(platform)
    }

    /// The label itself, where it has figures of its own by the day.
    pub fn label(&self) -> Option<ArtistView<'a>> {
        let history =
            self.model.label(self.day).filter(|history| history.newest_until(self.day).is_some())?;
        Some(ArtistView {
            artist: &history.artist,
            day: self.day,
            history: Some(history),
            absences: self.model.absences.of(&history.artist.id),
            roster: None,
            first_roster: None,
        })
    }

    /// Those whom a question is about: the one that was asked for, or all artists and the label itself.
    pub(crate) fn asked(&self, one: Option<ArtistView<'a>>) -> Vec<ArtistView<'a>> {
        let all = || self.artists.iter().copied().chain(self.label()).collect();
        one.map_or_else(all, |view| vec![view])
    }

    /// The day so many days before the day in question.
    pub(crate) fn day_before(&self, num_days: u32) -> Date {
        self.day.saturating_sub(time::Duration::days(num_days.into()))
    }

    /// The series to show of an artist, in the order in which they are shown: those with figures by the day, and the
    /// headline metrics of every platform that the label's artists are on.
    pub fn series_of(&self, view: &ArtistView<'a>) -> Vec<SeriesOf<'a>> {
        let own = view.history.into_iter().flat_map(|history| &history.platforms);
        let own = own.filter(|(_, history)| history.has_begun(self.day)).map(|(platform, _)| platform);
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

    /// The newest value of a series by the day.
    pub fn newest(&self, SeriesOf { view, platform, metric }: &SeriesOf<'a>) -> Option<&'a Point> {
        view.series(platform, metric)?.at(self.day)
    }

    /// The newest value by the day that counts: figures and forecasts are computed from it, and it is the one that is
    /// shown, as a copy that came after it was not measured.
    pub(crate) fn newest_counting(
        &self,
        SeriesOf { view, platform, metric }: &SeriesOf<'a>,
    ) -> Option<&'a Point> {
        view.series(platform, metric)?.counting_at(self.day)
    }

    /// The value of a series that stands for the present: the newest that counts.
    ///
    /// # Errors
    /// Why none does: there is none, none that counts, or it is too old.
    pub(crate) fn present(&self, series: &SeriesOf<'a>) -> Result<&'a Point, Missing> {
        match (self.newest_counting(series), self.newest(series)) {
            (Some(counting), _) if self.is_stale(counting.date()) => {
                Err(series.view.too_old(&series.platform, &series.metric, counting.date()))
            }
            (Some(counting), _) => Ok(counting),
            (None, None) => Err(series.view.why_nothing(&series.platform, &series.metric)),
            (None, Some(newest)) if newest.value == 0.0 => Err(Missing::UnconfirmedZero),
            (None, Some(_)) => Err(Missing::CurrentCopied),
        }
    }

    /// An artist whom a total leaves out, with the value that is shown of the series.
    pub(crate) fn left_out(&self, series: &SeriesOf<'a>, missing: Missing) -> LeftOut {
        let shown = self.newest_counting(series).or_else(|| self.newest(series));
        LeftOut {
            artist: series.view.artist.name.clone(),
            missing,
            value: shown.and_then(|point| Value::new(point.value)),
            date: shown.map(|point| Day(point.date())),
        }
    }

    /// Whether a total of a metric could add an artist: one of the label on the day, who is not known to have no account
    /// there.
    pub(crate) fn is_eligible(&self, series: &SeriesOf<'a>) -> bool {
        series.view.is_of_label() && self.may_have_figures(series)
    }

    /// Whether an artist has figures of a series, or is not known to have no account there.
    pub(crate) fn may_have_figures(&self, series: &SeriesOf<'a>) -> bool {
        self.newest(series).is_some() || series.view.account(&series.platform) != Account::Absent
    }

    /// Whether a value of a day no longer stands for the day in question.
    pub fn is_stale(&self, date: Date) -> bool {
        is_stale(date, self.day)
    }

    /// Growth of one series. Where its newest value is a copy, that is said, and the value shown is the newest that
    /// counts.
    pub fn growth(&self, series: &SeriesOf<'a>, period_days: u32) -> GrowthFigure {
        const NONE: &Series = &Series::new();
        let SeriesOf { view, platform, metric } = series;
        let points = view.series(platform, metric).unwrap_or(NONE);
        let mut figure = growth::of_series(platform, metric, points, period_days, self.day);
        if let Some(counting) = self.newest_counting(series)
            && figure.mean_of_days.is_none()
        {
            figure.current = Value::new(counting.value);
            figure.current_date = Some(counting.date());
        }
        figure
    }

    /// On how many of these days, the first and the last of them included, any of these artists was observed; `day_of` says
    /// on which day of the calendar in question.
    pub(crate) fn num_days_observed(
        &self,
        views: &[ArtistView<'a>],
        (first, last): (Date, Date),
        day_of: impl Fn(Observed) -> Date,
    ) -> u32 {
        let series = views.iter().filter_map(|view| view.history).flat_map(|history| history.all_series());
        let days: BTreeSet<Date> = series
            .flat_map(|(_, _, series)| {
                let newest_first = series.until(self.day).iter().rev();
                newest_first.map(|point| day_of(point.observed_at)).take_while(|day| *day >= first)
            })
            .filter(|day| *day <= last)
            .collect();
        days.len() as u32
    }

    /// The newest observation by the day of any of these artists.
    pub fn generated_at(&self, views: &[ArtistView<'a>]) -> Option<Observed> {
        views.iter().filter_map(|view| view.history?.newest_until(self.day)).max()
    }
}

/// Platforms of all artists that had begun by a day: those that the program knows first, in the order of their list.
fn platforms(artists: &[ArtistView<'_>], day: Date) -> Vec<Platform> {
    let in_history = artists.iter().filter_map(|view| view.history).flat_map(|h| &h.platforms);
    let in_history = in_history.filter(|(_, history)| history.has_begun(day)).map(|(platform, _)| platform);
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
