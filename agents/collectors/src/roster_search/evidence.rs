//! Which accounts sources name, and what follows where they agree, stand alone or differ.

use std::collections::{BTreeMap, BTreeSet};

use casa24_schemas::Platform;

use super::source::Source;

/// Who names which account of one artist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence(BTreeMap<Platform, BTreeMap<String, BTreeSet<Source>>>);

/// What sources make of an artist's account on a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Two sources or more name this id, and no other one.
    Agreed(String),
    /// One source alone names this.
    OneSource(String),
    /// Several ids, between which somebody has to choose.
    Several(Vec<String>),
    /// Sources name different ids, and agree on none.
    Disputed(Vec<String>),
}

impl Evidence {
    /// Notes that a source names an account.
    pub(super) fn add(&mut self, platform: Platform, id: String, source: Source) {
        self.0.entry(platform).or_default().entry(id).or_default().insert(source);
    }

    /// Puts an id in the place of one that was merged into it.
    pub(super) fn rename(&mut self, platform: &Platform, from: &str, to: &str) {
        let Some(ids) = self.0.get_mut(platform) else { return };
        if let Some(sources) = ids.remove(from) {
            ids.entry(to.to_owned()).or_default().extend(sources);
        }
    }

    /// Takes an id out that does not exist any more.
    pub(super) fn remove(&mut self, platform: &Platform, id: &str) {
        if let Some(ids) = self.0.get_mut(platform) {
            ids.remove(id);
            if ids.is_empty() {
                self.0.remove(platform);
            }
        }
    }

    /// The platforms with the ids that are named there.
    pub fn platforms(&self) -> impl Iterator<Item = (&Platform, &BTreeMap<String, BTreeSet<Source>>)> {
        self.0.iter()
    }

    /// The ids that are named on a platform.
    pub fn ids(&self, platform: &Platform) -> impl Iterator<Item = &str> {
        self.0.get(platform).into_iter().flat_map(|ids| ids.keys().map(String::as_str))
    }

    /// Who names an account.
    pub fn sources(&self, platform: &Platform, id: &str) -> impl Iterator<Item = Source> {
        self.0.get(platform).and_then(|ids| ids.get(id)).into_iter().flatten().copied()
    }

    /// What sources make of the account on a platform; `None` where nobody names one.
    pub fn standing(&self, platform: &Platform) -> Option<Standing> {
        let ids = self.0.get(platform)?;
        let all = || ids.keys().cloned().collect::<Vec<_>>();
        let agreed: Vec<&String> =
            ids.iter().filter(|(_, sources)| sources.len() >= 2).map(|(id, _)| id).collect();
        let named_by: BTreeSet<Source> = ids.values().flatten().copied().collect();
        Some(match (agreed.as_slice(), ids.len()) {
            ([one], _) => Standing::Agreed((*one).clone()),
            ([], 1) => Standing::OneSource(ids.keys().next()?.clone()),
            ([], _) if named_by.len() >= 2 => Standing::Disputed(all()),
            ([], _) => Standing::Several(all()),
            (several, _) => Standing::Several(several.iter().map(|id| (*id).clone()).collect()),
        })
    }

    /// Whether two sources agree on any account.
    pub(super) fn is_agreed_on(&self) -> bool {
        self.0.keys().any(|platform| matches!(self.standing(platform), Some(Standing::Agreed(_))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(named: &[(&str, Source)]) -> Option<Standing> {
        let mut evidence = Evidence::default();
        for (id, source) in named {
            evidence.add(Platform::DEEZER, (*id).to_owned(), *source);
        }
        evidence.standing(&Platform::DEEZER)
    }

    #[test]
    fn only_two_sources_of_one_id_agree() {
        use Source::{Deezer, MusicBrainz, Wikidata};
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let agreed = |id: &str| Some(Standing::Agreed(id.to_owned()));
        assert_eq!(standing(&[]), None);
        assert_eq!(standing(&[("1", MusicBrainz), ("1", Wikidata)]), agreed("1"));
        assert_eq!(
            standing(&[("1", MusicBrainz), ("1", MusicBrainz)]),
            Some(Standing::OneSource("1".to_owned()))
        );
        assert_eq!(
            standing(&[("1", MusicBrainz), ("2", Wikidata)]),
            Some(Standing::Disputed(ids(&["1", "2"])))
        );
        assert_eq!(
            standing(&[("1", MusicBrainz), ("2", MusicBrainz)]),
            Some(Standing::Several(ids(&["1", "2"])))
        );
        // A second account that one source knows does not spoil the one on which two agree.
        assert_eq!(standing(&[("1", MusicBrainz), ("2", MusicBrainz), ("2", Wikidata)]), agreed("2"));
        assert_eq!(standing(&[("1", MusicBrainz), ("2", Wikidata), ("2", Deezer)]), agreed("2"));
        let two = [("1", MusicBrainz), ("1", Wikidata), ("2", MusicBrainz), ("2", Wikidata), ("3", Deezer)];
        assert_eq!(standing(&two), Some(Standing::Several(ids(&["1", "2"]))));
    }

    #[test]
    fn merged_ids_are_one() {
        let mut evidence = Evidence::default();
        evidence.add(Platform::DEEZER, "6".to_owned(), Source::Wikidata);
        evidence.add(Platform::DEEZER, "7".to_owned(), Source::MusicBrainz);
        evidence.rename(&Platform::DEEZER, "6", "7");
        assert_eq!(evidence.standing(&Platform::DEEZER), Some(Standing::Agreed("7".to_owned())));
        evidence.remove(&Platform::DEEZER, "7");
        assert_eq!(evidence.platforms().count(), 0);
    }
}
