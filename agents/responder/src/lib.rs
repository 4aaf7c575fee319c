//! Responder: commands in, typed answers and pictures out.

#[cfg(test)]
mod fixture;
mod label;
mod picture;
mod reply;
mod responder;

pub use label::Label;
pub use reply::{Reply, reply};
pub use responder::Responder;
