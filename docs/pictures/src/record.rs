//! A message and how it came about.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// A message that was shown, as kept beside its picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What was typed, such as `/growth period:30`.
    pub asked: String,
    /// Whether the asker alone sees it.
    pub private: bool,
    /// Names of the channels that it mentions, by their ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<String, String>,
    /// The message, as Discord received it.
    pub message: Json,
}

impl Record {
    /// Reads a record, with the digest of its bytes, which its picture names.
    ///
    /// # Errors
    /// When the file cannot be read, or is no record.
    pub fn read(path: &Path) -> anyhow::Result<(Self, String)> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let record = serde_json::from_slice(&bytes);
        let record = record.with_context(|| format!("{} is not the record of a message", path.display()))?;
        Ok((record, HEXLOWER.encode(&Sha256::digest(&bytes))))
    }
}
