//! `backtest --published`: every stored forecast in, how far each model was off from the values that came since out.

use std::collections::BTreeMap;

use casa24_analytics::History;
use casa24_bus::Bus;
use casa24_schemas::{Date, Forecast};
use futures::TryStreamExt;
use serde::Serialize;
use time::Duration;

use crate::catch_up::catch_up;
use crate::session::Session;
use crate::settings::Settings;
use crate::stored;
use crate::terminal::{table, thousands};

/// Distances that are checked, in days.
const DAYS_AHEAD: [u32; 3] = [7, 30, 90];

/// One forecast of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Told {
    predicted: f64,
    interval_80: (f64, f64),
    interval_95: (f64, f64),
}

/// What was told first by a model of a series from a day, by that day; of a model and distance.
type Record = BTreeMap<(String, u32), Vec<Check>>;

/// A forecast held against what came.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Check {
    off_by_percent: Option<f64>,
    in_80: bool,
    in_95: bool,
}

/// How far off a model was at a distance.
#[derive(Debug, PartialEq, Serialize)]
struct Kept {
    model: String,
    days_ahead: u32,
    /// Forecasts whose day has come, with a value on it.
    num_checked: usize,
    /// Median of |actual - forecast| / |actual| in percent, of values other than zero.
    median_off_by_percent: Option<f64>,
    /// Share of values in the 80 % interval, in percent.
    coverage_80: f64,
    /// Share of values in the 95 % interval, in percent.
    coverage_95: f64,
}

/// Stored forecasts and what became of them.
#[derive(Debug, Default)]
struct Published {
    num_events: u64,
    /// Those that said why there is no forecast.
    num_without: u64,
    /// Those of a series and a day for which the model had already told a forecast: the first counts.
    num_again: u64,
    record: Record,
}

/// Checks every stored forecast, and tells the record.
pub(crate) async fn published(settings: &Settings, json: bool) -> anyhow::Result<()> {
    let session = Session::open(settings, "backtest").await?;
    let published = check_all(&session.bus).await;
    session.close().await?;
    let published = published?;
    anyhow::ensure!(published.num_events > 0, "no forecast is stored yet");
    let kept = published.kept();
    if json {
        let answer = serde_json::json!({
            "num_events": published.num_events,
            "num_without": published.num_without,
            "num_again": published.num_again,
            "record": kept,
        });
        anstream::println!("{}", serde_json::to_string_pretty(&answer)?);
    } else {
        published.tell(&kept);
    }
    Ok(())
}

async fn check_all(bus: &Bus) -> anyhow::Result<Published> {
    catch_up(bus).await?;
    let history = stored::history(bus).await?;
    let mut published = Published::default();
    let mut seen = std::collections::HashSet::new();
    let mut stored = std::pin::pin!(bus.replay::<Forecast>("forecast.>").await?);
    while let Some(stored) = stored.try_next().await? {
        let forecast = stored.event;
        let series = (forecast.model.clone(), forecast.artist.id.clone());
        let of_day = (forecast.platform.clone(), forecast.metric.clone(), forecast.current_date);
        published.num_events += 1;
        if forecast.path.is_empty() {
            published.num_without += 1;
        } else if !seen.insert((series, of_day)) {
            published.num_again += 1;
        } else {
            published.check(&forecast, &history);
        }
    }
    Ok(published)
}

impl Published {
    fn check(&mut self, forecast: &Forecast, history: &History) {
        let series = history.series(&forecast.artist.id, &forecast.platform, &forecast.metric);
        let actual = |day: Date| series?.at(day).filter(|point| point.date() == day).map(|point| point.value);
        for days_ahead in DAYS_AHEAD {
            let Some(point) = forecast.path.iter().find(|point| point.days_ahead == days_ahead) else {
                continue;
            };
            let day = forecast.current_date.checked_add(Duration::days(i64::from(days_ahead)));
            let Some(actual) = day.and_then(actual) else { continue };
            let told = Told {
                predicted: point.predicted.get(),
                interval_80: (point.lower_80.get(), point.upper_80.get()),
                interval_95: (point.lower_95.get(), point.upper_95.get()),
            };
            self.record.entry((forecast.model.clone(), days_ahead)).or_default().push(told.check(actual));
        }
    }

