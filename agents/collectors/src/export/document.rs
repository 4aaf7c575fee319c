//! One day's document under construction: snapshots in, JSON out.

use std::collections::BTreeMap;

use casa24_schemas::{
    Artist, ArtistId, Date, Observed, Platform, RawSnapshot, RejectedSnapshot, ValidSnapshot,
};

use super::block::Block;
use crate::fields::{Field, Fields, place_of, pretty};

/// What is shown of each moment of the day.
type Moments<'a> = BTreeMap<Observed, Block<'a>>;

/// The document of one day in the earlier bot's format.
///
/// Artists stand in the order in which they were added. Of several snapshots of an artist on a platform the one observed
/// last is shown, with what it says nothing of from the ones before it: files of the platforms and their interfaces have
/// different figures. Of several of one moment the first that was accepted is shown, or the last correction. A figure that
/// was withheld is null, and so is one that the source left empty; a figure that nobody looked for has no field.
#[derive(Debug, Clone)]
pub struct DayDocument<'a> {
    date: Date,
    sample: bool,
    server: Option<Block<'a>>,
    artists: Vec<(&'a Artist, BTreeMap<&'a Platform, Moments<'a>>)>,
    positions: BTreeMap<&'a ArtistId, usize>,
}

impl<'a> DayDocument<'a> {
    /// An empty document.
    pub fn new(date: Date) -> Self {
        Self { date, sample: false, server: None, artists: Vec::new(), positions: BTreeMap::new() }
    }

    /// Day of the document.
    pub const fn date(&self) -> Date {
        self.date
    }

    /// Adds what a collector saw, unjudged.
    pub fn add_raw(&mut self, raw: &'a RawSnapshot) {
        self.sample |= raw.sample;
        self.add(&raw.artist, &raw.platform, raw.into());
    }

    /// Adds what the validator let through, with nulls for what it withheld.
    pub fn add_valid(&mut self, valid: &'a ValidSnapshot) {
        self.sample |= valid.sample;
        self.add(&valid.artist, &valid.platform, valid.into());
    }

    /// Adds a snapshot of which nothing was accepted: all its figures are null.
    pub fn add_rejected(&mut self, rejected: &'a RejectedSnapshot) {
        self.sample |= rejected.raw.sample;
        self.add(&rejected.raw.artist, &rejected.raw.platform, rejected.into());
    }

    fn add(&mut self, artist: &'a Artist, platform: &'a Platform, block: Block<'a>) {
        if artist.is_label() {
            // The format has room for the label's Discord server and nothing else of the label's own.
            if *platform == Platform::DISCORD && is_newer(&block, self.server.as_ref()) {
                self.server = Some(block);
            }
            return;
        }
        let position = *self.positions.entry(&artist.id).or_insert_with(|| {
            self.artists.push((artist, BTreeMap::new()));
            self.artists.len() - 1
        });
        let moments = self.artists[position].1.entry(platform).or_default();
        if is_newer(&block, moments.get(&block.observed_at)) {
            moments.insert(block.observed_at, block);
        }
    }

    /// The document as the text of its file.
    pub fn to_json(&self) -> Vec<u8> {
        let mut document = Fields::default();
        document.push("date", Field::Text(Observed::day(self.date).to_string().into()));
        if self.sample {
            document.push("sample", true);
        }
        if let Some(server) = &self.server {
            document.push("discord", Field::Object(server.fields(&Platform::DISCORD)));
        }
        let artists = self.artists.iter().map(|(artist, blocks)| artist_fields(artist, blocks));
        document.push("artists", Field::Objects(artists.collect()));
        pretty(&document)
    }
}

fn is_newer(block: &Block<'_>, known: Option<&Block<'_>>) -> bool {
    known.is_none_or(|known| {
        let (at, known_at) = (block.observed_at, known.observed_at);
        let is_better = block.is_correction || (known.is_rejected && !block.is_rejected);
        at > known_at || (at == known_at && is_better)
    })
}

