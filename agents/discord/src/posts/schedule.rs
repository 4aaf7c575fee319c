//! When a server's report is due: a function of what is set, of the last report, and of the time.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How long after its time a report is still posted.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// When reports are posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Weekly {
    /// Time zone of the server.
    pub(super) zone: TimeZone,
    /// Day of the week, from 1 for Monday to 7.
    pub(super) weekday: u8,
    /// Hour of the day.
    pub(super) hour: u8,
    /// When it was set: what was due before is not posted.
    pub(super) since: Timestamp,
}

impl Weekly {
    /// The time of the report that is to be posted now, where one is: the newest that is not over for a day, was not
    /// posted, and lies behind the setting.
    ///
    /// An hour that summer time skips is the next one, and of an hour that comes twice it is the first.
    pub(super) fn due(&self, last: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let today = now.to_zoned(self.zone.clone()).date();
        // A day may be skipped by a zone that moves across the date line, hence the day after.
        let days = [today.tomorrow().ok(), Some(today), today.yesterday().ok()];
        let times = days.into_iter().flatten().filter_map(|day| self.on(day));
        let newest = times.filter(|time| *time <= now).max()?;
        let is_in_time = now.checked_sub(LATE).is_ok_and(|earliest| newest > earliest);
        let is_new = last.is_none_or(|last| newest > last) && newest > self.since;
        (is_in_time && is_new).then_some(newest)
    }

    /// The time on a day, where that is the day of the week.
    fn on(&self, day: Date) -> Option<Timestamp> {
        let weekday = Weekday::from_monday_one_offset(i8::try_from(self.weekday).ok()?).ok()?;
        if day.weekday() != weekday {
            return None;
        }
        let civil = day.at(i8::try_from(self.hour).ok()?, 0, 0, 0);
        // Compatible with RFC 5545: after a gap, and the first of two.
        let time = self.zone.to_ambiguous_timestamp(civil).compatible().ok()?;
        // By a gap of a whole day it would be another day of the week.
        (time.to_zoned(self.zone.clone()).date() == day).then_some(time)
    }
}

/// Monday of the week that a report of a day is about: until Wednesday the one that has ended.
pub(super) fn reported_week(day: time::Date) -> time::Date {
    let since_monday = i64::from(day.weekday().number_days_from_monday());
    let since_week = if since_monday < 3 { since_monday + 7 } else { since_monday };
    day.saturating_sub(time::Duration::days(since_week))
}

/// A day from a moment on.
pub(super) fn a_day_after(moment: Timestamp) -> Timestamp {
    moment.checked_add(LATE).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use time::macros::date;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn weekly(zone: &str, weekday: u8, hour: u8) -> Weekly {
        let zone = TimeZone::get(zone).unwrap();
        Weekly { zone, weekday, hour, since: at("2024-01-01T00:00:00Z") }
    }

    #[test]
    fn an_hour_that_is_skipped_is_the_next_one() {
        // Summer time begins on Sunday, March 29, 2026 at 2 o'clock.
        let sunday = weekly("Europe/Berlin", 7, 2);
        assert_eq!(sunday.due(None, at("2026-03-29T00:59:59Z")), None);
        assert_eq!(sunday.due(None, at("2026-03-29T01:00:00Z")), Some(at("2026-03-29T01:00:00Z")));
    }

    #[test]
    fn of_an_hour_that_comes_twice_it_is_the_first() {
        // It ends on Sunday, October 25, 2026: 2 o'clock comes at 0:00 and 1:00 UTC.
        let sunday = weekly("Europe/Berlin", 7, 2);
        let first = at("2026-10-25T00:00:00Z");
        assert_eq!(sunday.due(None, first), Some(first));
        assert_eq!(sunday.due(Some(first), at("2026-10-25T01:00:00Z")), None);
        assert_eq!(sunday.due(Some(first), at("2026-10-25T01:30:00Z")), None);
    }

    #[test]
    fn a_report_is_about_the_week_that_has_ended_until_wednesday() {
        let (last, this) = (date!(2026 - 04 - 27), date!(2026 - 05 - 04));
        for (day, week) in [
            (date!(2026 - 05 - 03), last),
            (date!(2026 - 05 - 04), last),
            (date!(2026 - 05 - 06), last),
            (date!(2026 - 05 - 07), this),
            (date!(2026 - 05 - 10), this),
        ] {
            assert_eq!(reported_week(day), week, "{day}");
        }
    }

    #[test]
    fn what_was_missed_is_posted_once_within_a_day_and_not_after_it() {
        let monday = weekly("America/Bogota", 1, 9);
        let time = at("2026-05-04T14:00:00Z");
        assert_eq!(monday.due(None, at("2026-05-05T13:59:59Z")), Some(time));
        assert_eq!(monday.due(Some(time), at("2026-05-05T13:59:59Z")), None);
        assert_eq!(monday.due(None, at("2026-05-05T14:00:00Z")), None);
        let since = Weekly { since: time, ..monday };
        assert_eq!(since.due(None, time), None);
    }

    /// Every hour of a year, in zones of both hemispheres and on both sides of the date line: one report a week, on its
    /// day, at its hour or behind a gap.
    #[test]
    fn there_is_one_report_in_every_week_of_a_year() {
        for zone in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC"]
        {
            for (weekday, hour) in [(7, 2), (7, 3), (1, 0), (5, 23)] {
                let weekly = weekly(zone, weekday, hour);
                let (mut now, end) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
                let (mut last, mut posted) = (None, Vec::new());
                while now < end {
                    if let Some(due) = weekly.due(last, now) {
                        posted.push(due);
                        last = Some(due);
                    }
                    now = now.checked_add(1.hour()).unwrap();
                }
                let days: Vec<Date> =
                    posted.iter().map(|time| time.to_zoned(weekly.zone.clone()).date()).collect();
                assert!(
                    days.windows(2).all(|pair| pair[1] == pair[0].checked_add(7.days()).unwrap()),
                    "{zone}"
                );
                assert!((51..=53).contains(&posted.len()), "{zone}: {}", posted.len());
                for time in &posted {
                    let local = time.to_zoned(weekly.zone.clone());
                    let hours = local.hour() - i8::try_from(hour).unwrap();
                    assert!((0..=1).contains(&hours), "{zone}: {local}");
                }
            }
        }
    }
}
