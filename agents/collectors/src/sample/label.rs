//! The fictional label: its roster, and its days one after the other.

use std::collections::BTreeMap;

use casa24_schemas::{
    Account, Artist, Content, Date, FIRST_DAY, Metric, Observed, Platform, RawSnapshot, RawValue, RosterEntry,
};
use time::Duration;
use time::macros::date;

use super::career::{Career, Figures};
use super::chance::Chance;
use super::content::{Portfolio, account, instagram};
use super::dirt::{ArtistDirt, LabelDirt, LatePart, PLATFORMS};
use super::names::artist_name;
use crate::Roster;

/// Last day of a sample unless another one is given: fixed, so that no sample depends on the clock.
pub const DEFAULT_END: Date = date!(2025 - 09 - 30);

/// What the snapshots of a sample name as their source.
const SOURCE: &str = "sample";

/// A fictional label. The same four fields give the same bytes on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleLabel {
    /// Number of artists.
    pub num_artists: u32,
    /// Number of days from the first to the last; a few of them are missing from the files.
    pub num_days: u32,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Last day.
    pub end: Date,
}

impl Default for SampleLabel {
    fn default() -> Self {
        Self { num_artists: 8, num_days: 365, seed: 24, end: DEFAULT_END }
    }
}

impl SampleLabel {
    /// The roster of the last day. The artist who went is not on it.
    pub fn roster(&self) -> Roster {
        (0..self.num_artists)
            .map(|index| self.artist(index))
            .filter(|sample| !sample.dirt.goes())
            .map(|sample| sample.entry())
            .collect()
    }

    /// The days that were collected, oldest first, each made when it is asked for.
    pub fn days(&self) -> Days {
        let num_days = self.num_days();
        let mut chance = Chance::new(self.seed, 0);
        Days {
            start: self.start(),
            day: 0,
            num_days,
            dirt: LabelDirt::new(num_days, &mut chance),
            chance,
            num_members: 30 + self.num_artists.saturating_mul(4),
            artists: (0..self.num_artists).map(|index| self.artist(index)).collect(),
        }
    }

    /// As many as were asked for, from the first day on that figures can have.
    fn num_days(&self) -> u32 {
        let most = self.end.to_julian_day() - FIRST_DAY.to_julian_day() + 1;
        self.num_days.min(u32::try_from(most).unwrap_or(0))
    }

    fn start(&self) -> Date {
        let before = i64::from(self.num_days().saturating_sub(1));
        self.end.checked_sub(Duration::days(before)).unwrap_or(self.end)
    }

    fn artist(&self, index: u32) -> SampleArtist {
        let stream = 1 + 2 * u64::from(index);
        let name = artist_name(index);
        SampleArtist {
            artist: Artist::new(&name).expect("names of the sample are short and not empty"),
            index,
            career: Career::new(Chance::new(self.seed, stream)),
            dirt: ArtistDirt::new(
                index,
                self.num_artists,
                self.num_days(),
                Chance::new(self.seed, stream + 1),
            ),
            portfolio: Portfolio::new(index, self.start()),
            shown: BTreeMap::new(),
        }
    }
}

/// The days of a [`SampleLabel`]: date, and the snapshots that a collector took.
#[derive(Debug, Clone)]
pub struct Days {
    start: Date,
    day: u32,
    num_days: u32,
    dirt: LabelDirt,
    chance: Chance,
    num_members: u32,
    artists: Vec<SampleArtist>,
}

impl Iterator for Days {
    type Item = (Date, Vec<RawSnapshot>);

    fn next(&mut self) -> Option<Self::Item> {
        while self.day < self.num_days {
            let day = self.day;
            self.day += 1;
            let date = self.start.checked_add(Duration::days(i64::from(day)))?;
            let weekday = date.weekday().number_days_from_monday();
            self.artists.iter_mut().for_each(|artist| artist.live_a_day(day, weekday));
            self.num_members += u32::from(self.chance.happens(0.2));
            if !self.dirt.is_missing(day) {
                return Some((date, self.collect(day, date)));
            }
        }
        None
    }
}

impl Days {
    fn collect(&mut self, day: u32, date: Date) -> Vec<RawSnapshot> {
        let mut snapshots = Vec::with_capacity(self.artists.len() * PLATFORMS.len() + 1);
        if self.dirt.has(LatePart::Server, day) {
            snapshots.push(self.server(date));
        }
        for artist in self.artists.iter_mut().filter(|artist| artist.dirt.is_signed(day)) {
            for platform in &PLATFORMS {
                snapshots.extend(artist.snapshot(platform, &self.dirt, day, date));
            }
        }
        snapshots
    }

    fn server(&mut self, date: Date) -> RawSnapshot {
        let name = "🏝 Marisma";
        let online = self.num_members / 4 + self.chance.below(self.num_members / 6 + 1);
        RawSnapshot {
            platform: Platform::DISCORD,
            artist: Artist::label(name),
            observed_at: Observed::day(date),
            source: SOURCE.to_owned(),
            collection: Some(SOURCE.to_owned()),
            account: Account::Present { id: "100000000000000024".to_owned() },
            metrics: metrics([
                (Metric::MEMBER_COUNT, count(self.num_members.into())),
                (Metric::ONLINE_COUNT, count(online.into())),
            ]),
            absent: [].into(),
            content: Some(Content { display_name: Some(name.to_owned()), ..Content::default() }),
            correction: None,
            sample: true,
        }
    }
}

