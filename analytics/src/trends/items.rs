//! Single tracks and videos: how the popularity of each and the views of each moved from day to day.

use std::collections::BTreeMap;

use casa24_schemas::{Date, Metric, Nature, Platform};

use super::steps::Step;
use super::usual::Reader;
use super::viral::{Rise, Rises};
use crate::content_history::ContentHistory;
use crate::point::FlagSet;

/// The series of one track or video.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) metric: Metric,
    pub(super) nature: Nature,
    values: Vec<(Date, f64)>,
}

/// The rises of tracks and videos that are noteworthy.
pub(super) fn look(platform: &Platform, content: &ContentHistory, rises: &mut Rises) {
    for item in items(content) {
        let steps = item.steps();
        let mut reader = Reader::new(item.nature);
        for (index, step) in steps.iter().enumerate() {
            let Some(usual) = reader.read(&steps, index, None) else { continue };
            if Rise::is_noteworthy(usual.likely_above) {
                let rise = Rise {
                    platform: platform.clone(),
                    metric: item.metric.clone(),
                    item: Some(item.name.clone()),
                    per_day: step.per_day,
                    usual: usual.per_day,
                    spread: usual.spread,
                    likelihood: usual.likely_above,
                };
                rises.push(step.date, rise);
            }
            reader.go_on(step, &usual);
        }
    }
}

/// Every track that was ever on a list, by its name, and every video, by its id.
pub(super) fn items(content: &ContentHistory) -> impl Iterator<Item = Item> {
    let mut tracks: BTreeMap<String, Item> = BTreeMap::new();
    let mut videos: BTreeMap<String, Item> = BTreeMap::new();
    content.each_day(|date, texts, numbers| {
        let (popularities, views) = numbers.split_at(texts.tracks.len().min(numbers.len()));
        for (track, popularity) in texts.tracks.iter().zip(popularities) {
            let item = || Item::new(&track.name, Metric::POPULARITY_SCORE, Nature::Score);
            keep(&mut tracks, &track.name, item, date, *popularity);
        }
        for (video, views) in texts.videos.iter().zip(views) {
            let item = || Item::new(&video.title, Metric::TOTAL_VIEWS, Nature::Counter);
            keep(&mut videos, &video.id, item, date, *views);
        }
    });
    tracks.into_values().chain(videos.into_values())
}

fn keep(
    items: &mut BTreeMap<String, Item>,
    key: &str,
    item: impl Fn() -> Item,
    date: Date,
    number: Option<u64>,
) {
    let Some(number) = number else { return };
    if !items.contains_key(key) {
        items.insert(key.to_owned(), item());
    }
    if let Some(item) = items.get_mut(key) {
        item.values.push((date, number as f64));
    }
}

impl Item {
    fn new(name: &str, metric: Metric, nature: Nature) -> Self {
        Self { name: name.to_owned(), metric, nature, values: Vec::new() }
    }

    /// How its number moved from one day to the next.
    pub(super) fn steps(&self) -> Vec<Step> {
        self.values.windows(2).filter_map(|pair| step(pair[0], pair[1])).collect()
    }
}

fn step((from, before): (Date, f64), (date, value): (Date, f64)) -> Option<Step> {
    let num_days = u32::try_from((date - from).whole_days()).ok().filter(|days| *days > 0)?;
    let per_day = (value - before) / f64::from(num_days);
    Some(Step { from, date, num_days, before, value, per_day, flags: FlagSet::default() })
}
