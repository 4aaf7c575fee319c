//! What became of a series in a calendar year.

use std::collections::BTreeMap;

use time::{Date, Duration, Month};

use crate::point::Point;
use crate::series::Series;

/// How many days before a year a value may lie that stands for its start.
const START_DAYS: i64 = 30;

/// A series in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct YearChange {
    /// The last value that counts of the 30 days before the year, or the first of the year.
    pub start: f64,
    /// Its day.
    pub start_date: Date,
    /// The newest value of the year that counts.
    pub end: f64,
    /// Its day.
    pub end_date: Date,
    /// What each month gained, by its number from 1 on: its last value less that of the month before, or less the start.
    /// Months without a value, or after one without, are not there.
    pub months: BTreeMap<u8, f64>,
    /// Day and value of the two that each month's gain is the difference of, the earlier first.
    pub month_ends: BTreeMap<u8, [(Date, f64); 2]>,
    /// Whether any of these values is on another level than the one before.
    pub has_jumps: bool,
}

/// The first day of a year.
pub fn first_day(year: i32) -> Date {
    Date::from_calendar_date(year, Month::January, 1).unwrap_or(Date::MIN)
}

/// The last day of a year.
pub fn last_day(year: i32) -> Date {
    Date::from_calendar_date(year, Month::December, 31).unwrap_or(Date::MAX)
}

/// What became of a series in a year, up to a day; `None` where it has no two values to compare.
pub fn of_series(series: &Series, year: i32, until: Date) -> Option<YearChange> {
    let first = first_day(year);
    let counting = |point: &&Point| series.counts(point);
    let (before, of_year) = series.until(until.min(last_day(year))).partition(|point| point.date() < first);
    let of_year: Vec<&Point> = of_year.iter().filter(counting).collect();
    let before = before.iter().rev().find(counting);
    let before = before.filter(|point| first - point.date() <= Duration::days(START_DAYS));
    let (start, end) = (before.or(of_year.first().copied())?, *of_year.last()?);
    if start.date() == end.date() {
        return None;
    }
    let (mut months, mut month_ends) = (BTreeMap::new(), BTreeMap::new());
    // The value that the first month is held against, and the number of its month.
    let mut last = (start, before.map_or(u8::from(start.date().month()) - 1, |_| 0));
    for of_month in of_year.chunk_by(|a, b| a.date().month() == b.date().month()) {
        let Some(newest) = of_month.last() else { continue };
        let month = u8::from(newest.date().month());
        if month == last.1 + 1 {
            months.insert(month, newest.value - last.0.value);
            month_ends.insert(month, [last.0, newest].map(|point| (point.date(), point.value)));
        }
        last = (newest, month);
    }
    let has_jumps =
        of_year.iter().any(|point| point.observed_at != start.observed_at && point.is_new_level());
    Some(YearChange {
        start: start.value,
        start_date: start.date(),
        end: end.value,
        end_date: end.date(),
        months,
        month_ends,
        has_jumps,
    })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::testing::series;

    #[test]
    fn months_are_held_against_the_one_before_and_a_month_without_a_value_tells_nothing() {
        let values = [
            (date!(2024 - 12 - 15), 10.0),
            (date!(2025 - 01 - 31), 15.0),
            (date!(2025 - 02 - 10), 12.0),
            (date!(2025 - 04 - 10), 40.0),
            (date!(2025 - 05 - 10), 41.0),
        ];
        let change = of_series(&series(&values), 2025, date!(2025 - 12 - 31)).unwrap();
        assert_eq!((change.start, change.end), (10.0, 41.0));
        assert_eq!(change.months, [(1, 5.0), (2, -3.0), (5, 1.0)].into());
    }

    #[test]
    fn without_a_value_shortly_before_the_year_it_starts_with_its_first() {
        let values =
            [(date!(2024 - 08 - 15), 10.0), (date!(2025 - 06 - 05), 20.0), (date!(2025 - 06 - 25), 26.0)];
        let change = of_series(&series(&values), 2025, date!(2025 - 12 - 31)).unwrap();
        assert_eq!((change.start, change.start_date), (20.0, date!(2025 - 06 - 05)));
        assert_eq!(change.months, [(6, 6.0)].into());
        assert_eq!(of_series(&series(&values), 2025, date!(2025 - 06 - 10)), None);
        assert_eq!(of_series(&series(&values), 2026, date!(2026 - 06 - 10)), None);
    }
}
