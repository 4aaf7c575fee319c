//! Interactions that come over the gateway: connections that Discord keeps sending on, one for each shard.

mod close;
mod door;
mod doors;
mod identify;
mod place;
mod shard;
mod start;
mod unfinished;

pub(crate) use door::listen;
