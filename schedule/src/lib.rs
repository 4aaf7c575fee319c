//! Schedules: a cron pattern in a time zone in, the run that is due out. The clock is the caller's.
//!
//! The rule is that of Vixie's cron for hours that summer time skips or repeats: a time that is skipped is due when the hour
//! goes on, and one that comes twice is due once (<https://man7.org/linux/man-pages/man8/cron.8.html>, "Daylight Saving Time
//! and other time changes").

mod instant;

use std::str::FromStr;

use croner::Cron;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use instant::{moment, timestamp};

/// When runs are due.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: Cron,
    zone: TimeZone,
}

/// Why a schedule is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The pattern cannot be read.
    #[error(
        "{pattern:?} is no cron pattern ({fault}): write minute, hour, day, month and weekday, such as \"30 2 * * *\""
    )]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        fault: String,
    },
    /// It is never due, or more often than once an hour.
    #[error("{pattern:?} is due {fault}: once an hour is the most")]
    Rate {
        /// The pattern.
        pattern: String,
        /// How often.
        fault: &'static str,
    },
    /// The time zone is not known.
    #[error("{name:?} is no time zone of the IANA database, such as Europe/Berlin")]
    Zone {
        /// Its name.
        name: String,
    },
}

/// Runs that are looked at to see how often they are due.
const NUM_LOOKED_AT: usize = 100;

impl Schedule {
    /// Reads a cron pattern of five fields, and a time zone by its name.
    ///
    /// # Errors
    /// When either cannot be read, or the pattern is never due or more than once an hour.
    pub fn new(pattern: &str, zone: &str) -> Result<Self, ScheduleError> {
        let pattern = pattern.trim();
        let fault = |fault: String| ScheduleError::Pattern { pattern: pattern.to_owned(), fault };
        if pattern.split_whitespace().count() != 5 {
            return Err(fault("it has not five fields".to_owned()));
        }
        let cron = Cron::from_str(pattern).map_err(|error| fault(error.to_string()))?;
        let zone = TimeZone::get(zone).map_err(|_| ScheduleError::Zone { name: zone.to_owned() })?;
        let schedule = Self { cron, zone };
        let rate = |fault| ScheduleError::Rate { pattern: pattern.to_owned(), fault };
        let mut at = schedule.next(Timestamp::UNIX_EPOCH).ok_or_else(|| rate("never"))?;
        for _ in 0..NUM_LOOKED_AT {
            let Some(next) = schedule.next(at) else { break };
            if next.duration_since(at) < SignedDuration::from_hours(1) {
                return Err(rate("more often"));
            }
            at = next;
        }
        Ok(schedule)
    }

    /// The next run that is due after an instant.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let after = after.to_zoned(self.zone.clone());
        Some(self.cron.find_next_occurrence(&after, false).ok()?.timestamp())
    }

    /// The newest run that was due at an instant.
    pub fn newest_due(&self, now: Timestamp) -> Option<Timestamp> {
        let now = now.to_zoned(self.zone.clone());
        Some(self.cron.find_previous_occurrence(&now, true).ok()?.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAILY: &str = "30 2 * * *";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_newest_due_run_is_the_last_one_before_or_now() {
        let schedule = Schedule::new(DAILY, "UTC").unwrap();
        for (now, due) in [
            ("2026-11-26T02:29:59Z", "2026-11-25T02:30:00Z"),
            ("2026-11-26T02:30:00Z", "2026-11-26T02:30:00Z"),
            ("2026-11-26T23:00:00Z", "2026-11-26T02:30:00Z"),
            ("2026-11-26T02:30:00.7Z", "2026-11-26T02:30:00Z"),
        ] {
            assert_eq!(schedule.newest_due(at(now)), Some(at(due)), "{now}");
        }
        assert_eq!(schedule.next(at("2026-11-26T02:30:00Z")), Some(at("2026-11-27T02:30:00Z")));
    }

    /// Looks at the clock at irregular times, as processes do that come and go, and counts the runs that it finds due.
    fn runs(schedule: &Schedule, from: &str, until: &str) -> Vec<Timestamp> {
        let (mut now, until) = (at(from), at(until));
        let mut runs = Vec::new();
        let mut step = 1;
        while now < until {
            let due = schedule.newest_due(now).unwrap();
            if due >= at(from) && runs.last() != Some(&due) {
                assert!(runs.last().is_none_or(|last| *last < due), "{due} after {:?}", runs.last());
                runs.push(due);
            }
            step = step * 31 % 3_571;
            now += SignedDuration::from_secs(step);
        }
        runs
    }

    #[test]
    fn four_hundred_days_in_berlin_have_four_hundred_runs() {
        let from = "2026-03-01T00:00:00+01:00";
        let until = "2027-04-05T00:00:00+02:00"; // two springs and an autumn
        for pattern in ["30 2 * * *", "0 2 * * *", "0 3 * * *", "30 1 * * *", "59 2 * * *"] {
            let schedule = Schedule::new(pattern, "Europe/Berlin").unwrap();
            let runs = runs(&schedule, from, until);
            assert_eq!(runs.len(), 400, "{pattern}");
            let mut days: Vec<_> =
                runs.iter().map(|run| run.to_zoned(schedule.zone.clone()).date()).collect();
            days.dedup();
            assert_eq!(days.len(), 400, "{pattern}: one a day");
            // From one run, the next is the one that is found due.
            let next: Vec<_> = runs.iter().map(|run| schedule.next(*run).unwrap()).collect();
            assert_eq!(next[..399], runs[1..], "{pattern}");
        }
    }

    #[test]
    fn a_skipped_time_is_due_when_the_hour_goes_on_and_a_repeated_one_at_first() {
        let schedule = Schedule::new("30 2 * * *", "Europe/Berlin").unwrap();
        let spring = schedule.newest_due(at("2026-03-29T12:00:00+02:00")).unwrap();
        assert_eq!(spring, at("2026-03-29T03:00:00+02:00"));
        let autumn = schedule.newest_due(at("2026-10-25T12:00:00+01:00")).unwrap();
        assert_eq!(autumn, at("2026-10-25T02:30:00+02:00"));
    }

    #[test]
    fn after_three_days_away_one_run_is_due() {
        let schedule = Schedule::new(DAILY, "UTC").unwrap();
        let before = schedule.newest_due(at("2026-11-22T10:00:00Z")).unwrap();
        let after = schedule.newest_due(at("2026-11-25T10:00:00Z")).unwrap();
        assert_eq!((before, after), (at("2026-11-22T02:30:00Z"), at("2026-11-25T02:30:00Z")));
    }

    #[test]
    fn what_is_no_schedule_is_told() {
        for pattern in ["", "daily", "30 2 * *", "61 2 * * *", "0 30 2 * * *", "@daily"] {
            let error = Schedule::new(pattern, "UTC").unwrap_err();
            assert!(matches!(error, ScheduleError::Pattern { .. }), "{pattern}: {error}");
        }
        for pattern in ["* * * * *", "*/30 * * * *", "0,59 3 * * *"] {
            let error = Schedule::new(pattern, "UTC").unwrap_err();
            assert!(matches!(error, ScheduleError::Rate { .. }), "{pattern}: {error}");
        }
        assert!(Schedule::new("0 * * * *", "UTC").is_ok());
        let error = Schedule::new(DAILY, "Berlin").unwrap_err();
        assert_eq!(error, ScheduleError::Zone { name: "Berlin".to_owned() });
    }
}
