//! Artists: the name as people write it, and the token that stands for it in subjects.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::visible::{is_visible_line, visible_line};

/// Longest artist name that is accepted, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// Longest readable part of an id, in bytes.
const MAX_READABLE: usize = 48;

/// An artist as events carry it: the id that subjects use, and the name to show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Artist {
    /// Token of the artist in subjects, derived from the name.
    pub id: ArtistId,
    /// Name as people write it.
    pub name: String,
}

/// Why a text cannot be the name of an artist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArtistNameError {
    /// Nothing at all, or nothing but blanks.
    #[error("an artist's name is empty")]
    Empty,
    /// Nothing but characters that are not shown.
    #[error("an artist's name holds nothing that can be seen")]
    Invisible,
    /// Beyond [`MAX_NAME_CHARS`].
    #[error("an artist's name has {chars} characters, at most {MAX_NAME_CHARS} are accepted")]
    TooLong {
        /// Number of characters found.
        chars: usize,
    },
}

impl Artist {
    /// The artist of this name: what can be seen of it ([`visible_line`]), composed (NFC), so that names of one look
    /// are one artist however they were typed.
    ///
    /// # Errors
    /// When nothing of the name can be seen, or it is longer than [`MAX_NAME_CHARS`].
    pub fn new(name: &str) -> Result<Self, ArtistNameError> {
        let mut shown = visible_name(name);
        // Counted as it is kept: a few characters become several, and the result is a name to be read again.
        match shown.chars().count() {
            0 if name.trim().is_empty() => return Err(ArtistNameError::Empty),
            0 => return Err(ArtistNameError::Invisible),
            chars if chars > MAX_NAME_CHARS => return Err(ArtistNameError::TooLong { chars }),
            _ => {}
        }
        // Composing may bring together what the next look takes apart.
        while !shown.is_ascii() {
            let again = visible_name(&shown);
            if again == shown {
                break;
            }
            shown = again;
        }
        match shown.chars().count() {
            0 => Err(ArtistNameError::Invisible),
            chars if chars > MAX_NAME_CHARS => Err(ArtistNameError::TooLong { chars }),
            _ => Ok(Self { id: ArtistId::of_name(&shown), name: shown }),
        }
    }

    /// The artist that this name had until November 2026, when only the blanks around a name were dropped.
    ///
    /// # Errors
    /// As [`Artist::new`].
    pub(crate) fn by_earlier_rule(name: &str) -> Result<Self, ArtistNameError> {
        let trimmed = name.trim();
        // Every event's artist is checked this way: ASCII, which NFC leaves alone, is worth the short cut.
        let name: String = if trimmed.is_ascii() { trimmed.to_owned() } else { trimmed.nfc().collect() };
        match name.chars().count() {
            0 => Err(ArtistNameError::Empty),
            chars if chars > MAX_NAME_CHARS => Err(ArtistNameError::TooLong { chars }),
            _ => Ok(Self { id: ArtistId::of_name(&name), name }),
        }
    }

    /// Makes of an artist that the earlier rule named the one that [`Artist::new`] makes of that name. One whose
    /// name shows nothing stays as it is: what was collected can still be read.
    pub(crate) fn use_current_name(&mut self) {
        if self.is_label() || is_visible_line(&self.name) {
            return;
        }
        if let Ok(current) = Self::new(&self.name) {
            *self = current;
        }
    }

    /// Name of the label where nothing tells another.
    pub const LABEL_NAME: &'static str = "Label";

    /// The label itself, for figures that belong to no artist (its Discord server).
    pub fn label(name: &str) -> Self {
        Self { id: ArtistId(LABEL.to_owned()), name: name.to_owned() }
    }

    /// Whether this stands for the label itself.
    pub fn is_label(&self) -> bool {
        self.id.0 == LABEL
    }
}

/// What can be seen of a name, composed.
fn visible_name(name: &str) -> String {
    // ASCII is composed as it is; every event has a name, and most of them are ASCII.
    let composed = if name.is_ascii() { name.to_owned() } else { name.nfc().collect() };
    if is_visible_line(&composed) { composed } else { visible_line(&composed).nfc().collect() }
}

