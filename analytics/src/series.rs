//! A series: the accepted values of one metric of one artist on one platform, in order of observation.

use std::ops::{Bound, RangeBounds};

use casa24_schemas::{DatedFlag, Flag, Observed};
use time::{Date, Duration};

use crate::point::Point;
use crate::points::{Pieces, Points};

/// The value of one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DailyValue {
    /// The day.
    pub date: Date,
    /// The last value that was observed on it.
    pub value: f64,
    /// Whether the series jumped to another level on that day.
    pub new_level: bool,
}

/// Accepted values in order of observation, one for each moment.
///
/// All of them are shown; figures are computed from those that **count**. A copy does not, because nothing was
/// measured; nor does a zero before the first value above zero, because nothing shows that the account worked by
/// then.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    points: Pieces,
    /// When the first value above zero was observed; of some days of a series, that of the whole.
    first_above_zero: Option<Observed>,
    /// Sum of all points as numbers, so that an amended or corrected value makes another extent.
    sum: u64,
}

/// How much is known of a series: another one wherever a value came or was corrected, or its flags were amended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    num_values: usize,
    newest: Option<Observed>,
    sum: u64,
}

impl Series {
    /// An empty series.
    pub const fn new() -> Self {
        Self { points: Pieces::new(), first_above_zero: None, sum: 0 }
    }

    /// The value of a moment.
    pub fn of(&self, observed_at: Observed) -> Option<&Point> {
        let (_, rest) = self.points.all().partition(|known| known.observed_at < observed_at);
        rest.first().filter(|known| known.observed_at == observed_at)
    }

    /// Takes in a value, wherever in time it belongs; a value for a moment already known replaces it.
    pub fn insert(&mut self, point: Point) {
        self.sum = self.sum.wrapping_add(point.number());
        let is_first_above_zero =
            point.value != 0.0 && self.first_above_zero.is_none_or(|first| point.observed_at <= first);
        if let Some(before) = self.points.insert(point) {
            self.sum = self.sum.wrapping_sub(before.number());
            if self.first_above_zero == Some(point.observed_at) {
                self.find_first_above_zero();
            }
        }
        if is_first_above_zero {
            self.first_above_zero = Some(point.observed_at);
        }
    }

    /// Forgets the value of a moment, which was stored wrong.
    pub(crate) fn remove(&mut self, observed_at: Observed) {
        if let Some(removed) = self.points.remove(observed_at) {
            self.sum = self.sum.wrapping_sub(removed.number());
            if self.first_above_zero == Some(observed_at) {
                self.find_first_above_zero();
            }
        }
    }

    fn find_first_above_zero(&mut self) {
        let first = self.points.all().iter().find(|point| point.value != 0.0);
        self.first_above_zero = first.map(|point| point.observed_at);
    }

    /// Keeps those values of which this is said.
    pub(crate) fn retain(&mut self, is_kept: impl Fn(&Point) -> bool) {
        let all = self.points.all();
        if all.iter().all(&is_kept) {
            return;
        }
        self.points = all.iter().filter(|point| is_kept(point)).copied().collect();
        self.sum = sum(self.points.all());
        self.find_first_above_zero();
    }

    /// How much is known.
    pub fn extent(&self) -> Extent {
        let newest = self.points.all().last().map(|point| point.observed_at);
        Extent { num_values: self.points.len(), newest, sum: self.sum }
    }

    /// How much is known of the days up to one.
    pub(crate) fn extent_until(&self, day: Date) -> Extent {
        let points = self.until(day);
        let newest = points.last().map(|point| point.observed_at);
        Extent { num_values: points.len(), newest, sum: sum(points) }
    }

