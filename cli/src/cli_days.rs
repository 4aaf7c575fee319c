//! Days, moments and time zones, as they are typed.

use casa24_answers::TimeZone;
use casa24_schemas::{Day, Observed, ObservedError, Period};
use time::Date;

/// A day.
pub(crate) fn parse_date(text: &str) -> Result<Date, String> {
    match Observed::parse(text) {
        Ok(observed) if observed.is_day() => Ok(observed.date()),
        Err(error @ ObservedError::TooEarly { .. }) => Err(error.to_string()),
        _ => Err("expected a day as YYYY-MM-DD".to_owned()),
    }
}

/// A day, of which all counts, or a time with its offset.
pub(crate) fn parse_moment(text: &str) -> Result<Observed, String> {
    Observed::parse(text).map_err(|error| error.to_string())
}

/// The first and the last day of a period.
pub(crate) fn parse_period(text: &str) -> Result<Period, String> {
    let (first, last) =
        text.split_once("..").ok_or("expected two days as 2026-08-01..2026-08-28, both of which count")?;
    let period = Period { first: Day(parse_date(first.trim())?), last: Day(parse_date(last.trim())?) };
    if period.num_days() < 1 {
        return Err(format!("it ends on {}, before it begins", period.last));
    }
    Ok(period)
}

/// A time zone.
pub(crate) fn parse_time_zone(text: &str) -> Result<TimeZone, String> {
    let unknown = || "expected a name of the IANA database, such as America/Bogota".to_owned();
    TimeZone::named(text).ok_or_else(unknown)
}