/// Underscore first: no artist's id begins so.
const LABEL: &str = "_label";

/// The token that stands for an artist in subjects: `Casa-24`, `bo-wlie_5d1f0a3c9e21`.
///
/// Names of ASCII letters, digits and single blanks keep their letters, with `-` for a blank. Every other name
/// keeps what it can and gets `_` and 48 bits of its SHA-256, so that two artists never share an id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ArtistId(String);

impl ArtistId {
    fn of_name(name: &str) -> Self {
        let readable = readable(name);
        let faithful = name.len() == readable.len()
            && name.chars().all(|c| c == ' ' || c.is_ascii_alphanumeric())
            && !name.contains("  ");
        if faithful {
            return Self(readable);
        }
        let digest = Sha256::digest(name.as_bytes());
        let mut id = if readable.is_empty() { "artist".to_owned() } else { readable };
        id.push('_');
        for byte in &digest[..6] {
            id.push_str(&format!("{byte:02x}"));
        }
        Self(id)
    }

    /// The id that a subject holds.
    ///
    /// # Errors
    /// When the text is not a token that [`Artist::new`] could have made.
    pub fn from_token(token: &str) -> Result<Self, String> {
        let longest = MAX_READABLE + 13;
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if token.is_empty() || token.len() > longest || !token.chars().all(allowed) {
            return Err(format!("an artist's id has 1 to {longest} letters, digits, - and _"));
        }
        Ok(Self(token.to_owned()))
    }

    /// The token, as it stands in subjects.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArtistId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ArtistId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_token(&token).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for ArtistId {
    fn schema_name() -> Cow<'static, str> {
        "ArtistId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Token of an artist in subjects, derived from the name by the rule in \
                            schemas/README.md. _label stands for the label itself.",
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]{1,61}$",
        })
    }
}

/// ASCII letters and digits of a name with accents taken off, runs of anything else as one `-`.
fn readable(name: &str) -> String {
    if name.is_ascii() {
        letters_and_dashes(name.chars())
    } else {
        letters_and_dashes(name.nfkd().filter(|c| !is_combining_mark(*c)))
    }
}

