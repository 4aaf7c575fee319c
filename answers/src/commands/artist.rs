//! `artist name:`: one artist on all platforms, with top tracks and videos.

use casa24_schemas::{Account, Content, Day, Observed, Platform, Release};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
use crate::figures::{Figure, Head, Missing, PlaylistsOfPeriod, SongWeek, SongsOfPeriod};
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
    /// What each platform showed beside figures when it was last observed by the day in question, where that was anything.
    pub content: Vec<PlatformContent>,
    /// The newest release on each platform that was asked for the artist's releases in the 30 days before.
    #[serde(default)]
    pub newest_releases: Vec<NewestRelease>,
    /// Lists that belong to a platform of the label and are not in `content`, with the reason.
    pub missing_lists: Vec<MissingList>,
    /// The songs of the newest period that is known of each platform, however long ago it was. As of a day that was named
    /// it had ended by then; otherwise it may have ended after `as_of`, the day of the newest observation.
    #[serde(default)]
    pub songs: Vec<SongsOfPeriod>,
    /// The playlists of the newest such period.
    #[serde(default)]
    pub playlists: Vec<PlaylistsOfPeriod>,
    /// The newest week of songs whose streams are known day by day, those with the most streams first. As of a day that was
    /// named, by the days up to it; otherwise it may end after `as_of`.
    #[serde(default)]
    pub song_weeks: Vec<SongWeek>,
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

/// What an artist released last, as a platform has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewestRelease {
    /// The platform.
    pub platform: Platform,
    /// When it was asked for releases.
    pub observed_at: Observed,
    /// The newest of them. Of several that are as new, the first of the platform's list.
    pub release: Release,
}

/// A list that is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MissingList {
    /// The platform.
    pub platform: Platform,
    /// Which of its lists.
    pub list: ContentList,
    /// Why.
    pub missing: Missing,
}

/// A list that a platform shows beside figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContentList {
    /// Top tracks.
    Tracks,
    /// Top videos.
    Videos,
}

/// The lists that platforms show.
const LISTS: [(Platform, ContentList); 2] =
    [(Platform::SPOTIFY, ContentList::Tracks), (Platform::YOUTUBE, ContentList::Videos)];

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        let of_figures = self.figures.iter().filter(|figure| figure.current.is_some());
        let of_figures = of_figures.map(|figure| &figure.platform);
        let of_songs = self.songs.iter().map(|songs| &songs.platform);
        let of_playlists = self.playlists.iter().map(|playlists| &playlists.platform);
        let of_weeks = self.song_weeks.iter().map(|week| &week.platform);
        of_figures.chain(of_songs).chain(of_playlists).chain(of_weeks)
    }
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
        let content = content(as_of, &view);
        let newest_releases = newest_releases(as_of, &view);
        let missing_lists =
            LISTS.into_iter().filter_map(|(platform, list)| missing_list(as_of, &view, platform, list));
        Ok(Answer {
            songs: as_of.songs(&view),
            playlists: as_of.playlists(&view),
            song_weeks: as_of.song_weeks(&view),
            head: Head::new(as_of, &[view]),
            artist: view.artist.name.clone(),
            period_days: PERIOD_DAYS,
            figures: series.iter().map(|series| Figure::of(as_of, series, PERIOD_DAYS)).collect(),
            missing_lists: missing_lists.collect(),
            content,
            newest_releases,
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        for (index, figure) in answer.figures.iter().enumerate() {
            explainer.figure(&Place::of("figures").at(index), figure);
        }
        explainer.breakdowns(&answer.artist, &answer.songs, &answer.playlists, &answer.song_weeks);
        explainer.explanation()
    }
}

/// What each platform showed when it was last observed by the day; what is too old to stand for the day is left out.
fn content(as_of: &AsOf<'_>, view: &ArtistView<'_>) -> Vec<PlatformContent> {
    let platforms = view.history.into_iter().flat_map(|history| &history.platforms);
    let seen = platforms.filter_map(|(platform, history)| Some((platform, history.content.at(as_of.day)?)));
    seen.filter(|(_, (observed_at, content))| !as_of.is_stale(observed_at.date()) && !content.is_empty())
        .map(|(platform, (observed_at, content))| PlatformContent {
            platform: platform.clone(),
            observed_at,
            content,
        })
        .collect()
}

/// The newest release on each platform of which a list is known that can stand for the day.
fn newest_releases(as_of: &AsOf<'_>, view: &ArtistView<'_>) -> Vec<NewestRelease> {
    let platforms = view.history.into_iter().flat_map(|history| &history.platforms);
    let newest = platforms.filter_map(|(platform, history)| {
        let (observed_at, releases) = history.content.releases_at(as_of.day)?;
        let dated = releases.iter().rev().filter(|release| release.released.is_some());
        // What is known as a month or a year only comes before the days in it.
        let release = dated.max_by(|a, b| a.released.cmp(&b.released))?;
        (!as_of.is_stale(observed_at.date())).then(|| NewestRelease {
            platform: platform.clone(),
            observed_at,
            release: release.clone(),
        })
    });
    newest.collect()
}

