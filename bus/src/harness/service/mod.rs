//! Services: a projection of stored events, and questions that are answered from its read model.

mod answer_tag;
mod answering_threads;
mod ask;
mod builder;
mod projection;
mod projection_actor;
mod projection_feed;
mod projection_supervisor;
mod read_models;
mod request_handler;

pub use answer_tag::AnswerTag;
pub use ask::Asked;
pub use builder::{ServiceBuilder, service};
pub use projection::{Answers, Projection, Projects};
