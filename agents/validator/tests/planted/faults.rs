//! Faults planted into a clean label, with what the validator should make of each.

use std::collections::{BTreeMap, BTreeSet};

use casa24_schemas::{Metric, Nature, Platform, RawValue, Unit, metric_info};

use crate::chance::Chance;
use crate::judged::Planted;
use crate::label::{Key, Label};

/// What kind of fault, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// All figures of so many days are those of the day before.
    CopiesOfAll(usize),
    /// Those of a third of the artists.
    CopiesOfSome(usize),
    /// Those of one platform.
    CopiesOfPlatform(usize),
    /// Those of one artist.
    CopiesOfOne(usize),
    /// Those of one artist on one platform.
    CopiesOfOneOnOne(usize),
    /// 20 to 60 % up or down in a day.
    Jump,
    /// The same after five days without figures.
    JumpAfterGap,
    /// The same up to two weeks after one of 50 %.
    JumpAfterJump,
    /// Most artists of a platform lose 4 to 40 % in a night.
    Purge,
    /// A counter falls by 0.01 to 0.3 %.
    TakeBack,
    /// "N/A" in the place of a figure.
    NotAvailable,
    /// Zero in the place of a figure.
    FailedZero,
    /// A score that sinks to 0 while the other figures live.
    SinkingScore,
    /// The figures of two artists are exchanged from a day on.
    Swap,
    /// A metric becomes another one for all artists: a third or three times of what it was.
    Meaning,
}

/// What should become of a planted figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// It is marked as a copy.
    Copied,
    /// A new level begins with it.
    NewLevel,
    /// It is part of a purge.
    Purged,
    /// It is flagged as a correction, and begins no new level.
    TakenBack,
    /// It is withheld.
    Withheld,
    /// It is accepted.
    Accepted,
}

/// A planted figure.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) key: Key,
    pub(crate) day: usize,
    pub(crate) right: Right,
    /// Whether it can be told from what the series does anyway.
    pub(crate) is_tellable: bool,
}

/// A label with faults.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) label: Label,
    pub(crate) planted: Planted,
    pub(crate) faults: Vec<Fault>,
    /// Other figures of which a flag is right.
    pub(crate) beside: BTreeSet<(Key, usize)>,
}

/// The share of a series' newest 60 steps that stand still, or of its newest 14 if that is more, with half a step of
/// each kind added.
fn still_share(values: &[Option<f64>]) -> f64 {
    let known: Vec<f64> = values.iter().copied().flatten().collect();
    let of_newest = |num: usize| {
        let known = &known[known.len().saturating_sub(num + 1)..];
        let still = known.windows(2).filter(|pair| pair[0] == pair[1]).count() as f64;
        (still, (still + 0.5) / known.len() as f64)
    };
    let newest = of_newest(14);
    of_newest(60).1.max(if newest.0 > 0.0 { newest.1 } else { 0.0 })
}

/// The logarithm of the odds at which a standstill is told, once in 1,100 collections at most by chance; and what
/// each further day costs, because copies end as well.
const TELLABLE: f64 = 7.0;
const FURTHER_DAY: f64 = 0.6;

impl Case {
    /// A label with one fault of a kind.
    pub(crate) fn new(kind: Kind, seed: u64) -> Self {
        let mut chance = Chance::new(seed ^ 0xfa_u64.rotate_left(17));
        let label = Label::new(seed, 8, 200);
        let mut case = Self { label, planted: BTreeMap::new(), faults: Vec::new(), beside: BTreeSet::new() };
        let day = 110 + chance.below(50);
        case.plant(kind, day, &mut chance);
        case
    }

