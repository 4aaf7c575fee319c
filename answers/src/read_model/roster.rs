//! What the roster said on each day: its entries in the order in which they were stored, the newest by a day out.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::{ArtistId, Date, RosterEntry};

/// All that the roster said of every artist. A clone shares the entries.
#[derive(Debug, Clone, Default)]
pub(super) struct RosterHistory {
    /// By artist, oldest first, each with the day on which it was stored.
    entries: BTreeMap<ArtistId, Vec<(Date, Arc<RosterEntry>)>>,
}

impl RosterHistory {
    /// Takes in an entry that was stored after those before.
    pub(super) fn insert(&mut self, stored_on: Date, entry: &RosterEntry) {
        let entries = self.entries.entry(entry.artist.id.clone()).or_default();
        entries.push((stored_on, Arc::new(entry.clone())));
    }

    /// The newest entry of an artist that was stored by the end of a day; without one, the newest of all.
    pub(super) fn entry(&self, artist: &ArtistId, until: Option<Date>) -> Option<&RosterEntry> {
        newest(self.entries.get(artist)?, until)
    }

    /// The oldest entry of an artist.
    pub(super) fn first_entry(&self, artist: &ArtistId) -> Option<&RosterEntry> {
        self.entries.get(artist)?.first().map(|(_, entry)| &**entry)
    }

    /// The newest entry of each artist by the end of a day; without one, the newest of all.
    pub(super) fn entries(&self, until: Option<Date>) -> impl Iterator<Item = &RosterEntry> {
        self.entries.values().filter_map(move |entries| newest(entries, until))
    }
}

fn newest(entries: &[(Date, Arc<RosterEntry>)], until: Option<Date>) -> Option<&RosterEntry> {
    let mut known = entries.iter().rev();
    known.find(|(stored_on, _)| until.is_none_or(|until| *stored_on <= until)).map(|(_, entry)| &**entry)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use casa24_schemas::{Artist, Observed};

    use super::*;

    #[test]
    fn a_day_has_the_entry_that_was_stored_by_then() {
        let mut roster = RosterHistory::default();
        let day = |text: &str| Some(Observed::parse(text).unwrap().date());
        for (stored_on, active) in [("2025-05-02", true), ("2025-05-09", false), ("2025-05-09", true)] {
            let artist = Artist::new("Luz").unwrap();
            let entry = RosterEntry { artist, accounts: BTreeMap::new(), active };
            roster.insert(day(stored_on).unwrap(), &entry);
        }
        let artist = Artist::new("Luz").unwrap().id;
        let active = |until| roster.entry(&artist, until).map(|entry| entry.active);
        assert_eq!(active(day("2025-05-01")), None);
        assert_eq!(roster.entries(day("2025-05-01")).count(), 0);
        assert_eq!(active(day("2025-05-08")), Some(true));
        assert_eq!((active(day("2025-05-09")), active(None)), (Some(true), Some(true)));
        assert_eq!(roster.entries(None).count(), 1);
    }
}
