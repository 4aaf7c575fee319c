//! The stored history as series: accepted snapshots of the bus in, daily observations out.

use casa24_analytics::forecast::{bounds, group_of, window_length};
use casa24_analytics::{History, Series};
use casa24_bus::Bus;
use casa24_forecasting::Observation;
use casa24_predictors::stored_history;
use casa24_schemas::{Metric, Platform};

use crate::catch_up::judge;
use crate::long_format::{Frequency, Grid, Known, LaidSeries, LaidTable, Moment, Style};

/// All that was accepted so far.
///
/// # Errors
/// When the bus cannot be read, or holds nothing.
pub(crate) async fn history(bus: &Bus) -> anyhow::Result<History> {
    judge(bus).await?;
    let history = stored_history(bus, |_| true).await?;
    anyhow::ensure!(
        history.newest().is_some(),
        "nothing is stored yet: `casa24 import PATH` brings history in"
    );
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
