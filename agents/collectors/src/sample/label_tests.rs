use std::collections::BTreeSet;

use casa24_schemas::Event;

use super::*;

const YEAR: SampleLabel = SampleLabel { num_artists: 12, num_days: 365, seed: 24, end: DEFAULT_END };

type Series = Vec<(Date, RawValue)>;

/// The series of every artist's metric on a platform.
fn series(label: &SampleLabel, platform: &Platform, metric: &Metric) -> BTreeMap<String, Series> {
    let mut series = BTreeMap::<String, Series>::new();
    for (date, snapshots) in label.days() {
        for raw in snapshots.into_iter().filter(|raw| raw.platform == *platform) {
            if let Some(value) = raw.metrics.get(metric) {
                series.entry(raw.artist.name).or_default().push((date, value.clone()));
            }
        }
    }
    series
}

/// Counts without the zeros of failed calls.
fn counts(series: &Series) -> Vec<i64> {
    let number = |value: &RawValue| if let RawValue::Integer(number) = value { Some(*number) } else { None };
    series.iter().filter_map(|(_, value)| number(value)).filter(|number| *number > 0).collect()
}

/// How often a value falls below this share of the one before.
fn num_falls(counts: &[i64], percent: i64) -> usize {
    counts.windows(2).filter(|pair| pair[1] * 100 < pair[0] * percent).count()
}

