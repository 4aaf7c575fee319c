//! How it is said: subjects, streams, durable publishing, replay, and the harness that runs agents.
//! No domain logic: the bus knows events only by their subject, identity and bytes.

mod connection;
mod consume;
mod error;
mod harness;
mod headers;
mod outgoing;
mod publish;
mod replay;
mod server;
mod status;
mod streams;
mod subjects;
mod trace;

pub use connection::{Bus, Settings};
pub use error::{BusError, Result};
pub use harness::{
    Agent, Ask, Asked, Batch, Counters, CountersSnapshot, Declaration, Follow, Outcome, Received, Runner,
    ServiceBuilder, Shutdown, Touched, View, interrupted, run, service, stage, stateless, view,
    view_following,
};
pub use headers::{CAUSE, FOLLOWED, SCHEMA};
pub use outgoing::{Cause, Outgoing};
pub use publish::BATCH_LIMIT;
pub use replay::{Stored, StoredEvent};

pub use server::{Embedded, NatsServer, find_nats_server};
pub use status::{ConsumerStatus, PlatformAge, Status, StreamStatus};
pub use streams::{StreamName, Streams};
pub use trace::TraceContext;
