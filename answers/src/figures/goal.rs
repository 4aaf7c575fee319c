//! When a goal is reached.

use casa24_analytics::Series;
use casa24_analytics::forecast::{Eta, eta, reached};
use casa24_schemas::{Date, Day, Forecast, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When a series reaches a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Goal {
    /// The value.
    pub value: Value,
    /// First day since which every value that counts is at the goal or above it; missing where the goal is ahead.
    pub reached_since: Option<Day>,
    /// Whether that day is that of the first value that counts, so that it may have been reached earlier.
    pub reached_from_start: bool,
    /// First day on which the upper end of the 80 % interval is there; missing where it is beyond the forecast.
    pub earliest: Option<Day>,
    /// First day on which the expected value is there; missing where it is beyond the forecast.
    pub expected: Option<Day>,
    /// First day on which the lower end of the 80 % interval is there; missing where it is beyond the forecast.
    pub latest: Option<Day>,
    /// How far the forecast reaches, in days; missing where there is none.
    pub horizon_days: Option<u32>,
}

impl Goal {
    /// When a series reaches a value after a day, by a forecast where there is one.
    pub(crate) fn of(value: Value, series: &Series, day: Date, forecast: Option<&Forecast>) -> Self {
        let mut goal = Self {
            value,
            reached_since: None,
            reached_from_start: false,
            earliest: None,
            expected: None,
            latest: None,
            horizon_days: None,
        };
        let found = match forecast {
            Some(forecast) => eta(series, forecast, value),
            None => reached(series, day, value),
        };
        match found {
            None => {}
            Some(Eta::Reached { since, from_start }) => {
                goal.reached_since = Some(Day(since));
                goal.reached_from_start = from_start;
            }
            Some(Eta::Ahead { earliest, expected, latest, horizon_days }) => {
                goal.earliest = earliest.map(Day);
                goal.expected = expected.map(Day);
                goal.latest = latest.map(Day);
                goal.horizon_days = Some(horizon_days);
            }
        }
        goal
    }
}
