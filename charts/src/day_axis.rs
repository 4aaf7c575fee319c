//! The axis of days: a range of them, and first days of months in it.

use time::{Date, Month};

/// Months between ticks, closest first; they are counted from January.
const STEPS_MONTHS: [i32; 13] = [1, 2, 3, 4, 6, 12, 24, 60, 120, 240, 600, 1_200, 12_000];

/// Longest range, in days, with a tick at the middle of each month too.
const SHORT_DAYS: i64 = 75;

/// A range of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayAxis {
    pub(crate) first: Date,
    pub(crate) last: Date,
}

impl DayAxis {
    /// The range of these days; `None` where there are none.
    pub(crate) fn of(days: impl Iterator<Item = Date> + Clone) -> Option<Self> {
        Some(Self { first: days.clone().min()?, last: days.max()? })
    }

    /// Where a day lies, from 0 at the left to 1 at the right; a day alone lies in the middle.
    pub(crate) fn share(self, day: Date) -> f64 {
        match (self.last - self.first).whole_days() {
            0 => 0.5,
            span => (day - self.first).whole_days() as f64 / span as f64,
        }
    }

    /// First days of months, evenly and at most `most`, earliest first; in a range of few weeks middles of months
    /// too.
    pub(crate) fn ticks(self, most: usize) -> Vec<Date> {
        if (self.last - self.first).whole_days() < SHORT_DAYS {
            let halves = self.days(1, &[1, 15]);
            if halves.len() <= most {
                return halves;
            }
        }
        let num_months = month_number(self.last) - month_number(self.first);
        let fits = |step: &i32| usize::try_from(num_months / step).is_ok_and(|num| num <= most);
        let mut steps = STEPS_MONTHS.into_iter().filter(fits).map(|step| self.days(step, &[1]));
        steps.find(|ticks| ticks.len() <= most).unwrap_or_default()
    }

    /// These days of every so-manieth month within the range.
    fn days(self, step_months: i32, days_of_month: &[u8]) -> Vec<Date> {
        let (first, last) = (month_number(self.first), month_number(self.last));
        let months = (first..=last).filter(|month| month % step_months == 0);
        let date = |month: i32, day| {
            let name = Month::try_from(u8::try_from(month.rem_euclid(12) + 1).ok()?).ok()?;
            Date::from_calendar_date(month.div_euclid(12), name, day).ok()
        };
        months
            .flat_map(|month| days_of_month.iter().filter_map(move |day| date(month, *day)))
            .filter(|day| (self.first..=self.last).contains(day))
            .collect()
    }
}

/// Months since January of the year 0.
fn month_number(day: Date) -> i32 {
    day.year() * 12 + i32::from(u8::from(day.month())) - 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;

    #[test]
    fn ticks_are_first_days_of_months() {
        let axis = DayAxis { first: date!(2025 - 11 - 20), last: date!(2026 - 03 - 10) };
        let first_days =
            [date!(2025 - 12 - 01), date!(2026 - 01 - 01), date!(2026 - 02 - 01), date!(2026 - 03 - 01)];
        assert_eq!(axis.ticks(8), first_days);
        assert_eq!(axis.ticks(3), [date!(2026 - 01 - 01), date!(2026 - 03 - 01)]);
        assert_eq!((axis.share(axis.first), axis.share(axis.last)), (0.0, 1.0));
    }

    #[test]
    fn few_weeks_have_the_middles_of_months_too() {
        let axis = DayAxis { first: date!(2025 - 08 - 20), last: date!(2025 - 09 - 30) };
        assert_eq!(axis.ticks(4), [date!(2025 - 09 - 01), date!(2025 - 09 - 15)]);
    }

    #[test]
    fn many_years_have_ticks_at_their_beginnings() {
        let axis = DayAxis { first: date!(2020 - 05 - 20), last: date!(2025 - 09 - 30) };
        assert_eq!(
            axis.ticks(6),
            [2021, 2022, 2023, 2024, 2025].map(|year| Date::from_ordinal_date(year, 1).unwrap())
        );
    }

    #[test]
    fn a_day_alone_lies_in_the_middle() {
        let axis = DayAxis::of([date!(2025 - 09 - 30)].into_iter()).unwrap();
        assert_eq!(axis.share(axis.first), 0.5);
    }

    proptest! {
        #[test]
        fn ticks_lie_in_the_range_and_are_few(
            start in 0_i64..7_000_000, length in 0_i64..7_000_000, most in 0_usize..20,
        ) {
            let day = |days| Date::MIN.checked_add(Duration::days(days)).unwrap_or(Date::MAX);
            let axis = DayAxis { first: day(start), last: day(start + length) };
            let ticks = axis.ticks(most);
            prop_assert!(ticks.len() <= most);
            prop_assert!(ticks.iter().all(|tick| (0.0..=1.0).contains(&axis.share(*tick))));
        }
    }
}
