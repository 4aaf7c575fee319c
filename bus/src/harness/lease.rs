//! One at a time: which process runs an agent that must not run twice at once, or a part of one that several run.
//!
//! A lease is the one event on its subject in the stream of leases, which forgets it after [`LEASE_TTL`]. Who
//! stores it where there is none has it, and renews it as long as it is wanted, each time only where it is still the
//! one that was stored last (`Nats-Expected-Last-Subject-Sequence`). That works with one server as with several.
//!
//! A lease says who should be at work. That nothing old is stored behind something newer, should a process not notice
//! in time that it lost its lease, is the outbox's to see to: the server checks each of its batches.

use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::delivery::Delivery;
use crate::direct_get::DirectReader;
use crate::publish::{Conditional, store_if};
use crate::store_fault::StoreFault;
use crate::streams::{LEASE_TTL, StreamName};
use crate::{Bus, BusError, Result};

/// How often an agent that stands by tries to take the lease.
pub(crate) const STAND_BY: Duration = Duration::from_millis(250);
/// How often it is renewed.
const RENEW: Duration = Duration::from_millis(700);
/// How long the answer to who has the lease may take.
const TAKE_WITHIN: Duration = Duration::from_millis(1_500);
/// A holder stops so long before the server forgets its lease.
const MARGIN: Duration = Duration::from_millis(250);

/// What came of asking for the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquired {
    /// It is held, and nobody else is known to have held it since it was held before.
    Kept,
    /// It was taken now: another process may have run the agent before.
    Anew,
    /// Another process holds it.
    HeldElsewhere,
}

/// What the event of a lease says, for people and for who comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LeaseState {
    /// The agent rebuilds its state.
    Starting,
    /// The agent waits for events, or handles them.
    Reading,
    /// Given back.
    Free,
}

/// The lease of an agent, or of a part of its work, held or wanted.
pub struct Lease {
    bus: Bus,
    name: Arc<str>,
    /// Until when it is held.
    until: Arc<watch::Sender<Option<Instant>>>,
    state: watch::Sender<LeaseState>,
    /// Sequence of the event that was stored last, while it is held.
    stored: watch::Receiver<u64>,
    /// Whether another process may have held it since it was taken.
    held_elsewhere: bool,
    /// Since when it is asked for in vain.
    unanswered_since: Option<Instant>,
    /// What renews it.
    renewing: JoinSet<()>,
}

/// Whether a lease is held; clones share it.
#[derive(Debug, Clone)]
pub struct Hold(watch::Receiver<Option<Instant>>);

impl Hold {
    /// Whether no other process can have taken the lease yet. Right also in a process that was stopped for a while.
    pub fn is_held(&self) -> bool {
        self.0.borrow().is_some_and(|until| Instant::now() < until)
    }

