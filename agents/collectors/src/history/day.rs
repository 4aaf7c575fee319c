//! One document of the earlier bot: its bytes in, the raw snapshots of that day out.

use std::collections::{BTreeMap, BTreeSet};

use casa24_schemas::{
    Account, Artist, ArtistId, Date, Event, Observed, ObservedError, Platform, RawSnapshot,
};

use super::block::{Block, read_block};
use super::date::{date_of, read_date};
use super::json::{Json, Object, field};
use super::mend::{Mended, mend};
use super::problems::Problems;
use crate::file_text::json_bytes;
use crate::quote::quote;
use crate::{Error, Roster};

/// What one document says.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// Day of the document.
    pub date: Date,
    /// One for each platform of each artist: the label's Discord server first, then in the document's order.
    /// Each passes [`RawSnapshot::check`], and no two share platform and artist.
    pub snapshots: Vec<RawSnapshot>,
    /// What was skipped and why; at most 100, and a count of the rest.
    pub problems: Vec<String>,
}

/// Reads one document. Parts that cannot be read are skipped and listed among the problems.
///
/// `source` is what snapshots and errors call the file, `roster` knows the accounts.
///
/// A value that is not JSON (`NaN`, `1e400`) loses only itself, an artist whose block is not JSON only that artist.
///
/// # Errors
/// When the rest of the bytes is not JSON, or holds no object with a `date` and a list of `artists`.
pub fn read_day(bytes: &[u8], source: &str, roster: &Roster) -> Result<Day, Error> {
    let bytes = json_bytes(bytes, source)?;
    let mended;
    let mut broken = BTreeMap::new();
    let document: Json<'_> = match serde_json::from_slice(bytes) {
        Ok(document) => document,
        Err(_) => {
            Mended { text: mended, faults: broken } = mend(bytes, source)?;
            serde_json::from_slice(&mended).map_err(Error::not_json(source))?
        }
    };
    let fault = |fault: String| Error::NotADay { file: source.to_owned(), fault };
    let Json::Object(document) = &document else {
        return Err(fault(format!("it is {}, expected an object", document.kind())));
    };
    let date = match field(document, "date").and_then(Json::as_text).map(read_date) {
        Some(Ok(date)) => date,
        Some(Err(error @ ObservedError::TooEarly { .. })) => return Err(fault(format!("date: {error}"))),
        _ => return Err(fault("date: expected a day such as \"2025-07-06\"".to_owned())),
    };
    let Some(Json::List(artists)) = field(document, "artists") else {
        return Err(fault("artists: expected a list".to_owned()));
    };
    let mut reader = Reader {
        date,
        source,
        roster,
        sample: field(document, "sample").is_some_and(|sample| matches!(sample, Json::Bool(true))),
        snapshots: Vec::with_capacity(artists.len() * 3 + 1),
        problems: Problems::default(),
        broken,
    };
    repeated(document, &["date", "discord", "artists", "sample"], "file", &mut reader.problems);
    if date_of(source.as_ref()).is_some_and(|named| named != date) {
        reader.problems.add("date", format_args!("{date} counts, the file's name says another day"));
    }
    if let Some(server) = field(document, "discord") {
        reader.read_server(server);
    }
    reader.read_artists(artists);
    Ok(Day { date, snapshots: reader.snapshots, problems: reader.problems.into_messages() })
}

/// Tells of the fields that occur twice, of which the first counts.
fn repeated(object: &Object<'_>, names: &[&str], place: &str, problems: &mut Problems) {
    for name in names.iter().filter(|name| object.iter().filter(|(field, _)| field == **name).count() > 1) {
        problems.add(place, format_args!("{} occurs twice, the first counts", quote(name)));
    }
}

/// The document's facts, and what has been read so far.
struct Reader<'r> {
    date: Date,
    source: &'r str,
    roster: &'r Roster,
    sample: bool,
    snapshots: Vec<RawSnapshot>,
    problems: Problems,
    /// Artists whose blocks are not JSON, by their place in the list.
    broken: BTreeMap<usize, String>,
}

