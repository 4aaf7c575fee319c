//! How moments are written: the text of column `ds` in, a moment and its style out, and the text again.

use time::{Date, Weekday};

use super::digits::Digits;
use super::moment::{DAY, Moment};

/// How the moments of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Style {
    /// `17`, which counts
    Integer,
    /// `20250706`, a date or a time in digits
    Digits(Digits),
    /// `1751760000`, so many units of which each second has so many, since 1970
    Epoch(i64),
    /// `45844`, days as Excel counts them
    Serial,
    /// `2025-07`
    Month,
    /// `2025Q3`, or `2025-Q3`
    Quarter { dash: bool },
    /// `2025W27`, or `2025-W27`: a week of ISO 8601
    Week { dash: bool },
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
    /// The style of a file in which both occur; none where they are not written in one way.
    pub(crate) fn joined(self, other: Self) -> Option<Self> {
        let dated = [Self::Date, Self::Time, Self::IsoTime, Self::Utc];
        (self == other || dated.contains(&self) && dated.contains(&other)).then(|| self.max(other))
    }

    /// Reads a text of a file of this style; the moment is the end of the day where only a day is said.
    pub(crate) fn read(self, text: &str) -> Option<Moment> {
        let (moment, found) = Moment::parse(text)?;
        let whole_day = |moment: Moment| Moment(moment.0 + DAY - 1);
        match (self, found) {
            (Self::Digits(digits), Self::Integer) if digits == Digits::DAY => {
                digits.moment(moment.0).map(whole_day)
            }
            (Self::Digits(digits), Self::Integer) => digits.moment(moment.0),
            (Self::Epoch(units), Self::Integer) => Some(Moment(moment.0.div_euclid(units))),
            (Self::Serial, Self::Integer) => Moment::of_serial(moment.0).map(whole_day),
            (Self::Digits(_) | Self::Epoch(_) | Self::Serial, Self::Date) => Some(whole_day(moment)),
            (Self::Digits(_) | Self::Epoch(_) | Self::Serial, Self::Time | Self::IsoTime | Self::Utc) => {
                Some(moment)
            }
            (_, Self::Date) => self.joined(found).map(|_| whole_day(moment)),
            _ => self.joined(found).map(|_| moment),
        }
    }

    /// The style of one value a day.
    pub(crate) const fn by_day(self) -> Self {
        match self {
            Self::Time | Self::IsoTime | Self::Utc => Self::Date,
            other => other,
        }
    }

    /// Whether moments within a day can be told apart.
    pub(crate) fn has_time(self) -> bool {
        match self {
            Self::Digits(digits) => digits.has_time(),
            Self::Epoch(_) | Self::Time | Self::IsoTime | Self::Utc => true,
            _ => false,
        }
    }
}

/// What a text of column `ds` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) moment: Moment,
    pub(crate) style: Style,
    /// Milliseconds after the moment, which is a whole second.
    pub(crate) millis: u16,
    /// Minutes by which the clock that wrote it is ahead of UTC.
    pub(crate) ahead: i16,
}

impl Moment {
    /// Reads a text.
    pub(crate) fn parse(text: &str) -> Option<(Self, Style)> {
        Stamp::parse(text).map(|stamp| (stamp.moment, stamp.style))
    }

    /// Writes it; none beyond the years of four digits.
    pub(crate) fn text(self, style: Style) -> Option<String> {
        if let Style::Integer = style {
            return Some(self.0.to_string());
        }
        let day = self.date().filter(|date| (0..=9999).contains(&date.year()))?;
        let (year, month, of_month) = day.to_calendar_date();
        let month = u8::from(month);
        let date = format!("{year:04}-{month:02}-{of_month:02}");
        let second = self.second_of_day();
        let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
        let dashed = |dash: bool| if dash { "-" } else { "" };
        Some(match style {
            Style::Digits(digits) => digits.number(self)?.to_string(),
            Style::Epoch(units) => self.0.checked_mul(units)?.to_string(),
            Style::Serial => self.serial().to_string(),
            Style::Month => format!("{year:04}-{month:02}"),
            Style::Quarter { dash } => format!("{year:04}{}Q{}", dashed(dash), month.div_ceil(3)),
            Style::Week { dash } => {
                let (year, week, _) = day.to_iso_week_date();
                format!("{year:04}{}W{week:02}", dashed(dash))
            }
            Style::Integer | Style::Date => date,
            Style::Time => format!("{date} {time}"),
            Style::IsoTime => format!("{date}T{time}"),
            Style::Utc => format!("{date}T{time}Z"),
        })
    }
}

