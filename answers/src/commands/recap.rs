//! `recap [year:] [artist:]`: a year in one answer.

mod explained;

use std::collections::BTreeMap;

use casa24_analytics::year::{self, YearChange};
use casa24_schemas::{
    Date, Day, Facts, Metric, Observed, Platform, TrendKind, Value, is_headline, is_summable,
};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
use crate::figures::{ChartFigures, Head, Noted, is_reach};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf};
use crate::refusal::Refusal;

/// Most milestones and most findings that an answer has.
const MOST_MILESTONES: usize = 10;
const MOST_FINDINGS: usize = 5;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// The year; without one, that of the day in question.
    pub year: Option<i32>,
    /// Only this artist.
    pub artist: Option<String>,
}

/// A year of the label, or of an artist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with; its day is the last of the year that is known.
    #[serde(flatten)]
    pub head: Head,
    /// The artist that was asked for; missing in an answer about all.
    pub artist: Option<String>,
    /// The year.
    pub year: i32,
    /// Days of the year up to the day of the answer.
    pub num_days: u32,
    /// How many of them have figures.
    pub num_days_observed: u32,
    /// Each headline metric: of an artist what it went from and to, of the label what its artists gained together.
    pub figures: Vec<Gained>,
    /// The artist whose reach grew most in the year, by number; only in an answer about all.
    pub gained_most: Option<Gainer>,
    /// Number of findings of each kind, in the order in which kinds are shown.
    pub num_found: Vec<NumFound>,
    /// The greatest milestones that were reached, without those that a jump to another level brought; the greatest first.
    pub milestones: Vec<Noted>,
    /// The good findings that were least likely, the least likely first.
    pub findings: Vec<Noted>,
}

/// What became of one metric in the year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gained {
    /// Platform of the metric.
    pub platform: Platform,
    /// The metric.
    pub metric: Metric,
    /// Value at the end of the year before, or the first of the year: of several artists the sum.
    pub start: Value,
    /// Its day; of several artists the first.
    pub start_date: Day,
    /// Newest value of the year: of several artists the sum.
    pub end: Value,
    /// Its day; of several artists the newest.
    pub end_date: Day,
    /// The difference.
    pub change: Value,
    /// Month of the greatest gain, from 1 on; missing where no month gained.
    pub best_month: Option<u8>,
    /// The gain of that month.
    pub best_month_change: Option<Value>,
    /// Number of artists in it.
    pub num_artists: u32,
    /// Whether a value of the year is on another level than the one before: the change is not growth alone.
    pub has_jumps: bool,
}

/// The artist whose reach grew most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gainer {
    /// Name of the artist.
    pub artist: String,
    /// What the artist gained on all platforms together, without platforms on which a figure jumped to another level.
    pub change: Value,
}

