//! Discord's REST interface, as far as answers need it.

mod client;
mod commands;
mod pause;
mod post;
mod verdict;

pub(crate) use client::{Call, Rest};
pub(crate) use pause::Pause;
pub(crate) use post::Sent;
pub(crate) use verdict::Fault;
