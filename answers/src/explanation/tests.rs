//! Whatever a label's figures are, those that are explained can be computed again from the observed values.

use std::collections::{BTreeMap, BTreeSet};

use casa24_schemas::{Flag, Metric, Observed, Platform, RawValue, Reason};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};
use crate::{Query, parse};

const VIEWS: (Platform, Metric) = (Platform::YOUTUBE, Metric::TOTAL_VIEWS);
const STREAMS: (Platform, Metric) = (Platform::SPOTIFY, Metric::DAILY_STREAMS);
const ARTISTS: [&str; 4] = ["Luz", "Mar", "Sol", "bo.wlie"];

/// Every question whose figures are explained.
const QUESTIONS: [&str; 31] = [
    "stats",
    "artist name:luz",
    "growth",
    "growth period:7",
    "growth artist:mar period:60",
    "leaderboard",
    "leaderboard metric:total-reach",
    "leaderboard metric:engagement",
    "leaderboard metric:momentum",
    "compare artists:luz,mar,sol",
    "compare artists:luz,mar metric:youtube-subs period:7",
    "weekly",
    "chart artists:luz,sol",
    "chart",
    "weekly week_offset:1",
    "battle artist1:luz artist2:mar",
    "momentum",
    "momentum artist:luz period:7",
    "trends period:90",
    "viral timeframe:all",
    "milestones type:achieved",
    "milestones artist:luz",
    "achievements",
    "achievements artist:mar",
    "spotlight",
    "recap",
    "predict artist:luz days:7",
    "predict artist:mar models:all metric:spotify-followers",
    "predict metric:spotify-listeners goal:1200",
    "accuracy",
    "accuracy artist:luz days:7 model:linear",
];

/// Names of fields that hold figures, not ranks or counts.
const FIGURES: [&str; 35] = [
    "current",
    "baseline",
    "change",
    "change_pct",
    "value",
    "value_before",
    "per_day",
    "now",
    "before",
    "first",
    "last",
    "per_day_before",
    "lower",
    "upper",
    "likelihood",
    "usual",
    "by_chance",
    "num_rises",
    "former",
    "threshold",
    "have",
    "start",
    "end",
    "best_month_change",
    "predicted",
    "lower_80",
    "upper_80",
    "lower_95",
    "upper_95",
    "median_abs_pct_error",
    "median_abs_error",
    "naive_median_abs_error",
    "num_checked",
    "num_in_80",
    "num_in_95",
];

/// A value of a day: how much it differs from what a straight line gives, whether it is there, and its flag.
type OfDay = (f64, u8);

/// What is stored: each value by its artist, series and moment.
type Stored = BTreeMap<(String, Platform, Metric, Observed), f64>;

fn label(days: &[Vec<OfDay>]) -> (Fixture, Stored) {
    let mut label = Fixture::in_time_zone("America/Bogota");
    let mut stored = BTreeMap::new();
    let last = Observed::parse(TODAY).unwrap().date();
    let all = [FOLLOWERS, LISTENERS, SUBSCRIBERS, VIEWS, STREAMS];
    for (number, values) in days.iter().enumerate() {
        let artist = ARTISTS[number % ARTISTS.len()];
        let series = &all[number / ARTISTS.len()];
        for (back, (off, kind)) in values.iter().enumerate() {
            let day = last - time::Duration::days(back as i64);
            let value = (1_000.0 + 7.0 * (values.len() - back) as f64 + off).floor();
            let (value, flags) = match kind {
                0 => continue,
                1 => (value, vec![Flag::CopiedForward]),
                2 => (value, vec![Flag::LevelChange]),
                3 => (0.0, vec![]),
                _ => (value, vec![]),
            };
            // Some with an hour that is of the day before in the label's zone.
            let text = if kind % 2 == 0 { day.to_string() } else { format!("{day}T03:00:00Z") };
            label.put(artist, series.clone(), &text, value, &flags);
            let key =
                (artist.to_owned(), series.0.clone(), series.1.clone(), Observed::parse(&text).unwrap());
            stored.insert(key, value);
        }
    }
    label.put_members("2025-08-31", 58.0);
    label.put_members(TODAY, 61.0);
    for (day, members) in [("2025-08-31", 58.0), (TODAY, 61.0)] {
        let observed = Observed::parse(day).unwrap();
        stored.insert(("The Server".to_owned(), Platform::DISCORD, Metric::MEMBER_COUNT, observed), members);
    }
    (label, stored)
}

