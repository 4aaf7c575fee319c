//! An artist of the label and the accounts on each platform.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::snapshot_raw::check_artist;
use crate::{Account, Artist, Event, Platform, SchemaId};

/// What the roster says of an artist. Subject: `roster.{artist}`; the newest event of the subject counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterEntry {
    /// The artist.
    pub artist: Artist,
    /// Id of the account on each platform; null where the artist is known to have none.
    pub accounts: BTreeMap<Platform, Option<String>>,
    /// False once the artist has left: nothing is collected any more, what was collected stays.
    pub active: bool,
}

impl RosterEntry {
    /// What a snapshot of this artist from a platform says of the account.
    pub fn account(&self, platform: &Platform) -> Account {
        match self.accounts.get(platform) {
            Some(Some(id)) => Account::Present { id: id.clone() },
            Some(None) => Account::Absent,
            None => Account::Unknown,
        }
    }
}

impl Event for RosterEntry {
    const SCHEMA: SchemaId = SchemaId { name: "roster.entry", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/roster.entry.json");

    fn subject(&self) -> String {
        format!("roster.{}", self.artist.id)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{:?}", self.artist.id, self.active, self.accounts)
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        check_artist(&self.artist)?;
        if self.accounts.len() > 50 {
            return Err(format!("accounts has {} entries, at most 50 are accepted", self.accounts.len()));
        }
        for (platform, id) in &self.accounts {
            if let Some(id) = id {
                check_text(&format!("accounts.{platform}"), id, 200)?;
            }
        }
        Ok(())
    }
}
