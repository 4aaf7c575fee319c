//! A clean label: slow and fast artists, weekend rhythm, releases, 28-day windows, counters, rounding sources, weekly
//! scores, steady zeros, videos now and then, gaps. What is given is the truth, as platforms show it.

use std::collections::BTreeMap;

use casa24_schemas::{Metric, Platform};

use crate::chance::Chance;

/// A series of the label.
pub(crate) type Key = (usize, Platform, Metric);

/// Figures by day, artist, platform and metric; `None` where nothing was collected.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) num_artists: usize,
    pub(crate) num_days: usize,
    pub(crate) series: BTreeMap<Key, Vec<Option<f64>>>,
}

/// How fast an artist moves.
struct Career {
    listeners_a_day: f64,
    followers: f64,
    gain: f64,
    subscribers: f64,
    sub_gain: f64,
    views: f64,
    views_a_day: f64,
    fans: f64,
    fan_gain: f64,
    weekend: f64,
    popularity: f64,
    has_channel: bool,
    rounds_listeners: bool,
}

impl Career {
    fn new(chance: &mut Chance) -> Self {
        // From 30 to 60,000 followers.
        let size = 10_f64.powf(chance.between(1.5, 4.8));
        let quick = chance.between(0.001, 0.008);
        Self {
            listeners_a_day: size * chance.between(0.02, 0.2),
            followers: size,
            gain: size * quick,
            subscribers: size * chance.between(0.1, 1.5),
            sub_gain: size * quick * chance.between(0.1, 1.0),
            views: size * chance.between(30.0, 150.0),
            views_a_day: size * chance.between(0.03, 0.5),
            fans: size * chance.between(0.3, 2.0),
            fan_gain: size * quick * chance.between(0.2, 1.0),
            weekend: chance.between(0.4, 1.3),
            popularity: (8.0 * size.log10()).round(),
            has_channel: chance.happens(0.8),
            rounds_listeners: chance.happens(0.25),
        }
    }
}

fn three_digits(value: f64) -> f64 {
    if value < 1_000.0 {
        return value;
    }
    let grain = 10_f64.powf((value.log10().floor() - 2.0).max(0.0));
    (value / grain).floor() * grain
}

fn two_digits(value: f64) -> f64 {
    if value < 1_000.0 {
        return value;
    }
    let grain = 10_f64.powf(value.log10().floor() - 1.0);
    (value / grain).round() * grain
}

impl Label {
    /// A label of so many artists and days.
    pub(crate) fn new(seed: u64, num_artists: usize, num_days: usize) -> Self {
        let mut chance = Chance::new(seed);
        let mut label = Self { num_artists, num_days, series: BTreeMap::new() };
        let missed: Vec<bool> = (0..num_days).map(|day| day > 5 && chance.happens(0.02)).collect();
        for artist in 0..num_artists {
            label.live(artist, &mut chance, &missed);
        }
        label
    }

    fn live(&mut self, artist: usize, chance: &mut Chance, missed: &[bool]) {
        let mut it = Career::new(chance);
        let mut flows = vec![it.listeners_a_day; 28];
        let (mut boost, mut videos, mut posts) = (0.0_f64, 12.0, 80.0);
        let mut trend = 1.0_f64;
        for (day, is_missed) in missed.iter().enumerate() {
            // A release: twice to four times as much for some weeks.
            if chance.happens(1.0 / 75.0) {
                boost = boost.max(chance.between(1.0, 3.0));
                videos += 1.0;
            }
            boost *= 0.9;
            trend *= 0.01_f64.mul_add(chance.normal(), 1.0);
            let rhythm = if day % 7 >= 5 { it.weekend } else { 1.0 };
            let pace = rhythm * (1.0 + boost) * trend;
            posts += f64::from(chance.happens(0.2));
            it.followers += chance.poisson(it.gain * pace);
            it.followers -= chance.poisson(it.gain * 0.5).min(it.followers);
            it.subscribers += chance.poisson(it.sub_gain * pace);
            it.subscribers -= chance.poisson(it.sub_gain * 0.2).min(it.subscribers);
            it.fans += chance.poisson(it.fan_gain * pace);
            it.fans -= chance.poisson(it.fan_gain * 0.4).min(it.fans);
            it.views += chance.poisson(it.views_a_day * pace);
            flows.remove(0);
            flows.push(chance.poisson(it.listeners_a_day * pace));
            if day % 7 == 2 {
                let goal = 8.0 * it.followers.max(1.0).log10();
                it.popularity =
                    (it.popularity + chance.between(-0.7, 0.7)).max(goal - 4.0).min(goal + 4.0).round();
            }
            let listeners = flows.iter().sum::<f64>();
            let listeners = if it.rounds_listeners { two_digits(listeners) } else { listeners };
            let channel = |value: f64| if it.has_channel { value } else { 0.0 };
            let spotify = !is_missed && !chance.happens(0.01);
            let youtube = !is_missed && !chance.happens(0.01);
            let instagram = !is_missed && !chance.happens(0.01);
            let mut put = |platform: Platform, metric: Metric, is_collected: bool, value: f64| {
                let value = is_collected.then_some(value.round().max(0.0));
                self.series.entry((artist, platform, metric)).or_default().push(value);
            };
            put(Platform::SPOTIFY, Metric::FOLLOWERS, spotify, it.followers);
            put(Platform::SPOTIFY, Metric::MONTHLY_LISTENERS, spotify, listeners);
            put(Platform::SPOTIFY, Metric::POPULARITY_SCORE, spotify, it.popularity.clamp(0.0, 100.0));
            put(Platform::YOUTUBE, Metric::SUBSCRIBERS, youtube, three_digits(channel(it.subscribers)));
            put(Platform::YOUTUBE, Metric::TOTAL_VIEWS, youtube, channel(it.views.round()));
            put(Platform::YOUTUBE, Metric::VIDEO_COUNT, youtube, channel(videos));
            put(Platform::INSTAGRAM, Metric::FOLLOWERS, instagram, it.fans);
            put(Platform::INSTAGRAM, Metric::MEDIA_COUNT, instagram, posts);
        }
    }

    /// The figures of a series.
    pub(crate) fn of(&self, key: &Key) -> &[Option<f64>] {
        &self.series[key]
    }

    /// The series of an artist on a platform.
    pub(crate) fn keys(&self) -> Vec<Key> {
        self.series.keys().cloned().collect()
    }
}
