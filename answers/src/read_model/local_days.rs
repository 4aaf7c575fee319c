//! The days of a week: those of the label's time zone, or of the one that a question is in, as far as the moment of an
//! observation is known. All else has days of UTC; figures that are collected once a day fall on one day of each.

use casa24_analytics::{Series, growth};
use casa24_schemas::{Date, GrowthFigure, Metric, Observed, Platform};
use time::Duration;

use super::artist_view::ArtistView;
use super::as_of::{AsOf, SeriesOf};
use crate::refusal::Refusal;

impl<'a> AsOf<'a> {
    /// The day of the time zone on which something was observed.
    pub(crate) fn local_day(&self, observed: Observed) -> Date {
        self.time_zone.day(observed)
    }

    /// The day in question there: the day of the newest observation on it, otherwise that day itself.
    pub(crate) fn local_today(&self) -> Date {
        let newest = self.generated_at(&self.asked(None)).filter(|newest| newest.date() == self.day);
        newest.map_or(self.day, |newest| self.local_day(newest))
    }

    /// What is known as of the end of an earlier day there, or the same where that day is later.
    ///
    /// # Errors
    /// When nothing was observed by then.
    pub(crate) fn by_end_of(&self, day: Date) -> Result<Self, Refusal> {
        // West of UTC, the last observations of a day may be of the next one.
        let next = day.saturating_add(Duration::DAY);
        let views = self.asked(None);
        let series = views.iter().filter_map(|view| view.history).flat_map(|history| history.all_series());
        let is_of_day = |series: &Series| {
            let of_next = series.until(next).iter().rev().take_while(|point| point.date() == next);
            of_next.map(|point| self.local_day(point.observed_at)).any(|local_day| local_day <= day)
        };
        let goes_on = series.map(|(.., series)| series).any(is_of_day);
        self.earlier(if goes_on { next } else { day })
    }

    /// Growth of one series within days there, the first and the last of them included.
    pub(crate) fn growth_within(&self, series: &SeriesOf<'a>, days: (Date, Date)) -> GrowthFigure {
        const NONE: &Series = &Series::new();
        let SeriesOf { view, platform, metric } = series;
        let points = view.series(platform, metric).unwrap_or(NONE);
        growth::within(platform, metric, points, days, self.day, |observed| self.local_day(observed))
    }

    /// The day there of what was observed of a series on a day of UTC: of its last observation; for all series together
    /// (`all`), of the last of any.
    pub(crate) fn local_day_of(
        &self,
        view: &ArtistView<'a>,
        platform: &Platform,
        metric: &Metric,
        date: Date,
    ) -> Date {
        let of = view.history.into_iter().flat_map(|history| history.all_series());
        let of = of.filter(|(of_platform, of_metric, _)| {
            (*platform == Platform::ALL_TOGETHER || *platform == **of_platform)
                && (*metric == Metric::ALL_TOGETHER || *metric == **of_metric)
        });
        let newest = of.filter_map(|(.., series)| series.at(date)).map(|point| point.observed_at).max();
        newest.filter(|newest| newest.date() == date).map_or(date, |newest| self.local_day(newest))
    }
}
