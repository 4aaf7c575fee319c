//! Values that do not count, asked for by every command: the same day, value and reason in each.

use casa24_schemas::{Day, Flag, Metric, Observed, Platform};
use serde_json::{Value as Json, json};

use super::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

fn day(back: i64) -> String {
    Day(Observed::parse(TODAY).unwrap().date() - time::Duration::days(back)).to_string()
}

/// Eighty days of one artist who is measured to the end, of two whose last 3 and 35 days are copies, and of one with
/// zeros only, the last of them a copy; and one of whom there are copies only.
fn label() -> Fixture {
    let mut label = Fixture::default();
    for back in (0..80_i64).rev() {
        let rising = |start: f64, num_copies: i64| {
            start - (7 * back.max(num_copies) + back.max(num_copies) % 5) as f64
        };
        let copied = |num_copies: i64| if back < num_copies { &[Flag::CopiedForward][..] } else { &[] };
        label.put("Live", LISTENERS, &day(back), rising(6_200.0, 0), &[]);
        label.put("Three", LISTENERS, &day(back), rising(4_331.0, 3), copied(3));
        label.put("Long", LISTENERS, &day(back), rising(7_945.0, 35), copied(35));
        let flags = if back == 0 {
            &[Flag::UnconfirmedZero, Flag::CopiedForward][..]
        } else {
            &[Flag::UnconfirmedZero]
        };
        label.put("Zero", LISTENERS, &day(back), 0.0, flags);
        label.put("Copies", LISTENERS, &day(back), 90.0, &[Flag::CopiedForward]);
    }
    label
}

fn find(list: &Json, is: impl Fn(&Json) -> bool) -> &Json {
    list.as_array().unwrap().iter().find(|it| is(it)).unwrap_or(&Json::Null)
}

fn of_metric<'j>(list: &'j Json, metric: &str) -> &'j Json {
    find(list, |it| it["metric"] == metric)
}

/// What a command says of an artist's listeners: value, day, and why something is missing.
fn said(label: &mut Fixture, line: &str, pick: impl Fn(&Json) -> Json, names: [&str; 3]) -> [Json; 3] {
    let picked = pick(&label.data(line));
    names.map(|name| picked[name].clone())
}

#[test]
fn every_command_shows_the_newest_value_that_counts_and_says_what_came_after() {
    let (three, long) = ("2025-09-27", "2025-08-26");
    let current = ["current", "current_date", "missing"];
    let value = ["value", "date", "missing"];
    let too_old = json!({ "reason": "too_old", "of": long });
    let zero = json!({ "reason": "unconfirmed_zero" });
    let copied = json!({ "reason": "current_copied" });
    let nothing = json!(null);
    let mut label = label();
    let listeners = "monthly_listeners";
    // Where it stands, and where a total or a forecast may use it.
    let cases = [
        ("Three", json!(4_307), three, &nothing, &copied),
        ("Long", json!(7_700), long, &too_old, &too_old),
        ("Zero", json!(0), TODAY, &zero, &zero),
        ("Copies", json!(90), TODAY, &copied, &copied),
    ];
    for (artist, number, date, standing, growing) in cases {
        let expected = |why: &Json| [number.clone(), json!(date), why.clone()];
        let figures = |data: &Json| of_metric(&data["figures"], listeners).clone();
        for line in [format!("artist name:{artist}"), format!("growth artist:{artist} period:7")] {
            assert_eq!(said(&mut label, &line, figures, current), expected(growing), "{line}");
        }
        let line = format!("predict artist:{artist}");
        let forecast = |data: &Json| of_metric(&data["forecasts"], listeners).clone();
        assert_eq!(said(&mut label, &line, forecast, current), expected(standing), "{line}");
        let line = format!("battle artist1:Live artist2:{artist}");
        let side = |data: &Json| of_metric(&data["comparisons"], listeners)["artist2"].clone();
        assert_eq!(said(&mut label, &line, side, value), expected(standing), "{line}");
        let is_it = |it: &Json| it["artist"] == artist;
        let total = |data: &Json| of_metric(&data["totals"], listeners)["left_out"].clone();
        let left_out = |data: &Json| find(&total(data), is_it).clone();
        assert_eq!(said(&mut label, "growth", left_out, value), expected(growing), "growth: {artist}");
        let stands = *standing == nothing;
        let in_stats =
            |data: &Json| if stands { find(&data["top_artists"], is_it).clone() } else { left_out(data) };
        assert_eq!(said(&mut label, "stats", in_stats, value), expected(standing), "stats: {artist}");
        let list = if stands { "rows" } else { "unranked" };
        let place = |data: &Json| find(&data[list], is_it).clone();
        assert_eq!(
            said(&mut label, "leaderboard", place, value),
            expected(standing),
            "leaderboard: {artist}"
        );
        let record =
            of_metric(&label.data(&format!("accuracy artist:{artist}"))["records"], listeners).clone();
        assert_eq!(&record["missing"], standing, "accuracy: {artist}");
    }
}