fn artist_fields<'a>(artist: &'a Artist, platforms: &BTreeMap<&'a Platform, Moments<'a>>) -> Fields<'a> {
    let mut fields = Fields::default();
    fields.push("name", artist.name.as_str());
    let mut platforms: Vec<_> = platforms.iter().collect();
    platforms.sort_by_key(|(platform, _)| place_of(platform));
    for (platform, moments) in platforms {
        let mut newest_first = moments.values().rev();
        let Some(mut block) = newest_first.next().cloned() else { continue };
        newest_first.for_each(|earlier| block.fill_from(earlier));
        fields.push(platform.as_str(), Field::Object(block.fields(platform)));
    }
    fields
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Metric, RawValue, Reading, Reason, Value, Withheld};
    use serde_json::Value as Json;

    use super::*;
    use crate::Roster;
    use crate::history::read_day;

    /// A day as the earlier bot wrote it.
    const DAY: &str = include_str!("day_fixture.json");

    fn snapshots() -> Vec<RawSnapshot> {
        read_day(DAY.as_bytes(), "day", &Roster::default()).unwrap().snapshots
    }

    fn document<'a>(fill: impl FnOnce(&mut DayDocument<'a>)) -> String {
        let mut document =
            DayDocument::new(Date::from_calendar_date(2025, time::Month::September, 3).unwrap());
        fill(&mut document);
        String::from_utf8(document.to_json()).unwrap()
    }

    #[test]
    fn a_day_that_was_read_is_written_as_it_was() {
        let snapshots = snapshots();
        let written = document(|document| snapshots.iter().for_each(|raw| document.add_raw(raw)));
        assert_eq!(
            serde_json::from_str::<Json>(&written).unwrap(),
            serde_json::from_str::<Json>(DAY).unwrap()
        );
        assert_eq!(written, DAY, "the order of the fields, too");
    }

    #[test]
    fn what_was_withheld_is_null_and_listeners_are_a_text() {
        let raw = snapshots().into_iter().find(|raw| raw.platform == Platform::SPOTIFY).unwrap();
        let metrics = [(Metric::MONTHLY_LISTENERS, 1200.0), (Metric::POPULARITY_SCORE, 7.0)];
        let reading = |number| Reading { value: Value::new(number).unwrap(), flags: Vec::new() };
        let withheld = Withheld { reason: Reason::Negative, raw: RawValue::Integer(-1) };
        let valid = ValidSnapshot {
            platform: raw.platform,
            artist: raw.artist,
            observed_at: raw.observed_at,
            source: raw.source,
            account: raw.account,
            metrics: metrics.into_iter().map(|(metric, number)| (metric, reading(number))).collect(),
            withheld: BTreeMap::from([(Metric::FOLLOWERS, withheld)]),
            absent: [].into(),
            content: None,
            revision: 0,
            amended_at: None,
            correction: None,
            sample: false,
        };
        let written = document(|document| document.add_valid(&valid));
        let written: Json = serde_json::from_str(&written).unwrap();
        assert_eq!(
            written["artists"][0]["spotify"],
            serde_json::json!({"popularity_score": 7, "followers": null, "monthly_listeners": "1200"})
        );
    }

    #[test]
    fn of_a_rejected_snapshot_every_figure_is_null() {
        let raw = snapshots().into_iter().find(|raw| raw.platform == Platform::YOUTUBE).unwrap();
        let rejected = RejectedSnapshot { raw, reasons: Vec::new() };
        let written = document(|document| document.add_rejected(&rejected));
        let written: Json = serde_json::from_str(&written).unwrap();
        let youtube = &written["artists"][0]["youtube"];
        for metric in ["subscribers", "total_views", "video_count"] {
            assert_eq!(youtube.get(metric), Some(&Json::Null), "{metric}");
        }
    }

    #[test]
    fn of_two_observations_of_a_day_the_last_is_shown() {
        let newer = snapshots().remove(1);
        let mut older = newer.clone();
        older.observed_at = Observed::parse("2025-09-03T04:00:00Z").unwrap();
        older.metrics.insert(Metric::FOLLOWERS, RawValue::Integer(1));
        let expected = document(|document| document.add_raw(&newer));
        for order in [[&newer, &older], [&older, &newer]] {
            assert_eq!(
                document(|document| order.into_iter().for_each(|raw| document.add_raw(raw))),
                expected
            );
        }
    }

    #[test]
    fn what_the_last_observation_says_nothing_of_is_of_the_ones_before() {
        let at = |time: &str, metrics: &[(Metric, i64)]| {
            let mut raw = snapshots().remove(1);
            raw.observed_at = Observed::parse(time).unwrap();
            raw.content = None;
            raw.metrics = metrics.iter().map(|(metric, n)| (metric.clone(), RawValue::Integer(*n))).collect();
            raw
        };
        let night = at("2025-09-03T02:30:00Z", &[(Metric::FOLLOWERS, 1), (Metric::POPULARITY_SCORE, 4)]);
        let noon = at("2025-09-03T12:30:00Z", &[(Metric::FOLLOWERS, 2), (Metric::POPULARITY_SCORE, 5)]);
        let file = at("2025-09-03", &[(Metric::FOLLOWERS, 3), (Metric::DAILY_STREAMS, 9)]);
        for order in [[&file, &night, &noon], [&noon, &night, &file]] {
            let written = document(|document| order.into_iter().for_each(|raw| document.add_raw(raw)));
            let written: Json = serde_json::from_str(&written).unwrap();
            assert_eq!(
                written["artists"][0]["spotify"],
                serde_json::json!({ "popularity_score": 5, "followers": 3, "daily_streams": 9 })
            );
        }
    }

    #[test]
    fn what_was_rejected_as_a_contradiction_hides_nothing() {
        let raw = snapshots().remove(1);
        let rejected = RejectedSnapshot { raw: raw.clone(), reasons: Vec::new() };
        let expected = document(|document| document.add_raw(&raw));
        let first = document(|document| {
            document.add_rejected(&rejected);
            document.add_raw(&raw);
        });
        let last = document(|document| {
            document.add_raw(&raw);
            document.add_rejected(&rejected);
        });
        assert_eq!([&first, &last], [&expected; 2]);
    }
}
