//! What explanations rest on, each once: observed values, breakdowns, series, goals, forecasts and findings, with the events
//! that they are stored in; and what was taken back, with what undid it.

use std::collections::BTreeMap;

use casa24_schemas::{Artist, Day, Flag, Metric, Observed, Period, Platform, TrendKind, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an event is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredEvent {
    /// Name of the stream.
    pub stream: String,
    /// Its sequence there.
    pub sequence: u64,
    /// Its subject.
    pub subject: String,
    /// Where its values came from: a file's name, or the platform's API; missing of events that are computed or set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its revision, where events of its kind have any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
}

/// Where the events of a series are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredRange {
    /// Name of the stream.
    pub stream: String,
    /// Their subject.
    pub subject: String,
    /// Lowest sequence of any of them.
    pub first_sequence: u64,
    /// Highest sequence of any of them.
    pub last_sequence: u64,
    /// How many events of the subject have a value of the series in these days.
    pub num_events: u32,
}

/// An accepted value of one metric at one moment: that of a stored event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedValue {
    /// Whose it is.
    pub artist: Artist,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Name of the track or title of the video, where it is the value of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// When it was observed.
    pub observed_at: Observed,
    /// The value.
    pub value: Value,
    /// What the validator had said of it by the day of the answer.
    pub flags: Vec<Flag>,
    /// The event, where it is found.
    #[serde(default)]
    pub event: Option<StoredEvent>,
}

/// A breakdown of a period: a stored event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedBreakdown {
    /// Whose it is.
    pub artist: Artist,
    /// Its platform.
    pub platform: Platform,
    /// Its period.
    pub period: Period,
    /// What it is broken down by: `song`, `playlist`, or `day/` and the name of a song.
    pub by: String,
    /// The event, where it is found.
    #[serde(default)]
    pub event: Option<StoredEvent>,
}

/// A long series that a number is computed from: its values that count, of several of a day the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsedSeries {
    /// Whose it is.
    pub artist: Artist,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Name of the track or title of the video, where it is the series of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Day of the first value that was used.
    pub first: Day,
    /// Day of the last value that was used.
    pub last: Day,
    /// How many there are of what was used: values, changes from one value to the next, or weeks.
    pub num_used: u32,
    /// The weekday, Monday being 1 (ISO 8601), where only changes over one day up to it were used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekday: Option<u8>,
    /// Its weekly paces, the newest first, where it was used week by week.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weeks: Vec<SpanPace>,
    /// Its events, where they are found.
    #[serde(default)]
    pub events: Option<StoredRange>,
}

/// What was gained a day over a span of days: the value on its last day less that on the day before it, over the number of days; of
/// an amount of each day the mean of the amounts. Days over which nothing was observed share evenly what came over them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpanPace {
    /// The day before the span.
    pub after: Day,
    /// Its last day.
    pub until: Day,
    /// What was gained a day.
    pub per_day: Value,
    /// Changes that counted otherwise than they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<CountedOtherwise>,
}

/// A change that counts otherwise than it was: a jump to another level as nothing, one that is far from the usual as three
/// spreads (winsorized).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CountedOtherwise {
    /// The day before the change.
    pub after: Day,
    /// Its last day.
    pub until: Day,
    /// How many of its days lie within the span.
    pub num_days: u32,
    /// What it was a day.
    pub per_day: Value,
    /// What it counts as a day.
    pub counted: Value,
}

/// A goal that the label has set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsedGoal {
    /// Whose figure.
    pub artist: Artist,
    /// Platform of the figure.
    pub platform: Platform,
    /// Metric of the figure.
    pub metric: Metric,
    /// The goal.
    pub value: Value,
    /// First day on which it stood.
    pub since: Day,
    /// Day by which it is to be reached, where there is one.
    pub by: Option<Day>,
    /// The event, where it is found: the newest one with the label's goals.
    #[serde(default)]
    pub event: Option<StoredEvent>,
}

/// A forecast that an answer shows: what a model makes of the values of a series. Its intervals rest on how far earlier
/// forecasts were off, this model's and those of other series of the platform and metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsedForecast {
    /// Whose it is; missing where it is that of a sum of artists' values.
    pub artist: Option<Artist>,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Token of the model.
    pub model: String,
    /// The newest observation that it is made from.
    pub generated_at: Observed,
    /// Its value.
    pub current: Value,
    /// The values that the model learnt from: an index in `series`. Of a sum one for each artist that it adds: the sum of a
    /// day has of each the value of that day or the newest of the three days before; days for which one has none have no sum.
    pub series: Vec<u32>,
    /// The event, where it is stored; a forecast that is not was computed for the answer.
    #[serde(default)]
    pub event: Option<StoredEvent>,
}

/// A finding that another figure counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedFinding {
    /// About whom.
    pub artist: Artist,
    /// Its kind.
    pub kind: TrendKind,
    /// Platform of the figure; `all` where several show it.
    pub platform: Platform,
    /// Metric of the figure; `all` where several show it.
    pub metric: Metric,
    /// Its day.
    pub date: Day,
    /// The event, where it is found: the newest view of the kind and the series.
    #[serde(default)]
    pub event: Option<StoredEvent>,
}

/// A finding that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UndoneFinding {
    /// Its place in the answer.
    pub figure: String,
    /// About whom.
    pub artist: Artist,
    /// Its kind.
    pub kind: TrendKind,
    /// Platform of the figure; `all` where several show it.
    pub platform: Platform,
    /// Metric of the figure; `all` where several show it.
    pub metric: Metric,
    /// Its day.
    pub date: Day,
    /// The values that came late, were marked or corrected, and that stand now: indices in `observed`, the newest first, 20 at
    /// most. Those of its own series where there are any, otherwise all of the artist.
    pub values: Vec<u32>,
    /// How many such values there are.
    pub num_values: u32,
    /// The event that took it back, where one is found: who reads many figures at once publishes no finding that did not hold
    /// in the end.
    #[serde(default)]
    pub event: Option<StoredEvent>,
}

/// A figure that does not count: the validator withheld it, or a correction took it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WithheldFigure {
    /// Its place in the answer.
    pub figure: String,
    /// Whose it is.
    pub artist: Artist,
    /// Its platform.
    pub platform: Platform,
    /// Its metric.
    pub metric: Metric,
    /// When it was observed.
    pub observed_at: Observed,
    /// The event, where it is found: the newest one of this moment without the figure.
    #[serde(default)]
    pub event: Option<StoredEvent>,
}

/// The method of a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsedMethod {
    /// Place of the finding in the answer.
    pub figure: String,
    /// Its kind.
    pub kind: TrendKind,
    /// Token of the method, as events name it.
    pub name: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, Value>,
    /// Where it was published.
    pub sources: Vec<String>,
}
