//! `backtest --published`: every stored forecast, and how far each model was off from the values that came since.

use casa24_analytics::published::{PublishedAccuracy, PublishedCheck};
use casa24_bus::Bus;
use casa24_schemas::{ForecastRecord, RECORDED_DAYS_AHEAD};
use futures::TryStreamExt;

use crate::agents::Rules;
use crate::catch_up::catch_up;
use crate::session::Session;
use crate::settings::Settings;
use crate::stored;
use crate::streams::{out, outln};
use crate::terminal::{counted, fixed, table, thousands};

/// Checks every stored forecast, and prints how far off they were.
pub(crate) async fn published(settings: &Settings, json: bool) -> anyhow::Result<()> {
    let session = Session::open(settings, "backtest").await?;
    let check = check_all(&session.bus, &settings.rules).await;
    session.close().await?;
    let check = check?;
    anyhow::ensure!(check.num_forecasts() > 0, "no forecast is stored yet");
    let accuracy = check.accuracy();
    if json {
        let answer = serde_json::json!({
            "num_forecasts": check.num_forecasts(),
            "num_again": check.num_again(),
            "record": accuracy,
        });
        outln!("{}", serde_json::to_string_pretty(&answer)?);
    } else {
        print(&check, &accuracy);
    }
    Ok(())
}

async fn check_all(bus: &Bus, rules: &Rules) -> anyhow::Result<PublishedCheck> {
    catch_up(bus, rules).await?;
    let history = stored::history(bus).await?;
    let mut check = PublishedCheck::default();
    let mut stored = std::pin::pin!(bus.replay::<ForecastRecord>("published.>").await?);
    while let Some(stored) = stored.try_next().await? {
        check.add(&stored.event, &history);
    }
    Ok(check)
}

fn print(check: &PublishedCheck, accuracy: &[PublishedAccuracy]) {
    outln!(
        "{}, {} of them published again",
        counted(check.num_forecasts(), "published forecast", "published forecasts"),
        thousands(check.num_again())
    );
    if accuracy.is_empty() {
        outln!("none of them is for a day 7, 30 or 90 days ahead that has come with a value");
        return;
    }
    for days_ahead in RECORDED_DAYS_AHEAD {
        let row = |of_model: &PublishedAccuracy| {
            let off_by = of_model.median_off_by_percent;
            vec![
                of_model.model.clone(),
                thousands(of_model.num_checked as u64),
                off_by.map_or_else(|| fixed(2, None), |off_by| format!("{off_by:.2} %")),
                fixed(1, Some(of_model.coverage_80)),
                fixed(1, Some(of_model.coverage_95)),
            ]
        };
        let of_distance = accuracy.iter().filter(|of_model| of_model.days_ahead == days_ahead);
        let rows: Vec<Vec<String>> = of_distance.map(row).collect();
        if rows.is_empty() {
            outln!("\n{days_ahead} days ahead: none could be checked");
            continue;
        }
        let heading = ["model", "checked", "median off by", "in 80 %", "in 95 %"];
        out!("\n{days_ahead} days ahead\n{}", table(&heading, &rows));
    }
}
