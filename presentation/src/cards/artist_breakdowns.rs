//! Figures of periods on the card of `artist`: songs, playlists, and weeks of single songs.

use casa24_answers::artist::Answer;
use casa24_answers::{PlaylistsOfPeriod, SongWeek, SongsOfPeriod};
use casa24_schemas::BreakdownFigure::{self, Listeners, Saves, Streams};
use casa24_schemas::{Date, Day, Period, Platform, PlaylistFigures, SongFigures};

use crate::card::{Block, Line, Section};
use crate::words::{Symbol, Words};

use super::frame::{joined, name};

/// Most tracks, videos, songs and playlists that a card lists.
pub(super) const MAX_ITEMS: usize = 5;

/// The sections that an answer has, each with its period and its source.
pub(super) fn sections(words: &Words, answer: &Answer) -> Vec<Section> {
    let as_of = answer.head.as_of.0;
    let songs = answer.songs.iter().map(|of| songs(words, of, as_of));
    let playlists = answer.playlists.iter().map(|of| playlists(words, of, as_of));
    let weeks = answer.song_weeks.chunk_by(|a, b| a.platform == b.platform);
    songs.chain(playlists).chain(weeks.filter_map(|weeks| song_weeks(words, weeks, as_of))).collect()
}

fn songs(words: &Words, of: &SongsOfPeriod, as_of: Date) -> Section {
    let lines = of.songs.iter().take(MAX_ITEMS).map(|song| song_line(words, song, &of.figures).into());
    let heading = heading(words, "artist-songs", &of.platform, of.period);
    let note = with_withheld(words, note(words, [&of.source], of.period.last, as_of), of.num_withheld);
    listed(heading, lines.collect(), of.num_songs as usize, note)
}

fn playlists(words: &Words, of: &PlaylistsOfPeriod, as_of: Date) -> Section {
    let lines = of
        .playlists
        .iter()
        .take(MAX_ITEMS)
        .map(|playlist| playlist_line(words, playlist, &of.figures).into());
    let heading = heading(words, "artist-playlists", &of.platform, of.period);
    let note = with_withheld(words, note(words, [&of.source], of.period.last, as_of), of.num_withheld);
    listed(heading, lines.collect(), of.num_playlists as usize, note)
}

fn heading(words: &Words, id: &str, platform: &Platform, period: Period) -> Line {
    let Period { first: Day(first), last: Day(last) } = period;
    let ends = [("from", words.day(first).into()), ("to", words.day(last).into())];
    let period = words.line("from-to", &ends);
    words.line(id, &[("platform", words.platform(platform).into()), ("period", period.into())])
}

/// A section with the first of all that there are, and a note.
fn listed(heading: Line, mut blocks: Vec<Block>, num_all: usize, note: Line) -> Section {
    let num_more = num_all.saturating_sub(blocks.len());
    blocks.push(note.quiet().into());
    Section { num_more, ..Section::new(heading, blocks) }
}

/// Where figures come from, and whether their last day is later than that of the answer.
fn note<'s>(words: &Words, sources: impl IntoIterator<Item = &'s String>, last: Day, as_of: Date) -> Line {
    let sources = joined(sources.into_iter().map(|source| name(source)), Symbol::Comma);
    let note = words.line("artist-from-source", &[("sources", sources.into())]);
    if last.0 <= as_of {
        return note;
    }
    note.then(Symbol::Dot).then(words.line("artist-later", &[("day", words.day(as_of).into())]))
}

fn with_withheld(words: &Words, note: Line, num_withheld: u64) -> Line {
    if num_withheld == 0 {
        return note;
    }
    note.then(Symbol::Dot).then(words.line("artist-withheld", &[("count", num_withheld.into())]))
}

fn song_line(words: &Words, song: &SongFigures, kinds: &[BreakdownFigure]) -> Line {
    let figures = [(Streams, song.streams), (Listeners, song.listeners), (Saves, song.saves)];
    with_counts(words, name(&song.name).strong(), &figures, kinds)
}

fn playlist_line(words: &Words, playlist: &PlaylistFigures, kinds: &[BreakdownFigure]) -> Line {
    let mut line = name(&playlist.name).strong();
    if let Some(author) = &playlist.author {
        line = line.then(Symbol::Space).then(words.line("playlist-by", &[("author", name(author).into())]));
    }
    let figures = [(Streams, playlist.streams), (Listeners, playlist.listeners)];
    with_counts(words, line, &figures, kinds)
}