    /// Resolves when it is not held any more.
    pub async fn lost(&self) {
        let mut until = self.0.clone();
        loop {
            let Some(end) = *until.borrow_and_update() else { return };
            tokio::select! {
                () = tokio::time::sleep_until(end) => {
                    if *until.borrow() == Some(end) {
                        return;
                    }
                }
                changed = until.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

impl Lease {
    /// The lease of an agent, or of a part such as `discord.shard.2.0`; not taken yet.
    pub fn new(bus: Bus, name: &str) -> Self {
        Self {
            bus,
            name: name.into(),
            until: Arc::new(watch::channel(None).0),
            state: watch::channel(LeaseState::Starting).0,
            stored: watch::channel(0).1,
            held_elsewhere: true,
            unanswered_since: None,
            renewing: JoinSet::new(),
        }
    }

    /// Whether it is held, for others to look at.
    pub fn hold(&self) -> Hold {
        Hold(self.until.subscribe())
    }

    /// Keeps or takes the lease, if no other process holds it.
    ///
    /// # Errors
    /// Where the server does not say who holds it.
    pub async fn acquire_lease(&mut self) -> Result<Acquired> {
        if self.hold().is_held() {
            return Ok(Acquired::Kept);
        }
        self.renewing.shutdown().await;
        let begun = Instant::now();
        // A leader that has died does not answer; the next one is asked soon.
        let taken = tokio::time::timeout(TAKE_WITHIN, self.take()).await;
        let fault = match &taken {
            Ok(Ok(_)) => None,
            // Not necessarily, but it is waited for as long.
            Ok(Err(_)) => Some(StoreFault::NoLeader),
            Err(_) => Some(StoreFault::Unconfirmed),
        };
        if let Some(fault) = fault {
            let since = *self.unanswered_since.get_or_insert(begun);
            self.bus.other_servers().turn_to_one(self.bus.client(), fault, since.elapsed()).await;
        } else {
            self.unanswered_since = None;
        }
        let taken = taken.map_err(|_| BusError::Request {
            subject: subject(&self.name),
            fault: "no answer; the stream of leases may be without a leader".to_owned(),
        })?;
        let Some(sequence) = taken? else {
            self.held_elsewhere = true;
            return Ok(Acquired::HeldElsewhere);
        };
        self.until.send_replace(Some(begun + LEASE_TTL - MARGIN));
        let (store, stored) = watch::channel(sequence);
        self.stored = stored;
        let (bus, name, state) = (self.bus.clone(), Arc::clone(&self.name), self.state.subscribe());
        self.renewing.spawn(renew(bus, name, state, store, self.until.clone()));
        let had_gap = std::mem::take(&mut self.held_elsewhere);
        Ok(if had_gap { Acquired::Anew } else { Acquired::Kept })
    }

    /// Stores the event where there is none, or one that says that the lease is free; its sequence if that went well.
    async fn take(&self) -> Result<Option<u64>> {
        let state = *self.state.borrow();
        match store(&self.bus, &self.name, state, 0).await? {
            Conditional::Stored(sequence) => return Ok(Some(sequence)),
            Conditional::Refused => {}
        }
        let subject = self.bus.subjects().wire(&subject(&self.name));
        let newest = DirectReader::new(&self.bus, StreamName::Leases).await?.newest_of(&[subject]).await?;
        let free = newest.last().filter(|newest| state_of(&newest.payload) == Some(LeaseState::Free));
        let Some(free) = free else { return Ok(None) };
        match store(&self.bus, &self.name, state, free.sequence).await? {
            Conditional::Stored(sequence) => Ok(Some(sequence)),
            Conditional::Refused => Ok(None),
        }
    }

    /// Tells what the agent does, with the next renewal.
    pub(crate) fn tell(&self, state: LeaseState) {
        self.state.send_if_modified(|told| std::mem::replace(told, state) != state);
    }

    /// Another process may have stored something newer: the next lease is taken anew.
    pub(crate) const fn doubt(&mut self) {
        self.held_elsewhere = true;
    }

    /// Gives it back, so that the next one need not wait.
    pub async fn give_back(mut self) {
        self.renewing.shutdown().await;
        if self.hold().is_held() {
            let stored = *self.stored.borrow();
            store(&self.bus, &self.name, LeaseState::Free, stored).await.ok();
        }
    }
}

/// Renews a lease until it is lost, or this is dropped.
async fn renew(
    bus: Bus,
    name: Arc<str>,
    mut state: watch::Receiver<LeaseState>,
    stored: watch::Sender<u64>,
    until: Arc<watch::Sender<Option<Instant>>>,
) {
    loop {
        let Some(end) = *until.borrow() else { return };
        // What changed is told at once.
        drop(tokio::time::timeout(RENEW, state.changed()).await);
        let begun = Instant::now();
        let told = *state.borrow_and_update();
        let sequence = *stored.borrow();
        let renewed = tokio::time::timeout_at(end, store(&bus, &name, told, sequence)).await;
        match renewed {
            Ok(Ok(Conditional::Stored(sequence))) => {
                stored.send_replace(sequence);
                until.send_replace(Some(begun + LEASE_TTL - MARGIN));
            }
            // An earlier renewal whose answer was lost counts as somebody else's: the lease is taken again.
            Ok(Ok(Conditional::Refused)) | Err(_) => {
                tracing::debug!(lease = &*name, "the lease is lost");
                until.send_replace(None);
                return;
            }
            Ok(Err(error)) => {
                tracing::debug!(lease = &*name, %error, "cannot renew the lease");
                if Instant::now() >= end {
                    until.send_replace(None);
                    return;
                }
                tokio::time::sleep(RENEW / 8).await;
            }
        }
    }
}

/// Stores the event of a lease behind the one of this sequence.
async fn store(bus: &Bus, name: &str, state: LeaseState, behind: u64) -> Result<Conditional> {
    let body = serde_json::to_vec(&state).unwrap_or_default();
    store_if(bus, &subject(name), HeaderMap::new(), body.into(), behind).await
}

fn subject(name: &str) -> String {
    format!("lease.{name}")
}

impl std::fmt::Debug for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lease").field("name", &self.name).field("is_held", &self.hold().is_held()).finish()
    }
}

impl Bus {
    /// Names of the leases under a prefix such as `discord.` that a process holds.
    ///
    /// # Errors
    /// Where the server does not answer.
    pub async fn leases_under(&self, prefix: &str) -> Result<Vec<String>> {
        let leases =
            self.newest_messages(StreamName::Leases, &subject(&format!("{prefix}>"))).await?.into_iter();
        let held =
            leases.filter(|lease| state_of(&lease.payload).is_some_and(|state| state != LeaseState::Free));
        let name = |lease: Delivery| leased_agent(self.subjects().event(&lease.subject)).map(str::to_owned);
        Ok(held.filter_map(name).collect())
    }
}

/// What the event of a lease says.
pub(crate) fn state_of(body: &[u8]) -> Option<LeaseState> {
    serde_json::from_slice(body).ok()
}

/// Whose lease is on a subject.
pub(crate) fn leased_agent(subject: &str) -> Option<&str> {
    subject.strip_prefix("lease.")
}
