//! Finds out who is meant by a name, or whose account it is.

use std::collections::BTreeSet;

use casa24_schemas::Platform;

use super::account_link::checked;
use super::candidate::{Candidate, Replaced};
use super::deezer::{DeezerArtists, OnDeezer};
use super::musicbrainz::{Hit, MusicBrainz};
use super::same_name::same_name;
use super::source::{Problem, Source};
use super::walk::{Sources, Walk};
use super::wikidata::{Item, Wikidata};
use crate::http::{ClientError, Window};
use crate::platforms::Access;
use crate::platforms::deezer::Deezer;
use crate::platforms::spotify::OnSpotify;

/// Artists of one name that are looked at on each platform; more of them are counted.
const MAX_NAMESAKES: usize = 5;
/// Artists of similar names that are looked at where nobody has the name itself.
const MAX_SIMILAR: usize = 3;

/// Searches for artists' accounts.
pub struct RosterSearch {
    sources: Sources,
}

/// What a search brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Who may be meant: first those whom `MusicBrainz` knows.
    pub candidates: Vec<Candidate>,
    /// Whether there is no doubt who is meant: one candidate, of an account that somebody named; or the only one of a
    /// name on `MusicBrainz` and Deezer, with an account on which two sources agree.
    pub is_certain: bool,
    /// Whether the candidates bear the name that was searched for.
    pub is_exact: bool,
    /// Number of further artists of the name, which were not looked at.
    pub num_more: usize,
    /// Ids that were given and were merged into others.
    pub replaced: Vec<Replaced>,
    /// What went wrong on the way.
    pub problems: Vec<Problem>,
}

