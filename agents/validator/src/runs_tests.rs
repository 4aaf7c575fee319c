//! Collections that do not come once a day: several runs, an hourly collector, a weekly one.

use time::Duration;

use super::*;

/// A run of a day at a minute, of figures that the platform shows as of another day.
fn run(label: &mut Label, day: i64, minute: i64, has_id: bool, shown: impl Fn(usize, &Platform) -> i64) {
    for (index, name) in ARTISTS.iter().enumerate() {
        for platform in [Platform::SPOTIFY, Platform::YOUTUBE] {
            let at = (FIRST + Duration::days(day)).midnight().assume_utc() + Duration::minutes(minute);
            let collection = has_id.then(|| format!("run {day} {minute}"));
            let it = snapshot(name, index, &platform, day, shown(index, &platform));
            label.judge(&RawSnapshot { observed_at: Observed::instant(at), collection, ..it });
        }
    }
}

#[test]
fn a_second_run_of_a_day_shows_the_same_figures_and_copies_none() {
    for has_id in [true, false] {
        for minutes in [&[240, 250][..], &[180, 190, 1_100], &[5, 485, 965], &[235, 955]] {
            let mut label = Label::default();
            label.normal(0..60); // daily files
            for day in 60..110 {
                minutes.iter().for_each(|minute| run(&mut label, day, *minute, has_id, |_, _| day));
            }
            assert_eq!(label.copies(), [], "{minutes:?} {has_id}");
        }
    }
}

#[test]
fn figures_that_change_in_the_middle_of_a_day_are_no_copies_before_that() {
    for has_id in [true, false] {
        let mut label = Label::default();
        for day in 0..60 {
            for minute in [240, 960] {
                // The platform counts at nine.
                let shown = if minute < 540 { day - 1 } else { day };
                run(&mut label, day, minute, has_id, |_, _| shown);
            }
        }
        assert_eq!(label.copies(), [], "{has_id}");
    }
}

#[test]
fn copies_are_found_in_each_run_of_a_day() {
    for (has_id, num) in [(true, 2), (true, 3), (false, 2), (false, 3)] {
        let mut label = Label::default();
        label.normal(0..40);
        for day in 40..60 {
            let shown = if day == 55 { 54 } else { day };
            (0..num).for_each(|index| run(&mut label, day, 200 + 400 * index, has_id, |_, _| shown));
        }
        let copies = label.copies();
        assert_eq!(copies.len() as i64, num * 2 * ARTISTS.len() as i64, "{has_id} {num}");
        assert!(copies.iter().all(|(day, ..)| *day == 55));
    }
}

#[test]
fn midnight_between_two_runs_is_no_day() {
    let mut label = Label::default();
    for day in 0..60 {
        run(&mut label, day, 5, true, |_, _| day - 1);
        run(&mut label, day, 1_435, true, |_, _| day);
    }
    assert_eq!(label.copies(), []);
}

#[test]
fn an_hourly_collector_finds_copies_of_days_and_no_others() {
    for has_id in [true, false] {
        for is_hourly in [true, false] {
            let mut label = Label::default();
            label.normal(0..20);
            for day in 20..36 {
                for hour in 0..24 {
                    let true_hour =
                        if is_hourly { 24 * day + hour } else { 24 * (day - i64::from(hour < 9)) };
                    let shown = if day == 34 { true_hour - 24 } else { true_hour };
                    run(&mut label, day, 60 * hour, has_id, |_, _| shown);
                }
            }
            let days: std::collections::BTreeSet<i64> = label.copies().iter().map(|(day, ..)| *day).collect();
            assert!(days.into_iter().eq([34]), "{has_id} {is_hourly}");
            assert_eq!(label.copies().len(), 24 * 2 * ARTISTS.len(), "{has_id} {is_hourly}");
        }
    }
}

