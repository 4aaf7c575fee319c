//! The platforms: a file each, and a line in the list.

mod access;
mod deezer;
mod instagram;
mod listenbrainz;
mod spotify;
mod wikipedia;
mod youtube;

pub use access::{Access, Listed};
