//! How far an agent with state is: what it has taken in, what of that is done, and which views are out of date.

use std::collections::BTreeMap;
use std::time::Duration;

use casa24_schemas::ArtistId;
use tokio::time::Instant;

use crate::outgoing::Cause;
use crate::replay::Delivery;

/// Most events taken in before views are made although more are waiting.
pub(crate) const MAX_OPEN: usize = 50_000;
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

/// What an agent has taken in since what follows from it was last stored and acknowledged.
#[derive(Default)]
pub(crate) struct Checkpoint {
    /// Everything up to this sequence is done: what follows from it is stored, and it is acknowledged.
    done: u64,
    /// Newest delivery that the agent has taken in.
    unacknowledged: Option<Delivery>,
    /// Artists whose views are out of date, with the newest event that made them so.
    dirty: BTreeMap<ArtistId, Cause>,
}

impl Checkpoint {
    /// Everything up to this sequence is done.
    pub(crate) const fn done(&self) -> u64 {
        self.done
    }

    /// The server says that everything up to this sequence is acknowledged. One that was killed may have forgotten
    /// acknowledgements, so what is known to be done stays done.
    pub(crate) fn resume(&mut self, acknowledged: u64) {
        self.done = self.done.max(acknowledged);
        self.unacknowledged = None;
        self.dirty.clear();
    }

    /// The agent has taken in everything up to this delivery.
    pub(crate) fn take_in(&mut self, delivery: Delivery) {
        self.unacknowledged = Some(delivery);
    }

    /// These views are out of date.
    pub(crate) fn mark_dirty(&mut self, mut artists: BTreeMap<ArtistId, Cause>) {
        self.dirty.append(&mut artists);
    }

    /// The views to make now; the caller stores them.
    pub(crate) fn take_dirty(&mut self) -> BTreeMap<ArtistId, Cause> {
        std::mem::take(&mut self.dirty)
    }

    /// The delivery to acknowledge now.
    pub(crate) fn take_unacknowledged(&mut self) -> Option<Delivery> {
        self.unacknowledged.take()
    }

    /// The acknowledgement of everything up to this sequence is sent.
    pub(crate) fn acknowledged(&mut self, sequence: u64) {
        self.done = self.done.max(sequence);
    }

    /// When the next checkpoint is due, after the newest delivery was taken in at `now`.
    pub(crate) fn due(&self, keeps_views: bool, now: Instant) -> Due {
        let Some(newest) = &self.unacknowledged else { return Due::Later };
        due(newest.sequence.saturating_sub(self.done), newest.pending > 0, keeps_views, now)
    }
}

/// When a checkpoint is due with so many events open, and more waiting or not.
fn due(num_open: u64, more_waiting: bool, keeps_views: bool, now: Instant) -> Due {
    match () {
        () if !keeps_views || num_open >= MAX_OPEN as u64 => Due::Now,
        () if more_waiting => Due::Later,
        () if num_open > BULK => Due::At(now + QUIET),
        () => Due::Now,
    }
}

#[cfg(test)]
mod tests {
    use crate::trace::TraceContext;

    use super::*;

    fn cause(sequence: u64) -> Cause {
        Cause { sequence, trace: TraceContext::root("test"), followed: None }
    }

    fn artist(token: &str) -> ArtistId {
        ArtistId::from_token(token).unwrap()
    }

    #[test]
    fn a_stage_is_done_with_every_batch() {
        assert_eq!(due(1, true, false, Instant::now()), Due::Now);
    }

    #[test]
    fn a_view_is_made_at_once_for_the_days_figures_and_after_a_quiet_moment_for_an_import() {
        let now = Instant::now();
        assert_eq!(due(8, false, true, now), Due::Now);
        assert_eq!(due(8, true, true, now), Due::Later);
        assert_eq!(due(BULK + 1, false, true, now), Due::At(now + QUIET));
        assert_eq!(due(MAX_OPEN as u64, true, true, now), Due::Now);
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
    fn a_server_that_forgot_acknowledgements_does_not_turn_it_back() {
        let mut checkpoint = Checkpoint::default();
        checkpoint.acknowledged(70);
        checkpoint.mark_dirty(BTreeMap::from([(artist("a"), cause(71))]));
        checkpoint.resume(40);
        assert_eq!(checkpoint.done(), 70);
        assert!(checkpoint.take_dirty().is_empty());
        assert_eq!(checkpoint.due(true, Instant::now()), Due::Later);
    }
}
