//! What a platform showed of an artist on each day: contents of snapshots in, the content as of a day out.
//!
//! Texts (names of tracks, titles and ids of videos) change now and then, numbers (popularity, views) nearly every day.
//! So texts are kept once for as long as they stay the same, and numbers as a few bytes for each change: five years of
//! a channel take 0.06 MB where whole copies would take more than 1 MB.

use std::collections::BTreeMap;

use casa24_schemas::{Content, Observed, Release};
use time::Date;

/// The contents of one platform of one artist, in order of observation.
#[derive(Debug, Clone, Default)]
pub struct ContentHistory {
    /// Texts of all contents, each once; their numbers are taken out.
    texts: Vec<Content>,
    versions: Vec<Version>,
    /// The numbers of all versions, one after the other.
    numbers: Vec<u8>,
    /// The last version of each day that has any, oldest first.
    days: Vec<(Date, u32)>,
    /// When that was, for days of which the hour is known.
    instants: BTreeMap<Date, Observed>,
    releases: ReleaseHistory,
}

/// The releases of each day on which the platform was asked for them. It is asked for them less often than for the rest,
/// which they outlast.
#[derive(Debug, Clone, Default)]
struct ReleaseHistory {
    /// Lists, each once.
    lists: Vec<Vec<Release>>,
    /// The newest list of each day that has one, by its place.
    days: BTreeMap<Date, (Observed, usize)>,
}

impl ReleaseHistory {
    fn insert(&mut self, observed_at: Observed, releases: Vec<Release>) {
        let date = observed_at.date();
        if self.days.get(&date).is_some_and(|(known, _)| *known > observed_at) {
            return;
        }
        // Newest first: a list hardly changes.
        let known = self.lists.iter().rposition(|known| *known == releases);
        let place = known.unwrap_or(self.lists.len());
        if known.is_none() {
            self.lists.push(releases);
        }
        self.days.insert(date, (observed_at, place));
    }

    fn at(&self, day: Date) -> Option<(Observed, &[Release])> {
        let (_, (observed_at, place)) = self.days.range(..=day).next_back()?;
        Some((*observed_at, self.lists.get(*place)?))
    }
}

/// A content that differs from the one before it.
#[derive(Debug, Clone, Copy)]
struct Version {
    /// Place of its texts.
    texts: u32,
    /// Where its numbers begin.
    numbers: u32,
}

impl ContentHistory {
    /// Takes in a content, wherever in time it belongs; of several on one day the newest counts, of several at one moment
    /// the last one that came.
    pub(crate) fn insert(&mut self, observed_at: Observed, content: &Content) {
        if let Some(releases) = &content.releases {
            self.releases.insert(observed_at, releases.clone());
        }
        let date = observed_at.date();
        let place = self.days.partition_point(|(known, _)| *known < date);
        let is_known = self.days.get(place).is_some_and(|(known, _)| *known == date);
        if is_known && self.observed_on(date) > observed_at {
            return;
        }
        let nearest = if is_known { Some(place) } else { place.checked_sub(1) };
        let nearest = nearest.and_then(|place| self.days.get(place)).map(|(_, version)| *version);
        let mut texts = Content { releases: None, ..content.clone() };
        let mut numbers = Vec::new();
        numbers_of(&mut texts).for_each(|number| write(number, &mut numbers));
        let same = nearest.filter(|version| self.is_version(*version, &texts, &numbers));
        let Some(version) = same.or_else(|| self.add(texts, &numbers)) else { return };
        if is_known {
            self.days[place].1 = version;
        } else {
            self.days.insert(place, (date, version));
        }
        if observed_at.is_day() {
            self.instants.remove(&date);
        } else {
            self.instants.insert(date, observed_at);
        }
    }

    /// When the content of a day that has one was observed.
    fn observed_on(&self, date: Date) -> Observed {
        self.instants.get(&date).copied().unwrap_or(Observed::day(date))
    }

    /// The newest list of releases at or before the end of a day, and when it was observed.
    pub fn releases_at(&self, day: Date) -> Option<(Observed, &[Release])> {
        self.releases.at(day)
    }

    /// The newest content at or before the end of a day, an empty one too, and when it was observed; without releases.
    pub fn at(&self, day: Date) -> Option<(Observed, Content)> {
        let end = self.days.partition_point(|(known, _)| *known <= day);
        let (date, version) = self.days.get(end.checked_sub(1)?)?;
        let version = self.versions.get(*version as usize)?;
        let mut content = self.texts.get(version.texts as usize)?.clone();
        let mut numbers = self.numbers.get(version.numbers as usize..)?;
        for slot in slots_of(&mut content) {
            slot.put(read(&mut numbers)?);
        }
        Some((self.observed_on(*date), content))
    }

