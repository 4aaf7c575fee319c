//! The bus: subjects, streams, durable publishing, replay, and the harness that runs agents.
//! No domain logic: the bus knows events only by their subject, identity and bytes.

mod connection;
mod decode;
mod delivery;
mod direct_get;
mod error;
mod harness;
mod headers;
mod newest;
mod outgoing;
mod publish;
mod replay;
mod server;
mod server_program;
mod setup;
mod shutdown;
mod status;
mod streams;
mod subjects;
mod tail;
mod trace;

pub use connection::{Bus, Settings};
pub use delivery::{Stored, StoredEvent};
pub use error::{BusError, Result, explain};
pub use harness::{
    Agent, AgentKind, Answers, Counters, CountersSnapshot, Declaration, DirtyView, Follow, HandlesRequests,
    Outcome, Projection, Projects, Received, Runner, ServiceBuilder, Source, SourceContext, SourceError,
    View, replicated_source, run, service, source, source_handling, stage, view, view_following,
};
pub use headers::{CAUSE, FOLLOWED, SCHEMA};
pub use outgoing::{Cause, Outgoing};
pub use publish::{BATCH_LIMIT, STORE_TRIES};
pub use server::{Embedded, NatsServer};
pub use server_program::find_nats_server;
pub use shutdown::{Shutdown, interrupted};
pub use status::{ConsumerStatus, Status, StreamStatus};
pub use streams::StreamName;
pub use trace::TraceContext;
