//! From one thing that is known of an artist to everything that sources say of the accounts.

use std::collections::{BTreeMap, BTreeSet};

use casa24_schemas::Platform;

use super::account_link::checked;
use super::candidate::{Candidate, Replaced};
use super::deezer::{DeezerArtists, OnDeezer};
use super::evidence::Standing;
use super::musicbrainz::{Known, MusicBrainz};
use super::same_name::same_name;
use super::source::{Problem, Source};
use super::wikidata::{Item, Wikidata};
use crate::http::Fault;
use crate::platforms::spotify::{OnSpotify, Spotify};
use crate::platforms::youtube::YouTube;

/// Accounts of one artist on a platform that are looked up there.
const MAX_IDS: usize = 5;

/// Those who can be asked.
pub(super) struct Sources {
    pub(super) musicbrainz: Option<MusicBrainz>,
    pub(super) wikidata: Option<Wikidata>,
    pub(super) deezer: DeezerArtists,
    pub(super) spotify: Option<Spotify>,
    pub(super) youtube: Option<YouTube>,
}

/// One search: what was asked, and what went wrong so far. A source that fails is asked no more.
pub(super) struct Walk<'a> {
    sources: &'a Sources,
    failed: BTreeSet<Source>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        let mut walk = Self { sources, failed: BTreeSet::new(), problems: Vec::new() };
        let is_there = [
            (Source::MusicBrainz, sources.musicbrainz.is_some()),
            (Source::Wikidata, sources.wikidata.is_some()),
        ];
        for (source, _) in is_there.into_iter().filter(|(_, is_there)| !is_there) {
            walk.failed.insert(source);
            let what =
                "not asked: set CASA24_CONTACT to an e-mail address or a page under which you can be reached";
            walk.problems.push(Problem { source, what: what.to_owned() });
        }
        walk
    }

    /// Whether a source answered everything that it was asked.
    pub(super) fn is_sound(&self, source: Source) -> bool {
        !self.failed.contains(&source)
    }

    fn told<T: Default>(&mut self, source: Source, answer: Result<T, Fault>) -> T {
        answer.unwrap_or_else(|fault| {
            self.failed.insert(source);
            self.problems.push(Problem { source, what: fault.to_string() });
            T::default()
        })
    }

    pub(super) async fn musicbrainz<T: Default>(
        &mut self,
        ask: impl AsyncFnOnce(&'a MusicBrainz) -> Result<T, Fault>,
    ) -> T {
        match &self.sources.musicbrainz {
            Some(musicbrainz) if self.is_sound(Source::MusicBrainz) => {
                let answer = ask(musicbrainz).await;
                self.told(Source::MusicBrainz, answer)
            }
            _ => T::default(),
        }
    }

    pub(super) async fn wikidata<T: Default>(
        &mut self,
        ask: impl AsyncFnOnce(&'a Wikidata) -> Result<T, Fault>,
    ) -> T {
        match &self.sources.wikidata {
            Some(wikidata) if self.is_sound(Source::Wikidata) => {
                let answer = ask(wikidata).await;
                self.told(Source::Wikidata, answer)
            }
            _ => T::default(),
        }
    }

    pub(super) async fn deezer<T: Default>(
        &mut self,
        ask: impl AsyncFnOnce(&'a DeezerArtists) -> Result<T, Fault>,
    ) -> T {
        if !self.is_sound(Source::Deezer) {
            return T::default();
        }
        let answer = ask(&self.sources.deezer).await;
        self.told(Source::Deezer, answer)
    }

    pub(super) async fn spotify<T: Default>(
        &mut self,
        ask: impl AsyncFnOnce(&'a Spotify) -> Result<T, Fault>,
    ) -> T {
        match &self.sources.spotify {
            Some(spotify) if self.is_sound(Source::Spotify) => {
                let answer = ask(spotify).await;
                self.told(Source::Spotify, answer)
            }
            _ => T::default(),
        }
    }

    pub(super) async fn youtube<T: Default>(
        &mut self,
        ask: impl AsyncFnOnce(&'a YouTube) -> Result<T, Fault>,
    ) -> T {
        match &self.sources.youtube {
            Some(youtube) if self.is_sound(Source::YouTube) => {
                let answer = ask(youtube).await;
                self.told(Source::YouTube, answer)
            }
            _ => T::default(),
        }
    }

    /// Everything about an artist of `MusicBrainz`; `None` where there is none of this id, or no answer. `items` claim an
    /// account of this artist too.
    pub(super) async fn artist(&mut self, mbid: &str, items: &[Item]) -> Option<Candidate> {
        let known = self.musicbrainz(async |musicbrainz| musicbrainz.artist(mbid).await).await?;
        let mut candidate = Candidate {
            name: known.name.clone(),
            musicbrainz_id: Some(known.id.clone()),
            disambiguation: known.disambiguation.clone(),
            country: known.country.clone(),
            ..Candidate::default()
        };
        if known.id != mbid {
            let (platform, from) = (Platform::LISTENBRAINZ, mbid.to_owned());
            candidate.replaced.push(Replaced { platform, from, to: known.id.clone() });
        }
        candidate.evidence.add(Platform::LISTENBRAINZ, known.id.clone(), Source::MusicBrainz);
        for (platform, id) in &known.accounts {
            candidate.evidence.add(platform.clone(), id.clone(), Source::MusicBrainz);
        }
        let mut all = items.to_vec();
        let missing: Vec<String> =
            known.items.iter().filter(|id| !items.iter().any(|item| item.id == **id)).cloned().collect();
        if !known.items.is_empty() {
            all.extend(self.wikidata(async |wikidata| wikidata.items(&missing).await).await);
        } else if items.is_empty() {
            let of_account =
                async |wikidata: &'a Wikidata| wikidata.of_account(&Platform::LISTENBRAINZ, &known.id).await;
            all = self.wikidata(of_account).await;
        }
        for item in &all {
            self.add_item(&mut candidate, item, &known).await;
        }
        self.look_up(&mut candidate, Some(&known)).await;
        self.add_newest_release(&mut candidate, Some(&known.id)).await;
        Some(candidate)
    }

    /// Everything about an item of Wikidata that knows no artist of `MusicBrainz`.
    pub(super) async fn item(&mut self, item: &Item) -> Candidate {
        let mut candidate = Candidate {
            name: item.label.clone().unwrap_or_default(),
            disambiguation: item.description.clone(),
            ..Candidate::default()
        };
        self.add_item(&mut candidate, item, &Known::default()).await;
        self.look_up(&mut candidate, None).await;
        self.add_newest_release(&mut candidate, None).await;
        candidate
    }

    /// An artist of whom only Deezer knows.
    pub(super) async fn only_on_deezer(&mut self, found: OnDeezer) -> Candidate {
        let mut candidate = Candidate { name: found.name, fans: found.fans, ..Candidate::default() };
        candidate.evidence.add(Platform::DEEZER, found.id, Source::Deezer);
        self.add_newest_release(&mut candidate, None).await;
        candidate
    }

    /// An artist of whom only Spotify knows.
    pub(super) fn only_on_spotify(found: OnSpotify) -> Candidate {
        let mut candidate = Candidate { name: found.name, ..Candidate::default() };
        candidate.evidence.add(Platform::SPOTIFY, found.id, Source::Spotify);
        candidate
    }

    async fn add_item(&mut self, candidate: &mut Candidate, item: &Item, known: &Known) {
        let mut owners = BTreeSet::new();
        for (platform, id, source) in &item.accounts {
            let mut current = id.clone();
            if *platform == Platform::LISTENBRAINZ {
                current = self.current_id(candidate, id, known).await;
                owners.insert(current.clone());
            }
            candidate.evidence.add(platform.clone(), current, *source);
        }
        // Whose item this is, and so whose article, is what a relation to it says, unless the item says otherwise.
        let is_related = known.items.contains(&item.id) && (owners.is_empty() || owners.contains(&known.id));
        for article in &item.articles {
            candidate.evidence.add(Platform::WIKIPEDIA, article.clone(), Source::Wikidata);
            if is_related {
                candidate.evidence.add(Platform::WIKIPEDIA, article.clone(), Source::MusicBrainz);
            }
        }
        if candidate.disambiguation.is_none() {
            candidate.disambiguation.clone_from(&item.description);
        }
    }

    /// The id of `MusicBrainz` that an item claims, or the known artist's where it was merged into that.
    async fn current_id(&mut self, candidate: &mut Candidate, id: &str, known: &Known) -> String {
        if known.id.is_empty() || id == known.id {
            return id.to_owned();
        }
        let other = self.musicbrainz(async |musicbrainz| musicbrainz.artist(id).await).await;
        if other.is_none_or(|other| other.id != known.id) {
            return id.to_owned();
        }
        let (platform, from) = (Platform::LISTENBRAINZ, id.to_owned());
        let replaced = Replaced { platform, from, to: known.id.clone() };
        if !candidate.replaced.contains(&replaced) {
            candidate.replaced.push(replaced);
        }
        known.id.clone()
    }

    /// Asks the platforms themselves about the ids that others name: who that is, and whether the id still counts.
    async fn look_up(&mut self, candidate: &mut Candidate, known: Option<&Known>) {
        let mut fans = BTreeMap::new();
        for id in ids(candidate, &Platform::DEEZER) {
            let answer = self.deezer(async |deezer| deezer.artist(&id).await.map(Some)).await;
            if let Some(answer) = answer {
                fans.extend(answer.as_ref().map(|found| (found.id.clone(), found.fans)));
                let found = answer.map(|found| (found.id, found.name));
                settle(candidate, known, &Platform::DEEZER, &id, Source::Deezer, found);
            }
        }
        candidate.fans = the_one(candidate, &Platform::DEEZER).and_then(|id| fans.remove(&id).flatten());
        for id in ids(candidate, &Platform::SPOTIFY) {
            let answer = self.spotify(async |spotify| spotify.named(&id).await.map(Some)).await;
            if let Some(answer) = answer {
                let is_id = |found: &OnSpotify| checked(&Platform::SPOTIFY, &found.id).is_some();
                let found = answer.filter(is_id).map(|found| (found.id, found.name));
                settle(candidate, known, &Platform::SPOTIFY, &id, Source::Spotify, found);
            }
        }
        for id in ids(candidate, &Platform::YOUTUBE) {
            let answer = self.youtube(async |youtube| youtube.title(&id).await.map(Some)).await;
            if let Some(answer) = answer {
                let found = answer.map(|title| (id.clone(), title));
                settle(candidate, known, &Platform::YOUTUBE, &id, Source::YouTube, found);
            }
        }
    }

    async fn add_newest_release(&mut self, candidate: &mut Candidate, mbid: Option<&str>) {
        if let Some(id) = the_one(candidate, &Platform::DEEZER) {
            candidate.newest_release = self.deezer(async |deezer| deezer.newest_release(&id).await).await;
        } else if let Some(mbid) = mbid {
            candidate.newest_release =
                self.musicbrainz(async |musicbrainz| musicbrainz.newest_release(mbid).await).await;
        }
    }
}

/// The id on which sources agree, or the only one that is named.
fn the_one(candidate: &Candidate, platform: &Platform) -> Option<String> {
    match candidate.evidence.standing(platform)? {
        Standing::Agreed(id) | Standing::OneSource(id) => Some(id),
        Standing::Several(_) | Standing::Disputed(_) => None,
    }
}

/// The ids on a platform that are looked up.
fn ids(candidate: &Candidate, platform: &Platform) -> Vec<String> {
    candidate.evidence.ids(platform).take(MAX_IDS).map(str::to_owned).collect()
}

/// Notes what a platform says of an id that others name: nothing, or the id that counts now and the name.
fn settle(
    candidate: &mut Candidate,
    known: Option<&Known>,
    platform: &Platform,
    id: &str,
    source: Source,
    found: Option<(String, String)>,
) {
    let Some((current, name)) = found else {
        let names: Vec<&str> = candidate.evidence.sources(platform, id).map(Source::name).collect();
        let gone = format!("{} knows no {id}, named by {}", source.name(), names.join(" and "));
        candidate.gone.push(gone);
        candidate.evidence.remove(platform, id);
        return;
    };
    if current != id {
        candidate.evidence.rename(platform, id, &current);
        let (platform, from, to) = (platform.clone(), id.to_owned(), current.clone());
        candidate.replaced.push(Replaced { platform, from, to });
    }
    let aliases = known.into_iter().flat_map(|known| known.aliases.iter());
    if !std::iter::once(&candidate.name).chain(aliases).any(|known| same_name(known, &name)) {
        return;
    }
    candidate.evidence.add(platform.clone(), current.clone(), source);
    let is_related =
        candidate.evidence.sources(platform, &current).any(|source| source == Source::MusicBrainz);
    // Anybody may give a channel any title; names in the catalogues of music come from distributors.
    if let Some(known) = known.filter(|_| is_related && source != Source::YouTube) {
        // The name is the platform's, the relation MusicBrainz's: both say who the artist of this id is.
        candidate.evidence.add(Platform::LISTENBRAINZ, known.id.clone(), source);
    }
}
