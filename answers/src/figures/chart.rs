//! What the picture of an answer shows, as figures: whoever draws it finds the words.

use std::ops::Bound;
use std::sync::Arc;

use casa24_analytics::{DailyValue, Series};
use casa24_schemas::{Day, ForecastPoint, Metric, Platform, Value, is_headline, is_summable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::Duration;

use super::figure::SeriesKey;
use crate::read_model::{ArtistView, AsOf, SeriesOf, TotalOfArtists};

/// Most panels of a picture; more could not be read on a phone.
pub(crate) const MAX_PANELS: usize = 6;

/// The figures of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartFigures {
    /// Its panels, in their order.
    pub panels: Vec<PanelFigures>,
    /// What it is drawn for.
    pub theme: Theme,
    /// The model whose paths and intervals are shown, where others stand beside it.
    pub compared_model: Option<String>,
}

/// The surroundings that a picture is drawn for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark.
    #[default]
    Dark,
    /// Light.
    Light,
}

/// A milestone that was reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Passed {
    /// The number.
    pub threshold: Value,
    /// Value on the day.
    pub value: Value,
    /// The first day with a value there.
    pub date: Day,
}

/// One series.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelFigures {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Whose it is, where that tells the panels apart.
    pub title: Option<String>,
    /// Where the line is a sum: how many artists it adds, each on every day. A total of growth adds those who have a value at
    /// both ends of the period, who may be others.
    pub num_artists_added: Option<u32>,
    /// Accepted values of the last days, oldest first, one for each day that has any; the last one is the current.
    pub observed: Vec<DailyValue>,
    /// Milestones within these days, oldest first.
    pub milestones: Vec<Passed>,
    /// The forecast, one point for each day ahead; empty where there is none.
    pub path: Vec<ForecastPoint>,
    /// What other models expect.
    pub others: Vec<ModelPath>,
    /// A value that somebody hopes for.
    pub goal: Option<Value>,
}

impl PanelFigures {
    /// A panel without figures.
    pub(crate) fn of(SeriesKey { platform, metric }: SeriesKey) -> Self {
        Self {
            platform,
            metric,
            title: None,
            num_artists_added: None,
            observed: Vec::new(),
            milestones: Vec::new(),
            path: Vec::new(),
            others: Vec::new(),
            goal: None,
        }
    }
}

impl ChartFigures {
    /// The picture of what was observed of some series, each with a title where it needs one, over the days up to the newest
    /// value of each; `None` where there is nothing.
    pub(crate) fn observed<'s>(
        as_of: &AsOf<'_>,
        shown: impl IntoIterator<Item = (Option<String>, SeriesKey, &'s Series)>,
        num_days: u32,
    ) -> Option<Self> {
        let panel = |(title, key, series): (Option<String>, SeriesKey, &Series)| PanelFigures {
            title,
            observed: newest_days(series, as_of, num_days),
            ..PanelFigures::of(key)
        };
        Self::of_panels(shown.into_iter().map(panel))
    }

    /// The picture of panels, without those that show nothing; `None` where none is left.
    pub(crate) fn of_panels(panels: impl Iterator<Item = PanelFigures>) -> Option<Self> {
        let panels: Vec<PanelFigures> =
            panels.filter(|panel| !panel.observed.is_empty()).take(MAX_PANELS).collect();
        (!panels.is_empty()).then_some(Self { panels, theme: Theme::Dark, compared_model: None })
    }

    /// The same of the headline figures of an artist.
    pub(crate) fn of_artist<'a>(as_of: &AsOf<'a>, view: &ArtistView<'a>, num_days: u32) -> Option<Self> {
        let series = as_of.series_of(view).into_iter();
        let headline = series.filter(|series| is_headline(&series.platform, &series.metric));
        let shown = headline.filter_map(|SeriesOf { platform, metric, .. }| {
            let series = view.series(&platform, &metric)?;
            Some((None, SeriesKey { platform, metric }, series))
        });
        Self::observed(as_of, shown, num_days)
    }

    /// The same of the label's totals.
    pub(crate) fn of_totals(as_of: &AsOf<'_>, num_days: u32) -> Option<Self> {
        let all = as_of.all_series().into_iter();
        let summed =
            all.filter(|(platform, metric)| is_headline(platform, metric) && is_summable(platform, metric));
        let totals: Vec<_> = summed
            .map(|(platform, metric)| (as_of.total(&platform, &metric), SeriesKey { platform, metric }))
            .collect();
        let panel = |(total, key): &(Arc<TotalOfArtists>, SeriesKey)| PanelFigures {
            num_artists_added: Some(total.counted.len() as u32),
            observed: newest_days(&total.series, as_of, num_days),
            ..PanelFigures::of(key.clone())
        };
        Self::of_panels(totals.iter().map(panel))
    }
}

/// The value of each day with figures, from so many days before the newest value that counts up to it: the first day is that
/// of the baseline of a change over so many days.
pub(crate) fn newest_days(series: &Series, as_of: &AsOf<'_>, num_days: u32) -> Vec<DailyValue> {
    let Some(newest) = series.counting_at(as_of.day) else { return Vec::new() };
    let before = newest.date().saturating_sub(Duration::days(num_days.into()));
    series.daily((Bound::Included(before), Bound::Included(as_of.day)))
}

/// The expected values of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelPath {
    /// Token of the model.
    pub model: String,
    /// Days ahead, and the value that is expected then.
    pub points: Vec<(u32, Value)>,
}
