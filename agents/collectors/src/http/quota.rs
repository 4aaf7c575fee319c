//! How many requests a platform answers on a day, counted across restarts.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use time::OffsetDateTime;

use super::fault::Fault;

/// Part of the quota from which on the operator is told, in percent.
const TOLD_FROM_PERCENT: u64 = 80;

/// Requests of a day of a time zone. A file remembers the day and how many there were; where there is none, those of
/// this process are counted.
#[derive(Debug)]
pub(crate) struct Quota {
    /// Most requests on a day.
    most: u64,
    zone: TimeZone,
    file: Option<PathBuf>,
    used: Mutex<Used>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Used {
    /// The day, as `YYYY-MM-DD`.
    day: String,
    num: u64,
}

impl Quota {
    pub(crate) fn new(most: u64, zone: TimeZone, file: Option<PathBuf>) -> Self {
        Self { most, zone, file, used: Mutex::default() }
    }

    /// Counts a request that is about to be sent.
    ///
    /// # Errors
    /// Where the day has had all that it may have: until its end.
    pub(super) fn take(&self, now: Timestamp) -> Result<(), Fault> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        *used = self.used_on(now, &used);
        if used.num >= self.most {
            let what = format!("the {} requests that it may be asked on a day are used up", self.most);
            return Err(Fault::Stopped { what, until: next_day(now, &self.zone) });
        }
        used.num += 1;
        self.keep(&used);
        Ok(())
    }

    /// What the operator should know.
    pub(crate) fn notice(&self, now: Timestamp) -> Option<String> {
        let used = self.used_on(now, &self.used.lock().unwrap_or_else(PoisonError::into_inner));
        let is_near = used.num.saturating_mul(100) >= self.most.saturating_mul(TOLD_FROM_PERCENT);
        is_near.then(|| {
            let (num, most, day) = (used.num, self.most, used.day);
            let zone = self.zone.iana_name().unwrap_or("UTC");
            format!("{num} of the {most} requests of {day} ({zone}) are used")
        })
    }

    /// What the day of an instant has had: as far as this process knows, or another one has noted since.
    fn used_on(&self, now: Timestamp, known: &Used) -> Used {
        let day = now.to_zoned(self.zone.clone()).date().to_string();
        let noted = self.file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        let noted = noted.as_deref().and_then(Used::read);
        let of_day = [Some(known.clone()), noted].into_iter().flatten().filter(|used| used.day == day);
        Used { num: of_day.map(|used| used.num).max().unwrap_or_default(), day }
    }

    /// Notes it: whole or not at all, so that a crash leaves the count of before.
    fn keep(&self, used: &Used) {
        let Some(file) = &self.file else { return };
        let new = file.with_extension(format!("new-{}", std::process::id()));
        let written = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = written.and_then(|()| std::fs::write(&new, format!("{} {}\n", used.day, used.num)));
        if let Err(error) = written.and_then(|()| std::fs::rename(&new, file)) {
            tracing::warn!(file = %file.display(), %error, "the requests of the day cannot be noted");
        }
    }
}

impl Used {
    fn read(text: &str) -> Option<Self> {
        let (day, num) = text.trim_end().split_once(' ')?;
        Some(Self { day: day.to_owned(), num: num.parse().ok()? })
    }
}

/// The next midnight of a time zone.
pub(crate) fn next_day(now: Timestamp, zone: &TimeZone) -> Option<OffsetDateTime> {
    let tomorrow = now.to_zoned(zone.clone()).date().checked_add(1.day()).ok()?;
    let midnight = tomorrow.to_datetime(Time::midnight()).to_zoned(zone.clone()).ok()?;
    Some(casa24_schedule::moment(midnight.timestamp()))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn quota(most: u64, file: Option<PathBuf>) -> Quota {
        Quota::new(most, TimeZone::get("America/Los_Angeles").unwrap(), file)
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_has_its_quota_across_restarts_and_the_next_begins_at_its_own_midnight() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("requests/units");
        let day = at("2026-11-26T07:59:59Z"); // still the 25th
        let first = quota(3, Some(file.clone()));
        assert_eq!([first.take(day), first.take(day)], [Ok(()), Ok(())]);
        let restarted = quota(3, Some(file.clone()));
        assert_eq!(restarted.take(day), Ok(()));
        let until = Some(datetime!(2026-11-26 08:00 UTC));
        for quota in [&restarted, &first] {
            let Err(Fault::Stopped { what, until: told }) = quota.take(day) else { panic!("a fourth") };
            assert_eq!(
                (what.as_str(), told),
                ("the 3 requests that it may be asked on a day are used up", until)
            );
        }
        assert_eq!(first.take(at("2026-11-26T08:00:00Z")), Ok(()));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "2026-11-26 1\n");
    }

    #[test]
    fn a_file_that_cannot_be_read_counts_nothing_and_none_is_no_fault() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("units");
        std::fs::write(&file, "2026-11-26").unwrap();
        let now = at("2026-11-26T12:00:00Z");
        for quota in [quota(1, Some(file)), quota(1, None)] {
            assert_eq!(quota.take(now), Ok(()));
            assert!(quota.take(now).is_err());
        }
    }

    #[test]
    fn the_operator_is_told_from_four_fifths_on() {
        let (quota, now) = (quota(5, None), at("2026-07-01T12:00:00Z"));
        for _ in 0..3 {
            quota.take(now).unwrap();
        }
        assert_eq!(quota.notice(now), None);
        quota.take(now).unwrap();
        let told = "4 of the 5 requests of 2026-07-01 (America/Los_Angeles) are used";
        assert_eq!(quota.notice(now).as_deref(), Some(told));
        assert_eq!(quota.notice(at("2026-07-02T12:00:00Z")), None);
    }
}
