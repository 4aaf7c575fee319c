//! The grid of a series: moments in, their steps out, and the moments of steps to come.

use std::collections::BTreeMap;

use time::{Date, Month};

use super::frequency::{Frequency, month_number};
use super::moment::{DAY, Moment, days_in_month, is_month_end};

/// Moments at equal distances. Steps of series of one file can be compared: they count from the same beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    frequency: Frequency,
    /// Seconds or months by which its moments lie after whole distances.
    phase: i64,
    /// Of months: the day and the second of the day.
    day: Day,
    second_of_day: i64,
}

/// From the Monday before it to 1970-01-01, a Thursday.
const DAYS_FROM_MONDAY: i64 = 3;

/// A day of every month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Day {
    /// This day; the last one of shorter months.
    Of(u8),
    /// The last day.
    Last,
}

impl Grid {
    /// The distance from one moment to the next.
    pub(crate) const fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// The grid on which most of these moments lie.
    pub(crate) fn of(frequency: Frequency, moments: impl Iterator<Item = Moment> + Clone) -> Self {
        let mut grid = Self { frequency, phase: 0, day: Day::Of(1), second_of_day: 0 };
        match frequency {
            Frequency::Integers(step) | Frequency::Seconds(step) => {
                grid.phase = most_common(moments.map(|moment| moment.0.rem_euclid(step))).unwrap_or(0);
            }
            Frequency::BusinessDays => {
                grid.phase = most_common(moments.map(Moment::second_of_day)).unwrap_or(0);
            }
            Frequency::Months(months) => {
                let dates = || moments.clone().filter_map(Moment::date);
                grid.second_of_day = most_common(moments.clone().map(Moment::second_of_day)).unwrap_or(0);
                grid.phase =
                    most_common(dates().map(|date| month_number(date).rem_euclid(months))).unwrap_or(0);
                // The last day of months of several lengths is no day that they share.
                let num_on = |day: Day| dates().filter(|date| day.is(*date)).count();
                let days = (1..=31).map(Day::Of).chain([Day::Last]);
                grid.day = days.max_by_key(|day| num_on(*day)).unwrap_or(Day::Of(1));
            }
        }
        grid
    }

    /// The step of a moment; none off the grid.
    pub(crate) fn step(&self, moment: Moment) -> Option<i64> {
        let step = self.step_until(moment)?;
        (self.moment(step)? == moment).then_some(step)
    }

    /// The last step at or before a moment.
    pub(crate) fn step_until(&self, moment: Moment) -> Option<i64> {
        Some(match self.frequency {
            Frequency::Integers(step) | Frequency::Seconds(step) => (moment.0 - self.phase).div_euclid(step),
            Frequency::BusinessDays => {
                let day = (moment.0 - self.phase).div_euclid(DAY) + DAYS_FROM_MONDAY;
                day.div_euclid(7) * 5 + day.rem_euclid(7).min(4)
            }
            Frequency::Months(months) => {
                let step = (month_number(moment.date()?) - self.phase).div_euclid(months);
                if self.moment(step)? > moment { step - 1 } else { step }
            }
        })
    }

    /// The moment of a step; none beyond the calendar.
    pub(crate) fn moment(&self, step: i64) -> Option<Moment> {
        match self.frequency {
            Frequency::Integers(distance) | Frequency::Seconds(distance) => {
                step.checked_mul(distance)?.checked_add(self.phase).map(Moment)
            }
            Frequency::BusinessDays => {
                let day = step.div_euclid(5).checked_mul(7)? + step.rem_euclid(5) - DAYS_FROM_MONDAY;
                day.checked_mul(DAY)?.checked_add(self.phase).map(Moment)
            }
            Frequency::Months(months) => {
                let number = step.checked_mul(months)?.checked_add(self.phase)?;
                let month = Month::try_from(u8::try_from(number.rem_euclid(12) + 1).ok()?).ok()?;
                let year = i32::try_from(number.div_euclid(12)).ok()?;
                let first = Date::from_calendar_date(year, month, 1).ok()?;
                let day = self.day.in_month(first);
                Some(Moment(Moment::of_date(first).0 + i64::from(day - 1) * DAY + self.second_of_day))
            }
        }
    }
}

impl Day {
    fn in_month(self, date: Date) -> u8 {
        match self {
            Self::Of(day) => day.min(days_in_month(date)),
            Self::Last => days_in_month(date),
        }
    }

    fn is(self, date: Date) -> bool {
        match self {
            Self::Of(_) => self.in_month(date) == date.day(),
            Self::Last => is_month_end(date),
        }
    }
}

