//! Asking a service.

use std::time::Duration;

use async_nats::client::RequestErrorKind;
use casa24_schemas::Event;

use crate::outgoing::Outgoing;
use crate::{Bus, BusError, Result, decode, headers};

impl Bus {
    /// Asks a service and waits for the answer.
    ///
    /// # Errors
    /// [`BusError::NobodyListens`] where no service takes the question, [`BusError::Service`] where it could not
    /// answer, and [`BusError::Request`] where no answer came in time or it cannot be read.
    pub async fn ask<Q: Event, R: Event>(&self, question: &Q, timeout: Duration) -> Result<R> {
        let outgoing = Outgoing::root(question);
        let subject = || outgoing.subject.clone();
        let request = async_nats::Request::new()
            .headers(outgoing.headers())
            .payload(outgoing.body.clone())
            .timeout(Some(timeout));
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
        decode::body(found, &message.payload)
            .map_err(|error| BusError::Request { subject: subject(), fault: error.to_string() })
    }
}