    /// All values, oldest first.
    pub fn points(&self) -> Points<'_> {
        self.points.all()
    }

    /// Values at or before the end of a day.
    pub fn until(&self, day: Date) -> Points<'_> {
        self.points.all().partition(|point| point.date() <= day).0
    }

    /// The newest value at or before the end of a day.
    pub fn at(&self, day: Date) -> Option<&Point> {
        self.until(day).last()
    }

    /// Whether figures are computed from a value of this series: it is no copy, and no zero with nothing above zero
    /// known before it.
    pub fn counts(&self, point: &Point) -> bool {
        let is_confirmed =
            || point.value != 0.0 || self.first_above_zero.is_some_and(|first| first < point.observed_at);
        !point.is_copy() && is_confirmed()
    }

    /// Those of these values that count.
    fn counting<'p>(&self, points: Points<'p>) -> impl DoubleEndedIterator<Item = &'p Point> {
        points.iter().filter(move |point| self.counts(point))
    }

    /// The newest value that counts, at or before the end of a day.
    pub fn counting_at(&self, day: Date) -> Option<&Point> {
        self.counting(self.until(day)).next_back()
    }

    /// The value that counts nearest to a day, at most `max_days_off` from it. Of two equally near days the earlier
    /// one is taken, of several values of one day the last one.
    pub fn nearest(&self, day: Date, max_days_off: u32) -> Option<&Point> {
        let before = self.counting_at(day);
        let (_, later) = self.points.all().partition(|point| point.date() <= day);
        let next = self.counting(later).next();
        // The last value of the next day that has any.
        let after = next.and_then(|point| self.counting_at(point.date()));
        [before, after]
            .into_iter()
            .flatten()
            .map(|point| ((point.date() - day).whole_days().unsigned_abs(), point))
            .filter(|(days_off, _)| *days_off <= u64::from(max_days_off))
            .min_by_key(|(days_off, _)| *days_off)
            .map(|(_, point)| point)
    }

    /// Values of these days, oldest first.
    fn within(&self, days: &impl RangeBounds<Date>) -> Points<'_> {
        let all = self.points.all();
        let rest = match days.start_bound() {
            Bound::Included(first) => all.partition(|point| point.date() < *first).1,
            Bound::Excluded(before) => all.partition(|point| point.date() <= *before).1,
            Bound::Unbounded => all,
        };
        match days.end_bound() {
            Bound::Included(last) => rest.partition(|point| point.date() <= *last).0,
            Bound::Excluded(after) => rest.partition(|point| point.date() < *after).0,
            Bound::Unbounded => rest,
        }
    }

    /// The series of these days alone. A zero at its start that had something above it before counts as it did.
    pub(crate) fn between(&self, first: Date, last: Date) -> Self {
        let points = self.within(&(first..=last));
        Self {
            points: points.iter().copied().collect(),
            first_above_zero: self.first_above_zero,
            sum: sum(points),
        }
    }

    /// One value for each of these days that has any that counts, oldest first: the last one of the day. A change of
    /// level earlier in a day belongs to the day.
    pub fn daily(&self, days: impl RangeBounds<Date>) -> Vec<DailyValue> {
        let points = self.within(&days);
        let mut daily: Vec<DailyValue> = Vec::with_capacity(points.len());
        for point in self.counting(points) {
            let day = DailyValue { date: point.date(), value: point.value, new_level: point.is_new_level() };
            match daily.last_mut() {
                Some(last) if last.date == day.date => {
                    *last = DailyValue { new_level: last.new_level || day.new_level, ..day };
                }
                _ => daily.push(day),
            }
        }
        daily
    }

    /// All marks of the values of these days.
    pub fn flags_within(&self, days: impl RangeBounds<Date>) -> Vec<DatedFlag> {
        let of = |point: &Point| {
            let date = point.date();
            point.flags.iter().map(move |flag| DatedFlag { date, flag })
        };
        self.within(&days).iter().flat_map(of).collect()
    }

    /// What a reader of a change from one moment to another must know: flags that mark an event (a level change, a
    /// gap) on every day after the first moment, and flags that describe a value (rounded, copied forward) on either
    /// end.
    pub fn flags_of_change(&self, from: Observed, until: Observed) -> Vec<DatedFlag> {
        let (_, rest) = self.points.all().partition(|point| point.observed_at < from);
        let (between, _) = rest.partition(|point| point.observed_at <= until);
        let mut flags: Vec<DatedFlag> = Vec::new();
        for point in between.iter() {
            if point.flags.is_empty() {
                continue; // nearly all of them
            }
            let is_first = point.observed_at == from;
            let is_end = is_first || point.observed_at == until;
            let matters = |flag: &Flag| match flag {
                Flag::LevelChange
                | Flag::CounterFell
                | Flag::PlatformPurge
                | Flag::Gap
                | Flag::OutOfOrder => !is_first || from == until,
                Flag::Rounded | Flag::CopiedForward | Flag::UnconfirmedZero => is_end,
            };
            flags.extend(
                point.flags.iter().filter(matters).map(|flag| DatedFlag { date: point.date(), flag }),
            );
        }
        flags.dedup();
        flags
    }
}

