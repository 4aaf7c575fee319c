//! `achievements [artist:] [category:]`: what was earned, and what is next.

use casa24_analytics::achievements::{self, Category, LIST, Progress, Standing};
use casa24_analytics::trends::Found;
use casa24_schemas::{Date, Day, Platform, Value};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::choices::ALL;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
use crate::figures::{Head, MOST_NOTED, Missing};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf};
use crate::refusal::Refusal;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only this artist.
    pub artist: Option<String>,
    /// Only this category: value of the option.
    pub category: &'static str,
}

/// What was earned, and how far the rest is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The artist that was asked for; missing in an answer about all.
    pub artist: Option<String>,
    /// The category that was asked for; missing in an answer about all of them.
    pub category: Option<String>,
    /// Achievements of a single artist in the answer, which each artist can earn.
    pub num_of_artist: u32,
    /// How many of them each artist has earned, most first.
    pub artists: Vec<NumEarned>,
    /// Number of achievements that the artists in the answer have earned.
    pub num_earned: u32,
    /// Of the artist that was asked for every achievement; of all artists those that were earned, the newest first, 200 at
    /// most.
    pub of_artists: Vec<Achievement>,
    /// What the label's artists earn together.
    pub of_label: Vec<Achievement>,
}

/// How many achievements an artist has earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NumEarned {
    /// Name of the artist.
    pub artist: String,
    /// How many were earned, of `num_of_artist`.
    pub num_earned: u32,
}

/// An achievement, and where an artist or the label stands with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Achievement {
    /// Name of the artist; missing where the label earns it.
    pub artist: Option<String>,
    /// Token of the achievement.
    pub id: String,
    /// Token of its category.
    pub category: String,
    /// Token of what earns it.
    pub rule: String,
    /// How many of what its rule counts are asked for.
    pub need: Value,
    /// Day of the observation that earned it.
    pub earned: Option<Day>,
    /// Whether that observation is the first of a figure, so that it may have been earned earlier.
    pub or_earlier: bool,
    /// How many there are so far, where it is not earned and there are any to count.
    pub have: Option<Value>,
    /// Why it is not known.
    pub missing: Option<Missing>,
}

impl Answer {
    /// The platforms that its figures come from: which ones an achievement rests on is not told apart.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        std::iter::empty()
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "achievements",
        options: &[
            OptionDefinition::optional("artist", OptionKind::Artist),
            OptionDefinition::optional("category", OptionKind::Choice { choices: categories, default: ALL }),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self { artist: options.artist("artist")?, category: options.choice("category")? })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let one = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let category = Category::ALL.into_iter().find(|category| category.as_str() == self.category);
        let is_asked = |of: &casa24_analytics::achievements::Achievement| {
            category.is_none_or(|category| of.category == category)
        };
        // What the artists do together needs the findings of all.
        let all: Vec<ArtistView<'_>> = as_of.artists.clone();
        let findings: Vec<&[Found]> = all.par_iter().map(|view| as_of.found(view, Date::MIN)).collect();
        let views: Vec<ArtistView<'_>> = one.map_or_else(|| all.clone(), |view| vec![view]);
        let standings: Vec<Vec<Standing>> = views
            .par_iter()
            .map(|view| {
                let standings = as_of.standings(view).into_owned().into_iter();
                standings.filter(|standing| is_asked(standing.achievement)).collect()
            })
            .collect();
        let label = as_of.label().and_then(|view| view.history);
        let of_label = achievements::of_label(&findings, label, as_of.day);
        let mut artists: Vec<NumEarned> = views
            .iter()
            .zip(&standings)
            .map(|(view, standings)| NumEarned {
                artist: view.artist.name.clone(),
                num_earned: standings.iter().filter(|standing| is_earned(standing)).count() as u32,
            })
            .collect();
        artists.sort_by(|a, b| b.num_earned.cmp(&a.num_earned).then_with(|| a.artist.cmp(&b.artist)));
        let mut of_artists: Vec<Achievement> = views
            .iter()
            .zip(standings)
            .flat_map(|(view, standings)| {
                let shown = standings.into_iter().filter(|standing| one.is_some() || is_earned(standing));
                shown
                    .filter_map(|standing| told(Some(view.artist.name.clone()), &standing))
                    .collect::<Vec<_>>()
            })
            .collect();
        if one.is_none() {
            of_artists.sort_by(|a, b| b.earned.cmp(&a.earned).then_with(|| a.artist.cmp(&b.artist)));
            of_artists.truncate(MOST_NOTED);
        }
        Ok(Answer {
            head: Head::new(as_of, &as_of.asked(one)),
            artist: one.map(|view| view.artist.name.clone()),
            category: category.map(|category| category.as_str().to_owned()),
            num_of_artist: LIST.iter().filter(|of| !of.is_of_label() && is_asked(of)).count() as u32,
            num_earned: artists.iter().map(|artist| artist.num_earned).sum(),
            artists,
            of_artists,
            of_label: of_label
                .iter()
                .filter(|of| is_asked(of.achievement))
                .filter_map(|standing| told(None, standing))
                .collect(),
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        for (field, list) in [("of_artists", &answer.of_artists), ("of_label", &answer.of_label)] {
            for (index, achievement) in list.iter().enumerate() {
                let place = Place::of(field).at(index);
                let is_it = |view: &&ArtistView<'_>| achievement.artist.as_ref() == Some(&view.artist.name);
                let view = as_of.known.iter().find(is_it);
                if let Some(day) = achievement.earned {
                    explainer.earned(&place.at("earned"), view, &achievement.id, day);
                }
                if let Some(have) = achievement.have {
                    explainer.have(&place.at("have"), view, &achievement.id, have);
                }
            }
        }
        explainer.explanation()
    }
}

fn categories() -> Vec<&'static str> {
    [ALL].into_iter().chain(Category::ALL.into_iter().map(Category::as_str)).collect()
}