    /// Reads the contents of all days, oldest first: the texts, and beside them the popularity of each track and then the
    /// views of each video, in their order.
    pub(crate) fn each_day(&self, mut read_day: impl FnMut(Date, &Content, &[Option<u64>])) {
        let mut kept: Vec<Option<u64>> = Vec::new();
        for (date, version) in &self.days {
            let Some(version) = self.versions.get(*version as usize) else { continue };
            let Some(texts) = self.texts.get(version.texts as usize) else { continue };
            let mut numbers = self.numbers.get(version.numbers as usize..).unwrap_or_default();
            kept.clear();
            kept.extend((0..texts.tracks.len() + texts.videos.len()).map_while(|_| read(&mut numbers)));
            read_day(*date, texts, &kept);
        }
    }

    /// Whether a version has these texts and numbers.
    fn is_version(&self, version: u32, texts: &Content, numbers: &[u8]) -> bool {
        let Some(version) = self.versions.get(version as usize) else { return false };
        let written = self.numbers.get(version.numbers as usize..).unwrap_or_default();
        written.starts_with(numbers) && self.texts.get(version.texts as usize) == Some(texts)
    }

    /// Keeps a version; `None` where there are more than can be counted.
    fn add(&mut self, texts: Content, numbers: &[u8]) -> Option<u32> {
        // Newest first: texts that come back were there not long ago.
        let known = self.texts.iter().rposition(|known| *known == texts);
        let place = known.unwrap_or(self.texts.len());
        let version =
            Version { texts: u32::try_from(place).ok()?, numbers: u32::try_from(self.numbers.len()).ok()? };
        let index = u32::try_from(self.versions.len()).ok()?;
        if known.is_none() {
            self.texts.push(texts);
        }
        self.versions.push(version);
        self.numbers.extend_from_slice(numbers);
        Some(index)
    }
}

/// Where a content has a number.
enum Slot<'c> {
    Popularity(&'c mut Option<u8>),
    Views(&'c mut Option<u64>),
}

impl Slot<'_> {
    fn take(self) -> Option<u64> {
        match self {
            Self::Popularity(number) => number.take().map(u64::from),
            Self::Views(number) => number.take(),
        }
    }

    fn put(self, value: Option<u64>) {
        match self {
            Self::Popularity(number) => *number = value.and_then(|value| u8::try_from(value).ok()),
            Self::Views(number) => *number = value,
        }
    }
}

/// Every number of a content, in one order.
fn slots_of(content: &mut Content) -> impl Iterator<Item = Slot<'_>> {
    let tracks = content.tracks.iter_mut().map(|track| Slot::Popularity(&mut track.popularity));
    tracks.chain(content.videos.iter_mut().map(|video| Slot::Views(&mut video.views)))
}

/// Takes the numbers out of a content.
fn numbers_of(content: &mut Content) -> impl Iterator<Item = Option<u64>> + '_ {
    slots_of(content).map(Slot::take)
}

/// Writes a number in base 128 (LEB128), one greater than it is; a missing one as 0.
fn write(number: Option<u64>, into: &mut Vec<u8>) {
    let mut rest = number.map_or(0, |number| u128::from(number) + 1);
    loop {
        let low = (rest & 0x7F) as u8;
        rest >>= 7;
        if rest == 0 {
            return into.push(low);
        }
        into.push(low | 0x80);
    }
}

