//! The bus: subjects, streams, durable publishing, replay, and the harness that runs agents.
//! No domain logic: the bus knows events only by their subject, identity and bytes.

mod backup;
mod batch;
mod batch_cache;
mod connection;
mod decode;
mod delivery;
mod direct_get;
mod error;
mod fault_log;
mod forget;
mod harness;
mod headers;
mod newest;
mod ordered;
mod other_servers;
mod outgoing;
mod patience;
mod publish;
mod replay;
mod server;
mod session;
mod setup;
mod shutdown;
mod status;
mod store_fault;
mod store_health;
mod streams;
mod subjects;
mod tail;
mod trace;

pub use backup::Backup;
pub use connection::{Bus, Settings};
pub use delivery::{Stored, StoredEvent};
pub use error::{BusError, Result, explain};
pub use fault_log::lasting_fault;
pub use harness::{
    Acquired, Agent, AgentKind, AnswerTag, Answers, Asked, Counters, CountersSnapshot, Declaration,
    DirtyView, Follow, HandlesRequests, Hold, Lease, Outcome, Projection, Projects, Received, Renewed,
    Runner, ServiceBuilder, Source, SourceContext, SourceError, View, replicated_source, run, service,
    source, source_handling, stage, view, view_following,
};
pub use headers::{CAUSE, FOLLOWED, SCHEMA};
pub use outgoing::{Cause, Outgoing};
pub use patience::Patience;
pub use publish::BATCH_LIMIT;
pub use server::{Embedded, NatsServer, find_nats_server};
pub use session::{SessionState, Written};
pub use shutdown::{Shutdown, interrupted};
pub use status::{ConsumerStatus, Status, StreamStatus};
pub use store_fault::StoreFault;
pub use store_health::{StuckStream, probe_disk};
pub use streams::StreamName;
pub use trace::{SpanId, TraceContext, TraceId};
