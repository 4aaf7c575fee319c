//! An instant of this crate's time library (jiff) in that of events (time), and back.

use jiff::Timestamp;
use time::OffsetDateTime;

/// The instant, to the second.
pub fn moment(at: Timestamp) -> OffsetDateTime {
    let at = OffsetDateTime::from_unix_timestamp(at.as_second());
    at.expect("jiff knows the years -9999 to 9999, and time knows them whole")
}

/// The instant, to the second; `None` in the last hours of the year 9999 and the first of -9999, which jiff leaves to time
/// zones.
pub fn timestamp(at: OffsetDateTime) -> Option<Timestamp> {
    Timestamp::from_second(at.unix_timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instant_of_a_schedule_is_one_of_events_and_comes_back() {
        for text in ["2026-11-27T02:30:00Z", "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z"] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(timestamp(moment(at)), Some(at), "{text}");
        }
        for end in [Timestamp::MIN, Timestamp::MAX] {
            assert_eq!(moment(end).unix_timestamp(), end.as_second());
        }
        assert_eq!(timestamp(time::PrimitiveDateTime::MAX.assume_utc()), None);
    }

    #[test]
    fn a_fraction_of_a_second_is_left_out() {
        let at: Timestamp = "2026-11-27T02:30:00.999Z".parse().unwrap();
        assert_eq!(moment(at).nanosecond(), 0);
        assert_eq!(timestamp(moment(at)).unwrap().to_string(), "2026-11-27T02:30:00Z");
    }
}
