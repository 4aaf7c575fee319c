//! Whether a server that runs can store.

use std::path::PathBuf;
use std::time::Duration;

use async_nats::jetstream;
use tokio::time::Instant;

use crate::connection::read_url;
use crate::fault_log;
use crate::store_fault::StoreFault;
use crate::store_health::{StuckStream, probe_disk, stuck_streams};

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// How often while something is wrong.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// A write that shows that the disk takes anything at all: a block of most file systems.
const PROBE: usize = 4_096;
/// Room that the store must have for a restart to be worth it.
const ROOM: usize = 4 << 20;
/// Least time between two restarts for the same reason; it doubles with each that did not help.
const RESTART_AGAIN_AFTER: Duration = Duration::from_secs(10);
const MOST_RESTART_AGAIN_AFTER: Duration = Duration::from_secs(600);

/// Watches the store of a server.
pub(super) struct Health {
    data: PathBuf,
    url: String,
    jetstream: Option<jetstream::Context>,
    /// Streams that took nothing in when they were last looked at.
    stuck: Vec<String>,
    not_before: Option<Instant>,
    restart_again_after: Duration,
}

impl Health {
    pub(super) const fn new(data: PathBuf, url: String) -> Self {
        Self {
            data,
            url,
            jetstream: None,
            stuck: Vec::new(),
            not_before: None,
            restart_again_after: RESTART_AGAIN_AFTER,
        }
    }

    /// Resolves when the store is stuck, and a restart can mend that: the disk takes writes again.
    pub(super) async fn restart_helps(&mut self) {
        // After a restart it is soon seen whether it helped.
        let mut pause = if self.stuck.is_empty() { LOOK } else { LOOK_AGAIN };
        loop {
            tokio::time::sleep(pause).await;
            let disk_is_well = self.look_at_disk(PROBE).await;
            let server_answers = self.look_at_streams().await;
            if self.stuck.is_empty() {
                pause = if disk_is_well && server_answers { LOOK } else { LOOK_AGAIN };
                if self.not_before.is_some_and(|moment| Instant::now() > moment + self.restart_again_after) {
                    (self.not_before, self.restart_again_after) = (None, RESTART_AGAIN_AFTER);
                }
                continue;
            }
            pause = LOOK_AGAIN;
            let too_soon = self.not_before.is_some_and(|moment| Instant::now() < moment);
            if server_answers && !too_soon && self.look_at_disk(ROOM).await {
                self.not_before = Some(Instant::now() + self.restart_again_after);
                self.restart_again_after = (self.restart_again_after * 2).min(MOST_RESTART_AGAIN_AFTER);
                return;
            }
        }
    }

    /// Whether the disk takes so many bytes.
    async fn look_at_disk(&self, num_bytes: usize) -> bool {
        let data = self.data.clone();
        let probed = tokio::task::spawn_blocking(move || probe_disk(&data, num_bytes)).await;
        match probed {
            Ok(Err(fault)) => {
                fault_log::failed("disk", fault, "a probe could not be written");
                false
            }
            _ => {
                fault_log::stored("disk");
                true
            }
        }
    }

    /// Looks which streams are stuck; false where the server does not answer.
    async fn look_at_streams(&mut self) -> bool {
        let looked = match self.jetstream().await {
            Some(jetstream) => stuck_streams(&jetstream).await.map_err(|error| error.to_string()),
            None => Err("no connection".to_owned()),
        };
        match looked {
            Ok(stuck) => {
                fault_log::stored("server");
                self.compare(&stuck);
                true
            }
            Err(said) => {
                fault_log::failed("server", StoreFault::Unconfirmed, &said);
                false
            }
        }
    }

    fn compare(&mut self, stuck: &[StuckStream]) {
        for StuckStream { name, fault, said } in stuck {
            fault_log::failed(name, *fault, said);
        }
        for name in &self.stuck {
            if stuck.iter().all(|stream| stream.name != *name) {
                fault_log::stored(name);
            }
        }
        self.stuck = stuck.iter().map(|stream| stream.name.clone()).collect();
    }

    async fn jetstream(&mut self) -> Option<jetstream::Context> {
        if self.jetstream.is_none() {
            let (servers, options) = read_url(&self.url).ok()?;
            let options = options.name("casa24 health").connection_timeout(LOOK_AGAIN);
            self.jetstream = options.connect(servers).await.ok().map(jetstream::new);
        }
        self.jetstream.clone()
    }
}
