//! `predict [artist:] [days:]`: where the figures are going, and how sure that is.

use casa24_schemas::{DatedFlag, Forecast, Metric, Platform, Value};
use serde::Serialize;

use super::day::Day;
use super::figure::{Missing, if_older};
use super::frame::{Answer, Head, footer};
use super::library::{Known, View};
use super::notes;
use crate::discord::{self, Embed, Section};
use crate::error::QuestionError;
use crate::text;

const COLOUR: u32 = 0x34_98_DB;

/// Most artists that a metric's field lists.
const MAX_LINES: usize = 6;

/// Figures of "predict".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PredictData {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Days ahead that were asked for.
    pub days: u32,
    /// One for each artist, platform and metric; the label's own figures among them under its name.
    pub forecasts: Vec<Prediction>,
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
    /// How far this model's earlier forecasts at this distance were off on this series, in percent (median).
    pub accuracy: Option<Value>,
    /// Number of earlier forecasts behind `accuracy`.
    pub num_checked: u32,
    /// Flags within the days that the model learnt from.
    pub flags: Vec<DatedFlag>,
    /// Why there is no forecast, in words.
    pub missing: Option<String>,
}

pub(super) fn answer(view: &View<'_>, artist: Option<&str>, days: u32) -> Result<Answer, QuestionError> {
    let one = artist.map(|name| view.find(name)).transpose()?;
    let label = if one.is_some() { None } else { view.label() };
    let artists = one.map_or_else(|| view.artists.clone(), |known| vec![known]);
    let everybody: Vec<Known<'_>> = artists.into_iter().chain(label).collect();
    let forecasts: Vec<Prediction> = everybody
        .iter()
        .flat_map(|known| {
            let series = view.series_of(known).into_iter();
            series.map(move |(platform, metric)| prediction(view, known, platform, metric, days))
        })
        .collect();
    let head = Head::new("predict", view, &everybody);
    let sample = head.sample;
    let data = PredictData { head, days, forecasts };
    let embed = match one {
        Some(known) => of_artist(view, &data, &known),
        None => of_all(view, &data),
    };
    Ok(Answer::new(&data, embed, sample))
}

fn prediction(
    view: &View<'_>,
    known: &Known<'_>,
    platform: Platform,
    metric: Metric,
    days: u32,
) -> Prediction {
    let forecast = view.forecast(known, &platform, &metric);
    let point = forecast.as_ref().and_then(|f| f.path.iter().find(|point| point.days_ahead == days));
    let missing = match (&forecast, point) {
        (_, Some(_)) => None,
        (None, _) => Some(Missing::of_account(&known.account(&platform)).in_words(&platform)),
        (Some(Forecast { missing, .. }), None) => {
            Some(missing.clone().unwrap_or_else(|| "the forecast does not reach that far".to_owned()))
        }
    };
    Prediction {
        artist: known.artist.name.clone(),
        current: forecast.as_ref().map(|forecast| forecast.current),
        current_date: forecast.as_ref().map(|forecast| Day(forecast.current_date)),
        predicted: point.map(|point| point.predicted),
        days_ahead: days,
        lower_80: point.map(|point| point.lower_80),
        upper_80: point.map(|point| point.upper_80),
        lower_95: point.map(|point| point.lower_95),
        upper_95: point.map(|point| point.upper_95),
        model: forecast.as_ref().map(|forecast| forecast.model.clone()),
        accuracy: point.and_then(|point| point.accuracy),
        num_checked: point.map_or(0, |point| point.num_checked),
        flags: forecast.map(|forecast| forecast.flags).unwrap_or_default(),
        missing,
        platform,
        metric,
    }
}

fn embed(view: &View<'_>, data: &PredictData, subject: &str) -> Embed {
    let sources = data.forecasts.iter().filter(|forecast| forecast.current.is_some());
    let model = data.forecasts.iter().find_map(|forecast| forecast.model.clone());
    let method =
        model.map_or_else(|| "no model".to_owned(), |model| format!("{} model", model.replace('_', " ")));
    Embed {
        title: format!("{subject} · {} ahead", text::count(data.days as usize, "day", "days")),
        colour: COLOUR,
        description: Vec::new(),
        sections: Vec::new(),
        footer: footer(view.as_of, sources.map(|forecast| &forecast.platform), &method),
    }
}

/// One artist: a field for each platform, with intervals and the record of each forecast.
fn of_artist(view: &View<'_>, data: &PredictData, known: &Known<'_>) -> Embed {
    let mut embed = embed(view, data, &discord::name(&known.artist.name));
    let mut fields: Vec<(&Platform, Vec<String>)> = Vec::new();
    for forecast in &data.forecasts {
        let lines = artist_lines(view, forecast);
        match fields.iter_mut().find(|(platform, _)| **platform == forecast.platform) {
            Some((_, known)) if known.last() == lines.last() && lines.len() == 1 => {}
            Some((_, known)) => known.extend(lines),
            None => fields.push((&forecast.platform, lines)),
        }
    }
    for (platform, lines) in fields {
        embed.sections.push(Section::new(text::platform_label(platform), lines));
    }
    embed.description.push(meaning(data.days));
    embed
}