    fn plant(&mut self, kind: Kind, day: usize, chance: &mut Chance) {
        let one = chance.below(self.label.num_artists);
        let platform = [Platform::SPOTIFY, Platform::YOUTUBE, Platform::INSTAGRAM][chance.below(3)].clone();
        let artists: Vec<usize> = (0..self.label.num_artists).collect();
        match kind {
            Kind::CopiesOfAll(num) => self.copy(&artists, None, day, num),
            Kind::CopiesOfSome(num) => {
                let some: Vec<usize> = (0..3).map(|index| (one + index * 3) % artists.len()).collect();
                self.copy(&some, None, day, num);
            }
            Kind::CopiesOfPlatform(num) => self.copy(&artists, Some(&platform), day, num),
            Kind::CopiesOfOne(num) => self.copy(&[one], None, day, num),
            Kind::CopiesOfOneOnOne(num) => self.copy(&[one], Some(&platform), day, num),
            Kind::Jump => self.jump_everywhere(day, chance),
            Kind::JumpAfterGap => {
                for values in self.label.series.values_mut() {
                    values[day - 5..day].fill(None);
                }
                self.jump_everywhere(day, chance);
            }
            Kind::JumpAfterJump => {
                let before = day - 1 - chance.below(14);
                for key in self.movable() {
                    self.scale(&key, before, 1.5);
                    self.beside.insert((key, before));
                }
                self.jump_everywhere(day, chance);
            }
            Kind::Purge => self.purge(day, chance),
            Kind::TakeBack => self.take_back(day, chance),
            Kind::NotAvailable => self.replace(day, &RawValue::Text("N/A".to_owned())),
            Kind::FailedZero => self.replace(day, &RawValue::Integer(0)),
            Kind::SinkingScore => self.sink(day),
            Kind::Swap => self.swap(day, chance),
            Kind::Meaning => {
                let metrics = [Metric::FOLLOWERS, Metric::MONTHLY_LISTENERS, Metric::TOTAL_VIEWS];
                let metric = &metrics[chance.below(3)];
                let factor = if chance.happens(0.5) { 3.0 } else { 1.0 / 3.0 };
                for key in self.movable().into_iter().filter(|key| key.2 == *metric) {
                    let before = self.scale(&key, day, factor);
                    self.expect_level(&key, day, before);
                }
            }
        }
    }

    /// Series that have values other than zero, and move.
    fn movable(&self) -> Vec<Key> {
        let moves = |key: &Key| {
            let values = self.label.of(key);
            still_share(values) < 0.9 && values.iter().flatten().any(|value| *value > 0.0)
        };
        self.label.keys().into_iter().filter(moves).collect()
    }

    fn copy(&mut self, artists: &[usize], platform: Option<&Platform>, day: usize, num: usize) {
        let is_in = |key: &Key| artists.contains(&key.0) && platform.is_none_or(|only| key.1 == *only);
        let keys: Vec<Key> = self.label.keys().into_iter().filter(is_in).collect();
        // What a copied day of one judged unit adds up to: an artist where artists were copied, a platform else.
        let mut evidence: BTreeMap<usize, f64> = BTreeMap::new();
        let is_whole = artists.len() == self.label.num_artists;
        let unit = |key: &Key| if is_whole { 0 } else { key.0 };
        let mut copies = Vec::new();
        for key in &keys {
            let values = self.label.of(key);
            let Some(last) = values[..day].iter().rev().copied().flatten().next() else { continue };
            let share = still_share(&values[..day]);
            for (copied, truth) in values.iter().enumerate().skip(day).take(num) {
                let Some(truth) = *truth else { continue };
                if share < 0.9 {
                    *evidence.entry(unit(key)).or_default() -= share.ln();
                }
                copies.push((key.clone(), copied, last, share, truth));
            }
        }
        let limit = FURTHER_DAY.mul_add(num as f64 - 1.0, TELLABLE);
        for (key, copied, last, share, truth) in copies {
            let is_tellable = evidence.get(&unit(&key)).is_some_and(|sum| *sum >= limit);
            // A copy that says what is true, of a figure that hardly ever moves, is no fault.
            if share < 0.9 && truth != last {
                self.faults.push(Fault { key: key.clone(), day: copied, right: Right::Copied, is_tellable });
            }
            self.planted.insert((key, copied), RawValue::Integer(last as i64));
        }
    }