#[test]
fn a_forecast_counts_its_days_from_the_value_that_it_shows_and_names_the_copies_after_it() {
    let mut label = label();
    let data = label.data("predict artist:Three days:9 metric:spotify-listeners goal:4300");
    let forecast = &data["forecasts"][0];
    assert_eq!((&forecast["current"], &forecast["current_date"]), (&json!(4_307), &json!("2025-09-27")));
    assert!(forecast["predicted"].is_number(), "{forecast}");
    let copy = json!({ "date": TODAY, "flag": "copied_forward" });
    assert!(forecast["flags"].as_array().unwrap().contains(&copy), "{forecast}");
    assert_eq!(forecast["goal"]["reached_since"], "2025-09-27");
    // Seven days after that one are past a week later, and the eighth is not.
    label.put_all("Live", LISTENERS, &[("2025-10-04", 6_240.0)]);
    let listeners = |label: &mut Fixture, days: u32| {
        let data = label.data_as_of(&format!("predict artist:Three days:{days}"), "2025-10-04");
        of_metric(&data["forecasts"], "monthly_listeners")["missing"].clone()
    };
    assert_eq!(listeners(&mut label, 7), json!({ "reason": "already_past", "on": "2025-10-04" }));
    assert_eq!(listeners(&mut label, 8), json!(null));
}

#[test]
fn a_ranking_and_a_battle_are_led_by_what_was_measured() {
    let mut label = label();
    let data = label.data("leaderboard");
    let row = find(&data["rows"], |row| row["artist"] == "Three");
    assert_eq!((&row["value_before"], &row["change"]), (&json!(null), &json!(null)));
    assert_eq!(row["flags"], json!([{ "date": TODAY, "flag": "copied_forward" }]));
    let battle = |label: &mut Fixture, artist: &str| {
        let data = label.data(&format!("battle artist1:Live artist2:{artist}"));
        of_metric(&data["comparisons"], "monthly_listeners")["not_compared"].clone()
    };
    assert_eq!(battle(&mut label, "Three"), json!(null));
    assert_eq!(battle(&mut label, "Long"), "too_old");
    assert_eq!(battle(&mut label, "Zero"), "unconfirmed_zero");
    assert_eq!(battle(&mut label, "Copies"), "missing");
}

#[test]
fn stats_and_growth_count_the_same_artists() {
    let mut label = label();
    let views = (Platform::YOUTUBE, Metric::VIDEO_COUNT);
    label.put_all("Live", views, &[(&day(30), 70.0), (TODAY, 75.0)]);
    label.put_all("Live", SUBSCRIBERS, &[(&day(30), 7.0), (TODAY, 8.0)]);
    label.account("Three", Platform::YOUTUBE, None);
    label.account("Zero", Platform::YOUTUBE, Some("id"));
    let (stats, growth) = (label.data("stats")["totals"].clone(), label.data("growth")["totals"].clone());
    let counts = |totals: &Json| {
        let of = |total: &Json| {
            let left_out = total["left_out"].as_array().unwrap().len() as u64;
            let (added, eligible) = (&total["num_artists_added"], &total["num_artists_eligible"]);
            assert_eq!(added.as_u64().unwrap() + left_out, eligible.as_u64().unwrap(), "{total}");
            (total["metric"].to_string(), total["platform"].to_string(), eligible.clone())
        };
        totals.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(counts(&stats), counts(&growth));
    let eligible = |metric: &str| of_metric(&stats, metric)["num_artists_eligible"].clone();
    assert_eq!((eligible("monthly_listeners"), eligible("subscribers")), (json!(5), json!(4)));
    let left_out = &of_metric(&stats, "subscribers")["left_out"];
    let zero = find(left_out, |it| it["artist"] == "Zero");
    assert_eq!(
        *zero,
        json!({ "artist": "Zero", "missing": { "reason": "no_figures" }, "value": null, "date": null })
    );
}

#[test]
fn a_total_names_who_is_paused_and_says_why_nobody_is_in_it() {
    let mut label = label();
    let total =
        |label: &mut Fixture, metric: &str| of_metric(&label.data("predict")["totals"], metric).clone();
    for back in 8..60 {
        label.put("Paused", LISTENERS, &day(back), 300.0, &[]);
    }
    let listeners = total(&mut label, "monthly_listeners");
    assert_eq!(listeners["left_out_paused"], json!([{ "artist": "Paused", "date": day(8) }]));
    assert_eq!((&listeners["num_artists_added"], &listeners["current_date"]), (&json!(2), &json!(TODAY)));
    assert!(listeners["predicted"].is_number());
    label.put_all("Paused", SUBSCRIBERS, &[(&day(40), 6.0)]);
    let subscribers = total(&mut label, "subscribers");
    assert_eq!(
        (&subscribers["num_artists_added"], &subscribers["missing"]),
        (&json!(0), &json!({ "reason": "too_old", "of": null }))
    );
    label.put_all("Paused", FOLLOWERS, &[(&day(40), 6.0)]);
    label.put_all("Live", FOLLOWERS, &[(&day(2), 6.0), (&day(1), 6.0), (TODAY, 7.0)]);
    let followers = total(&mut label, "followers");
    assert_eq!(followers["missing"], json!({ "reason": "too_few_values", "have": 3, "need": 14 }));
}
