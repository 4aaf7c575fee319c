//! Streams: what is stored, and for how long.

use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType};

use crate::subjects::Subjects;
use crate::{BusError, Result};

/// A stream of the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StreamName {
    /// Requests to collect now. A request waits here until its collector has acknowledged it, so that none is lost
    /// while the collector is away; the newest of a subject is enough, and after a day the schedule has asked again.
    Collect,
    /// What was collected: it cannot be collected again.
    Raw,
    /// What the validator let through.
    Valid,
    /// What it did not.
    Rejected,
    /// Growth, trends and forecasts: the newest event of a subject is the view.
    Views,
    /// What models have learnt: the newest event of a subject counts.
    Models,
    /// The artists and their accounts: the newest event of a subject counts.
    Roster,
    /// What could not be handled.
    Dead,
}

impl StreamName {
    /// All streams.
    pub const ALL: [Self; 8] = [
        Self::Collect,
        Self::Raw,
        Self::Valid,
        Self::Rejected,
        Self::Views,
        Self::Models,
        Self::Roster,
        Self::Dead,
    ];

    /// Name on the server, before the installation's prefix.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collect => "COLLECT",
            Self::Raw => "RAW",
            Self::Valid => "VALID",
            Self::Rejected => "REJECTED",
            Self::Views => "VIEWS",
            Self::Models => "MODELS",
            Self::Roster => "ROSTER",
            Self::Dead => "DEAD",
        }
    }

    /// Subjects that it stores, before the installation's prefix.
    pub const fn subjects(self) -> &'static [&'static str] {
        match self {
            Self::Collect => &["collect.>"],
            Self::Raw => &["snapshot.raw.>"],
            Self::Valid => &["snapshot.valid.>"],
            Self::Rejected => &["snapshot.rejected.>"],
            Self::Views => &["growth.>", "trend.>", "forecast.>"],
            Self::Models => &["model.>"],
            Self::Roster => &["roster.>"],
            Self::Dead => &["dead.>"],
        }
    }

    /// The stream that stores a subject or a filter of subjects.
    ///
    /// # Errors
    /// [`BusError::NotStored`] where no stream stores it, as with a question.
    pub fn storing(subject: &str) -> Result<Self> {
        let stores = |stream: &Self| {
            stream.subjects().iter().any(|stored| subject.starts_with(stored.trim_end_matches('>')))
        };
        let stream = Self::ALL.into_iter().find(stores);
        stream.ok_or_else(|| BusError::NotStored { subject: subject.to_owned() })
    }

    /// A subject of this stream that no event has: an underscore begins no platform and no model.
    pub(crate) fn never_used(self) -> String {
        self.subjects().first().map_or_else(String::new, |stored| stored.replace('>', "_never.used"))
    }

    /// The filter that a reader of this stream needs: none where it asks for all that the stream stores, which the
    /// server finds at less cost.
    pub(crate) fn narrow(self, filter: &str) -> Option<&str> {
        (self.subjects() != [filter]).then_some(filter)
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Collect => "requests to collect now; the newest of a subject, for a day",
            Self::Raw => "what collectors saw; cannot be collected again",
            Self::Valid => "judged snapshots; a replay of RAW restores it",
            Self::Rejected => "rejected snapshots with every reason; a replay of RAW restores it",
            Self::Views => "growth, trends and forecasts; the newest of a subject is the view",
            Self::Models => "what models have learnt; the newest of a subject counts",
            Self::Roster => "artists and their accounts; the newest of a subject counts",
            Self::Dead => "messages that could not be handled, with the reason",
        }
    }

    /// Events kept of one subject; -1 for all.
    const fn kept_of_subject(self) -> i64 {
        match self {
            Self::Raw | Self::Valid | Self::Rejected | Self::Dead => -1,
            // Views are replaced daily: two years of them show what was published when.
            Self::Views => 800,
            // Each is up to half a megabyte; its recent history is of use, all of it is not.
            Self::Models => 32,
            Self::Roster => 64,
            Self::Collect => 1,
        }
    }

    const fn max_age(self) -> Duration {
        match self {
            Self::Collect => Duration::from_secs(24 * 3600),
            Self::Dead => Duration::from_secs(90 * 24 * 3600),
            _ => Duration::ZERO,
        }
    }
}

/// The window in which the server itself drops a repeated message id. It covers retries after a lost
/// acknowledgement; older repeats are recognised by what is stored (`Casa24-Cause`, the import's own comparison).
pub(crate) const DUPLICATE_WINDOW: Duration = Duration::from_secs(20);

/// Creates the streams, or updates those that an earlier version made otherwise.
///
/// # Errors
/// When the server refuses.
pub(crate) async fn ensure(
    jetstream: &jetstream::Context,
    subjects: &Subjects,
    num_replicas: usize,
) -> Result<()> {
    let ensure_one = |name| ensure_one(jetstream, config(subjects, num_replicas, name));
    futures::future::try_join_all(StreamName::ALL.map(ensure_one)).await?;
    Ok(())
}

async fn ensure_one(jetstream: &jetstream::Context, config: Config) -> Result<()> {
    let existing = jetstream.get_stream(&config.name).await;
    if let Ok(stream) = &existing
        && is_up_to_date(&stream.cached_info().config, &config)
    {
        return Ok(());
    }
    let config = match existing {
        // What an operator has set (replicas, limits in bytes, placement) is kept.
        Ok(stream) => merged(stream.cached_info().config.clone(), config),
        Err(_) => config,
    };
    let stream = config.name.clone();
    jetstream.create_or_update_stream(config).await.map_err(|error| BusError::Stream {
        stream,
        action: "create or update it",
        source: error.into(),
    })?;
    Ok(())
}

fn config(subjects: &Subjects, num_replicas: usize, name: StreamName) -> Config {
    Config {
        name: subjects.stream(name.as_str()),
        description: Some(name.description().to_owned()),
        subjects: name.subjects().iter().map(|subject| subjects.wire(subject)).collect(),
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::Old,
        storage: StorageType::File,
        max_messages_per_subject: name.kept_of_subject(),
        max_age: name.max_age(),
        duplicate_window: DUPLICATE_WINDOW,
        allow_direct: true,
        allow_atomic_publish: true,
        num_replicas,
        ..Config::default()
    }
}

fn is_up_to_date(existing: &Config, wanted: &Config) -> bool {
    existing.subjects == wanted.subjects
        && existing.description == wanted.description
        && existing.max_messages_per_subject == wanted.max_messages_per_subject
        && existing.max_age == wanted.max_age
        && existing.duplicate_window == wanted.duplicate_window
        && existing.allow_direct
        && existing.allow_atomic_publish
}

fn merged(existing: Config, wanted: Config) -> Config {
    Config {
        subjects: wanted.subjects,
        description: wanted.description,
        max_messages_per_subject: wanted.max_messages_per_subject,
        max_age: wanted.max_age,
        duplicate_window: wanted.duplicate_window,
        allow_direct: true,
        allow_atomic_publish: true,
        ..existing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_has_one_stream() {
        let storing = |subject| StreamName::storing(subject).ok();
        assert_eq!(storing("snapshot.raw.spotify.PYRO"), Some(StreamName::Raw));
        assert_eq!(storing("snapshot.valid.>"), Some(StreamName::Valid));
        assert_eq!(storing("forecast.linear.>"), Some(StreamName::Views));
        assert_eq!(storing("model.neural"), Some(StreamName::Models));
        assert_eq!(storing("collect.spotify.*"), Some(StreamName::Collect));
        assert_eq!(storing("command.growth"), None);
    }
}
