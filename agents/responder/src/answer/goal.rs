//! When a goal is reached, in data and in words.

use casa24_analytics::Series;
use casa24_analytics::forecast::{Eta, eta};
use casa24_schemas::{Forecast, Value};
use serde::Serialize;

use super::day::Day;
use crate::text;

/// When a series reaches a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Goal {
    /// The value.
    pub value: Value,
    /// First day since which every accepted value is at the goal or above it; missing where the goal is ahead.
    pub reached_since: Option<Day>,
    /// Whether that day is that of the first observation, so that it may have been reached earlier.
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
    /// When a series reaches a value by a forecast.
    pub(super) fn of(value: Value, series: &Series, forecast: &Forecast) -> Self {
        let mut goal = Self {
            value,
            reached_since: None,
            reached_from_start: false,
            earliest: None,
            expected: None,
            latest: None,
            horizon_days: None,
        };
        match eta(series, forecast, value) {
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

    pub(super) fn in_words(&self) -> String {
        let goal = format!("goal {}", text::number(self.value));
        if let Some(since) = self.reached_since {
            let or_earlier = if self.reached_from_start { " or earlier" } else { "" };
            return format!("{goal}: reached, since {since}{or_earlier}");
        }
        let Some(days) = self.horizon_days else { return format!("{goal}: no forecast") };
        let latest = self.latest.map_or_else(|| format!("later than {days} days"), |day| day.to_string());
        match (self.expected, self.earliest) {
            (Some(expected), Some(earliest)) => {
                format!("{goal}: expected on **{expected}** (80 %: {earliest} to {latest})")
            }
            (Some(expected), None) => format!("{goal}: expected on **{expected}**"),
            (None, Some(earliest)) => {
                format!("{goal}: not expected within {days} days (80 %: {earliest} to {latest})")
            }
            (None, None) => format!("{goal}: not within {days} days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn ahead() -> Goal {
        Goal {
            value: Value::new(10_000.0).unwrap(),
            reached_since: None,
            reached_from_start: false,
            earliest: Some(Day(date!(2025 - 10 - 10))),
            expected: Some(Day(date!(2025 - 11 - 02))),
            latest: Some(Day(date!(2025 - 12 - 20))),
            horizon_days: Some(90),
        }
    }

    #[test]
    fn a_goal_ahead_has_its_day_and_range() {
        let words = |goal: &Goal| goal.in_words();
        assert_eq!(
            words(&ahead()),
            "goal 10,000: expected on **2025-11-02** (80 %: 2025-10-10 to 2025-12-20)"
        );
        let no_latest = Goal { latest: None, ..ahead() };
        assert!(words(&no_latest).ends_with("(80 %: 2025-10-10 to later than 90 days)"));
        let unlikely = Goal { expected: None, ..no_latest };
        assert_eq!(
            words(&unlikely),
            "goal 10,000: not expected within 90 days (80 %: 2025-10-10 to later than 90 days)"
        );
        assert_eq!(words(&Goal { earliest: None, ..unlikely }), "goal 10,000: not within 90 days");
    }

    #[test]
    fn a_goal_behind_says_since_when_and_none_says_so() {
        let reached = Goal { reached_since: Some(Day(date!(2025 - 06 - 01))), ..ahead() };
        assert_eq!(reached.in_words(), "goal 10,000: reached, since 2025-06-01");
        let from_start = Goal { reached_from_start: true, ..reached };
        assert!(from_start.in_words().ends_with("since 2025-06-01 or earlier"));
        assert_eq!(Goal { horizon_days: None, ..ahead() }.in_words(), "goal 10,000: no forecast");
    }
}