/// Adds the figures of those kinds that the source has: one that is missing is said to be.
fn with_counts(
    words: &Words,
    line: Line,
    figures: &[(BreakdownFigure, Option<i64>)],
    kinds: &[BreakdownFigure],
) -> Line {
    figures.iter().filter(|(kind, _)| kinds.contains(kind)).fold(line, |line, (kind, figure)| {
        let (count, unknown) = match kind {
            Streams => ("streams-count", "streams-unknown"),
            Listeners => ("listeners-count", "listeners-unknown"),
            Saves => ("saves-count", "saves-unknown"),
        };
        let said = match figure.and_then(|figure| u64::try_from(figure).ok()) {
            Some(figure) => words.line(count, &[("count", figure.into())]),
            None => words.say(unknown).into(),
        };
        line.then(Symbol::Dot).then(said)
    })
}

fn song_weeks(words: &Words, weeks: &[SongWeek], as_of: Date) -> Option<Section> {
    let platform = words.platform(&weeks.first()?.platform);
    let heading = words.line("artist-song-weeks", &[("platform", platform.into())]);
    let shown = &weeks[..weeks.len().min(MAX_ITEMS)];
    let blocks = shown.iter().map(|week| week_line(words, week).into()).collect();
    let mut sources: Vec<&String> = Vec::new();
    for source in shown.iter().flat_map(|week| &week.sources) {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    let last = shown.iter().map(|week| week.last_day).max()?;
    Some(listed(heading, blocks, weeks.len(), note(words, sources, last, as_of)))
}

fn week_line(words: &Words, week: &SongWeek) -> Line {
    let line = name(&week.song).strong().then(Symbol::Dot);
    let day = words.day(week.last_day.0);
    // A count below zero is none.
    let count = |streams: f64| (streams >= 0.0).then_some(streams as u64);
    let Some(streams) = week.streams.and_then(|streams| count(streams.get())) else {
        return line.then(words.line("song-week-unknown", &[("day", day.into())]));
    };
    let line = line.then(words.line("streams-count", &[("count", streams.into())]));
    let line = line.then(Symbol::Space).then(words.line("song-week-until", &[("day", day.into())]));
    match week.change {
        Some(change) => {
            let change = words.signed(change);
            line.then(Symbol::Dot).then(words.line("song-week-change", &[("change", change.into())]))
        }
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::words::Locale;

    fn english() -> &'static Words {
        Words::of(Locale::English)
    }

    fn song(name: &str, streams: Option<i64>, listeners: Option<i64>) -> SongFigures {
        SongFigures { name: name.to_owned(), listeners, streams, saves: None, released: None }
    }

    /// A section's lines.
    fn lines(section: &Section) -> Vec<String> {
        let plain = |block: &Block| match block {
            Block::Line(line) => crate::plain(line, english()),
            other => panic!("{other:?}"),
        };
        section.blocks.iter().map(plain).collect()
    }

    #[test]
    fn a_figure_that_a_song_lacks_is_said_to_be_missing_where_the_file_has_such_figures() {
        let of = SongsOfPeriod {
            platform: Platform::SPOTIFY,
            period: Period { first: Day(date!(2026 - 08 - 01)), last: Day(date!(2026 - 08 - 28)) },
            source: "songs.csv".to_owned(),
            num_songs: 3,
            num_withheld: 1,
            figures: vec![Listeners, Streams],
            songs: vec![
                song("Sur", Some(1), Some(1)),
                song("Norte", None, Some(310)),
                song("Este", None, None),
            ],
        };
        assert_eq!(
            lines(&songs(english(), &of, date!(2026 - 08 - 28))),
            [
                "Sur · 1 stream · 1 listener",
                "Norte · streams not known · 310 listeners",
                "Este · streams not known · listeners not known",
                "from songs.csv · 1 figure of this file was not accepted",
            ]
        );
        let later = lines(&songs(english(), &of, date!(2026 - 08 - 20)));
        assert!(later[3].starts_with("from songs.csv · later than Aug 20, 2026, the day of this answer · 1"));
    }

    #[test]
    fn the_change_of_a_week_says_what_it_is_compared_with() {
        let value = |number: f64| casa24_schemas::Value::new(number);
        let week = SongWeek {
            platform: Platform::SPOTIFY,
            song: "Sur".to_owned(),
            last_day: Day(date!(2026 - 08 - 28)),
            streams: value(140.0),
            streams_before: value(120.0),
            change: value(20.0),
            sources: vec!["a.csv".to_owned(), "b.csv".to_owned()],
        };
        let one = SongWeek { change: None, ..week.clone() };
        let unknown = SongWeek { streams: value(-1.0), ..week.clone() };
        let section = song_weeks(english(), &[week, one, unknown], date!(2026 - 08 - 28)).unwrap();
        assert_eq!(
            lines(&section),
            [
                "Sur · 140 streams to Aug 28, 2026 · +20 compared with the 7 days before",
                "Sur · 140 streams to Aug 28, 2026",
                "Sur · not all of the 7 days to Aug 28, 2026 are known",
                "from a.csv, b.csv",
            ]
        );
    }
}
