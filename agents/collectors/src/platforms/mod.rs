//! The platforms: a file each, and a line in the list.

mod access;
pub(crate) mod deezer;
mod discord;
mod instagram;
mod listenbrainz;
pub(crate) mod spotify;
mod wikipedia;
pub(crate) mod youtube;

pub use access::{Access, Listed};
