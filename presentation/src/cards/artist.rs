//! `artist` as a card.

use casa24_answers::Figure;
use casa24_answers::artist::{Answer, ContentList, NewestRelease};
use casa24_schemas::{Content, Date, Day, Observed, Release, Track, Video};

use crate::card::{Block, Card, Control, Line, Outside, Section};
use crate::words::{Symbol, Words};

use super::artist_breakdowns::{self, MAX_ITEMS};
use super::frame::{self, days, joined, labelled, name, section, with_age, with_brackets};
use super::platforms::{self, is_score};
use super::{flags, missing};

const COLOUR: u32 = 0x9B_59_B6;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let as_of = answer.head.as_of.0;
    let method = words.line("artist-method", &[("days", days(words, answer.period_days).into())]);
    let mut card = frame::card(words, &answer.head, COLOUR, name(&answer.artist), answer.sources(), method);
    let mut genres: Vec<&String> = Vec::new();
    for genre in answer.content.iter().flat_map(|content| &content.content.genres) {
        if !genres.contains(&genre) {
            genres.push(genre);
        }
    }
    if !genres.is_empty() {
        let genres = joined(genres.into_iter().map(|genre| name(genre)), Symbol::Comma);
        card.lead.push(genres.quiet().into());
    }
    if answer.figures.iter().all(|figure| figure.current.is_none()) {
        card.lead.push(Line::from(words.say("no-figures-yet")).into());
    }
    card.sections = platforms::sections(words, &answer.figures, |figures| {
        figures.iter().flat_map(|figure| figure_lines(words, figure, as_of)).map(Block::from).collect()
    });
    for newest in &answer.newest_releases {
        card.sections.push(newest_release(words, newest, as_of));
    }
    for content in &answer.content {
        let platform = words.platform(&content.platform);
        let heading = |id| {
            let heading = words.line(id, &[("platform", platform.clone().into())]);
            with_age(heading, words, Some(Day(content.observed_at.date())), as_of)
        };
        let Content { tracks, videos, .. } = &content.content;
        card.sections.push(list(heading("artist-top-tracks"), tracks, |track| track_line(words, track)));
        card.sections.push(list(heading("artist-top-videos"), videos, |video| video_line(words, video)));
    }
    card.sections.extend(artist_breakdowns::sections(words, answer));
    let missing = answer.missing_lists.iter().map(|list| {
        let platform = words.platform(&list.platform);
        let id = match list.list {
            ContentList::Tracks => "artist-top-tracks",
            ContentList::Videos => "artist-top-videos",
        };
        let heading = words.line(id, &[("platform", platform.into())]);
        labelled(words, heading, missing::line(words, &list.missing, &list.platform)).quiet().into()
    });
    card.sections.push(section(words.say("artist-missing-lists"), missing.collect()));
    let control = |label, command| Control {
        label: words.say(label).into(),
        command,
        options: vec![("artist", Outside::new(&answer.artist))],
    };
    card.controls = vec![control("control-growth", "growth"), control("control-predict", "predict")];
    card
}

fn figure_lines(words: &Words, figure: &Figure, as_of: Date) -> Vec<Line> {
    let Some((current, date)) = figure.current() else { return Vec::new() };
    let metric = words.metric_of(current, &figure.platform, &figure.metric);
    let value = Line::from(words.number(current)).strong();
    let id = if is_score(&figure.platform, &figure.metric) { "score-of-100" } else { "value-of-metric" };
    let mut line = words.line(id, &[("value", value.into()), ("metric", metric.into())]);
    if let Some(change) = figure.change.filter(|_| figure.has_moved()) {
        line = line.then(Symbol::Dot).then(words.signed(change));
        line = with_brackets(line, words, platforms::percent(words, figure));
        line = flags::with_mark(line, &figure.distortions());
    }
    let line = with_age(line, words, Some(Day(date)), as_of);
    let mut lines = vec![missing::with_no_newer(line, words, figure.no_newer.as_ref(), &figure.platform)];
    lines.extend(flags::line(words, &figure.flags).map(Line::quiet));
    lines
}

fn list<T>(heading: Line, items: &[T], line: impl Fn(&T) -> Line) -> Section {
    let lines = items.iter().take(MAX_ITEMS).map(|item| line(item).into()).collect();
    Section { num_more: items.len().saturating_sub(MAX_ITEMS), ..Section::new(heading, lines) }
}

fn newest_release(words: &Words, newest: &NewestRelease, as_of: Date) -> Section {
    let Release { name: title, kind, released, .. } = &newest.release;
    let heading =
        words.line("artist-newest-release", &[("platform", words.platform(&newest.platform).into())]);
    let heading = with_age(heading, words, Some(Day(newest.observed_at.date())), as_of);
    let mut line = name(title).strong();
    if let Some(kind) = kind {
        line = line.then(Symbol::Dot).then(match kind.as_str() {
            "album" => words.say("release-album").into(),
            "single" => words.say("release-single").into(),
            "compilation" => words.say("release-compilation").into(),
            other => name(other),
        });
    }
    if let Some(released) = released {
        // A month or a year stays one.
        let day = Observed::parse(released).ok().filter(|day| day.is_day());
        let day = day.map_or_else(|| name(released), |day| words.day(day.date()).into());
        line = line.then(Symbol::Dot).then(day);
    }
    Section::new(heading, vec![line.into()])
}

fn track_line(words: &Words, track: &Track) -> Line {
    let line = name(&track.name).strong();
    match track.popularity {
        Some(points) => {
            let points = words.count(u64::from(points));
            line.then(Symbol::Dot).then(words.line("track-popularity", &[("points", points.into())]))
        }
        None => line,
    }
}

fn video_line(words: &Words, video: &Video) -> Line {
    let line = name(&video.title).strong();
    match video.views {
        Some(views) => line.then(Symbol::Dot).then(words.line("views-count", &[("count", views.into())])),
        None => line,
    }
}
