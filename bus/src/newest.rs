//! The newest message of each subject, and of each the newest that can be read.

use casa24_schemas::Event;
use futures::TryStreamExt;

use crate::delivery::Delivery;
use crate::direct_get::DirectReader;
use crate::error::explain;
use crate::harness::DeadLetterWriter;
use crate::patience::Patience;
use crate::replay::Reading;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

impl Bus {
    /// The newest message of each subject under a filter, oldest first.
    pub(crate) async fn newest_messages(&self, stream: StreamName, filter: &str) -> Result<Vec<Delivery>> {
        let subjects = self.stored_subjects(stream, &self.subjects().wire(filter)).await?;
        DirectReader::new(self, stream).await?.newest_of(&subjects).await
    }

    /// Subjects under a filter on which something is stored; all with the installation's prefix.
    pub(crate) async fn stored_subjects(&self, stream: StreamName, wire_filter: &str) -> Result<Vec<String>> {
        let opened = self.open(stream).await?;
        let fail = |source| BusError::Stream {
            stream: stream.as_str().to_owned(),
            action: "list its subjects",
            source,
        };
        let subjects = opened.info_with_subjects(wire_filter).await.map_err(|error| fail(error.into()))?;
        let subjects: Vec<(String, usize)> =
            subjects.try_collect().await.map_err(|error| fail(error.into()))?;
        Ok(subjects.into_iter().map(|(subject, _)| subject).collect())
    }

    /// Of each subject under a filter the newest message that can be read, oldest first. One behind it that cannot
    /// goes to the dead letters, under the name of this connection.
    pub(crate) async fn newest_readable<E: Event>(
        &self,
        stream: StreamName,
        filter: &str,
    ) -> Result<Vec<Delivery>> {
        let mut found = Vec::new();
        for newest in self.newest_messages(stream, filter).await? {
            match newest.read::<E>(self.subjects()) {
                Ok(_) => found.push(newest),
                Err(error) => {
                    self.report_unreadable(stream, &newest, error.reason(), &explain(&error)).await;
                    found.extend(self.newest_readable_before::<E>(stream, &newest).await?);
                }
            }
        }
        found.sort_by_key(|delivery| delivery.sequence);
        Ok(found)
    }

    async fn newest_readable_before<E: Event>(
        &self,
        stream: StreamName,
        unreadable: &Delivery,
    ) -> Result<Option<Delivery>> {
        let filter = self.subjects().event(&unreadable.subject);
        let reading = Reading { stream, filter, from: 1 };
        let mut messages = std::pin::pin!(self.read_to_end(&reading, unreadable.sequence - 1).await?);
        let mut found = None;
        while let Some(delivery) = messages.try_next().await? {
            if delivery.read::<E>(self.subjects()).is_ok() {
                found = Some(delivery);
            }
        }
        Ok(found)
    }

    /// Warns of a message that cannot be read, and stores its letter unless it is there. Where the letter cannot be
    /// stored the warning has to do.
    async fn report_unreadable(
        &self,
        stream: StreamName,
        delivery: &Delivery,
        reason: casa24_schemas::DeadLetterReason,
        explanation: &str,
    ) {
        let name = self.subjects().stream(stream.as_str());
        let letters = DeadLetterWriter { bus: self.clone(), agent: self.reader().into(), stream: name };
        if let Err(error) = letters.store_once(delivery, reason, explanation, Patience::BRIEF).await {
            tracing::warn!(%error, "cannot store a dead letter");
        }
    }
}
