//! A moment of a series: a day and second of the calendar in, a number that sorts out.

use time::{Date, Duration, Month, OffsetDateTime};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// The day from which seconds count, 1970-01-01.
const JULIAN_DAY_OF_1970: i32 = 2_440_588;

/// 1970-01-01 as Excel counts days.
const SERIAL_OF_1970: i64 = 25_569;

/// Seconds since 1970 in UTC, or a plain integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    /// The beginning of a day of the calendar, if there is such a day.
    pub(crate) fn of_calendar(year: i64, month: i64, day: i64) -> Option<Self> {
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?);
        date.ok().map(Self::of_date)
    }

    /// The beginning of a day.
    pub(crate) fn of_date(date: Date) -> Self {
        Self(i64::from(date.to_julian_day() - JULIAN_DAY_OF_1970) * DAY)
    }

    /// Day of the moment in UTC; none beyond the calendar.
    pub(crate) fn date(self) -> Option<Date> {
        OffsetDateTime::from_unix_timestamp(self.0).ok().map(OffsetDateTime::date)
    }

    /// Seconds since the beginning of the day.
    pub(crate) const fn second_of_day(self) -> i64 {
        self.0.rem_euclid(DAY)
    }

    /// The day of a number of Excel's calendar, whose first day is the last one of 1899.
    pub(crate) fn of_serial(number: i64) -> Option<Self> {
        Some(Self(number.checked_sub(SERIAL_OF_1970)?.checked_mul(DAY)?))
    }

    /// The day as Excel counts it.
    pub(crate) const fn serial(self) -> i64 {
        self.0.div_euclid(DAY) + SERIAL_OF_1970
    }
}

/// The last day of a day's month.
pub(crate) fn days_in_month(date: Date) -> u8 {
    date.month().length(date.year())
}

/// Whether the day is the last of its month.
pub(crate) fn is_month_end(date: Date) -> bool {
    date.checked_add(Duration::DAY).is_none_or(|next| next.day() == 1)
}
