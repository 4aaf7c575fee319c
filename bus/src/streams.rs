//! Streams: what is stored, for how long, and how much of the room each may take.

use std::time::Duration;

use async_nats::jetstream::stream::{
    Compression, Config, DiscardPolicy, PersistenceMode, RetentionPolicy, StorageType,
};

use crate::subjects::Subjects;
use crate::{BusError, Result};

/// A stream of the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StreamName {
    /// Requests to collect now. A request waits here until its collector has acknowledged it, so that none is lost
    /// while the collector is away; the newest of a subject is enough, and after a day the schedule has asked again.
    Collect,
    /// Runs of collectors, and sources that are late: the newest event of a subject counts.
    Collections,
    /// What was collected: it cannot be collected again.
    Raw,
    /// What the validator let through.
    Valid,
    /// What it did not.
    Rejected,
    /// Figures of periods, broken down by song or by playlist: they cannot be collected again.
    Breakdowns,
    /// What was accepted of them and what was not.
    JudgedBreakdowns,
    /// Growth and forecasts: the newest event of a subject is the view.
    Views,
    /// What models said when, in short: to be compared with what came.
    Published,
    /// What was noteworthy.
    Trends,
    /// What models have learnt, and their trainings: the newest event of a subject counts.
    Models,
    /// The artists and their accounts, and the label's goals: the newest event of a subject counts.
    Roster,
    /// What is set in each server of Discord: the newest event of a subject counts.
    Servers,
    /// What is posted in Discord without being asked: the newest event of a subject counts.
    Posts,
    /// What could not be handled.
    Dead,
    /// Which process runs an agent now.
    Leases,
    /// Where connections that agents keep to the outside stand: whoever takes one over goes on there.
    Sessions,
}

impl StreamName {
    /// All streams.
    pub const ALL: [Self; 17] = [
        Self::Collect,
        Self::Collections,
        Self::Raw,
        Self::Valid,
        Self::Rejected,
        Self::Breakdowns,
        Self::JudgedBreakdowns,
        Self::Views,
        Self::Published,
        Self::Trends,
        Self::Models,
        Self::Roster,
        Self::Servers,
        Self::Posts,
        Self::Dead,
        Self::Leases,
        Self::Sessions,
    ];

