//! `stats`: the label now.

use casa24_analytics::{Point, totals};
use casa24_schemas::{Day, Metric, Platform, Value, is_headline, is_summable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use crate::definition::CommandDefinition;
use crate::explanation::{Explainer, Explanation, Formula, Place};
use crate::figures::{Figure, Head, LeftOut, Owner, SeriesKey};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, SeriesOf};
use crate::refusal::Refusal;

/// Most artists in a list of the top ones.
const MAX_TOP: usize = 3;

/// Days over which the label's own figures show their change.
const PERIOD_DAYS: u32 = 30;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query;

/// The label now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Number of artists of the label on the day: those on the roster of that day, and of the artists whom it does not know
    /// those with a figure of the last 30 days.
    pub num_artists: u32,
    /// Name of the label, where it has figures of its own.
    pub label_name: Option<String>,
    /// Days over which the label's own figures show their change.
    pub period_days: u32,
    /// One for each platform and metric that can be added up.
    pub totals: Vec<Total>,
    /// The label's own figures (its Discord server), with their change over `period_days`.
    pub label: Vec<Figure>,
    /// The artists with the greatest values of each headline metric, greatest first.
    pub top_artists: Vec<Top>,
}

/// Sum of one metric over all artists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Total {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// The sum; missing where no artist has a value of the last 30 days.
    pub value: Option<Value>,
    /// Number of artists that it adds.
    pub num_artists_added: u32,
    /// Number of artists that it could add: those of the label on the day, without those known to have no account there.
    pub num_artists_eligible: u32,
    /// Day of the oldest value in it.
    pub oldest_date: Option<Day>,
    /// The artists that it does not add, with the reason, without those known to have no account there.
    pub left_out: Vec<LeftOut>,
}

/// One of the top artists by a metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Top {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Rank, from 1 on; equal values share it.
    pub rank: u32,
    /// Name of the artist.
    pub artist: String,
    /// Newest value that counts.
    pub value: Value,
    /// Its day.
    pub date: Day,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        let totals = self.totals.iter().filter(|total| total.value.is_some()).map(|total| &total.platform);
        totals.chain(self.label.iter().map(|figure| &figure.platform))
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition { name: "stats", options: &[] };

    fn read(_: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self)
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let mut keys = as_of.all_series();
        keys.retain(|(platform, metric)| is_summable(platform, metric));
        let totals = keys.iter().map(|(platform, metric)| total(as_of, platform, metric)).collect();
        let headline = keys.iter().filter(|(platform, metric)| is_headline(platform, metric));
        let top_artists = headline.flat_map(|(platform, metric)| top(as_of, platform, metric)).collect();
        let label = as_of.label();
        let own = label.iter().flat_map(|view| as_of.series_of(view));
        let own = own.map(|series| Figure::of(as_of, &series, PERIOD_DAYS)).collect();
        let everybody: Vec<ArtistView<'_>> = as_of.artists.iter().copied().chain(label).collect();
        Ok(Answer {
            head: Head::new(as_of, &everybody),
            num_artists: as_of.artists.iter().filter(|view| view.is_of_label()).count() as u32,
            label_name: label.map(|view| view.artist.name.clone()),
            period_days: PERIOD_DAYS,
            totals,
            label: own,
            top_artists,
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        for (index, total) in answer.totals.iter().enumerate() {
            let place = Place::of("totals").at(index);
            let key = SeriesKey { platform: total.platform.clone(), metric: total.metric.clone() };
            let mut added = Vec::new();
            for view in &as_of.artists {
                let series =
                    SeriesOf { view: *view, platform: key.platform.clone(), metric: key.metric.clone() };
                if let Ok(present) = as_of.present(&series) {
                    added.extend(explainer.point_input(&series, present));
                }
            }
            explainer.computed(&place.at("value"), total.value, Formula::Sum, Some(added));
            explainer.left_out(&place.at("left_out"), &total.left_out, &key);
        }
        for (index, figure) in answer.label.iter().enumerate() {
            explainer.figure(&Place::of("label").at(index), figure);
        }
        for (index, top) in answer.top_artists.iter().enumerate() {
            let key = SeriesKey { platform: top.platform.clone(), metric: top.metric.clone() };
            let series = explainer.series_of(&top.artist, Owner::Artist, &key);
            let place = Place::of("top_artists").at(index).at("value");
            explainer.observed(&place, Some(top.value), &series, Some(top.date));
        }
        explainer.explanation()
    }
}

fn total(as_of: &AsOf<'_>, platform: &Platform, metric: &Metric) -> Total {
    let mut added = Vec::new();
    let mut left_out = Vec::new();
    let mut num_artists_eligible = 0;
    for view in &as_of.artists {
        let series = SeriesOf { view: *view, platform: platform.clone(), metric: metric.clone() };
        let is_eligible = as_of.is_eligible(&series);
        num_artists_eligible += u32::from(is_eligible);
        match as_of.present(&series) {
            Ok(present) => added.push(present),
            // Whoever is gone is named as long as there is a figure that is left out.
            Err(why) if is_eligible || as_of.newest(&series).is_some() => {
                left_out.push(as_of.left_out(&series, why));
            }
            Err(_) => {}
        }
    }
    let sum = totals::of_points(added);
    Total {
        platform: platform.clone(),
        metric: metric.clone(),
        value: sum.map(|sum| sum.value),
        num_artists_added: sum.map_or(0, |sum| sum.num_artists as u32),
        num_artists_eligible,
        oldest_date: sum.map(|sum| Day(sum.oldest_date)),
        left_out,
    }
}

