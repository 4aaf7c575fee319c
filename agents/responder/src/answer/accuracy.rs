//! `accuracy [artist:] [days:] [model:]`: how far off earlier forecasts were, and how often their intervals held.

use casa24_schemas::{Metric, Platform};
use serde::Serialize;

use super::figure::Missing;
use super::frame::{Answer, Head, footer};
use super::library::{Known, View};
use super::record::Record;
use crate::discord::{self, Embed, Section};
use crate::error::QuestionError;
use crate::text;

const COLOUR: u32 = 0x8E_44_AD;

/// Most artists that a metric's field lists.
const MAX_LINES: usize = 6;

/// Figures of "accuracy".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccuracyData {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// How many days ahead the forecasts were.
    pub days: u32,
    /// One for each artist, platform and metric that has a value.
    pub records: Vec<SeriesRecord>,
}

/// The record of one model's forecasts on one series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesRecord {
    /// Name of the artist.
    pub artist: String,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Token of the model.
    pub model: String,
    /// How far off they were.
    #[serde(flatten)]
    pub record: Record,
    /// The record in words, a sentence each.
    pub in_words: Vec<String>,
    /// Why there is no forecast, in words.
    pub missing: Option<String>,
}

pub(super) fn answer(
    view: &View<'_>,
    artist: Option<&str>,
    model: &'static str,
    days: u32,
) -> Result<Answer, QuestionError> {
    let one = artist.map(|name| view.find(name)).transpose()?;
    let label = if one.is_some() { None } else { view.label() };
    let artists = one.map_or_else(|| view.artists.clone(), |known| vec![known]);
    let everybody: Vec<Known<'_>> = artists.into_iter().chain(label).collect();
    let mut records = Vec::new();
    for known in &everybody {
        for series in view.series_of(known) {
            records.extend(of_series(view, known, series, model, days));
        }
    }
    let head = Head::new("accuracy", view, &everybody);
    let sample = head.sample;
    let data = AccuracyData { head, days, records };
    let subject = one.map_or_else(|| "All artists".to_owned(), |known| discord::name(&known.artist.name));
    let sections = if one.is_some() { of_artist(&data) } else { of_all(&data) };
    let used = data.records.first().map_or(model, |record| record.model.as_str()).replace('_', " ");
    let sources = data.records.iter().map(|record| &record.platform);
    let what = "Forecasts made for earlier days from what was known then, held against what came.";
    let nothing = data.records.is_empty().then(|| match one {
        Some(known) => none_in_words(view, &known),
        None => "No figures yet.".to_owned(),
    });
    let embed = Embed {
        title: format!("{subject} · how far off {days}-day forecasts were"),
        colour: COLOUR,
        description: vec![nothing.unwrap_or_else(|| what.to_owned())],
        sections,
        image: None,
        footer: footer(view.as_of, sources, &format!("{used} model")),
    };
    Ok(Answer::new(&data, embed, sample))
}

/// The record of a series; `None` where it has no value.
fn of_series(
    view: &View<'_>,
    known: &Known<'_>,
    (platform, metric): (Platform, Metric),
    model: &str,
    days: u32,
) -> Option<SeriesRecord> {
    known.series(&platform, &metric)?.at(view.as_of)?;
    let forecast = view.forecast(known, &platform, &metric, model);
    let point = forecast.as_ref().and_then(|f| f.path.iter().find(|point| point.days_ahead == days));
    let missing = match (&forecast, point) {
        (_, Some(_)) => None,
        (None, None) => Some(format!("the {model} model has not forecast this value")),
        (Some(forecast), None) => {
            let missing = forecast.missing.map(|missing| text::no_forecast(missing, &forecast.model));
            missing.or_else(|| Some("no forecast".to_owned()))
        }
    };
    let record = Record::of(point);
    Some(SeriesRecord {
        artist: known.artist.name.clone(),
        in_words: record.sentences(&platform, &metric, days),
        platform,
        metric,
        model: forecast.as_ref().map_or_else(|| model.to_owned(), |forecast| forecast.model.clone()),
        record,
        missing,
    })
}

/// Why an artist has no record.
fn none_in_words(view: &View<'_>, known: &Known<'_>) -> String {
    let platforms = view.series_of(known).into_iter().map(|(platform, _)| platform);
    let why = platforms.map(|p| Missing::of_account(&known.account(&p)).in_words(&p));
    let mut why: Vec<String> = why.collect();
    why.dedup();
    if why.is_empty() { "no figures yet".to_owned() } else { why.join(", ") }
}

