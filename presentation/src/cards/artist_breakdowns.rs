//! Figures of periods on the card of `artist`: songs, playlists, and weeks of single songs.

use casa24_answers::artist::Answer;
use casa24_answers::{PlaylistsOfPeriod, SongWeek, SongsOfPeriod};
use casa24_schemas::{Day, Period, Platform, PlaylistFigures, SongFigures};

use crate::card::{Block, Line, Section};
use crate::words::{Symbol, Words};

use super::frame::{joined, name};

/// Most tracks, videos, songs and playlists that a card lists.
pub(super) const MAX_ITEMS: usize = 5;

/// The sections that an answer has, each with its period and its source.
pub(super) fn sections(words: &Words, answer: &Answer) -> Vec<Section> {
    let songs = answer.songs.iter().map(|of| songs(words, of));
    let playlists = answer.playlists.iter().map(|of| playlists(words, of));
    let weeks = answer.song_weeks.chunk_by(|a, b| a.platform == b.platform);
    songs.chain(playlists).chain(weeks.filter_map(|weeks| song_weeks(words, weeks))).collect()
}

fn songs(words: &Words, of: &SongsOfPeriod) -> Section {
    let lines = of.songs.iter().take(MAX_ITEMS).map(|song| song_line(words, song).into());
    let num_more = of.num_songs as usize;
    let heading = heading(words, "artist-songs", &of.platform, of.period);
    listed(words, heading, lines.collect(), num_more, &of.source, of.num_withheld)
}

fn playlists(words: &Words, of: &PlaylistsOfPeriod) -> Section {
    let lines = of.playlists.iter().take(MAX_ITEMS).map(|playlist| playlist_line(words, playlist).into());
    let num_more = of.num_playlists as usize;
    let heading = heading(words, "artist-playlists", &of.platform, of.period);
    listed(words, heading, lines.collect(), num_more, &of.source, of.num_withheld)
}

fn heading(words: &Words, id: &str, platform: &Platform, period: Period) -> Line {
    let Period { first: Day(first), last: Day(last) } = period;
    let ends = [("from", words.day(first).into()), ("to", words.day(last).into())];
    let period = words.line("from-to", &ends);
    words.line(id, &[("platform", words.platform(platform).into()), ("period", period.into())])
}

fn listed(
    words: &Words,
    heading: Line,
    mut blocks: Vec<Block>,
    num_all: usize,
    source: &str,
    num_withheld: u64,
) -> Section {
    let num_more = num_all.saturating_sub(blocks.len());
    let mut note = words.line("artist-from-source", &[("sources", name(source).into())]);
    if num_withheld > 0 {
        let withheld = words.line("artist-withheld", &[("count", num_withheld.into())]);
        note = note.then(Symbol::Dot).then(withheld);
    }
    blocks.push(note.quiet().into());
    Section { num_more, ..Section::new(heading, blocks) }
}

fn song_line(words: &Words, song: &SongFigures) -> Line {
    let figures =
        [("streams-count", song.streams), ("listeners-count", song.listeners), ("saves-count", song.saves)];
    with_counts(words, name(&song.name).strong(), &figures)
}

fn playlist_line(words: &Words, playlist: &PlaylistFigures) -> Line {
    let mut line = name(&playlist.name).strong();
    if let Some(author) = &playlist.author {
        line = line.then(Symbol::Space).then(words.line("playlist-by", &[("author", name(author).into())]));
    }
    with_counts(words, line, &[("streams-count", playlist.streams), ("listeners-count", playlist.listeners)])
}

/// Adds the figures that are there.
fn with_counts(words: &Words, line: Line, figures: &[(&str, Option<i64>)]) -> Line {
    figures.iter().fold(line, |line, (id, figure)| match figure.and_then(|it| u64::try_from(it).ok()) {
        Some(count) => line.then(Symbol::Dot).then(words.line(id, &[("count", count.into())])),
        None => line,
    })
}

fn song_weeks(words: &Words, weeks: &[SongWeek]) -> Option<Section> {
    let platform = words.platform(&weeks.first()?.platform);
    let heading = words.line("artist-song-weeks", &[("platform", platform.into())]);
    let mut blocks: Vec<Block> =
        weeks.iter().take(MAX_ITEMS).map(|week| week_line(words, week).into()).collect();
    let num_more = weeks.len() - blocks.len();
    let mut sources: Vec<&String> = Vec::new();
    for source in weeks.iter().take(MAX_ITEMS).flat_map(|week| &week.sources) {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    let sources = joined(sources.into_iter().map(|source| name(source)), Symbol::Comma);
    blocks.push(words.line("artist-from-source", &[("sources", sources.into())]).quiet().into());
    Some(Section { num_more, ..Section::new(heading, blocks) })
}

fn week_line(words: &Words, week: &SongWeek) -> Line {
    let line = name(&week.song).strong().then(Symbol::Dot);
    let day = words.day(week.last_day.0);
    // A count below zero is none.
    let count = |streams: f64| (streams >= 0.0).then_some(streams as u64);
    let Some(streams) = week.streams.and_then(|streams| count(streams.get())) else {
        return line.then(words.line("song-week-unknown", &[("day", day.into())]));
    };
    let mut line = line.then(words.line("streams-count", &[("count", streams.into())]));
    if let Some(change) = week.change {
        line = line
            .then(Symbol::Space)
            .then(words.line("in-brackets", &[("text", words.signed(change).into())]));
    }
    line.then(Symbol::Space).then(words.line("song-week-until", &[("day", day.into())]))
}