#[test]
fn every_snapshot_passes_its_check_and_says_that_it_is_a_sample() {
    let mut identities = BTreeSet::new();
    for (_, snapshots) in (SampleLabel { num_days: 120, ..YEAR }).days() {
        for raw in snapshots {
            assert_eq!(raw.check(), Ok(()));
            assert!(raw.sample && identities.insert(raw.identity()), "{}", raw.identity());
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_days_and_another_seed_others() {
    let days = |seed| (SampleLabel { num_days: 30, seed, ..YEAR }).days().collect::<Vec<_>>();
    assert_eq!(days(7), days(7));
    assert_ne!(days(7), days(8));
}

#[test]
fn the_figures_of_a_seed_are_the_same_on_every_machine() {
    let (_, last) = SampleLabel::default().days().last().unwrap();
    let first =
        last.iter().find(|raw| raw.artist.name == "Casa Marisma" && raw.platform == Platform::SPOTIFY);
    let figures = metrics([
        (Metric::POPULARITY_SCORE, count(27)),
        (Metric::FOLLOWERS, count(3_804)),
        (Metric::MONTHLY_LISTENERS, RawValue::Text("17200".to_owned())),
    ]);
    assert_eq!(first.map(|raw| &raw.metrics), Some(&figures));
}

#[test]
fn a_year_begins_and_ends_on_its_days_and_some_are_missing() {
    let dates: Vec<Date> = YEAR.days().map(|(date, _)| date).collect();
    assert_eq!(dates.last(), Some(&DEFAULT_END));
    assert_eq!(dates.first(), Some(&date!(2024 - 10 - 01)));
    assert!((355..365).contains(&dates.len()), "{}", dates.len());
}

#[test]
fn five_years_of_a_hundred_artists_are_half_a_million_snapshots() {
    // Counted on a tenth of the artists; each has three platforms on nearly every day.
    let label = SampleLabel { num_artists: 10, num_days: 1_826, ..YEAR };
    let num: usize = label.days().map(|(_, snapshots)| snapshots.len()).sum();
    assert!((51_000..=54_780 + 1_826).contains(&num), "{num}");
}

#[test]
fn one_artist_comes_and_one_goes_and_is_not_on_the_roster() {
    let followers = series(&YEAR, &Platform::SPOTIFY, &Metric::FOLLOWERS);
    let late = followers.iter().filter(|(_, series)| series[0].0 > date!(2024 - 10 - 01)).count();
    let gone: Vec<_> =
        followers.iter().filter(|(_, series)| series[series.len() - 1].0 < DEFAULT_END).collect();
    assert_eq!((late, gone.len()), (1, 1));
    let gone = Artist::new(gone[0].0).unwrap();
    assert!(YEAR.roster().get(&gone.id).is_none());
    assert_eq!(YEAR.roster().entries().len(), 11);
}

#[test]
fn listeners_are_texts_that_come_late_and_are_sometimes_missing_or_rounded() {
    let listeners = series(&YEAR, &Platform::SPOTIFY, &Metric::MONTHLY_LISTENERS);
    let all: Vec<&(Date, RawValue)> = listeners.values().flatten().collect();
    assert!(
        all.iter().all(|(date, value)| matches!(value, RawValue::Text(_)) && *date > date!(2024 - 11 - 01))
    );
    let missing = all.iter().filter(|(_, value)| *value == RawValue::Text("N/A".to_owned())).count();
    assert!(missing > 0 && missing < all.len() / 4, "{missing} of {}", all.len());
    let rounded = |series: &Series| {
        let (_, tail) = series.split_at(series.len() - 100);
        tail.iter()
            .all(|(_, value)| matches!(value, RawValue::Text(text) if text.ends_with("00") || text == "N/A"))
    };
    let with_account = |name: &str| YEAR.roster().account(&Artist::new(name).unwrap().id, &Platform::SPOTIFY);
    let num_rounded = listeners
        .iter()
        .filter(|(name, series)| matches!(with_account(name), Account::Present { .. }) && rounded(series))
        .count();
    assert!(num_rounded > 0);
}

#[test]
fn where_there_is_no_account_there_are_zeros() {
    for (platform, metric) in [
        (Platform::SPOTIFY, Metric::FOLLOWERS),
        (Platform::YOUTUBE, Metric::TOTAL_VIEWS),
        (Platform::INSTAGRAM, Metric::FOLLOWERS),
    ] {
        let roster = YEAR.roster();
        let all = series(&YEAR, &platform, &metric);
        let absent: Vec<_> =
            roster.entries().iter().filter(|entry| entry.account(&platform) == Account::Absent).collect();
        assert!(!absent.is_empty(), "{platform}");
        for entry in absent {
            assert!(counts(&all[&entry.artist.name]).is_empty(), "{platform} {}", entry.artist.name);
        }
    }
}

#[test]
fn calls_fail_now_and_then_and_leave_zeros() {
    let views = series(&YEAR, &Platform::YOUTUBE, &Metric::TOTAL_VIEWS);
    let with_zeros = views.values().filter(|series| {
        let num = counts(series).len();
        num > 0 && num < series.len()
    });
    assert!(with_zeros.count() > 2);
}

#[test]
fn a_counter_falls_once_and_followers_by_two_fifths_in_a_night() {
    let views = series(&YEAR, &Platform::YOUTUBE, &Metric::TOTAL_VIEWS);
    let falls: Vec<usize> = views.values().map(|series| num_falls(&counts(series), 100)).collect();
    assert!(falls.contains(&1) && falls.iter().all(|num| *num <= 1), "{falls:?}");
    let followers = series(&YEAR, &Platform::SPOTIFY, &Metric::FOLLOWERS);
    let falls: Vec<usize> = followers.values().map(|series| num_falls(&counts(series), 70)).collect();
    assert_eq!(falls.iter().sum::<usize>(), 1, "{falls:?}");
}

#[test]
fn figures_are_copied_forward_for_some_days() {
    let listeners = series(&YEAR, &Platform::SPOTIFY, &Metric::MONTHLY_LISTENERS);
    let longest = |series: &Series| series.chunk_by(|a, b| a.1 == b.1).map(<[_]>::len).max().unwrap_or(0);
    // Tiny artists have the same few listeners for weeks anyway.
    let moving = listeners.values().filter(|series| longest(series) < 30);
    let copied = moving.filter(|series| longest(series) >= 4).count();
    assert!(copied > 5, "{copied}");
}

#[test]
fn instagram_and_the_server_come_months_later() {
    let first = |platform: &Platform| {
        let mut days = YEAR.days();
        days.find(|(_, snapshots)| snapshots.iter().any(|raw| raw.platform == *platform))
            .map(|(date, _)| date)
    };
    assert!(first(&Platform::INSTAGRAM) > Some(date!(2024 - 11 - 25)));
    assert!(first(&Platform::DISCORD) > Some(date!(2024 - 12 - 10)));
}

#[test]
fn one_more_artist_changes_nothing_for_the_first() {
    let first = |num_artists| {
        let label = SampleLabel { num_artists, num_days: 50, ..YEAR };
        series(&label, &Platform::SPOTIFY, &Metric::FOLLOWERS).remove("Casa Marisma")
    };
    assert_eq!(first(2), first(20));
}

#[test]
fn odd_sizes_are_no_trouble() {
    for (num_artists, num_days) in [(0, 0), (0, 3), (1, 1), (3, 2), (5, 7)] {
        let label = SampleLabel { num_artists, num_days, ..YEAR };
        let days: Vec<_> = label.days().collect();
        assert_eq!(days.last().map(|(date, _)| *date), (num_days > 0).then_some(DEFAULT_END));
    }
    let endless = SampleLabel { num_artists: 0, num_days: u32::MAX, ..YEAR };
    assert_eq!(endless.days().next().map(|(date, _)| date), Some(FIRST_DAY));
}