pub(super) fn explained(label: &mut Fixture, line: &str) -> Option<(Json, Explanation)> {
    let query = Query::of(&parse("7", line).unwrap()).unwrap();
    let model = label.read_model();
    let as_of = model.as_of(None).ok()?;
    let answer = query.answer(&as_of).ok()?;
    let explanation = query.explain(&as_of, &answer);
    Some((serde_json::to_value(answer).unwrap(), explanation))
}

/// Places of all figures of an answer.
fn figures(place: &str, json: &Json, found: &mut BTreeSet<String>) {
    match json {
        Json::Object(fields) => {
            // Why something is missing has counts, and the goal of a prediction is the asker's own.
            for (name, value) in
                fields.iter().filter(|(name, _)| !["missing", "goal"].contains(&name.as_str()))
            {
                let place = format!("{place}/{name}");
                // Where no forecast was checked there is none that this could come from.
                let is_record = name != "num_checked" || value != 0;
                if value.is_number() && FIGURES.contains(&name.as_str()) && is_record {
                    found.insert(place.clone());
                }
                figures(&place, value, found);
            }
        }
        Json::Array(entries) => {
            entries
                .iter()
                .enumerate()
                .for_each(|(at, entry)| figures(&format!("{place}/{at}"), entry, found));
        }
        _ => {}
    }
}

fn number(json: &Json, place: &str) -> f64 {
    json.pointer(place).and_then(Json::as_f64).unwrap_or_else(|| panic!("no figure at {place}"))
}

/// Whether an input is what its list, or the answer, says.
fn is_listed(answer: &Json, explanation: &Explanation, input: &Input) -> bool {
    let value = input.value();
    match input {
        Input::Observed { index, .. } => explanation.observed[*index as usize].value == value,
        Input::Step { index, .. } => explanation.steps[*index as usize].value == value,
        Input::Goal { index, .. } => explanation.goals[*index as usize].value == value,
        Input::Forecast { index, .. } => {
            let forecast = &explanation.forecasts[*index as usize];
            let learnt_from = forecast.series.iter().map(|at| &explanation.series[*at as usize]);
            let is_of_it = |series: &UsedSeries| {
                forecast.artist.as_ref().is_none_or(|artist| *artist == series.artist)
                    && series.metric == forecast.metric
            };
            !forecast.series.is_empty() && learnt_from.into_iter().all(is_of_it)
        }
        Input::Figure { figure, .. } => (number(answer, figure) - value.get()).abs() <= 5.1e-5,
        Input::Days { since, until, .. } => (until.0 - since.0).whole_days() as f64 == value.get(),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn figures_are_computed_again_from_what_was_observed(
        days in prop::collection::vec(prop::collection::vec((-200.0..200.0_f64, 0..16_u8), 0..90), 20)
    ) {
        let (mut label, stored) = label(&days);
        for line in QUESTIONS {
            let Some((answer, explanation)) = explained(&mut label, line) else { continue };
            let mut open = BTreeSet::new();
            figures("", &answer, &mut open);
            for observed in &explanation.observed {
                let ObservedValue { artist, platform, metric, observed_at, value, .. } = observed;
                let key = (artist.name.clone(), platform.clone(), metric.clone(), *observed_at);
                prop_assert_eq!(stored.get(&key), Some(&value.get()), "{} {:?}", line, observed);
            }
            let given = |formula: Formula, inputs: &[Input]| {
                formula.evaluate(&explanation.numbers(inputs)).unwrap()
            };
            for Explained { figure, value, formula, inputs } in &explanation.figures {
                prop_assert_eq!(number(&answer, figure), value.get());
                for input in inputs {
                    prop_assert!(is_listed(&answer, &explanation, input), "{} {} {:?}", line, figure, input);
                }
                let given = given(*formula, inputs);
                let rounding = 5.1e-5 + 1e-9 * given.abs();
                prop_assert!((given - value.get()).abs() <= rounding, "{} {}: {}", line, figure, given);
                prop_assert!(open.remove(figure), "{} {} twice, or no figure", line, figure);
            }
            for ExplainedDay { figure, day, .. } in &explanation.days {
                prop_assert_eq!(answer.pointer(figure), Some(&Json::from(day.to_string())), "{}", figure);
            }
            for Unexplained { figure, reason } in &explanation.unexplained {
                let is_taken_back = *reason == UnexplainedReason::TakenBack;
                prop_assert!(is_taken_back, "{} {} {:?} {}", line, figure, reason, answer.pointer(figure).unwrap());
                open.retain(|place| !place.starts_with(figure));
            }
            prop_assert!(open.is_empty(), "{} {:?}", line, open);
        }
    }
}

#[test]
fn an_explanation_names_values_once_and_formulas_by_their_places() {
    let mut label = Fixture::default();
    label.put_all("Luz", FOLLOWERS, &[("2025-08-31", 100.0), (TODAY, 110.0)]);
    let (_, explanation) = explained(&mut label, "growth").unwrap();
    let [total_now, .., change_pct] = &explanation.figures[..] else { panic!("{explanation:?}") };
    assert_eq!((total_now.figure.as_str(), total_now.formula), ("/totals/0/current", Formula::Sum));
    assert_eq!((change_pct.figure.as_str(), change_pct.value.get()), ("/figures/0/change_pct", 10.0));
    let days: Vec<String> = explanation.observed.iter().map(|it| it.observed_at.to_string()).collect();
    assert_eq!(days, [TODAY, "2025-08-31"]);
    assert_eq!(explanation.unexplained, []);
}

#[test]
fn what_does_not_follow_is_not_explained() {
    let of = |now: f64| {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[("2025-08-31", 100.0), (TODAY, now)]);
        label
    };
    let query = Query::of(&parse("7", "artist name:luz").unwrap()).unwrap();
    let before = of(110.0).ask("artist name:luz", None).unwrap();
    let mut label = of(120.0);
    let model = label.read_model();
    let explanation = query.explain(&model.as_of(None).unwrap(), &before);
    let current =
        Unexplained { figure: "/figures/0/current".to_owned(), reason: UnexplainedReason::NotReproduced };
    assert_eq!(explanation.unexplained, [current]);
}

