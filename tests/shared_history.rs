//! A label's real history: `CASA24_SHARED` names the folder that holds it as `history/`. Figures that people looked
//! up by hand, and every growth figure worked out a second time, from the rule's own words.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use casa24_bus::{Bus, Settings};
use casa24_schemas::{Date, Flag, ValidSnapshot};
use futures::TryStreamExt;
use serde_json::{Value, json};
use support::House;

/// Artist, platform and metric.
type Key = (String, String, String);

/// Accepted values of a series by day.
type Accepted = BTreeMap<Key, BTreeMap<Date, f64>>;

fn history() -> PathBuf {
    let shared = std::env::var_os("CASA24_SHARED")
        .expect("set CASA24_SHARED to the folder that holds the label's `history/`");
    let history = std::fs::canonicalize(&shared).map(|shared| shared.join("history"));
    history
        .ok()
        .filter(|history| history.is_dir())
        .unwrap_or_else(|| panic!("CASA24_SHARED is {shared:?}, which holds no `history/`"))
}

/// A house with the history imported, and the counts of the import.
fn imported() -> (House, Value) {
    let house = House::new();
    let counts = house.json(&["import", &history().display().to_string(), "--json"]);
    (house, counts)
}

fn key(figure: &Value) -> Key {
    let text = |name: &str| figure[name].as_str().unwrap_or_else(|| panic!("{name} in {figure}")).to_owned();
    (text("artist"), text("platform"), text("metric"))
}

fn figure<'a>(figures: &'a Value, artist: &str, platform: &str, metric: &str) -> &'a Value {
    let wanted = (artist.to_owned(), platform.to_owned(), metric.to_owned());
    let found = figures.as_array().expect("figures").iter().find(|figure| key(figure) == wanted);
    found.unwrap_or_else(|| panic!("no figure of {wanted:?}"))
}

fn day(value: &Value) -> Option<Date> {
    let text = value.as_str()?;
    Some(casa24_schemas::Observed::parse(text).expect("a day").date())
}

/// What stands on the valid stream; with `only_counting`, without copies and without zeros before the first value above zero.
async fn accepted(house: &House, only_counting: bool) -> Accepted {
    let (url, _) = house.server().expect("a server");
    let bus = Bus::connect(&Settings::new(url, "shared_history")).await.expect("the bus");
    let snapshots = bus.replay::<ValidSnapshot>("snapshot.valid.>").await.expect("a replay");
    let snapshots: Vec<ValidSnapshot> =
        snapshots.map_ok(|stored| stored.event).try_collect().await.expect("snapshots");
    let mut accepted = Accepted::new();
    for snapshot in snapshots {
        for (metric, reading) in snapshot.metrics {
            let key = (snapshot.artist.name.clone(), snapshot.platform.to_string(), metric.to_string());
            let values = accepted.entry(key).or_default();
            let date = snapshot.observed_at.date();
            if only_counting && reading.flags.contains(&Flag::CopiedForward) {
                values.remove(&date); // a later revision
            } else {
                values.insert(date, reading.value.get());
            }
        }
    }
    if only_counting {
        for values in accepted.values_mut() {
            let first = values.iter().find(|(_, value)| **value > 0.0).map(|(date, _)| *date);
            values.retain(|date, _| first.is_some_and(|first| *date >= first));
        }
    }
    accepted
}

/// The baseline by the words of the rule, of values that count: the one nearest to so many days before current's own
/// day, at most max(1, N/10) days off and not current itself.
fn growth(values: &BTreeMap<Date, f64>, period_days: i64) -> Option<(Date, f64)> {
    let (current_date, _) = values.last_key_value().expect("a value");
    let start = *current_date - Duration::from_secs(86_400 * u64::try_from(period_days).expect("a period"));
    let days_off = |date: &Date| (*date - start).whole_days().abs();
    let near =
        values.iter().filter(|(date, _)| *date < current_date && days_off(date) <= (period_days / 10).max(1));
    // Of two that are equally near the earlier one comes first, and stays.
    near.min_by_key(|(date, _)| days_off(date)).map(|(date, value)| (*date, *value))
}

