//! Raw, valid and rejected breakdowns.

use casa24_schemas::{
    Breakdown, BreakdownFigure, Day, Period, PlaylistFigures, RawBreakdown, RejectedBreakdown, SongFigures,
    ValidBreakdown, WithheldFigure,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::Generate;
use super::parts::{artist, date, platform, reason, text};
use super::snapshots::correction;

fn name() -> impl Strategy<Value = String> {
    text(0..=300)
}

fn figure() -> impl Strategy<Value = Option<i64>> {
    option::of(any::<i64>())
}

fn breakdown() -> impl Strategy<Value = Breakdown> {
    let song = (name(), figure(), figure(), figure(), option::of(text(0..=10)));
    let song = song.prop_map(|(name, listeners, streams, saves, released)| SongFigures {
        name,
        listeners,
        streams,
        saves,
        released,
    });
    let playlist = (name(), option::of(name()), figure(), figure(), option::of(date().prop_map(Day)));
    let playlist = playlist.prop_map(|(name, author, listeners, streams, added)| PlaylistFigures {
        name,
        author,
        listeners,
        streams,
        added,
    });
    let songs = (vec(song, 0..3), 0..=1_000_000_000_u64);
    let playlists = (vec(playlist, 0..3), 0..=1_000_000_000_u64);
    let days = (name(), btree_map(date().prop_map(Day), figure(), 0..4));
    prop_oneof![
        songs.prop_map(|(songs, num_left_out)| Breakdown::Song { songs, num_left_out }),
        playlists.prop_map(|(playlists, num_left_out)| Breakdown::Playlist { playlists, num_left_out }),
        days.prop_map(|(song, days)| Breakdown::Day { song, days }),
    ]
}

impl Generate for RawBreakdown {
    const EXAMPLE: &'static str = include_str!("../../../examples/breakdown.raw.json");

    fn any() -> BoxedStrategy<Self> {
        let period = (date(), date()).prop_map(|(first, last)| Period { first: Day(first), last: Day(last) });
        (platform(), artist(), period, text(0..=1_000), breakdown(), option::of(correction()))
            .prop_map(|(platform, artist, period, source, breakdown, correction)| Self {
                platform,
                artist,
                period,
                source,
                breakdown,
                correction,
            })
            .boxed()
    }
}

impl Generate for ValidBreakdown {
    const EXAMPLE: &'static str = include_str!("../../../examples/breakdown.valid.json");

    fn any() -> BoxedStrategy<Self> {
        let withheld = (name(), select(BreakdownFigure::ALL), reason(), any::<i64>());
        let withheld =
            withheld.prop_map(|(of, figure, reason, raw)| WithheldFigure { of, figure, reason, raw });
        (RawBreakdown::any(), vec(withheld, 0..3))
            .prop_map(|(accepted, withheld)| Self { accepted, withheld })
            .boxed()
    }
}

impl Generate for RejectedBreakdown {
    const EXAMPLE: &'static str = include_str!("../../../examples/breakdown.rejected.json");

    fn any() -> BoxedStrategy<Self> {
        (RawBreakdown::any(), vec(reason(), 0..3)).prop_map(|(raw, reasons)| Self { raw, reasons }).boxed()
    }
}
