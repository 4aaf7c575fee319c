//! Every kind of finding, pace, milestone, goal and achievement is redone by hand from what its explanation lists.

use std::collections::BTreeSet;

use casa24_schemas::{Artist, Content, Date, Day, Flag, Metric, Observed, Platform, Track, Video};
use serde_json::Value as Json;

use super::by_hand::{ByHand, Stored};
use super::tests::explained;
use super::*;
use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

const STREAMS: (Platform, Metric) = (Platform::SPOTIFY, Metric::DAILY_STREAMS);
const VIEWS: (Platform, Metric) = (Platform::YOUTUBE, Metric::TOTAL_VIEWS);

#[derive(Default)]
struct Label {
    fixture: Fixture,
    stored: Stored,
}

fn today() -> Date {
    Observed::parse(TODAY).unwrap().date()
}

impl Label {
    /// Puts a value so many days before today.
    fn put(&mut self, artist: &str, series: &(Platform, Metric), back: i64, value: f64, flags: &[Flag]) {
        let date = today() - time::Duration::days(back);
        self.fixture.put(artist, series.clone(), &Observed::day(date).to_string(), value, flags);
        let key = (artist.to_owned(), series.0.clone(), series.1.clone(), None);
        self.stored.put(key, date, value, flags);
    }

    /// Puts a value of each day, by what changed on it.
    fn grow(
        &mut self,
        artist: &str,
        series: &(Platform, Metric),
        num_days: i64,
        change: impl Fn(i64) -> f64,
    ) {
        let mut value = 20_000.0;
        for back in (0..num_days).rev() {
            value += change(back);
            self.put(artist, series, back, value, &[]);
        }
    }

    /// The answer and its explanation, each number redone; everything must be explained but what was taken back.
    fn redone(&mut self, line: &str) -> (Json, Explanation) {
        let (answer, explanation) = explained(&mut self.fixture, line).unwrap();
        ByHand { answer: &answer, explanation: &explanation, stored: &self.stored }.redo();
        // What comes series after series takes findings back.
        let is_open = |of: &&Unexplained| of.reason != UnexplainedReason::TakenBack;
        let open: Vec<&Unexplained> = explanation.unexplained.iter().filter(is_open).collect();
        assert!(open.is_empty(), "{line}: {open:?}");
        (answer, explanation)
    }
}

/// From 0 to 10, differently each day.
fn wave(back: i64) -> f64 {
    (back * 37 % 11) as f64
}

fn figure<'e>(explanation: &'e Explanation, place: &str) -> &'e Explained {
    let found = explanation.figures.iter().find(|explained| explained.figure == place);
    found.unwrap_or_else(|| panic!("{place} is not explained"))
}

