//! Agents with state: strictly in order, state rebuilt from the stream, each event's consequences stored once.
//!
//! - The agent's position in the stream is a durable consumer, which is moved up only after what follows is stored.
//! - At the start the agent's state is rebuilt up to that position, and events are read from behind it, in order.
//! - What follows carries the sequence of its cause. What was stored before a crash, with the position not moved, is
//!   recognised by the newest event of its subject and not stored again.
//! - What follows is stored behind the newest event of its subject that is known here: where another process has taken
//!   over and stored there, the server refuses, and the agent begins as after a crash.
//! - A fault halfway through the handling leaves state and outbox in doubt: the agent then begins as after a crash.
//! - An event that the agent postpones holds up the others: it is tried again in place, with growing delay.
//! - An agent that is still at work some seconds after shutdown began is left behind: nothing of what it was asked is
//!   stored, the position stays, and the next start asks again.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::batch::Decoded;
use crate::delivery::Delivery;
use crate::harness::agent::Agent;
use crate::harness::counters::Counters;
use crate::harness::event_reader::EventReader;
use crate::harness::lease::{Acquired, Lease, LeaseState, STAND_BY};
use crate::harness::runner::Ready;
use crate::replay::Reading;
use crate::shutdown::Shutdown;
use crate::{Bus, BusError, Result, fault_log};

use super::agent_actor::AgentActor;
use super::agent_state::{AgentState, shut_down};
use super::checkpoint::{Checkpoint, Due};
use super::duties::Duties;
use super::followed::{self, Followed};
use super::position::StoredPosition;
use super::{handling, views};

/// An agent whose start fails for so long is given up.
const START_WITHIN: Duration = Duration::from_secs(30);
/// Pause after a fault.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Runs one agent with state.
pub(crate) struct AgentLoop<A: Agent> {
    state: AgentState<A>,
    checkpoint: Checkpoint,
    position: StoredPosition,
    lease: Lease,
    /// Whether the agent's state and the outbox may be other than the position says: at the start, and after a fault
    /// halfway through the handling.
    in_doubt: bool,
}

impl<A: Agent> AgentLoop<A> {
    pub(crate) async fn new(
        bus: Bus,
        shutdown: Shutdown,
        counters: Counters,
        make: Arc<dyn Fn() -> AgentActor<A> + Send + Sync>,
        duties: Duties<A>,
    ) -> Result<Self> {
        let state = AgentState::new(bus.clone(), shutdown, counters, make, duties).await?;
        let position = StoredPosition::new(A::NAME.to_owned(), state.stream);
        let lease = Lease::new(bus, A::NAME);
        Ok(Self { state, checkpoint: Checkpoint::default(), position, lease, in_doubt: true })
    }

    pub(crate) async fn run(mut self, mut ready: Ready) -> Result<()> {
        let begun = Instant::now();
        let mut has_worked = false;
        let shutdown = self.state.shutdown.clone();
        while !shutdown.has_begun() {
            let outcome = self.follow(&mut ready).await;
            has_worked |= !self.in_doubt || outcome.is_ok();
            if let Err(error) = outcome
                && !shutdown.has_begun()
            {
                if matches!(error, BusError::Overtaken { .. }) {
                    self.in_doubt = true;
                    self.lease.doubt();
                }
                // Later the same fault will pass; what never worked is reported to the caller.
                if !has_worked && begun.elapsed() > START_WITHIN && !fault_log::failed_of_late() {
                    return Err(error);
                }
                tracing::warn!(agent = A::NAME, %error, "cannot go on, will try again");
                shutdown.pause(TRY_AGAIN_AFTER).await;
            }
        }
        let finished = tokio::select! {
            finished = self.finish() => finished,
            () = shutdown.overdue() => Err(shut_down(A::NAME)),
        };
        if let Err(error) = finished {
            tracing::warn!(agent = A::NAME, %error, "left to the next start");
        }
        self.lease.give_back().await;
        Ok(())
    }

    /// The last checkpoint. The position is not moved behind what is in doubt: the next start does it again.
    async fn finish(&mut self) -> Result<()> {
        if !self.in_doubt && self.lease.hold().is_held() {
            self.make_checkpoint().await?;
        }
        self.state.bus.flush().await
    }