impl Stamp {
    /// Reads a text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let of = |moment, style| Self { moment, style, millis: 0, ahead: 0 };
        if let Ok(number) = text.parse::<i64>() {
            // 06072025 would lose its zero, and is a date of another form.
            let padded = text.len() >= 6 && text.starts_with('0');
            return (!padded).then_some(of(Moment(number), Style::Integer));
        }
        if let Some((moment, style)) = period(text) {
            return Some(of(moment, style));
        }
        let (date, rest) = text.split_at_checked(10)?;
        let [year, month, day] = numbers(date, b'-', [4, 2, 2])?;
        let midnight = Moment::of_calendar(year, month, day)?;
        let style = match rest.chars().next() {
            None => return Some(of(midnight, Style::Date)),
            Some(' ') => Style::Time,
            Some('T') => Style::IsoTime,
            Some(_) => return None,
        };
        let (time, zone) = match rest[1..].find(['Z', '+', '-']) {
            Some(at) => rest[1..].split_at(at),
            None => (&rest[1..], ""),
        };
        let (second, millis) = second(time)?;
        let (style, ahead) = if zone.is_empty() { (style, 0) } else { (Style::Utc, minutes_ahead(zone)?) };
        let moment = Moment(midnight.0 + second - i64::from(ahead) * 60);
        Some(Self { moment, style, millis, ahead })
    }
}

/// The first day of a month, a quarter or a week.
fn period(text: &str) -> Option<(Moment, Style)> {
    let (year, rest) = text.split_at_checked(4)?;
    let [year] = numbers(year, b'-', [4])?;
    let (rest, dash) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
    if let Some(quarter) = rest.strip_prefix('Q') {
        let [quarter] = numbers(quarter, b'-', [1]).filter(|[quarter]| (1..=4).contains(quarter))?;
        return Some((Moment::of_calendar(year, quarter * 3 - 2, 1)?, Style::Quarter { dash }));
    }
    if let Some(week) = rest.strip_prefix('W') {
        let [week] = numbers(week, b'-', [2])?;
        let monday = Date::from_iso_week_date(year as i32, week as u8, Weekday::Monday).ok()?;
        return Some((Moment::of_date(monday), Style::Week { dash }));
    }
    let [month] = numbers(rest, b'-', [2]).filter(|_| dash)?;
    Some((Moment::of_calendar(year, month, 1)?, Style::Month))
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

/// Second of the day and milliseconds of `13:00`, `13:00:00` or `13:00:00.123456`; finer fractions are left off.
fn second(text: &str) -> Option<(i64, u16)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis =
        fraction.bytes().chain([b'0'; 2]).take(3).fold(0, |sum, byte| sum * 10 + u16::from(byte - b'0'));
    let [hour, minute, second] = if whole.len() == 5 {
        let [hour, minute] = numbers(whole, b':', [2, 2])?;
        [hour, minute, 0]
    } else {
        numbers(whole, b':', [2, 2, 2])?
    };
    (hour < 24 && minute < 60 && second < 60).then_some((hour * 3600 + minute * 60 + second, millis))
}

/// Minutes by which a zone such as `Z`, `+02:00` or `-0330` is ahead of UTC.
fn minutes_ahead(zone: &str) -> Option<i16> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, digits) = zone.split_at_checked(1)?;
    let [hour, minute] =
        numbers(&digits.replacen(':', "", 1), b':', [4]).map(|[both]| [both / 100, both % 100])?;
    let ahead = (hour < 24 && minute < 60).then(|| i16::try_from(hour * 60 + minute).ok())??;
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
            "2025-07",
            "2024Q4",
            "2025-Q1",
            "2020-W53",
            "2025W01",
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
            ("2025-07-06T13:00:59.999999+00:00", "2025-07-06T13:00:59Z"),
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
            "2025-07-06 13:00:00.",
            "2025-07-06 13:00:00.5x",
            "2025-07-06T13:00:00+25:00",
            "2025-07-06T13:00:00+2",
            "9223372036854775808",
            "06072025",
            "2025Q5",
            "2025-Q0",
            "2025-W54",
            "2025-13",
            "202507-",
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
        assert_eq!(Style::Month.joined(Style::Date), None);
        assert_eq!(Style::Month.joined(Style::Month), Some(Style::Month));
    }

    #[test]
    fn fractions_and_clocks_are_kept_beside_the_moment() {
        let stamp = Stamp::parse("2025-07-06 13:00:00.07-03:30").unwrap();
        assert_eq!((stamp.millis, stamp.ahead), (70, -210));
        assert_eq!(stamp.moment.text(Style::Utc).unwrap(), "2025-07-06T16:30:00Z");
    }

    #[test]
    fn a_day_of_an_origin_is_read_to_its_end() {
        let read = |style: Style, text: &str| style.read(text)?.text(Style::Time);
        let whole = [(Style::Date, "2025-07-06"), (Style::Utc, "2025-07-06"), (Style::Serial, "45844")];
        for (style, text) in whole.into_iter().chain([(Style::Digits(Digits::DAY), "20250706")]) {
            assert_eq!(read(style, text).as_deref(), Some("2025-07-06 23:59:59"), "{style:?}");
        }
        assert_eq!(read(Style::Epoch(1_000), "1751760000000").as_deref(), Some("2025-07-06 00:00:00"));
        assert_eq!(read(Style::Quarter { dash: false }, "2025Q3").as_deref(), Some("2025-07-01 00:00:00"));
        assert_eq!(read(Style::Date, "20250706"), None);
        assert_eq!(read(Style::Integer, "2025-07-06"), None);
    }
}
