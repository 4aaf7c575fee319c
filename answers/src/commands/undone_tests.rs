//! Findings that figures undid which came late, were marked later or were corrected: told by `trends` and `weekly`, from the day
//! on which that became known.

use casa24_schemas::{Day, Flag, Observed};
use serde_json::{Value as Json, json};

use super::fixture::{FOLLOWERS, Fixture, SUBSCRIBERS, TODAY};
use crate::{Query, parse};

fn day(back: i64) -> String {
    Day(Observed::parse(TODAY).unwrap().date() - time::Duration::days(back)).to_string()
}

/// Eleven days of rises, without the sixth: the streak is seven rises long on the 28th.
fn rising() -> Fixture {
    let mut label = Fixture::default();
    for back in (0..=10).rev().filter(|back| *back != 4) {
        label.put("Luz", FOLLOWERS, &day(back), (130 - 3 * back) as f64, &[]);
    }
    label
}

/// Four months of even growth with a huge day a week ago.
fn leaping() -> Fixture {
    let mut label = Fixture::default();
    for back in (0..120_i64).rev() {
        label.put("Luz", FOLLOWERS, &day(back), even(back) + if back <= 7 { 400.0 } else { 0.0 }, &[]);
    }
    label
}

fn even(back: i64) -> f64 {
    50_000.0 - 10.0 * back as f64 + (back * 37 % 5) as f64
}

/// Each finding that was taken back: its kind and day, when, and why.
fn taken_back(answer: &Json) -> Vec<[&str; 4]> {
    let told = answer["corrections"]["taken_back"].as_array().unwrap();
    assert_eq!(answer["corrections"]["num_taken_back"], told.len());
    told.iter()
        .map(|of| ["kind", "date", "taken_back_on", "because"].map(|field| of[field].as_str().unwrap()))
        .collect()
}

fn has_found(answer: &Json, kind: &str, date: &str) -> bool {
    answer["findings"].as_array().unwrap().iter().any(|of| of["kind"] == kind && of["date"] == date)
}

#[test]
fn a_finding_that_a_late_figure_undid_is_told_from_the_day_on_which_the_figure_came() {
    let mut label = rising();
    let before = label.data("trends");
    assert!(has_found(&before, "streak", "2025-09-28"), "{before}");
    assert!(taken_back(&before).is_empty());

    label.put("Luz", FOLLOWERS, "2025-09-26", 90.0, &[Flag::OutOfOrder]);
    let undone = ["streak", "2025-09-28", TODAY, "late"];
    for question in ["trends", "trends artist:luz period:7", "weekly"] {
        let told = label.data(question);
        assert!(taken_back(&told).contains(&undone), "{question}: {told}");
        assert!(!has_found(&told, "streak", "2025-09-28"), "{question}");
    }
    // Nothing was corrected, and the finding is told as it was.
    let corrections = label.data("trends")["corrections"].clone();
    assert_eq!(corrections["num_revised"], 0);
    let streak = corrections["taken_back"].as_array().unwrap().iter().find(|of| of["kind"] == "streak");
    assert_eq!(streak.unwrap()["facts"]["num_rises"], 7);
    // It was not known before, nor is it news of another week or of one kind.
    assert!(taken_back(&label.data_as_of("trends", "2025-09-29")).is_empty());
    assert!(taken_back(&label.data("weekly week_offset:1")).is_empty());
    assert!(taken_back(&label.data("trends kind:streak")).is_empty());
    // Later on it was, as long as the day is one of those that are asked for.
    for (day, followers) in [("2025-10-01", 133.0), ("2025-10-07", 140.0)] {
        label.put("Luz", FOLLOWERS, day, followers, &[]);
    }
    assert!(taken_back(&label.data_as_of("trends period:7", "2025-10-01")).contains(&undone));
    assert!(taken_back(&label.data("trends period:8")).contains(&undone));
    assert!(taken_back(&label.data("trends period:7")).is_empty());
    assert!(taken_back(&label.data("weekly")).is_empty());
    assert!(taken_back(&label.data("weekly week_offset:1")).contains(&undone));
}

