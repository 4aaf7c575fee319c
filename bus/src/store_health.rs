//! Whether the bus can store, found out without storing an event.
//!
//! A file store of nats-server (2.15) that could not write once takes nothing in until the server is restarted, even
//! when there is room again, and each stream has a store of its own: a message that one stream takes says nothing of
//! the others. Publishers of such a stream get no answer at all. A purge of a subject that nothing has is answered
//! with the error of that stream's store, and changes nothing where there is none.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use async_nats::jetstream;
use futures::TryStreamExt;
use serde::Serialize;

use crate::store_fault::StoreFault;
use crate::{Bus, BusError, Result};

/// No event has this subject.
const NEVER_USED: &str = "_never.used";
/// How long the server may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A stream that takes nothing in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StuckStream {
    /// Name on the server.
    pub name: String,
    /// Why.
    pub fault: StoreFault,
    /// What the server says.
    #[serde(skip)]
    pub said: String,
}

impl Bus {
    /// The streams, of all installations on the server, that take nothing in. Only a user who may purge can ask.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn stuck_streams(&self) -> Result<Vec<StuckStream>> {
        stuck_streams(self.jetstream()).await
    }
}

pub(crate) async fn stuck_streams(jetstream: &jetstream::Context) -> Result<Vec<StuckStream>> {
    let fail = |fault| BusError::Request { subject: "health of the streams".to_owned(), fault };
    let looking = async {
        let names: Vec<String> =
            jetstream.stream_names().try_collect().await.map_err(|error| fail(error.to_string()))?;
        let mut stuck = Vec::new();
        for name in names {
            let purge = serde_json::json!({ "filter": NEVER_USED });
            let answer: serde_json::Value = jetstream
                .request(format!("STREAM.PURGE.{name}"), &purge)
                .await
                .map_err(|error| fail(error.to_string()))?;
            let Some(error) = answer.get("error") else { continue };
            let code = error["err_code"].as_u64().unwrap_or_default();
            let said = error["description"].as_str().unwrap_or_default().to_owned();
            let fault = StoreFault::of_server(code, &said);
            stuck.push(StuckStream { name, fault, said });
        }
        Ok(stuck)
    };
    tokio::time::timeout(ANSWER_WITHIN, looking)
        .await
        .unwrap_or_else(|_| Err(fail("the server does not answer".to_owned())))
}

/// Writes so many bytes in a folder, down to the disk, and removes them.
///
/// # Errors
/// When they cannot be written.
pub fn probe_disk(folder: &Path, num_bytes: usize) -> Result<(), StoreFault> {
    let file = folder.join("probe");
    let write = || {
        let mut written = std::fs::File::create(&file)?;
        written.write_all(&vec![0; num_bytes])?;
        written.sync_all()
    };
    let outcome = write().map_err(|error| StoreFault::of_io(&error));
    // Another process that probes the folder may have removed it.
    std::fs::remove_file(&file).ok();
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_leaves_nothing_and_says_what_is_wrong() {
        let folder = tempfile::TempDir::new().unwrap();
        assert_eq!(probe_disk(folder.path(), 5_000), Ok(()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(probe_disk(&folder.path().join("nowhere"), 1), Err(StoreFault::Other));
    }
}
