//! Where a shard stands in its session, kept on the bus: whichever process has the shard next goes on there, and Discord
//! repeats what came since.
//!
//! It names the session and a sequence. Without the bot's token nobody can do anything with these; the tokens of
//! interactions are not in it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use casa24_bus::{Acquired, Bus, Lease, SessionState, SourceError, Written};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use twilight_gateway::Session;

/// Least time between two writes of one session.
const KEEP_EVERY: Duration = Duration::from_secs(1);
/// Pause after a fault of the bus.
const PAUSE: Duration = Duration::from_millis(250);
/// How long the last write may take.
const LAST_WITHIN: Duration = Duration::from_secs(2);

/// A place in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The session, at the last event that need not be repeated.
    pub(crate) session: Session,
    /// Where Discord wants it to be resumed.
    pub(crate) resume_url: Option<String>,
}

fn body(place: Option<&Place>) -> Bytes {
    serde_json::to_vec(&place).unwrap_or_default().into()
}

/// The right to a shard, and its place on the bus.
#[derive(Debug)]
pub(crate) struct Keeper {
    lease: Lease,
    state: SessionState,
    kept: Option<Place>,
}

impl Keeper {
    /// Takes a shard over whose lease was taken: no earlier holder can write its place any more. `None` where another one
    /// was faster.
    pub(crate) async fn open(
        bus: Bus,
        lease: Lease,
        name: &str,
        door: &str,
    ) -> Result<Option<(Self, Option<Place>)>, SourceError> {
        let (mut state, stored) = SessionState::open(bus, name, door).await?;
        // A place that cannot be read is none.
        let kept: Option<Place> = stored.and_then(|stored| serde_json::from_slice(&stored).ok()).flatten();
        if state.write(body(kept.as_ref())).await? == Written::Overtaken {
            lease.give_back().await;
            return Ok(None);
        }
        let place = kept.clone();
        Ok(Some((Self { lease, state, kept }, place)))
    }

    /// Keeps the newest place and the lease until another process has taken the shard over. While the bus is away the
    /// shard goes on: nobody else can take it then.
    pub(crate) async fn keep(&mut self, mut places: watch::Receiver<Option<Place>>) {
        let mut may_write_from = Instant::now();
        let hold = self.lease.hold();
        loop {
            let newest = places.borrow_and_update().clone();
            let is_due = newest != self.kept;
            let is_new_session = newest.as_ref().map(|place| place.session.id())
                != self.kept.as_ref().map(|place| place.session.id());
            if is_due && (is_new_session || may_write_from <= Instant::now()) {
                match self.state.write(body(newest.as_ref())).await {
                    Ok(Written::Stored) => {
                        self.kept = newest;
                        may_write_from = Instant::now() + KEEP_EVERY;
                    }
                    Ok(Written::Overtaken) => return,
                    Err(error) => {
                        tracing::debug!(%error, "the place in the session cannot be kept, will try again");
                        may_write_from = Instant::now() + PAUSE;
                        sleep(PAUSE).await;
                    }
                }
                continue;
            }
            tokio::select! {
                changed = places.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
                () = sleep_until(may_write_from), if is_due => {}
                () = hold.lost() => if !self.regain().await { return },
            }
        }
    }

    /// Takes the lease again that was lost, as while the bus was away; tells whether the shard is still this process's.
    async fn regain(&mut self) -> bool {
        loop {
            match self.lease.acquire_lease().await {
                Ok(Acquired::Kept | Acquired::Anew) => {
                    // Behind what is known: another one who had it meanwhile has written its place.
                    match self.state.write(body(self.kept.as_ref())).await {
                        Ok(written) => return written == Written::Stored,
                        Err(error) => tracing::debug!(%error, "cannot tell whose the shard is"),
                    }
                }
                // It may be this process's own earlier lease, whose renewal went unanswered.
                Ok(Acquired::HeldElsewhere) => match self.state.is_ours().await {
                    Ok(true) => {}
                    Ok(false) => return false,
                    Err(error) => tracing::debug!(%error, "cannot tell whose the shard is"),
                },
                Err(error) => tracing::debug!(%error, "cannot take the shard's lease again"),
            }
            sleep(PAUSE).await;
        }
    }

    /// Writes the last place and gives the lease back, so that the next process need not wait.
    pub(crate) async fn give_back(mut self, place: Option<Place>) {
        let writing = async {
            if place != self.kept {
                match self.state.write(body(place.as_ref())).await {
                    Ok(_) => {}
                    Err(error) => tracing::warn!(%error, "the place in the session cannot be kept"),
                }
            }
            self.lease.give_back().await;
        };
        if timeout(LAST_WITHIN, writing).await.is_err() {
            tracing::warn!(
                "the bus does not take the place in the session: the next process goes on before it"
            );
        }
    }

    /// Whether the lease is held, for others to look at.
    pub(crate) fn hold(&self) -> Arc<casa24_bus::Hold> {
        Arc::new(self.lease.hold())
    }
}
