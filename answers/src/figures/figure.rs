//! A figure: its value and change with their days, its flags, or why it is missing.

use casa24_analytics::totals;
use casa24_schemas::{Date, DatedFlag, Day, GrowthFigure, Metric, MissingReason, Platform, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::head::Owner;
use super::missing::{Missing, NoNewer};
use crate::read_model::{ArtistView, AsOf, SeriesOf};

/// One metric of one artist: where it stands and how it changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Name of the artist, or of the label.
    pub artist: String,
    /// Whose it is.
    pub owner: Owner,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Newest value at or before the day in question that counts, so no copy; where none does, the newest accepted one.
    pub current: Option<Value>,
    /// Day of the current value.
    pub current_date: Option<Day>,
    /// Accepted value nearest to the start of the period.
    pub baseline: Option<Value>,
    /// Day of the baseline.
    pub baseline_date: Option<Day>,
    /// Current less baseline.
    pub change: Option<Value>,
    /// Change as a percentage of the baseline.
    pub change_pct: Option<Value>,
    /// Where the metric is an amount of each day, such as streams: the number of days, whole weeks, that are compared with
    /// as many before them. Current and baseline are then means a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_of_days: Option<u32>,
    /// What a reader of the change must know: events within it, and marks on its two ends; without a baseline
    /// those of the current value.
    pub flags: Vec<DatedFlag>,
    /// Why something is missing.
    pub missing: Option<Missing>,
    /// Where the current value is too old to stand for the present: what the platform has said since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_newer: Option<NoNewer>,
}

/// A platform and a metric.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SeriesKey {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
}

impl Figure {
    /// Its series.
    pub(crate) fn key(&self) -> SeriesKey {
        SeriesKey { platform: self.platform.clone(), metric: self.metric.clone() }
    }

    /// The figure of a series, with its change over a period.
    pub(crate) fn of<'a>(as_of: &AsOf<'a>, series: &SeriesOf<'a>, period_days: u32) -> Self {
        Self::from_growth(&series.view, as_of.growth(series, period_days))
    }

    pub(crate) fn from_growth(view: &ArtistView<'_>, growth: GrowthFigure) -> Self {
        let too_old = growth.current_date.filter(|date| totals::is_stale(*date, view.day));
        let missing = growth.missing.map(|missing| match missing {
            MissingReason::NoCurrent => view.why_nothing(&growth.platform, &growth.metric),
            MissingReason::NoBaseline => Missing::NoBaseline,
            MissingReason::BaselineZero => Missing::BaselineZero,
            MissingReason::UnconfirmedZero => Missing::UnconfirmedZero,
            MissingReason::CurrentCopied => too_old
                .map_or(Missing::CurrentCopied, |date| view.too_old(&growth.platform, &growth.metric, date)),
        });
        let no_newer = too_old.and_then(|_| view.no_newer(&growth.platform, &growth.metric));
        Self {
            artist: view.artist.name.clone(),
            owner: view.owner(),
            platform: growth.platform,
            metric: growth.metric,
            current: growth.current,
            current_date: growth.current_date.map(Day),
            baseline: growth.baseline,
            baseline_date: growth.baseline_date.map(Day),
            change: growth.change,
            change_pct: growth.change_pct,
            mean_of_days: growth.mean_of_days,
            flags: growth.flags,
            missing,
            no_newer,
        }
    }

    /// The current value with its day.
    pub fn current(&self) -> Option<(Value, Date)> {
        Some((self.current?, self.current_date?.0))
    }

    /// Whether there is a change other than none.
    pub fn has_moved(&self) -> bool {
        self.change.is_some_and(|change| change.get() != 0.0)
    }

    /// Flags that distort the change: it is not what it seems.
    pub fn distortions(&self) -> Vec<DatedFlag> {
        self.flags.iter().filter(|flag| flag.flag.changes_level()).copied().collect()
    }
}