#[test]
fn the_import_tells_what_became_of_every_snapshot() {
    let (_house, counts) = imported();
    let num = |value: &Value| value.as_u64().expect("a number");
    assert_eq!((num(&counts["read"]["num_files"]), num(&counts["read"]["num_problems"])), (152, 0));
    assert_eq!((num(&counts["read"]["num_conflicting"]), num(&counts["num_dead"])), (0, 0));
    assert_eq!(num(&counts["num_valid"]) + num(&counts["num_rejected"]), num(&counts["read"]["num_new"]));
    assert_eq!((num(&counts["num_valid"]), num(&counts["num_rejected"])), (2_319, 497));
}

#[test]
fn growth_of_casa_24_is_what_the_files_say() {
    let (house, _) = imported();
    let answer = house.ask("growth artist:Casa 24 period:30");
    let data = &answer["data"];
    assert_eq!(
        (&data["as_of"], &data["generated_at"], &data["sample"]),
        (&json!("2025-09-30"), &json!("2025-09-30"), &json!(false))
    );
    let followers = figure(&data["figures"], "Casa 24", "spotify", "followers");
    assert_eq!((&followers["current"], &followers["current_date"]), (&json!(357), &json!("2025-09-30")));
    assert_eq!((&followers["baseline"], &followers["baseline_date"]), (&json!(516), &json!("2025-08-31")));
    assert_eq!(followers["change"], -159);
    let pct = followers["change_pct"].as_f64().expect("a percentage");
    assert!((pct - -30.8).abs() < 0.05, "{pct}");
    let fell = json!({ "date": "2025-09-22", "flag": "level_change" });
    assert!(followers["flags"].as_array().is_some_and(|flags| flags.contains(&fell)), "{followers}");
    assert!(
        answer["message"].to_string().contains("Sep 22, 2025"),
        "the message says when the level changed"
    );
    let listeners = figure(&data["figures"], "Casa 24", "spotify", "monthly_listeners");
    assert_eq!(
        (&listeners["current"], &listeners["baseline"], &listeners["change"]),
        (&json!(1400), &json!(556), &json!(844))
    );
    let views = figure(&data["figures"], "Casa 24", "youtube", "total_views");
    assert_eq!((&views["current"], &views["current_date"]), (&json!(29264), &json!("2025-09-30")));
    let [now, before] = ["2025-09-30", "2025-08-31"].map(total_views_in_file);
    assert_eq!((&views["baseline"], &views["change"]), (&json!(before), &json!(now - before)));
}

