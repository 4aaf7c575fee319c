//! `export`: what is stored, in the earlier bot's format or as CSV.

use std::path::Path;

use anyhow::Context;
use casa24_bus::Bus;
use casa24_collectors::Roster;
use casa24_collectors::export::{DayWriter, StoredDays, write_roster};
use casa24_schemas::RosterEntry;

use crate::agents::Rules;
use crate::catch_up::catch_up;
use crate::cli::Export;
use crate::export_breakdowns;
use crate::long_format::value_text;
use crate::output::Output;
use crate::session::Session;
use crate::settings::Settings;
use crate::stored;
use crate::streams::outln;
use crate::terminal::{counted, thousands};

/// Writes a file for each day, `latest.json` and the roster.
pub(crate) async fn export(settings: &Settings, options: &Export) -> anyhow::Result<()> {
    let session = Session::open(settings, "export").await?;
    let outcome = match (&options.dir, &options.csv) {
        (Some(dir), _) => write(&session.bus, &settings.rules, options, dir).await.map(|num_days| {
            outln!("{}: {}", dir.display(), counted(num_days as u64, "day", "days"));
        }),
        (None, file) => match &options.breakdowns {
            Some(file) => export_breakdowns::write(&session.bus, file).await,
            None => write_csv(&session.bus, file.as_deref()).await,
        },
    };
    session.close().await?;
    outcome
}

/// Writes the accepted values in long format.
async fn write_csv(bus: &Bus, file: Option<&Path>) -> anyhow::Result<()> {
    let table = stored::table(&stored::history(bus).await?);
    let file = file.filter(|file| *file != Path::new("-"));
    let mut csv = csv::Writer::from_writer(Output::open(file)?);
    csv.write_record(["unique_id", "ds", "y"])?;
    for series in &table.series {
        for seen in &series.observations {
            let day =
                series.grid.moment(seen.step).and_then(|day| day.text(series.style)).unwrap_or_default();
            csv.write_record([&series.name, &day, &value_text(seen.value)])?;
        }
    }
    csv.into_inner().map_err(csv::IntoInnerError::into_error).context("cannot write")?.finish()?;
    if let Some(file) = file {
        let num_series = thousands(table.series.len() as u64);
        let values = counted(table.num_values(), "value", "values");
        outln!("{}: {num_series} series, {values}", file.display());
    }
    Ok(())
}

async fn write(bus: &Bus, rules: &Rules, options: &Export, dir: &Path) -> anyhow::Result<usize> {
    catch_up(bus, rules).await?;
    let days = if options.raw { StoredDays::raw(bus).await? } else { StoredDays::judged(bus).await? };
    let num_days = days.num_days();
    anyhow::ensure!(num_days > 0, "nothing is stored yet: `casa24 import PATH` brings history in");
    let roster: Roster =
        bus.newest::<RosterEntry>("roster.*").await?.into_iter().map(|stored| stored.event).collect();
    let mut writer = DayWriter::new(dir)?;
    if !roster.entries().is_empty() {
        write_roster(dir, &roster)?;
    }
    days.write(&mut writer)?;
    writer.finish()?;
    Ok(num_days)
}
