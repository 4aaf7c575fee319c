//! The series of a total: one metric of several artists in, their sum day by day out.
//!
//! An artist counts whose newest value is no older than [`STALE_DAYS`], as in every total, and who has at least
//! [`MIN_VALUES`] daily values of the last [`LOOKBACK_DAYS`] days, so that one who came yesterday does not cut the
//! series off. Nor does one count whose newest value is more than [`NEAR_DAYS`] older than the newest of the others: until
//! that artist is observed again, the sum would end there. A day has a sum where any of them was observed on it, and every
//! one of them on it or at most [`NEAR_DAYS`] days before; other days are left out, not filled.

use std::ops::Bound;

use casa24_schemas::{Flag, Observed};
use time::Date;

use crate::forecast::{LOOKBACK_DAYS, MIN_VALUES};
use crate::point::{FlagSet, Point};
use crate::series::{DailyValue, Series, days_before};
#[cfg(doc)]
use crate::totals::STALE_DAYS;
use crate::totals::is_stale;

/// How many days before a day a value may lie to be used for it in a sum.
pub const NEAR_DAYS: i64 = 3;

/// A change of level of one artist is one of the sum where it is at least this share of it.
const LEVEL_SHARE: f64 = 0.01;

/// The sum of one metric, day by day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TotalSeries {
    /// One value for each day that has a sum.
    pub series: Series,
    /// Places of the artists that count, in the list that was given.
    pub counted: Vec<usize>,
    /// Places of those left out because their newest value is too old.
    pub stale: Vec<usize>,
    /// Places of those left out because they have too few values so far.
    pub young: Vec<usize>,
    /// Most daily values that one of those has.
    pub most_values_of_young: usize,
    /// Places of those left out because their newest value is not near that of the others, with its day.
    pub paused: Vec<(usize, Date)>,
}

/// The sum of these series, one for each artist, as of a day. Artists without any value by then are in no list.
pub fn total_series(artists: &[&Series], as_of: Date) -> TotalSeries {
    let mut total = TotalSeries::default();
    let mut enough: Vec<(usize, Date, Vec<DailyValue>)> = Vec::new();
    let days = (Bound::Excluded(days_before(as_of, LOOKBACK_DAYS)), Bound::Included(as_of));
    for (place, series) in artists.iter().enumerate() {
        let Some(newest) = series.counting_at(as_of) else { continue };
        if is_stale(newest.date(), as_of) {
            total.stale.push(place);
            continue;
        }
        let days = series.daily(days);
        if days.len() < MIN_VALUES {
            total.young.push(place);
            total.most_values_of_young = total.most_values_of_young.max(days.len());
        } else {
            enough.push((place, newest.date(), days));
        }
    }
    let newest_of_all = enough.iter().map(|(_, newest, _)| *newest).max();
    let mut counted: Vec<Vec<DailyValue>> = Vec::new();
    for (place, newest, days) in enough {
        if newest_of_all.is_some_and(|all| (all - newest).whole_days() > NEAR_DAYS) {
            total.paused.push((place, newest));
        } else {
            total.counted.push(place);
            counted.push(days);
        }
    }
    let mut dates: Vec<Date> = counted.iter().flatten().map(|day| day.date).collect();
    dates.sort_unstable();
    dates.dedup();
    let mut next = vec![0; counted.len()]; // place of each artist's first value after the day
    let mut jumps = 0.0; // since the last day that has a sum
    for date in dates {
        let mut sum = Some(0.0);
        for (days, next) in counted.iter().zip(&mut next) {
            while days.get(*next).is_some_and(|day| day.date <= date) {
                jumps += jump(days, *next);
                *next += 1;
            }
            let newest = next.checked_sub(1).and_then(|place| days.get(place));
            let near = newest.filter(|day| (date - day.date).whole_days() <= NEAR_DAYS);
            sum = sum.zip(near).map(|(sum, day)| sum + day.value);
        }
        let Some(value) = sum.filter(|sum: &f64| sum.is_finite()) else { continue };
        let is_first = total.series.points().is_empty();
        let new_level = !is_first && jumps > 0.0 && jumps >= LEVEL_SHARE * value.abs();
        jumps = 0.0;
        let flags = if new_level { FlagSet::of(&[Flag::LevelChange]) } else { FlagSet::default() };
        total.series.insert(Point { observed_at: Observed::day(date), value, flags });
    }
    total
}