#[test]
fn a_finding_that_still_holds_is_not_taken_back() {
    let mut label = rising();
    label.put("Luz", FOLLOWERS, "2025-09-24", 112.0, &[]);
    assert!(taken_back(&label.data("trends")).is_empty(), "it was known");
    // One rise more: the seventh is that of the day before.
    label.put("Luz", FOLLOWERS, "2025-09-26", 118.0, &[Flag::OutOfOrder]);
    let told = label.data("trends");
    assert!(has_found(&told, "streak", "2025-09-27"), "{told}");
    assert!(taken_back(&told).contains(&["streak", "2025-09-28", TODAY, "late"]), "{told}");
    assert!(!taken_back(&told).iter().any(|[_, date, ..]| *date == "2025-09-27"), "{told}");
}

#[test]
fn a_finding_that_a_mark_undid_is_told_from_the_day_of_the_observation_that_told_of_it() {
    let mut label = leaping();
    assert!(has_found(&label.data("trends"), "spike", "2025-09-23"));
    label.mark("Luz", FOLLOWERS, "2025-09-23", (even(7) + 400.0, Flag::CopiedForward), "2025-09-25");
    let told = label.data("trends");
    assert!(taken_back(&told).contains(&["spike", "2025-09-23", "2025-09-25", "marked"]), "{told}");
    assert!(!has_found(&told, "spike", "2025-09-23"));
    let before = label.data_as_of("trends", "2025-09-24");
    assert!(taken_back(&before).is_empty() && has_found(&before, "spike", "2025-09-23"), "{before}");
    assert!(!taken_back(&label.data_as_of("trends", "2025-09-25")).is_empty());
    assert!(taken_back(&label.data("weekly")).is_empty());
    assert!(!taken_back(&label.data("weekly week_offset:1")).is_empty());
}

#[test]
fn a_finding_that_came_with_late_figures_and_went_with_a_mark_is_told() {
    let mut label = Fixture::default();
    let put = |label: &mut Fixture, back: i64| label.put("Luz", FOLLOWERS, &day(back), even(back), &[]);
    (6..120).rev().filter(|back| *back != 10).for_each(|back| put(&mut label, back));
    let leap = even(10) + 4_000.0;
    label.put("Luz", FOLLOWERS, &day(10), leap, &[Flag::OutOfOrder]);
    (0..6).rev().for_each(|back| put(&mut label, back));
    let told = label.data("trends");
    assert!(has_found(&told, "spike", &day(10)) && taken_back(&told).is_empty(), "{told}");
    label.mark("Luz", FOLLOWERS, &day(10), (leap, Flag::CopiedForward), &day(3));
    let told = label.data("trends");
    assert!(taken_back(&told).contains(&["spike", &day(10), &day(3), "marked"]), "{told}");
    let between = label.data_as_of("trends", &day(4));
    assert!(taken_back(&between).is_empty() && has_found(&between, "spike", &day(10)), "{between}");
}

#[test]
fn the_explanation_names_the_values_that_undid_a_finding() {
    let mut label = rising();
    label.put("Luz", FOLLOWERS, "2025-09-26", 90.0, &[Flag::OutOfOrder]);
    label.put("Luz", SUBSCRIBERS, "2025-09-30", 7.0, &[]);
    for line in ["trends", "weekly"] {
        let query = Query::of(&parse("7", line).unwrap()).unwrap();
        let model = label.read_model();
        let as_of = model.as_of(None).unwrap();
        let answer = query.answer(&as_of).unwrap();
        let explanation = query.explain(&as_of, &answer);
        let json = serde_json::to_value(answer).unwrap();
        assert_eq!(explanation.undone.len(), taken_back(&json).len());
        let streak = explanation.undone.iter().find(|of| of.kind.as_str() == "streak").unwrap();
        assert_eq!(json.pointer(&streak.figure).unwrap()["date"], json!(streak.date));
        let values: Vec<(String, f64)> = streak
            .values
            .iter()
            .map(|index| {
                let value = &explanation.observed[*index as usize];
                (value.observed_at.to_string(), value.value.get())
            })
            .collect();
        assert_eq!((&values[..], streak.num_values), (&[("2025-09-26".to_owned(), 90.0)][..], 1), "{line}");
    }
}
