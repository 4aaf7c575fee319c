//! A calendar day.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use time::Date;
use time::macros::date;

use crate::Observed;

/// The first day that figures of an artist can have. Before 1990 there was no web, and so no platform that could have
/// counted an audience. What is dated earlier has no date: 0000 and 0001 stand for none, 1899, 1970 and 1980 are where
/// spreadsheets and clocks begin that were never set.
pub const FIRST_DAY: Date = date!(1990 - 01 - 01);

/// Form of a day from [`FIRST_DAY`] on, as JSON Schema says it. That it is a day of the calendar is said by the format
/// `date`.
pub(crate) const DAY_PATTERN: &str = "^(199[0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}$";

/// A calendar day in UTC, read from [`FIRST_DAY`] to the end of year 9999, written `2025-09-30` in every encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub Date);

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Observed::day(self.0).fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let observed = Observed::deserialize(deserializer)?;
        if observed.is_day() {
            Ok(Self(observed.date()))
        } else {
            Err(serde::de::Error::custom("expected a day without an hour"))
        }
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Calendar day in UTC.",
            "type": "string",
            "format": "date",
            "pattern": DAY_PATTERN,
        })
    }
}

/// A [`Date`] in a field of an event, written as a [`Day`].
pub(crate) mod date_text {
    use serde::{Deserialize, Serialize};
    use time::Date;

    use super::Day;

    pub(crate) fn serialize<S: serde::Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        Day(*date).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        Day::deserialize(deserializer).map(Date::from)
    }

    pub(crate) mod option {
        use super::{Date, Day, Deserialize, Serialize};

        pub(crate) fn serialize<S: serde::Serializer>(
            date: &Option<Date>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            date.map(Day).serialize(serializer)
        }

        pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Date>, D::Error> {
            Ok(Option::<Day>::deserialize(deserializer)?.map(Date::from))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_it_was_read() {
        let day: Day = serde_json::from_str("\"2025-09-30\"").unwrap();
        assert_eq!(day, Day(date!(2025 - 09 - 30)));
        assert_eq!(day.to_string(), "2025-09-30");
        assert_eq!(serde_json::to_string(&day).unwrap(), "\"2025-09-30\"");
    }

    #[test]
    fn an_hour_is_not_dropped_where_a_day_is_expected() {
        let day = |json| date_text::option::deserialize(&mut serde_json::Deserializer::from_str(json));
        assert_eq!(day("null").unwrap(), None);
        assert!(day("\"2025-07-06\"").unwrap().is_some());
        assert!(day("\"2025-07-06T04:00:12Z\"").is_err());
    }

    #[test]
    fn a_day_before_the_first_one_is_no_day_of_a_figure() {
        let read = |text: &str| serde_json::from_value::<Day>(text.into());
        assert_eq!(read("1990-01-01").unwrap(), Day(FIRST_DAY));
        for text in ["0000-05-17", "0001-01-01", "1899-12-30", "1970-01-01", "1989-12-31"] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(text) && error.contains("1990-01-01"), "{error}");
        }
    }
}