type Block = (BTreeMap<Metric, RawValue>, Option<Content>);

/// An artist's life, and what the collector made of it.
#[derive(Debug, Clone)]
struct SampleArtist {
    artist: Artist,
    index: u32,
    career: Career,
    dirt: ArtistDirt,
    portfolio: Portfolio,
    /// What was written of each platform the last time.
    shown: BTreeMap<Platform, Block>,
}

impl SampleArtist {
    fn entry(&self) -> RosterEntry {
        let id = |platform: &Platform| {
            let id = account(platform, &self.artist, self.index);
            (platform.clone(), self.dirt.has_account(platform).then_some(id))
        };
        RosterEntry {
            artist: self.artist.clone(),
            accounts: PLATFORMS.iter().map(id).collect(),
            active: true,
        }
    }

    fn live_a_day(&mut self, day: u32, weekday: u8) {
        self.career.live_a_day(weekday);
        if self.dirt.loses_followers(day) {
            self.career.lose_followers();
        }
        if self.dirt.deletes_a_video(day) {
            self.career.delete_a_video();
        }
    }

    fn snapshot(
        &mut self,
        platform: &Platform,
        label: &LabelDirt,
        day: u32,
        date: Date,
    ) -> Option<RawSnapshot> {
        if *platform == Platform::INSTAGRAM && !label.has(LatePart::Instagram, day) {
            return None;
        }
        let copied = label.copied_platform(day).is_some_and(|copied| copied == *platform);
        if !copied || !self.shown.contains_key(platform) {
            let block = self.block(platform, label, day);
            self.shown.insert(platform.clone(), block);
        }
        let (metrics, content) = self.shown.get(platform)?.clone();
        Some(RawSnapshot {
            platform: platform.clone(),
            artist: self.artist.clone(),
            observed_at: Observed::day(date),
            source: SOURCE.to_owned(),
            collection: Some(SOURCE.to_owned()),
            account: self.account(platform),
            metrics,
            absent: [].into(),
            content,
            correction: None,
            sample: true,
        })
    }

    fn account(&self, platform: &Platform) -> Account {
        if self.dirt.goes() {
            return Account::Unknown;
        }
        if self.dirt.has_account(platform) {
            Account::Present { id: account(platform, &self.artist, self.index) }
        } else {
            Account::Absent
        }
    }

    /// Today's block of a platform; of zeros where the call failed or there is nothing to call.
    fn block(&mut self, platform: &Platform, label: &LabelDirt, day: u32) -> Block {
        let has_account = self.dirt.has_account(platform);
        let answered = has_account && !self.dirt.call_fails();
        let figures = answered.then(|| self.career.figures());
        let of = |read: fn(&Figures) -> u64| count(figures.as_ref().map_or(0, read));
        match platform.as_str() {
            "spotify" => {
                let mut block = metrics([
                    (Metric::POPULARITY_SCORE, of(|figures| figures.popularity.into())),
                    (Metric::FOLLOWERS, of(|figures| figures.followers)),
                ]);
                if label.has(LatePart::Listeners, day) {
                    let listeners = figures.map(|figures| figures.listeners);
                    block.insert(Metric::MONTHLY_LISTENERS, self.listeners(listeners, day));
                }
                let content = figures.map(|figures| self.portfolio.spotify(&figures));
                (block, Some(content.unwrap_or_default()))
            }
            "youtube" => {
                let block = metrics([
                    (Metric::SUBSCRIBERS, of(|figures| figures.subscribers)),
                    (Metric::TOTAL_VIEWS, of(|figures| figures.views)),
                    (Metric::VIDEO_COUNT, of(|figures| figures.videos)),
                ]);
                let content = figures.map(|figures| self.portfolio.youtube(&figures));
                (block, label.has(LatePart::Videos, day).then(|| content.unwrap_or_default()))
            }
            _ => {
                let block = metrics([
                    (Metric::FOLLOWERS, of(|figures| figures.fans)),
                    (Metric::MEDIA_COUNT, of(|figures| figures.posts)),
                ]);
                let username = account(platform, &self.artist, self.index);
                let content = has_account.then(|| instagram(&self.artist, &username));
                (block, Some(content.unwrap_or_default()))
            }
        }
    }

    /// Listeners as the page of the platform shows them: a text, now and then "N/A", for some artists rounded.
    fn listeners(&mut self, listeners: Option<u64>, day: u32) -> RawValue {
        let text = match listeners {
            Some(_) if self.dirt.has_no_listeners() => "N/A".to_owned(),
            Some(listeners) if listeners >= 1_000 && self.dirt.rounds_listeners(day) => {
                (listeners / 100 * 100).to_string()
            }
            Some(listeners) => listeners.to_string(),
            None => "N/A".to_owned(),
        };
        RawValue::Text(text)
    }
}

fn metrics<const N: usize>(figures: [(Metric, RawValue); N]) -> BTreeMap<Metric, RawValue> {
    figures.into_iter().collect()
}

fn count(figure: u64) -> RawValue {
    RawValue::Integer(i64::try_from(figure).unwrap_or(i64::MAX))
}

#[cfg(test)]
#[path = "label_tests.rs"]
mod tests;