impl Reader<'_> {
    fn read_artists(&mut self, artists: &[Json<'_>]) {
        let mut seen = BTreeSet::<ArtistId>::new();
        for (index, entry) in artists.iter().enumerate() {
            let place = format!("artist {}", index + 1);
            if let Some(fault) = self.broken.get(&index) {
                self.problems.add(&place, fault);
                continue;
            }
            let Json::Object(entry) = entry else {
                self.problems.add(&place, format_args!("{}, expected an object", entry.kind()));
                continue;
            };
            repeated(entry, &["name"], &place, &mut self.problems);
            let Some(name) = field(entry, "name").and_then(Json::as_text) else {
                self.problems.add(&place, "name: expected a text");
                continue;
            };
            let artist = match Artist::new(name) {
                Ok(artist) => artist,
                Err(error) => {
                    self.problems.add(&place, error);
                    continue;
                }
            };
            if seen.contains(&artist.id) {
                self.problems.add(&place, format_args!("{} occurs twice, the first counts", quote(name)));
                continue;
            }
            self.read_artist(&artist, entry);
            seen.insert(artist.id);
        }
    }

    /// Every field that holds an object is a platform's block.
    fn read_artist(&mut self, artist: &Artist, entry: &Object<'_>) {
        let first = self.snapshots.len();
        for (name, value) in entry {
            let place = || format!("{}, {}", quote(&artist.name), quote(name));
            let (platform, block) = match (Platform::new(name), value) {
                (Ok(platform), Json::Object(block)) => (platform, block),
                (Err(error), Json::Object(_)) => {
                    self.problems.add(&place(), format_args!("a platform's name: {error}"));
                    continue;
                }
                // Null says that there is nothing, and other fields of an artist are no platforms.
                (Ok(platform), other) if is_known(&platform) && !matches!(other, Json::Null) => {
                    self.problems.add(&place(), format_args!("{}, expected an object", other.kind()));
                    continue;
                }
                _ => continue,
            };
            if self.snapshots[first..].iter().any(|snapshot| snapshot.platform == platform) {
                self.problems.add(&place(), "occurs twice, the first counts");
                continue;
            }
            let block = read_block(&platform, block, &place(), &mut self.problems);
            let account = self.roster.account(&artist.id, &platform);
            self.push(platform, artist.clone(), account, block, place);
        }
    }

    /// The label's own Discord server, which the document has beside the artists.
    fn read_server(&mut self, server: &Json<'_>) {
        const PLACE: &str = "discord";
        let server = match server {
            Json::Object(server) => server,
            Json::Null => return,
            other => {
                return self.problems.add(PLACE, format_args!("{}, expected an object", other.kind()));
            }
        };
        let mut block = read_block(&Platform::DISCORD, server, PLACE, &mut self.problems);
        let name = field(server, "server_name").and_then(Json::as_text);
        if let Some(name) = name {
            block.content.get_or_insert_default().display_name = Some(name.to_owned());
        }
        let account = match field(server, "server_id") {
            Some(Json::Text(id)) => Account::Present { id: id.clone().into_owned() },
            Some(Json::Integer(id)) => Account::Present { id: id.to_string() },
            _ => Account::Unknown,
        };
        let label = Artist::label(name.unwrap_or(Artist::LABEL_NAME));
        self.push(Platform::DISCORD, label, account, block, || PLACE.to_owned());
    }

    /// Keeps a snapshot that passes its check, without its content where only that is beyond the limits.
    fn push(
        &mut self,
        platform: Platform,
        artist: Artist,
        account: Account,
        block: Block,
        place: impl Fn() -> String,
    ) {
        if block.metrics.is_empty() {
            return self.problems.add(&place(), "holds no figure");
        }
        let mut snapshot = RawSnapshot {
            platform,
            artist,
            observed_at: Observed::day(self.date),
            source: self.source.to_owned(),
            collection: Some(self.source.to_owned()),
            account,
            metrics: block.metrics,
            absent: [].into(),
            content: block.content,
            correction: None,
            sample: self.sample,
        };
        if let Err(fault) = snapshot.check() {
            self.problems.add(&place(), fault);
            if snapshot.content.take().is_none() || snapshot.check().is_err() {
                return;
            }
        }
        self.snapshots.push(snapshot);
    }
}

fn is_known(platform: &Platform) -> bool {
    casa24_schemas::platform_info(platform).is_some()
}

#[cfg(test)]
#[path = "day_tests.rs"]
mod tests;
