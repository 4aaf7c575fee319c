//! Backup: what is stored and cannot be rebuilt, into one file.

use std::collections::BTreeMap;
use std::io::Write;

use futures::TryStreamExt;
use time::OffsetDateTime;
use tokio::sync::mpsc;

use super::file::Writer;
use super::record::{Message, Record};
use crate::replay::Reading;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

/// Records that are handed to the writing thread at once, and how often before it has taken them.
const RECORDS: usize = 500;
const AHEAD: usize = 4;

impl Bus {
    /// Writes every message of the streams that cannot be rebuilt, up to the newest at the moment when its stream is
    /// read. Agents may go on working meanwhile. `by` is the program's name and version. Returns what was written to, and
    /// the messages of each stream.
    ///
    /// # Errors
    /// When a stream cannot be read or the file cannot be written: the file is then of no use.
    pub async fn back_up<W: Write + Send + 'static>(
        &self,
        to: W,
        by: &str,
        mut on_progress: impl FnMut(u64),
    ) -> Result<(W, BTreeMap<String, u64>)> {
        let (sender, mut receiver) = mpsc::channel::<Vec<Record>>(AHEAD);
        let by = by.to_owned();
        let writing = tokio::task::spawn_blocking(move || {
            let mut writer = Writer::new(to, &by, OffsetDateTime::now_utc())?;
            while let Some(records) = receiver.blocking_recv() {
                records.iter().try_for_each(|record| writer.write(record))?;
            }
            Ok(writer)
        });
        let read = self.read_records(&sender, &mut on_progress).await;
        drop(sender);
        let stopped = |error| BusError::Backup { fault: format!("cannot be written: {error}") };
        // Its own error comes first: it is why reading ended.
        let writer = writing.await.map_err(stopped)??;
        read?;
        writer.finish()
    }

    async fn read_records(
        &self,
        sender: &mpsc::Sender<Vec<Record>>,
        on_progress: &mut impl FnMut(u64),
    ) -> Result<()> {
        let mut num_read = 0;
        for stream in StreamName::BACKED_UP {
            let mut records = vec![Record::Stream { name: stream.as_str().to_owned() }];
            for filter in stream.subjects() {
                let messages = self.read_to_end(&Reading { stream, filter, from: 1 }, u64::MAX).await?;
                let mut messages = std::pin::pin!(messages);
                while let Some(delivery) = messages.try_next().await? {
                    records.push(Record::Message(Message::of(&delivery, self.subjects())));
                    num_read += 1;
                    if records.len() >= RECORDS {
                        if sender.send(std::mem::take(&mut records)).await.is_err() {
                            return Ok(()); // the writer has failed, and says why
                        }
                        on_progress(num_read);
                    }
                }
            }
            if sender.send(records).await.is_err() {
                return Ok(());
            }
            on_progress(num_read);
        }
        Ok(())
    }
}
