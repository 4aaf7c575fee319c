//! The stored history as series: accepted snapshots of the bus in, daily observations out.

use std::collections::BTreeMap;

use casa24_analytics::forecast::{bounds, group_of, window_length};
use casa24_analytics::{History, Series};
use casa24_bus::Bus;
use casa24_forecasting::Observation;
use casa24_schemas::{Metric, Platform, ValidSnapshot, is_trainable};
use futures::TryStreamExt;

use crate::catch_up::judge;
use crate::long_format::{Frequency, Grid, Known, LaidSeries, LaidTable, Moment, Style};

/// All that was accepted so far.
///
/// # Errors
/// When the bus cannot be read, or holds nothing.
pub(crate) async fn history(bus: &Bus) -> anyhow::Result<History> {
    let history = read(bus, |_| true).await?;
    anyhow::ensure!(
        history.newest().is_some(),
        "nothing is stored yet: `casa24 import PATH` brings history in"
    );
    Ok(history)
}

/// What models may be trained with.
pub(crate) struct Trainable {
    /// It, without what the terms of its source keep out.
    pub(crate) history: History,
    /// Accepted figures that were kept out, by the source that gave them.
    pub(crate) num_kept_out: BTreeMap<String, u64>,
}

/// All that was accepted so far and that models may be trained with.
///
/// # Errors
/// When the bus cannot be read, or holds nothing of that.
pub(crate) async fn trainable(bus: &Bus) -> anyhow::Result<Trainable> {
    let mut num_kept_out = BTreeMap::new();
    let history = read(bus, |snapshot| {
        let is_trainable = is_trainable(&snapshot.platform, &snapshot.source);
        if !is_trainable {
            *num_kept_out.entry(snapshot.source.clone()).or_default() += snapshot.metrics.len() as u64;
        }
        is_trainable
    })
    .await?;
    anyhow::ensure!(
        history.newest().is_some() || num_kept_out.is_empty(),
        "the terms of {} forbid to train models with what it gives, and nothing else is stored: `casa24 import PATH` \
         brings files in",
        num_kept_out.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    );
    anyhow::ensure!(
        history.newest().is_some(),
        "nothing is stored yet: `casa24 import PATH` brings history in"
    );
    Ok(Trainable { history, num_kept_out })
}

async fn read(bus: &Bus, mut takes: impl FnMut(&ValidSnapshot) -> bool) -> anyhow::Result<History> {
    judge(bus).await?;
    let mut history = History::default();
    let mut stored = std::pin::pin!(bus.replay::<ValidSnapshot>("snapshot.valid.>").await?);
    while let Some(stored) = stored.try_next().await? {
        if takes(&stored.event) {
            history.insert(&stored.event);
        }
    }
    Ok(history)
}

/// Every series of a history, named `artist/platform/metric`.
pub(crate) fn table(history: &History) -> LaidTable {
    let grid = Grid::of(Frequency::DAILY, std::iter::empty());
    let mut series = Vec::new();
    for artist in history.artists() {
        for (platform, metric, values) in artist.all_series() {
            series.push(LaidSeries {
                name: series_name(&artist.artist.name, platform, metric),
                grid,
                style: Style::Date,
                observations: observations(values, &grid),
                known: Known {
                    bounds: bounds(platform, metric),
                    group: Some(group_of(platform, metric)),
                    window_length: window_length(platform, metric),
                },
            });
        }
    }
    LaidTable { frequency: Frequency::DAILY, series, left_out: Vec::new(), notes: Vec::new() }
}

fn series_name(artist: &str, platform: &Platform, metric: &Metric) -> String {
    format!("{artist}/{platform}/{metric}")
}

/// One observation a day, at its step of the grid.
fn observations(series: &Series, grid: &Grid) -> Vec<Observation> {
    let days = series.daily(..).into_iter();
    days.filter_map(|day| {
        let step = grid.step(Moment::of_date(day.date))?;
        Some(Observation { step, value: day.value, new_level: day.new_level })
    })
    .collect()
}
