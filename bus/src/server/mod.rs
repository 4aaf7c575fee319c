//! The embedded server: a `nats-server` child with its store in the data directory, on a free loopback port.
//!
//! One process at a time owns a data directory: it holds the lock, and the file `bus.json` tells others where the
//! server listens. A server that outlived its owner (`kill -9`) is stopped before another one opens its store. The
//! owner restarts a server that ends, and one whose store is stuck once it can write again.

mod embedded;
mod files;
mod health;
mod monitor;
mod process;
mod program;

pub use embedded::{Embedded, NatsServer};
pub use program::find_nats_server;
