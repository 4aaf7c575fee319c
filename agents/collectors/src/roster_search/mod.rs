//! Who an artist is on each platform: what MusicBrainz, Wikidata and Deezer say, and what two of them agree on.

mod account_link;
mod candidate;
mod deezer;
mod evidence;
mod musicbrainz;
mod same_name;
mod search;
mod source;
mod walk;
mod wikidata;

pub use account_link::{LinkError, Named, named};
pub use candidate::{Candidate, Release, Replaced};
pub use evidence::{Evidence, Standing};
pub use search::{Found, RosterSearch};
pub use source::{Problem, Source};