/// One artist: a field for each series, with the whole record.
fn of_artist(data: &AccuracyData) -> Vec<Section> {
    let section = |record: &SeriesRecord| {
        let lines = match &record.missing {
            Some(missing) => vec![discord::escape(missing)],
            None => record.in_words.clone(),
        };
        Section::new(text::series_label(&record.platform, &record.metric), lines)
    };
    data.records.iter().map(section).collect()
}

/// All artists: a field for each headline metric, the best known records first.
fn of_all(data: &AccuracyData) -> Vec<Section> {
    let mut fields: Vec<((&Platform, &Metric), Vec<&SeriesRecord>)> = Vec::new();
    for record in data.records.iter().filter(|record| text::is_headline(&record.platform, &record.metric)) {
        let key = (&record.platform, &record.metric);
        match fields.iter_mut().find(|(known, _)| *known == key) {
            Some((_, records)) => records.push(record),
            None => fields.push((key, vec![record])),
        }
    }
    let section = |((platform, metric), mut records): ((&Platform, &Metric), Vec<&SeriesRecord>)| {
        records.sort_by(|a, b| {
            b.record.num_checked.cmp(&a.record.num_checked).then_with(|| a.artist.cmp(&b.artist))
        });
        let (checked, unchecked): (Vec<_>, Vec<_>) =
            records.into_iter().partition(|record| record.record.num_checked > 0);
        let mut lines: Vec<String> = checked.iter().take(MAX_LINES).map(|record| line(record)).collect();
        let hidden = checked.len().saturating_sub(MAX_LINES);
        let counts = [(hidden, "more"), (unchecked.len(), "not checked yet")];
        let rest: Vec<String> =
            counts.iter().filter(|(num, _)| *num > 0).map(|(num, what)| format!("{num} {what}")).collect();
        if !rest.is_empty() {
            lines.push(format!("*and {}*", rest.join(", ")));
        }
        Section::new(text::series_label(platform, metric), lines)
    };
    fields.into_iter().map(section).collect()
}

fn line(record: &SeriesRecord) -> String {
    let held = record.record.num_in_80.map(|num| format!("; the 80 % interval held {num}"));
    let name = discord::name(&record.artist);
    format!("**{name}** {}{}", record.record.short(), held.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Observed;
    use serde_json::json;

    use super::super::fixture::{FOLLOWERS, Fixture, LISTENERS, TODAY};
    use super::*;

    /// A hundred days of a series that rises, and one day of another.
    fn label() -> Fixture {
        let mut label = Fixture::default();
        let last = Observed::parse(TODAY).unwrap().date();
        for back in (0..100_i64).rev() {
            let day = text::day(last - time::Duration::days(back));
            label.put("Luz", LISTENERS, &day, 2_000.0 - (3 * back + back % 4) as f64, &[]);
        }
        label.put_all("Luz", FOLLOWERS, &[(TODAY, 9.0)]);
        label.account("Mar", LISTENERS.0, None);
        label
    }

    #[test]
    fn a_record_is_told_in_plain_words() {
        let data = label().data("accuracy artist:luz days:14");
        let record = data["records"].as_array().unwrap().iter().find(|r| r["metric"] == "monthly_listeners");
        let record = record.unwrap();
        assert!(record["num_checked"].as_u64().unwrap() > 0 && record["accuracy"].is_number(), "{record}");
        let text = label().text("accuracy artist:luz days:14");
        let first = record["in_words"][0].as_str().unwrap();
        assert!(first.starts_with("14-day forecasts were off by **") && text.contains(first), "{text}");
        assert!(text.contains("how far off 14-day forecasts were"), "{text}");
    }

    #[test]
    fn what_was_never_checked_says_why() {
        let label = label();
        let data = label.data("accuracy artist:luz");
        let followers = data["records"].as_array().unwrap().iter().find(|r| r["metric"] == "followers");
        let followers = followers.unwrap();
        assert_eq!((&followers["num_checked"], &followers["accuracy"]), (&json!(0), &json!(null)));
        assert!(followers["missing"].as_str().is_some_and(|why| !why.is_empty()));
        assert_eq!(label.data("accuracy artist:mar")["records"], json!([]));
        assert!(label.text("accuracy artist:mar").contains("no Spotify account"));
        let text = label.text("accuracy artist:luz model:neural");
        assert!(text.contains("neural model"), "{text}");
    }

    #[test]
    fn all_artists_are_counted() {
        let text = label().text("accuracy");
        assert!(text.contains("**Luz** off by ") && text.contains("*and 1 not checked yet*"), "{text}");
        assert!(!text.contains("NaN") && !text.contains("null"), "{text}");
    }
}
