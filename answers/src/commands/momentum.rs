//! `momentum [artist:] [period:]`: what speeds up and what slows down.

use casa24_schemas::Platform;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
use crate::figures::{Head, PaceFigure};
use crate::query::Options;
use crate::read_model::AsOf;
use crate::refusal::Refusal;

/// Days of a week.
const WEEK: u32 = 7;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only this artist.
    pub artist: Option<String>,
    /// Days of the new pace.
    pub period_days: u32,
}

/// How fast figures move, and whether that has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The artist that was asked for; missing in an answer about all.
    pub artist: Option<String>,
    /// Days that were asked for.
    pub period_days: u32,
    /// Whole weeks of the new pace: a pace is measured over whole weeks, so that all weekdays weigh the same.
    pub num_weeks: u32,
    /// One for each artist, platform and metric, and in an answer about all the label's own.
    pub figures: Vec<PaceFigure>,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        self.figures.iter().filter(|figure| figure.pace.is_some()).map(|figure| &figure.platform)
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "momentum",
        options: &[
            OptionDefinition::optional("artist", OptionKind::Artist),
            OptionDefinition::optional("period", OptionKind::Days { min: 7, max: 84, default: 14 }),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self { artist: options.artist("artist")?, period_days: options.days("period")? })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let one = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let views = as_of.asked(one);
        let num_weeks = self.period_days / WEEK;
        let series: Vec<_> = views.iter().flat_map(|view| as_of.series_of(view)).collect();
        Ok(Answer {
            head: Head::new(as_of, &views),
            artist: one.map(|view| view.artist.name.clone()),
            period_days: self.period_days,
            num_weeks,
            figures: series.par_iter().map(|series| PaceFigure::of(as_of, series, num_weeks)).collect(),
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        for (index, figure) in answer.figures.iter().enumerate() {
            explainer.pace_figure(&Place::of("figures").at(index), figure, answer.num_weeks);
        }
        explainer.explanation()
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Metric, Observed, Platform};
    use serde_json::{Value as Json, json};

    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

    /// 140 days in which a figure changes by so much a day, and by another amount in the last two weeks.
    fn put(label: &mut Fixture, artist: &str, series: (Platform, Metric), (before, now): (f64, f64)) {
        let last = Observed::parse(TODAY).unwrap().date();
        let mut value = 5_000.0;
        for back in (0..140_i64).rev() {
            let day = Day(last - time::Duration::days(back)).to_string();
            value += if back < 14 { now } else { before } + (back * 37 % 5 - 2) as f64;
            label.put(artist, series.clone(), &day, value, &[]);
        }
    }

    fn figure(data: &Json, artist: &str, metric: &str) -> Json {
        let figures = data["figures"].as_array().unwrap();
        figures.iter().find(|f| f["artist"] == artist && f["metric"] == metric).unwrap().clone()
    }

    #[test]
    fn a_faster_pace_is_told_with_both_paces_and_the_range() {
        let mut label = Fixture::default();
        put(&mut label, "Luz", FOLLOWERS, (10.0, 30.0));
        put(&mut label, "Luz", LISTENERS, (-10.0, -30.0));
        put(&mut label, "Luz", SUBSCRIBERS, (10.0, 10.0));
        let data = label.data("momentum artist:luz");
        assert_eq!((&data["period_days"], &data["num_weeks"]), (&json!(14), &json!(2)));
        let pace = &figure(&data, "Luz", "followers")["pace"];
        assert_eq!((&pace["change"], &pace["until"]), (&json!("accelerating"), &json!(TODAY)));
        assert_eq!((&pace["since"], &pace["per_day_before"]), (&json!("2025-09-16"), &json!(10)));
        let number = |name: &str| pace[name].as_f64().unwrap();
        assert!((29.0..31.0).contains(&number("per_day")) && number("upper") < number("per_day"), "{pace}");
        // Three falling metrics are not called accelerating.
        assert_eq!(figure(&data, "Luz", "monthly_listeners")["pace"]["change"], "slowing");
        assert_eq!(figure(&data, "Luz", "subscribers")["pace"]["change"], json!(null));
    }

    #[test]
    fn a_figure_that_falls_after_it_rose_has_turned() {
        let mut label = Fixture::default();
        put(&mut label, "Luz", FOLLOWERS, (10.0, -30.0));
        assert_eq!(figure(&label.data("momentum"), "Luz", "followers")["pace"]["change"], "turn");
    }

    #[test]
    fn without_enough_weeks_the_reason_stands_instead() {
        let mut label = Fixture::default();
        put(&mut label, "Luz", FOLLOWERS, (10.0, 10.0));
        label.put_all("Mar", FOLLOWERS, &[("2025-09-29", 10.0), (TODAY, 11.0)]);
        label.account("Mar", Platform::YOUTUBE, None);
        let data = label.data("momentum period:30");
        let mar = figure(&data, "Mar", "followers");
        assert_eq!(
            (&mar["pace"], &mar["missing"]),
            (&json!(null), &json!({ "reason": "too_few_weeks", "need": 10 }))
        );
        let asked = label.data_as_of("momentum artist:luz", "2025-07-01");
        assert_eq!(figure(&asked, "Luz", "followers")["missing"]["reason"], "too_few_weeks");
    }
}