/// What the numbers say, in one line.
fn meaning(days: u32) -> String {
    format!("Newest value → expected {days} days after it; 4 of 5 outcomes should fall in the 80 % interval.")
}

fn artist_lines(view: &View<'_>, forecast: &Prediction) -> Vec<String> {
    let label = text::metric_label(&forecast.platform, &forecast.metric);
    let Some(line) = outlook(forecast) else {
        let missing = forecast.missing.as_deref().unwrap_or("no forecast");
        return match (forecast.current, forecast.current_date) {
            (Some(current), Some(Day(date))) => {
                let older = if_older(date, view.as_of);
                vec![format!("**{}** {label}{older}", text::number(current)), discord::escape(missing)]
            }
            _ if missing.ends_with("account") => vec![missing.to_owned()],
            _ => vec![format!("{label}: {}", discord::escape(missing))],
        };
    };
    let older = forecast.current_date.map(|Day(date)| if_older(date, view.as_of)).unwrap_or_default();
    let record = match forecast.accuracy {
        Some(off) => format!(
            "earlier {}-day forecasts were off by {} (median of {})",
            forecast.days_ahead,
            text::percent_off(off),
            forecast.num_checked
        ),
        None => format!("no earlier {}-day forecast could be checked yet", forecast.days_ahead),
    };
    let mark = notes::mark(&notes::bending(&forecast.flags));
    let mut lines = vec![format!("**{label}** {line}{older}{mark}")];
    lines.extend(
        forecast
            .lower_95
            .zip(forecast.upper_95)
            .map(|(lower, upper)| format!("95 %: {}–{} · {record}", text::whole(lower), text::whole(upper))),
    );
    lines.extend(notes::in_words(&forecast.flags).map(|words| format!("*{words}*")));
    lines
}

/// `1,210 → **1,240** (80 %: 1,180–1,310)`, whole as counts are.
fn outlook(forecast: &Prediction) -> Option<String> {
    let [current, predicted] = [forecast.current?, forecast.predicted?].map(text::whole);
    let [lower, upper] = [forecast.lower_80?, forecast.upper_80?].map(text::whole);
    Some(format!("{current} → **{predicted}** (80 %: {lower}–{upper})"))
}

/// All artists: a field for each metric, the greatest first.
fn of_all(view: &View<'_>, data: &PredictData) -> Embed {
    let mut embed = embed(view, data, "All artists");
    embed.description.push(meaning(data.days));
    let label = view.label().into_iter().flat_map(|known| view.series_of(&known));
    let series = view.all_series().into_iter().chain(label);
    for (platform, metric) in &series.filter(|(p, m)| text::is_headline(p, m)).collect::<Vec<_>>() {
        let of_metric = data.forecasts.iter().filter(|f| f.platform == *platform && f.metric == *metric);
        let mut known: Vec<(f64, &Prediction)> = of_metric
            .clone()
            .filter_map(|f| f.predicted.and(f.current).map(|current| (current.get(), f)))
            .collect();
        known.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.artist.cmp(&y.artist)));
        let mut lines: Vec<String> = known.iter().take(MAX_LINES).map(|(_, f)| line(view, f)).collect();
        let num_missing = of_metric.filter(|f| f.predicted.is_none() && f.current.is_some()).count();
        let hidden = known.len().saturating_sub(MAX_LINES);
        let counts = [(hidden, "more"), (num_missing, "without a forecast")];
        let rest: Vec<String> =
            counts.iter().filter(|(num, _)| *num > 0).map(|(num, what)| format!("{num} {what}")).collect();
        if !rest.is_empty() {
            lines.push(format!("*and {}*", rest.join(", ")));
        }
        embed.sections.push(Section::new(text::series_label(platform, metric), lines));
    }
    let bent =
        data.forecasts.iter().filter(|f| f.predicted.is_some() && text::is_headline(&f.platform, &f.metric));
    let bent = bent.filter_map(|f| {
        let series = text::series_label(&f.platform, &f.metric);
        notes::of_series(&f.artist, &series, &notes::bending(&f.flags))
    });
    embed.sections.push(Section::new("Good to know", bent.collect()));
    embed
}

fn line(view: &View<'_>, forecast: &Prediction) -> String {
    let older = forecast.current_date.map(|Day(date)| if_older(date, view.as_of)).unwrap_or_default();
    let outlook = outlook(forecast).unwrap_or_default();
    format!(
        "**{}** {outlook}{older}{}",
        discord::name(&forecast.artist),
        notes::mark(&notes::bending(&forecast.flags))
    )
}

#[cfg(test)]
mod tests {
    use casa24_figures::forecast;
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
        let mut stored =
            forecast::of_series(&artist, &LISTENERS.0, &LISTENERS.1, series, last, false).unwrap();
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
            (&json!(2000), &json!(14), &json!("linear"))
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
        assert!(text.contains("linear model"), "{text}");
    }
}