/// Followers of all artists, which a purge makes fall from a day on.
fn purged(label: &mut Label, at: Observed, shown: i64, parts: i64, collection: Option<String>) {
    for (index, name) in ARTISTS.iter().enumerate() {
        let mut it = snapshot(name, index, &Platform::SPOTIFY, 0, shown);
        let Some(RawValue::Integer(followers)) = it.metrics.get_mut(&Metric::FOLLOWERS) else { panic!() };
        *followers -= *followers * parts / 100;
        label.judge(&RawSnapshot { observed_at: at, collection: collection.clone(), ..it });
    }
}

fn purges(label: &Label) -> Vec<Observed> {
    let is_purge = |it: &ValidSnapshot| it.metrics.values().any(|it| it.flags.contains(&Flag::PlatformPurge));
    let mut at: Vec<_> =
        label.newest.iter().filter(|(_, it)| is_purge(it)).map(|((.., at), _)| *at).collect();
    at.sort();
    at
}

#[test]
fn a_purge_is_found_by_a_weekly_collector() {
    let mut label = Label::default();
    let on = |week: i64| Observed::day(FIRST + Duration::weeks(week));
    for week in 0..30 {
        let parts = if week < 20 { 0 } else { 9 };
        purged(&mut label, on(week), 7 * week, parts, Some(format!("week {week}")));
    }
    assert_eq!(purges(&label), [on(20); 6]);
}

#[test]
fn a_fall_over_many_usual_distances_has_no_day() {
    let mut label = Label::default();
    let on = |day: i64| Observed::day(FIRST + Duration::days(day));
    for day in (0..30).chain([40]) {
        purged(&mut label, on(day), day, if day == 40 { 9 } else { 0 }, None);
    }
    assert_eq!(purges(&label), []);
}

#[test]
fn a_purge_is_one_finding_though_a_day_has_several_runs() {
    let at = |day: i64, hour: i64| {
        Observed::instant((FIRST + Duration::days(day)).midnight().assume_utc() + Duration::hours(hour))
    };
    for has_id in [true, false] {
        let mut label = Label::default();
        for day in 0..34 {
            for hour in [4, 16] {
                let collection = has_id.then(|| format!("{day} {hour}"));
                purged(&mut label, at(day, hour), day, if day < 30 { 0 } else { 9 }, collection);
            }
        }
        assert_eq!(purges(&label), [at(30, 4); 6], "{has_id}");
        // In the middle of a day.
        let mut label = Label::default();
        for day in 0..34 {
            for hour in [4, 16] {
                let collection = has_id.then(|| format!("{day} {hour}"));
                let parts = if (day, hour) < (30, 16) { 0 } else { 9 };
                purged(&mut label, at(day, hour), day, parts, collection);
            }
        }
        assert_eq!(purges(&label), [at(30, 16); 6], "{has_id}");
    }
}

#[test]
fn copies_of_days_are_amended_though_each_day_has_many_collections() {
    // Two weeks of one artist's copies, whose first days are no finding yet, among twenty runs a day.
    let amended = |num_runs: i64| {
        let mut label = Label::default();
        for day in 0..55 {
            for index in 0..num_runs {
                // Each platform rests every fourth day, on a day of its own.
                let rests = |artist: usize, platform: &Platform| {
                    (day + artist as i64 + 2 * i64::from(*platform == Platform::YOUTUBE)) % 4 == 0
                };
                let shown = |artist: usize, platform: &Platform| match artist {
                    3 if (42..52).contains(&day) => 41,
                    _ if rests(artist, platform) => day - 1,
                    _ => day,
                };
                run(&mut label, day, 200 + 10 * index, true, shown);
            }
        }
        let mut days: Vec<i64> = label.copies().into_iter().map(|(day, ..)| day).collect();
        days.dedup();
        (days, label.copies().iter().all(|(_, artist, _)| artist == ARTISTS[3]))
    };
    assert_eq!(amended(1), amended(20));
    assert!(amended(20).0.contains(&43) && amended(20).1);
}