    /// Name on the server, before the installation's prefix.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collect => "COLLECT",
            Self::Collections => "COLLECTIONS",
            Self::Raw => "RAW",
            Self::Valid => "VALID",
            Self::Rejected => "REJECTED",
            Self::Breakdowns => "BREAKDOWNS",
            Self::JudgedBreakdowns => "BREAKDOWNS_JUDGED",
            Self::Views => "VIEWS",
            Self::Published => "PUBLISHED",
            Self::Trends => "TRENDS",
            Self::Models => "MODELS",
            Self::Roster => "ROSTER",
            Self::Servers => "SERVERS",
            Self::Posts => "POSTS",
            Self::Dead => "DEAD",
            Self::Leases => "LEASES",
            Self::Sessions => "SESSIONS",
        }
    }

    /// Subjects that it stores, before the installation's prefix.
    pub const fn subjects(self) -> &'static [&'static str] {
        match self {
            Self::Collect => &["collect.>"],
            Self::Collections => &["collection.>", "source.>"],
            Self::Raw => &["snapshot.raw.>"],
            Self::Valid => &["snapshot.valid.>"],
            Self::Rejected => &["snapshot.rejected.>"],
            Self::Breakdowns => &["breakdown.raw.>"],
            Self::JudgedBreakdowns => &["breakdown.valid.>", "breakdown.rejected.>"],
            Self::Views => &["growth.>", "forecast.>"],
            Self::Published => &["published.>"],
            Self::Trends => &["trend.>"],
            Self::Models => &["model.>", "training.>"],
            Self::Roster => &["roster.>", "goals.>"],
            Self::Servers => &["server.>"],
            Self::Posts => &["post.>"],
            Self::Dead => &["dead.>"],
            Self::Leases => &["lease.>"],
            Self::Sessions => &["session.>"],
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

    /// The filter that a reader of this stream needs: none where it asks for all that the stream stores, which the
    /// server finds at less cost.
    pub(crate) fn narrow(self, filter: &str) -> Option<&str> {
        (self.subjects() != [filter]).then_some(filter)
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Collect => "requests to collect now; the newest of a subject, for a day",
            Self::Collections => "runs of collectors, and late sources; the newest of a subject counts",
            Self::Raw => "what collectors saw; cannot be collected again",
            Self::Valid => "judged snapshots; a replay of RAW restores it",
            Self::Rejected => "rejected snapshots with every reason; a replay of RAW restores it",
            Self::Breakdowns => "figures of periods by song and playlist; cannot be collected again",
            Self::JudgedBreakdowns => "judged breakdowns; a replay of BREAKDOWNS restores it",
            Self::Views => "growth and forecasts; the newest of a subject is the view",
            Self::Published => "what models said when, to be compared with what came",
            Self::Trends => "what was noteworthy; a replay of VALID restores it",
            Self::Models => "what models have learnt, and their trainings; the newest of a subject counts",
            Self::Roster => "artists, their accounts, and goals; the newest of a subject counts",
            Self::Servers => "settings of servers of discord; the newest of a subject counts",
            Self::Posts => "what is posted in discord unasked; the newest of a subject, for 60 days",
            Self::Dead => "messages that could not be handled, with the reason",
            Self::Leases => "which process runs an agent now",
            Self::Sessions => "where connections to the outside stand; the newest of a subject counts",
        }
    }

    /// Events kept of one subject; -1 for all.
    const fn kept_of_subject(self) -> i64 {
        match self {
            Self::Raw
            | Self::Valid
            | Self::Rejected
            | Self::Breakdowns
            | Self::JudgedBreakdowns
            | Self::Dead => -1,
            // A forecast has 13 KB and is replaced daily.
            Self::Views | Self::Leases | Self::Sessions => 1,
            // More than two years of days.
            Self::Published => 800,
            // Each has all findings of its kind: the ones before tell what was taken back.
            Self::Trends => 30,
            // Each is up to half a megabyte; its recent history is of use, all of it is not.
            Self::Models => 32,
            // Two a day: more than a year.
            Self::Collections => 800,
            Self::Roster => 64,
            Self::Collect | Self::Posts => 1,
            Self::Servers => 4,
        }
    }

    /// The streams that a backup has, in the order in which they are restored: what agents are to find stands before
    /// what they begin with.
    pub(crate) const BACKED_UP: [Self; 8] = [
        Self::Roster,
        Self::Servers,
        Self::Posts,
        Self::Collections,
        Self::Models,
        Self::Published,
        Self::Breakdowns,
        Self::Raw,
    ];

    /// Whether a backup has what it stores: it cannot be rebuilt from another stream.
    pub(crate) fn is_backed_up(self) -> bool {
        match self {
            Self::Raw
            | Self::Breakdowns
            | Self::Published
            | Self::Models
            | Self::Roster
            | Self::Collections
            | Self::Servers
            | Self::Posts => true,
            // Rebuilt from these, or of no use to anybody later.
            Self::Valid
            | Self::Rejected
            | Self::JudgedBreakdowns
            | Self::Views
            | Self::Trends
            | Self::Collect
            | Self::Dead
            | Self::Leases
            | Self::Sessions => false,
        }
    }

    /// Whether a message that is stored stays, so that what was read of it once can be read again.
    pub(crate) const fn keeps_all(self) -> bool {
        matches!(self, Self::Raw | Self::Valid | Self::Rejected | Self::Breakdowns | Self::JudgedBreakdowns)
    }

    /// Whether the newest event of a subject is all that counts: one that cannot be read takes the place of another.
    pub(crate) const fn newest_counts(self) -> bool {
        matches!(
            self,
            Self::Views
                | Self::Trends
                | Self::Models
                | Self::Roster
                | Self::Collections
                | Self::Servers
                | Self::Posts
        )
    }

    const fn max_age(self) -> Duration {
        match self {
            Self::Collect => Duration::from_secs(24 * 3600),
            Self::Dead => Duration::from_secs(90 * 24 * 3600),
            Self::Posts => Duration::from_secs(60 * 24 * 3600),
            Self::Leases => LEASE_TTL,
            _ => Duration::ZERO,
        }
    }

    /// How long the server remembers message ids. Where each event is stored behind the newest one of its subject, it
    /// need not for long, which spares its memory in an import: a repeat is refused.
    const fn duplicate_window(self) -> Duration {
        match self {
            Self::Valid
            | Self::Rejected
            | Self::JudgedBreakdowns
            | Self::Views
            | Self::Published
            | Self::Trends => Duration::from_secs(2),
            Self::Leases => LEASE_TTL,
            _ => DUPLICATE_WINDOW,
        }
    }

    /// Most of the installation's room that the stream may take, in percent; `None` for what cannot be had again,
    /// which takes what the others leave: two fifths at least.
    const fn share(self) -> Option<u64> {
        match self {
            Self::Raw | Self::Breakdowns | Self::Roster | Self::Servers | Self::Leases | Self::Sessions => {
                None
            }
            Self::Valid => Some(25),
            Self::Published => Some(10),
            Self::Views => Some(8),
            Self::JudgedBreakdowns => Some(5),
            Self::Rejected | Self::Trends => Some(3),
            Self::Models => Some(2),
            Self::Collect | Self::Collections | Self::Posts | Self::Dead => Some(1),
        }
    }

    /// What becomes of an event for which a stream has no room. Where it can be made again it has to wait, so that
    /// nothing is missing without anybody's knowing.
    const fn discard(self) -> DiscardPolicy {
        match self {
            Self::Collect | Self::Dead | Self::Leases => DiscardPolicy::Old,
            _ => DiscardPolicy::New,
        }
    }
}

