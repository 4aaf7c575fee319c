//! When a goal is reached: a series and its forecast in, days out.
//!
//! The expected day is the first on which the forecast's path is at the goal or above it. The range comes from the
//! 80 % interval: the earliest day is the first on which its upper end is there, the latest the first on which its
//! lower end is. Nothing is extrapolated beyond the path.

use casa24_schemas::{Forecast, ForecastPoint, Value};
use time::{Date, Duration};

use crate::point::Point;
use crate::series::Series;

/// When a series reaches a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eta {
    /// It is there: every value that counts since that day is at the goal or above it.
    Reached {
        /// The first of those days.
        since: Date,
        /// Whether that is the first value that counts, so that it may have been reached earlier.
        from_start: bool,
    },
    /// It is ahead; a day is missing where it lies beyond the forecast.
    Ahead {
        /// First day on which the upper end of the 80 % interval is there.
        earliest: Option<Date>,
        /// First day on which the expected value is there.
        expected: Option<Date>,
        /// First day on which the lower end of the 80 % interval is there.
        latest: Option<Date>,
        /// How far the forecast reaches, in days.
        horizon_days: u32,
    },
}

/// When the series reaches `goal` by its forecast; `None` where it is not reached and there is no forecast.
pub fn eta(series: &Series, forecast: &Forecast, goal: Value) -> Option<Eta> {
    if let Some(reached) = reached(series, forecast.current_date, goal) {
        return Some(reached);
    }
    let horizon_days = forecast.path.last()?.days_ahead;
    let first = |bound: fn(&ForecastPoint) -> Value| {
        let point = forecast.path.iter().find(|point| bound(point) >= goal)?;
        forecast.current_date.checked_add(Duration::days(i64::from(point.days_ahead)))
    };
    Some(Eta::Ahead {
        earliest: first(|point| point.upper_80),
        expected: first(|point| point.predicted),
        latest: first(|point| point.lower_80),
        horizon_days,
    })
}

/// Since when the series is at `goal` or above it at the end of a day, by the values that count ([`Series::counts`]);
/// `None` where it is not.
pub fn reached(series: &Series, day: Date, goal: Value) -> Option<Eta> {
    // Most goals are ahead, and all that is known need not be looked at for that.
    series.counting_at(day).filter(|newest| newest.value >= goal.get())?;
    let known: Vec<&Point> = series.until(day).iter().filter(|point| series.counts(point)).collect();
    let start = known.iter().rposition(|point| point.value < goal.get()).map_or(0, |below| below + 1);
    Some(Eta::Reached { since: known.get(start)?.date(), from_start: start == 0 })
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Observed;
    use time::macros::date;

    use super::*;
    use crate::testing::{self, path_point, series, value};

    const TODAY: Date = date!(2025 - 09 - 30);

    /// 100 today and 2 more each day for 90 days, give or take the days ahead.
    fn forecast() -> Forecast {
        let point = |days_ahead: u32| {
            path_point(days_ahead, 100.0 + 2.0 * f64::from(days_ahead), f64::from(days_ahead))
        };
        testing::forecast("ensemble", Observed::day(TODAY), 100.0, (1..=90).map(point).collect())
    }

    fn of(goal: f64) -> Option<Eta> {
        let values = [
            (date!(2025 - 08 - 01), 95.0),
            (date!(2025 - 08 - 02), 80.0),
            (date!(2025 - 09 - 10), 95.0),
            (date!(2025 - 09 - 20), 99.0),
            (TODAY, 100.0),
            (date!(2025 - 10 - 01), 70.0), // later than the forecast
        ];
        eta(&series(&values), &forecast(), value(goal))
    }

    #[test]
    fn the_path_gives_the_day_and_the_interval_its_range() {
        let expected = Eta::Ahead {
            earliest: Some(date!(2025 - 10 - 10)), // 3 a day
            expected: Some(date!(2025 - 10 - 15)), // 2 a day
            latest: Some(date!(2025 - 10 - 30)),   // 1 a day
            horizon_days: 90,
        };
        assert_eq!(of(130.0), Some(expected));
    }

    #[test]
    fn what_lies_beyond_the_forecast_is_not_extrapolated() {
        let Some(Eta::Ahead { earliest, expected, latest, .. }) = of(281.0) else { panic!("ahead") };
        assert_eq!((earliest, expected, latest), (Some(date!(2025 - 11 - 30)), None, None));
        let none = Eta::Ahead { earliest: None, expected: None, latest: None, horizon_days: 90 };
        assert_eq!(of(1e9), Some(none));
    }

    #[test]
    fn a_goal_that_is_reached_says_since_when() {
        assert_eq!(of(100.0), Some(Eta::Reached { since: TODAY, from_start: false }));
        assert_eq!(of(90.0), Some(Eta::Reached { since: date!(2025 - 09 - 10), from_start: false }));
        assert_eq!(of(50.0), Some(Eta::Reached { since: date!(2025 - 08 - 01), from_start: true }));
    }

    #[test]
    fn without_a_path_there_is_no_day() {
        let unforecast = Forecast { path: Vec::new(), ..forecast() };
        let of = |goal| eta(&series(&[(TODAY, 100.0)]), &unforecast, value(goal));
        assert_eq!(of(101.0), None);
        assert_eq!(of(99.0), Some(Eta::Reached { since: TODAY, from_start: true }));
    }
}
