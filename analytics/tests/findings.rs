//! Findings of a day rest on what was observed by then, whatever came later and in whatever order it came.

use std::collections::BTreeMap;

use casa24_analytics::History;
use casa24_analytics::findings::{of_artist, of_artist_again};
use casa24_analytics::trends::{ArtistScan, Found, TrendRules};
use casa24_schemas::{
    Account, Artist, ArtistId, Content, Date, Day, Flag, Goals, LabelGoal, Metric, Observed, Platform,
    Reading, SnapshotCorrection, Track, ValidSnapshot, Value, Video,
};
use proptest::prelude::*;
use time::Duration;
use time::macros::date;

const START: Date = date!(2024 - 01 - 01);
const DAYS: i64 = 220;

/// What happens on a day: the gains of three series, and what else.
#[derive(Debug, Clone)]
struct Made {
    gains: [f64; 3],
    kind: u8,
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let gains = [-3.0..9.0, -20.0..60.0, -200.0..260.0_f64];
    let day = (gains, prop_oneof![60 => Just(0_u8), 40 => 0..12_u8]);
    prop::collection::vec(day.prop_map(|(gains, kind)| Made { gains, kind }), DAYS as usize)
}

fn day(number: usize) -> Observed {
    Observed::day(START + Duration::days(number as i64))
}

/// The snapshots of an artist: gaps, copies, jumps up and down, spikes, single days of fame.
fn snapshots(made: &[Made]) -> Vec<ValidSnapshot> {
    let mut values = [900.0, 40_000.0, 5_000.0_f64];
    let mut views = 1_000_u64;
    let mut snapshots = Vec::new();
    for (number, Made { gains, kind }) in made.iter().enumerate() {
        let factor = if *kind == 1 { 40.0 } else { 1.0 };
        for (value, gain) in values.iter_mut().zip(gains) {
            *value = (*value + (gain * factor).round()).max(1.0);
        }
        let mut flags = Vec::new();
        match kind {
            2 => continue,
            3 => flags.push(Flag::CopiedForward),
            4 => {
                values[0] *= 3.0;
                flags.push(Flag::LevelChange);
            }
            5 => {
                values[0] = (values[0] / 3.0).max(1.0);
                flags.push(Flag::LevelChange);
            }
            _ => {}
        }
        views += if *kind == 1 { 9_000 } else { 20 + u64::from(*kind) };
        let reading = |value: f64, flags: &[Flag]| Reading {
            value: Value::new(value.round()).expect("a number"),
            flags: flags.to_vec(),
        };
        let snapshot = |platform: Platform, metrics: BTreeMap<Metric, Reading>| ValidSnapshot {
            platform,
            artist: Artist::new("PYRO").expect("a name"),
            observed_at: day(number),
            source: "generated".to_owned(),
            account: Account::Unknown,
            metrics,
            withheld: BTreeMap::new(),
            absent: BTreeMap::new(),
            content: Some(Content {
                tracks: vec![Track {
                    name: "Song".to_owned(),
                    popularity: Some(20 + kind % 3),
                    preview_url: None,
                }],
                videos: vec![Video {
                    id: "v".to_owned(),
                    title: "Video".to_owned(),
                    views: Some(views),
                    published_at: None,
                }],
                ..Content::default()
            }),
            revision: 0,
            amended_at: None,
            correction: None,
            sample: false,
        };
        let spotify = [
            (Metric::FOLLOWERS, reading(values[0], &flags)),
            (Metric::MONTHLY_LISTENERS, reading(values[2], &[])),
        ];
        snapshots.push(snapshot(Platform::SPOTIFY, BTreeMap::from(spotify)));
        let youtube = [(Metric::TOTAL_VIEWS, reading(values[1], &[]))];
        snapshots.push(snapshot(Platform::YOUTUBE, BTreeMap::from(youtube)));
    }
    snapshots
}