fn letters_and_dashes(chars: impl Iterator<Item = char>) -> String {
    let mut token = String::new();
    for c in chars {
        if token.len() >= MAX_READABLE {
            break;
        }
        if c.is_ascii_alphanumeric() {
            token.push(c);
        } else if !token.is_empty() && !token.ends_with('-') {
            token.push('-');
        }
    }
    token.truncate(token.trim_end_matches('-').len());
    token
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(name: &str) -> String {
        Artist::new(name).unwrap().id.to_string()
    }

    #[test]
    fn plain_names_stay_readable() {
        assert_eq!(id("Casa 24"), "Casa-24");
        assert_eq!(id("PYRO"), "PYRO");
    }

    #[test]
    fn other_names_keep_what_they_can_and_get_a_hash() {
        assert!(id("bo.wlie").starts_with("bo-wlie_"));
        assert!(id("ROSALÍA").starts_with("ROSALIA_"));
        assert!(id("宇多田ヒカル").starts_with("artist_"));
        assert!(id("🔥").starts_with("artist_"));
    }

    #[test]
    fn names_that_look_alike_have_their_own_ids() {
        // The last has a Cyrillic o.
        let names =
            ["bo.wlie", "bo wlie", "bo-wlie", "Bo Wlie", "bowlie", "bo_wlie", "bó wlie", "b\u{43e} wlie"];
        let ids: std::collections::BTreeSet<_> = names.iter().map(|name| id(name)).collect();
        assert_eq!(ids.len(), names.len());
    }

    #[test]
    fn the_same_name_composed_and_decomposed_is_one_artist() {
        assert_eq!(Artist::new("ROSALI\u{301}A").unwrap(), Artist::new(" ROSAL\u{cd}A ").unwrap());
    }

    #[test]
    fn names_of_one_look_are_one_artist() {
        let plain = Artist::new("Rio Norte").unwrap();
        assert_eq!(plain.id.as_str(), "Rio-Norte");
        for name in [
            "Rio\u{a0}Norte",
            "Rio\u{200b} Norte",
            "Rio  Norte",
            "\u{feff}Rio\tNorte",
            "R\u{ad}io\u{202e} Norte",
        ] {
            assert_eq!(Artist::new(name), Ok(plain.clone()), "{name:?}");
        }
        // A mark that an invisible character kept from its letter.
        assert_eq!(Artist::new("Be\u{200b}\u{301}la"), Artist::new("Béla"));
    }

    #[test]
    fn names_that_show_something_keep_their_ids() {
        for (name, expected) in [
            ("ROSALÍA", "ROSALIA_e4c743b9b30a"),
            ("bo.wlie", "bo-wlie_22982b7a2243"),
            ("宇多田ヒカル", "artist_5f90899dc140"),
        ] {
            assert_eq!(id(name), expected);
        }
        for name in ["❤\u{fe0f}", "👩\u{200d}🎤", "می\u{200c}خواهم", "\"Weird\" 'Al'", "\u{301}", "P!nk"]
        {
            assert_eq!(Artist::new(name), Artist::by_earlier_rule(name), "{name}");
        }
    }

    #[test]
    fn an_artist_of_the_earlier_rule_becomes_todays() {
        let mut artist = Artist::by_earlier_rule("Rio\u{a0}Norte").unwrap();
        assert_ne!(artist, Artist::new("Rio Norte").unwrap());
        artist.use_current_name();
        assert_eq!(artist, Artist::new("Rio Norte").unwrap());
        let unseen = Artist::by_earlier_rule("\u{200b}").unwrap();
        let mut same = unseen.clone();
        same.use_current_name();
        assert_eq!(same, unseen);
    }

    #[test]
    fn no_artist_is_taken_for_the_label() {
        assert_ne!(id("_label"), "_label");
        assert!(Artist::label("My label").is_label());
    }

    #[test]
    fn empty_and_huge_names_are_refused() {
        assert_eq!(Artist::new("  "), Err(ArtistNameError::Empty));
        assert_eq!(Artist::new("\u{200b}\u{2060}\u{fe0f}"), Err(ArtistNameError::Invisible));
        assert_eq!(Artist::new(&"x".repeat(201)), Err(ArtistNameError::TooLong { chars: 201 }));
        assert!(Artist::new(&"x".repeat(10 << 20)).is_err());
    }

    #[test]
    fn names_are_counted_as_they_are_kept() {
        let note = "\u{1d15e}"; // two characters once composed
        assert_eq!(Artist::new(&note.repeat(101)), Err(ArtistNameError::TooLong { chars: 202 }));
        let artist = Artist::new(&note.repeat(100)).unwrap();
        assert_eq!(Artist::new(&artist.name), Ok(artist));
    }

    proptest! {
        #[test]
        fn every_name_gives_one_valid_token(name in "\\PC{1,200}|(\\PC|\\p{C}|\\p{Z}|\\p{M}|[\u{200c}\u{200d}\u{94d}\u{628}]){1,40}") {
            if let Ok(artist) = Artist::new(&name) {
                prop_assert_eq!(Artist::new(&artist.name), Ok(artist.clone()));
                prop_assert_eq!(Artist::by_earlier_rule(&artist.name), Ok(artist.clone()));
                prop_assert_eq!(ArtistId::from_token(artist.id.as_str()), Ok(artist.id));
            }
        }

        #[test]
        fn two_names_never_share_a_token(a in "[a-cA-C .é_-]{1,6}", b in "[a-cA-C .é_-]{1,6}") {
            if let (Ok(a), Ok(b)) = (Artist::new(&a), Artist::new(&b)) {
                prop_assert_eq!(a.id == b.id, a.name == b.name);
            }
        }
    }
}
