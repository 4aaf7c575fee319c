//! How much a day of history takes on the disk, and for how many more days there is room.

use std::path::Path;

use casa24_bus::{Bus, Status, StreamStatus};
use casa24_schemas::{Observed, ValidSnapshot};
use futures::TryStreamExt;
use serde::Serialize;

/// A shorter history says nothing of a usual day.
const FEWEST_DAYS: u64 = 7;

/// What a day of history takes, and what is left.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct StoreGrowth {
    /// Days from the first event that was stored to the newest; null without any.
    num_days: Option<u64>,
    /// Bytes of all streams for each of these days; null where the history is too short to say.
    bytes_a_day: Option<f64>,
    /// Bytes that are free on the disk of the embedded bus; null for another bus.
    num_bytes_free: Option<u64>,
    /// Days until that is used up, at this rate; null where either is not known.
    num_days_left: Option<u64>,
    /// The stream that reaches its limit first, at this rate; null where none has one.
    first_full: Option<StreamFull>,
}

/// When a stream is full.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct StreamFull {
    /// Name of the stream.
    stream: String,
    /// Most bytes that it may take.
    max_bytes: u64,
    /// Days until then.
    num_days_left: u64,
}

impl StreamFull {
    /// When a stream is full that took its bytes in so many days.
    fn of(stream: &StreamStatus, num_days: u64) -> Option<Self> {
        let max_bytes = stream.max_bytes?;
        let a_day = stream.num_bytes as f64 / num_days as f64;
        let left = max_bytes.saturating_sub(stream.num_bytes) as f64;
        (a_day > 0.0).then(|| Self {
            stream: stream.name.clone(),
            max_bytes,
            num_days_left: (left / a_day) as u64,
        })
    }
}

impl StoreGrowth {
    pub(crate) async fn of(
        bus: &Bus,
        status: &Status,
        newest: Option<Observed>,
        data: Option<&Path>,
    ) -> casa24_bus::Result<Self> {
        let first = {
            let mut valid = std::pin::pin!(bus.replay::<ValidSnapshot>("snapshot.valid.>").await?);
            valid.try_next().await?.map(|stored| stored.event.observed_at)
        };
        let num_days = first
            .zip(newest)
            .map(|(first, newest)| 1 + (newest.date() - first.date()).whole_days().unsigned_abs());
        let num_bytes_free = data.and_then(|data| fs4::available_space(data).ok());
        Ok(Self::at_rate(num_days, &status.streams, num_bytes_free))
    }

    fn at_rate(num_days: Option<u64>, streams: &[StreamStatus], num_bytes_free: Option<u64>) -> Self {
        let num_bytes: u64 = streams.iter().map(|stream| stream.num_bytes).sum();
        let long_enough = num_days.filter(|num_days| *num_days >= FEWEST_DAYS && num_bytes > 0);
        let bytes_a_day = long_enough.map(|num_days| num_bytes as f64 / num_days as f64);
        let num_days_left = bytes_a_day.zip(num_bytes_free).map(|(a_day, free)| (free as f64 / a_day) as u64);
        let first_full = long_enough.and_then(|num_days| {
            let full = streams.iter().filter_map(|stream| StreamFull::of(stream, num_days));
            full.min_by_key(|full| full.num_days_left)
        });
        Self { num_days, bytes_a_day, num_bytes_free, num_days_left, first_full }
    }
}

impl std::fmt::Display for StoreGrowth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let megabytes = |bytes: f64| format!("{:.1} MB", bytes / 1e6);
        match (self.bytes_a_day, self.num_days) {
            (Some(bytes), Some(num_days)) => {
                let days = crate::terminal::thousands(num_days);
                write!(f, "store: {} a day of history, by the {days} days stored", megabytes(bytes))?;
            }
            _ => write!(f, "store: the history is too short to say what a day takes")?,
        }
        match (self.num_bytes_free, self.num_days_left) {
            (Some(free), Some(days)) => {
                let days = crate::terminal::thousands(days);
                write!(f, "; {} free, enough for {days} more", megabytes(free as f64))
            }
            (Some(free), None) => write!(f, "; {} free", megabytes(free as f64)),
            (None, _) => write!(f, "; what its disk has left, only its operator can see"),
        }?;
        let Some(full) = &self.first_full else { return Ok(()) };
        let days = crate::terminal::counted(full.num_days_left, "day", "days");
        write!(f, "; {} reaches its {} in {days}", full.stream, megabytes(full.max_bytes as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str, num_bytes: u64, max_bytes: Option<u64>) -> StreamStatus {
        let (num_events, last_sequence) = (1, 1);
        StreamStatus {
            name: name.to_owned(),
            num_events,
            num_bytes,
            max_bytes,
            last_sequence,
            newest_stored_at: None,
        }
    }

    #[test]
    fn the_stream_that_is_full_first_is_named() {
        let streams = [
            stream("RAW", 40_000_000, None),
            stream("VALID", 60_000_000, Some(90_000_000)),
            stream("VIEWS", 20_000_000, Some(400_000_000)),
            stream("DEAD", 0, Some(1)),
        ];
        let growth = StoreGrowth::at_rate(Some(40), &streams, None);
        assert_eq!(growth.first_full, StreamFull::of(&streams[1], 40));
        assert!(growth.to_string().ends_with("; VALID reaches its 90.0 MB in 20 days"), "{growth}");
    }

    #[test]
    fn the_days_left_follow_from_the_days_stored_and_the_room() {
        let growth = StoreGrowth::at_rate(Some(40), &[stream("RAW", 120_000_000, None)], Some(9_300_000_000));
        assert_eq!((growth.bytes_a_day, growth.num_days_left), (Some(3_000_000.0), Some(3_100)));
        assert_eq!(
            growth.to_string(),
            "store: 3.0 MB a day of history, by the 40 days stored; 9300.0 MB free, enough for 3,100 more"
        );
    }

    #[test]
    fn what_is_not_known_is_missing() {
        for num_days in [None, Some(1), Some(6)] {
            let growth = StoreGrowth::at_rate(num_days, &[stream("RAW", 500, Some(600))], Some(1_000_000));
            assert_eq!((growth.bytes_a_day, growth.num_days_left), (None, None), "{num_days:?}");
            assert_eq!(growth.first_full, None);
            assert!(growth.to_string().starts_with("store: the history is too short"), "{growth}");
        }
        let elsewhere = StoreGrowth::at_rate(Some(70), &[stream("RAW", 7_000_000, None)], None);
        assert_eq!((elsewhere.bytes_a_day, elsewhere.num_days_left), (Some(100_000.0), None));
        assert!(elsewhere.to_string().ends_with("only its operator can see"), "{elsewhere}");
    }
}
