//! What every event has: a schema with a version, a subject, and an identity taken from its content.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{ContentType, DecodeError, decode};

/// Name and version of an event's schema, written `snapshot.raw/1.0` in the header of a message.
///
/// A newer minor version only adds fields, which older readers ignore. A newer major version cannot
/// be read: it goes to the dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaId {
    /// Name of the event type, such as `snapshot.raw`.
    pub name: &'static str,
    /// Raised when a reader of the previous version would misunderstand the event.
    pub major: u16,
    /// Raised when fields are added.
    pub minor: u16,
}

impl SchemaId {
    /// Checks what a message's header says against this schema.
    ///
    /// # Errors
    /// When the header is not `name/major.minor`, names another schema, or another major version.
    pub fn check(&self, header: &str) -> Result<(), SchemaVersionError> {
        let malformed = || SchemaVersionError::Malformed { header: header.to_owned() };
        let (name, version) = header.rsplit_once('/').ok_or_else(malformed)?;
        let (major, minor) = version.split_once('.').ok_or_else(malformed)?;
        let major = u16::from_str(major).map_err(|_| malformed())?;
        u16::from_str(minor).map_err(|_| malformed())?;
        if name != self.name {
            return Err(SchemaVersionError::OtherSchema { expected: self.name, found: name.to_owned() });
        }
        if major != self.major {
            return Err(SchemaVersionError::OtherMajor {
                schema: self.name,
                known: self.major,
                found: major,
            });
        }
        Ok(())
    }
}

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}.{}", self.name, self.major, self.minor)
    }
}

/// Why the schema that a message names cannot be read here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaVersionError {
    /// Not of the form `name/major.minor`.
    #[error("schema {header:?} is not of the form name/major.minor")]
    Malformed {
        /// What the header said.
        header: String,
    },
    /// The message holds another kind of event than its subject promises.
    #[error("schema {found:?} where {expected:?} is expected")]
    OtherSchema {
        /// Schema that belongs to the subject.
        expected: &'static str,
        /// Schema that the message names.
        found: String,
    },
    /// A major version that this program does not know.
    #[error("schema {schema} has major version {found}, this program reads {known}")]
    OtherMajor {
        /// Schema that the message names.
        schema: &'static str,
        /// Major version that this program reads.
        known: u16,
        /// Major version of the message.
        found: u16,
    },
}

/// Reads an event from a body.
pub type Reader<E> = fn(ContentType, &[u8]) -> Result<E, DecodeError>;

/// An older major version of an event's schema, and how it becomes an event of today's.
#[derive(Debug, Clone, Copy)]
pub struct OlderVersion<E> {
    /// The major version.
    pub major: u16,
    /// Reads a body of that version.
    pub read: Reader<E>,
}

/// How to read the body of a message whose header says this: as [`decode`] does, or as an older major version that is
/// still read.
///
/// # Errors
/// As [`SchemaId::check`], except for those older versions.
pub fn reader_of<E: Event>(header: &str) -> Result<Reader<E>, SchemaVersionError> {
    match E::SCHEMA.check(header) {
        Ok(()) => Ok(decode::<E>),
        Err(error) => {
            let SchemaVersionError::OtherMajor { found, .. } = error else { return Err(error) };
            E::OLDER.iter().find(|older| older.major == found).map(|older| older.read).ok_or(error)
        }
    }
}

/// A fact or an order that travels on the bus.
pub trait Event: Serialize + DeserializeOwned + Clone + fmt::Debug + Send + Sync + 'static {
    /// Schema of the event.
    const SCHEMA: SchemaId;
    /// JSON Schema (2020-12) of the event, the contract for agents in any language.
    const JSON_SCHEMA: &'static str;
    /// Older major versions that are still read, such as those that streams hold.
    const OLDER: &'static [OlderVersion<Self>] = &[];

    /// Subject of the event, without the installation's prefix.
    fn subject(&self) -> String;

    /// What makes this event the same event when it is sent again: [`content_id`] of it is the message id.
    fn identity(&self) -> String;

    /// Gives an artist whom an earlier rule of names named today's id and name. For a reader that has checked the
    /// subject: the event then belongs on today's.
    fn use_current_name(&mut self) {}

    /// What serde cannot check: lengths and ranges.
    ///
    /// # Errors
    /// A sentence naming the field and its limit.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// Message id of an event: its [`content_hash`] in hexadecimal.
pub fn content_id(schema: &SchemaId, identity: &str) -> String {
    format!("{:032x}", content_hash(schema, identity))
}

/// The first 128 bits of SHA-256 over schema name and identity.
pub fn content_hash(schema: &SchemaId, identity: &str) -> u128 {
    let mut hash = Sha256::new();
    hash.update(schema.name.as_bytes());
    hash.update([0]);
    hash.update(identity.as_bytes());
    let digest = hash.finalize();
    digest[..16].iter().fold(0, |bits, byte| (bits << 8) | u128::from(*byte))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Forecast, Growth};

    const RAW: SchemaId = SchemaId { name: "snapshot.raw", major: 1, minor: 2 };

    #[test]
    fn a_newer_minor_version_is_read() {
        assert_eq!(RAW.check("snapshot.raw/1.9"), Ok(()));
    }

    #[test]
    fn another_major_version_is_refused_with_both_numbers() {
        let error = RAW.check("snapshot.raw/2.0").unwrap_err();
        assert_eq!(error, SchemaVersionError::OtherMajor { schema: "snapshot.raw", known: 1, found: 2 });
    }

    #[test]
    fn older_versions_are_read_where_the_event_says_so() {
        assert!(
            reader_of::<Forecast>("forecast/3.7").is_ok()
                && reader_of::<Forecast>("forecast/2.0").is_ok()
                && reader_of::<Forecast>("forecast/1.0").is_ok()
        );
        let found = |error| matches!(error, SchemaVersionError::OtherMajor { found: 0 | 4, .. });
        assert!(reader_of::<Forecast>("forecast/0.9").is_err_and(found));
        assert!(reader_of::<Forecast>("forecast/4.0").is_err_and(found));
        assert!(reader_of::<Forecast>("growth/1.0").is_err());
        assert!(reader_of::<Growth>("growth/0.1").is_err());
    }

    #[test]
    fn another_schema_and_nonsense_are_refused() {
        assert!(matches!(RAW.check("growth/1.0"), Err(SchemaVersionError::OtherSchema { .. })));
        for nonsense in ["", "snapshot.raw", "snapshot.raw/1", "snapshot.raw/one.two", "/"] {
            assert!(matches!(RAW.check(nonsense), Err(SchemaVersionError::Malformed { .. })), "{nonsense}");
        }
    }

    #[test]
    fn ids_differ_by_schema_and_identity() {
        let growth = SchemaId { name: "growth", major: 1, minor: 0 };
        assert_eq!(content_id(&RAW, "a"), content_id(&RAW, "a"));
        assert_ne!(content_id(&RAW, "a"), content_id(&RAW, "b"));
        assert_ne!(content_id(&RAW, "a"), content_id(&growth, "a"));
    }
}