fn findings<'s>(snapshots: impl IntoIterator<Item = &'s ValidSnapshot>) -> Vec<Found> {
    let mut history = History::default();
    snapshots.into_iter().for_each(|snapshot| history.insert(snapshot));
    let id: ArtistId = Artist::new("PYRO").expect("a name").id;
    history
        .artist(&id)
        .map(|artist| of_artist(artist, &TrendRules { by_chance: 2.0 }, &Goals::default()))
        .unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_later_changes_no_finding_of_earlier_days(made in made(), cut in 30..DAYS) {
        let snapshots = snapshots(&made);
        let last = START + Duration::days(cut);
        let by_then = findings(snapshots.iter().filter(|snapshot| snapshot.observed_at.date() <= last));
        let mut earlier = findings(&snapshots);
        earlier.retain(|found| found.date() <= last);
        prop_assert_eq!(by_then, earlier);
    }

    #[test]
    fn the_order_in_which_figures_come_does_not_matter(
        made in made(),
        keys in prop::collection::vec(any::<u32>(), 2 * DAYS as usize),
    ) {
        let snapshots = snapshots(&made);
        let mut shuffled: Vec<(u32, &ValidSnapshot)> = keys.into_iter().zip(&snapshots).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        prop_assert_eq!(findings(shuffled.into_iter().map(|(_, snapshot)| snapshot)), findings(&snapshots));
    }

    #[test]
    fn reading_on_finds_what_reading_anew_finds(
        made in made(),
        // Days by which each snapshot comes late, most of them none, and what is done about it.
        late in prop::collection::vec((prop_oneof![9 => Just(0_i64), 1 => 1_i64..60], 0_u8..90), 2 * DAYS as usize),
    ) {
        let (rules, mut goals) = (TrendRules { by_chance: 2.0 }, Goals::default());
        let mut coming: Vec<(Date, u8, ValidSnapshot)> = late
            .iter()
            .zip(snapshots(&made))
            .map(|((days, what), snapshot)| (snapshot.observed_at.date() + Duration::days(*days), *what, snapshot))
            .collect();
        coming.sort_by_key(|(day, ..)| *day);
        let (mut history, mut scan) = (History::default(), ArtistScan::default());
        for (day, what, mut snapshot) in coming {
            history.insert(&snapshot);
            match what {
                // Asked after every few snapshots.
                0..=3 => {}
                4 => {
                    let corrected_at = Observed::day(day);
                    snapshot.metrics.pop_first();
                    snapshot.correction = Some(SnapshotCorrection { corrected_at, reason: None, follows: None });
                    snapshot.revision = 1;
                    history.insert(&snapshot);
                }
                5 => goals.goals.push(LabelGoal {
                    artist: snapshot.artist.clone(),
                    platform: Platform::SPOTIFY,
                    metric: Metric::FOLLOWERS,
                    value: Value::new(1_000.0 + 13.0 * goals.goals.len() as f64).expect("a number"),
                    by: None,
                    since: Day(START),
                    withdrawn_on: None,
                }),
                _ => continue,
            }
            let artist = history.artist(&snapshot.artist.id).expect("it was inserted");
            let anew = of_artist(artist, &rules, &goals);
            prop_assert_eq!(of_artist_again(&mut scan, artist, &rules, &goals), anew);
        }
    }
}

#[test]
fn the_generated_figures_have_findings_of_most_kinds() {
    let made: Vec<Made> = (0..DAYS)
        .map(|number| {
            let wave = ((number * 37) % 11) as f64 - 3.0;
            let kind = match number {
                120 | 171 => 1,
                60..=62 => 2,
                90 => 3,
                200 => 4,
                _ => 0,
            };
            let pace = if number > 140 { 30.0 } else { 0.0 };
            Made { gains: [wave + pace, 10.0 * wave, 20.0 * wave], kind }
        })
        .collect();
    let mut kinds: Vec<String> =
        findings(&snapshots(&made)).into_iter().map(|found| found.kind.to_string()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in ["accelerating", "cooling", "level_change", "milestone", "spike", "viral"] {
        assert!(kinds.iter().any(|known| known == kind), "{kind} is not among {kinds:?}");
    }
}
