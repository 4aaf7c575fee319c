//! The stored history as series: accepted snapshots of the bus in, daily observations out.

use casa24_analytics::forecast::bounds;
use casa24_analytics::{History, Series};
use casa24_bus::Bus;
use casa24_forecasting::Observation;
use casa24_schemas::{Flag, Metric, Platform, ValidSnapshot, metric_info};
use futures::TryStreamExt;

use crate::catch_up::judge;
use crate::long_format::{Frequency, Grid, LaidSeries, LaidTable, Moment, Style};

/// All that was accepted so far.
///
/// # Errors
/// When the bus cannot be read, or holds nothing.
pub(crate) async fn history(bus: &Bus) -> anyhow::Result<History> {
    judge(bus).await?;
    let mut history = History::default();
    let mut stored = std::pin::pin!(bus.replay::<ValidSnapshot>("snapshot.valid.>").await?);
    while let Some(stored) = stored.try_next().await? {
        history.insert(&stored.event);
    }
    anyhow::ensure!(
        history.newest().is_some(),
        "nothing is stored yet: `casa24 import PATH` brings history in"
    );
    Ok(history)
}

/// Every series of a history, named `artist/platform/metric`.
pub(crate) fn table(history: &History) -> LaidTable {
    let mut series = Vec::new();
    for artist in history.artists() {
        for (platform, metric, values) in artist.all_series() {
            series.push(LaidSeries {
                name: series_name(&artist.artist.name, platform, metric),
                grid: daily_grid(),
                observations: daily(values),
                bounds: metric_info(platform, metric).map(bounds),
            });
        }
    }
    LaidTable { style: Style::Date, frequency: Frequency::DAILY, series, notes: Vec::new() }
}

fn series_name(artist: &str, platform: &Platform, metric: &Metric) -> String {
    format!("{artist}/{platform}/{metric}")
}

fn daily_grid() -> Grid {
    Grid::of(Frequency::DAILY, std::iter::empty())
}

/// The last value of each day that has any; a change of level that an earlier value of the day was flagged with is
/// kept.
fn daily(series: &Series) -> Vec<Observation> {
    let grid = daily_grid();
    let mut days: Vec<Observation> = Vec::new();
    for point in series.points() {
        let Some(step) = grid.step(Moment::of_date(point.date())) else { continue };
        let new_level = point.flags.has(Flag::LevelChange) || point.flags.has(Flag::CounterFell);
        match days.last_mut() {
            Some(last) if last.step == step => {
                last.value = point.value;
                last.new_level |= new_level;
            }
            _ => days.push(Observation { step, value: point.value, new_level }),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use casa24_analytics::{FlagSet, Point};
    use casa24_schemas::Observed;

    use super::*;

    #[test]
    fn a_day_has_its_last_value_and_every_change_of_level() {
        let mut series = Series::new();
        for (observed_at, value, flags) in [
            ("1970-01-02", 9.0, &[][..]),
            ("1970-01-02T06:00:00Z", 5.0, &[Flag::LevelChange]),
            ("1970-01-04", 7.0, &[Flag::Gap]),
        ] {
            let observed_at = Observed::parse(observed_at).unwrap();
            series.insert(Point { observed_at, value, flags: FlagSet::of(flags) });
        }
        let expected = [
            Observation { step: 1, value: 9.0, new_level: true },
            Observation { step: 3, value: 7.0, new_level: false },
        ];
        assert_eq!(daily(&series), expected);
    }
}
