//! The platforms: a file each, and a line in the list.

mod access;
mod deezer;
mod listenbrainz;
mod wikipedia;

pub use access::{Access, Listed};