impl RosterSearch {
    /// Names of the settings that hold addresses, besides Deezer's.
    pub const ADDRESSES: &'static [&'static str] = &[MusicBrainz::SETTING, Wikidata::SETTING];

    /// A search with an operator's access. Without a contact, only Deezer is asked: `MusicBrainz` and Wikidata want one.
    ///
    /// # Errors
    /// When a setting cannot be used, or the system has no certificates.
    pub fn new(access: &Access) -> Result<Self, ClientError> {
        Self::with_window(access, MusicBrainz::WINDOW)
    }

    pub(super) fn with_window(access: &Access, window: Window) -> Result<Self, ClientError> {
        let has_contact = access.contact.is_some();
        let musicbrainz = || {
            let client =
                access.client_of("musicbrainz", MusicBrainz::SETTING, MusicBrainz::ADDRESS, window)?;
            Ok(MusicBrainz { client })
        };
        let wikidata = || {
            let client =
                access.client_of("wikidata", Wikidata::SETTING, Wikidata::ADDRESS, Wikidata::WINDOW)?;
            Ok(Wikidata { client })
        };
        let deezer =
            access.client_of(Platform::DEEZER.as_str(), Deezer::SETTING, Deezer::ADDRESS, Deezer::WINDOW)?;
        Ok(Self {
            sources: Sources {
                musicbrainz: has_contact.then(musicbrainz).transpose()?,
                wikidata: has_contact.then(wikidata).transpose()?,
                deezer: DeezerArtists { client: deezer },
                spotify: access.spotify_api()?,
                youtube: access.youtube_api()?,
            },
        })
    }

    /// Who may be meant by a name.
    pub async fn by_name(&self, name: &str) -> Found {
        let mut walk = Walk::new(&self.sources);
        let hits = walk.musicbrainz(async |musicbrainz| musicbrainz.search(name).await).await;
        let on_deezer = walk.deezer(async |deezer| deezer.search(name).await).await;
        let on_spotify = walk.spotify(async |spotify| spotify.search(name).await).await;
        // Leftovers of Deezer's: nothing of them could be collected.
        let on_deezer: Vec<OnDeezer> = on_deezer
            .into_iter()
            .filter(|found| (found.fans, found.num_albums) != (Some(0), Some(0)))
            .collect();

        let of_name: Vec<&OnDeezer> = on_deezer.iter().filter(|found| same_name(&found.name, name)).collect();
        let mut namesakes: Vec<&Hit> = hits.iter().filter(|hit| same_name(&hit.name, name)).collect();
        if namesakes.is_empty() {
            let has_alias = |hit: &&Hit| hit.aliases.iter().any(|alias| same_name(alias, name));
            namesakes = hits.iter().filter(has_alias).collect();
        }
        let on_spotify: Vec<OnSpotify> = on_spotify
            .into_iter()
            .filter(|found| same_name(&found.name, name) && checked(&Platform::SPOTIFY, &found.id).is_some())
            .collect();
        let is_exact = !(namesakes.is_empty() && of_name.is_empty() && on_spotify.is_empty());
        let (hits, on_deezer) = if is_exact {
            (namesakes, of_name)
        } else {
            (hits.iter().take(MAX_SIMILAR).collect(), on_deezer.iter().take(MAX_SIMILAR).collect())
        };

        let mut candidates = Vec::new();
        for hit in hits.iter().take(MAX_NAMESAKES) {
            let candidate = walk.artist(&hit.id, &[]).await;
            candidates.extend(candidate.filter(|candidate| !is_among(candidate, &candidates)));
        }
        let mut num_more = hits.len().saturating_sub(MAX_NAMESAKES);
        let known = ids_of(&candidates, &Platform::DEEZER);
        let others: Vec<&OnDeezer> =
            on_deezer.into_iter().filter(|found| !known.contains(&found.id)).collect();
        num_more += others.len().saturating_sub(MAX_NAMESAKES);
        for found in others.into_iter().take(MAX_NAMESAKES) {
            candidates.push(walk.only_on_deezer(found.clone()).await);
        }
        let known = ids_of(&candidates, &Platform::SPOTIFY);
        let others = on_spotify.into_iter().filter(|found| !known.contains(&found.id));
        for (index, found) in others.enumerate() {
            if index < MAX_NAMESAKES {
                candidates.push(Walk::only_on_spotify(found));
            } else {
                num_more += 1;
            }
        }
        let is_certain = is_exact
            && num_more == 0
            && matches!(candidates.as_slice(), [only] if only.is_agreed_on())
            // A namesake may be where there was no answer.
            && walk.is_sound(Source::MusicBrainz)
            && walk.is_sound(Source::Deezer);
        let problems = walk.problems;
        Found { candidates, is_certain, is_exact, num_more, replaced: Vec::new(), problems }
    }

    /// Whose accounts these are. `items` are items of Wikidata.
    pub async fn by_accounts(&self, accounts: &[(Platform, String)], items: &[String]) -> Found {
        let mut walk = Walk::new(&self.sources);
        let (mut mbids, mut replaced) = (BTreeSet::new(), Vec::new());
        let mut found_items: Vec<Item> = walk.wikidata(async |wikidata| wikidata.items(items).await).await;
        let mut on_deezer = None;
        // What cannot be an account of its platform is not asked for.
        let is_id = |(platform, id): &&(Platform, String)| checked(platform, id).is_some();
        for (platform, id) in accounts.iter().filter(is_id) {
            if *platform == Platform::LISTENBRAINZ {
                mbids.insert(id.clone());
                continue;
            }
            let mut ids = vec![id.clone()];
            if *platform == Platform::DEEZER {
                let found = walk.deezer(async |deezer| deezer.artist(id).await.map(Some)).await;
                match found {
                    Some(Some(found)) => {
                        if found.id != *id {
                            let (platform, from) = (platform.clone(), id.clone());
                            replaced.push(Replaced { platform, from, to: found.id.clone() });
                            ids.push(found.id.clone());
                        }
                        on_deezer = Some(found);
                    }
                    Some(None) => {
                        let what = format!("there is no artist {id}");
                        walk.problems.push(Problem { source: Source::Deezer, what });
                    }
                    None => {}
                }
            }
            for id in &ids {
                let of_account = async |musicbrainz: &MusicBrainz| musicbrainz.of_account(platform, id).await;
                mbids.extend(walk.musicbrainz(of_account).await);
                let of_account = async |wikidata: &Wikidata| wikidata.of_account(platform, id).await;
                for item in walk.wikidata(of_account).await {
                    match found_items.iter_mut().find(|known| known.id == item.id) {
                        // The article that somebody named is the one that is meant.
                        Some(known) if *platform == Platform::WIKIPEDIA => *known = item,
                        Some(_) => {}
                        None => found_items.push(item),
                    }
                }
            }
        }
        let mbids_of = |item: &Item| -> Vec<String> {
            let accounts = item.accounts.iter();
            accounts
                .filter(|(platform, ..)| *platform == Platform::LISTENBRAINZ)
                .map(|(_, id, _)| id.clone())
                .collect()
        };
        let (alone, tied): (Vec<Item>, Vec<Item>) =
            found_items.into_iter().partition(|item| mbids_of(item).is_empty());
        mbids.extend(tied.iter().flat_map(mbids_of));
        let mut candidates: Vec<Candidate> = Vec::new();
        for mbid in &mbids {
            let mut items: Vec<Item> =
                tied.iter().filter(|item| mbids_of(item).contains(mbid)).cloned().collect();
            if let [_] = mbids.iter().collect::<Vec<_>>()[..] {
                // They claim the account that was named: the artist is the same one.
                items.extend(alone.iter().cloned());
            }
            let candidate = walk.artist(mbid, &items).await;
            if candidate.is_none() && walk.is_sound(Source::MusicBrainz) {
                let what = format!("there is no artist {mbid}");
                walk.problems.push(Problem { source: Source::MusicBrainz, what });
            }
            candidates.extend(candidate.filter(|candidate| !is_among(candidate, &candidates)));
        }
        if candidates.is_empty() {
            for item in alone.iter().chain(&tied) {
                candidates.push(walk.item(item).await);
            }
        }
        if candidates.is_empty()
            && let Some(found) = on_deezer
        {
            candidates.push(walk.only_on_deezer(found).await);
        }
        let on_spotify = accounts.iter().filter(is_id).find(|(platform, _)| *platform == Platform::SPOTIFY);
        if candidates.is_empty()
            && let Some((_, id)) = on_spotify
        {
            let found = walk.spotify(async |spotify| spotify.named(id).await).await;
            candidates.extend(found.map(Walk::only_on_spotify));
        }
        let is_certain = candidates.len() == 1;
        Found { candidates, is_certain, is_exact: true, num_more: 0, replaced, problems: walk.problems }
    }
}

/// The ids of artists on a platform.
fn ids_of(candidates: &[Candidate], platform: &Platform) -> BTreeSet<String> {
    candidates.iter().flat_map(|candidate| candidate.evidence.ids(platform)).map(str::to_owned).collect()
}

/// Whether an artist is there already, under an id that was merged.
fn is_among(candidate: &Candidate, candidates: &[Candidate]) -> bool {
    let id = &candidate.musicbrainz_id;
    id.is_some() && candidates.iter().any(|other| other.musicbrainz_id == *id)
}

#[cfg(test)]
#[path = "../../tests/platforms/server.rs"]
#[expect(dead_code, reason = "each test target uses a part")]
mod server;

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "search_with_keys_tests.rs"]
mod with_keys_tests;