    /// One series of each artist jumps.
    fn jump_everywhere(&mut self, day: usize, chance: &mut Chance) {
        for artist in 0..self.label.num_artists {
            let keys: Vec<Key> = self
                .movable()
                .into_iter()
                .filter(|key| key.0 == artist && key.2 != Metric::POPULARITY_SCORE)
                .collect();
            let Some(key) = (!keys.is_empty()).then(|| keys[chance.below(keys.len())].clone()) else {
                continue;
            };
            let part = chance.between(0.2, 0.6);
            let factor = if chance.happens(0.5) { 1.0 + part } else { 1.0 - part };
            let before = self.scale(&key, day, factor);
            self.expect_level(&key, day, before);
        }
    }

    /// Multiplies a series from a day on, by what keeps a counter counting; the values before that.
    fn scale(&mut self, key: &Key, day: usize, factor: f64) -> Vec<Option<f64>> {
        let before = self.label.of(key).to_vec();
        let is_counter = metric_info(&key.1, &key.2).unwrap().nature == Nature::Counter;
        let Some(base) = before[..day].iter().rev().copied().flatten().next() else { return before };
        for value in self.label.series.get_mut(key).unwrap()[day..].iter_mut().flatten() {
            let scaled = if is_counter { *value + base * (factor - 1.0) } else { *value * factor };
            *value = scaled.round().max(0.0);
        }
        before
    }

    fn expect_level(&mut self, key: &Key, day: usize, clean: Vec<Option<f64>>) {
        let values = self.label.of(key);
        let last = values[..day].iter().rposition(Option::is_some);
        let (Some(last), Some(value)) = (last, values[day]) else { return };
        let from = values[last].unwrap();
        let days = day - last;
        let change = (value - from).abs();
        let is_tellable = change >= 1.25 * plain_limit(key, &clean[..day], from, days);
        self.faults.push(Fault { key: key.clone(), day, right: Right::NewLevel, is_tellable });
    }

    fn purge(&mut self, day: usize, chance: &mut Chance) {
        let platform = [Platform::SPOTIFY, Platform::INSTAGRAM][chance.below(2)].clone();
        let depth = chance.between(0.04, 0.4);
        for key in self.movable().into_iter().filter(|key| key.1 == platform && key.2 == Metric::FOLLOWERS) {
            if !chance.happens(0.8) {
                continue;
            }
            let part = depth * chance.between(0.6, 1.4);
            let values = self.label.of(&key).to_vec();
            let Some(last) = values[..day].iter().rev().copied().flatten().next() else { continue };
            let falls = values[..day].iter().copied().flatten().collect::<Vec<_>>();
            let largest =
                falls.windows(2).map(|pair| (pair[0] - pair[1]) / pair[0].max(1.0)).fold(0.0, f64::max);
            self.scale(&key, day, 1.0 - part);
            let Some(value) = self.label.of(&key)[day] else { continue };
            let fall = last - value;
            let is_tellable = fall >= 3.0_f64.max(0.02 * last) && fall / last.max(1.0) > largest;
            self.faults.push(Fault { key, day, right: Right::Purged, is_tellable });
        }
        // Fewer than half of the artists are no finding of the platform.
        if self.faults.iter().filter(|fault| fault.is_tellable).count() < 4 {
            self.faults.iter_mut().for_each(|fault| fault.is_tellable = false);
        }
    }

    fn take_back(&mut self, day: usize, chance: &mut Chance) {
        for key in self.movable().into_iter().filter(|key| key.2 == Metric::TOTAL_VIEWS) {
            let values = self.label.series.get_mut(&key).unwrap();
            let Some(last) = values[..day].iter().rev().copied().flatten().next() else { continue };
            let Some(truth) = values[day] else { continue };
            let taken = (last * chance.between(0.000_1, 0.003)).ceil() + (truth - last);
            values[day..].iter_mut().flatten().for_each(|value| *value -= taken);
            self.faults.push(Fault { key, day, right: Right::TakenBack, is_tellable: true });
        }
    }

