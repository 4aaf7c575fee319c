//! `artist name:`: one artist on all platforms, with top tracks and videos.

use casa24_schemas::{Content, Observed, Platform, Track, Video};
use serde::Serialize;

use super::figure::{Figure, if_older};
use super::frame::{Answer, Head, footer};
use super::growth::platform_sections;
use super::library::{Known, View};
use super::notes;
use crate::discord::{self, Embed, Section};
use crate::error::QuestionError;
use crate::text;

const COLOUR: u32 = 0x9B_59_B6;

/// Days over which a figure shows its change.
const PERIOD_DAYS: u32 = 30;

/// Most tracks and videos that a message lists.
const MAX_ITEMS: usize = 5;

/// Figures of "artist".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArtistData {
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlatformContent {
    /// The platform.
    pub platform: Platform,
    /// When it was observed.
    pub observed_at: Observed,
    /// Tracks, videos and names.
    pub content: Content,
}

pub(super) fn answer(view: &View<'_>, name: &str) -> Result<Answer, QuestionError> {
    let known = view.find(name)?;
    let series = view.series_of(&known);
    let figures = series.iter().map(|(p, m)| Figure::of(view, &known, p, m, PERIOD_DAYS)).collect();
    let head = Head::new("artist", view, &[known]);
    let sample = head.sample;
    let artist = known.artist.name.clone();
    let data = ArtistData { head, artist, period_days: PERIOD_DAYS, figures, content: content(view, &known) };
    Ok(Answer::new(&data, embed(view, &data), sample))
}

/// Only the newest content is kept: an earlier day has none that was seen by then.
fn content(view: &View<'_>, known: &Known<'_>) -> Vec<PlatformContent> {
    let platforms = known.history.into_iter().flat_map(|history| &history.platforms);
    let seen = platforms.filter_map(|(platform, history)| Some((platform, history.content.as_ref()?)));
    seen.filter(|(_, (observed_at, content))| observed_at.date() <= view.as_of && !content.is_empty())
        .map(|(platform, (observed_at, content))| PlatformContent {
            platform: platform.clone(),
            observed_at: *observed_at,
            content: content.clone(),
        })
        .collect()
}

fn embed(view: &View<'_>, data: &ArtistData) -> Embed {
    let sources = data.figures.iter().filter(|figure| figure.current.is_some());
    let mut embed = Embed {
        title: discord::name(&data.artist),
        colour: COLOUR,
        description: Vec::new(),
        sections: Vec::new(),
        image: None,
        footer: footer(
            view.as_of,
            sources.map(|figure| &figure.platform),
            &format!("changes over {PERIOD_DAYS} days"),
        ),
    };
    let mut genres: Vec<String> = Vec::new();
    for genre in
        data.content.iter().flat_map(|content| &content.content.genres).map(|genre| discord::name(genre))
    {
        if !genres.contains(&genre) {
            genres.push(genre);
        }
    }
    if !genres.is_empty() {
        embed.description.push(format!("*{}*", genres.join(", ")));
    }
    if data.figures.iter().all(|figure| figure.current.is_none()) {
        embed.description.push("No figures yet.".to_owned());
    }
    embed.sections = platform_sections(&data.figures, |figures| {
        figures.iter().flat_map(|figure| figure_lines(view, figure)).collect()
    });
    for content in &data.content {
        let older = if_older(content.observed_at.date(), view.as_of);
        let label = text::platform_label(&content.platform);
        let Content { tracks, videos, .. } = &content.content;
        embed.sections.push(list(format!("Top tracks · {label}{older}"), tracks, track_line));
        embed.sections.push(list(format!("Top videos · {label}{older}"), videos, video_line));
    }
    embed
}

fn figure_lines(view: &View<'_>, figure: &Figure) -> Vec<String> {
    let Some((current, date)) = figure.current() else { return Vec::new() };
    let label = text::metric_label(&figure.platform, &figure.metric);
    let change = figure.change.filter(|change| change.get() != 0.0).map(|change| {
        let pct = figure.pct_in_words().map(|pct| format!(" ({pct})")).unwrap_or_default();
        format!(" · {}{pct}{}", text::signed(change), notes::mark(&figure.bending()))
    });
    let change = change.unwrap_or_default();
    let older = if_older(date, view.as_of);
    let scale = if text::is_score(&figure.platform, &figure.metric) { " of 100" } else { "" };
    let mut lines = vec![format!("**{}**{scale} {label}{change}{older}", text::number(current))];
    lines.extend(notes::in_words(&figure.flags).map(|words| format!("*{words}*")));
    lines
}

fn list<T>(name: String, items: &[T], line: impl Fn(&T) -> String) -> Section {
    let lines = items.iter().take(MAX_ITEMS).map(line).collect();
    Section { num_more: items.len().saturating_sub(MAX_ITEMS), ..Section::new(name, lines) }
}

fn track_line(track: &Track) -> String {
    let popularity = track.popularity.map(|points| format!(" · popularity {points}")).unwrap_or_default();
    format!("**{}**{popularity}", discord::name(&track.name))
}

fn video_line(video: &Video) -> String {
    let views = video.views.map(|views| format!(" · {} views", text::thousands(views))).unwrap_or_default();
    format!("**{}**{views}", discord::name(&video.title))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use casa24_schemas::{Artist, Flag, Metric, Reading, Value};

    use super::super::fixture::{Fixture, LISTENERS, SUBSCRIBERS, TODAY, text_of};
    use super::*;

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all("Luz", LISTENERS, &[("2025-08-31", 1_000.0), (TODAY, 1_250.0)]);
        label.account("Luz", Platform::YOUTUBE, None);
        label.account("Beats", Platform::SPOTIFY, None);
        label.put_all("Beats", SUBSCRIBERS, &[("2025-08-22", 13.0)]);
        label
    }

    #[test]
    fn an_artist_without_spotify_has_no_listeners_rather_than_none_measured() {
        let text = label().text("artist name:beats");
        assert!(text.contains("Spotify\nno Spotify account"), "{text}");
        assert!(!text.contains("listeners") && !text.contains("popularity"), "{text}");
    }

    #[test]
    fn an_older_figure_shows_its_day() {
        let text = label().text("artist name:BEATS");
        assert!(text.contains("**13** subscribers · of 2025-08-22"), "{text}");
    }

    #[test]
    fn a_figure_shows_its_change_and_what_bends_it() {
        let mut label = label();
        label.put("Luz", LISTENERS, TODAY, 1_250.0, &[Flag::Rounded]);
        let text = label.text("artist name:luz");
        assert!(
            text.contains("**1,250** monthly listeners · +250 (+25.0 %)\n*rounded by the source*"),
            "{text}"
        );
    }

    #[test]
    fn tracks_are_listed_from_the_day_on_which_they_were_seen() {
        let mut label = label();
        let track =
            |number| Track { name: format!("song *{number}*"), popularity: Some(4), preview_url: None };
        let content = Content { tracks: (1..=7).map(track).collect(), ..Content::default() };
        let reading = Reading { value: Value::new(9.0).unwrap(), flags: Vec::new() };
        let metrics = BTreeMap::from([(Metric::FOLLOWERS, reading)]);
        label.insert(Artist::new("Luz").unwrap(), Platform::SPOTIFY, TODAY, metrics, Some(content));
        let text = label.text("artist name:luz");
        assert!(text.contains(r"**song \*1\*** · popularity 4"), "{text}");
        assert!(text.contains("*and 2 more*"), "{text}");
        let before = text_of(&label.ask_as_of("artist name:luz", Some("2025-09-29")));
        assert!(!before.contains("song"), "{before}");
    }
}
