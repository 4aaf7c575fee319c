//! A moment of a series: the text of column `ds` in, a number that sorts out, and the text again.

use time::{Date, Duration, Month, OffsetDateTime};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// The day from which seconds count, 1970-01-01.
const JULIAN_DAY_OF_1970: i32 = 2_440_588;

/// Plain integers lie within this, so that steps ahead of them can be counted.
const MAX_INTEGER: i64 = 1_000_000_000_000_000;

/// Seconds since 1970 in UTC, or a plain integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) i64);

/// How the moments of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Style {
    /// `17`
    Integer,
    /// `2025-07-06`
    Date,
    /// `2025-07-06 13:00:00`, without a zone
    Time,
    /// `2025-07-06T13:00:00`, without a zone
    IsoTime,
    /// `2025-07-06T13:00:00Z`; other offsets are turned into UTC
    Utc,
}

impl Style {
    /// The style of a file in which both occur; none where one counts and the other dates.
    pub(crate) fn joined(self, other: Self) -> Option<Self> {
        ((self == Self::Integer) == (other == Self::Integer)).then(|| self.max(other))
    }
}

impl Moment {
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

    /// Reads a text.
    pub(crate) fn parse(text: &str) -> Option<(Self, Style)> {
        if let Ok(number) = text.parse::<i64>() {
            return (-MAX_INTEGER..=MAX_INTEGER).contains(&number).then_some((Self(number), Style::Integer));
        }
        let (date, rest) = text.split_at_checked(10)?;
        let [year, month, day] = numbers(date, b'-', [4, 2, 2])?;
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date =
            Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
        let midnight = Self::of_date(date);
        let style = match rest.chars().next() {
            None => return Some((midnight, Style::Date)),
            Some(' ') => Style::Time,
            Some('T') => Style::IsoTime,
            Some(_) => return None,
        };
        let (time, zone) = match rest[1..].find(['Z', '+', '-']) {
            Some(at) => rest[1..].split_at(at),
            None => (&rest[1..], ""),
        };
        let moment = midnight.0 + second(time)?;
        Some(if zone.is_empty() { (Self(moment), style) } else { (Self(moment - offset(zone)?), Style::Utc) })
    }

    /// Writes it; none beyond the years of four digits.
    pub(crate) fn text(self, style: Style) -> Option<String> {
        if style == Style::Integer {
            return Some(self.0.to_string());
        }
        let (year, month, day) =
            self.date().filter(|date| (0..=9999).contains(&date.year()))?.to_calendar_date();
        let date = format!("{year:04}-{:02}-{day:02}", u8::from(month));
        let second = self.second_of_day();
        let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
        Some(match style {
            Style::Integer | Style::Date => date,
            Style::Time => format!("{date} {time}"),
            Style::IsoTime => format!("{date}T{time}"),
            Style::Utc => format!("{date}T{time}Z"),
        })
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

/// Numbers of so many digits with a separator between them.
fn numbers<const N: usize>(text: &str, separator: u8, digits: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.as_bytes().split(|byte| *byte == separator);
    let mut found = [0; N];
    for (number, digits) in found.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits)?;
        for byte in part {
            *number = *number * 10 + i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        }
    }
    parts.next().is_none().then_some(found)
}

/// Second of the day of `13:00`, `13:00:00` or `13:00:00.000`; none with a fraction of a second.
fn second(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let [hour, minute, second] = if whole.len() == 5 {
        let [hour, minute] = numbers(whole, b':', [2, 2])?;
        [hour, minute, 0]
    } else {
        numbers(whole, b':', [2, 2, 2])?
    };
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Seconds by which a zone such as `Z`, `+02:00` or `-0330` is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, digits) = zone.split_at_checked(1)?;
    let [hour, minute] =
        numbers(&digits.replacen(':', "", 1), b':', [4]).map(|[both]| [both / 100, both % 100])?;
    let ahead = (hour < 24 && minute < 60).then_some(hour * 3600 + minute * 60)?;
    Some(if sign == "-" { -ahead } else { ahead })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> Option<String> {
        let (moment, style) = Moment::parse(text)?;
        moment.text(style)
    }

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in [
            "17",
            "-3",
            "2025-07-06",
            "1969-12-31",
            "2024-02-29",
            "2025-07-06 13:00:00",
            "2025-07-06T13:00:59",
            "0001-01-01T00:00:00Z",
            "9999-12-31 23:59:59",
        ] {
            assert_eq!(rewritten(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn offsets_become_utc_and_short_times_whole() {
        let cases = [
            ("2025-07-06 13:00", "2025-07-06 13:00:00"),
            ("2025-07-06T00:30:00+02:00", "2025-07-05T22:30:00Z"),
            ("2025-07-06T22:30:00.000-0330", "2025-07-07T02:00:00Z"),
            ("2025-07-06 13:00:00Z", "2025-07-06T13:00:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(rewritten(text).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2025-02-29",
            "2025-7-6",
            "2025-13-01",
            "06.07.2025",
            "2025-07-06x",
            "2025-07-06 24:00:00",
            "2025-07-06 13:00:00.5",
            "2025-07-06T13:00:00+25:00",
            "2025-07-06T13:00:00+2",
            "9223372036854775807",
            "1.5",
            "２０２５-07-06",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn dates_and_times_join_but_not_with_integers() {
        assert_eq!(Style::Date.joined(Style::Time), Some(Style::Time));
        assert_eq!(Style::Utc.joined(Style::Date), Some(Style::Utc));
        assert_eq!(Style::Integer.joined(Style::Date), None);
    }
}
