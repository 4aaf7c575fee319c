//! `export --breakdowns`: accepted figures of periods as CSV, one row for each song, playlist or day.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use casa24_bus::Bus;
use casa24_schemas::{Breakdown, RawBreakdown, ValidBreakdown};
use futures::TryStreamExt;

use crate::catch_up::judge;
use crate::output::Output;
use crate::streams::outln;
use crate::terminal::counted;

const COLUMNS: [&str; 13] = [
    "artist",
    "platform",
    "first_day",
    "last_day",
    "by",
    "name",
    "author",
    "day",
    "listeners",
    "streams",
    "saves",
    "since",
    "source",
];

/// Writes what stands of every period: a correction takes the place of what it corrects.
pub(crate) async fn write(bus: &Bus, file: &Path) -> anyhow::Result<()> {
    judge(bus).await?;
    let mut accepted: BTreeMap<String, RawBreakdown> = BTreeMap::new();
    let mut stored = std::pin::pin!(bus.replay::<ValidBreakdown>("breakdown.valid.>").await?);
    while let Some(stored) = stored.try_next().await? {
        let breakdown = stored.event.accepted;
        accepted.insert(breakdown.key(), breakdown);
    }
    let to = Some(file).filter(|file| *file != Path::new("-"));
    let mut csv = csv::Writer::from_writer(Output::open(to)?);
    csv.write_record(COLUMNS)?;
    let mut num_rows = 0;
    for breakdown in accepted.values() {
        for row in rows(breakdown) {
            csv.write_record(row)?;
            num_rows += 1;
        }
    }
    csv.into_inner().map_err(csv::IntoInnerError::into_error).context("cannot write")?.finish()?;
    if let Some(file) = to {
        let breakdowns = counted(accepted.len() as u64, "breakdown", "breakdowns");
        outln!("{}: {breakdowns}, {}", file.display(), counted(num_rows, "row", "rows"));
    }
    Ok(())
}

fn rows(
    RawBreakdown { platform, artist, period, source, breakdown, .. }: &RawBreakdown,
) -> Vec<[String; 13]> {
    let number = |figure: Option<i64>| figure.map_or_else(String::new, |figure| figure.to_string());
    let row = |by: &str, names: [&str; 3], figures: [Option<i64>; 3], since: String| {
        let [name, author, day] = names.map(str::to_owned);
        let [listeners, streams, saves] = figures.map(number);
        let (first, last) = (period.first.to_string(), period.last.to_string());
        let of = [artist.name.clone(), platform.to_string(), first, last, by.to_owned()];
        let [artist, platform, first, last, by] = of;
        let source = source.clone();
        [artist, platform, first, last, by, name, author, day, listeners, streams, saves, since, source]
    };
    match breakdown {
        Breakdown::Song { songs, .. } => songs
            .iter()
            .map(|song| {
                let figures = [song.listeners, song.streams, song.saves];
                row("song", [&song.name, "", ""], figures, song.released.clone().unwrap_or_default())
            })
            .collect(),
        Breakdown::Playlist { playlists, .. } => playlists
            .iter()
            .map(|list| {
                let author = list.author.as_deref().unwrap_or_default();
                let since = list.added.map_or_else(String::new, |added| added.to_string());
                row("playlist", [&list.name, author, ""], [list.listeners, list.streams, None], since)
            })
            .collect(),
        Breakdown::Day { song, days } => days
            .iter()
            .map(|(day, streams)| {
                row("day", [song, "", &day.to_string()], [None, *streams, None], String::new())
            })
            .collect(),
    }
}