/// How many findings of a kind there were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NumFound {
    /// The kind.
    pub kind: TrendKind,
    /// How many.
    pub num: u32,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        let figures = self.figures.iter().map(|figure| &figure.platform);
        let noted = self.milestones.iter().chain(&self.findings);
        figures.chain(noted.flat_map(Noted::platforms))
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "recap",
        options: &[
            OptionDefinition::optional("year", OptionKind::Number { min: 1_990, max: 2_200 }),
            OptionDefinition::optional("artist", OptionKind::Artist),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        let year = options.number("year")?.and_then(|year| i32::try_from(year).ok());
        Ok(Self { year, artist: options.artist("artist")? })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let year = self.year.unwrap_or(as_of.day.year());
        let as_of = &as_of.earlier(year::last_day(year))?;
        let one = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let views = as_of.asked(one);
        let first = year::first_day(year);
        let noted = Noted::since(as_of, &views, first);
        let changes: Vec<Changes> = views.par_iter().map(|view| changes(view, year, as_of.day)).collect();
        let num_found = TrendKind::ALL.iter().map(|kind| NumFound {
            kind: kind.clone(),
            num: noted.iter().filter(|noted| noted.kind == *kind).count() as u32,
        });
        Ok(Answer {
            head: Head::new(as_of, &views),
            artist: one.map(|view| view.artist.name.clone()),
            year,
            num_days: u32::try_from((as_of.day - first).whole_days() + 1).unwrap_or(0),
            num_days_observed: as_of.num_days_observed(&views, (first, as_of.day), Observed::date),
            figures: gained(as_of, &changes),
            gained_most: if one.is_none() { gained_most(&views, &changes) } else { None },
            num_found: num_found.filter(|found| found.num > 0).collect(),
            milestones: milestones(&noted),
            findings: least_likely(&noted),
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let Ok(as_of) = as_of.earlier(year::last_day(answer.year)) else { return Explanation::of_none() };
        let mut explainer = Explainer::new(&as_of);
        let one = self.artist.as_deref().and_then(|name| as_of.find(name).ok());
        explained::figures(&mut explainer, &as_of.asked(one), answer);
        for (field, noted) in [("milestones", &answer.milestones), ("findings", &answer.findings)] {
            explainer.all_noted(&Place::of(field), noted);
        }
        explainer.explanation()
    }

    const HAS_CHART: bool = true;

    fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
        let year = self.year.unwrap_or(as_of.day.year());
        let as_of = &as_of.earlier(year::last_day(year)).ok()?;
        let num_days = u32::from(as_of.day.ordinal());
        match &self.artist {
            Some(name) => ChartFigures::of_artist(as_of, &as_of.find(name).ok()?, num_days),
            None => ChartFigures::of_totals(as_of, num_days),
        }
    }
}

/// What became of each headline metric of an artist.
type Changes = BTreeMap<(Platform, Metric), YearChange>;

fn changes(view: &ArtistView<'_>, year: i32, day: Date) -> Changes {
    let series = view.history.into_iter().flat_map(|history| history.all_series());
    let headline = series.filter(|(platform, metric, _)| is_headline(platform, metric));
    let changes = headline.filter_map(|(platform, metric, series)| {
        Some(((platform.clone(), metric.clone()), year::of_series(series, year, day)?))
    });
    changes.collect()
}

/// The changes of all artists together, in the order in which metrics are shown.
fn gained(as_of: &AsOf<'_>, changes: &[Changes]) -> Vec<Gained> {
    let mut order = as_of.all_series();
    for key in changes.iter().flat_map(BTreeMap::keys) {
        if !order.contains(key) {
            order.push(key.clone());
        }
    }
    let of = |(platform, metric): (Platform, Metric)| {
        let key = (platform, metric);
        let all: Vec<&YearChange> = changes.iter().filter_map(|of| of.get(&key)).collect();
        let (platform, metric) = key;
        if all.len() > 1 && !is_summable(&platform, &metric) {
            return None;
        }
        let sum = |of: fn(&YearChange) -> f64| all.iter().map(|change| of(change)).sum::<f64>();
        let months = (1..=12_u8)
            .map(|month| (month, all.iter().filter_map(|change| change.months.get(&month)).sum::<f64>()));
        let best = months.filter(|(_, change)| *change > 0.0).reduce(|a, b| if b.1 > a.1 { b } else { a });
        Some(Gained {
            start: Value::new(sum(|change| change.start))?,
            start_date: Day(all.iter().map(|change| change.start_date).min()?),
            end: Value::new(sum(|change| change.end))?,
            end_date: Day(all.iter().map(|change| change.end_date).max()?),
            change: Value::new(sum(|change| change.end - change.start))?,
            best_month: best.map(|(month, _)| month),
            best_month_change: best.and_then(|(_, change)| Value::new(change)),
            num_artists: all.len() as u32,
            has_jumps: all.iter().any(|change| change.has_jumps),
            platform,
            metric,
        })
    };
    order.into_iter().filter_map(of).collect()
}

