//! What a platform showed of an artist on each day: contents of snapshots in, the content as of a day out.
//!
//! Texts (names of tracks, titles and ids of videos) change now and then, numbers (popularity, views) nearly every day.
//! So texts are kept once for as long as they stay the same, and numbers as a few bytes for each change: five years of
//! a channel take 0.1 MB where whole copies would take more than 1 MB.

use casa24_schemas::{Content, Observed};
use time::Date;

/// The contents of one platform of one artist, in order of observation.
#[derive(Debug, Clone, Default)]
pub struct ContentHistory {
    /// Texts of all contents, each once; their numbers are taken out.
    texts: Vec<Content>,
    versions: Vec<Version>,
    /// The numbers of all versions, one after the other.
    numbers: Vec<u8>,
    /// When which version was observed, oldest first.
    observed: Vec<(Observed, u32)>,
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
    /// Takes in a content, wherever in time it belongs; of several at one moment the last one counts.
    pub(crate) fn insert(&mut self, observed_at: Observed, content: &Content) {
        let place = self.observed.partition_point(|(known, _)| *known < observed_at);
        let is_known = self.observed.get(place).is_some_and(|(known, _)| *known == observed_at);
        let nearest = if is_known { Some(place) } else { place.checked_sub(1) };
        let nearest = nearest.and_then(|place| self.observed.get(place)).map(|(_, version)| *version);
        let mut texts = content.clone();
        let mut numbers = Vec::new();
        numbers_of(&mut texts).for_each(|number| write(number, &mut numbers));
        let same = nearest.filter(|version| self.is_version(*version, &texts, &numbers));
        let Some(version) = same.or_else(|| self.add(texts, &numbers)) else { return };
        if is_known {
            self.observed[place].1 = version;
        } else {
            self.observed.insert(place, (observed_at, version));
        }
    }

    /// The newest content at or before the end of a day, an empty one too, and when it was observed.
    pub fn at(&self, day: Date) -> Option<(Observed, Content)> {
        let end = self.observed.partition_point(|(known, _)| known.date() <= day);
        let (observed_at, version) = self.observed.get(end.checked_sub(1)?)?;
        let version = self.versions.get(*version as usize)?;
        let mut content = self.texts.get(version.texts as usize)?.clone();
        let mut numbers = self.numbers.get(version.numbers as usize..)?;
        for slot in slots_of(&mut content) {
            slot.put(read(&mut numbers)?);
        }
        Some((*observed_at, content))
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
    fn five_years_of_a_channel_take_kilobytes() {
        let mut history = ContentHistory::default();
        for number in 0..1_826_u32 {
            let views: Vec<_> =
                (1..=5).map(|rank| Some(u64::from(1_000_000 / rank + number * rank))).collect();
            history.insert(Observed::day(day(number.into())), &content(&[], &views));
        }
        assert_eq!((history.texts.len(), history.versions.len()), (1, 1_826));
        let num_bytes =
            history.numbers.len() + size_of_val(&history.versions[..]) + size_of_val(&history.observed[..]);
        assert!(num_bytes < 110_000, "{num_bytes}");
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
            prop_assert_eq!(history.observed.len(), expected.len());
            for number in 0..20 {
                let newest = expected.range(..=number).next_back();
                let newest = newest.map(|(number, content)| (Observed::day(day(*number)), content.clone()));
                prop_assert_eq!(history.at(day(number)), newest);
            }
        }
    }
}