    /// Takes events in from behind the last checkpoint, until shutdown begins or the lease is lost.
    async fn follow(&mut self, ready: &mut Ready) -> Result<()> {
        match self.lease.acquire_lease().await? {
            Acquired::Kept => {}
            Acquired::Anew => self.in_doubt = true,
            Acquired::HeldElsewhere => {
                tracing::debug!(agent = A::NAME, "runs elsewhere, standing by");
                self.in_doubt = true;
                self.state.shutdown.pause(STAND_BY).await;
                return Ok(());
            }
        }
        let hold = self.lease.hold();
        self.state.store_while_held(&hold);
        if self.in_doubt {
            self.lease.tell(LeaseState::Starting);
            self.resume().await?;
        }
        self.lease.tell(LeaseState::Reading);
        if let Some(ready) = ready.take() {
            ready.send(()).ok();
        }
        self.make_checkpoint().await?;
        let reading =
            Reading { stream: self.state.stream, filter: A::CONSUMES, from: self.state.position + 1 };
        let tail = self.state.bus.tail(&reading).await?;
        let (subjects, stream) = (self.state.bus.subjects().clone(), self.state.outbox.stream.clone());
        let mut reader = EventReader::<A::Consumes>::new(tail.batches(), subjects, stream);
        let mut arriving = match &self.state.followed {
            Some(followed) => Some(followed.arriving().await?),
            None => None,
        };
        let shutdown = self.state.shutdown.clone();
        let mut due = Due::Later;
        loop {
            let read = tokio::select! {
                biased;
                () = shutdown.begun() => return Ok(()),
                () = hold.lost() => return Ok(()),
                arrived = followed::next(&mut arriving) => {
                    self.use_newest(arrived?).await?;
                    due = Due::Later;
                    continue;
                }
                read = reader.next() => read,
                () = reached(due) => {
                    self.make_checkpoint().await?;
                    due = Due::Later;
                    continue;
                }
            };
            let Some(read) = read.transpose()? else { return Ok(()) };
            let num_read = read.deliveries().len();
            let new = read.behind(self.state.position);
            self.state.counters.num_repeated((num_read - new.deliveries().len()) as u64);
            self.take_in(&new).await?;
            due = self.checkpoint.due(self.state.ask_views.is_some(), Instant::now());
            if due == Due::Now {
                self.make_checkpoint().await?;
                due = Due::Later;
            }
        }
    }

    /// Begins at the position that the server has of this agent, with its state rebuilt.
    async fn resume(&mut self) -> Result<()> {
        self.state.outbox.look_up(A::PUBLISHES).await?;
        let followed = match &mut self.state.followed {
            Some(followed) => followed.look_up().await?,
            None => Vec::new(),
        };
        self.checkpoint.resume(self.position.look_up(&self.state.bus).await?);
        self.state.start(followed, self.checkpoint.done()).await?;
        if self.state.followed.as_ref().is_some_and(Followed::is_ahead) {
            self.checkpoint.mark_dirty(self.state.artists.clone());
        }
        self.in_doubt = false;
        Ok(())
    }

    /// Lets the agent use the newest of what has arrived that it takes; then all views are made again.
    async fn use_newest(&mut self, arrived: Vec<Delivery>) -> Result<()> {
        self.in_doubt = true;
        if self.state.follow(arrived).await? {
            self.checkpoint.mark_dirty(self.state.artists.clone());
        }
        self.in_doubt = false;
        self.make_checkpoint().await
    }

    /// Takes in new deliveries, in order.
    async fn take_in(&mut self, read: &Decoded<A::Consumes>) -> Result<()> {
        self.in_doubt = true;
        let (last, dirty) = handling::take_in(&mut self.state, read).await?;
        self.checkpoint.mark_dirty(dirty);
        if let Some(last) = last {
            self.checkpoint.take_in(&last);
        }
        self.in_doubt = false;
        Ok(())
    }

    /// Publishes the views that are out of date, and moves the position behind everything that was taken in.
    async fn make_checkpoint(&mut self) -> Result<()> {
        self.in_doubt = true;
        views::publish(&mut self.state, self.checkpoint.take_dirty()).await?;
        if !self.lease.hold().is_held() {
            return Err(BusError::Overtaken { subject: A::NAME.to_owned() });
        }
        if let Some(sequence) = self.checkpoint.take_taken_in() {
            self.position.move_behind(&self.state.bus, sequence).await?;
            self.checkpoint.moved_behind(sequence);
        }
        if let Some(followed) = &mut self.state.followed {
            followed.checkpoint().await?;
        }
        self.in_doubt = false;
        Ok(())
    }
}

/// Waits until a checkpoint is due.
async fn reached(due: Due) {
    match due {
        Due::Now => {}
        Due::At(moment) => tokio::time::sleep_until(moment).await,
        Due::Later => std::future::pending().await,
    }
}