/// The most common number, of equally common ones the smallest.
fn most_common(numbers: impl Iterator<Item = i64>) -> Option<i64> {
    let mut counted: BTreeMap<i64, u64> = BTreeMap::new();
    for number in numbers {
        *counted.entry(number).or_default() += 1;
    }
    counted.into_iter().rev().max_by_key(|(_, num)| *num).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::super::style::Style;
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap().0
    }

    /// What comes after the last of these.
    fn continued<const N: usize>(frequency: Frequency, texts: &[&str], style: Style) -> [String; N] {
        let grid = Grid::of(frequency, texts.iter().map(|text| moment(text)));
        let newest = grid.step(moment(texts[texts.len() - 1])).unwrap();
        std::array::from_fn(|ahead| grid.moment(newest + 1 + ahead as i64).unwrap().text(style).unwrap())
    }

    #[test]
    fn month_ends_stay_month_ends_and_starts_stay_starts() {
        let ends = ["2023-10-31", "2023-11-30", "2023-12-31"];
        let expected = ["2024-01-31", "2024-02-29", "2024-03-31"];
        assert_eq!(continued::<3>(Frequency::MONTHLY, &ends, Style::Date), expected);
        let starts = ["2024-11-01", "2024-12-01"];
        assert_eq!(continued::<2>(Frequency::MONTHLY, &starts, Style::Date), ["2025-01-01", "2025-02-01"]);
        let thirtieths = ["2024-12-30", "2025-01-30"];
        assert_eq!(
            continued::<2>(Frequency::MONTHLY, &thirtieths, Style::Date),
            ["2025-02-28", "2025-03-30"]
        );
        let quarters = ["2024-12-31", "2025-03-31"];
        assert_eq!(
            continued::<2>(Frequency::QUARTERLY, &quarters, Style::Date),
            ["2025-06-30", "2025-09-30"]
        );
        let years = ["2020-02-29", "2021-02-28", "2022-02-28"];
        assert_eq!(continued::<2>(Frequency::YEARLY, &years, Style::Date), ["2023-02-28", "2024-02-29"]);
    }

    #[test]
    fn days_and_hours_know_leap_days_and_no_clock_change() {
        let days = ["2024-02-26", "2024-02-27"];
        let expected = ["2024-02-28", "2024-02-29", "2024-03-01"];
        assert_eq!(continued::<3>(Frequency::DAILY, &days, Style::Date), expected);
        // The night in which European clocks skip an hour.
        let hours = ["2025-03-30 00:30:00", "2025-03-30 01:30:00"];
        let expected = ["2025-03-30 02:30:00", "2025-03-30 03:30:00"];
        assert_eq!(continued::<2>(Frequency::HOURLY, &hours, Style::Time), expected);
        let weeks = ["1969-12-21", "1969-12-28"];
        assert_eq!(continued::<1>(Frequency::WEEKLY, &weeks, Style::Date), ["1970-01-04"]);
        assert_eq!(continued::<2>(Frequency::Integers(1), &["-2", "-1"], Style::Integer), ["0", "1"]);
        assert_eq!(continued::<2>(Frequency::Integers(4), &["-7", "-3"], Style::Integer), ["1", "5"]);
    }

    #[test]
    fn business_days_go_from_friday_to_monday() {
        let days = ["2024-02-28", "2024-02-29"];
        let expected = ["2024-03-01", "2024-03-04", "2024-03-05"];
        assert_eq!(continued::<3>(Frequency::BusinessDays, &days, Style::Date), expected);
        let grid = Grid::of(Frequency::BusinessDays, std::iter::empty());
        let step = |text: &str| grid.step(moment(text));
        assert_eq!(step("2025-07-04").map(|friday| friday + 1), step("2025-07-07"));
        assert_eq!(step("1969-12-26").map(|friday| friday + 1), step("1969-12-29"));
        assert_eq!((step("2025-07-05"), step("2025-07-06")), (None, None));
        assert_eq!(grid.step_until(moment("2025-07-06 12:00:00")), step("2025-07-04"));
    }

    #[test]
    fn what_is_off_the_grid_of_most_has_no_step() {
        let texts = ["2025-07-09", "2025-07-06", "2025-07-13", "2025-07-20"];
        let grid = Grid::of(Frequency::WEEKLY, texts.iter().map(|text| moment(text)));
        assert_eq!(texts.map(|text| grid.step(moment(text)).is_some()), [false, true, true, true]);
        let texts = ["2025-01-15", "2025-02-01", "2025-03-01", "2025-04-01 06:00:00"];
        let grid = Grid::of(Frequency::MONTHLY, texts.iter().map(|text| moment(text)));
        assert_eq!(texts.map(|text| grid.step(moment(text)).is_some()), [false, true, true, false]);
    }

    #[test]
    fn the_last_step_until_a_moment_is_found() {
        let grid = Grid::of(Frequency::MONTHLY, ["2025-01-31", "2025-02-28"].iter().map(|text| moment(text)));
        let until = |text: &str| grid.moment(grid.step_until(moment(text)).unwrap()).unwrap();
        assert_eq!(until("2025-03-30"), moment("2025-02-28"));
        assert_eq!(until("2025-03-31"), moment("2025-03-31"));
    }
}
