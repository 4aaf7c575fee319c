//! The artists that a select offers, and the keys by which buttons and selects name them.

use std::collections::HashMap;

use casa24_answers::ArtistNames;
use casa24_schemas::Artist;

use super::key::key;

/// Letters of an artist's key: 36 bits, so that of 1,000 artists one pair in 140,000 labels shares one, and ten artists
/// leave room for the rest of a question.
pub(super) const KEY_LETTERS: usize = 6;

/// The artists of a label with their keys. Made once for each change of the roster, and shared.
#[derive(Debug, Clone, Default)]
pub struct Artists {
    names: ArtistNames,
    /// Of each artist.
    keys: Vec<String>,
    /// The place of each key's artist; `None` where two share it.
    by_key: HashMap<String, Option<usize>>,
}

impl Artists {
    /// These artists; the label itself is left out.
    pub fn new(artists: impl IntoIterator<Item = Artist>) -> Self {
        let names = ArtistNames::new(artists);
        let keys: Vec<String> =
            names.artists().iter().map(|artist| key(artist.id.as_str(), KEY_LETTERS)).collect();
        let mut by_key = HashMap::with_capacity(keys.len());
        for (place, key) in keys.iter().enumerate() {
            by_key.entry(key.clone()).and_modify(|known| *known = None).or_insert(Some(place));
        }
        Self { names, keys, by_key }
    }

    /// The artists as they are found by what is typed.
    pub const fn names(&self) -> &ArtistNames {
        &self.names
    }

    /// The artists in alphabetical order, each with its key.
    pub(super) fn with_keys(&self) -> impl ExactSizeIterator<Item = (&Artist, &str)> {
        self.names.artists().iter().zip(self.keys.iter().map(String::as_str))
    }

    /// The artist of a key; `None` where there is none, or the key does not say which.
    pub(super) fn of_key(&self, key: &str) -> Option<&Artist> {
        let place = (*self.by_key.get(key)?)?;
        self.names.artists().get(place)
    }
}
