//! `predict [artist:] [days:] [metric:] [models:] [goal:]`: where the figures are going, and how sure that is.

use casa24_schemas::{DatedFlag, Forecast, Metric, Platform, Value};
use serde::Serialize;

use super::day::Day;
use super::figure::Missing;
use super::frame::{Answer, Head};
use super::goal::Goal;
use super::library::{Known, MODELS, View};
use super::record::Record;
use super::{predict_chart, predict_embed, total_forecast};
use crate::error::QuestionError;
use crate::question::Models;
use crate::text;

/// How totals are made, in words.
pub(super) const TOTAL_METHOD: &str = "a total adds the artists' values day by day, where each has one of that day or \
    the 3 days before, and is forecast like one series";

/// Figures of "predict".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PredictData {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Days ahead that were asked for.
    pub days: u32,
    /// One for each artist, platform and metric, and for each model where all were asked for; the label's own
    /// figures among them under its name.
    pub forecasts: Vec<Prediction>,
    /// Forecasts of the sums over all artists; none where one artist was asked for.
    pub totals: Vec<TotalPrediction>,
    /// How the totals are made, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_method: Option<&'static str>,
}

/// The forecast of one metric of one artist for one day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// Name of the artist.
    pub artist: String,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Newest accepted value at or before the day in question.
    pub current: Option<Value>,
    /// Day of the current value.
    pub current_date: Option<Day>,
    /// Expected value.
    pub predicted: Option<Value>,
    /// Days after the current value's own day.
    pub days_ahead: u32,
    /// Lower end of the interval that holds 80 % of outcomes.
    pub lower_80: Option<Value>,
    /// Upper end of that interval.
    pub upper_80: Option<Value>,
    /// Lower end of the interval that holds 95 % of outcomes.
    pub lower_95: Option<Value>,
    /// Upper end of that interval.
    pub upper_95: Option<Value>,
    /// Token of the model.
    pub model: Option<String>,
    /// How far off this model's earlier forecasts at this distance were on this series.
    #[serde(flatten)]
    pub record: Record,
    /// The record in words.
    pub record_in_words: String,
    /// When the goal is reached, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// Flags within the days that the model learnt from.
    pub flags: Vec<DatedFlag>,
    /// Why there is no forecast, in words.
    pub missing: Option<String>,
}

/// The forecast of the sum of one metric over all artists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TotalPrediction {
    /// The forecast; `artist` is "All artists".
    #[serde(flatten)]
    pub prediction: Prediction,
    /// Number of artists that it adds.
    pub num_artists: usize,
    /// Artists that are not in it because their newest value is more than 30 days old.
    pub left_out_stale: Vec<String>,
    /// Artists that are not in it because they have too few values so far.
    pub left_out_young: Vec<String>,
}

/// What was asked.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) artist: Option<String>,
    pub(super) days: u32,
    pub(super) series: Option<(Platform, Metric)>,
    pub(super) models: Models,
    pub(super) goal: Option<Value>,
    pub(super) image: bool,
}

pub(super) fn answer(view: &View<'_>, asked: &Asked) -> Result<Answer, QuestionError> {
    match &asked.artist {
        Some(name) => Ok(of_artist(view, asked, &view.find(name)?)),
        None => Ok(of_all(view, asked)),
    }
}

fn of_artist(view: &View<'_>, asked: &Asked, known: &Known<'_>) -> Answer {
    let outlooks = outlooks(view, asked, known);
    let head = Head::new("predict", view, &[*known]);
    let sample = head.sample;
    let forecasts = outlooks.iter().map(|(prediction, _)| prediction.clone()).collect();
    let data = PredictData { head, days: asked.days, forecasts, totals: Vec::new(), total_method: None };
    let mut answer = Answer::new(&data, predict_embed::of_artist(view, asked, &data, known), sample);
    if asked.image {
        answer.picture = predict_chart::of_artist(view, asked, known, &outlooks, sample);
    }
    answer
}

fn of_all(view: &View<'_>, asked: &Asked) -> Answer {
    let label = if asked.series.is_some() { None } else { view.label() };
    let everybody: Vec<Known<'_>> = view.artists.iter().copied().chain(label).collect();
    let forecasts: Vec<Prediction> = everybody
        .iter()
        .flat_map(|known| outlooks(view, asked, known).into_iter().map(|(prediction, _)| prediction))
        .collect();
    let summed = asked.series.clone().map_or_else(|| view.all_series(), |series| vec![series]);
    let summed = summed.into_iter().filter(|(p, m)| text::is_headline(p, m) && text::is_summable(p, m));
    let totals: Vec<TotalPrediction> = summed.filter_map(|series| total(view, asked, series)).collect();
    let head = Head::new("predict", view, &everybody);
    let sample = head.sample;
    let total_method = (!totals.is_empty()).then_some(TOTAL_METHOD);
    let data = PredictData { head, days: asked.days, forecasts, totals, total_method };
    let mut answer = Answer::new(&data, predict_embed::of_all(view, &data), sample);
    if asked.image {
        answer.picture = predict_chart::of_all(view, asked, &data, sample);
    }
    answer
}