/// By how much a value changed the level of its series; 0 where it did not.
fn jump(days: &[DailyValue], place: usize) -> f64 {
    let (Some(day), Some(before)) = (days.get(place), place.checked_sub(1).and_then(|p| days.get(p))) else {
        return 0.0;
    };
    if day.new_level { (day.value - before.value).abs() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2025 - 09 - 30);

    fn series(days: impl IntoIterator<Item = (i64, f64)>) -> Series {
        let mut series = Series::new();
        for (days_ago, value) in days {
            series.insert(point(days_ago, value, &[]));
        }
        series
    }

    fn point(days_ago: i64, value: f64, flags: &[Flag]) -> Point {
        let observed_at = Observed::day(TODAY - Duration::days(days_ago));
        Point { observed_at, value, flags: FlagSet::of(flags) }
    }

    fn sums(total: &TotalSeries) -> Vec<(i64, f64)> {
        let days = total.series.points().iter();
        days.map(|point| ((TODAY - point.date()).whole_days(), point.value)).collect()
    }

    #[test]
    fn a_day_has_a_sum_where_every_artist_has_a_value_near() {
        let steady = series((0..20).map(|days_ago| (days_ago, 10.0)));
        let with_gap = series((0..30).filter(|days_ago| !(5..11).contains(days_ago)).map(|d| (d, 1.0)));
        let total = total_series(&[&steady, &with_gap], TODAY);
        // The gap is bridged for three days after the last value before it.
        let expected = (0..20).rev().filter(|days_ago| !(5..8).contains(days_ago)).map(|d| (d, 11.0));
        assert_eq!(sums(&total), expected.collect::<Vec<_>>());
        assert_eq!(total.counted, [0, 1]);
    }

    #[test]
    fn who_is_gone_or_has_just_come_is_left_out_and_named() {
        let steady = series((0..40).map(|days_ago| (days_ago, 10.0)));
        let gone = series((31..80).map(|days_ago| (days_ago, 7.0)));
        let new = series((0..13).map(|days_ago| (days_ago, 5.0)));
        let later = series([(-1, 9.0)]);
        let total = total_series(&[&gone, &steady, &new, &later, &Series::new()], TODAY);
        assert_eq!((&total.counted[..], &total.stale[..], &total.young[..]), (&[1][..], &[0][..], &[2][..]));
        assert_eq!(total.series, steady);
    }

    #[test]
    fn who_was_not_observed_of_late_does_not_end_the_sum() {
        let steady = series((0..40).map(|days_ago| (days_ago, 10.0)));
        let a_day_behind = series((1..41).map(|days_ago| (days_ago, 4.0)));
        let paused = series((12..70).map(|days_ago| (days_ago, 7.0)));
        let mut copied = series((4..50).map(|days_ago| (days_ago, 3.0)));
        (0..4).for_each(|days_ago| copied.insert(point(days_ago, 3.0, &[Flag::CopiedForward])));
        let total = total_series(&[&paused, &steady, &copied, &a_day_behind], TODAY);
        assert_eq!(total.counted, [1, 3]);
        let day = |days_ago| TODAY - Duration::days(days_ago);
        assert_eq!(total.paused, [(0, day(12)), (2, day(4))]);
        assert_eq!(total.series.points().last().map(|p| (p.date(), p.value)), Some((TODAY, 14.0)));
        // All of them at once, as where a collection failed: nobody is behind the others.
        let together = total_series(&[&paused, &paused], TODAY);
        assert_eq!((together.counted.len(), together.paused.len()), (2, 0));
        assert_eq!(together.series.points().last().map(Point::date), Some(day(12)));
    }

    #[test]
    fn a_jump_of_one_artist_is_a_jump_of_the_sum_where_it_is_large_enough() {
        let great = series((0..40).map(|days_ago| (days_ago, 10_000.0)));
        let mut small = series((0..40).map(|days_ago| (days_ago, 1_000.0)));
        small.insert(point(9, 950.0, &[Flag::LevelChange])); // less than 1 % of the sum
        small.insert(point(5, 500.0, &[Flag::LevelChange]));
        let total = total_series(&[&great, &small], TODAY);
        let flagged = total.series.points().iter().filter(|point| point.flags.has(Flag::LevelChange));
        assert_eq!(flagged.map(Point::date).collect::<Vec<_>>(), [TODAY - Duration::days(5)]);
    }

    #[test]
    fn a_jump_on_a_day_without_a_sum_is_one_of_the_next_sum() {
        let mut jumping =
            series((0..40).map(|days_ago| (days_ago, if days_ago > 9 { 1_000.0 } else { 500.0 })));
        jumping.insert(point(9, 500.0, &[Flag::LevelChange]));
        let with_gap = series((0..40).filter(|days_ago| !(8..16).contains(days_ago)).map(|d| (d, 1.0)));
        let total = total_series(&[&jumping, &with_gap], TODAY);
        let flagged = total.series.points().iter().filter(|point| point.flags.has(Flag::LevelChange));
        assert_eq!(flagged.map(Point::date).collect::<Vec<_>>(), [TODAY - Duration::days(7)]);
    }

    #[test]
    fn a_sum_that_overflows_is_left_out() {
        let huge = series((0..20).map(|days_ago| (days_ago, f64::MAX)));
        assert!(total_series(&[&huge, &huge], TODAY).series.points().is_empty());
        assert!(total_series(&[], TODAY).series.points().is_empty());
    }

    proptest! {
        #[test]
        fn the_total_of_one_artist_is_that_artist(
            values in proptest::collection::btree_map(0_i64..400, 0_u32..1_000, 14..60)
        ) {
            let one = series(values.into_iter().map(|(days_ago, value)| (days_ago, f64::from(value))));
            let total = total_series(&[&one], TODAY);
            prop_assume!(total.counted == [0]);
            let start = days_before(TODAY, LOOKBACK_DAYS);
            // A zero before the first value above zero does not count.
            let is_recent = |point: &&Point| point.date() > start && one.counts(point);
            let recent: Vec<Point> = one.points().iter().filter(is_recent).copied().collect();
            prop_assert_eq!(total.series.points().iter().copied().collect::<Vec<_>>(), recent);
        }
    }
}