/// Why a list is not there; `None` where it is, or where nobody of the label was on the platform.
fn missing_list(
    as_of: &AsOf<'_>,
    view: &ArtistView<'_>,
    platform: Platform,
    list: ContentList,
) -> Option<MissingList> {
    let history = view.history.and_then(|history| history.platforms.get(&platform));
    let seen = history.and_then(|history| history.content.at(as_of.day));
    let missing = match seen {
        None if !as_of.has_platform(&platform) => return None,
        None if view.account(&platform) == Account::Absent => Missing::NoAccount,
        None => Missing::NoList,
        Some((observed_at, content)) => {
            let of = Day(observed_at.date());
            let is_empty = match list {
                ContentList::Tracks => content.tracks.is_empty(),
                ContentList::Videos => content.videos.is_empty(),
            };
            match (is_empty, as_of.is_stale(of.0)) {
                (true, _) if view.account(&platform) == Account::Absent => Missing::NoAccount,
                (true, _) => Missing::EmptyList { of },
                (false, true) => Missing::TooOld { of: Some(of), no_newer: None },
                (false, false) => return None,
            }
        }
    };
    Some(MissingList { platform, list, missing })
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
    fn the_newest_release_is_of_the_newest_list_that_is_not_too_old() {
        let mut label = Fixture::default();
        let release = |name: &str, released: Option<&str>| Release {
            id: name.to_owned(),
            name: name.to_owned(),
            kind: Some("single".to_owned()),
            released: released.map(str::to_owned),
        };
        let mut see = |day: &str, releases: Option<Vec<Release>>| {
            let reading = Reading { value: Value::new(9.0).unwrap(), flags: Vec::new() };
            let metrics = BTreeMap::from([(Metric::RELEASES, reading)]);
            let content = Content { releases, ..Content::default() };
            label.insert(Artist::new("Luz").unwrap(), Platform::SPOTIFY, day, metrics, Some(content));
        };
        let month = release("month", Some("2025-05"));
        let undated = release("undated", None);
        see("2025-08-01", Some(vec![release("year", Some("2025")), month.clone(), undated.clone()]));
        see("2025-08-02", None);
        see("2025-08-08", Some(vec![month, release("day", Some("2025-05-09")), undated.clone()]));
        see("2025-08-15", Some(vec![undated]));
        let mut of = |day: &str| {
            let data = label.data_as_of("artist name:luz", day);
            let newest = data["newest_releases"].as_array().unwrap().clone();
            newest
                .iter()
                .map(|of| (of["release"]["name"].clone(), of["observed_at"].clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(of("2025-08-02"), [(json!("month"), json!("2025-08-01"))]);
        assert_eq!(of("2025-08-10"), [(json!("day"), json!("2025-08-08"))]);
        assert_eq!(of("2025-08-16"), [], "nobody knows which one is the newest");
    }

    #[test]
    fn a_day_has_the_tracks_of_that_day_or_says_why_there_are_none() {
        let mut label = Fixture::default();
        label.put_all("Luz", SUBSCRIBERS, &[("2025-07-22", 13.0), (TODAY, 14.0)]);
        let mut see = |day: &str, names: &[&str], points: u8| {
            let track =
                |name: &&str| Track { name: (*name).to_owned(), popularity: Some(points), preview_url: None };
            let content = Content { tracks: names.iter().map(track).collect(), ..Content::default() };
            let reading = Reading { value: Value::new(9.0).unwrap(), flags: Vec::new() };
            let metrics = BTreeMap::from([(Metric::FOLLOWERS, reading)]);
            label.insert(Artist::new("Luz").unwrap(), Platform::SPOTIFY, day, metrics, Some(content));
        };
        see("2025-08-01", &["first"], 4);
        see("2025-08-02", &["second", "first"], 5);
        see("2025-08-04", &[], 0);
        see("2025-08-05", &["third"], 6);
        let mut of = |day: &str| {
            let data = label.data_as_of("artist name:luz", day);
            let names = |content: &serde_json::Value| {
                let tracks = content["content"]["tracks"].as_array().unwrap().clone();
                tracks.iter().map(|track| track["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            };
            let tracks: Vec<String> = data["content"].as_array().unwrap().iter().flat_map(names).collect();
            let missing = data["missing_lists"].as_array().unwrap().iter().find(|l| l["list"] == "tracks");
            (tracks, missing.map_or(json!(null), |list| list["missing"].clone()))
        };
        let listed = |names: &[&str]| (names.iter().map(|name| (*name).to_owned()).collect(), json!(null));
        assert_eq!(of("2025-07-31"), (Vec::new(), json!(null))); // nobody is on the platform yet
        assert_eq!(of("2025-08-01"), listed(&["first"]));
        assert_eq!(of("2025-08-03"), listed(&["second", "first"]));
        let empty = json!({ "reason": "empty_list", "of": "2025-08-04" });
        assert_eq!(of("2025-08-04"), (Vec::new(), empty));
        assert_eq!(of("2025-09-04"), listed(&["third"]));
        let too_old = json!({ "reason": "too_old", "of": "2025-08-05" });
        assert_eq!(of("2025-09-05"), (Vec::new(), too_old));
        let data = label.data("artist name:luz");
        assert_eq!(data["missing_lists"][1]["missing"], json!({ "reason": "no_list" }));
    }
}