/// A forecast of a series as an answer tells it, and the forecast itself where there is one.
pub(super) type Outlook = (Prediction, Option<Forecast>);

/// The forecasts of an artist that were asked for, by series and model.
fn outlooks(view: &View<'_>, asked: &Asked, known: &Known<'_>) -> Vec<Outlook> {
    let series = asked.series.clone().map_or_else(|| view.series_of(known), |series| vec![series]);
    let mut outlooks: Vec<Outlook> = Vec::new();
    for series in series {
        match asked.models {
            Models::One(model) => outlooks.push(outlook(view, asked, known, series, model)),
            Models::All => {
                let start = outlooks.len();
                for model in MODELS {
                    let made = outlook(view, asked, known, series.clone(), model);
                    // A model that stands in for another one is told once.
                    if !outlooks[start..].iter().any(|(told, _)| told.model == made.0.model) {
                        outlooks.push(made);
                    }
                }
            }
        }
    }
    outlooks
}

fn outlook(
    view: &View<'_>,
    asked: &Asked,
    known: &Known<'_>,
    (platform, metric): (Platform, Metric),
    model: &str,
) -> Outlook {
    let forecast = view.forecast(known, &platform, &metric, model);
    let series = known.series(&platform, &metric);
    let newest = series.and_then(|series| series.at(view.as_of));
    let missing = match newest {
        None => Missing::of_account(&known.account(&platform)).in_words(&platform),
        Some(_) => format!("the {model} model has not forecast this value"),
    };
    let mut prediction =
        Prediction::of(&known.artist.name, (platform, metric), asked.days, forecast.as_ref(), missing);
    if let (None, Some(newest)) = (&forecast, newest) {
        prediction.current = Value::new(newest.value);
        prediction.current_date = Some(Day(newest.date()));
        prediction.model = Some(model.to_owned());
    }
    prediction.goal =
        asked.goal.zip(series).zip(forecast.as_ref()).map(|((goal, s), f)| Goal::of(goal, s, f));
    (prediction, forecast)
}

/// The forecast of a total; `None` where nobody has a value.
fn total(view: &View<'_>, asked: &Asked, series: (Platform, Metric)) -> Option<TotalPrediction> {
    let total = view.total(&series.0, &series.1);
    if total.num_artists + total.stale.len() + total.young.len() == 0 {
        return None;
    }
    let forecast = total.forecast.as_ref();
    let missing = "no day on which every artist has a value near".to_owned();
    let mut prediction = Prediction::of(total_forecast::NAME, series, asked.days, forecast, missing);
    prediction.goal =
        asked.goal.zip(forecast).map(|(goal, forecast)| Goal::of(goal, &total.series, forecast));
    Some(TotalPrediction {
        prediction,
        num_artists: total.num_artists,
        left_out_stale: total.stale.clone(),
        left_out_young: total.young.clone(),
    })
}

