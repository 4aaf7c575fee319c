//! Interactions that come over the gateway, a connection that Discord keeps sending on.

mod close;
mod connection;
mod place;
mod start;

pub(crate) use connection::listen;
