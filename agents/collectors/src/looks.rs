//! Artists whose names look the same: told, because only their ids tell them apart.

use std::collections::{HashMap, HashSet};

use casa24_schemas::{Artist, ArtistId, RawSnapshot, look};

use crate::quote::quote;

/// The artists met so far, by the look of their names.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    met: HashSet<ArtistId>,
    by_look: HashMap<String, Artist>,
}

impl Looks {
    /// Takes in the artists of a day. Returns what to tell of those whom others look like, once each.
    pub(crate) fn take(&mut self, snapshots: &[RawSnapshot]) -> Vec<String> {
        let mut told = Vec::new();
        for artist in snapshots.iter().map(|snapshot| &snapshot.artist).filter(|artist| !artist.is_label()) {
            if !self.met.contains(&artist.id) {
                self.met.insert(artist.id.clone());
                let first = self.by_look.entry(look(&artist.name)).or_insert_with(|| artist.clone());
                if first.id != artist.id {
                    told.push(format!(
                        "{} ({}) and {} ({}) look the same and are two artists",
                        quote(&first.name),
                        first.id,
                        quote(&artist.name),
                        artist.id
                    ));
                }
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use crate::{Roster, history};

    use super::*;

    #[test]
    fn artists_of_one_look_are_told_once() {
        let names = ["Mar Rojo", "M\u{430}r Rojo", "MAR ROJO"];
        let artists: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"name": "{name}", "spotify": {{"followers": 3}}}}"#))
            .collect();
        let json = format!(r#"{{"date": "2025-07-06", "artists": [{}]}}"#, artists.join(","));
        let day = history::read_day(json.as_bytes(), "day", &Roster::default()).unwrap();
        let mut looks = Looks::default();
        let told = looks.take(&day.snapshots);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("Mar-Rojo") && told[0].contains(day.snapshots[1].artist.id.as_str()));
        assert!(looks.take(&day.snapshots).is_empty());
    }
}