/// How long a lease lasts that is not renewed.
pub(crate) const LEASE_TTL: Duration = Duration::from_millis(2_500);

/// Subject on which whoever stores something in a stream tells so, without the installation's prefix.
pub(crate) fn stored_signal(stream: StreamName) -> String {
    format!("stored.{}", stream.as_str())
}

/// The window in which the server itself drops a repeated message id. It covers retries after a lost
/// acknowledgement; older repeats are recognised by what is stored (`Casa24-Cause`, the import's own comparison).
pub(crate) const DUPLICATE_WINDOW: Duration = Duration::from_secs(20);

/// What the server calls no limit.
const NO_LIMIT: i64 = -1;
/// Where a stream's metadata says which limit in bytes it was given here: another one is an operator's.
const OUR_LIMIT: &str = "casa24.max_bytes";

/// How a stream is made in an installation with so many replicas and so much room, in bytes.
pub(crate) fn config(
    subjects: &Subjects,
    num_replicas: usize,
    room: Option<u64>,
    name: StreamName,
) -> Config {
    let is_lease = name == StreamName::Leases;
    let max_bytes = name.share().zip(room).map(|(share, room)| room / 100 * share);
    Config {
        name: subjects.stream(name.as_str()),
        description: Some(name.description().to_owned()),
        subjects: name.subjects().iter().map(|subject| subjects.wire(subject)).collect(),
        retention: RetentionPolicy::Limits,
        discard: name.discard(),
        // Of one server, even the configuration of a stream in memory does not outlast a restart.
        storage: if is_lease && num_replicas > 1 { StorageType::Memory } else { StorageType::File },
        persist_mode: (is_lease && num_replicas == 1).then_some(PersistenceMode::Async),
        compression: Some(if is_lease { Compression::None } else { compression(num_replicas) }),
        max_messages_per_subject: name.kept_of_subject(),
        max_bytes: max_bytes.and_then(|bytes| i64::try_from(bytes).ok()).unwrap_or(NO_LIMIT),
        max_age: name.max_age(),
        duplicate_window: name.duplicate_window(),
        allow_direct: true,
        // A turn ends by itself.
        allow_message_ttl: name == StreamName::Sessions,
        allow_atomic_publish: !is_lease,
        num_replicas,
        metadata: max_bytes.map(|bytes| (OUR_LIMIT.to_owned(), bytes.to_string())).into_iter().collect(),
        ..Config::default()
    }
}

