//! Asking a service.

use std::time::Duration;

use async_nats::client::RequestErrorKind;
use casa24_schemas::Event;

use crate::outgoing::Outgoing;
use crate::{Bus, BusError, Result, decode, headers};

use super::answer_tag::AnswerTag;

/// The answer for somebody who may have it already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked<R> {
    /// Another one than the asker has, with its tag where the service gives one.
    New(R, Option<AnswerTag>),
    /// The one that the asker has.
    Unchanged,
}

impl Bus {
    /// Asks a service and waits for the answer.
    ///
    /// # Errors
    /// [`BusError::NobodyListens`] where no service takes the question, [`BusError::Service`] where it could not
    /// answer, and [`BusError::Request`] where no answer came in time or it cannot be read.
    pub async fn ask<Q: Event, R: Event>(&self, question: &Q, timeout: Duration) -> Result<R> {
        let outgoing = Outgoing::root(question);
        let message = self.request(&outgoing, outgoing.headers(), timeout).await?;
        read(&outgoing, &message)
    }

    /// Asks a service for the answer unless it is the one with this tag, which then is neither sent nor, where the
    /// service remembers it, computed: a conditional request, as in HTTP (RFC 9110, 13.1.2).
    ///
    /// # Errors
    /// As [`Bus::ask`].
    pub async fn ask_unless<Q: Event, R: Event>(
        &self,
        question: &Q,
        known: Option<&AnswerTag>,
        timeout: Duration,
    ) -> Result<Asked<R>> {
        let outgoing = Outgoing::root(question);
        let mut headers = outgoing.headers();
        // Without one it says that a tag is wanted.
        headers.insert(headers::IF_NONE_MATCH, known.map_or("", AnswerTag::as_str));
        let message = self.request(&outgoing, headers, timeout).await?;
        let tag = decode::header(message.headers.as_ref(), headers::ETAG).map(AnswerTag::from_header);
        if message.payload.is_empty() && known.is_some() && tag.as_ref() == known {
            return Ok(Asked::Unchanged);
        }
        Ok(Asked::New(read(&outgoing, &message)?, tag))
    }

    async fn request(
        &self,
        outgoing: &Outgoing,
        headers: async_nats::HeaderMap,
        timeout: Duration,
    ) -> Result<async_nats::Message> {
        let subject = || outgoing.subject.clone();
        let request =
            async_nats::Request::new().headers(headers).payload(outgoing.body.clone()).timeout(Some(timeout));
        let message =
            self.client().send_request(outgoing.wire_subject(self.subjects()), request).await.map_err(
                |error| match error.kind() {
                    RequestErrorKind::NoResponders => BusError::NobodyListens { subject: subject() },
                    _ => BusError::Request { subject: subject(), fault: error.to_string() },
                },
            )?;
        let found = message.headers.as_ref();
        if let Some(fault) = decode::header(found, headers::SERVICE_ERROR) {
            // A service that gives no code, or no number, is at fault itself.
            let code = decode::header(found, headers::SERVICE_ERROR_CODE)
                .and_then(|code| code.parse().ok())
                .unwrap_or(500);
            return Err(BusError::Service { subject: subject(), code, fault: fault.to_owned() });
        }
        Ok(message)
    }
}

/// The answer in a message.
fn read<R: Event>(outgoing: &Outgoing, message: &async_nats::Message) -> Result<R> {
    decode::body(message.headers.as_ref(), &message.payload)
        .map_err(|error| BusError::Request { subject: outgoing.subject.clone(), fault: error.to_string() })
}
