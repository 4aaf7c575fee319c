//! Growth figures of one artist.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::Date;

use crate::day::date_text;
use crate::snapshot_raw::check_artist;
use crate::words::words;
use crate::{
    Artist, DatedFlag, Day, Event, Metric, Observed, OlderVersion, Platform, SchemaId, Value, decode,
};

/// Growth of every metric of an artist over the usual periods, as of the newest observation.
///
/// Subject: `growth.{artist}`. The newest event of the subject is the view; its identity is its content's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// Whose growth it is.
    pub artist: Artist,
    /// The newest observation that was used.
    pub generated_at: Observed,
    /// One figure for each platform, metric and period, in that order.
    pub figures: Vec<GrowthFigure>,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

/// Growth of one metric over one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GrowthFigure {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Days between baseline and current that were asked for.
    pub period_days: u32,
    /// Newest accepted value at or before the day in question; a mean where [`GrowthFigure::mean_of_days`] is set.
    pub current: Option<Value>,
    /// Day of the current value.
    #[serde(with = "date_text::option", default)]
    #[schemars(with = "Option<Day>")]
    pub current_date: Option<Date>,
    /// Accepted value nearest to `period_days` before the current one.
    pub baseline: Option<Value>,
    /// Day of the baseline.
    #[serde(with = "date_text::option", default)]
    #[schemars(with = "Option<Day>")]
    pub baseline_date: Option<Date>,
    /// Current less baseline.
    pub change: Option<Value>,
    /// Change as a percentage of the baseline; missing where that is 0.
    pub change_pct: Option<Value>,
    /// Where the metric is an amount of each day: the number of days, whole weeks, that the comparison spans on either
    /// side. Current and baseline are then means a day over them: sums of equal whole weeks, divided by that number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_of_days: Option<u32>,
    /// Events (level changes, gaps) after the baseline up to the current value, and what describes either of the
    /// two values (rounded, copied forward).
    #[serde(default)]
    pub flags: Vec<DatedFlag>,
    /// Why a figure is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<MissingReason>,
}

words! {
    /// Why a growth figure or its percentage is missing.
    MissingReason {
        NoCurrent = "no_current": "no value yet";
        NoBaseline = "no_baseline": "no value near the start of the period";
        BaselineZero = "baseline_zero": "started at 0, so there is no percentage";
        UnconfirmedZero = "unconfirmed_zero": "the current value is a zero with nothing above zero known before it";
        CurrentCopied = "current_copied": "the current value is a copy: how it changed is not known yet";
    }
}

impl Event for Growth {
    const SCHEMA: SchemaId = SchemaId { name: "growth", major: 2, minor: 1 };
    const JSON_SCHEMA: &'static str = include_str!("../events/growth.json");
    /// Version 1 had fewer flags and reasons.
    const OLDER: &'static [OlderVersion<Self>] = &[OlderVersion { major: 1, read: decode::<Self> }];

    fn subject(&self) -> String {
        format!("growth.{}", self.artist.id)
    }

    fn identity(&self) -> String {
        format!("{}/{}", self.artist.id, self.generated_at)
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        check_artist(&self.artist)
    }
}
