//! Restore: a backup back into an empty bus. What follows from it is rebuilt by the agents.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::file::Backup;
use super::record::Message;
use crate::outgoing::Outgoing;
use crate::publish::BATCH_LIMIT;
use crate::streams::StreamName;
use crate::{Bus, BusError, Patience, Result};

/// Most bytes of bodies that are stored at once.
const BATCH_BYTES: usize = 1 << 20;
/// Batches that are read ahead of what is stored.
const AHEAD: usize = 4;
/// How long the server remembers message ids meanwhile, the least that it allows: of two stored messages with one id,
/// as of figures that contradict each other, both come back.
const WINDOW: Duration = Duration::from_millis(100);
/// After this pause it has forgotten them.
const FORGETS_WITHIN: Duration = Duration::from_millis(400);

impl Bus {
    /// Whether nothing is stored on the bus that a restored history would mix with.
    ///
    /// # Errors
    /// [`BusError::NotEmpty`] where something is, naming the stream.
    pub async fn expect_empty(&self) -> Result<()> {
        // Leases and sessions belong to processes, not to the history.
        let passing = [StreamName::Leases, StreamName::Sessions];
        for stream in StreamName::ALL.into_iter().filter(|stream| !passing.contains(stream)) {
            let num_events = self.num_events(stream).await?;
            if num_events > 0 {
                return Err(BusError::NotEmpty { stream: stream.as_str(), num_events });
            }
        }
        Ok(())
    }

    /// Stores every message of a backup on an empty bus, in its order, with its subject, headers, body and id; a header
    /// more says when it was first stored. Returns how many there were.
    ///
    /// # Errors
    /// [`BusError::NotEmpty`] before anything is stored; otherwise when the file can no longer be read, or the bus keeps
    /// refusing: what is stored by then stays, and the bus is no longer empty.
    pub async fn restore(&self, backup: &Backup, on_progress: impl FnMut(u64)) -> Result<u64> {
        self.expect_empty().await?;
        self.remember_ids_for(WINDOW).await?;
        let restored = self.store_messages(backup, on_progress).await;
        // As it was, whatever came of it.
        let window = self.set_up_streams().await;
        let num = restored?;
        window?;
        Ok(num)
    }

    async fn store_messages(&self, backup: &Backup, mut on_progress: impl FnMut(u64)) -> Result<u64> {
        let (sender, mut receiver) = mpsc::channel(AHEAD);
        let messages = backup.messages()?;
        let reading = tokio::task::spawn_blocking(move || send_batches(messages, &sender));
        let (mut num, mut recent) = (0, Recent::new());
        while let Some(batch) = receiver.recv().await {
            if recent.holds_any(&batch) {
                tokio::time::sleep(FORGETS_WITHIN).await;
                recent = Recent::new();
            }
            recent.add(&batch);
            self.store_batch(&batch).await?;
            num += batch.len() as u64;
            on_progress(num);
        }
        reading.await.map_err(|error| BusError::Backup { fault: format!("cannot be read: {error}") })??;
        Ok(num)
    }

    /// Stores a batch whole: what the server takes for a repeat is stored again when it has forgotten the other one.
    async fn store_batch(&self, batch: &[Outgoing]) -> Result<()> {
        let mut left: Vec<Outgoing> = batch.to_vec();
        let mut tries = Patience::COMMAND.begin();
        loop {
            let new: HashSet<*const Outgoing> = self
                .publish_each(&left, Patience::COMMAND)
                .await?
                .into_iter()
                .map(std::ptr::from_ref)
                .collect();
            left = left.iter().filter(|event| !new.contains(&std::ptr::from_ref(*event))).cloned().collect();
            let Some(first) = left.first() else { return Ok(()) };
            let fault = "the server takes it for a repeat".to_owned();
            tries
                .pause_after(BusError::Publish { subject: first.subject.clone(), fault, passing: true })
                .await?;
        }
    }

    /// Sets for how long the server remembers message ids in the streams that are restored.
    async fn remember_ids_for(&self, window: Duration) -> Result<()> {
        for stream in StreamName::BACKED_UP {
            let stream = self.open(stream).await?;
            let mut config = stream.cached_info().config.clone();
            config.duplicate_window = window;
            let name = config.name.clone();
            self.jetstream().update_stream(config).await.map_err(|error| BusError::Stream {
                stream: name,
                action: "prepare it",
                source: error.into(),
            })?;
        }
        Ok(())
    }
}

/// Message ids that the server may remember.
struct Recent {
    ids: HashSet<String>,
    before: HashSet<String>,
    since: Instant,
}

impl Recent {
    fn new() -> Self {
        Self { ids: HashSet::new(), before: HashSet::new(), since: Instant::now() }
    }

    fn holds_any(&self, batch: &[Outgoing]) -> bool {
        let is_known = |id: &str| !id.is_empty() && (self.ids.contains(id) || self.before.contains(id));
        batch.iter().any(|event| is_known(event.message_id()))
    }

    fn add(&mut self, batch: &[Outgoing]) {
        if self.since.elapsed() > FORGETS_WITHIN {
            self.before = std::mem::take(&mut self.ids);
            self.since = Instant::now();
        }
        self.ids.extend(batch.iter().map(|event| event.message_id().to_owned()));
    }
}

/// Reads messages in batches, each of one stream and without any id twice, until nobody takes them any more.
fn send_batches(
    messages: impl Iterator<Item = Result<Message>>,
    sender: &mpsc::Sender<Vec<Outgoing>>,
) -> Result<()> {
    let (mut batch, mut num_bytes, mut ids) = (Vec::new(), 0, HashSet::new());
    let mut stream = None;
    for message in messages {
        let message = message?;
        let of = StreamName::storing(&message.subject)?;
        let event =
            Outgoing::restored(message.subject, message.headers, message.body.into(), message.stored_at);
        let id = event.message_id().to_owned();
        let is_repeated = !id.is_empty() && ids.contains(&id);
        let is_full = batch.len() == BATCH_LIMIT || num_bytes >= BATCH_BYTES;
        if is_full || is_repeated || stream != Some(of) {
            stream = Some(of);
            num_bytes = 0;
            ids.clear();
            if !batch.is_empty() && sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
        }
        num_bytes += event.body.len();
        ids.insert(id);
        batch.push(event);
    }
    if !batch.is_empty() {
        sender.blocking_send(batch).ok();
    }
    Ok(())
}
