//! Writes charts of every kind into a folder, to look at: `cargo run -p casa24-charts --example gallery -- FOLDER`.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::path::Path;

use casa24_charts::{AxisText, Chart, Panel};
use fixture::{English, Spanish};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name the folder to write to")?;
    std::fs::create_dir_all(&folder)?;
    for (name, chart, text) in charts() {
        let path = Path::new(&folder).join(name);
        std::fs::write(path.with_extension("png"), chart.png(text)?)?;
        std::fs::write(path.with_extension("svg"), chart.svg(text)?)?;
    }
    Ok(())
}

fn charts() -> Vec<(&'static str, Chart, &'static dyn AxisText)> {
    let changed = |change: fn(&mut Panel)| {
        let mut chart = fixture::one();
        change(&mut chart.panels[0]);
        chart
    };
    vec![
        ("one", fixture::one(), &English),
        ("six", fixture::six(), &English),
        ("compared", fixture::compared(&["linear", "drift", "exponential smoothing", "neural"]), &English),
        (
            "compared-many",
            fixture::compared(&["naive", "drift", "rhythm", "linear", "ets", "theta", "arima", "neural"]),
            &English,
        ),
        ("goal", fixture::goal(2_250.0), &English),
        ("goal-far", fixture::goal(10_000.0), &English),
        ("goal-below", fixture::goal(0.0), &English),
        (
            "level-change",
            changed(|panel| {
                panel.observed[60].marked = true;
                panel.observed[..60].iter_mut().for_each(|seen| seen.value *= 1.4);
            }),
            &English,
        ),
        ("milestones", fixture::chart(vec![fixture::milestones()]), &English),
        ("light", fixture::light(fixture::chart(vec![fixture::milestones()])), &English),
        ("light-six", fixture::light(fixture::six()), &English),
        (
            "light-compared",
            fixture::light(fixture::compared(&["linear", "drift", "exponential smoothing", "neural"])),
            &English,
        ),
        ("light-goal", fixture::light(fixture::goal(2_250.0)), &English),
        ("spanish", fixture::spanish(), &Spanish),
        (
            "huge",
            fixture::chart(vec![
                fixture::panel("YouTube views", 81_234_567_890_123.0, 1e9, 60, 1),
                fixture::panel(
                    "Spotify streams, with a title that does not fit into its panel at all",
                    4e9,
                    1e6,
                    60,
                    2,
                ),
                fixture::panel("Popularity", 3.0, 0.0, 60, 2),
            ]),
            &English,
        ),
        (
            "single",
            changed(|panel| {
                panel.observed.drain(..119);
                panel.forecast.clear();
                panel.subtitle = "no forecast: 1 value, at least 14 needed".to_owned();
            }),
            &English,
        ),
        (
            "few",
            changed(|panel| {
                panel.observed.drain(..112);
                panel.forecast.truncate(7);
            }),
            &English,
        ),
        (
            "history",
            changed(|panel| {
                panel.forecast.clear();
                panel.subtitle = "+4.2 % in 30 days".to_owned();
            }),
            &English,
        ),
        (
            "years",
            changed(|panel| {
                panel.observed = fixture::observed(&fixture::walk(1_000.0, 3.0, 1_825, 9));
                let current = panel.observed.last().map_or(0.0, |seen| seen.value);
                panel.forecast = fixture::forecast(current, 3.0, 20.0, 365);
            }),
            &English,
        ),
        ("forecast-only", changed(|panel| panel.observed.clear()), &English),
        (
            "empty",
            changed(|panel| {
                panel.observed.clear();
                panel.forecast.clear();
            }),
            &English,
        ),
    ]
}
