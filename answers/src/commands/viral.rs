//! `viral [timeframe:] [artist:]`: whether something is taking off.

use casa24_schemas::{Day, Platform, TrendKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::choices::ALL;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
use crate::figures::{Head, MOST_NOTED, Noted};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf};
use crate::refusal::Refusal;

/// The choices, each with its number of days; without one, all days.
const TIMEFRAMES: [(&str, Option<u32>); 4] =
    [("24h", Some(1)), ("7d", Some(7)), ("30d", Some(30)), (ALL, None)];

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only this artist.
    pub artist: Option<String>,
    /// How far back: value of the option.
    pub timeframe: &'static str,
}

/// What went viral, what has calmed down since, and what rose alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The artist that was asked for; missing in an answer about all.
    pub artist: Option<String>,
    /// How far back: value of the option.
    pub timeframe: String,
    /// First day that was looked at; missing where all days were.
    pub since: Option<Day>,
    /// Number of viral findings.
    pub num_viral: u32,
    /// Several figures of an artist, or a track or video, far above the usual together; the newest first, 200 at most, as in
    /// the other lists.
    pub viral: Vec<Noted>,
    /// Number of findings in `cooled`, before it was cut.
    pub num_cooled: u32,
    /// What went viral and was back at its usual pace within the days.
    pub cooled: Vec<Noted>,
    /// Number of findings in `alone`, before it was cut.
    pub num_alone: u32,
    /// Unusually good days of a single figure, on days without a viral finding of the artist.
    pub alone: Vec<Noted>,
    /// Artists without any figure of these days, of whom nothing can be said.
    pub not_observed: Vec<NotObserved>,
}

/// An artist without any figure of the days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotObserved {
    /// Name of the artist.
    pub artist: String,
    /// Day of the newest figure, where there is any.
    pub newest: Option<Day>,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        [&self.viral, &self.cooled, &self.alone].into_iter().flatten().flat_map(Noted::platforms)
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "viral",
        options: &[
            OptionDefinition::optional(
                "timeframe",
                OptionKind::Choice { choices: timeframes, default: "7d" },
            ),
            OptionDefinition::optional("artist", OptionKind::Artist),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self { artist: options.artist("artist")?, timeframe: options.choice("timeframe")? })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let one = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let views = as_of.asked(one);
        let num_days =
            TIMEFRAMES.iter().find(|(choice, _)| *choice == self.timeframe).and_then(|(_, days)| *days);
        let since = num_days.map(|days| as_of.day_before(days - 1));
        let kinds = [TrendKind::VIRAL, TrendKind::COOLING, TrendKind::SPIKE];
        let since_day = since.unwrap_or(time::Date::MIN);
        let found = Noted::wanted(as_of, &views, since_day, |found| kinds.contains(&found.kind));
        let of_kind = |kind: TrendKind| found.iter().filter(move |noted| noted.kind == kind);
        let is_viral = |noted: &&Noted| {
            of_kind(TrendKind::VIRAL)
                .any(|viral| viral.artist == noted.artist && viral.finding.date == noted.finding.date)
        };
        let viral: Vec<&Noted> = of_kind(TrendKind::VIRAL).collect();
        let cooled: Vec<&Noted> = of_kind(TrendKind::COOLING).collect();
        let alone: Vec<&Noted> = of_kind(TrendKind::SPIKE).filter(|noted| !is_viral(noted)).collect();
        let listed = |found: &[&Noted]| found.iter().take(MOST_NOTED).copied().cloned().collect();
        Ok(Answer {
            head: Head::new(as_of, &views),
            artist: one.map(|view| view.artist.name.clone()),
            timeframe: self.timeframe.to_owned(),
            since: since.map(Day),
            num_viral: viral.len() as u32,
            viral: listed(&viral),
            num_cooled: cooled.len() as u32,
            cooled: listed(&cooled),
            num_alone: alone.len() as u32,
            alone: listed(&alone),
            not_observed: since.map(|since| not_observed(&views, since)).unwrap_or_default(),
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        let lists = [("viral", &answer.viral), ("cooled", &answer.cooled), ("alone", &answer.alone)];
        for (field, noted) in lists {
            explainer.all_noted(&Place::of(field), noted);
        }
        explainer.explanation()
    }
}

fn timeframes() -> Vec<&'static str> {
    TIMEFRAMES.iter().map(|(choice, _)| *choice).collect()
}

fn not_observed(views: &[ArtistView<'_>], since: time::Date) -> Vec<NotObserved> {
    let of = |view: &ArtistView<'_>| {
        let newest =
            view.history.and_then(|history| history.newest_until(view.day)).map(|newest| newest.date());
        let is_missing = newest.is_none_or(|newest| newest < since);
        is_missing.then(|| NotObserved { artist: view.artist.name.clone(), newest: newest.map(Day) })
    };
    views.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Observed};
    use serde_json::{Value as Json, json};

    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

    /// Four months of even growth, with a day on which followers and listeners leap, and another on which only
    /// subscribers do.
    fn label() -> Fixture {
        let mut label = Fixture::default();
        let last = Observed::parse(TODAY).unwrap().date();
        for back in (0..120_i64).rev() {
            let day = Day(last - time::Duration::days(back)).to_string();
            let even = 50_000.0 - 10.0 * back as f64 + (back * 37 % 5) as f64;
            let leap = |day: i64, by: f64| if back <= day { by } else { 0.0 };
            label.put("Luz", FOLLOWERS, &day, even + leap(5, 900.0), &[]);
            label.put("Luz", LISTENERS, &day, even + leap(5, 700.0), &[]);
            label.put("Mar", SUBSCRIBERS, &day, even + leap(12, 800.0), &[]);
        }
        label.put_all("Old", FOLLOWERS, &[("2025-06-30", 10.0)]);
        label
    }

    fn artists<'j>(data: &'j Json, list: &str) -> Vec<&'j str> {
        data[list].as_array().unwrap().iter().map(|noted| noted["artist"].as_str().unwrap()).collect()
    }

    #[test]
    fn several_figures_that_leap_together_are_viral_and_one_alone_is_not() {
        let mut label = label();
        let data = label.data("viral timeframe:30d");
        assert_eq!((artists(&data, "viral"), artists(&data, "alone")), (vec!["Luz"], vec!["Mar"]));
        let viral = &data["viral"][0];
        assert_eq!((&viral["date"], &viral["platform"]), (&json!("2025-09-25"), &json!("all")));
        assert_eq!(viral["facts"]["parts"].as_array().unwrap().len(), 2);
        let data = label.data("viral");
        assert_eq!((artists(&data, "viral"), artists(&data, "alone")), (vec!["Luz"], vec![]));
        assert_eq!(artists(&label.data("viral timeframe:24h"), "viral"), [""; 0]);
        assert_eq!(artists(&label.data_as_of("viral timeframe:24h", "2025-09-25"), "viral"), ["Luz"]);
    }

    #[test]
    fn an_artist_who_was_not_observed_is_named_with_the_newest_day() {
        let data = label().data("viral timeframe:24h");
        assert_eq!(data["not_observed"], json!([{ "artist": "Old", "newest": "2025-06-30" }]));
        assert_eq!(label().data("viral timeframe:all")["not_observed"], json!([]));
    }
}
