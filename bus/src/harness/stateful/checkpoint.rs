//! How far an agent with state is: what it has taken in, what of that is done, and which views are out of date.

use std::collections::BTreeMap;
use std::time::Duration;

use casa24_schemas::ArtistId;
use tokio::time::Instant;

use crate::delivery::Delivery;
use crate::outgoing::Cause;

/// So many events since the last checkpoint are an import rather than the day's figures.
const BULK: u64 = 1_000;
/// How long no event may have come before an import counts as over. The stage before publishes batches of an import
/// in a faster sequence.
const QUIET: Duration = Duration::from_millis(100);

/// When the next checkpoint is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Now,
    /// Unless an event comes before: the views of an import's intermediate days would be replaced at once.
    At(Instant),
    /// When what is waiting was taken in.
    Later,
}

/// What an agent has taken in since what follows from it was last stored, and its position moved up.
#[derive(Debug, Default)]
pub(crate) struct Checkpoint {
    /// Everything up to this sequence is done: what follows from it is stored, and the position is behind it.
    done: u64,
    /// The newest event that the agent has taken in.
    taken_in: Option<TakenIn>,
    /// Artists whose views are out of date, with the newest event that made them so.
    dirty: BTreeMap<ArtistId, Cause>,
}

#[derive(Debug, Clone, Copy)]
struct TakenIn {
    sequence: u64,
    /// Events that waited behind it.
    pending: u64,
}

impl Checkpoint {
    /// Everything up to this sequence is done.
    pub(crate) const fn done(&self) -> u64 {
        self.done
    }

    /// The server says that everything up to this sequence is done. One that was killed may have forgotten the newest
    /// positions, so what is known to be done stays done.
    pub(crate) fn resume(&mut self, position: u64) {
        self.done = self.done.max(position);
        self.taken_in = None;
        self.dirty.clear();
    }

    /// The agent has taken in everything up to this delivery.
    pub(crate) const fn take_in(&mut self, delivery: &Delivery) {
        self.taken_in = Some(TakenIn { sequence: delivery.sequence, pending: delivery.pending });
    }

    /// These views are out of date.
    pub(crate) fn mark_dirty(&mut self, mut artists: BTreeMap<ArtistId, Cause>) {
        self.dirty.append(&mut artists);
    }

    /// The views to make now; the caller stores them.
    pub(crate) fn take_dirty(&mut self) -> BTreeMap<ArtistId, Cause> {
        std::mem::take(&mut self.dirty)
    }

    /// The sequence behind which the position is to be moved now.
    pub(crate) fn take_taken_in(&mut self) -> Option<u64> {
        self.taken_in.take().map(|newest| newest.sequence)
    }

    /// The position is behind this sequence.
    pub(crate) fn moved_behind(&mut self, sequence: u64) {
        self.done = self.done.max(sequence);
    }

    /// When the next checkpoint is due, after the newest event was taken in at `now`. An agent that keeps views and is
    /// behind takes in everything first: of an import only the newest day's views are made.
    pub(crate) fn due(&self, keeps_views: bool, now: Instant) -> Due {
        let Some(newest) = &self.taken_in else { return Due::Later };
        match newest.sequence.saturating_sub(self.done) {
            _ if !keeps_views => Due::Now,
            _ if newest.pending > 0 => Due::Later,
            num_open if num_open > BULK => Due::At(now + QUIET),
            _ => Due::Now,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::trace::TraceContext;

    fn cause(sequence: u64) -> Cause {
        Cause { sequence, trace: TraceContext::root("test"), followed: None }
    }

    fn artist(token: &str) -> ArtistId {
        ArtistId::from_token(token).unwrap()
    }

    fn due(sequence: u64, pending: u64, keeps_views: bool, now: Instant) -> Due {
        let mut checkpoint = Checkpoint::default();
        checkpoint.take_in(&Delivery {
            subject: "snapshot.valid.test.a".into(),
            headers: None,
            payload: bytes::Bytes::new(),
            sequence,
            stored_at: OffsetDateTime::UNIX_EPOCH,
            pending,
        });
        checkpoint.due(keeps_views, now)
    }

    #[test]
    fn a_stage_is_done_with_every_batch() {
        assert_eq!(due(1, 7, false, Instant::now()), Due::Now);
    }

    #[test]
    fn a_view_is_made_at_once_for_the_days_figures_and_once_for_an_import() {
        let now = Instant::now();
        assert_eq!(due(8, 0, true, now), Due::Now);
        assert_eq!(due(8, 1, true, now), Due::Later);
        assert_eq!(due(5_000_000, 1, true, now), Due::Later);
        assert_eq!(due(BULK + 1, 0, true, now), Due::At(now + QUIET));
    }

    #[test]
    fn a_view_that_gets_dirty_again_keeps_the_newest_cause() {
        let mut checkpoint = Checkpoint::default();
        checkpoint.mark_dirty(BTreeMap::from([(artist("a"), cause(1)), (artist("b"), cause(2))]));
        checkpoint.mark_dirty(BTreeMap::from([(artist("a"), cause(3))]));
        let sequences: Vec<u64> = checkpoint.take_dirty().into_values().map(|cause| cause.sequence).collect();
        assert_eq!(sequences, [3, 2]);
        assert!(checkpoint.take_dirty().is_empty());
    }

    #[test]
    fn a_server_that_forgot_positions_does_not_turn_it_back() {
        let mut checkpoint = Checkpoint::default();
        checkpoint.moved_behind(70);
        checkpoint.mark_dirty(BTreeMap::from([(artist("a"), cause(71))]));
        checkpoint.resume(40);
        assert_eq!(checkpoint.done(), 70);
        assert!(checkpoint.take_dirty().is_empty());
        assert_eq!(checkpoint.due(true, Instant::now()), Due::Later);
    }
}
