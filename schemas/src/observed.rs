//! When a platform was observed: an instant, or a day where the hour is not known.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime, UtcOffset};

use crate::day::{DAY_PATTERN, FIRST_DAY};

const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// The moment of an observation. Files of the earlier bot know only the day, and no hour is invented for them.
///
/// Written as `2025-07-06` or `2025-07-06T04:00:12Z`; other offsets are turned into UTC. A day sorts after the
/// instants of that day: it is the day's figure.
// Every value of a history has one: 12 bytes, and in the order of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observed {
    date: Date,
    /// Second of the day in UTC, or [`WHOLE_DAY`].
    second: u32,
    /// Nanosecond of the second.
    nanosecond: u32,
}

/// In place of the second of a day where only the day is known.
const WHOLE_DAY: u32 = u32::MAX;

/// Why a text is not a time of observation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObservedError {
    /// It has another form, or is not in the calendar.
    #[error("{found:?} is neither a date (2025-07-06) nor a time with offset (2025-07-06T04:00:12Z)")]
    Malformed {
        /// The text, cut where it is long.
        found: String,
    },
    /// It lies before [`FIRST_DAY`].
    #[error(
        "{found:?} is before {FIRST_DAY}: there were no platforms to observe, so the date is wrong or not known"
    )]
    TooEarly {
        /// The text.
        found: String,
    },
}

impl Observed {
    /// The day as a whole.
    pub const fn day(date: Date) -> Self {
        Self { date, second: WHOLE_DAY, nanosecond: 0 }
    }

    /// An instant.
    pub fn instant(at: OffsetDateTime) -> Self {
        let at = at.to_offset(UtcOffset::UTC);
        let (h, m, s, nanosecond) = at.time().as_hms_nano();
        let second = u32::from(h) * 3600 + u32::from(m) * 60 + u32::from(s);
        Self { date: at.date(), second, nanosecond }
    }

    /// Reads a date or a time with offset, from [`FIRST_DAY`] on.
    ///
    /// # Errors
    /// When the text is neither, or earlier.
    pub fn parse(text: &str) -> Result<Self, ObservedError> {
        let found = || text.chars().take(60).collect();
        let malformed = || ObservedError::Malformed { found: found() };
        let (observed, written) = if text.len() == 10 {
            let date = Date::parse(text, DATE).map_err(|_| malformed())?;
            (Self::day(date), date)
        } else {
            let written = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| malformed())?;
            // An offset can lead out of the years that have four digits.
            let at = written.checked_to_offset(UtcOffset::UTC).filter(|at| at.year() <= 9999);
            (Self::instant(at.ok_or_else(malformed)?), written.date())
        };
        if observed.date.min(written) < FIRST_DAY {
            return Err(ObservedError::TooEarly { found: found() });
        }
        Ok(observed)
    }

    /// Day of the observation, in UTC.
    pub const fn date(self) -> Date {
        self.date
    }

    /// The instant, or `None` where only the day is known.
    pub fn moment(self) -> Option<OffsetDateTime> {
        let since_midnight =
            Duration::seconds(self.second.into()) + Duration::nanoseconds(self.nanosecond.into());
        let midnight = self.date.midnight().assume_utc();
        if self.is_day() { None } else { midnight.checked_add(since_midnight) }
    }

    /// Hours since midnight (UTC), or `None` where only the day is known.
    pub fn hour(self) -> Option<f64> {
        let hours = (f64::from(self.second) + f64::from(self.nanosecond) / 1e9) / 3_600.0;
        (!self.is_day()).then_some(hours)
    }

    /// Whether only the day is known.
    pub const fn is_day(self) -> bool {
        self.second == WHOLE_DAY
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date.to_calendar_date();
        write!(f, "{year:04}-{:02}-{day:02}", u8::from(month))?;
        if !self.is_day() {
            let second = self.second;
            write!(f, "T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
            if self.nanosecond > 0 {
                write!(f, "{}", format!(".{:09}", self.nanosecond).trim_end_matches('0'))?;
            }
            f.write_str("Z")?;
        }
        Ok(())
    }
}

impl Serialize for Observed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Observed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Observed;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date or a time with offset")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Observed, E> {
                Observed::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl JsonSchema for Observed {
    fn schema_name() -> Cow<'static, str> {
        "Observed".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "When the platform was observed: an instant, or a day where the hour is not known. \
                            Instants are written in UTC; other offsets are read.",
            "type": "string",
            "anyOf": [
                { "format": "date", "pattern": DAY_PATTERN },
                {
                    "format": "date-time",
                    "pattern": "^(199[0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$",
                },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_are_written_as_read() {
        for text in ["2025-07-06", "2025-07-06T04:00:12Z", "2025-07-06T23:59:59.25Z"] {
            assert_eq!(Observed::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Observed::parse("2025-07-06T01:00:00+02:00").unwrap().to_string(), "2025-07-05T23:00:00Z");
    }

    #[test]
    fn a_day_is_the_last_word_of_that_day() {
        let day = Observed::parse("2025-07-06").unwrap();
        assert!(day > Observed::parse("2025-07-06T23:00:00Z").unwrap());
        assert!(day < Observed::parse("2025-07-07T00:00:00Z").unwrap());
        let at = |fraction: &str| Observed::parse(&format!("2025-07-06T23:59:59{fraction}Z")).unwrap();
        assert!(at("") < at(".000000001") && at(".9") < day);
    }

    #[test]
    fn an_instant_has_an_hour_and_a_day_has_none() {
        let hour = |text| Observed::parse(text).unwrap().hour();
        assert_eq!(hour("2025-07-06T04:30:00Z"), Some(4.5));
        assert_eq!(hour("2025-07-06T23:15:36Z"), Some(23.26));
        assert_eq!(hour("2025-07-06"), None);
    }

    #[test]
    fn an_instant_comes_back_as_it_was() {
        let moment = |text| Observed::parse(text).unwrap().moment();
        assert_eq!(moment("2025-07-06"), None);
        for text in ["2025-07-06T00:00:00Z", "2025-07-06T23:59:59.999999999Z"] {
            assert_eq!(Observed::instant(moment(text).unwrap()).to_string(), text);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["", "2025-7-6", "2025-02-30", "yesterday", "2025-07-06T04:00:12", "20250706", "2025-W01-1"]
        {
            assert!(Observed::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn offsets_do_not_lead_out_of_four_digit_years() {
        for text in ["0000-01-01T00:00:00+02:00", "9999-12-31T23:00:00-02:00"] {
            assert!(Observed::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_before_the_first_day_is_told_from_what_is_no_date() {
        for text in ["1990-01-01", "1990-01-01T00:00:00Z", "1990-01-01T02:00:00+02:00"] {
            assert!(Observed::parse(text).is_ok_and(|observed| observed.date() == FIRST_DAY), "{text}");
        }
        for text in [
            "0000-03-09",
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "1989-12-31",
            "1990-01-01T01:59:59+02:00",
            "1989-12-31T23:00:00-02:00",
        ] {
            assert!(matches!(Observed::parse(text), Err(ObservedError::TooEarly { .. })), "{text}");
        }
        assert!(matches!(Observed::parse("1970-02-30"), Err(ObservedError::Malformed { .. })));
    }
}