    fn kept(&self) -> Vec<Kept> {
        let of_distance = |((model, days_ahead), checks): (&(String, u32), &Vec<Check>)| {
            let share = |num: usize| num as f64 / checks.len() as f64 * 100.0;
            Kept {
                model: model.clone(),
                days_ahead: *days_ahead,
                num_checked: checks.len(),
                median_off_by_percent: median(
                    checks.iter().filter_map(|check| check.off_by_percent).collect(),
                ),
                coverage_80: share(checks.iter().filter(|check| check.in_80).count()),
                coverage_95: share(checks.iter().filter(|check| check.in_95).count()),
            }
        };
        self.record.iter().map(of_distance).collect()
    }

    fn tell(&self, kept: &[Kept]) {
        anstream::println!(
            "{} stored forecasts, {} of them without a path, {} told again",
            thousands(self.num_events),
            thousands(self.num_without),
            thousands(self.num_again)
        );
        if kept.is_empty() {
            anstream::println!(
                "none of them tells of a day 7, 30 or 90 days ahead that has come with a value"
            );
            return;
        }
        for days_ahead in DAYS_AHEAD {
            let of_distance: Vec<&Kept> = kept.iter().filter(|kept| kept.days_ahead == days_ahead).collect();
            if of_distance.is_empty() {
                anstream::println!("\n{days_ahead} days ahead: none could be checked");
                continue;
            }
            let row = |kept: &&Kept| {
                let off_by = kept.median_off_by_percent;
                vec![
                    kept.model.clone(),
                    thousands(kept.num_checked as u64),
                    off_by.map_or_else(|| "–".to_owned(), |off_by| format!("{off_by:.2} %")),
                    format!("{:.1}", kept.coverage_80),
                    format!("{:.1}", kept.coverage_95),
                ]
            };
            let rows: Vec<Vec<String>> = of_distance.iter().map(row).collect();
            let heading = ["model", "checked", "median off by", "in 80 %", "in 95 %"];
            anstream::print!("\n{days_ahead} days ahead\n{}", table(&heading, &rows));
        }
    }
}

impl Told {
    fn check(self, actual: f64) -> Check {
        let is_in = |(lower, upper): (f64, f64)| (lower..=upper).contains(&actual);
        Check {
            off_by_percent: (actual != 0.0).then(|| (actual - self.predicted).abs() / actual.abs() * 100.0),
            in_80: is_in(self.interval_80),
            in_95: is_in(self.interval_95),
        }
    }
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    let upper = *numbers.get(middle)?;
    Some(if numbers.len().is_multiple_of(2) { f64::midpoint(numbers[middle - 1], upper) } else { upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(predicted: f64) -> Told {
        Told { predicted, interval_80: (90.0, 110.0), interval_95: (80.0, 120.0) }
    }

    #[test]
    fn a_forecast_is_held_against_what_came() {
        let check = told(100.0).check(80.0);
        assert_eq!(check, Check { off_by_percent: Some(25.0), in_80: false, in_95: true });
        assert_eq!(told(100.0).check(0.0).off_by_percent, None);
    }

    #[test]
    fn the_record_is_the_median_and_the_shares() {
        let mut published = Published::default();
        let checks = [50.0, 100.0, 125.0, 110.0].map(|actual| told(100.0).check(actual));
        published.record.insert(("drift".to_owned(), 7), checks.to_vec());
        let kept = &published.kept()[0];
        assert_eq!((kept.num_checked, kept.coverage_80, kept.coverage_95), (4, 50.0, 50.0));
        // 100, 0, 20 and 9.09 %
        assert!((kept.median_off_by_percent.unwrap() - (20.0 + 100.0 / 11.0) / 2.0).abs() < 1e-9);
        assert_eq!(median(Vec::new()), None);
    }
}
