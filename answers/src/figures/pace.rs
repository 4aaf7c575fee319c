//! The pace of a series: its last weeks beside the weeks before.

use casa24_analytics::trends::Pace;
use casa24_schemas::{Day, Metric, Platform, TrendKind, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::head::Owner;
use super::missing::Missing;
use crate::read_model::{AsOf, SeriesOf};

/// A pace is another one where chance alone brings one at least as far off, to the same side, less often than this.
pub(crate) const UNLIKELY: f64 = 0.05;
/// Whole weeks that must be known before a pace for it to have something to be held against.
const WEEKS_BEFORE: u32 = 6;

/// How fast one metric of one artist moves, and whether that has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaceFigure {
    /// Name of the artist, or of the label.
    pub artist: String,
    /// Whose it is.
    pub owner: Owner,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// The paces; missing where there is nothing to compare.
    pub pace: Option<Paces>,
    /// Why they are missing.
    pub missing: Option<Missing>,
}

/// Two paces, in the unit of the metric a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Paces {
    /// What has changed: `accelerating`, `slowing` or `turn`; missing where the pace lies within the range.
    pub change: Option<TrendKind>,
    /// First day of the new pace.
    pub since: Day,
    /// Day of the newest value in it.
    pub until: Day,
    /// Change a day since then.
    pub per_day: Value,
    /// First day of the weeks before, of which there are twelve at most.
    pub before_since: Day,
    /// Median of their weekly changes, a day.
    pub per_day_before: Value,
    /// Lower end of the range that holds 9 of 10 paces of so many weeks while nothing changes.
    pub lower: Value,
    /// Upper end of that range.
    pub upper: Value,
    /// Probability of a pace at least as far off to the same side while nothing changes.
    pub likelihood: Value,
}

impl PaceFigure {
    /// The pace of a series over its last whole weeks.
    pub(crate) fn of<'a>(as_of: &AsOf<'a>, series: &SeriesOf<'a>, num_weeks: u32) -> Self {
        let (pace, missing) = match paces(as_of, series, num_weeks) {
            Ok(pace) => (Some(pace), None),
            Err(missing) => (None, Some(missing)),
        };
        Self {
            artist: series.view.artist.name.clone(),
            owner: series.view.owner(),
            platform: series.platform.clone(),
            metric: series.metric.clone(),
            pace,
            missing,
        }
    }

    /// What has changed, where something has.
    pub fn change(&self) -> Option<&TrendKind> {
        self.pace.as_ref()?.change.as_ref()
    }
}

fn paces<'a>(as_of: &AsOf<'a>, series: &SeriesOf<'a>, num_weeks: u32) -> Result<Paces, Missing> {
    let newest = as_of.present(series)?;
    let SeriesOf { view, platform, metric } = series;
    let points = view.series(platform, metric).ok_or(Missing::NoFigures)?;
    let pace = as_of.pace(series, points, newest.date(), num_weeks);
    let pace = pace.ok_or(Missing::TooFewWeeks { need: num_weeks + WEEKS_BEFORE })?;
    of_pace(&pace, Day(newest.date())).ok_or(Missing::TooLarge)
}

fn of_pace(pace: &Pace, until: Day) -> Option<Paces> {
    let likelihood = pace.likelihood();
    let (lower, upper) = pace.range(UNLIKELY)?;
    Some(Paces {
        change: (likelihood < UNLIKELY).then(|| pace.kind()),
        since: Day(pace.since),
        until,
        per_day: Value::new(pace.per_day)?,
        before_since: Day(pace.before_since),
        per_day_before: Value::new(pace.per_day_before)?,
        lower,
        upper,
        likelihood: Value::new(likelihood)?,
    })
}