/// Views of Casa 24's channel as the file of a day has them.
fn total_views_in_file(day: &str) -> i64 {
    let file = history().join(format!("historical/{day}.json"));
    let document: Value = serde_json::from_slice(&std::fs::read(file).expect("the file")).expect("JSON");
    let mut artists = document["artists"].as_array().expect("artists").iter();
    let artist = artists.find(|artist| artist["name"] == "Casa 24").expect("Casa 24");
    artist["youtube"]["total_views"].as_i64().expect("views")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_growth_figure_follows_from_the_accepted_values() {
    let (house, _) = imported();
    let _up = house.up();
    let (accepted, counting) = (accepted(&house, false).await, accepted(&house, true).await);
    for period_days in [7, 14, 30] {
        let figures = house.ask(&format!("growth period:{period_days}"))["data"]["figures"].clone();
        let mut told = BTreeSet::new();
        for figure in figures.as_array().expect("figures") {
            let key = key(figure);
            let Some(values) = accepted.get(&key) else {
                assert!(
                    figure["current"].is_null()
                        && figure["change"].is_null()
                        && figure["missing"]["reason"].is_string(),
                    "{figure}"
                );
                continue;
            };
            let (current_date, current) =
                values.last_key_value().map(|(date, it)| (*date, *it)).expect("a value");
            let counting = &counting[&key];
            let baseline =
                counting.contains_key(&current_date).then(|| growth(counting, period_days)).flatten();
            assert_eq!(
                (day(&figure["current_date"]), figure["current"].as_f64()),
                (Some(current_date), Some(current)),
                "{figure}"
            );
            assert_eq!(day(&figure["baseline_date"]).zip(figure["baseline"].as_f64()), baseline, "{figure}");
            let change = baseline.map(|(_, before)| current - before);
            assert_eq!(figure["change"].as_f64(), change, "{figure}");
            let pct = baseline
                .filter(|(_, before)| *before != 0.0)
                .map(|(_, before)| (current - before) / before * 100.0);
            assert_eq!(figure["change_pct"].as_f64(), pct, "{figure}");
            told.insert(key);
        }
        assert!(told.iter().eq(accepted.keys()), "every series is in the answer");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accepted_values_stand_in_the_files() {
    let (house, _) = imported();
    let _up = house.up();
    let mut num_values = 0;
    for ((artist, platform, metric), values) in accepted(&house, false).await {
        for (date, value) in values {
            let file = history().join(format!("historical/{}.json", casa24_schemas::Observed::day(date)));
            let document: Value =
                serde_json::from_slice(&std::fs::read(&file).expect("the file")).expect("JSON");
            let raw = if platform == "discord" {
                &document["discord"][&metric]
            } else {
                let artists = document["artists"].as_array().expect("artists");
                &artists.iter().find(|it| it["name"] == artist.as_str()).expect("the artist")[&platform]
                    [&metric]
            };
            let number = raw.as_f64().or_else(|| raw.as_str()?.replace(',', "").parse().ok());
            assert_eq!(number, Some(value), "{artist}, {platform} {metric} of {}", file.display());
            num_values += 1;
        }
    }
    assert!(num_values > 5_000, "{num_values}");
}

#[test]
fn what_was_never_measured_is_missing_and_not_zero() {
    let (house, _) = imported();
    let figures = house.ask("growth period:30")["data"]["figures"].clone();
    let mut zacko = figures
        .as_array()
        .expect("figures")
        .iter()
        .filter(|it| it["artist"] == "ZACKO" && it["platform"] == "youtube")
        .peekable();
    assert!(zacko.peek().is_some(), "ZACKO's YouTube is in the answer");
    for figure in zacko {
        assert_eq!(
            (&figure["current"], &figure["baseline"], &figure["change"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        assert_eq!(figure["missing"], json!({ "reason": "no_account" }));
    }
    // Not carried forward: Instagram of bo.wlie ends there.
    assert_eq!(figure(&figures, "bo.wlie", "instagram", "followers")["current_date"], "2025-09-08");
    let card = house.text(&["ask", "artist name:ZACKO"]);
    assert!(card.contains("no YouTube account"), "{card}");
}

#[test]
fn no_forecast_is_below_zero_and_its_intervals_are_nested() {
    let (house, _) = imported();
    let _up = house.up();
    let mut num_forecasts = 0;
    for days in [7, 30, 90] {
        for forecast in
            house.ask(&format!("predict days:{days}"))["data"]["forecasts"].as_array().expect("forecasts")
        {
            let [lower_95, lower_80, predicted, upper_80, upper_95] =
                ["lower_95", "lower_80", "predicted", "upper_80", "upper_95"]
                    .map(|name| forecast[name].as_f64());
            let Some(predicted) = predicted else {
                assert!(
                    forecast["missing"]["reason"].is_string() && lower_80.is_none() && upper_95.is_none(),
                    "{forecast}"
                );
                continue;
            };
            let ends =
                [lower_95, lower_80, Some(predicted), upper_80, upper_95].map(|end| end.expect("an end"));
            assert!(ends.is_sorted() && ends[0] >= 0.0, "{forecast}");
            num_forecasts += 1;
        }
    }
    assert!(num_forecasts > 60, "{num_forecasts}");
}