/// How a stream with so many replicas is compressed. A replica whose server was killed is cut back to what it agreed upon
/// with the others; where that ends in a compressed block, nats-server 2.15.1 appends to it what is not compressed, and can
/// neither read nor write the stream from then on ("s2: unsupported input"). With two such replicas the stream stands still.
const fn compression(num_replicas: usize) -> Compression {
    if num_replicas > 1 { Compression::None } else { Compression::S2 }
}

/// An existing configuration brought up to date. What an operator has set (replicas, limits in bytes, placement) is
/// kept; so is every limit in bytes where nobody says how much room there is.
pub(crate) fn updated(existing: &Config, wanted: Config) -> Config {
    let ours = existing.metadata.get(OUR_LIMIT);
    let is_ours = wanted.metadata.contains_key(OUR_LIMIT)
        && (existing.max_bytes == NO_LIMIT || ours == Some(&existing.max_bytes.to_string()));
    let mut metadata = existing.metadata.clone();
    if is_ours {
        metadata.remove(OUR_LIMIT);
        metadata.extend(wanted.metadata);
    }
    Config {
        metadata,
        subjects: wanted.subjects,
        description: wanted.description,
        discard: wanted.discard,
        // The replicas that it has, not those that it would be made with.
        compression: if existing.num_replicas > 1 { Some(Compression::None) } else { wanted.compression },
        max_messages_per_subject: wanted.max_messages_per_subject,
        max_bytes: if is_ours { wanted.max_bytes } else { existing.max_bytes },
        max_age: wanted.max_age,
        duplicate_window: wanted.duplicate_window,
        allow_direct: wanted.allow_direct,
        allow_message_ttl: wanted.allow_message_ttl,
        allow_atomic_publish: wanted.allow_atomic_publish,
        ..existing.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_backup_has_every_stream_that_cannot_be_rebuilt() {
        let backed_up: BTreeSet<StreamName> = StreamName::BACKED_UP.into();
        let all = StreamName::ALL.into_iter().filter(|stream| stream.is_backed_up()).collect();
        assert_eq!(backed_up, all);
    }

    #[test]
    fn files_of_a_cluster_are_not_compressed() {
        let subjects = Subjects::default();
        let of = |num_replicas| config(&subjects, num_replicas, None, StreamName::Raw);
        let compressions = |config: &Config| config.compression.clone();
        assert_eq!(compressions(&of(1)), Some(Compression::S2));
        assert_eq!(compressions(&of(3)), Some(Compression::None));
        // An operator's replicas count, whatever the installation says.
        let by_operator = Config { num_replicas: 3, compression: Some(Compression::S2), ..of(1) };
        assert_eq!(compressions(&updated(&by_operator, of(1))), Some(Compression::None));
    }

    #[test]
    fn every_subject_has_one_stream() {
        let storing = |subject| StreamName::storing(subject).ok();
        assert_eq!(storing("snapshot.raw.spotify.PYRO"), Some(StreamName::Raw));
        assert_eq!(storing("snapshot.valid.>"), Some(StreamName::Valid));
        assert_eq!(storing("breakdown.raw.spotify.PYRO"), Some(StreamName::Breakdowns));
        assert_eq!(storing("breakdown.rejected.spotify.PYRO"), Some(StreamName::JudgedBreakdowns));
        assert_eq!(storing("forecast.linear.>"), Some(StreamName::Views));
        assert_eq!(storing("model.neural"), Some(StreamName::Models));
        assert_eq!(storing("training.neural"), Some(StreamName::Models));
        assert_eq!(storing("goals.label"), Some(StreamName::Roster));
        assert_eq!(storing("collect.spotify.*"), Some(StreamName::Collect));
        assert_eq!(storing("source.late.*.*"), Some(StreamName::Collections));
        assert_eq!(storing("command.growth"), None);
    }
}
