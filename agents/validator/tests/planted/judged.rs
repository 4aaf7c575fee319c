//! A label's figures, given to the judge day by day; what became of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::{
    Account, Artist, Date, Flag, Metric, Observed, Platform, RawSnapshot, RawValue, ValidSnapshot,
};
use casa24_validator::{Judge, Judgement};
use time::Duration;
use time::macros::date;

use crate::label::{Key, Label};

const FIRST: Date = date!(2024 - 01 - 01);

/// What was made of every figure: its flags, or nothing where it was withheld.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    accepted: BTreeMap<(Key, usize), Vec<Flag>>,
}

/// What a day's collector saw of a figure, where it differs from the truth.
pub(crate) type Planted = BTreeMap<(Key, usize), RawValue>;

/// The snapshots of a label with faults.
pub(crate) fn snapshots(label: &Label, planted: &Planted) -> Vec<RawSnapshot> {
    let artists: Vec<Artist> =
        (0..label.num_artists).map(|index| Artist::new(&format!("Artist {index}")).unwrap()).collect();
    let mut snapshots = Vec::new();
    for day in 0..label.num_days {
        for (index, artist) in artists.iter().enumerate() {
            for platform in [Platform::SPOTIFY, Platform::YOUTUBE, Platform::INSTAGRAM] {
                let mut metrics: BTreeMap<Metric, RawValue> = BTreeMap::new();
                for (key, values) in &label.series {
                    if key.0 != index || key.1 != platform {
                        continue;
                    }
                    let truth = values[day].map(|value| RawValue::Integer(value as i64));
                    let seen = planted.get(&(key.clone(), day)).cloned();
                    // What was not collected was not copied either.
                    if let Some(value) = truth.map(|truth| seen.unwrap_or(truth)) {
                        metrics.insert(key.2.clone(), value);
                    }
                }
                if metrics.is_empty() {
                    continue;
                }
                snapshots.push(RawSnapshot {
                    platform: platform.clone(),
                    artist: artist.clone(),
                    observed_at: Observed::day(FIRST + Duration::days(day as i64)),
                    source: "generated".to_owned(),
                    collection: Some(format!("day {day}")),
                    account: Account::Unknown,
                    metrics,
                    absent: [].into(),
                    content: None,
                    correction: None,
                    sample: true,
                });
            }
        }
    }
    snapshots
}

impl Outcome {
    /// Judges all days of a label.
    pub(crate) fn of(label: &Label, planted: &Planted) -> Self {
        let mut judge = Judge::new();
        let mut outcome = Self::default();
        for raw in snapshots(label, planted) {
            let judged = judge.judge(&raw, raw.observed_at.date());
            judged.amended.iter().for_each(|snapshot| outcome.take_in(snapshot));
            if let Judgement::Valid(snapshot) = judged.judgement {
                outcome.take_in(&snapshot);
            }
        }
        outcome
    }

    fn take_in(&mut self, snapshot: &Arc<ValidSnapshot>) {
        let artist: usize = snapshot.artist.name.rsplit(' ').next().unwrap().parse().unwrap();
        let day = (snapshot.observed_at.date() - FIRST).whole_days() as usize;
        for (metric, reading) in &snapshot.metrics {
            let key = (artist, snapshot.platform.clone(), metric.clone());
            self.accepted.insert((key, day), reading.flags.clone());
        }
    }

    /// Whether a figure was accepted.
    pub(crate) fn is_accepted(&self, key: &Key, day: usize) -> bool {
        self.accepted.contains_key(&(key.clone(), day))
    }

    /// Whether a figure has a flag.
    pub(crate) fn has(&self, key: &Key, day: usize, flag: Flag) -> bool {
        self.accepted.get(&(key.clone(), day)).is_some_and(|flags| flags.contains(&flag))
    }

    /// Whether a new level began.
    pub(crate) fn is_new_level(&self, key: &Key, day: usize) -> bool {
        self.accepted.get(&(key.clone(), day)).is_some_and(|flags| flags.iter().any(|it| it.changes_level()))
    }

    /// Days and flags that say that something is wrong.
    pub(crate) fn alarms(&self) -> impl Iterator<Item = (&Key, usize, Flag)> {
        self.accepted.iter().flat_map(|((key, day), flags)| {
            let wrong = |flag: &&Flag| {
                matches!(
                    flag,
                    Flag::LevelChange | Flag::PlatformPurge | Flag::CopiedForward | Flag::CounterFell
                )
            };
            flags.iter().filter(wrong).map(move |flag| (key, *day, *flag))
        })
    }
}
