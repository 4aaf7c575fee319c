//! Responder: commands in, typed answers and pictures out.

#[cfg(test)]
mod fixture;
mod picture;
mod reply;
mod responder;

pub use reply::{Reply, reply};
pub use responder::Responder;
