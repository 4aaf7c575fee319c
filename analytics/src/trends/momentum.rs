//! The pace of one series as of a day.

use casa24_schemas::{Metric, Platform};
use time::Date;

use super::found::SeriesId;
use super::pace::{MOST_WEEKS, Pace};
use super::path::Path;
use super::steps::{WEEK, steps};
use super::usual::{MOST_DAYS, Reader};
use crate::series::{Series, days_before};

/// How far the newest value may lie before the day.
const MOST_DAYS_OLD: i64 = 2;

/// The pace of a series over the last whole weeks, beside the weeks before; `None` where too little is known, or where the
/// newest value that counts is more than two days older than the day.
pub fn pace(
    platform: &Platform,
    metric: &Metric,
    series: &Series,
    as_of: Date,
    num_weeks: u32,
) -> Option<Pace> {
    let id = SeriesId::new(platform, metric);
    let nature = id.nature();
    let steps = steps(&series.between(first_day(as_of, num_weeks), as_of), nature);
    let newest = steps.last()?.date;
    if (as_of - newest).whole_days() > MOST_DAYS_OLD {
        return None;
    }
    let mut reader = Reader::new(nature);
    let mut path = Path::default();
    for (index, step) in steps.iter().enumerate() {
        let usual = reader.read(&steps, index, id.info);
        path.push(step, usual.as_ref());
        usual.iter().for_each(|usual| reader.go_on(step, usual));
    }
    Pace::at(&path, newest, num_weeks as usize)
}

/// The first day that the pace of a day rests on: what is usual is known of the first of its weeks too.
pub(super) fn first_day(as_of: Date, num_weeks: u32) -> Date {
    let num_days = (num_weeks as usize + MOST_WEEKS) * WEEK + MOST_DAYS as usize + 1;
    days_before(as_of, u32::try_from(num_days).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Observed;
    use time::Duration;
    use time::macros::date;

    use super::super::pace::Direction;
    use super::*;
    use crate::point::{FlagSet, Point};

    const START: Date = date!(2025 - 01 - 01);

    fn with_changes(changes: impl IntoIterator<Item = f64>) -> Series {
        let mut series = Series::new();
        let mut value = 5_000.0;
        for (day, change) in changes.into_iter().enumerate() {
            value += change;
            let observed_at = Observed::day(START + Duration::days(day as i64));
            series.insert(Point { observed_at, value, flags: FlagSet::default() });
        }
        series
    }

    fn of(series: &Series, day: i64) -> Option<Pace> {
        pace(&Platform::SPOTIFY, &Metric::FOLLOWERS, series, START + Duration::days(day), 2)
    }

    #[test]
    fn a_pace_is_the_gain_a_day_of_two_weeks_beside_the_median_week_before() {
        let series = with_changes((0..140).map(|day| if day > 125 { 30.0 } else { 10.0 }));
        let pace = of(&series, 139).unwrap();
        assert_eq!((pace.per_day, pace.per_day_before), (30.0, 10.0));
        assert_eq!(pace.since, START + Duration::days(125));
        assert!(pace.likelihood() < 0.001, "{pace:?}");
        assert_eq!(pace.directions(), (Direction::Up, Direction::Up));
        let (lower, upper) = pace.range(0.05).unwrap();
        assert!(lower.get() < 10.0 && upper.get() > 10.0 && upper.get() < 30.0);
    }

    #[test]
    fn one_huge_day_is_no_pace() {
        let wave = |day: i32| f64::from((day * 37) % 5) + 8.0;
        let series = with_changes((0..140).map(|day| if day == 135 { 4_000.0 } else { wave(day) }));
        let pace = of(&series, 139).unwrap();
        assert!(pace.likelihood() > 0.01, "{pace:?}");
    }

    #[test]
    fn falling_faster_is_below_and_downwards() {
        let series = with_changes((0..140).map(|day| if day > 125 { -30.0 } else { -10.0 }));
        let pace = of(&series, 139).unwrap();
        assert!(pace.distance() < 0.0);
        assert_eq!(pace.directions(), (Direction::Down, Direction::Down));
    }

    #[test]
    fn without_weeks_before_or_with_an_old_value_there_is_none() {
        let series = with_changes((0..140).map(|_| 1.0));
        assert!(of(&series, 50).is_none());
        assert!(of(&series, 141).is_some() && of(&series, 142).is_none());
    }
}