const fn is_earned(standing: &Standing) -> bool {
    matches!(standing.progress, Some(Progress::Earned { .. }))
}

/// Where somebody stands; `None` never, as every rule asks for a number.
fn told(artist: Option<String>, standing: &Standing) -> Option<Achievement> {
    let Standing { achievement, progress } = standing;
    let (mut earned, mut have, mut missing) = (None, None, None);
    let is_from_start = matches!(progress, Some(Progress::Earned { or_earlier: true, .. }));
    match progress {
        Some(Progress::Earned { on, .. }) => earned = Some(Day(*on)),
        Some(Progress::Ahead { have: number }) => have = Value::new(*number),
        Some(Progress::NoneYet) => {}
        None => missing = Some(Missing::NoFigures),
    }
    Some(Achievement {
        artist,
        id: achievement.id.to_owned(),
        category: achievement.category.as_str().to_owned(),
        rule: achievement.rule.as_str().to_owned(),
        need: Value::new(achievement.need)?,
        earned,
        or_earlier: is_from_start,
        have,
        missing,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use crate::Refusal;
    use crate::commands::fixture::{FOLLOWERS, Fixture, SUBSCRIBERS, TODAY};

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[("2025-09-01", 60.0), ("2025-09-20", 90.0), (TODAY, 101.0)]);
        label.put_all("Mar", SUBSCRIBERS, &[(TODAY, 2_000.0)]);
        label.put_members(TODAY, 61.0);
        label
    }

    fn of<'j>(data: &'j Json, list: &str, id: &str) -> &'j Json {
        data[list].as_array().unwrap().iter().find(|of| of["id"] == id).unwrap()
    }

    #[test]
    fn an_artist_has_what_was_earned_with_its_day_and_how_far_the_rest_is() {
        let data = label().data("achievements artist:luz");
        let reached = of(&data, "of_artists", "reach_100");
        assert_eq!((&reached["earned"], &reached["have"]), (&json!(TODAY), &json!(null)));
        let ahead = of(&data, "of_artists", "reach_1k");
        assert_eq!(
            (&ahead["earned"], &ahead["have"], &ahead["need"]),
            (&json!(null), &json!(101), &json!(1_000))
        );
        // Without any figure of a channel nothing is known of its views: that is not zero.
        let views = of(&data, "of_artists", "views_10k");
        assert_eq!((&views["have"], &views["missing"]["reason"]), (&json!(null), &json!("no_figures")));
        assert_eq!(of(&data, "of_label", "members_100")["have"], 61);
    }

    #[test]
    fn nobody_has_more_than_there_are_and_those_earned_earlier_come_later() {
        let data = label().data("achievements category:growth");
        assert_eq!(data["num_of_artist"], 8);
        let counts = json!([{ "artist": "Mar", "num_earned": 2 }, { "artist": "Luz", "num_earned": 1 }]);
        assert_eq!(data["artists"], counts);
        assert!(data["of_artists"].as_array().unwrap().iter().all(|of| of["earned"] == TODAY));
        assert_eq!(data["of_label"], json!([]));
        // As of a day before, it was not earned.
        let before = label().data_as_of("achievements artist:luz", "2025-09-29");
        assert_eq!(of(&before, "of_artists", "reach_100")["have"], 90);
    }

    #[test]
    fn an_unknown_artist_is_refused_not_shown_with_nothing() {
        assert!(matches!(label().refusal("achievements artist:zzz"), Refusal::UnknownArtist { .. }));
    }
}