#[test]
fn commands_without_explanations_say_so() {
    let mut label = Fixture::default();
    label.put_all("Luz", FOLLOWERS, &[("2025-08-31", 100.0), (TODAY, 110.0)]);
    let (_, explanation) = explained(&mut label, "help").unwrap();
    assert_eq!(explanation, Explanation::of_none());
}

#[test]
fn revised_figures_lead_to_what_was_stored_of_their_moments() {
    let mut label = Fixture::default();
    let values = ["2025-09-25", "2025-09-26", "2025-09-27", "2025-09-28", "2025-09-29"];
    for (back, day) in values.iter().enumerate() {
        label.put("Luz", FOLLOWERS, day, 100.0 + back as f64, &[]);
    }
    label.correct("Luz", FOLLOWERS, "2025-09-26", Some(900.0), "2025-09-28T10:00:00Z");
    label.correct("Luz", FOLLOWERS, "2025-09-27", None, "2025-09-28T10:00:00Z");
    label.reject("Sol", FOLLOWERS, "2025-09-28", RawValue::Text("12x".to_owned()), Reason::NotANumber);
    label.put("Sol", LISTENERS, TODAY, 5.0, &[]);
    let (answer, explanation) = explained(&mut label, "trends").unwrap();
    let told: Vec<String> = explanation
        .figures
        .iter()
        .filter(|explained| explained.figure.starts_with("/corrections/"))
        .map(|explained| format!("{} {}", explained.figure, explained.value))
        .collect();
    let revised = answer["corrections"]["revised"].as_array().unwrap();
    assert_eq!(revised.len(), 3);
    assert_eq!(
        told,
        [
            "/corrections/revised/0/before 102",
            "/corrections/revised/1/before 101",
            "/corrections/revised/1/now 900"
        ]
    );
    let withheld = explanation.withheld.iter();
    let withheld: Vec<(&str, &str, String)> = withheld
        .map(|of| (of.figure.as_str(), of.artist.name.as_str(), of.observed_at.to_string()))
        .collect();
    assert_eq!(
        withheld,
        [
            ("/corrections/revised/0", "Luz", "2025-09-27".to_owned()),
            ("/corrections/revised/2", "Sol", "2025-09-28".to_owned())
        ]
    );
    let open: Vec<&str> = explanation.unexplained.iter().map(|of| of.figure.as_str()).collect();
    assert!(open.iter().all(|figure| *figure == "/corrections/taken_back"), "{open:?}");
}