fn kinds(answer: &Json, list: &str) -> BTreeSet<String> {
    let found = answer[list].as_array().unwrap().iter();
    found.map(|noted| noted["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn both_paces_are_redone_from_the_weeks_that_they_come_from() {
    let mut label = Label::default();
    label.grow("Luz", &FOLLOWERS, 150, |back| wave(back) + if back < 14 { 20.0 } else { 0.0 });
    label.grow("Luz", &LISTENERS, 150, |back| wave(back) - 8.0 + if back == 40 { 3_000.0 } else { 0.0 });
    label.grow("Luz", &SUBSCRIBERS, 60, wave);
    for back in (0..150).rev().filter(|back| back % 10 != 3) {
        label.put("Luz", &STREAMS, back, 500.0 + 10.0 * wave(back), &[]);
    }
    let (answer, explanation) = label.redone("momentum");
    let place = |metric: &str| {
        let figures = answer["figures"].as_array().unwrap();
        let found = figures.iter().position(|figure| figure["metric"] == metric).unwrap();
        format!("/figures/{found}/pace")
    };
    let followers = place("followers");
    let per_day = figure(&explanation, &format!("{followers}/per_day"));
    assert_eq!((per_day.formula, per_day.inputs.len()), (Formula::DifferenceQuotient, 3));
    let days: Vec<String> = explanation.observed.iter().map(|it| it.observed_at.to_string()).collect();
    assert_eq!(days[..2], [TODAY, "2025-09-16"]);
    let before = figure(&explanation, &format!("{followers}/per_day_before"));
    let [Input::Weeks { index, .. }] = before.inputs[..] else { panic!("{before:?}") };
    let weeks = &explanation.series[index as usize].weeks;
    assert_eq!((weeks.len(), weeks[0].until.to_string().as_str()), (12, "2025-09-16"));
    // The huge day counts as three spreads, and that is said.
    let listeners = figure(&explanation, &format!("{}/per_day_before", place("monthly_listeners")));
    let [Input::Weeks { index, .. }] = listeners.inputs[..] else { panic!("{listeners:?}") };
    let weeks = explanation.series[index as usize].weeks.iter();
    let otherwise: Vec<&CountedOtherwise> = weeks.flat_map(|week| &week.otherwise).collect();
    assert!(otherwise.iter().any(|of| of.per_day.get() > 2_900.0 && of.counted.get() < 500.0));
    let streams = figure(&explanation, &format!("{}/per_day", place("daily_streams")));
    assert_eq!(streams.formula, Formula::Pace);
    label.redone("momentum artist:luz period:7");
    label.redone("momentum artist:luz period:30");
    let (_, explanation) = label.redone("leaderboard metric:momentum");
    assert_eq!(figure(&explanation, "/rows/0/value").formula, Formula::PercentAWeek);
}

/// A year with something of each kind in it.
fn eventful() -> Label {
    let mut label = Label::default();
    label.grow("Luz", &FOLLOWERS, 360, |back| match back {
        200 => 900.0,
        120 => -700.0,
        0..20 => wave(back) - 35.0,
        _ => wave(back),
    });
    label.grow("Luz", &LISTENERS, 300, |back| match back {
        // In and out of a sliding window of 28 days.
        100 => 2_000.0,
        72 => -1_900.0,
        0..45 => wave(back) + 35.0,
        _ => wave(back) - 5.0,
    });
    let mut subscribers = 400.0;
    for back in (0..330).rev() {
        subscribers += if back % 2 == 0 { 1.0 } else { -1.0 } + if back < 10 { 3.0 } else { 0.0 };
        let (value, flags) = match back {
            0..150 => (3_000.0 + subscribers, if back == 149 { &[Flag::LevelChange][..] } else { &[] }),
            _ => (subscribers, &[][..]),
        };
        label.put("Luz", &SUBSCRIBERS, back, value, flags);
    }
    label
}

#[test]
fn findings_of_every_kind_about_one_figure_are_redone() {
    let mut label = eventful();
    let (answer, explanation) = label.redone("trends period:365");
    let kinds = kinds(&answer, "findings");
    for kind in ["spike", "drop", "level_change", "turn", "accelerating", "streak", "record", "milestone"] {
        assert!(kinds.contains(kind), "{kind} is not among {kinds:?}");
    }
    let methods: Vec<&str> = explanation.methods.iter().map(|method| method.name.as_str()).collect();
    assert!(methods.contains(&"peaks_over_threshold") && methods.contains(&"weekly_paces"));
    let of_spike = explanation.methods.iter().find(|method| method.kind.as_str() == "spike").unwrap();
    assert!(of_spike.sources.iter().any(|source| source.contains("Siffer")), "{of_spike:?}");
    assert!(of_spike.parameters.contains_key("by_chance"));
    // Long series are named, not listed.
    assert!(explanation.series.iter().any(|series| series.num_used > 200));
    assert!(explanation.observed.len() < 5 * answer["findings"].as_array().unwrap().len());
}

#[test]
fn what_is_viral_and_has_cooled_is_redone_with_its_parts() {
    let mut label = Label::default();
    let leap = |back: i64| if back == 40 { 900.0 } else { 0.0 };
    label.grow("Luz", &FOLLOWERS, 150, |back| wave(back) + leap(back));
    label.grow("Luz", &LISTENERS, 150, |back| wave(back) - 4.0 + leap(back));
    label.grow("Luz", &SUBSCRIBERS, 150, |back| wave(back) + if back == 12 { 800.0 } else { 0.0 });
    let (answer, explanation) = label.redone("viral timeframe:all");
    let lists = ["viral", "cooled", "alone"].map(|list| answer[list].as_array().unwrap().len());
    assert!(lists.iter().all(|num| *num > 0), "{lists:?}");
    let by_chance = figure(&explanation, "/viral/0/by_chance");
    assert_eq!(by_chance.formula, Formula::Scaled);
    assert!(explanation.steps.iter().any(|step| step.formula == Formula::SecondSmallest));
    assert_eq!(figure(&explanation, "/cooled/0/facts/parts/0/per_day").formula, Formula::Pace);
}

#[test]
fn a_video_that_takes_off_alone_is_redone_from_the_contents_of_its_days() {
    let mut label = Label::default();
    let mut views = 10_000;
    for back in (0..120_i64).rev() {
        views += 30 + wave(back) as u64 + if back == 3 { 40_000 } else { 0 };
        let date = today() - time::Duration::days(back);
        let video = Video { id: "v".into(), title: "Song".into(), views: Some(views), published_at: None };
        let tracks: Vec<Track> = Vec::new();
        let content = Content { videos: vec![video], tracks, ..Content::default() };
        let day = Observed::day(date).to_string();
        label.fixture.insert(Artist::new("Luz").unwrap(), Platform::YOUTUBE, &day, [].into(), Some(content));
        let key = ("Luz".to_owned(), VIEWS.0, VIEWS.1, Some("Song".to_owned()));
        label.stored.put(key, date, views as f64, &[]);
        label.put("Luz", &FOLLOWERS, back, 20_000.0 - 5.0 * back as f64 + wave(back), &[]);
    }
    let (answer, explanation) = label.redone("viral timeframe:all");
    assert_eq!(answer["viral"][0]["facts"]["parts"][0]["item"], "Song");
    assert!(explanation.steps.iter().any(|step| step.formula == Formula::AnyOf));
    assert!(explanation.observed.iter().any(|value| value.item.as_deref() == Some("Song")));
    let (_, explanation) = label.redone("achievements artist:luz category:viral");
    assert!(explanation.days.iter().any(|day| day.at_least.get() == 10_000.0));
}

#[test]
fn milestones_have_the_values_around_their_day_and_those_ahead_the_forecast() {
    let mut label = Label::default();
    for back in (0..100).rev() {
        label.put("Luz", &FOLLOWERS, back, 950.0 - 5.0 * back as f64, &[]);
        label.put("Mar", &FOLLOWERS, back, 700.0 - back as f64, &[]);
    }
    label.put("Mar", &FOLLOWERS, 150, 1_100.0, &[]);
    label.fixture.goal("Luz", FOLLOWERS, 600.0, "2025-07-01", Some("2025-08-01"), None);
    label.fixture.goal("Luz", FOLLOWERS, 980.0, "2025-07-01", Some("2025-12-01"), None);
    label.fixture.goal("Mar", FOLLOWERS, 650.0, "2025-09-30", None, None);
    let (answer, explanation) = label.redone("milestones");
    let reached = explanation.days.iter().find(|day| day.at_least.get() == 500.0).unwrap();
    let before = reached.before.as_ref().unwrap();
    assert_eq!((reached.reached.value.get(), before.value.get()), (500.0, 495.0));
    assert_eq!(reached.day.to_string(), "2025-07-02");
    let goals = answer["goals"].as_array().unwrap();
    let of = |value: i64| goals.iter().position(|goal| goal["value"] == value).unwrap();
    let place = format!("/goals/{}/value", of(980));
    assert!(matches!(figure(&explanation, &place).inputs[..], [Input::Goal { .. }]));
    let day = |place: String| explanation.days.iter().find(|day| day.figure == place);
    for (value, field) in [(600, "reached_on"), (600, "when/reached_since"), (980, "when/expected")] {
        assert!(day(format!("/goals/{}/{field}", of(value))).is_some(), "{value} {field}");
    }
    let expected = day("/upcoming/0/next/expected".to_owned()).unwrap();
    let what = |computed: &Computed| match computed.inputs[..] {
        [Input::Forecast { what, .. }] => Some(what),
        _ => None,
    };
    assert_eq!(what(&expected.reached), Some(OfForecast::Predicted));
    assert_eq!(expected.at_least.get(), 1_000.0);
    let earliest = day("/upcoming/0/next/earliest".to_owned()).unwrap();
    assert_eq!(what(&earliest.reached), Some(OfForecast::Upper80));
    assert_eq!(explanation.goals.len(), 3);
    let forecasts = &explanation.forecasts;
    assert!(!forecasts.is_empty() && forecasts.iter().all(|forecast| forecast.current.get() > 600.0));
    let (answer, explanation) = label.redone("chart artists:luz metric:spotify-followers period:90");
    let milestones = answer["series"][0]["milestones"].as_array().unwrap();
    assert!(!milestones.is_empty() && explanation.days.len() == milestones.len(), "{milestones:?}");
}

#[test]
fn predictions_lead_to_their_forecast_and_to_what_its_model_learnt_from() {
    let mut label = Label::default();
    for back in (0..100).rev() {
        label.put("Luz", &FOLLOWERS, back, 950.0 - 5.0 * back as f64, &[]);
        label.put("Mar", &FOLLOWERS, back, 700.0 + 40.0 * wave(back), &[]);
    }
    let (answer, explanation) = label.redone("predict artist:luz days:7 goal:1000 metric:spotify-followers");
    let said = &answer["forecasts"][0];
    let upper = figure(&explanation, "/forecasts/0/upper_95");
    let [Input::Forecast { index, day, what: OfForecast::Upper95, value }] = upper.inputs[..] else {
        panic!("{upper:?}")
    };
    assert_eq!((day.to_string().as_str(), said["upper_95"].as_f64()), ("2025-10-07", Some(value.get())));
    let forecast = &explanation.forecasts[index as usize];
    assert_eq!(forecast.model, said["model"].as_str().unwrap());
    let learnt_from = &explanation.series[forecast.series[0] as usize];
    assert_eq!((learnt_from.num_used, learnt_from.last.to_string().as_str()), (100, "2025-09-30"));
    assert!(explanation.days.iter().any(|day| day.figure == "/forecasts/0/goal/expected"));
    assert_eq!(figure(&explanation, "/forecasts/0/current").value.get(), 950.0);
    // A model that is not shown for its record is explained with it.
    let mut state = 7_u32;
    let mut value = 5_000.0;
    for back in (0..150).rev() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        value += f64::from(state >> 16) / 655.36 - 50.0;
        label.put("Sol", &FOLLOWERS, back, value.floor(), &[]);
    }
    let (answer, explanation) = label.redone("predict artist:sol metric:spotify-followers");
    assert!(answer["forecasts"][0]["instead_of"].is_object(), "{}", answer["forecasts"][0]);
    figure(&explanation, "/forecasts/0/instead_of/median_abs_error");
    assert!(figure(&explanation, "/forecasts/0/num_checked").value.get() > 0.0);
    let (answer, explanation) = label.redone("accuracy artist:sol");
    assert_eq!(answer["records"][0]["instead_of"]["model"], "ensemble");
    let of = |place: &str| {
        let [Input::Forecast { index, what, .. }] = figure(&explanation, place).inputs[..] else {
            panic!("{place} comes from no forecast")
        };
        (what, explanation.forecasts[index as usize].model.as_str())
    };
    let shown = answer["records"][0]["model"].as_str().unwrap();
    assert_eq!(of("/records/0/num_in_80"), (OfForecast::NumIn80, shown));
    assert_eq!(of("/records/0/instead_of/num_checked"), (OfForecast::NumChecked, "ensemble"));
    assert_ne!(shown, "ensemble");
    let (_, explanation) = label.redone("chart artists:luz metric:spotify-followers");
    assert!(matches!(figure(&explanation, "/series/0/expected/value").inputs[..], [Input::Forecast { .. }]));
}

#[test]
fn totals_lead_to_the_values_of_each_artist_that_they_add() {
    let mut label = Label::default();
    for back in (0..60).rev() {
        label.put("Luz", &FOLLOWERS, back, 950.0 - 5.0 * back as f64, &[]);
        // Not observed today, nor on one day more.
        if ![0, 31].contains(&back) {
            label.put("Mar", &FOLLOWERS, back, 700.0 - back as f64, &[]);
        }
    }
    label.put("Sol", &FOLLOWERS, 0, 5.0, &[]);
    let (answer, explanation) = label.redone("predict metric:spotify-followers days:7 goal:1700");
    let total = &answer["totals"][0];
    assert_eq!((&total["num_artists_added"], &total["left_out_young"][0]), (&2.into(), &"Sol".into()));
    let current = figure(&explanation, "/totals/0/current");
    let values = |inputs: &[Input]| inputs.iter().map(|input| input.value().get()).collect::<Vec<_>>();
    assert_eq!((current.formula, values(&current.inputs)), (Formula::Sum, vec![950.0, 699.0]));
    let [Input::Forecast { index, what: OfForecast::Upper80, .. }] =
        figure(&explanation, "/totals/0/upper_80").inputs[..]
    else {
        panic!("{explanation:?}")
    };
    let forecast = &explanation.forecasts[index as usize];
    assert_eq!((&forecast.artist, forecast.current.get()), (&None, 1_649.0));
    let learnt_from = forecast.series.iter().map(|at| &explanation.series[*at as usize]);
    let learnt_from: Vec<_> =
        learnt_from.map(|series| (series.artist.name.as_str(), series.num_used, series.last)).collect();
    let day = |text: &str| Day(Observed::parse(text).unwrap().date());
    assert_eq!(learnt_from, [("Luz", 60, day("2025-09-30")), ("Mar", 58, day("2025-09-29"))]);
    assert!(explanation.days.iter().any(|day| day.figure == "/totals/0/goal/expected"));
    let (_, explanation) = label.redone("predict metric:spotify-followers goal:1500");
    let since = explanation.days.iter().find(|day| day.figure == "/totals/0/goal/reached_since").unwrap();
    assert_eq!((since.reached.formula, since.reached.inputs.len()), (Formula::Sum, 2));
    assert!(since.before.as_ref().is_some_and(|before| before.value.get() < 1_500.0));
    let (_, explanation) = label.redone("chart metric:spotify-followers period:30");
    // The day before the first of the line has no value of Mar.
    assert_eq!(values(&figure(&explanation, "/series/0/first").inputs), [800.0, 670.0]);
    let (_, explanation) = label.redone("weekly");
    assert!(matches!(figure(&explanation, "/expected/0/predicted").inputs[..], [Input::Forecast { .. }]));
    let (_, explanation) = label.redone("chart artists:luz metric:spotify-followers");
    assert!(matches!(figure(&explanation, "/series/0/expected/value").inputs[..], [Input::Forecast { .. }]));
}

#[test]
fn a_number_that_was_there_before_is_redone_from_the_newest_day_with_it() {
    let mut label = Label::default();
    for back in (0..100).rev() {
        label.put("Mar", &FOLLOWERS, back, 700.0 - back as f64, &[]);
    }
    label.put("Mar", &FOLLOWERS, 150, 1_100.0, &[]);
    let (answer, explanation) = label.redone("milestones");
    let day = |place: String| explanation.days.iter().find(|day| day.figure == place);
    let mar = answer["upcoming"].as_array().unwrap().iter().position(|of| of["artist"] == "Mar").unwrap();
    assert!(day(format!("/upcoming/{mar}/reached_before")).is_some());
}

#[test]
fn achievements_are_redone_from_the_figures_or_findings_that_earned_them() {
    let mut label = eventful();
    label.grow("Mar", &FOLLOWERS, 120, |back| wave(back) + if back == 30 { 900.0 } else { 0.0 });
    label.grow("Mar", &LISTENERS, 120, |back| wave(back) + if back == 30 { 900.0 } else { 0.0 });
    label.fixture.put_members("2025-09-01", 90.0);
    label.fixture.put_members(TODAY, 120.0);
    for (day, members) in [("2025-09-01", 90.0), (TODAY, 120.0)] {
        let key = ("The Server".to_owned(), Platform::DISCORD, Metric::MEMBER_COUNT, None);
        label.stored.put(key, Observed::parse(day).unwrap().date(), members, &[]);
    }
    let (_, explanation) = label.redone("achievements");
    let formulas: BTreeSet<String> =
        explanation.days.iter().map(|day| format!("{:?}", day.reached.formula)).collect();
    for formula in ["Sum", "Count", "DaysInclusive", "Greatest", "Observed"] {
        assert!(formulas.contains(formula), "{formula} is not among {formulas:?}");
    }
    for line in ["achievements artist:luz", "achievements artist:mar", "achievements category:collective"] {
        let (answer, explanation) = label.redone(line);
        let list =
            answer["of_artists"].as_array().unwrap().iter().chain(answer["of_label"].as_array().unwrap());
        let num = |field: &str| list.clone().filter(|of| !of[field].is_null()).count();
        assert_eq!(
            (explanation.days.len(), explanation.figures.len()),
            (num("earned"), num("have")),
            "{line}"
        );
    }
    assert!(!explanation.findings.is_empty());
}

#[test]
fn a_year_a_week_and_a_spotlight_are_redone() {
    let mut label = eventful();
    label.grow("Mar", &FOLLOWERS, 120, |back| wave(back) + if back == 2 { 900.0 } else { 0.0 });
    for line in
        ["recap", "recap artist:luz", "weekly", "weekly week_offset:1", "spotlight", "spotlight artist:luz"]
    {
        let (answer, explanation) = label.redone(line);
        assert!(!explanation.figures.is_empty(), "{line}");
        let findings = answer["findings"].as_array().unwrap();
        for (index, _) in findings.iter().enumerate() {
            let place = format!("/findings/{index}");
            assert!(explanation.methods.iter().any(|method| method.figure == place), "{line} {place}");
        }
    }
    let (_, explanation) = label.redone("recap artist:luz");
    assert_eq!(figure(&explanation, "/figures/0/best_month_change").formula, Formula::SumOfDifferences);
    let (answer, _) = label.redone("spotlight");
    assert_eq!(answer["because"]["rule"], "least_likely");
}

#[test]
fn growth_alone_puts_into_the_spotlight_by_the_reach_at_both_ends() {
    let mut label = Label::default();
    for back in (0..40).rev() {
        label.put("Luz", &FOLLOWERS, back, 57_300.0 - 40.0 * back as f64 + (back * 37 % 5) as f64, &[]);
    }
    let (answer, explanation) = label.redone("spotlight");
    assert_eq!(answer["because"]["rule"], "growth", "{answer}");
    assert_eq!(figure(&explanation, "/because/change_pct").formula, Formula::PercentChange);
}