/// Reads what [`write`] wrote; `None` where it ends too soon.
fn read(bytes: &mut &[u8]) -> Option<Option<u64>> {
    let (mut number, mut shift) = (0_u128, 0);
    loop {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u128::from(first & 0x7F) << shift;
        if first & 0x80 == 0 {
            return Some(number.checked_sub(1).and_then(|number| u64::try_from(number).ok()));
        }
        shift += 7;
        if shift > 70 {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Track, Video};
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;

    const START: Date = date!(2020 - 01 - 01);

    fn day(number: i64) -> Date {
        START + Duration::days(number)
    }

    fn content(tracks: &[(&str, Option<u8>)], views: &[Option<u64>]) -> Content {
        let track = |(name, popularity): &(&str, Option<u8>)| Track {
            name: (*name).to_owned(),
            popularity: *popularity,
            preview_url: None,
        };
        let video = |(rank, views): (usize, &Option<u64>)| Video {
            id: format!("video{rank}"),
            title: format!("Title of the video of rank {rank}"),
            views: *views,
            published_at: Some("2019-05-06T17:00:00Z".to_owned()),
        };
        Content {
            tracks: tracks.iter().map(track).collect(),
            videos: views.iter().enumerate().map(video).collect(),
            ..Content::default()
        }
    }

    #[test]
    fn each_day_has_the_newest_content_by_then() {
        let mut history = ContentHistory::default();
        let (first, second) = (content(&[("a", Some(7))], &[]), content(&[("b", None), ("a", Some(8))], &[]));
        history.insert(Observed::day(day(3)), &first);
        history.insert(Observed::day(day(4)), &first);
        history.insert(Observed::day(day(9)), &second);
        history.insert(Observed::day(day(12)), &Content::default());
        assert_eq!(history.at(day(2)), None);
        assert_eq!(history.at(day(3)), Some((Observed::day(day(3)), first.clone())));
        assert_eq!(history.at(day(8)), Some((Observed::day(day(4)), first)));
        assert_eq!(history.at(day(11)), Some((Observed::day(day(9)), second)));
        assert_eq!(history.at(day(40)), Some((Observed::day(day(12)), Content::default())));
    }

    #[test]
    fn the_newest_moment_of_a_day_counts_and_the_day_as_a_whole_after_its_hours() {
        let mut history = ContentHistory::default();
        let at = |text: &str| Observed::parse(text).unwrap();
        let song = |name: &str| content(&[(name, None)], &[]);
        let mut newest = |observed_at: &str, name: &str| {
            history.insert(at(observed_at), &song(name));
            history.at(day(0)).unwrap()
        };
        let (noon, evening) = ("2020-01-01T12:00:00Z", "2020-01-01T20:00:00Z");
        assert_eq!(newest(evening, "evening"), (at(evening), song("evening")));
        assert_eq!(newest(noon, "noon"), (at(evening), song("evening")));
        assert_eq!(newest("2020-01-01", "day"), (at("2020-01-01"), song("day")));
        assert_eq!(newest(evening, "again"), (at("2020-01-01"), song("day")));
    }

    #[test]
    fn releases_stay_until_the_platform_is_asked_for_them_again() {
        let release = |name: &str| Release {
            id: name.to_owned(),
            name: name.to_owned(),
            kind: None,
            released: Some("2019-12".to_owned()),
        };
        let with = |names: &[&str]| Content {
            releases: Some(names.iter().map(|name| release(name)).collect()),
            ..content(&[("song", None)], &[])
        };
        let mut history = ContentHistory::default();
        history.insert(Observed::day(day(3)), &with(&["first"]));
        history.insert(Observed::day(day(4)), &content(&[("song", None)], &[]));
        history.insert(Observed::day(day(10)), &with(&["first"]));
        history.insert(Observed::day(day(17)), &with(&[]));
        let first = [release("first")];
        assert_eq!(history.releases_at(day(2)), None);
        assert_eq!(history.releases_at(day(9)), Some((Observed::day(day(3)), &first[..])));
        assert_eq!(history.releases_at(day(16)), Some((Observed::day(day(10)), &first[..])));
        assert_eq!(history.releases_at(day(17)), Some((Observed::day(day(17)), &[][..])));
        assert_eq!(history.releases.lists.len(), 2, "each list is kept once");
        assert_eq!(history.at(day(3)).unwrap().1.releases, None);
        assert_eq!(history.versions.len(), 1, "and makes no other content");
    }

    #[test]
    fn five_years_of_a_channel_take_kilobytes() {
        let mut history = ContentHistory::default();
        for number in 0..1_826_u32 {
            let views: Vec<_> =
                (1..=5).map(|rank| Some(u64::from(1_000_000 / rank + number * rank))).collect();
            history.insert(Observed::day(day(number.into())), &content(&[], &views));
        }
        assert_eq!((history.texts.len(), history.versions.len()), (1, 1_826));
        let num_bytes =
            history.numbers.len() + size_of_val(&history.versions[..]) + size_of_val(&history.days[..]);
        assert!(num_bytes < 60_000, "{num_bytes}");
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_came_in_any_order_and_again(
            contents in prop::collection::vec(
                (0..20_i64, prop::collection::vec(prop::option::of(any::<u64>()), 0..3), prop::option::of(any::<u8>())),
                1..30,
            )
        ) {
            let mut history = ContentHistory::default();
            let mut expected = std::collections::BTreeMap::new();
            for (number, views, popularity) in &contents {
                let content = content(&[("song", *popularity)], views);
                history.insert(Observed::day(day(*number)), &content);
                history.insert(Observed::day(day(*number)), &content);
                expected.insert(*number, content);
            }
            prop_assert_eq!(history.days.len(), expected.len());
            for number in 0..20 {
                let newest = expected.range(..=number).next_back();
                let newest = newest.map(|(number, content)| (Observed::day(day(*number)), content.clone()));
                prop_assert_eq!(history.at(day(number)), newest);
            }
        }
    }
}