impl Prediction {
    /// What a forecast says of a day; `missing` is told where there is none.
    fn of(
        artist: &str,
        (platform, metric): (Platform, Metric),
        days: u32,
        forecast: Option<&Forecast>,
        missing: String,
    ) -> Self {
        let point = forecast.and_then(|forecast| forecast.path.iter().find(|point| point.days_ahead == days));
        let missing = match (forecast, point) {
            (_, Some(_)) => None,
            (None, None) => Some(missing),
            (Some(Forecast { missing, model, .. }), None) => {
                let missing = missing.map(|missing| text::no_forecast(missing, model));
                Some(missing.unwrap_or_else(|| "the forecast does not reach that far".to_owned()))
            }
        };
        let record = Record::of(point);
        Self {
            artist: artist.to_owned(),
            platform,
            metric,
            current: forecast.map(|forecast| forecast.current),
            current_date: forecast.map(|forecast| Day(forecast.current_date)),
            predicted: point.map(|point| point.predicted),
            days_ahead: days,
            lower_80: point.map(|point| point.lower_80),
            upper_80: point.map(|point| point.upper_80),
            lower_95: point.map(|point| point.lower_95),
            upper_95: point.map(|point| point.upper_95),
            model: forecast.map(|forecast| forecast.model.clone()),
            record,
            record_in_words: record.beside(days),
            goal: None,
            flags: forecast.map(|forecast| forecast.flags.clone()).unwrap_or_default(),
            missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use casa24_analytics::forecast::{ForecastInput, forecasts_of};
    use casa24_forecasting::{Knowledge, Memory, Method};
    use casa24_schemas::{Artist, Observed};
    use serde_json::json;

    use super::super::fixture::{FOLLOWERS, Fixture, LISTENERS, TODAY};
    use super::*;

    /// A hundred days of slow growth up to the last one.
    fn label() -> Fixture {
        let mut label = Fixture::default();
        let last = Observed::parse(TODAY).unwrap().date();
        for back in (0..100_i64).rev() {
            let day = text::day(last - time::Duration::days(back));
            label.put("Luz", LISTENERS, &day, 2_000.0 - 3.0 * back as f64, &[]);
        }
        label.put_all("Luz", FOLLOWERS, &[(TODAY, 9.0)]);
        label
    }

    fn prediction(label: &Fixture, line: &str, metric: &str) -> serde_json::Value {
        let data = label.data(line);
        data["forecasts"].as_array().unwrap().iter().find(|f| f["metric"] == metric).unwrap().clone()
    }

    fn stored(label: &Fixture) -> Forecast {
        let artist = Artist::new("Luz").unwrap();
        let series = label.history.series(&artist.id, &LISTENERS.0, &LISTENERS.1).unwrap();
        let last = Observed::parse(TODAY).unwrap().date();
        let (platform, metric) = (&LISTENERS.0, &LISTENERS.1);
        let input = ForecastInput { artist: &artist, platform, metric, series, as_of: last, sample: false };
        let methods = [Method::Ensemble];
        let mut stored = forecasts_of(&input, &methods, Knowledge::built_in(), &mut Memory::new()).remove(0);
        for point in &mut stored.path {
            point.predicted = Value::new(7_777.0).unwrap();
        }
        stored
    }

    #[test]
    fn a_forecast_has_intervals_around_it_and_its_record() {
        let figure = prediction(&label(), "predict artist:luz days:14", "monthly_listeners");
        assert_eq!(
            (&figure["current"], &figure["days_ahead"], &figure["model"]),
            (&json!(2000), &json!(14), &json!("ensemble"))
        );
        let number = |name: &str| figure[name].as_f64().unwrap();
        let ends = ["lower_95", "lower_80", "predicted", "upper_80", "upper_95"].map(number);
        assert!(ends.is_sorted(), "{ends:?}");
        assert!(number("num_checked") > 0.0 && number("accuracy") >= 0.0);
    }

    #[test]
    fn the_stored_forecast_answers_while_it_is_of_the_newest_value() {
        let mut label = label();
        let stored = stored(&label);
        label.forecasts.insert(&stored);
        let predicted = |label: &Fixture| {
            prediction(label, "predict artist:luz", "monthly_listeners")["predicted"].clone()
        };
        assert_eq!(predicted(&label), 7777);
        label.put("Luz", LISTENERS, "2025-10-01", 2_003.0, &[]);
        assert_ne!(predicted(&label), 7777);
    }

    #[test]
    fn an_earlier_day_is_answered_from_what_was_known_then() {
        let mut label = label();
        let stored = stored(&label);
        label.forecasts.insert(&stored);
        let data = label.ask_as_of("predict artist:luz", Some("2025-09-20")).data;
        let figure = data["forecasts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|f| f["metric"] == "monthly_listeners")
            .unwrap();
        assert_eq!((&figure["current"], &figure["current_date"]), (&json!(1970), &json!("2025-09-20")));
        assert_eq!(data["generated_at"], "2025-09-20");
    }

    #[test]
    fn what_cannot_be_forecast_says_why_and_never_nan() {
        let label = label();
        let figure = prediction(&label, "predict artist:luz", "followers");
        assert_eq!((&figure["predicted"], &figure["current"]), (&json!(null), &json!(9)));
        assert!(figure["missing"].as_str().is_some_and(|reason| !reason.is_empty()));
        for line in ["predict", "predict artist:luz days:90"] {
            let text = label.text(line);
            assert!(!text.contains("NaN") && !text.contains("null"), "{text}");
        }
    }

    #[test]
    fn the_record_is_told_in_words() {
        let text = label().text("predict artist:luz days:30");
        assert!(text.contains("**monthly listeners** 2,000 → **2,0"), "{text}");
        assert!(text.contains("earlier 30-day forecasts were off by "), "{text}");
        assert!(text.contains("ensemble model"), "{text}");
    }

    /// A forecast as an agent of that model would publish it.
    fn publish(label: &mut Fixture, model: &str, predicted: f64) {
        let mut forecast = stored(label);
        forecast.model = model.to_owned();
        for point in &mut forecast.path {
            point.predicted = Value::new(predicted).unwrap();
            (point.off_by, point.naive_off_by) = (Value::new(3.0), Value::new(5.0));
            (point.num_checked, point.num_in_80, point.num_in_95) = (41, Some(33), Some(39));
        }
        label.forecasts.insert(&forecast);
    }

    #[test]
    fn models_stand_side_by_side() {
        let mut label = label();
        for (model, predicted) in [("ensemble", 2_100.0), ("linear", 2_200.0), ("neural", 2_300.0)] {
            publish(&mut label, model, predicted);
        }
        let line = "predict artist:luz metric:spotify-listeners models:all";
        let data = label.data(line);
        let told: Vec<_> = data["forecasts"].as_array().unwrap().iter().collect();
        let of = |model: &str| told.iter().find(|f| f["model"] == model).unwrap()["predicted"].clone();
        assert_eq!((of("ensemble"), of("linear"), of("neural")), (json!(2_100), json!(2_200), json!(2_300)));
        assert!(told.iter().all(|f| f["metric"] == "monthly_listeners"));
        let text = label.text(line);
        assert!(text.contains("`ensemble` **2,100** (80 %: "), "{text}");
        assert!(text.contains("`neural  ` **2,300**"), "{text}");
        assert!(text.contains("off by 3 ("), "{text}");
        let one = label.text("predict artist:luz models:neural");
        assert!(one.contains("2,000 → **2,300**") && one.contains("neural model"), "{one}");
        assert!(one.contains("the 80 % interval held 33 of 41"), "{one}");
    }

    #[test]
    fn a_goal_has_a_day_or_is_not_within_the_forecast() {
        let label = label();
        let goal = |goal: u32| {
            let line = format!("predict artist:luz metric:spotify-listeners goal:{goal}");
            (label.data(&line)["forecasts"][0]["goal"].clone(), label.text(&line))
        };
        let (reached, text) = goal(1_901);
        assert_eq!((&reached["reached_since"], &reached["expected"]), (&json!("2025-08-28"), &json!(null)));
        assert!(text.contains("goal 1,901: reached, since 2025-08-28"), "{text}");
        let (ahead, text) = goal(2_030);
        let days = ["earliest", "expected"].map(|name| ahead[name].as_str().unwrap().to_owned());
        assert!(days.is_sorted() && days[0].as_str() > TODAY, "{days:?}");
        assert!(text.contains(&format!("goal 2,030: expected on **{}** (80 %: {} to ", days[1], days[0])));
        assert!(goal(900_000_000).1.contains("goal 900,000,000: not within 90 days"));
    }

    #[test]
    fn a_total_adds_who_has_figures_and_names_the_others() {
        let mut label = label();
        let last = Observed::parse(TODAY).unwrap().date();
        for back in 0..100_i64 {
            let day = text::day(last - time::Duration::days(back));
            label.put("Mar", LISTENERS, &day, 500.0, &[]);
            if back > 40 {
                label.put("Gone", LISTENERS, &day, 70.0, &[]);
            }
        }
        label.put("New_", LISTENERS, TODAY, 10.0, &[]);
        let data = label.data("predict");
        let totals = data["totals"].as_array().unwrap();
        let total = totals.iter().find(|total| total["metric"] == "monthly_listeners").unwrap();
        assert_eq!(
            (&total["artist"], &total["metric"]),
            (&json!("All artists"), &json!("monthly_listeners"))
        );
        assert_eq!((&total["current"], &total["num_artists"]), (&json!(2_500), &json!(2)));
        assert_eq!(
            (&total["left_out_stale"], &total["left_out_young"]),
            (&json!(["Gone"]), &json!(["New_"]))
        );
        assert!(total["predicted"].as_f64().unwrap() >= 2_500.0, "{total}");
        let text = label.text("predict");
        assert!(text.contains("**Total** of 2 artists: 2,500 → **"), "{text}");
        assert!(text.contains("monthly listeners: Gone (no value of the last 30 days)"), "{text}");
        assert!(text.contains(r"New\_ (too few values so far)") && text.contains(TOTAL_METHOD), "{text}");
        assert_eq!(label.data("predict artist:luz")["totals"], json!([]));
    }

    #[test]
    fn a_picture_is_drawn_for_who_wants_one() {
        let mut label = label();
        for line in
            ["predict artist:luz", "predict artist:luz metric:spotify-listeners models:all", "predict"]
        {
            let with = label.ask_for_image(line);
            let [file] = &with.files[..] else { panic!("{line}: one picture") };
            assert_eq!((&file.name[..], &file.content_type[..]), ("chart.png", "image/png"));
            assert!(file.bytes.starts_with(b"\x89PNG"));
            assert_eq!(with.message["embeds"][0]["image"]["url"], "attachment://chart.png");
            let without = label.ask(line);
            assert!(without.files.is_empty() && without.message["embeds"][0]["image"].is_null());
            assert_eq!(without.data, with.data);
        }
        label.account("Nobody", LISTENERS.0, None);
        for line in ["predict artist:nobody", "stats", "predict artist:unknown"] {
            assert!(label.ask_for_image(line).files.is_empty(), "{line}");
        }
    }
}
