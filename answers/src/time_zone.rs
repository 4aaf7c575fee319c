//! A time zone: an observation in, its day there out.

use casa24_schemas::{Date, Observed};
use time::Month;

/// A time zone of the IANA database, which comes with the program: the same on every machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone(jiff::tz::TimeZone);

impl Default for TimeZone {
    /// UTC.
    fn default() -> Self {
        Self(jiff::tz::TimeZone::UTC)
    }
}

impl TimeZone {
    /// The time zone of a name such as `America/Bogota`, in any case; `None` where the database has no such name.
    pub fn named(name: &str) -> Option<Self> {
        jiff::tz::TimeZone::get(name).ok().map(Self)
    }

    /// The names of all, the other names of one among them.
    pub fn names() -> impl Iterator<Item = String> {
        jiff::tz::db().available().map(|name| name.as_str().to_owned())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC") // every one has a name
    }

    /// The day on which something was observed there. Of a whole day it is not known when in it that was: it stays the day
    /// that its source gave it.
    pub fn day(&self, observed: Observed) -> Date {
        let local = observed.moment().and_then(|moment| {
            let moment = jiff::Timestamp::from_second(moment.unix_timestamp()).ok()?;
            let day = self.0.to_datetime(moment).date();
            let month = Month::try_from(u8::try_from(day.month()).ok()?).ok()?;
            Date::from_calendar_date(day.year().into(), month, u8::try_from(day.day()).ok()?).ok()
        });
        local.unwrap_or(observed.date())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(zone: &str, observed: &str) -> String {
        let observed = Observed::parse(observed).unwrap();
        casa24_schemas::Day(TimeZone::named(zone).unwrap().day(observed)).to_string()
    }

    #[test]
    fn a_moment_falls_on_the_day_that_it_is_there() {
        assert_eq!(day("America/Bogota", "2025-09-29T04:59:59.9Z"), "2025-09-28");
        assert_eq!(day("America/Bogota", "2025-09-29T05:00:00Z"), "2025-09-29");
        assert_eq!(day("Asia/Tokyo", "2025-12-31T15:00:00Z"), "2026-01-01");
        // Summer time ends on October 26, 2025.
        assert_eq!(day("Europe/Madrid", "2025-10-25T22:30:00Z"), "2025-10-26");
        assert_eq!(day("Europe/Madrid", "2025-10-26T22:30:00Z"), "2025-10-26");
        assert_eq!(day("UTC", "2025-09-29T23:59:59Z"), "2025-09-29");
    }

    #[test]
    fn a_whole_day_stays_the_day_that_it_is() {
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"] {
            assert_eq!(day(zone, "2025-09-29"), "2025-09-29");
        }
    }

    #[test]
    fn only_names_of_the_database_are_time_zones() {
        assert_eq!(TimeZone::named("america/bogota").unwrap().name(), "America/Bogota");
        assert_eq!((TimeZone::named("Madrid"), TimeZone::named("")), (None, None));
        assert_eq!(TimeZone::default().name(), "UTC");
        assert!(TimeZone::names().all(|name| TimeZone::named(&name).is_some_and(|zone| zone.name() == name)));
        assert!(TimeZone::names().count() > 400);
    }
}