/// Whose reach grew most; `None` where nobody's grew.
fn gained_most(views: &[ArtistView<'_>], changes: &[Changes]) -> Option<Gainer> {
    let of_reach = |changes: &Changes| {
        let parts = changes
            .iter()
            .filter(|((platform, metric), change)| is_reach(platform, metric) && !change.has_jumps);
        parts.map(|(_, change)| change.end - change.start).sum::<f64>()
    };
    let artists = views.iter().zip(changes).filter(|(view, _)| !view.artist.is_label());
    let grown = artists.map(|(view, changes)| (view, of_reach(changes))).filter(|(_, change)| *change > 0.0);
    let (view, change) = grown.reduce(|most, next| if next.1 > most.1 { next } else { most })?;
    Some(Gainer { artist: view.artist.name.clone(), change: Value::new(change)? })
}

/// The greatest milestones.
fn milestones(noted: &[Noted]) -> Vec<Noted> {
    let threshold = |noted: &Noted| match noted.finding.facts {
        Facts::Milestone { threshold, is_jump: false, .. } => Some(threshold.get()),
        _ => None,
    };
    let mut found: Vec<(f64, &Noted)> =
        noted.iter().filter_map(|noted| Some((threshold(noted)?, noted))).collect();
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    found.into_iter().take(MOST_MILESTONES).map(|(_, noted)| noted.clone()).collect()
}

/// The good findings that were least likely.
fn least_likely(noted: &[Noted]) -> Vec<Noted> {
    let mut good: Vec<&Noted> = noted.iter().filter(|noted| noted.is_good()).collect();
    good.sort_by(|a, b| a.by_chance().total_cmp(&b.by_chance()));
    good.into_iter().take(MOST_FINDINGS).cloned().collect()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Flag;
    use serde_json::json;

    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, TODAY};

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all(
            "Luz",
            FOLLOWERS,
            &[("2024-12-20", 80.0), ("2025-01-31", 90.0), ("2025-02-28", 140.0), (TODAY, 150.0)],
        );
        label.put_all("Mar", FOLLOWERS, &[("2025-03-01", 10.0), (TODAY, 30.0)]);
        label
    }

    #[test]
    fn a_year_goes_from_the_last_value_before_it_to_its_newest() {
        let data = label().data("recap artist:luz");
        let figure = &data["figures"][0];
        assert_eq!((&figure["start"], &figure["start_date"]), (&json!(80), &json!("2024-12-20")));
        assert_eq!((&figure["end"], &figure["change"]), (&json!(150), &json!(70)));
        assert_eq!((&figure["best_month"], &figure["best_month_change"]), (&json!(2), &json!(50)));
        assert_eq!(
            (&data["year"], &data["num_days"], &data["num_days_observed"]),
            (&json!(2025), &json!(273), &json!(3))
        );
        assert_eq!(data["milestones"][0]["facts"]["threshold"], 100);
    }

    #[test]
    fn the_label_adds_what_its_artists_gained_and_names_who_gained_most() {
        let data = label().data("recap");
        let figure = &data["figures"][0];
        assert_eq!(
            (&figure["start"], &figure["end"], &figure["num_artists"]),
            (&json!(90), &json!(180), &json!(2))
        );
        assert_eq!(data["gained_most"], json!({ "artist": "Luz", "change": 70 }));
        let before = label().data("recap year:2024");
        assert_eq!((&before["as_of"], &before["figures"]), (&json!("2024-12-31"), &json!([])));
    }

    #[test]
    fn a_jump_to_another_level_is_told_and_praises_nobody() {
        let mut label = Fixture::default();
        label.put_all("Luz", LISTENERS, &[("2025-01-01", 5.0)]);
        label.put_all("Luz", FOLLOWERS, &[("2025-01-01", 5.0)]);
        label.put("Luz", FOLLOWERS, TODAY, 500.0, &[Flag::LevelChange]);
        let data = label.data("recap");
        assert_eq!((&data["figures"][0]["has_jumps"], &data["gained_most"]), (&json!(true), &json!(null)));
        assert_eq!(data["milestones"], json!([]));
        // A single value has not changed.
        assert_eq!(data["figures"].as_array().unwrap().len(), 1);
    }
}