fn top<'a>(as_of: &AsOf<'a>, platform: &Platform, metric: &Metric) -> Vec<Top> {
    let present = |view: &ArtistView<'a>| {
        let series = SeriesOf { view: *view, platform: platform.clone(), metric: metric.clone() };
        Some((view.artist.name.as_str(), as_of.present(&series).ok()?))
    };
    let fresh: Vec<(&str, &Point)> =
        as_of.artists.iter().filter_map(present).filter(|(_, point)| point.value > 0.0).collect();
    let ranks = totals::ranks(&fresh.iter().map(|(_, point)| point.value).collect::<Vec<_>>());
    let mut top: Vec<Top> = fresh
        .into_iter()
        .zip(ranks)
        .filter(|(_, rank)| *rank <= MAX_TOP)
        .filter_map(|((artist, point), rank)| {
            Some(Top {
                platform: platform.clone(),
                metric: metric.clone(),
                rank: rank as u32,
                artist: artist.to_owned(),
                value: Value::new(point.value)?,
                date: Day(point.date()),
            })
        })
        .collect();
    top.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.artist.cmp(&b.artist)));
    top.truncate(MAX_TOP);
    top
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::fixture::{FOLLOWERS, Fixture, SUBSCRIBERS, TODAY};

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[(TODAY, 1_250.0)]);
        label.put_all("Mar", FOLLOWERS, &[("2025-09-08", 400.0)]);
        label.put_all("Gone", FOLLOWERS, &[("2025-08-22", 9_000.0)]);
        label.put_all("Beats", SUBSCRIBERS, &[(TODAY, 13.0)]);
        label.account("Beats", casa24_schemas::Platform::SPOTIFY, None);
        label.put_members("2025-08-31", 58.0);
        label.put_members(TODAY, 61.0);
        label
    }

    #[test]
    fn totals_leave_out_what_is_old_and_name_it() {
        let total = label().data("stats")["totals"][0].clone();
        assert_eq!((&total["metric"], &total["value"]), (&json!("followers"), &json!(1650)));
        assert_eq!((&total["num_artists_added"], &total["num_artists_eligible"]), (&json!(2), &json!(2)));
        assert_eq!(total["oldest_date"], "2025-09-08");
        let gone = json!([{
            "artist": "Gone", "missing": { "reason": "too_old", "of": "2025-08-22" },
            "value": 9000, "date": "2025-08-22",
        }]);
        assert_eq!(total["left_out"], gone);
    }

    #[test]
    fn an_earlier_day_knows_neither_artists_nor_members_that_came_later() {
        let mut label = label();
        let data = label.data_as_of("stats", "2025-08-25");
        assert_eq!((&data["num_artists"], &data["label_name"]), (&json!(1), &json!(null)));
        let answer = label.ask("stats", Some("2025-08-25")).unwrap();
        assert_eq!(answer.sources(), [casa24_schemas::Platform::SPOTIFY]);
    }

    #[test]
    fn the_count_is_of_the_artists_of_the_day() {
        let mut label = label();
        label.roster_said("2025-09-10", "Mar", true);
        label.roster_said("2025-09-20", "Mar", false);
        label.roster_said("2025-09-25", "Next", true);
        let mut of = |day: Option<&str>| {
            let answer = label.ask("stats", day).unwrap();
            let crate::Answer::Stats(stats) = &*answer else { panic!("stats") };
            let total = &stats.totals[0];
            let left_out: Vec<_> = total.left_out.iter().map(|left_out| left_out.artist.clone()).collect();
            (stats.num_artists, total.num_artists_added, total.num_artists_eligible, left_out)
        };
        let nobody = Vec::<String>::new();
        let with_next = vec!["Gone".to_owned(), "Next".to_owned()];
        assert_eq!(of(Some("2025-09-07")), (1, 1, 1, nobody.clone())); // Gone, 16 days old
        assert_eq!(of(Some("2025-09-08")), (2, 2, 2, nobody.clone()));
        assert_eq!(of(Some("2025-09-21")), (1, 1, 1, nobody.clone())); // Gone, 30 days old; Mar has left
        assert_eq!(of(Some("2025-09-25")), (1, 0, 1, with_next.clone())); // Next, without figures
        assert_eq!(of(Some(TODAY)), (3, 1, 2, with_next)); // Luz, Next; Beats is not on Spotify
        assert_eq!(of(None), of(Some(TODAY)));
        label.roster_said("2026-01-05", "Luz", false);
        let mut num_artists = |day| {
            label.ask("stats", day).map(|answer| match &*answer {
                crate::Answer::Stats(stats) => stats.num_artists,
                _ => 0,
            })
        };
        assert_eq!((num_artists(Some(TODAY)), num_artists(None)), (Ok(3), Ok(2)));
    }

    #[test]
    fn the_label_has_figures_of_its_own() {
        let data = label().data("stats");
        let members = &data["label"][0];
        assert_eq!((&members["owner"], &members["change"]), (&json!("label"), &json!(3)));
        assert_eq!((&data["label_name"], &data["num_artists"]), (&json!("The Server"), &json!(3)));
    }
}
