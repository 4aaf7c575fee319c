//! Reading a question: a line as typed, its options by their definitions, the artist that a name means.

mod artist_names;
mod find_artist;
mod line;
mod names;
mod nearest;
mod options;

pub use artist_names::{ArtistNames, several};
pub(crate) use find_artist::{FoldedName, find_folded};
pub use line::parse;
pub use options::{Options, definition_of};
