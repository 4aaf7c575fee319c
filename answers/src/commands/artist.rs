//! `artist name:`: one artist on all platforms, with top tracks and videos.

use casa24_schemas::{Content, Observed, Platform};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::figures::{Figure, Head};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf};
use crate::refusal::Refusal;

/// Days over which a figure shows its change.
const PERIOD_DAYS: u32 = 30;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// The artist.
    pub name: String,
}

/// One artist on all platforms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Name of the artist.
    pub artist: String,
    /// Days between baseline and current of the figures.
    pub period_days: u32,
    /// One for each platform and metric.
    pub figures: Vec<Figure>,
    /// Tracks, videos and names by platform, where they were observed by the day in question.
    pub content: Vec<PlatformContent>,
}

/// What a platform shows of the artist beside figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlatformContent {
    /// The platform.
    pub platform: Platform,
    /// When it was observed.
    pub observed_at: Observed,
    /// Tracks, videos and names.
    pub content: Content,
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "artist",
        options: &[OptionDefinition::required("name", OptionKind::Artist)],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self { name: options.required_artist("name")? })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let view = as_of.find(&self.name)?;
        let series = as_of.series_of(&view);
        Ok(Answer {
            head: Head::new(as_of, &[view]),
            artist: view.artist.name.clone(),
            period_days: PERIOD_DAYS,
            figures: series.iter().map(|series| Figure::of(as_of, series, PERIOD_DAYS)).collect(),
            content: content(as_of, &view),
        })
    }
}

/// Only the newest content is kept: an earlier day has none that was seen by then.
fn content(as_of: &AsOf<'_>, view: &ArtistView<'_>) -> Vec<PlatformContent> {
    let platforms = view.history.into_iter().flat_map(|history| &history.platforms);
    let seen = platforms.filter_map(|(platform, history)| Some((platform, history.content.as_ref()?)));
    seen.filter(|(_, (observed_at, content))| observed_at.date() <= as_of.day && !content.is_empty())
        .map(|(platform, (observed_at, content))| PlatformContent {
            platform: platform.clone(),
            observed_at: *observed_at,
            content: content.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use casa24_schemas::{Artist, Metric, Reading, Track, Value};
    use serde_json::json;

    use super::*;
    use crate::commands::fixture::{Fixture, SUBSCRIBERS, TODAY};

    #[test]
    fn an_artist_without_spotify_has_no_listeners_rather_than_none_measured() {
        let mut label = Fixture::default();
        label.account("Beats", Platform::SPOTIFY, None);
        label.put_all("Beats", SUBSCRIBERS, &[("2025-08-22", 13.0), (TODAY, 14.0)]);
        let data = label.data("artist name:beats");
        let spotify = data["figures"].as_array().unwrap().iter().filter(|f| f["platform"] == "spotify");
        let spotify: Vec<_> = spotify.map(|f| (f["current"].clone(), f["missing"].clone())).collect();
        assert!(!spotify.is_empty());
        assert!(spotify.iter().all(|found| *found == (json!(null), json!({ "reason": "no_account" }))));
    }

    #[test]
    fn tracks_are_listed_from_the_day_on_which_they_were_seen() {
        let mut label = Fixture::default();
        label.put_all("Luz", SUBSCRIBERS, &[("2025-08-22", 13.0)]);
        let track = Track { name: "song".to_owned(), popularity: Some(4), preview_url: None };
        let content = Content { tracks: vec![track], ..Content::default() };
        let reading = Reading { value: Value::new(9.0).unwrap(), flags: Vec::new() };
        let metrics = BTreeMap::from([(Metric::FOLLOWERS, reading)]);
        label.insert(Artist::new("Luz").unwrap(), Platform::SPOTIFY, TODAY, metrics, Some(content));
        assert_eq!(label.data("artist name:luz")["content"][0]["content"]["tracks"][0]["name"], "song");
        assert_eq!(label.data_as_of("artist name:luz", "2025-09-29")["content"], json!([]));
    }
}