/// Sum of values as numbers.
fn sum(points: Points<'_>) -> u64 {
    points.iter().fold(0, |sum, point| sum.wrapping_add(point.number()))
}

/// The day that lies some days before another; the calendar's first day where that is before it.
pub(crate) fn days_before(day: Date, days: u32) -> Date {
    day.checked_sub(Duration::days(i64::from(days))).unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::point::FlagSet;

    fn point(day: u8, value: f64) -> Point {
        let date = Date::from_calendar_date(2025, time::Month::July, day).unwrap();
        Point { observed_at: Observed::day(date), value, flags: FlagSet::default() }
    }

    fn series(values: &[(u8, f64)]) -> Series {
        let mut series = Series::new();
        for (day, value) in values {
            series.insert(point(*day, *value));
        }
        series
    }

    #[test]
    fn nearest_prefers_the_earlier_of_two_equally_near_days() {
        let series = series(&[(1, 10.0), (3, 30.0), (9, 90.0)]);
        assert_eq!(series.nearest(date!(2025 - 07 - 02), 1).unwrap().value, 10.0);
        assert_eq!(series.nearest(date!(2025 - 07 - 08), 1).unwrap().value, 90.0);
        assert_eq!(series.nearest(date!(2025 - 07 - 06), 2), None);
        assert_eq!(series.nearest(date!(2025 - 06 - 30), 1).unwrap().value, 10.0);
    }

    #[test]
    fn the_last_value_of_a_day_is_the_value_of_the_day() {
        let mut series = Series::new();
        for (text, value) in
            [("2025-07-02T08:00:00Z", 1.0), ("2025-07-02T20:00:00Z", 2.0), ("2025-07-03", 3.0)]
        {
            let observed_at = Observed::parse(text).unwrap();
            series.insert(Point { observed_at, value, flags: FlagSet::default() });
        }
        assert_eq!(series.at(date!(2025 - 07 - 02)).unwrap().value, 2.0);
        assert_eq!(series.nearest(date!(2025 - 07 - 01), 1).unwrap().value, 2.0);
        assert_eq!(series.daily(..).iter().map(|day| day.value).collect::<Vec<_>>(), [2.0, 3.0]);
    }

    #[test]
    fn a_change_of_level_earlier_in_a_day_belongs_to_the_day() {
        let mut series = series(&[(4, 7.0)]);
        for (observed_at, value, flag) in
            [("2025-07-02T06:00:00Z", 5.0, Flag::PlatformPurge), ("2025-07-02", 9.0, Flag::Gap)]
        {
            let observed_at = Observed::parse(observed_at).unwrap();
            series.insert(Point { observed_at, value, flags: FlagSet::of(&[flag]) });
        }
        let day = |date, value, new_level| DailyValue { date, value, new_level };
        let expected = [day(date!(2025 - 07 - 02), 9.0, true), day(date!(2025 - 07 - 04), 7.0, false)];
        assert_eq!(series.daily(..), expected);
    }

    #[test]
    fn copies_and_zeros_before_anything_do_not_count() {
        let mut series =
            series(&[(1, 0.0), (2, 0.0), (3, 512.0), (4, 512.0), (5, 530.0), (6, 0.0), (7, 530.0)]);
        assert_eq!(series.extent(), series.clone().extent());
        let before = series.extent();
        for copied in [4, 7] {
            let value = if copied == 4 { 512.0 } else { 530.0 };
            series.insert(Point { flags: FlagSet::of(&[Flag::CopiedForward]), ..point(copied, value) });
        }
        assert_ne!(series.extent(), before);
        let counting: Vec<u8> =
            series.points().iter().filter(|p| series.counts(p)).map(|p| p.date().day()).collect();
        assert_eq!(counting, [3, 5, 6]);
        assert_eq!(series.daily(..).iter().map(|day| day.date.day()).collect::<Vec<_>>(), [3, 5, 6]);
        let at = |day| series.counting_at(date!(2025 - 07 - 01).replace_day(day).unwrap());
        assert_eq!(at(2), None);
        assert_eq!(at(4).unwrap().date().day(), 3);
        assert_eq!(at(9).unwrap().date().day(), 6);
        assert_eq!(series.nearest(date!(2025 - 07 - 02), 1).unwrap().date().day(), 3);
        assert_eq!(series.nearest(date!(2025 - 07 - 04), 0), None);
        // A value that is corrected makes another extent, and so do two that change places.
        let before = series.extent();
        series.insert(point(3, 530.0));
        series.insert(point(5, 512.0));
        assert_ne!(series.extent(), before);
        series.insert(point(3, 512.0));
        series.insert(point(5, 530.0));
        assert_eq!(series.extent(), before);
        // A value above zero that comes late confirms what follows it.
        series.insert(point(1, 3.0));
        assert_eq!(series.counting_at(date!(2025 - 07 - 02)).unwrap().value, 0.0);
    }

    #[test]
    fn only_the_days_that_are_asked_for_have_a_value() {
        let series = series(&[(1, 1.0), (2, 2.0), (4, 4.0), (5, 5.0)]);
        let values = |days: Vec<DailyValue>| days.iter().map(|day| day.value).collect::<Vec<_>>();
        let (second, fourth) = (date!(2025 - 07 - 02), date!(2025 - 07 - 04));
        assert_eq!(values(series.daily(second..=fourth)), [2.0, 4.0]);
        assert_eq!(values(series.daily(second..fourth)), [2.0]);
        assert_eq!(values(series.daily((Bound::Excluded(second), Bound::Unbounded))), [4.0, 5.0]);
        assert!(series.daily(date!(2025 - 07 - 06)..=second).is_empty());
    }

    #[test]
    fn a_change_has_the_events_after_its_start_and_the_descriptions_of_its_ends() {
        let mut series = series(&[(1, 1.0), (4, 1.0)]);
        let flagged = |day, flag| Point { flags: FlagSet::of(&[flag]), ..point(day, 1.0) };
        series.insert(flagged(1, Flag::Gap));
        series.insert(flagged(2, Flag::LevelChange));
        series.insert(flagged(3, Flag::Rounded));
        series.insert(flagged(4, Flag::Rounded));
        let flags = series.flags_of_change(point(1, 0.0).observed_at, point(4, 0.0).observed_at);
        let dated = |date, flag| DatedFlag { date, flag };
        assert_eq!(
            flags,
            [dated(date!(2025 - 07 - 02), Flag::LevelChange), dated(date!(2025 - 07 - 04), Flag::Rounded)]
        );
    }

    proptest! {
        #[test]
        fn order_of_arrival_does_not_matter(days in proptest::collection::vec(1_u8..28, 0..40)) {
            let mut in_order = days.clone();
            in_order.sort_unstable();
            let of = |days: &[u8]| series(&days.iter().map(|day| (*day, f64::from(*day))).collect::<Vec<_>>());
            prop_assert_eq!(of(&days), of(&in_order));
        }
    }
}
