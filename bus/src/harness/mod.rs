//! The harness: everything that agents have in common, once. An agent answers events with the events that follow
//! from them; consuming, order, back-pressure, publishing, acknowledging, retrying, dead letters, restarts and
//! counters are here.

mod actor_spawner;
mod agent;
mod counters;
mod dead_letters;
mod declaration;
mod event_reader;
mod failed_message;
mod lease;
mod outcome;
mod poison_isolation;
mod program;
mod received;
mod runner;
mod service;
mod source;
mod stateful;

pub use agent::{Agent, DirtyView, Follow, View};
pub use counters::{Counters, CountersSnapshot};
pub(crate) use dead_letters::DeadLetterWriter;
pub use declaration::{AgentKind, Declaration};
pub(crate) use declaration::{Position, following_agent};
pub(crate) use event_reader::EventReader;
pub use lease::{Acquired, Hold, Lease};
pub(crate) use lease::{LeaseState, leased_agent, state_of};
pub use outcome::Outcome;
pub use program::run;
pub use received::Received;
pub use runner::Runner;
pub use service::{AnswerTag, Answers, Asked, Projection, Projects, ServiceBuilder, service};
pub(crate) use source::REQUEST_ACK_WAIT;
pub use source::{
    HandlesRequests, Source, SourceContext, SourceError, replicated_source, source, source_handling,
};
pub use stateful::{Renewed, stage, view, view_following};
