//! A figure that stopped coming, asked for by every command: since when, and what the platform has said since.

use casa24_schemas::{Absence, Day, Observed, RawValue, Reason};
use serde_json::{Value as Json, json};

use super::fixture::{FOLLOWERS, Fixture, LISTENERS, TODAY};

fn day(back: i64) -> String {
    Day(Observed::parse(TODAY).unwrap().date() - time::Duration::days(back)).to_string()
}

/// Gone's listeners came until 40 days ago; then the platform failed for two days, and has refused since.
fn label() -> Fixture {
    let mut label = Fixture::default();
    // Before its last figure, which is no reason any more.
    label.not_given("Gone", LISTENERS, &day(50), Absence::Refused);
    for back in (0..80_i64).rev() {
        label.put("Live", LISTENERS, &day(back), (6_200 - 7 * back) as f64, &[]);
        match back {
            40.. if back != 50 => label.put("Gone", LISTENERS, &day(back), (5_000 - 3 * back) as f64, &[]),
            38..40 => label.not_given("Gone", LISTENERS, &day(back), Absence::Failed),
            0..38 => label.not_given("Gone", LISTENERS, &day(back), Absence::Refused),
            _ => {}
        }
    }
    label
}

fn find<'j>(list: &'j Json, key: &str, value: &str) -> &'j Json {
    list.as_array().unwrap().iter().find(|it| it[key] == value).unwrap_or(&Json::Null)
}

fn listeners(list: &Json) -> &Json {
    find(list, "metric", "monthly_listeners")
}

#[test]
fn every_command_says_since_when_a_figure_has_not_come_and_why() {
    let mut label = label();
    let no_newer = json!({ "why": "refused", "since": day(37) });
    let too_old = json!({ "reason": "too_old", "of": day(40), "no_newer": no_newer });
    let mut missing = |line: &str, pick: fn(&Json) -> &Json| {
        let data = label.data(line);
        assert_eq!(pick(&data)["missing"], too_old, "{line}");
    };
    missing("stats", |data| find(&listeners(&data["totals"])["left_out"], "artist", "Gone"));
    missing("growth", |data| find(&listeners(&data["totals"])["left_out"], "artist", "Gone"));
    missing("leaderboard", |data| find(&data["unranked"], "artist", "Gone"));
    missing("battle artist1:Live artist2:Gone", |data| &listeners(&data["comparisons"])["artist2"]);
    missing("compare artists:Live, Gone metric:spotify-listeners", |data| {
        find(&data["rows"], "artist", "Gone")
    });
    missing("predict artist:Gone", |data| listeners(&data["forecasts"]));
    missing("accuracy artist:Gone", |data| listeners(&data["records"]));
    for line in ["artist name:Gone", "growth artist:Gone period:7"] {
        assert_eq!(listeners(&label.data(line)["figures"])["no_newer"], no_newer, "{line}");
    }
}

#[test]
fn a_day_sees_what_was_said_by_then_and_a_figure_ends_it() {
    let mut label = label();
    let no_newer = |label: &mut Fixture, as_of: &str| {
        listeners(&label.data_as_of("artist name:Gone", as_of)["figures"])["no_newer"].clone()
    };
    assert_eq!(no_newer(&mut label, &day(9)), json!({ "why": "refused", "since": day(37) }));
    // Not too old yet.
    assert_eq!(no_newer(&mut label, &day(10)), json!(null));
    label.not_given("Gone", LISTENERS, &day(5), Absence::Hidden);
    // Two reasons of one day: the one that does not pass by itself.
    assert_eq!(no_newer(&mut label, &day(5)), json!({ "why": "hidden", "since": day(5) }));
    assert_eq!(no_newer(&mut label, TODAY), json!({ "why": "refused", "since": day(37) }));
    label.put("Gone", LISTENERS, &day(1), 4_990.0, &[]);
    assert_eq!(no_newer(&mut label, TODAY), json!(null));
    assert_eq!(no_newer(&mut label, &day(2)), json!({ "why": "refused", "since": day(37) }));
}

#[test]
fn a_figure_that_came_and_was_withheld_ends_what_the_platform_said_before() {
    let mut label = label();
    for back in 0..30 {
        let zero = RawValue::Integer(0);
        label.reject("Gone", LISTENERS, &day(back), zero, Reason::ZeroAfterPositive);
    }
    let no_newer = |label: &mut Fixture, as_of: &str| {
        listeners(&label.data_as_of("artist name:Gone", as_of)["figures"])["no_newer"].clone()
    };
    let withheld = json!({ "why": { "withheld": "zero_after_positive" }, "since": day(29) });
    assert_eq!(no_newer(&mut label, TODAY), withheld);
    let label_before = &mut self::label();
    assert_eq!(no_newer(label_before, TODAY), json!({ "why": "refused", "since": day(37) }));
    // Of a snapshot of which something else was accepted.
    let mut label = Fixture::default();
    label.put("Gone", LISTENERS, &day(40), 5_000.0, &[]);
    let zero = (LISTENERS.1, RawValue::Integer(0), Reason::ZeroAfterPositive);
    label.withhold("Gone", LISTENERS.0, TODAY, zero, (FOLLOWERS.1, 90.0));
    assert_eq!(no_newer(&mut label, TODAY)["why"], json!({ "withheld": "zero_after_positive" }));
}

#[test]
fn a_week_without_a_figure_says_it_too() {
    let mut label = Fixture::default();
    for back in (9..80_i64).rev() {
        label.put("Gone", LISTENERS, &day(back), (5_000 - 3 * back) as f64, &[]);
    }
    label.put("Live", LISTENERS, TODAY, 6_200.0, &[]);
    label.not_given("Gone", LISTENERS, &day(3), Absence::NotFound);
    let data = label.data("weekly");
    let gone = find(&listeners(&data["totals"])["left_out"], "artist", "Gone");
    let no_newer = json!({ "why": "not_found", "since": day(3) });
    assert_eq!(gone["missing"], json!({ "reason": "not_in_days", "of": day(9), "no_newer": no_newer }));
}
