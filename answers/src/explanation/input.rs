//! What a number is computed from.

use casa24_schemas::{Day, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::Quantity;
use super::used::CountedOtherwise;

/// What a number is computed from. An index is that of its entry in the list of the explanation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Input {
    /// An observed value.
    Observed {
        /// Its index in `observed`.
        index: u32,
        /// The value.
        value: Value,
    },
    /// A figure of a period.
    Breakdown {
        /// Its index in `breakdowns`.
        index: u32,
        /// The song, the playlist or the day.
        of: String,
        /// The figure.
        value: Value,
    },
    /// Another figure of the answer.
    Figure {
        /// Its place in the answer.
        figure: String,
        /// The figure, before it was rounded to four digits where the answer rounds it.
        value: Value,
    },
    /// The number of days from one day to another.
    Days {
        /// The earlier day.
        since: Day,
        /// The later day.
        until: Day,
        /// The number.
        value: Value,
    },
    /// A number in between, which has its own formula.
    Step {
        /// Its index in `steps`.
        index: u32,
        /// The number.
        value: Value,
    },
    /// A number that is set or counted.
    Number {
        /// What it stands for.
        what: Quantity,
        /// The number.
        value: Value,
    },
    /// The values of a series.
    Series {
        /// Its index in `series`.
        index: u32,
        /// How many were used.
        value: Value,
    },
    /// The weekly paces of a series, each an input.
    Weeks {
        /// Its index in `series`.
        index: u32,
        /// How many there are.
        value: Value,
    },
    /// What a series gained a day over some days.
    Pace {
        /// Its index in `series`.
        index: u32,
        /// The day before them.
        after: Day,
        /// The last of them.
        until: Day,
        /// What was gained a day.
        value: Value,
        /// Changes that counted otherwise than they were.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        otherwise: Vec<CountedOtherwise>,
    },
    /// A goal of the label.
    Goal {
        /// Its index in `goals`.
        index: u32,
        /// The goal.
        value: Value,
    },
    /// What a forecast says of a day.
    Forecast {
        /// Its index in `forecasts`.
        index: u32,
        /// The day.
        day: Day,
        /// What of it.
        what: OfForecast,
        /// The value.
        value: Value,
    },
    /// A finding: its number is 1, the length of a streak, or how often chance brings one like it.
    Finding {
        /// Its index in `findings`.
        index: u32,
        /// The number.
        value: Value,
    },
}

/// What a forecast says of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfForecast {
    /// The expected value.
    Predicted,
    /// The lower end of the 80 % interval.
    #[serde(rename = "lower_80")]
    Lower80,
    /// The upper end of that interval.
    #[serde(rename = "upper_80")]
    Upper80,
    /// The lower end of the 95 % interval.
    #[serde(rename = "lower_95")]
    Lower95,
    /// The upper end of that interval.
    #[serde(rename = "upper_95")]
    Upper95,
    /// Median absolute error of the model's earlier forecasts at this distance, in percent of what came.
    MedianAbsPctError,
    /// The same in the metric's own unit.
    MedianAbsError,
    /// The same of forecasting that nothing changes.
    NaiveMedianAbsError,
    /// Number of those earlier forecasts.
    NumChecked,
    /// How many of their 80 % intervals held.
    #[serde(rename = "num_in_80")]
    NumIn80,
    /// How many of their 95 % intervals held.
    #[serde(rename = "num_in_95")]
    NumIn95,
}

impl Input {
    /// The number of days from one day to a later one.
    pub(crate) fn days(since: Day, until: Day) -> Option<Self> {
        let value = Value::new((until.0 - since.0).whole_days() as f64)?;
        Some(Self::Days { since, until, value })
    }

    /// A number that is set or counted.
    pub(crate) fn number(what: Quantity, number: f64) -> Option<Self> {
        Some(Self::Number { what, value: Value::new(number)? })
    }

    /// The number that stands for it in the formula; for the weeks of a series their number.
    pub const fn value(&self) -> Value {
        match self {
            Self::Observed { value, .. }
            | Self::Breakdown { value, .. }
            | Self::Figure { value, .. }
            | Self::Days { value, .. }
            | Self::Step { value, .. }
            | Self::Number { value, .. }
            | Self::Series { value, .. }
            | Self::Weeks { value, .. }
            | Self::Pace { value, .. }
            | Self::Goal { value, .. }
            | Self::Forecast { value, .. }
            | Self::Finding { value, .. } => *value,
        }
    }
}
