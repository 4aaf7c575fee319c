//! Figures of periods in the answer to `artist`: songs, playlists, and weeks of single songs.

use std::ops::RangeInclusive;

use casa24_schemas::{
    Breakdown, BreakdownFigure, Day, Observed, Platform, Reason, SongFigures, WithheldFigure,
};
use serde_json::json;

use super::fixture::{Fixture, LISTENERS, TODAY};
use crate::Refusal;

const MONTH: (&str, &str) = ("2025-09-01", "2025-09-30");

/// A label of which one figure is known today.
fn label() -> Fixture {
    let mut label = Fixture::default();
    label.put("Luz", LISTENERS, TODAY, 900.0, &[]);
    label
}

fn song(name: &str, streams: Option<i64>, listeners: Option<i64>) -> SongFigures {
    SongFigures { name: name.to_owned(), listeners, streams, saves: None, released: None }
}

fn songs(songs: &[SongFigures], num_left_out: u64) -> Breakdown {
    Breakdown::Song { songs: songs.to_vec(), num_left_out }
}

/// A song with these streams on each of some days of September.
fn days_of(song: &str, days: RangeInclusive<u8>, streams: i64) -> Breakdown {
    let day = |number: u8| Day(Observed::parse(&format!("2025-09-{number:02}")).unwrap().date());
    Breakdown::Day { song: song.to_owned(), days: days.map(|number| (day(number), Some(streams))).collect() }
}

#[test]
fn counts_that_no_validator_of_ours_lets_through_add_up_to_no_other_number() {
    let mut label = label();
    label.put_breakdown("Luz", MONTH, "songs.csv", songs(&[song("Sur", Some(1), None)], u64::MAX), vec![]);
    label.put_breakdown("Luz", MONTH, "days.csv", days_of("Sur", 10..=23, i64::MAX), vec![]);
    let data = label.data("artist name:luz");
    assert_eq!(data["songs"][0]["num_songs"], json!(u64::MAX));
    let week = &data["song_weeks"][0];
    assert_eq!((week["streams"].as_f64(), &week["change"]), (Some(7.0 * i64::MAX as f64), &json!(0)));
}

#[test]
fn a_week_names_the_files_of_its_days_and_no_others() {
    let mut label = label();
    let mut days = |period: (&str, &str), file: &str, days: Breakdown| {
        label.put_breakdown("Luz", period, file, days, vec![]);
    };
    days(("2025-09-01", "2025-09-10"), "old.csv", days_of("Sur", 1..=10, 3));
    days(("2025-09-11", "2025-09-25"), "middle.csv", days_of("Sur", 11..=25, 4));
    days(("2025-09-26", "2025-09-28"), "new.csv", days_of("Sur", 26..=28, 5));
    let nothing = Breakdown::Day { song: "Sur".to_owned(), days: [].into() };
    days(("2025-09-29", "2025-09-30"), "empty.csv", nothing);
    // Neither week has a sum: the known days of the newest one still come from somewhere.
    days(("2025-09-20", "2025-09-21"), "part.csv", days_of("Norte", 20..=21, 1));
    days(("2025-09-15", "2025-09-19"), "gap.csv", days_of("Norte", 15..=18, 1));
    days(("2025-09-08", "2025-09-14"), "before.csv", days_of("Norte", 8..=13, 1));
    let data = label.data("artist name:luz");
    let of = |at: usize| {
        let week = &data["song_weeks"][at];
        (week["song"].clone(), week["streams"].clone(), week["sources"].clone())
    };
    assert_eq!(of(0), (json!("Sur"), json!(4 * 4 + 3 * 5), json!(["new.csv", "middle.csv"])));
    assert_eq!(of(1), (json!("Norte"), json!(null), json!(["part.csv", "gap.csv"])));
}

#[test]
fn a_file_says_which_kinds_of_figures_it_has_so_that_a_missing_one_is_told_from_none() {
    let mut label = label();
    let kinds = |label: &mut Fixture| label.data("artist name:luz")["songs"][0]["figures"].clone();
    let all = [song("Sur", None, None), song("Norte", Some(4), None)];
    label.put_breakdown("Luz", MONTH, "songs.csv", songs(&all, 0), vec![]);
    assert_eq!(kinds(&mut label), json!(["streams"]));
    let (of, figure, reason) = ("Sur".to_owned(), BreakdownFigure::Saves, Reason::Negative);
    let withheld = WithheldFigure { of, figure, reason, raw: -1 };
    label.put_breakdown("Luz", MONTH, "songs.csv", songs(&all, 0), vec![withheld]);
    assert_eq!(kinds(&mut label), json!(["streams", "saves"]));
}

#[test]
fn a_day_before_the_first_observation_is_answered_from_what_files_say_of_it() {
    let mut label = label();
    label.account("Luz", Platform::SPOTIFY, Some("2Qp"));
    let august = ("2025-08-01", "2025-08-28");
    label.put_breakdown("Luz", august, "songs.csv", songs(&[song("Sur", Some(4), None)], 0), vec![]);
    let data = label.data_as_of("artist name:luz", "2025-09-01");
    assert_eq!((&data["as_of"], &data["songs"][0]["source"]), (&json!("2025-09-01"), &json!("songs.csv")));
    let refused = label.ask("artist name:luz", Some("2025-08-27")).unwrap_err();
    let day = |day: &str| Day(Observed::parse(day).unwrap().date());
    assert_eq!(refused, Refusal::NothingBy { as_of: day("2025-08-27"), first: day("2025-08-28") });
    // A period that ended after the newest observation does not make that older.
    let october = ("2025-10-01", "2025-10-28");
    label.put_breakdown("Luz", october, "newer.csv", songs(&[song("Sur", Some(5), None)], 0), vec![]);
    let data = label.data("artist name:luz");
    assert_eq!((&data["as_of"], &data["songs"][0]["source"]), (&json!(TODAY), &json!("newer.csv")));
}

#[test]
fn as_of_a_day_a_song_has_the_days_up_to_it_also_of_a_file_that_goes_on() {
    let mut label = label();
    label.put_breakdown("Luz", MONTH, "days.csv", days_of("Sur", 1..=30, 2), vec![]);
    let data = label.data_as_of("artist name:luz", "2025-09-10");
    let week = &data["song_weeks"][0];
    assert_eq!((&week["last_day"], &week["streams"]), (&json!("2025-09-10"), &json!(14)));
    assert_eq!(week["streams_before"], json!(null));
}