    fn replace(&mut self, day: usize, by: &RawValue) {
        for key in self.movable() {
            if self.label.of(&key)[day].is_some_and(|value| value > 0.0) {
                self.planted.insert((key.clone(), day), by.clone());
                self.faults.push(Fault { key, day, right: Right::Withheld, is_tellable: true });
            }
        }
    }

    fn sink(&mut self, day: usize) {
        for artist in 0..self.label.num_artists {
            let key = (artist, Platform::SPOTIFY, Metric::POPULARITY_SCORE);
            let values = self.label.series.get_mut(&key).unwrap();
            for (index, value) in values.iter_mut().enumerate() {
                let low = if index < day {
                    2.0
                } else if index < day + 7 {
                    1.0
                } else {
                    0.0
                };
                *value = value.map(|_| low);
            }
            for (zero, value) in values.iter().enumerate().skip(day + 7).take(7) {
                if value.is_some() {
                    self.faults.push(Fault {
                        key: key.clone(),
                        day: zero,
                        right: Right::Accepted,
                        is_tellable: true,
                    });
                }
            }
        }
    }

    fn swap(&mut self, day: usize, chance: &mut Chance) {
        let first = chance.below(self.label.num_artists);
        let second = (first + 1 + chance.below(self.label.num_artists - 1)) % self.label.num_artists;
        let keys: BTreeSet<(Platform, Metric)> =
            self.movable().into_iter().map(|key| (key.1, key.2)).collect();
        for (platform, metric) in keys {
            let [one, other] = [first, second].map(|artist| (artist, platform.clone(), metric.clone()));
            let clean = [&one, &other].map(|key| self.label.of(key).to_vec());
            for (key, from) in [(&one, &clean[1]), (&other, &clean[0])] {
                self.label.series.get_mut(key).unwrap()[day..].copy_from_slice(&from[day..]);
            }
            for (key, clean) in [(one, &clean[0]), (other, &clean[1])] {
                self.beside.insert((key.clone(), day));
                // To or from nothing at all is another matter: withheld, or first known.
                if clean[day - 1].is_some_and(|value| value > 0.0)
                    && self.label.of(&key)[day].is_some_and(|it| it > 0.0)
                {
                    self.expect_level(&key, day, clean.clone());
                }
            }
        }
    }
}

/// The change that a series makes anyway: three times the 90 % quantile of its own over so many days, or a few
/// people.
fn plain_limit(key: &Key, clean: &[Option<f64>], from: f64, days: usize) -> f64 {
    let info = metric_info(&key.1, &key.2).unwrap();
    let by_parts = !matches!(info.nature, Nature::Counter | Nature::Score);
    let mut changes: Vec<f64> = (days..clean.len())
        .filter_map(|day| {
            let (before, after) = (clean[day - days]?, clean[day]?);
            Some((after - before).abs() / if by_parts { before.max(1.0) } else { 1.0 })
        })
        .collect();
    changes.sort_by(f64::total_cmp);
    let usual = changes[changes.len() * 9 / 10] * if by_parts { from.max(1.0) } else { 1.0 };
    let few: f64 = match info.unit {
        Unit::People | Unit::Items => 10.0,
        Unit::Views | Unit::Plays => 50.0,
        Unit::Points => 5.0,
    };
    let slide = if let Nature::Window { days } = info.nature { 3.0 * from / f64::from(days) } else { 0.0 };
    let grain = if info.rounding.is_some() {
        info.grain(from).max(from / 10.0 * f64::from(u8::from(info.grain(from) > 0.0))) * 1.5
    } else {
        0.0
    };
    (3.0 * usual)
        .max(few.max(from.sqrt()).max(slide) * (days as f64).sqrt())
        .max(grain)
        .max(info.correction.map_or(0.0, |it| it.most(from)))
}
