//! Leaving a server that confirms nothing, or knows no leader, where there are others: it may be cut off from them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::Client;
use tokio::time::Instant;

use crate::store_fault::StoreFault;

/// How long nothing is confirmed before another server is turned to.
const UNCONFIRMED: Duration = Duration::from_secs(3);
/// How long there is no leader before that: electing one takes some five seconds, and is no reason.
const LEADERLESS: Duration = Duration::from_secs(10);

/// The servers beside the one that a client is connected to; clones share when it was left.
#[derive(Debug, Clone)]
pub(crate) struct OtherServers {
    are_known: bool,
    left_at: Arc<Mutex<Option<Instant>>>,
}

impl OtherServers {
    /// Of a client that knows so many servers.
    pub(crate) fn than_one_of(num_servers: usize) -> Self {
        Self { are_known: num_servers > 1, left_at: Arc::default() }
    }

    pub(crate) const fn are_known(&self) -> bool {
        self.are_known
    }

    /// Connects to one of them, if nothing could be stored with this one for long enough. What is under way on the connection
    /// is tried again by those who wait for it.
    pub(crate) async fn turn_to_one(&self, client: &Client, fault: StoreFault, lasts: Duration) {
        if self.is_to_be_left(fault, lasts) {
            tracing::info!(%fault, "another server is turned to");
            client.force_reconnect().await.ok();
        }
    }

    fn is_to_be_left(&self, fault: StoreFault, lasts: Duration) -> bool {
        let enough = match fault {
            StoreFault::Unconfirmed => UNCONFIRMED,
            StoreFault::NoLeader => LEADERLESS,
            _ => return false,
        };
        let mut left_at = self.left_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = left_at.is_some_and(|left_at| left_at.elapsed() < enough);
        let leave = self.are_known && lasts >= enough && !is_new;
        if leave {
            *left_at = Some(Instant::now());
        }
        leave
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_server_is_left_when_it_confirms_nothing_and_the_next_is_given_as_long() {
        let unconfirmed =
            |servers: &OtherServers, lasts| servers.is_to_be_left(StoreFault::Unconfirmed, lasts);
        let (short, long) = (UNCONFIRMED / 2, UNCONFIRMED * 2);
        let servers = OtherServers::than_one_of(3);
        assert!(!unconfirmed(&servers, short));
        assert!(unconfirmed(&servers, long));
        assert!(!unconfirmed(&servers.clone(), long), "the next one has only just been turned to");
        tokio::time::advance(UNCONFIRMED).await;
        assert!(unconfirmed(&servers, long));
        assert!(!unconfirmed(&OtherServers::than_one_of(1), long));
    }

    #[tokio::test(start_paused = true)]
    async fn an_election_and_a_full_disk_are_no_reasons_to_leave_a_server() {
        let servers = OtherServers::than_one_of(3);
        assert!(!servers.is_to_be_left(StoreFault::NoLeader, LEADERLESS / 2));
        assert!(!servers.is_to_be_left(StoreFault::DiskFull, LEADERLESS * 2));
        assert!(servers.is_to_be_left(StoreFault::NoLeader, LEADERLESS * 2));
    }
}
